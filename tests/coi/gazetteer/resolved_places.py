"""The place that a typed name resolves to, in a form that tests compare."""

import pytest

from coi.gazetteer import AmbiguousPlace, resolve

OGOSSAGOU = "gn-2452421"


def code(text, country="ML"):
    return resolve(text, country=country).place.code


def asked(text, country="ML"):
    with pytest.raises(AmbiguousPlace) as caught:
        resolve(text, country=country)
    return {c.code for c in caught.value.candidates}

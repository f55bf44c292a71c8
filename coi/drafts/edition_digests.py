"""The digest of a published edition, in the audit record, and every edition compared with its own.

Whoever can write in the database can change a published finding, but not the record. A field that a later release
adds changes no digest while it has its default, because it is not among the entries then.
"""

import hashlib
import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from audit.genuine import genuine
from audit.models import Entry
from coi.files import fixture
from coi.models import Edition
from coi.models.parts import CONTENT, MODELS

PUBLISHED = ("coi.publish", "coi.load")  # the entries that hold a digest


def digest(edition: Edition) -> str:
    """Return the SHA-256 of all that never changes in a published edition."""
    entries = fixture.entries(edition, published=False)
    said = [entry for entry in entries if MODELS[entry["model"]] in CONTENT]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def problems() -> Iterator[str]:
    """Return a sentence for each published edition that is not the one that was published, by the record."""
    recorded = _recorded()
    for edition in _published():
        if edition.code in recorded and recorded[edition.code] != digest(edition):
            yield _("Edition %(code)s is not the one that was published: its content was changed.") % {
                "code": edition.code
            }


def notes() -> Iterator[str]:
    """Return a sentence that names the editions whose digest the record does not have."""
    recorded = _recorded()
    if unknown := [edition.code for edition in _published() if edition.code not in recorded]:
        yield _("Published before digests of editions were recorded, and so not compared: %(codes)s.") % {
            "codes": ", ".join(unknown)
        }


def _published() -> list[Edition]:
    return list(Edition.objects.filter(publication__isnull=False).order_by("code"))


def _recorded() -> dict[str, str]:
    """Return the last digest that the record has of each edition, by its code."""
    entries = Entry.objects.filter(action__in=PUBLISHED, object_type="edition").order_by("pk")
    return {e.object_id: e.details["sha256"] for e in genuine(entries) if "sha256" in e.details}

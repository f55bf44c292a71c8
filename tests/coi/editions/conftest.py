"""The edition of the note on Mali."""

import pytest

from coi.models import Edition


@pytest.fixture
def note(library) -> Edition:
    return Edition.objects.select_related("report").get(code="sem-mali-2021-04")

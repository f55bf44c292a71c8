"""A draft is a whole copy of a published edition, and storing it keeps others waiting only briefly."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from coi.drafts import copying, starting
from coi.drafts.refused import Refused
from coi.files import fixture
from coi.models import DraftWork, Edition, Finding
from coi.models.parts import CONTENT, rows_of

NAMES = {"code": "next", "label": "Made up"}
NOTE = "sem-mali-2021-04"


def test_a_copy_has_every_row_and_every_list_of_the_edition(library, make_user, office):
    note = Edition.objects.get(code=NOTE)
    before = fixture.entries(note)
    made = starting.copy(note, by=make_user(Role.COI_ADMIN, office), **NAMES)
    assert fixture.entries(made) == fixture.entries(note, **NAMES, published=False)
    assert fixture.entries(note) == before
    for model in CONTENT:  # the copy's rows are its own
        keys = set(rows_of(made, model).values_list("pk", flat=True))
        assert keys.isdisjoint(rows_of(note, model).values_list("pk", flat=True))


def test_the_number_of_statements_does_not_follow_the_number_of_findings(library):
    """Each table is one INSERT, or a few if the database limits the values of a statement."""
    rows = copying.read(Edition.objects.get(code=NOTE))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        copying.store(rows, **NAMES)
    findings = Finding.objects.filter(edition__code="next").count()
    written = [query["sql"] for query in asked if query["sql"].startswith("INSERT")]
    assert findings > 100
    assert len(written) < 2 * len(rows) < findings
    assert len([sql for sql in asked.captured_queries if sql["sql"].startswith("SELECT")]) == 1


def test_nothing_is_stored_under_a_code_that_was_taken_meanwhile(library, make_user, office, monkeypatch):
    """On PostgreSQL, two transactions may both find the code free. The database then refuses the second."""
    note, admin = Edition.objects.get(code=NOTE), make_user(Role.COI_ADMIN, office)
    store = copying.store

    def store_after_another(*rows, **names):
        store(*rows, **names)
        return store(*rows, **names)

    monkeypatch.setattr(copying, "store", store_after_another)
    with pytest.raises(Refused, match="already exists"):
        starting.copy(note, by=admin, **NAMES)
    assert not Edition.objects.filter(code="next").exists()
    assert not DraftWork.objects.filter(edition__code="next").exists()

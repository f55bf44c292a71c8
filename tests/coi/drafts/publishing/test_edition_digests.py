"""A published edition that was changed in the database differs from the audit record."""

import pytest
from django.core.management import call_command
from django.db import connection

from audit.models import Entry
from coi.drafts import edition_digests
from coi.files import fixture
from coi.models import Edition, Publication
from tests import factories

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def loaded(tmp_path) -> Edition:
    """A made-up edition that was loaded from its file, so that the record has its digest."""
    made = factories.second_report()
    text = fixture.dump(made, code="loaded-2022", label="Made up for tests")
    path = tmp_path / "loaded.yaml"
    path.write_text(text, encoding="utf-8")
    call_command("load_coi", path)
    return Edition.objects.get(code="loaded-2022")


def test_what_was_published_is_as_recorded_and_others_are_named(loaded):
    assert Entry.objects.get(action="coi.load").details["sha256"] == edition_digests.digest(loaded)
    assert list(edition_digests.problems()) == []
    (note,) = edition_digests.notes()
    assert "sem-mali-2021-04" in note
    assert "loaded-2022" not in note


OF_IT = "(SELECT id FROM coi_edition WHERE code = 'loaded-2022')"
CHANGES = {
    "a statement": f"UPDATE coi_finding SET statement = 'Nothing happened.' WHERE edition_id = {OF_IT}",
    "a list": "DELETE FROM coi_finding_places "
    f"WHERE finding_id IN (SELECT id FROM coi_finding WHERE edition_id = {OF_IT})",
    "a denial": "UPDATE coi_denial SET period_to = '2022-06' "
    f"WHERE finding_id IN (SELECT id FROM coi_finding WHERE edition_id = {OF_IT})",
    "a source": "UPDATE coi_source SET publisher = 'Somebody else' "
    f"WHERE footnote_id IN (SELECT id FROM coi_footnote WHERE edition_id = {OF_IT})",
    "a new footnote": "INSERT INTO coi_footnote "
    "(edition_id, number, section_code, paragraph, after_sentence, named_in) "
    f"SELECT edition_id, 2, section_code, 2, 1, named_in FROM coi_footnote WHERE edition_id = {OF_IT}",
    "the cut-off date": "UPDATE coi_edition SET cut_off = '2030-01-01' WHERE code = 'loaded-2022'",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_published_edition_that_was_changed_in_the_database_is_found(what, loaded, capsys):
    with connection.cursor() as cursor:
        cursor.execute(CHANGES[what])
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert "Edition loaded-2022 is not the one that was published" in capsys.readouterr().out


def test_a_retired_edition_is_unchanged(loaded):
    Publication.objects.filter(edition=loaded).update(retired_at="2026-11-30")
    assert list(edition_digests.problems()) == []

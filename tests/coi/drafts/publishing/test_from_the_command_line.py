"""An edition loaded from the command line replaces the current one."""

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import Entry
from coi.drafts import edition_digests
from coi.files import fixture
from coi.library import lookup
from coi.models import (
    Edition,
)
from tests import factories

pytestmark = pytest.mark.usefixtures("library")


def next_file(tmp_path, change=lambda text: text):
    """Return the file of a next edition of the Mali note, as somebody makes it in a text editor."""
    source = Edition.objects.get(code="sem-mali-2021-04")
    text = fixture.dump(source, code="sem-mali-next", label="Made up for tests: the next edition")
    path = tmp_path / "next.yaml"
    path.write_text(change(text), encoding="utf-8")
    return path


def reworded(text):
    return text.replace("at least 130 inhabitants", "at least 131 inhabitants")


@pytest.mark.slow
def test_a_file_of_a_next_edition_replaces_the_current_one_and_recalls_memos(
    library, tmp_path, caseworker, supervisor, capsys
):
    case = factories.make_case(caseworker)
    version = factories.approved(case, supervisor)
    call_command("load_coi", next_file(tmp_path, reworded))
    assert "replaces sem-mali-2021-04" in capsys.readouterr().out
    assert [e.code for e in lookup.current_editions("ML")] == ["sem-mali-next"]
    version.refresh_from_db()
    assert version.state == "recalled"
    assert [r.finding for r in version.recalls.all()] == ["sem-mali-2021-04/mop-20"]
    digest = edition_digests.digest(Edition.objects.get(code="sem-mali-next"))
    assert Entry.objects.get(action="coi.load").details == {"replaces": "sem-mali-2021-04", "sha256": digest}


@pytest.mark.slow
def test_a_file_that_leaves_a_finding_out_has_to_say_why(library, tmp_path, capsys):
    def without(text):
        entries = yaml.safe_load(text)
        kept = [e for e in entries if "kou-01" not in str(e["fields"].get("code", ""))]
        kept = [e for e in kept if "kou-01" not in str(e["fields"].get("finding", ""))]
        assert len(kept) < len(entries)
        for number, entry in enumerate((e for e in kept if e["model"] == "coi.finding"), start=1):
            entry["fields"]["position"] = number
        return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False)

    source = Edition.objects.get(code="sem-mali-2021-04")
    gone = source.findings.filter(denies=None, queries=None).values_list("code", flat=True)
    assert "kou-01" in gone
    path = next_file(tmp_path, without)
    with pytest.raises(CommandError, match=r"kou-01\. Give the reason with --because"):
        call_command("load_coi", path)
    assert not Edition.objects.filter(code="sem-mali-next").exists()
    call_command("load_coi", path, because="Made up for tests: it was withdrawn.")
    assert [e.code for e in lookup.current_editions("ML")] == ["sem-mali-next"]


@pytest.mark.slow
def test_the_file_of_a_replaced_edition_loaded_again_changes_nothing(library, tmp_path):
    call_command("load_coi", next_file(tmp_path, reworded))
    call_command("load_coi", "fixtures/coi/ml/sem-mali-2021-04.yaml")
    call_command("loaddata", "coi/ml/sem-mali-2021-04", verbosity=0)
    assert [e.code for e in lookup.current_editions("ML")] == ["sem-mali-next"]


@pytest.mark.slow
def test_plain_loaddata_puts_no_second_edition_beside_the_current_one(library, tmp_path):
    path = next_file(tmp_path, reworded)
    with pytest.raises(CommandError, match="sem-mali-2021-04 is the current edition of the same report"):
        call_command("loaddata", str(path), verbosity=0)
    assert not Edition.objects.filter(code="sem-mali-next").exists()

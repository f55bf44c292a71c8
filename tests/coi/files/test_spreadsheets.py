"""An edition as a spreadsheet: read completely, and written so that it loads again."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from assessments.answer import answer
from assessments.casefile import reader
from coi.drafts import draft_review, publishing, starting
from coi.files import fixture
from coi.files.spreadsheets import explaining, reading, workbook, workbook_xml, writing
from coi.files.spreadsheets.columns import SHEETS
from coi.models import (
    Actor,
    DraftWork,
    Edition,
    Figure,
    FigureRow,
    Finding,
    Source,
)
from tests import searching
from tests.coi.files.uploaded_spreadsheets import OLD, held, problems_of, send
from tests.coi.sheet_files import MALI, NIGER, as_excel_saves_it, bytes_of, repacked, rows, sheet_file
from tests.drafts import draft_of
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")

REFERENCE = Path(settings.BASE_DIR) / "docs" / "reference"


@pytest.fixture
def second(make_user, office) -> User:
    return make_user(Role.COI_ADMIN, office, "second")


# --- an office's own reports ----------------------------------------------------------------------------


def case_file(country: str, place: str, event_day: str) -> dict:
    return {
        "reference": "N-2026-00777", "country": country, "assessed_on": timezone.localdate().isoformat(),
        "places": [{"role": "home-area", "place": place}],
        "material_facts": [{
            "id": "F1", "kind": "past-event", "statement": "Invented.", "place": place, "from": event_day, "to": event_day,
            "event": "attack-on-village", "actors": [], "targets": ["fulani"],
        }],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("filled", "country", "place", "day", "searched"),
    [
        (NIGER, "NE", "Zinder", "2024-03-10", "Zinder"),
        (MALI, "ML", "Ogossagou, Mopti", "2019-03-23", "made up Ogossagou"),
    ],
)
def test_a_second_report_is_uploaded_published_by_another_person_and_matched(
    keeper, second, filled, country, place, day, searched
):
    code = filled["Edition"][0]["Edition code"]
    client = signed_in(keeper)
    made = send(client, sheet_file(rows(filled)))
    assert made.status_code == 302, [error["message"] for error in made.context["errors"]]
    assert made["Location"] == reverse("draft", args=[code])
    draft = Edition.objects.get(code=code)
    assert DraftWork.objects.get(edition=draft).begun_by == keeper
    digest = draft_review.review(draft).digest
    assert client.post(reverse("draft-publish", args=[code]), {"digest": digest}).status_code == 403
    published = signed_in(second).post(reverse("draft-publish", args=[code]), {"digest": digest})
    assert published["Location"] == reverse("edition", args=[code])

    page = searching.searched(client, reverse("search"), {"q": searched}).content.decode()
    assert f"{code}/findings/w-01" in page
    found = answer.answer(reader.read(case_file(country, place, day), today=timezone.localdate()))
    (fact,) = found.facts
    supporting = [one.card.key for one in fact.supporting]
    assert f"{code}/w-01" in supporting
    assert (len({key.partition("/")[0] for key in supporting}) > 1) is (country == "ML")


def test_names_in_cells_become_the_librarys_codes(keeper):
    edition = starting.upload(sheet_file(), by=keeper, name="x.xlsx")
    finding = edition.findings.get(code="w-01")
    assert [p.code for p in finding.places.all()] == ["gn-2437798"]
    assert [a.code for a in finding.actors.all()] == ["unknown"]
    assert {t.code for t in finding.targets.all()} == {"villager", "fulani"}
    assert finding.section.code == "west"
    assert [f.position for f in edition.findings.order_by("code")] == [1, 2]
    assert [(s.position, s.originator.code, s.kind) for s in Source.objects.filter(footnote__edition=edition)] == [
        (1, "made-up-monitor", "ngo"),
        (2, "hrw", "ngo"),
    ]
    assert FigureRow.objects.get(figure__edition=edition, is_total=True).position == 3
    assert edition.period_from == "2020"  # a number cell that holds a year
    assert edition.figures.get().values_available


def test_a_date_cell_is_a_day_only_if_it_shows_one():
    book = rows()
    book["Edition"][0]["Information up to"] = date(2024, 6, 30)
    book["Findings"][0]["From"] = date(2024, 3, 1)

    def shown(as_format):
        def change(made):
            for cell in made["Findings"][2]:
                if cell.is_date:
                    cell.number_format = as_format

        return change

    entries = reading.read(sheet_file(book, shown("dd/mm/yyyy"))).entries
    (edition,) = (e["fields"] for e in entries if e["model"] == "coi.edition")
    assert edition["cut_off"] == "2024-06-30"
    assert next(e["fields"] for e in entries if e["model"] == "coi.finding")["period_from"] == "2024-03-01"
    (problem,) = problems_of(sheet_file(book, shown("mmm-yy")))
    assert problem.startswith("Findings, row 2, “From”: The cell shows less than a day, but its value is 2024-03-01.")


@pytest.mark.parametrize("ticked", ["x", "X", "yes", "Y", True])
def test_an_x_in_a_cell_is_a_yes(ticked):
    filled = rows()
    filled["Sources"][0]["Primary"] = ticked
    assert reading.read(sheet_file(filled)).entries == reading.read(sheet_file()).entries


def test_columns_may_be_in_any_order():
    def turn(book):
        for name, lines in NIGER.items():
            headers = list(dict.fromkeys(header for line in lines for header in line))[::-1]
            del book[name]
            page = book.create_sheet(name)
            page.append(headers)
            for line in lines:
                page.append([line.get(header) for header in headers])

    assert reading.read(sheet_file(None, turn)).entries == reading.read(sheet_file()).entries


def test_a_file_as_other_programs_write_it_reads_the_same():
    """Texts stored separately and in runs, as Excel saves them; 2020.0 for 2020, as some programs export it."""
    whole = sheet_file()

    def change(parts):
        as_excel_saves_it(parts)
        page = parts["xl/worksheets/sheet1.xml"]
        assert b"<x:v>2020</x:v>" in page
        parts["xl/worksheets/sheet1.xml"] = page.replace(b"<x:v>2020</x:v>", b"<x:v>2020.0</x:v>")

    assert reading.read(repacked(whole, change)).entries == reading.read(whole).entries


# --- export and reload -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_edition_downloaded_uploads_to_the_same_byte_for_byte(keeper):
    draft = draft_of(Edition.objects.get(code=OLD), code="again", label="Made up for tests", by=keeper)
    Finding.objects.filter(edition=draft, code="mop-20").update(
        statement="=HYPERLINK(1)\nand -1, @here, _x0041_, “so”", quotation="+1"
    )
    Source.objects.filter(footnote__edition=draft).update(authors="-Somebody", pinpoint="@")
    Figure.objects.filter(edition=draft, number=1).update(source="=1+1")
    before = fixture.dump(draft)
    client = signed_in(keeper)
    response = client.get(reverse("edition-spreadsheet", args=["again"]))
    assert response["Content-Disposition"] == 'attachment; filename="again.xlsx"'
    Finding.objects.filter(edition=draft).update(statement="Something else.")
    assert send(client, response.content).status_code == 302
    assert fixture.dump(Edition.objects.get(code="again")) == before


@pytest.mark.slow
def test_a_published_edition_as_a_spreadsheet_is_the_same_to_load_coi(tmp_path, capsys):
    path = tmp_path / "note.xlsx"
    call_command("export_coi", OLD, spreadsheet=path)
    call_command("load_coi", path)
    assert "already published and identical" in capsys.readouterr().out
    book = reading.read(path.read_bytes())
    assert book.entries[-1] == {
        "model": "coi.publication", "fields": {"edition": [OLD], "published_at": "2026-11-23"},
    }  # fmt: skip


def test_nothing_in_a_download_is_a_formula(keeper):
    Actor.objects.filter(code="police").update(name="=cmd|' /C calc'!A0", note="\t=1+1")
    draft = starting.upload(sheet_file(), by=keeper, name="x.xlsx")
    Finding.objects.filter(edition=draft).update(statement="=1+1")
    for content in (writing.edition(draft), writing.template()):
        for page in openpyxl.load_workbook(BytesIO(content)):
            for row in page.iter_rows():
                for cell in row:
                    assert cell.data_type in ("s", "n")
                    if str(cell.value or "")[:1] in ("=", "+", "-", "@", "\t"):
                        assert cell.quotePrefix
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(workbook_xml, "MOST_ROWS", 10**6)
            assert not any(c.kind == "formula" for g in workbook.grids(content) for c in g.cells.values())


def test_a_text_too_long_for_a_cell_is_reported_and_no_file_is_written(keeper):
    draft = starting.upload(sheet_file(), by=keeper, name="x.xlsx")
    Finding.objects.filter(edition=draft, code="w-01").update(statement="x" * 32_768)
    response = signed_in(keeper).get(reverse("edition-spreadsheet", args=[draft.code]), follow=True)
    assert "too long for a cell" in response.content.decode()


# --- the template -----------------------------------------------------------------------------------


def test_the_template_has_every_column_and_its_example_is_not_read(keeper):
    response = signed_in(keeper).get(reverse("draft-template"))
    assert response["Content-Type"] == writing.MEDIA_TYPE
    book = openpyxl.load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["Instructions", *(s.name for s in SHEETS), "Accepted words"]
    for sheet in SHEETS:
        headers = [cell.value for cell in book[sheet.name][1]]
        assert headers == ["Example", *(column.header for column in sheet.columns)]
        for line in rows()[sheet.name]:
            book[sheet.name].append([line.get(header) for header in headers])
    codes = {cell.value for cell in book["Accepted words"]["B"]}
    assert {"jnim", "attack-on-village", "fulani", "no-evidence", "reported", "think-tank"} <= codes
    assert problems_of(response.content) == ["Edition: Fill in one row: the report and its edition."]
    before = reading.read(sheet_file()).entries
    assert reading.read(bytes_of(book)).entries == before
    book["Findings"]["H2"] = "Changed."
    (problem,) = problems_of(bytes_of(book))
    assert problem.startswith("Findings, row 2, “Example”: The row is marked as the example but was changed.")


def test_the_page_on_the_columns_is_made_from_them():
    assert (REFERENCE / "spreadsheet.md").read_text(encoding="utf-8") == explaining.page()


def test_the_worked_example_loads_unchanged_and_as_a_spreadsheet(tmp_path):
    path = REFERENCE / "second-report.template.yaml"
    call_command("check_coi", path)
    edition, is_new, _replaces = publishing.load(path, by="test")
    assert is_new
    assert not edition.is_published
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert all("EXAMPLE" in e["fields"]["statement"] for e in entries if e["model"] == "coi.finding")
    again = tmp_path / "example.xlsx"
    call_command("export_coi", edition.code, spreadsheet=again)
    assert in_order(reading.read(again.read_bytes()).entries) == in_order(fixture.entries(edition))


def in_order(entries: list) -> list[str]:
    """Return the entries sorted, for comparing."""
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)


def test_the_commands_say_sheet_row_and_field_and_change_nothing(tmp_path):
    filled = rows()
    filled["Findings"][0]["Places"] = "Nowhereville"
    path = tmp_path / "bad.xlsx"
    path.write_bytes(sheet_file(filled))
    before = held()
    for command in ("check_coi", "load_coi"):
        with pytest.raises(CommandError, match="Findings, row 2, “Places”: “Nowhereville” is not in the place list"):
            call_command(command, path)
    assert held() == before

"""Bad files, by mistake or on purpose: each gets a clear message and leaves the library unchanged."""

import csv
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role, User
from coi.editions.refusals import ImportRefused
from coi.files.spreadsheets import reading, workbook, workbook_xml
from tests.coi.files.uploaded_spreadsheets import held
from tests.coi.sheet_files import repacked, rows, sheet_file
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
SHEET = "xl/worksheets/sheet7.xml"  # Findings


def with_rows(**changes: Any) -> bytes:
    """Return the valid file with cells changed: ``Findings_0={"Places": "…"}``."""
    filled = rows()
    for where, change in changes.items():
        name, _, row = where.rpartition("_")
        filled[name.replace("_", " ")][int(row)] |= change
    return sheet_file(filled)


def with_cell(sheet: str, name: str, value: Any) -> bytes:
    """Return the valid file with one cell set, as a program would set it."""
    return sheet_file(None, lambda book: book[sheet].__setitem__(name, value))


def with_part(name: str, old: str, new: str) -> bytes:
    """Return the valid file with the XML of a part changed."""

    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[name], parts[name][:2000]
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)

    return repacked(sheet_file(), change)


def with_new_part(name: str, content: bytes) -> bytes:
    return repacked(sheet_file(), lambda parts: parts.update({name: content}))


def zipped(count: int, size: int = 0) -> bytes:
    """Return a zip file with this number of parts, each with this number of zeros."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for number in range(count):
            package.writestr(f"xl/part{number}.xml", b"0" * size)
    return stream.getvalue()


def claiming_less(content: bytes) -> bytes:
    """Return a zip bomb whose directory understates its parts."""
    sizes = BytesIO(content).read()
    with zipfile.ZipFile(BytesIO(content)) as package:
        for part in package.infolist():
            sizes = sizes.replace(struct.pack("<L", part.file_size), struct.pack("<L", 10))
    return sizes


def latin_1_csv() -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=";").writerows([["Code", "Statement"], ["a-01", "À Ménaka, rien."]])
    return text.getvalue().encode("latin-1")


def many_sheets() -> bytes:
    return sheet_file(None, lambda book: [book.create_sheet(f"More {n}") for n in range(workbook.MOST_SHEETS)])


def twice(header: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        page = book["Findings"]
        page.cell(1, page.max_column + 1, header)

    return change


def without(sheet: str) -> bytes:
    return sheet_file(None, lambda book: book.remove(book[sheet]))


def deep(levels: int) -> bytes:
    return with_part(SHEET, "<sheetData>", "<a>" * levels + "</a>" * levels + "<sheetData>")


def relation(kind: str) -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="rX" Type="{base}/{kind}" Target="file:///etc/passwd" TargetMode="External"/>'
    return with_part("xl/_rels/workbook.xml.rels", "</Relationships>", f"{link}</Relationships>")


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OWN = """
- model: coi.report
  fields: {code: made-up, title: Made up, publisher: Nobody, product_type: note, country: ML, language: en}
"""
ALIASES = "- &a0 [x]\n" + "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 1000)}]\n" for n in range(1, 4))

# The file, its name, and the start or a part of the message.
BAD: dict[str, tuple[Callable[[], bytes], str, str]] = {
    # not spreadsheets
    "a Latin-1 CSV renamed": (latin_1_csv, "x.xlsx", "The file is not an .xlsx spreadsheet, whatever its name"),
    "an empty file": (lambda: b"", "x.xlsx", "The file is not an .xlsx spreadsheet"),
    "an old .xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "x.xls", "The file has the old format (.xls)"),
    "half of a file": (lambda: sheet_file()[: len(sheet_file()) // 2], "x.xlsx", "The spreadsheet cannot be read because it is damaged"),
    "a file without its end": (lambda: sheet_file()[:-30], "x.xlsx", "The spreadsheet cannot be read because it is damaged"),
    "another kind of zip": (lambda: zipped(1, 10), "x.xlsx", "The spreadsheet cannot be read"),
    "XML that breaks off": (lambda: with_part(SHEET, "</worksheet>", ""), "x.xlsx", "The spreadsheet cannot be read"),
    "NUL in its XML": (lambda: with_part(SHEET, "Made up:", "Made\0up:"), "x.xlsx", "The spreadsheet cannot be read"),
    "NUL as an entity": (lambda: with_part(SHEET, "Made up:", "Made&#0;up:"), "x.xlsx", "The spreadsheet cannot be read"),
    "a text that is not there": (lambda: with_part(SHEET, 't="n"', 't="s"'), "x.xlsx", "The spreadsheet cannot be read"),
    # bombs
    "too large a file": (lambda: b"PK" + b"x" * 5_000_000, "x.xlsx", "The file is larger than 5 MB."),
    "a zip bomb": (lambda: zipped(3, 20_000_000), "x.xlsx", "Unpacked, the file is far larger"),
    "a dense part": (lambda: zipped(1, 3_000_000), "x.xlsx", "Unpacked, the file is far larger"),
    "a zip bomb that understates itself": (lambda: claiming_less(zipped(3, 20_000_000)), "x.xlsx", "The spreadsheet cannot be read"),
    "many parts": (lambda: zipped(300), "x.xlsx", "The file has more than 200 parts."),
    "many sheets": (many_sheets, "x.xlsx", "The file needs at least one sheet and may have 20."),
    "many cells": (lambda: with_part(SHEET, "<sheetData>", "<sheetData>" + '<row r="9">' + "<c/>" * 700_000 + "</row>"), "x.xlsx", "Unpacked, the file is far larger"),
    "a cell far away": (lambda: with_cell("Findings", "XFD1048576", "x"), "x.xlsx", "Sheet Findings: at most 5000 rows and 60 columns are read; XFD1048576 is filled."),
    "entities": (lambda: with_part(SHEET, "<worksheet", f"{ENTITIES}<worksheet"), "x.xlsx", "The file has a document type or entities"),
    "nesting": (lambda: deep(100), "x.xlsx", "The file is nested too deeply."),
    "a merged sheet": (lambda: with_part(SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "x.xlsx", "Findings: The cells A1:XFD1048576 are merged"),
    "an endless text": (lambda: with_part(SHEET, "Made up:", "".join(f"{n:x}" for n in range(20_000))), "x.xlsx", "A cell has more than 32767 characters."),
    # active content and outside references
    "macros": (lambda: with_new_part("xl/vbaProject.bin", b"x"), "x.xlsx", "The file has macros, controls or links to other files (xl/vbaProject.bin)"),
    "macros by its type": (lambda: with_part("[Content_Types].xml", "spreadsheetml.sheet.main", "sheet.macroEnabled.main"), "x.xlsm", "The file may hold macros (.xlsm)"),
    "another workbook": (lambda: with_new_part("xl/externalLinks/externalLink1.xml", b"<x/>"), "x.xlsx", "The file has macros, controls or links"),
    "a file elsewhere": (lambda: relation("externalLinkPath"), "x.xlsx", "The file refers to another file (externalLinkPath)"),
    # sheets and headers
    "a sheet missing": (lambda: without("Coverage"), "x.xlsx", "Coverage: The sheet is missing"),
    "a sheet unknown": (lambda: sheet_file(None, lambda b: b.create_sheet("Findngs")), "x.xlsx", "Findngs: This sheet does not belong to an edition."),
    "a header twice": (lambda: sheet_file(None, twice("Places")), "x.xlsx", "Findings, row 1, “Places”: This header is there twice."),
    "a header unknown": (lambda: sheet_file(None, twice("Plaices")), "x.xlsx", "Findings, row 1: “Plaices” is not a header of this sheet. Similar: Places"),
    "a header missing": (lambda: sheet_file(None, lambda b: b["Findings"].delete_cols(1)), "x.xlsx", "Findings, row 1, “Code”: This header is missing."),
    "a column without one": (lambda: with_cell("Sections", "H3", "x"), "x.xlsx", "Sections, row 1: H3 is filled, but its column has no header."),
    "two editions": (lambda: sheet_file({**rows(), "Edition": [rows()["Edition"][0], rows()["Edition"][0] | {"Edition code": "b"}]}), "x.xlsx", "Edition, row 3: A file has one edition. This is a second one."),
    "an example that is none": (lambda: sheet_file(None, lambda b: (b["Sections"].__setitem__("D1", "Example"), b["Sections"].__setitem__("D2", "yes"))), "x.xlsx", "Sections, row 2, “Example”: Leave this cell empty"),
    "a direction in a sheet’s name": (lambda: sheet_file(None, lambda b: b.create_sheet("Find\u202eings")), "x.xlsx", "Find?ings: This sheet does not belong to an edition."),
    "no edition": (lambda: sheet_file({**rows(), "Edition": []}), "x.xlsx", "Edition: Fill in one row: the report and its edition."),
    # cells
    "a cell twice": (lambda: with_part(SHEET, '<c r="C2" t="n"><v>1</v></c>', '<c r="C2" t="n"><v>1</v></c>' * 2), "x.xlsx", "The spreadsheet cannot be read"),
    "a number that is none": (lambda: with_part(SHEET, '<c r="C2" t="n"><v>1</v>', '<c r="C2" t="n"><v>NaN</v>'), "x.xlsx", "The spreadsheet cannot be read"),
    "a formula": (lambda: with_cell("Findings", "E2", "=HYPERLINK(1)"), "x.xlsx", "Findings, row 2, “Statement”: The cell has a formula"),
    "a formula with a result": (lambda: with_part(SHEET, '<c r="C2" t="n"><v>1</v></c>', '<c r="C2"><f>1+0</f><v>1</v></c>'), "x.xlsx", "Findings, row 2, “Paragraph”: The cell has a formula"),
    "a formula for a header": (lambda: with_cell("Findings", "E1", '="Statement"'), "x.xlsx", "Findings, row 1: E1 is not a header."),
    "an error": (lambda: with_cell("Findings", "E2", "#REF!"), "x.xlsx", "Findings, row 2, “Statement”: The cell has an error (#REF!)."),
    "merged cells": (lambda: sheet_file(None, lambda b: b["Findings"].merge_cells("A2:A3")), "x.xlsx", "Findings: The cells A2:A3 are merged"),
    "an escaped NUL": (lambda: with_rows(Findings_0={"Statement": "a_x0000_b"}), "x.xlsx", "Findings, row 2, “Statement”: The text has a character that cannot be shown: U+0000"),
    "half a character": (lambda: with_rows(Findings_0={"Statement": "a_xD800_b"}), "x.xlsx", "Findings, row 2, “Statement”: The text has a character that cannot be shown: U+D800"),
    "a direction": (lambda: with_rows(Findings_0={"Statement": "a\u202eb"}), "x.xlsx", "Findings, row 2, “Statement”: The text has a character that cannot be shown: U+202E"),
    "a direction in a code": (lambda: with_rows(Findings_0={"Code": "a\u200f"}), "x.xlsx", "Findings, row 2, “Code”: The text has a character"),
    "a number for a title": (lambda: with_rows(Sections_0={"Title": 1.0}), "x.xlsx", "Sections, row 2, “Title”: 1 is a number, but text is needed."),
    "a number for a code": (lambda: with_rows(Findings_0={"Code": 1.5}), "x.xlsx", "Findings, row 2, “Code”: 1.5 is a number, but text is needed."),
    "1.0 for 1": (lambda: with_rows(Findings_0={"Footnotes": "1.0"}), "x.xlsx", "Findings, row 2, “Footnotes”: 1.0 is not accepted. Write a whole number"),
    "a half": (lambda: with_rows(Findings_0={"Sentence": 1.5}), "x.xlsx", "Findings, row 2, “Sentence”: 1.5 is not accepted"),
    "other digits": (lambda: with_rows(Findings_0={"Sentence": "١"}), "x.xlsx", "Findings, row 2, “Sentence”: ١ is not accepted"),
    "true for text": (lambda: with_rows(Sections_0={"Title": True}), "x.xlsx", "Sections, row 2, “Title”: This is TRUE or FALSE, but text is needed."),
    "a date for text": (lambda: with_rows(Sections_0={"Title": date(2024, 5, 1)}), "x.xlsx", "Sections, row 2, “Title”: This is a date, but text is needed."),
    "perhaps": (lambda: with_rows(Sources_0={"Primary": "perhaps"}), "x.xlsx", "Sources, row 2, “Primary”: perhaps is not accepted. Write yes or no."),
    "negative fatalities": (lambda: with_rows(Figure_rows_0={"Fatalities": -5}), "x.xlsx", "Figure rows, row 2, “Fatalities”: -5 is not accepted"),
    "absurd fatalities": (lambda: with_rows(Figure_rows_0={"Fatalities": 10**15}), "x.xlsx", "Figure rows, row 2, “Fatalities”: 1000000000000000 is not accepted"),
    "doubtful fatalities": (lambda: with_rows(Figure_rows_0={"Fatalities": "1,271"}), "x.xlsx", "Figure rows, row 2, “Fatalities”: 1,271 is not accepted"),
    "a far sentence": (lambda: with_rows(Findings_0={"Sentence": 99_999}), "x.xlsx", "Findings, row 2, “Sentence”: 99999 is too large"),
    "1899": (lambda: with_rows(Findings_0={"From": "1899"}), "x.xlsx", "Findings, row 2, “From”: “1899” is not accepted. The year must be from 1900 to 2100."),
    "2199": (lambda: with_rows(Edition_0={"Information up to": date(2199, 1, 1)}), "x.xlsx", "Edition, row 2, “Information up to”: 2199-01-01 is not accepted"),
    "a serial of 1899": (lambda: with_part("xl/worksheets/sheet1.xml", "2024-06-30", "2024-02-31"), "x.xlsx", "Edition, row 2, “Information up to”: “2024-02-31” is not a date"),
    "a day that Excel only counts": (lambda: sheet_file(None, lambda b: (b["Findings"].__setitem__("L2", 0), setattr(b["Findings"]["L2"], "number_format", "yyyy-mm-dd"))), "x.xlsx", "Findings, row 2, “From”: This date cell has no day"),
    "a time of day": (lambda: sheet_file(None, lambda b: (b["Findings"].__setitem__("L2", 45000.5), setattr(b["Findings"]["L2"], "number_format", "yyyy-mm-dd"))), "x.xlsx", "Findings, row 2, “From”: This date cell has no day"),
    "a date of another order": (lambda: with_rows(Findings_0={"From": "03/04/2024"}), "x.xlsx", "Findings, row 2, “From”: “03/04/2024” can mean 3 April 2024 or 4 March 2024"),
    "an unknown place": (lambda: with_rows(Findings_0={"Places": "Zindre"}), "x.xlsx", "Findings, row 2, “Places”: “Zindre” is not in the place list for Niger. Similar spellings: Zinder"),
    "a place of another name": (lambda: with_rows(Findings_0={"Places": "Zinder [gn-2452421]"}), "x.xlsx", "Findings, row 2, “Places”: gn-2452421 is Ogossagou"),
    "an ambiguous place": (lambda: with_rows(Edition_0={"Country": "Mali"}, Findings_0={"Places": "Farabougou"}), "x.xlsx", "Findings, row 2, “Places”: “Farabougou” may mean 9 places. Write one of these: "),
    "an unknown country": (lambda: with_rows(Edition_0={"Country": "Nigerr"}), "x.xlsx", "Edition, row 2, “Country”: “Nigerr” is not a country. Similar: NE (Niger)"),
    "an unknown actor": (lambda: with_rows(Findings_0={"Actors": "jnmi"}), "x.xlsx", "Findings, row 2, “Actors”: “jnmi” is not an actor in the vocabulary. Similar: jnim (JNIM (GSIM))"),
    "an actor like none": (lambda: with_rows(Findings_0={"Actors": "VDP"}), "x.xlsx", "Findings, row 2, “Actors”: “VDP” is not an actor in the vocabulary. All accepted values are on the sheet Accepted words of the template."),
    "a kind of event in more words": (lambda: with_rows(Findings_0={"Kinds of event": "abduction of villagers"}), "x.xlsx", "Findings, row 2, “Kinds of event”: “abduction of villagers” is not a kind of event in the vocabulary. Similar: abduction"),
    "commas between kinds of event": (lambda: with_rows(Findings_0={"Kinds of event": "attack, abduction"}), "x.xlsx", "Findings, row 2, “Kinds of event”: Put ; between the items: attack; abduction."),
    "a line break between actors": (lambda: with_rows(Findings_0={"Actors": "jnim\nunknown"}), "x.xlsx", "Findings, row 2, “Actors”: Put ; between the items: jnim; unknown."),
    "commas, and a word that is none": (lambda: with_rows(Findings_0={"Kinds of event": "attack, peace"}), "x.xlsx", "Findings, row 2, “Kinds of event”: “peace” is not a kind of event"),
    "commas between footnotes": (lambda: with_rows(Findings_0={"Footnotes": "1, 2"}), "x.xlsx", "Findings, row 2, “Footnotes”: Put ; between the items: 1; 2."),
    "commas between findings": (lambda: with_rows(Queries_0={"Findings": "w-01, w-02"}), "x.xlsx", "Queries, row 2, “Findings”: Put ; between the items: w-01; w-02."),
    "an unknown trait": (lambda: with_rows(Findings_0={"Targets": "Martians"}), "x.xlsx", "Findings, row 2, “Targets”: “Martians” is not a trait"),
    "an originator under two codes": (lambda: with_rows(Originators_0={"Name": "Human rights watch"}), "x.xlsx", "Originators, row 2, “Name”: “Human rights watch” is in the library under the code hrw"),
    "no web address": (lambda: with_rows(Sources_0={"Address": "javascript:alert(1)"}), "x.xlsx", "Sources, row 2, “Address”: javascript:alert(1) is not a web address. Write all of it, without blanks, such as https://example.org/report."),
    "too long a title": (lambda: with_rows(Sections_0={"Title": "x" * 201}), "x.xlsx", "Sections, row 2, “Title”: At most 200 characters are accepted. This text has 201."),
    "a code with a blank": (lambda: with_rows(Findings_0={"Code": "a 1"}), "x.xlsx", "Findings, row 2, “Code”: “a 1” is not a code. A code may have only letters from a to z, digits, hyphens and underscores. Such as: a-1."),
    "a code twice": (lambda: with_rows(Findings_1={"Code": "w-01"}), "x.xlsx", "Findings, row 3, “Code”: w-01 is already in row 2."),
    "thousands of faults": (lambda: sheet_file({**rows(), "Sections": [{"Code": f"a {n}"} for n in range(400)]}), "x.xlsx", "There are more problems than these. Fix these first."),
    # YAML
    "YAML with a tag": (lambda: b"- !!python/object/apply:os.system ['true']\n", "x.yaml", "fixture.yaml: cannot be read as YAML: tags"),
    "YAML with a thousandfold alias": (lambda: ALIASES.encode(), "x.yaml", "fixture.yaml: cannot be read as YAML: aliases"),
    "deep YAML": (lambda: b"- " * 20 + b"x\n", "x.yaml", "fixture.yaml: cannot be read as YAML: it is nested too deeply"),
    "YAML in Latin-1": (lambda: OWN.replace("Nobody", "Ménaka").encode("latin-1"), "x.yaml", "fixture.yaml: byte"),
    "YAML with fields missing": (lambda: (OWN + "- {model: coi.section, fields: {edition: [a], place: [nowhere]}}\n- {model: coi.edition, fields: {code: a}}\n").encode(), "x.yaml", "entry 2 (section a): code: It is missing: code must be filled in."),
    "half of a YAML file": (lambda: OWN.encode()[:70], "x.yaml", "fixture.yaml: cannot be read as YAML"),
    "a spreadsheet called YAML": (lambda: with_rows(Findings_0={"Places": "Zindre"}), "x.yaml", "Findings, row 2, “Places”: “Zindre” is not in the place list for Niger."),
}  # fmt: skip


@pytest.fixture
def keeper(make_user, office) -> User:
    return make_user(Role.COI_ADMIN, office, "keeper")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_ends_in_a_clear_message_and_an_unchanged_library(keeper, client, name):
    make, called, said = BAD[name]
    signed_in(keeper, client)
    before = held()
    response = client.post(reverse("draft-upload"), {"file": SimpleUploadedFile(called, make())})
    messages = [error["message"] for error in response.context["errors"]]
    assert response.status_code == 422
    assert any(message.startswith(said) for message in messages), messages
    assert held() == before


def test_the_file_that_the_bad_ones_are_made_from_is_good(keeper, client):
    signed_in(keeper, client)
    sent = repacked(sheet_file(), lambda parts: parts)
    assert client.post(reverse("draft-upload"), {"file": SimpleUploadedFile("x", sent)}).status_code == 302


def test_a_cell_linked_to_a_web_page_is_accepted(keeper):
    def linked(book: Any) -> None:
        book["Sources"]["G2"].hyperlink = "https://example.org/q"

    assert reading.read(sheet_file(None, linked)).entries == reading.read(sheet_file()).entries


def test_cells_are_counted_before_they_are_stored(monkeypatch):
    monkeypatch.setattr(workbook_xml, "MOST_ELEMENTS", 1_000)
    with pytest.raises(ImportRefused, match="more cells than an edition needs"):
        workbook.grids(with_part(SHEET, "<sheetData>", "<sheetData>" + "".join(f'<c r="A{n}"/>' for n in range(1_000))))

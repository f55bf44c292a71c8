"""Spreadsheets of invented editions, filled in as people would: names, not codes."""

import copy
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from openpyxl import Workbook

Rows = dict[str, list[dict[str, Any]]]

NIGER: Rows = {
    "Edition": [
        {
            "Report code": "made-up-niger", "Report title": "Made up for tests, Niger", "Publisher": "Nobody",
            "Type of report": "country report", "Country": "Niger", "Language": "en",
            "Edition code": "made-up-niger-2024", "How it is cited": "Made up for tests, Niger, 2024",
            "Information up to": "2024-06-30", "Latest access date": "2024-07-01",
            "Reported period from": 2020, "Current period from": "2023", "Scope": "Nothing; made up.",
        }
    ],
    "Sections": [{"Code": "west", "Title": "The west", "Undated statements cover the time from": "2023"}],
    "Coverage": [
        {"Code": "attacks", "Place": "Niger", "Kinds of event": "armed attack (kind not named); abduction",
         "From": "2020", "To": "2024-06-30", "Basis": "It says so."},
    ],
    "Originators": [{"Code": "made-up-monitor", "Name": "Made-up Monitor"}],
    "Footnotes": [{"Number": 1, "Section": "The west", "Paragraph": 1, "After sentence": 2}],
    "Sources": [
        {"Footnote": 1, "Originator": "Made-up Monitor", "Publisher": "Nobody’s Press", "Title": "Made-up quarter",
         "Date as printed": "May 2024", "Publication date": "2024-05", "Address": "https://example.org/q",
         "Accessed on": "2024-06-20", "Kind": "non-governmental organisation", "Primary": "yes"},
        {"Footnote": 1, "Originator": "hrw", "Publisher": "Nobody", "Title": "Another", "Kind": "ngo"},
    ],
    "Findings": [
        {"Code": "w-01", "Section": "west", "Paragraph": 1, "Sentence": 1, "Statement": "Made up: Zinder was attacked in March 2024.",
         "Kind": "occurrence", "Strength": "reported", "Places": "Zinder", "Actors": "nobody knows who",
         "Kinds of event": "attack on a village", "Targets": "villager; Peul", "From": "2024-03", "To": "2024-03", "Footnotes": 1},
        {"Code": "w-02", "Section": "west", "Paragraph": 1, "Sentence": 2, "Statement": "Made up: nothing happened at Maradi in 2023.",
         "Kind": "denial", "Strength": "stated", "Footnotes": "1", "Denied: places": "Maradi",
         "Denied: kinds of event": "attack", "Denied: from": "2023", "Denied: to": "2023"},
    ],
    "Figures": [
        {"Number": 1, "Title": "Made-up fatalities", "Source as printed": "Made-up Monitor", "Originator": "made-up-monitor",
         "Footnotes": 1, "What is counted": "fatalities"},
    ],
    "Figure rows": [
        {"Figure": 1, "Place": "Niger", "Place as printed": "All", "Period as printed": "2022", "From": "2022", "To": "2022", "Fatalities": 12},
        {"Figure": 1, "Place": "NE", "Place as printed": "All", "Period as printed": "2023", "From": "2023", "To": "2023", "Fatalities": 8},
        {"Figure": 1, "Place": "Niger", "Place as printed": "All", "Period as printed": "Total", "From": "2022", "To": "2023",
         "A total as printed": "yes", "Fatalities": 20},
    ],
    "Queries": [{"Code": "q-01", "Date of the remark": "2026-11-23", "Remark": "Odd, and made up.", "Findings": "w-01", "Figures": "1"}],
}  # fmt: skip

# A second report on Mali: it denies events that the note does not mention, and supports others that it does.
MALI: Rows = {
    **copy.deepcopy(NIGER),
    "Edition": [
        NIGER["Edition"][0] | {
            "Report code": "made-up-mali", "Report title": "Made up for tests, Mali", "Country": "ML",
            "Edition code": "made-up-mali-2024", "How it is cited": "Made up for tests, Mali, 2024",
            "Reported period from": "2015", "Current period from": "2019",
        }
    ],
    "Sections": [{"Code": "west", "Title": "The west", "Undated statements cover the time from": "2015"}],
    "Coverage": [{"Code": "attacks", "Place": "Mali", "Kinds of event": "attack", "From": "2015", "To": "2024-06", "Basis": "It says so."}],
    "Findings": [
        NIGER["Findings"][0] | {"Statement": "Made up: Ogossagou was attacked in March 2019.", "Places": "Ogossagou, Mopti",
                                "Actors": "Dogon hunters", "Targets": "Peul", "From": "2019-03", "To": "2019-03"},
        NIGER["Findings"][1] | {"Statement": "Made up: Bourem was not attacked in 2023.", "Denied: places": "Bourem, Bourem, Gao"},
    ],
    "Figure rows": [row | {"Place": "ML"} for row in NIGER["Figure rows"]],
}  # fmt: skip


def rows(of: Rows = NIGER) -> Rows:
    """Return a copy to change."""
    return copy.deepcopy(of)


def book_of(filled: Rows) -> Workbook:
    """Return the workbook with headers in row 1 and the rows below, with all headers used on each sheet."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in filled.items():
        page = book.create_sheet(name)
        headers = list(dict.fromkeys(header for line in [*NIGER.get(name, []), *lines] for header in line))
        page.append(headers)
        for line in lines:
            page.append([line.get(header) for header in headers])
    return book


def bytes_of(book: Workbook) -> bytes:
    """Return the workbook as a file."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_file(filled: Rows | None = None, *changes: Callable[[Workbook], Any]) -> bytes:
    """Return the file of these rows, after changes to the workbook."""
    book = book_of(filled or rows())
    for change in changes:
        change(book)
    return bytes_of(book)


def repacked(content: bytes, change: Callable[[dict[str, bytes]], Any]) -> bytes:
    """Return the file with its parts changed."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


def as_excel_saves_it(parts: dict[str, bytes]) -> None:
    """Move texts into a shared part with runs and phonetic guides, and prefix the element names."""
    texts: list[str] = []

    def shared(found: re.Match[str]) -> str:
        texts.append(found[2])
        return f'<c{found[1]}t="s"><v>{len(texts) - 1}</v></c>'

    inline = re.compile(r'<c([^>]*)t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')
    for name in [name for name in parts if name.startswith("xl/worksheets/")]:
        page = inline.sub(shared, parts[name].decode())
        page = re.sub(r"<(/?)(\w)", r"<\1x:\2", page).replace("xmlns=", "xmlns:x=", 1)
        parts[name] = page.encode()
    runs = [
        f"<si><r><t>{t[:3]}</t></r><r><rPr/><t>{t[3:]}</t></r><rPh sb='0' eb='1'><t>so</t></rPh></si>" for t in texts
    ]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{"".join(runs)}</sst>'.encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relations = parts["xl/_rels/workbook.xml.rels"].decode()
    more = f'<Relationship Id="rTexts" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", more).encode()

"""Problems in a spreadsheet are reported by sheet, row and field."""

import pytest

from tests.coi.files.uploaded_spreadsheets import OLD, held, problems_of, send
from tests.coi.sheet_files import rows, sheet_file
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


def test_all_problems_are_reported_together_with_their_paths(keeper):
    filled = rows()
    filled["Edition"][0]["Information up to"] = "31.6.2024"
    filled["Coverage"][0]["Kinds of event"] = "attak; abduction; peace"
    filled["Sources"][1]["Originator"] = "somebody else"
    filled["Findings"][0]["Actors"] = "soldiers of nowhere"
    filled["Findings"][1]["Footnotes"] = "1; 9"
    filled["Findings"].append(filled["Findings"][0] | {"Kind": "rumour"})
    filled["Figure rows"][1]["Fatalities"] = None
    before = held()
    response = send(signed_in(keeper), sheet_file(filled))
    assert response.status_code == 422
    said = [error["message"] for error in response.context["errors"]]
    assert held() == before
    for start in (
        "Edition, row 2, “Information up to”: “31.6.2024” is not a date: June 2024 has the days 1 to 30",
        "Coverage, row 2, “Kinds of event”: “attak” is not a kind of event in the vocabulary. Similar: attack",
        "Coverage, row 2, “Kinds of event”: “peace” is not a kind of event",
        "Sources, row 3, “Originator”: “somebody else” is not an originator",
        "Findings, row 2, “Actors”: “soldiers of nowhere” is not an actor",
        "Findings, row 3, “Footnotes”: There is no number 9 on the sheet Footnotes.",
        "Findings, row 4, “Code”: w-01 is already in row 2.",
        "Findings, row 4, “Kind”: “rumour” is not in the list. Accepted: occurrence; pattern;",
        "Figure rows, row 3, “Fatalities”: Fill in this cell. It accepts a whole number.",
    ):
        assert any(message.startswith(start) for message in said), (start, said)


# The error and its row, other changes to the file, and the only message.
TITLES = {"Findings": {"Section": "The west"}}
NAMES = {"Sources": {"Originator": "Made-up Monitor"}, "Figures": {"Originator": "Made-up Monitor"}}
SPREADS = {
    "a section's code": ("Sections", {"Code": "the west"}, {"Findings": {"Section": "the west"}}, "“Code”:"),
    "a section without a code": ("Sections", {"Code": None}, TITLES, "“Code”: Fill in this cell"),
    "a section's title": ("Sections", {"Title": 2}, {"Footnotes": {"Section": "2"}}, "“Title”: 2 is a number"),
    "a section's date": ("Sections", {"Undated statements cover the time from": "2o23"}, {}, "“Undated statements"),
    "a footnote": ("Footnotes", {"Number": "1)"}, {}, "“Number”: 1) is not accepted"),
    "a figure": ("Figures", {"Number": "Fig. 1"}, {}, "“Number”: Fig. 1 is not accepted"),
    "an originator's code": ("Originators", {"Code": "made up"}, NAMES, "“Code”:"),
    "a finding's code": ("Findings", {"Code": "w 01"}, {"Queries": {"Findings": "w 01"}}, "“Code”:"),
}


@pytest.mark.parametrize("name", SPREADS)
def test_references_to_a_refused_row_are_not_reported_again(name):
    sheet, change, others, said = SPREADS[name]
    filled = rows()
    filled[sheet][0] |= change
    for other, cells in others.items():
        filled[other][0] |= cells
    if name == "a section without a code":
        filled["Findings"][1] |= TITLES["Findings"]
    elif name == "a section's code":
        filled["Findings"][1] |= others["Findings"]
    (found,) = problems_of(sheet_file(filled))
    assert found.startswith(f"{sheet}, row 2, {said}")


@pytest.mark.parametrize("sheet", ["Sections", "Footnotes", "Originators", "Figures"])
def test_rows_that_refer_to_a_missing_sheet_are_not_reported(sheet):
    assert problems_of(sheet_file(None, lambda book: book.remove(book[sheet]))) == [
        f"{sheet}: The sheet is missing. It may be empty below its headers."
    ]


def test_an_empty_list_of_accepted_values_is_never_printed():
    found = problems_of(sheet_file(rows() | {"Sections": []}))
    assert found[0].startswith(
        "Footnotes, row 2, “Section”: “The west” is not a section. The sheet Sections has no accepted row"
    )
    assert not any("Accepted: ." in message for message in found)


LATER = {
    "totals": ("Figure rows", 2, {"Fatalities": 21}, "Figure rows, row 4, “Fatalities”: All, Total: printed 21, adds up to 20"),
    "absurd": ("Figure rows", 0, {"Fatalities": 99_000_000}, "Figure rows, row 2, “Fatalities”: All, 2022: 99,000,000 fatalities are more"),
    "no place": ("Findings", 0, {"Places": None}, "Findings, row 2, “Places”: it names no place"),
    "no denial": ("Findings", 1, {"Denied: kinds of event": None}, "Findings, row 3, “Denied: kinds of event”: in what it denies: it names no event kind"),
    "past the cut-off": ("Findings", 0, {"To": "2024-07-01"}, "Findings, row 2, “To”: its period ends after the cut-off"),
    "not covered": ("Findings", 1, {"Denied: kinds of event": "coup"}, "Findings, row 3, “Denied: places”: coup in Maradi"),
    "footnotes": ("Findings", 0, {"Footnotes": None}, "Findings, row 2, “Footnotes”: its place in the report puts it under footnote 1"),
    "no access date": ("Sources", 0, {"Accessed on": None}, "Sources, row 2, “Accessed on”: item 1 has an address and no access date"),
    "order of time": ("Edition", 0, {"Current period from": "2019"}, "Edition, row 2, “Current period from”: the reported period"),
    "a section": ("Sections", 0, {"Undated statements cover the time from": "2019"}, "Sections, row 2, “Undated statements cover the time from”: its period begins"),
    "a coverage row": ("Coverage", 0, {"To": "2019"}, "Coverage, row 2, “To”: ends before it begins"),
    "a reserved code": ("Edition", 0, {"Edition code": "drafts"}, "Edition, row 2, “Edition code”: “drafts” is reserved for the library’s addresses"),
    "a published code": ("Edition", 0, {"Edition code": OLD}, f"Edition, row 2, “Edition code”: {OLD} is published and never changes"),
    "another's report": ("Edition", 0, {"Report code": "sem-mali"}, "Edition, row 2, “Report title”: the file changes title"),
}  # fmt: skip


@pytest.mark.parametrize("name", LATER)
def test_problems_found_by_the_checks_name_sheet_row_and_field(keeper, name):
    sheet, row, change, said = LATER[name]
    filled = rows()
    filled[sheet][row] |= change
    before = held()
    response = send(signed_in(keeper), sheet_file(filled))
    assert response.status_code == 422
    messages = [error["message"] for error in response.context["errors"]]
    assert any(message.startswith(said) for message in messages), messages
    assert held() == before

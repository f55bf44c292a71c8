"""Dates as they are typed and shown, in every form that takes one."""

import re
from datetime import date

import pytest

from coi.models.base import MomentField
from coi.text import dates
from coi.text.date_fields import DayInput, IsoDayInput, MomentInput
from tests import ROOT

READ = {
    "2019": "2019",
    " 2019 ": "2019",
    "2019-03": "2019-03",
    "2019-3": "2019-03",
    "3.2019": "2019-03",
    "03.2019": "2019-03",
    "3/2019": "2019-03",
    "3. 2019": "2019-03",
    "March 2019": "2019-03",
    "march 2019": "2019-03",
    "Mar 2019": "2019-03",
    "Sept. 2019": "2019-09",
    "März 2019": "2019-03",
    "mars 2019": "2019-03",
    "février 2019": "2019-02",
    "2019-03-23": "2019-03-23",
    "2019/03/23": "2019-03-23",
    "2019.3.23": "2019-03-23",
    "23.3.2019": "2019-03-23",
    "23.03.2019": "2019-03-23",
    "23. 3. 2019": "2019-03-23",
    "1.4.2019": "2019-04-01",
    "23/03/2019": "2019-03-23",
    "23-03-2019": "2019-03-23",
    "5/5/2019": "2019-05-05",
    "23 March 2019": "2019-03-23",
    "23. März 2019": "2019-03-23",
    "23rd march, 2019": "2019-03-23",
    "March 23, 2019": "2019-03-23",
    "23-Mar-2019": "2019-03-23",
    "23\u00a0March\u00a02019": "2019-03-23",
    "29.2.2020": "2020-02-29",
}
REFUSED = {
    "": "is not a date",
    "yesterday": "is not a date",
    "spring 2019": "is not a date",
    "23.3.19": "is not a date",
    "19": "is not a date",
    "20190323": "is not a date",
    "٢٠١٩": "is not a date",
    "2019-03-23T10:00": "is not a date",
    "March April 2019": "is not a date",
    "12 2019": "is not a date",
    "23 March 24 2019": "is not a date",
    "1899": "1900 to 2100",
    "1.1.2101": "1900 to 2100",
    "1445-03": "1900 to 2100",
    "13.2019": "no month 13",
    "00.2019": "no month 0",
    "2019-13-01": "no month 13",
    "29.2.2019": "February 2019 has the days 1 to 28",
    "31 April 2019": "April 2019 has the days 1 to 30",
    "0.3.2019": "March 2019 has the days 1 to 31",
    "03/04/2019": "3 April 2019 or 4 March 2019",
    "03-04-2019": "3 April 2019 or 4 March 2019",
    "03/23/2019": "Write the day first: 23.3.2019",
    "32/13/2019": "no month 13",
}


@pytest.mark.parametrize(("typed", "expected"), READ.items())
def test_read_as_typed(typed: str, expected: str) -> None:
    assert dates.iso(typed) == expected
    assert dates.iso(dates.moment_words(expected)) == expected  # what is shown can be typed


@pytest.mark.parametrize(("typed", "why"), REFUSED.items())
def test_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(dates.NotADate) as refused:
        dates.iso(typed)
    assert why in refused.value.message
    assert dates.iso_or_typed(f" {typed} ") == typed
    assert dates.words_or_typed(typed) == typed


@pytest.mark.parametrize("typed", ["2019", "3.2019", "March 2019"])
def test_a_day_needs_all_three(typed: str) -> None:
    with pytest.raises(dates.NotADate, match="Give the day as well"):
        dates.day(typed)


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        (MomentInput(), "3.2019", "2019-03"),
        (MomentInput(required=False), " ", ""),
        (IsoDayInput(), "23.3.2019", "2019-03-23"),
        (DayInput(), "23 March 2019", date(2019, 3, 23)),
        (DayInput(), date(2019, 3, 23), date(2019, 3, 23)),
        (DayInput(required=False), " ", None),
        (MomentField().formfield(), "23. März 2019", "2019-03-23"),
    ],
)
def test_all_date_fields_accept_the_same_text(field: MomentInput | DayInput, typed: str, expected: object) -> None:
    assert field.clean(typed) == expected


@pytest.mark.parametrize("field", [MomentInput(), IsoDayInput(), DayInput()])
def test_a_field_shows_a_stored_date_in_words_and_other_text_unchanged(field: MomentInput | DayInput) -> None:
    assert field.prepare_value("2019-03-23") == "23 March 2019"
    assert field.prepare_value("31.2.2019") == "31.2.2019"
    stored = date(2019, 3, 23) if isinstance(field, DayInput) else "2019-03-23"
    assert not field.has_changed(stored, "23.3.2019")
    assert field.has_changed(stored, "24.3.2019")
    assert 'type="text"' in field.widget.render("d", "")


def test_no_form_shows_a_picker() -> None:
    """A date picker orders day and month as the browser does, not as the page does."""
    pickers = re.compile(
        r"""type["']?\s*[=:]\s*["']?(date|month|datetime-local|week)\b|(?<!\w)DateInput\(|forms\.DateField\("""
    )
    files = [
        path
        for folder in ("templates", "static/js", "assessments", "coi", "accounts", "audit")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".html", ".js", ".py") and "migrations" not in path.parts
    ]
    assert len(files) > 200
    found = [f"{path.relative_to(ROOT)}: {hit[0]}" for path in files for hit in pickers.finditer(path.read_text())]
    assert not found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ("", "")),
        ("1990 to 3.2019", ("1990", "2019-03")),
        ("from 1990 until 23 March 2019", ("1990", "2019-03-23")),
        ("since 2019", ("2019", "")),
        ("from March 2019", ("2019-03", "")),
        ("until 3.2019", ("", "2019-03")),
        ("2019", ("2019", "2019")),
        ("2019-03", ("2019-03", "2019-03")),
        ("2019-03-23 - 2020-01", ("2019-03-23", "2020-01")),
        ("1990-2019", ("1990", "2019")),
        ("1990–2019", ("1990", "2019")),
        ("seit 3.2019", ("2019-03", "")),
        ("depuis mars 2019", ("2019-03", "")),
        ("1990 bis 2019", ("1990", "2019")),
    ],
)
def test_a_period_is_read_as_typed_and_again_from_its_words(typed: str, expected: tuple[str, str]) -> None:
    assert dates.period(typed) == expected
    assert dates.period(dates.period_words_or_typed(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("as a child", "1990 to 3.2019, since 2019, until 2019 or 2019"),
        ("1990 to 1995 to 2000", "is not a period"),
        ("1990 to 30.2.2019", "February 2019 has the days 1 to 28"),
        ("since 03/04/2019", "3 April 2019 or 4 March 2019"),
        ("to", "is not a period"),
    ],
)
def test_a_period_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(dates.NotADate, match=why):
        dates.period(typed)
    assert dates.period_words_or_typed(typed) == typed

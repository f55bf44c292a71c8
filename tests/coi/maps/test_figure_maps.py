"""The map by period: the address selects it, numbers are as printed, part of a year never looks like a full one."""

import math
from datetime import date

import pytest
from django.urls import reverse

from coi.maps import figure_maps, outlines
from coi.maps.figure_maps import Asked
from coi.models import Edition, Figure, FigureRow, Originator, Place
from tests.markup import elements, visible_text
from tests.sign_in import signed_in

EDITION = "sem-mali-2021-04"
PART, SUM = "2021-01_2021-03", "2019-01_2021-03"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


def shown(period="", figure="1", edition=""):
    figures = Figure.objects.select_related("edition__report").prefetch_related("rows__place", "queries")
    asked = Asked(edition, figure, period)
    return figure_maps.period_map(list(figures), asked, outlines.NOTHING_IMPORTED, anchor="m")


@pytest.fixture
def reader(client, django_user_model):
    return signed_in(django_user_model.objects.create_user("reader", role="auditor"), client)


def part_of(page, anchor):
    """Return the section of the map and its text."""
    page = page.content.decode()
    start = page.index(f'<section class="period-map" aria-labelledby="{anchor}"')
    markup = page[start : page.index("</section>", start) + len("</section>")]
    return markup, visible_text(markup)


@pytest.mark.parametrize("period", ["2019", "2020", PART, SUM])
def test_table_and_map_show_the_numbers_of_the_period_as_printed(period):
    drawn = shown(period)
    start, _, end = period.partition("_")
    rows = FigureRow.objects.filter(figure__number=1, period_from=start, period_to=end or start)
    assert {line.printed for line in drawn.lines} == {
        f"{row.fatalities:,}" for row in rows.exclude(place__kind="country")
    }
    assert [line.printed for line in drawn.totals] == [f"{row.fatalities:,}" for row in rows.filter(place__code="ML")]
    assert {circle.number.text for circle in drawn.map.circles} == {line.printed for line in drawn.lines}
    assert len(drawn.map.circles) == len(drawn.lines)


def test_the_newest_full_year_is_shown_by_default():
    assert (shown().label, shown().note) == ("2020", "")


def test_a_part_of_a_year_is_named_in_every_place_and_drawn_broken(reader):
    page = reader.get(reverse("edition", args=[EDITION]), {"figure": "1", "period": PART})
    markup, text = part_of(page, "figure-1-map")
    assert text.count("January to March only") >= 5  # heading, choice, caption, column, title of the map
    assert markup.count("map-circle-partial") == 9
    assert "They are broken because the period is part of a year" in text
    full, _text = part_of(reader.get(reverse("edition", args=[EDITION])), "figure-1-map")
    assert "map-circle-partial" not in full


def test_a_total_says_what_it_includes():
    assert shown(SUM).period == "January 2019 to March 2021, sum; includes a part of a year"


def test_single_periods_have_one_scale_and_a_sum_its_own():
    def area_by_number(period):
        return {c.number.text.replace(",", ""): math.pi * c.r**2 for c in shown(period).map.circles}

    one, two, part = area_by_number("2019"), area_by_number("2020"), area_by_number(PART)
    assert one["1271"] / two["1582"] == pytest.approx(1271 / 1582, rel=0.01)
    assert part["348"] / two["1582"] == pytest.approx(348 / 1582, rel=0.01)
    assert area_by_number(SUM)["3201"] == pytest.approx(two["1582"])


def test_periods_are_plain_links_and_the_one_shown_is_marked(reader):
    markup, _text = part_of(reader.get(reverse("library")), "figures-ML")
    links = elements(markup, 'a[href^="?"]')
    assert [link.get("href") for link in links] == [
        f"?edition={EDITION}&figure=1&period={period}#figures-ML" for period in ("2019", "2020", PART, SUM)
    ]
    assert [link.get("aria-current") for link in links] == [None, "true", None, None]
    assert "<form" not in markup
    assert "<script" not in markup
    followed, text = part_of(reader.get(reverse("library") + links[0].get("href").partition("#")[0]), "figures-ML")
    assert "On the map: 2019" in text
    assert 'aria-current="true">2019' in followed


def test_a_missing_period_is_reported(reader):
    for asked in ({"figure": "1", "period": "1999"}, {"figure": "1", "period": "<script>"}):
        _markup, text = part_of(reader.get(reverse("edition", args=[EDITION]), asked), "figure-1-map")
        assert "The figure has no such period as the address asks for, so 2020 is shown." in text


@pytest.mark.parametrize(
    "asked", [{"figure": "9"}, {"figure": "x", "period": "2019"}, {"edition": "none", "figure": "1"}]
)
def test_a_figure_that_is_not_there_leaves_the_first(reader, asked):
    assert "On the map: 2020" in part_of(reader.get(reverse("library"), asked), "figures-ML")[1]


def test_the_map_of_a_country_carries_source_and_queries(reader):
    _markup, text = part_of(reader.get(reverse("library")), "figures-ML")
    assert "fatalities, as printed in figure 1 of SEM, Security situation" in text
    assert "source: ACLED, Maddison" in text
    assert "Printed as January–March 2021." in text
    assert "Numbers do not measure risk." in text


def test_a_number_that_is_not_printed_has_a_word_and_no_circle():
    report = Edition.objects.get().report
    draft = Edition.objects.create(report=report, code="draft", label="Draft", cut_off=date(2022, 1, 1))
    acled = Originator.objects.get(code="acled")
    figure = Figure.objects.create(edition=draft, number=7, title="Made up", originator=acled, unit="events")
    for position, (code, name, year) in enumerate([("ML-5", "Mopti", "2019"), ("ML-7", "Gao", "2020")]):
        FigureRow.objects.create(
            figure=figure, position=position, place=Place.objects.get(code=code), place_label=name, fatalities=0,
            period_label=year, period_from=year, period_to=year,
        )  # fmt: skip
    drawn = shown(figure="7")
    assert [(line.label, line.printed) for line in drawn.lines] == [("Gao", "0"), ("Mopti", "")]
    assert [circle.number.text for circle in drawn.map.circles] == ["0"]
    assert [figure.number for figure, _choices in drawn.groups] == [7, 1]  # several figures to choose from


def test_figures_without_values_have_no_map():
    assert figure_maps.with_rows(Figure.objects.filter(values_available=False).prefetch_related("rows__place")) == []
    assert shown().figure.number == 1

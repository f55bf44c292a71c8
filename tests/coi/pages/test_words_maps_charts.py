"""Dates and denials in words, maps and charts."""

import math
from dataclasses import replace
from datetime import date
from html import unescape
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from coi.library import finding_words
from coi.library.cited_findings import DenialCard, cards_by_key
from coi.library.region_sheets import FigureCell, FigureSeries
from coi.maps import charts, country_maps
from coi.text.dates import dates_in_words
from tests.coi.pages.library_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


def test_dates_in_words():
    assert dates_in_words("2020-10 – 2021-03") == "October 2020 to March 2021"
    assert dates_in_words("from 2019-03-23") == "from 23 March 2019"
    assert dates_in_words("2012") == "2012"


def test_names_with_commas_come_last_in_a_denial():
    denial = DenialCard(
        ("Mali",), (), (), ("attack, kind not known", "killing"), (), date(2019, 1, 1), date(2020, 1, 1)
    )
    assert (
        finding_words.denial_words(denial)
        == "killing or attack, kind not known; in Mali; 1 January 2019 to 1 January 2020"
    )


def test_a_denial_says_if_it_applies_only_to_actors_named_in_the_same_words(reader):
    card = cards_by_key(["sem-mali-2021-04/kou-05"])["sem-mali-2021-04/kou-05"]
    said = finding_words.denial_words(card.denies)
    assert "by jihadists (group not named), only of those named in the same words; " in said
    page = text_of(reader.get(reverse("finding", args=["sem-mali-2021-04", "kou-05"])))
    assert "only of those named in the same words" in page


def test_a_finding_about_several_actors_at_once_says_so(reader):
    card = cards_by_key(["sem-mali-2021-04/mop-10"])["sem-mali-2021-04/mop-10"]
    said = finding_words.together_words(card)
    assert said.startswith("About these together, not each alone: ")
    assert all(name in said for name in card.actors)
    assert finding_words.together_words(replace(card, together=False)) == ""
    assert said in text_of(reader.get(reverse("finding", args=["sem-mali-2021-04", "mop-10"])))
    paragraph = SimpleNamespace(card=card, id="mop-10", period="2020", more=(), queries=(), notes=(), start="")
    printed = render_to_string("assessments/workspace/relocation/paragraph.html", {"paragraph": paragraph})
    assert said in unescape(printed)


def test_a_missing_map_is_reported_in_words():
    assert country_maps.country_map("TD", title="Chad") is None
    assert country_maps.country_map("../..", title="x") is None
    assert "No map: the library has no outlines of Chad" in render_to_string(
        "coi/maps/map.svg.html", {"map": None, "country_name": "Chad"}
    )


def test_circles_are_in_proportion_by_area():
    figures = {"ML-5": 3201, "ML-7": 1250, "ML-4": 360}
    drawn = country_maps.country_map("ML", title="x", figures=figures)
    areas = {circle.number.text.replace(",", ""): math.pi * circle.r**2 for circle in drawn.circles}
    assert areas["1250"] / areas["3201"] == pytest.approx(1250 / 3201, rel=0.01)
    assert areas["360"] / areas["3201"] == pytest.approx(360 / 3201, rel=0.02)


def test_an_approximate_place_is_marked_as_one():
    drawn = country_maps.country_map(
        "ML",
        title="x",
        here="ML-5",
        places=[
            country_maps.PlaceMark("Ogossagou", 13.96, -3.47),
            country_maps.PlaceMark("Yorosso", 12.35, -4.78, True),
        ],
    )
    markup = render_to_string("coi/maps/map.svg.html", {"map": drawn, "map_id": "m"})
    assert markup.count("map-place-approx") == 1
    assert "<title id=" in markup
    assert "style" not in markup
    assert [region.code for region in drawn.regions if region.is_here] == ["ML-5"]
    assert drawn.regions[-1].is_here


def series(*cells):
    return FigureSeries("e", 1, "Fatalities", "ACLED", "fatalities", "Mopti", cells, ())


def test_a_part_year_never_looks_like_a_full_one():
    chart = charts.bar_chart(
        series(
            FigureCell("2020", 100, False, False),
            FigureCell("2021 (January-March)", 50, True, False),
            FigureCell("Total", 150, False, True),
        ),
        title="Fatalities",
    )
    full, part = chart.bars  # a total has no bar
    assert (full.is_part_year, part.is_part_year) == (False, True)
    assert part.width == pytest.approx(full.width / 2, abs=0.2)
    assert part.note == "January to March only"
    markup = render_to_string("coi/maps/chart.svg.html", {"chart": chart, "chart_id": "c"})
    assert markup.count("bar-partial") == 1
    assert "150" in markup  # the table beside it has the total
    assert "style" not in markup


def test_a_chart_of_nothing_divides_by_nothing():
    chart = charts.bar_chart(series(FigureCell("2020", 0, False, False)), title="x")
    assert chart.bars[0].width == 0
    assert charts.bar_chart(series(), title="x").bars == ()

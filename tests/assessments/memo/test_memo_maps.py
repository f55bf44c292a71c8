"""The maps of a memo."""

import re

import pytest

from assessments.memo import printing
from coi.models import Boundary, Place
from tests.assessments.memo.built_memos import assessed, built
from tests.markup import elements

pytestmark = pytest.mark.usefixtures("library")


def test_each_region_has_a_map_of_its_own_with_the_places_of_the_claim_in_it():
    the_memo = assessed("mopti-ogossagou")
    assert {sheet.sheet.name for sheet in the_memo.sheets} == {"Mopti", "Bamako"}
    for sheet in the_memo.sheets:
        here = [region.name for region in sheet.map.regions if region.is_here]
        assert here == [sheet.sheet.name]
        assert len(sheet.map.regions) < 9  # cropped to a part of the country
    marked = {mark.label.text for mark in the_memo.sheets[0].map.marks}
    assert "Ogossagou" in marked
    assert not marked & {"Bamako"}
    markup = printing.memo_html(the_memo)
    ids = re.findall(r'\sid="([^"]*map[^"]*)"', markup)
    assert len(ids) == len(set(ids)) == 3
    drawings = elements(markup, "svg")
    assert drawings
    assert not any("opacity" in str(part.attrib) for drawing in drawings for part in drawing.iter())


def test_the_map_of_the_claim_shows_the_regions_that_its_places_lie_in():
    near = built({"reference": "N-1", "country": "ML"} | PLACED)
    assert len(near.map.regions) < 9
    assert [mark.label.text for mark in near.map.marks] == ["Ogossagou"]
    wide = built({"reference": "N-1", "country": "ML"} | PLACED | {"places": [{"role": "home-area", "place": "Mali"}]})
    assert [mark.label.text for mark in wide.map.marks] == ["Ogossagou"]


PLACED = {
    "places": [{"role": "home-area", "place": "Ogossagou, Mopti"}],
    "material_facts": [
        {"id": "F1", "statement": "x", "place": "Ogossagou, Mopti", "event": "attack-on-village", "from": "2019"}
    ],
}


def test_boundaries_that_were_imported_do_not_change_a_memo():
    before = printing.memo_html(assessed("mopti-ogossagou"))
    for place in Place.objects.filter(country="ML", kind__in=["region", "circle"]):
        x, y = place.longitude, place.latitude
        square = [[x - 1, y - 1], [x - 1, y + 1], [x + 1, y + 1], [x + 1, y - 1], [x - 1, y - 1]]
        Boundary.objects.create(place=place, rings=[square], source="made up", sha256="0" * 64)
    assert printing.memo_html(assessed("mopti-ogossagou")) == before

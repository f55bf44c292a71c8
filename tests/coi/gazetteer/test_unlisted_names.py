"""Words for kinds of place, regions newer than the map, and unlisted names."""

import pytest

from coi import gazetteer as places
from coi.gazetteer import AmbiguousPlace, Asks, UnknownPlace, resolve
from coi.gazetteer.area_words import NEWER_REGIONS
from coi.models import Place
from coi.text.folding import fold
from tests.coi.gazetteer.resolved_places import OGOSSAGOU, asked

pytestmark = pytest.mark.usefixtures("library")

# --- words for kinds, and regions newer than the map --------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Mopti region", "ML-5"),
        ("région de Mopti", "ML-5"),
        ("la région de Mopti", "ML-5"),
        ("Region Mopti", "ML-5"),
        ("Mopti (region)", "ML-5"),
        ("District of Bamako", "ML-BKO"),
        ("Bamako Capital District", "ML-BKO"),
        ("cercle de Bankass", "ML0502"),
        ("cercle d'Abeïbara", "ML0801"),
        ("Bankass cercle, Mopti", "ML0502"),
        ("Bankass circle, Mopti region", "ML0502"),
        ("ville de Mopti", "gn-2453348"),
        ("Mopti town", "gn-2453348"),
        ("Ségou town", "gn-2451478"),
        ("village de Ségou", "gn-2451472"),
        ("Ogossagou village, cercle de Bankass", OGOSSAGOU),
        ("Ménaka region", "ML0704"),
        ("région de Ménaka", "ML0704"),
        ("Ménaka region, Mali", "ML0704"),
        ("cercle de Ménaka", "ML0704"),
        ("Ménaka town", "gn-2453514"),
    ],
)
def test_a_word_for_the_kind_decides(typed, expected):
    for asks in Asks:
        found = resolve(typed, country="ML", asks=asks)
        assert (found.place.code, found.located) == (expected, True)


@pytest.mark.parametrize(
    ("typed", "area"),
    [
        ("Taoudénit region", "ML-6"),
        ("région de Taoudénit", "ML-6"),
        ("Taoudenni region, Mali", "ML-6"),
        ("Koutiala region", "ML-3"),
        ("San region, Mali", "ML-4"),
        ("Nulpart, Taoudénit", "ML-6"),
        ("Nulpart, région de Taoudénit, Mali", "ML-6"),
        ("Nulpart, Ménaka region", "ML0704"),
        ("Nulpart, Douentza region", "ML-5"),
    ],
)
def test_a_region_newer_than_the_map_is_kept_in_its_former_region(typed, area):
    found = resolve(typed, country="ML", asks=Asks.ALONE)
    assert (found.place.code, found.located) == (area, False)
    assert found.names[0] == typed.split(",")[0]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("Taoudénit", {"", "gn-2450173"}), ("Taoudenni", {"", "gn-2450173"}), ("Ménaka", {"ML0704", "gn-2453514"})],
)
def test_a_newer_region_that_shares_its_name_is_asked_about_first(typed, expected):
    assert asked(typed) == expected
    with pytest.raises(AmbiguousPlace) as caught:
        resolve(typed, country="ML")
    first = caught.value.candidates[0]
    assert resolve(first.label, country="ML").place.code in ("ML-6", "ML0704")


def test_the_library_uses_the_stored_place_for_a_newer_regions_name():
    assert resolve("Taoudénit", country="ML", held=True).place.code == "gn-2450173"
    with pytest.raises(UnknownPlace):
        resolve("Taoudénit region", country="ML", held=True)


def test_newer_regions_map_to_stored_areas():
    for country, areas in NEWER_REGIONS.items():
        assert set(areas.values()) <= set(Place.objects.filter(country=country).values_list("code", flat=True))


# --- not listed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "area", "names", "regions"),
    [
        ("Nulpart, Mopti", "ML-5", ("Nulpart", "Mopti", "Mali"), {"ML-5"}),
        ("Nulpart, Bankass", "ML0502", ("Nulpart", "Bankass", "Mopti", "Mali"), {"ML-5"}),
        ("Nulpart, Bankass, Mopti, Mali", "ML0502", ("Nulpart", "Bankass", "Mopti", "Mali"), {"ML-5"}),
        ("Nulpart, Gao", "ML-7", ("Nulpart", "Gao", "Mali"), {"ML-7"}),
        ("Nulpart, Gao, Gao", "ML0703", ("Nulpart", "Gao", "Gao", "Mali"), {"ML-7"}),
        ("Nulpart, Liptako", "ML-liptako", ("Nulpart", "Mali"), {"ML-7"}),
        ("Nulpart, Côte d'Ivoire", "CI", ("Nulpart", "Côte d'Ivoire"), set()),
        ("Nulpart, Niger", "NE", ("Nulpart", "Niger"), set()),
        ("Ogossagou, Kayes", "ML-1", ("Ogossagou", "Kayes", "Mali"), {"ML-1"}),
    ],
)
def test_an_unlisted_name_is_kept_as_typed_in_its_area(typed, area, names, regions):
    found = resolve(typed, country="ML")
    assert not found.located
    assert found.place.code == area
    assert found.names == names
    own = f"typed:{fold(names[0])}@{area}"
    assert found.value.code == own
    assert found.value.name == names[0]
    assert found.value.lineage == places.value_of(found.place).lineage | {own}
    assert found.value.regions == regions
    assert not found.value.is_country


def test_a_name_kept_as_typed_in_another_area_says_where_it_is_listed():
    assert [p.code for p in resolve("Ogossagou, Kayes", country="ML").also] == [OGOSSAGOU]


def test_without_an_area_near_spellings_are_offered():
    with pytest.raises(UnknownPlace) as caught:
        resolve("Ogossagu", country="ML")
    assert caught.value.candidates[0].label == "Ogossagou, Bankass, Mopti"
    assert "Ogossagou, Bankass, Mopti" in str(caught.value)
    assert "If it is there, write one of these, and it is kept as typed: Ogossagu, Bamako; " in str(caught.value)
    for candidate in caught.value.candidates:
        assert resolve(candidate.label, country="ML").located == bool(candidate.code)


def test_the_country_alone_is_not_accepted_as_area_if_it_has_regions():
    with pytest.raises(UnknownPlace) as caught:
        resolve("Ogossagu, Mali", country="ML")
    assert caught.value.candidates[0].code == OGOSSAGOU


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("Nulpart, Moptie", "Nulpart, Mopti"), ("Nulpart, Fana", "Nulpart, Dioïla, Koulikoro"), ("Nulpart, Zzzzz", None)],
)
def test_an_unknown_area_is_refused_with_suggestions(typed, offered):
    with pytest.raises(UnknownPlace, match=r"is not a region or cercle") as caught:
        resolve(typed, country="ML")
    labels = [c.label for c in caught.value.candidates]
    assert offered in labels if offered else labels == []


@pytest.mark.parametrize(
    ("typed", "country", "area"),
    [
        ("Nulpart", "BF", "Burkina Faso"),
        ("Nulpart, Burkina Faso", "BF", "Burkina Faso"),
        ("Nulpart, Zzzzz", "BF", "Burkina Faso"),
        ("Kandahar", "AF", "Afghanistan"),
        ("Nulpart, Bankass, Mopti", "ML", "Bankass cercle, Mopti"),
        ("Nulpart, Bankass, Kayes", "ML", "Mali"),
    ],
)
def test_no_area_is_requested_if_only_listed_places_are_accepted(typed, country, area):
    """An edition may name only listed places, so asking for an area would lead to a second refusal."""
    with pytest.raises(UnknownPlace) as caught:
        resolve(typed, country=country, held=True)
    said = str(caught.value)
    assert said.startswith(f"“{typed.split(',')[0]}” is not in the place list for ")
    assert "give the" not in said
    assert "docs/second-report.md" in said
    assert f"The list has {area}" in said
    assert resolve(area, country=country, held=True).located  # as the message says
    assert area not in [c.label for c in caught.value.candidates]  # and not with one click


def test_a_name_typed_as_the_message_on_a_bad_area_advises_is_accepted():
    with pytest.raises(UnknownPlace) as caught:
        resolve("Nulpart, Zzzzz", country="BF")
    assert "Write the name with the country only: Nulpart, Burkina Faso." in str(caught.value)
    assert resolve("Nulpart, Burkina Faso", country="BF").place.code == "BF"
    with pytest.raises(UnknownPlace, match=r"Regions of Mali in the list: .*Mopti"):
        resolve("Nulpart, Zzzzz", country="ML")


def test_areas_that_do_not_lie_in_each_other_are_refused():
    with pytest.raises(UnknownPlace, match="are not inside each other"):
        resolve("Nulpart, Bankass, Kayes", country="ML")


def test_any_name_in_a_country_without_places_is_kept_as_typed():
    for typed in ("Kandahar", "Kandahar, Afghanistan", "Gao"):
        found = resolve(typed, country="AF")
        assert not found.located
        assert found.place.code == "AF"
        assert found.names[-1] == "Afghanistan"
        assert found.value.country == "AF"
    assert resolve("Arghandab, Kandahar", country="AF").value.code == "typed:arghandab kandahar@AF"

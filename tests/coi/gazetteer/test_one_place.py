"""A typed name with one meaning is resolved to its place."""

import pytest

from coi.gazetteer import UnknownPlace, resolve
from tests.coi.gazetteer.resolved_places import OGOSSAGOU, code

pytestmark = pytest.mark.usefixtures("library")

# --- a single match ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Ogossagou", OGOSSAGOU),
        ("Ogossagou, Mopti", OGOSSAGOU),
        ("OGOSSAGOU,mopti", OGOSSAGOU),
        ("  Ogossagou ,  Bankass ", OGOSSAGOU),
        ("Ogossagou, Bankass, Mopti", OGOSSAGOU),
        ("Ogossagou, Mopti, Bankass", OGOSSAGOU),
        ("Ogossagou, Mopti, Mali", OGOSSAGOU),
        ("Ogossagou, ML", OGOSSAGOU),
        ("Ogossagou, ML-5", OGOSSAGOU),
        ("Ogossagou, ML0502", OGOSSAGOU),
        ("Ogossagou, cercle de Bankass, région de Mopti", OGOSSAGOU),
        ("Ogossagou, centre", OGOSSAGOU),
        ("Ogossogou, Bandiagara", "gn-6867217"),
        ("Farabougou, Niono, Ségou", "gn-2457671"),
        ("Farabougou, niono, segou", "gn-2457671"),
        ("Farabougou, Niono", "gn-2457671"),
        ("Fana, Dioïla", "gn-2457763"),
        ("fana, dioila", "gn-2457763"),
        ("Guire", "gn-2456722"),
        ("Guiré, Nara", "gn-2456722"),
        ("Tin-Essako, Kidal", "ML0804"),
        ("tin essako, kidal", "ML0804"),
        ("Gourma Rharous, Timbuktu", "ML0603"),
    ],
)
def test_a_single_match_is_taken(typed, expected):
    found = resolve(typed, country="ML")
    assert (found.place.code, found.located) == (expected, True)


def test_a_located_place_shows_its_areas():
    found = resolve("Ogossagou, Mopti", country="ML")
    assert found.typed == "Ogossagou, Mopti"
    assert found.names == ("Ogossagou", "Bankass", "Mopti", "Mali")
    assert found.region == "Mopti"
    assert found.also == ()
    assert found.value.lineage == {OGOSSAGOU, "ML0502", "ML-5", "ML-centre", "ML-north-and-centre", "ML"}
    assert found.value.regions == {"ML-5"}
    assert (found.value.code, found.value.name, found.value.country) == (OGOSSAGOU, "Ogossagou", "ML")
    assert not found.value.is_country


# --- precedence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "region", "also"),
    [
        ("Mopti", "ML-5", {"ML0506", "gn-2453348"}),
        ("mopti", "ML-5", {"ML0506", "gn-2453348"}),
        ("Gao", "ML-7", {"ML0703", "gn-2457163", "gn-2457164"}),
        ("Segou", "ML-4", {"ML0406", "gn-2451478", "gn-2451472"}),
        ("Timbuktu", "ML-6", {"ML0605", "gn-2449067"}),
        ("Timbuctoo", "ML-6", {"ML0605", "gn-2449067"}),
        ("Tombouctou", "ML-6", {"ML0605", "gn-2449067"}),
        ("Bamako", "ML-BKO", {"ML0901", "gn-2460596"}),
        ("Koulikoro", "ML-2", {"ML0206", "gn-2454530", "gn-6910293"}),
        ("Sikasso", "ML-3", {"ML0305", "gn-2451185", "gn-6912380"}),
        ("Kidal", "ML-8", {"ML0802", "gn-2455290"}),
        ("Kayes", "ML-1", {"ML0103", "gn-2455518"}),
        ("Kayes, Mali", "ML-1", {"ML0103", "gn-2455518"}),
        ("Gao, north", "ML-7", {"ML0703", "gn-2457163"}),
    ],
)
def test_a_bare_region_name_means_the_region_and_lists_other_places(typed, region, also):
    found = resolve(typed, country="ML")
    assert found.place.code == region
    assert {p.code for p in found.also} == also


@pytest.mark.parametrize(
    ("typed", "circle", "town"),
    [
        ("Gao, Gao", "ML0703", "gn-2457163"),
        ("Mopti, Mopti", "ML0506", "gn-2453348"),
        ("Timbuktu, Tombouctou", "ML0605", "gn-2449067"),
        ("Bamako, Bamako", "ML0901", "gn-2460596"),
        ("Bankass, Mopti", "ML0502", "gn-2460401"),
        ("Yorosso, Sikasso", "ML0307", "gn-2448442"),
        ("Menaka, Gao", "ML0704", "gn-2453514"),
        ("Ménaka, Liptako", "ML0704", "gn-2453514"),
    ],
)
def test_with_its_area_a_circle_comes_before_the_town_inside_it(typed, circle, town):
    found = resolve(typed, country="ML")
    assert found.place.code == circle
    assert town in {p.code for p in found.also}


@pytest.mark.parametrize(
    ("typed", "town"),
    [
        ("Gao, Gao, Gao", "gn-2457163"),
        ("Mopti, Mopti, Mopti", "gn-2453348"),
        ("Mopti, Mopti, Mopti, Mali", "gn-2453348"),
        ("Timbuktu, Timbuktu, Timbuktu", "gn-2449067"),
        ("Bankass, Bankass, Mopti", "gn-2460401"),
        ("Bankass, Bankass", "gn-2460401"),
    ],
)
def test_with_cercle_and_region_it_is_the_town(typed, town):
    assert code(typed) == town


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        ("Mali", "ML", "ML"),
        ("ML", "ML", "ML"),
        ("Niger", "ML", "NE"),
        ("NE", "ML", "NE"),
        ("Ivory Coast", "ML", "CI"),
        ("cote d’ivoire", "ML", "CI"),
        ("north", "ML", "ML-north"),
        ("the North", "ML", "ML-north"),
        ("south", "ML", "ML-south"),
        ("centre", "ML", "ML-centre"),
        ("north and centre", "ML", "ML-north-and-centre"),
        ("Liptako", "ML", "ML-liptako"),
        ("ML0502", "ML", "ML0502"),
        ("ML-5", "ML", "ML-5"),
        ("gn-2452421", "ML", OGOSSAGOU),
        ("Algier", "ML", "gn-2507480"),
        ("Pakistan", "AF", "PK"),
    ],
)
def test_countries_parts_of_a_country_and_codes_are_known(typed, country, expected):
    assert code(typed, country) == expected


def test_a_two_letter_code_counts_in_capitals_only():
    with pytest.raises(UnknownPlace):
        resolve("ne", country="ML")

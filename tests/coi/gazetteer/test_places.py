"""A typed place is resolved, never guessed."""

import itertools
import math

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coi import gazetteer as places
from coi.gazetteer import AmbiguousPlace, Asks, PlaceError, UnknownPlace, by_id, resolve
from coi.gazetteer.area_words import NEWER_REGIONS
from coi.models import Place, PlaceName
from coi.text.folding import fold, name_key

FILES = ("places/countries.yaml", "places/ml.yaml", "places/neighbours.yaml")
OGOSSAGOU = "gn-2452421"


pytestmark = pytest.mark.usefixtures("library")


def code(text, country="ML"):
    return resolve(text, country=country).place.code


def asked(text, country="ML"):
    with pytest.raises(AmbiguousPlace) as caught:
        resolve(text, country=country)
    return {c.code for c in caught.value.candidates}


# --- one hit is taken -------------------------------------------------------------------------


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
def test_one_hit_is_taken(typed, expected):
    found = resolve(typed, country="ML")
    assert (found.place.code, found.located) == (expected, True)


def test_a_located_place_says_where_it_lies():
    found = resolve("Ogossagou, Mopti", country="ML")
    assert found.typed == "Ogossagou, Mopti"
    assert found.names == ("Ogossagou", "Bankass", "Mopti", "Mali")
    assert found.region == "Mopti"
    assert found.also == ()
    assert found.value.lineage == {OGOSSAGOU, "ML0502", "ML-5", "ML-centre", "ML-north-and-centre", "ML"}
    assert found.value.regions == {"ML-5"}
    assert (found.value.code, found.value.name, found.value.country) == (OGOSSAGOU, "Ogossagou", "ML")
    assert not found.value.is_country


# --- what comes first -------------------------------------------------------------------------


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
def test_a_bare_region_name_means_the_region_and_says_what_else_bears_it(typed, region, also):
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
def test_with_circle_and_region_it_is_the_town(typed, town):
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


# --- several are asked about ------------------------------------------------------------------


def test_a_name_that_nine_villages_bear_is_asked_about():
    found = asked("Farabougou")
    assert len(found) == 9
    assert "gn-2457671" in found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Ogossogou", {OGOSSAGOU, "gn-2452422", "gn-6867217"}),
        ("Ogossogou, Bankass, Mopti", {OGOSSAGOU, "gn-2452422"}),
        ("Farabougou, Segou", {"gn-2457671", "gn-2457676", "gn-6910814"}),
        ("Fana", {"gn-2457763", "gn-6906902", "gn-2457867", "gn-6880743"}),
        ("Fana, Koulikoro", {"gn-2457763", "gn-6906902"}),
        ("Fana, Mali", {"gn-2457763", "gn-6906902", "gn-2457867", "gn-6880743"}),
        ("Bankass", {"ML0502", "gn-2460401"}),
        ("Yorosso", {"ML0307", "gn-2448442"}),
        ("Ménaka", {"ML0704", "gn-2453514"}),
    ],
)
def test_any_other_name_that_several_bear_is_asked_about(typed, expected):
    assert asked(typed) == expected


def test_candidates_carry_circle_region_and_distance_and_labels_that_settle_it():
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("Farabougou", country="ML")
    error = caught.value
    by_code = {c.code: c for c in error.candidates}
    assert by_code["gn-2457671"].label == "Farabougou, Niono, Ségou"
    assert by_code["gn-2457671"].hint == "village, Niono circle, Ségou region, 18 km north of Sokolo"
    assert by_code["gn-2457674"].label == "Farabougou [gn-2457674]"
    assert "Farabougou, Niono, Ségou (village, Niono circle" in str(error)
    assert [code(c.label) for c in error.candidates] == [c.code for c in error.candidates]


# Pairs of names that differ by a space, a hyphen, an apostrophe or an accent only.
HOMONYMS = [
    ("Bougou Koro", "Bougoukoro"),
    ("Bougou-Koro", "Bougoukoro"),
    ("N'Tilla", "Ntilla"),
    ("N’Tillá", "N-Tilla"),
    ("Tin Essako Ba", "Tinessako-Bâ"),
]


@pytest.mark.parametrize(("one", "other"), HOMONYMS)
@pytest.mark.parametrize("kind", ["village", "town"])
def test_names_that_differ_by_no_letter_are_homonyms_and_asked_about(one, other, kind):
    region = Place.objects.get(code="ML-5")
    for number, name in enumerate((one, other), 1):
        place = Place.objects.create(
            code=f"gn-{number}", geonames_id=number, name=name, kind=kind, country="ML", source=places.IMPORTED
        )
        place.parents.add(region)
    for typed in (one, other, one.upper(), f"{other}, Mopti"):
        assert asked(typed) == {"gn-1", "gn-2"}
    with pytest.raises(AmbiguousPlace) as caught:
        resolve(one, country="ML")
    assert [code(c.label) for c in caught.value.candidates] == [c.code for c in caught.value.candidates]


def test_a_homonym_by_another_name_is_asked_about_and_says_so():
    place = Place.objects.create(code="gn-1", name="Elsewhere", kind="village", country="ML", source=places.IMPORTED)
    place.parents.add(Place.objects.get(code="ML-5"))
    place.names.create(name="Ogossa Gou")
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("Ogossagou", country="ML")
    hints = {c.code: c.hint for c in caught.value.candidates}
    assert hints.keys() == {OGOSSAGOU, "gn-1"}
    assert hints["gn-1"].startswith("also called Ogossa Gou, village")
    assert hints[OGOSSAGOU].startswith("village")


# --- asked on a form --------------------------------------------------------------------------

SHARED = ["Ségou", "Bamako", "Kayes", "Mopti", "gao", "TIMBUKTU", "Koulikoro", "Sikasso", "Kidal"]


@pytest.mark.parametrize("typed", SHARED)
@pytest.mark.parametrize("asks", [Asks.ALONE, Asks.ALWAYS])
def test_on_a_form_a_shared_name_that_stands_alone_is_asked_with_the_region_first(typed, asks):
    with pytest.raises(AmbiguousPlace) as caught:
        resolve(typed, country="ML", asks=asks)
    kinds = [Place.objects.get(code=c.code).kind for c in caught.value.candidates]
    assert kinds[:3] == ["region", "circle", "town"]
    for candidate in caught.value.candidates:
        assert resolve(candidate.label, country="ML", asks=asks).place.code == candidate.code
    assert resolve(typed, country="ML").place.kind == "region"  # as a case file has it


@pytest.mark.parametrize(("typed", "circle"), [("Gao, Gao", "ML0703"), ("Bankass, Mopti", "ML0502")])
def test_with_its_area_a_shared_name_is_asked_about_for_relocation_only(typed, circle):
    assert resolve(typed, country="ML", asks=Asks.ALONE).place.code == circle
    with pytest.raises(AmbiguousPlace) as caught:
        resolve(typed, country="ML", asks=Asks.ALWAYS)
    assert caught.value.candidates[0].code == circle


def test_a_candidate_whose_label_says_its_kind_does_not_say_it_again():
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("Ségou", country="ML", asks=Asks.ALWAYS)
    hints = {c.label: c.hint for c in caught.value.candidates}
    assert hints["Ségou region"] == ""
    assert hints["Ségou circle, Ségou"] == "Ségou region"
    assert hints["Ségou town, Ségou, Ségou"].startswith("Ségou circle, Ségou region")


@pytest.mark.parametrize("typed", ["Ogossagou", "Liptako", "Mali", "Gao, Gao, Gao", "Mopti region", "Niger"])
def test_on_a_form_a_name_of_one_place_is_taken(typed):
    for asks in Asks:
        assert resolve(typed, country="ML", asks=asks).located


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
def test_a_word_for_the_kind_says_which_is_meant(typed, expected):
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
def test_a_region_newer_than_the_map_is_kept_in_the_one_it_was_cut_out_of(typed, area):
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


def test_the_library_takes_the_place_that_is_held_for_a_newer_region_s_name():
    assert resolve("Taoudénit", country="ML", held=True).place.code == "gn-2450173"
    with pytest.raises(UnknownPlace):
        resolve("Taoudénit region", country="ML", held=True)


def test_newer_regions_are_areas_that_are_held():
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
def test_a_name_that_is_not_listed_is_kept_in_the_area_given(typed, area, names, regions):
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


def test_a_name_kept_in_another_area_says_where_it_is_listed():
    assert [p.code for p in resolve("Ogossagou, Kayes", country="ML").also] == [OGOSSAGOU]


def test_without_an_area_near_spellings_are_offered():
    with pytest.raises(UnknownPlace) as caught:
        resolve("Ogossagu", country="ML")
    assert caught.value.candidates[0].label == "Ogossagou, Bankass, Mopti"
    assert "Ogossagou, Bankass, Mopti" in str(caught.value)
    assert "If it lies there, write one of these, and it is kept as typed: Ogossagu, Bamako; " in str(caught.value)
    for candidate in caught.value.candidates:
        assert resolve(candidate.label, country="ML").located == bool(candidate.code)


def test_the_country_alone_is_no_area_where_regions_are_held():
    with pytest.raises(UnknownPlace) as caught:
        resolve("Ogossagu, Mali", country="ML")
    assert caught.value.candidates[0].code == OGOSSAGOU


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("Nulpart, Moptie", "Nulpart, Mopti"), ("Nulpart, Fana", "Nulpart, Dioïla, Koulikoro"), ("Nulpart, Zzzzz", None)],
)
def test_an_area_that_is_none_is_named_with_what_would_do(typed, offered):
    with pytest.raises(UnknownPlace, match=r"is not a region or circle") as caught:
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
        ("Nulpart, Bankass, Mopti", "ML", "Bankass circle, Mopti"),
        ("Nulpart, Bankass, Kayes", "ML", "Mali"),
    ],
)
def test_where_only_places_that_are_held_do_no_area_is_asked_for(typed, country, area):
    """An edition names places that are held: the advice for applicants' places would be refused again."""
    with pytest.raises(UnknownPlace) as caught:
        resolve(typed, country=country, held=True)
    said = str(caught.value)
    assert said.startswith(f"“{typed.split(',')[0]}” is not in the list of places of ")
    assert "give the" not in said
    assert "docs/second-report.md" in said
    assert f"Held is {area}" in said
    assert resolve(area, country=country, held=True).located  # as advised
    assert area not in [c.label for c in caught.value.candidates]  # and not by one click


def test_the_advice_on_an_area_that_is_none_is_accepted_when_followed():
    with pytest.raises(UnknownPlace) as caught:
        resolve("Nulpart, Zzzzz", country="BF")
    assert "write the name with the country alone: Nulpart, Burkina Faso." in str(caught.value)
    assert resolve("Nulpart, Burkina Faso", country="BF").place.code == "BF"
    with pytest.raises(UnknownPlace, match=r"Regions of Mali that are held: .*Mopti"):
        resolve("Nulpart, Zzzzz", country="ML")


def test_areas_that_do_not_lie_in_each_other_are_refused():
    with pytest.raises(UnknownPlace, match="do not lie in each other"):
        resolve("Nulpart, Bankass, Kayes", country="ML")


def test_of_a_country_without_places_any_name_is_kept():
    for typed in ("Kandahar", "Kandahar, Afghanistan", "Gao"):
        found = resolve(typed, country="AF")
        assert not found.located
        assert found.place.code == "AF"
        assert found.names[-1] == "Afghanistan"
        assert found.value.country == "AF"
    assert resolve("Arghandab, Kandahar", country="AF").value.code == "typed:arghandab kandahar@AF"


# --- other countries --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        ("Abidjan", "ML", "gn-2293538"),
        ("Abidjan, Côte d'Ivoire", "ML", "gn-2293538"),
        ("Abidjan, Ivory Coast", "ML", "gn-2293538"),
        ("Abidjan, CI", "CI", "gn-2293538"),
        ("Gao", "BF", "ML-7"),
        ("Ogossagou, Mopti", "BF", OGOSSAGOU),
    ],
)
def test_other_countries_come_after_the_case_s_own(typed, country, expected):
    assert code(typed, country) == expected


def test_the_north_of_one_country_is_not_that_of_another():
    with pytest.raises(UnknownPlace):
        resolve("north", country="BF")


def test_a_place_that_an_import_brought_never_takes_a_name_away_unasked():
    mali = Place.objects.get(code="ML")
    village = Place.objects.create(code="gn-1", name="Abidjan", kind="village", country="ML", source=places.IMPORTED)
    village.parents.add(mali)
    assert asked("Abidjan") == {"gn-1", "gn-2293538"}
    assert code("Abidjan, Mali") == "gn-1"


def test_the_way_on_from_an_unlisted_name_is_a_region_and_no_village_of_another_country():
    Place.objects.create(code="gn-1", name="Tanghin", kind="village", country="BF", source=places.IMPORTED)
    Place.objects.create(code="gn-2", name="Tanghine", kind="village", country="NE", source=places.IMPORTED)
    with pytest.raises(UnknownPlace) as caught:
        resolve("Tanghin", country="ML")
    said = str(caught.value)
    assert said.startswith("“Tanghin” is not in the list of places of Mali. If it lies there, write one of these")
    assert said.index("Tanghin, Sikasso") < said.index("Tanghin, Burkina Faso")
    assert "Tanghine" not in said
    offered = [c.label for c in caught.value.candidates]
    assert "Tanghin, Sikasso" in offered
    assert [label for label in offered if "Burkina" in label or "Niger" in label] == []
    assert places.search("Tanghin", country="ML") == [] or all(
        s.code not in ("gn-1", "gn-2") for s in places.search("Tanghin", country="ML")
    )
    assert code("Tanghin, Burkina Faso") == "gn-1"
    assert code("Tanghin", "BF") == "gn-1"


# --- by identifier ----------------------------------------------------------------------------


@pytest.mark.parametrize("value", [2452421, "2452421", "gn-2452421", "GN-2452421", {"gazetteer_id": "gn-2452421"}])
def test_an_identifier_names_one_place(value):
    assert by_id(value).place.code == OGOSSAGOU


def test_a_code_names_one_place():
    assert by_id("ML0502").place.code == "ML0502"
    assert by_id("ml05").place.code == "ML-5"
    assert by_id("ML-liptako").place.code == "ML-liptako"
    assert resolve({"gazetteer_id": 2452421}, country="BF").place.code == OGOSSAGOU


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        True,
        None,
        1.5,
        "",
        "   ",
        "gn-",
        "gn-9" * 20,
        10**30,
        "٢",
        "nowhere",
        [],
        {},
        {"id": 1},
        {"gazetteer_id": {}},
    ],
)
def test_an_identifier_of_nothing_is_refused(value):
    with pytest.raises(UnknownPlace, match="No place has the identifier"):
        by_id(value)


def test_an_identifier_in_brackets_must_fit_its_name():
    assert code("Farabougou [gn-2457674]") == "gn-2457674"
    assert code("Farabougou, Kolokani [gn-2457674]") == "gn-2457674"
    assert code("ogossogou [GN-2452421]") == OGOSSAGOU
    with pytest.raises(UnknownPlace, match="gn-2457674 is Farabougou, not Fana"):
        resolve("Fana [gn-2457674]", country="ML")


# --- what no place name is --------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["", "  ", ",", "…", ", Mopti", "x" * 401, "a\x00b", "a\u202eb", "\ud800", "[]", "[gn-1]", None, 5, ["Mopti"]],
)
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(UnknownPlace):
        resolve(typed, country="ML")


@pytest.mark.parametrize("country", ["", "ZZ", "Mali", "M"])
def test_an_unknown_country_is_refused(country):
    with pytest.raises(UnknownPlace, match="is not the code of a country"):
        resolve("Mopti", country=country)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["Gao", "Mopti", "Fana", "Niger", "ML", "x"]), max_size=5).map(", ".join)
)
def test_any_text_is_resolved_or_refused(text):
    try:
        found = resolve(text, country="ML")
    except PlaceError:
        return
    assert found.value.code in found.value.lineage


# --- labels and suggestions -------------------------------------------------------------------


@pytest.mark.parametrize("country", ["ML", "BF"])
def test_the_label_of_every_shipped_place_means_that_place(country):
    every = list(Place.objects.all())
    if country != "ML":
        # a part of a country is known in a case of that country only
        every = [p for p in every if p.kind != Place.Kind.MACRO_AREA]
    labels = {c.code: c.label for c in places.candidates_of(every, country=country)}
    assert len(labels) == len(every)
    wrong = {label: place.code for place in every if code(label := labels[place.code], country) != place.code}
    assert wrong == {}


def test_a_part_of_another_country_is_named_by_its_code():
    liptako = Place.objects.get(code="ML-liptako")
    label = places.label_of(liptako, country="BF")
    assert code(label, "BF") == "ML-liptako"
    assert places.label_of(liptako) == "Liptako"


def test_suggestions_begin_with_what_was_typed():
    found = places.search("mop", country="ML")
    assert [s.code for s in found] == ["ML-5", "ML0506", "gn-2453348"]
    assert found[0].as_dict() == {"value": "Mopti region", "label": "Mopti", "hint": "region"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Ogossagu", OGOSSAGOU),
        ("ogoss", OGOSSAGOU),
        ("Farabougou, N", "gn-2457671"),
        ("Farabougou, Niono, Ségou", "gn-2457671"),
        ("Farabougou [gn-2457674]", "gn-2457674"),
        ("abid", "gn-2293538"),
        ("tombo", "ML-6"),
        ("timbu", "ML-6"),
    ],
)
def test_suggestions_lead_to_the_place(typed, expected):
    assert places.search(typed, country="ML")[0].code == expected


@pytest.fixture
def villages():
    """Places as an import brings them: own names that begin with Gui, and other names that do."""
    mopti = Place.objects.get(code="ML-5")
    rows = [
        ("Aguinar", "village", 9000, "Guinar"),
        ("Guikoyo", "village", 0, ""),
        ("Guidan", "village", 0, ""),
        ("Guidan Roumdji", "town", 60_000, ""),
        ("Zarma", "town", 90_000, "Gui"),
        ("Banguizo", "village", 0, ""),
    ]
    for number, (name, kind, population, other) in enumerate(rows, 1):
        place = Place.objects.create(
            code=f"gn-{number}", name=name, kind=kind, country="ML", population=population, source=places.IMPORTED
        )
        place.parents.add(mopti)
        if other:
            place.names.create(name=other)


def test_names_that_begin_so_are_offered_before_other_names(villages):
    labels = [s.label for s in places.search("Guid", country="ML")]
    assert labels == ["Guidan Roumdji", "Guidan"]
    found = [(s.label, s.code) for s in places.search("gui", country="ML", limit=100)]
    home = set(Place.objects.filter(country="ML").values_list("code", flat=True))
    abroad = [code not in home for _label, code in found]
    assert abroad == sorted(abroad)
    found = [(label, code) for label, code in found if code in home]
    assert found[0] == ("Zarma, also called Gui", "gn-5")  # the whole of a name comes before beginnings
    own = [label.startswith("Gui") for label, _code in found[1:]]
    assert own == sorted(own, reverse=True)
    assert found[-1] == ("Aguinar, also called Guinar", "gn-1")
    assert "Banguizo" not in [label for label, _code in found]


def test_a_place_that_is_offered_for_another_name_says_which():
    labels = {s.code: s.label for s in places.search("Ogossog", country="ML")}
    assert labels[OGOSSAGOU] == "Ogossagou, also called Ogossogou"
    assert labels["gn-2452422"] == "Ogossogou"
    near = {s.code: s.label for s in places.search("Ogosogou", country="ML")}
    assert near[OGOSSAGOU] == "Ogossagou, also called Ogossogou"


def test_larger_places_are_offered_first_and_those_of_the_case_s_country():
    kinds = [s.hint.split(",")[0] for s in places.search("ko", country="ML", limit=40)]
    assert [k for k, _g in itertools.groupby(kinds)][:2] == ["region", "circle"]
    codes = [s.code for s in places.search("ba", country="CI", limit=40)]
    countries = [Place.objects.get(code=c).country for c in codes]
    assert countries == sorted(countries, key=lambda c: c != "CI")


@pytest.mark.parametrize(
    ("typed", "value", "code"),
    [
        ("Taoudénit", "Taoudénit region", ""),
        ("région de Taoudénit", "région de Taoudénit", ""),
        ("Ménaka region", "Ménaka circle, Gao", "ML0704"),
        ("cercle de Bank", "Bankass circle, Mopti", "ML0502"),
        ("ville de Mop", "Mopti, Mopti, Mopti", "gn-2453348"),
    ],
)
def test_words_for_kinds_and_newer_regions_are_offered_too(typed, value, code):
    first = places.search(typed, country="ML")[0]
    assert (first.value, first.code) == (value, code)
    assert resolve(first.value, country="ML", asks=Asks.ALWAYS)


def test_every_suggestion_means_its_own_place():
    for typed in ("fa", "ba", "k", "s", "Farabougou", "bankas"):
        for suggestion in places.search(typed, country="ML", limit=30):
            assert resolve(suggestion.value, country="ML", asks=Asks.ALWAYS).place.code == suggestion.code


@pytest.mark.parametrize("typed", ["", " ", ",", "\x00", "%", "zzzzzzzzzz", "Farabougou, Zz", "x [gn-1]", "x" * 500])
def test_nothing_to_suggest_is_no_error(typed):
    assert places.search(typed, country="ML") == []


# --- values -----------------------------------------------------------------------------------


def test_values_for_parts_of_the_country_hold_the_regions_they_reach_into():
    value = {p.code: places.value_of(p) for p in Place.objects.filter(country="ML", kind__in=places.AREAS)}
    assert value["ML-north"].regions == {"ML-6", "ML-7", "ML-8"}
    assert value["ML-centre"].regions == {"ML-4", "ML-5"}
    assert value["ML-north-and-centre"].regions == {"ML-4", "ML-5", "ML-6", "ML-7", "ML-8"}
    assert value["ML-south"].regions == {"ML-1", "ML-2", "ML-3", "ML-BKO"}
    assert value["ML-liptako"].regions == {"ML-7"}
    assert value["ML-liptako"].lineage == {"ML-liptako", "ML"}
    assert value["ML0701"].lineage == {"ML0701", "ML-7", "ML-liptako", "ML-north", "ML-north-and-centre", "ML"}
    assert value["ML"].is_country
    assert value["ML"].regions == frozenset()
    assert value["ML"].lineage == {"ML"}


def test_values_of_many_take_a_few_queries(django_assert_max_num_queries):
    every = list(Place.objects.all())
    with django_assert_max_num_queries(4):
        values = places.values_of(every)
    assert len(values) == len(every)
    assert all(p.country in values[p.code].lineage for p in every)


def test_resolving_takes_a_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        resolve("Ogossagou, Mopti", country="ML")


def test_a_ring_of_parents_ends():
    mopti, bankass = Place.objects.get(code="ML-5"), Place.objects.get(code="ML0502")
    mopti.parents.add(bankass)
    assert "ML0502" in places.value_of(mopti).lineage


def test_distance_and_direction():
    gao, mopti, mali = (Place.objects.get(code=c) for c in ("gn-2457163", "gn-2453348", "ML"))
    assert 480 < places.distance_km(gao, mopti) < 490
    assert places.distance_km(gao, gao) == 0
    assert places.distance_km(gao, mali) == math.inf
    assert places.bearing_words(mopti, gao) == "north-east"
    assert places.bearing_words(gao, mopti) == "south-west"
    south = Place(latitude=0.0, longitude=0.0), Place(latitude=-1.0, longitude=0.0)
    assert places.bearing_words(*south) == "south"
    assert places.bearing_words(*south[::-1]) == "north"


# --- what is shipped --------------------------------------------------------------------------


def test_the_geography_of_the_report_s_time_is_complete():
    mali = Place.objects.filter(country="ML")
    assert mali.filter(kind="region").count() == 9
    assert mali.filter(kind="circle").count() == 50
    assert Place.objects.filter(kind="country").count() == 250  # ISO 3166-1 and Kosovo
    for circle in mali.filter(kind="circle"):
        assert circle.parents.filter(kind="region").count() == 1, circle
        assert circle.children.filter(kind="town", latitude=circle.latitude, longitude=circle.longitude).exists(), (
            circle
        )
        assert circle.pcode == circle.code
    for region in mali.filter(kind="region"):
        assert region.children.filter(kind="circle", pcode__startswith=region.pcode).count() == (
            region.children.filter(kind="circle").count()
        )


def test_every_shipped_place_is_valid_and_says_its_source():
    for place in Place.objects.all():
        place.full_clean()
        assert place.source
        assert place.folded == name_key(place.name)
        assert place.kind == "country" or place.parents.exists(), place
    for name in PlaceName.objects.select_related("place"):
        name.full_clean()
        assert name.folded == name_key(name.name)


def test_loading_again_changes_nothing():
    before = list(Place.objects.order_by("pk").values()), PlaceName.objects.count()
    call_command("loaddata", *FILES, verbosity=0)
    assert (list(Place.objects.order_by("pk").values()), PlaceName.objects.count()) == before

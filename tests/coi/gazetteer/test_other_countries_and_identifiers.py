"""Places of other countries, identifiers, and text that is no place name."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coi import gazetteer as places
from coi.gazetteer import PlaceError, UnknownPlace, by_id, resolve
from coi.models import Place
from tests.coi.gazetteer.resolved_places import OGOSSAGOU, asked, code

pytestmark = pytest.mark.usefixtures("library")

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


def test_an_imported_place_never_changes_the_meaning_of_a_name_unasked():
    mali = Place.objects.get(code="ML")
    village = Place.objects.create(code="gn-1", name="Abidjan", kind="village", country="ML", source=places.IMPORTED)
    village.parents.add(mali)
    assert asked("Abidjan") == {"gn-1", "gn-2293538"}
    assert code("Abidjan, Mali") == "gn-1"


def test_an_unlisted_name_is_offered_with_regions_and_no_village_of_another_country():
    Place.objects.create(code="gn-1", name="Tanghin", kind="village", country="BF", source=places.IMPORTED)
    Place.objects.create(code="gn-2", name="Tanghine", kind="village", country="NE", source=places.IMPORTED)
    with pytest.raises(UnknownPlace) as caught:
        resolve("Tanghin", country="ML")
    said = str(caught.value)
    assert said.startswith("“Tanghin” is not in the place list for Mali. If it is there, write one of these")
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


# --- not a place name ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["", "  ", ",", "…", ", Mopti", "x" * 401, "a\x00b", "a\u202eb", "\ud800", "[]", "[gn-1]", None, 5, ["Mopti"]],
)
def test_text_that_is_not_a_name_is_refused(typed):
    with pytest.raises(UnknownPlace):
        resolve(typed, country="ML")


@pytest.mark.parametrize("country", ["", "ZZ", "Mali", "M"])
def test_an_unknown_country_is_refused(country):
    with pytest.raises(UnknownPlace, match="is not the code of a country"):
        resolve("Mopti", country=country)


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
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

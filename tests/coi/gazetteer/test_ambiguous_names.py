"""A name shared by several places is asked about, never guessed."""

import pytest

from coi import gazetteer as places
from coi.gazetteer import AmbiguousPlace, Asks, resolve
from coi.models import Place
from tests.coi.gazetteer.resolved_places import OGOSSAGOU, asked, code

pytestmark = pytest.mark.usefixtures("library")

# --- a question about several places -------------------------------------------------------------


def test_a_name_shared_by_nine_villages_is_asked_about():
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
def test_any_other_shared_name_is_asked_about(typed, expected):
    assert asked(typed) == expected


def test_candidates_carry_circle_region_and_distance_and_labels_that_settle_it():
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("Farabougou", country="ML")
    error = caught.value
    by_code = {c.code: c for c in error.candidates}
    assert by_code["gn-2457671"].label == "Farabougou, Niono, Ségou"
    assert by_code["gn-2457671"].hint == "village, Niono cercle, Ségou region, 18 km north of Sokolo"
    assert by_code["gn-2457674"].label == "Farabougou [gn-2457674]"
    assert "Farabougou, Niono, Ségou (village, Niono cercle" in str(error)
    assert [code(c.label) for c in error.candidates] == [c.code for c in error.candidates]


# Pairs of names that differ only by a space, hyphen, apostrophe or accent.
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


def test_a_homonym_by_another_name_is_asked_about_and_marked():
    place = Place.objects.create(code="gn-1", name="Elsewhere", kind="village", country="ML", source=places.IMPORTED)
    place.parents.add(Place.objects.get(code="ML-5"))
    place.names.create(name="Ogossa Gou")
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("Ogossagou", country="ML")
    hints = {c.code: c.hint for c in caught.value.candidates}
    assert hints.keys() == {OGOSSAGOU, "gn-1"}
    assert hints["gn-1"].startswith("also called Ogossa Gou, village")
    assert hints[OGOSSAGOU].startswith("village")


# --- questions on a form -------------------------------------------------------------------------

SHARED = ["Ségou", "Bamako", "Kayes", "Mopti", "gao", "TIMBUKTU", "Koulikoro", "Sikasso", "Kidal"]


@pytest.mark.parametrize("typed", SHARED)
@pytest.mark.parametrize("asks", [Asks.ALONE, Asks.ALWAYS])
def test_on_a_form_a_bare_shared_name_is_asked_about_with_the_region_first(typed, asks):
    with pytest.raises(AmbiguousPlace) as caught:
        resolve(typed, country="ML", asks=asks)
    kinds = [Place.objects.get(code=c.code).kind for c in caught.value.candidates]
    assert kinds[:3] == ["region", "circle", "town"]
    for candidate in caught.value.candidates:
        assert resolve(candidate.label, country="ML", asks=asks).place.code == candidate.code
    assert resolve(typed, country="ML").place.kind == "region"  # as in a case file


@pytest.mark.parametrize(("typed", "circle"), [("Gao, Gao", "ML0703"), ("Bankass, Mopti", "ML0502")])
def test_with_its_area_a_shared_name_is_asked_about_for_relocation_only(typed, circle):
    assert resolve(typed, country="ML", asks=Asks.ALONE).place.code == circle
    with pytest.raises(AmbiguousPlace) as caught:
        resolve(typed, country="ML", asks=Asks.ALWAYS)
    assert caught.value.candidates[0].code == circle


def test_a_candidates_hint_does_not_repeat_the_kind_in_its_label():
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("Ségou", country="ML", asks=Asks.ALWAYS)
    hints = {c.label: c.hint for c in caught.value.candidates}
    assert hints["Ségou region"] == ""
    assert hints["Ségou cercle, Ségou"] == "Ségou region"
    assert hints["Ségou town, Ségou, Ségou"].startswith("Ségou cercle, Ségou region")


@pytest.mark.parametrize("typed", ["Ogossagou", "Liptako", "Mali", "Gao, Gao, Gao", "Mopti region", "Niger"])
def test_on_a_form_an_unambiguous_name_is_accepted(typed):
    for asks in Asks:
        assert resolve(typed, country="ML", asks=asks).located

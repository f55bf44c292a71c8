"""Labels and suggestions lead to the place that they name."""

import itertools

import pytest

from coi import gazetteer as places
from coi.gazetteer import Asks, resolve
from coi.models import Place
from tests.coi.gazetteer.resolved_places import OGOSSAGOU, code

pytestmark = pytest.mark.usefixtures("library")


@pytest.mark.slow
@pytest.mark.parametrize("country", ["ML", "BF"])
def test_the_label_of_every_shipped_place_means_that_place(country):
    every = list(Place.objects.all())
    if country != "ML":
        # a part of a country is known only in a case of that country
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


def test_suggestions_start_with_the_typed_text():
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
    """Return imported villages, some with Gui at the start of their own name, others of another name."""
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


def test_own_names_are_suggested_before_other_names(villages):
    labels = [s.label for s in places.search("Guid", country="ML")]
    assert labels == ["Guidan Roumdji", "Guidan"]
    found = [(s.label, s.code) for s in places.search("gui", country="ML", limit=100)]
    home = set(Place.objects.filter(country="ML").values_list("code", flat=True))
    abroad = [code not in home for _label, code in found]
    assert abroad == sorted(abroad)
    found = [(label, code) for label, code in found if code in home]
    assert found[0] == ("Zarma, also called Gui", "gn-5")  # a full match comes before a match of the start
    own = [label.startswith("Gui") for label, _code in found[1:]]
    assert own == sorted(own, reverse=True)
    assert found[-1] == ("Aguinar, also called Guinar", "gn-1")
    assert "Banguizo" not in [label for label, _code in found]


def test_a_place_suggested_by_another_name_shows_it():
    labels = {s.code: s.label for s in places.search("Ogossog", country="ML")}
    assert labels[OGOSSAGOU] == "Ogossagou, also called Ogossogou"
    assert labels["gn-2452422"] == "Ogossogou"
    near = {s.code: s.label for s in places.search("Ogosogou", country="ML")}
    assert near[OGOSSAGOU] == "Ogossagou, also called Ogossogou"


def test_larger_places_are_offered_first_and_those_of_the_case_s_country():
    kinds = [s.hint.split(",")[0] for s in places.search("ko", country="ML", limit=40)]
    assert [k for k, _g in itertools.groupby(kinds)][:2] == ["region", "cercle"]
    codes = [s.code for s in places.search("ba", country="CI", limit=40)]
    countries = [Place.objects.get(code=c).country for c in codes]
    assert countries == sorted(countries, key=lambda c: c != "CI")


@pytest.mark.parametrize(
    ("typed", "value", "code"),
    [
        ("Taoudénit", "Taoudénit region", ""),
        ("région de Taoudénit", "région de Taoudénit", ""),
        ("Ménaka region", "Ménaka cercle, Gao", "ML0704"),
        ("cercle de Bank", "Bankass cercle, Mopti", "ML0502"),
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

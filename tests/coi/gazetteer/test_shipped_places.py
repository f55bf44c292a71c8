"""Values of places for matching, and the shipped places."""

import math

import pytest
from django.core.management import call_command

from coi import gazetteer as places
from coi.gazetteer import resolve
from coi.models import Place, PlaceName
from coi.text.folding import name_key

pytestmark = pytest.mark.usefixtures("library")

FILES = ("places/countries.yaml", "places/ml.yaml", "places/neighbours.yaml")


# --- values -----------------------------------------------------------------------------------


def test_values_of_parts_of_the_country_have_all_their_regions():
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


# --- shipped places ---------------------------------------------------------------------------------


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

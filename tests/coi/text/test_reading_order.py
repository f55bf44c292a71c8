"""Names are sorted as readers expect, and keys have no spaces."""

from importlib import import_module

import pytest
from django.apps import apps

from assessments.pages.forms.field_choices import Words
from coi.events.geography import region_code, region_names
from coi.models import Place, PlaceName
from coi.text.collation import in_reading_order, reading_order
from coi.text.folding import name_key


@pytest.mark.parametrize(
    "names",
    [
        ["Afghanistan", "Åland", "Albania"],
        ["Costa Rica", "Côte d'Ivoire", "Croatia"],
        ["Ecuador", "Égypte", "El Salvador"],
        ["Réunion", "Romania"],
        ["São Tomé", "Saudi Arabia", "Ségou", "Senegal", "Sikasso"],
        ["Cote", "cote", "côte"],
        ["Tin Essako", "Tin-Essako", "Tinzaouaten"],
    ],
)
def test_accents_and_case_decide_only_between_otherwise_equal_names(names):
    turned = names[::-1]
    turned.sort(key=reading_order)
    assert turned == names


def test_countries_are_offered_in_reading_order(library):
    groups = [[str(name) for _code, name in options] for _group, options in Words.load("ML").countries]
    assert len(groups) == 2  # with reports, and without
    assert groups == [sorted(names, key=reading_order) for names in groups]
    names = groups[1]
    assert names.index("Åland Islands") < names.index("Albania")
    regions = in_reading_order(Place.objects.filter(kind="region", country="ML"))
    assert [r.name for r in regions][5:] == ["Mopti", "Ségou", "Sikasso", "Tombouctou"]


def test_an_upgrade_recomputes_the_keys_of_names(library):
    place, other = Place.objects.get(code="CI"), PlaceName.objects.filter(name__contains="-").first()
    Place.objects.filter(pk=place.pk).update(folded="cote d ivoire")
    PlaceName.objects.filter(pk=other.pk).update(folded="a name with spaces")
    import_module("coi.migrations.0012_place_name_keys").drop_spaces(apps, None)
    assert Place.objects.get(pk=place.pk).folded == name_key(place.name) == "cotedivoire"
    assert PlaceName.objects.get(pk=other.pk).folded == "anamewithspaces"
    assert not Place.objects.filter(folded__contains=" ").exists()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Segou", "ML-4"), ("SÉGOU", "ML-4"), ("région de Ségou", "ML-4"), ("Segou Region", "ML-4"),
        ("Menaka", "ML-7"), ("Ménaka region", "ML-7"), ("région de Ménaka", "ML-7"), ("Taoudénit", "ML-6"),
        ("Taoudenni", "ML-6"), ("Bandiagara", "ML-5"), ("Nioro du Sahel", "ML-1"), ("Bamako Capital District", "ML-BKO"),
        ("Bankass circle", None), ("Bankass", None), ("", None), ("region", None),
    ],
)  # fmt: skip
def test_event_files_name_regions_by_the_rule_of_cases(library, typed, code):
    assert region_code(typed, region_names("ML")) == code

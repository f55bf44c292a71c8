"""Words of a country come first in its lists; words of other countries are offered only when they are typed."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import QueryDict

from assessments.pages.forms.fact_row import FactRow
from assessments.pages.forms.field_choices import Words
from coi.library.word_trees import vocabulary
from coi.models import Actor, Place, Trait
from coi.pages.forms.field_choices import Vocabulary
from tests.markup import values

pytestmark = pytest.mark.usefixtures("library")


def groups_of(options) -> dict[str, list[str]]:
    return {str(name): [code for code, _label in some] for name, some in options if isinstance(some, tuple)}


def test_a_case_on_the_country_has_its_words_first_and_hides_none():
    groups = groups_of(Words.load("ML").actors)
    assert next(iter(groups)) == "Mali: Jihadists (group not named)"
    assert "katiba-macina" in groups["Mali: Jihadists (group not named)"]
    assert "state-police" in groups["State security forces (of any country)"]
    assert "Other countries" not in groups


def test_a_case_on_another_country_has_them_in_the_last_group_only():
    words = Words.load("ER")
    groups = groups_of(words.actors)
    last = groups.pop("Other countries")
    assert "katiba-macina" in last
    assert "police" in last
    offered = [code for codes in groups.values() for code in codes]
    assert not set(offered) & set(last)
    assert {"state-police", "jihadist-unidentified", "family"} <= set(offered)
    assert words.elsewhere["actors"] == set(last)
    assert "dogon" in words.elsewhere["traits"]


def test_every_word_is_in_the_list_of_every_country_once():
    for country in ("", "ML", "ER"):
        words = Words.load(country)
        codes = [code for some in groups_of(words.actors).values() for code in some]
        assert sorted(codes) == sorted([*Actor.objects.values_list("code", flat=True), "other"])


def test_the_list_marks_for_the_script_what_belongs_elsewhere():
    row = FactRow(QueryDict("country=ER"), "0", Words.load("ER"), [("P1", "P1")])
    marked = values(str(row["actors"]), "option[data-elsewhere]")
    assert "katiba-macina" in marked
    assert "state-police" not in marked


def test_the_pickers_of_an_edition_follow_its_country():
    of_mali, of_eritrea = Vocabulary.load("ML"), Vocabulary.load("ER")
    assert of_mali.actors[0].code == "jihadist-unidentified"
    assert not any(option.elsewhere for option in of_mali.actors)
    macina = next(option for option in of_eritrea.actors if option.code == "katiba-macina")
    assert (macina.elsewhere, macina.group, macina.note.split(";")[0]) == (True, "Other countries", "Mali")
    assert "katiba macina" in macina.words
    assert len(of_eritrea.actors) == len(of_mali.actors) == Actor.objects.count()


def test_matching_reads_no_countries():
    before = vocabulary()
    Actor.objects.get(code="katiba-macina").countries.set(Place.objects.filter(code="ER"))
    assert vocabulary() == before


def test_a_region_is_no_country_of_a_word_by_any_road(tmp_path):
    region = Place.objects.filter(kind=Place.Kind.REGION).first()
    with pytest.raises(ValidationError, match="is none"), transaction.atomic():
        Actor.objects.get(code="family").countries.add(region)
    fixture = tmp_path / "words.yaml"
    fixture.write_text(
        f'- {{model: coi.actor, fields: {{code: clan, name: "clan", countries: [["{region.code}"]]}}}}\n'
    )
    with pytest.raises(CommandError, match="is none"):
        call_command("loaddata", str(fixture), verbosity=0)
    assert not Actor.objects.filter(code="clan").exists()


def test_an_unknown_facet_is_refused_by_every_road(tmp_path):
    fixture = tmp_path / "words.yaml"
    fixture.write_text('- {model: coi.trait, fields: {code: left, name: "left-handed", facet: handedness}}\n')
    with pytest.raises(CommandError, match="facet: “handedness” is not accepted"):
        call_command("loaddata", str(fixture), verbosity=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Trait.objects.create(code="left", name="left-handed", facet="handedness")


def test_the_database_knows_the_facets_of_the_model():
    (constraint,) = (one for one in Trait._meta.constraints if one.name == "trait_facet_is_known")
    assert dict(constraint.condition.children)["facet__in"] == Trait.Facet.values

"""Words from files, which are held to the same rules as words from screens."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from coi.models import Actor, Trait
from coi.proposals import deciding, values

pytestmark = pytest.mark.usefixtures("library")


def loaded(tmp_path, text):
    path = tmp_path / "words.yaml"
    path.write_text(text)
    call_command("loaddata", str(path), verbosity=0)


def test_loading_the_shipped_words_again_leaves_approved_ones_alone(proposer, decider, capsys):
    before = values.values_of("actor", Actor.objects.get(code="isgs"))
    change = deciding.propose("actor", "isgs", {**before, "name": "IS Sahel"}, before, reason="Renamed", by=proposer)
    call_command("loaddata", "vocabulary", verbosity=0)  # a waiting one protects nothing
    Actor.objects.filter(code="jnim").update(name="Something else")
    deciding.approve(change.pk, by=decider)
    call_command("loaddata", "vocabulary")
    assert Actor.objects.get(code="isgs").name == "IS Sahel"
    assert Actor.objects.get(code="jnim").name == "JNIM (GSIM)"
    assert "Left as approved on screens: actor isgs" in capsys.readouterr().out


def test_no_file_makes_a_word_part_of_itself(tmp_path):
    ring = "- {model: coi.actor, fields: {code: one, name: One, parent: [two]}}\n"
    ring += "- {model: coi.actor, fields: {code: two, name: Two, parent: [one]}}\n"
    with pytest.raises(CommandError, match="actor one: A word cannot be part of itself"):
        loaded(tmp_path, ring)
    assert not Actor.objects.filter(code__in=["one", "two"]).exists()
    loaded(tmp_path, ring.replace(", parent: [two]", ""))
    assert Actor.objects.get(code="two").parent.code == "one"


def test_an_unknown_facet_is_refused_with_those_that_are_known(tmp_path):
    with pytest.raises(CommandError, match=r"facet: “mood” is not accepted. Write one of: ethnicity"):
        loaded(tmp_path, "- {model: coi.trait, fields: {code: gloomy, name: Gloomy, facet: mood}}")
    assert not Trait.objects.filter(code="gloomy").exists()


def test_a_proposal_never_comes_from_a_file(tmp_path, proposer):
    row = "{subject: actor, code: x, values: {}, before: {}, reason: x, proposed_by: [proposer]}"
    with pytest.raises(CommandError, match="Nothing was loaded"):
        loaded(tmp_path, f"- {{model: coi.proposedchange, fields: {row}}}")

"""The vocabulary: actors, kinds of event, traits."""

from collections.abc import Iterable

from coi.memory import kept_with_library
from coi.models import Actor, EventKind, Trait
from matching.trees import Tree, Vocabulary


def vocabulary(stamp: str | None = None) -> Vocabulary:
    """Return the vocabulary as trees, kept in memory until it changes; ``stamp`` as for ``kept_with_library``."""
    return kept_with_library("vocabulary", _read, stamp=stamp)


def _read() -> Vocabulary:
    actors = {a.code: a for a in Actor.objects.select_related("parent")}
    events = {e.code: e for e in EventKind.objects.select_related("parent")}
    traits = {t.code: t for t in Trait.objects.select_related("parent")}
    kin = EventKind.kin.through.objects.values_list("from_eventkind__code", "to_eventkind__code")
    actor_kin = Actor.kin.through.objects.values_list("from_actor__code", "to_actor__code")
    return Vocabulary(
        actors=_tree(actors.values()),
        events=_tree(events.values()),
        targets=_tree(traits.values()),
        facets={code: trait.facet for code, trait in traits.items()},
        civilian={code: trait.civilian == Trait.Civilian.YES for code, trait in traits.items() if trait.civilian},
        kin=frozenset(frozenset(pair) for pair in kin),
        actor_kin=frozenset(frozenset(pair) for pair in actor_kin),
    )


def _tree(words: Iterable[Actor | EventKind | Trait]) -> Tree:
    return Tree({word.code: word.parent.code if word.parent else None for word in words})


def word_names() -> dict[str, dict[str, str]]:
    """Return the names of actors, kinds of event and traits by their codes, under ``actors``, ``events`` and
    ``traits``.
    """
    return kept_with_library("word names", _read_names)


def _read_names() -> dict[str, dict[str, str]]:
    models = {"actors": Actor, "events": EventKind, "traits": Trait}
    return {name: dict(model._default_manager.values_list("code", "name")) for name, model in models.items()}


def all_words() -> list[Actor | EventKind | Trait]:
    """Return every word of the vocabulary: actors, event kinds, traits."""
    return [*Actor.objects.all(), *EventKind.objects.all(), *Trait.objects.all()]

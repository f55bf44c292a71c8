"""The codes that a case accepts for actors, events, targets and traits."""

from coi.library.word_trees import word_names
from matching.facts import CIVILIANS, OTHER


def known_actors() -> list[str]:
    """Codes accepted for an actor, in the order of the vocabulary."""
    return [*word_names()["actors"], OTHER]


def known_events() -> list[str]:
    """Codes accepted for an event."""
    return [*word_names()["events"], OTHER]


def known_traits(*, profile: bool = False) -> list[str]:
    """Codes accepted for a target or, without ``civilians``, for a trait of a profile."""
    codes = [*word_names()["traits"], OTHER]
    return [code for code in codes if not (profile and code == CIVILIANS)]

"""The codes that a case accepts for actors, events, targets and traits."""

from coi.models import Actor, EventKind, Trait
from matching.facts import CIVILIANS, OTHER


def known_actors() -> list[str]:
    """Codes accepted for an actor, in the order of the vocabulary."""
    return [*Actor.objects.values_list("code", flat=True), OTHER]


def known_events() -> list[str]:
    """Codes accepted for an event."""
    return [*EventKind.objects.values_list("code", flat=True), OTHER]


def known_traits(*, profile: bool = False) -> list[str]:
    """Codes accepted for a target or, without ``civilians``, for a trait of a profile."""
    codes = [*Trait.objects.values_list("code", flat=True), OTHER]
    return [code for code in codes if not (profile and code == CIVILIANS)]

"""Find the findings that name traits of an applicant's profile.

The result is a list to read, not a position. A trait alone leads to no conclusion. If no finding names a
profile, that does not mean that its risk is low.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from matching.criteria import STATUS, Nearness, Reason, facets, nearness
from matching.facts import Finding, Place
from matching.trees import Vocabulary


@dataclass(frozen=True)
class ProfileMatch:
    """A finding that names traits of the profile, about a place near one of the case or about its country."""

    finding: Finding
    traits: tuple[str, ...]
    reasons: tuple[Reason, ...]
    nearness: Nearness


def match_profile(
    traits: Collection[str], homes: Collection[Place], candidates: Iterable[Finding], vocabulary: Vocabulary
) -> tuple[ProfileMatch, ...]:
    """Return the findings that name at least one trait, and agree in every facet that both name, nearest first."""
    found = [m for f in candidates if (m := _relate(traits, homes, f, vocabulary)) is not None]
    return tuple(sorted(found, key=lambda m: (m.nearness, -len(m.traits), m.finding.edition, m.finding.position)))


def _relate(
    traits: Collection[str], homes: Collection[Place], finding: Finding, vocabulary: Vocabulary
) -> ProfileMatch | None:
    near, home, place = min(
        ((nearness(home, place), home.code, place.code) for home in homes for place in finding.places),
        default=(Nearness.FAR, "", ""),
    )
    if near is Nearness.FAR:
        return None
    ours, theirs = facets(traits, vocabulary), facets(finding.targets, vocabulary)
    shared: set[str] = set()
    for facet in sorted((ours.keys() & theirs.keys()) - {STATUS}):
        met = {a for a in ours[facet] for b in theirs[facet] if vocabulary.targets.is_related(a, b)}
        if not met:
            return None
        shared |= met
    if not shared:
        return None
    reasons = (
        Reason.of("profile-names-trait", traits=sorted(shared)),
        Reason.of(_PLACE_REASON[near], place=place, home=home),
    )
    return ProfileMatch(finding, tuple(sorted(shared)), reasons, near)


_PLACE_REASON = {
    Nearness.SAME: "profile-same-place",
    Nearness.FACT_INSIDE: "profile-area",
    Nearness.FINDING_INSIDE: "profile-inside",
    Nearness.SAME_REGION: "profile-same-region",
    Nearness.COUNTRY_WIDE: "profile-country-wide",
}

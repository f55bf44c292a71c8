"""The officer's decisions on findings, carried over to the current edition. Computed at every reading, never stored.

A decision (not relied on, context added, relied on by an indicator) is stored under the finding's key at that time. If
the current edition has the same finding, the decision applies to it. If the finding was changed or retired since, the
decision applies to nothing until the officer makes it again.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from assessments.assessing.assessment import Assessment, FactWritten, IndicatorWritten, Undecided
from coi.editions.redline import touched_among
from coi.library import lookup
from coi.library.cited_findings import FindingCard
from coi.models import Edition

OMISSION, CONTEXT, INDICATOR = "omission", "context", "indicator"
_KEY = re.compile(r"[^\x00/]+/[^\x00]+")  # a finding's key; own sources have other keys, and pages may post anything


@dataclass(frozen=True)
class Carried:
    """The present state of findings, by their old keys. A key of a current edition is in neither dictionary."""

    moved: dict[str, str] = field(default_factory=dict)  # unchanged: today's key
    touched: dict[str, tuple[FindingCard, FindingCard | None]] = field(
        default_factory=dict
    )  # changed or retired: then, and now if any
    reasons: dict[str, str] = field(default_factory=dict)  # why they were retired, in the COI admin's words

    def key(self, key: str) -> str:
        """Return its key today, which is the same key if it did not move."""
        return self.moved.get(key, key)


def carried(keys: Iterable[str]) -> Carried:
    """Return the present state of these findings. Ignores values that are not finding keys.

    Needs one query if no edition was replaced.
    """
    wanted = {key for key in keys if _KEY.fullmatch(key)}
    if not wanted:
        return Carried()
    today = lookup.key_today(wanted)
    moved = {key: now for key, now in today.items() if now != key}
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, now in moved.items():
        edition, _slash, code = key.partition("/")
        pairs[edition, now.partition("/")[0]].add(code)
    editions = Edition.objects.in_bulk({code for pair in pairs for code in pair}, field_name="code") if pairs else {}
    touched: dict[str, tuple[FindingCard, FindingCard | None]] = {}
    for (old, new), codes in pairs.items():
        changed, retired = touched_among(editions[old], editions[new], codes)
        touched |= {c.old.key: (c.old, c.new) for c in changed} | {card.key: (card, None) for card in retired}
    # the report has no current edition any more
    if lost := wanted - set(today):
        touched |= {key: (card, None) for key, card in lookup.cards_by_key(lost).items()}
    gone = [key for key, (_then, now) in touched.items() if now is None]
    reasons = lookup.reasons_for_retiring(gone) if gone else {}
    return Carried({key: now for key, now in moved.items() if key not in touched}, touched, reasons)


def as_of_today(stored: Assessment, facts: Collection[str]) -> Assessment:
    """Return the assessment with its decisions carried over. ``facts`` are the facts that the case still has."""
    found = carried(_keys(stored))
    if not found.moved and not found.touched:
        return stored
    here = [f for f in stored.facts if f.fact in facts]
    omissions = {(o.fact, found.key(o.finding)): o for o in stored.omissions if o.finding in found.moved}
    # a decision made again, on the finding as it now reads, takes precedence
    omissions |= {(o.fact, o.finding): o for o in stored.omissions if o.finding not in found.moved}
    taken = {(fact, found.key(key)) for fact, key in stored.context_taken}
    undecided = [
        *(
            _undecided(OMISSION, found, o.finding, fact=o.fact, reason=o.reason, version=o.version)
            for o in stored.omissions
            if o.finding in found.touched and o.fact in facts
        ),
        *(
            _undecided(CONTEXT, found, key, fact=fact)
            for fact, key in sorted(stored.context_taken)
            if key in found.touched and fact in facts
        ),
        *(
            _undecided(INDICATOR, found, key, fact=f.fact, indicator=i.indicator)
            for f in here
            for i in f.indicators
            for key in i.relies_on
            if key in found.touched
        ),
    ]
    named = {(f.fact, i.indicator, found.key(key)) for f in here for i in f.indicators for key in i.relies_on}
    made_again = {
        *((OMISSION, fact, "", key) for fact, key in omissions),
        *((CONTEXT, fact, "", key) for fact, key in taken),
        *((INDICATOR, fact, indicator, key) for fact, indicator, key in named),
    }
    return replace(
        stored,
        facts=tuple(_fact(f, found) for f in stored.facts),
        omissions=tuple(
            replace(o, finding=key) for (_fact, key), o in sorted(omissions.items()) if o.finding not in found.touched
        ),
        context_taken=frozenset((fact, key) for fact, key in taken if key not in found.touched),
        undecided=tuple(u for u in undecided if (u.what, u.fact, u.indicator, u.today) not in made_again),
    )


def _keys(stored: Assessment) -> Iterable[str]:
    yield from (o.finding for o in stored.omissions)
    yield from (key for _fact, key in stored.context_taken)
    yield from (key for f in stored.facts for i in f.indicators for key in i.relies_on)


def _undecided(
    what: str, found: Carried, key: str, *, fact: str = "", indicator: str = "", reason: str = "", version: int = 0
) -> Undecided:
    then, now = found.touched[key]
    return Undecided(what, then, now, fact, indicator, reason, version, found.reasons.get(key, ""))


def _fact(written: FactWritten, found: Carried) -> FactWritten:
    return replace(written, indicators=tuple(_indicator(i, found) for i in written.indicators))


def _indicator(written: IndicatorWritten, found: Carried) -> IndicatorWritten:
    """Carry over an indicator. A changed or retired finding stays selected until the officer settles it."""
    keys = tuple(dict.fromkeys(found.key(key) for key in written.relies_on))
    settled = {key for key in keys if key in found.touched and (now := found.touched[key][1]) and now.key in keys}
    return replace(written, relies_on=tuple(key for key in keys if key not in settled))

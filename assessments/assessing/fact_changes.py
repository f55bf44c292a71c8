"""The answer on a fact when its officer last wrote on it, compared with the answer now.

The officer's part of a fact stores the position, the level and the keys of the findings that support or oppose it:
codes only, no text of the case or the library. A page that has the answer compares the two itself. Lists read the mark
``answer_changed_at``. It is set when an edition is published (open_cases.py) and whenever somebody who may edit the
case opens the answer.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.answer import wording
from assessments.answer.answer import Answer, FactAnswer
from assessments.assessing.carry_over import carried
from assessments.models import Case, FactAssessment
from coi.library import lookup
from coi.library.cited_findings import FindingCard
from matching.facts import MaterialFact
from matching.outcome import Level, Position

_TOKEN = re.compile(r"(?P<position>[a-z_]+):(?P<level>[a-z-]*):(?P<stated>[0-9a-f]{16}):(?P<digest>[0-9a-f]{16})")
NEW, CHANGED, RETIRED, GONE = "new", "changed", "retired", "gone"


@dataclass(frozen=True)
class Seen:
    """The answer on one fact in short. Without ``findings`` only its digest is known."""

    position: str
    level: str  # of the best support; empty if nothing supports
    stated: str  # a digest of the matched part of the fact
    digest: str
    findings: Mapping[str, str] | None = None  # relation by key

    @classmethod
    def of(cls, fact: FactAnswer) -> Self:
        found = {m.card.key: m.relation.value for m in fact.supporting + fact.opposing}
        level = fact.outcome.level
        said = (fact.position.value, level.value if level else "", _stated(fact.stated.to_match()))
        return cls(*said, _digest(*said, sorted(found.items())), found)

    @classmethod
    def stored(cls, row: Mapping[str, Any]) -> Self | None:
        """Return what ``FactAssessment.answer_seen`` holds; None if the assessment is older than this field."""
        return cls(**row) if row else None

    @classmethod
    def posted(cls, token: str) -> Self | None:
        """Return the value that a form sent back; None if the token is not valid."""
        found = _TOKEN.fullmatch(token)
        if not found or found["position"] not in set(Position) or found["level"] not in {"", *Level}:
            return None
        return cls(found["position"], found["level"], found["stated"], found["digest"])

    @property
    def token(self) -> str:
        """Return a token for a form, so that what the page showed is stored as seen."""
        return ":".join((self.position, self.level, self.stated, self.digest))

    @property
    def row(self) -> dict[str, Any]:
        """Return the value to store."""
        return {
            "position": self.position,
            "level": self.level,
            "stated": self.stated,
            "digest": self.digest,
            "findings": None if self.findings is None else dict(self.findings),
        }


def _stated(fact: MaterialFact) -> str:
    period = (str(fact.period.first), str(fact.period.last))
    return _digest(fact.place.code, fact.event, period, sorted(fact.actors), sorted(fact.targets), fact.kind.value)


def _digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class FindingChange:
    """A finding that began or stopped supporting or opposing the fact, or was changed."""

    what: str  # new, changed, retired or gone (still in the library, but neither for nor against this fact)
    card: FindingCard
    relation: str  # the present relation; the previous one if it is retired or gone
    reason: str = ""  # why it was retired, in the COI admin's words

    @property
    def words(self) -> str:
        return {
            NEW: _("New for this fact:"),
            CHANGED: _("Changed:"),
            RETIRED: _("No longer in the report:"),
            GONE: _("No longer for or against this fact:"),
        }[self.what]


@dataclass(frozen=True)
class FactChange:
    """The difference between the answer on a fact and the one its officer last saw. ``then`` is None if unknown."""

    fact: str
    then: Seen | None
    now: Seen
    findings: tuple[FindingChange, ...] = ()

    @property
    def is_restated(self) -> bool:
        """Whether the officer changed the place, date, event, actors or targets of the fact itself."""
        return self.then is not None and self.then.stated != self.now.stated

    @property
    def is_one(self) -> bool:
        """Whether anything changed. A new edition with the same findings under another code is no change."""
        is_known = self.then is not None and self.then.findings is not None
        return not is_known or self.has_moved or self.is_restated or bool(self.findings)

    @property
    def has_moved(self) -> bool:
        return self.then is not None and (self.then.position, self.then.level) != (self.now.position, self.now.level)

    @property
    def words(self) -> str:
        """``is silent → supports (events of this kind)``; if the position is the same, the other changes."""
        if self.then is None:
            return _("a newer edition of a report was published")
        if self.has_moved:
            return " → ".join(wording.position_of_code(s.position, s.level) for s in (self.then, self.now))
        if self.findings or not self.is_restated:
            return _("the same position, with other findings or other wording")
        return _("the fact itself was changed")


@dataclass
class Changes:
    """The changes in a case, by fact, and the rows whose mark is out of date."""

    by_fact: dict[str, FactChange] = field(default_factory=dict)
    to_mark: list[int] = field(default_factory=list)
    to_clear: list[int] = field(default_factory=list)


def changes(case: Case, answer: Answer) -> Changes:
    """Return the changes on the facts that the officer wrote on. One query, and more only if something changed."""
    rows = list(FactAssessment.objects.filter(case=case).order_by("pk"))
    facts = {f.stated.id: f for f in answer.facts}
    then = {row.fact_ident: Seen.stored(row.answer_seen) for row in rows}
    now = {ident: Seen.of(fact) for ident, fact in facts.items()}
    moved = {i: seen for i, seen in then.items() if i in now and seen and seen.digest != now[i].digest}
    told = _findings(moved, facts)
    found = Changes()
    for row in rows:
        ident, seen = row.fact_ident, then[row.fact_ident]
        if ident in moved or (ident in now and seen is None and row.answer_changed_at):
            change = FactChange(ident, seen, now[ident], tuple(told.get(ident, ())))
            if change.is_one:
                found.by_fact[ident] = change
        if ident in found.by_fact and not row.answer_changed_at:
            found.to_mark.append(row.pk)
        elif ident not in found.by_fact and row.answer_changed_at:
            found.to_clear.append(row.pk)
    return found


def _findings(moved: Mapping[str, Seen], facts: Mapping[str, FactAnswer]) -> dict[str, list[FindingChange]]:
    """Return the changes by fact. A finding that the current edition left unchanged counts as the same finding."""
    if not moved:
        return {}
    before = {key for seen in moved.values() for key in seen.findings or ()}
    carry = carried(before)
    cards = lookup.cards_by_key(carry.key(key) for key in before)
    told: dict[str, list[FindingChange]] = {}
    for ident, seen in moved.items():
        was = dict(seen.findings or {})
        found = told.setdefault(ident, [])
        known = set()
        today = {m.card.key: m for m in facts[ident].supporting + facts[ident].opposing}
        for key, relation in was.items():
            touched = carry.touched.get(key)
            current = (touched[1].key if touched[1] else "") if touched else carry.key(key)
            known.add(current)
            if current in today:
                m = today[current]
                if touched or m.relation.value != relation:
                    found.append(FindingChange(CHANGED, m.card, m.relation.value))
            elif touched and touched[1] is None:
                found.append(FindingChange(RETIRED, touched[0], relation, carry.reasons.get(key, "")))
            elif card := (touched[1] if touched else cards.get(current)):
                found.append(FindingChange(GONE, card, relation))
        if seen.findings is not None:
            found += [FindingChange(NEW, m.card, m.relation.value) for key, m in today.items() if key not in known]
    return told


def keep_marks(found: Changes) -> None:
    """Update the marks that lists show. Call it in a transaction."""
    if found.to_mark:
        FactAssessment.objects.filter(pk__in=found.to_mark).update(answer_changed_at=timezone.now())
    if found.to_clear:
        FactAssessment.objects.filter(pk__in=found.to_clear).update(answer_changed_at=None)

"""The overview on the page of a case: its facts with position and outcome, and how far the officer has come."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer.answer import answer
from assessments.assessing import relocation_tests, stored_assessment
from assessments.assessing.assessment import Assessment, FactWritten
from assessments.assessing.fact_presenter import PresentedFact
from assessments.casefile.values import CaseFile
from assessments.models import Case
from assessments.models.codes import Conclusion, IpaTest, Outcome
from assessments.pages.fact_history import read_facts


@dataclass(frozen=True)
class FactRow:
    """One fact. ``said`` is the position of the COI on it."""

    said: PresentedFact
    written: FactWritten
    own_sources: int
    changed_at: datetime | None

    @property
    def outcome(self) -> str:
        return str(Outcome(self.written.outcome).label)

    @property
    def reliance(self) -> str:
        """``3 relied on, 1 not relied on``."""
        relied_on, omitted = len(self.said.supporting) + len(self.said.opposing), len(self.said.omitted)
        counted = (
            (_("%(n)d relied on"), relied_on),
            (_("%(n)d not relied on"), omitted),
            (ngettext("%(n)d source of your own", "%(n)d sources of your own", self.own_sources), self.own_sources),
        )
        return ", ".join(words % {"n": n} for words, n in counted if n)


@dataclass(frozen=True)
class PlaceRow:
    """A place proposed for relocation, with the number of tests concluded."""

    name: str
    concluded: int
    tests: int = len(IpaTest)

    @property
    def is_done(self) -> bool:
        return self.concluded == self.tests


@dataclass(frozen=True)
class Overview:
    """The answer in short. It exists only once the matches are shown: before that, nobody is told what the COI says."""

    facts: tuple[FactRow, ...]
    places: tuple[PlaceRow, ...]
    questions: int

    @property
    def assessed(self) -> int:
        return sum(row.written.is_assessed for row in self.facts)

    @property
    def next(self) -> FactRow | None:
        """Return the first fact that is not assessed."""
        return next((row for row in self.facts if not row.written.is_assessed), None)

    @property
    def next_ident(self) -> str:
        return self.next.said.ident if self.next else ""


def overview(case: Case, read: CaseFile) -> Overview | None:
    """Return the overview of a case, or None until the matches are shown for the first time."""
    if case.matches_first_shown_at is None:
        return None
    found = answer(read, on=timezone.localdate())
    assessment = stored_assessment.assessment_of(case)
    facts, _removed = read_facts(case, found, assessment)
    return Overview(
        facts=tuple(
            FactRow(each, assessment.of(each.ident), len(assessment.sources_on(each.ident)), each.changed_at)
            for each in facts
        ),
        places=_places(read, assessment),
        questions=len(assessment.questions),
    )


def _places(read: CaseFile, assessment: Assessment) -> tuple[PlaceRow, ...]:
    named = {relocation_tests.place_key(stated): stated.place.names[0] for stated in read.relocations}
    concluded = [t.place for t in assessment.tests if t.conclusion != Conclusion.NOT_ASSESSED]
    return tuple(PlaceRow(name, concluded.count(key)) for key, name in named.items())

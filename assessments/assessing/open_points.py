"""The open points of a case: one list for the page of submission, the review and the queue.

Open points forbid nothing: a memo may be submitted and approved with them. A submitted version stores the list as
codes, so that the queue needs no snapshot.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer.answer import Answer
from assessments.assessing import coi_age, relocation_tests
from assessments.assessing.assessment import Assessment
from assessments.casefile.values import CaseFile
from assessments.models.codes import Conclusion, IpaTest, Outcome
from coi.text.characters import is_blank

FACT, EXPLAINED, UNREASONED, TESTS, PERSON = "fact", "fact-explained", "fact-unreasoned", "tests", "person"


@dataclass(frozen=True)
class OpenPoint:
    """A fact without outcome or reasoning, a proposed place with tests left open, or a person without a fact."""

    what: str
    name: str  # the fact's id, the place and its person, or the person
    n: int = 1  # number of open tests

    @property
    def is_of_fact(self) -> bool:
        return self.what in (FACT, EXPLAINED, UNREASONED)

    @property
    def is_of_relocation(self) -> bool:
        return self.what == TESTS

    @property
    def words(self) -> str:
        values = {"name": self.name, "n": self.n, "all": len(IpaTest)}
        if self.what == FACT:
            return _("%(name)s is not assessed.") % values
        if self.what == EXPLAINED:
            return _("%(name)s is not assessed; the officer says why.") % values
        if self.what == UNREASONED:
            return _("%(name)s has an outcome, but no reasoning.") % values
        if self.what == TESTS:
            words = ngettext(
                "%(name)s: %(n)d of %(all)d relocation tests is not assessed.",
                "%(name)s: %(n)d of %(all)d relocation tests are not assessed.",
                self.n,
            )
            return words % values
        return _("No fact is recorded for %(name)s.") % values


def open_points(answer: Answer, assessment: Assessment) -> tuple[OpenPoint, ...]:
    """Return all open points, facts first, in the order of the case. Works for a snapshot as well."""
    return (*_facts(answer.case, assessment), *_tests(answer, assessment), *_persons(answer.case))


def stored(found: Iterable[OpenPoint]) -> list[list[Any]]:
    """Return the points as a version of a memo stores them."""
    return [list(astuple(point)) for point in found]


def read(kept: Iterable[Iterable[Any]]) -> tuple[OpenPoint, ...]:
    """Return the points from what ``stored`` returned."""
    return tuple(OpenPoint(*each) for each in kept)


def _facts(case: CaseFile, assessment: Assessment) -> Iterator[OpenPoint]:
    for fact in case.facts:
        written = assessment.of(fact.id)
        if written.outcome == Outcome.NOT_ASSESSED:
            yield OpenPoint(EXPLAINED if written.is_assessed else FACT, fact.id)
        elif is_blank(written.reasoning):
            yield OpenPoint(UNREASONED, fact.id)


def _tests(answer: Answer, assessment: Assessment) -> Iterator[OpenPoint]:
    sheet = coi_age.pair_of(answer, assessment)
    for column in sheet.relocations if sheet else ():
        n = sum(column.conclusion(test).conclusion == Conclusion.NOT_ASSESSED for test in IpaTest)
        if n:
            yield OpenPoint(TESTS, relocation_tests.named_place(answer.case, column.place, column.name), n)


def _persons(case: CaseFile) -> Iterator[OpenPoint]:
    with_fact = {fact.person for fact in case.facts}
    for person in case.persons:
        if person.id not in with_fact:
            yield OpenPoint(PERSON, case.whose(person.id) or person.id)

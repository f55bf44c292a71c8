"""The query budgets of a case's pages, for a large case: twelve facts, three reports, several versions."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from assessments import actions
from assessments.assessing import shown
from assessments.assessing.evidence import Bears, Piece
from assessments.casefile.intake_steps import STEPS
from assessments.models import Case, FactAssessment
from assessments.models.codes import Grade
from tests import factories
from tests.markup import values
from tests.office_in_every_state import names, of_a_case
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

PAGE, AUTOSAVE = 30, 12  # queries, including those that begin and end a transaction
WRITERS = [
    "case", "fact", "case-matches", "relocation", "gaps", "submit", "preview", "versions", "compare", "version",
    "disclosure", "own-source-new", "case-edit",
]  # fmt: skip
REVIEWERS = ["case", "fact", "case-matches", "review", "review-section", "preview", "versions", "version", "recall"]
# not pages: files, which are made from the page's content, and addresses that only take a form
OTHERS = {
    "case-memo", "version-memo", "version-word", "version-record", "disclosure-export", "questions-export",
    "own-source", "own-source-remove", "fact-omission", "fact-context", "fact-change-seen", "decide", "case-step", "case-take-over",
    "case-share", "applicant-data-export", "erasure-request", "erasure-decide",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_new_quarter(monkeypatch):
    """Keep the audit record's quarter of an hour from changing during a test, which would add a row."""
    monkeypatch.setattr("audit.record.quarter_of", lambda now: now - timedelta(days=1))


@dataclass
class Large:
    """The large case and its users."""

    case: Case
    client: Client

    def address(self, name: str) -> str:
        more = {"fact": {"ident": "F1"}, "version": {"number": 1}, "review-section": {"anchor": "fact-F1"}}.get(
            name, {}
        )
        about = {"own-source-new": "?fact=F1", "compare": "?a=1&b=1"}.get(name, "")
        return reverse(name, kwargs={"uuid": self.case.uuid} | more) + about

    def others(self) -> list[str]:
        """Return the pages of a case that are not named above; they have the same budget."""
        unnamed = [name for name in names() if of_a_case(name) and name not in {*WRITERS, *REVIEWERS, *OTHERS}]
        found = []
        for name in unnamed:
            with suppress(NoReverseMatch):
                answer = self.client.get(self.address(name))
                if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                    found.append(name)
        return found

    def step(self, slug: str) -> str:
        return f"{self.address('case-edit')}?step={slug}"

    def save(self, typed: dict[str, Any]) -> Any:
        return self.client.post(self.address("fact"), typed, headers={"X-Autosave": "1"})

    def queries(self, address: str) -> int:
        """Return the queries of a second visit. The first one records the reader and reads the library."""
        for _time in range(2):
            assert self.client.get(address).status_code == 200, address
        with CaptureQueriesContext(connection) as asked:
            self.client.get(address)
        return len(asked)


@pytest.fixture
def large(library, caseworker) -> Large:
    factories.second_report()
    factories.second_report("made-up-too", "made-up-too-2022")
    case = factories.make_case(caseworker, "mopti-twelve-facts")
    return Large(case, signed_in(caseworker))


def test_the_pages_with_a_budget_are_there():
    assert {*WRITERS, *REVIEWERS, *OTHERS} <= set(names())


@pytest.mark.slow
def test_no_page_of_a_large_case_asks_more_than_its_budget(large, supervisor):
    factories.in_review(large.case, supervisor)
    boss = Large(large.case, signed_in(supervisor))
    found = {("supervisor", name): boss.queries(boss.address(name)) for name in REVIEWERS}
    version = factories.graded(factories.newest(large.case), supervisor, Grade.MINOR, "Say more.")
    said = {"number": version.number, "digest": version.content_sha256, "remark": "Please look again."}
    actions.send_back(factories.fresh(large.case), by=supervisor, **said)
    found |= {("writer", name): large.queries(large.address(name)) for name in [*WRITERS, *large.others()]}
    found |= {("intake", step.slug): large.queries(large.step(step.slug)) for step in STEPS[:-1]}
    assert max(found.values()) <= PAGE, found


def test_autosaving_needs_few_queries_and_no_matching(large, monkeypatch):
    actions.show_matches(large.case, by=large.case.author)
    page = large.client.get(large.address("fact"))
    [token] = values(page, "#officer [name=shown]")
    found = values(page, "#officer [name=external_rests]")
    assert found

    def refuse(*args, **kwargs):
        raise AssertionError("matched")

    monkeypatch.setattr("assessments.answer.answer.match", refuse)
    typed = {"outcome": "not-assessed", "shown": token, "external_words": "It fits.", "external_view": "consistent"}
    asked = []
    for version, more in enumerate(({}, {"external_rests": found[:1]}, {"external_rests": found[:1]})):
        with CaptureQueriesContext(connection) as queries:
            said = large.save(typed | {"version": version, "reasoning": f"Sentence {version}."} | more)
        assert said.json()["version"] == version + 1
        asked.append(len(queries))
    assert asked[-1] <= AUTOSAVE
    row = FactAssessment.objects.get(case=large.case, fact_ident="F1")
    assert row.indicators.get(indicator="external").relies_on == found[:1]
    assert row.answer_seen["findings"]


def test_a_token_of_one_case_is_invalid_in_another(large, caseworker):
    other = Large(factories.make_case(caseworker), large.client)
    [token] = values(large.client.get(large.address("fact")), "#officer [name=shown]")
    seen = shown.Shown.read(token, large.case, "F1").seen
    made = shown.token(large.case, "F1", seen, [Piece("nobody/x-01", Bears.SUPPORTS, "", "")])
    changed = made[:-1] + ("a" if made[-1] != "a" else "b")
    for case, posted, counts in ((other, made, False), (large, changed, False), (large, made, True)):
        FactAssessment.objects.all().delete()
        ticked = {"external_rests": ["nobody/x-01"], "external_words": "Words.", "shown": posted}
        assert case.save({"version": 0, "outcome": "not-assessed"} | ticked).status_code == 200
        row = FactAssessment.objects.get(case=case.case, fact_ident="F1")
        assert row.indicators.get(indicator="external").relies_on == ["nobody/x-01"] * counts

"""Two people at the same moment: threads with their own connections to a shared database.

test_databases.py runs this file on SQLite (as a file, with its log) and on PostgreSQL, each in its own process.
Everything is committed and nothing cleaned up, so each test makes its own users and cases.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import Office, Role, User
from assessments import actions
from assessments.actions import ActionRefused, HeldElsewhere, NotAllowed, StaleCase, locks
from assessments.actions.renderings import NotReady
from assessments.answer.answer import answer
from assessments.assessing import evidence, stored_assessment
from assessments.assessing.assessment import FactWritten
from assessments.casefile import stored_case
from assessments.memo import pdf_renderer, submission
from assessments.models import Case, EditLock, MemoVersion, Recall, RecallCheck, Reliance, Rendering
from assessments.review import recall_checks
from audit.models import Entry, Head
from audit.record import record, record_once
from audit.verification import verify
from coi.drafts import draft_review, publishing, refused, starting
from coi.library import lookup
from coi.library.search import Wanted, find
from coi.models import Actor, Edition, Finding, Publication
from jobs import queue
from tests import factories
from tests.factories import PDF, fresh, newest

SMALL = "gao-bourem"  # one fact
SECONDS = 120  # before a hanging thread is reported, on a busy machine
ROUNDS = 5
_numbers = count(1)


pytestmark = pytest.mark.django_db


@pytest.fixture
def _django_db_helper(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Replace pytest-django's fixture: no transaction around the test, because threads would not see its rows."""
    with django_db_blocker.unblock():
        assert str(connections["default"].settings_dict["NAME"]).rpartition("/")[2] in (
            "races.sqlite3",
            "test_footnote",
        )
        yield


@pytest.fixture(autouse=True)
def quick_memos(monkeypatch) -> None:
    """Make a memo's PDF at once."""
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: PDF)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment. Return each one's result or error."""
    start = threading.Barrier(len(works))
    results: list[Any] = [TimeoutError("it hangs")] * len(works)

    def run(n: int, work: Callable[[], Any]) -> None:
        try:
            connections["default"].ensure_connection()
            start.wait(SECONDS)
            results[n] = work()
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, work), daemon=True) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return results


def outcomes(results: list[Any]) -> tuple[int, list[type]]:
    """Return how many succeeded, and the other ones' kinds of refusal. Any other error fails the test."""
    errors = [r for r in results if isinstance(r, BaseException)]
    for error in errors:
        if not isinstance(error, ActionRefused | refused.Refused):
            raise error
    return len(results) - len(errors), [type(e) for e in errors]


class People:
    """An office with two caseworkers, two supervisors and two COI admins."""

    def __init__(self) -> None:
        n = next(_numbers)
        self.office = Office.objects.create(code=f"race-{n}", name=f"Race {n}", shares_cases=True)

        def user(role: str, name: str) -> User:
            return User.objects.create(username=f"{name}-{n}", role=role, office=self.office)

        self.author, self.colleague = user(Role.CASEWORKER, "author"), user(Role.CASEWORKER, "colleague")
        self.supervisor, self.other = user(Role.SUPERVISOR, "supervisor"), user(Role.SUPERVISOR, "other")
        self.admin, self.second = user(Role.COI_ADMIN, "admin"), user(Role.COI_ADMIN, "second")


@pytest.fixture
def people() -> People:
    return People()


def written(case: Case, words: str) -> Callable[..., Any]:
    """Return a function that saves text on the first fact, from a page opened now."""
    (fact, *_more) = answer(stored_case.case_file(case, today=timezone.localdate())).facts
    assessment = stored_assessment.assessment_of(case)
    text = FactWritten(fact.stated.id, reasoning=words, version=assessment.of(fact.stated.id).version)
    pieces = evidence.pieces(fact, assessment)
    return lambda by: actions.save_fact(case, text, pieces, by=by)


# --- the audit record -------------------------------------------------------------------------------


def test_many_writers_make_one_chain():
    before = Head.objects.get().count

    def write(n: int) -> None:
        for m in range(10):
            with transaction.atomic():
                record(by=str(n), action="race", object_id=str(m))

    assert at_once(*(lambda n=n: write(n) for n in range(8))) == [None] * 8
    assert Head.objects.get().count == before + 80 == Entry.objects.count()
    assert verify().is_whole


def test_entries_of_a_quarter_of_an_hour_are_recorded_once():
    def note() -> Any:
        with transaction.atomic():
            return record_once(by="once", action="race.once", object_id="x", step="y")

    results = at_once(*[note] * 6)
    assert [type(r) for r in results if r is not None] == [Entry]
    assert Entry.objects.filter(action="race.once").count() == 1


# --- the editing lock -------------------------------------------------------------------------------


def test_only_one_of_two_users_who_open_a_case_holds_it(people):
    case = factories.make_case(people.author, SMALL)
    for _round in range(ROUNDS):
        EditLock.objects.filter(case=case).delete()
        first, second = at_once(lambda: locks.begin(case, people.author), lambda: locks.begin(case, people.colleague))
        holder = EditLock.objects.get(case=case).holder
        assert [first, second] in ([None, people.author], [people.colleague, None])
        assert holder == (people.author if first is None else people.colleague)


def test_taking_over_during_a_save_leaves_nothing_half_saved(people):
    case = factories.make_case(people.author, SMALL)
    for n in range(ROUNDS):
        locks.take_over(case, people.author)
        save = written(case, f"Round {n}.")
        version = (
            stored_assessment.assessment_of(case).facts[0].version if stored_assessment.assessment_of(case).facts else 0
        )
        saved, taken = at_once(
            lambda save=save: save(people.author), lambda: actions.take_over(case, by=people.colleague)
        )
        assert taken is None
        assert EditLock.objects.get(case=case).holder == people.colleague
        facts = stored_assessment.assessment_of(case).facts
        if isinstance(saved, HeldElsewhere):
            assert (facts[0].version if facts else 0) == version
        else:
            outcomes([saved])
            assert (facts[0].reasoning, facts[0].version) == (f"Round {n}.", version + 1)


def test_of_two_saves_of_one_page_one_is_kept_and_one_refused(people):
    case = factories.make_case(people.author, SMALL)
    here, there = written(case, "Here."), written(case, "There.")
    went, refused = outcomes(at_once(lambda: here(people.author), lambda: there(people.author)))
    assert (went, refused) == (1, [StaleCase])
    assert stored_assessment.assessment_of(case).facts[0].version == 1


def test_two_pages_opened_at_once_store_a_cases_reliances_once(people):
    case = factories.make_case(people.author, SMALL)
    read = stored_case.case_file(case, today=timezone.localdate())
    found, assessment = answer(read), stored_assessment.assessment_of(case)
    keep = [lambda: actions.keep_reliance(case, read, found, assessment, by=people.author)] * 2
    assert at_once(*keep) == [None, None]
    rows = list(Reliance.objects.filter(case=case).values_list("fact_ident", "finding", "relation"))
    assert rows
    assert len(rows) == len(set(rows))


# --- review ---------------------------------------------------------------------------------------


def test_only_one_of_two_supervisors_takes_a_case(people):
    case = factories.make_case(people.author, SMALL)
    factories.submitted(case)
    takes = [lambda by=by: actions.take(fresh(case), by=by) for by in (people.supervisor, people.other)]
    assert outcomes(at_once(*takes)) == (1, [NotAllowed])
    assert fresh(case).reviewer in (people.supervisor, people.other)
    assert Entry.objects.filter(object_id=str(case.uuid), action="review.take").count() == 1


def test_a_memo_is_submitted_as_it_was_shown_or_not_at_all(people):
    case = factories.assessed(factories.make_case(people.author, SMALL))
    shown = submission.prepare(case, on=timezone.localdate())
    save = written(case, "Written at the last moment.")
    results = at_once(
        lambda: actions.submit(case, by=people.author, version=case.version, digest=shown.digest),
        lambda: save(people.author),
    )
    went, _refused = outcomes(results)
    assert went == 1
    if isinstance(results[0], MemoVersion):
        assert results[0].content_sha256 == shown.digest
        assert isinstance(results[1], NotAllowed)
    else:
        assert isinstance(results[0], StaleCase)
        assert fresh(case).state == "draft"


def test_a_memo_is_either_approved_or_returned_and_never_edited_on_the_way(people):
    case = factories.make_case(people.author, SMALL)
    version = factories.graded(factories.in_review(case, people.supervisor), people.supervisor)
    save = written(case, "Written during the review.")
    read = {"by": people.supervisor, "number": version.number, "digest": version.content_sha256}
    approved, returned, _saved = results = at_once(
        lambda: actions.approve(fresh(case), **read),
        lambda: actions.send_back(fresh(case), **read, remark="Say more."),
        lambda: save(people.author),
    )
    outcomes(results)
    assert isinstance(approved, MemoVersion) != (returned is None)
    now = newest(case)
    assert now.content_sha256 == version.content_sha256
    assert (now.state, fresh(case).state) in (("approved", "approved"), ("returned", "returned"))
    if now.state == "approved":
        assert "Written during the review." not in str(stored_assessment.assessment_of(case))


def test_approved_twice_from_two_windows_it_is_approved_once(people):
    case = factories.make_case(people.author, SMALL)
    version = factories.graded(factories.in_review(case, people.supervisor), people.supervisor)

    def approve() -> MemoVersion:
        """Press the button, and again while the other window's PDF is being made, as the page does."""
        while True:
            try:
                return actions.approve(
                    fresh(case), by=people.supervisor, number=version.number, digest=version.content_sha256
                )
            except NotReady:
                time.sleep(0.05)

    assert outcomes(at_once(approve, approve)) == (1, [NotAllowed])
    assert Entry.objects.filter(object_id=str(case.uuid), action="memo.approve").count() == 1


# --- jobs -----------------------------------------------------------------------------------------


def test_each_job_is_taken_once_and_no_more_at_once_than_allowed(people):
    Rendering.objects.all().delete()
    case = factories.make_case(people.author, SMALL)
    for n in range(12):
        Rendering.objects.create(case=case, what="version", target=n, on=timezone.localdate(), digest=n)
    most, at_a_time, lock, now_done = 2, [], threading.Lock(), [0]

    def work(name: str) -> list[str]:
        done = []
        while queue.is_waiting(Rendering):
            job = queue.take(Rendering, by=name, most=most, lease=timedelta(minutes=1))
            if job is not None:
                with lock:
                    now_done[0] += 1
                    at_a_time.append(now_done[0])
                time.sleep(0.01)
                with lock:
                    now_done[0] -= 1
                queue.end(job, "done")
                done.append(job.target)
        return done

    results = at_once(*(lambda name=name: work(name) for name in "abcd"))
    outcomes(results)
    assert sorted((target for done in results for target in done), key=int) == [str(n) for n in range(12)]
    assert max(at_a_time) <= most


# --- many writers ---------------------------------------------------------------------------------


def test_no_save_is_refused_while_many_save_and_one_holds_the_database_again_and_again(people):
    cases = [factories.make_case(people.author, reference=f"W-{next(_numbers)}") for _n in range(6)]

    def save(case: Case) -> int:
        for shared in (True, False) * 10:
            actions.share_case(case, shared=shared, by=people.author)
        return 20

    def hold() -> int:
        for _n in range(10):
            with transaction.atomic():
                Case.objects.filter(pk=cases[0].pk).update(note="Held.")
                time.sleep(0.2)
        return 10

    results = at_once(hold, *(lambda case=case: save(case) for case in cases))
    outcomes(results)
    assert results == [10, *[20] * len(cases)]


# --- publishing -----------------------------------------------------------------------------------


def made_up(name: str) -> Edition:
    """Return a published edition of a new report, with one finding."""
    return factories.second_report(f"report-{name}", f"edition-{name}")


def drafted(source: Edition, code: str, people: People) -> Edition:
    """Return a draft that differs from its source."""
    draft = starting.copy(source, code=code, label=f"Made up, {code}", by=people.admin)
    Finding.objects.filter(edition=draft).update(statement=f"Ogossagou was not attacked in March 2019: {code}.")
    return draft


def publish(draft: Edition, by: User) -> Callable[[], Any]:
    digest = draft_review.review(draft).digest
    return lambda: publishing.publish(draft, by=by, digest=digest)


def current(edition: Edition) -> list[str]:
    return list(lookup.current_editions().filter(report=edition.report_id).values_list("code", flat=True))


def test_a_draft_that_two_people_publish_is_published_once(people):
    draft = drafted(made_up("twice"), "twice-2", people)
    third = User.objects.create(username="third-admin", role=Role.COI_ADMIN, office=people.office)
    acts = [publish(draft, people.second), publish(draft, third)]
    assert outcomes(at_once(*acts)) == (1, [refused.ChangedSince])
    assert current(draft) == ["twice-2"]
    assert Entry.objects.filter(action="coi.publish", object_id="twice-2").count() == 1
    assert find(Wanted(text="twice", kinds=frozenset({"finding"}))).count() == 1


def test_the_second_of_two_drafts_of_a_report_is_reviewed_again(people):
    source = made_up("rivals")
    drafts = [drafted(source, "rivals-2", people), drafted(source, "rivals-3", people)]
    acts = [publish(draft, people.second) for draft in drafts]
    assert outcomes(at_once(*acts)) == (1, [refused.ChangedSince])
    assert len(current(source)) == 1
    assert Publication.objects.filter(edition__report=source.report_id).count() == 2


def test_editions_of_two_reports_are_published_at_the_same_time(people):
    drafts = [drafted(made_up(name), f"{name}-2", people) for name in ("beside", "other")]
    # an actor gets a new name, so both publications index it
    Actor.objects.filter(code="jnim").update(aliases=["GSIM", "Named In A Race"])
    assert outcomes(at_once(*(publish(draft, people.second) for draft in drafts))) == (2, [])
    assert find(Wanted(text="named race", kinds=frozenset({"actor"}))).count() == 1


def test_publishing_recalls_memos_while_their_supervisor_works_on_them(people):
    """Everybody locks the audit record last, so that neither waits for a lock of the other."""
    source = made_up("relied")
    cases = [factories.make_case(people.author, reference=f"R-{next(_numbers)}") for _n in range(2)]
    versions = [factories.approved(case, people.supervisor) for case in cases]
    key = f"{source.code}/a-01"
    assert all(v.reliances.filter(finding=key).exists() for v in versions)
    act = publish(drafted(source, "relied-2", people), people.second)
    results = at_once(
        act,
        *(
            lambda case=case: actions.recall(newest(case), "", "Checked anew.", by=people.supervisor)
            for case in reversed(cases)
        ),
    )
    outcomes(results)
    assert isinstance(results[0], draft_review.Review)
    # the publication does a step if the database lets it; otherwise another process goes on after a minute
    RecallCheck.objects.exclude(state=RecallCheck.State.DONE).update(lease_until=timezone.now())
    recall_checks.go_on(to_the_end=True)
    assert Recall.objects.filter(version__in=versions, finding=key).count() == 2
    assert {fresh(case).state for case in cases} == {"recalled"}
    assert verify().is_whole

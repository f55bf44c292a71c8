"""A published edition is compared with the approved memos outside its transaction, and no memo passes as unaffected."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import actions
from assessments.memo import pending_recalls
from assessments.models import ComparedMemo, NewMatch, Notification, Recall, RecallCheck
from assessments.review import recall_checks
from audit.models import Entry
from coi.drafts import draft_review, publishing
from jobs import queue
from tests import factories
from tests.factories import fresh, newest
from tests.markup import running_text
from tests.recalls import (
    KEY,
    WARNING,
    State,
    a_worker_begins,
    draft_of,
    lapse,
    page,
    publish,
    states,
    stored,
    the_worker_works,
)
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


class Killed(BaseException):
    """The process ends here."""


# --- who does it ----------------------------------------------------------------------------------


def test_the_worker_compares_what_the_publication_stored(memos, source, keeper, second):
    versions = memos(2)
    a_worker_begins()
    publish(draft_of(source, keeper), second)
    check = RecallCheck.objects.get()
    assert (check.state, check.edition.code, check.gone) == (State.WAITING, "made-up-2023", [KEY])
    assert states(versions) == ["approved", "approved"]
    assert not Recall.objects.exists()
    assert the_worker_works() > 0
    assert RecallCheck.objects.get().state == State.DONE
    assert states(versions) == ["recalled", "recalled"]
    assert set(Recall.objects.values_list("version", "finding")) == {(v.pk, KEY) for v in versions}
    assert "made-up-2023, which replaced made-up-2022" in Recall.objects.first().reason


def test_without_a_worker_publishing_and_pages_go_on_step_by_step(memos, source, keeper, second, monkeypatch):
    monkeypatch.setattr(recall_checks, "A_STEP", 1)
    versions = memos(3)
    publish(draft_of(source, keeper), second)
    assert states(versions) == ["recalled", "approved", "approved"]
    response = signed_in(keeper).get(reverse("edition", args=["made-up-2023"]))
    assert "compared with this edition: 2 of 3 done" in running_text(response.content.decode())
    assert response["Refresh"].startswith("5; url=")
    # somebody who opens the memo does not read that it is approved
    assert signed_in(versions[2].case.author).get(reverse("case", args=[versions[2].case.uuid])).status_code == 200
    assert states(versions) == ["recalled"] * 3
    assert "Approved memos" in page(keeper, "home")
    page(keeper, "home")
    assert RecallCheck.objects.get().state == State.DONE
    assert "Refresh" not in signed_in(keeper).get(reverse("edition", args=["made-up-2023"]))


def test_a_command_compares_all(memos, monkeypatch):
    monkeypatch.setattr(recall_checks, "A_STEP", 1)
    versions = memos(2)
    stored([KEY])
    recall_checks.go_on(to_the_end=True)
    assert states(versions) == ["recalled"] * 2
    assert RecallCheck.objects.get().state == State.DONE


@pytest.mark.parametrize("has_worker", [True, False])
def test_an_edition_on_which_no_memo_relies(source, keeper, second, has_worker):
    if has_worker:
        a_worker_begins()
    publish(draft_of(source, keeper), second)
    if has_worker:
        assert RecallCheck.objects.get().state == State.WAITING
        the_worker_works()
    recall_checks.go_on(to_the_end=True)
    assert RecallCheck.objects.get().state == State.DONE
    assert not ComparedMemo.objects.exists()
    assert "being compared" not in page(keeper, "edition", "made-up-2023")


def test_a_publication_that_fails_stores_no_check(source, keeper, second, monkeypatch):
    monkeypatch.setattr(publishing, "record", lambda **details: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(draft_of(source, keeper), second)
    assert not RecallCheck.objects.exists()


def test_the_publication_asks_as_much_of_the_database_for_five_memos_as_for_one(memos, source, keeper, second):
    def count(draft):
        digest = draft_review.review(draft).digest
        a_worker_begins()
        with CaptureQueriesContext(connection) as asked:
            publishing.publish(draft, by=second, digest=digest)
        assert RecallCheck.objects.get().gone == [KEY]
        assert the_worker_works()
        return len(asked)

    drafts = [draft_of(source, keeper, code) for code in ("five", "one")]
    (one,) = memos(1)
    savepoint = transaction.savepoint()
    with_one = count(drafts[1])
    assert states([one]) == ["recalled"]
    transaction.savepoint_rollback(savepoint)
    five = [one, *memos(4)]
    assert count(drafts[0]) == with_one
    assert states(five) == ["recalled"] * 5


# --- interrupted ----------------------------------------------------------------------------------


def killed_at(monkeypatch, number: int, *, after: bool = False):
    """The process is killed at this recall, or right after it, in the transaction of its memo."""
    recall, calls = actions.recall, []

    def recalling(*args, **more):
        calls.append(args)
        if len(calls) == number and not after:
            raise Killed
        recall(*args, **more)
        if len(calls) == number:
            raise Killed

    monkeypatch.setattr(actions, "recall", recalling)


@pytest.mark.parametrize("after", [False, True])
def test_a_killed_process_loses_no_recall_and_repeats_none(memos, supervisor, monkeypatch, after):
    versions = memos(3)
    check = stored([KEY])
    with monkeypatch.context() as patch:
        killed_at(patch, 2, after=after)
        with pytest.raises(Killed):
            recall_checks.KIND.work("first")
    assert states(versions) == ["recalled", "approved", "approved"]
    assert not recall_checks.KIND.work("second")  # it is still held
    actions.uphold(fresh(versions[0].case), by=supervisor, reason="The new wording changes nothing.")
    lapse()
    assert recall_checks.KIND.work("second")
    while recall_checks.KIND.work("second"):
        pass
    assert states(versions) == ["approved", "recalled", "recalled"]  # the upheld memo is not recalled again
    assert list(Recall.objects.order_by("pk").values_list("version", flat=True)) == [v.pk for v in versions]
    assert Entry.objects.filter(action="memo.recall").count() == 3
    assert Notification.objects.filter(kind="recalled", user=supervisor).count() == 3
    assert not pending_recalls.is_pending(newest(versions[0].case))
    check.refresh_from_db()
    assert check.state == State.DONE


def test_a_slow_process_that_lost_the_check_recalls_nothing_twice(memos, supervisor):
    (version,) = memos(1)
    stored([KEY])
    slow = queue.take(RecallCheck, by="slow", most=1, lease=timedelta(seconds=-1))
    while recall_checks.KIND.work("quick"):
        pass
    actions.uphold(fresh(version.case), by=supervisor, reason="Nothing changes.")
    recall_checks._compare(slow, version)
    assert Recall.objects.count() == 1
    assert states([version]) == ["approved"]


def test_a_memo_that_cannot_be_compared_holds_up_no_other_and_stays_marked(memos, keeper, monkeypatch, caplog):
    versions = memos(2)
    check = stored([KEY])
    recall = actions.recall
    with monkeypatch.context() as patch:
        patch.setattr(actions, "recall", lambda v, *args: 1 / 0 if v.pk == versions[0].pk else recall(v, *args))
        recall_checks.go_on(to_the_end=True)
    assert states(versions) == ["approved", "recalled"]
    assert RecallCheck.objects.get().state == State.FAILED
    assert "could not be compared: ZeroDivisionError" in caplog.text
    assert WARNING in page(versions[0].case.author, "case", versions[0].case.uuid)
    assert "interrupted after 1 of 2" in page(keeper, "edition", check.edition.code)
    RecallCheck.objects.update(ended_at=timezone.now() - RecallCheck.again_after)
    recall_checks.go_on(to_the_end=True)
    assert states(versions) == ["recalled", "recalled"]
    assert RecallCheck.objects.get().state == State.DONE


def test_a_check_that_killed_three_processes_is_tried_again_later(memos, monkeypatch):
    versions = memos(1)
    stored([KEY])
    with monkeypatch.context() as patch:
        patch.setattr(actions, "recall", lambda *args: (_ for _ in ()).throw(Killed()))
        for _time in range(queue.MOST_ATTEMPTS):
            with pytest.raises(Killed):
                recall_checks.KIND.work("somebody")
            lapse()
    assert not recall_checks.KIND.work("somebody")
    assert RecallCheck.objects.get().state == State.FAILED
    assert pending_recalls.is_pending(versions[0])
    RecallCheck.objects.update(ended_at=timezone.now() - RecallCheck.again_after)
    assert recall_checks.KIND.work("somebody")
    assert states(versions) == ["recalled"]


# --- new findings ---------------------------------------------------------------------------------


def test_new_findings_are_listed_a_few_memos_at_a_time_after_the_recalls(memos, source, monkeypatch):
    monkeypatch.setattr("assessments.review.new_matches.A_STEP", 1)
    versions = memos(2)
    new = factories.second_report("another", "another-2024")
    check = stored([KEY], added=[f"{new.code}/a-01"])
    recall_checks.KIND.work("worker")
    assert states(versions) == ["recalled", "recalled"]
    assert set(NewMatch.objects.values_list("version", flat=True)) == {versions[0].pk}
    check.refresh_from_db()
    assert check.listed_to == versions[0].case_id
    while recall_checks.KIND.work("worker"):
        pass
    assert set(NewMatch.objects.values_list("version", flat=True)) == {v.pk for v in versions}
    assert RecallCheck.objects.get().state == State.DONE

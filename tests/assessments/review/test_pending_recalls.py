"""While a memo may yet be recalled, no page and no file shows it as unaffected."""

import hashlib
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import actions
from assessments.actions import Incomplete, NotAllowed, batches
from assessments.memo import disclosure, file_check, pending_recalls
from assessments.models import Batch, MemoVersion, Recall, RecallCheck
from assessments.office import retention
from audit.models import Entry
from tests import factories
from tests.factories import PDF, fresh, newest
from tests.markup import running_text
from tests.recalls import (
    KEY,
    WARNING,
    State,
    a_worker_begins,
    draft_of,
    page,
    publish,
    states,
    the_worker_works,
)
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


def test_every_page_of_the_case_says_that_the_memo_may_be_recalled(pending, supervisor, caseworker):
    uuid = pending.case.uuid
    addresses = [("case", uuid), ("version", uuid, 1), ("versions", uuid), ("recall", uuid), ("disclosure", uuid)]
    for name, *args in addresses:
        for user in (supervisor, caseworker):
            assert WARNING in page(user, name, *args), name
    assert "Approved, not yet compared with the new edition." in page(caseworker, "version", uuid, 1)
    assert "This memo has not been recalled so far." in page(supervisor, "recall", uuid)
    assert "not yet compared with a new edition" in page(caseworker, "disclosure", uuid)
    assert "may be recalled" in page(caseworker, "home")
    assert "may be recalled" in page(supervisor, "home", view="?view=all")
    the_worker_works()
    for name, *args in addresses:
        assert WARNING not in page(supervisor, name, *args), name
    assert "Recalled." in page(caseworker, "version", uuid, 1)


def test_a_page_of_a_decided_case_asks_once_which_comparisons_are_open(other, pending, caseworker):
    client, address = signed_in(caseworker), reverse("case", args=[other.case.uuid])
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert sum("assessments_recallcheck" in query["sql"] for query in asked) == 1


@pytest.mark.parametrize("name", ["version-memo", "version-word", "version-record"])
def test_no_file_of_the_memo_is_handed_out_before_it_was_compared(pending, caseworker, name):
    client, address = signed_in(caseworker), reverse(name, args=[pending.case.uuid, 1])
    refused = client.get(address)
    assert refused.status_code == 409
    assert "Content-Disposition" not in refused
    assert WARNING in running_text(refused.content.decode())
    assert not Entry.objects.filter(action="memo.export").exists()
    the_worker_works()
    if name != "version-word":
        assert "Content-Disposition" in client.get(address)


def test_a_memo_that_relies_on_no_change_is_approved_as_before(other, pending, caseworker):
    assert WARNING not in page(caseworker, "case", other.case.uuid)
    assert signed_in(caseworker).get(reverse("version-memo", args=[other.case.uuid, 1])).status_code == 200


def test_a_zip_leaves_it_out_until_it_was_compared(other, pending, caseworker):
    batch = Batch.objects.create(by=caseworker)
    batch.versions.set([pending, other])
    batches.check_some(batch)
    (left_out,) = batches.progress(batch).left_out
    assert left_out.version == pending
    assert "may be recalled" in str(left_out.reason)
    packed = zipfile.ZipFile(BytesIO(b"".join(batches.file(batch))))
    assert len([name for name in packed.namelist() if name.endswith(".pdf")]) == 1
    RecallCheck.objects.update(state=State.DONE)  # had nothing changed
    assert not batches.progress(batch).left_out


def test_the_check_of_a_file_and_the_disclosure_sheet_say_so(pending, caseworker):
    assert hashlib.sha256(PDF).hexdigest() == pending.pdf_sha256
    assert "not yet compared" in disclosure.of_version(newest(pending.case)).made_of
    found = file_check.check(PDF, MemoVersion.objects.all(), Entry.objects.all(), printed=lambda version: PDF)
    assert found.result == "holds"
    assert "being compared with a new edition" in found.words
    the_worker_works()
    assert "recalled since" in disclosure.of_version(newest(pending.case)).made_of


def test_nobody_upholds_a_memo_before_it_was_compared(pending, caseworker, supervisor):
    actions.recall(pending, "", "Checked anew.", by=supervisor)
    with pytest.raises(NotAllowed, match="being compared with a new edition"):
        actions.uphold(fresh(pending.case), by=supervisor, reason="It holds.")
    the_worker_works()
    assert set(Recall.objects.values_list("finding", "disposition")) == {("", ""), (KEY, "")}
    actions.uphold(fresh(pending.case), by=supervisor, reason="It holds.")
    assert states([pending]) == ["approved"]


def test_a_memo_that_was_reopened_meanwhile_is_not_recalled(pending, supervisor):
    actions.reopen(fresh(pending.case), by=supervisor, reason="A new interview.")
    assert not pending_recalls.is_pending(newest(pending.case))
    the_worker_works()
    assert RecallCheck.objects.get().state == State.DONE
    assert not Recall.objects.exists()


def test_a_memo_under_review_is_not_approved_meanwhile(source, caseworker, supervisor, keeper, second):
    waiting = factories.graded(factories.in_review(factories.make_case(caseworker), supervisor), supervisor)
    a_worker_begins()
    publish(draft_of(source, keeper), second)
    assert RecallCheck.objects.get().state == State.WAITING
    with pytest.raises(Incomplete, match="The library changed since this memo was submitted"):
        actions.approve(fresh(waiting.case), by=supervisor, number=1, digest=waiting.content_sha256)
    the_worker_works()
    assert states([waiting]) == ["in-review"]


def test_a_pending_memo_is_not_erased(pending, office):
    at = timezone.now() + timedelta(days=31 * (office.keep_months + 1))
    assert not retention.due_cases(at).exists()
    RecallCheck.objects.update(state=State.DONE)
    assert list(retention.due_cases(at)) == [pending.case]


def test_only_coi_admins_read_how_many_memos_there_are(pending, keeper, caseworker):
    assert "0 of 1 done" in page(keeper, "edition", "made-up-2023")
    assert "0 of 1 done" in page(keeper, "home")
    shown = page(caseworker, "edition", "made-up-2023")
    assert "Approved memos are being compared with this edition." in shown
    assert "of 1" not in shown
    the_worker_works()
    assert "being compared" not in page(keeper, "home")
    assert "being compared" not in page(caseworker, "edition", "made-up-2023")

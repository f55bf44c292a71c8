"""The table of the workflow: each step from each state by each role does what the table says, and nothing else."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import ActionRefused, permissions
from assessments.actions.workflow import BY_ACTION, TRANSITIONS, Who
from assessments.memo import pdf_renderer, submission
from assessments.models import MemoVersion
from assessments.models.codes import Closed, Grade, State
from audit.models import Entry
from tests import factories
from tests.factories import PDF, WHY, fresh

S = State
MAKE = {
    S.DRAFT: lambda case, by: factories.assessed(case),
    S.SUBMITTED: lambda case, by: factories.submitted(case),
    S.IN_REVIEW: lambda case, by: factories.graded(factories.in_review(case, by), by),
    S.APPROVED: factories.approved,
    S.RETURNED: factories.returned,
    S.RECALLED: factories.recalled,
    S.SUPERSEDED: factories.superseded,
    S.CLOSED: lambda case, by: factories.closed(factories.assessed(case)),
}


def read(case):
    """Return what a reviewer read: number and digest of the newest version."""
    version = case.versions.order_by("-number").first()
    return {"number": version.number, "digest": version.content_sha256} if version else {"number": 1, "digest": ""}


def perform(action, case, by, other):
    """Take the step as the pages do."""
    if action == "submit":
        digest = submission.prepare(case, on=timezone.localdate()).digest
        return actions.submit(case, by=by, version=case.version, digest=digest)
    if action == "approve":
        return actions.approve(case, by=by, **read(case))
    if action == "return":
        return actions.send_back(case, by=by, **read(case), remark=WHY)
    if action == "recall":
        return actions.recall(case.versions.order_by("-number").first(), "", WHY, by=by)
    if action == "reassign":
        return actions.reassign(case, to=other, by=by)
    if action == "close":
        return actions.close(case, by=by, because=Closed.OTHER, note=WHY)
    if action in ("uphold", "supersede", "reopen"):
        return getattr(actions, action)(case, by=by, reason=WHY)
    return getattr(actions, action.replace("-", "_"))(case, by=by)


@pytest.fixture
def printer(monkeypatch):
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: PDF)


@pytest.mark.parametrize(
    "state", [State.DRAFT, *(pytest.param(each, marks=pytest.mark.slow) for each in State if each != State.DRAFT)]
)
def test_every_step_by_every_role_follows_the_table(state, library, printer, office, other_office, make_user):
    people = {
        "author": make_user(Role.CASEWORKER, office, "author"),
        "colleague": make_user(Role.CASEWORKER, office, "colleague"),
        "reviewer": make_user(Role.SUPERVISOR, office, "reviewer"),
        "supervisor": make_user(Role.SUPERVISOR, office, "another"),
        "elsewhere": make_user(Role.SUPERVISOR, other_office),
        "coi-admin": make_user(Role.COI_ADMIN, office),
        "auditor": make_user(Role.AUDITOR, office),
        "superuser": make_user(Role.CASEWORKER, None, is_superuser=True, is_staff=True),
    }
    who = {
        "author": {Who.WRITER},
        "reviewer": {Who.SUPERVISOR, Who.REVIEWER},
        "supervisor": {Who.SUPERVISOR, Who.COLLEAGUE},
    }
    third = make_user(Role.SUPERVISOR, office, "third")
    case = factories.make_case(people["author"], "gao-bourem")
    MAKE[state](case, people["reviewer"])
    is_taken = fresh(case).reviewer_id == people["reviewer"].pk
    wrong = []
    for action, step in BY_ACTION.items():
        for name, user in people.items():
            is_one = who.get(name, set()) - (set() if is_taken else {Who.REVIEWER})
            expected = state in step.sources and bool(is_one & set(step.by))
            before = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
            version_before = case.versions.order_by("-number").values_list("state", flat=True).first()
            with transaction.atomic():
                try:
                    perform(action, fresh(case), user, third)
                    done = True
                except (ActionRefused, AttributeError):  # without a version there is nothing to recall
                    done = False
                now = fresh(case)
                version = now.versions.order_by("-number").values_list("state", flat=True).first()
                events = list(Entry.objects.filter(pk__gt=before).values_list("action", flat=True))
                if done:
                    right = now.state == step.target and events == [step.event]
                    right &= version == (step.version or version_before) or version is None
                else:
                    right = now.state == state and events == [] and version == version_before
                if done is not expected or not right or (permissions.may(user, action, fresh(case)) and not done):
                    wrong.append((action, name, "done" if done else "refused", now.state, version, events))
                transaction.set_rollback(True)
    assert wrong == []


def test_the_library_may_recall_and_nothing_else():
    assert [t.action for t in TRANSITIONS if Who.LIBRARY in t.by] == ["recall"]


def test_a_step_that_needs_a_reason_is_refused_without(library, caseworker, supervisor):
    case = factories.make_case(caseworker, "gao-bourem")
    version = factories.graded(factories.in_review(case, supervisor), supervisor, Grade.MINOR)
    with pytest.raises(actions.Incomplete) as refusal:
        actions.send_back(fresh(case), by=supervisor, number=1, digest=version.content_sha256, remark=" \n")
    assert refusal.value.field == "reason"
    assert fresh(case).state == S.IN_REVIEW
    assert MemoVersion.objects.get().decided_by is None

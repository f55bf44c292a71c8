"""The steps of the workflow as buttons post them, and the decision on a recalled memo."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from assessments import actions
from assessments.actions import ActionRefused, permissions, steps
from assessments.actions.workflow import BY_ACTION, Who
from assessments.models import Case, MemoVersion
from assessments.pages.cases import case_page
from assessments.pages.common import UNPROCESSABLE, case_context, open_case
from assessments.pages.forms.review import CloseForm, ReasonForm
from assessments.pages.saving import status_of, whole
from assessments.review import new_matches, recall


def check_role(user: User, action: str, case: Case) -> None:
    """Raise 403 if the user could not take this step in any state. A page explains what only the state forbids."""
    who = {Who.SUPERVISOR if w in (Who.REVIEWER, Who.COLLEAGUE) else w for w in BY_ACTION[action].by}
    if not any(permissions.is_one_of(user, case, w) for w in who):
        raise PermissionDenied


def again(case: Case) -> Case:
    """Return the case as it is stored now: a refusal may mean that somebody changed it."""
    return Case.objects.select_related("office", "author", "reviewer").get(pk=case.pk)


def newest(case: Case) -> MemoVersion | None:
    """Return the newest version of its memo."""
    found: MemoVersion | None = case.versions.select_related("submitted_by", "decided_by").order_by("-number").first()
    return found


SIMPLE: dict[str, tuple[Callable[..., None], str, Any]] = {
    # the action, the page to go to next, the message
    "take-back": (actions.take_back, "case", lambda: _("You took the memo back. The case is a draft again.")),
    "take": (actions.take, "review", lambda: _("You took the memo for review.")),
    "hand-back": (actions.hand_back, "home", lambda: _("The memo is back in the queue.")),
    "stand-in": (actions.stand_in, "review", lambda: _("You are now reviewing the memo.")),
}
ELSEWHERE = ("submit", "approve", "return", "recall", "uphold", "supersede")  # these have pages of their own


@require_POST
def step(request: HttpRequest, uuid: Any, action: str) -> HttpResponse:
    """Take one step of the workflow. If it is refused, the case's page says why."""
    user: Any = request.user
    case = open_case(request, uuid)
    if action not in BY_ACTION or action in ELSEWHERE:
        raise Http404
    check_role(user, action, case)
    form: Any = None
    try:
        if action in SIMPLE:
            act, after, said = SIMPLE[action]
            act(case, by=user)
            messages.success(request, said())
            return redirect(after) if after == "home" else redirect(after, uuid=case.uuid)
        if action == "reassign":
            to = _colleague(request.POST.get("to") or request.POST.get("reviewer", ""))
            actions.reassign(case, to=to, by=user)
            messages.success(request, _("%(name)s is now reviewing the memo.") % {"name": to})
        else:
            form = (CloseForm if action == "close" else ReasonForm)(request.POST, prefix=action)
            if not form.is_valid():
                return case_page(request, case, forms={action: form}, status=UNPROCESSABLE)
            (actions.close if action == "close" else actions.reopen)(case, by=user, **form.cleaned_data)
            closed = _("The case was closed."), _("The case is a draft again.")
            messages.success(request, closed[action != "close"])
    except ActionRefused as refusal:
        forms = {action: form} if form else {}
        return case_page(request, again(case), refusal=str(refusal), forms=forms, status=status_of(refusal))
    return redirect("case", uuid=case.uuid)


def _colleague(typed: str) -> User | None:
    return User.objects.filter(pk=whole(typed), is_active=True).first()


# --- recalling --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def recall_page(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show why the memo was recalled, with the finding then and now. On POST, decide on it."""
    user: Any = request.user
    case = open_case(request, uuid)
    if request.method != "POST":
        return _recall_page(request, case)
    do = request.POST.get("do", "")
    if do not in ("recall", "uphold", "supersede", "reopen"):
        check_role(user, "uphold", case)
        refusal = _("Choose whether to uphold the memo, reopen the case or mark the memo as superseded.")
        return _recall_page(request, case, form=ReasonForm(request.POST), refusal=refusal, status=UNPROCESSABLE)
    check_role(user, do, case)
    form = ReasonForm(request.POST)
    try:
        steps.check(do, case, by=user, reason="-")
        if not form.is_valid():
            return _recall_page(request, case, form=form, status=UNPROCESSABLE)
        reason = form.cleaned_data["reason"]
        if do == "recall":
            version = newest(case)
            assert version is not None  # noqa: S101 - an approved case has one
            actions.recall(version, "", reason, by=user)
        else:
            {"uphold": actions.uphold, "supersede": actions.supersede, "reopen": actions.reopen}[do](
                case, by=user, reason=reason, waiting=request.POST.get("waiting")
            )
    except ActionRefused as refusal:
        return _recall_page(request, again(case), form=form, refusal=str(refusal), status=status_of(refusal))
    messages.success(request, _("The case is now %(state)s.") % {"state": again(case).get_state_display()})
    return redirect("recall" if do == "recall" else "case", uuid=case.uuid)


def _recall_page(
    request: HttpRequest, case: Case, *, form: ReasonForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    user: Any = request.user
    version = newest(case)
    news = new_matches.read(version) if version else []
    errors = [*(form.lines_of_errors() if form and form.is_bound and form.errors else ())]
    context = case_context(
        request,
        case,
        "recall",
        version=version,
        recalls=recall.recalls_of(version) if version else [],
        news=[found for found in news if not found.row.disposition],
        news_decided=[found for found in news if found.row.disposition],
        waiting=actions.waiting_token(version) if version else "",
        form=form or ReasonForm(),
        steps={t.action for t in permissions.steps_open_to(user, case)},
        errors=[*errors, *([{"message": refusal}] if refusal else [])],
    )
    return render(request, "assessments/review/recall.html", context, status=status)


urlpatterns = [
    path("cases/<uuid:uuid>/steps/<slug:action>/", step, name="case-step"),
    path("cases/<uuid:uuid>/recall/", recall_page, name="recall"),
]

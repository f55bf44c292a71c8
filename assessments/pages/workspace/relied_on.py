"""What a fact's assessment relies on: removing findings with a reason, and adding context."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import actions
from assessments.assessing.carry_over import CONTEXT, OMISSION, carried
from assessments.casefile.problems import BadCase
from assessments.models import Case
from assessments.pages.common import CONFLICT, UNPROCESSABLE, closed, typed_words, writers
from assessments.pages.forms.assessment import ReasonForm
from assessments.pages.saving import save, whole
from assessments.pages.workspace.fact_page import Opened, fact_page, open_fact


@require_POST
def omission(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    """Stop relying on a finding, with a reason; rely on it again; or note that it was retired."""
    user: Any = request.user
    case = writers(request, uuid)
    if not case.is_editable:
        return closed(request, case, typed_words(ReasonForm(request.POST)))
    opened = _open_to_write(case, ident)
    key = _key(request)
    is_open = opened.assessment.undecided_on(OMISSION, key, opened.ident)
    if request.POST.get("do") == "rely":
        if key not in opened.assessment.omissions_on(opened.ident) and not is_open:
            return redirect(opened.address)  # it is relied on already
        return _done(request, opened, key, lambda: actions.rely(opened.case, opened.ident, key, by=user))
    if request.POST.get("do") == "let-go":
        if not is_open:
            return redirect(opened.address)  # already noted, or relied on again
        return _done(request, opened, key, lambda: actions.dismiss_retired(opened.case, opened.ident, key, by=user))
    if key not in {m.card.key for m in opened.fact.supporting + opened.fact.opposing}:
        message = _("This finding neither supports nor opposes the fact.")
        return fact_page(request, opened, errors=[{"message": message}], status=UNPROCESSABLE)
    form, version = ReasonForm(request.POST), _version(request)
    if not form.is_valid():
        return _failed(request, opened, key, form.lines_of_errors()[0]["message"], version, UNPROCESSABLE)
    reason = form.cleaned_data["reason"]
    return _done(
        request,
        opened,
        key,
        lambda: actions.omit(opened.case, opened.ident, key, reason=reason, version=version, by=user),
        stale=lambda refusal: _stale(request, opened, key, refusal),
        incomplete=lambda refusal: _failed(request, opened, key, str(refusal), version, UNPROCESSABLE),
        held=opened.case,
    )


def _stale(request: HttpRequest, opened: Opened, key: str, refusal: actions.StaleCase) -> HttpResponse:
    theirs: Any = refusal.theirs
    message = str(refusal)
    if theirs:
        message += " " + _("It is: “%(reason)s”. Your reason is kept below. Saving it replaces the other.") % {
            "reason": theirs.reason
        }
    return _failed(request, opened, key, message, theirs.version if theirs else 0, CONFLICT)


@require_POST
def context(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    """Add context to the memo, or remove it."""
    user: Any = request.user
    case = writers(request, uuid)
    if not case.is_editable:
        return closed(request, case, typed_words(ReasonForm(request.POST)))
    opened = _open_to_write(case, ident)
    key = _key(request)
    if request.POST.get("do") == "drop":
        is_open = opened.assessment.undecided_on(CONTEXT, key, opened.ident)
        if (opened.ident, key) not in opened.assessment.context_taken and not is_open:
            return redirect(opened.address)  # removed already
        return _done(request, opened, key, lambda: actions.drop_context(opened.case, opened.ident, key, by=user))
    if key not in {m.card.key for m in opened.fact.context}:
        message = _("This finding is not context for the fact.")
        return fact_page(request, opened, errors=[{"message": message}], status=UNPROCESSABLE)
    return _done(request, opened, key, lambda: actions.take_context(opened.case, opened.ident, key, by=user))


def _open_to_write(case: Case, ident: str) -> Opened:
    try:
        return open_fact(case, ident)
    except BadCase as error:
        raise Http404 from error


def _key(request: HttpRequest) -> str:
    """Return the key of the finding. If a new edition re-keyed the same finding, return today's key."""
    key = request.POST.get("finding", "")
    return carried([key]).key(key)


def _version(request: HttpRequest) -> int:
    return whole(request.POST.get("version", ""), otherwise=0)


def _done(request: HttpRequest, opened: Opened, key: str, act: Callable[[], Any], **more: Any) -> HttpResponse:
    """Do it, then go back to the finding where it now is on the page."""
    return save(
        request,
        act,
        kept=lambda row: redirect(f"{opened.address}#finding-{key.replace('/', '-')}"),
        refused=lambda refusal: _failed(request, opened, key, str(refusal), _version(request), CONFLICT, is_held=True),
        not_allowed=lambda refusal: closed(request, opened.case, typed_words(ReasonForm(request.POST))),
        **more,
    )


def _failed(
    request: HttpRequest, opened: Opened, key: str, message: str, version: int, status: int, *, is_held: bool = False
) -> HttpResponse:
    failed = {
        "key": key,
        "message": message,
        "reason": request.POST.get("reason", ""),
        "version": version,
        "is_held": is_held,
    }
    errors = [{"message": message, "href": f"#reason-{key.replace('/', '-')}"}]
    return fact_page(request, opened, failed=failed, errors=errors, status=status)


urlpatterns = [
    path("cases/<uuid:uuid>/facts/<slug:ident>/omission/", omission, name="fact-omission"),
    path("cases/<uuid:uuid>/facts/<slug:ident>/context/", context, name="fact-context"),
]

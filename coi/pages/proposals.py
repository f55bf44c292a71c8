"""The pages on which COI admins propose changes of the vocabulary and decide on those of others."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from coi.drafts import coi_admin_access, draft_review
from coi.editions import field_values
from coi.models import ProposedChange
from coi.pages.forms.words import WordForm
from coi.pages.signed_in_request import SignedInRequest
from coi.proposals import deciding, effects
from coi.proposals import values as words
from coi.text import characters
from coi.text.collation import in_reading_order

A_PAGE = 25
GROUPS: Mapping[str, Any] = {
    "actor": gettext_lazy("Actors"),
    "event": gettext_lazy("Kinds of event"),
    "trait": gettext_lazy("Traits"),
}
NEW: Mapping[str, Any] = {
    "actor": gettext_lazy("Propose an actor"),
    "event": gettext_lazy("Propose a kind of event"),
    "trait": gettext_lazy("Propose a trait"),
}
# What the form showed of the word, so that a change of it in the meantime is noticed.
_SHOWN = Signer(salt="coi.pages.proposals")


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposals that wait, then those decided."""
    coi_admin_access.require_coi_admin(request.user)
    context = {
        "section": "library",
        "waiting": deciding.waiting(),
        "page": Paginator(deciding.decided(), A_PAGE).get_page(request.GET.get("page")),
        "groups": GROUPS.items(),
        "new": NEW.items(),
    }
    return render(request, "coi/proposals/proposals.html", context)


@require_safe
def vocabulary(request: HttpRequest, subject: str) -> HttpResponse:
    """List the words of one kind, each with a link to propose a change of it."""
    coi_admin_access.require_coi_admin(request.user)
    _known(subject)
    rows = words.MODELS[subject]._default_manager.select_related("parent").prefetch_related("countries")
    context = {
        "section": "library",
        "heading": GROUPS[subject],
        "new": NEW[subject],
        "subject": subject,
        "words": in_reading_order(rows),
    }
    return render(request, "coi/proposals/vocabulary.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: SignedInRequest, subject: str, code: str = "") -> HttpResponse:
    """Show the form for a new word or a change of one, and store the proposal."""
    coi_admin_access.require_coi_admin(request.user)
    _known(subject)
    word = words.word_of(subject, code) if code else None
    if code and word is None:
        raise Http404
    stored = words.values_of(subject, word) if word else None
    if request.method != "POST":
        return _form(request, WordForm(subject, stored), word)
    form = WordForm(subject, stored, request.POST)
    if form.is_valid():
        try:
            made = deciding.propose(
                subject,
                code or form.cleaned_data["code"],
                form.values(),
                _shown(request) if word else None,
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except ValidationError as error:
            form.refuse(error)
        except deciding.NotDone as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your proposal waits for another COI admin."))
            return redirect("proposal", made.pk)
    return _form(request, form, word, status=422)


def _known(subject: str) -> None:
    if subject not in words.MODELS:
        raise Http404


def _shown(request: HttpRequest) -> dict[str, Any]:
    """Return the word's values as the form showed them; none if the form was not ours."""
    try:
        found: dict[str, Any] = json.loads(_SHOWN.unsign(request.POST.get("shown", "")))
    except (BadSignature, ValueError):
        return {}
    return found


def _form(request: HttpRequest, form: WordForm, word: words.Word | None, *, status: int = 200) -> HttpResponse:
    # after a refusal the form shows the present values again, beside what was typed
    shown = _SHOWN.sign(json.dumps(form.stored)) if form.stored is not None else ""
    context = {
        "section": "library",
        "form": form,
        "word": word,
        "subject": form.subject,
        "title": _("Propose a change of “%(name)s”") % {"name": word} if word else NEW[form.subject],
        "group": GROUPS[form.subject],
        "shown": shown,
        "errors": form.listed_errors if form.is_bound else [],
        "plain": [form[name] for name in form.fields if name not in ("countries", "kin", "rivals", "reason")],
        "ticked": [form[name] for name in ("countries", "kin", "rivals") if name in form.fields],
    }
    return render(request, "coi/proposals/propose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what a proposal changes, and take the decision on it."""
    coi_admin_access.require_coi_admin(request.user)
    change = get_object_or_404(ProposedChange.objects.select_related("proposed_by", "decided_by"), pk=pk)
    if request.method != "POST":
        return _proposal(request, change)
    answer = characters.cleaned(request.POST.get("answer", ""))
    does = request.POST.get("do", "")
    error = characters.problem_with(answer, field_values.LONGEST_WORDS)
    if does not in ("approve", "decline", "withdraw"):
        error = _("Choose what to do with the proposal.")
    elif does == "decline" and characters.is_blank(answer) and not error:
        error = _("Write why you decline the proposal.")
    if error:
        return _proposal(request, change, answer=answer, errors=[{"href": "#id_answer", "message": error}], status=422)
    try:
        _carry_out(does, change, request, answer)
    except ValidationError as refused:
        errors = [{"href": "", "message": message} for message in refused.messages]
        return _proposal(request, change, answer=answer, errors=errors, status=409)
    except deciding.NotDone as refused:
        change.refresh_from_db()
        return _proposal(request, change, answer=answer, errors=[{"href": "", "message": str(refused)}], status=409)
    return redirect("proposals")


def _carry_out(does: str, change: ProposedChange, request: SignedInRequest, answer: str) -> None:
    """Approve, decline or withdraw the proposal, and say so. Raises what these raise."""
    if does == "approve":
        deciding.approve(change.pk, by=request.user, answer=answer)
        messages.success(request, _("The change is approved. Forms offer it from now on."))
    elif does == "decline":
        deciding.decline(change.pk, by=request.user, answer=answer)
        messages.success(request, _("The proposal is declined."))
    else:
        deciding.withdraw(change.pk, by=request.user)
        messages.success(request, _("Your proposal is withdrawn."))


def _proposal(
    request: SignedInRequest,
    change: ProposedChange,
    *,
    answer: str = "",
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "library",
        "change": change,
        "kind": capfirst(change.get_subject_display()),
        "changes": effects.value_changes(change),
        "touched": effects.findings_touched(change) if change.is_waiting else None,
        "moved": effects.cases_moved(change) if change.is_waiting else None,
        "fewest": draft_review.FEWEST_COUNTED,
        "most": effects.MOST_LISTED,
        "may_decide": deciding.may_decide(change, request.user),
        "answer": answer,
        "errors": errors or [],
    }
    return render(request, "coi/proposals/proposal.html", context, status=status)

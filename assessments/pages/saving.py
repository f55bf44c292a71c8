"""Saving the officer's text, by button or as they type, and the answer if it cannot be saved.

All pages that save work the same way. A script gets the refusal as one line of JSON. A button gets a page with
everything that was typed. If somebody else saved meanwhile, the page shows both texts, and the typed one may then
replace the other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.models import User
from assessments import actions
from assessments.actions import ActionRefused, HeldElsewhere, Incomplete, NotAllowed, StaleCase
from assessments.models import Case, Question, RegionTest
from assessments.pages.common import CONFLICT, UNPROCESSABLE, case_context, is_autosave, not_saved, saved
from assessments.pages.forms.assessment import Difference, chosen, differences

LONGEST_NUMBER = 10  # digits
TAKE_OVER = ("take-over", "take_over")  # names of the button that takes over
Row = TypeVar("Row")
Token = Callable[[Row], dict[str, Any]]  # for the script: the version that was saved, and other values


def whole(typed: str, *, otherwise: int = -1) -> int:
    """Return the version that a page sent back. A value that was tampered with counts as stale."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER else otherwise


def status_of(refusal: ActionRefused) -> int:
    """Return 422 if something is missing in what was sent, 409 if it was sent at the wrong time."""
    return UNPROCESSABLE if isinstance(refusal, Incomplete) else CONFLICT


def is_stale(refusal: ActionRefused) -> bool:
    """Return whether somebody else saved meanwhile. Somebody else holding the lock is a different case."""
    return isinstance(refusal, StaleCase) and not isinstance(refusal, HeldElsewhere)


def unreadable(message: str) -> JsonResponse:
    """Tell the script that the text typed so far cannot be saved. The script leaves it on the page."""
    return not_saved(ActionRefused(message), UNPROCESSABLE)


def autosave(act: Callable[[], Row], *, token: Token[Row], said: Callable[[ActionRefused], str] = str) -> JsonResponse:
    """Save as somebody types. ``said`` turns a refusal into the script's message."""
    try:
        row = act()
    except ActionRefused as refusal:
        return not_saved(ActionRefused(said(refusal)), status_of(refusal))
    return saved(**token(row))


def save(
    request: HttpRequest,
    act: Callable[[], Row],
    *,
    kept: Callable[[Row], HttpResponse],
    refused: Callable[[Any], HttpResponse],
    stale: Callable[[Any], HttpResponse] | None = None,
    incomplete: Callable[[Any], HttpResponse] | None = None,
    not_allowed: Callable[[Any], HttpResponse] | None = None,
    token: Token[Row] | None = None,
    said: Callable[[ActionRefused], str] = str,
    held: Case | None = None,
) -> HttpResponse:
    """Save by button or, with a ``token``, as somebody types.

    Each kind of refusal gets its own page, or ``refused``; all of them keep what was typed. ``held`` is the case whose
    lock is taken over first if that button was pressed.
    """
    if token is not None and is_autosave(request):
        return autosave(act, token=token, said=said)
    try:
        if held is not None and any(name in request.POST for name in TAKE_OVER):
            actions.take_over(held, by=request.user)  # type: ignore[arg-type]
        row = act()
    except ActionRefused as refusal:
        if stale and is_stale(refusal):
            return stale(refusal)
        if incomplete and isinstance(refusal, Incomplete):
            return incomplete(refusal)
        if not_allowed and isinstance(refusal, NotAllowed):
            return not_allowed(refusal)
        return refused(refusal)
    return kept(row)


# --- two texts: a page of its own, with a choice for each field -------------------------------------


def settled(
    data: Any, *, is_current: bool, form: Any, mine: dict[str, Any], theirs: dict[str, Any]
) -> tuple[Any, list[dict[str, str]]]:
    """Return the data with the chosen texts, and the fields without a choice.

    Choices count only while the page asks about the same two texts.
    """
    if "resolve" not in data or not is_current:
        return data, []
    return chosen(data, differences(form, mine, theirs), theirs)


def both_texts(
    request: HttpRequest,
    case: Case,
    tab: str,
    *,
    found: Iterable[Difference],
    mine: dict[str, Any],
    unsettled: list[dict[str, str]] | None,
    **more: Any,
) -> HttpResponse:
    """Show what was typed here beside what somebody saved meanwhile.

    Text merged by hand is always kept. A choice is kept only while the page asks about the same two texts.
    """
    is_again = unsettled is not None
    to_settle = [
        {
            "of": difference,
            "picked": request.POST.get(f"pick-{difference.name}", "") if is_again else "",
            "merged": request.POST.get(f"merged-{difference.name}", difference.both),
        }
        for difference in found
    ]
    hidden = [(n, each) for n, value in mine.items() for each in (value if isinstance(value, list) else [value])]
    context = case_context(request, case, tab, differences=to_settle, mine=hidden, errors=unsettled or [], **more)
    return render(request, "assessments/workspace/conflict.html", context, status=CONFLICT)


# --- two texts: beside the field, on the same page ---------------------------------------------------


@dataclass
class Conflict:
    """What somebody else saved while this form was open."""

    by: User | None
    lines: list[str]


def conflict_of(refusal: StaleCase) -> tuple[Conflict, int]:
    """Return what the other user saved, in words, and the token with which the typed text may replace it."""
    theirs = refusal.theirs
    if isinstance(theirs, RegionTest):
        lines = [f"{theirs.get_conclusion_display()}", theirs.reasons]
        token = actions.conclusion_token(theirs.conclusion, theirs.reasons)
        return Conflict(theirs.saved_by, [line for line in lines if line]), token
    if isinstance(theirs, Question):
        return Conflict(theirs.saved_by, [theirs.get_to_display(), theirs.words]), theirs.version
    words = str(theirs or "")
    return Conflict(None, [words] if words else []), actions.text_version(words)

"""The page of one item of a draft: adding, changing and removing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coi.drafts import editing
from coi.drafts.editing import ITEM_EDITORS, Stale
from coi.drafts.refused import ChangedSince, Refused
from coi.models import Edition
from coi.pages.draft_items import item_preview
from coi.pages.draft_items.common import FORMS, NAMES, address, draft_of, edition_of, refused_at
from coi.pages.drafts import CONFLICT, OK, UNPROCESSABLE, coi_admin_required
from coi.pages.forms.base import ItemForm
from coi.pages.forms.fields import MORE
from coi.pages.signed_in_request import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@coi_admin_required
def add(request: SignedInRequest, edition: str, kind: str) -> HttpResponse:
    """Add an item."""
    if kind not in FORMS or kind == "frame":
        raise Http404
    return _page(request, edition, kind, "")


@require_http_methods(["GET", "HEAD", "POST"])
@coi_admin_required
def item(request: SignedInRequest, edition: str, kind: str, key: str = "") -> HttpResponse:
    """Change a stored item."""
    if kind not in FORMS or (kind == "frame") is bool(key):
        raise Http404
    return _page(request, edition, kind, key)


def _page(request: SignedInRequest, code: str, kind: str, key: str) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, edition_of(code), kind, key)
    draft = draft_of(code)
    row = ITEM_EDITORS[kind].find(draft, key) if key or kind == "frame" else None
    if row is None and key:
        raise Http404
    stored = ITEM_EDITORS[kind].read(row) if row else None
    form = FORMS[kind](draft, stored, proposed=None if row else item_preview.proposed(request.GET, draft, kind))
    return _shown(request, form, kind, key)


def _posted(request: SignedInRequest, draft: Edition, kind: str, key: str) -> HttpResponse:
    row = ITEM_EDITORS[kind].find(draft, key) if key or kind == "frame" else None
    since = request.POST.get("version", "")
    data = request.POST.copy()
    if row is None and key:
        if not since:
            raise Http404
        data.setdefault("code", key)  # it was removed: the typed values become a new item with the same code
    form = FORMS[kind](draft, ITEM_EDITORS[kind].read(row) if row else None, data)
    if draft.is_published:
        said = _("This edition is published and never changes. Copy it as a draft and edit the draft.")
        return _shown(request, form, kind, key, since=since, errors=[{"href": "", "message": said}], status=CONFLICT)
    if more := request.POST.get("more"):
        form.more_of(more, MORE)
        return _shown(request, form, kind, key, since=since, judged=False)
    if taken := request.POST.get("take"):
        return _shown(request, form.with_taken(taken), kind, key, since=since, judged=False)
    if not form.is_valid():
        return _shown(request, form, kind, key, since=since, errors=form.listed_errors, status=UNPROCESSABLE)
    if row is None and key:
        return _stale(request, form, kind, "", Stale(None, []), since)
    values = form.values()
    try:
        if request.POST.get("do") == "preview":
            with editing.previewed(draft, kind, key, values) as previewed:
                printed = item_preview.printed(kind, previewed)
            return _shown(request, form, kind, key, since=since, printed=printed)
        written, is_changed = editing.save(draft, kind, key, values, since=since, by=request.user)
    except Stale as refusal:
        return _stale(request, form, kind, key if refusal.stored is not None else "", refusal, since)
    except ChangedSince as refusal:
        return _shown(request, form, kind, key, since=since, errors=refused_at(refusal.problems, form), status=CONFLICT)
    except Refused as refusal:
        for field, message in refusal.problems:
            form.add_error(field if field in form.fields else None, message)
        errors = refused_at(refusal.problems, form)
        return _shown(request, form, kind, key, since=since, errors=errors, status=UNPROCESSABLE)
    messages.success(request, _("Saved.") if is_changed else _("There were no changes to save."))
    if request.POST.get("do") == "next":
        return redirect("draft-add", draft.code, kind)
    return redirect(address(draft, kind, ITEM_EDITORS[kind].key(written)))


def _stale(request: SignedInRequest, form: ItemForm, kind: str, key: str, refusal: Stale, since: str) -> HttpResponse:
    """Show the stored values beside the typed ones. If the user saves again, the typed ones replace them."""
    stored = refusal.stored
    differing: tuple[item_preview.Differing, ...] = ()
    if stored is not None:
        form, differing = item_preview.differing(form, stored, refusal.fields, since)
    errors = refused_at(refusal.problems, form)
    return _shown(
        request, form, kind, key, since=editing.version(stored), errors=errors, status=CONFLICT,
        differing=differing, is_gone=stored is None,
    )  # fmt: skip


def _shown(
    request: SignedInRequest, form: ItemForm, kind: str, key: str, *, since: str | None = None, judged: bool = True,
    errors: Any = (), status: int = OK, **more: Any,
) -> HttpResponse:  # fmt: skip
    draft = form.draft
    row = ITEM_EDITORS[kind].find(draft, key) if key or kind == "frame" else None
    if not judged:
        form.unjudged()
    name, new = NAMES[kind]
    context = {
        "section": "library",
        "edition": draft,
        "kind": kind,
        "key": key,
        "form": form,
        "part_template": f"coi/drafts/parts/{kind}.html",
        "title": str(new) if row is None else f"{name} {key}".strip(),
        "action": address(draft, kind, key),
        "version": editing.version(ITEM_EDITORS[kind].read(row)) if since is None and row else since or "",
        "is_unsaved": form.is_bound,
        "is_preview": "printed" in more,
        "errors": list(errors),
        **item_preview.of_item(draft, kind, row),
        **more,
    }
    return render(request, "coi/drafts/item.html", context, status=status)


@require_POST
@coi_admin_required
def remove(request: SignedInRequest, edition: str, kind: str, key: str) -> HttpResponse:
    """Remove an item from the draft."""
    draft = draft_of(edition)
    row = ITEM_EDITORS[kind].find(draft, key) if kind in FORMS and kind != "frame" else None
    if row is None:
        raise Http404
    try:
        editing.remove(draft, kind, key, since=request.POST.get("version", ""), by=request.user)
    except Refused as refusal:
        is_late = isinstance(refusal, Stale | ChangedSince)
        form = FORMS[kind](draft, ITEM_EDITORS[kind].read(row))
        errors, status = refused_at(refusal.problems, form), CONFLICT if is_late else UNPROCESSABLE
        return _shown(request, form, kind, key, errors=errors, status=status)
    said = _(
        "Removed. If the edition to be replaced has this finding, it is now retired. Write the reason on the draft’s page."
    )
    messages.success(request, said if kind == "findings" else _("Removed."))
    return redirect("draft-contents", draft.code)

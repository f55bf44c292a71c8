"""The content beside an item's form: its preview, its problems, its neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.http import QueryDict
from django.utils import timezone

from coi.drafts.editing import ITEM_EDITORS, changed
from coi.library import cited_findings, finding_values
from coi.models import FIRST_NAMED_NUMBER, Edition, Finding
from coi.pages.draft_items.common import problems_by_item
from coi.pages.forms import field_choices
from coi.pages.forms.base import ItemForm
from coi.pages.forms.finding import proposed as proposed_finding


def of_item(draft: Edition, kind: str, row: Any) -> dict[str, Any]:
    """Return the context for a stored item, or a minimal one for a new item."""
    found: dict[str, Any] = {}
    if kind in ("footnotes", "figures"):
        found["originators"] = field_choices.originator_names()
    if row is None:
        return found
    found["problems"] = problems_by_item(draft).get(ITEM_EDITORS[kind].where(row), [])
    found["printed"] = printed(kind, row)
    if kind in ("findings", "footnotes", "figures"):
        found["queries"] = list(row.queries.order_by("code"))
    found["has_beside"] = bool(found["printed"] or found["problems"] or "queries" in found)
    if kind == "findings":
        rows = Finding.objects.filter(edition=draft)
        found["previous"] = rows.filter(position__lt=row.position).order_by("-position").first()
        found["next"] = rows.filter(position__gt=row.position).order_by("position").first()
    return found


def printed(kind: str, row: Any) -> Any:
    """Return what a page or memo would print of the item; None if it is not printed by itself."""
    if kind == "findings":
        return cited_findings.finding_card(
            finding_values.findings_with_everything(Finding.objects.filter(pk=row.pk)).get()
        )
    if kind == "footnotes":
        return cited_findings.footnote_card(row)
    return None


def proposed(asked: QueryDict, draft: Edition, kind: str) -> dict[str, Any]:
    """Return the initial values of the form for a new item."""
    if kind == "findings":
        return proposed_finding(draft, asked.get("section", "")[:50])
    if kind == "queries":
        about = {name: asked.getlist(name) for name in ("findings", "footnotes", "figures")}
        return {"remarked_on": timezone.localdate().isoformat(), **about}
    if kind == "sections":
        return {"position": draft.sections.count() + 1, "period_from": draft.period_from}
    if kind == "coverage":
        return {"period_from": draft.period_from, "period_to": draft.cut_off.isoformat()}
    if kind == "footnotes":
        return _proposed_footnote(draft)
    return {"number": draft.figures.count() + 1}


def _proposed_footnote(draft: Edition) -> dict[str, Any]:
    """Return the initial values of a new footnote: after the one that was added last."""
    numbers = draft.footnotes.filter(number__lt=FIRST_NAMED_NUMBER).aggregate(last=Max("number"))
    last = draft.footnotes.order_by("pk").last()
    at = (
        {"section_code": last.section_code, "paragraph": last.paragraph, "after_sentence": last.after_sentence + 1}
        if last
        else {}
    )
    return {"number": (numbers["last"] or 0) + 1, **at}


@dataclass(frozen=True)
class Differing:
    """A field that someone changed after the form was opened."""

    label: str
    stored: str
    typed: str
    is_taken_over: bool  # not changed by the user, so the form has the stored value


def differing(
    form: ItemForm, stored: Mapping[str, Any], fields: Sequence[str], since: str
) -> tuple[ItemForm, tuple[Differing, ...]]:
    """Return these fields, and the form with the stored values in all fields that the user did not change."""
    typed = form.values()
    touched = changed(since, typed)
    left = [name for name in fields if name in form.fields and name not in touched]
    shown = form.with_stored(left, stored)
    return shown, tuple(
        Differing(
            label=form.label_of(name),
            stored=form.in_words(name, stored[name]),
            typed=form.in_words(name, typed.get(name, "")),
            is_taken_over=name in left,
        )
        for name in fields
    )

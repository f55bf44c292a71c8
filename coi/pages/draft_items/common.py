"""Functions that all pages for editing a draft use."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coi.editions import checks
from coi.models import Edition
from coi.pages.forms import finding, frame, notes
from coi.pages.forms.base import ItemForm

FORMS: Mapping[str, type[ItemForm]] = {
    "frame": frame.FrameForm,
    "sections": frame.SectionForm,
    "coverage": frame.CoverageForm,
    "footnotes": notes.FootnoteForm,
    "findings": finding.FindingForm,
    "figures": notes.FigureForm,
    "queries": notes.QueryForm,
}
# The name of each kind of item, and the heading of the page for a new one.
NAMES = {
    "frame": (_("Report and edition"), ""),
    "sections": (_("Section"), _("New section")),
    "coverage": (_("Coverage row"), _("New coverage row")),
    "footnotes": (_("Footnote"), _("New footnote")),
    "findings": (_("Finding"), _("New finding")),
    "figures": (_("Figure"), _("New figure")),
    "queries": (_("Curator’s query"), _("New curator’s query")),
}


def edition_of(code: str) -> Edition:
    """Return the edition, published or not, or raise 404."""
    edition: Edition = get_object_or_404(Edition.objects.select_related("report", "publication"), code=code)
    return edition


def draft_of(code: str) -> Edition:
    """Return the draft, or raise 404: a published edition has no such pages."""
    draft: Edition = get_object_or_404(Edition.objects.select_related("report").filter(publication=None), code=code)
    return draft


def problems_by_item(draft: Edition) -> dict[str, list[str]]:
    """Return the problems of the draft by item, as ``checks`` names it."""
    found: dict[str, list[str]] = defaultdict(list)
    for problem in checks.check_edition(draft):
        found[problem.where].append(problem.message)
    return found


def refused_at(problems: Any, form: Any) -> list[dict[str, str]]:
    """Return a refusal for the error summary. Each sentence links to its field if the form has it."""
    return [
        {"href": f"#{form[field].auto_id}" if field in form.fields else "", "message": message}
        for field, message in problems
    ]


def address(draft: Edition, kind: str, key: str) -> str:
    """Return the address for changing an item or, without a key, for adding one."""
    if kind == "frame":
        return reverse("draft-frame", args=[draft.code])
    return reverse("draft-item", args=[draft.code, kind, key]) if key else reverse("draft-add", args=[draft.code, kind])

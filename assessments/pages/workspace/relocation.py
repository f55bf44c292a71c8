"""Home and proposed places side by side, with the officer's conclusion test by test."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import actions
from assessments.actions import ActionRefused, Incomplete, StaleCase
from assessments.models import RegionTest
from assessments.models.codes import IpaTest
from assessments.pages.case_with_answer import Opened, opened_case
from assessments.pages.common import CONFLICT, UNPROCESSABLE, is_autosave, not_saved
from assessments.pages.forms.relocation import ConclusionForm, JustificationForm, Versioned
from assessments.pages.saving import conflict_of, save, unreadable
from assessments.pages.workspace.relocation_page import ident_of, relocation_page


@require_http_methods(["GET", "HEAD", "POST"])
def relocation(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Home and proposed places side by side, with the officer's conclusion test by test."""
    opened = opened_case(request, uuid)
    if isinstance(opened, HttpResponse):
        return opened
    if request.method != "POST":
        return relocation_page(request, opened)
    if request.POST.get("do") == "justify":
        return _justify(request, opened)
    return _conclude(request, opened)


def _conclude(request: HttpRequest, opened: Opened) -> HttpResponse:
    user: Any = request.user
    place, test = request.POST.get("place", ""), request.POST.get("test", "")
    if place not in opened.proposed or test not in IpaTest.values:
        gone = ActionRefused(_("This place is no longer proposed. Reload the page."))
        return not_saved(gone) if is_autosave(request) else relocation_page(request, opened, refusal=gone)
    ident = ident_of(opened, place, test)
    form = ConclusionForm(request.POST, auto_id=f"id_{ident}_%s")
    page = _Again(request, opened, form, (place, test))
    if not form.is_valid():
        return page.invalid()
    words, autosaves = form.cleaned_data, is_autosave(request)
    blank = not words["reasons"] and _is_blank(opened, place, test)

    def conclude() -> RegionTest:
        return actions.conclude(
            opened.case,
            by=user,
            place=place,
            test=test,
            conclusion=words["conclusion"],
            reasons=words["reasons"],
            version=words["version"],
            without_coi=blank,
            autosave=autosaves,
        )

    def kept(row: RegionTest) -> HttpResponse:
        messages.success(request, _("The conclusion was saved."))
        return redirect(reverse("relocation", args=[opened.case.uuid]) + f"#{ident}")

    def incomplete(refusal: Incomplete) -> HttpResponse:
        form.add_error("reasons", str(refusal))
        return page.invalid()

    return save(
        request,
        conclude,
        kept=kept,
        refused=page.refused,
        stale=page.stale,
        incomplete=incomplete,
        token=lambda row: {"version": row.version},
    )


def _is_blank(opened: Opened, place: str, test: str) -> bool:
    columns = opened.sheet.relocations if opened.sheet else ()
    return all(column.cell(test).is_blank for column in columns if column.place == place)


def _justify(request: HttpRequest, opened: Opened) -> HttpResponse:
    user: Any = request.user
    form = JustificationForm(request.POST)
    page = _Again(request, opened, form, None)
    if not form.is_valid():
        return page.invalid()
    words, autosaves = form.cleaned_data, is_autosave(request)

    def justify() -> int:
        said = {"words": words["justification"], "version": words["version"]}
        return actions.justify_old_coi(opened.case, by=user, **said, autosave=autosaves)

    def kept(version: int) -> HttpResponse:
        messages.success(request, _("Your reasons were saved."))
        return redirect(reverse("relocation", args=[opened.case.uuid]) + "#age")

    return save(
        request,
        justify,
        kept=kept,
        refused=page.refused,
        stale=page.stale,
        token=lambda version: {"version": version},
    )


@dataclass
class _Again:
    """The relocation page with what was typed, after a save that was not carried out."""

    request: HttpRequest
    opened: Opened
    form: Versioned
    of: tuple[str, str] | None  # place and test; None is the justification

    def invalid(self) -> HttpResponse:
        if is_autosave(self.request):
            return unreadable(self.form.first_problem)
        return self._page(
            UNPROCESSABLE, errors=[p | {"message": self._where() + p["message"]} for p in self.form.problems]
        )

    def _where(self) -> str:
        """Which of the many alike fields the summary speaks of."""
        if self.of is None or self.opened.sheet is None:
            return ""
        place, test = self.of
        name = next((c.name for c in self.opened.sheet.relocations if c.place == place), place)
        return _("%(place)s, %(test)s: ") % {"place": name, "test": IpaTest(test).label}

    def refused(self, refusal: ActionRefused) -> HttpResponse:
        return self._page(CONFLICT, refusal=refusal)

    def stale(self, refusal: StaleCase) -> HttpResponse:
        conflict, token = conflict_of(refusal)
        self.form.over(token)
        return self._page(CONFLICT, refusal=refusal, conflict=conflict)

    def _page(self, status: int, **more: Any) -> HttpResponse:
        return relocation_page(self.request, self.opened, status=status, bound=self.form, of=self.of, **more)


urlpatterns = [path("cases/<uuid:uuid>/relocation/", relocation, name="relocation")]

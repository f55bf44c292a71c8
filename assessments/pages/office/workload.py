"""The open work of the office by person, and reassigning it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Role, User
from assessments import actions
from assessments.actions import ActionRefused, Incomplete, permissions, visible_cases
from assessments.models import Case, IntakeDraft
from assessments.office import workload as loads
from assessments.pages.saving import status_of, whole

OK = 200


@require_http_methods(["GET", "HEAD", "POST"])
def workload(request: HttpRequest) -> HttpResponse:
    """Show counts by person and one person's open work, oldest first. On POST, reassign the selected work."""
    user: Any = request.user
    if not permissions.may_reassign(user):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, user)
    to = User.objects.filter(pk=whole(request.POST.get("to", "")), is_active=True).first()
    cases = list(visible_cases.visible_cases(user).filter(uuid__in=_uuids(request, "case")))
    intakes = list(IntakeDraft.objects.filter(uuid__in=_uuids(request, "intake"), office=user.office_id, case=None))
    n = len(cases) + len(intakes)
    try:
        if not n:
            raise Incomplete(_("Select at least one case."), field="case")
        if "reviewer" in request.GET:
            actions.reassign_several(cases, to=to, by=user)
        else:
            actions.hand_over(cases, intakes, to=to, by=user)
    except ActionRefused as refusal:
        return _page(request, user, refusal=refusal)
    words = ngettext("%(n)d case was given to %(name)s.", "%(n)d cases were given to %(name)s.", n)
    messages.success(request, words % {"n": n, "name": to})
    kept = {name: request.GET[name] for name in ("officer", "reviewer") if name in request.GET}
    return redirect(f"{reverse('workload')}?{urlencode(kept)}")


def _uuids(request: HttpRequest, name: str) -> list[str]:
    """Return the selected values that have the form of an id."""
    field = (Case if name == "case" else IntakeDraft)._meta.get_field("uuid")

    def is_one(text: str) -> bool:
        try:
            field.to_python(text)
        except ValidationError:
            return False
        return True

    return [text for text in request.POST.getlist(name) if is_one(text)]


def _page(request: HttpRequest, user: User, *, refusal: ActionRefused | None = None) -> HttpResponse:
    found = loads.workload(user)
    is_review = "reviewer" in request.GET
    people = {str(load.user.pk): load.user for load in (found.reviewers if is_review else found.writers)}
    chosen = people.get(request.GET.get("reviewer" if is_review else "officer", ""))
    context: dict[str, Any] = {"section": "cases", "load": found, "chosen": chosen, "is_review": is_review}
    if chosen:
        context["items"] = (loads.of_reviewer if is_review else loads.of_writer)(user, chosen)
        context["receivers"] = loads.receivers(user, Role.SUPERVISOR if is_review else Role.CASEWORKER, chosen)
    if refusal:
        field = refusal.field if isinstance(refusal, Incomplete) else ""
        context["errors"] = [{"message": str(refusal), "href": {"to": "#id_to", "case": "#items"}.get(field, "")}]
        context["selected"] = {*request.POST.getlist("case"), *request.POST.getlist("intake")}
        context["to"] = request.POST.get("to", "")
    return render(request, "assessments/office/workload.html", context, status=status_of(refusal) if refusal else OK)


urlpatterns = [path("workload/", workload, name="workload")]

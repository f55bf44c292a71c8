"""The COI by fact. It is shown only after the facts were recorded."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments import actions
from assessments.actions import permissions
from assessments.answer.answer import answer
from assessments.assessing import stored_assessment
from assessments.casefile import stored_case
from assessments.casefile.problems import BadCase
from assessments.pages import answer_presenter
from assessments.pages.common import case_context, open_case


@require_safe
def show(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Show position, findings and footnotes fact by fact, then profile, places and sources."""
    user: Any = request.user
    case = open_case(request, uuid)
    today = timezone.localdate()
    may_edit = permissions.may_edit_now(user, case)
    try:
        read = stored_case.case_file(case, today=today)
    except BadCase:
        messages.warning(request, _("To see the matches, choose a place of this case again."))
        return redirect("case-edit" if may_edit else "case", uuid=case.uuid)
    found = answer(read, on=today)
    actions.show_matches(case, by=user)
    assessment = stored_assessment.assessment_of(case)
    actions.keep_reliance(case, read, found, assessment, by=user)
    context = case_context(
        request,
        case,
        "matches",
        title=_("What the country-of-origin information says"),
        answer=found,
        reading=answer_presenter.read(case, found, assessment),
    )
    return render(request, "assessments/workspace/coi_by_fact/matches.html", context)


urlpatterns = [
    path("cases/<uuid:uuid>/matches/", show, name="case-matches"),
]

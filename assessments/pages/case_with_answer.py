"""A case with the library's answer, for the pages on places, open questions and disclosure."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import actions
from assessments.actions import permissions
from assessments.answer.answer import Answer, answer
from assessments.assessing import relocation_tests, stored_assessment
from assessments.assessing.assessment import Assessment
from assessments.casefile import stored_case
from assessments.casefile.problems import BadCase
from assessments.casefile.values import CaseFile
from assessments.models import Case
from assessments.pages.common import held_by, open_case


@dataclass
class Opened:
    """A case as these pages show it. Saving does not need the library's answer, so that is computed on first use."""

    case: Case
    file: CaseFile
    held_by: User | None
    may_write: bool

    @cached_property
    def answer(self) -> Answer:
        return answer(self.file)

    @cached_property
    def assessment(self) -> Assessment:
        return stored_assessment.assessment_of(self.case)

    @cached_property
    def sheet(self) -> relocation_tests.PairSheet | None:
        return relocation_tests.pair_sheet(self.answer, self.assessment)

    @property
    def proposed(self) -> list[str]:
        """Return the keys of the places proposed for relocation."""
        return list(dict.fromkeys(relocation_tests.place_key(p) for p in self.file.relocations))


def opened_case(request: HttpRequest, uuid: Any) -> Opened | HttpResponse:
    """Return the case if the user may see it, or the page that says that a place must be chosen again."""
    return as_it_stands(request, open_case(request, uuid))


def as_it_stands(request: HttpRequest, case: Case) -> Opened | HttpResponse:
    """Do the same for a case that is already open."""
    user: Any = request.user
    if request.method == "POST" and not permissions.may_edit_case(user, case):
        raise PermissionDenied
    try:
        read = stored_case.case_file(case, today=timezone.localdate())
    except BadCase:
        messages.warning(request, _("To see this page, choose a place of this case again."))
        return redirect("case-edit" if permissions.may_edit_now(user, case) else "case", uuid=case.uuid)
    held = held_by(request, case)
    actions.show_matches(case, by=user)  # these pages show the matches
    return Opened(case, read, held, permissions.may_edit_now(user, case) and held is None)

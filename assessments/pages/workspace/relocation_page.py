"""Home and proposed places side by side, as the page shows them: a table, with a form for each test."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments import actions
from assessments.actions import ActionRefused
from assessments.assessing import coi_age, relocation_tests
from assessments.assessing.assessment import ConclusionWritten
from assessments.models.codes import Conclusion, IpaTest
from assessments.pages.case_with_answer import Opened
from assessments.pages.common import CONFLICT, case_context
from assessments.pages.forms.relocation import ConclusionForm, JustificationForm, Versioned
from assessments.pages.saving import Conflict


@dataclass
class TestRow:
    """One test at one proposed place, as the page shows it."""

    ident: str
    number: int  # of the place among those proposed
    test: IpaTest
    column: relocation_tests.Column
    written: ConclusionWritten
    form: ConclusionForm | None
    conflict: Conflict | None = None


def ident_of(opened: Opened, place: str, test: str) -> str:
    """An id on the page: a place that was typed may hold anything."""
    return f"place-{opened.proposed.index(place) + 1}-{test}"


def relocation_page(
    request: HttpRequest,
    opened: Opened,
    *,
    status: int = 200,
    bound: Versioned | None = None,
    of: tuple[str, str] | None = None,
    conflict: Conflict | None = None,
    errors: list[dict[str, str]] | None = None,
    refusal: ActionRefused | None = None,
) -> HttpResponse:
    assessment, case, sheet = opened.assessment, opened.case, opened.sheet
    if refusal:
        at = f"#{ident_of(opened, *of)}" if of else "#id_justification" if bound else ""
        status, errors = CONFLICT, [{"message": str(refusal), "href": at}]

    def test_row(column: relocation_tests.Column, test: IpaTest) -> TestRow:
        written, ident = column.conclusion(test), ident_of(opened, column.place, test)
        number = opened.proposed.index(column.place) + 1
        if bound is not None and of == (column.place, test):
            return TestRow(ident, number, test, column, written, bound, conflict)  # type: ignore[arg-type]
        form = ConclusionForm(
            initial={"conclusion": written.conclusion, "reasons": written.reasons, "version": written.version},
            auto_id=f"id_{ident}_%s",
        )
        return TestRow(ident, number, test, column, written, form if opened.may_write else None)

    rows = sheet and [
        (
            test,
            [(column, cell, test_row(column, test) if column.is_relocation else None) for column, cell in cells],
            sheet.told_of_country(test),
        )
        for test, cells in sheet.rows
    ]
    old = coi_age.old_parts(opened.answer, assessment, case.office.coi_age_limit)
    justification = assessment.old_coi_justification
    if bound is not None and of is None:
        justify: Any = bound
    elif opened.may_write and (old or justification):
        justify = JustificationForm(
            initial={"justification": justification, "version": actions.text_version(justification)}
        )
    else:
        justify = None
    earlier = [
        (t, IpaTest(t.test).label, Conclusion(t.conclusion).label)
        for t in assessment.tests
        if t.place not in opened.proposed and (t.reasons or t.conclusion != Conclusion.NOT_ASSESSED)
    ]
    context = case_context(
        request,
        case,
        "relocation",
        sheet=sheet,
        rows=rows,
        old=old,
        age_limit=case.office.coi_age_limit,
        justification=justification,
        justify=justify,
        justify_conflict=conflict if of is None else None,
        earlier=earlier,
        answer=opened.answer,
        editions={e.code: e for e in opened.answer.editions},
        held_by=opened.held_by,
        may_write=opened.may_write,
        errors=errors,
    )
    return render(request, "assessments/workspace/relocation/page.html", context, status=status)

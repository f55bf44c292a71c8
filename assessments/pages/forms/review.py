"""Forms of the workflow steps: a reason, a closure, grades with comments, a decision."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.actions import Graded
from assessments.actions.review import ERRORS
from assessments.models import ErasureRequest, SectionReview
from assessments.models.codes import Closed, Grade
from assessments.pages.forms.assessment import OneOf, Part
from assessments.pages.forms.fields import Words
from coi.text import characters

LONGEST_REMARK = 4_000


class ReasonForm(Part):
    """A step that needs a reason."""

    reason = Words(label=gettext_lazy("Reason"), rows=3, longest=LONGEST_REMARK, required=True)

    def clean_reason(self) -> str:
        if not self.cleaned_data["reason"]:
            raise ValidationError(_("Write the reason."))
        return str(self.cleaned_data["reason"])


class CloseForm(Part):
    """Why a case is closed without a decision."""

    because = OneOf(label=gettext_lazy("Why the case is closed"), choices=Closed.choices)
    note = Words(label=gettext_lazy("Remark"), rows=2, longest=LONGEST_REMARK, required=False)

    def clean_because(self) -> str:
        if not self.cleaned_data["because"]:
            raise ValidationError(_("Choose why the case is closed."))
        return str(self.cleaned_data["because"])


class ErasureForm(Part):
    """Why a case is erased before its time."""

    because = OneOf(label=gettext_lazy("Why the case is erased"), choices=ErasureRequest.Because.choices)
    reasons = Words(label=gettext_lazy("Reasons"), rows=3, longest=LONGEST_REMARK, required=True)

    def clean_because(self) -> str:
        if not self.cleaned_data["because"]:
            raise ValidationError(_("Choose why the case is erased."))
        return str(self.cleaned_data["because"])

    def clean_reasons(self) -> str:
        if not self.cleaned_data["reasons"]:
            raise ValidationError(_("Write the reasons."))
        return str(self.cleaned_data["reasons"])


class SubmitForm(Part):
    """The writer's note to the reviewer, which is not part of the memo."""

    note = Words(label=gettext_lazy("Remark for the reviewer"), rows=3, longest=LONGEST_REMARK, required=False)


class RemarkForm(Part):
    """The reviewer's remark on the decision."""

    remark = Words(label=gettext_lazy("Remark on the decision"), rows=3, longest=LONGEST_REMARK, required=False)


class SectionForm(Part):
    """The grade of one section and the comment on it. Nothing is preselected."""

    grade = OneOf(label=gettext_lazy("Grade"), choices=Grade.choices, required=False)
    comment = Words(label=gettext_lazy("Comment to the caseworker"), rows=4, longest=LONGEST_REMARK, required=False)

    @staticmethod
    def initial_of(row: SectionReview | None, reader: Any) -> dict[str, str]:
        """Return what is saved. A comment stays for the next reviewer; a grade is shown only to its own reviewer."""
        if row is None:
            return {}
        return {"comment": row.comment, "grade": row.grade if row.by_id == reader.pk else ""}

    def graded(self, section: str) -> Graded:
        """Return what was typed on this section."""
        return Graded(section, self.cleaned_data["grade"], self.cleaned_data["comment"])

    def explains_error(self) -> bool:
        """Whether the comment says which error was graded. Adds an error to the form if it does not."""
        if self.cleaned_data["grade"] in ERRORS and not self.cleaned_data["comment"]:
            self.add_error("comment", _("Describe the error."))
        return not self.errors


def unsaved(form: Part, name: str, saved: str) -> str:
    """Return the typed text of a field if it is not what is saved, so that it can be shown and is not lost."""
    typed = characters.cleaned(str(form.data.get(name, "")))
    return typed if typed != saved else ""

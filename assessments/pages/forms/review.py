"""What is written with a step: a reason, why a case is closed, grades with comments, a decision."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.actions import Graded
from assessments.models import SectionReview
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
    """Why a case is closed without a decision of ours."""

    because = OneOf(label=gettext_lazy("Why the case is closed"), choices=Closed.choices)
    note = Words(label=gettext_lazy("Remark"), rows=2, longest=LONGEST_REMARK, required=False)

    def clean_because(self) -> str:
        if not self.cleaned_data["because"]:
            raise ValidationError(_("Choose why the case is closed."))
        return str(self.cleaned_data["because"])


class SubmitForm(Part):
    """What a writer says to the reviewer, beside the memo."""

    note = Words(label=gettext_lazy("Remark for the reviewer"), rows=3, longest=LONGEST_REMARK, required=False)


class ReviewForm(Part):
    """A grade and a comment a section, and the remark on the decision; nothing is chosen beforehand."""

    remark = Words(label=gettext_lazy("Remark on the decision"), rows=4, longest=LONGEST_REMARK, required=False)

    def __init__(
        self, sections: Iterable[tuple[str, str]], data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.sections = tuple(sections)
        for anchor, title in self.sections:
            grade = OneOf(label=_("Grade: %(section)s") % {"section": title}, choices=Grade.choices)
            comment = Words(label=_("Comment: %(section)s") % {"section": title}, rows=2, longest=LONGEST_REMARK)
            self.fields |= {f"grade-{anchor}": grade, f"comment-{anchor}": comment}
        for field in self.fields.values():
            field.required = False

    @staticmethod
    def initial_of(reviews: Iterable[SectionReview], reader: Any) -> dict[str, str]:
        """What is saved, as the form begins: comments of all, but only the reader's own grades are theirs."""
        found = {}
        for row in reviews:
            found[f"comment-{row.section}"] = row.comment
            found[f"grade-{row.section}"] = row.grade if row.by_id == reader.pk else ""
        return found

    def graded(self) -> list[Graded]:
        """What was typed into every section."""
        data = self.cleaned_data
        return [Graded(anchor, data[f"grade-{anchor}"], data[f"comment-{anchor}"]) for anchor, _title in self.sections]

    def has_every_grade(self) -> bool:
        """Whether every section is graded, as an approval needs; says so at each that is not."""
        for anchor, title in self.sections:
            if not self.cleaned_data[f"grade-{anchor}"]:
                self.add_error(f"grade-{anchor}", _("Not graded yet: %(section)s.") % {"section": title})
        return not self.errors

    def explains_errors(self) -> bool:
        """Whether every section graded as an error says which; says so at each that does not."""
        for anchor, title in self.sections:
            graded, comment = self.cleaned_data[f"grade-{anchor}"], self.cleaned_data[f"comment-{anchor}"]
            if graded in (Grade.MINOR, Grade.SIGNIFICANT) and not comment:
                self.add_error(f"comment-{anchor}", _("%(section)s: describe the error.") % {"section": title})
        return not self.errors

    def unsaved(self, stored: Mapping[str, SectionReview]) -> list[tuple[str, str]]:
        """Titles and comments that were typed and are not what is saved: shown, so that none is lost."""
        found = []
        for anchor, title in self.sections:
            typed = characters.cleaned(str(self.data.get(f"comment-{anchor}", "")))
            if typed and (anchor not in stored or stored[anchor].comment != typed):
                found.append((title, typed))
        remark = characters.cleaned(str(self.data.get("remark", "")))
        return [*found, (str(self.fields["remark"].label), remark)] if remark else found

    def saved_elsewhere(self, stored: Mapping[str, SectionReview]) -> list[tuple[str, SectionReview]]:
        """What is saved where something else was typed: both are shown."""
        found = []
        for anchor, title in self.sections:
            comment = characters.cleaned(str(self.data.get(f"comment-{anchor}", "")))
            row = stored.get(anchor)
            if row and (str(self.data.get(f"grade-{anchor}", "")), comment) != (row.grade, row.comment):
                found.append((title, row))
        return found

"""The problems that intake finds, in the words of the form."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.casefile.problems import Problem
from assessments.pages.forms.fields import TypedDate
from coi.text import characters

# What to do about an empty field. Intake's own messages name the codes of a file.
MISSING = {
    "reference": gettext_lazy("Enter the application reference."),
    "country": gettext_lazy("Choose the country of origin."),
    "statement": gettext_lazy("Write what the applicant says happened. A case needs at least one material fact."),
    "place": gettext_lazy("Enter a place: a name, or name and region."),
    "event": gettext_lazy("Choose a kind of event. If none fits, choose “Another kind of event”."),
}

# What to do if every row was removed, and the button for it.
NOWHERE = {
    "places": (gettext_lazy("Add at least one place of the applicant."), "#add-places"),
    "material_facts": (gettext_lazy("Add at least one material fact."), "#add-facts"),
}


@dataclass(frozen=True)
class Shown:
    """A line of the error summary."""

    message: str
    href: str = ""
    step: str = ""  # the step of the intake whose page has the field
    fact: str = ""  # the id of the fact on that page


def shown(problem: Problem, form: Any, field: str, step: str = "") -> Shown:
    """Return the problem in the form's words, with the address that its link leads to."""
    if form is None:
        message, href = NOWHERE.get(problem.path, (problem.message, ""))
        return Shown(str(message), href, step)
    bound = form[field]
    fact = fact_of(form)
    typed = bound.data if isinstance(bound.data, str) else ""
    return Shown(_prefix(form, _message(problem, form, field, typed)), "#" + input_id(bound), step, fact)


def _message(problem: Problem, form: Any, field: str, typed: str) -> str:
    if field in MISSING and characters.is_blank(typed):
        return str(MISSING[field])
    if isinstance(dated := form.fields[field], TypedDate) and (why := dated.problem_with(typed)):
        return why
    if not problem.candidates:
        return problem.message
    if problem.is_ambiguous:
        return _(
            "“%(typed)s” may mean %(n)d places. Choose one of those offered, or write it with cercle and region."
        ) % {
            "typed": typed,
            "n": len(problem.candidates),
        }
    return _(
        "“%(typed)s” is not in the list of places. Type it with its region or cercle, and it is kept as typed; or "
        "choose one of those offered."
    ) % {"typed": typed}


def fact_of(form: Any) -> str:
    """Return the id of the fact whose page has the form; empty for a form of another page."""
    return str(form.text("ident") if getattr(form, "kind", "") == "facts" else getattr(form, "of_fact", ""))


def _prefix(form: Any, message: str) -> str:
    """Return the message after the id of its fact, because several facts have a field of the same name."""
    ident = form.text("ident") if getattr(form, "kind", "") == "facts" else ""
    return f"{ident}: {message}" if ident else message


def input_id(bound: Any) -> str:
    """Return the id of the field's input or, if there are several, of the first."""
    if bound.use_fieldset and bound.subwidgets:
        return str(bound.subwidgets[0].id_for_label)
    return str(bound.id_for_label or bound.auto_id)

"""Two states of the same form side by side, where they differ, so that nobody's text is lost unseen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from assessments.casefile.intake_steps import step_of
from assessments.pages.forms.case import CaseForm
from assessments.pages.forms.fact_row import FactRow
from assessments.pages.forms.fields import TypedDate
from assessments.pages.forms.rows import Row
from coi.text import characters


@dataclass(frozen=True)
class Difference:
    """One field: its label, the value saved elsewhere and the value typed here."""

    label: str
    theirs: str
    mine: str


def differences(mine: CaseForm, theirs: CaseForm, step: str = "") -> list[Difference]:
    """Return every field that differs between the two forms, in page order; with ``step``, only those of that step."""
    here, there = dict(_entries(mine, step)), dict(_entries(theirs, step))
    found = []
    for name in dict.fromkeys([*here, *there]):
        label = (here.get(name) or there[name])[0]
        of_mine, of_theirs = here.get(name, ("", ""))[1], there.get(name, ("", ""))[1]
        if of_mine != of_theirs:
            found.append(Difference(label, of_theirs, of_mine))
    return found


def _entries(form: CaseForm, step: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each field: a name common to both forms, the label and the words."""
    yield from _of(form.head, "", "", step)
    for row in (*form.persons, *form.places, *form.facts, *form.relocations):
        # Facts and persons are known by their ids, in whatever order the rows are.
        name = f"{row.kind}-{row.text('ident') or row.key}"
        if row.is_removed:
            if not step or step_of(row.kind, "removed") == step:
                yield f"{name}-removed", (row.title, _("removed"))
            continue
        yield from _of(row, name, row.title, step)
        if isinstance(row, FactRow):
            for interview in row.interviews:
                yield from _of(interview, f"{name}-interviews-{interview.key}", row.title, step)


def _of(form: Any, name: str, title: str, step: str) -> Iterator[tuple[str, tuple[str, str]]]:
    kind = getattr(form, "kind", "")
    for field_name, field in form.fields.items():
        if field.widget.is_hidden or (step and step_of(kind, field_name) != step):
            continue
        label = f"{title}: {field.label}" if title else str(field.label)
        yield f"{name}-{field_name}", (label, _words(form, field_name, field))


def _words(form: Any, name: str, field: forms.Field) -> str:
    if isinstance(field, forms.ChoiceField):
        labels = form.chosen(name) if isinstance(form, Row) else _labels(form, name, field)
        return "; ".join(sorted(label for label in labels if label))
    if isinstance(field, forms.BooleanField):
        return _("selected") if form[name].data else ""
    typed = characters.cleaned(str(form[name].data or ""))
    return field.words(typed) if isinstance(field, TypedDate) else typed


def _labels(form: Any, name: str, field: forms.ChoiceField) -> list[str]:
    chosen = form[name].data or ""
    return [str(dict(field.choices).get(chosen, chosen))]  # type: ignore[arg-type]

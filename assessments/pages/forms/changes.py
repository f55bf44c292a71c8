"""Adding a row, removing one and putting it back. Everything else that was typed stays."""

from collections.abc import Mapping
from typing import Any

from assessments.pages.forms.case import CaseForm, next_key
from assessments.pages.forms.fact_row import FactRow, InterviewRow
from assessments.pages.forms.rows import Row

FIRST_FIELD = {
    "persons": "relation",
    "places": "place",
    "relocations": "place",
    "facts": "statement",
    "interviews": "date",
}


def changed_row(form: CaseForm, wanted: Mapping[str, Any]) -> Row | None:
    """Do what the pressed button asks for. Return the row added or marked, or None if there is no such row."""
    if add := wanted.get("add"):
        return focused(_new(form, str(add)))
    for word, mark in (("remove", "1"), ("restore", "")):
        if word in wanted:
            return _mark(form, str(wanted[word]), mark)
    return None


def _new(form: CaseForm, kind: str) -> Row | None:
    if form.may_add(kind):
        return form.new_row(kind)
    fact = next((f for f in form.facts if kind == f"{f.name}-interviews"), None)
    return _new_interview(form, fact) if fact else None


def _new_interview(form: CaseForm, fact: FactRow) -> InterviewRow:
    kind = f"{fact.name}-interviews"
    for interview in fact.interviews:
        if interview.key not in form.data.getlist(kind):
            form.data.appendlist(kind, interview.key)
    key = next_key(form.data, kind)
    form.data.appendlist(kind, key)
    row = InterviewRow(form.data, key, form.words, fact.name, fact.text("ident"))
    fact.interviews.append(row)
    return row


def _mark(form: CaseForm, name: str, mark: str) -> Row | None:
    row: Row | None = next((r for rows in form.rows.values() for r in rows if r.name == name), None)
    if row is None:
        return None
    form.data[row.add_prefix("removed")] = mark
    row.is_marked = True
    return row


def focused(row: Row | None) -> Row | None:
    """Put the cursor into the added row."""
    if row is not None:
        row.is_new = True
        row.fields[FIRST_FIELD[row.kind]].widget.attrs["autofocus"] = True
    return row

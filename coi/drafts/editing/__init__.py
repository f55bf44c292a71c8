"""Editing a draft item by item (add, change, remove), and starting a draft of a new report.

Every action is one transaction: it locks the draft, writes the item, records the author and adds a row to the
audit record. No action changes a published edition.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import record
from coi.drafts import draft_rows, starting
from coi.drafts.editing.findings import FindingEditor
from coi.drafts.editing.frame import REPORT, CoverageEditor, FrameEditor, SectionEditor
from coi.drafts.editing.item_editor import ItemEditor, Values, assign
from coi.drafts.editing.notes import FigureEditor, FootnoteEditor, QueryEditor
from coi.drafts.editing.versions import changed, version
from coi.drafts.refused import Refused
from coi.models import DraftWork, Edition, Report

ITEM_EDITORS: dict[str, ItemEditor] = {
    part.kind: part
    for part in (
        FrameEditor(), SectionEditor(), CoverageEditor(), FootnoteEditor(), FindingEditor(), FigureEditor(), QueryEditor(),
    )
}  # fmt: skip


class Stale(Refused):
    """Someone changed the item after the form was opened. Has the fields and the values stored now (None: removed)."""

    def __init__(self, stored: Mapping[str, Any] | None, fields: list[str]) -> None:
        self.stored = stored
        self.fields = fields
        said = (
            _("Someone removed this from the draft after you opened it.")
            if stored is None
            else _("Someone changed this after you opened it.")
        )
        super().__init__(("", said))


@contextmanager
def writing(draft: Edition, action: str, *, by: User, **details: Any) -> Iterator[Edition]:
    """Run one transaction that edits a draft."""
    with transaction.atomic():
        there = draft_rows.locked(draft)
        yield there
        draft_rows.is_written_by(there, by)
        record(by=str(by.pk), action=action, object_type="edition", object_id=there.code, **details)


class _AsItWasError(Exception):
    """The values are the stored ones, so nothing is written or recorded."""


def save(draft: Edition, kind: str, key: str, values: Values, *, since: str, by: User) -> tuple[Any, bool]:
    """Add an item (no key) or change it. Returns the item and whether anything changed.

    ``since`` is the version that the form showed. Raises Stale, Refused, ChangedSince.
    """
    part = ITEM_EDITORS[kind]
    action = "coi.draft-change" if key or kind == "frame" else "coi.draft-add"
    name = key or str(values.get("code") or values.get("number") or "")
    try:
        with writing(draft, action, by=by, part=kind, item=name) as there:
            row = _found(part, there, key, values, since)
            if row is not None and part.read(row) == dict(values):
                raise _AsItWasError
            written = _written(part, there, row, values)
            for other in part.others(written):
                draft_rows.is_written_by(other, by)
    except _AsItWasError:
        return part.find(draft, key), False
    return written, True


def _found(part: ItemEditor, draft: Edition, key: str, values: Values, since: str) -> Any:
    """Return the stored item. Raises Stale if it is not the version that the form showed."""
    if not key and part.kind != "frame":
        return None
    row = part.find(draft, key)
    if row is None:
        raise Stale(None, [])
    stored = part.read(row)
    # someone else may have stored the same values: then nothing is lost
    if since != version(stored) and stored != dict(values):
        raise Stale(stored, changed(since, stored))
    return row


def _written(part: ItemEditor, draft: Edition, row: Any, values: Values) -> Any:
    if problem := part.taken(draft, values, row):
        raise Refused(problem)
    written = part.write(draft, row, values)
    if problems := part.problems(written):
        raise Refused(*(("", problem) for problem in problems))
    return written


@contextmanager
def previewed(draft: Edition, kind: str, key: str, values: Values) -> Iterator[Any]:
    """Yield the item as it would be stored, for a preview. Nothing is saved. Raises Refused."""
    part = ITEM_EDITORS[kind]
    with transaction.atomic():
        there = draft_rows.locked(draft)
        yield _written(part, there, part.find(there, key) if key or kind == "frame" else None, values)
        transaction.set_rollback(True)


def remove(draft: Edition, kind: str, key: str, *, since: str, by: User) -> None:
    """Remove an item from the draft. Raises Stale if it changed after it was shown, Refused if other items need it."""
    part = ITEM_EDITORS[kind]
    with writing(draft, "coi.draft-remove", by=by, part=kind, item=key) as there:
        row = part.find(there, key)
        if row is None:
            raise Stale(None, [])
        stored = part.read(row)
        if since != version(stored):
            raise Stale(stored, changed(since, stored))
        if blocked := part.blocks(row):
            raise Refused(*(("", reason) for reason in blocked))
        part.remove(row)


def begin(values: Values, *, by: User) -> Edition:
    """Start a draft of a new report: create the report and an empty edition."""
    code, label = values["edition_code"], values["label"]
    problems = [("edition_code" if field == "code" else field, said) for field, said in [
        *starting.problems_of_code(code), *starting.problems_of_label(label),
    ]]  # fmt: skip
    with transaction.atomic():
        if Report.objects.filter(code=values["code"]).exists():
            said = _("The report %(code)s already exists. Copy its newest edition instead, or choose another code.")
            problems.append(("code", said % {"code": values["code"]}))
        if Edition.objects.filter(code=code).exists():
            said = _("The edition %(code)s already exists. Choose another code.")
            problems.append(("edition_code", said % {"code": code}))
        if problems:
            raise Refused(*problems)
        report = Report(code=values["code"], country=values["country"])
        assign(report, values, REPORT)
        edition = Edition(report=report, code=code)
        assign(edition, values, ("label", "cut_off", "period_from", "current_from"))
        try:
            with transaction.atomic():
                report.save()
                edition.report = report
                edition.save()
        except IntegrityError as error:
            said = _("Someone has just started a report or an edition with this code. Choose another code.")
            raise Refused(("code", said)) from error
        DraftWork.objects.create(edition=edition, begun_by=by)
        record(by=str(by.pk), action="coi.draft-new", object_type="edition", object_id=code, report=report.code)
    return edition


__all__ = ["ITEM_EDITORS", "Stale", "begin", "changed", "remove", "save", "tried", "version", "writing"]

"""Verification of the audit record: the chain row by row, and its end."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit import anchor, keys, stored
from audit.anchor import Anchor
from audit.models import FIRST, Entry, Head
from audit.parts import Part
from audit.result import Result


def verify(*, outside: Anchor | None = None, newest: int | None = None) -> Result:
    """Check the chain, or its ``newest`` rows, and compare it with its head, the anchor and a head kept outside.

    Entries may be written at the same time, so every known head is read before the check.
    """
    result = Result()
    known: list[tuple[str, Anchor]] = []
    if outside is not None:
        known.append((_("the head kept outside"), outside))
    _read_anchor(result, known)
    head = Head.objects.filter(pk=Head.ROW).first()
    if head is not None:
        known.append((_("the head in the database"), Anchor(head.count, head.mac)))
    elif Entry.objects.exists():
        result.add(_("The row with the head is missing."))

    rows = Entry.objects.order_by("pk")
    expected = FIRST
    if newest is not None and (first := _nth_newest(newest)) is not None:
        result.entries = rows.filter(pk__lt=first).count()
        expected = rows.filter(pk__lt=first).values_list("mac", flat=True).last() or FIRST
        rows = rows.filter(pk__gte=first)
    _walk(rows, expected, known, result)

    fewer = (
        _("Entries were removed at the end: %(name)s has %(known)s entries, but there are only %(count)s.")
        if result.is_whole
        else _("Entries are missing: %(name)s has %(known)s entries, but there are only %(count)s.")
    )
    for name, at in known:
        if at.count > result.entries:
            result.add(fewer % {"name": name, "known": at.count, "count": result.entries})
    after = Head.objects.filter(pk=Head.ROW).first()
    if after is not None and result.entries > after.count:
        result.add(
            _(
                "Entries were inserted at the end: the head in the database has %(known)s entries, but there are %(count)s."
            )
            % {"known": after.count, "count": result.entries}
        )
    for problem in stored.trigger_problems():
        result.add(problem)
    return result


def _read_anchor(result: Result, known: list[tuple[str, Anchor]]) -> None:
    if anchor.path() is None:
        return
    try:
        held = anchor.read()
    except anchor.AnchorUnreadable:
        result.add(_("The anchor file contains no head. It was damaged or changed."))
        return
    if held is not None:
        known.append((_("the anchor file"), held))
    elif Entry.objects.exists():
        result.add(_("The anchor file is missing."))


def _nth_newest(count: int) -> int | None:
    """Return the first of the newest ``count`` rows; None if there are fewer rows."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True)[count - 1 : count].first()


def _walk(rows: QuerySet[Entry], expected: str, known: list[tuple[str, Anchor]], result: Result) -> None:
    before: int | None = None
    part = Part(is_complete=result.entries == 0)
    for entry in rows.iterator(chunk_size=2000):
        if entry.action == keys.CHANGED:
            part.close(entry, result)
            part = Part()
        result.entries += 1
        result.checked += 1
        part.read(entry, result)
        if entry.previous != expected:
            result.add(_gap(entry, before))
        for name, at in known:
            if at.count == result.entries and at.mac != entry.mac:
                result.add(
                    _("Row %(row)s is not entry %(count)s of %(name)s. Rows were rewritten.")
                    % {"row": entry.pk, "name": name, "count": at.count}
                )
        before, expected = entry.pk, entry.mac
    part.end(result)
    result.mac = expected


def _gap(entry: Entry, before: int | None) -> str:
    """Return a sentence on why a row does not follow the one before it."""
    names = {"row": entry.pk, "before": before}
    other = Entry.objects.filter(mac=entry.previous).values_list("pk", flat=True).first()
    if other is not None:
        return _("By its hash, row %(row)s follows row %(other)s. Rows were reordered, or one was inserted.") % {
            **names,
            "other": other,
        }
    if before is None:
        return _("The row before row %(row)s was removed or changed.") % names
    return _("Between row %(before)s and row %(row)s, a row was removed or changed.") % names

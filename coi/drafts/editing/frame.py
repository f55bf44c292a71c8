"""Editing a draft's details: report and edition, sections, coverage."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coi.drafts.editing.findings import put_in_order
from coi.drafts.editing.item_editor import ItemEditor, Values, assign, codes, fields_of
from coi.models import CoverageRow, Edition, EventKind, Footnote, Place, Report, Section
from coi.text.collation import heading_number

REPORT = ("title", "publisher", "product_type", "language")
EDITION = (
    "label", "cut_off", "held_on", "published_on", "latest_access", "period_from", "current_from", "scope_note",
    "is_selection",
)  # fmt: skip


def is_first(draft: Edition) -> bool:
    """Return whether no edition of the report is published yet, so that the report's own fields can still change."""
    return not Edition.objects.filter(report=draft.report_id, publication__isnull=False).exists()


class FrameEditor(ItemEditor):
    """Edits the edition's details, and those of its report as long as no edition of it is published."""

    kind = "frame"

    def find(self, draft: Edition, key: str) -> Edition | None:
        return Edition.objects.select_related("report").filter(pk=draft.pk).first()

    def key(self, row: Edition) -> str:
        return row.code

    def read(self, row: Edition) -> dict[str, Any]:
        report = fields_of(row.report, REPORT) if is_first(row) else {}
        return {**report, **fields_of(row, EDITION)}

    def taken(self, draft: Edition, values: Values, row: Any) -> None:
        return None

    def write(self, draft: Edition, row: Edition, values: Values) -> Edition:
        assign(row, values, EDITION)
        row.save()
        if is_first(row):
            # another draft of the same report may be edited at the same time under its own lock
            report = Report.objects.select_for_update().get(pk=row.report_id)
            assign(report, values, REPORT)
            report.save()
        return row

    def others(self, row: Edition) -> list[Edition]:
        """Other drafts of the same report: a change to the report changes them too."""
        return list(Edition.objects.filter(report=row.report_id, publication=None).exclude(pk=row.pk))

    def blocks(self, row: Any) -> list[str]:
        return [_("An edition is discarded, not removed.")]


class SectionEditor(ItemEditor):
    """Edits a section. Footnotes and findings refer to it by its code."""

    kind = "sections"
    model = Section
    related = ("place",)
    is_taken = gettext_lazy("The section %(code)s already exists. Choose another code.")
    _plain = ("title", "position", "period_from")

    def read(self, row: Section) -> dict[str, Any]:
        place = [row.place.code] if row.place else []
        return {"code": row.code, **fields_of(row, self._plain), "place": place}

    def write(self, draft: Edition, row: Section | None, values: Values) -> Section:
        row = row or Section(edition=draft, code=values["code"])
        assign(row, values, self._plain)
        row.place = Place.objects.get(code=values["place"][0]) if values["place"] else None
        row.save()
        _sort_by_number(draft)
        put_in_order(draft)
        row.refresh_from_db(fields=["position"])
        return row

    def blocks(self, row: Section) -> list[str]:
        found = []
        if count := row.findings.count():
            said = ngettext("%(n)d finding is in it", "%(n)d findings are in it", count) % {"n": count}
            found.append(_("%(what)s. Remove them or move them to another section first.") % {"what": said})
        if count := Footnote.objects.filter(edition=row.edition, section_code=row.code).count():
            said = ngettext("%(n)d footnote is in it", "%(n)d footnotes are in it", count) % {"n": count}
            found.append(_("%(what)s. Remove them or move them to another section first.") % {"what": said})
        return found


def _sort_by_number(draft: Edition) -> None:
    """Sort the sections whose titles start with a number by it, 1.10 after 1.9. All others keep their place."""
    rows = list(draft.sections.order_by("position", "code"))
    numbered = iter(sorted((r for r in rows if heading_number(r.title)), key=lambda r: heading_number(r.title)))
    last = 0
    for place in rows:
        row = next(numbered) if heading_number(place.title) else place
        last = max(place.position, last + 1)
        if row.position != last:
            Section.objects.filter(pk=row.pk).update(position=last)


class CoverageEditor(ItemEditor):
    """Edits a coverage row: a part of what the report set out to cover."""

    kind = "coverage"
    model = CoverageRow
    related = ("place",)
    is_taken = gettext_lazy("The coverage row %(code)s already exists. Choose another code.")
    _plain = ("period_from", "period_to", "basis")

    def read(self, row: CoverageRow) -> dict[str, Any]:
        return {
            "code": row.code,
            "place": [row.place.code],
            "events": codes(row.events),
            **fields_of(row, self._plain),
        }

    def write(self, draft: Edition, row: CoverageRow | None, values: Values) -> CoverageRow:
        row = row or CoverageRow(edition=draft, code=values["code"])
        assign(row, values, self._plain)
        row.place = Place.objects.get(code=values["place"][0])
        row.save()
        row.events.set(EventKind.objects.filter(code__in=values["events"]))
        return row

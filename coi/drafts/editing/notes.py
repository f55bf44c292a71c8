"""Editing footnotes with their sources, figures with their rows, and curator's queries."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.drafts.editing.findings import is_alone
from coi.drafts.editing.item_editor import ItemEditor, Values, assign, codes, fields_of, numbers
from coi.editions import originators
from coi.models import CuratorQuery, Edition, Figure, FigureRow, Finding, Footnote, Originator, Place, Source
from coi.text.folding import fold

LONGEST_CODE = 90  # characters of an originator's code; a number that tells two apart still fits behind it
OUT_OF_THE_WAY = 20_000  # rows are numbered from here while they change places: one place holds one row


def originator_called(name: str) -> Originator | None:
    """Return the originator with this name, ignoring accents and case."""
    return next((one for one in Originator.objects.all() if fold(one.name) == fold(name)), None)


def _originator(name: str) -> Originator:
    """Return the originator with that name, and create it if there is none."""
    found = originator_called(name)
    # locked, so that no other transaction deletes it before it is cited here
    held: Originator | None = Originator.objects.select_for_update().filter(pk=found.pk).first() if found else None
    if held:
        return held
    code = _whole_words(slugify(fold(name)), LONGEST_CODE) or "originator"
    taken = set(Originator.objects.filter(code__startswith=code).values_list("code", flat=True))
    free = next(c for n in range(1, len(taken) + 2) if (c := code if n == 1 else f"{code}-{n}") not in taken)
    made: Originator = Originator.objects.create(code=free, name=name)
    return made


def _whole_words(code: str, longest: int) -> str:
    """Shorten the code after a whole word."""
    return code if len(code) <= longest else code[: longest + 1].rpartition("-")[0] or code[:longest]


def _blocked_by(queries: Iterable[CuratorQuery]) -> list[str]:
    said = _("The curator’s query %(code)s is about this item alone. Remove or change the query first.")
    return [said % {"code": query.code} for query in queries if is_alone(query)]


class FootnoteEditor(ItemEditor):
    """Edits a footnote: the position of its mark and each item that it cites."""

    kind = "footnotes"
    model = Footnote
    is_taken = gettext_lazy("Footnote %(number)d already exists. Choose another number.")
    _plain = ("number", "named_in", "section_code", "paragraph", "after_sentence")
    source = (
        "publisher", "publisher_place", "authors", "title", "container", "published_as_printed", "published", "url",
        "accessed", "pinpoint", "kind", "is_primary",
    )  # fmt: skip

    def read(self, row: Footnote) -> dict[str, Any]:
        sources = row.sources.select_related("originator").order_by("position")
        return {
            **fields_of(row, self._plain),
            "sources": [
                {"pk": str(one.pk), "originator": one.originator.name, **fields_of(one, self.source)} for one in sources
            ],
        }

    def write(self, draft: Edition, row: Footnote | None, values: Values) -> Footnote:
        row = row or Footnote(edition=draft)
        assign(row, values, self._plain)
        row.save()
        there = {str(one.pk): one for one in row.sources.all()}
        _out_of_the_way(row.sources.all())
        kept = {one["pk"] for one in values["sources"]}
        for position, stated in enumerate(values["sources"], start=1):
            one = there.get(stated["pk"]) or Source(footnote=row)
            one.position = position
            one.originator = _originator(stated["originator"])
            assign(one, stated, self.source)
            one.save()
        Source.objects.filter(pk__in=[one.pk for pk, one in there.items() if pk not in kept]).delete()
        originators.forget_uncited()
        return row

    def blocks(self, row: Footnote) -> list[str]:
        found = []
        if used := sorted(row.findings.values_list("code", flat=True)):
            said = _("It is cited by %(codes)s. Change those findings first.")
            found.append(said % {"codes": ", ".join(used)})
        if figures := numbers(row.figure_set):
            said = _("It is named by figure %(numbers)s. Change that first.")
            found.append(said % {"numbers": ", ".join(figures)})
        return [*found, *_blocked_by(row.queries.all())]

    def remove(self, row: Footnote) -> None:
        Source.objects.filter(footnote=row).delete()
        row.delete()
        originators.forget_uncited()


class FigureEditor(ItemEditor):
    """Edits a figure and the numbers that it prints."""

    kind = "figures"
    model = Figure
    related = ("originator",)
    is_taken = gettext_lazy("Figure %(number)d already exists. Choose another number.")
    _plain = ("number", "title", "source", "values_available", "text_says", "unit")
    row = (
        "place_label", "period_label", "period_from", "period_to", "is_part_year", "is_total", "fatalities",
    )  # fmt: skip

    def read(self, row: Figure) -> dict[str, Any]:
        rows = row.rows.select_related("place").order_by("position")
        return {
            **fields_of(row, self._plain),
            "originator": row.originator.name,
            "footnotes": numbers(row.footnotes),
            "rows": [{"pk": str(one.pk), "place": one.place.code, **fields_of(one, self.row)} for one in rows],
        }

    def write(self, draft: Edition, row: Figure | None, values: Values) -> Figure:
        row = row or Figure(edition=draft)
        assign(row, values, self._plain)
        row.originator = _originator(values["originator"])
        row.save()
        row.footnotes.set(Footnote.objects.filter(edition=draft, number__in=values["footnotes"]))
        there = {str(one.pk): one for one in row.rows.all()}
        _out_of_the_way(row.rows.all())
        kept = {one["pk"] for one in values["rows"]}
        held = {place.code: place for place in Place.objects.filter(code__in={one["place"] for one in values["rows"]})}
        for position, stated in enumerate(values["rows"], start=1):
            one = there.get(stated["pk"]) or FigureRow(figure=row)
            one.position, one.place = position, held[stated["place"]]
            assign(one, stated, self.row)
            one.save()
        FigureRow.objects.filter(pk__in=[one.pk for pk, one in there.items() if pk not in kept]).delete()
        originators.forget_uncited()
        return row

    def blocks(self, row: Figure) -> list[str]:
        return _blocked_by(row.queries.all())

    def remove(self, row: Figure) -> None:
        FigureRow.objects.filter(figure=row).delete()
        row.delete()
        originators.forget_uncited()


class QueryEditor(ItemEditor):
    """Edits a curator's query. A query about no item is about the edition."""

    kind = "queries"
    model = CuratorQuery
    is_taken = gettext_lazy("The query %(code)s already exists. Choose another code.")
    _plain = ("remarked_on", "remark")

    def read(self, row: CuratorQuery) -> dict[str, Any]:
        return {
            "code": row.code,
            **fields_of(row, self._plain),
            "findings": codes(row.findings),
            "footnotes": numbers(row.footnotes),
            "figures": numbers(row.figures),
        }

    def write(self, draft: Edition, row: CuratorQuery | None, values: Values) -> CuratorQuery:
        row = row or CuratorQuery(edition=draft, code=values["code"])
        assign(row, values, self._plain)
        row.save()
        row.findings.set(Finding.objects.filter(edition=draft, code__in=values["findings"]))
        row.footnotes.set(Footnote.objects.filter(edition=draft, number__in=values["footnotes"]))
        row.figures.set(Figure.objects.filter(edition=draft, number__in=values["figures"]))
        return row


def _out_of_the_way(rows: Any) -> None:
    """Give all rows temporary keys, so that each can take its final one."""
    for n, row in enumerate(rows.order_by("position")):
        type(row)._default_manager.filter(pk=row.pk).update(position=OUT_OF_THE_WAY + n)

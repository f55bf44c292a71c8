"""Editing a finding of a draft and its denial."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.drafts.editing.item_editor import ItemEditor, Values, assign, codes, numbers
from coi.editions import checks
from coi.library import finding_values
from coi.models import Actor, CuratorQuery, Denial, Edition, EventKind, Finding, Footnote, Place, Trait
from coi.models.base import field_of

_Models = dict[str, type[Actor | EventKind | Place | Trait]]

PLAIN = (
    "paragraph", "sentence", "statement", "kind", "strength", "extent", "actors_together", "period_from", "period_to",
    "no_footnote", "quotation",
)  # fmt: skip
SCOPE: _Models = {"places": Place, "actors": Actor, "other_side": Actor, "events": EventKind, "targets": Trait}
DENIED: _Models = {"places": Place, "places_excepted": Place, "actors": Actor, "events": EventKind, "targets": Trait}
DENIED_PLAIN = ("actors_together", "actors_as_named", "inferred_from", "period_from", "period_to")
DENIES = tuple(f"denies_{name}" for name in (*DENIED, *DENIED_PLAIN))


def denies(values: Values) -> bool:
    """Return whether any field of the denial has a value."""
    return any(values[name] for name in DENIES)


class FindingEditor(ItemEditor):
    """Edits a finding: one citable statement."""

    kind = "findings"
    model = Finding
    related = ("section", "edition__report", "denies")
    is_taken = gettext_lazy("The finding %(code)s already exists. Choose another code.")

    def read(self, row: Finding) -> dict[str, Any]:
        denial = getattr(row, "denies", None)
        return {
            "code": row.code,
            "section": row.section.code,
            **{name: getattr(row, name) for name in PLAIN},
            **{name: codes(getattr(row, name)) for name in SCOPE},
            "footnotes": numbers(row.footnotes),
            **{f"denies_{name}": codes(getattr(denial, name)) if denial else [] for name in DENIED},
            **{
                f"denies_{name}": getattr(denial, name) if denial else field_of(Denial, name).get_default()
                for name in DENIED_PLAIN
            },
        }

    def write(self, draft: Edition, row: Finding | None, values: Values) -> Finding:
        section = draft.sections.get(code=values["section"])
        at = (section.pk, values["paragraph"], values["sentence"])
        moves = row is None or at != (row.section_id, row.paragraph, row.sentence)
        if row is None:
            row = Finding(edition=draft, code=values["code"], position=0)
        row.section = section
        assign(row, values, PLAIN)
        row.save()
        for name, model in SCOPE.items():
            getattr(row, name).set(model.objects.filter(code__in=values[name]))
        row.footnotes.set(Footnote.objects.filter(edition=draft, number__in=values["footnotes"]))
        self._write_denial(row, values)
        if moves:
            put_in_order(draft, moved=row)
        return row

    def _write_denial(self, row: Finding, values: Values) -> None:
        if not denies(values):
            Denial.objects.filter(finding=row).delete()
            return
        denial = Denial.objects.filter(finding=row).first() or Denial(finding=row)
        assign(denial, {name: values[f"denies_{name}"] for name in DENIED_PLAIN}, DENIED_PLAIN)
        denial.save()
        for name, model in DENIED.items():
            getattr(denial, name).set(model.objects.filter(code__in=values[f"denies_{name}"]))

    def problems(self, row: Finding) -> list[str]:
        return checks.check_finding(finding_values.findings_with_everything(Finding.objects.filter(pk=row.pk)).get())

    def blocks(self, row: Finding) -> list[str]:
        """Refuse if a query is about this finding alone: without it, the query would be about the whole edition."""
        said = _("The curator’s query %(code)s is about this finding alone. Remove or change the query first.")
        return [said % {"code": query.code} for query in row.queries.all() if is_alone(query)]

    def remove(self, row: Finding) -> None:
        draft = row.edition
        Denial.objects.filter(finding=row).delete()
        row.delete()
        put_in_order(draft)


def is_alone(query: CuratorQuery) -> bool:
    """Return whether the query is about one item only."""
    return query.findings.count() + query.footnotes.count() + query.figures.count() == 1


def put_in_order(draft: Edition, moved: Finding | None = None) -> None:
    """Number the findings from 1 by section, in their present order. A moved finding goes to its sentence's
    position.
    """
    rows = list(
        Finding.objects.filter(edition=draft).select_related("section").order_by("section__position", "position")
    )
    if moved is not None:
        rows = [row for row in rows if row.pk != moved.pk]
        place = _place(moved)
        at = sum(1 for row in rows if _place(row) <= place)
        rows.insert(at, moved)
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            Finding.objects.filter(pk=row.pk).update(position=position)


def _place(row: Finding) -> tuple[int, int, int]:
    return row.section.position, row.paragraph, row.sentence

"""The parts of an edition, each named once.

Fixture, spreadsheet, checks, immutability, redline, copies and drafts all follow this list.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from coi.models import (
    CoverageRow,
    CuratorQuery,
    Denial,
    Edition,
    Figure,
    FigureRow,
    Finding,
    Footnote,
    Originator,
    Publication,
    Report,
    Section,
    Source,
)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Part:
    """One kind of row that an edition consists of.

    ``word`` and the field ``key`` name a row in problems and in the editor of drafts: ``finding nor-01``. ``within``
    is the relation to the row that it belongs to, if that is not the edition itself. ``found_by`` are the lookups from
    a row to its edition, if they do not follow from ``within``. Rows that are not ``is_content`` are shared with other
    editions, or are the publication.
    """

    model: type[Model]
    word: str
    key: str = ""
    order: tuple[str, ...] = ()
    within: str = ""
    found_by: tuple[str, ...] = ()
    is_content: bool = True

    @property
    def owner(self) -> str:
        """The relation to the row that a row belongs to, or to its edition; empty if it belongs to none."""
        return "" if self.found_by else self.within or "edition"

    @property
    def lookups(self) -> tuple[str, ...]:
        """The lookups by which rows are filtered by their edition."""
        return self.found_by or (f"{self.within}__edition" if self.within else "edition",)

    def named(self, key: Any) -> str:
        """The word with the key of a row."""
        return f"{self.word} {key}" if self.key else self.word


# Each part comes after those that it refers to.
PARTS = (
    Part(Report, "edition", found_by=("editions",), is_content=False),
    Part(Edition, "edition", found_by=("pk",)),
    Part(Section, "section", "code", ("position",)),
    Part(CoverageRow, "coverage", "code", ("code",)),
    Part(
        Originator, "originator", "code", ("code",), found_by=("source__footnote__edition", "figure__edition"),
        is_content=False,
    ),
    Part(Footnote, "footnote", "number", ("number",)),
    Part(Source, "source", "position", ("footnote__number", "position"), within="footnote"),
    Part(Finding, "finding", "code", ("position",)),
    Part(Denial, "denies", "", ("finding__position",), within="finding"),
    Part(Figure, "figure", "number", ("number",)),
    Part(FigureRow, "row", "position", ("figure__number", "position"), within="figure"),
    Part(CuratorQuery, "query", "code", ("code",)),
    Part(Publication, "publication", is_content=False),
)  # fmt: skip
BY_MODEL = {part.model: part for part in PARTS}
CONTENT = {part.model: part for part in PARTS if part.is_content}
# By the labels that fixtures use.
MODELS: dict[str, type[Model]] = {part.model._meta.label_lower: part.model for part in PARTS}


def rows_of(edition: Edition, model: type[M]) -> QuerySet[M]:
    """Return the edition's rows of one part, or those it names, in order, each read with its owner."""
    part = BY_MODEL[model]
    mine = Q()
    for lookup in part.lookups:
        mine |= Q(**{lookup: edition.pk})
    found = model._default_manager.filter(mine).order_by(*part.order)
    if part.owner:
        return found.select_related(part.owner)
    return found.distinct() if len(part.lookups) > 1 else found


def edition_key_of(row: Any) -> int | None:
    """The primary key of the edition to whose content a row belongs; None if that edition is not stored."""
    if isinstance(row, Edition):
        return row.pk
    while within := BY_MODEL[type(row)].within:
        row = getattr(row, within)
    return row.edition_id  # type: ignore[no-any-return]


def where(row: Model) -> tuple[str, str]:
    """The item that a row is or belongs to, and the row's name within it: ``footnote 3`` and ``source 1``."""
    part = BY_MODEL[type(row)]
    name = part.named(getattr(row, part.key, ""))
    return (where(getattr(row, part.within))[0], name) if part.within else (name, "")

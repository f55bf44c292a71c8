"""Citation checks: problems visible in the citation itself, and links that a person marked as dead.

No address is ever fetched: a person finds out whether a link is dead, and marks it.
"""

import re
from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from audit.record import record
from coi.library import lookup
from coi.models import CuratorQuery, DeadLink, Edition, Figure, Source

LIMIT = 24  # months
FEWEST_MONTHS, MOST_MONTHS = 1, 240
# The words in a curator's query that say that a figure or item cannot be looked up again.
NO_QUERY = "no query recorded"
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))


@dataclass(frozen=True)
class CitationChecks:
    """The citation checks of one edition."""

    edition: Edition
    items: tuple[Source, ...]
    dead: tuple[Source, ...]
    without_address: tuple[Source, ...]
    malformed: tuple[tuple[Source, str], ...]
    old: tuple[Source, ...]
    not_retrievable: tuple[Source, ...]
    figures_not_retrievable: tuple[Figure, ...]

    @property
    def count_not_retrievable(self) -> int:
        return len(self.not_retrievable) + len(self.figures_not_retrievable)


def malformed(url: str) -> str:
    """Return why an address is not valid as written; empty if it is valid or missing."""
    if not url:
        return ""
    if _BLANK.search(url):
        return _("contains a blank")
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return _("cannot be read as an address")
    if parts.scheme not in ("http", "https"):
        return _("does not start with http:// or https://")
    if "." not in host:
        return _("names no host")
    for opening, closing in _PAIRS:
        if url.count(opening) != url.count(closing):
            return _("has an unpaired bracket")
    return ""


def months_before(today: date, months: int) -> date:
    """Return the same day that many months ago, or the last day of that month."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def of_editions(editions: Collection[Edition], *, months: int, today: date) -> list[CitationChecks]:
    """Return the checks of each edition, in a fixed number of queries."""
    sources: dict[int, list[Source]] = {edition.pk: [] for edition in editions}
    rows = cited().filter(footnote__edition__in=editions).order_by("footnote__number", "position")
    for row in rows:
        sources[row.footnote.edition_id].append(row)
    queries = CuratorQuery.objects.filter(edition__in=editions, remark__icontains=NO_QUERY)
    footnotes = set(queries.values_list("footnotes", flat=True))
    figures = list(Figure.objects.filter(queries__in=queries).distinct().order_by("number"))
    limit = months_before(today, months)
    return [
        CitationChecks(
            edition=edition,
            items=tuple(items := sources[edition.pk]),
            dead=tuple(item for item in items if hasattr(item, "dead_link")),
            without_address=tuple(item for item in items if not item.url),
            malformed=tuple((item, wrong) for item in items if (wrong := malformed(item.url))),
            old=tuple(item for item in items if item.accessed and item.accessed < limit),
            not_retrievable=tuple(item for item in items if item.footnote_id in footnotes),
            figures_not_retrievable=tuple(figure for figure in figures if figure.edition_id == edition.pk),
        )
        for edition in editions
    ]


def cited() -> Any:
    """The cited items of the current editions."""
    return Source.objects.filter(footnote__edition__in=lookup.current_editions()).select_related(
        "footnote__edition__report", "dead_link__marked_by"
    )


def mark(source: Source, *, note: str, today: date, by: Any) -> bool:
    """Mark the link as dead. Returns False if it was already marked."""
    with transaction.atomic():
        _link, is_new = DeadLink.objects.get_or_create(
            source=source, defaults={"marked_by": by, "marked_on": today, "note": note}
        )
        if is_new:
            _record("coi.link-marked-dead", source, by)
    return is_new


def unmark(source: Source, *, by: Any) -> bool:
    """Remove the mark. Returns False if there is none."""
    with transaction.atomic():
        deleted, _rows = DeadLink.objects.filter(source=source).delete()
        if deleted:
            _record("coi.link-unmarked", source, by)
    return bool(deleted)


def _record(action: str, source: Source, by: Any) -> None:
    record(by=str(by.pk), action=action, object_type="source", object_id=str(source.pk))

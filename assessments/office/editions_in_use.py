"""The number of memos that rely on each edition, for COI admins, who see no cases."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assessments.models import (
    Case,
    MemoVersion,
    Reliance,
)
from assessments.models.codes import State
from coi.models import Edition


@dataclass(frozen=True)
class EditionUse:
    """The number of memos and open cases that rely on an edition. It never says which."""

    edition: Edition
    approved: int
    under_way: int


def use_of_editions() -> list[EditionUse]:
    """Return the use of every published edition, newest information first."""
    editions = list(Edition.objects.filter(publication__isnull=False).select_related("report", "publication"))

    def counts(rows: QuerySet[Any], link: str, **kind: Any) -> dict[str, int]:
        tests = {
            f"e{e.pk}": Exists(
                Reliance.objects.filter(
                    omitted=False, finding__startswith=f"{e.code}/", **{link: OuterRef("pk")}, **kind
                )
            )
            for e in editions
        }
        sums = {f"n_{k}": Count("pk", filter=Q(**{k: True})) for k in tests}
        counted: dict[str, int] = rows.order_by().annotate(**tests).aggregate(**sums)
        return counted

    approved = counts(MemoVersion.objects.filter(state=State.APPROVED), "version")
    unfinished = Case.objects.exclude(state__in=[State.APPROVED, State.RECALLED, State.SUPERSEDED, State.CLOSED])
    under_way = counts(unfinished, "case", version=None)
    return [EditionUse(e, approved.get(f"n_e{e.pk}", 0), under_way.get(f"n_e{e.pk}", 0)) for e in editions]

"""Approved memos that have not been compared yet with an edition that was published since.

The memos that rely on what an edition changed are recalled after its publication. Until a memo has been compared,
nobody can say whether it stays approved. Every page and file that depends on this asks here.
"""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from assessments.models import Case, ComparedMemo, MemoVersion, RecallCheck, Reliance
from assessments.models.memo import DECIDED


def open_checks() -> QuerySet[RecallCheck]:
    """Return the checks that are not done, oldest first. One that was interrupted is not done."""
    return RecallCheck.objects.exclude(state=RecallCheck.State.DONE).select_related("edition").order_by("pk")


def not_compared(versions: QuerySet[MemoVersion], checks: list[RecallCheck] | None = None) -> QuerySet[MemoVersion]:
    """Return those versions that a check has still to compare: of these checks or, by default, of all open ones."""
    waits = [_of(check) for check in (open_checks() if checks is None else checks) if check.changes]
    if not waits:
        return versions.none()
    return versions.filter(reduce(or_, waits), state__in=DECIDED, case__state__in=DECIDED)


def _of(check: RecallCheck) -> Q:
    relying = Reliance.objects.filter(finding__in=check.gone, omitted=False, version__isnull=False)
    compared = ComparedMemo.objects.filter(check_of=check)
    return Q(pk__in=relying.values("version")) & ~Q(pk__in=compared.values("version"))


def is_pending(version: MemoVersion) -> bool:
    """Return whether the memo must still be compared with an edition. One query if no check is open."""
    return version.state in DECIDED and not_compared(MemoVersion.objects.filter(pk=version.pk)).exists()


def is_pending_in(case: Case) -> bool:
    """Return whether a memo of the case must still be compared with an edition. No query while the case is edited."""
    return case.state in DECIDED and not_compared(MemoVersion.objects.filter(case=case)).exists()


def pending_cases() -> QuerySet[MemoVersion]:
    """Return the ids of the cases with such a memo, for use in a query on cases."""
    return not_compared(MemoVersion.objects.all()).order_by().values("case")  # type: ignore[return-value]

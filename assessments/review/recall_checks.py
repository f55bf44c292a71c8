"""The job that compares approved memos with a published edition and recalls those that rely on what it changed.

The publication stores the job in its own transaction, so no recall is lost. Then a worker goes on with it, or requests
and commands if no worker is alive. A step compares a few memos, each in a transaction of its own that also notes the
memo as compared. So a job that was interrupted goes on where it stopped, and recalls no memo twice. Once all are
compared, new findings are listed for the memos to which they are relevant (``new_matches``).
"""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from assessments import actions
from assessments.actions import steps
from assessments.memo import pending_recalls
from assessments.models import ComparedMemo, MemoVersion, RecallCheck
from assessments.review import new_matches
from coi.editions.edition_listeners import Comparing, Published
from coi.models import Edition
from jobs import queue
from jobs.kinds import Kind, place_of_error

A_STEP = 10  # memos
LEASE = timedelta(minutes=1)  # from one memo to the next, before another process may go on
State = RecallCheck.State
logger = logging.getLogger(__name__)


def store(published: Published) -> int:
    """Store the job, in the transaction of the publication. The library calls this as an edition listener."""
    if not published.changes and not published.added:
        return 0
    RecallCheck.objects.create(
        edition=Edition.objects.only("pk").get(code=published.edition),
        changes=[[reason, list(keys)] for reason, keys in published.changes],
        added=list(published.added),
    )
    return 1


def go_on(*, to_the_end: bool = False) -> None:
    """Do one step, or all steps, if no worker is alive. Call it outside a transaction.

    The library calls this as an edition listener after a publication, and pages call it while a check is open. What the
    caller has done or shows does not depend on it, so a database that does not answer is only logged.
    """
    try:
        KIND.tend(to_the_end=to_the_end)
    except (OperationalError, InterfaceError) as error:
        logger.warning("The comparison of memos was not continued: %s", type(error).__name__)


def _step(check: RecallCheck) -> None:
    """Compare a few memos and, once all are compared, list the new findings for a few."""
    failed = set(check.problem.get("memos", ()))
    some = list(
        _left(check).exclude(pk__in=failed).select_related("case").defer("content", "pdf").order_by("pk")[:A_STEP]
    )
    for version in some:
        try:
            _compare(check, version)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # the other memos are compared all the same
            logger.error("The memo %s could not be compared: %s", version.pk, place_of_error())
            failed.add(version.pk)
        queue.renew(check, LEASE, problem={"memos": sorted(failed)} if failed else {})
    has_more = len(some) == A_STEP
    last = None if has_more else new_matches.list_some(check.added, after=check.listed_to)
    if has_more or last is not None:
        queue.put_back(check, **({} if last is None else {"listed_to": last}))
    elif failed:
        queue.end(check, State.FAILED)
    else:
        queue.end(check, State.DONE)


def _left(check: RecallCheck) -> QuerySet[MemoVersion]:
    return pending_recalls.not_compared(MemoVersion.objects.all(), [check])


def _compare(check: RecallCheck, version: MemoVersion) -> None:
    """Recall the memo for each change that it relies on, and note that it was compared."""
    with transaction.atomic():
        steps.locked(version.case)
        if not _left(check).filter(pk=version.pk).exists():  # compared by another process, or no longer approved
            return
        for reason, keys in check.changes:
            relied = version.reliances.filter(finding__in=keys, omitted=False).order_by("finding")
            for finding in dict.fromkeys(relied.values_list("finding", flat=True)):
                actions.recall(version, finding, reason)
        ComparedMemo.objects.create(check_of=check, version=version)


def progress(edition: str) -> Comparing | None:
    """Return how far the check of an edition is, after a step of it if no worker is alive. None if it is done.

    The library calls this as an edition listener.
    """
    if not _open(edition):
        return None
    go_on()
    found = _open(edition)
    return _progress(found[0]) if found else None


def all_progress() -> dict[str, Comparing]:
    """Return how far each open check is, by the code of its edition."""
    return {check.edition.code: _progress(check) for check in pending_recalls.open_checks()}


def _open(edition: str) -> list[RecallCheck]:
    return list(pending_recalls.open_checks().filter(edition__code=edition)[:1])


def _progress(check: RecallCheck) -> Comparing:
    done = check.compared.count()
    return Comparing(done, done + _left(check).count(), is_interrupted=check.state == State.FAILED)


KIND = Kind(RecallCheck, _step, lease=lambda: LEASE)

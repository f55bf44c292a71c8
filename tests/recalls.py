"""Publications that change findings, and the comparison of memos with them."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import MemoVersion, RecallCheck
from assessments.review import recall_checks
from coi.drafts import draft_review, publishing, starting
from coi.editions.edition_listeners import Published
from coi.models import Edition, Finding
from jobs import queue
from jobs.worker import Runner
from tests.factories import fresh
from tests.markup import running_text
from tests.sign_in import signed_in

KEY = "made-up-2022/a-01"  # the finding of factories.second_report
WARNING = "The memo may be recalled."
State = RecallCheck.State


def stored(keys: Collection[str], reason: str = "Corrected.", *, added: Collection[str] = ()) -> RecallCheck:
    """Store the check of the memos that rely on these findings."""
    edition = Edition.objects.order_by("pk")[0].code
    assert recall_checks.store(Published(edition, ((reason, tuple(keys)),), tuple(keys), tuple(added)))
    return RecallCheck.objects.latest("pk")


def findings_changed(keys: Collection[str], reason: str = "Corrected.") -> int:
    """Compare every approved memo with what changed. Return how many were compared."""
    check = stored(keys, reason)
    recall_checks.go_on(to_the_end=True)
    check.refresh_from_db()
    assert check.state == RecallCheck.State.DONE
    return check.compared.count()


def a_worker_begins() -> None:
    queue.sign("somewhere")


def the_worker_works() -> int:
    return Runner(look=0).run(until_empty=True)


def draft_of(source: Edition, keeper: User, code: str = "made-up-2023") -> Edition:
    """Return a draft in which the finding of the source says something else."""
    draft = starting.copy(source, code=code, label=f"Made up, {code}", by=keeper)
    Finding.objects.filter(edition=draft).update(statement=f"Ogossagou was not attacked in March 2019: {code}.")
    return draft


def publish(draft: Edition, by: User) -> None:
    publishing.publish(draft, by=by, digest=draft_review.review(draft).digest)


def states(versions: Iterable[MemoVersion]) -> list[str]:
    return [fresh(version.case).state for version in versions]


def lapse() -> None:
    """The lease of the process that was killed runs out."""
    held = RecallCheck.objects.filter(state=State.RUNNING)
    assert held.update(lease_until=timezone.now() - timedelta(seconds=1)) == 1


def page(user: User, name: str, *args: Any, view: str = "") -> str:
    return running_text(signed_in(user).get(reverse(name, args=args) + view).content.decode())

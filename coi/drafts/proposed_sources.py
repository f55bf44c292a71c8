"""The inbox of sources that officers proposed. Each is taken up or declined once, with an answer."""

from typing import Any

from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When

from audit.record import record
from coi.models import ProposedSource

ACTIONS = {
    ProposedSource.Status.TAKEN_UP: "coi.proposal-taken-up",
    ProposedSource.Status.DECLINED: "coi.proposal-declined",
}


class AlreadyAnsweredError(Exception):
    """Someone has already answered the proposal."""

    def __init__(self, proposal: ProposedSource) -> None:
        self.proposal = proposal
        super().__init__(proposal.pk)


def proposals() -> QuerySet[ProposedSource]:
    """All proposals: those that wait first, the oldest of them first."""
    waits = Case(
        When(status=ProposedSource.Status.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return ProposedSource.objects.select_related("proposed_by").annotate(done=waits).order_by("done", "proposed_at")


def answer(pk: int, *, status: str, words: str, by: Any) -> ProposedSource:
    """Take a proposal up or decline it. Raises DoesNotExist and AlreadyAnsweredError."""
    with transaction.atomic():
        proposal = ProposedSource.objects.select_for_update().get(pk=pk)
        if proposal.status != ProposedSource.Status.WAITING:
            raise AlreadyAnsweredError(proposal)
        proposal.status, proposal.answer = status, words
        proposal.save(update_fields=["status", "answer"])
        record(
            by=str(by.pk),
            action=ACTIONS[ProposedSource.Status(status)],
            object_type="proposed-source",
            object_id=str(proposal.pk),
        )
    return proposal

"""Originators, which are deleted once no edition cites them."""

from coi.models import Originator


def forget_uncited() -> None:
    """Delete the originators that no source and no figure of any edition cites any more.

    A misspelt one would otherwise remain accepted and count as an independent originator. Call it in the transaction
    of the change.
    """
    uncited = Originator.objects.filter(source=None, figure=None)
    # locked first, then checked again: another draft may be about to cite one
    held = Originator.objects.select_for_update().filter(pk__in=uncited.values("pk"))
    uncited.filter(pk__in=list(held.values_list("pk", flat=True))).delete()

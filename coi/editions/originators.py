"""Who first produced what is cited, as long as something cites them."""

from coi.models import Originator


def forget_uncited() -> None:
    """Delete the originators that no source and no figure of any edition cites any more.

    A misspelt one that stayed would be accepted as known ever after, and count as an origin of its own.
    To be called in the transaction of what was written.
    """
    uncited = Originator.objects.filter(source=None, figure=None)
    # locked first and looked at again: another draft may be about to cite one
    held = Originator.objects.select_for_update().filter(pk__in=uncited.values("pk"))
    uncited.filter(pk__in=list(held.values_list("pk", flat=True))).delete()

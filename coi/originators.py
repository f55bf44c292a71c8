"""Who first produced what is cited, as long as something cites them."""

from coi.models import Originator


def forget_uncited() -> None:
    """Delete the originators that no source and no figure of any edition cites any more.

    A misspelt one that stayed would be accepted as known ever after, and count as an origin of its own.
    To be called in the transaction of what was written.
    """
    Originator.objects.filter(source=None, figure=None).delete()

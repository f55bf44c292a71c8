"""Entries that may be relied on without a verification of the whole record."""

from collections.abc import Iterable, Iterator

from audit import keys
from audit.models import Entry


def genuine(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Leave out the entries that were changed, or added without the key.

    An entry of a key that is lost is kept: only ``verify_audit`` can tell whether the next key attests it.
    """
    return (entry for entry in entries if keys.key_of(entry) is not None or _is_of_a_lost_key(entry))


def _is_of_a_lost_key(entry: Entry) -> bool:
    changes = Entry.objects.filter(action=keys.CHANGED).order_by("pk")
    if not changes.filter(pk__gt=entry.pk).exists():
        return False
    begins = changes.filter(pk__lte=entry.pk).last() or Entry.objects.order_by("pk").first()
    return begins is not None and keys.key_of(begins) is None

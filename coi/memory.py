"""A process's memory of the library between requests, within a limit. It never has anything about a case."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any, TypeVar

from django.conf import settings

from coi.models import EDITIONS, LIBRARY, stamps

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Memory:
    """Values by key. If there are more than the setting allows, the least recently used are dropped.

    Their weight is counted in findings. A key must include the stamps of everything that the value was made from.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], weigh: Callable[[T], int] = lambda _value: 1) -> T:
        """Return the value of this key, creating it if it is not in memory."""
        with self._lock:
            if key in self._held:
                held: T = self._used(key)
                return held
        value = make()
        return self._keep(key, value, weigh(value))

    def _used(self, key: Hashable) -> Any:
        """Return a value that is held. The caller has the lock."""
        self._held.move_to_end(key)
        return self._held[key][0]

    def _keep(self, key: Hashable, value: T, weight: int) -> T:
        with self._lock:
            if key not in self._held and weight <= settings.COI_FINDINGS_IN_MEMORY:
                self._held[key] = (value, weight)
                self._weight += weight
            while self._weight > settings.COI_FINDINGS_IN_MEMORY:
                _key, (_value, freed) = self._held.popitem(last=False)
                self._weight -= freed
        return value

    def get_all(self, keys: Collection[K], make: Callable[[list[K]], Mapping[K, T]]) -> dict[K, T]:
        """Return the value of each of these keys, creating those that are not in memory at once; each weighs 1."""
        with self._lock:
            found: dict[K, T] = {key: self._used(key) for key in keys if key in self._held}
        if missing := [key for key in keys if key not in found]:
            found |= {key: self._keep(key, value, 1) for key, value in make(missing).items()}
        return found

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._weight = 0


memory = Memory()


def kept_with_editions(name: Hashable, make: Callable[[], T]) -> T:
    """Return a value that depends only on the list of editions and what they share, created once until that changes."""
    known = stamps()
    key = (known.get(LIBRARY), known.get(EDITIONS))
    return memory.get((name, *key), make) if all(key) else make()


def all_kept_with_library(name: str, which: Collection[K], make: Callable[[list[K]], Mapping[K, T]]) -> dict[K, T]:
    """Return a value for each key, created once until anything that all editions share changes."""
    stamp = stamps().get(LIBRARY)
    if not stamp:
        return dict(make(list(which)))
    held = memory.get_all(
        [(name, stamp, each) for each in which],
        lambda missing: {(name, stamp, each): value for each, value in make([key[2] for key in missing]).items()},
    )
    return {key[2]: value for key, value in held.items()}


def kept_with_library(
    name: Hashable, make: Callable[[], T], weigh: Callable[[T], int] = lambda _value: 1, *, stamp: str | None = None
) -> T:
    """Return a value that depends only on what all editions share, created once until that changes.

    ``stamp`` is the stamp of the shared rows if the caller has read it already.
    """
    stamp = stamp or stamps().get(LIBRARY)
    return memory.get((name, stamp), make, weigh) if stamp else make()

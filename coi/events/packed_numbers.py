"""Packs the content of each row of an event file into one number, so that rows can be added up as arrays."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int64]]
# A row's content as one number: region, kind, group, whether against civilians, day or month.
_SPANS = (2**8, 2**8, 2, 2**22)  # room for each but the first
_1970 = date(1970, 1, 1).toordinal()


def packed(region: Numbers, kind: Numbers, group: Numbers, civilians: Numbers, when: Numbers) -> Numbers:
    """Return the content of each row as one number."""
    found = region
    for part, span in zip((kind, group, civilians, when), _SPANS, strict=True):
        found = found * span + part
    return found


def unpacked(about: Numbers) -> list[Numbers]:
    """Return the parts of ``packed``, in its order."""
    parts = []
    for span in reversed(_SPANS):
        about, part = np.divmod(about, span)
        parts.append(part)
    return [about, *reversed(parts)]


def event_part(about: Numbers) -> Numbers:
    """Return the parts that do not depend on the side of the row: region, kind and day."""
    region, kind, _group, _civilians, day = unpacked(about)
    nothing = np.zeros_like(region)
    return packed(region, kind, nothing, nothing, day)


def in_calendar(days: Numbers, unit: str) -> Numbers:
    """Return the year ("Y") or month ("M") of each day, counted from that of 1 January 1970."""
    since = (days - _1970).astype("datetime64[D]")
    return since.astype(f"datetime64[{unit}]").astype(np.int64)


def unpacked_rows(about: Numbers, events: Numbers, deaths: Numbers) -> Iterator[tuple[tuple[int, ...], int, int]]:
    parts = zip(*(part.tolist() for part in unpacked(about)), strict=True)
    return zip(parts, events.tolist(), deaths.tolist(), strict=True)

"""The version of an item, sent with its form. It shows whether a save is stale and which fields changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_LETTERS = 8  # of each field's digest: enough to tell versions apart, but no proof


def version(values: Mapping[str, Any] | None) -> str:
    """Return one digest for each field, in the order of their names; empty if the item is not stored yet."""
    if values is None:
        return ""
    return ".".join(_digest(values[name]) for name in sorted(values))


def changed(since: str, values: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields changed since that version; all fields if the version is of another item."""
    names = sorted(values)
    before = since.split(".")
    if len(before) != len(names):
        return list(values)
    differing = {name for name, was in zip(names, before, strict=True) if was != _digest(values[name])}
    return [name for name in values if name in differing]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LETTERS]

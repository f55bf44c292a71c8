"""Frozen values as plain JSON and back, by the types of their fields. Reading one can build nothing else."""

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

Read = Callable[[Any], Any]


def plain(value: Any) -> Any:
    """Return the value as JSON has it: a dataclass as the list of its fields, a set in order, a date as text."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return [plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, frozenset):
        return sorted(plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


@cache
def reader(kind: Any) -> Read:
    """Return the function that reads a value of this type from its plain form. It raises ValueError or TypeError."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        (one,) = (each for each in inside if each is not type(None))
        read = reader(one)
        return lambda found: None if found is None else read(found)
    if origin in (tuple, frozenset):
        each = reader(inside[0])
        if origin is tuple and inside[1:] != (...,):
            parts = tuple(reader(part) for part in inside)
            return lambda found: tuple(read(part) for read, part in zip(parts, found, strict=True))
        return lambda found: origin(each(part) for part in found)
    if is_dataclass(kind):
        return _of_fields(kind)
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind in (str, int, bool):
        return _checked(kind)
    raise TypeError(f"{kind} has no plain form")


def _of_fields(kind: Any) -> Read:
    hints = typing.get_type_hints(kind)
    reads = [reader(hints[field.name]) for field in fields(kind)]
    return lambda found: kind(*[read(part) for read, part in zip(reads, found, strict=True)])


def _checked(kind: type) -> Read:
    def read(found: Any) -> Any:
        if type(found) is not kind:
            raise TypeError(f"{kind.__name__} expected")
        return found

    return read


def shape(kind: Any) -> str:
    """Return the type in words. If it changes, values written before are not read."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is not None:
        return f"{origin.__name__}[{', '.join(shape(each) for each in inside if each is not ...)}]"
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        named = ", ".join(f"{field.name}: {shape(hints[field.name])}" for field in fields(kind))
        return f"{getattr(kind, '__name__', kind)}({named})"
    return str(getattr(kind, "__name__", kind))

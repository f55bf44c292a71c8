"""What the properties of a feature state about its area: its P-code, names, the area around it and its country. Pure.

Field names vary between years and countries: ``ADM1_EN``, ``adm1_name``, ``admin1Name_fr``, ``ADM1ALT1EN``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_FIELD = re.compile(r"adm(?:in)?_?([0-9])_?(.+)", re.IGNORECASE)
_NAME = re.compile(
    r"name[0-9]?(?:[a-z]{2})?|ref(?:n|name)?(?:[a-z]{2})?|alt[0-9]?(?:n|name)?[0-9]?(?:[a-z]{2})?|[a-z]{2}"
)
_NO_LANGUAGES = ("cd", "id", "no", "pc")  # codes and numbers
_FIRST = ("name", "en", "nameen", "fr", "namefr", "es", "namees", "pt", "namept")  # the name that a place takes


@dataclass(frozen=True)
class Stated:
    """``names`` has the preferred name first. ``within`` is the P-code of the region; empty for a region."""

    names: tuple[str, ...] = ()
    within: str = ""
    country_code: str = ""
    country_names: tuple[str, ...] = ()


def stated(properties: Mapping[str, Any], level: int) -> Stated:
    """Return what the properties of a feature of this level state."""
    return Stated(
        names=_names(properties, level),
        within=_text(properties, 1, "pcode").upper() if level > 1 else "",
        country_code=_text(properties, 0, "pcode").upper(),
        country_names=_names(properties, 0),
    )


def _fields(properties: Mapping[str, Any], level: int) -> Iterator[tuple[str, str]]:
    """Yield what follows the level in the name of each field, in small letters, with its text."""
    for name, value in properties.items():
        match = _FIELD.fullmatch(name)
        if match and int(match[1]) == level and isinstance(value, str) and value.strip():
            yield match[2].lower().replace("_", ""), value.strip()


def _text(properties: Mapping[str, Any], level: int, field: str) -> str:
    return next((value for name, value in _fields(properties, level) if name == field), "")


def _names(properties: Mapping[str, Any], level: int) -> tuple[str, ...]:
    found = [
        (_FIRST.index(name) if name in _FIRST else len(_FIRST), value)
        for name, value in _fields(properties, level)
        if _NAME.fullmatch(name) and name not in _NO_LANGUAGES and any(map(str.isalpha, value))
    ]
    return tuple(dict.fromkeys(value for _rank, value in sorted(found, key=lambda one: one[0])))

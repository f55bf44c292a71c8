"""The values that a single field accepts. The rules follow from the model fields."""

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from coi.models import (
    Place,
    Report,
    Source,
)
from coi.models.base import MomentField
from coi.text import characters
from matching.periods import FIRST_YEAR, LAST_YEAR, InvalidDate, Moment

LONGEST_WORDS = 2_000  # characters of a short answer or note
# A statement is one sentence of a report in our own words, and a memo prints it in full: 2,000 characters fill a
# page. A note, basis or remark may fill two.
LONGEST_STATEMENT = LONGEST_WORDS
LONGEST_NOTE = 2 * LONGEST_WORDS
LARGEST = {"PositiveSmallIntegerField": 32_767, "SmallIntegerField": 32_767}
LARGEST_NUMBER = 2_147_483_647
MOST_SHOWN = 40  # characters of a value that a message quotes

_CODE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?", re.ASCII)


def problem_with(field: Any, value: Any, *, today: date | None = None) -> str:
    """Return a sentence on why the field refuses the value and what it accepts; empty if it accepts the value.

    ``field`` is a model field that is not a relation. Days are ISO texts.
    """
    if value is None:
        return "" if field.null or (isinstance(field, MomentField) and field.blank) else _("It must be filled in.")
    checked = next((check for kind, check in _CHECKS if isinstance(field, kind)), None)
    if checked is None:
        return _("A file cannot fill in the field %(name)s.") % {"name": field.name}
    if problem := checked(field, value):
        return problem
    if value in ("", []) and field.blank:
        return ""
    if problem := _too_late(field, value, today or timezone.localdate()):
        return problem
    try:
        field.run_validators(field.to_python(value))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def refused(value: Any, accepted: str) -> str:
    shown = value if isinstance(value, str) else _as_yaml(value)
    shown = "".join(c if c.isprintable() else "?" for c in shown)
    shown = shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"
    return _("“%(value)s” is not accepted. %(accepted)s") % {"value": shown, "accepted": accepted}


def _as_yaml(value: Any) -> str:
    """Return a value as its writer would recognise it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(field: Any, value: Any) -> str:
    if not isinstance(value, str):
        return refused(value, _("Write text; put it in quotation marks."))
    if not value.strip():
        return "" if field.blank else _("It must be filled in. It has no visible text.")
    if field.choices:
        codes = [str(code) for code, _word in field.flatchoices]
        return "" if value in codes else refused(value, _("Write one of: %(codes)s.") % {"codes": ", ".join(codes)})
    longest = field.max_length or (LONGEST_STATEMENT if field.name == "statement" else LONGEST_NOTE)
    return characters.problem_with(characters.cleaned(value), longest) or _of_its_own(field, value)


def _of_its_own(field: Any, value: str) -> str:
    """Return the special form that the text of a field must have."""
    if field.name == "country":
        if not _COUNTRY.fullmatch(value):
            return refused(value, _("Write the two capital letters of a country, such as ML."))
        if field.model is Report and not Place.objects.filter(kind=Place.Kind.COUNTRY, code=value).exists():
            return refused(value, _("Write the code of a country in the library, such as ML."))
    if field.model is Report and field.name == "language" and not LANGUAGE.fullmatch(value):
        return refused(value, _("Write the code of a language: en, fr, pt-BR."))
    return ""


def _code(field: Any, value: Any) -> str:
    if isinstance(value, str) and value and not _CODE.fullmatch(value):
        return refused(value, _("A code may have only letters from a to z, digits, hyphens and underscores."))
    return _text(field, value)


def _address(field: Any, value: Any) -> str:
    if problem := _text(field, value):
        return problem
    try:
        if value:
            URLValidator(["http", "https"])(value)
    except ValidationError:
        return refused(value, _("Write the full web address without blanks, such as https://example.org/report."))
    return ""


def _whole(field: Any, value: Any) -> str:
    kind = field.get_internal_type()
    # a small number without a default counts something: footnotes, sentences, positions
    least = 1 if kind == "PositiveSmallIntegerField" and not field.has_default() else 0
    most = LARGEST.get(kind, LARGEST_NUMBER)
    if type(value) is not int or not least <= value <= most:
        said = _("Write a whole number from %(least)s to %(most)s, using only the digits 0 to 9.")
        return refused(value, said % {"least": f"{least:,}", "most": f"{most:,}"})
    return ""


def _yes_no(field: Any, value: Any) -> str:
    return "" if isinstance(value, bool) else refused(value, _("Write true or false."))


def _decimal(field: Any, value: Any) -> str:
    if type(value) in (int, float) and math.isfinite(value):
        return ""
    return refused(value, _("Write a number such as 14.07."))


def _day(field: Any, value: Any) -> str:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value) and FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            date.fromisoformat(value)
            return ""
    except ValueError:
        pass
    said = _("It is not a day. Write year, month and day, from %(first)d to %(last)d: 2019-03-23.")
    return refused(value, said % {"first": FIRST_YEAR, "last": LAST_YEAR})


def _moment(field: Any, value: Any) -> str:
    if value == "":
        return "" if field.blank else _("It must be filled in. Write a year, a month or a day.")
    try:
        # YAML reads a bare year as a number with the same digits
        if isinstance(value, str) or type(value) is int:
            Moment.parse(str(value))
            return ""
    except InvalidDate:
        pass
    said = _("It is not a date. Write a year, a month or a day: 2019, 2019-03 or 2019-03-23.")
    return refused(value, said)


def _list_of_texts(field: Any, value: Any) -> str:
    if not isinstance(value, list):
        return refused(value, _("Write a list of texts, each in quotation marks."))
    for each in value:
        if not isinstance(each, str) or not each.strip():
            return refused(each, _("Write text; put it in quotation marks."))
        if problem := characters.problem_with(characters.cleaned(each)):
            return problem
    return ""


# The first kind that fits decides, because a code and an address are texts too.
_CHECKS: tuple[tuple[type[Any], Callable[[Any, Any], str]], ...] = (
    (MomentField, _moment),
    (models.SlugField, _code),
    (models.URLField, _address),
    (models.CharField, _text),
    (models.TextField, _text),
    (models.BooleanField, _yes_no),
    (models.IntegerField, _whole),
    (models.FloatField, _decimal),
    (models.DateField, _day),
    (models.JSONField, _list_of_texts),
)


def _too_late(field: Any, value: Any, today: date) -> str:
    """Refuse days in the future: each day of an edition is one on which something was printed, accessed or
    published.
    """
    is_done = isinstance(field, models.DateField) or (field.model is Source and field.name == "published")
    if not is_done or Moment.parse(str(value)).first <= today:
        return ""
    said = _("“%(value)s” is in the future. Write a day up to today, %(today)s.")
    return said % {"value": value, "today": today.isoformat()}

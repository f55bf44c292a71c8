"""Form fields for editing a draft. Each keeps the typed text, and its message says what is accepted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.choices import flatten_choices
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi import gazetteer as places
from coi.editions import field_values
from coi.models import Place
from coi.pages.forms.field_choices import Option
from coi.text import characters

MOST_PLACES = 40  # in one list
SPARE = 2  # blank lines below the places
MORE = 6  # the same if the user asked for more
_COUNT = re.compile(r"0|[1-9][0-9]{0,6}", re.ASCII)  # a leading zero means something else in a file
A_DAY = len("2019-03-23")
_CODE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_NOT_ONE = gettext_lazy("Your choice is not in the list. Choose one of these.")
_ONE = gettext_lazy("Write a place: a name, or name, region.")


class Words(forms.CharField):
    """Text that may be printed in a memo. Characters that cannot be shown or printed are refused."""

    default_validators = []

    def __init__(
        self,
        *,
        rows: int = 0,
        classes: str = "",
        longest: int = field_values.LONGEST_WORDS,
        is_line: bool = False,
        **kwargs: Any,
    ):
        self.longest = longest
        self.is_line = is_line
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows, "cols": False, "class": classes})
        super().__init__(strip=False, **kwargs)
        self.validators = []

    def clean(self, value: Any) -> str:
        typed = characters.cleaned(str(value or ""))
        if self.is_line:
            typed = " ".join(typed.split())
        if characters.is_blank(typed):
            typed = ""
        if problem := characters.problem_with(typed, self.longest):
            raise ValidationError(problem)
        if self.required and not typed:
            raise ValidationError(self.error_messages["required"])
        return typed


def line(longest: int, **kwargs: Any) -> Words:
    """Return a field for a single line of text."""
    return Words(longest=longest, is_line=True, **kwargs)


class Code(Words):
    """A code as used in addresses. It never changes, because editions are compared by it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}))
        super().__init__(longest=50, is_line=True, **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if typed and not _CODE.fullmatch(typed):
            raise ValidationError(_("A code may have only letters from a to z, digits, hyphens and underscores."))
        return typed


class Count(forms.CharField):
    """A whole number written with the digits 0 to 9."""

    def __init__(self, *, least: int = 1, most: int = 32_767, **kwargs: Any) -> None:
        self.least, self.most = least, most
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "class": "w-short"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        typed = str(value or "").strip()
        if not typed:
            if self.required:
                raise ValidationError(self.error_messages["required"])
            return None
        if not _COUNT.fullmatch(typed) or not self.least <= int(typed) <= self.most:
            raise ValidationError(
                _("Write a whole number from %(least)d to %(most)d.") % {"least": self.least, "most": self.most}
            )
        return int(typed)


class OneOf(forms.ChoiceField):
    """One of some codes."""

    default_error_messages = {"invalid_choice": _NOT_ONE}

    def label_of(self, code: str) -> str:
        """Return the label of a code, or the code itself if it is not an option."""
        choices: Any = self.choices
        return str(dict(flatten_choices(choices)).get(code, code))


class Ticked(forms.MultipleChoiceField):
    """Any of some codes: check boxes in groups, with a field that filters them if scripts run."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {"invalid_choice": _NOT_ONE}

    def __init__(self, *, none: Any, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.none = none  # the words shown if none is selected
        self.options: Sequence[Option] = ()
        self.offered: Sequence[str] = ()  # codes shown before the fold

    def offer(self, options: Iterable[Option]) -> None:
        self.options = tuple(options)
        self.choices = [(option.code, option.label) for option in self.options]

    def clean(self, value: Any) -> list[str]:
        ticked = set(super().clean(value))
        return [option.code for option in self.options if option.code in ticked]

    def get_bound_field(self, form: Any, field_name: str) -> "TickedBound":
        return TickedBound(form, self, field_name)


@dataclass(frozen=True)
class TickedLine:
    """A check box."""

    id: str
    option: Option
    is_ticked: bool


class TickedBound(forms.BoundField):
    """The field for the template: options in groups, each with its search words."""

    field: Ticked

    @cached_property
    def _lines(self) -> list[TickedLine]:
        ticked = {str(code) for code in self.value() or ()}
        options = enumerate(self.field.options)
        return [TickedLine(f"{self.auto_id}_{n}", option, option.code in ticked) for n, option in options]

    @cached_property
    def groups(self) -> list[tuple[str, list[TickedLine]]]:
        found: dict[str, list[TickedLine]] = {}
        for line in self._lines:
            if line.option.code not in self.field.offered:
                found.setdefault(str(line.option.group), []).append(line)
        return list(found.items())

    @property
    def offered(self) -> list[TickedLine]:
        by_code = {line.option.code: line for line in self._lines}
        return [by_code[code] for code in self.field.offered]

    @property
    def none_words(self) -> Any:
        """The words shown if nothing in the fold is selected: something offered before it may be."""
        return _("all others") if self.field.offered else self.field.none

    @property
    def ticked(self) -> list[str]:
        return [str(line.option.label) for _group, lines in self.groups for line in lines if line.is_ticked]

    @property
    def first_id(self) -> str:
        return f"{self.auto_id}_0"


class PlacesInput(forms.TextInput):
    """Several lines, each for a place with suggestions. A chosen candidate replaces the typed text of its line."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        found = []
        lines = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        for n, typed in enumerate(lines):
            choice, asked = data.get(f"{name}-choice-{n}"), data.get(f"{name}-asked-{n}")
            # not if the text has changed since the question
            found.append(choice if choice and asked == typed else typed)
        return [typed for typed in found if typed.strip()]


@dataclass(frozen=True)
class PlaceLine:
    """A line of the field; ``candidates`` are the places that its text may mean."""

    n: int
    id: str
    typed: str
    candidates: tuple[places.Candidate, ...] = ()
    is_wrong: bool = False


class Places(forms.Field):
    """Places by their names, each resolved and never guessed. The value is their codes, in the order of typing."""

    widget = PlacesInput

    def __init__(self, *, most: int = MOST_PLACES, depends: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.depends = depends  # whether it may be blank depends on another field, so it is not marked as optional
        self.country = ""
        self.spare = SPARE if most > 1 else 0
        self.offered: Sequence[str] = ()  # codes
        self.asked: dict[int, tuple[places.Candidate, ...]] = {}
        self.wrong: set[int] = set()

    def __deepcopy__(self, memo: Any) -> "Places":
        # Django's copy of a field is shallow, and one user's candidates must not reach another
        made: Places = super().__deepcopy__(memo)
        made.asked, made.wrong = {}, set()
        return made

    def clean(self, value: Any) -> list[str]:
        typed = value or []
        if self.required and not typed:
            raise ValidationError(_("Write at least one place: a name, or name, region.") if self.most > 1 else _ONE)
        if len(typed) > self.most:
            raise ValidationError(_("At most %(most)d places are accepted.") % {"most": self.most})
        codes, problems = [], []
        self.asked, self.wrong = {}, set()
        for n, text in enumerate(typed):
            try:
                codes.append(self._resolved(text))
            except places.PlaceError as error:
                self.asked[n] = error.candidates
                self.wrong.add(n)
                problems.append(_said(text, error))
        if problems:
            raise ValidationError(problems)
        return list(dict.fromkeys(codes))

    def _resolved(self, text: str) -> str:
        return places.resolve(text, country=self.country, held=True, asks=places.Asks.ALONE).place.code

    def names_of(self, codes: Iterable[str]) -> list[str]:
        """Return what to type for the places, in their order."""
        held = {place.code: place for place in Place.objects.filter(code__in=codes)}
        found = places.candidates_of(held.values(), country=self.country)
        labels = {candidate.code: candidate.label for candidate in found}
        return [labels[code] for code in codes if code in labels]

    def get_bound_field(self, form: Any, field_name: str) -> "PlacesBound":
        return PlacesBound(form, self, field_name)


def _said(text: str, error: places.PlaceError) -> str:
    if isinstance(error, places.AmbiguousPlace) and error.candidates:
        return _(
            "“%(typed)s” may mean %(n)d places. Choose one of those offered, or write it with cercle and region."
        ) % {"typed": text[:80], "n": len(error.candidates)}
    return error.message


class PlacesBound(forms.BoundField):
    """The field for the template, line by line."""

    field: Places

    @property
    def lines(self) -> list[PlaceLine]:
        typed = list(self.value() or [])
        blank = max(self.field.spare, 0 if typed else 1) if len(typed) < self.field.most else 0
        return [
            PlaceLine(n, f"{self.auto_id}_{n}", text, self.field.asked.get(n, ()), n in self.field.wrong)
            for n, text in enumerate([*typed, *[""] * blank])
        ]

    @property
    def offered(self) -> list[tuple[str, str]]:
        """The offered places that are in no line yet, each with its id. One that is selected becomes a line."""
        typed = set(self.value() or ())
        names = [name for name in self.field.names_of(self.field.offered) if name not in typed]
        return [(f"{self.auto_id}_offered_{n}", name) for n, name in enumerate(names)]

    @property
    def search(self) -> str:
        return reverse("place-search")

    @property
    def first_id(self) -> str:
        wrong = min(self.field.wrong, default=0)
        return f"{self.auto_id}_{wrong}"

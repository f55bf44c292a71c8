"""The forms for rows inside an item: a footnote's sources, a figure's numbers. All are sent, in their order."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import process

from coi.drafts.editing.notes import originator_called
from coi.models import FigureRow, Originator, Source
from coi.pages.forms import field_choices
from coi.pages.forms.base import StrictForm
from coi.pages.forms.fields import Count, OneOf, Places, PlacesBound, Words, line
from coi.text.date_fields import IsoDayInput, MomentInput
from coi.text.folding import fold
from matching.periods import Period

_KEY = re.compile(r"[0-9]{1,6}", re.ASCII)
NEAR_ENOUGH = 75  # of 100, rapidfuzz
MOST_LETTERS = 500  # of an address


class RowForm(StrictForm):
    """The form for one row. ``pk`` is that of the stored row, empty for a new one. ``taken_out`` removes it on
    saving.
    """

    use_required_attribute = False
    row_name: Any = "%(n)s"
    key = 0
    known: frozenset[str] = frozenset()
    pk = forms.CharField(required=False, widget=forms.HiddenInput)
    taken_out = forms.BooleanField(label=gettext_lazy("remove it when I save"), required=False)

    def __init__(self, *args: Any, country: str, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        for field in self.fields.values():
            if isinstance(field, Places):
                field.country = country

    @property
    def called(self) -> str:
        """The row's name on the page."""
        return str(self.row_name) % {"n": self.number}

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into the row."""
        typed = (self.data.getlist(self.add_prefix(name)) for name in self.fields if name not in ("pk", "taken_out"))
        return not any(text.strip() for texts in typed for text in texts)

    @property
    def is_left_out(self) -> bool:
        """Whether the row is blank or selected for removal."""
        return self.is_blank or bool(self.data.get(self.add_prefix("taken_out")))

    def values(self) -> dict[str, Any]:
        """Return the typed values as they would be stored."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "taken_out"}
        for name, field in self.fields.items():
            if isinstance(field, Places):
                found[name] = found[name][0]
        return found


class Rows:
    """The rows of one kind on a page."""

    def __init__(
        self,
        form: type[RowForm],
        prefix: str,
        *,
        country: str,
        stored: Sequence[Mapping[str, Any]] = (),
        data: "MultiValueDict[str, Any] | None" = None,
        spare: int = 1,
        most: int,
    ) -> None:
        self.form, self.prefix, self.country, self.most = form, prefix, country, most
        self.is_bound = data is not None
        self.too_many = 0  # rows that were sent and would be lost
        if data is None:
            self.forms = [self._row(n, initial=row) for n, row in enumerate(self._named(stored))]
        else:
            self.forms = [self._row(int(key), data=data) for key in self._keys(data)]
            known = frozenset(str(row["pk"]) for row in stored)
            for row in self.forms:
                # a row of another item, or one that was removed, becomes a new row
                row.known = known
                if row.is_left_out:
                    row.errors.clear()
        self.add_blank(max(spare if data is None else 0, 0 if self.forms else 1))

    def _named(self, stored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows with the names of their places, which are looked up together."""
        rows = [dict(row) for row in stored]
        for name, field in self.form.base_fields.items():
            if isinstance(field, Places):
                asked = copy.deepcopy(field)
                asked.country = self.country
                codes = sorted({row[name] for row in rows})
                names = dict(zip(codes, asked.names_of(codes), strict=True))
                for row in rows:
                    row[name] = [names[row[name]]]
        return rows

    def _keys(self, data: "MultiValueDict[str, Any]") -> list[str]:
        keys = [key for key in dict.fromkeys(data.getlist(self.prefix)) if isinstance(key, str) and _KEY.fullmatch(key)]
        self.too_many = max(0, len(keys) - self.most)
        return keys[: self.most]

    def _row(self, key: int, **kwargs: Any) -> RowForm:
        made = self.form(prefix=f"{self.prefix}-{key}", country=self.country, number=0, **kwargs)
        made.key = key
        return made

    def add_blank(self, count: int) -> None:
        """Add blank rows at the end."""
        first = max((row.key for row in self.forms), default=-1) + 1
        room = self.most - len(self.forms)
        self.forms += [self._row(first + n) for n in range(min(count, room))]

    def fill(self, data: "MultiValueDict[str, Any]", items: Sequence[Mapping[str, str]]) -> None:
        """Write the items into the sent form: into its blank rows first, then into rows at the end."""
        keys = [row.key for row in self.forms if row.is_bound and row.is_blank]
        after = max((row.key for row in self.forms), default=-1) + 1
        room = self.most - len(self.forms) + len(keys)
        for key, item in zip([*keys, *range(after, after + len(items))], items[:room], strict=False):
            if str(key) not in data.getlist(self.prefix):
                data.appendlist(self.prefix, str(key))
            for name, value in item.items():
                data[f"{self.prefix}-{key}-{name}"] = value

    def __iter__(self) -> Iterator[RowForm]:
        for number, row in enumerate(self.forms, start=1):
            row.number = number
            yield row

    @property
    def kept(self) -> list[RowForm]:
        return [row for row in self if row.is_bound and not row.is_left_out]

    def is_valid(self) -> bool:
        # each is checked, so that all errors show at once
        return not [row for row in self.kept if not row.is_valid()] and not self.too_many

    def values(self) -> list[dict[str, Any]]:
        found = []
        for row in self.kept:
            value = row.values()
            found.append({**value, "pk": value["pk"] if value["pk"] in row.known else ""})
        return found

    @property
    def listed_errors(self) -> list[dict[str, str]]:
        found = []
        if self.too_many:
            said = _(
                "There are %(n)d rows more than the %(most)d that this form accepts. Change the draft with a file instead."
            )
            found.append({"href": "", "message": said % {"n": self.too_many, "most": self.most}})
        for row in self.kept:
            for name, field in row.fields.items():
                bound = row[name]
                at = bound.first_id if isinstance(bound, PlacesBound) else bound.auto_id
                said = f"{row.called}, {field.label}" if field.label else row.called
                found += [{"href": f"#{at}", "message": f"{said}: {text}"} for text in row.errors.get(name, ())]
        return found


class OriginatorField(Words):
    """An originator by name. A new one is created only if that is selected, because a typing mistake would be counted
    too.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "originators", "autocomplete": "off"}))
        super().__init__(longest=200, is_line=True, **kwargs)


def check_originator(form: forms.Form) -> None:
    """Check that the originator is known, or is selected as new and not too similar to a known one."""
    name = form.cleaned_data.get("originator", "")
    if not name or originator_called(name):
        return
    if not form.cleaned_data.get("is_new_originator"):
        folded = {fold(held): held for held in Originator.objects.values_list("name", flat=True)}
        near = [folded[hit[0]] for hit in process.extract(fold(name), list(folded), score_cutoff=NEAR_ENOUGH, limit=3)]
        hint = _("Similar names in the library: %(names)s.") % {"names": "; ".join(near)} if near else ""
        said = _("The library has no originator “%(name)s”. %(hint)s Select “a new originator” if it is one.")
        form.add_error("originator", said % {"name": name, "hint": hint})
    elif not fold(name):
        form.add_error("originator", _("Write a name with letters or digits."))


def settle_originator(cleaned: dict[str, Any]) -> None:
    """Return the originator's name as stored."""
    if held := originator_called(cleaned.get("originator", "")):
        cleaned["originator"] = held.name
    cleaned.pop("is_new_originator", None)


class SourceForm(RowForm):
    """The form for one cited item, as printed."""

    models = (("", Source),)
    row_name = gettext_lazy("Item %(n)s")
    originator = OriginatorField(
        label=gettext_lazy("Originator"),
        help_text=gettext_lazy("Who first produced the information, not who published it"),
    )
    is_new_originator = forms.BooleanField(label=gettext_lazy("A new originator"), required=False)
    kind = OneOf(label=gettext_lazy("Kind"), choices=field_choices.with_blank(Source.Kind.choices))
    is_primary = forms.BooleanField(
        label=gettext_lazy("The originator’s own publication of information that it gathered itself"), required=False
    )
    publisher = line(200, label=gettext_lazy("Publisher"), required=False)
    publisher_place = line(100, label=gettext_lazy("Place of publication"), required=False)
    authors = line(300, label=gettext_lazy("Authors"), required=False)
    title = line(400, label=gettext_lazy("Title"), required=False)
    container = line(
        400, label=gettext_lazy("In"), required=False, help_text=gettext_lazy("Journal or book, as printed")
    )
    published_as_printed = line(40, label=gettext_lazy("Publication date as printed"), required=False)
    published = MomentInput(label=gettext_lazy("Publication date"), required=False)
    url = line(MOST_LETTERS, label=gettext_lazy("Address"), required=False, help_text=gettext_lazy("https://…"))
    accessed = IsoDayInput(label=gettext_lazy("Accessed on"), required=False)
    pinpoint = line(100, label=gettext_lazy("Pinpoint"), required=False, help_text=gettext_lazy("Such as pp. 173-206"))

    def clean_url(self) -> str:
        address = self.cleaned_data["url"]
        if address:
            try:
                URLValidator(["http", "https"])(address)
            except ValidationError as error:
                raise ValidationError(
                    _("Write the full web address without blanks, such as https://example.org/report.")
                ) from error
        return str(address)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if (
            not cleaned.get("publisher")
            and not cleaned.get("authors")
            and not {"publisher", "authors"} & set(self.errors)
        ):
            self.add_error("publisher", _("Write a publisher or an author."))
        if cleaned.get("url") and not cleaned.get("accessed") and "accessed" not in self.errors:
            self.add_error("accessed", _("Write the day on which the address was accessed, as the report prints it."))
        check_originator(self)
        return cleaned

    def require_title_or_url(self) -> None:
        """Check that an item of a printed footnote has a title or an address. One named in the text may have
        neither.
        """
        cleaned = self.cleaned_data
        if not cleaned.get("title") and not cleaned.get("url") and not {"title", "url"} & set(self.errors):
            self.add_error("title", _("Write a title or an address."))

    def values(self) -> dict[str, Any]:
        found = super().values()
        settle_originator(found)
        return found


class FigureRowForm(RowForm):
    """The form for one printed number."""

    models = (("", FigureRow),)
    row_name = gettext_lazy("Row %(n)s")
    place = Places(most=1, label=gettext_lazy("Place"))
    place_label = line(100, label=gettext_lazy("Place as printed"))
    period_label = line(100, label=gettext_lazy("Period as printed"))
    period_from = MomentInput(label=gettext_lazy("From"), help_text="")
    period_to = MomentInput(label=gettext_lazy("To"), help_text="")
    fatalities = Count(label=gettext_lazy("Fatalities"), least=0, most=9_999_999)
    is_part_year = forms.BooleanField(label=gettext_lazy("part of a year"), required=False)
    is_total = forms.BooleanField(label=gettext_lazy("a total as printed"), required=False)

    @property
    def checks(self) -> list[forms.BoundField]:
        """The row's check boxes, including the one for removal."""
        return [self[name] for name in ("is_part_year", "is_total", "taken_out")]

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("period_from"), self.cleaned_data.get("period_to")
        if first and last and not Period.parse(first, last).is_possible:
            self.add_error("period_to", _("The period ends before it begins."))
        return self.cleaned_data

"""A material fact in the case form, with its interview records."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from assessments.casefile.fields import FACT, PARAGRAPHS, Kind, inputs, stored
from assessments.models.codes import FACT_KINDS
from assessments.pages.forms.field_choices import Option, Words, with_unknown_codes
from assessments.pages.forms.fields import (
    Chosen,
    ChosenMany,
    ListOfOne,
    OneOf,
    Part,
    Typed,
    TypedDate,
    labels_of,
    lines,
    options_of,
)
from assessments.pages.forms.rows import KEY, PlacedRow, Row
from coi.pages.choice_fields import choice_field
from coi.text import dates
from matching.facts import OTHER, FactKind

MOST_OFFERS = {"event": 2, "place": 3, "actors": 3, "targets": 3}  # buttons on one line; the list has the rest


def _first(field: forms.ChoiceField, codes: Iterable[str]) -> list[Any]:
    """Return the field's options in groups, with those of the profile as the first group."""
    labels = labels_of(field)
    first = tuple((code, labels[code]) for code in dict.fromkeys(codes) if code in labels)
    moved = {code for code, _label in first}
    rest = [(group, tuple(o for o in some if o[0] not in moved)) for group, some in options_of(field)]
    return ([(_("In the profile"), first)] if first else []) + [(group, some) for group, some in rest if some]


class InterviewRow(Row):
    """The record and page in which a fact was stated."""

    kind = "interviews"
    date = TypedDate(label=_("Interview of"), help_text="")
    ref = Typed(label=_("Page or question"))

    def __init__(self, data: "MultiValueDict[str, Any]", key: str, words: Words, fact: str, of_fact: str = "") -> None:
        self.fact = fact
        self.of_fact = of_fact
        super().__init__(data, key, words, [])

    def add_prefix(self, field_name: str) -> str:
        return f"{self.fact}-{self.name}-{field_name}"

    def layout(self) -> Layout:
        return Layout(Div("date", "ref", css_class="row-fields"))

    @property
    def is_blank(self) -> bool:
        return not (self.text("date").strip() or self.text("ref").strip())


class FactRow(PlacedRow):
    """One material fact."""

    kind = "facts"
    order = inputs(FACT)
    name_words = _("Fact %(n)s")
    ident = Typed(widget=forms.HiddenInput)
    statement = Typed(
        label=_("Statement"),
        required=True,
        help_text=_("One event or situation, as the applicant tells it. No names."),
        widget=forms.Textarea(attrs={"rows": 4, "cols": False, "class": "reasons-text"}),
    )
    event = Chosen(
        label=_("Kind of event"), required=True, help_text=_("Choose the closest. One per fact."), widget=ListOfOne
    )
    passage = Typed(
        label=_("What the interview record says"),
        help_text=_("Copied from the record, for you and your supervisor. No memo contains it."),
        widget=forms.Textarea(attrs={"rows": 4, "cols": False, "class": "reasons-text"}),
    )
    fact_kind = OneOf(
        label=_("Type of fact"),
        required=True,
        default=FactKind.PAST_EVENT.value,
        choices=[(kind.value, name) for kind, name in FACT_KINDS.items()],
    )
    start = TypedDate(label=_("From"))
    end = TypedDate(label=_("To"), help_text=_("Only if it lasted"))
    ongoing = forms.BooleanField(label=_("Still going on"), required=False)
    event_note = Typed(label=_("Remark on the event"), help_text=_("If no kind fits, say what it was."))
    actors = ChosenMany(
        label=_("Who did it"),
        help_text=_("Select everyone the applicant names. Leave blank if the applicant names no one."),
    )
    actor_note = Typed(label=_("Remark on who did it"), help_text=_("If no one listed fits, say who."))
    targets = ChosenMany(
        label=_("Who was targeted"),
        help_text=_("Groups or roles targeted. Blank: not said."),
    )
    target_note = Typed(label=_("Remark on who was targeted"), help_text=_("If nothing listed fits, say who."))

    def set_up(self, persons: list[Option]) -> None:
        super().set_up(persons)
        for field in PARAGRAPHS:
            self.fields[field.input] = Typed(label=field.label, help_text=field.help, widget=lines(3))
        self.list_options("event", list(self.words.events), "events")
        self.list_options("actors", with_unknown_codes(self.words.actors, self.many("actors")), "actors")
        self.list_options("targets", with_unknown_codes(self.words.targets, self.many("targets")), "traits")
        keys = dict.fromkeys(k for k in self.data.getlist(f"{self.name}-interviews") if KEY.fullmatch(k))
        self.interviews = [
            InterviewRow(self.data, key, self.words, self.name, self.text("ident")) for key in keys or ["0"]
        ]

    def layout(self) -> Layout:
        return Layout(Part("assessments/intake/fields/fact.html"), "ident", "pin", "pinned", "removed")

    offered: dict[str, list[Option]]  # values used in the case, by input

    def offer(self, places: Iterable[str], traits: Iterable[str], before: Iterable["FactRow"]) -> None:
        """Offer the places and traits of the case, and the values that other facts name."""
        before = list(before)
        known = {name: labels_of(choice_field(self, name)) for name in ("event", "actors", "targets")}
        of_case = {
            "event": [fact.text("event") for fact in before],
            "actors": [code for fact in before for code in fact.many("actors")],
            "targets": [*traits, *(code for fact in before for code in fact.many("targets"))],
        }
        # "Other" has no meaning without its remark, so it is not offered.
        taken = {name: ["", OTHER, *self.many(name)] for name in known}
        self.offered = {
            name: [
                (c, known[name][c].split(",")[0])
                for c in dict.fromkeys(codes)
                if c in known[name] and c not in taken[name]
            ]
            for name, codes in of_case.items()
        }
        named = [
            place for place in dict.fromkeys(map(str.strip, places)) if place and place != self.text("place").strip()
        ]
        short = [place.split(",")[0] for place in named]
        self.offered["place"] = [(p, s if short.count(s) == 1 else p) for p, s in zip(named, short, strict=True)]
        self.offered = {name: offers[: MOST_OFFERS[name]] for name, offers in self.offered.items()}
        self.fields["targets"].choices = _first(choice_field(self, "targets"), traits)  # type: ignore[attr-defined]

    @property
    def further(self) -> list[Any]:
        """Return the fields that few facts need: remarks and paragraphs."""
        return [self[name] for name in ("event_note", "actor_note", "target_note", *(f.input for f in PARAGRAPHS))]

    @property
    def is_further_open(self) -> bool:
        return any(field.errors or self.text(field.name).strip() for field in self.further)

    @property
    def summary(self) -> tuple[str, str]:
        """Return what and where, and when, in a few words; empty before anything is typed."""
        what = [*(label.split(" (")[0] for label in self.chosen("event")), self.text("place").split(",")[0].strip()]
        when = [self.text(name).strip() for name in ("start", "end")]
        return ", ".join(filter(None, what)), " – ".join(map(dates.words_or_typed, dict.fromkeys(filter(None, when))))

    @property
    def is_blank(self) -> bool:
        typed = [f.input for f in stored(FACT) if f.kind in (Kind.TEXT, Kind.PLACE, Kind.MOMENT)]
        return not (
            any(self.text(name).strip() for name in (*typed, "event"))
            or self.many("actors")
            or self.many("targets")
            or any(i.text("ref").strip() for i in self.interviews)  # its date may be copied from another fact
        )

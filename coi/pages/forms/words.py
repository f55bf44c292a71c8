"""The form for proposing a new word of the vocabulary, or a change of one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.models import Place, Trait
from coi.pages.forms.base import StrictForm
from coi.pages.forms.field_choices import Option
from coi.pages.forms.fields import Code, OneOf, Ticked, TickedBound, Words, line
from coi.proposals import values as words
from coi.text import characters
from coi.text.collation import in_reading_order
from coi.text.folding import fold

MOST_NAMES = 60  # other names of a word
LONGEST_NAME = 200
LONGEST_CODE = 50


class Lines(Words):
    """Several names, one a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        typed = dict.fromkeys(" ".join(each.split()) for each in super().clean(value).split("\n"))
        names = [each for each in typed if not characters.is_blank(each)]
        if len(names) > MOST_NAMES or any(len(each) > LONGEST_NAME for each in names):
            said = _("Write at most %(most)d names, each of at most %(longest)d characters.")
            raise ValidationError(said % {"most": MOST_NAMES, "longest": LONGEST_NAME})
        return names


class WordForm(StrictForm):
    """Fields for every value of an actor, a kind of event or a trait. ``stored`` is None for a new word."""

    use_required_attribute = False

    name = line(LONGEST_NAME, label=gettext_lazy("Name"))
    code = Code(
        required=False,
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("It never changes. Leave it blank to make it from the name."),
    )
    aliases = Lines(
        rows=3,
        required=False,
        label=gettext_lazy("Also called"),
        help_text=gettext_lazy("One a line. Officers find the word by any of them."),
    )
    parent = OneOf(
        required=False, label=gettext_lazy("Part of"), help_text=gettext_lazy("Findings on it also apply to this word.")
    )
    is_state = forms.BooleanField(required=False, label=gettext_lazy("State actor"))
    facet = OneOf(label=gettext_lazy("Facet"))
    civilian = OneOf(required=False, label=gettext_lazy("Civilian"))
    countries = Ticked(
        none=gettext_lazy("general, offered for every country"),
        label=gettext_lazy("Countries"),
        help_text=gettext_lazy("Forms on these countries offer the word first. Leave all blank for a general word."),
    )
    kin = Ticked(
        none=gettext_lazy("none"),
        label=gettext_lazy("Kin"),
        help_text=gettext_lazy("Words that people may use for the same."),
    )
    rivals = Ticked(none=gettext_lazy("none"), label=gettext_lazy("Rivals"))
    note = Words(rows=2, required=False, label=gettext_lazy("Note"))
    reason = Words(
        rows=3,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("For the COI admin who decides. Name the source of the word."),
        error_messages={"required": gettext_lazy("Write why you propose this.")},
    )

    def __init__(
        self, subject: str, stored: Mapping[str, Any] | None = None, data: "MultiValueDict[str, Any] | None" = None
    ) -> None:
        self.subject = subject
        self.stored = stored
        super().__init__(data, initial=dict(stored or {}))
        kept = {*words.names_of_fields(subject), "reason", *([] if stored else ["code"])}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self._offer()

    def _offer(self) -> None:
        rows = in_reading_order(words.MODELS[self.subject]._default_manager.all())
        self.offer_one([(row.code, capfirst(row.name)) for row in rows], "parent")
        options = [Option(row.code, capfirst(row.name), words=fold(f"{row.name} {row.code}")) for row in rows]
        self.offer(options, *({"kin", "rivals"} & set(self.fields)))
        places = in_reading_order(Place.objects.filter(kind=Place.Kind.COUNTRY))
        self.offer([Option(row.code, row.name, words=fold(row.name)) for row in places], "countries")
        if "facet" in self.fields:
            self.offer_one(Trait.Facet.choices, "facet")
            civilian = self.fields["civilian"]
            if isinstance(civilian, OneOf):
                civilian.choices = Trait.Civilian.choices

    def values(self) -> dict[str, Any]:
        """Return the typed values as a proposal holds them. Only for a valid form."""
        cleaned = self.cleaned_data
        found = {name: cleaned[name] for name in words.names_of_fields(self.subject)}
        return {
            name: sorted(v) if name in words.RELATED[words.Subject(self.subject)] else v for name, v in found.items()
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "code" in self.fields and cleaned.get("name") and not cleaned.get("code") and "code" not in self.errors:
            cleaned["code"] = slugify(fold(cleaned["name"]))[:LONGEST_CODE]
            if not cleaned["code"]:
                self.add_error("code", _("Write a code with letters from a to z. It cannot be made from the name."))
        return cleaned

    def refuse(self, error: ValidationError) -> None:
        """Show what the models refuse, each at its field."""
        for name, said in error.message_dict.items():
            self.add_error(name if name in self.fields else None, said)

    @property
    def listed_errors(self) -> list[dict[str, str]]:
        """The errors for the summary, each with the link to its field."""
        found = []
        for name in self.fields:
            bound = self[name]
            first = bound.first_id if isinstance(bound, TickedBound) else bound.auto_id
            found += [{"href": f"#{first}", "message": f"{bound.label}: {text}"} for text in self.errors.get(name, ())]
        return found + [{"href": "", "message": str(text)} for text in self.non_field_errors()]

"""The form for a finding: statement, place and time, actors and events, sources, and denial."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.drafts.editing.findings import DENIES, denies
from coi.drafts.editing.item_editor import codes
from coi.editions import checks
from coi.editions.checks import QUOTATION_WORDS
from coi.editions.field_values import LONGEST_WORDS
from coi.models import Denial, Finding
from coi.pages.forms import field_choices, offers
from coi.pages.forms.base import ItemForm
from coi.pages.forms.fields import A_DAY, Code, Count, OneOf, Places, Ticked, Words, line
from coi.text.date_fields import MomentInput
from coi.text.dates import period_words
from matching.facts import Kind
from matching.periods import Moment, Period

_NUMBERED = re.compile(r"(?P<stem>.*?)(?P<number>[0-9]+)", re.ASCII)
DENYING = (Kind.DENIAL, Kind.NO_EVIDENCE)
BACK = gettext_lazy("23.3.2019, 3.2019 or 2019. Blank: from the start of the section’s period")
ONWARD = gettext_lazy("23.3.2019, 3.2019 or 2019. Blank: up to the cut-off date")


class FindingForm(ItemForm):
    """The form for one citable statement. Its lists mean every combination."""

    models = (("", Finding), ("denies_", Denial))
    code = Code(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("It cannot change later, because editions are compared by it."),
    )
    statement = Words(
        label=gettext_lazy("Statement"),
        rows=4,
        help_text=gettext_lazy("One citable statement in our own words, with its figures, names, dates and hedges."),
        classes="reasons-text",
        is_line=True,
    )
    section = OneOf(label=gettext_lazy("Section"))
    paragraph = Count(label=gettext_lazy("Paragraph"), help_text=gettext_lazy("Counted from 1"))
    sentence = Count(label=gettext_lazy("Sentence"), help_text=gettext_lazy("Counted from 1"))
    kind = OneOf(
        label=gettext_lazy("Kind"),
        choices=field_choices.with_blank(Finding.Kind.choices),
        help_text=gettext_lazy(
            "Occurrence, pattern and condition assert something. Denial and no evidence only deny. The others are context."
        ),
    )
    strength = OneOf(
        label=gettext_lazy("Strength"),
        choices=field_choices.with_blank(Finding.Strength.choices),
        help_text=gettext_lazy("How the report hedges it"),
    )
    places = Places(
        label=gettext_lazy("Places"),
        required=False,
        depends=True,
        help_text=gettext_lazy("What the sentence is about. A name, or name, region: Ogossagou, Mopti."),
    )
    extent = OneOf(
        label=gettext_lazy("Extent"),
        choices=Finding.Extent.choices,
        help_text=gettext_lazy("Throughout only if the report says so: “all over the country”, “in every region”."),
    )
    period_from = MomentInput(label=gettext_lazy("From"), required=False, help_text=BACK)
    period_to = MomentInput(label=gettext_lazy("To"), required=False, help_text=ONWARD)
    actors = Ticked(
        label=gettext_lazy("Actors"),
        none=gettext_lazy("nobody named"),
        help_text=gettext_lazy("None if the report names nobody; “nobody knows who” if nobody could be identified."),
    )
    actors_together = forms.BooleanField(
        label=gettext_lazy("About these actors together, such as two groups fighting each other"), required=False
    )
    other_side = Ticked(
        label=gettext_lazy("Other side"),
        none=gettext_lazy("no sides stated"),
        help_text=gettext_lazy("Those of the actors selected above who were on the other side of the fight."),
    )
    events = Ticked(label=gettext_lazy("Events"), none=gettext_lazy("none"))
    targets = Ticked(label=gettext_lazy("Targets"), none=gettext_lazy("not said"))
    footnotes = Ticked(
        label=gettext_lazy("Footnotes"),
        none=gettext_lazy("none"),
        help_text=gettext_lazy("A footnote covers the sentences since the one before it in the paragraph."),
    )
    no_footnote = forms.BooleanField(label=gettext_lazy("The report has no footnote for it"), required=False)
    quotation = line(
        400,
        label=gettext_lazy("Quotation"),
        required=False,
        help_text=gettext_lazy("At most 40 words of the report, for readers in your office."),
        widget=forms.Textarea(attrs={"rows": 2, "cols": False}),
    )
    denies_places = Places(label=gettext_lazy("Places where it is denied"), required=False)
    denies_places_excepted = Places(
        label=gettext_lazy("Places excepted"),
        required=False,
        help_text=gettext_lazy("Not covered by the denial: “all of them in Yorosso” denies Sikasso except Yorosso."),
    )
    denies_period_from = MomentInput(label=gettext_lazy("Denied from"), required=False, help_text=BACK)
    denies_period_to = MomentInput(label=gettext_lazy("Denied to"), required=False, help_text=ONWARD)
    denies_events = Ticked(label=gettext_lazy("Events denied"), none=gettext_lazy("none"))
    denies_actors = Ticked(label=gettext_lazy("Denied of these actors"), none=gettext_lazy("of any actor"))
    denies_actors_together = forms.BooleanField(label=gettext_lazy("Denied of these actors together"), required=False)
    denies_actors_as_named = forms.BooleanField(
        label=gettext_lazy("Only of those whom the applicant names in the same words, such as presumed jihadists"),
        required=False,
    )
    denies_targets = Ticked(label=gettext_lazy("Denied for these targets"), none=gettext_lazy("for any target"))
    denies_inferred_from = line(
        80,
        label=gettext_lazy("Inferred from"),
        required=False,
        help_text=gettext_lazy(
            "The report’s word that implies the denial, such as “until”. Leave blank if the report states it explicitly."
        ),
    )

    def set_up(self) -> None:
        vocabulary = field_choices.Vocabulary.load(self.draft.report.country)
        self.offer(vocabulary.actors, "actors", "other_side", "denies_actors")
        self.offer(vocabulary.events, "events", "denies_events")
        self.offer(vocabulary.targets, "targets", "denies_targets")
        self.offer(field_choices.footnotes_of(self.draft), "footnotes")
        self.offer_one(field_choices.sections_of(self.draft), "section")
        if self.is_new:
            self._offer()
        else:
            del self.fields["code"]

    def _offer(self) -> None:
        """Offer what the finding before had, and what the statement names."""
        at = self.data if self.is_bound else self.initial
        statement = str(at.get("statement") or "")[:LONGEST_WORDS]
        last = offers.before(self.draft, str(at.get("section") or ""))
        for name in ("actors", "events", "targets", "footnotes"):
            field = self.fields[name]
            if isinstance(field, Ticked):
                also = codes(getattr(last, name)) if last and name != "footnotes" else []
                field.offered = (
                    offers.footnotes(self.draft, at, last)
                    if name == "footnotes"
                    else offers.words(statement, field.options, also)
                )
        field = self.fields["places"]
        if isinstance(field, Places):
            field.offered = offers.places(statement, self.draft, codes(last.places) if last else [])
        self.periods = [
            (f"{first}/{end}", period_words(first, end)) for first, end in offers.periods(statement, self.draft, last)
        ]

    def with_taken(self, asked: str) -> "FindingForm":
        """Return the form with an offered period. Offers for the typed statement are in every form."""
        first, slash, end = asked.partition("/")
        if not slash:
            return self
        data = self.data.copy()
        data["period_from"], data["period_to"] = first, end
        return type(self)(self.draft, self.stored, data)

    def clean(self) -> dict[str, Any]:
        """Add the problems of the finding by itself, each to its field."""
        cleaned = super().clean() or self.cleaned_data
        for prefix in ("", "denies_"):
            self._period(f"{prefix}period_from", f"{prefix}period_to")
        if len(cleaned.get("quotation", "").split()) > QUOTATION_WORDS:
            self.add_error(
                "quotation",
                _("It has %(n)d words. At most %(most)d may be quoted.")
                % {"n": len(cleaned["quotation"].split()), "most": QUOTATION_WORDS},
            )
        self._footnotes()
        self._sides()
        self._kind()
        return cleaned

    def _period(self, start: str, end: str) -> None:
        first, last, cut_off = self.cleaned_data.get(start, ""), self.cleaned_data.get(end, ""), self.draft.cut_off
        if first and last and not Period.parse(first, last).is_possible:
            self.add_error(end, _("The period ends before it begins."))
        if first and Moment.parse(first).first > cut_off:
            self.add_error(start, _after(cut_off))
        elif last and (Moment.parse(last).last if len(last) == A_DAY else Moment.parse(last).first) > cut_off:
            self.add_error(end, _after(cut_off))

    def _both_ends(self) -> None:
        names = ("period_from", "period_to")
        missing = [name for name in names if not self.cleaned_data.get(name)]
        if len(missing) == 1 and not any(name in self.errors for name in names):
            said = _(
                "An occurrence has both dates or neither. Write the same date twice for a single day, month or year. Leave both blank if the report gives no date."
            )
            self.add_error(missing[0], said)

    def _footnotes(self) -> None:
        if "footnotes" in self.errors:
            return
        if bool(self.cleaned_data["footnotes"]) == self.cleaned_data["no_footnote"]:
            said = _("Select its footnotes, or select that the report has none, but not both.")
            self.add_error("footnotes", said)

    def _sides(self) -> None:
        cleaned = self.cleaned_data
        said = checks.sides_problem(cleaned.get("actors", ()), cleaned.get("other_side", ()))
        if said and "actors" not in self.errors:
            self.add_error("other_side", said)

    def _kind(self) -> None:
        cleaned = self.cleaned_data
        if "kind" not in cleaned:
            return
        kind = Kind(cleaned["kind"])
        if kind is Kind.OCCURRENCE:
            self._both_ends()
        written = denies({name: cleaned.get(name) or self.errors.get(name) for name in DENIES})
        if kind in DENYING:
            said = _("A finding of this kind only denies. Select this under “Denial” and nothing here.")
            for name in ("actors", "events", "targets"):
                if cleaned.get(name):
                    self.add_error(name, said)
            if cleaned.get("actors_together"):
                self.add_error("actors_together", said)
        elif written and not kind.asserts:
            self.add_error(
                "kind", _("This kind is context, and cannot deny anything. Choose another kind, or clear the denial.")
            )
        if written or kind in DENYING:
            if "denies_places" not in self.errors and not cleaned.get("denies_places"):
                self.add_error("denies_places", _("Write at least one place where it is denied."))
            if "denies_events" not in self.errors and not cleaned.get("denies_events"):
                self.add_error("denies_events", _("Select at least one kind of event that is denied."))
        elif "places" not in self.errors and not cleaned.get("places"):
            self.add_error("places", _("Write at least one place that the sentence is about."))


def _after(cut_off: date) -> str:
    return _("It is after the edition’s cut-off date, %(day)s. The edition has no information after it.") % {
        "day": cut_off.isoformat()
    }


def proposed_code(section: str, used: Iterable[str]) -> str:
    """Return a code for a section's next finding: like its other codes, with the next unused number."""
    numbered = [found for code in used if (found := _NUMBERED.fullmatch(code))]
    stems = [found["stem"] for found in numbered]
    stem = max(dict.fromkeys(stems), key=stems.count) if stems else f"{section[:3]}-"
    last = max((int(found["number"]) for found in numbered if found["stem"] == stem), default=0)
    return f"{stem}{last + 1:02d}"


def proposed(draft: Any, section: str) -> dict[str, Any]:
    """Return the initial values for a new finding: at the end of the requested section, else of the last one."""
    rows = draft.findings.select_related("section")
    sections = list(draft.sections.order_by("position"))
    if not sections:
        return {"extent": Finding.Extent.SOMEWHERE.value}
    last_added = offers.before(draft, section)
    section = section or (last_added.section.code if last_added else "")
    chosen = next((one for one in sections if one.code == section), sections[-1])
    last = rows.filter(section=chosen).order_by("-paragraph", "-sentence").first()
    # in any edition of the report, so that a retired code is not reused with another meaning
    used = Finding.objects.filter(edition__report=draft.report_id, section__code=chosen.code)
    code = proposed_code(chosen.code, used.order_by("code").values_list("code", flat=True))
    while Finding.objects.filter(edition__report=draft.report_id, code=code).exists():
        code = proposed_code(chosen.code, [code])
    return {
        "code": code,
        "section": chosen.code,
        "paragraph": last.paragraph if last else 1,
        "sentence": last.sentence + 1 if last else 1,
        "extent": Finding.Extent.SOMEWHERE.value,
    }

"""The answers of the intake, to check before saving: line by line, each with a link to its field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.answer import wording
from assessments.casefile.fields import PARAGRAPHS
from assessments.casefile.reader import NO_PERSON
from assessments.casefile.values import CaseFile, Person
from assessments.models.codes import OriginStatus, PlaceRole
from assessments.pages.forms.case import CaseForm
from assessments.pages.forms.fact_row import FactRow
from assessments.pages.forms.problems import input_id
from assessments.pages.forms.rows import PersonRow, PlacedRow, read_remarks
from coi.gazetteer import Resolved
from coi.text import dates
from coi.text.dates import period_words_or_typed
from matching.facts import OTHER


@dataclass(frozen=True)
class Line:
    """One answer. ``href`` leads to its input on the step's page."""

    label: str
    texts: tuple[str, ...]
    href: str
    notes: tuple[str, ...] = ()
    is_statement: bool = False
    is_absent: bool = False


@dataclass(frozen=True)
class Part:
    """Lines under one heading. Without a title they follow the section's heading directly."""

    title: str
    lines: tuple[Line, ...]
    fact: str = ""  # the id of the fact whose page has the inputs


@dataclass(frozen=True)
class Section:
    """The answers of one step."""

    step: str
    title: str
    parts: tuple[Part, ...]
    empty: str
    anchor: str


def sections(form: CaseForm, read: CaseFile | None) -> tuple[Section, ...]:
    """Return every step's answers. ``read`` is the case if they are valid; its places show how they were resolved."""
    taken: dict[str, Resolved] = {}
    if read is not None:
        taken |= {row.name: found.place for row, found in zip(form.stated_places, read.places, strict=True)}
        taken |= {row.name: found.place for row, found in zip(form.stated_facts, read.facts, strict=True)}
    persons = form.stated_persons
    whose = {p.text("ident"): f" – {Person(p.text('ident'), p.text('relation')).words}" for p in persons}
    if len(persons) < 2:
        whose = {}
    placed = {row.name: _place(row, taken.get(row.name), whose) for row in form.stated_places}
    facts = tuple(
        Part(fact.title, tuple(_fact(fact, taken.get(fact.name), whose)), fact.text("ident"))
        for fact in form.stated_facts
    )
    return (
        _section(
            "applicant", _("Applicant and places"), "section-applicant",
            Part("", (*_head(form), *map(_person, persons))),
            Part(_("Places"), tuple(placed[r.name] for r in form.places if r.name in placed)),
        ),
        _section(
            "profile", _("Profile"), "section-profile",
            Part("", tuple(line for p in persons for line in _profile(p, whose))),
            empty=_("No trait is recorded."),
        ),
        _section("facts", _("Material facts"), "section-facts", *facts, empty=_("No fact is recorded.")),
        _section(
            "relocation", _("Relocation"), "section-relocation",
            Part("", (*(placed[r.name] for r in form.relocations if r.name in placed), *_note(form))),
            empty=_("No place is proposed for relocation."),
        ),
    )  # fmt: skip


def _section(step: str, title: str, anchor: str, *parts: Part, empty: str = "") -> Section:
    return Section(step, title, tuple(part for part in parts if part.lines), empty, anchor)


def _line(form: Any, name: str, texts: Any, notes: Any = (), absent: str = "", label: str = "", **more: Any) -> Line:
    said = tuple(str(t) for t in texts if str(t).strip())
    label = label or str(form.fields[name].label)
    kept = tuple(str(n) for n in notes if str(n).strip())
    return Line(label, said or (absent or _("Not recorded"),), _href(form, name), kept, is_absent=not said, **more)


def _href(form: Any, name: str) -> str:
    return "#" + input_id(form[name])


def _period(row: PlacedRow) -> str:
    """Return the period in words, or the typed text if it is not a date."""
    if not isinstance(row, FactRow):
        return period_words_or_typed(row.text("period"))
    start, end = row.text("start").strip(), row.text("end").strip()
    try:
        read = [dates.iso(typed) if typed else "" for typed in (start, end)]
    except dates.NotADate:
        return " – ".join(typed for typed in (start, end) if typed)
    return wording.when_words(row.text("fact_kind"), read[0], read[1], bool(row.text("ongoing")))


def _head(form: CaseForm) -> Iterator[Line]:
    head, data = form.head, form.data
    yield _line(head, "reference", [data.get("reference", "")])
    countries = form.words.country_names
    yield _line(head, "country", [countries.get(data.get("country", ""), data.get("country", ""))])
    yield _line(head, "interview_language", [data.get("interview_language", "")])
    yield _line(
        head, "due_on", [dates.words_or_typed(data.get("due_on", "").strip())] if data.get("due_on", "").strip() else []
    )
    status = data.get("origin_status", "")
    yield _line(
        head,
        "origin_status",
        [OriginStatus(status).label if status in OriginStatus.values else status],
        [data.get("origin_note", "")],
        label=_("Origin"),
    )


def _person(row: PersonRow) -> Line:
    age = row.text("age_band")
    said = [*(row.chosen("sex")), _("%(ages)s years") % {"ages": age.replace("-", "–")} if age else ""]
    words = ", ".join(word for word in said if word)
    return _line(row, "relation", [words], label=row.shown, absent=_("Sex and age not recorded"))


def _whose(row: Any, whose: dict[str, str]) -> str:
    return whose.get(row.text("person") or NO_PERSON, "")


def _place(row: PlacedRow, found: Resolved | None, whose: dict[str, str]) -> Line:
    role = row.text("role") if row.kind == "places" else "relocation"
    label = str(PlaceRole(role).label if role in PlaceRole.values else role) + _whose(row, whose)
    shown = ", ".join(found.names) if found and found.located else row.text("place")
    notes = [*_taken(found), _period(row)]
    return _line(row, "place", [shown], notes, label=label)


def _taken(found: Resolved | None) -> tuple[str, ...]:
    if found is None:
        return ()
    if found.located:
        return (str(found.place.get_kind_display()).capitalize(),)
    area = ", ".join(found.names[1:])
    return (_("Not in the place list: matched by area, %(area)s.") % {"area": area},)


def _profile(row: PersonRow, whose: dict[str, str]) -> Iterator[Line]:
    remarks = read_remarks(row.text("notes"))
    for name, other, prefix in (("actual", "other_note", ""), ("imputed", "other_imputed_note", "imputed ")):
        texts = []
        for code, label in zip(row.many(name), row.chosen(name), strict=True):
            remark = row.text(other) if code == OTHER else remarks.get(prefix + code, "")
            shown = _("something else") if code == OTHER else label
            texts.append(f"{shown}: {remark}" if remark.strip() else shown)
        if row.text(other).strip() and OTHER not in row.many(name):
            texts.append(row.text(other))
        if texts:
            label = (_("Actual traits") if name == "actual" else _("Imputed traits")) + whose.get(row.text("ident"), "")
            yield _line(row, name, texts, label=label)


def _fact(row: FactRow, found: Resolved | None, whose: dict[str, str]) -> Iterator[Line]:
    yield _line(row, "statement", [row.text("statement")], label=_("Statement") + _whose(row, whose), is_statement=True)
    if row.text("passage").strip():
        yield _line(row, "passage", [row.text("passage")], is_statement=True)
    yield _line(
        row, "event", row.chosen("event"), [row.text("event_note"), *row.chosen("fact_kind")], label=_("Kind of event")
    )
    shown = ", ".join(found.names) if found and found.located else row.text("place")
    yield _line(row, "place", [shown], _taken(found))
    yield _line(row, "start", [_period(row)], label=_("When"))
    yield _line(row, "actors", row.chosen("actors"), [row.text("actor_note")], _("The applicant names no one."))
    yield _line(row, "targets", row.chosen("targets"), [row.text("target_note")], _("Not said."))
    records = [i for i in row.interviews if not i.is_blank]
    words = [
        ", ".join(w for w in (dates.words_or_typed(i.text("date").strip()), i.text("ref").strip()) if w)
        for i in records
    ]
    yield _line((records or row.interviews)[0], "date", words, label=_("Interview record"))
    for field in PARAGRAPHS:
        if row.text(field.input).strip():
            yield _line(row, field.input, [row.text(field.input)], is_statement=True)


def _note(form: CaseForm) -> Iterator[Line]:
    if form.data.get("note", "").strip():
        yield _line(form.head, "note", [form.data.get("note", "")], label=_("Note"))

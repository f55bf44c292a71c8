"""The lines of a recorded case, for the page that checks it. They contain nothing from the library."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer import wording
from assessments.answer.wording import Names
from assessments.casefile.fields import PARAGRAPHS
from assessments.casefile.stored_case import facts_of
from assessments.casefile.values import CaseFile, Person
from assessments.models import Case, CaseFact, CasePerson, CaseTrait
from assessments.models.codes import FACT_KINDS, PlaceRole
from coi.gazetteer import Resolved
from coi.text.dates import moment_words, period_words
from matching.facts import FactKind

BRIEF = 110  # characters


@dataclass(frozen=True)
class Line:
    """One recorded item; its ``notes`` are printed under it in small letters."""

    label: str
    texts: tuple[str, ...]
    notes: tuple[str, ...] = ()
    is_statement: bool = False
    is_absent: bool = False


@dataclass(frozen=True)
class Section:
    """The lines that one section of the form changes."""

    title: str
    anchor: str
    lines: tuple[Line, ...]
    empty: str = ""
    parts: tuple["Section", ...] = field(default=())

    @property
    def brief(self) -> str:
        """The section in a line, for its fold."""
        if self.parts:
            return ", ".join(part.title for part in self.parts)
        said = (f"{line.label}: {', '.join(line.texts)}" for line in self.lines if not line.is_absent)
        return Truncator("; ".join(said) or self.empty).chars(BRIEF)


def sections(case: Case, read: CaseFile | None) -> tuple[Section, ...]:
    """Applicant and places, profile, material facts, relocation; ``read`` is None if a place is not clear."""
    names = Names.load()
    placed = list(case.places.select_related("place"))
    facts = facts_of(case)
    resolved: dict[int, Resolved] = {}
    if read is not None:
        resolved |= {row.pk: found.place for row, found in zip(placed, read.places, strict=True)}
        of_facts = {row.pk: found.place for row, found in zip(facts, read.facts, strict=True)}
    else:
        of_facts = {}
    persons, traits = list(case.persons.all()), list(case.traits.all())
    whose = {p.ident: f" – {Person(p.ident, p.relation).words}" for p in persons} if len(persons) > 1 else {}
    of_places = [
        Line(
            PlaceRole(p.role).label + whose.get(p.person, ""),
            (_place(p.place_typed, resolved.get(p.pk)),),
            (*_place_notes(resolved.get(p.pk)), *_period(p.period_from, p.period_to)),
        )
        for p in placed
    ]
    return (
        Section(_("Applicant"), "section-applicant", (*_applicant(case, names), *_persons(persons))),
        Section(
            _("Places"),
            "section-places",
            tuple(x for x, p in zip(of_places, placed, strict=True) if p.role != "relocation"),
        ),
        Section(
            _("Profile"),
            "section-profile",
            tuple(line for p in persons for line in _profile(traits, p.ident, names, whose.get(p.ident, ""))),
            empty=_("No trait is recorded."),
        ),
        Section(
            _("Material facts"),
            "section-facts",
            (),
            parts=tuple(
                Section(
                    _("Fact %(id)s") % {"id": f.ident},
                    f"facts-{n}",
                    fact_lines(f, names, of_facts.get(f.pk), whose.get(f.person, "")),
                )
                for n, f in enumerate(facts)
            ),
        ),
        Section(
            _("Relocation"),
            "section-relocation",
            tuple(x for x, p in zip(of_places, placed, strict=True) if p.role == "relocation"),
            empty=_("No place is proposed for relocation."),
        ),
    )


def _absent(label: str, words: str) -> Line:
    return Line(label, (words,), is_absent=True)


def _applicant(case: Case, names: Names) -> Iterable[Line]:
    yield Line(_("Application reference"), (case.reference,))
    yield Line(_("Country of origin"), (names.places.get(case.country, case.country),))
    yield Line(_("Origin"), (case.get_origin_status_display(),), tuple(n for n in (case.origin_note,) if n))
    if case.due_on:
        yield Line(_("Due"), (date_format(case.due_on, "j F Y"),))
    else:
        yield _absent(_("Due"), _("No date is set"))
    if case.interview_language:
        yield Line(_("Language of the interview"), (case.interview_language,))
    else:
        yield _absent(_("Language of the interview"), _("Not recorded"))
    if case.note:
        yield Line(_("Note"), (case.note,))


def _persons(persons: Iterable[CasePerson]) -> Iterable[Line]:
    for p in persons:
        label = f"{p.ident}, {p.relation}" if p.relation else p.ident
        age = _("%(ages)s years") % {"ages": p.age_band.replace("-", "–")} if p.age_band else ""
        said = [words for words in (p.get_sex_display() if p.sex else "", age) if words]
        yield Line(label, (", ".join(said),)) if said else _absent(label, _("Sex and age not recorded"))


def _profile(traits: Iterable[CaseTrait], person: str, names: Names, whose: str) -> Iterable[Line]:
    of_person = [t for t in traits if t.person == person]
    for imputed, label in ((False, _("Actual traits")), (True, _("Imputed traits"))):
        found = [t for t in of_person if t.imputed is imputed]
        if found:
            texts = tuple(names.traits.get(t.trait, t.trait) + (f": {t.note}" if t.note else "") for t in found)
            yield Line(label + whose, texts)


def _place(typed: str, found: Resolved | None) -> str:
    if found is None or not found.located:
        return typed
    return ", ".join(found.names)


def _place_notes(found: Resolved | None) -> tuple[str, ...]:
    if found is None:
        return (_("This place is no longer clear. Open the form and choose one."),)
    if not found.located:
        area = ", ".join(found.names[1:])
        return (_("Not in the place list: matched by area, %(area)s.") % {"area": area},)
    kind = found.place.get_kind_display()
    if found.typed.split(",")[0].strip().casefold() != found.place.name.casefold():
        return (_("%(kind)s; typed as “%(typed)s”") % {"kind": kind.capitalize(), "typed": found.typed},)
    return (kind.capitalize(),)


def _period(start: str, end: str) -> tuple[str, ...]:
    return (period_words(start, end),) if start or end else ()


def fact_lines(fact: CaseFact, names: Names, found: Resolved | None, whose: str) -> tuple[Line, ...]:
    """The lines of a material fact. Items that are not stated are marked so. ``whose`` is added to a label."""
    kind = str(FACT_KINDS[FactKind(fact.kind)])
    lines = [
        Line(_("Statement") + whose, (fact.statement,), is_statement=True),
        *passage_lines(fact.passage),
        Line(_("Kind of event"), (names.event(fact.event),), tuple(n for n in (fact.event_note, kind) if n)),
        Line(_("Place"), (_place(fact.place_typed, found),), _place_notes(found)),
        Line(_("When"), (wording.when_words(fact.kind, fact.period_from, fact.period_to, fact.ongoing),)),
        _coded(_("Who did it"), fact.actors, fact.actor_note, names.actors, _("The applicant names no one.")),
        _coded(_("Who was targeted"), fact.targets, fact.target_note, names.traits, _("Not said.")),
    ]
    records = tuple(interview_words(i) for i in fact.interviews)
    lines.append(
        Line(ngettext("Interview record", "Interview records", len(records)), records)
        if records
        else _absent(_("Interview record"), _("Not recorded"))
    )
    return (*lines, *paragraph_lines({f.column: getattr(fact, f.column) for f in PARAGRAPHS}))


def passage_lines(words: str) -> Iterable[Line]:
    """The passage of the interview record on a fact, if it was recorded."""
    if words:
        yield Line(_("What the interview record says"), (words,), is_statement=True)


def paragraph_lines(content: Mapping[str, str]) -> Iterable[Line]:
    """The paragraphs of a fact that have text; ``content`` is by column."""
    for paragraph in PARAGRAPHS:
        if words := content.get(paragraph.column):
            yield Line(str(paragraph.label), (words,), is_statement=True)


def _coded(label: str, codes: list[str], note: str, names: dict[str, str], absent: str) -> Line:
    texts = tuple(names.get(code, code) for code in codes)
    notes = (note,) if note else ()
    return Line(label, texts, notes) if texts else Line(label, (absent,), notes, is_absent=True)


def interview_words(record: dict[str, str]) -> str:
    """``11 May 2026, F34–41``."""
    return ", ".join(words for words in (moment_words(record.get("date", "")), record.get("ref", "")) if words)

"""The differences between two memos, section by section: added, removed and changed lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.assessing.assessment import OwnSourceWritten
from assessments.casefile.fields import PARAGRAPHS
from assessments.memo import code_words
from assessments.memo.memo import FactPart, IndicatorPart, Memo
from coi.library.cited_findings import FindingCard
from coi.text.dates import day_words, period_words
from coi.text.word_differences import Piece, pieces
from coi.text.words import age_words


@dataclass(frozen=True)
class Line:
    """One line of a memo, under a key that is the same in every version."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Change:
    """A line that was added, removed or changed."""

    what: str  # added, removed or changed
    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class SectionDiff:
    """One section of the memo and what changed in it."""

    anchor: str
    title: str
    changes: tuple[Change, ...]


def between(old: Memo, new: Memo) -> tuple[SectionDiff, ...]:
    """The sections in which the two differ, in the order of the newer memo."""
    before, after = dict(_sections(old)), dict(_sections(new))
    titles = dict([*_titles(old), *_titles(new)])
    found = []
    for anchor in dict.fromkeys([*after, *before]):
        if changes := _changes(before.get(anchor, ()), after.get(anchor, ())):
            found.append(SectionDiff(anchor, titles[anchor], changes))
    return tuple(found)


def _changes(old: tuple[Line, ...], new: tuple[Line, ...]) -> tuple[Change, ...]:
    before, after = {line.key: line for line in old}, {line.key: line for line in new}
    found = []
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            found.append(Change("added", now.label, (Piece("ins", now.text),)))
        elif now is None and was is not None:
            found.append(Change("removed", was.label, (Piece("del", was.text),)))
        elif was is not None and now is not None and was.text != now.text:
            found.append(Change("changed", now.label, pieces(was.text, now.text)))
    return tuple(found)


# --- a memo as lines ----------------------------------------------------------------------------


def _titles(memo: Memo) -> list[tuple[str, str]]:
    return [("title", _("First page")), ("pairs", _("Home and proposed relocation")), *memo.graded]


def _sections(memo: Memo) -> Iterator[tuple[str, tuple[Line, ...]]]:
    yield "title", tuple(_title(memo))
    yield "applicant", tuple(_applicant(memo))
    for part in memo.facts:
        yield part.anchor, tuple(_fact(part))
    yield "pairs", tuple(_pairs(memo))
    yield "profile", tuple(_finding(p.card, _("Finding on the profile")) for p in memo.answer.profile)
    yield "regions", tuple(_regions(memo))
    yield "gaps", tuple(_gaps(memo))
    yield "sources", tuple(_sources(memo))


def _title(memo: Memo) -> Iterator[Line]:
    heading = memo.heading
    yield Line("office", _("Office"), heading.office)
    yield Line("author", _("Author"), heading.author)
    yield Line("legal-basis", _("Legal basis"), heading.legal_basis)
    yield Line("standard-of-proof", _("Standard of proof"), heading.standard_of_proof)
    yield Line("day", _("COI as at"), day_words(memo.case.assessed_on))
    yield Line("rules", _("Matching rules"), memo.answer.rules_version)
    for edition in memo.answer.editions:
        yield Line(f"edition:{edition.code}", _("Report"), f"{edition.label}. {age_words(edition.age_months)}")
    yield from _said("justification", _("Why older COI is relied on"), memo.assessment.old_coi_justification)


def _applicant(memo: Memo) -> Iterator[Line]:
    case, names = memo.case, memo.answer.names
    yield Line("reference", _("Application reference"), case.reference)
    yield Line("origin", _("Origin"), code_words.origin_name(case.origin_status))
    yield from _said("origin-note", _("Remark on the origin"), case.origin_note)
    yield from _said("language", _("Language of the interview"), case.interview_language)
    yield from _said("note", _("Note"), case.note)
    for person in case.persons:
        words = [person.relation, code_words.sex_name(person.sex), person.age_band]
        yield Line(f"person:{person.id}", _("Person %(id)s") % {"id": person.id}, ", ".join(filter(None, words)))
    for trait in case.traits:
        words = [names.traits.get(trait.trait, trait.trait), _("(imputed)") if trait.imputed else "", trait.note]
        key = f"trait:{trait.person}:{trait.trait}:{trait.imputed}"
        yield Line(key, _of(case.whose(trait.person), _("Profile as stated")), " ".join(filter(None, words)))
    for place in case.places:
        when = period_words(place.start, place.end)
        key = f"place:{place.role}:{place.person}:{place.place.typed}"
        yield Line(
            key,
            _of(case.whose(place.person), code_words.role_name(place.role)),
            f"{', '.join(place.place.names)}, {when}",
        )


def _of(whose: str, label: str) -> str:
    """``Home area, wife (P2)``; the label alone in a case of one person."""
    return f"{label}, {whose}" if whose else label


def _fact(part: FactPart) -> Iterator[Line]:
    stated = part.stated
    yield Line("statement", _("Statement"), stated.statement)
    yield Line("kind", _("Kind of fact"), code_words.fact_kind_name(stated.kind))
    yield from _said("whose", _("Person"), part.whose)
    yield Line("place", _("Place"), part.where)
    yield Line("when", _("When"), part.when)
    yield Line("event", _("Kind of event"), " ".join(filter(None, [part.event, stated.event_note])))
    yield Line("who", _("Who did it"), " ".join(filter(None, [part.actors, stated.actor_note])))
    yield from _said("targets", _("Who was targeted"), " ".join(filter(None, [part.targets, stated.target_note])))
    for interview in stated.interviews:
        words = " ".join(filter(None, [interview.date, interview.reference]))
        yield Line(f"interview:{words}", _("Interview record"), words)
    for field in PARAGRAPHS:
        yield from _said(f"{field.name}-stated", str(field.label), getattr(stated, field.attribute))
    reasons = " ".join((*part.reasons, *part.open))
    yield Line("position", _("What the COI says"), f"{code_words.position_and_level(part)}. {reasons}")
    omitted = {m.card.key for m, _reason in part.omitted}
    for m in part.answer.supporting + part.answer.opposing + part.taken:
        if m.card.key not in omitted:
            yield _finding(m.card, code_words.relation_name(m), m.relation.value)
    for m in part.answer.ruling_out_part:
        yield _finding(m.card, _("Rules out part of the period"), "part")
    for m, omission in part.omitted:
        yield _finding(m.card, _("Considered, not relied on"), "omitted")
        yield Line(f"omitted-why:{m.card.key}", _("Not relied on, because"), omission.reason)
    yield from _own(part.own_sources)
    yield from _officer(part)


def _officer(part: FactPart) -> Iterator[Line]:
    written = part.written
    asked = code_words.asked_name(written.explanation_asked) if written.explanation_asked else ""
    yield from _said("asked", _("Chance to explain"), asked)
    yield from _said("explanation", _("Explanation, or why none was asked for"), written.explanation)
    yield from _said("reasoning", _("Reasoning"), written.reasoning)
    for item in part.indicators:
        yield Line(f"indicator:{item.indicator}", code_words.indicator_name(item.indicator), _indicator_words(item))
    yield Line("outcome", _("Outcome"), code_words.outcome_name(written.outcome))
    yield from _said("outcome-reasons", _("Reasons for the outcome"), written.outcome_reasons)


def _indicator_words(item: IndicatorPart) -> str:
    if item.written is None:
        return _("not assessed")
    rests_on = [card.statement for card in item.findings] + [own.citation for own in item.own_sources] + list(item.gone)
    words = [code_words.view_name(item.written.view), item.written.words]
    words += [f"{_('Based on:')} {'; '.join(rests_on)}"] if rests_on else []
    return "\n".join(filter(None, [*words, item.written.expected]))


def _regions(memo: Memo) -> Iterator[Line]:
    for item in memo.sheets:
        sheet = item.sheet
        for series in sheet.figures:
            numbers = "; ".join(f"{period}: {number}" for period, number in series.by_period.items())
            key = f"figure:{sheet.code}:{series.edition}:{series.number}"
            yield Line(key, _("%(title)s: %(place)s") % {"title": series.title, "place": sheet.name}, numbers)
        for card in (*sheet.findings, *sheet.denials, *sheet.wider_denials):
            yield _finding(card, sheet.name, sheet.code)
    for card in memo.country_denials:
        yield _finding(card, _("About the whole country"), "country")


def _pairs(memo: Memo) -> Iterator[Line]:
    for column in memo.pair.columns if memo.pair else ():
        for test, cell in column.cells:
            label = f"{column.name}: {test.label}"
            for card in cell.findings:
                yield _finding(card, label, f"{column.role}:{column.place}:{test}")
            if column.is_relocation:
                written = column.conclusion(test)
                key = f"test:{column.place}:{test}"
                words = code_words.conclusion_name(written.conclusion)
                yield Line(key, label, f"{words}. {written.reasons}" if written.reasons else words)
        yield from _own(column.own_sources)
    for card, _tests in memo.pair.country if memo.pair else ():
        yield _finding(card, _("About the whole country"), "country")


def _gaps(memo: Memo) -> Iterator[Line]:
    for question in memo.assessment.questions:
        label = code_words.questions_heading(question.to)
        yield Line(f"question:{question.id}", label, " ".join(filter(None, [question.fact, question.words])))


def _sources(memo: Memo) -> Iterator[Line]:
    for group in memo.sources:
        for item in group.items:
            citation = item.source.citation
            yield Line(f"{group.originator}:{citation}", group.originator, citation)
    for query in (queried.remark for queried in memo.queries):
        yield Line(f"query:{query.date}:{query}", _("Curator’s query"), str(query))


def _finding(card: FindingCard, label: str, key: str = "") -> Line:
    notes = ", ".join(note.mark for note in card.footnotes)
    return Line(f"finding:{key}:{card.key}", label, card.statement + (f" [{notes}]" if notes else ""))


def _own(sources: tuple[OwnSourceWritten, ...]) -> Iterator[Line]:
    for source in sources:
        words = [source.citation, source.published, source.url, source.says]
        bearing = _("supports") if source.supports else _("says otherwise")
        label = _("Added by the officer, not from the library: %(bearing)s") % {"bearing": bearing}
        yield Line(source.key, label, "\n".join(filter(None, words)))


def _said(key: str, label: str, words: str) -> Iterator[Line]:
    """A line, if something was written."""
    if words:
        yield Line(key, label, words)

"""Provenance checks: what must be true of an edition before a memo may rely on it.

A check returns all problems, so that a COI admin sees them at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from coi import gazetteer as places
from coi.editions import report_text, strict_values
from coi.editions.figure_checks import check_figures
from coi.editions.refusals import EditionProblem
from coi.library import finding_values, word_trees
from coi.models import FIRST_NAMED_NUMBER, Edition, Finding, Footnote, Originator, Source, parts
from matching.facts import Kind
from matching.periods import Moment, Period

QUOTATION_WORDS = 40


def check_edition(edition: Edition) -> list[EditionProblem]:
    """Return every problem that can be found without the report's text."""
    return [
        *_values(edition),
        *_frame(edition),
        *_findings(edition),
        *_footnotes(edition),
        *check_figures(edition),
        *_coverage(edition),
    ]


def check_against_text(edition: Edition, text: str) -> list[EditionProblem]:
    """Check that footnotes are where the text has them, and that no statement repeats eight words of it."""
    problems = []
    printed = edition.footnotes.filter(named_in="")
    stated = {n.number: (n.section_code, n.paragraph, n.after_sentence) for n in printed}
    found = {
        mark.number: (mark.section, mark.paragraph, mark.after_sentence)
        for mark in report_text.marks(text, edition.sections.values_list("code", "title"))
    }
    held = stated.keys() if edition.is_selection else stated.keys() | found.keys()
    for number in sorted(held):
        if stated.get(number) != found.get(number):
            problems.append(
                EditionProblem(
                    f"footnote {number}",
                    f"the report has it at {_at(found.get(number))}; this edition has it at {_at(stated.get(number))}",
                )
            )
    names = _proper_names(edition)
    for finding in edition.findings.all():
        for run in report_text.shared_runs(finding.statement, text, names):
            problems.append(EditionProblem(f"finding {finding.code}", f"repeats the report's words: “{run}”"))
    return problems


def _at(position: tuple[str, int, int] | None) -> str:
    return "nowhere" if position is None else "section {}, paragraph {}, sentence {}".format(*position)


def _proper_names(edition: Edition) -> set[str]:
    words = word_trees.all_words()
    names = {alias for word in words for alias in [word.name, *word.aliases] if alias[:1].isupper()}
    names |= set(Originator.objects.values_list("name", flat=True))
    names |= {s.title for s in Source.objects.filter(footnote__edition=edition) if s.title}
    return names | {edition.report.title, edition.report.publisher}


# --- single values -------------------------------------------------------------------------------


def _values(edition: Edition) -> Iterator[EditionProblem]:
    """Check the values of every field, however they got into the database."""
    for row, where, within in _rows_of(edition):
        for field, message in strict_values.problems_of_row(row):
            yield EditionProblem(where, f"{within}: {message}" if within else message, field, within)


def _rows_of(edition: Edition) -> Iterator[tuple[Model, str, str]]:
    """Yield every row of the edition, item by item, with the item's name and the row's name within it."""
    items: dict[str, list[tuple[Model, str, str]]] = {}
    items["edition"] = [(edition.report, "edition", "")]
    for model in parts.CONTENT:
        rows: QuerySet[Any] = parts.rows_of(edition, model)
        has_originator = hasattr(model, "originator")
        for row in rows.select_related("originator") if has_originator else rows:
            where, within = parts.where(row)
            found = items.setdefault(where, [])
            found.append((row, where, within))
            if has_originator:
                found.append((row.originator, where, within))
    for found in items.values():
        yield from found


# --- the edition's details --------------------------------------------------------------------------


def _frame(edition: Edition) -> Iterator[EditionProblem]:
    first = Moment.parse(edition.period_from).first
    current = Moment.parse(edition.current_from).first
    if not first <= current <= edition.cut_off:
        message = "the reported period, the current period and the cut-off must follow each other"
        yield EditionProblem("edition", message, "current_from")
    for section in edition.sections.all():
        if not first <= Moment.parse(section.period_from).first <= edition.cut_off:
            yield EditionProblem(
                f"section {section.code}", "its period begins outside the reported period", "period_from"
            )
    for name, text in (("how it is cited", edition.label), ("its report's title", edition.report.title)):
        if text != " ".join(text.split()):
            yield EditionProblem("edition", f"{name} must be on one line, without spaces at either end or two in a row")
    if not edition.findings.exists():
        yield EditionProblem("edition", "it has no findings")
    if not edition.coverage.exists():
        yield EditionProblem("edition", "it has no coverage row, so nothing says what the report set out to cover")


# --- findings ------------------------------------------------------------------------------------


def _findings(edition: Edition) -> Iterator[EditionProblem]:
    marks = defaultdict(list)
    for note in edition.footnotes.filter(named_in="").order_by("after_sentence"):
        marks[note.section_code, note.paragraph].append(note)
    for finding in finding_values.findings_with_everything(edition.findings.all()):
        where = f"finding {finding.code}"
        for message, *placed in _finding(finding):
            yield EditionProblem(where, message, *placed)
        # a footnote covers the sentences since the one before it in the paragraph
        following = [n for n in marks[finding.section.code, finding.paragraph] if n.after_sentence >= finding.sentence]
        expected = {following[0].number} if following else set()
        cited = finding.footnotes.all()
        stated = {note.number for note in cited if not note.named_in}
        if stated != expected:
            message = f"its place in the report puts it under {_numbers(expected)}, but it cites {_numbers(stated)}"
            yield EditionProblem(where, message, "footnotes")
        for note in cited:
            if note.named_in == Footnote.NamedIn.TEXT and not _is_named_before(note, finding):
                message = f"source {note.mark} is named in another section, or after the sentence"
                yield EditionProblem(where, message, "footnotes")
        if finding.no_footnote is bool(cited):
            message = "give its footnotes, or set no_footnote if the report has none; not both"
            yield EditionProblem(where, message, "no_footnote")


def _is_named_before(note: Footnote, finding: Finding) -> bool:
    """Return whether the text names the source in the finding's section, in its sentence or before it."""
    named = (note.paragraph, note.after_sentence)
    return note.section_code == finding.section.code and named <= (finding.paragraph, finding.sentence)


def _numbers(numbers: set[int]) -> str:
    return f"footnote {', '.join(map(str, sorted(numbers)))}" if numbers else "no footnote"


def check_finding(finding: Finding) -> list[str]:
    """Return the problems of a finding by itself. The row must come from ``library.findings_with_everything``."""
    return [message for message, *_placed in _finding(finding)]


def _finding(finding: Finding) -> Iterator[tuple[str, ...]]:
    """Yield messages, each with its field, and with "denies" if the field is the denial's."""
    kind = Kind(finding.kind)
    denial = getattr(finding, "denies", None)
    if finding.section.edition_id != finding.edition_id:
        yield "its section belongs to another edition", "section"
    if any(note.edition_id != finding.edition_id for note in finding.footnotes.all()):
        yield "it cites a footnote of another edition", "footnotes"
    if not finding.paragraph or not finding.sentence:
        yield (
            "it needs its paragraph and its sentence, counted from 1",
            "sentence" if finding.paragraph else "paragraph",
        )
    if not finding.statement.strip():
        yield "its statement is empty", "statement"
    if not finding.places.all() and not denial:
        yield "it names no place", "places"
    if len(finding.quotation.split()) > QUOTATION_WORDS:
        yield f"its quotation is longer than {QUOTATION_WORDS} words", "quotation"
    sides = ([actor.code for actor in row] for row in (finding.actors.all(), finding.other_side.all()))
    if said := sides_problem(*sides):
        yield said, "other_side"
    if finding.extent == Finding.Extent.THROUGHOUT and not finding.places.all():
        yield "it holds throughout a place, and names no place", "extent"
    yield from _period(finding, finding.period_from, finding.period_to)
    if kind is Kind.OCCURRENCE and bool(finding.period_from) != bool(finding.period_to):
        # otherwise a single event would support everything up to the cut-off date
        missing = "period_to" if finding.period_from else "period_from"
        yield "an occurrence needs both ends of its period (the same day twice for one day), or neither", missing
    if kind in (Kind.DENIAL, Kind.NO_EVIDENCE):
        if denial is None:
            yield "a denial needs the part that says what it denies", "places", "denies"
        if finding.actors.all() or finding.events.all() or finding.targets.all():
            yield "a denial has no actors, events or targets of its own, only those that it denies", "kind"
    elif denial and not kind.asserts:
        yield f"a finding of kind {finding.kind} is context, and cannot deny anything", "kind"
    if denial:
        for message, field in _period(finding, denial.period_from, denial.period_to):
            yield f"in what it denies: {message}", field, "denies"
        if denial.inferred_from and not (denial.period_from or denial.period_to):
            yield (
                "in what it denies: a denial that is inferred from a word needs the date at which it begins or ends",
                "period_from",
                "denies",
            )
        elif denial.inferred_from and finding_values.reaches_too_far(denial, finding_values.span_of(finding, denial)):
            yield (
                "in what it denies: an inferred denial reaches at most to the end of the next year, or back to the "
                "beginning of the year before; leave one end of its period empty",
                "period_to",
                "denies",
            )
        if not denial.places.all():
            yield "in what it denies: it names no place", "places", "denies"
        if not denial.events.all():
            yield "in what it denies: it names no event kind", "events", "denies"


def sides_problem(actors: Collection[str], other_side: Collection[str]) -> str:
    """Return why these cannot be the two sides of a fight; empty if they can."""
    if set(other_side) - set(actors):
        return _("Everybody on the other side must be among the actors of the finding too.")
    if other_side and not set(actors) - set(other_side):
        return _("At least one actor must be on the first side: they cannot all be on the other side.")
    return ""


def _period(finding: Finding, period_from: str, period_to: str) -> Iterator[tuple[str, str]]:
    period = Period.parse(period_from, period_to)
    if not period.is_possible:
        yield f"its period ends before it begins ({period_from} to {period_to})", "period_to"
    if period.first and period.first > finding.edition.cut_off:
        yield "its period begins after the cut-off", "period_from"
    if period.last and period.last > finding.edition.cut_off and len(period_to) == len("2021-04-17"):
        yield "its period ends after the cut-off", "period_to"


# --- footnotes -----------------------------------------------------------------------------------


def _footnotes(edition: Edition) -> Iterator[EditionProblem]:
    sections = dict(edition.sections.values_list("code", "position"))
    notes = list(edition.footnotes.prefetch_related("sources", "findings").order_by("number"))
    printed = [note for note in notes if not note.named_in]
    if not edition.is_selection and [note.number for note in printed] != list(range(1, len(printed) + 1)):
        message = "their numbers must run from 1 without a gap, unless the edition says that it is a selection"
        yield EditionProblem("footnotes", message)
    placed = [note for note in printed if note.section_code in sections]
    for before, note in pairwise(placed):
        if _in_text(note, sections) < _in_text(before, sections):
            message = f"it comes before footnote {before.number} in the text, but has a higher number"
            yield EditionProblem(f"footnote {note.number}", message, "number")
    for note in notes:
        where = f"footnote {note.number}"
        if bool(note.named_in) is not (note.number >= FIRST_NAMED_NUMBER):
            message = (
                f"a source named in the text has a number from {FIRST_NAMED_NUMBER} up, a printed footnote a lower one"
            )
            yield EditionProblem(where, message, "number")
        if note.section_code not in sections:
            yield EditionProblem(where, f"there is no section {note.section_code}", "section_code")
        if not note.findings.all():
            yield EditionProblem(where, "no finding cites it")
        sources = sorted(note.sources.all(), key=lambda s: s.position)
        if not sources:
            yield EditionProblem(where, "it cites no source")
        if [s.position for s in sources] != list(range(1, len(sources) + 1)):
            yield EditionProblem(where, "the positions of its items must run from 1 without a gap")
        for source in sources:
            item = f"source {source.position}"
            if not (source.publisher or source.authors):
                yield EditionProblem(
                    where, f"item {source.position} has neither publisher nor author", "publisher", item
                )
            if not (source.title or source.url or note.named_in):
                yield EditionProblem(where, f"item {source.position} has neither title nor address", "title", item)
            if source.url and source.accessed is None:
                yield EditionProblem(
                    where, f"item {source.position} has an address and no access date", "accessed", item
                )
            if source.accessed and edition.latest_access and source.accessed > edition.latest_access:
                message = f"item {source.position} was accessed after the edition's latest access date"
                yield EditionProblem(where, message, "accessed", item)


def _in_text(note: Footnote, sections: Mapping[str, int]) -> tuple[int, int, int]:
    """Return the position of its mark, for sorting in reading order."""
    return sections[note.section_code], note.paragraph, note.after_sentence


# --- coverage ------------------------------------------------------------------------------------


def _coverage(edition: Edition) -> Iterator[EditionProblem]:
    """Check that findings assert or deny only within the edition's coverage."""
    (frame,) = finding_values.frames([edition])
    words = word_trees.vocabulary()
    for row in edition.coverage.all():
        period = Period.parse(row.period_from, row.period_to)
        if not period.is_possible:
            yield EditionProblem(f"coverage {row.code}", "ends before it begins", "period_to")
        if period.first and period.first < Moment.parse(edition.period_from).first:
            yield EditionProblem(f"coverage {row.code}", "begins before the reported period", "period_from")
    findings = list(finding_values.findings_with_everything(edition.findings.all()))
    with_places = [part for f in findings for part in (f, getattr(f, "denies", None)) if part]
    values = places.values_of({place for part in with_places for place in part.places.all()})
    for finding in findings:
        parts = [(finding, "")] if Kind(finding.kind).asserts else []
        if denial := getattr(finding, "denies", None):
            parts.append((denial, "denies"))
        for part, within in parts:
            span = finding_values.span_of(finding, part, by_sources=False)
            for place in (values[p.code] for p in part.places.all()):
                for event in [e.code for e in part.events.all()] or [""]:
                    if not any(
                        place.lies_in(row.place)
                        and row.span.contains(span)
                        and (not event or any(words.events.is_within(event, e) for e in row.events))
                        for row in frame.coverage
                    ):
                        what = f"{event or 'what it says'} in {place.name}, {span.first} to {span.last}"
                        message = f"{what} lies outside every coverage row"
                        yield EditionProblem(f"finding {finding.code}", message, "places", within)

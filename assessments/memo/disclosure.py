"""The documents for readers outside the office: the disclosure sheet and the questions.

The disclosure sheet is for the applicant or counsel. It lists all matched COI: supporting, opposing and context. It
contains nothing of the officer's assessment, which this module reads only for the officer's own sources. A finding that
the officer does not rely on is listed like any other.
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.answer import wording
from assessments.answer.answer import Answer, CitedMatch, FactAnswer
from assessments.assessing import coi_age, relocation_tests
from assessments.assessing.assessment import Assessment, OwnSourceWritten
from assessments.assessing.fact_presenter import PresentedFact, present
from assessments.memo import pending_recalls, stored_versions
from assessments.memo.footnote_numbers import Notes, WithNotes
from assessments.memo.source_lists import Queried, SourceGroup, queries_on, source_groups
from assessments.models import Case, MemoVersion
from assessments.models.codes import WAITING, PlaceRole, QuestionTo, State
from coi.library.cited_findings import FindingCard
from coi.library.region_sheets import RegionSheet
from coi.text.dates import day_words
from matching.outcome import Relation


@dataclass(frozen=True)
class Group:
    """Findings under one heading: supporting, saying otherwise, knowing of no evidence, or context."""

    relation: str
    title: str
    matches: tuple[CitedMatch, ...]


@dataclass(frozen=True)
class DisclosedFact(PresentedFact):
    """One material fact with all COI matched to it, relied on or not."""

    groups: tuple[Group, ...] = ()
    own_sources: tuple[OwnSourceWritten, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.groups and not self.own_sources


@dataclass(frozen=True)
class DisclosedRegion:
    """A region of the case: its figures, every denial about it and the findings that compare it with others."""

    sheet: RegionSheet
    roles: tuple[str, ...]
    denials: tuple[FindingCard, ...]
    compared: tuple[FindingCard, ...]


@dataclass(frozen=True)
class DisclosedPlace:
    """A place proposed for relocation, with the officer's sources on it."""

    name: str
    has_coi: bool
    own_sources: tuple[OwnSourceWritten, ...]


@dataclass(frozen=True)
class Disclosure(WithNotes):
    """Everything that the sheet prints."""

    answer: Answer
    office: str
    facts: tuple[DisclosedFact, ...]
    regions: tuple[DisclosedRegion, ...]
    proposed: tuple[DisclosedPlace, ...]
    country: tuple[FindingCard, ...]  # about the whole country: denials, and findings in the comparison of places
    made_of: str = ""  # the memo version in words; empty for a draft

    @property
    def reference(self) -> str:
        return self.answer.case.reference

    @property
    def cards(self) -> tuple[FindingCard, ...]:
        """Every finding on the sheet, each once, in the order of printing."""
        cards = [m.card for f in self.facts for group in f.groups for m in group.matches]
        cards += [p.card for p in self.answer.profile]
        cards += [card for region in self.regions for card in (*region.denials, *region.compared)]
        cards += self.country
        return tuple({card.key: card for card in cards}.values())

    @cached_property
    def _notes(self) -> Notes:
        return Notes.of((n for card in self.cards for n in card.footnotes), self.answer.report_titles)

    @property
    def sources(self) -> tuple[SourceGroup, ...]:
        """Every item behind a footnote of this sheet, grouped by originator."""
        notes = {(n.edition, n.number): n for card in self.cards for n in card.footnotes}
        return source_groups((notes[key] for key in sorted(notes)), lambda card: self.note(card).listed)

    @property
    def queries(self) -> tuple[Queried, ...]:
        """The curator's queries on findings, footnotes and figures of the sheet, each once."""
        figures = [series for region in self.regions for series in region.sheet.figures]
        return queries_on(self.cards, figures, self.answer.report_titles)


def build(answer: Answer, assessment: Assessment, *, office: str = "", made_of: str = "") -> Disclosure:
    """The sheet of a case."""
    pair = coi_age.pair_of(answer, assessment)
    columns = pair.columns if pair else ()
    facts = tuple(_fact(answer, fact, assessment) for fact in answer.facts)
    regions = tuple(_region(answer, sheet, columns) for sheet in answer.sheets)
    proposed = tuple(
        DisclosedPlace(relocation_tests.named_place(answer.case, c.place, c.name), bool(c.findings), c.own_sources)
        for c in columns
        if c.is_relocation
    )
    told = (*answer.country_denials, *(card for card, _tests in (pair.country if pair else ())))
    country = tuple({card.key: card for card in told}.values())
    return Disclosure(answer, office, facts, regions, proposed, country, made_of)


def version_of(case: Case) -> MemoVersion | None:
    """Return the newest version if it waits for a decision or was approved, else None.

    A case that is still edited, or was closed as a draft, has no such version: its sheet uses today's library.
    """
    newest = None if case.is_editable else case.versions.defer("pdf").order_by("-number").first()
    return newest if newest and (newest.is_final or newest.state in WAITING) else None


def of_version(version: MemoVersion) -> Disclosure:
    """Build the sheet of a version from its snapshot. Raise snapshot.BadSnapshot if that is not readable."""
    found, assessment, heading = stored_versions.thawed(version)
    return build(found, assessment, office=heading.office, made_of=_version_words(version))


def _version_words(version: MemoVersion) -> str:
    """The number and state of the version, in words."""
    decided = version.decided_at if version.is_final else None
    words = {"number": version.number, "day": day_words(timezone.localdate(decided or version.submitted_at))}
    if not decided:
        return _("version %(number)d, submitted on %(day)s, not approved") % words
    if version.state == State.RECALLED:
        return _("version %(number)d, approved on %(day)s, recalled since") % words
    if version.state == State.SUPERSEDED:
        return _("version %(number)d, approved on %(day)s, superseded since") % words
    if pending_recalls.is_pending(version):
        return _("version %(number)d, approved on %(day)s, not yet compared with a new edition of its report") % words
    return _("version %(number)d, approved on %(day)s") % words


def _fact(answer: Answer, fact: FactAnswer, assessment: Assessment) -> DisclosedFact:
    groups = (
        Group("supports", _("Findings that support"), fact.supporting),
        Group("contradicts", _("Findings that say otherwise"), fact.of(Relation.CONTRADICTS)),
        Group("no_evidence", _("The report knows of no evidence"), fact.of(Relation.NO_EVIDENCE)),
        Group("context", _("Rules out part of the period"), fact.ruling_out_part),
        *(
            Group("context", _("Context: %(why)s") % {"why": wording.CONTEXT_GROUPS[name]}, found)
            for name, found in fact.context_groups
        ),
    )
    return DisclosedFact(
        answer=fact,
        whole=answer,
        groups=tuple(group for group in groups if group.matches),
        own_sources=assessment.sources_on(fact.stated.id),
    )


def _region(answer: Answer, sheet: RegionSheet, columns: tuple[relocation_tests.Column, ...]) -> DisclosedRegion:
    denials = {card.key: card for card in (*sheet.denials, *sheet.wider_denials)}
    compared = {
        c.key: c for column in columns if column.sheet and column.sheet.code == sheet.code for c in column.findings
    }
    inside = [p.stated.role for p in answer.places if p.sheet and p.sheet.code == sheet.code]
    return DisclosedRegion(
        sheet=sheet,
        roles=tuple(dict.fromkeys(str(PlaceRole(role).label) for role in inside)),
        denials=tuple(denials.values()),
        compared=tuple(card for key, card in compared.items() if key not in denials),
    )


# --- the questions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """The questions on one fact or, if ``fact`` is None, on the whole case."""

    fact: PresentedFact | None
    words: tuple[str, ...]


@dataclass(frozen=True)
class QuestionList:
    """All questions for one addressee: the applicant or the COI unit."""

    to: str
    asked: tuple[Asked, ...]

    @property
    def is_interview(self) -> bool:
        return self.to == QuestionTo.APPLICANT


def question_parts(answer: Answer, assessment: Assessment, to: str = "") -> tuple[QuestionList, ...]:
    """The questions by addressee, in the order of the facts."""
    facts = {fact.stated.id: present(answer, fact) for fact in answer.facts}
    parts = []
    for one in QuestionTo:
        if to and one != to:
            continue
        by_fact: dict[str, list[str]] = {ident: [] for ident in (*facts, "")}
        for question in assessment.questions_to(one):
            by_fact[question.fact if question.fact in facts else ""].append(question.words)
        asked = tuple(Asked(facts.get(ident), tuple(words)) for ident, words in by_fact.items() if words)
        if asked:
            parts.append(QuestionList(one.value, asked))
    return tuple(parts)

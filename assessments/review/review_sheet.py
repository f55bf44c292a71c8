"""A submitted memo as its reviewer reads it: section by section, with the evidence for each. It decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.actions.review import ERRORS
from assessments.answer.answer import CitedMatch
from assessments.assessing import coi_age
from assessments.assessing.open_points import OpenPoint, open_points
from assessments.memo import library_changes, memo, snapshot, stored_versions, submission
from assessments.memo.code_words import relation_name
from assessments.memo.library_changes import Since
from assessments.memo.memo import FactPart, Memo, Section
from assessments.models import Case, MemoVersion, SectionReview
from assessments.models.codes import WAITING, Grade, State
from coi.library.cited_findings import FindingCard


@dataclass(frozen=True)
class Entry:
    """A finding of the library that a section uses. ``state`` is the code of its relation to the fact."""

    card: FindingCard
    state: str = ""
    words: str = ""
    number: int | None = None  # of its paragraph in the memo; None if the memo only counts it
    section: str = ""  # the section that prints it in full
    is_here: bool = False  # whether that is the section shown


@dataclass(frozen=True)
class SectionRead:
    """A section of the memo that a reviewer grades, with the evidence for it, and its review so far."""

    printed: Section
    parts: tuple[Section, ...]  # all that its page prints: the section and ungraded parts before or after it
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    open: tuple[OpenPoint, ...] = ()  # open points of the officer
    review: SectionReview | None = None
    earlier: SectionReview | None = None  # its review when the previous version was returned
    is_shown: bool = False  # to the present reviewer
    is_graded: bool = False  # by the present reviewer

    @property
    def anchor(self) -> str:
        return self.printed.anchor

    @property
    def title(self) -> str:
        return self.printed.title

    @property
    def is_done(self) -> bool:
        """Whether the present reviewer opened and graded it."""
        return self.is_shown and self.is_graded

    @property
    def lacks_comment(self) -> bool:
        """Whether it was graded as an error and the comment does not say which."""
        return bool(self.is_graded and self.review and self.review.grade in ERRORS and not self.review.comment)


@dataclass(frozen=True)
class ReviewRead:
    """One version of a memo for review, read from its snapshot."""

    memo: Memo
    sections: tuple[SectionRead, ...]  # those that a reviewer grades, in the order of the memo
    returned: MemoVersion | None = None  # the previous version, if it was returned
    since: Since = library_changes.NOTHING  # changes in the library since the submission

    def section(self, anchor: str) -> SectionRead | None:
        return next((s for s in self.sections if s.anchor == anchor), None)

    def next_ungraded(self, after: str = "") -> SectionRead | None:
        """The next section, in a circle, that the reviewer did not open and grade; the one just read comes last."""
        place = next((n for n, s in enumerate(self.sections, 1) if s.anchor == after), 0)
        return next((s for s in self.sections[place:] + self.sections[:place] if not s.is_done), None)

    @property
    def done(self) -> int:
        """Number of sections that the reviewer opened and graded."""
        return sum(s.is_done for s in self.sections)

    @property
    def left(self) -> int:
        """Number of sections that the reviewer did not open and grade yet."""
        return len(self.sections) - self.done

    @property
    def remarked(self) -> tuple[SectionRead, ...]:
        """The sections with a comment, or with a grade other than correct."""
        return tuple(s for s in self.sections if s.review and (s.review.comment or s.review.grade in ERRORS))

    @property
    def open(self) -> tuple[tuple[OpenPoint, str], ...]:
        """The open points of the officer, each with the anchor of its section."""
        return tuple((point, section.anchor) for section in self.sections for point in section.open)

    @cached_property
    def section_of(self) -> dict[str, str]:
        """The section that prints each paragraph or part of the memo, by the id of the element in the memo."""
        found = {part.anchor: s.anchor for s in self.sections for part in s.parts}
        numbers = self.memo.paragraphs.numbers
        names = {name: name for name in numbers if name.partition(":")[0] in found}
        names |= {card.key: block for block, cards in self.memo.paragraphs.blocks.items() for card in cards}
        return found | {f"p{numbers[name]}": _printed_in(block, found) for name, block in names.items()}


_ANNEXES = {"context": "profile", "region": "regions", "country": "regions"}  # blocks not named after their section


def _printed_in(block: str, sections: Mapping[str, str]) -> str:
    name = block.partition(":")[0]
    return sections[_ANNEXES.get(name, name)]


def read(case: Case, version: MemoVersion) -> ReviewRead:
    """Read the memo of a version and its review so far. Raises BadSnapshot if its content was tampered with."""
    answer, assessment, heading = stored_versions.thawed(version)
    reviewer = str(case.reviewer) if case.reviewer else ""
    printed = memo.build(answer, assessment, replace(heading, status=version.state, reviewer=reviewer))
    returned = _returned_before(version)
    asked = {anchor: row for anchor, row in _reviews(returned).items() if _asks(row)} if returned else {}
    changed = {f.ident for f in case.facts.all() if f.changed_after_matches_at}
    points = open_points(answer, assessment)
    found = []
    for section, parts in _pages(printed.sections):
        found.append(
            SectionRead(
                section,
                parts,
                earlier=asked.get(section.anchor),
                open=tuple(point for point in points if _section_of(point) == section.anchor),
                **_beside(section, printed, changed),
            )
        )
    moved = library_changes.since(version, answer) if version.state in WAITING else library_changes.NOTHING
    return with_reviews(_numbered(ReviewRead(printed, tuple(found), returned, moved)), case, version)


def with_reviews(found: ReviewRead, case: Case, version: MemoVersion) -> ReviewRead:
    """Return the same memo with its review as stored now, without reading the snapshot again."""
    reviews = _reviews(version)
    shown = set(version.sections_shown.filter(to=case.reviewer).values_list("section", flat=True))

    def reviewed(section: SectionRead) -> SectionRead:
        review = reviews.get(section.anchor)
        is_graded = bool(review and review.grade and review.by_id == case.reviewer_id)
        return replace(section, review=review, is_shown=section.anchor in shown, is_graded=is_graded)

    return replace(found, sections=tuple(map(reviewed, found.sections)))


def _pages(sections: Iterable[Section]) -> list[tuple[Section, tuple[Section, ...]]]:
    """Return each graded section with the ungraded parts before it. Those after the last belong to the last."""
    pages: list[tuple[Section, tuple[Section, ...]]] = []
    waiting: tuple[Section, ...] = ()
    for section in sections:
        waiting = (*waiting, section)
        if section.title:
            pages.append((section, waiting))
            waiting = ()
    last, parts = pages.pop()
    return [*pages, (last, parts + waiting)]


def _numbered(found: ReviewRead) -> ReviewRead:
    """Add to each entry where the memo prints it."""
    numbers, section_of = found.memo.paragraphs.numbers, found.section_of

    def numbered(entry: Entry, anchor: str) -> Entry:
        number = numbers.get(entry.card.key)
        there = section_of.get(f"p{number}", "")
        return replace(entry, number=number, section=there, is_here=there == anchor)

    sections = (replace(s, entries=tuple(numbered(e, s.anchor) for e in s.entries)) for s in found.sections)
    return replace(found, sections=tuple(sections))


def _section_of(point: OpenPoint) -> str:
    if point.is_of_fact:
        return memo.fact_anchor(point.name)
    return "pairs" if point.is_of_relocation else "applicant"


def _reviews(version: MemoVersion) -> dict[str, SectionReview]:
    return {r.section: r for r in version.section_reviews.select_related("by")}


def _returned_before(version: MemoVersion) -> MemoVersion | None:
    """Return the previous version if it was returned, so that the reviewer can check what was asked for."""
    decided = version.case.versions.filter(number__lt=version.number, decided_at__isnull=False)
    before: MemoVersion | None = (
        decided.defer("content", "pdf").select_related("decided_by").order_by("-number").first()
    )
    return before if before and before.state == State.RETURNED else None


def _asks(row: SectionReview) -> bool:
    return bool(row.comment) or row.grade in ERRORS


@dataclass(frozen=True)
class CommentRead:
    """The reviewer's comment on a section, with the address of the page where the section is edited."""

    title: str
    review: SectionReview
    href: str


@dataclass(frozen=True)
class CommentsRead:
    """The comments on all sections; ``correct`` are titles of sections graded correct without a comment."""

    listed: tuple[CommentRead, ...]
    correct: tuple[str, ...]  # titles

    def __bool__(self) -> bool:
        return bool(self.listed or self.correct)


def comments_on(version: MemoVersion) -> CommentsRead:
    """Return the comments on every section that was graded or commented on, in the order of the memo."""
    reviews = _reviews(version)
    try:
        named = titles(version)
    except snapshot.BadSnapshot:  # the comments are shown without titles
        named = tuple((anchor, anchor) for anchor in reviews)
    found = [(anchor, title, reviews[anchor]) for anchor, title in named if anchor in reviews]
    plain = {anchor for anchor, _title, r in found if r.grade == Grade.CORRECT and not r.comment.strip()}
    listed = (
        CommentRead(title, r, _page_of(version.case, anchor)) for anchor, title, r in found if anchor not in plain
    )
    return CommentsRead(tuple(listed), tuple(title for anchor, title, _r in found if anchor in plain))


_PAGES = {"applicant": "case", "profile": "case", "regions": "case-matches", "pairs": "relocation", "gaps": "gaps"}


def _page_of(case: Case, anchor: str) -> str:
    if anchor.startswith("fact-"):
        return reverse("fact", args=[case.uuid, anchor.removeprefix("fact-")])
    return reverse(_PAGES.get(anchor, "preview"), args=[case.uuid])


def titles(version: MemoVersion) -> tuple[tuple[str, str], ...]:
    """Return anchor and title of each section that is graded."""
    return memo.build(*stored_versions.thawed(version)).graded


def _beside(section: Section, printed: Memo, changed: set[str]) -> dict[str, Any]:
    anchor = section.anchor
    if section.part:
        return _beside_fact(section.part, printed, section.part.answer.stated.id in changed)
    if anchor == "profile":
        return {"entries": tuple(Entry(p.card) for p in printed.answer.profile)}
    if anchor == "pairs" and printed.pair:
        return {"entries": _each_once(printed.pair.findings), "warnings": _age(printed, coi_age.IPA)}
    if anchor == "regions":
        sheets = (item.sheet for item in printed.sheets)
        cards = (card for s in sheets for card in (*s.denials, *s.wider_denials))
        return {"entries": _each_once((*cards, *printed.country_denials))}
    return {}


def _each_once(cards: Iterable[FindingCard]) -> tuple[Entry, ...]:
    return tuple(Entry(card) for card in {card.key: card for card in cards}.values())


def _beside_fact(part: FactPart, printed: Memo, is_changed: bool) -> dict[str, Any]:
    def entry(m: CitedMatch) -> Entry:
        return Entry(m.card, m.relation.value, relation_name(m))

    warnings = [_("This fact was changed after its matches were shown.")] if is_changed else []
    warnings += [str(lack) for lack in submission.lacking(part.answer, printed.assessment)]
    return {
        "entries": tuple(map(entry, part.supporting + part.contradicting + part.without_evidence + part.taken)),
        "warnings": (*warnings, *_age(printed, coi_age.FUTURE_RISK, part.answer.stated.id)),
    }


def _age(printed: Memo, kind: str, name: str = "") -> tuple[str, ...]:
    """Return warnings on parts that rely on old COI only, with the officer's reasons."""
    limit = printed.heading.age_limit
    justification = printed.assessment.old_coi_justification.strip()
    words = [
        submission.old_part_words(part, limit)
        for part in printed.old_parts
        if part.kind == kind and name in ("", part.name)
    ]
    if words and justification:
        words.append(_("The officer’s reasons for relying on it: %(words)s") % {"words": justification})
    return tuple(words)

"""The library's answer on a case, fact by fact: one frozen value for pages, exports and memos."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assessments.answer import wording
from assessments.answer.wording import Names
from assessments.casefile.values import CaseFile, StatedFact, StatedPlace
from coi.library import cited_findings, lookup, region_sheets
from coi.library.cited_findings import EditionCard, FindingCard, FootnoteCard, Remark
from coi.library.held_editions import Reading
from coi.library.region_sheets import RegionSheet
from coi.moment import one_moment
from coi.text.words import report_name
from matching.criteria import Nearness, Reason
from matching.facts import Kind
from matching.match import RULES_VERSION, match
from matching.outcome import FindingMatch, Outcome, Position, Relation, is_about_others
from matching.profile import ProfileMatch, match_profile


@dataclass(frozen=True)
class CitedMatch:
    """A finding matched to a fact, with the card that shows and cites it."""

    match: FindingMatch
    card: FindingCard

    @property
    def relation(self) -> Relation:
        return self.match.relation


def _is_of_the_event(m: FindingMatch) -> bool:
    where, when = m.verdicts[0], m.verdicts[1]
    return m.finding.kind is Kind.OCCURRENCE and where.nearness is Nearness.SAME and when.meets


@dataclass(frozen=True)
class FactAnswer:
    """One material fact and what the COI says about it."""

    stated: StatedFact
    outcome: Outcome
    matches: tuple[CitedMatch, ...]
    context_is_cut: bool

    @property
    def position(self) -> Position:
        return self.outcome.position

    @property
    def state(self) -> str:
        """The code that chooses the look of the position: never "silent" if there is context to read."""
        return "context" if self.outcome.is_context_only else self.position.value

    def of(self, *relations: Relation) -> tuple[CitedMatch, ...]:
        return tuple(m for m in self.matches if m.relation in relations)

    @property
    def supporting(self) -> tuple[CitedMatch, ...]:
        return self.of(Relation.SUPPORTS)

    @property
    def opposing(self) -> tuple[CitedMatch, ...]:
        return self.of(Relation.CONTRADICTS, Relation.NO_EVIDENCE)

    @property
    def opposing_groups(self) -> tuple[tuple[Relation, tuple[CitedMatch, ...]], ...]:
        """Opposing findings, apart by what they do: say otherwise, and know of no evidence."""
        groups = ((relation, self.of(relation)) for relation in (Relation.CONTRADICTS, Relation.NO_EVIDENCE))
        return tuple((relation, found) for relation, found in groups if found)

    @property
    def context(self) -> tuple[CitedMatch, ...]:
        """Findings that neither support nor oppose the fact; pages may fold them."""
        return tuple(m for m in self.matches if not m.match.is_listed_in_full)

    @property
    def ruling_out_part(self) -> tuple[CitedMatch, ...]:
        """Denials of part of the time of an event. They do not oppose the fact, but are printed in full."""
        return tuple(m for m in self.of(Relation.CONTEXT) if m.match.is_listed_in_full)

    @property
    def told_of_others(self) -> tuple[CitedMatch, ...]:
        """Context about such an event by others, which a reason of the position mentions.

        If findings support the fact, it includes only events at the same place and time.
        """
        codes = {r.code for r in self.outcome.reasons}
        others = (m for m in self.matches if is_about_others(m.match))
        if "reported-of-others" in codes:
            return tuple(others)
        return tuple(m for m in others if _is_of_the_event(m.match)) if "also-told-of-others" in codes else ()

    @property
    def context_groups(self) -> tuple[tuple[str, tuple[CitedMatch, ...]], ...]:
        """Context grouped by the question that keeps it from supporting or opposing; denials come first."""
        groups: dict[str, list[CitedMatch]] = {}
        for m in self.context:
            if m.match.is_denial:
                name = "denial"
            else:
                name = m.match.kept_out_by.value if m.match.kept_out_by else "kind"
            groups.setdefault(name, []).append(m)
        order = ("denial", "who", "what", "when", "where", "kind")
        return tuple((name, tuple(groups[name])) for name in order if name in groups)

    @property
    def queries(self) -> tuple[Remark, ...]:
        """Curator's queries on supporting and opposing findings."""
        return tuple(dict.fromkeys(q for m in self.supporting + self.opposing for q in m.card.all_queries))


@dataclass(frozen=True)
class ReportSaid:
    """The position of one of several reports on a fact, in words."""

    edition: str
    label: str
    position: str  # its code; "context" if there is only context
    words: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ProfileAnswer:
    """A finding that names a trait of the profile."""

    match: ProfileMatch
    card: FindingCard


@dataclass(frozen=True)
class PlaceAnswer:
    """A place of the case and the sheet of its region."""

    stated: StatedPlace
    sheet: RegionSheet | None


@dataclass(frozen=True)
class Answer:
    """Everything that the library says about one case on one day."""

    case: CaseFile
    editions: tuple[EditionCard, ...]
    facts: tuple[FactAnswer, ...]
    profile: tuple[ProfileAnswer, ...]
    places: tuple[PlaceAnswer, ...]
    names: Names
    rules_version: str = RULES_VERSION

    @property
    def oldest(self) -> EditionCard | None:
        """The oldest edition with a supporting or opposing finding. Its age is the age of the COI."""
        relied_on = {m.card.edition for f in self.facts for m in f.supporting + f.opposing}
        used = [e for e in self.editions if e.code in relied_on] or list(self.editions)
        return min(used, key=lambda e: (e.cut_off, e.code), default=None)

    @property
    def sheets(self) -> tuple[RegionSheet, ...]:
        """One sheet per region, in the order of the case."""
        found = {p.sheet.code: p.sheet for p in self.places if p.sheet}
        return tuple(found.values())

    @property
    def country_denials(self) -> tuple[FindingCard, ...]:
        """Denials about the whole country, each once. In memos under rules 1, each sheet has its own."""
        told = (sheet.whole_country for sheet in self.sheets)
        return tuple({card.key: card for country in told if country for card in country.denials}.values())

    @property
    def footnotes(self) -> tuple[FootnoteCard, ...]:
        """Every footnote of the findings on facts and profile, in order."""
        used = {
            (note.edition, note.number): note
            for card in (
                *(m.card for f in self.facts for m in f.matches),
                *(p.card for p in self.profile),
            )
            for note in card.footnotes
        }
        return tuple(used[key] for key in sorted(used))

    @cached_property
    def report_titles(self) -> dict[str, str]:
        """The short name of each of several reports, "Report A", by edition code; empty if there is one report."""
        if len(self.editions) < 2:
            return {}
        return {e.code: wording.report_title(n) for n, e in enumerate(self.editions)}

    @cached_property
    def report_names(self) -> dict[str, str]:
        """The report and its date, to print with each finding if there are several reports."""
        titles = self.report_titles
        return {e.code: report_name(titles[e.code], e.cut_off) for e in self.editions if titles}

    def reason_words(self, reason: Reason) -> str:
        return self.names.sentence(reason)

    def position_reasons(self, fact: FactAnswer) -> tuple[str, ...]:
        """The sentences that explain the position, for one report or for several."""
        several = len(fact.outcome.by_edition) > 1
        sentence = self.names.sentence_of_several if several else self.names.sentence
        return tuple(sentence(r) for r in fact.outcome.reasons)

    def by_report(self, fact: FactAnswer) -> tuple[ReportSaid, ...]:
        """The position of each report by itself; empty if only one was asked."""
        found = fact.outcome.by_edition
        if len(found) < 2:
            return ()
        labels = {e.code: f"{self.report_titles[e.code]}, {e.label}" for e in self.editions}
        return tuple(
            ReportSaid(
                e.edition,
                labels[e.edition],
                "context" if e.is_context_only else e.position.value,
                wording.edition_position_words(e),
                tuple(self.names.sentence_of_one(r) for r in e.reasons),
            )
            for e in found
        )


def counted_once(found: Iterable[CitedMatch]) -> tuple[str, ...]:
    """Originators behind findings of more than one report. Each counts as one originator."""
    editions: dict[str, set[str]] = {}
    for m in found:
        for name in m.card.originators:
            editions.setdefault(name, set()).add(m.card.edition)
    return tuple(sorted(name for name, behind in editions.items() if len(behind) > 1))


@one_moment()
def answer(case: CaseFile, *, on: date | None = None) -> Answer:
    """Match every fact of the case against the current edition of every report on its country."""
    on = on or case.assessed_on
    countries = {case.country} | {f.place.value.country for f in case.facts}
    reading = lookup.read(lookup.editions_on(countries))
    answered = [_answer_fact(stated, reading, on) for stated in case.facts]
    profile_matches = _profile(case, reading)
    cards_of = reading.cards_by_key(
        {m.finding.key for outcome, _cut in answered for m in outcome.matches}
        | {m.finding.key for m in profile_matches}
    )
    facts = tuple(
        FactAnswer(
            stated=stated,
            outcome=outcome,
            matches=tuple(CitedMatch(m, cards_of[m.finding.key]) for m in outcome.matches),
            context_is_cut=is_cut,
        )
        for stated, (outcome, is_cut) in zip(case.facts, answered, strict=True)
    )
    return Answer(
        case=case,
        editions=tuple(cited_findings.edition_card(e, on) for e in reading.editions),
        facts=facts,
        profile=tuple(ProfileAnswer(m, cards_of[m.finding.key]) for m in profile_matches),
        places=_places(case, reading),
        names=Names.load(reading, [p.place for p in case.places] + [f.place for f in case.facts]),
    )


def _answer_fact(stated: StatedFact, reading: Reading, on: date) -> tuple[Outcome, bool]:
    """Return the outcome of one fact, and whether its context was cut."""
    fact = stated.to_match()
    found = lookup.candidates(fact, reading)
    return match(fact, found.findings, reading.frames, reading.vocabulary, on=on), found.context_is_cut


def _profile(case: CaseFile, reading: Reading) -> tuple[ProfileMatch, ...]:
    traits = tuple(sorted({t.trait for t in case.traits}))
    homes = tuple({p.place.value.code: p.place.value for p in case.places if p.role != "transit"}.values())
    return match_profile(traits, homes, lookup.naming_targets(traits, reading), reading.vocabulary)


def _places(case: CaseFile, reading: Reading) -> tuple[PlaceAnswer, ...]:
    by_region: dict[str, RegionSheet] = {}
    found = []
    for stated in case.places:
        regions = sorted(stated.place.value.regions)
        sheet = None
        if len(regions) == 1:
            sheet = by_region.get(regions[0]) or region_sheets.region_sheet(regions[0], reading)
            by_region[regions[0]] = sheet
        found.append(PlaceAnswer(stated, sheet))
    return tuple(found)

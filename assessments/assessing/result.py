"""An answer as the JSON document and the plain text that ``assess`` prints. See docs/case-file.md."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.answer.answer import Answer, CitedMatch, PlaceAnswer
from assessments.assessing.fact_presenter import PresentedFact, present, why
from assessments.models.codes import PlaceRole
from coi.library.cited_findings import FindingCard
from coi.text.words import coi_age_line
from matching.origins import Origins


def document(answer: Answer) -> dict[str, Any]:
    """Return the result of one case, in the form of docs/reference/result.schema.json."""
    oldest = answer.oldest
    return {
        "reference": answer.case.reference,
        "assessed_on": answer.case.assessed_on.isoformat(),
        "edition": oldest.code if oldest else None,
        "coi_age_months": oldest.age_months if oldest else None,
        "editions": [
            {"code": e.code, "label": e.label, "cut_off": e.cut_off.isoformat(), "age_months": e.age_months}
            for e in answer.editions
        ],
        "rules_version": answer.rules_version,
        "facts": [_fact(present(answer, fact)) for fact in answer.facts],
        "profile": [
            {
                "finding": p.card.code,
                "edition": p.card.edition,
                "statement": p.card.statement,
                "traits": list(p.match.traits),
                "reasons": [answer.reason_words(r) for r in p.match.reasons],
                "footnotes": [note.number for note in p.card.footnotes],
            }
            for p in answer.profile
        ],
        "places": [_place(place, several=bool(answer.report_titles)) for place in answer.places],
        "sources": [
            {"edition": note.edition, "footnote": note.number, "citation": note.citation} for note in answer.footnotes
        ],
    }


def _fact(fact: PresentedFact) -> dict[str, Any]:
    found, outcome, answer = fact.answer, fact.answer.outcome, fact.whole
    return {
        "id": fact.ident,
        "coi_position": found.position.value,
        "reason": " ".join(fact.reasons),
        "reason_codes": [r.code for r in outcome.reasons],
        "open": list(fact.open),
        "place": _resolved(fact.stated.place),
        "not_covered_from": outcome.not_covered_from.isoformat() if outcome.not_covered_from else None,
        "findings": [_match(answer, m) for m in found.matches],
        "more_context": found.context_is_cut,
        "agreement": outcome.agreement.value if outcome.agreement else None,
        "by_edition": [
            {
                "edition": e.edition,
                "coi_position": e.position.value,
                "level": e.level.value if e.level else None,
                "reason": " ".join(answer.names.sentence_of_one(r) for r in e.reasons),
                "reason_codes": [r.code for r in e.reasons],
            }
            for e in outcome.by_edition
        ],
        "independent_origins": outcome.independent_origins.least,
        "event_origins": _origins(outcome.event_origins),
        "kind_origins": _origins(outcome.kind_origins),
        "opposing_origins": outcome.opposing_origins.least,
        "queries": [query.words for query in found.queries],
    }


def _origins(found: Origins | None) -> dict[str, Any] | None:
    """Return the minimum number of originators and their names; None for rules that did not separate the levels."""
    return {"least": found.least, "names": list(found.names)} if found else None


def _match(answer: Answer, m: CitedMatch) -> dict[str, Any]:
    part = m.match.ruled_out_part
    return {
        "finding": m.card.code,
        "edition": m.card.edition,
        "statement": m.card.statement,
        "relation": m.relation.value,
        "level": m.match.level.value if m.match.level else None,
        "ruled_out_part": {"from": part.first.isoformat(), "to": part.last.isoformat()} if part else None,
        "sources_are_older": m.match.sources_are_older,
        "inferred_from": m.card.denies.inferred_from if m.card.denies else "",
        "kept_out_by": m.match.kept_out_by.value if m.match.kept_out_by else None,
        "is_denial": m.match.is_denial,
        "reasons": list(why(m, answer)),
        "footnotes": [note.number for note in m.card.footnotes],
        "originators": list(m.card.originators),
    }


def _resolved(place: Any) -> dict[str, Any]:
    return {
        "typed": place.typed,
        "resolved": list(place.names),
        "region": place.region,
        "located": place.located,
        "also": [f"{p.name} ({p.get_kind_display()})" for p in place.also],
    }


def _place(place: PlaceAnswer, *, several: bool) -> dict[str, Any]:
    """Return a place. ``several``: more than one report was asked, so findings and figures name their edition."""
    sheet = place.sheet
    cards = (sheet.findings, sheet.denials) if sheet else ((), ())
    findings, denials = ([card.key if several else card.code for card in found] for found in cards)
    return {
        "role": place.stated.role,
        "place": place.stated.place.typed,
        "region": place.stated.place.region,
        "resolved": list(place.stated.place.names),
        "located": place.stated.place.located,
        "also": _resolved(place.stated.place)["also"],
        "findings": findings,
        "denials": denials,
        "figures": {
            (f"{series.edition}/{series.number}/{period}" if several else period): number
            for series in (sheet.figures if sheet else ())
            for period, number in series.by_period.items()
        },
    }


def as_text(answer: Answer) -> str:
    """Return the same result as text for a terminal."""
    lines = [_("Case %(reference)s") % {"reference": answer.case.reference}]
    for e in answer.editions:
        lines += [e.label, *([_("Only a part of this report is in the library.")] if e.is_selection else [])]
        lines += [coi_age_line(e.country, e.cut_off, e.age_months)]
    lines.append(
        _("Rules %(version)s. The answer says what the report says. It does not say who is believed.")
        % {"version": answer.rules_version}
    )
    for fact in answer.facts:
        lines += _fact_lines(present(answer, fact))
    if answer.profile:
        lines += ["", _("Profile")]
        for p in answer.profile:
            reasons = " ".join(answer.reason_words(r) for r in p.match.reasons)
            lines.append(f"  - {p.card.statement} {_notes(answer, p.card)} {reasons}")
    lines += ["", _("Places")]
    for place in answer.places:
        role = ", ".join(
            filter(None, [str(PlaceRole(place.stated.role).label), answer.case.whose(place.stated.person)])
        )
        lines.append(f"  {role}: {', '.join(place.stated.place.names)}")
        if place.sheet:
            for series in place.sheet.figures:
                numbers = "; ".join(f"{period}: {number}" for period, number in series.by_period.items())
                of = f"{series.edition}/{series.number}, " if answer.report_titles else ""
                lines.append(f"    {of}{series.title} ({series.source}): {numbers}")
    lines += ["", _("Sources")]
    several = bool(answer.report_titles)
    lines += [f"  {note.edition + ' ' if several else ''}[{note.mark}] {note.citation}" for note in answer.footnotes]
    return "\n".join(lines)


def _notes(answer: Answer, card: FindingCard) -> str:
    """Return the footnotes of a finding, after its edition if several reports were asked."""
    of = f"{card.edition} " if answer.report_titles else ""
    numbers = ", ".join(note.mark for note in card.footnotes)
    return of + (f"[{numbers}]" if numbers else _("[no footnote in the report]"))


def _fact_lines(fact: PresentedFact) -> list[str]:
    answer = fact.whole
    lines = ["", f"{fact.ident}  {fact.position_words}", *([f"  {fact.level_words}"] if fact.level_words else [])]
    lines.append(f"  {fact.stated.statement}")
    if fact.whose:
        lines.append("  " + _("Person: %(person)s") % {"person": fact.whose})
    lines.append("  " + " ".join(fact.reasons))
    if fact.agreement:
        lines.append(f"  {fact.agreement}")
    lines += [f"  * {said.label} {said.words}. {' '.join(said.reasons)}" for said in fact.reports]
    if fact.open:
        lines.append("  " + _("Open: %(open)s") % {"open": "; ".join(fact.open)})
    lines += [f"  {words}" for words in (fact.origins_words, fact.opposing_origins_words) if words]
    for m in fact.answer.matches:
        lines.append(f"  - ({m.relation.value}) {m.card.statement} {_notes(answer, m.card)}")
        if m.match.is_listed_in_full:
            lines += [f"      {words}" for words in why(m, answer)]
    lines += ["  " + _("Curator's query: %(query)s") % {"query": q} for q in fact.answer.queries]
    return lines

"""A fully assessed case in memory, with every part that an officer can write, made from the library's answer."""

from dataclasses import replace

from assessments.answer.answer import Answer
from assessments.assessing.assessment import (
    Assessment,
    ConclusionWritten,
    FactWritten,
    IndicatorWritten,
    OmissionWritten,
    OwnSourceWritten,
    QuestionWritten,
)
from assessments.assessing.relocation_tests import place_key

REASONING = "The account is detailed on the night itself.\n\nOn the return she was asked twice.\nمحمد 12/03/2019"


def assess(answer: Answer) -> Assessment:
    """Return what an officer might write on this answer. On the first fact at least, nothing is left unset."""
    first = answer.facts[0]
    ident = first.stated.id
    supporting = [m.card.key for m in first.supporting]
    opposing = [m.card.key for m in first.opposing]
    context = [m.card.key for m in first.context]
    own = (
        OwnSourceWritten(
            7, ident, "", "UN OCHA, Mali: Situation report, New York, June 2026", "2026-06", "https://reports.example/mali",
            "Attacks on villages of the circle went on in 2026.", "supports",
        ),
        OwnSourceWritten(
            8, ident, "", "Le Journal du Mali, Bamako, 2 May 2026", "2026-05-02", "",
            "No attack was recorded that week.", "opposes",
        ),
    )  # fmt: skip
    tests: tuple[ConclusionWritten, ...] = ()
    for n, place in enumerate(answer.case.relocations):
        key = place_key(place)
        own += (
            OwnSourceWritten(
                20 + n,
                "",
                key,
                "Cadre harmonisé, food security, Bamako, 2026",
                "2026-03",
                "",
                "Prices rose.",
                "opposes",
            ),
        )
        tests += (
            ConclusionWritten(key, "safety", "met", "No armed group is active there by the newest source.", 1),
            ConclusionWritten(key, "travel", "not-met", "The road is mined.", 1),
        )
    facts = [
        FactWritten(
            ident,
            reasoning=REASONING,
            outcome="accepted",
            outcome_reasons="The COI tells of the attack, and the account fits it.",
            explanation_asked="given",
            explanation="He was away that night and heard of it the next day.",
            indicators=(
                IndicatorWritten("internal", "Consistent over both interviews."),
                IndicatorWritten(
                    "external",
                    "The date and the place fit.",
                    view="consistent",
                    relies_on=(*supporting[:2], *opposing[:1], "own:7"),
                    expected="An attack of this size is reported by several sources.",
                ),
                IndicatorWritten("plausibility", "Nothing speaks against it.", relies_on=("gone-edition/x-1",)),
            ),
            version=3,
        )
    ]
    if len(answer.facts) > 1:
        facts.append(
            FactWritten(answer.facts[1].stated.id, outcome="not-accepted", outcome_reasons="It is open to doubt.")
        )
    omitted = (supporting[-1:] if len(supporting) > 1 else []) + opposing[-1:]
    return Assessment(
        facts=tuple(facts),
        omissions=tuple(OmissionWritten(key, "It is told of another district.", 1, ident) for key in omitted),
        context_taken=frozenset((ident, key) for key in context[:2]),
        own_sources=own,
        tests=tests,
        questions=(
            QuestionWritten(1, ident, "applicant", "Who else saw the attackers?"),
            QuestionWritten(2, "", "coi", "What is known of the road since 2024?"),
        ),
        old_coi_justification="The newest reports do not cover the circle; the officer asked the COI unit.",
    )


def long(assessment: Assessment, text: str) -> Assessment:
    """Return the assessment with this text in each of the officer's texts."""
    return replace(
        assessment,
        facts=tuple(replace(f, reasoning=text, outcome_reasons=text or "-") for f in assessment.facts),
        tests=tuple(replace(t, reasons=text) for t in assessment.tests),
        own_sources=tuple(replace(s, citation=text, says=text) for s in assessment.own_sources),
        omissions=tuple(replace(o, reason=text) for o in assessment.omissions),
        questions=tuple(replace(q, words=text) for q in assessment.questions),
        old_coi_justification=text,
    )

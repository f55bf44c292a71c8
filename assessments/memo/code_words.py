"""The words that a memo prints for the codes of facts, applicants, findings and conclusions."""

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.answer.answer import Answer, CitedMatch, FactAnswer
from assessments.assessing.fact_presenter import PresentedFact
from assessments.models.codes import (
    FACT_KINDS,
    Conclusion,
    ExplanationAsked,
    ExternalConsistency,
    Indicator,
    OriginStatus,
    Outcome,
    PlaceRole,
    QuestionTo,
    Sex,
)
from matching.facts import FactKind
from matching.outcome import Relation


def fact_name(ident: str) -> str:
    """The name of a fact: "Fact 1" for F1, so that it is not taken for a page of an interview record."""
    return _("Fact %(ident)s") % {"ident": ident[1:] if re.fullmatch("F[0-9]+", ident) else ident}


def role_name(role: str) -> str:
    return str(PlaceRole(role).label)


def fact_kind_name(kind: Any) -> str:
    return str(FACT_KINDS[FactKind(kind)])


def origin_name(status: str) -> str:
    return str(OriginStatus(status).label)


def sex_name(sex: str) -> str:
    return str(Sex(sex).label if sex in Sex.values else sex)


def actor_names(codes: Any, answer: Answer) -> str:
    return answer.names.listed(answer.names.actors, codes) or _("the applicant names no one")


def trait_names(codes: Any, answer: Answer) -> str:
    return answer.names.listed(answer.names.traits, codes)


def position_and_level(part: PresentedFact) -> str:
    """The position with its level and open points, for lists: never "supports" alone."""
    parts = [part.level_words] if part.level_words else []
    if questions := _open_codes(part.answer):
        parts.append(_("open: %(questions)s") % {"questions": ", ".join(questions)})
    return f"{part.position_words} ({'; '.join(parts)})" if parts else part.position_words


def _open_codes(fact: FactAnswer) -> list[str]:
    words = {"open-who": _("who did it"), "open-when": _("when"), "open-target": _("who was targeted")}
    return [words[reason.code] for reason in fact.outcome.open]


def relation_name(match: CitedMatch) -> str:
    return str(_RELATIONS[match.relation])


def relation_of_code(code: str) -> str:
    return str(_RELATIONS[Relation(code)])


_RELATIONS = {
    Relation.SUPPORTS: gettext_lazy("Supports"),
    Relation.CONTRADICTS: gettext_lazy("Says otherwise"),
    Relation.NO_EVIDENCE: gettext_lazy("Knows of no evidence"),
    Relation.CONTEXT: gettext_lazy("Context"),
}


def asked_name(code: str) -> str:
    return str(ExplanationAsked(code).label)


def indicator_name(code: str) -> str:
    return str(Indicator(code).label)


def view_name(code: str) -> str:
    """The officer's view on external consistency; other indicators have no such code."""
    return f"{ExternalConsistency(code).label}." if code else ""


def outcome_name(code: str) -> str:
    return str(Outcome(code).label)


def conclusion_name(code: str) -> str:
    return str(Conclusion(code).label)


def questions_heading(to: str) -> str:
    words = {
        QuestionTo.APPLICANT: _("Questions for a further interview"),
        QuestionTo.COI: _("Questions for the COI unit"),
    }
    return words[QuestionTo(to)]

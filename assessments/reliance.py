"""Which findings a memo rests on: kept as rows, so that a change of one finds the memos it touches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.answer import Answer
from assessments.assessment import Assessment
from assessments.currency import pair_of
from assessments.models import Case, MemoVersion, Reliance
from matching.match import Relation

PROFILE, REGION = "profile", "region"


@dataclass(frozen=True, order=True)
class Relied:
    """A finding and what it is there for; ``fact`` is empty where it bears on the profile or a place."""

    fact: str
    finding: str
    relation: str
    omitted: bool = False


def relied_on(answer: Answer, assessment: Assessment) -> tuple[Relied, ...]:
    """All that supports, opposes or bears on the profile, context taken in, and what the proposed places rest on."""
    return tuple(sorted(set(_all(answer, assessment))))


def _all(answer: Answer, assessment: Assessment) -> Iterator[Relied]:
    for fact in answer.facts:
        omitted = assessment.omissions_on(fact.stated.id)
        for m in fact.matches:
            is_context = m.relation is Relation.CONTEXT
            if m.match.stands_in_full or (fact.stated.id, m.card.key) in assessment.context_taken:
                is_omitted = not is_context and m.card.key in omitted
                yield Relied(fact.stated.id, m.card.key, m.relation.value, is_omitted)
    for p in answer.profile:
        yield Relied("", p.card.key, PROFILE)
    sheet = pair_of(answer, assessment)
    told = [card for place in sheet.relocations for card in place.findings] if sheet else []
    told += [card for card, _tests in sheet.country] if sheet else []
    for card in told:
        yield Relied("", card.key, REGION)


def store_working(case: Case, answer: Answer, assessment: Assessment) -> None:
    """What the case rests on as it stands; written only where that changed."""
    _store(case, None, relied_on(answer, assessment))


def store_version(version: MemoVersion, answer: Answer, assessment: Assessment) -> None:
    """What a submitted memo rests on."""
    _store(version.case, version, relied_on(answer, assessment))


def _store(case: Case, version: MemoVersion | None, found: Iterable[Relied]) -> None:
    rows: QuerySet[Reliance] = Reliance.objects.filter(case=case, version=version)
    stored = rows.values_list("fact_ident", "finding", "relation", "omitted")
    if sorted(Relied(*row) for row in stored) == list(found):
        return
    rows.delete()
    Reliance.objects.bulk_create(
        Reliance(
            case=case, version=version, fact_ident=r.fact, finding=r.finding, relation=r.relation, omitted=r.omitted
        )
        for r in found
    )

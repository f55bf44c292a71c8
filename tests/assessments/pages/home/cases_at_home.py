"""Cases on the home page, and reading its lists."""

from assessments.models import (
    Case,
    CaseFact,
    FactAssessment,
    Writer,
)
from assessments.models.codes import State

HOME = "/"


def make(author, reference, *, state=State.DRAFT, facts=("F1",), assessed=(), **fields) -> Case:
    """Return a stored case with bare facts."""
    if state == State.CLOSED:
        fields.setdefault("closed_because", "withdrawn")
    case = Case.objects.create(
        author=author, office=author.office, reference=reference, country="ML", state=state, **fields
    )
    Writer.objects.create(case=case, user=author)
    CaseFact.objects.bulk_create(
        CaseFact(case=case, ident=ident, position=n, person="P1", event="attack-on-village", place_typed="Bamako", statement="x")
        for n, ident in enumerate(facts)
    )  # fmt: skip
    for ident in assessed:
        FactAssessment.objects.create(
            case=case, fact_ident=ident, outcome="accepted", outcome_reasons="because", saved_by=author
        )
    return case


def groups(response) -> dict[str, list[str]]:
    """Return the references under each heading, in page order."""
    return {
        g.need.code: [*(d.reference or "new" for d in g.drafts), *(r.case.reference for r in g.rows)]
        for g in response.context["board"].groups
    }


def listed(response) -> set[str]:
    return {reference for of in groups(response).values() for reference in of}

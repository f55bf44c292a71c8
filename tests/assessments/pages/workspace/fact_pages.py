"""Facts with each position, and actions on the page of a fact."""

from dataclasses import replace

from django.urls import reverse
from django.utils import timezone

from assessments.answer.answer import answer
from assessments.assessing import stored_assessment
from assessments.casefile import stored_case
from assessments.models import Case, FactAssessment, OwnSource
from tests.markup import elements, visible_text

DENIES = "sikasso-kadiolo"  # F1 is contradicted, F2 supported, F3 out of scope
KNOWS_OF_NONE = "kayes-yelimane"  # F2: the report knows of no evidence
SILENT = "bamako-protest"  # F2
SUPPORTED = "mopti-ogossagou"  # F1, F2, F4; F3 is out of scope


def address(case, fact="F1", name="fact"):
    return reverse(name, args=[case.uuid, fact])


def summary(response):
    return " ".join(visible_text(box) for box in elements(response, ".error-summary"))


def answered(case):
    read = stored_case.case_file(case, today=timezone.localdate())
    return answer(replace(read, traits=(), places=()))


def found(case, fact="F1"):
    return next(f for f in answered(case).facts if f.stated.id == fact)


def typed(case, fact="F1", **fields):
    row = FactAssessment.objects.filter(case=case, fact_ident=fact).first()
    return {"version": row.version if row else 0, "outcome": "not-assessed"} | fields


def save(client, case, fact="F1", *, autosave=False, **fields):
    headers = {"X-Autosave": "1"} if autosave else {}
    return client.post(address(case, fact), typed(case, fact, **fields), headers=headers)


def written(case, fact="F1"):
    return stored_assessment.assessment_of(case).of(fact)


def omit(client, case, key, fact="F1", **fields):
    return client.post(address(case, fact, "fact-omission"), {"finding": key, "do": "omit", "version": 0} | fields)


def shared(case):
    Case.objects.update(is_shared=True)
    case.refresh_from_db()
    return case


SOURCE = {
    "citation": "Somebody, Report on the region, 2026, p. 4", "published": "2026-05", "url": "https://example.org/r",
    "says": "The village was attacked.", "bearing": "supports",
}  # fmt: skip


def add_source(client, case, fact="F1", **fields):
    response = client.post(reverse("own-source-new", args=[case.uuid]), {"fact": fact} | SOURCE | fields)
    assert response.status_code == 302, summary(response)
    return OwnSource.objects.latest("pk")

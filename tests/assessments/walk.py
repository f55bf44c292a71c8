"""A case as a browser sends it, step by step, and the answers of the pages."""

from datetime import date

from django.urls import reverse

from assessments import actions
from assessments.casefile import reader, stored_case
from assessments.casefile.form_data import form_data
from assessments.casefile.intake_steps import STEPS
from assessments.models import IntakeDraft
from tests.markup import elements, values, visible_text

FACT = {
    "id": "F1", "statement": "Armed men attacked the village at night.", "place": "Ogossagou, Mopti",
    "from": "2019-03-23", "to": "2019-03-23", "event": "attack-on-village", "actors": ["dogon-militia"],
    "targets": ["fulani", "villager"], "interviews": [{"date": "2026-05-11", "ref": "F34-41"}],
}  # fmt: skip
CASE = {
    "reference": "N-1", "country": "ML", "interview_language": "fr",
    "persons": [{"id": "P1", "relation": "principal applicant", "sex": "male", "age_band": "18-34"}],
    "profile": [{"trait": "fulani"}, {"trait": "perceived-jihadist-supporter", "imputed": True}],
    "places": [{"role": "home-area", "place": "Ogossagou, Mopti", "from": "1990"}, {"role": "relocation", "place": "Bamako region"}],
    "material_facts": [FACT],
}  # fmt: skip
TODAY = date(2026, 11, 23)
TYPED_STEPS = [step.slug for step in STEPS[:-1]]


def typed(document=CASE, **changes):
    """Return what a browser sends for this case, with some fields changed (double underscores stand for dashes)."""
    data = form_data(document)
    for name, value in changes.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return {name: data.getlist(name) for name in data}


def stored(author, document=CASE, **changes):
    return actions.record_case(reader.read({**document, **changes}, today=TODAY), by=author)


def begun(client, data=None):
    """Start an intake with the first step of this data."""
    client.post(reverse("case-new"), data or typed())
    return IntakeDraft.objects.latest("pk")


def send(client, draft, step, data=None, **more):
    """Post one step of the draft, on its present version unless another is given."""
    draft.refresh_from_db()
    headers = {"X-Autosave": "1"} if more.pop("autosave", False) else {}
    sent = {"version": draft.version, **(data or {}), **more}
    return client.post(reverse("intake", args=[draft.uuid, step]), sent, headers=headers)


def keep(client, data, draft=None):
    """Post every step of this data and return the draft."""
    draft = draft or begun(client, data)
    for step in TYPED_STEPS:
        send(client, draft, step, data, autosave=True)
    draft.refresh_from_db()
    return draft


def record(client, data=None, draft=None, **more):
    """Fill in the whole intake and return the answer to the last step."""
    return send(client, keep(client, data or typed(), draft), "check", **more)


def draft_of(client, case):
    """Return the draft in which a case is changed. If there is none, start it with a step that changes nothing."""
    case.refresh_from_db()
    data = form_data(stored_case.document_of(case), next_fact=stored_case.next_fact_number(case))
    sent = {**{name: data.getlist(name) for name in data}, "version": 1, "case_version": case.version}
    client.post(reverse("case-edit", args=[case.uuid]), sent)
    return IntakeDraft.objects.get(case=case)


def summary(response):
    """Return the links of the error summary: address and text."""
    problems = elements(response, ".error-summary li")
    return {"".join(values(problem, "a[href]", "href")): visible_text(problem) for problem in problems}

"""A stored case read directly from its rows equals the case read from its document."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments import actions
from assessments.casefile import reader, stored_case
from assessments.casefile.problems import BadCase
from assessments.models import Case
from coi.models import Place
from tests import factories

FILES = sorted(path.stem for path in factories.DEMO.glob("*.json"))
FULL = {
    "due_on": "2026-12-24",
    "interview_language": "Fulfulde",
    "note": "A note.",
    "origin": {"status": "doubted", "note": "Says Mopti, then Ségou."},
    "persons": [{"id": "P1", "relation": "principal applicant", "sex": "male", "age_band": "35-49"}, {"id": "P2"}],
    "profile": [
        {"trait": "fulani", "person": "P1"},
        {"trait": "other", "imputed": True, "person": "P2", "note": "a twin"},
    ],
    "places": [
        {"role": "home-area", "place": "Newtown, Mopti", "from": "1990", "to": "2019-03"},
        {"role": "relocation", "place": "Kayes", "person": "P2"},
    ],
}
FACT = {
    "kind": "circumstance",
    "person": "P2",
    "from": "2018",
    "to": "",
    "ongoing": True,
    "event": [{"code": "other", "note": "what it was"}],
    "actors": ["jnim", {"code": "other", "note": "who it was"}],
    "targets": ["fulani", "civilians"],
    "target_note": "whom",
    "interviews": [{"date": "2026-05-11", "ref": "F34"}, {"ref": "Q12"}],
    "explanation": "Two lines,\nboth stored.",
}


def through_document(case: Case) -> object:
    return reader.read(stored_case.document_of(case), today=timezone.localdate())


def as_stored(case: Case) -> object:
    return stored_case.case_file(factories.fresh(case), today=timezone.localdate())


def full_case(caseworker) -> Case:
    document = json.loads((factories.DEMO / "mopti-ogossagou.json").read_text(encoding="utf-8")) | FULL
    document["material_facts"][0] |= FACT
    return actions.record_case(reader.read(document, today=timezone.localdate()), by=caseworker)


@pytest.mark.parametrize("name", FILES)
def test_rows_give_the_same_value_as_the_document(library, caseworker, name):
    case = factories.make_case(caseworker, name)
    assert as_stored(case) == through_document(case)


def test_rows_give_the_same_value_with_every_field_filled(library, caseworker):
    case = full_case(caseworker)
    value = as_stored(case)
    assert value == through_document(case)
    assert [p.place.located for p in value.places] == [False, True]
    assert value.facts[0].explanation == FACT["explanation"]


def problems(read, case: Case) -> list[tuple[str, str]]:
    with pytest.raises(BadCase) as refused:
        read(case)
    return [(p.path, p.message) for p in refused.value.problems]


def test_a_place_that_is_no_longer_clear_is_refused_with_its_path(library, caseworker):
    case = full_case(caseworker)
    mopti = Place.objects.get(code="ML0502")
    for n in range(2):
        Place.objects.create(
            code=f"gn-9999998{n}", name="Newtown", kind="village", country="ML", geonames_id=99999980 + n, source="test"
        ).parents.add(mopti)
    Place.objects.filter(pk=case.facts.first().place_id).update(name="Renamed", folded="renamed")
    found = problems(as_stored, case)
    assert {"places[0].place", "material_facts[0].place"} <= {path for path, _message in found}
    assert found == problems(through_document, case)


def test_a_code_that_left_the_vocabulary_is_refused_with_its_path(library, caseworker):
    case = full_case(caseworker)
    case.facts.filter(ident="F1").update(event="gone", actors=["jnim", "gone"], targets=["gone"])
    case.traits.filter(trait="fulani").update(trait="gone")
    assert sorted(problems(as_stored, case)) == sorted(problems(through_document, case))


def queries(case: Case) -> int:
    with CaptureQueriesContext(connection) as captured:
        as_stored(case)
    return len(captured)


def test_reading_a_case_costs_the_same_for_any_number_of_facts(library, caseworker):
    small = factories.make_case(caseworker, "mopti-koro")
    stated = stored_case.document_of(small)["material_facts"][0]
    large = factories.make_case(
        caseworker, "mopti-koro", reference="N-9", material_facts=[stated | {"id": f"F{n}"} for n in range(1, 20)]
    )
    queries(small)  # the areas are read once for each process
    assert queries(small) == queries(large) < 15

"""The table of the fields of a case agrees with the models, the values, the forms and the published schema."""

import dataclasses
import json
from pathlib import Path

import pytest

from assessments.casefile import fields, values
from assessments.casefile.form_data import BLANK, form_data
from assessments.models import Case, CaseFact, CasePerson, CasePlace, CaseTrait
from assessments.pages.forms.case import CaseForm

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/reference/case-file.schema.json").read_text(encoding="utf-8"))
TABLES = {
    "head": (fields.HEAD, values.CaseFile, Case),
    "origin": (fields.ORIGIN, values.CaseFile, Case),
    "persons": (fields.PERSON, values.Person, CasePerson),
    "profile": (fields.TRAIT, values.StatedTrait, CaseTrait),
    "places": (fields.PLACE, values.StatedPlace, CasePlace),
    "material_facts": (fields.FACT, values.StatedFact, CaseFact),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_stored_field_is_a_column_and_an_attribute_of_the_value(name):
    table, value, model = TABLES[name]
    stored = fields.stored(table)
    assert {f.column for f in stored} <= {column.name for column in model._meta.get_fields()} | {"place"}
    assert {f.attribute for f in stored} <= {attribute.name for attribute in dataclasses.fields(value)}


def test_no_attribute_of_a_fact_is_missing_from_the_table():
    listed = {f.attribute for f in fields.stored(fields.FACT)}
    assert listed == {attribute.name for attribute in dataclasses.fields(values.StatedFact)}


def test_the_schema_accepts_exactly_the_fields_of_the_table():
    of_case = SCHEMA["properties"]
    rows = {"persons", "origin", "profile", "places", "material_facts", "$schema"}
    assert set(of_case) - rows == set(fields.names(fields.HEAD))
    assert set(of_case["origin"]["properties"]) == set(fields.names(fields.ORIGIN))
    for name in ("persons", "profile", "places", "material_facts"):
        table, _value, _model = TABLES[name]
        row = of_case[name]["items"]
        assert set(row["properties"]) == set(fields.names(table)), name
        assert set(row["required"]) == {f.name for f in table if f.is_required}, name
    interviews = of_case["material_facts"]["items"]["properties"]["interviews"]["items"]["properties"]
    assert set(interviews) == set(fields.names(fields.INTERVIEW))


def test_the_form_has_an_input_for_every_stored_field(library):
    form = CaseForm(form_data(BLANK))
    (fact,) = form.facts
    inputs = {*fact.fields, "interviews"}
    assert set(fields.inputs(fields.FACT)) <= inputs
    assert set(fields.inputs(fields.PERSON)) <= set(form.persons[0].fields)
    assert set(fields.inputs(fields.PLACE)) <= set(form.places[0].fields)
    assert set(fields.inputs(fields.HEAD + fields.ORIGIN)) <= set(form.head.fields)
    assert set(fields.inputs(fields.INTERVIEW)) <= set(fact.interviews[0].fields)

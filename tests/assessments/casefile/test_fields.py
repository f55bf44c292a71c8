"""The table of a case's fields agrees with the models, the values, the forms and the published schema."""

import dataclasses

import pytest
from django.core.management import call_command

from assessments.casefile import fields, json_schema, values
from assessments.casefile.form_data import BLANK, form_data
from assessments.models import Case, CaseFact, CasePerson, CasePlace, CaseTrait
from assessments.pages.forms.case import CaseForm

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


def test_the_published_schema_follows_the_table():
    call_command("case_file_schema", check=True)


@pytest.mark.parametrize("table", [fields.HEAD, fields.FACT])
def test_a_field_that_the_table_gains_or_limits_appears_in_the_schema(table, monkeypatch):
    name = "HEAD" if table is fields.HEAD else "FACT"
    monkeypatch.setattr(json_schema, name, (*table, fields.Field("shoe", fields.Kind.LINE, longest=7)))
    case = json_schema.schema()
    row = case if name == "HEAD" else case["properties"]["material_facts"]["items"]
    assert row["properties"]["shoe"] == {"type": ["string", "null"], "maxLength": 7}


def test_the_form_has_an_input_for_every_stored_field(library):
    form = CaseForm(form_data(BLANK))
    (fact,) = form.facts
    inputs = {*fact.fields, "interviews"}
    assert set(fields.inputs(fields.FACT)) <= inputs
    assert set(fields.inputs(fields.PERSON)) <= set(form.persons[0].fields)
    assert set(fields.inputs(fields.PLACE)) <= set(form.places[0].fields)
    assert set(fields.inputs(fields.HEAD + fields.ORIGIN)) <= set(form.head.fields)
    assert set(fields.inputs(fields.INTERVIEW)) <= set(fact.interviews[0].fields)

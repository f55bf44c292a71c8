"""Every field is declared: whom it is about, why it is stored, until when."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from assessments.management.commands import privacy_table
from assessments.office.personal_data import APPLICANT, DECLARED, NOBODY, OUTSIDE, STAFF

MODELS = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label not in OUTSIDE]


def fields_of(model) -> set[str]:
    return {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_every_field_is_declared_once(model):
    declared = [name for held in DECLARED.get(model._meta.label, ()) for name in held.fields.split()]
    assert sorted(declared) == sorted(fields_of(model))


@pytest.mark.parametrize("label", DECLARED)
def test_declared_fields_exist_and_say_why_and_until_when(label):
    assert fields_of(apps.get_model(label)) >= {name for held in DECLARED[label] for name in held.fields.split()}
    for held in DECLARED[label]:
        assert held.of in (APPLICANT, STAFF, NOBODY)
        assert bool(held.why and held.until) is (held.of != NOBODY), held.fields


def test_a_table_of_the_library_that_names_a_member_of_staff_is_declared():
    naming = {
        field.model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OUTSIDE
        for field in model._meta.fields
        if field.is_relation and field.related_model._meta.label == "accounts.User"
    }
    assert naming <= DECLARED.keys()


def test_no_field_about_an_applicant_is_for_a_name_or_a_date_of_birth():
    held = {name for rows in DECLARED.values() for row in rows if row.of == APPLICANT for name in row.fields.split()}
    assert not held & {"name", "first_name", "last_name", "born", "date_of_birth", "birthday", "age"}


def test_the_page_has_the_tables_of_the_declaration():
    call_command("privacy_table", "--check")


def test_an_outdated_page_is_reported_and_keeps_its_text(tmp_path, monkeypatch):
    path = tmp_path / "privacy.md"
    monkeypatch.setattr(privacy_table.Command, "path", path)
    with pytest.raises(CommandError, match="The tables go between them"):
        call_command("privacy_table")
    path.write_text(f"Before.\n{privacy_table.BEGIN}\n| old |\n{privacy_table.END}\nAfter.\n")
    with pytest.raises(CommandError, match=r"run manage\.py privacy_table"):
        call_command("privacy_table", "--check")
    call_command("privacy_table")
    text = path.read_text()
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "| old |" not in text
    assert "age band" not in text.partition("## Of staff")[2]

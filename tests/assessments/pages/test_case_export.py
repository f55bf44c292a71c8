"""A copy of everything that is stored about one case."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from accounts.models import Role
from assessments.models import Batch, MemoVersion, Rendering
from assessments.office.personal_data import DECLARED, NOBODY
from assessments.pages import case_export
from audit.models import Entry
from tests import factories
from tests.assessments.filled_case import fill
from tests.markup import visible_text as text
from tests.sign_in import signed_in

# a batch is of several cases; its downloads stand in the record of access of each
NOT_OF_ONE_CASE = {"assessments.Batch", "assessments.Batch_versions", "assessments.RecallCheck"}


@pytest.fixture
def case(library, caseworker, supervisor):
    made = factories.make_case(caseworker)
    fill(made, supervisor)
    return made


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def exported(case) -> dict[str, bytes]:
    return unpacked(case_export.export(case))


def test_every_declared_field_of_a_case_is_exported(case):
    tables = json.loads(exported(case)["case.json"])["tables"]
    declared = {label for label in DECLARED if label.startswith("assessments.")}
    assert set(tables) == declared - NOT_OF_ONE_CASE
    for label, rows in tables.items():
        personal = {name for held in DECLARED[label] if held.of != NOBODY for name in held.fields.split()}
        assert rows, label
        assert all(set(row) >= personal for row in rows), label


def markers(case) -> set[str]:
    """Write a marker into every free text of the case, and return the markers."""
    written = set()
    for model, lookup in case_export.models_of_a_case().items():
        if model is MemoVersion:  # never changes
            continue
        for field in model._meta.fields:
            if isinstance(field, models.TextField) and not field.choices:
                marker = f"Marker {model.__name__} {field.name}"
                changed = model._default_manager.filter(**{lookup: case.pk}).update(**{field.name: marker})
                written |= {marker} if changed else set()
    return written


def test_the_page_and_the_json_contain_every_text_of_the_case(case):
    written = markers(case)
    assert len(written) > 20
    files = exported(case)
    page = text(files["case.html"].decode())
    assert [m for m in written if m not in page] == []
    assert [m for m in written if m not in files["case.json"].decode()] == []


def test_nothing_of_another_case_is_exported(case, caseworker, supervisor):
    other = factories.make_case(caseworker, reference="DEMO-2026-0999")
    fill(other, supervisor)
    written = markers(other)
    files = exported(case)
    assert not any(m in content.decode(errors="replace") for m in written for content in files.values())
    assert str(other.uuid) not in files["case.json"].decode()


def test_memos_and_pdfs_are_files_that_the_page_links(case):
    files = exported(case)
    assert files["memo-v1.pdf"] == b"%PDF"
    assert files["memo-v1.json"] == b"{}"
    assert files["draft.pdf"] == bytes(Rendering.objects.get(case=case).pdf)
    page = files["case.html"].decode()
    assert set(re.findall(r'href="([^"]*)"', page)) == {"memo-v1.pdf", "memo-v1.json", "draft.pdf"}


def test_codes_and_people_are_named_and_typed_text_is_escaped(case):
    case.facts.filter(ident="F1").update(statement="<b>Invented & typed</b>")
    page = exported(case)["case.html"].decode()
    assert "&lt;b&gt;Invented &amp; typed&lt;/b&gt;" in page
    fact = case.facts.get(ident="F1")
    assert case_export.CodeNames.load().events[fact.event] in text(page)
    assert case.author.username in page


def test_the_export_contains_who_read_the_case_and_the_export_itself(case, supervisor):
    client = signed_in(supervisor)
    client.get(reverse("case", args=[case.uuid]))
    response = client.post(reverse("applicant-data-export", args=[case.uuid]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert case.reference not in response["Content-Disposition"]
    files = unpacked(response.content)
    access = json.loads(files["case.json"])["record_of_access"]
    said = [entry["what"] for entry in access]
    assert said[0] == "recorded a case"
    assert {"read a case", "exported everything stored about a case"} <= set(said)
    assert all(entry["who"].startswith(("supervisor-", "caseworker-")) for entry in access)
    assert "exported everything stored about a case" in text(files["case.html"].decode())


def test_an_export_is_recorded_with_an_opaque_id(case, supervisor):
    signed_in(supervisor).post(reverse("applicant-data-export", args=[case.uuid]))
    entry = Entry.objects.get(action="case.export")
    assert (entry.actor, entry.object_id, entry.details) == (str(supervisor.pk), str(case.uuid), {})


def test_only_supervisors_of_the_office_export_and_the_author_is_told_so(case, make_user, other_office):
    page = reverse("applicant-data", args=[case.uuid])
    author = signed_in(case.author)
    assert "Only supervisors of the office can download it." in text(author.get(page).content.decode())
    assert author.post(reverse("applicant-data-export", args=[case.uuid])).status_code == 403
    elsewhere = signed_in(make_user(Role.SUPERVISOR, other_office))
    assert elsewhere.post(reverse("applicant-data-export", args=[case.uuid])).status_code == 404
    assert not Entry.objects.filter(action="case.export").exists()


def test_a_table_that_belongs_to_no_case_is_not_exported():
    models_of_a_case: dict[Any, str] = case_export.models_of_a_case()
    assert Batch not in models_of_a_case
    assert apps.get_model("assessments.FactIndicator") in models_of_a_case  # through the assessment of a fact

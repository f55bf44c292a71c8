"""Every address, with every role, against a table that a person can read: tests/permissions.yaml."""

import json
from pathlib import Path

import pytest
import yaml
from django.contrib.admin.sites import site
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions, intake, memo

ROOT = Path(__file__).resolve().parent
HEADER, *ROWS = yaml.safe_load((ROOT / "permissions.yaml").read_text())
PEOPLE = HEADER[2:]
CASES = [
    pytest.param(row[0], row[1], person, answer, id=f"{row[1]}-{row[0]}-{person}")
    for row in ROWS
    for person, answer in zip(PEOPLE, row[2:], strict=True)
]


def names(patterns=None) -> set[str]:
    """The names of all addresses but those of the Django admin, which has a walk of its own."""
    found = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                found |= names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found.add(pattern.name)
    return found


def test_every_address_has_a_row():
    assert names() == {row[0] for row in ROWS}


@pytest.fixture
def people(make_user, office, other_office):
    return {
        "stranger": None,
        "author": make_user(Role.CASEWORKER, office, "author"),
        "colleague": make_user(Role.CASEWORKER, office, "colleague"),
        "supervisor": make_user(Role.SUPERVISOR, office, "supervisor"),
        "elsewhere": make_user(Role.SUPERVISOR, other_office, "elsewhere"),
        "coi-admin": make_user(Role.COI_ADMIN, office, "coi-admin", is_staff=True),
        "auditor": make_user(Role.AUDITOR, office, "auditor"),
        "superuser": make_user(Role.CASEWORKER, None, "root", is_staff=True, is_superuser=True),
    }


@pytest.fixture
def case(library, people):
    document = json.loads((ROOT.parent / "fixtures/demo/mopti-ogossagou.json").read_text())
    return actions.record_case(intake.read(document, today=timezone.localdate()), by=people["author"])


@pytest.fixture
def addresses(case):
    edition = {"edition": "sem-mali-2021-04"}
    of_case = {"uuid": case.uuid}
    arguments = {
        "case": of_case,
        "case-edit": of_case,
        "case-matches": of_case,
        "case-memo": of_case,
        "case-row": {"kind": "facts"},
        "edition": edition,
        "sources": edition,
        "finding": edition | {"code": "mop-20"},
        "region": {"code": "ML-5"},
    }
    found = {name: reverse(name, kwargs=arguments.get(name)) for name in names()}
    return found | {"place-search": found["place-search"] + "?q=Ogossagou"}


@pytest.mark.parametrize(("address", "method", "person", "expected"), CASES)
def test_address_answers_each_role_as_the_table_says(
    address, method, person, expected, addresses, people, client, monkeypatch
):
    monkeypatch.setattr(memo, "draft_pdf", lambda *args, **kwargs: b"%PDF-1.7")  # its own tests render it
    if people[person]:
        client.force_login(people[person], backend="django.contrib.auth.backends.ModelBackend")
    response = client.generic(method, addresses[address], content_type="application/x-www-form-urlencoded")
    if expected == "sign-in":
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("sign-in"))
    else:
        assert response.status_code == expected
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("person", PEOPLE)
def test_the_admin_shows_no_case_and_changes_no_library_to_anybody(person, people, case, client):
    registered = {model._meta.label for model in site._registry}
    assert not any(label.startswith(("assessments.", "audit.")) for label in registered)
    if people[person]:
        client.force_login(people[person], backend="django.contrib.auth.backends.ModelBackend")
    for model in site._registry:
        if model._meta.app_label != "coi":
            continue
        for page in ("add", "changelist"):
            response = client.get(reverse(f"admin:coi_{model._meta.model_name}_{page}"))
            if person in ("superuser", "coi-admin") and page == "changelist":
                assert response.status_code == 200
            else:
                assert response.status_code in (302, 403)


def test_the_list_of_cases_holds_only_what_one_may_see(case, people, client):
    seers = {"author", "supervisor"}
    for person in set(PEOPLE) - {"stranger"}:
        client.force_login(people[person], backend="django.contrib.auth.backends.ModelBackend")
        for query in ({}, {"q": case.reference}):
            links_to_it = (
                reverse("case", kwargs={"uuid": case.uuid}) in client.get(reverse("home"), query).content.decode()
            )
            assert links_to_it is (person in seers), person

"""Every signed-in user can read the library, and reading changes nothing."""

import re
from datetime import date

import pytest
from django.urls import reverse

from coi.models import (
    Edition,
    Report,
)
from tests.coi.pages.library_pages import EDITION, PAGES, REGIONS, text_of
from tests.sign_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_anonymous_is_sent_to_sign_in(client, name, args):
    response = client.get(reverse(name, args=args))
    assert response.status_code == 302
    assert response.url.startswith(reverse("sign-in"))


@pytest.mark.parametrize("role", ["caseworker", "supervisor", "coi-admin", "auditor"])
@pytest.mark.parametrize(("name", "args"), PAGES)
def test_every_role_may_read(client, django_user_model, role, name, args):
    signed_in(django_user_model.objects.create_user(role, role=role), client)
    assert client.get(reverse(name, args=args)).status_code == 200


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_pages_only_read(reader, name, args):
    """A search of the actors is posted, so that no address has what was typed."""
    assert reader.post(reverse(name, args=args)).status_code == (302 if name == "actors" else 405)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("edition", ["no-such-edition"]),
        ("sources", ["no-such-edition"]),
        ("finding", [EDITION, "no-such-finding"]),
        ("finding", ["no-such-edition", "sik-01"]),
        ("region", ["ML-99"]),
        ("actor", ["no-such-actor"]),
        ("region", ["ML"]),  # a country has no region sheet
    ],
)
def test_unknown_code_is_not_found(reader, name, args):
    assert reader.get(reverse(name, args=args)).status_code == 404


def test_a_draft_is_not_shown(reader):
    draft = Edition.objects.create(
        report=Report.objects.get(), code="draft", label="Draft", cut_off=date(2022, 1, 1), period_from="2012"
    )
    assert reader.get(reverse("edition", args=[draft.code])).status_code == 404
    assert "Draft" not in text_of(reader.get(reverse("library")))


def test_nothing_inline(reader):
    for name, args in PAGES:
        page = reader.get(reverse(name, args=args)).content.decode()
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page)
        assert not re.search(r"\son[a-z]+=", page)


def test_ids_are_unique(reader):
    for name, args in [*PAGES, *(("region", [code]) for code in REGIONS)]:
        page = reader.get(reverse(name, args=args)).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (name, args, {i for i in ids if ids.count(i) > 1})
        targets = set(re.findall(r'href="#([^"]+)"', page))
        assert targets <= set(ids), (name, args, targets - set(ids))

"""Citation checks: problems visible in the citation, and links marked by hand. No network."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from audit.models import Entry
from coi.editions import citation_checks
from coi.files import fixture
from coi.library import lookup
from coi.models import DeadLink, Edition, Source
from tests.factories import copied
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
TODAY = date(2026, 11, 23)


@pytest.fixture
def admin(make_user, office, client):
    user = make_user(Role.COI_ADMIN, office)
    signed_in(user, client)
    return user


@pytest.fixture
def source():
    return Source.objects.filter(footnote__edition__code="sem-mali-2021-04").exclude(url="").first()


def address(source):
    return reverse("citation-mark", args=[source.pk])


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("", ""),
        ("https://example.org/a(b)?c=[1]", ""),
        ("https://www.rfi.fr/fr/afrique/mali-des-élections", ""),
        ("https://example.org/a b", "blank"),
        ("https://example.org/a\u00a0b", "blank"),
        ("ftp://example.org/a", "http"),
        ("javascript:alert(1)", "http"),
        ("https://", "host"),
        ("https://localhost/a", "host"),
        ("https://[::1/a", "cannot be read"),
        ("https://example.org/a(b", "bracket"),
    ],
)
def test_invalid_addresses(url, wrong):
    found = citation_checks.malformed(url)
    assert (wrong in found) if wrong else (found == "")


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (date(2026, 11, 23), 24, date(2024, 11, 23)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 11, 23), 240, date(2006, 11, 23)),
    ],
)
def test_the_limit_is_the_same_day_months_ago(today, months, day):
    assert citation_checks.months_before(today, months) == day


def test_the_lists_of_the_shipped_edition(django_assert_max_num_queries):
    editions = list(lookup.current_editions())
    with django_assert_max_num_queries(5):
        (found,) = citation_checks.of_editions(editions, months=24, today=TODAY)
    assert len(found.items) == Source.objects.filter(footnote__edition__in=editions).count()
    assert {s.pk for s in found.without_address} == {s.pk for s in found.items if not s.url}
    assert [f.number for f in found.figures_not_retrievable] == [1, 2, 3]
    assert {s.footnote.number for s in found.not_retrievable} == {7, 19, 21, 23}
    accessed = [s for s in found.items if s.accessed]
    assert accessed
    assert set(found.old) == set(accessed)
    (later,) = citation_checks.of_editions(editions, months=240, today=TODAY)
    assert later.old == ()


def test_everyone_reads_and_only_coi_admins_mark(client, caseworker, supervisor, source):
    assert client.get(reverse("citation-health")).status_code == 302
    for user in (caseworker, supervisor):
        signed_in(user, client)
        assert client.get(reverse("citation-health")).status_code == 200
        page = client.get(address(source))
        assert page.status_code == 200
        assert "Mark as dead" not in page.content.decode()
        assert client.post(address(source), {"do": "mark"}).status_code == 403
    assert not DeadLink.objects.exists()


def test_marking_and_taking_the_mark_away(admin, client, source):
    before = fixture.dump(source.footnote.edition)
    assert client.post(address(source), {"do": "mark", "note": "=HYPERLINK(1) <b>"}).status_code == 302
    link = DeadLink.objects.get()
    assert (link.source, link.marked_by) == (source, admin)
    page = client.get(reverse("citation-health")).content.decode()
    assert "=HYPERLINK(1) &lt;b&gt;" in page
    assert client.post(address(source), {"do": "mark", "note": "Second."}).status_code == 409
    assert client.post(address(source), {"do": "unmark"}).status_code == 302
    assert client.post(address(source), {"do": "unmark"}).status_code == 409
    assert not DeadLink.objects.exists()
    entries = Entry.objects.filter(action__startswith="coi.link-").order_by("pk")
    assert [(e.action, e.object_id, e.details) for e in entries] == [
        ("coi.link-marked-dead", str(source.pk), {}),
        ("coi.link-unmarked", str(source.pk), {}),
    ]
    assert fixture.dump(source.footnote.edition) == before


@pytest.mark.parametrize(
    "body",
    [
        {"do": "mark", "note": "a\x00"},
        {"do": "mark", "note": "a\u202eb"},
        {"do": "mark", "note": "x" * 2001},
        {"do": "fetch"},
        {},
    ],
)
def test_bad_input_marks_nothing(admin, client, source, body):
    assert client.post(address(source), body).status_code == 422
    assert not DeadLink.objects.exists()


def test_an_item_without_an_address_cannot_be_dead_and_a_draft_is_not_there(admin, client):
    without = Source.objects.filter(url="").first()
    if without:
        assert client.post(address(without), {"do": "mark"}).status_code == 422
    draft = copied(Edition.objects.get(code="sem-mali-2021-04"), code="a-draft", label="A draft")
    of_draft = Source.objects.filter(footnote__edition=draft).first()
    assert client.get(address(of_draft)).status_code == 404
    assert client.post(address(of_draft), {"do": "mark"}).status_code == 404
    assert client.get(reverse("citation-mark", args=[999_999])).status_code == 404


@pytest.mark.parametrize("months", ["0", "241", "-1", "1.5", "x", "²", "9" * 5000, "\x00", "=1+1", "٣"])
def test_an_invalid_limit_is_reported(admin, client, months):
    page = client.get(reverse("citation-health"), {"months": months})
    assert page.status_code == 422
    assert "whole number from 1 to 240" in page.content.decode()


@pytest.mark.parametrize("months", ["", "1", "240", " 24 "])
def test_a_valid_limit(admin, client, months):
    assert client.get(reverse("citation-health"), {"months": months}).status_code == 200

"""The inbox of proposed sources: who may answer, once, with a reason for declining."""

import pytest
from django.urls import reverse

from accounts.models import Role
from audit.models import Entry
from coi.models import ProposedSource
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def admin(make_user, office, client):
    user = make_user(Role.COI_ADMIN, office)
    signed_in(user, client)
    return user


@pytest.fixture
def propose(caseworker):
    def make(citation="An invented article", **more):
        given = {"country": "ML", "published": "2026-05", "url": "https://example.org/a", "says": "Invented."} | more
        return ProposedSource.objects.create(citation=citation, proposed_by=caseworker, **given)

    return make


def answer(client, row, **body):
    return client.post(reverse("inbox-answer", args=[row.pk]), body)


def test_only_coi_admins_who_still_work_here(client, caseworker, supervisor, make_user, office, propose):
    row = propose()
    assert client.get(reverse("inbox")).status_code == 302
    auditor = make_user(Role.AUDITOR, office)
    for user in (caseworker, supervisor, auditor):
        signed_in(user, client)
        assert client.get(reverse("inbox")).status_code == 403
        assert answer(client, row, do="take-up").status_code == 403
    row.refresh_from_db()
    assert row.status == "waiting"


def test_an_empty_inbox_says_what_will_appear_there(admin, client):
    page = client.get(reverse("inbox")).content.decode()
    assert "No proposed sources" in page
    assert "When an officer adds their own source" in page


def test_waiting_proposals_come_first_and_invalid_addresses_are_text(admin, client, propose):
    propose("Declined before", status="declined", answer="Too old.")
    propose("Waits <b>still</b>", url="javascript:alert(1)")
    page = client.get(reverse("inbox")).content.decode()
    assert page.index("Waits &lt;b&gt;still") < page.index("Declined before")
    assert "Too old." in page
    assert 'href="javascript' not in page
    assert "1 source to answer" in page


def test_taking_up_needs_no_words_and_is_recorded_without_the_text(admin, client, propose):
    row = propose()
    assert answer(client, row, do="take-up").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.answer) == ("taken-up", "")
    entry = Entry.objects.get(action="coi.proposal-taken-up")
    assert (entry.actor, entry.object_type, entry.object_id) == (str(admin.pk), "proposed-source", str(row.pk))
    assert entry.details == {}


def test_declining_needs_words(admin, client, propose):
    row = propose()
    refused = answer(client, row, do="decline", answer="  \r\n ")
    assert refused.status_code == 422
    assert "why you decline the source" in refused.content.decode()
    assert answer(client, row, do="decline", answer="Rests on the same origin.").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.answer) == ("declined", "Rests on the same origin.")
    assert Entry.objects.filter(action="coi.proposal-declined").count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"do": "decline", "answer": "a\x00b"},
        {"do": "decline", "answer": "a\u202eb"},
        {"do": "decline", "answer": "Kept text " + "x" * 2000},
        {"do": "", "answer": "Kept text"},
        {"do": "delete", "answer": "Kept text"},
    ],
)
def test_bad_input_is_named_and_changes_nothing(admin, client, propose, body):
    row = propose()
    page = answer(client, row, **body)
    assert page.status_code == 422
    assert f'href="#id_answer_{row.pk}"' in page.content.decode()
    if "Kept" in body["answer"]:
        assert "Kept text" in page.content.decode()
    row.refresh_from_db()
    assert row.status == "waiting"
    assert not Entry.objects.filter(action__startswith="coi.proposal").exists()


def test_who_comes_second_sees_both_answers(admin, client, propose):
    row = propose(status="declined", answer="Said first.")
    for do in ("take-up", "decline"):
        page = answer(client, row, do=do, answer="Said second.")
        assert page.status_code == 409
        assert "Said first." in page.content.decode()
        assert "Said second." in page.content.decode()
    assert answer(client, row, do="decline").status_code == 409
    row.refresh_from_db()
    assert row.answer == "Said first."


def test_missing_proposals_are_not_found_and_get_answers_nothing(admin, client, propose):
    assert client.post(reverse("inbox-answer", args=[999_999]), {"do": "take-up"}).status_code == 404
    assert client.get(reverse("inbox-answer", args=[propose().pk])).status_code == 405


def test_queries_do_not_grow_with_the_proposals(admin, client, propose, django_assert_max_num_queries):
    for n in range(30):
        propose(f"Article {n}")
    with django_assert_max_num_queries(14):
        assert client.get(reverse("inbox")).status_code == 200
    assert client.get(reverse("inbox"), {"page": "x\x00"}).status_code == 200
    last = ProposedSource.objects.order_by("-proposed_at", "-pk").first()
    assert answer(client, last, do="decline").status_code == 422

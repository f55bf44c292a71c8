"""Words proposed by one COI admin and decided on by another, on their pages."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from coi.library import word_trees
from coi.models import Actor, EventKind, ProposedChange, Trait
from tests.coi.forms_on_pages import sent_by
from tests.markup import visible_text
from tests.sign_in import signed_in

NEW = "word-new"
WORDS = {
    "name": "Eritrean police",
    "aliases": "Police of Asmara\r\nEPF",
    "countries": ["ER"],
    "reason": "Report of 2024",
}


def post(client, to, *args, **body):
    return client.post(reverse(to, args=args), body)


def as_sent(client, url, **changes):
    """Return what the form at this address sends, with these changes."""
    return sent_by(client.get(url), "reason") | changes


def decide(client, user, change, does, answer=""):
    signed_in(user, client)
    return post(client, "proposal", change.pk, do=does, answer=answer)


@pytest.fixture
def proposed(client, proposer):
    """Return a proposal of a new actor."""
    signed_in(proposer, client)
    taken = post(client, NEW, "actor", **WORDS, parent="state-security-forces", is_state="on", kin=["police"])
    assert taken.status_code == 302
    return ProposedChange.objects.get()


def test_a_word_exists_once_another_person_approves_it(client, proposed, decider):
    assert not Actor.objects.filter(code="eritrean-police").exists()
    assert decide(client, decider, proposed, "approve", "Agreed.").status_code == 302
    word = Actor.objects.get(code="eritrean-police")
    assert (word.name, word.aliases, word.is_state) == ("Eritrean police", ["Police of Asmara", "EPF"], True)
    assert (word.parent.code, [c.code for c in word.countries.all()]) == ("state-security-forces", ["ER"])
    assert [kin.code for kin in word.kin.all()] == ["police"]
    proposed.refresh_from_db()
    assert (proposed.status, proposed.decided_by, proposed.answer) == ("approved", decider, "Agreed.")
    assert frozenset({"eritrean-police", "police"}) in word_trees.vocabulary().actor_kin
    signed_in(decider, client)
    found = client.post(reverse("actors"), {"q": "police of asmara"}, follow=True)
    assert "Eritrean police" in visible_text(found.content.decode())


def test_each_step_is_recorded_without_the_text(client, proposed, decider):
    decide(client, decider, proposed, "approve", "Agreed.")
    rows = Entry.objects.filter(object_type="proposed-change").order_by("pk")
    assert [(row.action, row.actor) for row in rows] == [
        ("coi.change-proposed", str(proposed.proposed_by_id)),
        ("coi.change-approved", str(decider.pk)),
    ]
    assert all(row.details == {"subject": "actor", "code": "eritrean-police", "is_new": True} for row in rows)


def test_nobody_decides_on_an_own_proposal_nor_withdraws_anothers(client, proposed, proposer, decider):
    for user, does in ((proposer, "approve"), (proposer, "decline"), (decider, "withdraw")):
        assert decide(client, user, proposed, does, "Because.").status_code == 403
    page = client.get(reverse("proposal", args=[proposed.pk])).content.decode()
    assert 'value="approve"' in page
    assert 'value="withdraw"' not in page
    signed_in(proposer, client)
    page = client.get(reverse("proposal", args=[proposed.pk])).content.decode()
    assert 'value="approve"' not in page
    assert 'value="withdraw"' in page
    proposed.refresh_from_db()
    assert proposed.is_waiting


def test_the_database_refuses_a_decision_by_the_proposer(proposed, proposer, decider):
    rows = ProposedChange.objects.filter(pk=proposed.pk)
    for status, by in (("approved", proposer), ("declined", proposer), ("approved", None), ("withdrawn", decider)):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status=status, decided_by=by)
    assert rows.update(status="approved", decided_by=decider) == 1


def test_a_decline_needs_a_reason(client, proposed, decider):
    page = decide(client, decider, proposed, "decline", " ")
    assert page.status_code == 422
    assert "Write why you decline the proposal." in page.content.decode()
    assert decide(client, decider, proposed, "decline", "Not in the source.").status_code == 302
    proposed.refresh_from_db()
    assert (proposed.status, proposed.answer) == ("declined", "Not in the source.")
    assert not Actor.objects.filter(code="eritrean-police").exists()


def test_a_decision_is_taken_once(client, proposed, proposer, decider):
    assert decide(client, proposer, proposed, "withdraw").status_code == 302
    late = decide(client, decider, proposed, "approve")
    assert late.status_code == 409
    assert "It is withdrawn." in visible_text(late.content.decode())
    assert not Actor.objects.filter(code="eritrean-police").exists()


def test_proposals_wait_on_the_start_page_of_who_decides(client, proposed, decider):
    signed_in(decider, client)
    for name in ("home", "proposals"):
        text = visible_text(client.get(reverse(name)).content.decode())
        assert "Eritrean police" in text
        assert "for you to decide" in text
    signed_in(proposed.proposed_by, client)
    assert "for you to decide" not in visible_text(client.get(reverse("home")).content.decode())


def test_a_page_as_sent_changes_only_what_was_typed(client, proposer, decider):
    signed_in(proposer, client)
    url = reverse("word-change", args=["actor", "isgs"])
    before = Actor.objects.get(code="isgs")
    rivals = [rival.code for rival in before.rivals.all()]
    body = as_sent(client, url, name="IS Sahel", reason="Its present name")
    assert client.post(url, body).status_code == 302
    change = ProposedChange.objects.get()
    signed_in(decider, client)
    text = visible_text(client.get(reverse("proposal", args=[change.pk])).content.decode())
    assert "findings of current editions name this word" in text
    assert text.count("changed") == 1
    decide(client, decider, change, "approve")
    after = Actor.objects.get(code="isgs")
    assert after.name == "IS Sahel"
    assert (after.parent, after.aliases, after.note) == (before.parent, before.aliases, before.note)
    assert [rival.code for rival in after.rivals.all()] == rivals == ["jnim"]


def test_a_word_changed_in_the_meantime_is_not_overwritten(client, proposer, decider):
    signed_in(proposer, client)
    url = reverse("word-change", args=["event", "arrest"])
    body = as_sent(client, url, name="arrest or detention", reason="As in the report")
    assert client.post(url, body).status_code == 302
    EventKind.objects.filter(code="arrest").update(name="arrest by anyone")
    late = decide(client, decider, ProposedChange.objects.get(), "approve")
    assert late.status_code == 409
    assert "has changed since" in visible_text(late.content.decode())
    assert EventKind.objects.get(code="arrest").name == "arrest by anyone"


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("actor", {"name": "", "reason": "x"}, "Name:"),
        ("actor", {"name": "New", "reason": ""}, "Write why you propose this."),
        ("actor", {"name": "JNIM again", "code": "jnim", "reason": "x"}, "is taken"),
        ("actor", {"name": "New", "parent": "nowhere", "reason": "x"}, "not in the list"),
        ("actor", {"name": "New", "countries": "ML-5", "reason": "x"}, "not in the list"),
        ("actor", {"name": "New", "code": "under_way!", "reason": "x"}, "A code may have only"),
        ("actor", {"name": "ህወሓት", "reason": "x"}, "Write a code with letters from a to z."),
        ("trait", {"name": "New", "facet": "mood", "reason": "x"}, "not in the list"),
        ("trait", {"name": "New", "reason": "x"}, "Facet:"),
        ("event", {"name": "New\u202ename", "reason": "x"}, "Name:"),
    ],
)
def test_what_the_models_refuse_is_refused_at_its_field(client, proposer, subject, body, said):
    signed_in(proposer, client)
    page = post(client, NEW, subject, **body)
    assert page.status_code == 422
    assert said in visible_text(page.content.decode())
    assert not ProposedChange.objects.exists()


def test_a_word_is_never_part_of_itself(client, proposer):
    signed_in(proposer, client)
    url = reverse("word-change", args=["actor", "jnim"])
    page = client.post(url, as_sent(client, url, parent="katiba-macina", reason="Wrong"))
    assert page.status_code == 422
    assert "cannot be part of itself" in visible_text(page.content.decode())


def test_one_change_of_a_word_waits_at_a_time(client, proposed, proposer):
    signed_in(proposer, client)
    page = post(client, NEW, "actor", **WORDS)
    assert page.status_code == 422
    assert "Another change of this word waits" in visible_text(page.content.decode())


def test_a_trait_has_its_facet(client, proposer, decider):
    signed_in(proposer, client)
    taken = post(client, NEW, "trait", name="Tigrinya", facet="ethnicity", civilian="", countries="ER", reason="x")
    assert taken.status_code == 302
    decide(client, decider, ProposedChange.objects.get(), "approve")
    assert Trait.objects.get(code="tigrinya").facet == "ethnicity"


def test_the_lists_of_words_lead_to_their_changes(client, proposer):
    signed_in(proposer, client)
    for subject, code in (("actor", "jnim"), ("event", "arrest"), ("trait", "fulani")):
        page = client.get(reverse("vocabulary", args=[subject])).content.decode()
        assert reverse("word-change", args=[subject, code]) in page
    assert client.get(reverse("vocabulary", args=["place"])).status_code == 404
    assert client.get(reverse("word-change", args=["actor", "nobody"])).status_code == 404

"""A finding is edited on its page: messages name bad input, and two editors lose nothing."""

import pytest
from django.urls import reverse

from audit.models import Entry
from coi.drafts import draft_review, publishing
from coi.files import fixture
from coi.models import CuratorQuery, DraftEditor, Finding
from tests.coi.drafts.editing.item_forms import NEW, OLD, adding, at, messages_of, opened
from tests.coi.forms_on_pages import sent_by
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


def stored(code: str) -> Finding:
    return Finding.objects.get(edition__code=NEW, code=code)


# --- a finding ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_sending_back_every_page_of_the_note_unchanged_changes_nothing(draft, second):
    client = signed_in(second)
    before = fixture.dump(draft)
    of_denials = draft.findings.exclude(denies=None).values_list("code", flat=True)[:4]
    addresses = [
        reverse("draft-frame", args=[NEW]),
        *(at("findings", code) for code in ["cur-12", "mop-20", "pha-12", *of_denials]),
        *(at("sections", code) for code in ("mopti", "current")),
        at("coverage", "country-current"), at("footnotes", "16"), at("footnotes", "22"),
        at("figures", "1"), at("figures", "2"), at("queries", "acled-export"),
    ]  # fmt: skip
    for address in addresses:
        response = client.post(address, opened(client, address))
        assert (response.status_code, response.get("Location")) == (302, address), messages_of(response)
    assert fixture.dump(draft) == before
    assert not Entry.objects.filter(action__startswith="coi.draft-change").exists()
    assert not DraftEditor.objects.exists()


@pytest.mark.slow
def test_a_finding_is_changed_reviewed_and_published_by_another_person(draft, beginner, second, third):
    client = signed_in(second)
    address = at("findings", "mop-20")
    changed = opened(
        client, address, statement="Something else is said here.", places=["Ogossagou, Bankass, Mopti", "Mopti region"]
    )
    assert client.post(address, changed).status_code == 302
    finding = stored("mop-20")
    assert finding.statement == "Something else is said here."
    assert set(finding.places.values_list("code", flat=True)) == {"gn-2452421", "ML-5"}
    (entry,) = Entry.objects.filter(action="coi.draft-change")
    assert (entry.actor, entry.object_id, entry.details) == (
        str(second.pk), NEW, {"part": "findings", "item": "mop-20"},
    )  # fmt: skip
    page = client.get(reverse("draft", args=[NEW])).content.decode()
    assert "1 finding changed" in page
    assert "Edited by" in page
    digest = draft_review.review(draft).digest
    for writer in (beginner, second):
        response = signed_in(writer).post(reverse("draft-publish", args=[NEW]), {"digest": digest})
        assert response.status_code == 403
    assert signed_in(third).post(reverse("draft-publish", args=[NEW]), {"digest": digest}).status_code == 302


def test_a_finding_prints_beside_its_form_before_it_is_saved(draft, second):
    client = signed_in(second)
    address = at("findings", "mop-20")
    sent = opened(client, address, statement="Something else is said here.", do="preview")
    page = client.post(address, sent)
    assert page.status_code == 200
    assert page.context["printed"].statement == "Something else is said here."
    assert "Preview with your changes" in page.content.decode()
    assert "Not saved" in page.content.decode()
    assert stored("mop-20").statement != "Something else is said here."
    assert not DraftEditor.objects.exists()


def test_a_findings_denial_is_added_changed_and_removed_on_its_page(draft, second):
    client = signed_in(second)
    address = at("findings", "cur-01")
    assert not hasattr(stored("cur-01"), "denies")
    denial = {
        "denies_places": ["Sikasso region"], "denies_places_excepted": ["Yorosso, Sikasso"], "denies_events": ["abduction"],
        "denies_period_from": "2020", "denies_actors": ["jnim"], "denies_actors_as_named": "on", "kind": "pattern",
    }  # fmt: skip
    assert client.post(address, opened(client, address, **denial)).status_code == 302
    denied = stored("cur-01").denies
    assert [p.name for p in denied.places.all()] == ["Sikasso"]
    assert [p.name for p in denied.places_excepted.all()] == ["Yorosso"]
    assert (denied.period_from, denied.actors_as_named) == ("2020", True)
    nothing = {name: [] for name in denial if name != "kind"}
    assert client.post(address, opened(client, address, **nothing)).status_code == 302
    assert not hasattr(stored("cur-01"), "denies")


def test_a_new_finding_is_placed_by_its_sentence_and_gets_a_proposed_code(draft, second):
    client = signed_in(second)
    page = client.get(adding("findings") + "?section=current")
    sent = sent_by(page, "version")
    assert (sent["code"], sent["section"]) == (["cur-24"], ["current"])
    sent |= {
        "paragraph": "1", "sentence": "1", "statement": "Made up.", "kind": "background", "strength": "stated",
        "places": ["Mali"], "no_footnote": "on",
    }  # fmt: skip
    assert client.post(adding("findings"), sent).status_code == 302
    order = list(draft.findings.order_by("position").values_list("code", flat=True))
    positions = list(draft.findings.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, 112))
    assert order.index("cur-24") == order.index("cur-02") - 1 or stored("cur-02").sentence == 1
    assert client.get(adding("findings") + "?section=current").context["form"].initial["code"] == "cur-25"
    response = client.post(adding("findings"), sent)
    assert response.status_code == 422
    assert messages_of(response) == ["The finding cur-24 already exists. Choose another code."]
    assert "Made up." in response.content.decode()


@pytest.mark.slow
def test_a_removed_finding_is_retired_and_needs_a_reason(draft, second):
    client = signed_in(second)
    code = draft.findings.filter(no_footnote=True, queries=None, denies=None).first().code
    removal = reverse("draft-item-remove", args=[NEW, "findings", code])
    token = sent_by(client.get(at("findings", code)), "version")["version"]
    assert client.post(removal, {"version": "old"}).status_code == 409
    assert client.post(removal, {"version": token}).status_code == 302
    assert not Finding.objects.filter(edition=draft, code=code).exists()
    assert draft_review.review(draft).without_reason == (code,)
    assert "why" in client.get(reverse("draft", args=[NEW])).content.decode()
    # a query on it alone would silently become one on the edition
    (alone,) = CuratorQuery.objects.filter(edition=draft, code="rivals")
    (finding,) = alone.findings.all()
    token = sent_by(client.get(at("findings", finding.code)), "version")["version"]
    response = client.post(reverse("draft-item-remove", args=[NEW, "findings", finding.code]), {"version": token})
    assert response.status_code == 422
    assert "rivals" in messages_of(response)[0]


# --- bad input --------------------------------------------------------------------------------------

BAD = {
    "an unknown place": ({"places": ["Xyzzyville"]}, "#id_places_0", "“Xyzzyville” is not in the place list for Mali."),
    "a place that is not held": ({"places": ["Nowhere at all, Mopti"]}, "#id_places_0", "“Nowhere at all” is not in the place list for Mali."),
    "an ambiguous place": ({"places": ["Mali", "Farabougou"]}, "#id_places_1", "Choose one of those offered"),
    "no place": ({"places": [""]}, "#id_places_0", "at least one place"),
    "a day that does not exist": ({"period_from": "2019-02-30"}, "#id_period_from", "February 2019 has the days 1 to 28"),
    "a date in words": ({"period_from": "spring 2019"}, "#id_period_from", "March 2019"),
    "a period that ends before it begins": (
        {"period_from": "2020", "period_to": "2019"}, "#id_period_to", "ends before it begins",
    ),
    "an occurrence without an end": ({"kind": "occurrence", "period_to": ""}, "#id_period_to", "has both dates"),
    "an occurrence without a beginning": ({"kind": "occurrence", "period_from": ""}, "#id_period_from", "has both dates"),
    "a period after the cut-off": ({"period_from": "2022"}, "#id_period_from", "after the edition’s cut-off date"),
    "an end after the cut-off": ({"period_from": "2019", "period_to": "2025"}, "#id_period_to", "after the edition’s cut-off date"),
    "a denial with events of its own": (
        {"kind": "denial", "events": ["attack"]}, "#id_events_0", "only denies",
    ),
    "a denial that denies nothing": ({"kind": "no-evidence"}, "#id_denies_places_0", "at least one place"),
    "context that denies": (
        {"kind": "analysis", "denies_places": ["Mopti region"], "denies_events": ["attack"]}, "#id_kind", "cannot deny anything",
    ),
    "a direction control": ({"statement": "a\u202eb"}, "#id_statement", "U+202E"),
    "NUL": ({"statement": "a\x00b"}, "#id_statement", "U+0000"),
    "NUL in a place": ({"places": ["a\x00b"]}, "#id_places_0", "cannot be shown"),
    "NUL in a choice": ({"kind": "a\x00b"}, "#id_kind", "not in the list"),
    "an over-long statement": ({"statement": "x" * 2_001}, "#id_statement", "At most 2,000 characters"),
    "no statement": ({"statement": " "}, "#id_statement", "required"),
    "41 words": ({"quotation": "word " * 41}, "#id_quotation", "It has 41 words"),
    "another alphabet's digits": ({"sentence": "١"}, "#id_sentence", "whole number"),
    "a number of another kind": ({"sentence": "1_0"}, "#id_sentence", "whole number"),
    "an actor that nobody offered": ({"actors": ["nobody"]}, "#id_actors_0", "not in the list"),
    "a footnote of elsewhere": ({"footnotes": ["999"]}, "#id_footnotes_0", "not in the list"),
    "a footnote and none": ({"no_footnote": "on"}, "#id_footnotes_0", "not both"),
}  # fmt: skip


@pytest.mark.slow
def test_each_mistake_is_reported_at_its_field_and_the_text_stays(draft, second):
    client = signed_in(second)
    address = at("findings", "mop-20")
    page = opened(client, address)
    before = fixture.dump(draft)
    for what, (changes, href, words) in BAD.items():
        response = client.post(address, page | changes)
        assert response.status_code == 422, what
        found = [error["message"] for error in response.context["errors"] if error["href"] == href]
        assert any(words in message for message in found), (what, response.context["errors"])
        assert f'id="{href[1:]}"' in response.content.decode(), what
    assert fixture.dump(draft) == before


def test_all_mistakes_are_named_at_once_and_an_ambiguous_place_is_offered(draft, second):
    client = signed_in(second)
    address = at("findings", "mop-20")
    wrong = {"places": ["Mali", "Farabougou"], "statement": "", "period_to": "soon"}
    response = client.post(address, opened(client, address, **wrong))
    assert {error["href"] for error in response.context["errors"]} == {"#id_places_1", "#id_statement", "#id_period_to"}
    lines = response.context["form"]["places"].lines
    offered = [candidate for candidate in lines[1].candidates if "Niono" in candidate.hint]
    assert offered
    again = sent_by(response, "version") | {
        "statement": "Made up.", "period_to": "2019-03", "places-choice-1": offered[0].label,
    }  # fmt: skip
    assert client.post(address, again).status_code == 302
    assert offered[0].code in stored("mop-20").places.values_list("code", flat=True)


def test_adding_lines_for_places_keeps_the_text_and_checks_nothing(draft, second):
    client = signed_in(second)
    address = at("findings", "mop-20")
    response = client.post(address, opened(client, address, statement="", more="denies_places"))
    assert response.status_code == 200
    assert len(response.context["form"]["denies_places"].lines) == 6
    assert "invalid-feedback" not in response.content.decode()


# --- two people at once ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_stale_save_is_refused_with_the_changes_and_keeps_the_text(draft, second, third):
    address = at("findings", "mop-20")
    client = signed_in(second)
    mine, theirs = opened(client, address, statement="Mine."), opened(client, address, statement="Theirs.")
    assert signed_in(third).post(address, theirs).status_code == 302
    response = signed_in(second).post(address, mine)
    assert response.status_code == 409
    (differing,) = response.context["differing"]
    assert (differing.label, differing.stored, differing.typed) == ("Statement", "Theirs.", "Mine.")
    assert stored("mop-20").statement == "Theirs."
    again = sent_by(response, "version")
    assert again["statement"] == ["\nMine."] or again["statement"] == ["Mine."]
    assert client.post(address, again).status_code == 302
    assert stored("mop-20").statement == "Mine."


@pytest.mark.slow
def test_unchanged_fields_take_the_other_users_values(draft, second, third):
    address = at("findings", "mop-20")
    client = signed_in(second)
    mine = opened(client, address, statement="Mine.")
    theirs = opened(client, address, period_to="2019-04", places=["Mopti region"], actors=["jnim"], no_footnote=[])
    assert signed_in(third).post(address, theirs).status_code == 302
    response = signed_in(second).post(address, mine)
    assert response.status_code == 409
    assert [each.is_taken_over for each in response.context["differing"]] == [True, True, True]
    assert client.post(address, sent_by(response, "version")).status_code == 302
    finding = stored("mop-20")
    assert (finding.statement, finding.period_to) == ("Mine.", "2019-04")
    assert list(finding.places.values_list("code", flat=True)) == ["ML-5"]
    assert list(finding.actors.values_list("code", flat=True)) == ["jnim"]


def test_the_same_words_on_an_older_version_lose_nothing(draft, second):
    address = at("findings", "mop-20")
    client = signed_in(second)
    mine = opened(client, address, statement="Mine.")
    assert client.post(address, mine).status_code == 302
    assert client.post(address, mine).status_code == 302
    assert Entry.objects.filter(action="coi.draft-change").count() == 1


def test_text_typed_into_a_removed_finding_can_be_added_again(draft, second):
    client = signed_in(second)
    code = draft.findings.filter(no_footnote=True, queries=None, denies=None).first().code
    address = at("findings", code)
    mine = opened(client, address, statement="Mine.")
    client.post(reverse("draft-item-remove", args=[NEW, "findings", code]), {"version": mine["version"]})
    assert client.get(address).status_code == 404
    response = client.post(address, mine)
    assert response.status_code == 409
    assert response.context["is_gone"]
    assert response.context["action"] == adding("findings")
    assert client.post(response.context["action"], sent_by(response, "version")).status_code == 302
    assert stored(code).statement == "Mine."


@pytest.mark.slow
def test_a_published_edition_has_no_editing_pages_and_typed_text_is_shown_again(draft, second, third):
    client = signed_in(second)
    for address in (at("findings", "mop-20", OLD), adding("findings", OLD), reverse("draft-contents", args=[OLD])):
        assert client.get(address).status_code == 404
    address = at("findings", "mop-20")
    typed = opened(client, address, statement="Typed too late.")
    Finding.objects.filter(edition=draft, code="mop-01").update(statement="Invented.")
    publishing.publish(draft, by=third, digest=draft_review.review(draft).digest)
    response = client.post(address, typed)
    assert response.status_code == 409
    assert "Typed too late." in response.content.decode()
    assert "is published and never changes" in messages_of(response)[0]
    removal = reverse("draft-item-remove", args=[NEW, "findings", "mop-20"])
    assert client.post(removal, {"version": typed["version"]}).status_code == 404


def test_nobody_else_edits(draft, caseworker):
    client = signed_in(caseworker)
    for address in (at("findings", "mop-20"), reverse("draft-contents", args=[NEW]), reverse("draft-new")):
        assert client.get(address).status_code == 403
    assert client.post(at("findings", "mop-20"), {"statement": "x"}).status_code == 403

"""A draft edited on its screens: a finding on one page, everything else, and a report from nothing."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Office, Role, User
from audit.models import Entry
from coi.drafts import draft_review, publishing, starting
from coi.editions import checks
from coi.files import fixture
from coi.models import CuratorQuery, DraftEditor, Edition, Finding, Footnote, Originator, Report, Section, Source
from tests.coi.forms_on_pages import sent_by
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
OLD, NEW = "sem-mali-2021-04", "sem-mali-2026-11"


@dataclass(frozen=True)
class World:
    """A draft of the note, and three who keep the library: one began the draft."""

    draft: Edition
    beginner: User
    second: User
    third: User


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for this file, and taken back at its end; what a test changes is taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = Office.objects.create(code="of-editors", name="Of editors")
        people = [
            User.objects.create_user(username=name, password=None, role=Role.COI_ADMIN, office=office)
            for name in ("beginner", "second", "third")
        ]
        note = Edition.objects.get(code=OLD)
        yield World(starting.copy(note, code=NEW, label="Made up for tests, 2026", by=people[0]), *people)
        transaction.set_rollback(True)


@pytest.fixture
def draft(world, db) -> Edition:
    return Edition.objects.get(pk=world.draft.pk)


@pytest.fixture
def beginner(world, db) -> User:
    return world.beginner


@pytest.fixture
def second(world, db) -> User:
    return world.second


@pytest.fixture
def third(world, db) -> User:
    return world.third


def at(kind: str, key: str, edition: str = NEW) -> str:
    return reverse("draft-item", args=[edition, kind, key])


def adding(kind: str, edition: str = NEW) -> str:
    return reverse("draft-add", args=[edition, kind])


def opened(client, address: str, **changes) -> dict:
    """What the page's form would send with these fields changed."""
    return sent_by(client.get(address), "version") | changes


def messages_of(response) -> list[str]:
    return [error["message"] for error in response.context["errors"]]


def stored(code: str) -> Finding:
    return Finding.objects.get(edition__code=NEW, code=code)


# --- a finding ------------------------------------------------------------------------------------


def test_every_page_of_the_note_sent_back_as_it_stands_changes_nothing(draft, second):
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


def test_a_finding_is_changed_read_as_a_redline_and_published_by_somebody_who_did_not_write(
    draft, beginner, second, third
):
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
    assert "Written in by" in page
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
    assert "What it would print" in page.content.decode()
    assert "Not saved" in page.content.decode()
    assert stored("mop-20").statement != "Something else is said here."
    assert not DraftEditor.objects.exists()


def test_what_a_finding_denies_is_written_changed_and_emptied_on_its_page(draft, second):
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


def test_a_new_finding_stands_where_its_sentence_is_and_its_code_is_proposed(draft, second):
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
    assert messages_of(response) == ["There is a finding cur-24 already; choose another code."]
    assert "Made up." in response.content.decode()


def test_a_finding_taken_out_is_retired_and_needs_its_reason(draft, second):
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
    "an unknown place": ({"places": ["Xyzzyville"]}, "#id_places_0", "“Xyzzyville” is not in the list of places of Mali."),
    "a place that is not held": ({"places": ["Nowhere at all, Mopti"]}, "#id_places_0", "“Nowhere at all” is not in the list of places of Mali."),
    "an ambiguous place": ({"places": ["Mali", "Farabougou"]}, "#id_places_1", "Choose one of those offered"),
    "no place": ({"places": [""]}, "#id_places_0", "at least one place"),
    "a day that does not exist": ({"period_from": "2019-02-30"}, "#id_period_from", "February 2019 has the days 1 to 28"),
    "a date in words": ({"period_from": "spring 2019"}, "#id_period_from", "March 2019"),
    "a period that ends before it begins": (
        {"period_from": "2020", "period_to": "2019"}, "#id_period_to", "ends before it begins",
    ),
    "an occurrence without an end": ({"kind": "occurrence", "period_to": ""}, "#id_period_to", "has both dates"),
    "an occurrence without a beginning": ({"kind": "occurrence", "period_from": ""}, "#id_period_from", "has both dates"),
    "a period after the cut-off": ({"period_from": "2022"}, "#id_period_from", "after the cut-off"),
    "an end after the cut-off": ({"period_from": "2019", "period_to": "2025"}, "#id_period_to", "after the cut-off"),
    "a denial with events of its own": (
        {"kind": "denial", "events": ["attack"]}, "#id_events_0", "only what it denies",
    ),
    "a denial that denies nothing": ({"kind": "no-evidence"}, "#id_denies_places_0", "at least one place"),
    "context that denies": (
        {"kind": "analysis", "denies_places": ["Mopti region"], "denies_events": ["attack"]}, "#id_kind", "denies nothing",
    ),
    "a direction control": ({"statement": "a\u202eb"}, "#id_statement", "U+202E"),
    "NUL": ({"statement": "a\x00b"}, "#id_statement", "U+0000"),
    "NUL in a place": ({"places": ["a\x00b"]}, "#id_places_0", "cannot be shown"),
    "NUL in a choice": ({"kind": "a\x00b"}, "#id_kind", "not among those offered"),
    "an over-long statement": ({"statement": "x" * 2_001}, "#id_statement", "At most 2,000 characters"),
    "no statement": ({"statement": " "}, "#id_statement", "required"),
    "41 words": ({"quotation": "word " * 41}, "#id_quotation", "It has 41 words"),
    "another alphabet's digits": ({"sentence": "١"}, "#id_sentence", "whole number"),
    "a number of another kind": ({"sentence": "1_0"}, "#id_sentence", "whole number"),
    "an actor that nobody offered": ({"actors": ["nobody"]}, "#id_actors_0", "not among those offered"),
    "a footnote of elsewhere": ({"footnotes": ["999"]}, "#id_footnotes_0", "not among those offered"),
    "a footnote and none": ({"no_footnote": "on"}, "#id_footnotes_0", "not both"),
}  # fmt: skip


def test_each_mistake_is_named_at_its_field_and_what_was_typed_stays(draft, second):
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


def test_more_lines_for_places_keep_what_was_typed_and_judge_nothing(draft, second):
    client = signed_in(second)
    address = at("findings", "mop-20")
    response = client.post(address, opened(client, address, statement="", more="denies_places"))
    assert response.status_code == 200
    assert len(response.context["form"]["denies_places"].lines) == 6
    assert "invalid-feedback" not in response.content.decode()


# --- two at once -------------------------------------------------------------------------------------


def test_a_stale_save_is_refused_shows_what_changed_and_keeps_what_was_typed(draft, second, third):
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


def test_what_one_did_not_touch_is_taken_over_from_the_other(draft, second, third):
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


def test_what_was_typed_into_a_finding_that_somebody_took_out_can_be_added_again(draft, second):
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


def test_a_published_edition_has_no_such_pages_and_what_was_typed_is_shown_again(draft, second, third):
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
    assert "is published and does not change" in messages_of(response)[0]
    removal = reverse("draft-item-remove", args=[NEW, "findings", "mop-20"])
    assert client.post(removal, {"version": typed["version"]}).status_code == 404


def test_nobody_else_edits(draft, caseworker):
    client = signed_in(caseworker)
    for address in (at("findings", "mop-20"), reverse("draft-contents", args=[NEW]), reverse("draft-new")):
        assert client.get(address).status_code == 403
    assert client.post(at("findings", "mop-20"), {"statement": "x"}).status_code == 403


# --- the rest of a draft -----------------------------------------------------------------------------


def test_what_does_not_hold_stands_beside_its_item_and_blocks_publishing(draft, second, third):
    client = signed_in(second)
    # a finding between items: another footnote than the one that stands there
    address = at("findings", "mop-20")
    assert client.post(address, opened(client, address, footnotes=["1"])).status_code == 302
    page = client.get(reverse("draft-contents", args=[NEW]))
    (line,) = [f for s in page.context["sections"] for f in s.findings if f.key == "mop-20"]
    assert "by its place it is covered by" in line.problems[0]
    assert page.context["count"] == len(checks.check_edition(draft))
    digest = draft_review.review(draft).digest
    assert signed_in(third).post(reverse("draft-publish", args=[NEW]), {"digest": digest}).status_code == 422


def test_a_footnote_keeps_its_items_and_an_originator_is_never_made_by_a_slip(draft, second):
    client = signed_in(second)
    address = at("footnotes", "3")
    before = Footnote.objects.get(edition=draft, number=3).sources.get()
    page = opened(client, address)
    new = {
        "sources": ["0", "1"], "sources-1-kind": "ngo", "sources-1-publisher": "Made up", "sources-1-title": "Made up",
        "sources-1-originator": "International Crisis Grup",
    }  # fmt: skip
    response = client.post(address, page | new)
    assert response.status_code == 422
    assert "Held is: International Crisis Group" in messages_of(response)[0]
    assert response.context["errors"][0]["href"] == "#id_sources-1-originator"
    assert (
        client.post(
            address, page | new | {"sources-1-originator": "Nobody at all", "sources-1-is_new_originator": "on"}
        ).status_code
        == 302
    )
    first, added = Footnote.objects.get(edition=draft, number=3).sources.order_by("position")
    assert (first.pk, first.url) == (before.pk, before.url)
    assert added.originator == Originator.objects.get(code="nobody-at-all")
    out = opened(client, address, **{"sources-0-taken_out": "on"})
    assert client.post(address, out).status_code == 302
    (only,) = Footnote.objects.get(edition=draft, number=3).sources.all()
    assert (only.pk, only.position) == (added.pk, 1)


@pytest.mark.parametrize(
    ("changes", "href", "words"),
    [
        ({"sources-0-url": "javascript:alert(1)"}, "#id_sources-0-url", "https://"),
        ({"sources-0-url": "ftp://a.example/"}, "#id_sources-0-url", "https://"),
        ({"sources-0-accessed": ""}, "#id_sources-0-accessed", "looked at"),
        ({"sources-0-accessed": "10/11/2023"}, "#id_sources-0-accessed", "10 November 2023 or 11 October 2023"),
        ({"sources-0-title": "", "sources-0-url": ""}, "#id_sources-0-title", "title or an address"),
        ({"sources-0-publisher": "", "sources-0-authors": ""}, "#id_sources-0-publisher", "publisher or an author"),
        ({"number": "1"}, "#id_number", "already"),
        ({"section_code": "nowhere"}, "#id_section_code", "not among those offered"),
        ({"sources-0-taken_out": "on"}, "", "cites at least one item"),
    ],
)
def test_a_footnote_that_cannot_be_kept_is_shown_again(draft, second, changes, href, words):
    client = signed_in(second)
    address = at("footnotes", "3")
    response = client.post(address, opened(client, address) | changes)
    assert response.status_code == 422
    assert any(e["href"] == href and words in e["message"] for e in response.context["errors"]), messages_of(response)


def test_a_row_of_another_footnote_is_not_moved_by_its_number(draft, second):
    client = signed_in(second)
    address = at("footnotes", "3")
    other = Footnote.objects.get(edition=draft, number=1).sources.get()
    client.post(address, opened(client, address, **{"sources-0-pk": str(other.pk)}))
    other.refresh_from_db()
    assert other.footnote.number == 1


def test_a_figure_is_corrected_and_its_sums_are_listed(draft, second):
    client = signed_in(second)
    address = at("figures", "1")
    page = opened(client, address)
    typed = page | {"rows-0-fatalities": str(int(page["rows-0-fatalities"][0]) + 1)}
    assert client.post(address, typed).status_code == 302
    assert any("adds up to" in problem for problem in client.get(address).context["problems"])
    image = at("figures", "2")
    response = client.post(image, opened(client, image, text_says=""))
    assert response.status_code == 422
    assert response.context["errors"][0]["href"] == "#id_text_says"


def test_what_others_rest_on_is_not_taken_out(draft, second):
    client = signed_in(second)
    for kind, key, words in (("sections", "mopti", "findings stand in it"), ("footnotes", "16", "cited by")):
        token = sent_by(client.get(at(kind, key)), "version")["version"]
        response = client.post(reverse("draft-item-remove", args=[NEW, kind, key]), {"version": token})
        assert response.status_code == 422
        assert words in messages_of(response)[0]


def test_a_query_is_written_on_a_finding_from_its_page(draft, second):
    client = signed_in(second)
    page = client.get(adding("queries") + "?findings=mop-20")
    sent = sent_by(page, "version")
    assert sent["findings"] == ["mop-20"]
    response = client.post(adding("queries"), sent | {"code": "odd", "remark": "Odd."})
    assert response.status_code == 302
    assert client.get(at("findings", "mop-20")).context["queries"][0].code == "odd"


def test_the_frame_keeps_its_order_and_the_name_of_a_published_report_stays(draft, second):
    client = signed_in(second)
    address = reverse("draft-frame", args=[NEW])
    page = opened(client, address)
    assert "title" not in page
    response = client.post(address, page | {"current_from": "2011", "cut_off": "17.04.21", "title": "Another"})
    assert {e["href"] for e in response.context["errors"]} == {"#id_current_from", "#id_cut_off"}
    assert client.post(address, page | {"scope_note": "Made up.", "title": "Another"}).status_code == 302
    draft.refresh_from_db()
    assert draft.scope_note == "Made up."
    assert not Report.objects.filter(title="Another").exists()


# --- a report from nothing -----------------------------------------------------------------------------

REPORT = {
    "title": "Made up for tests", "publisher": "Nobody", "product_type": "note", "country": "ML", "language": "en",
    "code": "made-up", "edition_code": "made-up-2022", "label": "Made up, 2022", "cut_off": "2022-06-30",
    "period_from": "2015", "current_from": "2019",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "href"),
    [
        ({"code": "sem-mali"}, "#id_code"),
        ({"edition_code": OLD}, "#id_edition_code"),
        ({"edition_code": "search"}, "#id_edition_code"),
        ({"country": "XX"}, "#id_country"),
        ({"language": "English"}, "#id_language"),
        ({"cut_off": "2022-06"}, "#id_cut_off"),
        ({"period_from": "2023"}, "#id_period_from"),
        ({"title": "a\u202eb"}, "#id_title"),
        ({"code": "a b"}, "#id_code"),
    ],
)
def test_a_report_that_cannot_be_begun_is_shown_again(second, changes, href):
    response = signed_in(second).post(reverse("draft-new"), REPORT | changes)
    assert response.status_code == 422
    assert href in {error["href"] for error in response.context["errors"]}
    assert not Report.objects.filter(title="Made up for tests").exists()


@pytest.mark.parametrize(
    ("code", "country", "village"), [("ML", "Mali", "Ogossagou, Mopti"), ("BF", "Burkina Faso", "Burkina Faso")]
)
def test_a_report_from_nothing_to_its_publication_through_the_screens(second, third, code, country, village):
    client = signed_in(second)
    assert client.post(reverse("draft-new"), REPORT | {"country": code}).status_code == 302
    edition = Edition.objects.get(code="made-up-2022")
    items = [
        ("sections", {"code": "all", "title": "All", "position": "1", "period_from": "2015"}),
        ("coverage", {
            "code": "all", "place": country, "period_from": "2015", "period_to": "2022-06", "events": ["attack"],
            "basis": "It says so.",
        }),
        ("footnotes", {
            "number": "1", "section_code": "all", "paragraph": "1", "after_sentence": "1", "sources": "0",
            "sources-0-originator": "Nobody", "sources-0-is_new_originator": "on", "sources-0-kind": "ngo",
            "sources-0-publisher": "Somebody", "sources-0-title": "Something",
        }),
        ("findings", {
            "code": "a-01", "section": "all", "paragraph": "1", "sentence": "1", "kind": "denial",
            "strength": "stated", "statement": "It was not attacked in March 2019.", "footnotes": ["1"],
            "places": village, "denies_places": village, "denies_events": ["attack"],
            "denies_period_from": "2019-03", "denies_period_to": "2019-03",
        }),
        ("figures", {
            "number": "1", "title": "Made up", "unit": "fatalities", "source": "Nobody", "originator": "Nobody",
            "values_available": "on", "rows": "0", "rows-0-place": country, "rows-0-place_label": country,
            "rows-0-period_label": "2019", "rows-0-period_from": "2019", "rows-0-period_to": "2019",
            "rows-0-fatalities": "0",
        }),
        ("queries", {"code": "odd", "remarked_on": "2026-11-23", "remark": "Odd.", "figures": ["1"]}),
    ]  # fmt: skip
    for kind, typed in items:
        page = opened(client, adding(kind, edition.code)) | typed
        response = client.post(adding(kind, edition.code), page)
        assert response.status_code == 302, (kind, messages_of(response))
        assert client.get(response["Location"]).status_code == 200
    assert checks.check_edition(edition) == []
    assert Section.objects.filter(edition=edition).count() == 1
    frame = reverse("draft-frame", args=[edition.code])
    assert client.post(frame, opened(client, frame, title="Made up again")).status_code == 302
    digest = draft_review.review(edition).digest
    publish = reverse("draft-publish", args=[edition.code])
    assert client.post(publish, {"digest": digest}).status_code == 403
    assert signed_in(third).post(publish, {"digest": digest}).status_code == 302
    assert client.get(reverse("edition", args=[edition.code])).status_code == 200
    assert Entry.objects.filter(action="coi.draft-add").count() == len(items)


def test_an_originator_that_nothing_cites_any_more_is_forgotten(draft, second):
    client = signed_in(second)
    address = at("footnotes", "16")

    def misspelt() -> bool:
        return Originator.objects.filter(name="Amnesti").exists()

    def called(name: str) -> None:
        Source.objects.filter(footnote__edition=draft, footnote__number=16, position=1).update(
            originator=Originator.objects.get_or_create(code=name.lower(), name=name)[0]
        )

    known = set(Originator.objects.values_list("code", flat=True))
    before = opened(client, address)["sources-0-originator"]
    called("Amnesti")
    written = opened(client, address, **{"sources-0-originator": before})
    assert client.post(address, written).status_code == 302
    assert not misspelt()
    refused = client.post(address, opened(client, address, **{"sources-0-originator": "Amnesti"}))
    assert refused.status_code == 422  # it has to be ticked as new again

    older = fixture.dump(draft).encode()
    called("Amnesti")
    again = starting.upload(older, by=second)
    assert not misspelt()
    Source.objects.filter(footnote__edition=again, footnote__number=16, position=1).update(
        originator=Originator.objects.create(code="amnesti", name="Amnesti")
    )
    publishing.discard(again, by=second, digest=draft_review.review(again).digest)
    assert set(Originator.objects.values_list("code", flat=True)) == known

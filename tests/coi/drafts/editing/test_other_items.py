"""Footnotes, figures, queries and edition details, and a new report."""

import pytest
from django.urls import reverse

from audit.models import Entry
from coi.drafts import draft_review, publishing, starting
from coi.editions import checks
from coi.files import fixture
from coi.models import Edition, Footnote, Originator, Report, Section, Source
from coi.text.collation import heading_number
from tests.coi.drafts.editing.item_forms import NEW, OLD, adding, at, messages_of, opened
from tests.coi.forms_on_pages import sent_by
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")

# --- the rest of a draft -----------------------------------------------------------------------------


@pytest.mark.slow
def test_problems_are_shown_at_their_item_and_block_publishing(draft, second, third):
    client = signed_in(second)
    # a finding between items: another footnote than the present one
    address = at("findings", "mop-20")
    assert client.post(address, opened(client, address, footnotes=["1"])).status_code == 302
    page = client.get(reverse("draft-contents", args=[NEW]))
    (line,) = [f for s in page.context["sections"] for f in s.findings if f.key == "mop-20"]
    assert "its place in the report puts it under" in line.problems[0]
    assert page.context["count"] == len(checks.check_edition(draft))
    digest = draft_review.review(draft).digest
    assert signed_in(third).post(reverse("draft-publish", args=[NEW]), {"digest": digest}).status_code == 422


@pytest.mark.slow
def test_a_footnote_keeps_its_items_and_a_typing_error_creates_no_originator(draft, second):
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
    assert "Similar names in the library: International Crisis Group" in messages_of(response)[0]
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "href", "words"),
    [
        ({"sources-0-url": "javascript:alert(1)"}, "#id_sources-0-url", "https://"),
        ({"sources-0-url": "ftp://a.example/"}, "#id_sources-0-url", "https://"),
        ({"sources-0-accessed": ""}, "#id_sources-0-accessed", "was accessed"),
        ({"sources-0-accessed": "10/11/2023"}, "#id_sources-0-accessed", "10 November 2023 or 11 October 2023"),
        ({"sources-0-title": "", "sources-0-url": ""}, "#id_sources-0-title", "title or an address"),
        ({"sources-0-publisher": "", "sources-0-authors": ""}, "#id_sources-0-publisher", "publisher or an author"),
        ({"number": "1"}, "#id_number", "already"),
        ({"section_code": "nowhere"}, "#id_section_code", "not in the list"),
        ({"sources-0-taken_out": "on"}, "", "cites at least one item"),
    ],
)
def test_a_refused_footnote_is_shown_again(draft, second, changes, href, words):
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


@pytest.mark.slow
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


def test_items_that_others_need_cannot_be_removed(draft, second):
    client = signed_in(second)
    for kind, key, words in (("sections", "mopti", "findings are in it"), ("footnotes", "16", "cited by")):
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


def test_edition_details_keep_their_order_and_a_published_reports_name_stays(draft, second):
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


# --- a new report -----------------------------------------------------------------------------------------

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
def test_a_refused_new_report_is_shown_again(second, changes, href):
    response = signed_in(second).post(reverse("draft-new"), REPORT | changes)
    assert response.status_code == 422
    assert href in {error["href"] for error in response.context["errors"]}
    assert not Report.objects.filter(title="Made up for tests").exists()


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert refused.status_code == 422  # "new" must be selected again

    older = fixture.dump(draft).encode()
    called("Amnesti")
    again = starting.upload(older, by=second)
    assert not misspelt()
    Source.objects.filter(footnote__edition=again, footnote__number=16, position=1).update(
        originator=Originator.objects.create(code="amnesti", name="Amnesti")
    )
    publishing.discard(again, by=second, digest=draft_review.review(again).digest)
    assert set(Originator.objects.values_list("code", flat=True)) == known


def test_numbered_sections_sort_by_their_numbers_and_others_keep_their_place(draft, second):
    client = signed_in(second)
    before = list(draft.sections.order_by("position").values_list("title", flat=True))
    numbered = ["2. Justice", "1.10 Army", "1.9 Police", "10 Figures", "1 State"]
    for number, title in enumerate(numbered):
        address = adding("sections")
        response = client.post(address, opened(client, address, code=f"numbered-{number}", title=title))
        assert response.status_code == 302
    rows = list(draft.sections.order_by("position").values_list("title", "position"))
    wanted = ["1 State", "1.9 Police", "1.10 Army", "2. Justice", "10 Figures"]
    assert [title for title, _position in rows] == before + wanted
    assert len({position for _title, position in rows}) == len(rows)


def test_a_year_at_the_start_of_a_heading_is_no_number():
    assert heading_number("2012 rebellion") == ()
    assert heading_number("1.10 Justice") == (1, 10)

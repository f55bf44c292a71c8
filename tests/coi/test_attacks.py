"""Attacks on the library by insiders and files: each is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from coi.drafts import draft_review, draft_rows, editing, publishing, starting
from coi.editions.refusals import ImportRefused
from coi.events import figure_queries
from coi.files import fixture
from coi.maps import geojson
from coi.models import DraftEditor, Edition, Originator, Report
from tests import factories
from tests.drafts import draft_of
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def keeper(make_user, office):
    return make_user(Role.COI_ADMIN, office, "keeper")


@pytest.fixture
def other(make_user, office):
    return make_user(Role.COI_ADMIN, office, "other")


@pytest.fixture
def draft(keeper) -> Edition:
    return draft_of(Edition.objects.get(code="sem-mali-2021-04"), code="a-draft", label="Made up", by=keeper)


def small(code: str, *, figure: str = "", report: str = "") -> str:
    """Return an invented edition as a file; ``figure`` is an originator that only a figure names."""
    edition = factories.made_up_edition(code, report=Report.objects.filter(code=report).first())
    factories.made_up_finding(edition, "a-01", place="gn-2452421", period=("2019-03", "2019-03"))
    if figure:
        edition.figures.create(
            number=1, title="F", source="S", unit="fatalities", values_available=False, text_says="It is there.",
            originator=Originator.objects.create(code=figure, name="Made up"),
        )  # fmt: skip
    text = fixture.dump(edition)
    draft_rows.delete(edition)
    return text


def test_an_originator_that_only_a_published_figure_names_keeps_its_name(keeper):
    first = starting.upload(small("with-figure", figure="fig-only").encode(), by=keeper)
    publishing.publish(first, by=factories_user(keeper), digest=draft_review.review(first).digest)
    text = small("another") + '- model: coi.originator\n  fields:\n    code: "fig-only"\n    name: "CHANGED"\n'
    with pytest.raises(ImportRefused, match="fig-only"):
        starting.upload(text.encode(), by=keeper)
    assert Originator.objects.get(code="fig-only").name == "Made up"


def factories_user(keeper):
    return type(keeper).objects.create_user(username="second", role=Role.COI_ADMIN, office=keeper.office)


def test_a_file_renames_nothing_that_another_draft_prints(keeper, other):
    starting.upload(small("theirs", figure="of-theirs").encode(), by=other)
    text = small("mine") + '- model: coi.originator\n  fields:\n    code: "of-theirs"\n    name: "CHANGED"\n'
    with pytest.raises(ImportRefused, match="which the editions theirs also print"):
        starting.upload(text.encode(), by=keeper)
    assert not Edition.objects.filter(code="mine").exists()


def test_changing_a_reports_wording_makes_an_author_of_each_of_its_drafts(keeper, other):
    mine = starting.upload(small("mine").encode(), by=keeper)
    theirs = starting.upload(small("theirs", report=mine.report.code).encode(), by=other)
    part = editing.ITEM_EDITORS["frame"]
    values = part.read(part.find(mine, ""))
    editing.save(mine, "frame", "", {**values, "publisher": "Typed by me"}, since=editing.version(values), by=keeper)
    assert DraftEditor.objects.filter(edition=theirs, editor=keeper).exists()
    assert draft_review.needs_another(theirs, keeper)


def test_a_label_over_two_lines_is_refused_and_writes_no_second_entry(keeper):
    hostile = "Innocent\n- model: coi.originator\n  fields: {code: injected, name: Injected}"
    text = small("mine").replace('label: "Made up: mine"', f'label: "{hostile}"'.replace("\n", "\\n"))
    assert "injected" in text
    with pytest.raises(ImportRefused, match="on one line"):
        starting.upload(text.encode(), by=keeper)
    edition = factories.made_up_edition("shown")
    Edition.objects.filter(pk=edition.pk).update(label=hostile)
    edition.refresh_from_db()
    assert fixture.dump(edition).splitlines()[0].startswith("# Innocent - model")


def test_a_number_of_a_million_digits_is_refused_before_it_is_read(keeper):
    text = "- {model: coi.edition, fields: {code: zz, n: 1" + ":59" * 300_000 + "}}"
    with pytest.raises(ImportRefused, match="a number that long"):
        starting.upload(text.encode(), by=keeper)


def test_more_rows_than_a_form_accepts_are_an_error_and_none_is_dropped(draft, keeper):
    client = signed_in(keeper)
    address = reverse("draft-item", args=[draft.code, "footnotes", "1"])
    form = client.get(address).content.decode()
    assert 'name="sources"' in form
    before = fixture.entries(draft)
    sent = {"number": "1", "section_code": "majors", "sources": [str(n) for n in range(200)]}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert "rows more than the" in answer.content.decode()
    assert fixture.entries(draft) == before


def test_previewing_edition_details_is_no_error(draft, keeper):
    answer = signed_in(keeper).post(reverse("draft-frame", args=[draft.code]), {"do": "preview"})
    assert answer.status_code in (200, 422)


def test_the_last_save_middleware_leaves_uploads_alone(keeper):
    file = SimpleUploadedFile("made-up.csv", b"a,b\n1,2\n")
    sent = {"country": "ML", "retrieved": "2026-11-02", "file": file, "under_way": "x"}
    answer = signed_in(keeper).post(reverse("events"), sent, headers={"X-Autosave": "1"})
    assert answer.status_code < 500


def test_an_outline_that_winds_without_end_is_refused():
    zigzag = [(n * 0.002, (80 - n * 0.01) * (-1) ** n) for n in range(3_000)]
    with pytest.raises(geojson.BadBoundaries, match="more turns"):
        geojson._simple_line(zigzag)


@pytest.mark.slow
def test_a_query_on_a_draft_that_was_published_meanwhile_is_refused_in_words(draft, keeper, other):
    draft.findings.filter(code="cur-01").update(statement="Made up: told otherwise.")
    publishing.publish(draft, by=other, digest=draft_review.review(draft).digest)
    with pytest.raises(figure_queries.CannotAddError, match="published or discarded"):
        figure_queries.add(draft, None, today=None, by=keeper)

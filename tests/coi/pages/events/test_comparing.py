"""Event data beside a report's figure, and on region sheets."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from coi.events import figure_queries
from coi.events.comparing import compare
from coi.events.storing import import_events
from coi.library import region_sheets
from coi.models import CuratorQuery, Edition, EventDataset, EventMonth, Place
from tests.coi.event_files import NEW, event, write
from tests.coi.pages.events.uploads_of_events import CODE, compare_page
from tests.factories import copied
from tests.factories import published as publish
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")

# --- comparing ----------------------------------------------------------------------------------


def test_the_page_sets_print_beside_the_data(client, caseworker, dataset, django_assert_max_num_queries):
    signed_in(caseworker, client)
    with django_assert_max_num_queries(40):
        page = client.get(compare_page(dataset))
    text = page.content.decode()
    assert page.status_code == 200
    for words in (dataset.sha256, "2 November 2026", "ACLED’s terms", "Narrow:", "Wide:", "15 April 2021"):
        assert words in text
    assert "data-copy-text=" in text
    assert "Add to the draft" not in text


def test_missing_objects_are_not_found(client, caseworker, dataset):
    signed_in(caseworker, client)
    for edition, code in ((CODE, "none"), ("none", "made-up")):
        assert client.get(reverse("figures-compare", args=[edition, code])).status_code == 404
    copied(Edition.objects.get(code=CODE), code="a-draft", label="A draft")
    assert client.get(reverse("figures-compare", args=["a-draft", "made-up"])).status_code == 404
    EventDataset.objects.update(country="NE")
    assert client.get(compare_page(dataset)).status_code == 404


def first_difference(dataset):
    return next(figure_queries.differences(compare(Edition.objects.get(code=CODE), dataset)))


def test_if_no_end_fits_the_page_says_so_and_offers_no_query(admin, client, tmp_path):
    rows = [event(n, date(2018, 12, 5) + timedelta(days=3 * n), deaths=2) for n in range(320)]
    path = write(tmp_path / "unrelated.csv", NEW, rows)
    retrieved, today = date(2026, 11, 2), date(2026, 11, 23)
    unrelated = import_events(path, code="unrelated", country="ML", retrieved_on=retrieved, today=today)
    page = client.get(compare_page(unrelated)).content.decode()
    assert page.count("no end date fits. The printed numbers of the regions") == len(compare_fits(unrelated))
    assert "is closest to the events" not in page


def compare_fits(dataset):
    return compare(Edition.objects.get(code=CODE), dataset).fits


@pytest.mark.slow
def test_a_difference_is_added_to_a_draft_with_one_click(admin, client, dataset):
    draft = copied(Edition.objects.get(code=CODE), code="a-draft", label="A draft")
    published = CuratorQuery.objects.filter(edition__code=CODE).count()
    text = client.get(compare_page(dataset)).content.decode()
    assert "Add to the draft" in text
    one = first_difference(dataset)
    address = reverse("figures-query", args=[CODE, dataset.code])
    body = {"difference": one.key, "draft": "a-draft", "wording": "Not taken from here."}
    assert client.post(address, body).status_code == 302
    query = draft.queries.get(code="event-data-1")
    assert query.remark == one.wording
    assert [f.number for f in query.figures.all()] == [one.figure]
    assert CuratorQuery.objects.filter(edition__code=CODE).count() == published
    entry = Entry.objects.get(action="coi.query-added")
    assert (entry.object_id, entry.details) == ("a-draft", {"query": "event-data-1"})
    assert client.post(address, body).status_code == 409  # it is there already
    assert client.post(address, body | {"difference": "9/x/y"}).status_code == 422
    draft.figures.get(number=one.figure).queries.clear()
    draft.queries.filter(code="event-data-1").delete()
    publish(draft)
    assert client.post(address, body).status_code == 409  # published meanwhile
    assert client.get(address).status_code == 405


@pytest.mark.slow
def test_a_draft_can_be_started_beside_the_difference(admin, client, dataset, caseworker):
    page = client.get(compare_page(dataset)).content.decode()
    assert 'href="#begin-draft"' in page
    address = reverse("figures-draft", args=[CODE, dataset.code])
    refused = client.post(address, {"code": CODE, "label": "Invented, with queries."})
    assert refused.status_code == 422
    assert "#id_code" in refused.content.decode()
    assert 'value="Invented, with queries."' in refused.content.decode()  # the typed text stays
    answer = client.post(address, {"code": "with-queries", "label": "Invented, with queries."})
    assert answer.headers["Location"] == compare_page(dataset)
    draft = Edition.objects.get(code="with-queries")
    assert draft.draft_work.begun_by == admin
    page = client.get(compare_page(dataset)).content.decode()
    assert "Add to the draft" in page
    assert "begin-draft" not in page
    signed_in(caseworker, client)
    assert client.post(address, {"code": "another", "label": "Invented."}).status_code == 403


def test_a_query_cannot_be_added_to_a_published_edition(admin, client, dataset, caseworker):
    address = reverse("figures-query", args=[CODE, dataset.code])
    body = {"difference": first_difference(dataset).key, "draft": CODE}
    before = CuratorQuery.objects.count()
    assert "this report has no draft" in client.get(compare_page(dataset)).content.decode()
    assert client.post(address, body).status_code == 409
    signed_in(caseworker, client)
    assert client.post(address, body).status_code == 403
    assert CuratorQuery.objects.count() == before


# --- region sheets ------------------------------------------------------------------------------


def test_a_region_sheet_shows_newer_data_beside_the_figure_with_its_date(client, caseworker, dataset):
    signed_in(caseworker, client)
    text = client.get(reverse("region", args=["ML-1"])).content.decode()
    report = text.index("as printed in figure")
    newer = text.index("Event data of ACLED, retrieved 2 November 2026")
    assert report < newer
    assert "1 January 2021 to 1 August 2021 only" in text
    assert "replace none" in text
    EventDataset.objects.all().delete()
    assert "Event data of" not in client.get(reverse("region", args=["ML-1"])).content.decode()


def test_only_the_latest_data_of_each_provider_are_shown():
    place = Place.objects.get(code="ML-5")
    numbers = {"country": "ML", "rows": 1, "events": 1, "first_day": date(2020, 1, 1), "last_day": date(2021, 3, 9)}
    for n, (provider, day) in enumerate(
        [("ACLED", date(2025, 1, 1)), ("ACLED", date(2026, 1, 1)), ("UCDP", date(2024, 1, 1))]
    ):
        data = EventDataset.objects.create(code=f"d{n}", sha256=str(n), provider=provider, retrieved_on=day, **numbers)
        EventMonth.objects.create(
            dataset=data, place=place, month=date(2021, 2, 1), event_type="x", against_civilians=False,
            actor_group="y", events=2, fatalities=10 + n,
        )  # fmt: skip
    found = region_sheets.newer_data(place)
    assert [data.dataset.code for data in found] == ["d1", "d2"]
    full, part = found[0].sums
    assert (full.is_full_year, full.events, full.fatalities) == (True, 0, 0)
    assert (part.is_full_year, part.last, part.fatalities) == (False, date(2021, 3, 9), 11)

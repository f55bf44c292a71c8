"""Region sheets, sources, the place search and the age of the COI."""

import re
from datetime import date

import pytest
from django.urls import reverse

from coi import gazetteer as places
from coi.library.cited_findings import SourceCard
from coi.models import (
    Edition,
    FigureRow,
    Finding,
    Footnote,
    Place,
    Report,
    Source,
)
from coi.pages.context_processors import age_lines, coi_age
from coi.templatetags.library import cited
from tests.coi.pages.library_pages import EDITION, PAGES, REGIONS, publish, squeezed, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

# --- regions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", REGIONS)
def test_a_region_sheet(reader, code):
    page = text_of(reader.get(reverse("region", args=[code])))
    assert "Silence is not safety." in page
    assert "January to March only" in page
    for row in FigureRow.objects.filter(place__code=code):
        assert f"{row.fatalities:,}" in page
    assert "The citation is ACLED's export page" in page  # the query on the figure
    assert re.search(r"information up to 17 April 2021, \d+ years", page)


def test_every_denial_is_on_the_sheet(reader):
    page = text_of(reader.get(reverse("region", args=["ML-3"])))
    denials = page[page.index("Ruled out here") : page.index("Findings by theme")]
    assert Finding.objects.get(code="sik-01").statement in denials
    assert "In the library’s reading, rules out:" in denials
    country = page[page.index("About Mali as a whole") :]
    assert Finding.objects.get(code="cur-12").statement in country
    assert Finding.objects.get(code="cur-12").statement not in denials
    koulikoro = text_of(reader.get(reverse("region", args=["ML-2"])))
    for code in ("kou-05", "kou-06"):
        assert Finding.objects.get(code=code).statement in koulikoro


def test_the_queries_of_a_sheet_do_not_grow_with_its_findings(reader, django_assert_max_num_queries):
    # A footnote's edition is still read one by one (library.findings_with_everything); tighten to 55 then.
    with django_assert_max_num_queries(90):
        reader.get(reverse("region", args=["ML-5"]))


def test_a_region_without_report_or_map(reader):
    Place.objects.create(code="TD-BA", name="Batha", kind="region", country="TD", source="test")
    page = text_of(reader.get(reverse("region", args=["TD-BA"])))
    assert "neither good nor bad" in page


# --- sources ----------------------------------------------------------------------------------


def test_sources_are_grouped_by_originator(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        page = text_of(reader.get(reverse("sources", args=[EDITION])))
    notes = Footnote.objects.filter(sources__originator__code="acled").distinct().count()
    assert f"Cited in {notes} footnotes; one originator." in page
    for source in Source.objects.all():
        assert squeezed(source.citation) in squeezed(page)


# --- place search -----------------------------------------------------------------------------


def search(client, **asked):
    return client.post(reverse("place-search"), asked)


def test_place_search(reader):
    found = search(reader, q="Ogossagou", country="ML").json()["results"]
    assert found[0]["value"] == "Ogossagou, Bankass, Mopti"
    assert set(found[0]) == {"value", "label", "hint"}
    assert len(search(reader, q="ba", country="ml").json()["results"]) <= 10
    assert search(reader, q="zzzzzzzz", country="ML").json() == {"results": []}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "O"},
        {"q": "  o "},
        {"q": "x" * (places.LONGEST + 1)},
        {"q": "ab\u202e"},
        {"q": "Mopti", "country": "Mali"},
    ],
)
def test_place_search_refuses_in_json(reader, asked):
    response = search(reader, **asked)
    assert response.status_code == 400
    assert response.json()["results"] == []
    assert response.json()["error"]


def test_place_search_without_a_session(client):
    response = search(client, q="Mopti")
    assert response.status_code == 401
    assert response.json()["error"]


# --- the age of the COI ---------------------------------------------------------------------------


def test_markup_in_a_citation_stays_text():
    address = 'https://example.org/"><b>x</b>'
    shown = cited(SourceCard(f"<script>y</script>, {address}", "", "", address, ""))
    assert "&lt;script&gt;y&lt;/script&gt;" in shown
    assert "<b>" not in shown
    assert '"><' not in shown.partition("<a ")[2]


def test_the_age_is_on_every_page(reader, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 23))
    for name, args in PAGES:
        assert "Mali: information up to 17 April 2021, 5 years 7 months old" in text_of(
            reader.get(reverse(name, args=args))
        )


def test_the_age_is_read_only_by_pages_that_print_it(rf, django_user_model, django_assert_num_queries):
    request = rf.get("/")
    request.user = django_user_model.objects.create_user("someone")
    with django_assert_num_queries(0):
        context = coi_age(request)
    with django_assert_num_queries(2):
        assert len(context["coi_age_lines"]) == 1


def test_two_reports_on_a_country_have_distinct_names():
    other = Report.objects.create(code="other", title="Other", publisher="P", country="ML", language="en")
    edition = Edition.objects.create(
        report=other, code="other-1", label="O", cut_off=date(2024, 1, 1), period_from="2020", current_from="2023"
    )
    publish(edition)
    assert [line.split(":")[0] for line in age_lines()][1] == "Mali (Other)"

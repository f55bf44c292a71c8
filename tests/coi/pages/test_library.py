"""The library's pages show what they promise, to everyone who is signed in and to nobody else."""

import math
import re
from dataclasses import replace
from datetime import date
from html import unescape
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse

from coi import gazetteer as places
from coi.library import finding_words
from coi.library.cited_findings import DenialCard, cards_by_key
from coi.library.region_sheets import FigureCell, FigureSeries
from coi.maps import charts, country_maps
from coi.models import (
    Boundary,
    CuratorQuery,
    DeadLink,
    DraftEditor,
    DraftWork,
    Edition,
    EventDataset,
    EventDay,
    EventImport,
    EventMonth,
    Figure,
    FigureRow,
    Finding,
    Footnote,
    Place,
    ProposedSource,
    Publication,
    Report,
    Retirement,
    Section,
    Source,
)
from coi.pages.context_processors import age_lines, coi_age
from coi.text.dates import dates_in_words
from tests.sign_in import signed_in

EDITION = "sem-mali-2021-04"
REGIONS = ["ML-1", "ML-2", "ML-3", "ML-4", "ML-5", "ML-6", "ML-7", "ML-8", "ML-BKO"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def reader(client, django_user_model):
    return signed_in(django_user_model.objects.create_user("reader", role="auditor"), client)


def text_of(response):
    """The page as a person reads it: no tags, no doubled spaces."""
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split()).replace(" .", ".")


def publish(edition):
    """Published past the checks, which an edition without findings does not pass."""
    Publication.objects.bulk_create([Publication(edition=edition, published_at=date(2026, 1, 2))])


def squeezed(text):
    return "".join(text.split())


# --- who may read -----------------------------------------------------------------------------


PAGES = [
    ("library", []),
    ("edition", [EDITION]),
    ("finding", [EDITION, "sik-01"]),
    ("sources", [EDITION]),
    ("region", ["ML-3"]),
    ("actors", []),
    ("actor", ["jnim"]),
]


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
    assert reader.post(reverse(name, args=args)).status_code == 405


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


# --- the index --------------------------------------------------------------------------------


def test_the_index_says_what_is_held(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(13):
        response = reader.get(reverse("library"))
    page = text_of(response)
    assert "Security situation. Focus on Mopti, Koulikoro and Sikasso regions" in page
    assert f"{Finding.objects.count()} findings" in page
    assert f"{Footnote.objects.count()} footnotes" in page
    assert "17 April 2021" in page
    for code in REGIONS:
        assert f'href="{reverse("region", args=[code])}"' in response.content.decode()


def test_an_empty_library_teaches(reader):
    Publication.objects.update(retired_at=date(2026, 1, 1))
    page = text_of(reader.get(reverse("library")))
    assert "The library is empty" in page
    assert "load_coi fixtures/coi/ml/sem-mali-2021-04.yaml" in page


# --- the edition ------------------------------------------------------------------------------


def test_the_edition_shows_every_finding_with_its_sources(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(42):
        response = reader.get(reverse("edition", args=[EDITION]))
    page, markup = text_of(response), response.content.decode()
    for finding in Finding.objects.all():
        assert f'id="finding-{finding.code}"' in markup
        assert " ".join(finding.statement.split()) in page
    for source in Source.objects.all():
        assert squeezed(source.citation) in squeezed(page)
    for remark in CuratorQuery.objects.values_list("remark", flat=True):
        assert " ".join(remark.split()) in page


def test_the_edition_states_its_dates_age_and_coverage(reader):
    page = text_of(reader.get(reverse("edition", args=[EDITION])))
    assert "Talk held on 17 April 2021" in page
    assert "Latest access date in its footnotes 11 May 2021" in page
    assert "Publication date none is printed" in page
    assert re.search(r"Information to 17 April 2021, \d+ years?( \d+ months?)? old", page)
    assert "The killings in the town of Fana are told from 2018." in page


def test_findings_of_one_sentence_are_told_apart(reader):
    page = text_of(reader.get(reverse("edition", args=[EDITION])))
    assert "7.1.3a" in page
    assert "7.1.3b" in page
    assert re.search(r"\b7\.1\.2 ", page)


def test_figure_1_as_printed(reader):
    page = text_of(reader.get(reverse("edition", args=[EDITION])))
    for row in FigureRow.objects.all():
        assert f"{row.fatalities:,}" in page
    assert "2021 (January-March) January to March only" in page
    assert "Total 1,875 2,849 658 5,382" in page
    assert "Mopti 1,271 1,582 348 3,201" in page


def test_values_that_the_text_does_not_give_are_not_available(reader):
    page = text_of(reader.get(reverse("edition", args=[EDITION])))
    assert page.count("Values: not available.") == Figure.objects.filter(values_available=False).count() == 2
    for said in Figure.objects.exclude(text_says="").values_list("text_says", flat=True):
        assert said in page


def test_a_replaced_edition_stays_and_says_so(reader):
    old = Edition.objects.get()
    Publication.objects.filter(edition=old).update(retired_at=date(2026, 1, 2))
    new = Edition.objects.create(
        report=old.report,
        code="new",
        label="New",
        cut_off=date(2025, 5, 1),
        period_from="2012",
        current_from="2024",
    )
    publish(new)
    page = text_of(reader.get(reverse("edition", args=[EDITION])))
    assert "This edition was replaced on 2 January 2026." in page
    assert "Current edition, information to 1 May 2025" in page
    assert "Information to 17 April 2021" in text_of(reader.get(reverse("library")))
    assert text_of(reader.get(reverse("finding", args=[EDITION, "sik-01"]))).count("was replaced on") == 1
    for name in ("edition", "sources"):
        assert (
            f'href="{reverse("edition", args=["new"])}"' in reader.get(reverse(name, args=[EDITION])).content.decode()
        )


def test_a_finding_of_a_replaced_edition_leads_to_the_same_one_today(reader):
    old = Edition.objects.get()
    new = Edition.objects.create(report=old.report, code="new", label="New", cut_off=date(2025, 5, 1))
    section = Section.objects.create(edition=new, code="all", title="All", position=1, period_from="2015")
    Finding.objects.create(
        edition=new, section=section, code="sik-01", position=1, paragraph=1, sentence=1, kind="background",
        strength="stated", statement="Made up.",
    )  # fmt: skip
    assert "This finding in the current" not in text_of(reader.get(reverse("finding", args=[EDITION, "sik-01"])))
    Publication.objects.filter(edition=old).update(retired_at=date(2026, 1, 2))
    publish(new)
    kept = reader.get(reverse("finding", args=[EDITION, "sik-01"]))
    assert "This finding in the current edition" in text_of(kept)
    assert f'href="{reverse("finding", args=["new", "sik-01"])}"' in kept.content.decode()
    gone = reader.get(reverse("finding", args=[EDITION, "sik-02"]))
    assert "The current edition has no finding of this code." in text_of(gone)


# --- findings ---------------------------------------------------------------------------------


def test_every_finding_has_an_address_that_opens_at_it(reader):
    for finding in Finding.objects.prefetch_related("footnotes__sources"):
        response = reader.get(reverse("finding", args=[EDITION, finding.code]))
        page = text_of(response)
        assert f'id="finding-{finding.code}"' in response.content.decode()
        assert " ".join(finding.statement.split()) in page
        for note in finding.footnotes.all():
            for source in note.sources.all():
                assert squeezed(source.citation) in squeezed(page)
        assert ("This sentence has no footnote in the report." in page) == (not finding.footnotes.all())


def test_a_finding_stands_among_its_neighbours(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(34):
        page = text_of(reader.get(reverse("finding", args=[EDITION, "mop-09"])))
    for code in ("mop-07", "mop-08", "mop-10", "mop-11"):
        assert Finding.objects.get(code=code).statement in page


def test_a_denial_in_words(reader):
    page = text_of(reader.get(reverse("finding", args=[EDITION, "sik-01"])))
    assert "Rules out: armed attack (kind not named) or abduction; in Sikasso except Yorosso; by JNIM" in page
    assert "1 January 2019 to 17 April 2021." in page
    looked = text_of(reader.get(reverse("finding", args=[EDITION, "kay-04"])))
    assert "No evidence of: recruitment or presence of an armed group; in Kayes" in looked
    assert "Rules out:" not in looked


def test_the_finding_partial_serves_other_pages(reader):
    from coi.library import cited_findings

    card = cited_findings.finding_cards(Finding.objects.filter(code="mop-20"))[0]
    markup = render_to_string(
        "coi/library/finding.html",
        {"card": card, "reasons": ["Where: the same place."], "state": "supports", "heading_level": 4, "prefix": "f1-"},
    )
    assert 'id="finding-f1-mop-20"' in markup
    assert "state-supports" in markup
    assert "Where: the same place." in markup
    assert 'aria-level="4"' in markup
    assert reverse("finding", args=[EDITION, "mop-20"]) in markup


# --- regions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", REGIONS)
def test_a_region_sheet(reader, code):
    page = text_of(reader.get(reverse("region", args=[code])))
    assert "Silence is not safety." in page
    assert "January to March only" in page
    for row in FigureRow.objects.filter(place__code=code):
        assert f"{row.fatalities:,}" in page
    assert "The citation is ACLED's export page" in page  # the query on the figure
    assert re.search(r"information to 17 April 2021, \d+ years", page)


def test_every_denial_stands_on_the_sheet(reader):
    page = text_of(reader.get(reverse("region", args=["ML-3"])))
    denials = page[page.index("What the report rules out here") : page.index("Findings by theme")]
    assert Finding.objects.get(code="sik-01").statement in denials
    assert "Rules out:" in denials
    country = page[page.index("Told of Mali as a whole") :]
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


def test_sources_stand_by_originator(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        page = text_of(reader.get(reverse("sources", args=[EDITION])))
    notes = Footnote.objects.filter(sources__originator__code="acled").distinct().count()
    assert f"Cited in {notes} footnotes, one origin." in page
    for source in Source.objects.all():
        assert squeezed(source.citation) in squeezed(page)


# --- place search -----------------------------------------------------------------------------


def search(client, **asked):
    return client.get(reverse("place-search"), asked)


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


# --- the age of the information ---------------------------------------------------------------


def test_the_age_is_on_every_page(reader, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 23))
    for name, args in PAGES:
        assert "Mali: information to 17 April 2021, 5 years 7 months old" in text_of(
            reader.get(reverse(name, args=args))
        )


def test_the_age_is_read_only_where_it_is_printed(rf, django_user_model, django_assert_num_queries):
    request = rf.get("/")
    request.user = django_user_model.objects.create_user("someone")
    with django_assert_num_queries(0):
        context = coi_age(request)
    with django_assert_num_queries(2):
        assert len(context["coi_age_lines"]) == 1


def test_two_reports_on_a_country_are_told_apart():
    other = Report.objects.create(code="other", title="Other", publisher="P", country="ML", language="en")
    edition = Edition.objects.create(
        report=other, code="other-1", label="O", cut_off=date(2024, 1, 1), period_from="2020", current_from="2023"
    )
    publish(edition)
    assert [line.split(":")[0] for line in age_lines()][1] == "Mali (Other)"


# --- the administration reads only ------------------------------------------------------------


COI_MODELS = [model for model in admin.site._registry if model._meta.app_label == "coi"]


@pytest.mark.parametrize("model", COI_MODELS, ids=lambda model: model.__name__)
def test_the_administration_reads_only(client, django_user_model, model):
    signed_in(django_user_model.objects.create_superuser("root", password="a long enough password"), client)
    name = f"admin:coi_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist"), {"q": "mopti"}).status_code == 200
    root = django_user_model.objects.get(username="root")
    if model is ProposedSource:
        model.objects.create(country="ML", citation="x", published="2026", says="x", proposed_by=root)
    if model is DraftWork:
        model.objects.create(edition=Edition.objects.first(), begun_by=root)
    if model is DraftEditor:
        model.objects.create(edition=Edition.objects.first(), editor=root)
    if model is EventImport:
        model.objects.create(country="ML", code="made-up", retrieved_on=date(2026, 11, 2), begun_by=root)
    if model is Boundary:
        model.objects.create(place=Place.objects.get(code="ML-5"), rings=[], source="made up")
    if model is DeadLink:
        model.objects.create(source=Source.objects.first(), marked_by=root, marked_on=date(2026, 11, 23))
    if model in (EventDataset, EventMonth, EventDay):
        day, place = date(2021, 3, 1), Place.objects.get(code="ML-5")
        numbers = {"rows": 1, "events": 1, "retrieved_on": day, "first_day": day, "last_day": day}
        dataset = EventDataset.objects.create(code="made-up", country="ML", **numbers)
        dataset.months.create(place=place, month=day, event_type="x", against_civilians=False, events=1, fatalities=1)
        dataset.days.create(place=place, day=day, events=1, fatalities=1)
    if model is Retirement:
        model.objects.create(edition=Edition.objects.first(), finding="gone-01", reason="made up")
    first = model.objects.order_by("pk").first()
    address = reverse(f"{name}_change", args=[first.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 403
    assert client.get(reverse(f"{name}_add")).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[first.pk]), {"post": "yes"}).status_code == 403


def test_the_whole_library_is_in_the_administration():
    from django.apps import apps

    assert set(apps.get_app_config("coi").get_models()) == set(COI_MODELS)


# --- words, maps, charts ----------------------------------------------------------------------


def test_dates_in_words():
    assert dates_in_words("2020-10 – 2021-03") == "October 2020 to March 2021"
    assert dates_in_words("from 2019-03-23") == "from 23 March 2019"
    assert dates_in_words("2012") == "2012"


def test_names_with_commas_come_last_in_a_denial():
    denial = DenialCard(
        ("Mali",), (), (), ("attack, kind not known", "killing"), (), date(2019, 1, 1), date(2020, 1, 1)
    )
    assert (
        finding_words.denial_words(denial)
        == "killing or attack, kind not known; in Mali; 1 January 2019 to 1 January 2020"
    )


def test_a_denial_says_where_it_holds_only_of_those_named_in_the_same_words(reader):
    card = cards_by_key(["sem-mali-2021-04/kou-05"])["sem-mali-2021-04/kou-05"]
    said = finding_words.denial_words(card.denies)
    assert "by jihadists (group not named), only of those named in the same words; " in said
    page = text_of(reader.get(reverse("finding", args=["sem-mali-2021-04", "kou-05"])))
    assert "only of those named in the same words" in page


def test_a_finding_about_several_actors_at_once_says_so(reader):
    card = cards_by_key(["sem-mali-2021-04/mop-10"])["sem-mali-2021-04/mop-10"]
    said = finding_words.together_words(card)
    assert said.startswith("About these at once, not each alone: ")
    assert all(name in said for name in card.actors)
    assert finding_words.together_words(replace(card, together=False)) == ""
    assert said in text_of(reader.get(reverse("finding", args=["sem-mali-2021-04", "mop-10"])))
    context = {
        "cell": {"findings": [card]}, "editions": {}, "column": SimpleNamespace(is_relocation=False, name="Mopti"),
        "answer": {"case": None},
    }  # fmt: skip
    printed = render_to_string("assessments/workspace/relocation/cell.html", context)
    assert said in unescape(printed)


def test_no_map_is_said_in_words():
    assert country_maps.country_map("TD", title="Chad") is None
    assert country_maps.country_map("../..", title="x") is None
    assert "No map: the library holds no outlines of Chad" in render_to_string(
        "coi/maps/map.svg.html", {"map": None, "country_name": "Chad"}
    )


def test_circles_are_in_proportion_by_area():
    figures = {"ML-5": 3201, "ML-7": 1250, "ML-4": 360}
    drawn = country_maps.country_map("ML", title="x", figures=figures)
    areas = {circle.number.text.replace(",", ""): math.pi * circle.r**2 for circle in drawn.circles}
    assert areas["1250"] / areas["3201"] == pytest.approx(1250 / 3201, rel=0.01)
    assert areas["360"] / areas["3201"] == pytest.approx(360 / 3201, rel=0.02)


def test_an_approximate_place_is_marked_as_one():
    drawn = country_maps.country_map(
        "ML",
        title="x",
        here="ML-5",
        places=[
            country_maps.PlaceMark("Ogossagou", 13.96, -3.47),
            country_maps.PlaceMark("Yorosso", 12.35, -4.78, True),
        ],
    )
    markup = render_to_string("coi/maps/map.svg.html", {"map": drawn, "map_id": "m"})
    assert markup.count("map-place-approx") == 1
    assert "<title id=" in markup
    assert "style" not in markup
    assert [region.code for region in drawn.regions if region.is_here] == ["ML-5"]
    assert drawn.regions[-1].is_here


def series(*cells):
    return FigureSeries("e", 1, "Fatalities", "ACLED", "fatalities", "Mopti", cells, ())


def test_a_part_year_never_looks_like_a_full_one():
    chart = charts.bar_chart(
        series(
            FigureCell("2020", 100, False, False),
            FigureCell("2021 (January-March)", 50, True, False),
            FigureCell("Total", 150, False, True),
        ),
        title="Fatalities",
    )
    full, part = chart.bars  # a total is no bar
    assert (full.is_part_year, part.is_part_year) == (False, True)
    assert part.width == pytest.approx(full.width / 2, abs=0.2)
    assert part.note == "January to March only"
    markup = render_to_string("coi/maps/chart.svg.html", {"chart": chart, "chart_id": "c"})
    assert markup.count("bar-partial") == 1
    assert "150" in markup  # the table beside it has the total
    assert "style" not in markup


def test_a_chart_of_nothing_divides_by_nothing():
    chart = charts.bar_chart(series(FigureCell("2020", 0, False, False)), title="x")
    assert chart.bars[0].width == 0
    assert charts.bar_chart(series(), title="x").bars == ()

"""The pages of the library, of an edition and of a finding."""

import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from coi.models import (
    CuratorQuery,
    Edition,
    Figure,
    FigureRow,
    Finding,
    Footnote,
    Publication,
    Section,
    Source,
)
from tests.coi.pages.library_pages import EDITION, REGIONS, publish, squeezed, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

# --- the index --------------------------------------------------------------------------------


def test_the_index_lists_the_librarys_content(reader, django_assert_max_num_queries):
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
    assert "Publication date none printed" in page
    assert re.search(r"Information up to 17 April 2021, \d+ years?( \d+ months?)? old", page)
    assert "The killings in the town of Fana are told from 2018." in page


def test_findings_on_one_sentence_have_different_numbers(reader):
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
    assert "Current edition, information up to 1 May 2025" in page
    assert "Information up to 17 April 2021" in text_of(reader.get(reverse("library")))
    assert text_of(reader.get(reverse("finding", args=[EDITION, "sik-01"]))).count("was replaced on") == 1
    for name in ("edition", "sources"):
        assert (
            f'href="{reverse("edition", args=["new"])}"' in reader.get(reverse(name, args=[EDITION])).content.decode()
        )


def test_a_finding_of_a_replaced_edition_links_to_todays(reader):
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
    assert "The current edition has no finding with this code." in text_of(gone)


# --- findings ---------------------------------------------------------------------------------


@pytest.mark.slow
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


def test_a_finding_is_shown_with_the_sentences_around_it(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(34):
        page = text_of(reader.get(reverse("finding", args=[EDITION, "mop-09"])))
    for code in ("mop-07", "mop-08", "mop-10", "mop-11"):
        assert Finding.objects.get(code=code).statement in page


def test_a_denial_in_words(reader):
    page = text_of(reader.get(reverse("finding", args=[EDITION, "sik-01"])))
    assert (
        "In the library’s reading, rules out: armed attack (kind not named) or abduction; in Sikasso except Yorosso; by JNIM"
        in page
    )
    assert "1 January 2019 to 17 April 2021." in page
    looked = text_of(reader.get(reverse("finding", args=[EDITION, "kay-04"])))
    assert "Knows of no evidence of: recruitment or presence of an armed group; in Kayes" in looked
    assert "ules out:" not in looked


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

"""The actors' pages: all names, the tree, rivals, findings, and every denial that applies to an actor."""

import pytest
from django.urls import reverse

from coi.library import actors, cited_findings, lookup, search_index
from coi.models import Actor, Denial, Edition, EventKind, Finding, Place, Publication, Section
from coi.pages import actors as actor_views
from tests.markup import visible_text
from tests.searching import searched

EDITION = "sem-mali-2021-04"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


def page_of(reader, code, **asked):
    response = reader.get(reverse("actor", args=[code]), asked)
    assert response.status_code == 200
    return response.content.decode()


def section(page, name):
    start = page.index(f'<section aria-labelledby="{name}">')
    return page[start : page.index("</section>", start)]


def codes(rows):
    return [row.code for row in rows]


def tree():
    return actors.Tree(actors.current())


# --- the tree -----------------------------------------------------------------------------------


def test_every_actor_is_in_the_tree_with_names_and_counts(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        page = reader.get(reverse("actors")).content.decode()
    text = visible_text(page)
    for actor in Actor.objects.all():
        assert f'href="{reverse("actor", args=[actor.code])}"' in page
        assert all(alias in text for alias in actor.aliases)
    names = ("JNIM (GSIM) Non-state", "Katiba Macina Non-state", "ISGS (Islamic State in the Great Sahara) Non-state")
    assert sorted(names, key=text.index) == list(names)
    findings = Finding.objects.filter(actors__code="jnim").count()
    denials = Finding.objects.filter(denies__actors__code="jnim").count()
    assert f"JNIM (GSIM) Non-state {findings} findings, {denials} denials" in text
    assert "police State" in text
    assert "nobody knows who Not identified" in text


def test_only_current_editions_are_counted(second_report):
    before = tree().counts(Actor.objects.get(code="jnim"))
    finding = second_report.findings.get()
    finding.actors.through.objects.create(finding=finding, actor=Actor.objects.get(code="jnim"))
    assert tree().counts(Actor.objects.get(code="jnim")).named == before.named + 1
    Publication.objects.filter(edition=second_report).update(retired_at="2026-11-24")
    assert tree().counts(Actor.objects.get(code="jnim")) == before


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jnim", ["jnim"]),
        ("gsim", ["jnim"]),
        ("PEUL", ["fulani-militia"]),
        ("liberation macina", ["katiba-macina"]),  # folded accents, parts of words, any order
        ("front de lib", ["katiba-macina"]),
        ("al qaeda", ["aqim"]),
        ("zzz", []),
        ("!", []),
    ],
)
def test_an_actor_is_found_by_any_of_its_names(typed, found):
    assert [node.row.code for node in tree().search(typed)] == found


def test_a_search_result_names_the_matching_name(reader):
    text = visible_text(searched(reader, reverse("actors"), {"q": "peul"}).content.decode())
    assert "1 actor " in text
    assert "Peul militia is another name for Fulani militia" in text
    assert "Part of: self-defence militias" in text
    own = visible_text(searched(reader, reverse("actors"), {"q": "jnim"}).content.decode())
    assert "another name" not in own
    assert "No actor in the library has this name." in visible_text(
        searched(reader, reverse("actors"), {"q": "zzz"}).content.decode()
    )


@pytest.mark.parametrize("typed", ["x" * 201, "ab\u202e", "a\x00b"])
def test_a_name_that_cannot_be_looked_for_is_refused_at_its_field(reader, typed):
    response = searched(reader, reverse("actors"), {"q": typed})
    assert response.status_code == 422
    assert 'href="#id_q"' in response.content.decode()


# --- one actor ----------------------------------------------------------------------------------


def test_names_place_in_the_tree_and_rivals(reader):
    text = visible_text(page_of(reader, "katiba-macina"))
    assert "those of the Tabligh" in text
    assert "Part of JNIM (GSIM) , which is part of jihadists (group not named)" in text
    assert "(as a rival of JNIM (GSIM))" in text  # the rivalry belongs to the larger group
    contains = visible_text(page_of(reader, "jnim"))
    assert "Contains Katiba Macina" in contains


@pytest.mark.parametrize("code", ["jnim", "katiba-macina", "mnla", "malian-armed-forces", "unknown"])
def test_every_finding_that_names_the_actor_is_listed_with_footnotes_and_edition(reader, code):
    page = page_of(reader, code)
    named = section(page, "findings")
    found = Finding.objects.filter(actors__code=code).prefetch_related("footnotes")
    assert found
    for finding in found:
        assert f'id="finding-{EDITION}-named-{finding.code}"' in named
        for note in finding.footnotes.all():
            assert f'id="{EDITION}-named-{finding.code}-n{note.number}"' in named
    assert named.count(visible_text(Edition.objects.get().label)) >= len(found)
    assert named.count('<article class="finding"') == len(found)


def test_denials_of_the_actor_its_larger_groups_and_its_parts_are_listed_separately(reader):
    tree_, editions = tree(), actors.current()
    for actor in Actor.objects.all():
        denials = actors.denials(actor, tree_, editions)
        above, below = codes(tree_.above(actor)), codes(tree_.below(actor))
        rows = Finding.objects.filter(denies__isnull=False)
        own = set(rows.filter(denies__actors=actor))
        wider = set(rows.filter(denies__actors__code__in=above, denies__actors_as_named=False)) - own
        parts = set(rows.filter(denies__actors__code__in=below)) - own - wider
        assert (set(denials.own), set(denials.wider), set(denials.of_parts)) == (own, wider, parts)
        assert denials.nobody == rows.filter(denies__actors=None).count()
    page = section(page_of(reader, "katiba-macina"), "denials")
    assert "No denial names it." in page
    assert "Denials about a larger group, so also about it" in page
    assert "Denials about a part of it only" in section(page_of(reader, "jihadist-unidentified"), "denials")


def test_a_denial_in_its_own_words_does_not_apply_to_a_part(second_report):
    draft = Edition.objects.create(report=second_report.report, code="draft", label="D", cut_off=second_report.cut_off)
    section_ = Section.objects.create(edition=draft, code="all", title="All", position=1, period_from="2015")
    finding = Finding.objects.create(
        edition=draft, section=section_, code="x", position=1, paragraph=1, sentence=1, kind="denial",
        strength="stated", statement="No presumed jihadists.",
    )  # fmt: skip
    denial = Denial.objects.create(finding=finding, actors_as_named=True, period_from="2019", period_to="2019")
    denial.places.set(Place.objects.filter(code="ML"))
    denial.events.set(EventKind.objects.filter(code="attack"))
    denial.actors.set(Actor.objects.filter(code="jihadist-unidentified"))
    drafts = [draft]
    jnim, jihadists = Actor.objects.get(code="jnim"), Actor.objects.get(code="jihadist-unidentified")
    assert list(actors.denials(jihadists, tree(), drafts).own) == [finding]
    assert list(actors.denials(jnim, tree(), drafts).wider) == []


def test_an_actors_page_lists_its_regions(reader):
    regions, elsewhere = actors.regions_of(Actor.objects.get(code="katiba-macina"), actors.current())
    assert [(place.name, n) for place, n in regions] == [("Mopti", 7), ("Ségou", 3)]
    page = page_of(reader, "katiba-macina")
    assert f'href="{reverse("region", args=["ML-5"])}"' in page
    jnim = actors.regions_of(Actor.objects.get(code="jnim"), actors.current())
    assert jnim[1] == 1  # about all of Mali
    assert elsewhere == 0


def test_many_findings_come_in_pages_and_denials_all_at_once(reader, monkeypatch):
    monkeypatch.setattr(actor_views, "A_PAGE", 2)
    total = Finding.objects.filter(actors__code="jnim").count()
    first, last = page_of(reader, "jnim"), page_of(reader, "jnim", page=99)
    assert section(first, "findings").count('<article class="finding"') == 2
    assert f"Page {-(-total // 2)} of {-(-total // 2)}" in visible_text(last)
    assert section(first, "denials") == section(last, "denials")


def test_the_queries_of_a_page_do_not_grow_with_its_findings(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(80):
        page_of(reader, "jihadist-unidentified")


# --- links to it --------------------------------------------------------------------------------


def test_findings_sheets_search_and_the_library_lead_to_an_actor(reader):
    link = f'href="{reverse("actor", args=["katiba-macina"])}"'
    assert link in reader.get(reverse("region", args=["ML-5"])).content.decode()
    finding = Finding.objects.filter(actors__code="katiba-macina").first()
    assert link in reader.get(reverse("finding", args=[EDITION, finding.code])).content.decode()
    assert reverse("actors") in reader.get(reverse("library")).content.decode()
    search_index.index_words()
    assert link in searched(reader, reverse("search"), {"q": "tabligh", "what": "actor"}).content.decode()
    denied = Finding.objects.get(code="sik-01")  # it says that JNIM did not do it
    page = reader.get(reverse("finding", args=[EDITION, denied.code])).content.decode()
    assert "Actor: JNIM (GSIM)" in visible_text(page)


def test_a_card_that_was_frozen_without_codes_shows_names_without_links():
    card = cited_findings.finding_cards(Finding.objects.filter(actors__code="jnim"))[0]
    assert ("JNIM (GSIM)", "jnim") in card.linked_actors
    old = type(card)(**{name: value for name, value in vars(card).items() if name != "actor_codes"})
    assert ("JNIM (GSIM)", "") in old.linked_actors
    assert old == card  # a link changes nothing in what the report says


def test_the_codes_of_actors_are_no_names_of_editions():
    from coi.drafts.starting import RESERVED

    assert "actors" in RESERVED
    assert lookup.current_editions().filter(code="actors").count() == 0

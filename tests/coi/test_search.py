"""Search: accents folded, names followed, filters, reasons; nothing that is typed breaks it."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coi.models import Actor, SearchDocument
from coi.search import Wanted, find, hits

pytestmark = pytest.mark.usefixtures("library")


def found(text="", **filters):
    wanted = Wanted(text=text, **filters)
    return hits(list(find(wanted)), wanted)


def codes(text="", **filters) -> set[str]:
    return {hit.code for hit in found(text, **filters)}


def test_other_names_are_followed_and_said():
    by_name, by_alias = codes("JNIM", kinds={"finding"}), codes("gsim", kinds={"finding"})
    assert by_name
    assert by_name <= by_alias | by_name
    actor = next(hit for hit in found("groupe soutien islam") if hit.kind == "actor")
    assert (actor.code, actor.heading) == ("jnim", "JNIM (GSIM)")
    assert any("another name of JNIM" in reason for reason in actor.reasons)
    fulani = {hit.code for hit in found("Peul", kinds={"finding"})}
    assert fulani == codes("fulani", kinds={"finding"}) | fulani
    assert fulani
    reasons = {reason for hit in found("Peul", kinds={"finding"}) for reason in hit.reasons}
    assert any("Peul is another name of" in r or "In the statement" in r for r in reasons)


@pytest.mark.parametrize("typed", ["Ségou", "segou", "SEGOU", "ségou "])
def test_accents_and_capitals_do_not_matter(typed):
    assert codes(typed) == codes("segou")
    assert "ML-4" in codes(typed)


def test_beginnings_of_words_are_enough_and_all_words_must_be_found():
    assert codes("ogoss", kinds={"finding"})
    assert not codes("ogossagou mermaid")
    assert codes("ogossagou village", kinds={"finding"}) <= codes("ogossagou", kinds={"finding"})


def test_every_hit_says_why():
    for hit in found("dogon mopti", kinds={"finding"}):
        assert hit.reasons, hit.code


def test_filters_hold_alone_and_together():
    everything = codes(kinds={"finding"}, event="attack")
    assert everything
    assert codes(event="killing") < everything
    assert codes(region="ML-8", event="attack") < everything
    assert codes(actor="jnim") >= codes(actor="katiba-macina") != set()
    late = Wanted(event="attack", first=date(2021, 1, 1))
    assert {h.code for h in hits(list(find(late)), late)} < everything
    denials = found(finding_kind="denial")
    assert denials
    assert {hit.card.kind for hit in denials} == {"denial"}
    assert codes("jnim", country="ML", kinds={"finding"}) == codes("jnim", kinds={"finding"})
    assert not codes("jnim", country="FR", kinds={"finding"})


def test_sources_and_places_are_found():
    assert {hit.kind for hit in found("Ogossagou")} >= {"finding", "place"}
    assert any(hit.source for hit in found("ACLED", kinds={"source"}))


def test_superseded_editions_are_left_out_unless_asked_for(second_report):
    call_command("index_search", verbosity=0)
    assert "made-up-2022/a-01" in codes("ogossagou")
    publication = second_report.publication
    publication.retired_at = publication.published_at
    publication.save()
    assert "made-up-2022/a-01" not in codes("ogossagou")
    assert "made-up-2022/a-01" in codes("ogossagou", with_superseded=True)


def test_a_changed_vocabulary_is_found_after_indexing():
    Actor.objects.filter(code="jnim").update(aliases=["Quite Another Name"])
    assert not codes("quite another name")
    call_command("index_search", verbosity=0)
    assert "jnim" in codes("quite another name")


def test_nothing_is_found_without_a_question():
    assert not found()
    assert not found("   ")
    assert not found("!!!")


@pytest.mark.parametrize(
    "typed", ['"', "*", "a AND NOT b", "NEAR(a b)", "body:x", "' OR 1=1 --", "(", "^x", "-x", "é" * 300]
)
def test_what_is_special_to_the_index_is_plain_text_here(typed, client, caseworker):
    client.force_login(caseworker, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("search"), {"q": typed}).status_code in (200, 422)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"q": "a\x00b"}, "Null characters"),
        ({"since": "March"}, "2019-03"),
        ({"region": "nowhere"}, "nowhere"),
        ({"actor": "x"}, "x"),
    ],
)
def test_bad_filters_are_named_at_their_field(query, words, client, caseworker):
    client.force_login(caseworker, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("search"), query)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert f'href="#id_{next(iter(query))}"' in response.content.decode()


def test_the_page_keeps_its_filters_and_takes_a_fixed_number_of_queries(client, caseworker):
    client.force_login(caseworker, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("search")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address, {"q": "ogossagou", "what": "finding"})
    with CaptureQueriesContext(connection) as many:
        page = client.get(address, {"event": "attack", "what": "finding"}).content.decode()
    assert max(len(few), len(many)) < 40  # 25 findings with all that stands beside them
    assert "page=2" in page
    assert "event=attack&amp;what=finding" in page or "event=attack" in page


def test_the_rows_follow_the_edition():
    assert SearchDocument.objects.filter(kind="finding").count() == 106

"""Search: folded accents, other names, filters and reasons; no typed text breaks it."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coi.library import finding_values, near_words, search_index
from coi.library.search import Wanted, find, hits
from coi.models import Actor, Finding, Place, SearchDocument
from coi.text.folding import fold
from matching.periods import Moment
from tests.searching import searched
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


def found(text="", **filters):
    wanted = Wanted(text=text, **filters)
    return hits(list(find(wanted)), wanted)


def codes(text="", **filters) -> set[str]:
    return {hit.code for hit in found(text, **filters)}


def test_other_names_are_found_and_shown():
    by_name, by_alias = codes("JNIM", kinds={"finding"}), codes("gsim", kinds={"finding"})
    assert by_name
    assert by_name <= by_alias | by_name
    actor = next(hit for hit in found("groupe soutien islam") if hit.kind == "actor")
    assert (actor.code, actor.heading) == ("jnim", "JNIM (GSIM)")
    assert any("another name for JNIM" in reason for reason in actor.reasons)
    fulani = {hit.code for hit in found("Peul", kinds={"finding"})}
    assert fulani == codes("fulani", kinds={"finding"}) | fulani
    assert fulani
    reasons = {reason for hit in found("Peul", kinds={"finding"}) for reason in hit.reasons}
    assert any("Peul is another name for" in r or "In the statement" in r for r in reasons)


@pytest.mark.parametrize("typed", ["Ségou", "segou", "SEGOU", "ségou "])
def test_accents_and_capitals_do_not_matter(typed):
    assert codes(typed) == codes("segou")
    assert "ML-4" in codes(typed)


def test_beginnings_of_words_are_enough_and_all_words_must_be_found():
    assert codes("ogoss", kinds={"finding"})
    assert not codes("ogossagou mermaid")
    assert codes("ogossagou village", kinds={"finding"}) <= codes("ogossagou", kinds={"finding"})


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Fulani's", "Fulani"),
        ("Fulani’s herders", "Fulani herders"),
        ("d'Ogossagou", "Ogossagou"),
        ("d’Ogossagou", "Ogossagou"),
        ("D´Ogossagou", "Ogossagou"),
        ("l'armée", "armée"),
        ("l’Armée d’Ogossagou", "armée Ogossagou"),
        ("jusqu'à Mopti", "a Mopti"),
        ("qu'Ogossagou", "Ogossagou"),
        ("dell'Ogossagou", "Ogossagou"),
        ("N'Tillit", "N Tillit"),
        ("M’Bera", "M Bera"),
        ("l'", "l"),
        ("‘Ogossagou’", "Ogossagou"),
        ("O'Neill's", "O Neill"),
    ],
)
def test_possessives_and_elisions_ask_for_the_word_alone(typed, plain):
    assert Wanted(text=typed).tokens == Wanted(text=plain).tokens
    assert codes(typed) == codes(plain)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Amadou Koufa", "ahmadou koufa"),
        ("Amadou", "ahmadou"),
        ("Ahmadou Kufa", "ahmadou koufa"),
        ("Ogossagu", "ogossagou"),
        ("agreemant", "agreement"),
    ],
)
@pytest.mark.parametrize("is_held_elsewhere", [False, True])
def test_near_spellings_come_from_the_words_of_findings_too(typed, near, is_held_elsewhere):
    """Also if the library has each word, such as a village with a person's name, but no item has all of them."""
    if is_held_elsewhere:
        for n, word in enumerate(typed.split()):
            made = Place.objects.create(
                code=f"made-up-{n}", name=word, kind="village", country="ML", source="Made up for tests."
            )
            SearchDocument.objects.create(kind="place", code=made.code, place=made, body=fold(word))
    tokens = Wanted(text=typed).tokens
    offered = {query for word in near_words.missing(tokens) for _name, query in word.near}
    if is_held_elsewhere and len(tokens) == 1:
        assert not offered  # it is found
    else:
        assert near in offered
        assert codes(near, kinds={"finding"})


def test_every_hit_has_its_reason():
    for hit in found("dogon mopti", kinds={"finding"}):
        assert hit.reasons, hit.code


def test_filters_work_alone_and_together():
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


HOSTILE = [
    '"', "'", "*", ":", "(", "NEAR(", "NEAR(a b, 3)", "a AND NOT b", " OR ", "body:x", "rowid", "^x", "-x", "{a b}",
    "' OR 1=1 --", "&|!'", "a & !b", "a <-> b", "jnim:*", "\\", "\\'", "%", "%s %(x)s", "_", "a_b", "!!!???", "…—–",
    "😀", "😀 ogossagou", "محمد", "\u202eabc", "ߒߞߏ", "𞤀𞤣𞤤𞤢𞤥", "İ", "ﷺ", "1e5 1.5 -1", "é" * 300, "x" * 5000, "a b " * 60,
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_query_syntax_of_the_index_is_plain_text(typed, client, caseworker):
    signed_in(caseworker, client)
    assert searched(client, reverse("search"), {"q": typed}).status_code in (200, 422)
    assert searched(client, reverse("search"), {"event": "attack", "q": typed[:20], "place": typed}).status_code in (
        200,
        422,
    )


@pytest.mark.parametrize("name", ["q", "region", "place", "actor", "kind", "since", "page", "superseded"])
def test_a_nul_breaks_nothing(name, client, caseworker):
    signed_in(caseworker, client)
    assert client.get(reverse("search"), {"event": "attack", name: "a\x00b"}).status_code in (200, 302, 422)
    assert searched(client, reverse("search"), {"event": "attack", name: "a\x00b"}).status_code in (200, 422)
    assert client.get("/library/regions/ML-5%00/").status_code == 404


def test_words_of_every_script_are_found_whole(library):
    """Words do not depend on the database's own definition of a letter."""
    place = Place.objects.get(code="gn-2452421")
    for name in ("ߒߞߏ ߞߊ߲", "𞤆𞤵𞤤𞤢𞤪", "أوغوساغو", "a_b"):
        place.names.create(name=name)
    search_index.index_words()
    for typed in ("ߒߞߏ", "𞤆𞤵𞤤𞤢", "أوغوس", "a b"):
        assert place.code in codes(typed, kinds={"place"}), typed


def test_short_words_are_looked_for_whole():
    assert not codes("og")
    assert codes("ogo")
    assert "ML-7" in codes("gao")
    Actor.objects.filter(code="jnim").update(aliases=["Q X"])
    search_index.index_words()
    assert codes("q") == {"jnim"}


def period(first, last=None, **more) -> set[str]:
    return codes(kinds={"finding"}, first=Moment.parse(first).first, last=Moment.parse(last or first).last, **more)


def test_a_period_filter_is_exact_to_the_day(second_report):
    """Scope and denial have dates of their own; a year or a month has its full length."""
    finding = second_report.findings.get()
    key = "made-up-2022/a-01"
    assert (finding.denies.period_from, finding.denies.period_to) == ("2019-03", "2019-03")
    for asked, is_found in (
        (("2019-03",), True), (("2019-03-31",), True), (("2019",), True), (("2018-12-31", "2019-03-01"), True),
        (("2019-02",), False), (("2019-04",), False), (("2019-02-28",), False), (("2019-04-01", "2019-12-31"), False),
        (("2018",), False), (("2014",), False),
    ):  # fmt: skip
        assert (key in period(*asked, region="ML-5", event="attack")) is is_found, asked
    # without an event, its scope counts too: it is undated, so from the start of its section to the cut-off date
    assert finding.period_from == finding.period_to == ""
    for asked, is_found in (("2015-01-01", True), ("2014-12-31", False), ("2022-06-30", True), ("2022-07-01", False)):
        assert (key in period(asked, region="ML-5")) is is_found, asked


def test_a_period_filter_finds_the_same_as_reading_every_finding():
    findings = list(finding_values.findings_with_everything(Finding.objects.all()))
    for first, last in (
        ("2019-03-23", "2019-03-23"),
        ("2020-07", "2020-08"),
        ("2013-01-11", "2013-12"),
        ("2021-04-17", "2100"),
    ):
        days = Moment.parse(first).first, Moment.parse(last).last
        expected = {
            f"{f.edition.code}/{f.code}"
            for f in findings
            for part in (f, *([f.denies] if hasattr(f, "denies") else []))
            if part.places.all()
            for span in [finding_values.span_of(f, part)]
            if span.first <= days[1] and span.last >= days[0]
        }
        assert period(first, last) == expected != set()


def test_hits_of_filters_say_why():
    for hit in found(region="ML-5", event="attack", first=date(2019, 3, 1), last=date(2019, 3, 31)):
        said = " ".join(hit.reasons)
        assert "is in Mopti" in said or "about Mopti" in said or "is partly in Mopti" in said, hit
        assert "It names" in said or "belongs to" in said
        assert "Its period" in said or "Undated" in said
    assert any("belongs to JNIM" in why for hit in found(actor="jnim") for why in hit.reasons)
    assert all(hit.reasons for hit in found(finding_kind="denial"))
    assert all(hit.reasons for hit in found("acled", kinds={"source"}))


def test_a_place_leads_to_its_findings_and_its_region(client, caseworker):
    signed_in(caseworker, client)
    page = searched(client, reverse("search"), {"q": "ogossagou", "what": "place"}).content.decode()
    assert 'href="?place=gn-2452421"' in page
    assert f'href="{reverse("region", args=["ML-5"])}"' in page
    page = client.get(reverse("search"), {"place": "gn-2452421"}).content.decode()
    assert '<option value="gn-2452421" selected>Ogossagou' in page
    assert "It is about Ogossagou" in page
    assert codes(place="gn-2452421") == codes(place="gn-2452421", region="ML-5") != set()


def test_nothing_found_teaches(client, caseworker):
    signed_in(caseworker, client)
    page = searched(client, reverse("search"), {"q": "ogossagu village", "region": "ML-5"}).content.decode()
    assert "“ogossagu” is not in the library" in page
    assert 'value="ogossagou village"><bdi>Ogossagou</bdi></button>' in page
    assert "“village” is not" not in page
    assert "Search without filters" in page
    page = searched(client, reverse("search"), {"q": "ogossagou tabligh acled"}).content.decode()
    assert "The library has each word, but no item has all of them" in page


def test_a_hit_of_a_superseded_edition_says_so(second_report, client, caseworker):
    publication = second_report.publication
    publication.retired_at = publication.published_at
    publication.save()
    signed_in(caseworker, client)
    query = {"q": "ogossagou attacked march", "what": "finding"}
    assert "Replaced:" not in searched(client, reverse("search"), query).content.decode()
    page = searched(client, reverse("search"), query | {"superseded": "1"}).content.decode()
    assert page.count("Replaced:") == 1
    assert "which was replaced on 23 November 2026" in page


def test_only_changed_words_are_rewritten():
    search_index.index_words()
    before = dict(SearchDocument.objects.values_list("code", "pk"))
    Actor.objects.filter(code="jnim").update(aliases=["Another"])
    search_index.index_words()
    assert dict(SearchDocument.objects.values_list("code", "pk")) == before
    Place.objects.get(code="gn-2452421").names.all().delete()
    search_index.index_words()
    assert not codes("groupe soutien", kinds={"actor"})


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"q": "a\x00b"}, "Null characters"),
        ({"since": "March"}, "March 2019"),
        ({"region": "nowhere"}, "nowhere"),
        ({"actor": "x"}, "x"),
        ({"place": "nowhere"}, "nowhere"),
        ({"until": "2018", "since": "2019"}, "ends before it begins"),
    ],
)
def test_bad_filters_are_named_at_their_field(query, words, client, caseworker):
    signed_in(caseworker, client)
    response = searched(client, reverse("search"), query)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert f'href="#id_{next(iter(query))}"' in response.content.decode()


def test_the_page_keeps_its_filters_and_needs_a_fixed_number_of_queries(client, caseworker):
    signed_in(caseworker, client)
    address = reverse("search")
    with CaptureQueriesContext(
        connection,
    ) as few:
        searched(client, address, {"q": "ogossagou", "what": "finding"})
    with CaptureQueriesContext(connection) as many:
        page = client.get(address, {"event": "attack", "what": "finding"}).content.decode()
    assert max(len(few), len(many)) < 40  # 25 findings with everything shown beside them
    assert "page=2" in page
    assert "event=attack&amp;what=finding" in page or "event=attack" in page


def test_the_rows_follow_the_edition():
    assert SearchDocument.objects.filter(kind="finding").count() == 110

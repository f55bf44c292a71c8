"""The officer's own sources."""

import pytest
from django.urls import reverse

from assessments.models import OwnSource
from audit.models import Entry
from coi.models import ProposedSource
from tests.assessments.pages.workspace.fact_pages import SILENT, SOURCE, SUPPORTED, add_source, address, save, summary
from tests.factories import make_case
from tests.markup import markup as page

pytestmark = pytest.mark.django_db


def test_an_own_source_is_marked_as_the_officers_and_proposed_without_the_case(worker, author, library):
    case = make_case(author, SUPPORTED)
    own = add_source(worker, case)
    assert (own.fact_ident, own.published, own.version) == ("F1", "2026-05", 1)
    proposed = ProposedSource.objects.get()
    assert (proposed.country, proposed.citation, proposed.proposed_by) == ("ML", SOURCE["citation"], author)
    names = {f.name for f in ProposedSource._meta.get_fields()}
    assert not names & {"case", "fact", "fact_ident", "reference"}
    body = page(worker.get(address(case)))
    assert "Added by the officer, not from the library" in body
    assert SOURCE["says"] in body
    assert not any("Somebody" in str(e.details) for e in Entry.objects.all())
    assert Entry.objects.filter(action="own-source.add", details={"fact": "F1"}).count() == 1
    body = page(worker.get(address(case, "F2")))
    assert SOURCE["says"] not in body


def test_an_own_source_on_a_proposed_place(worker, author, library):
    case = make_case(author, SUPPORTED)
    place = case.places.select_related("place").get(role="relocation").place.code
    new = reverse("own-source-new", args=[case.uuid])
    assert "supports or opposes protection there" in page(worker.get(f"{new}?place=1")).lower()
    response = worker.post(new, {"place": place} | SOURCE)
    assert response["Location"] == reverse("relocation", args=[case.uuid])
    own = OwnSource.objects.get()
    assert (own.fact_ident, own.place) == ("", place)
    for query in ("", "?fact=F99", "?place=nowhere", "?place=2", f"?place={place}", "?fact=F1&place=1", "?fact=%00"):
        assert worker.get(new + query).status_code == 404


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"citation": ""}, "Write the citation"),
        ({"says": "\u200b"}, "Write what the source says"),
        ({"bearing": ""}, "Choose “supports” or “opposes”"),
        ({"bearing": "proves"}, "choose one of"),
        ({"published": ""}, "at least the year"),
        ({"published": "05/11/2026"}, "5 November 2026 or 11 May 2026"),
        ({"published": "1445"}, "year must be from 1900 to 2100"),
        ({"published": "2026-02-30"}, "is not a date"),
        ({"published": "2026-12"}, "is in the future"),
        ({"published": "2099"}, "is in the future"),
        ({"url": "javascript:alert(1)"}, "begins with https"),
        ({"url": "ftp://example.org/x"}, "begins with https"),
        ({"url": "https://" + "x" * 1000 + ".org"}, "At most"),
        ({"citation": "a\u202eb"}, "cannot be shown"),
        ({"says": "a\x00b"}, "cannot be shown"),
        ({"citation": "x" * 2001}, "At most"),
    ],
)
def test_a_bad_own_source_is_refused_with_a_message_and_keeps_the_text(
    worker, author, library, fields, message, monkeypatch
):
    case = make_case(author, SUPPORTED)
    response = worker.post(reverse("own-source-new", args=[case.uuid]), {"fact": "F1"} | SOURCE | fields)
    assert response.status_code == 422
    assert message in summary(response)
    if "says" not in fields:
        assert SOURCE["says"] in page(response)
    assert not OwnSource.objects.exists()
    assert not ProposedSource.objects.exists()


def test_an_own_source_is_changed_and_the_proposal_stays(worker, author, library):
    case = make_case(author, SUPPORTED)
    own = add_source(worker, case)
    where = reverse("own-source", args=[case.uuid, own.pk])
    assert SOURCE["says"] in page(worker.get(where))
    changed = SOURCE | {"says": "It was attacked twice.", "published": "11.5.2026", "version": 1}
    assert worker.post(where, changed).status_code == 302
    own.refresh_from_db()
    assert (own.says, own.published, own.version) == ("It was attacked twice.", "2026-05-11", 2)
    assert ProposedSource.objects.get().says == SOURCE["says"]
    response = worker.post(where, SOURCE | {"says": "From an old page.", "version": 1})
    assert response.status_code == 409
    assert "It was attacked twice." in page(response)
    assert "From an old page." in page(response)
    picks = {"resolve": "1", "version": 2, "pick-says": "mine", "pick-published": "theirs"}
    assert worker.post(where, SOURCE | {"says": "From an old page."} | picks).status_code == 302
    own.refresh_from_db()
    assert (own.says, own.published) == ("From an old page.", "2026-05-11")


def test_an_own_source_is_removed_unless_inconsistency_relies_on_it(worker, author, library):
    case = make_case(author, SILENT)
    own = add_source(worker, case, "F2", bearing="opposes")
    remove = reverse("own-source-remove", args=[case.uuid, own.pk])
    save(worker, case, "F2", external_words="x", external_view="inconsistent", external_rests=[f"own:{own.pk}"])
    assert worker.post(remove, {"version": 1}).status_code == 422
    where = reverse("own-source", args=[case.uuid, own.pk])
    assert worker.post(where, SOURCE | {"bearing": "supports", "version": 1}).status_code == 422
    save(worker, case, "F2", external_words="x", external_view="open")
    assert worker.post(remove, {"version": 0}).status_code == 409
    assert worker.post(remove, {"version": 1}).status_code == 302
    assert not OwnSource.objects.exists()
    assert ProposedSource.objects.count() == 1
    assert worker.post(remove, {"version": 1}).status_code == 404
    assert worker.get(remove).status_code == 405


def test_an_own_source_of_another_case_does_not_exist_here(worker, author, library):
    case, other = make_case(author, SUPPORTED), make_case(author, SILENT)
    own = add_source(worker, other)
    for name in ("own-source", "own-source-remove"):
        assert worker.post(reverse(name, args=[case.uuid, own.pk]), SOURCE).status_code == 404

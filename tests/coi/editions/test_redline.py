"""An edition exported and loaded again, copied as a draft, and compared with another."""

import pytest
from django.db.models import Count
from django.urls import reverse

from accounts.models import Role
from coi.drafts import publishing
from coi.editions.redline import redline
from coi.files import export, fixture
from coi.library import lookup
from coi.models import Edition, Finding, FindingKey, Place, Source
from coi.text.word_differences import pieces as word_pieces
from tests.factories import copied, published
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def edition() -> Edition:
    return Edition.objects.get(code="sem-mali-2021-04")


@pytest.fixture
def draft(edition) -> Edition:
    return copied(edition, code="sem-mali-2026-11", label="Made up for tests, 2026")


@pytest.mark.slow
def test_a_dumped_edition_loads_to_the_identical_one_byte_for_byte(edition, tmp_path):
    dumped = fixture.dump(edition)
    as_new = fixture.dump(edition, code="copy-of-it", label=edition.label)
    path = tmp_path / "copy.yaml"
    path.write_text(as_new, encoding="utf-8")
    loaded, is_new, _replaces = publishing.load(path, by="test")
    assert is_new
    assert fixture.dump(loaded, code="sem-mali-2021-04") == dumped
    assert fixture.dump(loaded) == as_new
    was, now = export.document(edition), export.document(loaded)
    assert {k: v for k, v in was.items() if k != "edition"} == {k: v for k, v in now.items() if k != "edition"}


def test_loading_the_dump_of_a_published_edition_changes_nothing(edition, tmp_path):
    path = tmp_path / "same.yaml"
    path.write_text(fixture.dump(edition), encoding="utf-8")
    assert publishing.load(path, by="test") == (edition, False, None)


@pytest.mark.slow
def test_a_copy_is_a_draft_that_nothing_is_matched_against(edition, draft):
    assert not draft.is_published
    assert draft.findings.count() == edition.findings.count() == 110
    assert not FindingKey.objects.filter(edition=draft).exists()
    assert redline(edition, draft).is_empty


@pytest.mark.slow
def test_the_redline_names_what_was_added_changed_and_retired(edition, draft):
    changed = Finding.objects.get(edition=draft, code="mop-20")
    was = changed.statement
    changed.statement = was.replace(was.split()[0], "Reportedly", 1)
    changed.save()
    moved = Finding.objects.get(edition=draft, code="cur-11")
    moved.footnotes.clear()
    retired = Finding.objects.get(edition=draft, code="mop-01")
    for denial in (getattr(retired, "denies", None),):
        if denial:
            denial.delete()
    retired.delete()
    new = Finding.objects.get(edition=draft, code="mop-02")
    new.pk, new.code = None, "mop-99"
    new.save()
    found = redline(edition, draft)
    assert [c.code for c in found.added] == ["mop-99"]
    assert [c.code for c in found.retired] == ["mop-01"]
    assert {c.code: [x.label for x in c.changes] for c in found.changed} == {
        "cur-11": ["Footnotes", "Curator’s queries"],
        "mop-20": ["Statement"],
    }
    pieces = next(c for c in found.changed if c.code == "mop-20").changes[0].pieces
    assert [p.text for p in pieces if p.kind == "del"] == [was.split()[0]]
    assert [p.text for p in pieces if p.kind == "ins"] == ["Reportedly"]
    assert {c.old.key for c in found.changed} == {"sem-mali-2021-04/mop-20", "sem-mali-2021-04/cur-11"}
    assert {card.key for card in found.retired} == {"sem-mali-2021-04/mop-01"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at least 130 dead", "at least 160 dead"),
        ("", "new"),
        ("old", ""),
        ("same", "same"),
        ("a b", "a  b"),
        ("x" * 30_000, "y"),
    ],
)
def test_pieces_put_together_are_the_two_texts(old, new):
    pieces = word_pieces(old, new)
    assert "".join(p.text for p in pieces if p.kind != "ins") == old
    assert "".join(p.text for p in pieces if p.kind != "del") == new


@pytest.mark.slow
def test_publishing_the_copy_is_possible(draft, edition):
    published(draft)
    assert FindingKey.objects.filter(edition=draft).exists()


@pytest.mark.slow
def test_the_page_shows_it_and_drafts_only_to_coi_admins(draft, edition, client, caseworker, make_user, office):
    Finding.objects.filter(edition=draft, code="mop-20").update(statement="Quite another statement.")
    address = reverse("redline", args=[edition.code, draft.code])
    signed_in(caseworker, client)
    assert client.get(address).status_code == 404
    admin = make_user(Role.COI_ADMIN, office)
    signed_in(admin, client)
    page = client.get(address).content.decode()
    assert "<ins>" in page
    assert "Quite" in page
    assert "1 finding changed" in page
    published(draft)
    signed_in(caseworker, client)
    assert client.get(address).status_code == 200
    assert client.get(reverse("redline", args=[edition.code, "nothing"])).status_code == 404


def test_a_finding_is_followed_into_the_current_edition(draft, edition):
    key = "sem-mali-2021-04/mop-20"
    assert lookup.key_today([key]) == {key: key}
    assert lookup.key_today([]) == {}
    published(draft)
    assert lookup.key_today([key]) == {key: "sem-mali-2026-11/mop-20"}


def test_the_redline_shows_a_changed_parsed_publication_date(edition, draft):
    source = Source.objects.filter(footnote__edition=draft).exclude(published="").order_by("footnote__number").first()
    Source.objects.filter(pk=source.pk).update(published="1999-01-01")
    found = redline(edition, draft)
    assert [row.name for row in found.frame] == [f"Originator of {source.footnote.number}.{source.position}"]
    assert not found.is_empty
    assert "1 January 1999" in "".join(piece.text for piece in found.frame[0].pieces if piece.kind != "del")


def test_undated_findings_change_with_the_reach_of_their_section(edition, draft):
    section = draft.sections.get(code=Finding.objects.get(edition=draft, code="mop-20").section.code)
    of_it = Finding.objects.filter(edition=draft, section=section)
    # the sources of mop-06 are older than its section, so they set its bound
    open_start = set(of_it.filter(period_from="").exclude(code="mop-06").values_list("code", flat=True))
    assert open_start
    section.period_from = "2020-06"
    section.save()
    found = redline(edition, draft)
    labels = {c.code: [change.label for change in c.changes] for c in found.changed}
    assert {code for code, of in labels.items() if "Open dates are read as" in of} == open_start
    assert {f"{edition.code}/{code}" for code in open_start} <= {c.old.key for c in found.changed}
    only_denials_beside = {tuple(of) for code, of in labels.items() if code not in open_start}
    assert only_denials_beside <= {("Rules out",)}


@pytest.mark.slow
def test_a_later_cut_off_is_one_line_and_changes_only_open_ended_denials(edition, draft):
    Edition.objects.filter(pk=draft.pk).update(cut_off="2021-05-31")
    draft.refresh_from_db()
    found = redline(edition, draft)
    assert "Cut-off date" in [row.name for row in found.frame]
    assert {change.label for c in found.changed for change in c.changes} <= {"Rules out"}


def test_the_redline_shows_unprinted_changes_and_edition_details(edition, draft):
    together = Finding.objects.get(edition=draft, code="cur-12")
    together.actors_together = False
    together.save()
    alone = Finding.objects.filter(edition=draft, denies=None).annotate(n=Count("places")).filter(n=1)
    of_mopti = alone.filter(places__code="ML-5").first()
    of_mopti.places.set(Place.objects.filter(name="Mopti", kind=Place.Kind.TOWN))
    draft.coverage.filter(code="fana").update(basis="Made up.")
    draft.queries.filter(code="dates").delete()
    found = redline(edition, draft)
    labels = {c.code: [change.label for change in c.changes] for c in found.changed}
    assert labels["cur-12"] == ["Actors are meant"]
    assert labels[of_mopti.code] == ["Places are meant"]
    assert [row.name for row in found.frame] == ["Coverage row fana", "Curator’s query dates"]
    assert not found.is_empty

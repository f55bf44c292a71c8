"""A partly encoded report, and sources that a report names without a footnote."""

import pytest
from django.urls import reverse

from assessments.answer.answer import answer
from assessments.assessing import result
from assessments.casefile import stored_case
from coi.editions import checks, place_warnings
from coi.files import fixture, loading
from coi.library import finding_values, lookup
from coi.models import FIRST_NAMED_NUMBER, CoverageRow, Edition, Footnote, Originator, Place, Source
from matching import origins
from tests import factories
from tests.coi.forms_on_pages import sent_by
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
CODE = "part-2022"


@pytest.fixture
def edition(db) -> Edition:
    """A draft with footnote 1 after its third sentence, and one finding that it covers."""
    made = factories.made_up_edition(CODE)
    Footnote.objects.filter(edition=made).update(after_sentence=3)
    factories.made_up_finding(made, "a-1", place="ML-5", period=("2021-03", "2021-03"))
    return made


@pytest.fixture
def client_of_admin(client, make_user, office):
    return signed_in(make_user("coi-admin", office), client)


def named(
    edition: Edition, number: int = FIRST_NAMED_NUMBER, *, originator: str = "amnesty-made-up", **where
) -> Footnote:
    """Return a source named in the text, with its own originator."""
    Originator.objects.get_or_create(code=originator, defaults={"name": originator})
    place = {"section_code": "all", "paragraph": 1, "after_sentence": 1} | where
    note = Footnote.objects.create(edition=edition, number=number, named_in="text", **place)
    Source.objects.create(
        footnote=note, position=1, originator=Originator.objects.get(code=originator), publisher="Made up", kind="ngo"
    )
    return note


def messages(edition: Edition) -> list[str]:
    return [str(problem) for problem in checks.check_edition(edition)]


def test_gaps_in_footnote_numbers_need_the_mark_of_a_selection(edition):
    Footnote.objects.filter(edition=edition).update(number=17)
    assert any("unless the edition says that it is a selection" in message for message in messages(edition))
    edition.is_selection = True
    edition.save()
    assert messages(edition) == []


def test_a_source_named_in_the_text_is_cited_beside_the_footnote_and_counts_as_an_origin(edition):
    finding = edition.findings.get()
    before = origins.count(value for value in values(edition)).least
    finding.footnotes.add(named(edition))
    assert messages(edition) == []
    assert origins.count(value for value in values(edition)).least == before + 1
    card = lookup.cards_by_key([f"{CODE}/a-1"])[f"{CODE}/a-1"]
    assert [note.mark for note in card.footnotes] == ["1", "T1"]
    assert [note.name for note in card.footnotes] == ["Footnote 1", "Source T1"]
    assert card.footnotes[1].citation == "Named in the text: Made up."


def values(edition: Edition):

    return finding_values.values_of_findings(edition.findings.all())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": 9}, "has a number from 20001"),
        ({"named_in": ""}, "has a number from 20001"),
        ({"after_sentence": 2}, "is named in another section, or after the sentence"),
        ({"paragraph": 2}, "is named in another section, or after the sentence"),
        ({"section_code": "elsewhere"}, "is named in another section, or after the sentence"),
    ],
)
def test_problems_of_a_named_source_are_reported(edition, changed, said):
    note = named(edition)
    edition.findings.get().footnotes.add(note)
    Footnote.objects.filter(pk=note.pk).update(**changed)
    assert any(said in message for message in messages(edition))


def test_a_source_in_a_bibliography_covers_any_section(edition):
    note = named(edition, paragraph=9, after_sentence=9)
    Footnote.objects.filter(pk=note.pk).update(named_in="bibliography")
    edition.findings.get().footnotes.add(note)
    assert messages(edition) == []


def test_a_finding_whose_only_source_is_named_in_the_text_needs_no_footnote(edition):
    finding = factories.made_up_finding(edition, "a-2", place="ML-5", period=("2021-04", "2021-04"))
    finding.sentence = 4  # after the only footnote
    finding.no_footnote = False
    finding.save()
    finding.footnotes.set([named(edition, after_sentence=4)])
    assert messages(edition) == []


def test_the_fixture_is_complete_and_loads_to_the_same_edition(edition):
    edition.is_selection = True
    edition.save()
    edition.findings.get().footnotes.add(named(edition))
    written = fixture.entries(edition, code="part-copy", label="Made up: copy", published=False)
    with loading.stored(written) as done:
        again = fixture.entries(done.edition, code=CODE, label=edition.label, published=False)
    assert again == fixture.entries(edition, published=False)


def test_memo_and_result_say_that_a_report_is_only_partly_encoded(edition, caseworker):
    edition.is_selection = True
    edition.save()
    edition.findings.get().footnotes.add(named(edition))
    factories.published(edition)
    case = factories.make_case(caseworker, places=[{"role": "home-area", "place": "Mopti"}])
    found = answer(stored_case.case_file(case, today=case.saved_at.date()))
    assert "Only a part of this report is in the library." in result.as_text(found)


def test_the_page_of_the_edition_says_so(edition, client, caseworker):
    edition.is_selection = True
    edition.save()
    factories.published(edition)
    signed_in(caseworker, client)
    page = client.get(reverse("edition", args=[CODE])).content.decode()
    assert "Only part of the report is in the library." in page


# --- on screens -----------------------------------------------------------------------------------


def form_of(client) -> tuple[str, dict]:
    address = reverse("draft-add", args=[CODE, "footnotes"])
    return address, sent_by(client.get(address), "version")


def test_a_named_source_is_added_on_a_screen_without_number_and_title(edition, client_of_admin):
    address, sent = form_of(client_of_admin)
    row = sent["sources"][0]
    sent |= {
        "named_in": "text", "number": "", "section_code": "all", "paragraph": "1", "after_sentence": "1",
        f"sources-{row}-originator": "International Made-up Institute for the Study of Invented Conflicts",
        f"sources-{row}-is_new_originator": "on", f"sources-{row}-kind": "ngo", f"sources-{row}-publisher": "Made up",
    }  # fmt: skip
    response = client_of_admin.post(address, sent)
    assert response.status_code == 302, response.context["errors"]
    note = edition.footnotes.get(named_in="text")
    assert (note.number, note.mark) == (FIRST_NAMED_NUMBER, "T1")
    assert note.sources.get().originator.code == "international-made-up-institute-for-the-study-of-invented-conflicts"


def test_a_printed_footnote_needs_its_number_and_a_title(edition, client_of_admin):
    address, sent = form_of(client_of_admin)
    row = sent["sources"][0]
    sent |= {
        "named_in": "", "number": "", "section_code": "all", "paragraph": "1", "after_sentence": "5",
        f"sources-{row}-originator": "hrw", f"sources-{row}-is_new_originator": "on",
        f"sources-{row}-kind": "ngo", f"sources-{row}-publisher": "Made up",
    }  # fmt: skip
    response = client_of_admin.post(address, sent)
    said = " ".join(error["message"] for error in response.context["errors"])
    assert "Write the number of the footnote as the report prints it." in said
    assert "Write a title or an address." in said


# --- places that a statement names ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "warned"),
    [
        ("Made up: men attacked Djenné in March.", ["Djenné"]),
        ("Made up: men attacked a village in Mopti.", []),  # in its list of places
        ("Made up: the Katiba Macina attacked a village.", []),  # a group, not a place
        ("Made up: men attacked TOMBOUCTOU and Tin-Essako.", ["Tin Essako", "Tombouctou"]),
        ("Made up: many say that it happened in Mali.", []),  # the country itself
    ],
)
def test_a_place_that_is_named_and_not_listed_is_a_warning(edition, statement, warned):
    edition.findings.update(statement=statement)
    found = [str(problem) for problem in place_warnings.warnings(edition)]
    assert len(found) == len(warned)
    for name in warned:
        assert any(name.replace(" ", "").lower() in line.replace(" ", "").replace("-", "").lower() for line in found)
    assert messages(edition) == []


def test_the_page_of_the_draft_lists_them(edition, client_of_admin):
    edition.findings.update(statement="Made up: men attacked Djenné in March.")
    page = client_of_admin.get(reverse("draft", args=[CODE])).content.decode()
    assert "Check these before publishing" in page
    assert "Djenné" in page


def test_coverage_of_a_selection_is_what_was_encoded(edition):
    """The coverage row decides what is silent. A selection limits it to the encoded part."""
    edition.is_selection = True
    edition.save()
    CoverageRow.objects.filter(edition=edition).update(place=Place.objects.get(code="ML-5"))
    assert messages(edition) == []

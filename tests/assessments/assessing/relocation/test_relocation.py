"""Regions side by side and the three tests: which findings are listed, who may write, what is refused."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import locks
from assessments.answer.answer import answer
from assessments.assessing import relocation_tests, stored_assessment
from assessments.assessing.assessment import Assessment
from assessments.casefile import stored_case
from assessments.models import Case, OwnSource, RegionTest
from assessments.models.codes import IpaTest, State
from assessments.pages.workspace.relocation_parts import ident_of
from audit.models import Entry
from coi.library import cited_findings
from coi.models import EventKind, Finding
from coi.moment import one_moment
from tests.assessments.assessing.relocation.relocation_form import BAMAKO, KAYES, NOTHING, address, justified, posted
from tests.browser_post import BrowserClient
from tests.factories import make_case
from tests.forms_on_pages import fields_of
from tests.markup import elements
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


def token(answer, test="safety") -> str:
    return str(answer.json()["tokens"][f"{ident_of(BAMAKO, test)}-version"])


def parts(page):
    """Return the texts of the page, each once."""
    return {p.ident: p for row in page.context["tests"] for _column, _written, p in row.conclusions if p}


def sheet_of(case: Case) -> relocation_tests.PairSheet | None:
    found = answer(stored_case.case_file(case, today=timezone.localdate()))
    return relocation_tests.pair_sheet(found, stored_assessment.assessment_of(case))


def errors(page) -> str:
    return " ".join(error["message"] for error in page.context["errors"])


# --- findings under each test -------------------------------------------------------------------------


def test_every_shipped_kind_of_event_has_its_tests(library):
    kinds = relocation_tests.Kinds.load()
    for kind in EventKind.objects.all():
        known = kinds.tree.lineage(kind.code) & set(relocation_tests.TESTS_OF_EVENT)
        assert known, f"{kind.code} stands under no test"


def test_a_kind_of_event_that_the_table_does_not_know_is_hidden_under_no_test(library):
    EventKind.objects.create(code="flood", name="flood", position=99)
    assert set(relocation_tests.Kinds.load().tests_of("flood")) == set(IpaTest)


def test_a_kind_includes_its_wider_kinds(library):
    assert set(relocation_tests.Kinds.load().tests_of("beheading")) == {IpaTest.SAFETY}


@pytest.mark.parametrize(
    ("code", "tests"),
    [
        ("mop-20", {"safety"}),
        ("mop-08", {"safety", "travel", "reasonableness"}),  # a blockade
        ("mop-13", {"safety", "reasonableness"}),  # names no event, but attitudes
        ("kou-05", {"safety"}),  # a denial is listed like the event that it denies
        ("kay-04", {"safety"}),  # and so is one that knows of no evidence
        ("kay-02", {"safety", "reasonableness"}),
    ],
)
def test_a_finding_is_listed_by_its_kind_of_event(library, code, tests):
    card = cited_findings.finding_cards(Finding.objects.filter(code=code))[0]
    assert relocation_tests.tests_of(card, relocation_tests.Kinds.load()) == tests


def test_all_assertions_and_denials_and_nothing_else_are_listed(case):
    for column in sheet_of(case).columns:
        assert set(column.sheet.stated) <= set(column.findings)
        assert all(c.denies or c.kind in ("occurrence", "pattern", "condition", "no-evidence") for c in column.findings)
        assert set(column.sheet.wider_denials) <= set(column.findings)


def test_findings_on_the_north_are_listed_at_its_regions(library, caseworker):
    """A denial about a wider area is listed, and so is what the report asserts of it."""
    north = sheet_of(make_case(caseworker, "kidal-town")).homes[0]
    assert "pha-15" in {card.code for card in north.cell(IpaTest.SAFETY).findings}


def test_a_cell_without_finding_is_blank_until_the_officer_adds_a_source(case, caseworker):
    assert sheet_of(case).relocations[0].cell(IpaTest.TRAVEL).is_blank
    source = OwnSource.objects.create(
        case=case, saved_by=caseworker, place=BAMAKO, citation="A note", published="2026", says="Roads.", bearing="supports"
    )  # fmt: skip
    cell = sheet_of(case).relocations[0].cell(IpaTest.TRAVEL)
    assert not cell.is_blank
    assert [s.id for s in cell.own_sources] == [source.pk]
    assert not sheet_of(case).homes[0].own_sources


def test_without_a_proposed_place_there_is_no_table_and_the_page_explains(library, caseworker, worker):
    places = [{"role": "home-area", "place": "Ogossagou, Mopti"}]
    case = make_case(caseworker, places=places)
    assert sheet_of(case) is None
    page = worker.get(address(case)).content.decode()
    assert "No place is proposed for relocation" in page
    assert reverse("case-edit", args=[case.uuid]) + "?step=relocation" in page


def test_places_of_one_home_region_share_a_column_and_each_proposed_place_has_its_own(library, caseworker):
    places = [
        {"role": "home-area", "place": "Ogossagou, Mopti"},
        {"role": "home-area", "place": "Sévaré, Mopti"},
        {"role": "relocation", "place": "Bamako"},
        {"role": "relocation", "place": "Kayes"},
        {"role": "relocation", "place": "Bamako"},
        {"role": "relocation", "place": "Nowheretown, Sikasso"},
    ]
    sheet = sheet_of(make_case(caseworker, places=places))
    assert len(sheet.homes) == 1
    assert [c.place for c in sheet.relocations] == [BAMAKO, KAYES, "Nowheretown, Sikasso"]


def test_a_proposed_place_never_counts_as_home(library, caseworker):
    sheet = sheet_of(make_case(caseworker, places=[{"role": "relocation", "place": "Bamako"}]))
    assert [c.role for c in sheet.columns] == ["relocation"]


# --- the page ---------------------------------------------------------------------------------------


def test_nothing_is_concluded_before_the_officer_does(case, worker):
    page = worker.get(address(case))
    assert page.status_code == 200
    assert [part.form["conclusion"].value() for part in parts(page).values()] == ["not-assessed"] * 3
    assert RegionTest.objects.count() == 0
    text = page.content.decode()
    assert "No COI" in text
    assert "That says nothing about the place." in text
    assert "5 years 7 months old" in text
    assert "part of a year" in text


def test_a_conclusion_is_saved_with_its_reasons_and_shown_again(case, worker, caseworker):
    assert worker.post(address(case), posted(reasons="  There is fear.\r\nEven so. ")).status_code == 302
    row = RegionTest.objects.get()
    assert (row.case, row.place, row.test, row.conclusion) == (case, BAMAKO, "safety", "met")
    assert (row.reasons, row.version, row.saved_by) == ("There is fear.\nEven so.", 1, caseworker)
    assert "There is fear." in worker.get(address(case)).content.decode()


def test_no_coi_is_never_saved_as_met_without_a_reason(case, worker):
    page = worker.post(address(case), posted(test="travel", reasons=" \u200b "))
    assert page.status_code == 422
    assert "To save “met”, write what it is based on" in errors(page)
    for test, conclusion in (("safety", "met"), ("safety", "not-met"), ("travel", "not-met")):
        page = worker.post(address(case), posted(test=test, conclusion=conclusion, reasons=""))
        assert page.status_code == 422
        assert "reasons" in errors(page)
    assert RegionTest.objects.count() == 0
    assert worker.post(address(case), posted(test="travel", reasons="An air link exists.")).status_code == 302
    assert RegionTest.objects.get().conclusion == "met"


def test_reasons_may_be_written_before_a_conclusion(case, worker):
    assert worker.post(address(case), posted(conclusion="not-assessed", reasons="To be looked at")).status_code == 302
    assert RegionTest.objects.get().reasons == "To be looked at"


def test_bad_input_is_refused_with_the_reason_and_nothing_is_written(case, worker):
    for change, said in (
        ({"conclusion": "perhaps"}, "Choose “not assessed”"),
        ({"conclusion": ""}, "Choose “not assessed”"),
        ({"reasons": "a\x00b"}, "U+0000"),
        ({"reasons": "a\u202eb"}, "U+202E"),
        ({"reasons": "x" * 20_001}, "20,000"),
        ({"place": "ML-9"}, "no longer proposed"),
        ({"place": "\x00"}, "no longer proposed"),
        ({"test": "score"}, "no longer proposed"),
    ):
        refused = autosaved(worker, case, **change)
        assert refused.status_code in (409, 422)
        assert said in refused.json()["message"]
    assert RegionTest.objects.count() == 0


def test_typed_text_stays_on_the_page_that_refuses_it(case, worker):
    page = worker.post(address(case), posted(conclusion="perhaps", reasons="Typed with care"))
    assert "Typed with care" in page.content.decode()


# --- autosave, and two people at once ------------------------------------------------------------------


def autosaved(client, case, **changes):
    return client.post(address(case), posted(**changes), headers={"X-Autosave": "1"})


def test_saved_as_one_types_with_one_row_in_the_record(case, worker):
    first = autosaved(worker, case, reasons="Be")
    assert RegionTest.objects.get().version == 1
    assert autosaved(worker, case, reasons="Because", version=token(first)).status_code == 200
    assert (RegionTest.objects.get().reasons, RegionTest.objects.get().version) == ("Because", 2)
    assert Entry.objects.filter(action="case.conclude", object_id=str(case.uuid)).count() == 1
    assert "Because" not in str(list(Entry.objects.values_list("details", flat=True)))


def test_an_autosave_that_repeats_itself_counts_once(case, worker):
    autosaved(worker, case)
    again = autosaved(worker, case)
    assert (again.status_code, RegionTest.objects.get().version) == (200, 1)
    assert token(again) != NOTHING


def test_an_autosave_without_reasons_says_so(case, worker):
    refused = autosaved(worker, case, test="travel", reasons="")
    assert refused.status_code == 422
    assert "To save “met”, write what it is based on" in refused.json()["message"]


def test_a_stale_save_shows_both_texts_and_loses_neither(case, worker):
    worker.post(address(case), posted(reasons="Saved first"))
    page = worker.post(address(case), posted(reasons="Typed meanwhile", conclusion="not-met"))
    assert page.status_code == 409
    text = page.content.decode()
    assert "Saved first" in text
    assert "Typed meanwhile" in text
    assert RegionTest.objects.get().reasons == "Saved first"
    (stale,) = [part for part in parts(page).values() if part.conflict]
    both = posted(reasons="Both", version=stale.form["version"].value())
    assert worker.post(address(case), both).status_code == 302
    assert RegionTest.objects.get().reasons == "Both"


def test_a_stale_autosave_is_refused_in_words(case, worker):
    autosaved(worker, case, reasons="Saved first")
    refused = autosaved(worker, case, reasons="Typed meanwhile")
    assert refused.status_code == 409
    assert "after you opened it" in refused.json()["message"]


def test_one_save_stores_every_valid_text_and_shows_the_others(case, worker):
    every = posted(reasons="Safe.") | posted(test="travel", reasons="") | justified("Nothing newer exists.")
    page = worker.post(address(case), every)
    assert page.status_code == 422
    assert [error["message"].split(":")[0] for error in page.context["errors"]] == ["Bamako, travel and admittance"]
    assert [row.test for row in RegionTest.objects.all()] == ["safety"]
    case.refresh_from_db()
    assert case.old_coi_justification == "Nothing newer exists."
    mended = fields_of(elements(page, "form#officer")[0]) | {f"{ident_of(BAMAKO, 'travel')}-reasons": "By bus."}
    assert worker.post(address(case), mended).status_code == 302
    assert {row.test: row.version for row in RegionTest.objects.all()} == {"safety": 1, "travel": 1}


def test_an_unchanged_text_never_overwrites_anothers(case, worker, caseworker):
    opened = posted(conclusion="not-assessed", reasons="") | posted(test="travel", reasons="By bus.")
    worker.post(address(case), posted(reasons="Saved in another window"))
    assert worker.post(address(case), opened).status_code == 302
    assert {row.test: row.reasons for row in RegionTest.objects.all()} == {
        "safety": "Saved in another window", "travel": "By bus.",
    }  # fmt: skip


def test_a_refused_autosave_returns_the_tokens_of_the_saved_texts(case, worker):
    both = posted(reasons="Safe.") | posted(test="travel", reasons="")
    refused = worker.post(address(case), both, headers={"X-Autosave": "1"})
    assert refused.status_code == 422
    assert list(refused.json()["tokens"]) == [f"{ident_of(BAMAKO, 'safety')}-version"]
    assert autosaved(worker, case, reasons="Safer.", version=token(refused)).status_code == 200


def test_text_on_a_place_no_longer_proposed_can_be_copied(case, worker):
    page = worker.post(address(case), posted(place=KAYES, reasons="Typed with care"))
    assert page.status_code == 409
    assert "Typed with care" in page.content.decode()
    untouched = posted(place=KAYES, conclusion="not-assessed", reasons="")
    assert worker.post(address(case), untouched | posted()).status_code == 302


def test_a_version_that_was_tampered_with_is_stale(case, worker):
    for version in ("", "x", "-1", "٣", "9" * 30):
        assert autosaved(worker, case, version=version).status_code == 409


def test_while_a_colleague_edits_the_text_stays_unsaved(case, worker, make_user, office):
    other = make_user(Role.CASEWORKER, office, "second")
    Case.objects.filter(pk=case.pk).update(is_shared=True)
    locks.hold(case, other)
    page = worker.get(address(case))
    assert "is editing this case" in page.content.decode()
    assert "Your conclusion" not in page.content.decode()
    refused = worker.post(address(case), posted(reasons="Mine"))
    assert refused.status_code == 409
    assert "Mine" in refused.content.decode()
    assert RegionTest.objects.count() == 0


# --- permissions and states -----------------------------------------------------------------------------


def test_who_may_read_and_write(case, office, other_office, make_user, supervisor):
    expected = {
        supervisor: (200, 403),
        make_user(Role.SUPERVISOR, other_office): (404, 404),
        make_user(Role.CASEWORKER, office, "second"): (404, 404),
        make_user(Role.CASEWORKER, other_office): (404, 404),
        make_user(Role.COI_ADMIN, office): (404, 404),
        make_user(Role.AUDITOR, office): (404, 404),
    }
    for user, (read, write) in expected.items():
        client = signed_in(user)
        assert client.get(address(case)).status_code == read, user
        assert client.post(address(case), posted()).status_code == write, user
    assert BrowserClient().get(address(case)).status_code == 302
    assert RegionTest.objects.count() == 0
    Case.objects.filter(pk=case.pk).update(is_shared=True)
    assert signed_in(make_user(Role.CASEWORKER, office, "third")).post(address(case), posted()).status_code == 302


def test_the_page_is_read_only_in_states_without_editing(case, worker):
    Case.objects.filter(pk=case.pk).update(state=State.SUBMITTED)
    page = worker.get(address(case))
    assert page.status_code == 200
    assert "Your conclusion" not in page.content.decode()
    assert "not assessed" in page.content.decode()
    for state in (State.SUBMITTED, State.APPROVED, State.RECALLED, State.SUPERSEDED):
        Case.objects.filter(pk=case.pk).update(state=state)
        assert autosaved(worker, case).status_code == 409
    assert RegionTest.objects.count() == 0


def test_a_conclusion_on_a_place_no_longer_proposed_is_listed_separately(case, worker, caseworker):
    actions.conclude(
        case, by=caseworker, place=KAYES, test="safety", conclusion="met", reasons="Kept", version=0, without_coi=False
    )
    page = worker.get(address(case)).content.decode()
    assert "no longer proposed" in page
    assert "Kept" in page


def test_the_sheet_asks_the_library_once_however_many_places(library, caseworker, django_assert_num_queries):
    places = [{"role": "home-area", "place": "Ogossagou, Mopti"}]
    places += [{"role": "relocation", "place": place} for place in ("Bamako", "Kayes", "Sikasso", "Mopti")]
    case = make_case(caseworker, places=places)
    found = answer(stored_case.case_file(case, today=timezone.localdate()))
    with one_moment(), django_assert_num_queries(1):  # whether the vocabulary has changed
        relocation_tests.pair_sheet(found, Assessment())

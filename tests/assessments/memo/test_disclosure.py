"""The disclosure sheet: all COI, whatever the officer relies on, and nothing that the officer wrote."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Role
from assessments import actions
from assessments.answer.answer import answer
from assessments.assessing import stored_assessment
from assessments.casefile import stored_case
from assessments.memo import disclosure, printing
from assessments.models import Case, FactAssessment, FactIndicator, Omission, OwnSource, Question, RegionTest
from assessments.models.codes import State
from audit.models import Entry
from coi.text.dates import day_words
from tests import verapdf
from tests.browser_post import BrowserClient
from tests.factories import approved, fresh, make_case, recalled, returned, second_report, submitted
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

INTERNAL = "zqinternal"  # in every text that must not leave the office


@pytest.fixture
def case(library, caseworker) -> Case:
    """Return a case with supported, contradicted and other facts, with an internal note in every text field."""
    case = make_case(
        caseworker, "sikasso-kadiolo", note=f"{INTERNAL} note", origin={"status": "doubted", "note": f"{INTERNAL} origin"}
    )  # fmt: skip
    by = {"case": case, "saved_by": caseworker}
    assessed = FactAssessment.objects.create(
        **by, fact_ident="F1", reasoning=f"{INTERNAL} reasoning", outcome="not-accepted",
        outcome_reasons=f"{INTERNAL} outcome", explanation_asked="not-asked", explanation=f"{INTERNAL} explanation",
    )  # fmt: skip
    FactIndicator.objects.create(
        assessment=assessed, indicator="external", words=f"{INTERNAL} words", expected=f"{INTERNAL} expected"
    )
    found = answer(stored_case.case_file(case, today=timezone.localdate()))
    for fact, key in {(f.stated.id, m.card.key) for f in found.facts for m in f.supporting + f.opposing}:
        Omission.objects.create(**by, fact_ident=fact, finding=key, reason=f"{INTERNAL} omission")
    Question.objects.create(**by, fact_ident="F1", to="applicant", words=f"{INTERNAL} question")
    RegionTest.objects.create(**by, place="ML-3", test="safety", conclusion="met", reasons=f"{INTERNAL} test")
    OwnSource.objects.create(
        **by, fact_ident="F1", citation="Radio Kadiolo, 4 May 2020", published="2020-05-04",
        url="https://example.org/radio", says="It told of shots at night.", bearing="supports",
    )  # fmt: skip
    OwnSource.objects.create(
        **by, place="ML-3", citation="A newer note", published="2026-02", says="Markets are open.", bearing="opposes"
    )
    Case.objects.filter(pk=case.pk).update(old_coi_justification=f"{INTERNAL} justification")
    return Case.objects.get(pk=case.pk)


def matched(case: Case):
    return answer(stored_case.case_file(case, today=timezone.localdate()))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_sheet_has_everything_matched_relied_on_or_not(case):
    found = matched(case)
    assert any(f.opposing for f in found.facts)
    sheet = disclosure.build(found, stored_assessment.assessment_of(case))
    for fact, disclosed in zip(found.facts, sheet.facts, strict=True):
        assert [m for group in disclosed.groups for m in group.matches] == [
            *fact.supporting, *fact.opposing, *(m for _name, group in fact.context_groups for m in group)
        ]  # fmt: skip
    for region in sheet.regions:
        assert set(region.sheet.denials) | set(region.sheet.wider_denials) <= set(region.denials)


def test_nothing_internal_is_on_the_page(case, caseworker):
    page = signed_in(caseworker).get(reverse("disclosure", args=[case.uuid]))
    text = page.content.decode()
    assert page.status_code == 200
    assert INTERNAL not in text
    assert "doubted" not in text
    for part in ("Added by the officer, not from the library", "Radio Kadiolo", "shots at night", "Markets are open"):
        assert part in text
    assert Entry.objects.filter(action="case.read", object_id=str(case.uuid)).count() == 1


@pytest.mark.slow
def test_the_file_has_every_finding_with_its_citation_and_nothing_internal(case, caseworker):
    found = signed_in(caseworker).get(reverse("disclosure-export", args=[case.uuid]))
    assert found.status_code == 200
    assert case.reference not in found["Content-Disposition"]
    said = text_of(found.content)
    assert INTERNAL not in said
    assert "doubted" not in said
    assert "not accepted" not in said
    assert "DRAFT" not in said
    sheet = disclosure.build(matched(case), stored_assessment.assessment_of(case))
    whole = squeezed(said)
    for card in sheet.cards:
        assert squeezed(card.statement)[:60] in whole
    for group in sheet.sources:
        for item in group.items:
            assert squeezed(item.source.citation)[:50] in whole
    for query in sheet.queries:
        assert squeezed(query.remark.words)[:50] in whole
        assert query.on == ()
    assert "Findings that say otherwise" in said
    assert "Added by the officer, not from the library" in said
    assert "Radio Kadiolo, 4 May 2020" in said
    assert "https://example.org/radio" in said
    assert str(caseworker) not in said
    if not verapdf.missing():
        assert verapdf.violations(found.content) == []
    assert Entry.objects.filter(action="disclosure.export", object_id=str(case.uuid)).count() == 1


def test_with_two_reports_a_footnote_names_its_report(library, second_report, caseworker):
    sheet = disclosure.build(matched(case := make_case(caseworker)), stored_assessment.assessment_of(case))
    notes = {note.key: note for card in sheet.cards for note in sheet.notes_of(card)}
    assert sorted(int(note.mark) for note in notes.values()) == list(range(1, len(notes) + 1))
    assert notes["made-up-2022:1"].words.startswith("Report A, made-up-2022, footnote 1: ")
    assert notes["sem-mali-2021-04:17"].words.startswith("Report B, sem-mali-2021-04, footnote 17: ")


@pytest.mark.slow
def test_the_sheet_of_a_memo_is_frozen_with_it(library, caseworker):
    case = make_case(caseworker)
    page = reverse("disclosure", args=[case.uuid])
    told = "not on a submitted memo"
    assert told in signed_in(caseworker).get(page).content.decode()
    before = disclosure.of_version(submitted(case))
    second_report()
    now = disclosure.build(matched(case), stored_assessment.assessment_of(case))
    assert "made-up-2022" in {card.edition for card in now.cards}
    shown = signed_in(caseworker).get(page).content.decode()
    assert "made-up-2022" not in shown
    assert "Made up, 2022" not in shown
    assert "Based on the memo’s version 1, submitted on" in shown
    assert told not in shown
    assert disclosure.of_version(disclosure.version_of(fresh(case))).cards == before.cards
    assert "Version 1, submitted on" in printing.sheet_html(before)
    actions.take_back(fresh(case), by=caseworker)
    shown = signed_in(caseworker).get(page).content.decode()
    assert "Made up, 2022" in shown
    assert told in shown


def test_the_sheet_shows_the_state_of_its_version(library, caseworker, supervisor):
    approved_one, recalled_one = make_case(caseworker), make_case(caseworker, reference="R-2")
    approved(approved_one, supervisor)
    recalled(recalled_one, supervisor)
    for case, words in ((approved_one, ""), (recalled_one, ", recalled since")):
        day = day_words(timezone.localdate())
        made_of = disclosure.of_version(disclosure.version_of(fresh(case))).made_of
        assert made_of == f"version 1, approved on {day}{words}"


def test_a_sheet_whose_snapshot_was_changed_is_not_shown(library, caseworker, monkeypatch):
    case = make_case(caseworker)
    version = submitted(case)
    monkeypatch.setattr(disclosure, "version_of", lambda case: version)
    version.content_sha256 = "0" * 64
    answer = signed_in(caseworker).get(reverse("disclosure-export", args=[case.uuid]))
    assert answer.status_code == 500
    assert "not the one that was submitted" in answer.content.decode()


def test_a_memo_that_was_returned_has_a_sheet_of_today_again(library, caseworker, supervisor):
    case = make_case(caseworker)
    returned(case, supervisor)
    assert disclosure.version_of(fresh(case)) is None


def test_unprintable_text_gives_a_message_and_no_record(case, caseworker):
    OwnSource.objects.filter(case=case, place="").update(says="ᏣᎳᎩ")
    page = signed_in(caseworker).get(reverse("disclosure-export", args=[case.uuid]))
    assert page.status_code == 422
    assert "U+13E3" in page.content.decode()
    assert Entry.objects.filter(action="disclosure.export").count() == 0


def test_who_may_read_it_in_which_state(case, office, other_office, make_user, supervisor, caseworker):
    page, file = (reverse(name, args=[case.uuid]) for name in ("disclosure", "disclosure-export"))
    for user in (
        make_user(Role.SUPERVISOR, other_office),
        make_user(Role.CASEWORKER, office, "second"),
        make_user(Role.COI_ADMIN, office),
        make_user(Role.AUDITOR, office),
    ):
        assert signed_in(user).get(page).status_code == 404
        assert signed_in(user).get(file).status_code == 404
    assert BrowserClient().get(page).status_code == 302
    Case.objects.filter(pk=case.pk).update(state=State.APPROVED)
    assert signed_in(supervisor).get(page).status_code == 200
    assert signed_in(caseworker).get(page).status_code == 200
    assert signed_in(caseworker).post(page).status_code == 405
    assert signed_in(caseworker).post(file).status_code == 405

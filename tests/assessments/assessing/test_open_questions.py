"""Open points and questions: suggested, added, edited, removed, exported."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Role
from assessments import actions
from assessments.actions import locks
from assessments.answer.answer import answer
from assessments.assessing import open_questions
from assessments.casefile import stored_case
from assessments.models import Case, Question
from assessments.models.codes import QuestionTo, State
from audit.models import Entry
from matching.outcome import Position
from tests import verapdf
from tests.browser_post import BrowserClient
from tests.factories import make_case
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


FACT = {
    "id": "F1", "statement": "They came and beat us.", "place": "Ogossagou, Mopti", "event": "attack-on-village",
    "from": "2019-03-23", "to": "2019-03-23", "actors": ["dogon-militia"], "targets": ["fulani", "villager"],
}  # fmt: skip


@pytest.fixture
def case(library, caseworker) -> Case:
    return make_case(caseworker)


@pytest.fixture
def small(library, caseworker) -> Case:
    """A case with one fact, so that its pages are fast."""
    return make_case(caseworker, material_facts=[FACT], places=[{"role": "home-area", "place": "Ogossagou, Mopti"}])


@pytest.fixture
def worker(caseworker) -> BrowserClient:
    return signed_in(caseworker)


def address(case: Case) -> str:
    return reverse("gaps", args=[case.uuid])


def gaps_of(case: Case) -> dict[str, open_questions.Gap]:
    found = answer(stored_case.case_file(case, today=timezone.localdate()))
    return {gap.fact.stated.id: gap for gap in open_questions.gaps(found)}


def words(gap: open_questions.Gap, to: QuestionTo) -> list[str]:
    return [s.words for s in gap.suggestions if s.to == to]


def add(to="applicant", text="Who led them?", fact="F1"):
    return {"do": "add", "fact": fact, "to": to, "words": text}


def save(row: Question, text: str, version=None, to="applicant"):
    return {"do": "save", "question": row.pk, "to": to, "words": text, "version": version or row.version}


def errors(page) -> str:
    return " ".join(error["message"] for error in page.context["errors"])


# --- suggestions ----------------------------------------------------------------------------------------


def test_a_silent_fact_asks_the_applicant_and_the_coi_unit(library, caseworker):
    """The query says what, where, when, who, and which report was silent up to which day."""
    fact = FACT | {"place": "Kayes", "from": "2020-05", "to": "2020-05", "event": "abduction", "actors": ["jnim"]}
    gap = gaps_of(make_case(caseworker, material_facts=[fact]))["F1"]
    assert gap.fact.position is Position.SILENT
    query = words(gap, QuestionTo.COI)[0]
    for part in ("abduction", "Kayes", "May 2020", "JNIM", "information up to 17 April 2021", "Context only"):
        assert part in query
    assert "They came and beat us" not in " ".join(words(gap, QuestionTo.COI))
    assert "Tell me again what happened, from the beginning, in your own words." in words(gap, QuestionTo.APPLICANT)


def test_the_query_says_that_a_fact_is_out_of_scope(library, caseworker):
    gap = gaps_of(make_case(caseworker, material_facts=[FACT | {"from": "2024-05", "to": "2024-05"}]))["F1"]
    assert gap.fact.position is Position.OUT_OF_SCOPE
    assert "This is after 17 April 2021, the last day covered for such events." in words(gap, QuestionTo.COI)[0]


def test_a_report_that_knows_of_no_evidence_suggests_asking_if_a_report_would_be_expected(library, caseworker):
    gap = gaps_of(make_case(caseworker, "kayes-yelimane"))["F2"]
    assert gap.fact.position is Position.NO_EVIDENCE
    assert any("would a report of such an event be expected?" in query for query in words(gap, QuestionTo.COI))


def test_a_supported_fact_is_listed_only_with_its_open_points(case):
    gap = gaps_of(case)["F1"]
    assert gap.fact.position is Position.SUPPORTS
    assert [q.splitlines()[0] for q in words(gap, QuestionTo.COI)] == ["Which sources say who did it?"]
    assert words(gap, QuestionTo.APPLICANT) == ["How did you know who they were? What did you notice of them?"]


def test_questions_on_open_points_are_open_questions(library, caseworker):
    vague = {"id": "F1", "statement": "They came.", "place": "Kayes", "event": "abduction"}
    asked = " ".join(words(gaps_of(make_case(caseworker, material_facts=[vague]))["F1"], QuestionTo.APPLICANT))
    for part in ("Who did it?", "When exactly was it?", "Where exactly was it", "Who was targeted"):
        assert part in asked


def test_the_uncovered_time_has_a_question_of_its_own(library, caseworker):
    fact = FACT | {"kind": "circumstance", "from": "2019-01", "to": "2024-01"}
    gap = gaps_of(make_case(caseworker, material_facts=[fact]))["F1"]
    query = next(q for q in words(gap, QuestionTo.COI) if "not covered yet" in q)
    assert "Period: from 18 April 2021 to today" in query


def test_questions_about_a_future_risk_do_not_treat_it_as_past(case):
    asked = words(gaps_of(case)["F4"], QuestionTo.APPLICANT)
    assert any("What do you think would happen" in q for q in asked)
    assert not any("Who did it" in q or "happened" in q for q in asked)


# --- adding, editing, removing ---------------------------------------------------------------------------


def test_a_suggestion_is_added_edited_and_not_offered_again(small, worker, caseworker):
    page = worker.get(address(small))
    assert Question.objects.count() == 0  # nothing is asked before the officer adds it
    suggestion = page.context["gaps"][0].suggestions[-1]
    assert worker.post(address(small), add(suggestion.to, suggestion.words)).status_code == 302
    row = Question.objects.get()
    assert (row.fact_ident, row.to, row.words, row.saved_by) == ("F1", "coi", suggestion.words, caseworker)
    assert suggestion not in worker.get(address(small)).context["gaps"][0].suggestions
    edited = suggestion.words + "\nUntil May."
    assert worker.post(address(small), save(row, edited, to="coi")).status_code == 302
    row.refresh_from_db()
    assert (row.words, row.version) == (edited, 2)
    assert suggestion not in worker.get(address(small)).context["gaps"][0].suggestions


def test_questions_follow_the_order_of_the_facts_and_then_of_the_case(case, worker):
    for fact in ("", "F3", "F1"):
        worker.post(address(case), add(fact=fact, text=f"On {fact or 'the case'}?"))
    page = worker.get(address(case)).content.decode()
    assert page.index("On F1?") < page.index("On F3?") < page.index("On the case?")


def test_a_removed_question_is_offered_back_once(small, worker):
    worker.post(address(small), add(text="Who led them?"))
    row = Question.objects.get()
    page = worker.post(address(small), {"do": "remove", "question": row.pk, "version": row.version})
    assert page.status_code == 200
    assert Question.objects.count() == 0
    assert "Restore it" in page.content.decode()
    assert "Who led them?" in page.content.decode()
    assert "Restore it" not in worker.get(address(small)).content.decode()
    worker.post(address(small), add(text="Who led them?"))
    assert Question.objects.get().words == "Who led them?"


def test_bad_input_is_refused_with_the_reason_and_nothing_is_written(small, worker):
    for change, said in (
        ({"words": ""}, "Write the question"),
        ({"words": "\u200b"}, "Write the question"),
        ({"words": "a\x00b"}, "U+0000"),
        ({"words": "a\u2066b"}, "U+2066"),
        ({"words": "x" * 4_001}, "4,000"),
        ({"to": "minister"}, "whom the question is for"),
        ({"fact": "F9"}, "no longer part of the case"),
    ):
        page = worker.post(address(small), add() | change)
        assert page.status_code in (409, 422)
        assert said in errors(page)
    assert worker.post(address(small), add() | {"do": "score"}).status_code == 404
    assert Question.objects.count() == 0


def test_a_stale_save_shows_both_texts_and_loses_neither(small, worker):
    worker.post(address(small), add())
    row = Question.objects.get()
    worker.post(address(small), save(row, "Saved first"))
    page = worker.post(address(small), save(row, "Typed meanwhile"))
    assert page.status_code == 409
    assert "Saved first" in page.content.decode()
    assert "Typed meanwhile" in page.content.decode()
    row.refresh_from_db()
    assert row.words == "Saved first"
    removed = worker.post(address(small), {"do": "remove", "question": row.pk, "version": 1})
    assert removed.status_code == 409  # a question changed since it was read is not removed
    typed_after = save(row, "Typed after", version=2)
    row.delete()
    page = worker.post(address(small), typed_after)
    assert page.status_code == 409
    assert "Typed after" in page.content.decode()


def test_saved_as_one_types_with_one_row_in_the_record(small, worker):
    worker.post(address(small), add())
    row = Question.objects.get()
    auto = {"X-Autosave": "1"}
    assert worker.post(address(small), save(row, "Who"), headers=auto).json()["version"] == 2
    assert worker.post(address(small), save(row, "Who led", version=2), headers=auto).json()["version"] == 3
    assert worker.post(address(small), save(row, "Mine", version=1), headers=auto).status_code == 409
    assert worker.post(address(small), save(row, "", version=3), headers=auto).status_code == 422
    assert Entry.objects.filter(action="question.change").count() == 1
    assert "led" not in str(list(Entry.objects.values_list("details", flat=True)))


def test_a_question_of_another_case_is_not_found(case, caseworker, worker):
    other = make_case(caseworker, reference="N-2026-00999")
    row = actions.add_question(other, by=caseworker, fact="F1", to="coi", words="Elsewhere")
    assert worker.post(address(case), save(row, "Changed")).status_code == 409
    row.refresh_from_db()
    assert row.words == "Elsewhere"


# --- permissions and states -------------------------------------------------------------------------------


def test_who_may_read_and_write(small, office, other_office, make_user, supervisor):
    export = reverse("questions-export", args=[small.uuid])
    for user, read, write in (
        (supervisor, 200, 403),
        (make_user(Role.SUPERVISOR, other_office), 404, 404),
        (make_user(Role.CASEWORKER, office, "second"), 404, 404),
        (make_user(Role.COI_ADMIN, office), 404, 404),
        (make_user(Role.AUDITOR, office), 404, 404),
    ):
        client = signed_in(user)
        assert client.get(address(small)).status_code == read
        assert client.post(address(small), add()).status_code == write
        assert client.get(export + "?to=nobody").status_code == 404
        if read == 404:
            assert client.get(export).status_code == 404
    assert BrowserClient().get(export).status_code == 302
    assert Question.objects.count() == 0


def test_a_page_that_cannot_be_changed_is_read_only(small, worker, make_user, office):
    worker.post(address(small), add(text="Who led them?"))
    Case.objects.filter(pk=small.pk).update(state=State.SUBMITTED)
    page = worker.get(address(small)).content.decode()
    assert "Who led them?" in page
    assert "<textarea" not in page
    assert "Suggested" not in page
    assert worker.post(address(small), add()).status_code == 409
    Case.objects.filter(pk=small.pk).update(state=State.DRAFT, is_shared=True)
    locks.take_over(small, make_user(Role.CASEWORKER, office, "second"))
    refused = worker.post(address(small), add(text="Kept as typed"))
    assert refused.status_code == 409
    assert "Kept as typed" in refused.content.decode()
    assert Question.objects.count() == 1


# --- the file -------------------------------------------------------------------------------------------


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.slow
def test_the_questions_are_a_file_of_their_own(case, worker, caseworker):
    hostile = "<b>bold</b> " + "a\u00ad" * 400 + "x" * 300
    actions.add_question(case, by=caseworker, fact="F1", to="applicant", words="Who led them, and where from?")
    actions.add_question(case, by=caseworker, fact="F1", to="coi", words="Which sources say so?\nAlready checked: one.")
    actions.add_question(case, by=caseworker, fact="", to="coi", words=hostile)
    found = worker.get(reverse("questions-export", args=[case.uuid]))
    assert found["Content-Type"] == "application/pdf"
    assert case.reference not in found["Content-Disposition"]
    said = text_of(found.content)
    assert "Who led them, and where from?" in said
    assert "Armed men attacked our village" in said
    assert "<b>bold</b>" in said
    assert "x" * 300 in said.replace(" ", "")
    assert Entry.objects.filter(action="questions.export", object_id=str(case.uuid)).count() == 1
    if not verapdf.missing():
        assert verapdf.violations(found.content) == []
    for_coi = text_of(worker.get(reverse("questions-export", args=[case.uuid]) + "?to=coi").content)
    assert "Which sources say so?" in for_coi
    assert "Who led them" not in for_coi
    assert "Armed men attacked our village" not in for_coi  # the applicant's statement stays in the office


def test_unprintable_text_gives_a_message_and_no_record(small, worker, caseworker):
    actions.add_question(small, by=caseworker, fact="", to="coi", words="ᏣᎳᎩ?")
    page = worker.get(reverse("questions-export", args=[small.uuid]))
    assert page.status_code == 422
    assert "U+13E3" in page.content.decode()
    assert Entry.objects.filter(action="questions.export").count() == 0


def test_all_suggestions_on_a_fact_are_added_together_and_only_once(small, worker):
    suggested = worker.get(address(small)).context["gaps"][0].suggestions
    assert len(suggested) > 1
    for _press in range(2):
        assert worker.post(address(small), {"do": "add-all", "fact": "F1"}).status_code == 302
    assert [(q.to, q.words) for q in Question.objects.order_by("position")] == [(s.to, s.words) for s in suggested]
    assert worker.post(address(small), {"do": "add-all", "fact": "F9"}).status_code == 302
    assert worker.get(address(small)).context["gaps"][0].suggestions == ()

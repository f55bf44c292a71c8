"""The time of a fact as stated, as matched and as shown."""

import json
from datetime import date

import pytest

from assessments.answer import wording
from assessments.casefile import reader, stored_case
from assessments.casefile.form_data import form_data
from assessments.casefile.values import matched_ends
from assessments.memo import snapshot
from assessments.models import Case, CaseFact, FactRevision
from assessments.pages.forms import CaseForm
from matching.periods import Period
from tests.assessments.memo.test_snapshot import frozen
from tests.assessments.walk import CASE, FACT, TODAY, draft_of, record, send, stored, typed
from tests.markup import markup as page
from tests.sign_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

PAST, LASTED, FUTURE = "past-event", "circumstance", "future-risk"
RULES = [
    # kind, from, to, still going on; matched from, to; shown
    (PAST, "2019-03-23", "", False, "2019-03-23", "2019-03-23", "23 March 2019"),
    (PAST, "2019-03", "", False, "2019-03", "2019-03", "March 2019"),
    (PAST, "2019", "", False, "2019", "2019", "2019"),
    (PAST, "", "2019-03", False, "2019-03", "2019-03", "March 2019"),
    (PAST, "2019-03-23", "2019-03-23", False, "2019-03-23", "2019-03-23", "23 March 2019"),
    (PAST, "2018", "2019", False, "2018", "2019", "2018 to 2019"),
    (PAST, "", "", False, "", "", "date not stated"),
    (PAST, "2019-03", "", True, "2019-03", "", "since March 2019, still going on"),
    (PAST, "", "", True, "", "", "still going on; its beginning is not stated"),
    (LASTED, "2019-03", "", False, "2019-03", "", "from March 2019"),
    (LASTED, "", "2019-03", False, "", "2019-03", "until March 2019"),
    (LASTED, "2019-03", "2020", False, "2019-03", "2020", "March 2019 to 2020"),
    (LASTED, "2019-03", "", True, "2019-03", "", "since March 2019, still going on"),
    (FUTURE, "2027", "", False, "2027", "", "from 2027"),
    # a memo from before "still going on" was asked keeps its meaning and wording
    (PAST, "2019-03-23", "", None, "2019-03-23", "", "from 23 March 2019"),
]


@pytest.mark.parametrize(("kind", "start", "end", "ongoing", "first", "last", "said"), RULES)
def test_a_past_event_with_one_date_happened_on_it(kind, start, end, ongoing, first, last, said):
    assert matched_ends(kind, start, end, ongoing) == (first, last)
    assert wording.when_words(kind, start, end, ongoing) == said


def _fact(**changes):
    fact = {name: value for name, value in {**FACT, **changes}.items() if value is not KeyError}
    return reader.read({**CASE, "material_facts": [fact]}, today=TODAY).facts[0]


def test_a_case_file_is_matched_by_that_rule():
    assert _fact(to=KeyError).to_match().period == Period.parse("2019-03-23", "2019-03-23")
    assert _fact(**{"from": KeyError}).to_match().period == Period.parse("2019-03-23", "2019-03-23")
    assert _fact(to=KeyError, ongoing=True).to_match().period == Period.parse("2019-03-23", "")
    assert _fact(to=KeyError, kind=LASTED).to_match().period == Period.parse("2019-03-23", "")


@pytest.fixture
def worker(client, caseworker):
    return signed_in(caseworker, client)


@pytest.mark.parametrize(
    ("start", "end", "kept", "said"),
    [
        ("23.3.2019", "", ("2019-03-23", ""), "23 March 2019"),
        ("23/03/2019", "", ("2019-03-23", ""), "23 March 2019"),
        ("3.2019", "", ("2019-03", ""), "March 2019"),
        ("March 2019", "Sept. 2019", ("2019-03", "2019-09"), "March 2019 to September 2019"),
        ("2019", "", ("2019", ""), "2019"),
        ("2019-03-23", "24 March 2019", ("2019-03-23", "2019-03-24"), "23 March 2019 to 24 March 2019"),
    ],
)
def test_dates_may_be_typed_in_any_format_and_are_shown_in_one(worker, start, end, kept, said):
    answered = worker.get(record(worker, typed(facts__0__start=start, facts__0__end=end)).url)
    row = CaseFact.objects.get()
    assert (row.period_from, row.period_to, row.ongoing) == (*kept, False)
    assert said in page(answered)
    shown = page(worker.get(f"/intake/{draft_of(worker, Case.objects.get()).uuid}/facts/"))
    assert f'value="{said.split(" to ")[0]}"' in shown


def test_still_going_on_passes_through_form_case_memo_and_back(worker):
    kept = record(worker, typed(facts__0__start="3.2019", facts__0__end="", facts__0__ongoing="on"))
    answered = worker.get(kept.url)
    case = Case.objects.get()
    assert "since March 2019, still going on" in page(answered)
    document = stored_case.document_of(case)
    assert document["material_facts"][0]["ongoing"] is True
    assert CaseForm(form_data(document)).document()["material_facts"][0]["ongoing"] is True
    draft = draft_of(worker, case)
    assert 'name="facts-0-ongoing"' in page(worker.get(f"/intake/{draft.uuid}/facts/"))
    assert "since March 2019, still going on" in page(worker.get(f"/intake/{draft.uuid}/check/"))
    sent = typed(facts__0__start="3.2019", facts__0__end="")
    sent.pop("facts-0-ongoing", None)
    send(worker, draft, "facts", sent)
    Case.objects.update(matches_first_shown_at=case.created_at)
    record(worker, typed(facts__0__start="3.2019", facts__0__end=""), draft)
    assert CaseFact.objects.get().ongoing is False, "a box that is no longer ticked is sent by no browser"
    assert FactRevision.objects.get().content["ongoing"] is True, "it is a change of the fact, and is kept"


def test_a_case_that_is_opened_and_saved_again_is_the_same(worker, caseworker):
    document = {**CASE, "due_on": "2026-12-24", "material_facts": [{**FACT, "to": "2019-04"}]}
    case = stored(caseworker, document)
    before = stored_case.document_of(case)
    record(worker, typed(document), draft_of(worker, case))
    assert stored_case.document_of(Case.objects.get()) == before


def test_a_memo_from_before_the_question_keeps_its_wording():
    document = json.loads(frozen())

    def forget(found):
        if isinstance(found, dict):
            if found.get("~") == "casefile.StatedFact":
                del found["ongoing"]
                found["end"] = ""
            for value in found.values():
                forget(value)
        elif isinstance(found, list):
            for value in found:
                forget(value)

    forget(document)
    answer, _assessment, _heading = snapshot.thaw(json.dumps(document))
    stated = answer.case.facts[0]
    assert stated.ongoing is None
    assert wording.when_of(stated).startswith("from ")
    assert stated.to_match().period.last is None
    assert answer.case.assessed_on == date(2026, 11, 23)

"""Autosave, and two people who save at once."""

import pytest

from assessments.actions import locks
from assessments.models import Case
from audit.models import Entry
from tests.assessments.pages.workspace.fact_pages import DENIES, SUPPORTED, address, found, save, summary, written
from tests.factories import make_case
from tests.markup import markup as page
from tests.markup import values
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

# --- autosave ------------------------------------------------------------------------------------


def test_autosave_stores_text_and_says_what_is_not_saved(worker, author, library):
    case = make_case(author, SUPPORTED)
    keys = [m.card.key for m in found(case).supporting]
    answer = save(
        worker, case, autosave=True, reasoning="Half a sen", outcome="not-accepted",
        external_words="Not yet", external_view="inconsistent", external_rests=keys,
    )  # fmt: skip
    assert answer.status_code == 200
    said = answer.json()
    assert said["version"] == 1
    assert said["saved"]
    assert "The outcome is not saved yet" in said["note"]
    assert "“Inconsistent with the COI” is not saved yet" in said["note"]
    now = written(case)
    assert now.reasoning == "Half a sen"
    assert now.outcome == "not-assessed"
    assert now.indicator("external").view == ""
    assert now.indicator("external").words == "Not yet"
    said = save(worker, case, autosave=True, outcome="accepted", outcome_reasons="Because.").json()
    assert said["note"] == ""
    assert said["version"] == 2
    assert written(case).outcome == "accepted"
    assert Entry.objects.filter(action="assessment.save").count() == 1


def test_autosave_delays_a_negative_outcome_until_the_explanation_is_recorded(worker, author, library):
    case = make_case(author, DENIES)
    fields = {"outcome": "not-accepted", "outcome_reasons": "Because."}
    assert "could explain it" in save(worker, case, autosave=True, **fields).json()["note"]
    assert written(case).outcome == "not-assessed"
    assert written(case).outcome_reasons == "Because."
    save(worker, case, autosave=True, **fields, explanation_asked="none-given")
    assert written(case).outcome == "not-accepted"


def test_a_stale_autosave_is_refused_and_a_repeated_one_is_not(worker, author, library, colleague):
    case = make_case(author, SUPPORTED)
    Case.objects.update(is_shared=True)
    save(worker, case, reasoning="Mine.", autosave=True)
    again = save(worker, case, reasoning="Mine.", autosave=True, version=0)  # its response was lost
    assert again.status_code == 200
    assert again.json()["version"] == 1
    stale = save(worker, case, reasoning="Mine, older.", autosave=True, version=0)
    assert stale.status_code == 409
    assert stale.json()["message"]
    assert written(case).reasoning == "Mine."


# --- two people -------------------------------------------------------------------------------


@pytest.fixture
def stale(worker, author, library, colleague):
    """Both opened the page before it had text; the colleague saved first."""
    case = make_case(author, SUPPORTED)
    Case.objects.update(is_shared=True)
    other = signed_in(colleague)
    save(other, case, reasoning="Theirs.", internal_words="Only theirs.", outcome="accepted", outcome_reasons="R.")
    locks.release_all(case)
    return case


def test_a_stale_save_shows_both_texts_and_loses_neither(worker, stale, colleague):
    response = save(worker, stale, version=0, reasoning="Mine.", detail_words="Only mine.")
    body = page(response)
    assert response.status_code == 409
    for text in ("Mine.", "Theirs.", "Only theirs.", "Only mine.", "Accepted", "Not assessed", str(colleague)):
        assert text in body
    assert "checked" not in body[body.index("<form method") : body.index("</main>")].replace("unchecked", "")
    assert written(stale).reasoning == "Theirs."


MINE = {"reasoning": "Mine.", "detail_words": "Only mine.", "outcome": "not-assessed", "resolve": "1"}


def test_each_difference_is_settled_one_by_one(worker, stale):
    picks = {
        "pick-reasoning": "merged", "merged-reasoning": "Theirs, then mine.", "pick-internal_words": "theirs",
        "pick-detail_words": "mine", "pick-outcome": "theirs", "pick-outcome_reasons": "theirs",
    }  # fmt: skip
    assert worker.post(address(stale), {"version": 1} | MINE | picks).status_code == 302
    now = written(stale)
    assert (now.reasoning, now.outcome, now.outcome_reasons) == ("Theirs, then mine.", "accepted", "R.")
    assert now.indicator("internal").words == "Only theirs."
    assert now.indicator("detail").words == "Only mine."


def test_an_unsettled_difference_is_asked_about_again(worker, stale):
    typed_so_far = {"pick-reasoning": "merged", "merged-reasoning": "Merged so far."}
    response = worker.post(address(stale), {"version": 1} | MINE | typed_so_far)
    assert "Merged so far." in page(response)
    assert values(response, "[name='pick-reasoning'][checked]") == ["merged"]
    assert response.status_code == 409
    assert "choose which text to keep" in summary(response)
    assert written(stale).reasoning == "Theirs."
    moved_on = worker.post(address(stale), {"version": 0} | MINE | {"pick-reasoning": "mine"})
    assert moved_on.status_code == 409
    assert written(stale).reasoning == "Theirs."

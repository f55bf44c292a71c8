"""Who may read and write on the page of a fact, and when."""

import pytest
from django.urls import reverse

from accounts.models import Role
from assessments import actions
from assessments.actions import locks
from assessments.assessing import stored_assessment
from assessments.models import Case, FactAssessment, Omission, OwnSource, Reliance, Writer
from coi.models import ProposedSource
from tests.assessments.pages.workspace.fact_pages import (
    DENIES,
    SOURCE,
    add_source,
    address,
    found,
    omit,
    save,
    shared,
    typed,
    written,
)
from tests.browser_post import BrowserClient
from tests.factories import make_case
from tests.markup import markup as page
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


def people(make_user, office, other_office):
    return {
        "colleague": make_user(Role.CASEWORKER, office, "colleague"),
        "supervisor": make_user(Role.SUPERVISOR, office, "supervisor"),
        "elsewhere": make_user(Role.SUPERVISOR, other_office, "elsewhere"),
        "coi-admin": make_user(Role.COI_ADMIN, office, "coi-admin"),
        "auditor": make_user(Role.AUDITOR, office, "auditor"),
    }


def test_every_address_answers_each_role(author, library, make_user, office, other_office):
    case = make_case(author, DENIES)
    own = OwnSource.objects.create(
        case=case, fact_ident="F1", citation="C", published="2026", says="x", bearing="supports", saved_by=author
    )
    key = found(case).opposing[0].card.key
    everybody = people(make_user, office, other_office)
    reads = [address(case)]
    edits = [reverse("own-source-new", args=[case.uuid]) + "?fact=F1", reverse("own-source", args=[case.uuid, own.pk])]
    posts = [
        (address(case), typed(case, reasoning="x")),
        (address(case, name="fact-omission"), {"finding": key, "do": "omit", "reason": "r"}),
        (address(case, name="fact-context"), {"finding": key, "do": "take"}),
        (edits[0], {"fact": "F1"}),
        (edits[1], {}),
        (reverse("own-source-remove", args=[case.uuid, own.pk]), {"version": 1}),
    ]
    stranger = BrowserClient()
    for where in [*reads, *edits]:
        assert stranger.get(where)["Location"].startswith(reverse("sign-in"))
    for where, data in posts:
        assert stranger.post(where, data)["Location"].startswith(reverse("sign-in"))
    for name, user in everybody.items():
        client = signed_in(user)
        sees = name == "supervisor"
        for where in reads:
            assert client.get(where).status_code == (200 if sees else 404), (name, where)
        for where in edits:
            assert client.get(where).status_code == (403 if sees else 404), (name, where)
        for where, data in posts:
            assert client.post(where, data).status_code == (403 if sees else 404), (name, where)
    assert not FactAssessment.objects.exists()
    assert not Omission.objects.exists()
    assert OwnSource.objects.count() == 1
    assert not Reliance.objects.exists()
    Case.objects.update(is_shared=True)
    client = signed_in(everybody["colleague"])
    assert client.get(address(case)).status_code == 200
    assert save(client, case, reasoning="Ours.").status_code == 302
    assert Writer.objects.filter(case=case, user=everybody["colleague"]).exists()


def test_a_supervisor_reads_the_officers_part_without_fields_or_a_lock(worker, author, library, supervisor):
    case = make_case(author, DENIES)
    save(worker, case, reasoning="As I see it.")
    locks.release_all(case)
    client = signed_in(supervisor)
    body = page(client.get(address(case)))
    assert "As I see it." in body
    assert "<textarea" not in body
    assert "Do not rely on it" not in body
    assert "own-sources/new" not in body
    assert locks.holder(case) is None
    case.refresh_from_db()


@pytest.mark.parametrize("state", ["submitted", "in-review", "approved", "recalled", "superseded", "closed"])
def test_nothing_is_written_unless_the_state_allows_it(worker, author, library, supervisor, state):
    case = make_case(author, DENIES)
    Case.objects.update(state=state, reviewer=supervisor, closed_because="other" if state == "closed" else "")
    assert worker.get(address(case)).status_code == 200
    assert "<textarea" not in page(worker.get(address(case)))
    key = found(case).opposing[0].card.key
    new = reverse("own-source-new", args=[case.uuid])
    refused = [
        save(worker, case, reasoning="My long reasoning."),
        omit(worker, case, key, reason="My reason."),
        worker.post(address(case, name="fact-context"), {"finding": key}),
        worker.get(f"{new}?fact=F1"),
        worker.post(new, {"fact": "F1"} | SOURCE),
    ]
    assert [response.status_code for response in refused] == [409] * 5
    for response, typed_text in zip(refused, ("My long reasoning.", "My reason.", "", "", SOURCE["says"]), strict=True):
        assert "You cannot edit this case now" in page(response)
        assert typed_text in page(response)
    autosaved = save(worker, case, reasoning="x", autosave=True)
    assert autosaved.status_code == 409
    assert "cannot edit it now" in autosaved.json()["message"]
    assert not FactAssessment.objects.exists()
    assert not Omission.objects.exists()


def test_actions_refuse_without_the_pages(author, library, supervisor):
    case = make_case(author, DENIES)
    fact = found(case)
    from assessments.assessing import evidence
    from assessments.assessing.assessment import FactWritten

    on = evidence.pieces(fact, stored_assessment.assessment_of(case))
    with pytest.raises(actions.NotAllowed):
        actions.save_fact(case, FactWritten("F1", reasoning="x"), on, by=supervisor)
    with pytest.raises(actions.Incomplete):
        actions.save_fact(case, FactWritten("F1", outcome="accepted"), on, by=author)
    assert not FactAssessment.objects.exists()


def test_no_action_writes_in_a_case_that_is_not_open(author, library, supervisor):
    case = make_case(author, DENIES)
    Case.objects.update(state="in-review", reviewer=supervisor)
    with pytest.raises(actions.NotAllowed):
        actions.add_question(case, by=author, fact="", to="coi", words="One more?")
    assert not case.questions.exists()


def test_the_second_user_reads_and_may_take_over_without_losing_text(worker, author, library, colleague):
    case = shared(make_case(author, DENIES))
    worker.get(address(case))
    second = signed_in(colleague)
    body = page(second.get(address(case)))
    assert f"{author}</strong> is editing this case" in body
    assert "<textarea" not in body
    actions.take_over(case, by=colleague)
    assert save(worker, case, reasoning="Typed before.", autosave=True).status_code == 409
    response = save(worker, case, reasoning="Typed before.")
    assert response.status_code == 409
    assert "Typed before." in page(response)
    assert "Take over and save" in page(response)
    unfinished = save(worker, case, reasoning="Typed before.", outcome="accepted")
    assert unfinished.status_code == 422
    assert "Typed before." in page(unfinished)
    assert save(worker, case, reasoning="Typed before.", **{"take-over": "1"}).status_code == 302
    assert written(case).reasoning == "Typed before."
    assert locks.holder(case) == author


def test_nothing_is_written_if_the_record_cannot_be_written(worker, author, library, monkeypatch):
    case = make_case(author, DENIES)
    worker.get(address(case))
    key = found(case).opposing[0].card.key

    def broken(*args, **kwargs):
        raise RuntimeError("the record cannot be written")

    monkeypatch.setattr("assessments.actions.writing.record", broken)
    monkeypatch.setattr("assessments.actions.assess.record_once", broken)
    for act in (
        lambda: save(worker, case, reasoning="x"),
        lambda: save(worker, case, reasoning="x", autosave=True),
        lambda: omit(worker, case, key, reason="r"),
        lambda: add_source(worker, case),
    ):
        with pytest.raises(RuntimeError):
            act()
    assert not FactAssessment.objects.exists()
    assert not Omission.objects.exists()
    assert not OwnSource.objects.exists()
    assert not ProposedSource.objects.exists()

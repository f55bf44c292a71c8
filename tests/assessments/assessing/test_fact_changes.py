"""The COI changes while a case is open: its officer is told what changed, and marks it as seen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from assessments import actions
from assessments.assessing import fact_changes
from assessments.assessing.assessment import FactWritten
from assessments.assessing.fact_changes import Seen
from assessments.casefile import reader, stored_case
from assessments.memo import submission
from assessments.models import FactAssessment
from coi.drafts import draft_review, publishing
from coi.models import Edition, Finding
from tests import factories
from tests.drafts import draft_of
from tests.factories import answered, fresh, made_up_edition, made_up_finding
from tests.markup import markup as words
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
OLD, NEW = "sem-mali-2021-04", "sem-mali-next"
LATER = {"from": "2023-05", "to": "2023-05"}  # after the cut-off of the shipped report


@pytest.fixture
def case(caseworker):
    return factories.assessed(factories.make_case(caseworker, "gao-bourem"))


@pytest.fixture
def client(caseworker):
    return signed_in(caseworker)


@pytest.fixture
def admin(make_user, office):
    return make_user(Role.COI_ADMIN, office, "admin")


@pytest.fixture
def second(make_user, office):
    return make_user(Role.COI_ADMIN, office, "second")


@pytest.fixture
def draft(admin):
    return draft_of(Edition.objects.get(code=OLD), code=NEW, label="Made up for tests: next", by=admin)


def publish(edition, by):
    publishing.publish(edition, by=by, digest=draft_review.review(edition).digest)


def page(client, case, ident="F1"):
    return words(client.get(reverse("fact", args=[case.uuid, ident])))


def row_of(case, ident="F1"):
    return FactAssessment.objects.get(case=case, fact_ident=ident)


def supporting(case):
    return answered(case).facts[0].supporting[0].card.code


def with_fact(case, **changes):
    """Return the case as a document, with its first fact changed."""
    document = stored_case.document_of(case)
    document["material_facts"][0] |= changes
    return reader.read(document, today=case.created_at.date())


# --- what changed -----------------------------------------------------------------------------


def reword(case, draft):
    Finding.objects.filter(edition=draft, code=supporting(case)).update(statement="Made up: another wording.")


def retire(case, draft):
    code = supporting(case)
    factories.take_out(draft, code)
    publishing.save_reasons(draft, {code: "Told twice in the report."}, since={}, by=draft.draft_work.begun_by)


def tell_of_others(case, draft):
    Finding.objects.get(edition=draft, code=supporting(case)).events.clear()


@pytest.mark.parametrize(
    ("act", "told"),
    [
        pytest.param(reword, "Changed:", marks=pytest.mark.slow),
        pytest.param(retire, "Told twice in the report.", marks=pytest.mark.slow),
        pytest.param(tell_of_others, "No longer for or against this fact:", marks=pytest.mark.slow),
    ],
)
def test_every_page_reports_changes_by_a_new_edition_before_submission(case, client, draft, second, act, told):
    assert "Changed since you wrote" not in page(client, case)
    act(case, draft)
    publish(draft, second)
    assert row_of(case).answer_changed_at  # before anybody opened a page of the case
    home = words(client.get(reverse("home")))
    assert "changed since you wrote: F1" in home
    assert "Check F1" in home
    assert "COI has changed since you wrote about:" in words(client.get(reverse("case", args=[case.uuid])))
    shown = page(client, case)
    assert "Changed since you wrote" in shown
    assert told in shown
    assert any("F1 changed since you wrote" in c.words for c in submission.required(case, prepared(case)))
    assert "F1 changed since you wrote" in words(client.get(reverse("submit", args=[case.uuid])))


def prepared(case):
    return submission.prepare(fresh(case), on=case.created_at.date())


def test_a_report_that_opposes_moves_the_position(case, client, admin):
    was = answered(case).facts[0].position.value
    edition = made_up_edition("made-up-2024", events=["clash"])
    bourem = case.facts.get().place.code
    made_up_finding(edition, "a-02", place=bourem, kind="denial", events=["clash"], period=("2019", "2019"))
    publish(edition, admin)
    assert row_of(case).answer_changed_at
    change = fact_changes.changes(case, answered(case)).by_fact["F1"]
    assert (change.then.position, change.now.position) == (was, "mixed")
    assert "→" in change.words
    assert change.words in page(client, case)
    assert [(f.what, f.card.code, f.relation) for f in change.findings] == [("new", "a-02", "contradicts")]


@pytest.mark.parametrize("events", [["clash"], ["attack"]])
def test_a_new_report_that_first_covers_a_fact_marks_it(caseworker, admin, events):
    document = stored_case.document_of(factories.make_case(caseworker, "gao-bourem"))
    fact = document["material_facts"][0] | LATER
    case = factories.assessed(
        factories.make_case(caseworker, "gao-bourem", reference="S-2026-4444", material_facts=[fact])
    )
    assert answered(case).facts[0].position == "out_of_scope"
    edition = made_up_edition("made-up-2024", events=events, cut_off=case.created_at.date().replace(year=2024))
    made_up_finding(edition, "a-01", place="ML-1", events=events, actors=["jnim"], period=("2023", "2023"))
    publish(edition, admin)
    now = answered(case).facts[0].position
    assert bool(row_of(case).answer_changed_at) is (now != "out_of_scope")
    assert (now == "silent") is (events == ["clash"])


@pytest.mark.slow
def test_irrelevant_changes_mark_nothing(case, client, draft, second):
    Finding.objects.filter(edition=draft, code="sik-01").update(statement="Made up: told of elsewhere.")
    publish(draft, second)
    assert row_of(case).answer_changed_at is None
    assert "Changed since you wrote" not in page(client, case)
    assert not [c for c in submission.required(case, prepared(case)) if "changed since" in c.words]


# --- marked as seen --------------------------------------------------------------------------------


def fields(client, case):
    """Return what the browser sends of the officer's form as shown."""
    shown = client.get(reverse("fact", args=[case.uuid, "F1"]))
    form = shown.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    return data | {"version": shown.context["version"], "seen": shown.context["seen"]}


@pytest.fixture
def changed(case, draft, second):
    reword(case, draft)
    publish(draft, second)
    return case


def test_marking_changes_as_seen_clears_the_mark_and_keeps_the_text(changed, client):
    before = row_of(changed)
    address = reverse("fact-change-seen", args=[changed.uuid, "F1"])
    assert client.post(address, {"seen": fields(client, changed)["seen"]}).status_code == 302
    after = row_of(changed)
    assert (after.answer_changed_at, after.version, after.reasoning) == (None, before.version, before.reasoning)
    assert "changed since you wrote" not in words(client.get(reverse("home")))
    assert "Changed since you wrote" not in page(client, changed)


@pytest.mark.slow
def test_saving_by_button_clears_the_mark_and_autosaving_does_not(changed, client):
    address, data = reverse("fact", args=[changed.uuid, "F1"]), fields(client, changed)
    typed = data | {"reasoning": "Line one.\r\nLine two."}
    kept = client.post(address, typed, headers={"x-autosave": "1"})
    assert kept.status_code == 200
    assert row_of(changed).answer_changed_at
    assert client.post(address, typed | {"version": row_of(changed).version}).status_code == 302
    assert row_of(changed).answer_changed_at is None
    assert "Changed since you wrote" not in page(client, changed)


@pytest.mark.slow
def test_a_page_from_before_the_change_does_not_clear_it(case, client, draft, second):
    before = fields(client, case)
    reword(case, draft)
    publish(draft, second)
    client.post(reverse("fact-change-seen", args=[case.uuid, "F1"]), {"seen": before["seen"]})
    assert row_of(case).answer_changed_at
    assert client.post(reverse("fact", args=[case.uuid, "F1"]), before).status_code == 302
    assert row_of(case).answer_changed_at
    assert "Changed since you wrote" in page(client, case)


def test_a_first_save_from_an_older_page_reports_the_change(caseworker, client, admin):
    case = factories.make_case(caseworker, "gao-bourem")
    before = fields(client, case)
    edition = made_up_edition("made-up-2024", events=["clash"])
    bourem = case.facts.get().place.code
    made_up_finding(edition, "a-02", place=bourem, kind="denial", events=["clash"], period=("2019", "2019"))
    publish(edition, admin)
    typed = before | {"reasoning": "She tells of it in detail."}
    assert client.post(reverse("fact", args=[case.uuid, "F1"]), typed).status_code == 302
    assert "Changed since you wrote" in page(client, case)
    assert row_of(case).answer_changed_at


@pytest.mark.parametrize("token", ["", "x", "supports", "supports::0:0", f"supports:nothing:{'0' * 16}:{'0' * 16}"])
def test_a_token_that_no_page_gave_is_invalid(token):
    assert Seen.posted(token) is None


# --- other causes of a change ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"from": "2012", "to": "2012"}, True),
        ({"place": "Sikasso"}, True),
        ({"statement": "The same in other words."}, False),
    ],
)
def test_the_fact_itself_is_changed_after_its_officer_wrote(case, client, caseworker, changes, is_told):
    actions.change_case(case, with_fact(case, **changes), by=caseworker, version=case.version)
    assert bool(row_of(case).answer_changed_at) is is_told
    assert ("You changed the fact itself" in page(client, case)) is is_told


@pytest.mark.slow
def test_changes_while_a_memo_waited_are_reported_on_its_return(case, client, supervisor, draft, second):
    factories.in_review(case, supervisor)
    reword(case, draft)
    publish(draft, second)
    assert row_of(case).answer_changed_at is None  # the case is not being edited
    version = factories.newest(case)
    actions.send_back(
        fresh(case), by=supervisor, number=version.number, digest=version.content_sha256, remark="Anew, please."
    )
    assert row_of(case).answer_changed_at
    assert "changed since you wrote: F1" in words(client.get(reverse("home")))


def test_a_wrong_mark_is_removed_when_the_fact_is_opened(case, client):
    FactAssessment.objects.filter(case=case).update(answer_changed_at=case.created_at)
    assert "Changed since you wrote" not in page(client, case)
    assert row_of(case).answer_changed_at is None


@pytest.mark.slow
def test_an_assessment_older_than_this_field_reports_the_new_edition(case, client, draft, second):
    FactAssessment.objects.filter(case=case).update(answer_seen={}, answer_changed_at=case.created_at)
    assert "A newer edition of a report was published" in page(client, case)
    factories.saw_changes(case)
    assert row_of(case).answer_seen["position"] == answered(case).facts[0].position.value


def test_it_has_no_text_of_the_case_or_the_library(case):
    seen = row_of(case).answer_seen
    assert set(seen) == {"position", "level", "stated", "digest", "findings"}
    assert all("/" in key and " " not in key for key in seen["findings"])


def test_marking_costs_the_same_for_one_case_and_for_many(case, caseworker, admin, django_assert_num_queries):
    def cost(code):
        edition = made_up_edition(code, events=["clash"])
        bourem = case.facts.get().place.code
        made_up_finding(edition, "a-02", place=bourem, kind="denial", events=["clash"], period=("2019", "2019"))
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            publish(edition, admin)
        return len(queries_made)

    one = cost("made-up-1")
    for n in range(3):
        other = factories.make_case(caseworker, "gao-bourem", reference=f"S-2026-900{n}")
        actions.save_fact(
            other, FactWritten("F1", reasoning="x"), (), by=caseworker, seen=Seen.of(answered(other).facts[0])
        )
    assert cost("made-up-2") == one
    assert FactAssessment.objects.exclude(answer_changed_at=None).count() == 4

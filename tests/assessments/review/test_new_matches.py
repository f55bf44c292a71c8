"""New findings that are relevant to an approved memo: its supervisor decides on them, and the memo stays as it is."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import Incomplete, NotAllowed, StaleCase
from assessments.memo import snapshot, stored_versions, version_integrity
from assessments.models import Case, MemoVersion, NewMatch, Notification, Recall, RecallCheck, Reliance
from assessments.office import retention
from assessments.review import new_matches, recall_checks
from audit.models import Entry
from coi.drafts import draft_review, publishing, starting
from coi.editions import edition_listeners
from coi.models import Edition, EventKind, Finding, Place
from tests import factories
from tests.drafts import draft_of
from tests.factories import fresh, made_up_edition, made_up_finding
from tests.markup import value
from tests.markup import visible_text as words
from tests.sign_in import signed_in

OGOSSAGOU = "gn-2452421"
SEM = "sem-mali-2021-04"

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def case(caseworker):
    return factories.make_case(caseworker)


@pytest.fixture
def approved(case, supervisor):
    return factories.approved(case, supervisor)


@pytest.fixture
def keeper(make_user, office):
    return make_user(Role.COI_ADMIN, office, "keeper")


@pytest.fixture
def draft():
    """An invented first edition with one finding that supports F1, one that denies it and one on another place."""
    edition = made_up_edition("made-up-2024", events=["attack", "abduction", "arrest"])
    made_up_finding(
        edition, "a-01", place=OGOSSAGOU, period=("2019-03", "2019-03"), statement="Made up: it was attacked."
    )
    made_up_finding(edition, "a-02", place=OGOSSAGOU, kind="denial", events=["attack"], period=("2019", "2019"))
    made_up_finding(edition, "a-03", place="ML-8", period=("2019", "2019"), statement="Made up: told of Kidal.")
    made_up_finding(edition, "a-04", place=OGOSSAGOU, events=["abduction"], period=("2015", "2015"))
    return edition


def publish(edition, by):
    return publishing.publish(edition, by=by, digest=draft_review.review(edition).digest)


def listed() -> set[tuple[str, str, str]]:
    return {(n.fact_ident, n.finding.partition("/")[2], n.relation) for n in NewMatch.objects.all()}


def test_new_findings_on_a_fact_are_listed_and_the_memo_stays_approved(
    approved, case, draft, keeper, supervisor, caseworker
):
    other = factories.approved(factories.make_case(caseworker, "gao-bourem"), supervisor)
    Notification.objects.all().delete()
    before = MemoVersion.objects.values_list("state", "content_sha256", "pdf_sha256").order_by("pk")
    before = list(before)
    publish(draft, keeper)
    # F4 is an undated attack in the district: a weak match, but one
    assert listed() == {("F1", "a-01", "supports"), ("F1", "a-02", "contradicts"), ("F4", "a-01", "supports")}
    assert set(NewMatch.objects.values_list("version", flat=True)) == {approved.pk}
    assert not other.new_matches.exists()
    assert list(MemoVersion.objects.values_list("state", "content_sha256", "pdf_sha256").order_by("pk")) == before
    assert fresh(case).state == "approved"
    assert not Recall.objects.exists()
    assert list(Notification.objects.values_list("kind", "user")) == [("new", supervisor.pk)]
    entry = Entry.objects.get(action="memo.new-findings")
    assert (entry.actor, entry.object_id, entry.details) == ("library", str(case.uuid), {"version": 1, "findings": 2})


def test_a_count_that_could_reveal_one_applicant_is_hidden(approved, draft, keeper):
    page = signed_in(keeper).get(reverse("draft", args=[draft.code]))
    assert "None, or fewer than five." in words(page)


def test_before_publishing_the_keeper_reads_a_count_and_no_case(approved, case, draft, keeper, monkeypatch):
    monkeypatch.setattr(draft_review, "FEWEST_COUNTED", 1)
    page = signed_in(keeper).get(reverse("draft", args=[draft.code]))
    assert "1 approved memo. Something new in the draft supports or opposes" in words(page)
    assert case.reference not in page.content.decode()
    assert str(case.uuid) not in page.content.decode()
    assert edition_listeners.count_of_memos_concerned([]) == 0
    assert not NewMatch.objects.exists()


@pytest.mark.slow
def test_the_supervisor_sees_fact_finding_relation_and_reasons(approved, case, draft, keeper, supervisor, caseworker):
    boss = signed_in(supervisor)
    assert "New findings" not in words(boss.get(reverse("home")))
    publish(draft, keeper)
    queue = words(boss.get(reverse("home")))
    assert "New findings 1" in queue
    assert "2 new findings" in queue
    shown = words(boss.get(reverse("recall", args=[case.uuid])))
    for said in (
        "The memo remains approved.",
        "Armed men attacked our village at night.",
        "Made up: it was attacked.",
        "In the memo: Supports The officer’s outcome: accepted.",
        "The report describes such an event at this place and time.",
        "Where: the same place, Ogossagou.",
        "Says otherwise",
        "Somebody. Something in made-up-2024",
        "New in Made up: made-up-2024",
    ):
        assert said in shown
    assert "told of Kidal" not in shown
    assert "2 relevant new findings have been published" in words(boss.get(reverse("case", args=[case.uuid])))
    assert "2 findings published since are relevant to it" in words(boss.get(reverse("version", args=[case.uuid, 1])))
    writer = signed_in(caseworker).get(reverse("recall", args=[case.uuid])).content.decode()
    assert 'value="uphold"' not in writer
    assert 'value="reopen"' in writer


@pytest.mark.parametrize(
    ("do", "state", "version", "disposition"),
    [
        ("uphold", "approved", "approved", "upheld"),
        ("supersede", "superseded", "superseded", "superseded"),
        ("reopen", "draft", "superseded", "reopened"),
    ],
)
def test_the_decision_is_recorded(approved, case, draft, keeper, supervisor, do, state, version, disposition):
    publish(draft, keeper)
    client, page = signed_in(supervisor), reverse("recall", args=[case.uuid])
    assert client.post(page, {"do": do, "reason": " "}).status_code == 422
    assert client.post(page, {"do": do, "reason": "Both were weighed."}).status_code == 302
    assert (fresh(case).state, MemoVersion.objects.get().state) == (state, version)
    decided = set(NewMatch.objects.values_list("disposition", "disposition_reason", "disposed_by"))
    assert decided == {(disposition, "Both were weighed.", supervisor.pk)}
    assert "Both were weighed." in words(client.get(page))
    assert "New findings" not in words(client.get(reverse("home")))
    if do == "uphold":
        assert client.post(page, {"do": "uphold", "reason": "Again."}).status_code == 409


def test_nothing_new_nothing_to_decide(approved, case, supervisor, caseworker, draft, keeper):
    for act in (actions.uphold, actions.supersede):
        with pytest.raises(NotAllowed):
            act(fresh(case), by=supervisor, reason="Why not.")
    publish(draft, keeper)
    with pytest.raises(NotAllowed):
        actions.uphold(fresh(case), by=caseworker, reason="Mine.")
    with pytest.raises(Incomplete):
        actions.uphold(fresh(case), by=supervisor, reason=" ")


def test_nobody_decides_on_something_they_have_not_seen(approved, case, draft, keeper, supervisor):
    publish(draft, keeper)
    client, page = signed_in(supervisor), reverse("recall", args=[case.uuid])
    token = value(client.get(page), "input[name=waiting]")
    actions.recall(approved, approved.reliances.filter(omitted=False).first().finding, "It changed as well.")
    answered = client.post(page, {"do": "uphold", "reason": "Kept words.", "waiting": token})
    assert answered.status_code == 409
    assert "There is more to decide" in words(answered)
    assert "Kept words." in words(answered)
    with pytest.raises(StaleCase):
        actions.reopen(fresh(case), by=supervisor, reason="Why.", waiting=token)
    # one decision for both, once both were seen
    actions.uphold(fresh(case), by=supervisor, reason="Both.", waiting=actions.waiting_token(approved))
    assert fresh(case).state == "approved"
    assert not NewMatch.objects.filter(disposition="").exists()
    assert not Recall.objects.filter(disposition="").exists()


def test_findings_that_could_not_be_listed_are_listed_later(approved, draft, keeper, monkeypatch):
    def fail(version, rows):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(actions, "list_new_matches", fail)
        publish(draft, keeper)
    assert Edition.objects.get(code=draft.code).is_published
    assert not NewMatch.objects.exists()
    RecallCheck.objects.filter(state="failed").update(ended_at=timezone.now() - RecallCheck.again_after)
    recall_checks.go_on(to_the_end=True)
    assert NewMatch.objects.exists()


@pytest.mark.slow
def test_only_new_or_newly_relevant_findings_of_the_next_edition_are_listed(approved, case, keeper):
    relied = approved.reliances.filter(fact_ident="F1", omitted=False).values_list("finding", flat=True)
    rests_on = relied[0].partition("/")[2]
    second = draft_of(Edition.objects.get(code=SEM), code="sem-next", label="Made up, next", by=keeper)
    Finding.objects.filter(edition=second, code=rests_on).update(statement="Made up: said otherwise now.")
    # a finding that the memo does not rely on is now about the village
    rested = {key.partition("/")[2] for key in approved.reliances.values_list("finding", flat=True)}
    told = second.findings.filter(kind__in=["occurrence", "pattern"], denies=None, events__isnull=False)
    moved = told.exclude(code__in=rested).first()
    moved.places.set(Place.objects.filter(code=OGOSSAGOU))
    moved.events.set(EventKind.objects.filter(code="attack-on-village"))
    moved.actors.clear()
    moved.targets.clear()
    Finding.objects.filter(pk=moved.pk).update(period_from="2019-03", period_to="2019-03")
    review = draft_review.review(second)
    assert not review.problems
    assert edition_listeners.count_of_memos_concerned([f"sem-next/{moved.code}"]) == 1
    somebody_else = type(keeper).objects.create_user(username="second", role=Role.COI_ADMIN, office=keeper.office)
    publishing.publish(second, by=somebody_else, digest=review.digest)
    assert {(fact, code) for fact, code, _r in listed()} == {("F1", moved.code), ("F4", moved.code)}
    assert set(Recall.objects.values_list("finding", flat=True)) == {f"{SEM}/{rests_on}"}
    assert fresh(case).state == "recalled"  # the new finding is on the same page, under the same decision
    page = words(signed_in(approved.decided_by).get(reverse("recall", args=[case.uuid])))
    assert "Made up: said otherwise now." in re.sub(r" (?=[.:])", "", page)
    assert "Relevant new findings" in page


def test_lookup_by_key_finds_the_same_as_matching_everything(caseworker, supervisor):
    """For cases of every kind: without reliances, the whole report is new to the memos."""
    names = ["mopti-ogossagou", "gao-bourem", "kayes-yelimane", "bamako-protest"]
    versions = [factories.approved(factories.make_case(caseworker, name), supervisor) for name in names]
    Reliance.objects.all().delete()
    keys = [f"{SEM}/{code}" for code in Finding.objects.filter(edition__code=SEM).values_list("code", flat=True)]
    found = {version.pk: set() for version in versions}
    for version, relevant in new_matches.relevant_findings(keys):
        found[version.pk] = {(b.fact, b.finding, b.relation, b.reasons) for b in relevant}
    for version in versions:
        answer = snapshot.thaw(version.content)[0]
        expected = {
            (f.stated.id, m.card.key, m.relation.value, m.match.reasons)
            for f in answer.facts
            for m in f.supporting + f.opposing
        }
        on_facts = {key for _fact, key, _relation, _reasons in expected}
        expected |= {("", p.card.key, "profile", p.match.reasons) for p in answer.profile if p.card.key not in on_facts}
        assert found[version.pk] == expected


def test_a_place_that_is_not_listed_is_found_by_its_area(caseworker, supervisor, draft, keeper):
    fact = {
        "id": "F1", "statement": "Made up.", "place": "Nowhereville, Bankass, Mopti", "event": "attack-on-village",
        "from": "2019-03", "to": "2019-03",
    }  # fmt: skip
    case = factories.make_case(caseworker, material_facts=[fact], profile=[], reference="N-2026-4")
    factories.approved(case, supervisor)
    assert case.facts.get().place is None
    made_up_finding(draft, "a-05", place=case_circle(case), period=("2019-03", "2019-03"))
    publish(draft, keeper)
    assert ("F1", "a-05", "supports") in listed()


def case_circle(case: Case) -> str:
    """Return the code of the smallest area of F1's unlisted place."""
    stated = snapshot.thaw(case.versions.get().content)[0].case.facts[0]
    return stated.place.place.code


def test_a_trait_of_the_profile_is_enough_for_the_list(approved, draft, keeper):
    made_up_finding(draft, "a-06", place="ML-5", events=["arrest"], targets=["fulani"], period=("2021", "2021"))
    publish(draft, keeper)
    assert ("", "a-06", "profile") in listed()
    shown = words(signed_in(approved.decided_by).get(reverse("recall", args=[approved.case.uuid])))
    assert "These findings name a trait of the profile. Nothing follows from ethnicity alone." in shown
    assert "It names Fulani" in shown


def test_superseded_and_tampered_memos_are_skipped(approved, case, draft, keeper, supervisor):
    keys = [f"{draft.code}/a-01"]
    assert new_matches.memos_concerned(keys) == 1
    version = MemoVersion.objects.get()
    said = version_integrity.recorded([version])[version.pk]
    alone, whole = stored_versions.case_of(version, said), snapshot.thaw(approved.content)[0].case
    version.content_sha256 = "0" * 64
    with pytest.raises(snapshot.BadSnapshot):
        stored_versions.case_of(version, said)
    assert [f.to_match() for f in alone.facts] == [f.to_match() for f in whole.facts]
    assert (alone.traits, alone.reference) == (whole.traits, whole.reference)
    actions.reopen(fresh(case), by=supervisor, reason="A new interview.")
    assert new_matches.memos_concerned(keys) == 0
    assert not actions.list_new_matches(approved, [])


@pytest.mark.slow
def test_the_same_finding_is_listed_once_and_a_later_change_is_reported(approved, case, draft, keeper):
    publish(draft, keeper)
    assert new_matches.list_some([f"{draft.code}/a-01"], after=0) is None
    assert NewMatch.objects.filter(finding=f"{draft.code}/a-01", fact_ident="F1").count() == 1
    third = starting.copy(draft, code="made-up-2025", label="Made up, 2025", by=keeper)
    Finding.objects.filter(edition=third, code="a-01").update(statement="Made up: it was attacked twice.")
    somebody_else = type(keeper).objects.create_user(username="second", role=Role.COI_ADMIN, office=keeper.office)
    publishing.publish(third, by=somebody_else, digest=draft_review.review(third).digest)
    assert NewMatch.objects.filter(finding="made-up-2025/a-01", fact_ident="F1").count() == 1
    shown = words(signed_in(approved.decided_by).get(reverse("recall", args=[case.uuid])))
    assert "It has since been changed or retired." in shown


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_memos_or_findings(approved, case, caseworker, supervisor, draft):
    def count():
        with CaptureQueriesContext(connection) as asked:
            new_matches.memos_concerned([f"{draft.code}/{f.code}" for f in draft.findings.all()])
        return len(asked)

    one = count()
    for n in range(3):
        factories.approved(factories.make_case(caseworker, reference=f"N-2026-000{n}"), supervisor)
    made_up_finding(draft, "a-05", place=OGOSSAGOU, period=("2019", "2019"))
    assert count() <= one


def test_a_memo_on_which_something_waits_is_not_erased(approved, case, draft, keeper):
    long_after = timezone.now().replace(year=timezone.now().year + 50)
    assert case in retention.due_cases(long_after)
    publish(draft, keeper)
    assert case not in retention.due_cases(long_after)


def test_reasons_from_a_later_release_are_skipped(approved, case, draft, keeper):
    publish(draft, keeper)
    row = NewMatch.objects.get(relation="supports", fact_ident="F1")
    row.reasons = [["something-new", []], *row.reasons]
    row.save()
    (read,) = [r for r in new_matches.read(approved) if r.row.pk == row.pk]
    assert "Where: the same place, Ogossagou." in read.reasons
    assert json.dumps(row.reasons)

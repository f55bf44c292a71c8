"""Recall: a finding changes, and every approved memo that relies on it is recalled."""

import pytest
from django.urls import reverse

from accounts.models import Role
from assessments import actions
from assessments.actions import NotAllowed
from assessments.answer.answer import answer
from assessments.assessing import coi_age, stored_assessment
from assessments.casefile import stored_case
from assessments.memo.reliance import relied_on, store_working
from assessments.models import MemoVersion, Notification, Recall, Reliance
from assessments.review import recall
from audit.models import Entry
from coi.drafts import draft_review, publishing
from coi.editions import edition_listeners
from coi.models import Edition, Finding, Publication
from tests import factories
from tests.drafts import draft_of
from tests.factories import fresh
from tests.markup import markup as words
from tests.markup import running_text
from tests.recalls import findings_changed
from tests.sign_in import signed_in

SMALL = "gao-bourem"


@pytest.fixture
def case(library, caseworker):
    return factories.make_case(caseworker, SMALL)


@pytest.fixture
def approved(case, supervisor):
    return factories.approved(case, supervisor)


@pytest.fixture
def key(approved):
    """A finding that the memo relies on."""
    return approved.reliances.filter(omitted=False).exclude(fact_ident="").first().finding


def test_the_library_recalls_memos_through_its_listener(approved, key, case, supervisor, caseworker):
    assert findings_changed([key], "The edition was corrected.") == 1
    row = Recall.objects.get()
    assert (row.version, row.finding, row.reason, row.recalled_by) == (
        approved,
        key,
        "The edition was corrected.",
        None,
    )
    assert (fresh(case).state, MemoVersion.objects.get().state) == ("recalled", "recalled")
    assert set(Notification.objects.filter(kind="recalled").values_list("user", flat=True)) == {
        supervisor.pk, caseworker.pk,
    }  # fmt: skip
    entry = Entry.objects.get(action="memo.recall")
    assert (entry.actor, entry.details) == ("library", {"version": 1, "finding": key})


def test_the_same_finding_twice_is_one_recall_and_another_finding_a_second(approved, case):
    first, second = approved.reliances.filter(omitted=False).values_list("finding", flat=True).distinct()[:2]
    findings_changed([first], "Corrected.")
    findings_changed([first, second], "Corrected again.")
    assert sorted(Recall.objects.values_list("finding", flat=True)) == sorted([first, second])
    assert fresh(case).state == "recalled"


def test_omitted_findings_recall_nothing(approved, key, case):
    Reliance.objects.filter(finding=key).update(omitted=True)
    assert findings_changed([key], "Corrected.") == 0
    assert findings_changed([], "Corrected.") == 0
    assert fresh(case).state == "approved"


def test_a_memo_no_longer_approved_is_not_recalled(approved, key, case, caseworker):
    actions.reopen(case, by=caseworker, reason="A new interview.")
    assert findings_changed([key], "Corrected.") == 0
    with pytest.raises(NotAllowed):
        actions.recall(approved, key, "Corrected.")


def test_counts_say_how_many_and_nothing_else(approved, key, caseworker, other_office):
    draft = factories.assessed(factories.make_case(caseworker, SMALL, reference="S-2026-7777"))
    found = answer(stored_case.case_file(draft, today=draft.created_at.date()))
    store_working(draft, found, stored_assessment.assessment_of(draft))
    assert edition_listeners.counts_relying_on([key, "no/such"]) == {
        key: edition_listeners.RelyingOn(approved=1, draft=1), "no/such": edition_listeners.RelyingOn(),
    }  # fmt: skip
    assert list(recall.memos_relying_on([key], draft.office)) == [approved]
    assert list(recall.memos_relying_on([key], other_office)) == []


def test_the_working_rows_are_written_only_where_something_changed(case, django_assert_num_queries):
    found = answer(stored_case.case_file(case, today=case.created_at.date()))
    assessment = stored_assessment.assessment_of(case)
    store_working(case, found, assessment)
    before = set(Reliance.objects.values_list("pk", flat=True))
    assert len(before) == len(relied_on(found, assessment)) > 3
    store_working(case, found, assessment)
    assert set(Reliance.objects.values_list("pk", flat=True)) == before


@pytest.mark.slow
def test_the_page_shows_changes_that_no_card_prints(approved, key, case, supervisor):
    code = key.partition("/")[2]
    old = Edition.objects.get(code=key.partition("/")[0])
    draft = factories.copied(old, code="sem-mali-2026-11", label="Made up for tests, 2026")
    Finding.objects.filter(edition=draft, code=code).update(actors_together=True)
    Publication.objects.filter(edition=old).update(retired_at="2026-11-23")
    factories.published(draft)
    actions.recall(approved, key, "The finding was changed.")
    (read,) = recall.recalls_of(approved)
    assert read.is_same
    assert [change.label for change in read.beside] == ["Actors are meant"]
    page = words(signed_in(supervisor).get(reverse("recall", args=[case.uuid])))
    assert "Actors are meant" in page
    assert "about these actors together" in running_text(page)
    assert "have the same text" not in page


def test_the_page_shows_the_finding_then_and_now(approved, key, case, supervisor, caseworker):
    boss = signed_in(supervisor)
    before = words(boss.get(reverse("recall", args=[case.uuid])))
    assert "has not been recalled" in before
    actions.recall(approved, key, "A number was wrong.")
    edition, code = key.split("/")
    finding = Finding.objects.get(edition__code=edition, code=code)
    Finding.objects.filter(pk=finding.pk).update(statement="What the library says since.")
    for user in (supervisor, caseworker):
        page = words(signed_in(user).get(reverse("recall", args=[case.uuid])))
        assert "<del>" in page
        assert "<ins>" in page
        shown = running_text(page)
        assert finding.statement in shown
        assert "What the library says since." in shown
        assert "A number was wrong." in shown
    assert 'value="uphold"' in words(boss.get(reverse("recall", args=[case.uuid])))
    writer = words(signed_in(caseworker).get(reverse("recall", args=[case.uuid])))
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
def test_a_supervisor_settles_it_with_a_reason(
    approved, key, case, supervisor, make_user, office, do, state, version, disposition
):
    actions.recall(approved, key, "A number was wrong.")
    other = make_user(Role.SUPERVISOR, office, "other")
    client, page = signed_in(other), reverse("recall", args=[case.uuid])
    assert client.post(page, {"do": do, "reason": " "}).status_code == 422
    assert fresh(case).state == "recalled"
    assert client.post(page, {"do": do, "reason": "The fact stands without it."}).status_code == 302
    row, now = Recall.objects.get(), MemoVersion.objects.get()
    assert (fresh(case).state, now.state) == (state, version)
    assert (row.disposition, row.disposition_reason, row.disposed_by) == (
        disposition,
        "The fact stands without it.",
        other,
    )
    assert (now.decided_by, now.pdf_sha256) == (supervisor, approved.pdf_sha256)


def test_who_wrote_does_not_settle_it(approved, key, case, caseworker):
    actions.recall(approved, key, "A number was wrong.")
    client = signed_in(caseworker)
    for do in ("uphold", "supersede", "recall"):
        assert client.post(reverse("recall", args=[case.uuid]), {"do": do, "reason": "Fine."}).status_code == 403
    assert fresh(case).state == "recalled"


def test_a_supervisor_recalls_by_hand(approved, case, supervisor, caseworker):
    client, page = signed_in(supervisor), reverse("recall", args=[case.uuid])
    answered = client.post(page, {"do": "recall", "reason": "x\u202e"})
    assert answered.status_code == 422
    assert "cannot be shown" in words(answered)
    assert client.post(page, {"do": "recall", "reason": "The interpreter erred."}).status_code == 302
    row = Recall.objects.get()
    assert (row.finding, row.recalled_by) == ("", supervisor)
    assert client.post(page, {"do": "recall", "reason": "Again."}).status_code == 409
    assert client.post(page, {"do": "nonsense", "reason": "Kept."}).status_code == 422
    assert "Kept." in words(client.post(page, {"do": "nonsense", "reason": "Kept."}))


def test_there_is_nothing_to_recall_before_an_approval(case, supervisor):
    answered = signed_in(supervisor).post(reverse("recall", args=[case.uuid]), {"do": "recall", "reason": "Why not."})
    assert answered.status_code == 409
    assert not Recall.objects.exists()


def test_an_own_pair_stays_as_it_was_in_the_snapshot(approved):
    """What a version relies on is read from its snapshot, not from the library."""
    from assessments.memo import snapshot

    found, assessment, _heading = snapshot.thaw(approved.content)
    assert coi_age.pair_of(found, assessment) is found.pair


@pytest.mark.parametrize(("relation", "told"), [("region", "home and relocation"), ("sheet", "a region sheet")])
def test_findings_that_it_prints_beside_the_facts_recall_it(approved, case, supervisor, relation, told):
    of_facts = approved.reliances.exclude(fact_ident="").values("finding")
    row = approved.reliances.filter(relation=relation).exclude(finding__in=of_facts).order_by("finding").first()
    assert findings_changed([row.finding], "Corrected.") == 1
    page = words(signed_in(supervisor).get(reverse("recall", args=[case.uuid])))
    assert told in page


def test_home_in_the_relocation_table_is_rested_on_as_the_proposed_place_is(case):
    found = answer(stored_case.case_file(case, today=case.created_at.date()))
    assessment = stored_assessment.assessment_of(case)
    rested = {r.finding for r in relied_on(found, assessment) if r.relation == "region"}
    pair = coi_age.pair_of(found, assessment)
    (home, _proposed) = pair.columns
    told_of_the_country = {card.key for card, _tests in pair.country}
    assert told_of_the_country
    assert rested == {card.key for column in pair.columns for card in column.findings} | told_of_the_country
    assert {card.key for card in home.findings} <= rested


@pytest.mark.slow
def test_a_corrected_figure_recalls_the_memos_that_print_it_and_is_counted_before(
    approved, case, caseworker, supervisor, make_user, office
):
    elsewhere = factories.make_case(caseworker, "mopti-ogossagou", reference="S-2026-8888")
    admin, second = (make_user(Role.COI_ADMIN, office, name) for name in ("admin", "second"))
    old = Edition.objects.get(code="sem-mali-2021-04")
    draft = draft_of(old, code="sem-mali-2026-11", label="Made up for tests, 2026", by=admin)
    factories.correct_figure(draft)
    review = draft_review.review(draft)
    assert not review.problems
    assert {series.code for series in review.redline.figures} == {"figure:1:ML-5", "figure:1:ML-7"}
    assert review.relying["figure:1:ML-7"].approved == 1
    assert review.relying["figure:1:ML-5"].approved == 0
    shown = words(signed_in(admin).get(reverse("draft", args=[draft.code])))
    assert "1 approved memo prints it" in shown
    assert "Figure 1, Gao" in shown
    publishing.publish(draft, by=second, digest=review.digest)
    row = Recall.objects.get()
    assert (row.version, row.finding) == (approved, "sem-mali-2021-04/figure:1:ML-7")
    assert "The figure was changed in edition sem-mali-2026-11" in row.reason
    page = words(signed_in(supervisor).get(reverse("recall", args=[case.uuid])))
    assert "<del>383</del>" in page
    assert "<ins>384</ins>" in page
    assert "a figure on a region sheet" in page
    assert fresh(elsewhere).state == "draft"


@pytest.mark.slow
def test_an_unchanged_figure_in_a_new_edition_recalls_nothing(approved, case, make_user, office):
    admin, second = (make_user(Role.COI_ADMIN, office, name) for name in ("admin", "second"))
    draft = draft_of(
        Edition.objects.get(code="sem-mali-2021-04"), code="sem-mali-2026-11", label="Made up, 2026", by=admin
    )
    Finding.objects.filter(edition=draft, code="sik-01").update(statement="Something else is said here.")
    publishing.publish(draft, by=second, digest=draft_review.review(draft).digest)
    assert fresh(case).state == "approved"
    assert not Recall.objects.exists()


def test_the_case_page_says_why_it_was_recalled(approved, key, case, caseworker):
    actions.recall(approved, key, "The finding was retired with edition B, which replaced A: told twice.")
    assert "told twice" in words(signed_in(caseworker).get(reverse("case", args=[case.uuid])))

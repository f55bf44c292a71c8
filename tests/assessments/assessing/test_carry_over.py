"""An officer's decisions on findings when a new edition is published: carried over, or to be made again."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import Incomplete, StaleCase
from assessments.answer.answer import answer
from assessments.assessing import evidence, stored_assessment
from assessments.assessing.assessment import FactWritten, IndicatorWritten
from assessments.casefile import stored_case
from assessments.memo import memo, snapshot, submission
from assessments.memo.heading import heading_of
from assessments.models import ContextTaken, FactIndicator, MemoVersion, Omission, Reliance
from audit.models import Entry
from coi.drafts import draft_review, publishing
from coi.editions import redline
from coi.library import lookup
from coi.models import CuratorQuery, Edition, Finding, Publication
from matching.outcome import Relation
from tests import factories
from tests.factories import fresh
from tests.markup import markup as shown
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")

OLD, NEW = "sem-mali-2021-04", "made-up-next"
WHY = "It tells of another village."


@pytest.fixture
def case(caseworker):
    return factories.assessed(factories.make_case(caseworker))


@pytest.fixture
def worker(client, caseworker):
    return signed_in(caseworker, client)


def next_edition(code, *, changed, retired, old) -> Edition:
    """Return a draft with some findings changed and others missing."""
    draft = factories.copied(Edition.objects.get(code=old), code=code, label=f"Made up for tests: {code}")
    for each in changed:
        words = f"Made up: {each} reads otherwise in {code}."
        Finding.objects.filter(edition=draft, code=each).update(statement=words)
    rows = Finding.objects.filter(edition=draft, code__in=retired)
    CuratorQuery.objects.filter(findings__in=rows).delete()
    rows.delete()
    return draft


def publish(*, changed=("cur-01",), retired=(), old=OLD, new=NEW) -> Edition:
    """Replace the current edition without the page and the checks, which are slow."""
    draft = next_edition(new, changed=changed, retired=retired, old=old)
    Publication.objects.filter(edition__code=old).update(retired_at=date(2026, 11, 20))
    lookup.rebuild_keys(draft)
    Publication.objects.bulk_create([Publication(edition=draft, published_at=date(2026, 11, 20))])
    return draft


def answered(case):
    return answer(stored_case.case_file(case, today=timezone.localdate()))


def of_fact(case, fact="F1"):
    return next(f for f in answered(case).facts if f.stated.id == fact)


def codes_of(case, *relations, fact="F1"):
    return [m.card.code for m in of_fact(case, fact).of(*relations)]


def supporting(case):
    return codes_of(case, Relation.SUPPORTS)


def context(case):
    return codes_of(case, Relation.CONTEXT)


def assessment(case):
    return stored_assessment.assessment_of(fresh(case))


def known_as(code):
    """How a message names a finding of the old edition: never by its code."""
    return lookup.cards_by_key([f"{OLD}/{code}"])[f"{OLD}/{code}"].name


def omit(case, code, edition=OLD, reason=WHY, version=0):
    return actions.omit(case, "F1", f"{edition}/{code}", reason=reason, version=version, by=case.author)


def name(case, *codes, view="consistent", edition=OLD):
    """Make the external consistency of F1 rely on these findings."""
    found = assessment(case)
    written = FactWritten(
        "F1",
        outcome="accepted",
        outcome_reasons="Invented.",
        indicators=(IndicatorWritten("external", "It fits.", view, tuple(f"{edition}/{code}" for code in codes)),),
        version=found.of("F1").version,
    )
    return actions.save_fact(case, written, evidence.pieces(of_fact(case), found), by=case.author)


def part(case, fact="F1"):
    built = memo.build(answered(case), assessment(case), heading_of(case))
    return next(p for p in built.facts if p.answer.stated.id == fact)


def last_action() -> str:
    return Entry.objects.order_by("-pk").first().action


# --- unchanged findings -----------------------------------------------------------------------------


def test_decisions_on_unchanged_findings_carry_over_to_the_next_edition(case):
    left_out, named, *_rest = supporting(case)
    taken = context(case)[0]
    other = next(c for c in Finding.objects.filter(edition__code=OLD).values_list("code", flat=True)
                 if c not in {m.card.code for f in answered(case).facts for m in f.matches})  # fmt: skip
    omit(case, left_out)
    name(case, named)
    actions.take_context(case, "F1", f"{OLD}/{taken}", by=case.author)
    publish(changed=(other,))
    found = part(case)
    assert [(m.card.key, each.reason) for m, each in found.omitted] == [(f"{NEW}/{left_out}", WHY)]
    assert left_out not in [m.card.code for m in found.supporting]
    assert [m.card.key for m in found.taken] == [f"{NEW}/{taken}"]
    external = next(i for i in found.indicators if i.indicator == "external")
    assert ([c.key for c in external.findings], external.gone) == ([f"{NEW}/{named}"], ())
    assert not assessment(case).undecided
    made = factories.submitted(fresh(case))  # no decision has to be made first
    assert f"{NEW}/{left_out}" in {o.finding for o in snapshot.thaw(made.content)[1].omissions}
    # computed at reading: the stored row stays as the officer saved it
    assert Omission.objects.get().finding == f"{OLD}/{left_out}"


@pytest.mark.slow
def test_it_is_carried_over_two_editions_and_saved_under_the_newest(case):
    left_out = supporting(case)[0]
    taken = context(case)[0]
    omit(case, left_out)
    actions.take_context(case, "F1", f"{OLD}/{taken}", by=case.author)
    publish()
    publish(changed=("cur-01",), old=NEW, new="made-up-after")
    assert assessment(case).omissions_on("F1")[f"made-up-after/{left_out}"].reason == WHY
    omit(case, left_out, "made-up-after", reason="Another reason.", version=1)
    row = Omission.objects.get()
    assert (row.finding, row.reason, row.version) == (f"made-up-after/{left_out}", "Another reason.", 2)
    actions.drop_context(case, "F1", f"made-up-after/{taken}", by=case.author)
    assert not ContextTaken.objects.exists()
    actions.rely(case, "F1", f"made-up-after/{left_out}", by=case.author)
    assert not Omission.objects.exists()


@pytest.mark.slow
def test_earlier_versions_stay_unchanged(case, make_user, office):
    left_out = supporting(case)[0]
    omit(case, left_out)
    made = factories.submitted(fresh(case))
    keeper = make_user(Role.COI_ADMIN, office, "keeper")
    draft = next_edition(NEW, changed=(left_out,), retired=(), old=OLD)
    publishing.publish(draft, by=keeper, digest=draft_review.review(draft).digest)
    again = MemoVersion.objects.get(pk=made.pk)
    assert again.content == made.content
    frozen = snapshot.thaw(again.content)[1]
    assert [o.finding for o in frozen.omissions] == [f"{OLD}/{left_out}"]


# --- changed findings -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_changed_omitted_finding_blocks_the_memo_until_it_is_decided_again(case, worker):
    left_out = supporting(case)[0]
    omit(case, left_out)
    publish(changed=(left_out,))
    (found,) = assessment(case).undecided
    assert (found.what, found.finding, found.today) == ("omission", f"{OLD}/{left_out}", f"{NEW}/{left_out}")
    prepared = submission.prepare(fresh(case), on=timezone.localdate())
    changed = "changed since you wrote (the same position, with other findings or other wording)"
    assert [check.words for check in submission.required(case, prepared)] == [
        f"F1: decide again whether to rely on {known_as(left_out)}. The current edition changed it.",
        *(f"{fact} {changed}. Look at it, then save it or say that you looked." for fact in ("F1", "F4")),
    ]
    with pytest.raises(Incomplete, match="decide again"):
        actions.submit(fresh(case), by=case.author, version=case.version, digest=prepared.digest)
    for address in (reverse("fact", args=[case.uuid, "F1"]), reverse("submit", args=[case.uuid])):
        body = shown(worker.get(address))
        again = body[body.index('id="decide-again"') :]
        assert WHY in again
        assert "<ins>" in again
        assert "<del>" in again
        assert reverse("finding", args=[OLD, left_out]) in again


@pytest.mark.slow
@pytest.mark.parametrize("version", [1, 0])  # from the notice, and from the finding itself
def test_it_is_omitted_again_with_a_reason(case, worker, version):
    left_out = supporting(case)[0]
    omit(case, left_out)
    publish(changed=(left_out,))
    typed = {"finding": f"{NEW}/{left_out}", "do": "omit", "version": version, "reason": "Still another village."}
    response = worker.post(reverse("fact-omission", args=[case.uuid, "F1"]), typed)
    assert response.status_code == 302
    row = Omission.objects.get()
    assert (row.finding, row.reason, row.version) == (f"{NEW}/{left_out}", "Still another village.", 2)
    assert last_action() == "finding.omit"
    assert not assessment(case).undecided
    assert [m.card.code for m, _why in part(case).omitted] == [left_out]
    with pytest.raises(StaleCase):  # decided meanwhile: an old page adds no second decision
        omit(case, left_out, NEW, version=version)


@pytest.mark.slow
def test_it_is_relied_on_as_it_now_reads(case, worker):
    left_out = supporting(case)[0]
    omit(case, left_out)
    publish(changed=(left_out,))
    typed = {"finding": f"{NEW}/{left_out}", "do": "rely"}
    assert worker.post(reverse("fact-omission", args=[case.uuid, "F1"]), typed).status_code == 302
    assert not Omission.objects.exists()
    assert last_action() == "finding.rely"
    assert left_out in [m.card.code for m in part(case).supporting]
    factories.saw_changes(case)
    factories.submitted(fresh(case))


@pytest.mark.slow
def test_changed_context_is_added_again_or_removed(case, worker):
    one, other = context(case)[:2]
    for code in (one, other):
        actions.take_context(case, "F1", f"{OLD}/{code}", by=case.author)
    publish(changed=(one, other))
    assert not part(case).taken
    assert {u.then.code for u in assessment(case).undecided} == {one, other}
    assert "F1: decide again whether to add" in shown(worker.get(reverse("submit", args=[case.uuid])))
    address = reverse("fact-context", args=[case.uuid, "F1"])
    worker.post(address, {"finding": f"{NEW}/{one}", "do": "take"})
    worker.post(address, {"finding": f"{NEW}/{other}", "do": "drop"})
    assert [row.finding for row in ContextTaken.objects.all()] == [f"{NEW}/{one}"]
    assert [m.card.code for m in part(case).taken] == [one]
    assert not assessment(case).undecided


@pytest.mark.slow
def test_context_of_a_fact_that_the_case_has_no_longer_asks_nothing(case):
    taken = context(case)[0]
    actions.take_context(case, "F9", f"{OLD}/{taken}", by=case.author)
    publish(changed=(taken,))
    assert not assessment(case).undecided


@pytest.mark.slow
def test_a_changed_finding_of_an_indicator_stays_selected_and_is_asked_about(case, worker):
    named, other = supporting(case)[:2]
    name(case, named, other)
    publish(changed=(named,))
    factories.saw_changes(case)  # this test is about the indicator
    address = reverse("fact", args=[case.uuid, "F1"])
    body = shown(worker.get(address))
    assert "Decide again" in body
    assert f'value="{OLD}/{named}" ' in body
    prepared = submission.prepare(fresh(case), on=timezone.localdate())
    (check,) = submission.required(case, prepared)
    assert check.words.startswith(
        f"F1: External consistency is based on {known_as(named)}, which the current edition changed"
    )
    fields = {"outcome": "accepted", "outcome_reasons": "Invented.", "external_words": "It fits.", "external_view": "consistent"}  # fmt: skip
    version = assessment(case).of("F1").version

    # the autosave goes on and loses neither the undecided finding nor the carried-over one
    kept = fields | {"version": version, "external_rests": [f"{OLD}/{named}", f"{NEW}/{other}"], "reasoning": "More."}
    assert worker.post(address, kept, headers={"X-Autosave": "1"}).status_code == 200
    assert set(FactIndicator.objects.get().relies_on) == {f"{OLD}/{named}", f"{NEW}/{other}"}

    # the button asks about it at the field
    response = worker.post(address, kept | {"version": version + 1})
    assert response.status_code == 422
    assert "which the current edition changed" in shown(response)

    settled = kept | {"version": version + 1, "external_rests": [f"{NEW}/{named}", f"{NEW}/{other}"]}
    assert worker.post(address, settled).status_code == 302
    assert not assessment(case).undecided
    assert [c.code for c in part(case).indicators[1].findings] == [named, other]
    factories.submitted(fresh(case))


def test_a_page_from_before_the_publication_saves_under_the_keys_of_today(case, worker):
    named, left_out = supporting(case)[:2]
    publish()
    old_page = {
        "version": assessment(case).of("F1").version, "outcome": "accepted", "outcome_reasons": "Invented.",
        "external_words": "It fits.", "external_view": "consistent", "external_rests": [f"{OLD}/{named}"],
    }  # fmt: skip
    assert worker.post(reverse("fact", args=[case.uuid, "F1"]), old_page).status_code == 302
    assert FactIndicator.objects.get().relies_on == [f"{NEW}/{named}"]
    typed = {"finding": f"{OLD}/{left_out}", "do": "omit", "version": 0, "reason": WHY}
    assert worker.post(reverse("fact-omission", args=[case.uuid, "F1"]), typed).status_code == 302
    assert Omission.objects.get().finding == f"{NEW}/{left_out}"


# --- retired findings ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_retired_findings_are_listed_and_noted(case, worker):
    left_out, named, *_rest = supporting(case)
    taken = context(case)[0]
    omit(case, left_out)
    name(case, named)
    actions.take_context(case, "F1", f"{OLD}/{taken}", by=case.author)
    publish(changed=(), retired=(left_out, named, taken))
    assert {(u.what, u.then.code, u.now) for u in assessment(case).undecided} == {
        ("omission", left_out, None), ("context", taken, None), ("indicator", named, None),
    }  # fmt: skip
    body = shown(worker.get(reverse("submit", args=[case.uuid])))
    assert f"F1: note that the current edition no longer has {known_as(left_out)}, which you did not rely on." in body
    assert f"F1: note that the current edition no longer has {known_as(taken)}, which you added as context." in body
    assert f"External consistency is based on {known_as(named)}, which the current edition no longer has" in body
    assert "The current edition does not have it." in shown(worker.get(reverse("fact", args=[case.uuid, "F1"])))
    worker.post(reverse("fact-omission", args=[case.uuid, "F1"]), {"finding": f"{OLD}/{left_out}", "do": "let-go"})
    assert last_action() == "finding.let-go"
    worker.post(reverse("fact-context", args=[case.uuid, "F1"]), {"finding": f"{OLD}/{taken}", "do": "drop"})
    assert {u.what for u in assessment(case).undecided} == {"indicator"}
    assert not Omission.objects.exists()
    assert not ContextTaken.objects.exists()


@pytest.mark.slow
def test_a_finding_still_in_the_library_is_not_dismissed(case, worker):
    left_out = supporting(case)[0]
    omit(case, left_out)
    publish()
    typed = {"finding": f"{NEW}/{left_out}", "do": "let-go"}
    worker.post(reverse("fact-omission", args=[case.uuid, "F1"]), typed)
    assert Omission.objects.exists()


# --- the comparison -------------------------------------------------------------------------------


@pytest.mark.slow
def test_some_findings_are_compared_as_in_the_whole_redline():
    new = publish(changed=("mop-20", "kou-08"), retired=("cur-01",))
    old = Edition.objects.get(code=OLD)
    whole = redline.redline(old, new)
    changed, retired = redline.touched_among(old, new, {"mop-20", "cur-01", "mop-01"})
    assert changed == tuple(c for c in whole.changed if c.code == "mop-20")
    assert retired == whole.retired


# --- omissions that have no fact -----------------------------------------------------------------------


@pytest.mark.parametrize("counted", [(), ("F2",), ("F3", "F1")])
def test_an_omission_of_the_whole_case_moves_to_the_facts_it_affected(caseworker, counted):
    """By what the case relied on, under the key of any edition; without such a row, to all facts."""
    case = factories.make_case(caseworker)
    Omission.objects.create(case=case, fact_ident="", finding=f"{OLD}/x-1", reason=WHY, version=4, saved_by=caseworker)
    saved_at = Omission.objects.get().saved_at
    for fact in counted:
        Reliance.objects.create(case=case, finding=f"{NEW}/x-1", fact_ident=fact, relation="supports", omitted=True)
    Reliance.objects.create(case=case, finding=f"{NEW}/x-2", fact_ident="F4", relation="supports", omitted=True)
    import_module("assessments.migrations.0005_omissions_and_open_points").give_to_facts(apps, None)
    rows = Omission.objects.order_by("fact_ident")
    given = sorted(counted or case.facts.values_list("ident", flat=True))
    assert [row.fact_ident for row in rows] == given
    assert {(row.reason, row.version, row.saved_at) for row in rows} == {(WHY, 4, saved_at)}

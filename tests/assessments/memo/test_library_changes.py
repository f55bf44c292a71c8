"""An edition is published while a memo waits for review: the reviewer is told and cannot approve it."""

import pytest
from django.urls import reverse

from accounts.models import Role
from assessments import actions
from assessments.actions import Incomplete
from assessments.memo import library_changes, pdf_renderer, snapshot
from assessments.models import Case
from coi.drafts import draft_review, publishing
from coi.models import Edition, Finding
from tests import factories
from tests.drafts import draft_of
from tests.factories import fresh, graded, in_review, made_up_edition, made_up_finding
from tests.markup import markup
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def case(caseworker):
    return factories.make_case(caseworker)


@pytest.fixture
def waiting(case, supervisor):
    return graded(in_review(case, supervisor), supervisor)


@pytest.fixture
def keeper(make_user, office):
    return make_user(Role.COI_ADMIN, office, "keeper")


@pytest.fixture
def other_keeper(make_user, office):
    return make_user(Role.COI_ADMIN, office, "other-keeper")


def copy(keeper) -> Edition:
    source = Edition.objects.get(code="sem-mali-2021-04")
    return draft_of(source, code="sem-mali-next", label="Made up for tests: the next edition", by=keeper)


def publish(edition, by) -> None:
    publishing.publish(edition, by=by, digest=draft_review.review(edition).digest)


def approve(version, supervisor):
    return actions.approve(
        fresh(version.case), by=supervisor, number=version.number, digest=version.content_sha256, remark=""
    )


def moved(version) -> library_changes.Since:
    return library_changes.since(version, snapshot.thaw(version.content)[0])


def page(case, supervisor) -> str:
    client = signed_in(supervisor)
    return markup(client.get(reverse("review", args=[case.uuid])))


def test_nothing_published_then_nothing_is_said_in_one_query(waiting, supervisor, django_assert_num_queries):
    found = snapshot.thaw(waiting.content)[0]
    with django_assert_num_queries(1):
        assert not library_changes.since(waiting, found)
    assert "The library changed since" not in page(waiting.case, supervisor)


@pytest.mark.slow
def test_a_memo_that_relies_on_a_changed_finding_cannot_be_approved(waiting, supervisor, keeper, other_keeper):
    draft = copy(keeper)
    Finding.objects.filter(edition=draft, code="mop-20").update(statement="Made up: another wording.")
    publish(draft, other_keeper)
    (found,) = moved(waiting).changed
    assert (found.then.key, found.now.key) == ("sem-mali-2021-04/mop-20", "sem-mali-next/mop-20")
    with pytest.raises(Incomplete, match=r"changed since.*mop-20.*Return it"):
        approve(waiting, supervisor)
    shown = page(waiting.case, supervisor)
    assert "The library changed since this memo was submitted" in shown
    assert "Made up: another wording." in shown
    waiting.case.refresh_from_db()
    assert waiting.case.state == "in-review"


@pytest.mark.slow
def test_a_memo_is_approved_if_its_findings_are_unchanged_in_the_new_edition(
    waiting, supervisor, keeper, other_keeper, monkeypatch
):
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: factories.PDF)
    draft = copy(keeper)
    Finding.objects.filter(edition=draft, code="cur-01").update(statement="Made up: told of elsewhere.")
    publish(draft, other_keeper)
    assert not moved(waiting)
    approve(waiting, supervisor)
    assert Case.objects.get(pk=waiting.case_id).state == "approved"


def test_the_reviewer_is_told_of_a_new_report_that_opposes_a_fact(waiting, supervisor, keeper):
    edition = made_up_edition("made-up-2024", events=["attack"])
    made_up_finding(edition, "a-02", place="gn-2452421", kind="denial", events=["attack"], period=("2019", "2019"))
    publish(edition, keeper)
    assert [(m.fact, m.match.card.code, m.match.relation) for m in moved(waiting).new] == [
        ("F1", "a-02", "contradicts")
    ]
    with pytest.raises(Incomplete, match="a-02"):
        approve(waiting, supervisor)
    shown = page(waiting.case, supervisor).split("New findings support or oppose these facts")[1]
    for words in ("Fact F1", "Says otherwise", "Made up: a-02.", "Something in made-up-2024"):
        assert words in shown


def test_a_finding_of_another_report_with_a_known_code_is_new(waiting, keeper):
    """Copies and templates reuse codes: mop-20 of one report is not mop-20 of another."""
    edition = made_up_edition("made-up-2025", events=["attack"])
    made_up_finding(edition, "mop-20", place="gn-2452421", period=("2019-03", "2019-03"))
    publish(edition, keeper)
    assert ("F1", "made-up-2025/mop-20") in {(m.fact, m.match.card.key) for m in moved(waiting).new}


@pytest.mark.slow
def test_a_returned_memo_submitted_again_uses_todays_library(waiting, supervisor, keeper, other_keeper):
    draft = copy(keeper)
    Finding.objects.filter(edition=draft, code="mop-20").update(statement="Made up: another wording.")
    publish(draft, other_keeper)
    actions.send_back(
        fresh(waiting.case), by=supervisor, number=waiting.number, digest=waiting.content_sha256, remark="Anew, please."
    )
    with pytest.raises(Incomplete, match="F1 changed since you wrote"):
        factories.submitted(fresh(waiting.case))
    factories.saw_changes(waiting.case)
    again = factories.submitted(fresh(waiting.case))
    assert not moved(again)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("finding-not-relied-on", "The memo says why it is not relied on.", marks=pytest.mark.slow),
        pytest.param("denial-on-a-region-sheet", "a region sheet", marks=pytest.mark.slow),
        pytest.param("home-in-the-relocation-table", "the table of home and relocation", marks=pytest.mark.slow),
        pytest.param("retired", "Told twice.", marks=pytest.mark.slow),
        ("figure", "Figures printed in this memo have changed"),
    ],
)
def test_changes_of_everything_a_waiting_memo_prints_are_known_before_approval(
    caseworker, supervisor, keeper, other_keeper, name, told
):
    case = factories.make_case(caseworker, "gao-bourem")
    factories.assessed(case)
    relied = factories.answered(case)
    if name == "finding-not-relied-on":
        key = relied.facts[0].supporting[0].card.key
        actions.omit(case, "F1", key, reason="Told of another town.", version=0, by=caseworker)
    version = in_review(fresh(case), supervisor)
    draft = copy(keeper)
    if name == "figure":
        factories.correct_figure(draft)
    else:
        relation = {"denial-on-a-region-sheet": "sheet", "home-in-the-relocation-table": "region"}.get(name)
        rows = version.reliances.filter(**({"relation": relation} if relation else {"fact_ident": "F1"}))
        of_facts = version.reliances.exclude(fact_ident="").values("finding")
        found = rows.exclude(finding__in=of_facts) if relation else rows.filter(omitted=name.startswith("finding"))
        code = found.order_by("finding").first().finding.partition("/")[2]
        if name == "retired":
            factories.take_out(draft, code)
            publishing.save_reasons(draft, {code: "Told twice."}, since={}, by=keeper)
        else:
            Finding.objects.filter(edition=draft, code=code).update(statement="Made up: another wording.")
    publish(draft, other_keeper)
    assert moved(version)
    with pytest.raises(Incomplete, match="changed since this memo was submitted"):
        approve(version, supervisor)
    assert told in page(case, supervisor)

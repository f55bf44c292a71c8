"""The first page of each role: what one's cases need next, the queue, finding, and that it stays quick."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments.models import (
    Case,
    CaseFact,
    CasePlace,
    CaseTrait,
    FactAssessment,
    IntakeDraft,
    MemoVersion,
    Recall,
    Reliance,
    Writer,
)
from assessments.models.codes import State
from coi.models import Place, ProposedSource
from tests.markup import markup as words
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db
HOME = "/"


def make(author, reference, *, state=State.DRAFT, facts=("F1",), assessed=(), **fields) -> Case:
    """A case with bare facts, as the database holds it."""
    if state == State.CLOSED:
        fields.setdefault("closed_because", "withdrawn")
    case = Case.objects.create(
        author=author, office=author.office, reference=reference, country="ML", state=state, **fields
    )
    Writer.objects.create(case=case, user=author)
    CaseFact.objects.bulk_create(
        CaseFact(case=case, ident=ident, position=n, person="P1", event="attack-on-village", place_typed="Bamako", statement="x")
        for n, ident in enumerate(facts)
    )  # fmt: skip
    for ident in assessed:
        FactAssessment.objects.create(
            case=case, fact_ident=ident, outcome="accepted", outcome_reasons="because", saved_by=author
        )
    return case


def version_of(case, decided_by=None, *, state=State.APPROVED, number=1, **fields) -> MemoVersion:
    now = timezone.now()
    final = {
        "decided_by": decided_by, "decided_at": now, "read_sha256": "c" * 64, "pdf": b"%PDF", "pdf_sha256": "p" * 64,
    } if decided_by else {}  # fmt: skip
    return MemoVersion.objects.create(
        case=case, number=number, state=state, content="{}", content_sha256="c" * 64, case_version=1,
        rules_version="1", submitted_by=case.author, submitted_at=now, **{**final, **fields},
    )  # fmt: skip


def groups(response) -> dict[str, list[str]]:
    """The references under each heading, in the order of the page."""
    return {
        g.need.code: [*(d.reference or "new" for d in g.drafts), *(r.case.reference for r in g.rows)]
        for g in response.context["board"].groups
    }


def listed(response) -> set[str]:
    return {reference for of in groups(response).values() for reference in of}


@pytest.fixture
def colleague(make_user, office):
    return make_user(Role.CASEWORKER, office, "colleague")


@pytest.fixture
def second_supervisor(make_user, office):
    return make_user(Role.SUPERVISOR, office, "second-supervisor")


# --- a caseworker's ----------------------------------------------------------------------------


@pytest.fixture
def one_of_each(library, caseworker, supervisor):
    make(caseworker, "RECALLED", state=State.RECALLED)
    make(caseworker, "RETURNED", state=State.RETURNED)
    IntakeDraft.objects.create(office=caseworker.office, author=caseworker, step="facts")
    make(caseworker, "ASSESS", facts=("F1", "F2"), assessed=("F1",))
    make(caseworker, "EMPTY", facts=())
    make(caseworker, "READY", facts=("F1", "F2"), assessed=("F1", "F2"))
    make(caseworker, "WAITING", state=State.SUBMITTED)
    make(caseworker, "REVIEW", state=State.IN_REVIEW, reviewer=supervisor)
    make(caseworker, "APPROVED", state=State.APPROVED)
    make(caseworker, "CLOSED", state=State.CLOSED)
    make(caseworker, "SUPERSEDED", state=State.SUPERSEDED)


def test_cases_stand_under_what_they_need_next(one_of_each, caseworker):
    response = signed_in(caseworker).get(HOME)
    assert groups(response) == {
        "recalled": ["RECALLED"],
        "returned": ["RETURNED"],
        "intake": ["new"],
        "assess": ["ASSESS", "EMPTY"],
        "ready": ["READY"],
        "waiting": ["WAITING", "REVIEW"],
        "approved": ["APPROVED"],
    }
    page = words(response)
    draft = IntakeDraft.objects.get()
    assert "1 of 2 facts assessed" in page
    assert "New case, begun" in page
    assert reverse("intake", args=[draft.uuid, "facts"]) in page
    assert reverse("fact", args=[Case.objects.get(reference="ASSESS").uuid, "F2"]) in page
    assert reverse("submit", args=[Case.objects.get(reference="READY").uuid]) in page
    assert f"in review by {Case.objects.get(reference='REVIEW').reviewer}" in page
    assert "Nobody is found" not in page


def test_closed_and_superseded_cases_are_folded_away_until_they_are_asked_for(one_of_each, caseworker):
    client = signed_in(caseworker)
    assert "CLOSED" not in listed(client.get(HOME))
    assert groups(client.get(HOME, {"need": "over"})) == {"over": ["SUPERSEDED", "CLOSED"]}  # the latest first
    counts = {c.need.code: c.n for c in client.get(HOME, {"need": "over"}).context["board"].counts}
    assert counts == {
        "recalled": 1,
        "returned": 1,
        "changed": 0,
        "intake": 1,
        "assess": 2,
        "ready": 1,
        "waiting": 2,
        "approved": 1,
        "over": 2,
    }


def test_a_reasoned_non_assessment_counts_and_an_assessment_of_a_removed_fact_does_not(library, caseworker):
    case = make(caseworker, "A", facts=("F1",), assessed=("F9",))
    client = signed_in(caseworker)
    assert groups(client.get(HOME)) == {"assess": ["A"]}
    FactAssessment.objects.create(
        case=case, fact_ident="F1", outcome_reasons="No interview on it yet.", saved_by=caseworker
    )
    assert groups(client.get(HOME)) == {"ready": ["A"]}


def test_due_cases_come_first_and_overdue_is_said_in_words(library, caseworker):
    today = timezone.localdate()
    make(caseworker, "NONE")
    make(caseworker, "LATER", due_on=today + timedelta(days=9))
    make(caseworker, "LATE", due_on=today - timedelta(days=3))
    make(caseworker, "TODAY", due_on=today)
    response = signed_in(caseworker).get(HOME)
    assert groups(response) == {"assess": ["LATE", "TODAY", "LATER", "NONE"]}
    page = words(response)
    assert "overdue by 3 days" in page
    assert "due today" in page
    assert "in 9 days" in page


def test_shared_cases_are_marked_and_can_be_told_apart(library, caseworker, colleague):
    make(caseworker, "MINE", is_shared=True)
    make(colleague, "THEIRS", is_shared=True)
    make(colleague, "PRIVATE")
    client = signed_in(caseworker)
    assert listed(client.get(HOME)) == {"MINE", "THEIRS"}
    assert f"shared by {colleague}" in words(client.get(HOME))
    assert listed(client.get(HOME, {"whose": "mine"})) == {"MINE"}
    assert listed(client.get(HOME, {"whose": "shared"})) == {"THEIRS"}
    assert listed(client.get(HOME, {"q": "PRIVATE"})) == set()


def test_changes_begun_and_not_stored_are_reached_from_the_row(library, caseworker):
    case = make(caseworker, "A")
    draft = IntakeDraft.objects.create(office=case.office, author=caseworker, case=case, step="profile")
    response = signed_in(caseworker).get(HOME)
    assert groups(response) == {"assess": ["A"]}
    assert reverse("intake", args=[draft.uuid, "profile"]) in words(response)


def test_an_intake_of_somebody_else_is_never_shown(library, caseworker, colleague):
    IntakeDraft.objects.create(office=colleague.office, author=colleague, data={"reference": ["N-7"]})
    response = signed_in(caseworker).get(HOME)
    assert not response.context["board"].has_any
    assert "N-7" not in words(response)


def test_an_intake_is_known_by_what_was_typed_so_far(library, caseworker):
    typed = {
        "reference": ["N-7"],
        "due_on": ["2020-01-05"],
        "places-0-place": ["Djenné"],
        "persons-0-actual": ["fulani"],
    }
    IntakeDraft.objects.create(office=caseworker.office, author=caseworker, data=typed)
    client = signed_in(caseworker)
    page = words(client.get(HOME))
    assert "overdue by" in page
    assert "Djenné" in page
    for query in ({"q": "djenne"}, {"q": "n-7"}, {"due": "2020-01-06"}, {"whose": "mine"}):
        assert groups(client.get(HOME, query)) == {"intake": ["N-7"]}, query
    for query in ({"q": "fulani"}, {"due": "2020-01-05"}, {"whose": "shared"}, {"need": "assess"}):
        assert groups(client.get(HOME, query)) == {}, query


@pytest.mark.parametrize(
    "data", [{}, {"reference": "x"}, {"reference": [None, 3]}, {"due_on": ["x"]}, {"places-0-place": None}]
)
def test_an_intake_with_anything_in_it_is_shown(data, library, caseworker):
    IntakeDraft.objects.create(office=caseworker.office, author=caseworker, data=data)
    assert list(groups(signed_in(caseworker).get(HOME))) == ["intake"]


def test_an_empty_home_teaches_what_a_case_is(library, caseworker):
    page = words(signed_in(caseworker).get(HOME))
    assert "No case yet" in page
    assert page.count("btn-primary") == 1
    assert reverse("case-new") in page


# --- finding -----------------------------------------------------------------------------------


@pytest.fixture
def to_find(library, caseworker, colleague):
    case = make(caseworker, "N-2026-17")
    CasePlace.objects.create(
        case=case,
        person="P1",
        role="home-area",
        place_typed="at the big well",
        place=Place.objects.get(code="gn-2452421"),
    )
    CaseFact.objects.filter(case=case).update(event="abduction", place_typed="Sévaré, Mopti")
    CaseTrait.objects.create(case=case, person="P1", trait="fulani")
    other = make(colleague, "N-2026-18")
    CasePlace.objects.create(case=other, person="P1", role="home-area", place_typed="Ogossagou")
    return case


@pytest.mark.parametrize(
    "typed",
    [
        "2026-17",
        "n-2026",
        "big well",
        "ogossagou",
        "OGOSSAGOU",
        "Bankass",
        "Sévaré",
        "mopti",
        "abduction",
        "Abduc",
        " ogossagou  ",
    ],
)
def test_a_case_is_found_by_reference_place_or_event(typed, to_find, caseworker):
    assert listed(signed_in(caseworker).get(HOME, {"q": typed})) == {"N-2026-17"}


def test_accents_need_not_be_typed(to_find, caseworker):
    CaseFact.objects.filter(case=to_find).update(place=Place.objects.filter(folded="segou").first(), place_typed="?")
    assert listed(signed_in(caseworker).get(HOME, {"q": "segou"})) == {"N-2026-17"}


@pytest.mark.parametrize("typed", ["fulani", "peul", "P1", "%", "_", "'", "N-2026-18", "\x00\ud800\u202e%"])
def test_nothing_is_found_by_who_somebody_is_nor_by_what_is_not_yours(typed, to_find, caseworker):
    response = signed_in(caseworker).get(HOME, {"q": typed.encode("utf-8", "replace").decode()})
    assert response.status_code == 200
    assert listed(response) == set()


def test_filters_stay_in_every_link_of_the_page(to_find, caseworker):
    make(caseworker, "N-2026-19", due_on=date(2027, 1, 1), assessed=("F1",))
    response = signed_in(caseworker).get(HOME, {"q": "N-2026", "whose": "mine", "due": "2027-01-02"})
    assert listed(response) == {"N-2026-19"}
    assert "?q=N-2026&need=ready&whose=mine&due=2027-01-02" in words(response)


@pytest.mark.parametrize("due", ["2.1.2027", "2 January 2027", "2027-01-02"])
def test_a_day_may_be_typed_in_any_format(due, to_find, caseworker):
    make(caseworker, "N-2026-19", due_on=date(2027, 1, 1), assessed=("F1",))
    response = signed_in(caseworker).get(HOME, {"q": "N-2026", "whose": "mine", "due": due})
    assert listed(response) == {"N-2026-19"}


@pytest.mark.parametrize(
    "due", ["31.12.26", "2026-13-01", "12.2026", "x" * 500, "20261231", "2026-W01-1", "0001-01-01", "\x00"]
)
def test_a_day_that_is_none_is_named_at_its_field_and_kept(due, to_find, caseworker):
    response = signed_in(caseworker).get(HOME, {"due": due})
    if due == "\x00":
        assert response.status_code == 200
        return
    assert response.status_code == 422
    assert words(response).count("Due before: “") == 2, "at the top and at the field"
    assert response.context["errors"][0]["href"] == "#id_due"
    assert due[:100] in words(response)
    assert listed(response) == {"N-2026-17"}


@pytest.mark.parametrize(
    "query", [{"need": "x"}, {"whose": "x"}, {"view": "x"}, {"page": "x"}, {"page": "-1"}, {"page": "9" * 30}]
)
def test_filters_that_nobody_knows_are_left_aside(query, to_find, caseworker, supervisor):
    for user in (caseworker, supervisor):
        assert signed_in(user).get(HOME, query).status_code == 200


# --- a supervisor's ----------------------------------------------------------------------------


@pytest.fixture
def queue(library, caseworker, supervisor, second_supervisor, other_office, make_user):
    today, now = timezone.localdate(), timezone.now()
    make(caseworker, "NEW", state=State.SUBMITTED, state_since=now)
    make(caseworker, "OLD", state=State.SUBMITTED, state_since=now - timedelta(days=3))
    make(caseworker, "DUE", state=State.SUBMITTED, state_since=now, due_on=today)
    make(caseworker, "MINE", state=State.IN_REVIEW, reviewer=supervisor)
    make(caseworker, "THEIRS", state=State.IN_REVIEW, reviewer=second_supervisor)
    recalled = make(caseworker, "RECALLED", state=State.RECALLED)
    version = version_of(recalled, supervisor, state=State.RECALLED)
    for finding in ("a/1", "a/2"):
        Recall.objects.create(version=version, finding=finding, reason="changed")
    make(caseworker, "DRAFT")
    make(make_user(Role.CASEWORKER, other_office), "ELSEWHERE", state=State.SUBMITTED)


def test_the_queue_shows_what_waits_due_first_and_who_has_what(queue, supervisor, second_supervisor):
    response = signed_in(supervisor).get(HOME)
    assert groups(response) == {
        "waiting": ["DUE", "OLD", "NEW"], "mine": ["MINE"], "others": ["THEIRS"], "recalled": ["RECALLED"],
    }  # fmt: skip
    page = words(response)
    assert "for 3 days" in page
    assert "2 open recalls" in page
    for reference, action in (("OLD", "take"), ("MINE", "hand-back"), ("THEIRS", "stand-in"), ("MINE", "reassign")):
        assert reverse("case-step", args=[Case.objects.get(reference=reference).uuid, action]) in page
    # there is nobody else to whom it could be given
    assert reverse("case-step", args=[Case.objects.get(reference="THEIRS").uuid, "reassign"]) not in page
    assert reverse("review", args=[Case.objects.get(reference="MINE").uuid]) in page
    assert f">{second_supervisor}</option>" in page


def test_a_case_one_wrote_in_cannot_be_taken_and_it_is_said(queue, supervisor):
    case = Case.objects.get(reference="OLD")
    Writer.objects.create(case=case, user=supervisor)
    page = words(signed_in(supervisor).get(HOME))
    assert "You wrote in this case: a colleague reviews it." in page
    assert reverse("case-step", args=[case.uuid, "take"]) not in page


def test_all_cases_of_the_office_and_of_no_other(queue, supervisor):
    client = signed_in(supervisor)
    assert listed(client.get(HOME, {"view": "all"})) == {"NEW", "OLD", "DUE", "MINE", "THEIRS", "RECALLED", "DRAFT"}
    assert listed(client.get(HOME, {"view": "all", "need": "assess"})) == {"DRAFT"}
    assert listed(client.get(HOME, {"view": "all", "q": "ELSEWHERE"})) == set()


def test_an_empty_queue_teaches(library, supervisor):
    page = words(signed_in(supervisor).get(HOME))
    assert "Nothing waits for review" in page
    assert "No case yet" in words(signed_in(supervisor).get(HOME, {"view": "all"}))


def test_approved_memos_can_be_marked_for_a_batch(library, caseworker, supervisor):
    version = version_of(make(caseworker, "A", state=State.APPROVED), supervisor)
    for user, query in ((caseworker, {}), (supervisor, {"view": "all"})):
        page = words(signed_in(user).get(HOME, query))
        assert re.search(rf'name="version" value="{version.pk}" form="batch-form"', page)


# --- others ------------------------------------------------------------------------------------


def test_the_coi_admin_sees_counts_and_no_case(library, make_user, office, caseworker, supervisor, other_office):
    key = "sem-mali-2021-04/mop-20"
    approved = make(caseworker, "SECRET-1", state=State.APPROVED)
    version = version_of(approved, supervisor)
    for finding in (key, "sem-mali-2021-04/mop-21"):
        Reliance.objects.create(case=approved, version=version, finding=finding, relation="supports")
    draft = make(make_user(Role.CASEWORKER, other_office), "SECRET-2")
    Reliance.objects.create(case=draft, finding=key, relation="supports")
    left_out = make(caseworker, "SECRET-3")
    Reliance.objects.create(case=left_out, finding=key, relation="supports", omitted=True)
    ProposedSource.objects.create(country="ML", citation="c", published="2026", says="s", proposed_by=caseworker)
    response = signed_in(make_user(Role.COI_ADMIN, office)).get(HOME)
    (use,) = response.context["editions"]
    assert (use.approved, use.under_way) == (1, 1)
    page = words(response)
    assert "1 proposed source waits" in page
    assert "SECRET" not in page
    assert "/cases/" not in page


def test_auditors_are_led_to_the_record_and_administrators_told_where_they_stand(library, make_user, office):
    assert "Your work is in the audit record" in words(signed_in(make_user(Role.AUDITOR, office)).get(HOME))
    root = make_user(Role.CASEWORKER, None, "root", is_superuser=True, is_staff=True)
    assert "You do not belong to an office yet" in words(signed_in(root).get(HOME))
    nowhere = make_user(Role.SUPERVISOR, None)
    assert "You do not belong to an office yet" in words(signed_in(nowhere).get(HOME))


# --- quick whatever the number -----------------------------------------------------------------


def fill(author, n: int, start: int = 0) -> None:
    """Many cases at once, of every state, with places, facts and assessments."""
    now = timezone.now()
    states = [State.DRAFT, State.RETURNED, State.SUBMITTED, State.APPROVED, State.CLOSED]
    cases = Case.objects.bulk_create(
        Case(
            author=author, office=author.office, reference=f"B-{start + i}", country="ML", state=states[i % 5],
            closed_because="other" if i % 5 == 4 else "", saved_at=now, state_since=now,
            due_on=date(2027, 1, 1) + timedelta(days=i % 50) if i % 2 else None, is_shared=True,
        )
        for i in range(n)
    )  # fmt: skip
    Writer.objects.bulk_create(Writer(case=c, user=author) for c in cases)
    CasePlace.objects.bulk_create(CasePlace(case=c, person="P1", role="home-area", place_typed="Mopti") for c in cases)
    CaseFact.objects.bulk_create(
        CaseFact(case=c, ident=f"F{k}", position=k, person="P1", event="abduction", place_typed="Mopti", statement="x")
        for c in cases for k in (1, 2)
    )  # fmt: skip
    FactAssessment.objects.bulk_create(
        FactAssessment(case=c, fact_ident="F1", outcome="accepted", outcome_reasons="r", saved_by=author) for c in cases
    )


PAGES = [{}, {"q": "mopti"}, {"need": "approved"}, {"view": "all"}, {"view": "all", "q": "abduction"}, {"page": "2"}]


@pytest.mark.parametrize("query", PAGES, ids=str)
def test_the_number_of_queries_does_not_grow_with_the_cases(
    query, library, caseworker, supervisor, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    fill(caseworker, 60)
    clients = [signed_in(user) for user in (caseworker, supervisor)]
    counted = []
    for client in clients:
        with CaptureQueriesContext(connection) as few:
            client.get(HOME, query)
        counted.append(len(few))
    fill(caseworker, 300, start=1000)
    for client, n in zip(clients, counted, strict=True):
        with django_assert_num_queries(n):
            assert client.get(HOME, query).status_code == 200


def test_an_office_of_ten_thousand_cases(library, caseworker, supervisor, django_assert_max_num_queries):
    fill(caseworker, 10_000)
    for user, query in ((caseworker, {}), (supervisor, {"view": "all", "q": "mopti"}), (supervisor, {})):
        client = signed_in(user)
        with django_assert_max_num_queries(22):
            response = client.get(HOME, query)
        assert response.status_code == 200

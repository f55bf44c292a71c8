"""A supervisor's queue, and the home pages of the other roles."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments.models import (
    Case,
    MemoVersion,
    Recall,
    Reliance,
    Writer,
)
from assessments.models.codes import State
from coi.editions import citation_checks
from coi.models import ProposedSource, Source
from tests.assessments.pages.home.cases_at_home import HOME, groups, listed, make
from tests.markup import elements, running_text
from tests.markup import markup as words
from tests.searching import searched
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


def version_of(case, decided_by=None, *, state=State.APPROVED, number=1, **fields) -> MemoVersion:
    now = timezone.now()
    final = {
        "decided_by": decided_by, "decided_at": now, "read_sha256": "c" * 64, "pdf": b"%PDF", "pdf_sha256": "p" * 64,
    } if decided_by else {}  # fmt: skip
    return MemoVersion.objects.create(
        case=case, number=number, state=state, content="{}", content_sha256="c" * 64, case_version=1,
        rules_version="1", submitted_by=case.author, submitted_at=now, **{**final, **fields},
    )  # fmt: skip


@pytest.fixture
def second_supervisor(make_user, office):
    return make_user(Role.SUPERVISOR, office, "second-supervisor")


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


def test_the_queue_shows_waiting_memos_by_due_date_and_their_reviewers(queue, supervisor, second_supervisor):
    response = signed_in(supervisor).get(HOME)
    assert groups(response) == {
        "waiting": ["DUE", "OLD", "NEW"], "mine": ["MINE"], "others": ["THEIRS"], "recalled": ["RECALLED"],
    }  # fmt: skip
    page = words(response)
    assert "for 3 days" in page
    assert "2 open recalls" in page
    for reference, action in (("OLD", "take"), ("MINE", "hand-back"), ("THEIRS", "stand-in"), ("MINE", "reassign")):
        assert reverse("case-step", args=[Case.objects.get(reference=reference).uuid, action]) in page
    # nobody else can take it
    assert reverse("case-step", args=[Case.objects.get(reference="THEIRS").uuid, "reassign"]) not in page
    assert reverse("review", args=[Case.objects.get(reference="MINE").uuid]) in page
    assert f">{second_supervisor}</option>" in page


def test_a_writer_cannot_take_the_review_and_the_page_says_so(queue, supervisor):
    case = Case.objects.get(reference="OLD")
    Writer.objects.create(case=case, user=supervisor)
    page = words(signed_in(supervisor).get(HOME))
    assert "You edited this case, so a colleague must review it." in page
    assert reverse("case-step", args=[case.uuid, "take"]) not in page


def test_all_cases_of_the_office_and_of_no_other(queue, supervisor):
    client = signed_in(supervisor)
    assert listed(client.get(HOME, {"view": "all"})) == {"NEW", "OLD", "DUE", "MINE", "THEIRS", "RECALLED", "DRAFT"}
    assert listed(client.get(HOME, {"view": "all", "need": "assess"})) == {"DRAFT"}
    assert listed(searched(client, HOME, {"view": "all", "q": "ELSEWHERE"})) == set()


def test_an_empty_queue_teaches(library, supervisor):
    page = words(signed_in(supervisor).get(HOME))
    assert "No memos to review" in page
    assert "No cases yet" in words(signed_in(supervisor).get(HOME, {"view": "all"}))


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
    (use,) = response.context["work"].editions
    assert (use.approved, use.under_way, use.recalled) == (1, 1, 0)
    page = words(response)
    assert "1 proposed source is waiting" in page
    assert f"The oldest was proposed on {timezone.localdate():%-d %B %Y}" in " ".join(page.split())
    assert "older than 24 months" in page
    assert "SECRET" not in page
    assert "/cases/" not in page


def test_the_coi_admin_sees_countries_without_a_report_and_no_small_number_of_cases(
    library, make_user, office, caseworker
):
    for n in range(5):
        Case.objects.filter(pk=make(caseworker, f"ER-{n}").pk).update(country="ER")
    Case.objects.filter(pk=make(caseworker, "SO-1").pk).update(country="SO")
    Case.objects.filter(pk=make(caseworker, "SO-2", state=State.APPROVED).pk).update(country="SO")
    make(caseworker, "ML-1")
    client = signed_in(make_user(Role.COI_ADMIN, office))
    shown = [running_text(item) for item in elements(client.get(HOME), "#countries-name + ul li")]
    assert shown == ["Eritrea: 5 open cases", "Somalia: fewer than 5 open cases"]


def test_the_coi_admin_sees_recalls_that_wait_for_a_decision(library, make_user, office, caseworker, supervisor):
    for state in (State.RECALLED, State.RECALLED):
        version = version_of(make(caseworker, f"R-{Case.objects.count()}", state=state), supervisor)
        for finding in ("mop-20", "mop-21"):
            Recall.objects.create(version=version, finding=f"sem-mali-2021-04/{finding}", reason="Corrected.")
    Recall.objects.filter(version=version).update(disposition=Recall.Disposition.UPHELD)
    (use,) = signed_in(make_user(Role.COI_ADMIN, office)).get(HOME).context["work"].editions
    assert use.recalled == 1


def test_the_coi_admin_sees_links_to_mend(library, make_user, office):
    admin = make_user(Role.COI_ADMIN, office)
    client = signed_in(admin)
    (before,) = client.get(HOME).context["work"].editions
    source = Source.objects.exclude(url="").first()
    citation_checks.mark(source, note="Gone.", today=timezone.localdate(), by=admin)
    response = client.get(HOME)
    (use,) = response.context["work"].editions
    assert use.links_to_mend == before.links_to_mend + 1
    assert f'href="{reverse("citation-health")}"' in words(response)


def test_auditors_see_the_record_and_users_without_an_office_are_told_so(library, make_user, office):
    assert "Your work is in the audit record" in words(signed_in(make_user(Role.AUDITOR, office)).get(HOME))
    root = make_user(Role.CASEWORKER, None, "root", is_superuser=True, is_staff=True)
    assert signed_in(root).get(HOME)["Location"] == reverse("people")
    nowhere = make_user(Role.SUPERVISOR, None)
    assert "You do not belong to an office yet" in words(signed_in(nowhere).get(HOME))

"""Nobody alone: what gives a person more waits for a second administrator."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import standing, standing_changes
from accounts.models import Role, StandingChange, User
from audit.models import Entry
from tests.sign_in import signed_in

PEOPLE = reverse("people")


@pytest.fixture
def admins(make_user) -> list[User]:
    powers = {"is_staff": True, "is_superuser": True}
    return [make_user(Role.CASEWORKER, None, name, **powers) for name in ("ada", "ben")]


@pytest.fixture
def auditor(make_user, office) -> User:
    return make_user(Role.AUDITOR, office, email="auditor@example.org")


def posted(by: User, person: User, **fields):
    """Post the administration's form for a user as a browser does."""
    stored = {
        "username": person.username, "first_name": person.first_name, "last_name": person.last_name,
        "email": person.email, "role": person.role, "office": person.office_id or "",
        "is_active": "on" if person.is_active else None, "is_staff": "on" if person.is_staff else None,
        "is_superuser": "on" if person.is_superuser else None,
        "date_joined_0": f"{timezone.localtime(person.date_joined):%Y-%m-%d}",
        "date_joined_1": f"{timezone.localtime(person.date_joined):%H:%M:%S}",
    }  # fmt: skip
    data = {name: value for name, value in (stored | fields).items() if value is not None}
    return signed_in(by).post(reverse("admin:accounts_user_change", args=[person.pk]), data)


def proposed(by: User, person: User, **fields) -> StandingChange:
    response = posted(by, person, **{"reason": "Takes over the queue.\r\n\r\nAgreed with the head of office."} | fields)
    assert response.status_code == 302, response.context["errors"]
    return StandingChange.objects.get(person=person, outcome="")


def decided(by: User, change: StandingChange, do: str):
    return signed_in(by).post(reverse("people-decide", args=[change.pk]), {"do": do})


GIVEN = {
    "a role": {"role": "supervisor"},
    "an office": {"office": "other"},
    "the administration": {"is_staff": "on"},
    "every power": {"is_superuser": "on"},
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_what_is_given_waits_for_a_second_administrator(given, admins, caseworker, other_office):
    given = {name: other_office.pk if value == "other" else value for name, value in given.items()}
    before = standing_changes.values_of(caseworker)
    change = proposed(admins[0], caseworker, **given)
    caseworker.refresh_from_db()
    assert standing_changes.values_of(caseworker) == before
    assert decided(admins[1], change, "approve").status_code == 302
    caseworker = User.objects.get(pk=caseworker.pk)
    assert standing_changes.values_of(caseworker) == change.after != before


def test_without_a_reason_nothing_is_proposed_or_changed(admins, caseworker):
    response = posted(admins[0], caseworker, role="supervisor", first_name="Renamed", reason=" ")
    assert "Say why the person should have it." in response.content.decode()
    caseworker.refresh_from_db()
    assert (caseworker.role, caseworker.first_name) == (Role.CASEWORKER, "")
    assert not StandingChange.objects.exists()


def test_what_is_taken_away_is_gone_at_once(admins, caseworker, supervisor):
    assert posted(admins[0], supervisor, is_active=None).status_code == 302
    assert posted(admins[0], admins[1], is_superuser=None).status_code == 302
    assert posted(admins[0], caseworker, office="").status_code == 302
    assert not User.objects.get(pk=supervisor.pk).is_active
    assert not User.objects.get(pk=admins[1].pk).is_superuser
    assert User.objects.get(pk=caseworker.pk).office is None
    assert not StandingChange.objects.exists()


def test_of_a_change_that_does_both_the_taking_is_at_once(admins, make_user, office):
    person = make_user(Role.COI_ADMIN, office, is_staff=True)
    change = proposed(admins[0], person, role="supervisor", is_staff=None)
    person = User.objects.get(pk=person.pk)
    assert (person.role, person.is_staff) == (Role.COI_ADMIN, False)
    assert (change.before["is_staff"], change.after["role"]) == (False, "supervisor")


def test_a_new_user_signs_in_after_the_approval(admins, office):
    new = {
        "username": "newcomer", "usable_password": "true", "password1": "a long enough one", "password2": "a long enough one",
        "role": "caseworker", "office": office.pk, "reason": "Joins on Monday.",
    }  # fmt: skip
    assert signed_in(admins[0]).post(reverse("admin:accounts_user_add"), new).status_code == 302
    made = User.objects.get(username="newcomer")
    assert (made.is_active, made.office) == (False, office)
    decided(admins[1], StandingChange.objects.get(person=made), "approve")
    assert User.objects.get(pk=made.pk).is_active


@pytest.mark.parametrize("who", ["the one who proposed it", "the person"])
def test_neither_the_proposer_nor_the_person_approves(who, admins, caseworker):
    person = admins[1] if who == "the person" else caseworker
    by = admins[1] if who == "the person" else admins[0]
    change = proposed(admins[0], person, role="supervisor")
    response = decided(by, change, "approve")
    assert (response.status_code, "Another administrator" in response.content.decode()) == (409, True)
    assert User.objects.get(pk=person.pk).role == Role.CASEWORKER


@pytest.mark.parametrize("who", ["proposed_by", "person"])
def test_the_database_refuses_an_approval_alone(who, admins, caseworker):
    change = proposed(admins[0], caseworker, role="supervisor")
    alone = {"outcome": "approved", "decided_at": timezone.now(), "decided_by": getattr(change, who)}
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingChange.objects.filter(pk=change.pk).update(**alone)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingChange.objects.filter(pk=change.pk).update(**alone | {"decided_by": None})
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingChange.objects.filter(pk=change.pk).update(person=admins[0])


def test_a_power_lost_meanwhile_decides_nothing(admins, caseworker):
    change = proposed(admins[0], caseworker, role="supervisor")
    lost = User.objects.get(pk=admins[1].pk)
    User.objects.filter(pk=lost.pk).update(is_superuser=False)
    with pytest.raises(standing_changes.NotAllowed, match="Only administrators"):
        standing_changes.approve(change, by=lost)
    assert decided(User.objects.get(pk=lost.pk), change, "approve").status_code == 403


def test_a_change_is_out_of_date_once_the_person_was_changed(admins, caseworker):
    change = proposed(admins[0], caseworker, role="supervisor")
    assert posted(admins[0], caseworker, is_active=None).status_code == 302
    decided(admins[1], change, "approve")
    person = User.objects.get(pk=caseworker.pk)
    assert (person.role, person.is_active) == (Role.CASEWORKER, False)
    change.refresh_from_db()
    assert (change.outcome, change.decided_by) == ("out-of-date", admins[1])


def test_a_decided_change_is_not_decided_again(admins, caseworker):
    change = proposed(admins[0], caseworker, role="supervisor")
    decided(admins[0], change, "decline")
    change.refresh_from_db()
    assert change.outcome == "withdrawn"
    response = decided(admins[1], change, "approve")
    assert (response.status_code, "decided already: withdrawn" in response.content.decode()) == (409, True)
    assert User.objects.get(pk=caseworker.pk).role == Role.CASEWORKER


def test_one_change_of_a_person_waits_at_a_time(admins, caseworker):
    proposed(admins[0], caseworker, role="supervisor")
    response = posted(admins[1], caseworker, role="auditor", reason="Another thought.")
    assert "waits for a second administrator already" in response.content.decode()
    assert StandingChange.objects.count() == 1


def test_every_step_is_recorded_and_auditors_are_told(
    admins, caseworker, auditor, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change = proposed(admins[0], caseworker, role="supervisor")
    assert [(m.to, caseworker.username in m.subject + m.body) for m in mailoutbox] == [(["auditor@example.org"], False)]
    with django_capture_on_commit_callbacks(execute=True):
        decided(admins[1], change, "approve")
    assert len(mail.outbox) == 2
    ada, ben = (str(user.pk) for user in admins)
    about = Entry.objects.filter(object_id=str(caseworker.pk)).order_by("pk")
    found = about.filter(action__startswith="standing.").values_list("actor", "action")
    assert list(found) == [(ada, "standing.propose"), (ben, "standing.approve")]
    assert about.get(actor=ben, action="user.change").details["role"] == ["caseworker", "supervisor"]
    assert change.reason not in str(list(Entry.objects.values_list("details")))
    assert standing.differences() == []
    start = signed_in(auditor).get(reverse("home")).content.decode()
    assert "approved what a person may do" in " ".join(start.split())


def test_the_page_says_what_changes_why_and_who_proposed_it(admins, caseworker, other_office):
    proposed(admins[0], caseworker, role="supervisor", office=other_office.pk)
    page = " ".join(signed_in(admins[1]).get(PEOPLE).content.decode().split())
    assert f"office: {caseworker.office.name} → <strong>{other_office.name}</strong>" in page
    assert "role: caseworker → <strong>supervisor</strong>" in page
    assert "Takes over the queue." in page
    assert "Proposed by ada" in page
    assert "Approve" not in signed_in(admins[0]).get(PEOPLE).content.decode()


def test_whoever_is_no_administrator_decides_nothing(admins, caseworker, supervisor):
    change = proposed(admins[0], caseworker, role="supervisor")
    assert signed_in(supervisor).get(PEOPLE).status_code == 403
    assert decided(supervisor, change, "approve").status_code == 403


# --- the command line ---------------------------------------------------------------------------


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_the_first_two_administrators_are_made_on_the_command_line_and_stay_listed(db, auditor):
    assert "changepassword ada" in run("make_administrator", "ada", "--reason=First use.")
    run("make_administrator", "ben", "--reason=The second one.")
    assert standing_changes.administrators().count() == 2
    assert not User.objects.get(username="ada").has_usable_password()
    with pytest.raises(CommandError, match="2 administrators can sign in"):
        run("make_administrator", "cleo", "--reason=A third one.")
    said = run("verify_audit")
    assert "made user" in said
    assert "The second one." in said
    assert standing.differences() == []


def test_a_lost_second_administrator_is_replaced_by_somebody_who_is_there(admins, caseworker):
    User.objects.filter(pk=admins[1].pk).update(is_active=False)
    run("make_administrator", caseworker.username, "--reason=Ben left on Friday.")
    assert User.objects.get(pk=caseworker.pk).is_administrator
    assert Entry.objects.get(action="standing.administrator").details["others"] == 1


@pytest.mark.parametrize("reason", ["", "  "])
def test_the_command_needs_a_reason(reason, db):
    with pytest.raises(CommandError, match="--reason"):
        run("make_administrator", "ada", f"--reason={reason}")
    assert not User.objects.exists()


def test_the_only_administrator_is_told_how_to_get_a_second(admins):
    User.objects.filter(pk=admins[1].pk).update(is_active=False)
    assert "make_administrator" in signed_in(admins[0]).get(PEOPLE).content.decode()

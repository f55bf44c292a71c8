"""Users and offices that were changed in the database differ from the audit record."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts import standing
from accounts.models import Office, User
from audit.models import Entry
from tests.sign_in import signed_in


def execute(sql: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def run(name: str, *arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command(name, *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def known(caseworker, supervisor) -> User:
    """A caseworker; every user and office is in the record."""
    assert run("record_standing", "--reason=First use.")[0] == 0
    assert run("verify_audit")[0] == 0
    return caseworker


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("role = 'supervisor'", "role is supervisor, but caseworker by the audit record"),
        ("office_id = NULL", "office is empty, but office-a by the audit record"),
        ("is_superuser = TRUE", "is_superuser is True, but False by the audit record"),
        ("is_staff = TRUE", "is_staff is True, but False by the audit record"),
        ("is_active = FALSE", "is_active is False, but True by the audit record"),
    ],
)
def test_a_user_changed_in_the_database_is_found(known, change, words):
    execute(f"UPDATE accounts_user SET {change} WHERE id = %s", known.pk)
    status, said = run("verify_audit")
    assert (status, f"User {known.pk}: {words}" in said) == (1, True)


def test_an_office_changed_in_the_database_is_found(known, office):
    execute("UPDATE accounts_office SET shares_cases = TRUE WHERE id = %s", office.pk)
    status, said = run("verify_audit")
    assert (status, f"Office {office.pk}: shares_cases is True, but False by the audit record." in said) == (1, True)


def test_a_user_made_or_removed_in_the_database_is_found(known, supervisor):
    made = User.objects.create_user("by-sql", is_superuser=True)
    execute("DELETE FROM accounts_user WHERE id = %s", supervisor.pk)
    status, said = run("verify_audit")
    assert status == 1
    assert f"User {made.pk} is stored, but not in the audit record." in said
    assert f"User {supervisor.pk} is in the audit record, but not stored." in said


def test_a_change_in_the_administration_is_no_difference(known, office, make_user):
    administrator = make_user("caseworker", None, "root", is_superuser=True, is_staff=True)
    assert run("record_standing", "--reason=A new administrator.")[0] == 0
    client = signed_in(administrator)
    settings = {name: getattr(office, name) for name in standing.OFFICE} | {"code": "renamed", "keep_months": 60}
    settings = {name: value for name, value in settings.items() if value is not False}
    address = reverse("admin:accounts_office_change", args=[office.pk])
    assert client.post(address, settings).status_code == 302
    changed = {
        "username": known.username, "office": office.pk, "role": "coi-admin",
        "date_joined_0": "2026-01-01", "date_joined_1": "10:00",
    }  # fmt: skip
    address = reverse("admin:accounts_user_change", args=[known.pk])
    assert client.post(address, changed).status_code == 302
    new = {
        "username": "newcomer", "usable_password": "true", "password1": "a long enough one", "password2": "a long enough one",
        "role": "caseworker", "reason": "A new colleague.",
    }  # fmt: skip
    assert client.post(reverse("admin:accounts_user_add"), new).status_code == 302
    assert standing.differences() == []
    assert User.objects.get(pk=known.pk).role == "coi-admin"
    assert Office.objects.get(pk=office.pk).code == "renamed"


def test_without_a_reason_nothing_is_recorded_and_the_differences_are_printed(known):
    execute("UPDATE accounts_user SET role = 'auditor' WHERE id = %s", known.pk)
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was recorded"):
        call_command("record_standing", stdout=out)
    assert "role is auditor, but caseworker" in out.getvalue()
    assert Entry.objects.filter(action=standing.RECORDED).count() == 1


def test_accepted_differences_stay_in_the_record_and_verification_lists_the_use(known):
    execute("UPDATE accounts_user SET role = 'auditor' WHERE id = %s", known.pk)
    _status, said = run("record_standing", "--reason=The backup had the old role.")
    assert "role is auditor, but caseworker" in said
    status, said = run("verify_audit")
    assert status == 0
    assert "record_standing accepted 1 differences" in said
    assert "The backup had the old role." in said
    [line] = Entry.objects.filter(action=standing.RECORDED).last().details["accepted"]
    assert f"User {known.pk}: role is auditor" in line


def test_before_the_first_use_users_who_are_not_in_the_record_are_no_problem(caseworker):
    status, said = run("verify_audit")
    assert status == 0
    assert "Run record_standing to include them" in said

"""Signing in and out, and administrators' changes to users and offices, are in the audit record."""

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.urls import reverse

from accounts.models import Office, Role, User
from audit.models import Entry
from audit.verification import verify
from tests.sign_in import signed_in

PASSWORD = "a long enough password"


def entries(*actions: str) -> list[tuple]:
    found = Entry.objects.filter(action__in=actions) if actions else Entry.objects.all()
    return list(found.values_list("actor", "action", "object_type", "object_id"))


def attempt(client, name: str, password: str = "wrong"):
    return client.post(reverse("sign-in"), {"username": name, "password": password})


# --- signing in -------------------------------------------------------------------------------


def test_signing_in_and_out_is_recorded(client, caseworker):
    pk = str(caseworker.pk)
    attempt(client, caseworker.username, PASSWORD)
    client.post(reverse("sign-out"))
    assert entries() == [(pk, "sign-in", "user", pk), (pk, "sign-out", "user", pk)]


def test_failures_name_the_account_and_never_the_typed_text(client, caseworker):
    attempt(client, caseworker.username)
    for typed in ("Hunter2-typed-in-the-wrong-field", "another"):
        attempt(client, typed)
    assert entries() == [
        ("stranger", "sign-in.failed", "user", str(caseworker.pk)),
        # once every quarter of an hour, so that strangers cannot flood the record
        ("stranger", "sign-in.failed", "user", "unknown"),
    ]
    assert "Hunter2" not in str(list(Entry.objects.values_list()))
    stored = [list(model.objects.values_list()) for model in (AccessAttempt, AccessFailureLog)]
    assert caseworker.username in str(stored[0])
    assert "Hunter2" not in str(stored)


def test_an_unknown_name_is_locked_out_like_a_known_one(client, caseworker):
    answers = {
        name: [attempt(client, name).status_code for _n in range(6)]
        for name in (caseworker.username, "nobody-has-this")
    }
    assert answers[caseworker.username] == answers["nobody-has-this"] == [200] * 4 + [429] * 2


@pytest.mark.parametrize("typed", ["", "\0", "x" * 5000, "a\u202eb", "'"])
def test_odd_names_do_no_harm(client, db, typed):
    assert attempt(client, typed).status_code == 200
    assert all(row[3] == "unknown" for row in entries())


def test_a_lock_out_is_recorded_once_and_still_locks(client, caseworker):
    for _n in range(9):
        response = attempt(client, caseworker.username)
    assert response.status_code == 429
    assert attempt(client, caseworker.username, PASSWORD).status_code == 429
    pk = str(caseworker.pk)
    assert len(entries("sign-in.failed")) == 4  # the fifth is the lockout
    assert entries("sign-in.locked") == [("stranger", "sign-in.locked", "user", pk)]
    assert entries("sign-in") == []


def test_every_sign_in_is_recorded(client, caseworker, break_record):
    break_record()
    assert attempt(client, caseworker.username, PASSWORD).status_code == 503
    assert client.get(reverse("home")).status_code == 302
    caseworker.refresh_from_db()
    assert caseworker.last_login is None


def test_locking_and_signing_out_work_without_the_record(client, caseworker, supervisor, break_record, caplog):
    attempt(client, supervisor.username, PASSWORD)
    break_record()
    assert client.post(reverse("sign-out")).status_code == 302
    assert client.get(reverse("home")).status_code == 302
    for _n in range(5):
        response = attempt(client, caseworker.username)
    assert response.status_code == 429
    assert "not in the record" in caplog.text


# --- administration ---------------------------------------------------------------------------


@pytest.fixture
def root(client, make_user) -> User:
    user = make_user(Role.COI_ADMIN, None, "root", is_staff=True, is_superuser=True)
    signed_in(user, client)
    return user


def last() -> tuple:
    entry = Entry.objects.latest("pk")
    return entry.actor, entry.action, entry.object_type, entry.object_id, entry.details


def change(client, user: User, **fields):
    stored = {
        "username": user.username, "first_name": user.first_name, "last_name": user.last_name, "email": user.email,
        "is_active": "on", "role": user.role, "office": user.office_id or "",
        "date_joined_0": f"{user.date_joined:%Y-%m-%d}", "date_joined_1": f"{user.date_joined:%H:%M:%S}",
    }  # fmt: skip
    data = {name: value for name, value in (stored | fields).items() if value is not None}
    response = client.post(reverse("admin:accounts_user_change", args=[user.pk]), data)
    assert response.status_code == 302, response.context["errors"]


def test_a_change_of_role_and_office_is_recorded_with_its_codes(client, root, caseworker, other_office):
    # whoever cannot sign in gets nothing by a new role, so it waits for nobody
    change(client, caseworker, role="auditor", office=other_office.pk, is_active=None, first_name="Renamed")
    actor, action, kind, pk, details = last()
    assert (actor, action, kind, pk) == (str(root.pk), "user.change", "user", str(caseworker.pk))
    assert {"role", "office", "is_active", "first_name"} <= set(details.pop("fields"))
    assert details == {
        "role": ["caseworker", "auditor"],
        "office": ["office-a", "office-b"],
        "is_active": [True, False],
    }
    assert "Renamed" not in str(list(Entry.objects.values_list()))


def test_nobody_changes_what_they_themselves_may_do(client, root, office, caseworker):
    change(client, root, role="supervisor", office=office.pk, is_superuser=None, is_staff=None, first_name="Ruth")
    root.refresh_from_db()
    assert (root.role, root.office, root.is_superuser, root.is_staff) == (Role.COI_ADMIN, None, True, True)
    assert root.first_name == "Ruth"
    assert list(last()[4]) == ["fields"]  # no old and new role
    assert client.post(reverse("admin:accounts_user_delete", args=[root.pk]), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [root.pk, caseworker.pk], "post": "yes"}
    assert client.post(reverse("admin:accounts_user_changelist"), chosen).status_code == 403
    assert User.objects.filter(pk__in=[root.pk, caseworker.pk]).count() == 2


def test_making_and_removing_a_user_is_recorded(client, root, office, caseworker, supervisor):
    response = client.post(
        reverse("admin:accounts_user_add"),
        {"username": "new", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD,
         "office": office.pk, "role": "supervisor", "reason": "Joins on Monday."},
    )  # fmt: skip
    assert response.status_code == 302, response.context["errors"]
    made = User.objects.get(username="new")
    pk = str(made.pk)
    assert entries("user.create") == [(str(root.pk), "user.create", "user", pk)]
    details = Entry.objects.get(action="user.create").details
    assert (made.is_active, details["is_active"]) == (False, [None, False])
    assert (details["role"], details["office"]) == ([None, "supervisor"], [None, "office-a"])
    client.post(reverse("admin:accounts_user_delete", args=[made.pk]), {"post": "yes"})
    assert last()[1:4] == ("user.delete", "user", pk)
    both = [caseworker.pk, supervisor.pk]
    client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "delete_selected", "_selected_action": both, "post": "yes"},
    )
    assert {row[3] for row in entries("user.delete")} == {pk, *map(str, both)}
    assert verify().is_whole


def test_a_password_set_by_an_administrator_is_recorded_as_such(client, root, caseworker):
    address = reverse("admin:auth_user_password_change", args=[caseworker.pk])
    wrong = client.post(address, {"usable_password": "true", "password1": "a", "password2": "b"})
    assert wrong.status_code == 200
    assert entries("user.password") == []
    new = "quite another long one"
    assert client.post(address, {"usable_password": "true", "password1": new, "password2": new}).status_code == 302
    assert last() == (str(root.pk), "user.password", "user", str(caseworker.pk), {})
    caseworker.refresh_from_db()
    assert caseworker.check_password(new)
    assert client.get(reverse("admin:auth_user_password_change", args=["nobody"])).status_code in (302, 404)


def test_the_administration_has_no_sign_in_and_no_password_page_of_its_own(client, root, caseworker):
    """Its pages would know neither the limits nor the second step."""
    login, index, own = (reverse(f"admin:{name}") for name in ("login", "index", "password_change"))
    assert client.get(login).url == index
    assert client.get(own).url == client.post(own).url == reverse("password-change")
    client.force_login(caseworker)
    assert client.get(index, follow=True).status_code == 403
    client.logout()
    there = client.post(f"{login}?next={index}", {"username": root.username, "password": PASSWORD})
    assert there.url == f"{reverse('sign-in')}?next={index}"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reference_pattern", "ABC"), ("reference_pattern", "#\u202e"), ("legal_basis", "A\u202elaw"), ("coi_age_limit", 0),
        ("coi_age_limit", 99), ("legal_basis", "A\x00law"),
    ],
)  # fmt: skip
def test_settings_that_would_stop_memos_or_references_are_refused(client, root, office, field, value):
    data = {
        "code": office.code,
        "name": office.name,
        "coi_age_limit": 12,
        "keep_months": 120,
        "untouched_days": 90,
        field: value,
    }
    response = client.post(reverse("admin:accounts_office_change", args=[office.pk]), data)
    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors


def test_settings_of_an_office_are_recorded_by_the_names_of_the_fields(client, root, office):
    data = {
        "code": office.code,
        "name": office.name,
        "legal_basis": "A law.",
        "coi_age_limit": 12,
        "keep_months": 120,
        "untouched_days": 90,
    }
    response = client.post(reverse("admin:accounts_office_change", args=[office.pk]), data)
    assert response.status_code == 302, response.context["errors"]
    *what, details = last()[1:]
    assert what == ["office.change", "office", str(office.pk)]
    assert details["fields"] == ["coi_age_limit", "legal_basis"]
    assert set(details) == {"fields", "coi_age_limit", "legal_basis"}
    assert details["coi_age_limit"][0] == 24
    client.post(reverse("admin:accounts_office_add"), data | {"code": "office-c"})
    assert last()[1] == "office.create"


def test_nothing_changes_in_the_administration_unrecorded(client, root, caseworker, office, break_record):
    break_record()
    address = reverse("admin:auth_user_password_change", args=[caseworker.pk])
    new = "quite another long one"
    posts = [
        (address, {"usable_password": "true", "password1": new, "password2": new}),
        (reverse("admin:accounts_user_delete", args=[caseworker.pk]), {"post": "yes"}),
        (
            reverse("admin:accounts_office_change", args=[office.pk]),
            {"code": office.code, "name": "Renamed", "coi_age_limit": 12, "keep_months": 120, "untouched_days": 90},
        ),
    ]
    for where, data in posts:
        assert client.post(where, data).status_code == 503
    caseworker.refresh_from_db()
    assert caseworker.check_password(PASSWORD)
    assert Office.objects.get(pk=office.pk).name == office.name

"""Notifications are counted, listed and read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from assessments.models import Case, Notification
from assessments.models.codes import State
from tests.assessments.pages.office.office_cases import make_case
from tests.markup import markup as words
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(library, caseworker):
    return Notification.objects.create(user=caseworker, case=make_case(caseworker, reference="N-77"), kind="returned")


def test_notifications_are_counted_listed_and_read(told, caseworker):
    client = signed_in(caseworker)
    page = words(client.get(reverse("notifications")))
    assert "A memo was returned with comments: <bdi>N-77</bdi>" in page
    assert '(1<span class="visually-hidden"> unread' in page
    response = client.post(reverse("notifications-read"), {"id": told.pk})
    assert response.headers["Location"] == reverse("case", args=[told.case.uuid])
    told.refresh_from_db()
    assert told.read_at
    assert "unread" not in words(client.get(reverse("notifications")))


def test_all_own_notifications_are_marked_as_read_at_once(told, caseworker, supervisor):
    theirs = Notification.objects.create(user=supervisor, case=told.case, kind="submitted")
    signed_in(caseworker).post(reverse("notifications-read"))
    told.refresh_from_db()
    theirs.refresh_from_db()
    assert told.read_at
    assert not theirs.read_at
    assert signed_in(caseworker).post(reverse("notifications-read"), {"id": theirs.pk}).status_code == 404
    assert "A memo is waiting" not in words(signed_in(caseworker).get(reverse("notifications")))


def test_a_reference_is_shown_only_while_the_user_may_see_the_case(library, caseworker, make_user, office):
    case = make_case(make_user(Role.CASEWORKER, office, "colleague"), reference="N-88", is_shared=True)
    note = Notification.objects.create(user=caseworker, case=case, kind="closed")
    client = signed_in(caseworker)
    assert "N-88" in words(client.get(reverse("notifications")))
    Case.objects.update(is_shared=False)
    page = words(client.get(reverse("notifications")))
    assert "N-88" not in page
    assert "You can no longer see this case" in page
    response = client.post(reverse("notifications-read"), {"id": note.pk})
    assert response.headers["Location"] == reverse("notifications")


def test_an_assigned_review_can_be_opened_immediately(library, caseworker, supervisor):
    case = make_case(caseworker, state=State.IN_REVIEW, reviewer=supervisor)
    note = Notification.objects.create(user=supervisor, case=case, kind="assigned")
    response = signed_in(supervisor).post(reverse("notifications-read"), {"id": note.pk})
    assert response.headers["Location"] == reverse("review", args=[case.uuid])


@pytest.mark.parametrize("number", ["x", "", "-1", "9" * 40, "\x00"])
def test_a_missing_notification_is_not_found(number, told, caseworker):
    assert signed_in(caseworker).post(reverse("notifications-read"), {"id": number}).status_code == 404


def test_roles_without_cases_have_no_notifications(told, others):
    for user in others:
        expected = 200 if user.is_caseworker or user.is_supervisor else 403
        assert signed_in(user).get(reverse("notifications")).status_code == expected
        assert "N-77" not in words(signed_in(user).get(reverse("notifications")))


def test_the_list_costs_the_same_however_long(told, caseworker):
    client = signed_in(caseworker)
    counted = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("notifications"))
        counted.append(len(queries))
        for _n in range(20):
            Notification.objects.create(user=caseworker, case=make_case(caseworker), kind="approved")
    assert counted[0] == counted[1]

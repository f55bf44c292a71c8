"""One's own password: changed at the present one, or set by a link."""

import re

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.urls import reverse

from accounts import mail as our_mail
from accounts.models import User
from audit.models import Entry
from tests.browser_post import BrowserClient
from tests.markup import visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db
OLD, NEW = "a present long password", "a new and longer password"
CHANGE, FORGOTTEN, SET = reverse("password-change"), reverse("password-forgotten"), reverse("password-new")


@pytest.fixture
def worker(caseworker, monkeypatch) -> User:
    monkeypatch.setattr(our_mail, "Thread", AtOnce)
    caseworker.set_password(OLD)
    caseworker.email = "worker@office.example"
    caseworker.save()
    return caseworker


class AtOnce:
    """In place of a thread: does the work when it is started."""

    def __init__(self, target, args) -> None:
        self.start = lambda: target(*args)


def typed(old: str = OLD, new: str = NEW, again: str | None = None) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}


def is_password(user: User, password: str) -> bool:
    return User.objects.get(pk=user.pk).check_password(password)


def recorded() -> list[tuple]:
    return list(Entry.objects.filter(action__startswith="password").values_list("actor", "action", "object_id"))


def test_a_person_changes_the_password_and_other_sessions_end(worker, django_capture_on_commit_callbacks):
    here, elsewhere = signed_in(worker), signed_in(worker)
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post(CHANGE, typed()).status_code == 302
    assert is_password(worker, NEW)
    assert "signed out everywhere else" in visible_text(here.get(reverse("home")))
    assert elsewhere.get(reverse("home")).status_code == 302
    pk = str(worker.pk)
    assert recorded() == [(pk, "password.change", pk)]
    assert [message.to for message in mail.outbox] == [["worker@office.example"]]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (typed(old="wrong"), "The present password is wrong."),
        (typed(old=""), "Enter your present password."),
        (typed(new=""), "Enter a new password."),
        (typed(again="another long password"), "The two new passwords differ."),
        (typed(new=OLD), "The new password is the present one."),
        (typed(new="short-one-1"), "too short"),
        (typed(new="passwordpassword"), "too common"),
        (typed(new="Password-2026!"), "too common"),
        (typed(new="123456789012"), "too common"),
        (typed(new="aaaaaaaaaaaa1"), "too common"),
        (typed(new="case-worker-1"), "too similar to the username"),
    ],
)
def test_a_password_is_refused_with_the_reason(sent, said, worker):
    User.objects.filter(pk=worker.pk).update(username="case-worker-1")
    worker.refresh_from_db()
    client = signed_in(worker)
    response = client.post(CHANGE, sent)
    assert response.status_code == 422
    assert said in visible_text(response)
    assert is_password(worker, OLD)
    assert client.get(CHANGE).status_code == 200
    assert "password.change" not in str(recorded())


def test_wrong_present_passwords_are_recorded_and_block_like_those_at_sign_in(worker, supervisor):
    """The session goes on, and so does everybody else."""
    client = signed_in(worker)
    pk = str(worker.pk)
    said = [client.post(CHANGE, typed(old="Hunter2")).status_code for _time in range(5)]
    assert said == [422] * 4 + [429]
    assert recorded() == [(pk, "password.failed", pk)] * 4, "the fifth is recorded as a lock-out"
    assert "Hunter2" not in str(list(AccessAttempt.objects.values_list()))
    assert client.post(CHANGE, typed()).status_code == 429
    assert client.get(reverse("home")).status_code == 200
    assert signed_in(supervisor).post(CHANGE, typed(old="wrong")).status_code == 422
    assert is_password(worker, OLD)


def asked(client, name: str, capture) -> str:
    """Return the page that says a link is on its way."""
    with capture(execute=True):
        response = client.post(FORGOTTEN, {"username": name})
    assert response.status_code == 200
    return visible_text(response)


def link() -> str:
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_link_by_mail_sets_a_new_password_once(worker, client, django_capture_on_commit_callbacks):
    session = signed_in(worker)
    asked(client, worker.username, django_capture_on_commit_callbacks)
    address = link()
    assert client.get(address).url == SET, "the token leaves the address"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(SET, typed()).status_code == 302
    assert is_password(worker, NEW)
    assert session.get(reverse("home")).status_code == 302
    assert len(mail.outbox) == 2
    pk = str(worker.pk)
    assert recorded() == [("stranger", "password.ask", pk), ("stranger", "password.reset", pk)]
    for again in (client, BrowserClient()):
        assert again.get(address).status_code == again.post(SET, typed()).status_code == 410


def test_a_weak_password_by_a_link_is_refused(worker, client, django_capture_on_commit_callbacks):
    asked(client, worker.username, django_capture_on_commit_callbacks)
    client.get(link())
    assert client.post(SET, typed(new="password")).status_code == 422
    assert is_password(worker, OLD)


def test_the_answer_does_not_tell_whether_there_is_such_a_user(worker, make_user, django_capture_on_commit_callbacks):
    make_user("caseworker", worker.office, "without-address")
    inactive = make_user("caseworker", worker.office, "inactive")
    User.objects.filter(pk=inactive.pk).update(is_active=False, email="inactive@office.example")
    names = [worker.username, "nobody-has-this", "without-address", "inactive", worker.username]
    pages = {asked(BrowserClient(), name, django_capture_on_commit_callbacks) for name in names}
    assert len(pages) == 1
    assert [message.to for message in mail.outbox] == [["worker@office.example"]], "one in a quarter of an hour"


def test_without_mail_no_page_offers_a_link(settings, client):
    assert FORGOTTEN in client.get(reverse("sign-in")).content.decode()
    settings.MAIL_IS_SET_UP = False
    assert client.get(FORGOTTEN).status_code == 404
    page = client.get(reverse("sign-in")).content.decode()
    assert FORGOTTEN not in page
    assert "Ask the administrator of your office." in page


@pytest.mark.parametrize("name", ["", " ", "\0", "x" * 151])
def test_what_is_no_user_name_is_refused(name, client):
    assert client.post(FORGOTTEN, {"username": name}).status_code == 422

"""Failed sign-ins block whoever makes them, and neither a colleague nor the rest of the office."""

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import sign_in_limits
from accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD, WRONG, BLOCKED = "a-long-and-odd-password", "not-the-password-at-all", 429
STRANGER, OFFICE = "198.51.100.7", "192.0.2.1"


@pytest.fixture
def colleague(caseworker) -> User:
    caseworker.set_password(PASSWORD)
    caseworker.save()
    return caseworker


def sign_in(name: str, password: str, address: str, client: Client | None = None) -> int:
    typed = {"username": name, "password": password}
    return (client or Client()).post(reverse("sign-in"), typed, REMOTE_ADDR=address).status_code


def fail(name: str, address: str, times: int) -> int:
    return [sign_in(name, WRONG, address) for _time in range(times)][-1]


def many_failures(count: int, **of: str) -> None:
    """Store attempts as axes does, because hashing a password so often takes long."""
    request = RequestFactory().get("/")
    AccessAttempt.objects.create(
        **{"username": "somebody", "ip_address": STRANGER, "user_agent": "", "path_info": request.path} | of,
        failures_since_start=count,
        get_data="",
        post_data="",
    )


def test_a_stranger_does_not_lock_a_colleague_out(colleague):
    assert fail(colleague.username, STRANGER, 5) == BLOCKED
    assert sign_in(colleague.username, PASSWORD, STRANGER) == BLOCKED
    assert sign_in(colleague.username, PASSWORD, OFFICE) == 302


def test_five_failures_at_one_desk_leave_the_others_of_the_office_alone(colleague, supervisor):
    supervisor.set_password(PASSWORD)
    supervisor.save()
    assert fail(colleague.username, OFFICE, 5) == BLOCKED
    assert sign_in(supervisor.username, PASSWORD, OFFICE) == 302


def test_a_name_that_fails_from_many_addresses_is_blocked_except_where_the_person_signed_in_before(colleague):
    browser = Client()
    assert sign_in(colleague.username, PASSWORD, OFFICE, browser) == 302
    browser.post(reverse("sign-out"))
    for number in range(sign_in_limits.OF_A_NAME // 3):
        many_failures(3, username=colleague.username, ip_address=f"198.51.100.{number}")
    assert sign_in(colleague.username, PASSWORD, "203.0.113.9") == BLOCKED
    assert sign_in(colleague.username, PASSWORD, OFFICE, browser) == 302


def test_a_flood_from_an_address_is_blocked_before_a_password_is_hashed(colleague, monkeypatch):
    browser = Client()
    assert sign_in(colleague.username, PASSWORD, OFFICE, browser) == 302
    browser.post(reverse("sign-out"))
    many_failures(sign_in_limits.OF_AN_ADDRESS, ip_address=OFFICE)
    with monkeypatch.context() as patched:
        patched.setattr(User, "check_password", lambda *args: pytest.fail("hashed"))
        assert sign_in(colleague.username, PASSWORD, OFFICE) == BLOCKED
    assert sign_in(colleague.username, PASSWORD, "203.0.113.9") == 302  # elsewhere nothing is blocked
    assert sign_in(colleague.username, PASSWORD, OFFICE, browser) == 302  # nor where the person signed in before


def test_a_known_browser_is_blocked_after_five_failures_like_any_other(colleague):
    browser = Client()
    assert sign_in(colleague.username, PASSWORD, OFFICE, browser) == 302
    browser.post(reverse("sign-out"))
    said = [sign_in(colleague.username, WRONG, OFFICE, browser) for _time in range(5)]
    assert said[-1] == BLOCKED
    assert sign_in(colleague.username, PASSWORD, OFFICE, browser) == BLOCKED


def test_a_browser_is_known_for_its_own_people_only_and_no_cookie_can_be_made_up(colleague, supervisor):
    browser = Client()
    sign_in(colleague.username, PASSWORD, OFFICE, browser)
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in browser.cookies.items()}
    assert sign_in_limits.is_known(request, colleague.pk)
    assert not sign_in_limits.is_known(request, supervisor.pk)
    request.COOKIES["known-browser"] = str(supervisor.pk)
    assert not sign_in_limits.is_known(request, supervisor.pk)


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"REMOTE_ADDR": OFFICE, "HTTP_X_FORWARDED_FOR": f"{STRANGER}, 203.0.113.5"}, "203.0.113.5"),
        ({"REMOTE_ADDR": OFFICE, "HTTP_X_FORWARDED_FOR": "nonsense"}, OFFICE),
        ({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"),
        ({"REMOTE_ADDR": "::ffff:192.0.2.1"}, OFFICE),
        ({"REMOTE_ADDR": ""}, None),
    ],
)
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_wrote(settings, headers, address):
    settings.BEHIND_PROXY = True
    assert sign_in_limits.client_address(RequestFactory().get("/", **headers)) == address


def test_without_a_proxy_the_header_counts_for_nothing():
    request = RequestFactory().get("/", REMOTE_ADDR=OFFICE, HTTP_X_FORWARDED_FOR=STRANGER)
    assert sign_in_limits.client_address(request) == OFFICE


def test_nothing_that_was_typed_is_stored(colleague):
    """A form that waits for its sender may be about a case, and a misplaced password may stand in any field."""
    typed = {"username": colleague.username, "password": WRONG, "unsent": "Ogossagou", "next": "/?q=Bourem"}
    for _time in range(2):
        assert Client().post(f"{reverse('sign-in')}?q=Gao", typed, REMOTE_ADDR=OFFICE).status_code == 200
    (attempt,) = AccessAttempt.objects.all()
    assert attempt.failures_since_start == 2
    assert (attempt.get_data + attempt.post_data).strip("-\n") == ""


def test_what_is_no_name_is_counted_and_not_stored(db):
    typed = "my-password-in-the-wrong-field"
    assert fail(typed, STRANGER, 5) == BLOCKED
    (attempt,) = AccessAttempt.objects.all()
    assert typed not in str(vars(attempt))

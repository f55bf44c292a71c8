"""Fixtures for every test. Each test process loads the library once."""

import gc
from datetime import timedelta

import hypothesis
import pytest

from accounts.models import Office, Role, User
from tests import built_database, factories
from tests.browser_post import BrowserClient

hypothesis.settings.register_profile("few", max_examples=40, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("many", hypothesis.settings.get_profile("few"), max_examples=200)
hypothesis.settings.load_profile("few")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that drive a browser: one of them takes minutes, and must not be the last one to end."""
    items.sort(key=lambda item: "end_to_end" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Collect garbage rarely: imported modules stay, and scanning them took a tenth of the run."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """The test database with the shipped library. A test with ``transaction=True`` would empty it for all others."""
    with django_db_blocker.unblock():
        yield from built_database.opened(getattr(request.config, "cache", None))


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    """Use a fast password hash, because a secure one takes half a second."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def patient_renderer(settings):
    """A busy machine is slow, and not wrong: tests of the limits set their own."""
    settings.MEMO_SECONDS = 60


@pytest.fixture(autouse=True)
def no_anchor(settings):
    """Do not write the head of the test database's audit record beside the real one."""
    settings.AUDIT_ANCHOR_FILE = ""


@pytest.fixture
def client() -> BrowserClient:
    """Replace pytest-django's client with one that posts forms as browsers do."""
    return BrowserClient()


@pytest.fixture
def django_assert_max_num_queries(django_assert_max_num_queries, monkeypatch):
    """Count queries without the audit row that a new quarter of an hour would add."""
    monkeypatch.setattr("audit.record.quarter_of", lambda now: now - timedelta(days=1))
    return django_assert_max_num_queries


@pytest.fixture
def library(db):
    """The shipped library: vocabulary, places and the note on Mali."""


@pytest.fixture
def office(db) -> Office:
    return Office.objects.create(code="office-a", name="Office A")


@pytest.fixture
def other_office(db) -> Office:
    return Office.objects.create(code="office-b", name="Office B")


@pytest.fixture
def make_user(db):
    """Return make_user("caseworker", office), which makes a user of that role."""

    def make(role: str, office: Office | None, username: str = "", **fields) -> User:
        name = username or f"{role}-{office.code if office else 'nowhere'}"
        return User.objects.create_user(
            username=name, password="a long enough password", role=role, office=office, **fields
        )

    return make


@pytest.fixture
def caseworker(make_user, office) -> User:
    return make_user(Role.CASEWORKER, office)


@pytest.fixture
def supervisor(make_user, office) -> User:
    return make_user(Role.SUPERVISOR, office)


@pytest.fixture
def second_report(library):
    """An invented report on Mali by another publisher, which denies an attack on Ogossagou in March 2019."""
    return factories.second_report()

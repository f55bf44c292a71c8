"""Fixtures that every test may use. Each test process loads the library once."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command

from accounts.models import Office, Role, User
from coi.models import (
    CoverageRow,
    Denial,
    Edition,
    EventKind,
    Finding,
    Footnote,
    Originator,
    Place,
    Publication,
    Report,
    Section,
    Source,
)

LIBRARY = ["vocabulary", "places/countries", "places/ml", "places/neighbours", "coi/ml/sem-mali-2021-04"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with the shipped library in it. A test with ``transaction=True`` would empty it for all."""
    with django_db_blocker.unblock():
        call_command("loaddata", *LIBRARY, verbosity=0)


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    """Hashing passwords well takes half of a second; no test here is about that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_anchor(settings):
    """The head of the test database's record is not written beside the real one."""
    settings.AUDIT_ANCHOR_FILE = ""


@pytest.fixture
def django_assert_max_num_queries(django_assert_max_num_queries, monkeypatch):
    """Counts the same whenever it runs: no quarter of an hour, with its row for a read, begins in between."""
    monkeypatch.setattr("audit.record.quarter_of", lambda now: now - timedelta(days=1))
    return django_assert_max_num_queries


@pytest.fixture
def library(db):
    """The shipped library: vocabulary, places, the note on Mali."""


@pytest.fixture
def office(db) -> Office:
    return Office.objects.create(code="office-a", name="Office A")


@pytest.fixture
def other_office(db) -> Office:
    return Office.objects.create(code="office-b", name="Office B")


@pytest.fixture
def make_user(db):
    """make_user("caseworker", office): a user of that role."""

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
    """A report of another publisher on Mali, made up, which denies an attack on Ogossagou in March 2019."""
    report = Report.objects.create(
        code="made-up", title="Made up for tests", publisher="Nobody", product_type="note", country="ML", language="en"
    )
    edition = Edition.objects.create(
        report=report, code="made-up-2022", label="Made up, 2022", cut_off=date(2022, 6, 30),
        period_from="2015", current_from="2019", latest_access=date(2022, 6, 30),
    )  # fmt: skip
    section = Section.objects.create(edition=edition, code="all", title="All", position=1, period_from="2015")
    row = CoverageRow.objects.create(
        edition=edition,
        code="all",
        place=Place.objects.get(code="ML"),
        period_from="2015",
        period_to="2022-06",
        basis="It says so.",
    )
    row.events.set(EventKind.objects.filter(code="attack"))
    note = Footnote.objects.create(edition=edition, number=1, section_code="all", paragraph=1, after_sentence=1)
    Source.objects.create(
        footnote=note,
        position=1,
        originator=Originator.objects.get(code="hrw"),
        publisher="Somebody",
        title="Something",
        kind="ngo",
    )
    finding = Finding.objects.create(
        edition=edition, section=section, code="a-01", position=1, paragraph=1, sentence=1, kind="denial",
        strength="stated", statement="Ogossagou was not attacked in March 2019.",
    )  # fmt: skip
    finding.places.set(Place.objects.filter(code="gn-2452421"))
    finding.footnotes.set([note])
    denial = Denial.objects.create(finding=finding, period_from="2019-03", period_to="2019-03")
    denial.places.set(Place.objects.filter(code="gn-2452421"))
    denial.events.set(EventKind.objects.filter(code="attack"))
    Publication.objects.create(edition=edition, published_at=date(2026, 11, 23))
    return edition

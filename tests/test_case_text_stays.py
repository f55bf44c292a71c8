"""The text of a case stays in the case: a marker is typed wherever it can be, and is in nothing that leaves.

It is in no address, title of a page, log line, e-mail or entry of the audit record. On
PostgreSQL, the log of the server has none of it either (tests/test_databases.py).
"""

import logging
from urllib.parse import unquote

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from accounts.models import Role
from assessments.models import Case, CaseFact, FactAssessment, IntakeDraft, Notification
from assessments.office import dashboards
from audit.models import Entry
from coi.events import jobs
from operations.logs import JsonLines
from tests import factories
from tests.assessments import walk
from tests.assessments.pages.workspace import fact_pages
from tests.browser_post import BrowserClient
from tests.case_text import MARK
from tests.coi.event_files import NEW, write
from tests.markup import elements, visible_text
from tests.searching import searched
from tests.sign_in import signed_in

FACT = {
    **walk.FACT, "statement": f"{MARK} saw it.", "passage": f"{MARK} in the interview.", "event_note": MARK,
    "actor_note": MARK, "target_note": MARK, "explanation": f"{MARK} explains.",
}  # fmt: skip
CASE = {
    **walk.CASE, "reference": f"{MARK}-2026-00077", "note": f"Note of {MARK}.",
    "places": [{"role": "home-area", "place": f"{MARK}, Mopti region", "from": "1990"}], "material_facts": [FACT],
}  # fmt: skip
pytestmark = [pytest.mark.usefixtures("library", "nothing_leaves")]


class Watched(BrowserClient):
    """A client that notes what a request shows to others than its reader."""

    def __init__(self, **more):
        super().__init__(**more)
        self.raise_request_exception = False
        self.shown = []

    def request(self, **request):
        response = super().request(**request)
        self.shown += [request.get("PATH_INFO", ""), request.get("QUERY_STRING", "")]
        self.shown += [f"{name}: {value}" for name, value in response.items()]
        self.shown += [f"{cookie}" for cookie in response.cookies.values()]
        if response.get("Content-Type", "").startswith("text/html") and response.content:
            found = elements(response, "title, [href], [src], [action], [formaction]")
            self.shown += [visible_text(each) for each in found if each.tag == "title"]
            self.shown += [each.get(name) or "" for each in found for name in ("href", "src", "action", "formaction")]
        return response


@pytest.fixture
def browser():
    return Watched()


@pytest.fixture
def lines():
    """The log lines of the test, as they are written outside development."""
    written = []
    handler = logging.Handler()
    handler.setFormatter(JsonLines())
    handler.emit = lambda record: written.append(handler.format(record))
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.setLevel(level)
    root.handlers[:] = before


@pytest.fixture
def nothing_leaves(db, browser, lines, mailoutbox):
    yield
    rows = [each for model in (Entry, AccessAttempt, AccessFailureLog, AccessLog, Notification)
            for each in model._default_manager.values()]  # fmt: skip
    mails = [f"{mail.subject} {mail.body} {mail.to}" for mail in mailoutbox]
    assert browser.shown
    leaves = [unquote(str(each)) for each in (*browser.shown, *lines, *mails, *rows)]
    assert [each for each in leaves if MARK.lower() in each.lower()] == []


@pytest.fixture
def marked(caseworker):
    """A case with the marker in every text."""
    return walk.stored(caseworker, CASE)


def test_intake_with_autosave(browser, caseworker):
    signed_in(caseworker, browser)
    answer = walk.record(browser, walk.typed(CASE))
    assert answer.status_code == 302
    assert Case.objects.get().reference == f"{MARK}-2026-00077"
    assert MARK in CaseFact.objects.get().passage
    assert browser.get(reverse("case", args=[Case.objects.get().uuid])).status_code == 200


def test_an_intake_that_is_refused(browser, caseworker):
    signed_in(caseworker, browser)
    draft = walk.begun(browser, walk.typed(CASE))
    answer = walk.send(browser, draft, "applicant", walk.typed(CASE, due_on=f"{MARK} day"))
    assert MARK in str(IntakeDraft.objects.get().data)
    assert MARK in answer.content.decode() or answer.status_code == 302
    assert browser.get(reverse("home")).status_code == 200


def test_the_reference_of_another_case(browser, caseworker, marked, lines):
    signed_in(caseworker, browser)
    answer = walk.record(browser, walk.typed(CASE))
    assert answer.status_code == 422
    assert f"{MARK}-2026-00077" in answer.content.decode()


def test_reasoning(browser, caseworker, marked):
    signed_in(caseworker, browser)
    for autosave in (True, False):
        fact_pages.save(browser, marked, reasoning=f"{MARK} is believed.", autosave=autosave)
    assert MARK in FactAssessment.objects.get().reasoning
    stale = browser.post(fact_pages.address(marked), {"version": 0, "reasoning": f"Other {MARK}", "outcome": ""})
    assert stale.status_code == 409


@pytest.mark.parametrize("page", ["home", "search", "actors"])
def test_searches(browser, caseworker, marked, page):
    signed_in(caseworker, browser)
    assert f'value="{MARK}"' in searched(browser, reverse(page), {"q": MARK}).content.decode()
    assert browser.post(reverse("place-search"), {"q": MARK, "country": "ML"}).status_code == 200


def test_filters_of_the_audit_record(browser, make_user, office):
    signed_in(make_user(Role.AUDITOR, office), browser)
    answer = searched(browser, reverse("record"), {"who": MARK, "object": MARK})
    assert answer.status_code == 422
    assert MARK in answer.content.decode()


def test_mails_and_notifications(
    browser, caseworker, supervisor, marked, mailoutbox, django_capture_on_commit_callbacks
):
    type(caseworker).objects.update(email="somebody@office.example")
    with django_capture_on_commit_callbacks(execute=True):
        factories.recalled(factories.fresh(marked), supervisor, reason=f"{MARK} was wrong.")
    assert mailoutbox
    signed_in(caseworker, browser)
    assert MARK in browser.get(reverse("notifications")).content.decode()


def test_an_import_with_a_bad_file(browser, make_user, office, monkeypatch, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    monkeypatch.setattr(jobs, "start", jobs.work_all)
    signed_in(make_user(Role.COI_ADMIN, office), browser)
    path = write(tmp_path / "given.csv", NEW, [])
    file = SimpleUploadedFile(f"{MARK}.csv", path.read_bytes() + f"{MARK},,,\n".encode())
    answer = browser.post(
        reverse("events"), {"country": "ML", "retrieved": "2026-11-02", "code": "given", "file": file}
    )
    assert answer.status_code in (302, 422)


def test_a_wrong_sign_in(browser):
    answer = browser.post(reverse("sign-in"), {"username": MARK, "password": f"{MARK} {MARK}"})
    assert answer.status_code in (200, 401, 422)
    assert AccessAttempt.objects.exists()


def test_a_page_that_does_not_exist(browser, caseworker):
    signed_in(caseworker, browser)
    address = reverse("case", args=["00000000-0000-4000-8000-000000000000"])
    assert browser.get(address).status_code == 404
    assert (
        browser.post(reverse("case-edit", args=["00000000-0000-4000-8000-000000000000"]), walk.typed(CASE)).status_code
        == 404
    )


def test_a_form_without_its_token(caseworker, browser):
    browser.handler.enforce_csrf_checks = True
    signed_in(caseworker, browser)
    assert browser.post(reverse("case-new"), walk.typed(CASE)).status_code == 403


def test_an_error_of_the_program(browser, caseworker, lines, monkeypatch):
    def fails(*given):
        raise ValueError(f"{MARK} is not a number")

    monkeypatch.setattr(dashboards, "my_cases", fails)
    signed_in(caseworker, browser)
    assert browser.post(reverse("home"), {"q": MARK}, follow=True).status_code == 500
    assert any("ValueError" in line for line in lines)


def _twice(case):
    Case.objects.create(reference=case.reference, office=case.office, author=case.author, country="ML")


def _unknown_state(case):
    Case.objects.filter(pk=case.pk).update(state="unknown", note=f"More of {MARK}.")


@pytest.mark.parametrize("write", [_twice, _unknown_state])
def test_a_row_that_the_database_refuses(browser, caseworker, marked, lines, monkeypatch, write):
    def fails(*given):
        with transaction.atomic():
            write(marked)

    monkeypatch.setattr(dashboards, "my_cases", fails)
    signed_in(caseworker, browser)
    answer = browser.get(reverse("home"))
    assert answer.status_code == 500
    assert any("IntegrityError" in line for line in lines)


def test_a_change_that_a_trigger_refuses(browser, caseworker, supervisor, marked, lines, monkeypatch):
    version = factories.approved(marked, supervisor)

    def fails(*given):
        with transaction.atomic():
            type(version).objects.filter(pk=version.pk).update(content=f'{{"changed": "{MARK}"}}')

    monkeypatch.setattr(dashboards, "my_cases", fails)
    signed_in(caseworker, browser)
    assert browser.get(reverse("home")).status_code == 500
    assert lines

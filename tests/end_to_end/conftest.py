"""A real server with the demonstration data, and a real browser."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_socket
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assessments.management.commands.load_demo import PASSWORD
from tests.demonstration_server import chromium, prepare, run_in, served

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=40_000)  # a busy machine is slow


NEWCOMER = """
from accounts.models import Office, Role, User
office = Office.objects.create(code="new", name="New office")
user = User.objects.create(username="caseworker-new", office=office, role=Role.CASEWORKER)
user.set_password("{password}")
user.save()
"""


def prepare_with_newcomer(folder: Path) -> None:
    """Make the demonstration data, and a user who has no case yet."""
    prepare(folder)
    run_in(folder, NEWCOMER.format(password=PASSWORD))


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory) -> Path:
    """The server's data folder: a copy of the one that this run's first test process made."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    prepared = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepared.exists():
            half = shared / "half-prepared"
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            prepare_with_newcomer(half)
            half.rename(prepared)
    return Path(shutil.copytree(prepared, base / "server"))


@pytest.fixture(scope="session")
def server(server_folder) -> Iterator[str]:
    """Yield the address of a server that runs like `make run`, on its own database."""
    pytest_socket.enable_socket()  # this run's own server, on the loopback interface
    with served(server_folder) as address:
        yield address


@pytest.fixture(scope="module")  # its event loop must end before other files use the database
def browser(server) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield browser
        browser.close()


OPEN_PAGES = pytest.StashKey[list[Page]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds what each page showed to the report of a test that failed."""
    report = yield
    if report.when == "call" and report.failed:
        for page in item.stash.get(OPEN_PAGES, []):
            report.sections.append((page.url, page.locator("body").inner_text(timeout=5_000)))
    return report


@pytest.fixture
def open_page(browser, server, request) -> Iterator:
    """Yield open_page(user, viewport=…, javascript=True), a signed-in page. Requests to other hosts fail the test."""
    contexts: list[BrowserContext] = []
    pages = request.node.stash.setdefault(OPEN_PAGES, [])
    foreign: list[str] = []

    def open_one(user: str | None = "caseworker", viewport=DESKTOP, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport=viewport, base_url=server, java_script_enabled=javascript, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(60_000)  # a busy machine is slow
        page.on("request", lambda r: None if r.url.startswith((server, "data:", "blob:")) else foreign.append(r.url))
        page.on("pageerror", lambda error: foreign.append(f"error in the page: {error}"))
        if user:
            page.goto("/sign-in/")
            page.get_by_label("User name").fill(user)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{server}/")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert foreign == []


def violations(page: Page) -> list[str]:
    """Return axe's findings on the page, one per line."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


@pytest.fixture(scope="session")
def axe():
    return violations

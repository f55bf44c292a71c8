"""A PDF that a worker makes: the page waits for it, with a script and without, and an approval does as well."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests import ROOT
from tests.demonstration_server import environment_of
from tests.end_to_end.conftest import PHONE
from tests.end_to_end.test_session import _fact

pytestmark = pytest.mark.slow

A_WORKER = """
from datetime import timedelta
from django.utils import timezone
from jobs.models import Worker
Worker.objects.create(name="that does nothing yet", seen_at=timezone.now() + timedelta(hours=1))
"""
NO_WORKER = "from jobs.models import Worker; Worker.objects.all().delete()"
READY_TO_APPROVE = """
from accounts.models import User
from tests import factories
by, boss = (User.objects.get(username=name) for name in ("caseworker", "supervisor"))
case = factories.make_case(by, "gao-bourem", reference="N-2099-60001")
factories.graded(factories.in_review(case, boss), boss)
print(case.uuid)
"""


@pytest.fixture
def manage(server, server_folder) -> Iterator[Callable[..., str]]:
    """manage(command, …): on the server's database, where a worker lives that does nothing; what it printed."""

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=environment_of(server_folder), check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    run("shell", "--verbosity=0", "--command", A_WORKER)
    yield run
    run("shell", "--verbosity=0", "--command", NO_WORKER)


def test_a_button_waits_for_its_file(open_page, manage):
    page = open_page("caseworker")
    _fact(page)
    page.goto(page.url.split("facts/")[0])
    link = page.get_by_role("link", name="Draft memo (PDF)")
    address = page.url
    link.click()
    expect(page.locator("#announce")).to_have_text("Preparing the file…")
    with page.expect_download() as download:
        manage("run_worker", "--until-empty")
    assert download.value.suggested_filename == "memo-draft.pdf"
    expect(page.locator("#announce")).to_have_text("The file is ready.")
    assert page.url == address


def test_without_a_script_a_page_says_so_and_fetches_the_file(open_page, manage, axe):
    page = open_page("caseworker")
    _fact(page)
    address = page.url.split("facts/")[0] + "disclosure.pdf"
    page.set_viewport_size(PHONE)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("The file is being prepared")
    expect(page.get_by_text("The file is the next to be made.")).to_be_visible()
    page.route("**/*.pdf", lambda route: route.abort())  # the page stays while it is looked at
    assert axe(page) == []
    plain = open_page("caseworker", javascript=False)
    plain.goto(address)
    with plain.expect_download() as download:
        manage("run_worker", "--until-empty")
    assert download.value.suggested_filename.startswith("footnote-disclosure-")


def test_an_approval_waits_for_its_pdf(open_page, manage, axe):
    uuid = manage("shell", "--verbosity=0", "--command", READY_TO_APPROVE).strip()
    page = open_page("supervisor")
    page.goto(f"/cases/{uuid}/review/")
    page.locator("#id_remark").fill("Well\nreasoned.")
    page.get_by_role("button", name="Approve the memo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The memo is not approved yet")
    assert axe(page) == []
    manage("run_worker", "--until-empty")
    page.wait_for_url(f"**/cases/{uuid}/")  # by itself
    expect(page.locator("#notices")).to_contain_text("The memo was approved.")

"""A day of each role in a real browser, and a case's pages in every state."""

import re
import sqlite3
import uuid
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.coi import boundary_files
from tests.coi.event_files import NEW, event, write
from tests.end_to_end.conftest import DESKTOP, PHONE
from tests.searching import search_in_browser

pytestmark = pytest.mark.slow


class Keyboard:
    """Reaches everything with Tab, never with a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator, most: int = 400) -> None:
        for _press in range(most):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab does not lead to {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)

    def type(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)


def open_review(page: Page, reference: str) -> None:
    page.get_by_role("link", name=reference, exact=True).first.click()
    page.get_by_role("navigation", name="Pages of this case").get_by_role("link", name="Review").click()


def test_a_supervisor_takes_reads_and_returns_a_memo_on_a_phone(open_page, axe):
    page = open_page("supervisor", viewport=PHONE)
    row = page.locator("tr", has_text="N-2026-00103")
    with page.expect_navigation():
        row.get_by_role("button", name=re.compile("^Take")).click()
    if "/review/" not in page.url:
        page.goto("/")
        open_review(page, "N-2026-00103")
    expect(page.locator("body")).to_contain_text("You are reviewing it")
    assert axe(page) == []
    page.get_by_role("button", name="Return the memo with comments").click()  # without saying what has to change
    expect(page.locator(".error-summary")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name=re.compile("^Start with")).click()
    assert axe(page) == []
    page.get_by_role("button", name="Minor error").click()
    page.locator(".review-panel textarea").fill("The period of residence is missing.")
    expect(page.locator("#save-status")).to_contain_text("Saved", timeout=40_000)
    page.get_by_role("link", name="Decide").click()
    page.locator("#id_remark").fill("Please complete the places.")
    page.get_by_role("button", name="Return the memo with comments").click()
    expect(page.locator("body")).to_contain_text("was returned with your comments")
    author = open_page("caseworker")
    author.get_by_role("link", name="N-2026-00103", exact=True).first.click()
    expect(author.locator("body")).to_contain_text("The period of residence is missing.")
    expect(author.locator("body")).to_contain_text("Please complete the places.")
    assert axe(author) == []


def test_a_supervisor_approves_by_keyboard_alone_and_the_pdf_is_stored(open_page, axe):
    page = open_page("supervisor")
    keys = Keyboard(page)
    keys.press(page.get_by_role("link", name="N-2026-00104", exact=True).first)
    keys.press(page.get_by_role("navigation", name="Pages of this case").get_by_role("link", name="Review"))
    expect(page.get_by_role("button", name="Approve the memo")).to_be_visible()
    keys.press(page.get_by_role("link", name=re.compile("^Start with")))
    expect(page.locator(".grade-form")).to_be_visible()
    while page.locator(".grade-form").count():
        with page.expect_navigation():
            keys.press(page.get_by_role("button", name=re.compile("^Correct")))
    keys.type(page.locator("#id_remark"), "Read against the sources.")
    keys.press(page.get_by_role("button", name="Approve the memo"))
    expect(page.locator("body")).to_contain_text("Approved", timeout=60_000)
    page.get_by_role("navigation", name="Pages of this case").get_by_role("link", name="Versions").click()
    assert axe(page) == []
    with page.expect_download() as first:
        page.get_by_role("link", name=re.compile("PDF")).first.click()
    with page.expect_download() as second:
        page.get_by_role("link", name=re.compile("PDF")).first.click()
    assert Path(first.value.path()).read_bytes() == Path(second.value.path()).read_bytes()


def test_an_auditor_reads_filters_verifies_and_sees_no_case(open_page, axe):
    page = open_page("auditor")
    page.goto("/record/")
    assert axe(page) == []
    expect(page.locator("table")).to_be_visible()
    assert "Armed men" not in page.content()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("[Vv]erify|[Cc]heck")).first.click()
    expect(page.locator("body")).to_contain_text(re.compile("whole|nothing|complete|intact", re.IGNORECASE))
    assert axe(page) == []


def test_a_coi_admin_sees_counts_and_no_case(open_page, axe):
    page = open_page("coi-admin")
    assert axe(page) == []
    assert "N-2026-" not in page.content()
    expect(page.get_by_role("link", name="Library").first).to_be_visible()


def test_a_coi_admin_leaves_an_import_and_finds_it_again(open_page, axe, tmp_path):
    """A separate process reads it; only this test starts one."""
    page = open_page("coi-admin")
    day = date(2021, 1, 5)
    for name, rows, heading in (
        ("made-up-bad", [event(1, day, deaths=-1)], "File not imported"),
        ("made-up-right", [event(n, day) for n in range(20_000)], "File imported"),
    ):
        page.goto("/library/events/")
        page.get_by_label("Retrieved on").fill("2026-11-02")
        page.get_by_label("Code").fill(name)
        page.locator("#id_file").set_input_files(write(tmp_path / f"{name}.csv", NEW, rows))
        page.get_by_role("button", name="Import").click()
        page.wait_for_url("**/library/events/imports/*/")
        page.goto("/library/events/")  # leave the page
        page.get_by_role("row", name=name).get_by_role("link").first.click()
        page.get_by_role("heading", name=heading).wait_for(timeout=60_000)
        assert axe(page) == []


def test_a_coi_admin_checks_a_boundary_file_and_discards_it(open_page, axe, tmp_path):
    page = open_page("coi-admin")
    bad = boundary_files.regions()
    bad["features"][1]["properties"]["ADM0_PCODE"] = bad["features"][1]["properties"]["ADM0_EN"] = "ET"
    for document, heading in ((bad, "File not imported"), (boundary_files.regions(), "Check what the import changes")):
        page.goto("/library/areas/")
        assert axe(page) == []
        page.get_by_label("Country").select_option("ER")
        page.locator("#id_file").set_input_files(boundary_files.write(tmp_path / "er.geojson", document))
        page.get_by_role("button", name="Check the file").click()
        page.get_by_role("heading", name=heading).wait_for(timeout=60_000)
        assert axe(page) == []
        for viewport in (PHONE, DESKTOP):
            page.set_viewport_size(viewport)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Discard the file").click()
    page.get_by_role("heading", name="File discarded").wait_for()


def test_an_empty_office_sees_what_to_do(open_page, axe):
    """In the office south only one caseworker has cases; a new user has none."""
    page = open_page("caseworker-new")
    assert axe(page) == []
    expect(page.get_by_role("link", name="Record the first case")).to_be_visible()
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# --- every page in every state ------------------------------------------------------------------------

STATE_MATTERS = ("", "preview/", "versions/", "recall/", "review/")
OF_A_CASE = (
    "",
    "facts/F1/",
    "matches/",
    "relocation/",
    "gaps/",
    "preview/",
    "versions/",
    "disclosure/",
    "applicant-data/",
    "recall/",
    "review/",
)


def cases_by_state(server_folder: Path) -> dict[str, str]:
    with sqlite3.connect(server_folder / "db.sqlite3") as database:
        rows = database.execute(
            "SELECT c.state, c.uuid FROM assessments_case c JOIN accounts_office o ON o.id = c.office_id "
            "WHERE o.code = 'north'"
        ).fetchall()
    return {state: str(uuid.UUID(key)) for state, key in rows}


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_of_a_case_in_every_state_passes_axe_and_fits(open_page, axe, server_folder, viewport):
    cases = cases_by_state(server_folder)
    assert {"draft", "submitted", "approved", "recalled", "superseded", "closed"} <= set(cases)
    page = open_page("supervisor2", viewport=viewport)
    found = []
    states = cases if viewport is DESKTOP else {s: cases[s] for s in ("draft", "approved")}
    for state, key in states.items():
        for part in OF_A_CASE if state in ("draft", "approved") else STATE_MATTERS:
            answer = page.goto(f"/cases/{key}/{part}")
            assert answer.status == 200, (state, part)
            found += [f"{state} {part}: {v}" for v in axe(page)]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append(f"{state} {part}: scrolls sideways")
    assert found == []


@pytest.mark.parametrize(
    ("user", "addresses"),
    [
        ("caseworker", ("/", "/cases/new/", "/notifications/", "/batches/new/")),
        ("supervisor", ("/", "/?view=all", "/quality/", "/notifications/", "/batches/new/")),
        ("auditor", ("/", "/record/", "/record/?from=nonsense")),
        ("coi-admin", ("/", "/library/")),
    ],
)
def test_the_other_pages_of_each_role_pass_axe_and_fit(open_page, axe, user, addresses):
    page = open_page(user)
    found = []
    for address in addresses:
        for viewport in (DESKTOP, PHONE):
            page.set_viewport_size(viewport)
            page.goto(address)
            found += [f"{address}: {v}" for v in axe(page)]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append(f"{address} {viewport['width']}: scrolls sideways")
    assert found == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_search_types_nothing_into_an_address_and_going_back_finds_it(open_page, axe, javascript):
    page = open_page("caseworker", javascript=javascript)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for address, typed in (("/", "Mopti"), ("/", "nothing-like-it"), ("/library/search/", "ogossagu village")):
        for viewport in (DESKTOP, PHONE):
            page.set_viewport_size(viewport)
            search_in_browser(page, address, typed)
            expect(page.locator("#id_q")).to_have_value(typed)
            if javascript:
                assert axe(page) == [], typed
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), typed
    page.get_by_role("button", name="Ogossagou", exact=True).first.click()
    expect(page.locator("#id_q")).to_have_value("ogossagou village")
    page.go_back()
    expect(page.locator("#id_q")).to_have_value("ogossagu village")
    page.go_back()
    expect(page.locator("#id_q")).to_have_value("")
    assert len(asked) > 10
    assert not [url for url in asked if re.search("mopti|nothing|ogoss", url, re.IGNORECASE)]


# --- nothing is lost ---------------------------------------------------------------------------------


def test_typed_text_is_saved_without_pressing_save(open_page):
    page = open_page("caseworker2")
    page.goto("/cases/new/")
    page.locator("#id_reference").fill("N-2097-00001")
    page.locator("#id_places-0-place").fill("Ogossagou, Mopti")
    expect(page.locator("#save-status")).to_contain_text(re.compile("Saved at"), timeout=40_000)
    again = page.context.new_page()
    again.goto("/")
    again.get_by_role("link", name=re.compile("N-2097-00001")).first.click()
    expect(again.locator("#id_places-0-place")).to_have_value("Ogossagou, Mopti")


def test_a_lost_connection_is_reported_and_the_save_repeated(open_page):
    page = open_page("caseworker2")
    page.goto("/cases/new/")
    page.locator("#id_reference").fill("N-2097-00002")
    expect(page.locator("#save-status")).to_contain_text(re.compile("Saved at"), timeout=40_000)
    page.context.set_offline(True)
    page.locator("#id_places-0-place").fill("Bamako")
    expect(page.locator("#save-status")).to_contain_text(re.compile("Not saved"), timeout=40_000)
    page.context.set_offline(False)
    expect(page.locator("#save-status")).to_contain_text(re.compile("Saved at"), timeout=30_000)

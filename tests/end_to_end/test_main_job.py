"""A caseworker's main job: sign in, record a case, read what the COI says, download the memo."""

import io
import re

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.conftest import DESKTOP, PHONE
from tests.searching import search_in_browser

STATEMENT = "Armed men attacked the village at night."


def fill_case(page: Page, reference: str) -> None:
    """Fill in the documentation's example, Ogossagou in March 2019, up to the check of the answers."""
    page.goto("/cases/new/")
    page.fill("#id_reference", reference)
    page.select_option("#id_country", "ML")
    page.fill("#id_places-0-place", "Ogossagou, Mopti")
    go_on(page)
    page.select_option("#id_persons-0-actual", "fulani")
    page.select_option("#id_persons-0-imputed", "perceived-jihadist-supporter")
    go_on(page)
    page.fill("#id_facts-0-statement", STATEMENT)
    page.select_option("#id_facts-0-event", "attack-on-village")
    page.fill("#id_facts-0-place", "Ogossagou, Mopti")
    page.fill("#id_facts-0-start", "2019-03-23")
    page.fill("#id_facts-0-end", "2019-03-23")
    page.select_option("#id_facts-0-actors", "dogon-militia")
    page.select_option("#id_facts-0-targets", ["fulani", "villager"])


def go_on(page: Page) -> None:
    page.locator(".save-bar").get_by_role("button", name=re.compile("continue$|relocation$")).click()


def save(page: Page) -> None:
    """Go from the facts to the saved case."""
    go_on(page)
    expect(page.get_by_role("heading", level=1, name="Relocation")).to_be_visible()
    go_on(page)
    expect(page.get_by_role("heading", level=1, name="Check your answers")).to_be_visible()
    finish(page)


def finish(page: Page) -> None:
    page.locator(".save-bar").get_by_role("button", name="Save the c").click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/$"))


def download_memo(page: Page) -> list[str]:
    """Return the text of the memo's pages."""
    page.get_by_role("navigation", name="Pages of this case").get_by_role("link", name="Memo").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name="Memo as PDF").click()
    assert download.value.suggested_filename == "memo-draft.pdf"
    with open(download.value.path(), "rb") as file:
        reader = pypdf.PdfReader(io.BytesIO(file.read()))
    return [page.extract_text() for page in reader.pages]


def fact_section(page: Page, ident: str):
    """Return the part of the page on one fact."""
    return page.locator(f"section#fact-{ident}")


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_case_file_gives_a_cited_memo(open_page, axe):
    page = open_page("caseworker")
    fill_case(page, "N-2099-00001")
    assert axe(page) == []
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("N-2099-00001")
    assert axe(page) == []
    page.get_by_role("link", name="COI by fact").first.click()
    fact = fact_section(page, "F1")
    expect(fact).to_contain_text(STATEMENT)
    expect(fact).to_contain_text("The report describes such an event at this place and time.")
    expect(fact).to_contain_text("who did it")
    expect(fact).to_contain_text("at least 130")
    expect(fact).to_contain_text("Massacre de plus de 130 civils peuls")
    expect(page.locator("body")).to_contain_text("information up to 17 April 2021, 5 years 7 months old")
    assert axe(page) == []
    pages = download_memo(page)
    cited = [flat(text) for text in pages if "at least 130 inhabitants" in flat(text)]
    assert cited
    assert all("Massacre de plus de 130 civils peuls à Ogossagou" in text for text in cited), (
        "the note is at the foot of that page"
    )
    assert all("DRAFT" in text and "N-2099-00001" in text for text in pages)
    assert all(f"of {len(pages)}" in flat(text) for text in pages)
    whole = flat(" ".join(pages))
    for words in (STATEMENT, "2019", "1,271", "part of a year", "Method and limits", "ACLED", "Curator’s queries"):
        assert words in whole


@pytest.mark.slow
def test_a_saved_case_is_listed_opened_again_and_edited_and_its_changed_fact_is_marked(open_page):
    page = open_page("caseworker")
    fill_case(page, "N-2099-00002")
    save(page)
    page.get_by_role("link", name="COI by fact").first.click()
    page.goto("/")
    page.get_by_role("link", name="N-2099-00002", exact=True).click()
    page.get_by_role("link", name="Edit the case").click()
    page.get_by_role("navigation", name="Steps").get_by_role("link", name="Material facts").click()
    expect(page.locator("#id_facts-0-statement")).to_have_value(STATEMENT)
    page.fill("#id_facts-0-statement", "Twenty men attacked the village at night.")
    save(page)
    page.get_by_role("link", name="COI by fact").first.click()
    fact = fact_section(page, "F1")
    expect(fact).to_contain_text("Twenty men attacked")
    expect(fact).to_contain_text("Changed after the matches were shown")


@pytest.mark.slow
def test_the_error_summary_links_to_fields_and_the_text_stays(open_page, axe):
    page = open_page("caseworker")
    fill_case(page, "N-2099-00003")
    page.fill("#id_facts-0-place", "Farabougou")
    page.fill("#id_facts-0-start", "2019-02-30")
    go_on(page)
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("2019-02-30")
    expect(page.locator("#id_facts-0-statement")).to_have_value(STATEMENT)
    assert axe(page) == []
    for link in summary.get_by_role("link").all():
        target = link.get_attribute("href")
        assert page.locator(target).count() == 1, target
    summary.get_by_role("link", name=re.compile("2019-02-30")).click()
    expect(page.locator("#id_facts-0-start")).to_be_focused()
    page.fill("#id_facts-0-start", "2020-11")
    page.fill("#id_facts-0-end", "2020-11")
    page.get_by_role("radio", name=re.compile("Farabougou, Niono")).check()
    save(page)
    expect(page.locator("body")).to_contain_text("Farabougou")
    expect(page.get_by_role("heading", level=1)).to_contain_text("N-2099-00003")


@pytest.mark.slow
def test_typed_text_is_saved_without_a_button_and_survives_a_lost_connection(open_page):
    page = open_page("caseworker")
    page.goto("/cases/new/")
    page.keyboard.type("N-2099-00008")
    expect(page.locator("#save-status")).to_contain_text("Saved at")
    page.wait_for_url(re.compile("/intake/.*/applicant/"))
    steps = page.url.removesuffix("applicant/")
    page.goto(f"{steps}facts/")
    page.fill("#id_facts-0-statement", "Typed before the connection was lost.")
    expect(page.locator("#save-status")).to_contain_text(re.compile(r"Saved at \d\d:"))
    page.route("**/intake/**", lambda route: route.abort())
    page.fill("#id_facts-0-statement", "Typed while it was lost.")
    expect(page.locator("#save-status")).to_contain_text("Not saved since")
    page.unroute("**/intake/**")
    expect(page.locator("#save-status")).to_contain_text(re.compile(r"Saved at \d\d:"))
    last = "Typed last, and the page closed at once."
    page.fill("#id_facts-0-statement", last)
    page.goto("about:blank")
    for _look in range(40):  # the closing page's last save is sent separately and may arrive late
        page.goto(f"{steps}facts/")
        if page.input_value("#id_facts-0-statement") == last:
            break
        page.wait_for_timeout(250)
    expect(page.locator("#id_facts-0-statement")).to_have_value(last)


@pytest.mark.slow
def test_two_windows_on_one_step_show_both_texts(open_page, axe):
    page = open_page("caseworker")
    fill_case(page, "N-2099-00009")
    expect(page.locator("#save-status")).to_contain_text(re.compile(r"Saved at \d\d:"))
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#id_facts-0-statement", "Theirs.")
    go_on(other)
    expect(other.get_by_role("heading", level=1, name="Relocation")).to_be_visible()
    page.fill("#id_facts-0-statement", "Mine.")
    expect(page.locator("#save-status")).to_contain_text("saved elsewhere")
    go_on(page)
    table = page.locator(".differences")
    expect(table).to_contain_text("Theirs.")
    expect(table).to_contain_text("Mine.")
    assert axe(page) == []
    page.get_by_role("button", name="Replace it with mine").click()
    expect(page.get_by_role("heading", level=1, name="Relocation")).to_be_visible()


@pytest.mark.slow
def test_place_field_offers_places_with_their_circle_and_region_by_keyboard(open_page):
    page = open_page("caseworker")
    page.goto("/cases/new/")
    field = page.locator("#id_places-0-place")
    field.focus()
    page.keyboard.type("ogossa", delay=30)
    option = page.locator("[role=listbox] [role=option]").first
    expect(option).to_contain_text("Ogossagou")
    expect(option).to_contain_text("Bankass")
    expect(option).to_contain_text("Mopti")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile("^Ogossagou"))
    expect(page.locator("[role=listbox] [role=option]:visible")).to_have_count(0)


def test_it_works_without_javascript(open_page):
    page = open_page("caseworker", javascript=False)
    fill_case(page, "N-2099-00004")
    page.locator("#add-facts").click()
    expect(page.locator("#id_facts-1-statement")).to_be_focused()
    expect(page.locator("#id_facts-0-statement")).to_have_count(0)
    page.fill("#id_facts-1-statement", "The police arrested me.")
    page.select_option("#id_facts-1-event", "arrest")
    page.fill("#id_facts-1-place", "Bamako region")
    save(page)
    page.get_by_role("link", name="COI by fact").first.click()
    expect(fact_section(page, "F2")).to_contain_text("The report is silent")


@pytest.mark.slow
def test_everything_works_by_keyboard_alone(open_page):
    page = open_page("caseworker")

    def tab_to(selector: str) -> None:
        for _press in range(400):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        pytest.fail(f"{selector} is not reached by Tab")

    def arrived(heading: str) -> None:
        """Wait for the page with this heading and its scripts: a key pressed earlier would be lost."""
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        page.wait_for_load_state("load")

    page.goto("/library/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip().startswith("Skip")
    tab_to(".period-choice a[href*='period=2021-01']")
    page.keyboard.press("Enter")
    on_map = page.locator(".period-map")
    expect(on_map.get_by_role("heading", name="On the map: 2021, January to March only")).to_be_in_viewport()
    page.emulate_media(media="print")  # the period is in the heading, so the choice is not printed
    expect(on_map.locator(".period-choice")).to_be_hidden()
    expect(on_map.locator("svg.map")).to_be_visible()
    expect(on_map.get_by_role("row", name="Mopti 348")).to_be_visible()
    page.emulate_media(media="screen")
    page.goto("/cases/new/")
    expect(page.locator("#id_reference")).to_be_focused()
    page.keyboard.type("N-2099-00005")
    tab_to("input[name=places-0-role]:checked")
    tab_to("#id_places-0-place")
    page.keyboard.type("Kidal region")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    arrived("Profile")
    expect(page.locator(":focus")).not_to_have_count(0)
    page.keyboard.press("Control+Enter")
    arrived("Fact F1")
    expect(page.locator("#id_facts-0-statement")).to_be_focused()
    page.keyboard.type("The former rebels rule the town.")
    tab_to("#id_facts-0-event-ts-control")
    page.keyboard.type("occup")
    page.keyboard.press("Enter")
    tab_to("#id_facts-0-place")
    page.keyboard.type("Kidal region")
    page.keyboard.press("Escape")
    tab_to("#id_facts-0-start")
    page.keyboard.type("2020")
    tab_to("#id_facts-0-end")
    page.keyboard.type("2020")
    tab_to("#id_facts-0-actors-ts-control")
    page.keyboard.type("mnla")
    page.keyboard.press("Enter")
    tab_to(".save-bar [name=on]")
    page.keyboard.press("Enter")
    arrived("Relocation")
    tab_to("form .save-bar button")
    page.keyboard.press("Enter")
    arrived("Check your answers")
    tab_to("form .save-bar button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("N-2099-00005")
    tab_to("a[href$='/matches/']")
    page.keyboard.press("Enter")
    expect(fact_section(page, "F1")).to_contain_text("Supports")


@pytest.mark.slow
def test_hostile_text_is_shown_and_printed_as_text(open_page):
    page = open_page("caseworker")
    fill_case(page, "N-2099-00006")
    hostile = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> <a rel=attachment href=file:///etc/passwd>x</a> "
        "{{ settings.SECRET_KEY }} محمد 12/03/2019 " + "a\u00ad" * 600 + " " + "W" * 300
    )
    page.fill("#id_facts-0-statement", hostile)
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    save(page)
    page.get_by_role("link", name="COI by fact").first.click()
    expect(fact_section(page, "F1")).to_contain_text("<script>alert(1)</script>")
    whole = "".join("".join(text.split()) for text in download_memo(page))
    for words in (
        "<script>alert(1)</script>",
        "<imgsrc=xonerror=alert(1)>",
        "{{settings.SECRET_KEY}}",
        "file:///etc/passwd",
    ):
        assert words in whole
    assert whole.count("W") >= 300


@pytest.mark.slow
def test_somebody_else_does_not_find_the_case(open_page):
    page = open_page("caseworker")
    fill_case(page, "N-2099-00007")
    save(page)
    address = page.url
    for user, status in (("caseworker2", 404), ("supervisor-south", 404), ("auditor", 404), ("supervisor", 200)):
        assert open_page(user).goto(address).status == status


PAGES = ["/", "/cases/new/", "/library/", "/library/sem-mali-2021-04/", "/library/sem-mali-2021-04/sources/",
         "/library/sem-mali-2021-04/findings/mop-20/", "/library/regions/ML-3/",
         "/library/actors/", "/library/actors/jnim/"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_passes_axe_and_never_scrolls_sideways(open_page, axe, viewport):
    page = open_page("caseworker", viewport=viewport)
    first_case = page.locator("a[href^='/cases/']:not([href='/cases/new/'])").first.get_attribute("href")
    for address in [*PAGES, "/library/actors/ peul", first_case, f"{first_case}matches/", f"{first_case}edit/"]:
        address, _, typed = address.partition(" ")
        search_in_browser(page, address, typed) if typed else page.goto(address)
        assert axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


@pytest.mark.slow
def test_pages_of_the_other_roles_pass_axe(open_page, axe):
    for user in (None, "supervisor", "coi-admin", "auditor"):
        page = open_page(user)
        page.goto("/")
        assert axe(page) == [], user


@pytest.mark.slow
def test_a_finding_opens_at_its_place_with_its_footnote_beside_it(open_page):
    page = open_page("auditor")
    page.goto("/library/sem-mali-2021-04/findings/mop-20/")
    finding = page.locator("#finding-mop-20")
    expect(finding).to_be_in_viewport()
    note = finding.locator(".sidenotes")
    expect(note).to_contain_text("Massacre de plus de 130 civils peuls")
    assert note.bounding_box()["x"] > finding.locator(".finding-text").bounding_box()["x"] + 300

"""What a COI admin fills in and clicks to encode a footnote and a finding on screen, counted. docs/encoding.md has the
counts.
"""

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.slow

PRINTED = (
    "Invented Observatory, Bamako: Attacks on villages in Bankass, 12.04.2019, "
    "https://observatory.example/bankass (17.04.2021)."
)


class Encoder:
    """Fills in fields and clicks, and counts each once."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done: list[str] = []

    def fill(self, label: str, text: str) -> None:
        self.done.append(label)
        self.page.get_by_label(label, exact=True).first.fill(text)

    def choose(self, label: str, option: str) -> None:
        self.done.append(label)
        self.page.get_by_label(label, exact=True).first.select_option(label=option)

    def click(self, target: Locator) -> None:
        self.done.append(target.first.inner_text())
        target.first.click()

    def press(self, name: str) -> None:
        self.click(self.page.locator("main").get_by_role("button", name=name, exact=True))

    def tick(self, label: str) -> None:
        self.done.append(label)
        self.page.get_by_label(label, exact=True).first.check()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, open_page) -> Page:
    """A COI admin's new draft of an invented report on Mali, with one section."""
    page: Page = open_page("coi-admin", javascript=request.param)
    _test, _a, what, *_rest = request.node.originalname.split("_")
    code = f"invented-{what}-{'with' if request.param else 'without'}"
    page.goto("/library/drafts/new/")
    for label, text in {
        "Code of the report": code, "Title of the report": "Invented for a test", "Publisher": "Nobody",
        "Type of report": "invented", "Language": "en", "Code of the edition": f"{code}-1",
        "How it is cited": "Invented for a test, 2021", "Cut-off date": "17.4.2021",
        "Reported period from": "2012", "Current period from": "2019",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Country", exact=True).select_option(label="Mali")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(f"**/{code}-1/contents/")
    page.get_by_role("link", name="Add a section").click()
    page.get_by_label("Code", exact=True).fill("bankass")
    page.get_by_label("Title", exact=True).fill("2.9 Bankass")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"/library/drafts/{code}-1/contents/")
    return page


def add_footnote(page: Page, number: str) -> None:
    """Add a footnote of the section's first paragraph. Not counted."""
    page.get_by_role("link", name="Add a footnote").click()
    for label, text in {
        "Number (optional)": number, "Paragraph": "1", "After sentence": "2", "Originator": "Invented Observatory",
        "Publisher (optional)": "Invented Observatory", "Title (optional)": "Attacks",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_label("Section", exact=True).select_option(label="2.9 Bankass")
    page.get_by_label("Kind", exact=True).select_option(label="non-governmental organisation")
    if not page.locator("#originators option[value='Invented Observatory']").count():
        page.get_by_label("A new originator").check()
    page.get_by_role("button", name="Save and add another").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_a_footnote_with_its_source_takes_six_fields_and_clicks(page):
    add_footnote(page, "1")
    encoder = Encoder(page)
    encoder.fill("Cited items as printed (optional)", PRINTED)
    encoder.press("Fill in")
    for label, read in {
        "Publisher (optional)": "Invented Observatory", "Place of publication (optional)": "Bamako",
        "Title (optional)": "Attacks on villages in Bankass", "Publication date as printed (optional)": "12.04.2019",
        "Publication date (optional)": "12 April 2019", "Address (optional)": "https://observatory.example/bankass",
        "Accessed on (optional)": "17 April 2021", "Number (optional)": "2", "Paragraph": "1", "After sentence": "3",
    }.items():  # fmt: skip
        expect(page.get_by_label(label, exact=True).first).to_have_value(read)
    encoder.fill("Originator", "Observatory of villages")
    encoder.tick("A new originator")
    encoder.choose("Kind", "non-governmental organisation")
    encoder.press("Save and add another")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Number (optional)", exact=True)).to_have_value("3")
    assert len(encoder.done) <= 6, encoder.done

    again = Encoder(page)
    again.page.get_by_label("Or the same items as in (optional)").select_option(index=1)
    again.done.append("Or the same items as in")
    again.press("Fill in")
    expect(page.get_by_label("Originator", exact=True)).to_have_value("Observatory of villages")
    again.press("Save")
    expect(page.get_by_role("heading", name="Footnote 3")).to_be_visible()
    assert len(again.done) <= 6, again.done


def add_finding(page: Page) -> None:
    """Add a finding of the section's first sentence. Not counted."""
    page.get_by_role("link", name="Contents").click()
    page.get_by_role("link", name="Add a finding").first.click()
    for label, text in {
        "Statement": "Dogon militias attacked Fulani villages in Bankass in 2019.", "Places, 1": "Bankass, Mopti",
        "From (optional)": "2019", "To (optional)": "2019",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_label("Section", exact=True).select_option(label="2.9 Bankass")
    page.get_by_label("Kind", exact=True).select_option(label="pattern")
    page.get_by_label("Strength", exact=True).select_option(label="documented")
    for name, code in {
        "actors": "dogon-militia",
        "events": "attack-on-village",
        "targets": "fulani",
        "footnotes": "1",
    }.items():
        box = page.locator(f"input[name={name}][value='{code}']")
        if not box.is_visible():
            page.locator(f"#div_id_{name} summary").click()
        box.check()
    page.get_by_role("button", name="Save and add another").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_a_finding_takes_twelve_fields_and_clicks(page, axe, request):
    add_footnote(page, "1")
    add_finding(page)
    expect(page.get_by_label("Section", exact=True)).to_have_value("bankass")
    expect(page.get_by_label("Sentence", exact=True)).to_have_value("2")
    encoder = Encoder(page)
    encoder.fill("Statement", "On 23 March 2019, Dogon militias killed Fulani villagers in Ogossagou.")
    encoder.press("Offer words for this statement")
    for name in ("actors", "events", "targets", "footnotes", "places"):
        assert page.locator(f"input[name={name}]:checked").count() == 0
    expect(page.get_by_label("From (optional)", exact=True)).to_have_value("")
    encoder.choose("Kind", "occurrence")
    encoder.choose("Strength", "documented")
    encoder.press("23 March 2019")
    encoder.tick("Ogossagou, Bankass, Mopti")
    for word in ("Dogon militia", "Killing", "Fulani", "Villager"):
        encoder.tick(word)
    encoder.click(page.locator(".offered").get_by_text("1: "))
    if request.node.callspec.params["page"]:  # axe is a script
        assert axe(page) == []
    encoder.press("Save")
    expect(page.get_by_role("heading", name="Finding")).to_be_visible()
    expect(page.locator(".beside").get_by_text("On 23 March 2019")).to_be_visible()
    assert len(encoder.done) <= 12, encoder.done

"""Four invented cases from a blank form to the approved memo, with two paragraphs in every text."""

import re
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.test_main_job import finish, go_on

pytestmark = pytest.mark.slow

SCREEN = {"width": 1366, "height": 768}  # the offices' screen


@dataclass(frozen=True)
class Fact:
    """A fact as typed, and the position that the page then shows."""

    event: str
    place: str
    badge: str
    second_line: str = ""
    start: str = ""
    end: str = ""
    is_ongoing: bool = False
    kind: str = "past-event"
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True)
class Walk:
    """A case as typed."""

    reference: str
    home: str
    facts: tuple[Fact, ...]
    shown_dates: tuple[str, ...]
    traits: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    relocation: str = ""
    asked: str = ""  # the meaning of the relocation's place, whose bare name is shared


WALKS = [
    pytest.param(
        Walk(
            "N-2096-00001",
            "Ogossagou, Mopti",
            (
                Fact(
                    "attack-on-village",
                    "Ogossagou, Mopti",
                    "Supports",
                    "such an event at this place and time",
                    start="23.3.2019",
                    actors=("dogon-militia",),
                    targets=("fulani", "villager"),
                ),
            ),
            ("23 March 2019",),
            traits=("fulani",),
        ),
        id="an attack with one date",
    ),
    pytest.param(
        Walk(
            "N-2096-00002",
            "Farabougou, Niono, Ségou",
            (
                Fact(
                    "extortion",
                    "Farabougou, Niono, Ségou",
                    "The report is silent",
                    start="2020",
                    is_ongoing=True,
                    kind="circumstance",
                    actors=("hunters-militia",),
                ),
            ),
            ("2020", "still going on"),
        ),
        id="a circumstance that lasted",
    ),
    pytest.param(
        Walk(
            "N-2096-00003",
            "Ogossagou, Mopti",
            (
                Fact(
                    "killing",
                    "Ogossagou, Mopti",
                    "Supports",
                    "events of this kind",
                    kind="future-risk",
                    actors=("katiba-macina",),
                ),
            ),
            (),
            relocation="Ségou",
            asked="Ségou town",
        ),
        id="a fear with relocation",
    ),
    pytest.param(
        Walk(
            "N-2096-00004",
            "Tolokoro-Sabali, Mopti region",
            (
                Fact(
                    "attack-on-village",
                    "Tolokoro-Sabali, Mopti region",
                    "Supports",
                    start="3.2019",
                    actors=("dogon-militia",),
                    person="P2",
                ),
                Fact("arrest", "Bamako region", "The report is silent", start="2020", actors=("police",), person="P1"),
            ),
            ("March 2019",),
            relatives=("wife",),
        ),
        id="a family of two and an unlisted village",
    ),
]


def paragraphs(name: str) -> tuple[str, str]:
    return f"Invented words on {name}, as they were told.", f"A second paragraph on {name} follows a blank line."


def write(field: Locator, name: str) -> None:
    field.fill("\n\n".join(paragraphs(name)))


def write_in_all(area: Locator, about: str = "") -> list[str]:
    """Write two paragraphs into every visible text area, and return their names."""
    names = []
    for field in area.locator("textarea:visible").all():
        name = str(field.get_attribute("id")).removeprefix("id_").replace("_", " ").replace("-", " ")
        names.append(f"{about} {name}".strip())
        write(field, names[-1])
    return names


def open_folds(area: Locator) -> None:
    closed = area.locator("details:not([open]) > summary")
    while closed.count():
        closed.first.click()


def arrived(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def choose_among_places(page: Page, chosen: str) -> None:
    """Choose one of several places with the same name on the form."""
    expect(page.locator(".error-summary")).to_contain_text("may mean")
    page.locator("fieldset[id$=-candidates]").get_by_role("radio", name=chosen).first.check()
    go_on(page)


def type_fact(page: Page, number: int, fact: Fact) -> None:
    row = page.locator(f"#facts-{number}")
    field = f"#id_facts-{number}"
    row.locator(f"{field}-event").select_option(fact.event)
    row.locator(f"input[name=facts-{number}-fact_kind][value={fact.kind}]").check()
    row.locator(f"{field}-place").fill(fact.place)
    row.locator(f"{field}-start").fill(fact.start)
    row.locator(f"{field}-ongoing").set_checked(fact.is_ongoing)
    if fact.person:
        row.locator(f"input[name=facts-{number}-person][value={fact.person}]").check()
    for name, codes in (("actors", fact.actors), ("targets", fact.targets)):
        row.locator(f"{field}-{name}").select_option(list(codes))
    open_folds(row)
    write_in_all(row)


def record(page: Page, walk: Walk) -> None:
    """Fill in the intake from blank to the saved case."""
    page.get_by_role("link", name="Record a case").click()
    for n, relation in enumerate(walk.relatives, start=1):
        page.get_by_role("button", name="Add another person").click()
        page.fill(f"#id_persons-{n}-relation", relation)
    page.fill("#id_reference", walk.reference)
    page.fill("#id_places-0-place", walk.home)
    write_in_all(page.locator("main"))
    go_on(page)
    arrived(page, "Profile")
    page.select_option("#id_persons-0-actual", list(walk.traits))
    go_on(page)
    for n, fact in enumerate(walk.facts):
        if n:
            page.get_by_role("button", name="Save and add another fact").click()
        arrived(page, f"Fact F{n + 1}")
        type_fact(page, n, fact)
    go_on(page)
    arrived(page, "Relocation")
    if walk.relocation:
        page.get_by_role("button", name="Add a proposed place").click()
        page.fill("#id_relocations-0-place", walk.relocation)
    write_in_all(page.locator("main"))
    go_on(page)
    if walk.asked:
        choose_among_places(page, walk.asked)
    arrived(page, "Check your answers")
    for words in (*paragraphs("facts 0 statement"), *walk.shown_dates):
        expect(page.locator("main")).to_contain_text(words)
    finish(page)


def assess(page: Page, ident: str, fact: Fact) -> list[str]:
    """Check the position, write the officer's part with every possible indicator, and return the names of the texts."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{ident} ")
    position = page.locator(".fact-position")
    for words in (fact.badge, fact.second_line):
        expect(position).to_contain_text(words)
    part = page.locator("#officer")
    open_folds(part)
    names = write_in_all(part, ident)
    rests = part.locator("input[name=plausibility_rests]")
    if rests.count():
        rests.first.check()
    else:  # without COI to rely on, plausibility stays not assessed
        part.locator("textarea[name=plausibility_words]").fill("")
        names.remove(f"{ident} plausibility words")
    part.locator("input[name=explanation_asked][value=given]").check()
    part.locator("input[name=external_view][value=open]").check()
    part.locator("input[name=outcome][value=accepted]").check()
    part.locator("button[name=then]").click()
    page.wait_for_url(lambda address: not address.endswith(f"/facts/{ident}/"))
    return names


def conclude(page: Page) -> list[str]:
    """Conclude on each test, justify the old COI, and return the names of the texts."""
    expect(page.get_by_role("heading", name="Age of the information")).to_be_visible()
    form = page.locator("form#officer")
    for choice in form.locator("input[value=not-met]").all():
        choice.check()
    names = write_in_all(form)
    expect(form.locator(".save-status")).to_contain_text("Saved")
    assert len(names) == 4
    return names


def submit(page: Page) -> None:
    page.get_by_role("link", name="Submit for review").first.click()
    expect(page.locator("main")).not_to_contain_text("Not done yet")
    write_in_all(page.locator("main"))
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("main")).to_contain_text("Submitted")


def review(page: Page, reference: str) -> None:
    """Take the memo as its supervisor, grade each section with a comment, and approve it."""
    page.locator("tr", has_text=reference).get_by_role("button", name=re.compile("^Take")).click()
    page.wait_for_url("**/review/")
    page.get_by_role("link", name=re.compile("^Start with")).click()
    while page.locator(".grade-form").count():
        write_in_all(page.locator(".grade-form"))
        with page.expect_navigation():
            page.get_by_role("button", name="Correct").click()
    write_in_all(page.locator("form#review"))
    page.get_by_role("button", name="Approve the memo").click()
    expect(page.locator("main")).to_contain_text("Approved", timeout=60_000)


def memo(page: Page) -> str:
    """Return the words of the approved memo, with spaces and line ends normalised."""
    page.get_by_role("navigation", name="Pages of this case").get_by_role("link", name="Versions").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name=re.compile("PDF")).first.click()
    reader = pypdf.PdfReader(Path(download.value.path()))
    return " ".join(" ".join(each.extract_text() for each in reader.pages).split())


@pytest.mark.parametrize("walk", WALKS)
def test_from_blank_to_an_approved_memo(walk: Walk, open_page) -> None:
    page = open_page("caseworker", viewport=SCREEN)
    record(page, walk)
    case = page.url
    names = []
    for n, fact in enumerate(walk.facts, start=1):
        page.goto(f"{case}facts/F{n}/")
        names += [f"facts {n - 1} statement", f"facts {n - 1} explanation", *assess(page, f"F{n}", fact)]
    if walk.relocation:
        page.goto(f"{case}relocation/")
        names += conclude(page)
    page.goto(case)
    submit(page)
    supervisor = open_page("supervisor", viewport=SCREEN)
    review(supervisor, walk.reference)
    printed = memo(supervisor)
    missing = [words for name in names for words in (*paragraphs(name), *walk.shown_dates) if words not in printed]
    assert missing == []
    assert "DRAFT" not in printed

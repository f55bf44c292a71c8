"""Type-ahead lists: closest words first, usable by keyboard alone, and accepted by axe."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.demonstration_server import run_in

pytestmark = pytest.mark.slow
VOCABULARY = Path(__file__).parents[2] / "fixtures" / "vocabulary.yaml"


REFERENCE = "N-2026-00921"
OWN_CASE = f"""
from accounts.models import User
from tests import factories
factories.make_case(User.objects.get(username="caseworker"), "mopti-ogossagou", reference="{REFERENCE}")
"""


@pytest.fixture(scope="module", autouse=True)
def own_case(server, server_folder) -> None:
    """A case that no other file submits."""
    run_in(server_folder, OWN_CASE)


@pytest.fixture
def fact(open_page) -> Page:
    """The fact page of an editable case."""
    page = open_page("caseworker")
    address = page.get_by_role("link", name=REFERENCE, exact=True).first.get_attribute("href")
    page.goto(f"{address}edit/?step=facts&fact=F2")
    return page


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("combobox", name=label)


def chosen(page: Page, name: str) -> list[str]:
    codes: list[str] = page.locator(f"select[name$=-{name}]").evaluate(
        "list => Array.from(list.selectedOptions, option => option.value)"
    )
    return codes


@pytest.mark.parametrize(
    ("label", "typed", "first"),
    [
        ("Who did it", "FAMa", "Malian armed forces"),
        ("Who did it", "dozo", "Hunters' militia"),
        ("Who did it", "dog", "Dogon militia"),
        ("Who was targeted", "Peul", "Fulani"),
        ("Who was targeted", "vill", "Villager"),
        ("Kind of event", "vill", "Attack on a village"),
    ],
)
def test_the_closest_word_comes_first_by_any_of_its_names(fact, label, typed, first):
    for button in fact.get_by_role("button", name="Take out").all()[::-1]:
        button.click()
    field(fact, label).click()
    fact.keyboard.type(typed)
    expect(fact.locator(".ts-dropdown:visible .option").first).to_contain_text(first)


def test_it_is_used_by_keyboard_alone(fact, axe):
    targets = field(fact, "Who was targeted")
    before = chosen(fact, "targets")
    targets.focus()
    fact.keyboard.press("Enter")  # the form is not sent, and nothing is selected unread
    fact.keyboard.type("herd")
    assert axe(fact) == []
    fact.keyboard.press("Enter")
    assert chosen(fact, "targets") == [*before, "herder"]
    fact.keyboard.press("ArrowDown")
    fact.keyboard.press("Enter")  # open, with nothing highlighted yet
    assert chosen(fact, "targets") == [*before, "herder"]
    fact.keyboard.press("Escape")
    fact.keyboard.press("Shift+Tab")
    expect(fact.locator(":focus")).to_have_accessible_name(re.compile("Take out Herder"))
    fact.keyboard.press("Enter")
    assert chosen(fact, "targets") == before
    expect(targets).to_be_focused()
    fact.keyboard.type("zzz")
    expect(fact.get_by_text("Nothing else in the list fits “zzz”")).to_be_visible()
    assert axe(fact) == []


def test_the_whole_list_and_the_values_of_the_case_are_one_click_away(fact, axe):
    traits = VOCABULARY.read_text().count("model: coi.trait,")
    fact.get_by_role("button", name=f"all {traits + 1}").click()  # and "other"
    expect(fact.locator(".ts-dropdown:visible .optgroup-header").first).to_have_text("In the profile")
    assert axe(fact) == []
    fact.keyboard.press("Escape")
    fact.get_by_role("button", name="Dogon militia").click()
    assert "dogon-militia" in chosen(fact, "actors")
    fact.get_by_role("button", name="Bankass").click()
    expect(fact.get_by_label("Place", exact=True)).to_have_value("Bankass, Mopti")
    expect(fact.locator("#save-status")).to_contain_text("Saved at")

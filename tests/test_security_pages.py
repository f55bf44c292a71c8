"""What docs/security/ says: each requirement of the ASVS once, and no file or test that does not exist."""

import re

import pytest
from django.test import Client

from tests import ROOT

PAGES = sorted((ROOT / "docs" / "security").glob("*.md"))
ANSWERS = {"met", "not met", "office", "n/a"}
# OWASP ASVS 5.0.0: the level of each requirement, in the order of its section
LEVELS = re.findall(
    r"([\d.]+) (\d+)",
    """
1.1 22 1.2 1111122223 1.3 112222222223 1.4 222 1.5 123 2.1 122 2.2 112 2.3 12223 2.4 23 3.1 3 3.2 113 3.3 12223
3.4 11222233 3.5 11122333 3.6 3 3.7 22333 4.1 12233 4.2 23333 4.3 22 4.4 1222 5.1 2 5.2 112333 5.3 113 5.4 222
6.1 122 6.2 111111112222 6.3 11223333 6.4 112233 6.5 22222333 6.6 2223 6.7 33 6.8 2222 7.1 222 7.2 1111 7.3 22
7.4 11222 7.5 223 7.6 22 8.1 1233 8.2 1123 8.3 133 8.4 23 9.1 111 9.2 1222 10.1 22 10.2 223 10.3 22223
10.4 1111122222233333 10.5 22222 10.6 22 10.7 222 11.1 2233 11.2 22233 11.3 11233 11.4 1222 11.5 23 11.6 23 11.7 33
12.1 12233 12.2 11 12.3 22223 13.1 2333 13.2 222223 13.3 2233 13.4 1222233 14.1 22 14.2 12223333 14.3 122
15.1 12233 15.2 12233 15.3 1222222 15.4 3333 16.1 2 16.2 22222 16.3 2222 16.4 222 16.5 2223 17.1 23 17.2 22223333
17.3 22
""",
)


def rows(page: str) -> list[list[str]]:
    """Return the cells of each row of the tables of a page that begins with a number."""
    text = (ROOT / "docs" / "security" / page).read_text(encoding="utf-8")
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| \d.*\|$", text, re.M)]


def test_each_requirement_of_levels_1_and_2_is_there_once_in_order():
    wanted = [
        (f"{section}.{number}", level)
        for section, levels in LEVELS
        for number, level in enumerate(levels, 1)
        if level != "3"
    ]
    assert [(number, level) for number, level, *_ in rows("asvs.md")] == wanted
    assert len(wanted) == 253


def test_each_requirement_has_an_answer_and_what_shows_it():
    for number, _level, asks, answer, shown in rows("asvs.md"):
        assert answer in ANSWERS, number
        assert asks, number
        assert shown, number


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_tests_and_settings_named_on_a_page_exist(page):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]*|[\w-]+\.(?:txt|toml|yaml))(?:::(\w+))?`", text)
    assert named
    for path, test in named:
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), test
    for link in re.findall(r"\]\(((?!https?:)[^)#]+)", text):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_headings_that_a_page_links_to_exist(page):
    for link, heading in re.findall(r"\]\(((?!https?:)[^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        target = page.parent / link if link else page
        titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.M)
        made = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
        assert heading in made, (link, heading)


@pytest.mark.django_db
def test_trace_is_refused(caseworker):
    client = Client()
    client.force_login(caseworker)
    assert client.generic("TRACE", "/", secure=True).status_code == 405

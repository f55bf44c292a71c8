"""Every address, for every user and state, against tables that people can read: tests/permissions.yaml."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.admin.sites import site
from django.db import transaction
from django.urls import get_callable, reverse

from assessments.actions.workflow import BY_ACTION
from assessments.models import Case, MemoVersion, Notification
from assessments.models.codes import State
from tests.browser_post import BrowserClient
from tests.office_in_every_state import SIGN_IN, names, of_a_case, office_in_every_state

pytestmark = pytest.mark.django_db
TABLES = yaml.safe_load((Path(__file__).resolve().parent / "permissions.yaml").read_text())
PEOPLE = TABLES["everywhere"][0][2:]
STATES = TABLES["by state"][0][3:]
SEE_NO_CASE = ("stranger", "colleague", "elsewhere", "coi-admin", "auditor", "superuser")
HEADERS = {"everywhere": 2, "by state": 3}  # columns before the answers
LONG_PAGES = {"redline", "edition", "draft"}  # each shows a whole edition, once for each person


def rows(table: str) -> list[Any]:
    """Return each row of a table as a test: its first columns, and its answers."""
    split = HEADERS[table]
    return [
        pytest.param(
            *row[:split],
            row[split:],
            id="-".join(map(str, row[:split])),
            marks=[pytest.mark.slow] if row[0] in LONG_PAGES else [],
        )
        for row in TABLES[table][1:]
    ]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for this file and rolled back at its end."""
    with pytest.MonkeyPatch.context() as patched, django_db_blocker.unblock(), transaction.atomic():
        yield office_in_every_state(patched)
        transaction.set_rollback(True)
    get_callable.cache_clear()


# --- the tables ---------------------------------------------------------------------------------


def test_every_address_has_a_row_for_reading_and_one_for_writing():
    rows_of = {(row[0].partition(" ")[0], row[1]) for row in TABLES["everywhere"][1:]}
    assert rows_of == {(name, method) for name in names() for method in ("GET", "POST")}


def test_every_address_of_a_case_has_rows_for_every_state():
    """Every address that answers a method with anything but 405."""
    live = {
        (row[0].partition(" ")[0], row[1])
        for row in TABLES["everywhere"][1:]
        if of_a_case(row[0].partition(" ")[0]) and 405 not in row[2:]
    }
    by_state = {(row[0].partition(" ")[0], row[1]) for row in TABLES["by state"][1:]}
    assert by_state - live <= {("intake", "GET"), ("intake", "POST"), ("intake-discard", "POST")}
    assert live <= by_state
    assert State.values == STATES


def test_every_step_of_the_workflow_has_its_rows():
    taken = {row[0].partition(" ")[2] for row in TABLES["by state"][1:]} | {"submit"}
    assert taken >= set(BY_ACTION)


@pytest.mark.parametrize(("address", "method", "answers"), rows("everywhere"))
def test_an_address_answers_each_person_as_the_table_says(address, method, answers, world):
    given = {person: world.answer(person, method, address) for person in PEOPLE}
    assert given == dict(zip(PEOPLE, answers, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("address", "method", "who", "answers"), rows("by state"))
def test_an_address_of_a_case_answers_in_each_state_as_the_table_says(address, method, who, answers, world):
    for person in who.split():
        given = {state: world.answer(person, method, address, state) for state in STATES}
        assert given == dict(zip(STATES, answers, strict=True)), person


@pytest.mark.slow
@pytest.mark.parametrize(
    "state",
    [each if each in ("draft", "approved") else pytest.param(each, marks=pytest.mark.slow) for each in State.values],
)
def test_a_case_does_not_exist_in_any_state_for_those_who_may_not_see_it(state, world):
    asked = dict.fromkeys((row[0], row[1]) for row in TABLES["by state"][1:])
    people = SEE_NO_CASE if state in (State.IN_REVIEW, State.APPROVED) else ("colleague", "elsewhere")
    for address, method in asked:
        for person in people:
            expected = SIGN_IN if person == "stranger" else 404
            assert world.answer(person, method, address, state) == expected, (address, method, person)


# --- indirect ways --------------------------------------------------------------------------------


@pytest.mark.parametrize("sought", [{}, {"q": "Q-0"}, {"q": "Bourem"}, {"q": "clash"}, {"whose": "shared"}])
def test_lists_and_searches_exclude_cases_that_the_user_may_not_see(sought, world):
    addresses = [reverse("case", kwargs={"uuid": case.uuid}) for case in world.cases.values()]
    references = [case.reference for case in world.cases.values()]
    for person in ("colleague", "elsewhere", "coi-admin", "auditor", "superuser"):
        page = world.search(person, sought)
        assert not any(address in page for address in addresses), person
        assert not any(f">{reference}<" in page for reference in references), person
    nothing = {"q": "Zzyzx"}
    for person in ("colleague", "elsewhere"):
        if "q" in sought:  # the page is the same whether it matches another office's case or none
            with_matches = world.search(person, sought).replace(sought["q"], "…")
            with_none = world.search(person, nothing).replace(nothing["q"], "…")
            assert _without_tokens(with_matches) == _without_tokens(with_none), person


def test_an_author_and_their_supervisor_find_the_case(world):
    address = reverse("case", kwargs={"uuid": world.cases[State.DRAFT].uuid})
    for person in ("author", "sharer"):
        assert address in world.search(person, {"q": "Q-0"}), person


def test_a_batch_refuses_a_memo_that_its_owner_may_not_see(world):
    (version,) = MemoVersion.objects.filter(state=State.APPROVED)
    for person, status in (("supervisor", 302), ("author", 302), ("colleague", 404), ("elsewhere", 404)):
        response = world.ask(person, "POST", "batch-new", body={"version": [version.pk]})
        assert response.status_code == status, person


def test_the_quality_page_of_another_office_counts_nothing_of_this_one(world):
    here = world.ask("supervisor", "GET", "quality-export")
    there = world.ask("elsewhere", "GET", "quality-export")
    counted = [b"".join(r.streaming_content) if r.streaming else r.content for r in (here, there)]
    assert counted[0] != counted[1]
    assert sum(int(n) for n in re.findall(rb"(?<=,)\d+(?=[,\r])", counted[1])) == 0


def test_nobody_is_notified_of_a_case_that_they_may_not_see(world):
    told = Notification.objects.exclude(user__username__in=("author", "supervisor", "reviewer", "promoted"))
    assert not told.exists()


def test_unsharing_a_case_removes_all_access(world):
    case = world.cases[State.DRAFT]
    assert world.answer("sharer", "GET", "case") == 200
    assert Case.objects.get(pk=case.pk).is_shared is False
    assert world.answer("colleague", "GET", "case") == 404


# --- the Django admin ---------------------------------------------------------------------------


@pytest.mark.parametrize("person", [p for p in PEOPLE if p != "sharer"])
def test_the_admin_shows_no_case_and_changes_no_library_to_anybody(person, world):
    registered = {model._meta.label for model in site._registry}
    assert not any(label.startswith(("assessments.", "audit.")) for label in registered)
    client = BrowserClient()
    if person in world.cookies:
        client.cookies["sessionid"] = world.cookies[person]
    for model in site._registry:
        if model._meta.app_label != "coi":
            continue
        for page in ("add", "changelist"):
            response = client.get(reverse(f"admin:coi_{model._meta.model_name}_{page}"))
            if person in ("superuser", "coi-admin") and page == "changelist":
                assert response.status_code == 200
            else:
                assert response.status_code in (302, 403)


def _without_tokens(page: str) -> str:
    return re.sub(r"\b[A-Za-z0-9]{64}\b|\bsearch=[A-Za-z0-9]+", "", page)

"""What is typed into a search box is in no address; paging, links and the Back button work without it."""

import pytest
from django.urls import reverse

from accounts.models import Role
from assessments.models import Case
from audit import searches
from tests.assessments.pages.home.cases_at_home import listed, make
from tests.browser_post import BrowserClient
from tests.markup import elements
from tests.searching import address_of, searched
from tests.sign_in import signed_in

MARK = "Zzyzx"
FIELDS = {
    "home": ("q", "due"),
    "search": ("q", "since", "until"),
    "actors": ("q",),
    "record": ("who", "object", "since", "until"),
}


@pytest.fixture
def client_of(client, caseworker, library, make_user, office):
    make(caseworker, "ONE")

    def client_of(page):
        return signed_in(make_user(Role.AUDITOR, office) if page == "record" else caseworker, client)

    return client_of


@pytest.mark.parametrize(("page", "field"), [(page, field) for page, fields in FIELDS.items() for field in fields])
def test_a_typed_text_is_in_no_address(page, field, client_of):
    client = client_of(page)
    address = address_of(client, reverse(page), {field: MARK})
    assert MARK not in address
    response = client.get(address)
    assert f'value="{MARK}"' in response.content.decode(), "the form keeps it"
    targets = [e.get(a) or "" for a in ("href", "action", "formaction") for e in elements(response, f"[{a}]")]
    assert not [target for target in targets if MARK in target]


@pytest.mark.parametrize("page", FIELDS)
def test_every_typed_field_of_a_form_is_posted(page, client_of):
    """A new field that is typed must be named in ``by_post``."""
    response = client_of(page).get(reverse(page))
    (form,) = elements(response, "form[role=search]")
    assert form.get("method") == "post"
    inputs = {
        e.get("name") for e in elements(response, "form[role=search] input:not([type=hidden]):not([type=checkbox])")
    }
    assert inputs == set(FIELDS[page])


@pytest.mark.parametrize("page", FIELDS)
def test_an_old_address_with_a_typed_text_leads_to_the_page_without_it(page, client_of):
    client = client_of(page)
    answer = client.get(reverse(page), {FIELDS[page][0]: MARK, "page": "2"})
    assert (answer.status_code, answer["Location"]) == (302, reverse(page))


def test_codes_stay_in_the_address(library, caseworker):
    client = signed_in(caseworker)
    answer = client.get(reverse("home"), {"q": MARK, "whose": "mine", "need": "ready"})
    assert answer["Location"] == f"{reverse('home')}?need=ready&whose=mine"
    assert client.get(reverse("search"), {"event": "attack"}).status_code == 200


def test_each_search_has_its_own_address_so_that_going_back_finds_it(library, caseworker):
    make(caseworker, "ONE")
    make(caseworker, "TWO")
    client = signed_in(caseworker)
    one = address_of(client, reverse("home"), {"q": "ONE"})
    two = address_of(client, reverse("home"), {"q": "TWO"})
    assert listed(client.get(one)) == {"ONE"}
    assert listed(client.get(two)) == {"TWO"}
    assert address_of(client, reverse("home"), {"q": "ONE"}) == one, "the same search keeps its address"


def test_the_pages_of_a_list_keep_the_search(library, caseworker):
    for n in range(60):
        make(caseworker, f"N-{n}")
    make(caseworker, "OTHER")
    client = signed_in(caseworker)
    first = searched(client, reverse("home"), {"q": "N-"})
    (following,) = elements(first, "a[rel=next]")
    second = client.get(reverse("home") + (following.get("href") or ""))
    assert second.status_code == 200
    assert listed(first) | listed(second) <= set(
        Case.objects.exclude(reference="OTHER").values_list("reference", flat=True)
    )
    assert listed(second)
    assert not listed(first) & listed(second)


def test_nobody_else_can_use_the_address(library, caseworker, make_user, office):
    address = address_of(signed_in(caseworker), reverse("home"), {"q": MARK, "whose": "mine"})
    answer = signed_in(make_user(Role.CASEWORKER, office, "somebody-else")).get(address, follow=True)
    assert answer.redirect_chain == [(f"{reverse('home')}?whose=mine", 302)]
    assert MARK not in answer.content.decode()
    assert "Your search is no longer stored." in answer.content.decode()


def test_a_session_keeps_only_the_latest_searches_and_the_beginning_of_a_long_text(caseworker):
    client = signed_in(caseworker)
    first = address_of(client, reverse("home"), {"q": "first"})
    for n in range(searches.MOST_KEPT):
        address_of(client, reverse("home"), {"q": f"{n}" + "x" * 5000})
    kept = client.session[searches.KEPT]
    assert len(kept) == searches.MOST_KEPT
    assert {len(each["q"]) for each in kept.values()} == {searches.MOST_TYPED}
    assert client.get(first).status_code == 302


def test_a_search_needs_the_token_of_its_page(caseworker):
    client = BrowserClient(enforce_csrf_checks=True)
    signed_in(caseworker, client)
    assert client.post(reverse("home"), {"q": MARK}).status_code == 403
    assert searches.KEPT not in client.session

"""The home page stays fast with many cases."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from assessments.models import (
    Case,
    CaseFact,
    CasePlace,
    FactAssessment,
    Writer,
)
from assessments.models.codes import State
from tests.assessments.pages.home.cases_at_home import HOME
from tests.searching import address_of
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


def fill(author, n: int, start: int = 0) -> None:
    """Add many cases at once, in every state, with places, facts and assessments."""
    now = timezone.now()
    states = [State.DRAFT, State.RETURNED, State.SUBMITTED, State.APPROVED, State.CLOSED]
    cases = Case.objects.bulk_create(
        Case(
            author=author, office=author.office, reference=f"B-{start + i}", country="ML", state=states[i % 5],
            closed_because="other" if i % 5 == 4 else "", saved_at=now, state_since=now,
            due_on=date(2027, 1, 1) + timedelta(days=i % 50) if i % 2 else None, is_shared=True,
        )
        for i in range(n)
    )  # fmt: skip
    Writer.objects.bulk_create(Writer(case=c, user=author) for c in cases)
    CasePlace.objects.bulk_create(CasePlace(case=c, person="P1", role="home-area", place_typed="Mopti") for c in cases)
    CaseFact.objects.bulk_create(
        CaseFact(case=c, ident=f"F{k}", position=k, person="P1", event="abduction", place_typed="Mopti", statement="x")
        for c in cases for k in (1, 2)
    )  # fmt: skip
    FactAssessment.objects.bulk_create(
        FactAssessment(case=c, fact_ident="F1", outcome="accepted", outcome_reasons="r", saved_by=author) for c in cases
    )


PAGES = [{}, {"q": "mopti"}, {"need": "approved"}, {"view": "all"}, {"view": "all", "q": "abduction"}, {"page": "2"}]


@pytest.mark.parametrize("query", PAGES, ids=str)
def test_the_number_of_queries_does_not_grow_with_the_cases(
    query, library, caseworker, supervisor, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    fill(caseworker, 60)
    clients = [signed_in(user) for user in (caseworker, supervisor)]
    addresses = [
        address_of(client, HOME, query) if "q" in query else f"{HOME}?{urlencode(query)}" for client in clients
    ]
    counted = []
    for client, address in zip(clients, addresses, strict=True):
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        counted.append(len(few))
    fill(caseworker, 300, start=1000)
    for client, address, n in zip(clients, addresses, counted, strict=True):
        with django_assert_num_queries(n):
            assert client.get(address).status_code == 200


@pytest.mark.slow
def test_an_office_of_ten_thousand_cases(library, caseworker, supervisor, django_assert_max_num_queries):
    fill(caseworker, 10_000)
    for user, query in ((caseworker, {}), (supervisor, {"view": "all", "q": "mopti"}), (supervisor, {})):
        client = signed_in(user)
        address = address_of(client, HOME, query)
        with django_assert_max_num_queries(23):
            response = client.get(address)
        assert response.status_code == 200

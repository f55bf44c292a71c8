"""A case with a proposed place, and its officer."""

import pytest

from assessments.models import Case
from tests.browser_post import BrowserClient
from tests.factories import make_case
from tests.sign_in import signed_in


@pytest.fixture
def case(library, caseworker) -> Case:
    return make_case(caseworker)  # Ogossagou in Mopti; Bamako is proposed


@pytest.fixture
def worker(caseworker) -> BrowserClient:
    return signed_in(caseworker)

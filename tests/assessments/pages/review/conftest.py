"""A case with a submitted version, its writer and its reviewer."""

import pytest

from assessments.memo import pdf_renderer
from tests import factories
from tests.assessments.pages.review.review_forms import SMALL
from tests.factories import PDF
from tests.sign_in import signed_in


@pytest.fixture
def printer(monkeypatch):
    """Make approvals print nothing: the memo's own tests cover printing."""
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: PDF)


@pytest.fixture
def worker(library, caseworker):
    return signed_in(caseworker)


@pytest.fixture
def boss(library, supervisor):
    return signed_in(supervisor)


@pytest.fixture
def case(library, caseworker):
    return factories.assessed(factories.make_case(caseworker, SMALL))


@pytest.fixture
def version(case, supervisor):
    """A version under review by the supervisor."""
    return factories.in_review(case, supervisor)

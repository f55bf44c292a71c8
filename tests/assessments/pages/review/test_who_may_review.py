"""Who may open the pages of a review, and how many queries they need."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from assessments import actions
from assessments.actions import NotAllowed
from assessments.models import MemoVersion, Reliance
from tests import factories
from tests.assessments.pages.review.review_forms import url
from tests.browser_post import BrowserClient
from tests.factories import fresh, sections_of
from tests.sign_in import signed_in


def test_each_role_at_each_page(case, caseworker, supervisor, make_user, office, other_office):
    factories.submitted(case)
    colleague = make_user(Role.CASEWORKER, office, "colleague")
    people = [
        (caseworker, [409, 403, 200]),
        (colleague, [404, 404, 404]),
        (supervisor, [403, 200, 200]),
        (make_user(Role.SUPERVISOR, other_office), [404, 404, 404]),
        (make_user(Role.COI_ADMIN, office), [404, 404, 404]),
        (make_user(Role.AUDITOR, office), [404, 404, 404]),
        (make_user(Role.CASEWORKER, None, is_superuser=True), [404, 404, 404]),
    ]
    for user, expected in people:
        client = signed_in(user)
        assert [client.get(url(n, case)).status_code for n in ("submit", "review", "recall")] == expected, user
    assert all(BrowserClient().get(url(n, case)).status_code == 302 for n in ("submit", "review", "recall", "case"))
    actions.share_case(case, shared=True, by=caseworker)
    client = signed_in(colleague)
    assert [client.get(url(n, case)).status_code for n in ("submit", "review", "recall")] == [409, 403, 200]


def test_a_page_of_a_review_costs_the_same_with_more_comments(
    boss, version, case, supervisor, django_assert_max_num_queries
):
    pages = (url("review", case), url("review-section", case, "profile"))
    for page in pages:  # the first reading of a section is recorded
        boss.get(page)
    with CaptureQueriesContext(connection) as before:
        for page in pages:
            boss.get(page)
    factories.graded(version, supervisor, comment="Well.")
    with django_assert_max_num_queries(len(before)):
        for page in pages:
            boss.get(page)


def test_a_versions_reliances_are_stored_with_it(version, case):
    rows = Reliance.objects.filter(version=version)
    of_facts = {r.relation for r in rows if r.fact_ident}
    assert of_facts
    assert of_facts <= {"supports", "contradicts", "no_evidence", "context"}
    assert {r.relation for r in rows if not r.fact_ident} <= {"profile", "region", "sheet", "figure"}
    for relation in ("region", "sheet", "figure"):
        assert rows.filter(relation=relation).exists(), relation
    assert len(sections_of(version)) == len(set(sections_of(version)))


def test_a_version_that_was_tampered_with_is_not_reviewed(boss, version, case, supervisor, printer):
    """Without the database guard, the digest still shows it."""
    factories.graded(version, supervisor)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER memo_frozen")
    MemoVersion.objects.filter(pk=version.pk).update(content=version.content.replace("attack", "feast"))
    assert boss.get(url("review", case)).url == url("version", case, 1)
    with pytest.raises(NotAllowed, match="not the one that was submitted"):
        actions.approve(fresh(case), by=supervisor, number=1, digest=version.content_sha256)
    MemoVersion.objects.filter(pk=version.pk).update(content="{}")
    assert boss.get(url("case", case)).status_code == 200
    assert boss.post(url("decide", case), {"decision": "approve"}).status_code == 302

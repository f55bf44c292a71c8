"""Writes that the database itself refuses, from the ORM and in raw SQL."""

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import guards
from assessments.models import MemoVersion, Writer
from tests import factories
from tests.factories import fresh

TABLE = MemoVersion._meta.db_table


@pytest.fixture
def waiting(library, caseworker, supervisor):
    """A version under review."""
    return factories.in_review(factories.make_case(caseworker, "gao-bourem"), supervisor)


@pytest.fixture
def approved(library, caseworker, supervisor):
    return factories.approved(factories.make_case(caseworker, "gao-bourem"), supervisor)


def decision(version, by):
    return {
        "state": "approved", "decided_by_id": by.pk, "decided_at": timezone.now(), "pdf": b"x", "pdf_sha256": "x" * 64,
        "read_sha256": version.content_sha256,
    }  # fmt: skip


def refused(change):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    return str(error.value)


def by_sql(version, **changes):
    names = ", ".join(f"{name} = %s" for name in changes)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {names} WHERE id = %s", [*changes.values(), version.pk])


def test_who_wrote_in_a_case_cannot_approve_it_not_even_with_raw_sql(waiting, caseworker, make_user, office):
    helper = make_user(Role.SUPERVISOR, office, "helper")
    Writer.objects.create(case=waiting.case, user=helper)
    for person in (helper, caseworker):
        changes = decision(waiting, person)
        by_orm = partial(MemoVersion.objects.filter(pk=waiting.pk).update, **changes)
        for change in (by_orm, partial(by_sql, waiting, **changes)):
            message = refused(change)
            assert "four eyes" in message or "own_submission" in message
    assert MemoVersion.objects.get(pk=waiting.pk).state == "in-review"


def test_the_author_cannot_approve_even_without_a_writer_row(waiting, caseworker, make_user, office):
    """The case's author counts as a writer even without a Writer row."""
    other = make_user(Role.CASEWORKER, office, "other")
    Writer.objects.all().delete()
    waiting.case.versions.all().delete()
    copy = MemoVersion(
        case=waiting.case, number=2, content="{}", content_sha256="a" * 64, case_version=1, rules_version="1",
        submitted_by=other, submitted_at=timezone.now(),
    )  # fmt: skip
    copy.save()
    assert "four eyes" in refused(lambda: by_sql(copy, **decision(copy, caseworker)))


def test_nobody_decides_on_their_own_submission(waiting, make_user, office):
    """Not even somebody whom no row calls a writer of the case."""
    other = make_user(Role.SUPERVISOR, office, "other")
    waiting.case.versions.all().delete()
    own = MemoVersion.objects.create(
        case=waiting.case, number=2, content="{}", content_sha256="a" * 64, case_version=1, rules_version="1",
        submitted_by=other, submitted_at=timezone.now(),
    )  # fmt: skip
    refused(lambda: by_sql(own, **decision(own, other)))


def test_no_road_leads_round_four_eyes_by_way_of_recalled(waiting, make_user, office):
    helper = make_user(Role.SUPERVISOR, office, "helper")
    Writer.objects.create(case=waiting.case, user=helper)
    assert "four eyes" in refused(lambda: by_sql(waiting, **decision(waiting, helper) | {"state": "recalled"}))


def test_a_row_that_is_approved_from_the_start_is_refused(waiting, make_user, office):
    helper = make_user(Role.SUPERVISOR, office, "helper")
    Writer.objects.create(case=waiting.case, user=helper)
    new = MemoVersion(
        case=waiting.case, number=9, content="{}", content_sha256=waiting.content_sha256, case_version=1,
        rules_version="1", submitted_by=waiting.submitted_by, submitted_at=timezone.now(), **decision(waiting, helper),
    )  # fmt: skip
    assert "four eyes" in refused(new.save)


@pytest.mark.parametrize(
    "lacking",
    [
        {"pdf": None}, {"pdf_sha256": ""}, {"decided_by_id": None}, {"read_sha256": "b" * 64},
        {"read_sha256": ""},
    ],
    ids=["no PDF", "no digest of the PDF", "nobody", "another text was read", "nothing was read"],
)  # fmt: skip
def test_an_approval_that_lacks_a_part_is_refused(waiting, supervisor, lacking):
    refused(lambda: by_sql(waiting, **decision(waiting, supervisor) | lacking))


def test_a_second_supervisor_may_approve(waiting, supervisor):
    MemoVersion.objects.filter(pk=waiting.pk).update(**decision(waiting, supervisor))
    assert MemoVersion.objects.get(pk=waiting.pk).state == "approved"


@pytest.mark.parametrize("name", ["content", "content_sha256", "number", "case_version", "rules_version"])
def test_a_submitted_version_never_changes(waiting, name):
    changes = {"number": 7, "case_version": 7}.get(name, "changed")
    assert "never change" in refused(lambda: MemoVersion.objects.filter(pk=waiting.pk).update(**{name: changes}))
    assert "never change" in refused(lambda: by_sql(waiting, **{name: changes}))


@pytest.mark.parametrize("name", ["pdf", "pdf_sha256", "read_sha256", "decided_at", "decision_note"])
def test_an_approved_memo_never_changes(approved, name):
    value = {"pdf": b"other", "decided_at": timezone.now()}.get(name, "other")
    assert "never change" in refused(lambda: MemoVersion.objects.filter(pk=approved.pk).update(**{name: value}))
    assert "never change" in refused(lambda: by_sql(approved, **{name: value}))


def test_an_approved_memo_stays_frozen_once_it_is_superseded(approved, caseworker, supervisor, make_user, office):
    other = make_user(Role.SUPERVISOR, office, "other")
    MemoVersion.objects.filter(pk=approved.pk).update(state="superseded")
    assert "never change" in refused(lambda: by_sql(approved, pdf=b"other"))
    assert "never change" in refused(lambda: by_sql(approved, decided_by_id=other.pk))


def test_no_two_versions_of_a_case_are_under_review(waiting):
    new = MemoVersion(
        case=waiting.case, number=2, content="{}", content_sha256="a" * 64, case_version=1, rules_version="1",
        submitted_by=waiting.submitted_by, submitted_at=timezone.now(),
    )  # fmt: skip
    refused(new.save)


def test_no_earlier_version_goes_back_under_review(approved, caseworker):
    earlier = approved
    actions.reopen(fresh(earlier.case), by=caseworker, reason="New facts.")
    factories.submitted(fresh(earlier.case))
    for state in ("submitted", "in-review"):
        refused(partial(by_sql, earlier, state=state))


def test_the_guards_can_be_put_in_place_again(waiting, caseworker):
    guards.install()
    assert "never change" in refused(lambda: by_sql(waiting, content="x"))


def test_a_case_with_an_approved_memo_can_still_be_erased(approved):
    """Retention erases approved memos too."""
    fresh(approved.case).delete()
    assert not MemoVersion.objects.exists()

"""A memo that was rewritten in the database, with its own digests, differs from the audit record."""

import hashlib

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from assessments.actions import guards
from assessments.memo import record_check
from assessments.models import MemoVersion
from audit import guards as record_guards
from audit.models import Entry
from audit.record import record
from tests import factories


@pytest.fixture
def approved(library, caseworker, supervisor) -> MemoVersion:
    return factories.approved(factories.make_case(caseworker, "gao-bourem"), supervisor)


def rewrite(version: MemoVersion, **changes) -> MemoVersion:
    """Change a row as the administrator of the database can: triggers off, and on again."""
    guards.remove()
    names = ", ".join(f"{name} = %s" for name in changes)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER memo_guard ON assessments_memoversion")
        cursor.execute(f"UPDATE assessments_memoversion SET {names} WHERE id = %s", [*changes.values(), version.pk])
    guards.install()
    return MemoVersion.objects.get(pk=version.pk)


def test_what_was_submitted_and_approved_is_as_recorded(approved):
    assert list(record_check.problems()) == []


def test_a_rewritten_pdf_with_its_own_digest_is_found(approved):
    pdf = b"%PDF forged"
    rewrite(approved, pdf=pdf, pdf_sha256=hashlib.sha256(pdf).hexdigest())
    assert "not the one that was approved" in " ".join(record_check.problems())


def test_an_approval_that_was_taken_out_is_found(approved):
    rewrite(approved, state="returned", pdf=None, pdf_sha256="")
    assert "not the one that was approved" in " ".join(record_check.problems())


def test_another_approver_is_found(approved, make_user, office):
    rewrite(approved, decided_by_id=make_user("supervisor", office, "another").pk)
    assert "another person approved it" in " ".join(record_check.problems())


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_record_that_was_deleted_with_its_head_and_anchor_is_found(goes_on, approved, settings, tmp_path, capsys):
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "head.json")
    call_command("audit_head", "--new-anchor")
    record_guards.remove()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry")
        cursor.execute("DELETE FROM audit_head")
    (tmp_path / "head.json").unlink()
    record_guards.install()
    if goes_on:  # as on a new installation, whose first entry makes head and anchor
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            record(by="1", action="a")
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert Entry.objects.count() == int(goes_on)
    assert "the record knows of no such submission" in "".join(capsys.readouterr())

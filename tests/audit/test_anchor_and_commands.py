"""The anchor outside the database, and the commands that verify the audit record."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from audit import anchor, guards
from audit.models import FIRST, Entry
from audit.record import record
from audit.verification import verify

# --- the anchor -------------------------------------------------------------------------------


@pytest.fixture
def anchor_file(settings, tmp_path):
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "audit-head.json")
    return tmp_path / "audit-head.json"


def test_the_anchor_follows_each_commit(rows, anchor_file, django_capture_on_commit_callbacks):
    anchor.write(6, rows[5].mac, rows[5].at, begins=True)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        entry = record(by="1", action="a")
    held = json.loads(anchor_file.read_text())
    assert (held["count"], held["mac"]) == (7, entry.mac)
    assert verify().is_whole


def test_the_anchor_never_goes_back(rows, anchor_file):
    anchor.write(6, rows[5].mac, rows[5].at, begins=True)
    anchor.write(4, rows[3].mac, rows[3].at)
    assert anchor.read() == anchor.Anchor(6, rows[5].mac)


def test_an_anchor_that_cannot_be_written_is_logged_and_undoes_nothing(
    rows, settings, tmp_path, caplog, django_capture_on_commit_callbacks
):
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "nowhere" / "head.json")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        record(by="1", action="a")
    assert "anchor of the audit record could not be written" in caplog.text
    assert Entry.objects.count() == 7


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"count": "x", "mac": 1}', "\0\xff"])
def test_a_damaged_anchor_is_reported_and_not_overwritten(rows, anchor_file, caplog, content):
    anchor_file.write_text(content, encoding="latin-1")
    assert "The anchor file contains no head" in "\n".join(verify().problems)
    anchor.write(6, rows[5].mac, rows[5].at, begins=True)
    assert anchor_file.read_text(encoding="latin-1") == content
    assert "could not be written" in caplog.text


def test_a_missing_anchor_is_reported(rows, anchor_file):
    assert "The anchor file is missing." in verify().problems


# --- the commands -----------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        return int(end.code), out.getvalue()
    return 0, out.getvalue()


def test_the_head_is_printed_on_one_line_that_verification_accepts(rows):
    status, line = run("audit_head")
    assert status == 0
    assert line.startswith(f"6:{rows[5].mac} 20")
    assert line.count("\n") == 1
    with transaction.atomic():
        record(by="1", action="a")  # yesterday's head still fits
    status, said = run("verify_audit", "--head", line)
    assert status == 0
    assert said.splitlines()[-1] == f"The audit record is intact: 7 entries, head {Entry.objects.last().mac}"


def test_the_commands_work_on_an_empty_record(db):
    assert run("audit_head")[1].startswith(f"0:{FIRST} ")
    assert run("verify_audit")[0] == 0


def test_verification_ends_with_status_1_and_names_the_row(unguarded, rows):
    unguarded("UPDATE audit_entry SET actor = '9' WHERE id = %s", rows[2].pk)
    guards.install()
    status, said = run("verify_audit")
    assert status == 1
    assert f"Row {rows[2].pk} was changed" in said
    status, said = run("verify_audit", "--json")
    assert status == 1
    told = json.loads(said)
    assert (told["whole"], told["entries"], len(told["problems"])) == (False, 6, 1)


@pytest.mark.parametrize("head", ["", "x", "6", "6:abc", "-1:" + "0" * 64, "6:" + "G" * 64, "٦:" + "0" * 64])
def test_an_invalid_head_is_refused(rows, head):
    with pytest.raises(CommandError, match="COUNT:MAC"):
        call_command("verify_audit", f"--head={head}")

"""The keys of the audit record: a wrong one is refused, and a new one continues the chain."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from audit import guards, keys
from audit.models import Entry
from audit.record import RecordUnavailable, record
from audit.verification import verify

NEW = "n" * 40


@pytest.fixture
def rotated(rows, settings) -> str:
    """The six entries, and the entry of a new key. Returns the old key."""
    old, settings.AUDIT_KEY = settings.AUDIT_KEY, NEW
    settings.AUDIT_KEY_FALLBACKS = [old]
    call_command("rotate_audit_key")
    with transaction.atomic():
        record(by="1", action="a")
    return old


def change(sql: str, *values) -> None:
    guards.remove()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    guards.install()


@pytest.mark.parametrize("wrong", ["", "w" * 40])
def test_a_wrong_key_neither_starts_nor_writes(rows, settings, wrong):
    settings.AUDIT_KEY = wrong
    with pytest.raises(keys.WrongKey, match="not the key"):
        keys.check_at_start()
    assert [error.id for error in keys.key_fits(databases=["default"])] == ["audit.E001"]
    with pytest.raises(RecordUnavailable), transaction.atomic():
        record(by="1", action="a")
    assert Entry.objects.count() == 6


def test_the_right_key_starts_and_an_empty_record_takes_any(rows, settings):
    keys.check_at_start()
    assert keys.key_fits(databases=["default"]) == []


def test_a_new_key_needs_its_rotation_first(rows, settings):
    settings.AUDIT_KEY_FALLBACKS, settings.AUDIT_KEY = [settings.AUDIT_KEY], NEW
    with pytest.raises(keys.WrongKey, match="rotate_audit_key"):
        keys.check_at_start()


def test_a_new_key_continues_the_chain(rotated):
    assert (verify().problems, verify().notes, verify().entries) == ([], [], 8)
    keys.check_at_start()


def test_a_part_whose_key_is_lost_is_attested_by_the_entry_of_the_next_key(rows, rotated, settings):
    settings.AUDIT_KEY_FALLBACKS = []
    result = verify()
    assert result.is_whole
    assert "attests them: entries up to 6" in " ".join(result.notes)
    change("UPDATE audit_entry SET actor = '9' WHERE id = %s", rows[2].pk)
    assert "are not those that it attests" in " ".join(verify().problems)


def test_an_older_key_in_other_hands_rewrites_nothing(rows, rotated, settings):
    row = rows[5]
    row.actor = "9"
    row.mac = row.computed_mac(rotated)
    change("UPDATE audit_entry SET actor = '9', mac = %s WHERE id = %s", row.mac, row.pk)
    assert "are not those that it attests" in " ".join(verify().problems)


def test_rows_after_the_rotation_need_the_new_key(rotated, settings):
    last = Entry.objects.last()
    change("UPDATE audit_entry SET mac = %s WHERE id = %s", last.computed_mac(rotated), last.pk)
    assert f"Row {last.pk} was changed" in " ".join(verify().problems)


def test_a_new_key_that_the_old_one_did_not_sign_is_found(rotated):
    """Who has the new key alone writes the first entry of that key, and what follows, anew."""
    first, last = Entry.objects.order_by("pk")[6:8]
    assert first.action == keys.CHANGED
    first.details = first.details | {"signed": "0" * 64}
    first.mac = first.computed_mac()
    change(
        "UPDATE audit_entry SET details = %s, mac = %s WHERE id = %s", json.dumps(first.details), first.mac, first.pk
    )
    last.previous = first.mac
    last.mac = last.computed_mac()
    change("UPDATE audit_entry SET previous = %s, mac = %s WHERE id = %s", last.previous, last.mac, last.pk)
    change("UPDATE audit_head SET mac = %s", last.mac)
    assert verify().problems == [f"Row {first.pk}, which begins a new key, is not signed with the old key."]


@pytest.mark.parametrize(("new", "old"), [("short", ["development"]), (NEW, []), (NEW, [NEW])])
def test_a_rotation_to_an_unfit_key_is_refused(rows, settings, new, old):
    settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = new, old
    with pytest.raises(CommandError):
        call_command("rotate_audit_key")


def test_a_record_that_is_not_intact_is_not_rotated(unguarded, rows, settings):
    change("UPDATE audit_entry SET actor = '9' WHERE id = %s", rows[2].pk)
    settings.AUDIT_KEY_FALLBACKS, settings.AUDIT_KEY = [settings.AUDIT_KEY], NEW
    with pytest.raises(CommandError, match="not intact"):
        call_command("rotate_audit_key")
    assert Entry.objects.count() == 6

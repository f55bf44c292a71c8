"""The audit record is append-only and chained."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import guards
from audit.models import FIRST, AppendOnlyError, Entry, Head
from audit.record import record, record_once
from audit.stored import trigger_problems
from audit.verification import verify


def test_entries_are_chained_and_keyed(db, settings):
    with transaction.atomic():
        first = record(by="1", action="a", object_type="case", object_id="x")
        second = record(by="1", action="b")
    assert first.previous == FIRST
    assert second.previous == first.mac
    assert str(Head.objects.get()) == f"2:{second.mac}"
    stored = Entry.objects.get(pk=first.pk)
    assert stored.computed_mac() == stored.mac
    settings.AUDIT_KEY = "another key"
    assert stored.computed_mac() != stored.mac


def test_recording_outside_a_transaction_is_refused(db, monkeypatch):
    with monkeypatch.context() as outside:
        outside.setattr(transaction.get_connection(), "in_atomic_block", False)
        for write in (record, record_once):
            with pytest.raises(RuntimeError, match="transaction"):
                write(by="1", action="a")


def test_an_action_and_its_audit_record_succeed_or_fail_together(rows):
    with transaction.atomic():
        record(by="1", action="a")
        transaction.set_rollback(True)
    assert Entry.objects.count() == Head.objects.get().count == 6
    assert verify().is_whole


# --- once every quarter of an hour ---------------------------------------------------------------


def test_once_a_quarter_of_an_hour_per_person_action_object_and_details(db, monkeypatch):
    at = timezone.make_aware(timezone.datetime(2026, 11, 23, 10, 14, 59))
    monkeypatch.setattr(timezone, "now", lambda: at)
    what = {"by": "1", "action": "case.read", "object_type": "case", "object_id": "x", "step": "facts", "n": 1}
    with transaction.atomic():
        assert record_once(**what) is not None
        assert record_once(**what) is None
        assert record_once(**dict(reversed(what.items()))) is None  # the order of details makes no difference
        for change in ({"by": "2"}, {"action": "b"}, {"object_type": "memo"}, {"object_id": "y"}, {"step": "places"}):
            assert record_once(**what | change) is not None, change
        at += timezone.timedelta(seconds=1)  # 10:15
        assert record_once(**what) is not None


def test_looking_for_the_same_costs_one_query(rows, django_assert_num_queries):
    with transaction.atomic():
        record_once(by="1", action="a")
        with django_assert_num_queries(1):
            record_once(by="1", action="a")


# --- append-only ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: Entry.objects.update(actor="2"),
        lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
        lambda entry: Entry.objects.bulk_update([entry], ["actor"]),
        lambda entry: Entry.objects.bulk_create([Entry(at=entry.at)]),
    ],
)
def test_the_model_refuses_change_and_removal(rows, change):
    with pytest.raises(AppendOnlyError):
        change(rows[2])
    assert verify().is_whole


OF_ONE_DATABASE = {
    "sqlite": [
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE id = %(row)s",
        "INSERT OR REPLACE INTO audit_entry (id, at, actor, action, object_type, object_id, details, previous, mac) "
        "SELECT %(row)s, at, '9', action, object_type, object_id, details, 'p', 'm' FROM audit_entry WHERE id = %(row)s",
    ],
    "postgresql": ["TRUNCATE TABLE audit_entry"],
}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET actor = '9' WHERE id = %(row)s",
        "UPDATE audit_entry SET actor = actor",
        "DELETE FROM audit_entry WHERE id = %(row)s",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET count = count - 1",
        "UPDATE audit_head SET mac = 'x'",
        *OF_ONE_DATABASE[connection.vendor],
    ],
)
def test_the_database_refuses_change_and_removal(rows, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, {"row": rows[2].pk})
    assert verify().is_whole


def test_the_chain_never_forks(rows):
    guards.remove()
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry(at=timezone.now(), actor="1", action="a", previous=rows[2].previous, mac="m").save()


def test_a_missing_guard_is_reported(rows):
    guards.remove()
    assert len(verify().problems) == len(trigger_problems()) > 0
    guards.install()
    assert verify().is_whole


@pytest.mark.django_db
def test_a_migration_restores_the_guards_and_leaves_the_record_unchanged():
    with transaction.atomic():
        record(by="1", action="a")
    call_command("migrate", "audit", verbosity=0)
    assert trigger_problems() == []
    assert verify().is_whole

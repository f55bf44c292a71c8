"""The record is append-only, chained and keyed; whatever is done to it behind its back is found."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import anchor, guards
from audit.models import FIRST, AppendOnlyError, Entry, Head
from audit.record import RecordUnavailable, record, record_once
from audit.verification import verify


@pytest.fixture
def rows(db) -> list[Entry]:
    """Six entries, chained."""
    with transaction.atomic():
        return [
            record(by=str(n), action="case.read", object_type="case", object_id=f"case-{n}", version=n, list=[n, None])
            for n in range(1, 7)
        ]


@pytest.fixture
def unguarded(rows):
    """The same, open to whoever administers the database: execute(sql, *values)."""

    def execute(sql: str, *values) -> None:
        guards.remove()
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    return execute


def problems() -> str:
    """What verification says, the guards put back."""
    guards.install()
    return "\n".join(verify().problems)


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


def test_a_record_and_what_it_records_stand_or_fall_together(rows):
    with transaction.atomic():
        record(by="1", action="a")
        transaction.set_rollback(True)
    assert Entry.objects.count() == Head.objects.get().count == 6
    assert verify().is_whole


# --- once a quarter of an hour ----------------------------------------------------------------


def test_once_a_quarter_of_an_hour_per_person_action_object_and_details(db, monkeypatch):
    at = timezone.make_aware(timezone.datetime(2026, 11, 23, 10, 14, 59))
    monkeypatch.setattr(timezone, "now", lambda: at)
    what = {"by": "1", "action": "case.read", "object_type": "case", "object_id": "x", "step": "facts", "n": 1}
    with transaction.atomic():
        assert record_once(**what) is not None
        assert record_once(**what) is None
        assert record_once(**dict(reversed(what.items()))) is None  # the order of details is no difference
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


def test_a_missing_guard_is_told(rows):
    guards.remove()
    assert len(verify().problems) == len(guards.missing()) > 0
    guards.install()
    assert verify().is_whole


@pytest.mark.django_db
def test_a_migration_puts_the_guards_back_and_leaves_the_record_as_it_is():
    with transaction.atomic():
        record(by="1", action="a")
    call_command("migrate", "audit", verbosity=0)
    assert guards.missing() == []
    assert verify().is_whole


# --- tampering --------------------------------------------------------------------------------


def test_an_untouched_record_is_whole(rows):
    result = verify()
    assert (result.is_whole, result.entries, result.mac) == (True, 6, rows[-1].mac)


@pytest.mark.parametrize("column", ["at", "actor", "action", "object_type", "object_id", "details", "previous", "mac"])
def test_a_changed_row_is_found(unguarded, rows, column):
    value = {"at": "2020-01-01 00:00:00", "details": '{"version": 9}'}.get(column, "f" * 60)
    unguarded(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", value, rows[2].pk)
    assert f"Row {rows[2].pk} was changed" in problems()


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_removed_row_is_found(unguarded, rows, place):
    unguarded("DELETE FROM audit_entry WHERE id = %s", rows[place].pk)
    said = problems()
    assert f"row {rows[place + 1].pk}" in said
    assert "removed" in said


def test_an_inserted_row_is_found(unguarded, rows):
    """Between two rows, linked to both as well as can be done without the key."""
    unguarded("UPDATE audit_entry SET id = id + 100 WHERE id > %s", rows[2].pk)
    unguarded("UPDATE audit_entry SET previous = %s WHERE id = %s", "e" * 64, rows[3].pk + 100)
    unguarded(
        "INSERT INTO audit_entry SELECT id + 1, at, '9', action, object_type, object_id, details, mac, %s "
        "FROM audit_entry WHERE id = %s",
        "e" * 64,
        rows[2].pk,
    )
    assert f"Row {rows[2].pk + 1} was changed, or inserted" in problems()


def test_an_inserted_last_row_is_found_though_the_head_was_moved(unguarded, rows):
    unguarded(
        "INSERT INTO audit_entry SELECT id + 1, at, '9', action, object_type, object_id, details, mac, %s "
        "FROM audit_entry WHERE id = %s",
        "e" * 64,
        rows[5].pk,
    )
    assert "Inserted at the tail" in problems()
    unguarded("UPDATE audit_head SET count = 7, mac = %s", "e" * 64)
    assert f"Row {rows[5].pk + 1} was changed, or inserted" in problems()


def test_reordered_rows_are_found(unguarded, rows):
    for old, new in ((rows[2].pk, 1000), (rows[3].pk, rows[2].pk), (1000, rows[3].pk)):
        unguarded("UPDATE audit_entry SET id = %s WHERE id = %s", new, old)
    said = problems()
    assert f"Row {rows[2].pk} follows row {rows[3].pk} by its hash" in said


def test_a_cut_tail_is_found(unguarded, rows):
    unguarded("DELETE FROM audit_entry WHERE id > %s", rows[3].pk)
    assert "Cut from the tail: the head in the database knows 6 entries, and there are 4." in problems()


def test_a_tail_cut_together_with_the_head_is_found_by_the_anchor(unguarded, rows, settings, tmp_path):
    settings.AUDIT_ANCHOR_FILE = tmp_path / "head.json"
    anchor.write(6, rows[5].mac, rows[5].at)
    unguarded("DELETE FROM audit_entry WHERE id > %s", rows[3].pk)
    unguarded("UPDATE audit_head SET count = 4, mac = %s", rows[3].mac)
    assert problems() == "Cut from the tail: the anchor file knows 6 entries, and there are 4."
    settings.AUDIT_ANCHOR_FILE = ""
    assert problems() == ""  # nothing inside the database can tell


def test_everything_removed_is_found(unguarded, rows):
    unguarded("DELETE FROM audit_entry")
    assert "Cut from the tail" in problems()
    unguarded("DELETE FROM audit_head")
    assert problems() == ""
    assert "knows 6" in "\n".join(verify(outside=anchor.parse(f"6:{rows[5].mac}")).problems)


def rewrite(execute, rows: list[Entry]) -> None:
    """All rows anew, with another actor, chained with the key that is set, the head moved along."""
    previous = FIRST
    for n, row in enumerate(rows):
        execute("UPDATE audit_entry SET previous = %s, mac = %s WHERE id = %s", f"p{n}", f"m{n}", row.pk)
    for row in rows:
        row.actor, row.previous = "9", previous
        row.mac = previous = row.computed_mac()
        execute(
            "UPDATE audit_entry SET actor = '9', previous = %s, mac = %s WHERE id = %s", row.previous, row.mac, row.pk
        )
    execute("UPDATE audit_head SET mac = %s", previous)


def test_a_record_written_anew_without_the_key_is_found(unguarded, rows, settings):
    with_key, settings.AUDIT_KEY = settings.AUDIT_KEY, "guessed"
    rewrite(unguarded, rows)
    settings.AUDIT_KEY = with_key
    assert problems().count("was changed") == 6


def test_a_record_written_anew_with_the_key_is_found_by_the_anchor_and_by_a_head_kept_outside(
    unguarded, rows, settings, tmp_path
):
    settings.AUDIT_ANCHOR_FILE = tmp_path / "head.json"
    anchor.write(6, rows[5].mac, rows[5].at)
    third = f"3:{rows[2].mac}"
    rewrite(unguarded, rows)
    assert "that the anchor file knows as number 6: rows were written anew" in problems()
    settings.AUDIT_ANCHOR_FILE = ""
    assert problems() == ""
    assert f"Row {rows[2].pk} is not the entry" in "\n".join(verify(outside=anchor.parse(third)).problems)


def test_a_missing_head_is_told_and_nothing_is_recorded_on_it(unguarded, rows):
    unguarded("DELETE FROM audit_head")
    assert "The row that holds the head is missing." in problems()
    with pytest.raises(RecordUnavailable), transaction.atomic():
        record(by="1", action="a")


def test_the_newest_rows_alone_can_be_verified(unguarded, rows):
    assert verify(newest=6).checked == verify(newest=50).checked == 6
    result = verify(newest=2)
    assert (result.checked, result.entries, result.mac) == (2, 6, rows[5].mac)
    unguarded("UPDATE audit_entry SET actor = '9' WHERE id = %s", rows[0].pk)
    assert "was changed" in problems()
    assert verify(newest=2).is_whole
    unguarded("UPDATE audit_entry SET mac = %s WHERE id = %s", "e" * 64, rows[3].pk)
    assert not verify(newest=2).is_whole


def test_problems_without_end_are_counted_and_not_all_told(rows, settings):
    with transaction.atomic():
        for _n in range(30):
            record(by="1", action="a")
    settings.AUDIT_KEY = "another"
    result = verify()
    assert (len(result.problems), result.more) == (20, 16)


def test_verification_reads_in_a_fixed_number_of_queries(rows, django_assert_num_queries):
    with transaction.atomic():
        for _n in range(30):
            record(by="1", action="a")
    with django_assert_num_queries(4):  # head, rows, head, guards
        assert verify().is_whole


# --- the anchor -------------------------------------------------------------------------------


@pytest.fixture
def anchor_file(settings, tmp_path):
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "audit-head.json")
    return tmp_path / "audit-head.json"


def test_the_anchor_follows_each_commit(rows, anchor_file, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        entry = record(by="1", action="a")
    held = json.loads(anchor_file.read_text())
    assert (held["count"], held["mac"]) == (7, entry.mac)
    assert verify().is_whole


def test_the_anchor_never_goes_back(rows, anchor_file):
    anchor.write(6, rows[5].mac, rows[5].at)
    anchor.write(4, rows[3].mac, rows[3].at)
    assert anchor.read() == anchor.Anchor(6, rows[5].mac)


def test_an_anchor_that_cannot_be_written_is_logged_and_undoes_nothing(
    rows, settings, tmp_path, caplog, django_capture_on_commit_callbacks
):
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "nowhere" / "head.json")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        record(by="1", action="a")
    assert "anchor of the record could not be written" in caplog.text
    assert Entry.objects.count() == 7


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"count": "x", "mac": 1}', "\0\xff"])
def test_a_damaged_anchor_is_told_and_not_written_over(rows, anchor_file, caplog, content):
    anchor_file.write_text(content, encoding="latin-1")
    assert "The anchor file holds no head" in "\n".join(verify().problems)
    anchor.write(6, rows[5].mac, rows[5].at)
    assert anchor_file.read_text(encoding="latin-1") == content
    assert "could not be written" in caplog.text


def test_a_missing_anchor_is_told(rows, anchor_file):
    assert "The anchor file is missing." in verify().problems


# --- the commands -----------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        return int(end.code), out.getvalue()
    return 0, out.getvalue()


def test_the_head_is_printed_in_one_line_that_verification_takes(rows):
    status, line = run("audit_head")
    assert status == 0
    assert line.startswith(f"6:{rows[5].mac} 20")
    assert line.count("\n") == 1
    with transaction.atomic():
        record(by="1", action="a")  # a head of yesterday still fits
    assert run("verify_audit", "--head", line) == (
        0,
        f"The record is whole: 7 entries, head {Entry.objects.last().mac}\n",
    )


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
def test_a_head_that_is_none_is_refused(rows, head):
    with pytest.raises(CommandError, match="COUNT:MAC"):
        call_command("verify_audit", f"--head={head}")

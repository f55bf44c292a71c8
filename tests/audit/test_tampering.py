"""Every kind of tampering with the audit record is found."""

import pytest
from django.db import transaction

from audit import anchor, guards
from audit.models import FIRST, Entry
from audit.record import RecordUnavailable, record
from audit.verification import verify


def problems() -> str:
    """Return the result of the verification, after putting the guards back."""
    guards.install()
    return "\n".join(verify().problems)


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
    """Between two rows, linked to both as well as possible without the key."""
    unguarded("UPDATE audit_entry SET id = id + 100 WHERE id > %s", rows[2].pk)
    unguarded("UPDATE audit_entry SET previous = %s WHERE id = %s", "e" * 64, rows[3].pk + 100)
    unguarded(
        "INSERT INTO audit_entry SELECT id + 1, at, '9', action, object_type, object_id, details, mac, %s "
        "FROM audit_entry WHERE id = %s",
        "e" * 64,
        rows[2].pk,
    )
    assert f"Row {rows[2].pk + 1} was changed, or was inserted without the key" in problems()


def test_an_inserted_last_row_is_found_though_the_head_was_moved(unguarded, rows):
    unguarded(
        "INSERT INTO audit_entry SELECT id + 1, at, '9', action, object_type, object_id, details, mac, %s "
        "FROM audit_entry WHERE id = %s",
        "e" * 64,
        rows[5].pk,
    )
    assert "Entries were inserted at the end" in problems()
    unguarded("UPDATE audit_head SET count = 7, mac = %s", "e" * 64)
    assert f"Row {rows[5].pk + 1} was changed, or was inserted without the key" in problems()


def test_reordered_rows_are_found(unguarded, rows):
    for old, new in ((rows[2].pk, 1000), (rows[3].pk, rows[2].pk), (1000, rows[3].pk)):
        unguarded("UPDATE audit_entry SET id = %s WHERE id = %s", new, old)
    said = problems()
    assert f"By its hash, row {rows[2].pk} follows row {rows[3].pk}." in said


def test_a_cut_tail_is_found(unguarded, rows):
    unguarded("DELETE FROM audit_entry WHERE id > %s", rows[3].pk)
    assert (
        "Entries were removed at the end: the head in the database has 6 entries, but there are only 4." in problems()
    )


def test_a_tail_cut_together_with_the_head_is_found_by_the_anchor(unguarded, rows, settings, tmp_path):
    settings.AUDIT_ANCHOR_FILE = tmp_path / "head.json"
    anchor.write(6, rows[5].mac, rows[5].at, begins=True)
    unguarded("DELETE FROM audit_entry WHERE id > %s", rows[3].pk)
    unguarded("UPDATE audit_head SET count = 4, mac = %s", rows[3].mac)
    assert problems() == "Entries were removed at the end: the anchor file has 6 entries, but there are only 4."
    settings.AUDIT_ANCHOR_FILE = ""
    assert problems() == ""  # nothing inside the database can show it


def test_everything_removed_is_found(unguarded, rows):
    unguarded("DELETE FROM audit_entry")
    assert "Entries were removed at the end" in problems()
    unguarded("DELETE FROM audit_head")
    assert problems() == ""
    assert "has 6 entries" in "\n".join(verify(outside=anchor.parse(f"6:{rows[5].mac}")).problems)


def rewrite(execute, rows: list[Entry]) -> None:
    """Rewrite all rows with another actor, chained with the present key, and the head to match."""
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


def test_a_record_rewritten_without_the_key_is_found(unguarded, rows, settings):
    with_key, settings.AUDIT_KEY = settings.AUDIT_KEY, "guessed"
    rewrite(unguarded, rows)
    settings.AUDIT_KEY = with_key
    assert problems().count("was changed") == 6


def test_a_record_rewritten_with_the_key_is_found_by_the_anchor_and_an_outside_head(
    unguarded, rows, settings, tmp_path
):
    settings.AUDIT_ANCHOR_FILE = tmp_path / "head.json"
    anchor.write(6, rows[5].mac, rows[5].at, begins=True)
    third = f"3:{rows[2].mac}"
    rewrite(unguarded, rows)
    assert "is not entry 6 of the anchor file. Rows were rewritten." in problems()
    settings.AUDIT_ANCHOR_FILE = ""
    assert problems() == ""
    assert f"Row {rows[2].pk} is not entry 3 of" in "\n".join(verify(outside=anchor.parse(third)).problems)


def test_a_missing_head_is_reported_and_nothing_is_added(unguarded, rows):
    unguarded("DELETE FROM audit_head")
    assert "The row with the head is missing." in problems()
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


def test_a_long_list_of_problems_is_counted_and_cut(rows, settings):
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

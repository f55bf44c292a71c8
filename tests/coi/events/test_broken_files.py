"""Files of event data that are broken or cut short are refused."""

from datetime import date

import pytest

from audit.models import Entry
from coi.events.problems import BadFile, EventProblem
from coi.events.storing import import_events
from coi.models import EventDataset
from tests.coi.event_files import NEW, event, write
from tests.coi.events.loaded_events import RETRIEVED, TODAY, totals


def raw(load, tmp_path, content: bytes) -> EventProblem:
    path = tmp_path / "raw.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile) as refused:
        import_events(path, code="raw", country="ML", retrieved_on=RETRIEVED, today=TODAY)
    assert not EventDataset.objects.exists()
    return refused.value.problems[0]


def good(tmp_path) -> bytes:
    rows = [event(n, date(2019, 5, 1), "Ségou", notes="one, two") for n in range(3)]
    return write(tmp_path / "good.csv", NEW, rows).read_bytes()


def test_files_that_are_no_text_are_refused_before_they_are_parsed(load, tmp_path):
    whole = good(tmp_path)
    assert "UTF-8" in str(raw(load, tmp_path, whole.decode().encode("latin-1")))
    nul = raw(load, tmp_path, whole.replace(b"one, two", b"one\0two", 1))
    assert nul.row == 2
    assert "NUL" in str(nul)
    assert "columns" in str(raw(load, tmp_path, b"a," * 200 + b"\n" + whole))
    assert "too long" in str(raw(load, tmp_path, b"," * 70_000))


def test_half_a_file_is_refused(load, tmp_path):
    whole = good(tmp_path)
    broken = whole[: whole.rindex(b"one, two") + 4]  # inside a quotation
    assert "is incomplete" in str(raw(load, tmp_path, broken))
    cut = whole[: whole.rindex(b'"one, two"')]  # between two fields
    assert raw(load, tmp_path, cut).column == "fatalities"


def test_a_file_cut_short_in_its_last_row_is_refused(load, tmp_path):
    """It ends after the last column that is read: only the last value's end is missing."""
    rows = [event(n, date(2019, 5, 1), "Ségou", deaths=160, notes="one,\ntwo") for n in range(3)]
    whole = write(tmp_path / "whole.csv", NEW, rows).read_bytes()
    cut = whole[: whole.rindex(b"160") + 2]
    assert "29 of 31 columns" in str(raw(load, tmp_path, cut))
    path = tmp_path / "no-end.csv"
    path.write_bytes(whole.rstrip())  # only the line end is missing
    assert import_events(path, code="whole", country="ML", retrieved_on=RETRIEVED, today=TODAY).events == 3


def test_files_of_windows_are_read(load, tmp_path):
    path = tmp_path / "windows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + good(tmp_path))
    dataset = import_events(path, code="windows", country="ML", retrieved_on=RETRIEVED, today=TODAY)
    assert (dataset.events, totals(dataset)) == (3, {"ML-4": 3})


def test_an_extra_comma_at_the_end_shifts_nothing(load, tmp_path):
    lines = good(tmp_path).decode().splitlines()
    lines[2] += ","
    path = tmp_path / "comma.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    dataset = import_events(path, code="comma", country="ML", retrieved_on=RETRIEVED, today=TODAY)
    assert totals(dataset) == {"ML-4": 3}


def test_a_comma_inside_a_row_is_found_by_the_shifted_columns(load, tmp_path):
    lines = good(tmp_path).decode().splitlines()
    lines[2] = lines[2].replace('"one, two"', "one, two")
    assert raw(load, tmp_path, ("\n".join(lines)).encode()).row == 3


def test_the_same_file_or_code_is_not_imported_twice(load, tmp_path):
    rows = [event(1, date(2019, 5, 1))]
    load(NEW, rows)
    for code, words in (("made-up", "with the code"), ("another", "already imported")):
        with pytest.raises(BadFile, match=words):
            load(NEW, rows, code=code)
    assert EventDataset.objects.count() == 1


def test_the_import_is_recorded(load):
    dataset = load(NEW, [event(1, date(2019, 5, 1))])
    entry = Entry.objects.get(action="events.import")
    assert (entry.object_id, entry.details["sha256"]) == ("made-up", dataset.sha256)

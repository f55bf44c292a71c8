"""Event data is read in every layout; messages name bad cells, and nothing is stored."""

import json
from datetime import date, timedelta

import pytest

from coi.events import reading
from coi.events.problems import MOST_PROBLEMS, BadFile, EventProblem
from coi.events.storing import import_events
from coi.events.sums import listed
from coi.models import EventDataset, EventMonth
from tests.coi.event_files import GED, NEW, NEW_BY_ACTOR, OLD, OLD_BY_ACTOR, event, ged, sides, write
from tests.coi.events.loaded_events import RETRIEVED, TODAY, totals


def problems(load, columns, rows, **options) -> list[EventProblem]:
    with pytest.raises(BadFile) as refused:
        load(columns, rows, **options)
    assert not EventDataset.objects.exists()
    assert not EventMonth.objects.exists()
    return refused.value.problems


@pytest.mark.parametrize(("columns", "make"), [(NEW, event), (OLD, event), (GED, ged)], ids=["new", "old", "ged"])
def test_each_layout_gives_the_same_sums(load, columns, make):
    rows = [make(1, date(2019, 3, 23), deaths=160), make(2, date(2019, 3, 24), deaths=2), make(3, date(2020, 7, 1))]
    dataset = load(columns, rows)
    assert (dataset.events, dataset.rows, dataset.repeated) == (3, 3, 0)
    assert (dataset.first_day, dataset.last_day) == (date(2019, 3, 23), date(2020, 7, 1))
    assert totals(dataset) == {"ML-5": 163}
    march = dataset.months.get(month=date(2019, 3, 1))
    assert (march.events, march.fatalities) == (2, 162)


def test_the_rows_themselves_are_not_stored(load):
    dataset = load(NEW, [event(1, date(2019, 3, 23), notes="a sentence of the provider", location="Ogossagou")])
    kept = json.dumps([list(m.values()) for m in (*dataset.months.values(), *dataset.days.values())], default=str)
    assert "sentence" not in kept
    assert "Ogossagou" not in kept
    assert "Invented Group" not in kept


def test_an_actor_based_export_counts_each_event_once(load):
    rows = [
        row for n in range(5) for row in (event(n, date(2019, 5, 1), deaths=4), event(n, date(2019, 5, 1), deaths=4))
    ]
    dataset = load(NEW, rows)
    assert (dataset.rows, dataset.events, dataset.repeated) == (10, 5, 5)
    assert totals(dataset) == {"ML-5": 20}


@pytest.mark.parametrize(
    ("columns", "interactions"),
    [(NEW_BY_ACTOR, ("Rebel group-Civilians", "State forces-Rebel group")), (OLD_BY_ACTOR, ("27", "12"))],
    ids=["new", "old"],
)
@pytest.mark.parametrize("batch", [1, 500])
def test_an_actor_based_export_has_one_side_a_row_and_counts_each_event_once(
    load, monkeypatch, columns, interactions, batch
):
    monkeypatch.setattr(reading, "A_BATCH", batch)
    with_civilians, without = interactions
    rows = [
        *sides(1, date(2019, 5, 1), "2", "7", interaction=with_civilians, deaths=4, civilian_targeting="Civilian targeting"),
        *sides(2, date(2019, 5, 2), "1", "2", interaction=without, deaths=3),
    ]  # fmt: skip
    dataset = load(columns, rows)
    assert dataset.layout.startswith("ACLED by actor")
    assert (dataset.rows, dataset.events, dataset.repeated) == (4, 2, 2)
    found = dataset.months.values_list("actor_group", "against_civilians", "events", "fatalities")
    assert sorted(found) == [("rebel-groups", True, 1, 4), ("state-forces", False, 1, 3)]


def test_an_invalid_interaction_is_refused(load):
    found = problems(load, OLD_BY_ACTOR, sides(1, date(2019, 5, 1), "2", interaction="999"))
    assert [(p.row, p.column) for p in found] == [(2, "interaction")]


@pytest.mark.parametrize("other", [" MLI1", "MLI1 ", "mli1", "MLI1\u00a0", "\ufeffMLI1", "ＭＬＩ１"])
def test_ids_are_compared_without_blanks_and_in_one_form(load, other):
    dataset = load(NEW, [event(1, date(2019, 5, 1)), event(1, date(2019, 5, 1), event_id_cnty=other)])
    assert (dataset.events, dataset.repeated) == (1, 1)


@pytest.mark.parametrize("batch", [1, 500])
@pytest.mark.parametrize(
    "change", [{"country": "Niger"}, {"event_type": "Riots"}, {"fatalities": 9}, {"admin1": "Gao"}]
)
def test_an_id_of_two_events_is_refused(load, monkeypatch, change, batch):
    monkeypatch.setattr(reading, "A_BATCH", batch)
    monkeypatch.setattr(reading, "A_PIECE", 2)
    rows = [event(n, date(2019, 5, 1)) for n in range(5)]
    (found,) = problems(load, NEW, [*rows, event(1, date(2019, 5, 1), **change)])
    assert found.row == 7
    assert "The event is also" in found.message


def test_rows_of_unknown_countries_are_listed_by_name(library, tmp_path):
    rows = [event(n, date(2019, 5, 1), country=name) for n, name in enumerate(["Mali", "Malli", "Malli", "Malli", "Niger", "Mal"])]  # fmt: skip
    path = write(tmp_path / "several.csv", NEW, rows)
    left_out: dict[str, int] = {}
    dataset = import_events(
        path, code="several", country="ML", retrieved_on=RETRIEVED, today=TODAY, on_unknown=left_out.update
    )
    assert (dataset.events, dataset.elsewhere) == (1, 5)
    assert listed(left_out) == "Malli: 3 rows; Mal: 1 row"


def test_no_event_is_newer_than_the_day_of_retrieval(load):
    (found,) = problems(load, NEW, [event(1, RETRIEVED), event(2, RETRIEVED + timedelta(days=1))])
    assert found.column == "retrieved"
    assert "2026-11-03" in str(found)


@pytest.mark.parametrize("name", ["capitals", "blanks"])
def test_column_names_in_capitals_are_read(load, name):
    columns = [c.upper() if name == "capitals" else f" {c} " for c in NEW]
    row = event(1, date(2019, 5, 1))
    assert load(columns, [{written: row.get(c, "") for written, c in zip(columns, NEW, strict=True)}]).events == 1


def test_the_two_rows_of_an_event_may_lie_in_two_pieces(load, monkeypatch):
    monkeypatch.setattr(reading, "A_PIECE", 3)
    rows = [event(n, date(2019, 5, 1 + n), deaths=1) for n in range(7)]
    dataset = load(NEW, [*rows, *rows])
    assert (dataset.events, dataset.repeated) == (7, 7)
    assert totals(dataset) == {"ML-5": 7}


def test_tags_index_column_accents_and_both_dates_are_read(load):
    tags = {name: f"#{name}" for name in NEW}
    rows = [
        tags,
        event(1, date(2019, 3, 1), "Segou", event_date="01 March 2019"),
        event(2, date(2019, 3, 2), "Ségou"),
        event(3, date(2019, 3, 3), "Tombouctou"),
        event(4, date(2019, 3, 4), "Timbuktu"),
    ]
    dataset = load(NEW, rows, index=True)
    assert dataset.events == 4
    assert totals(dataset) == {"ML-4": 2, "ML-6": 2}


def test_newer_regions_go_to_those_they_were_cut_out_of(load):
    rows = [
        event(1, date(2021, 1, 1), "Ménaka", 3),
        event(2, date(2021, 1, 1), "Menaka", 4),
        event(3, date(2021, 1, 1), "Taoudénit", 5),
        event(4, date(2021, 1, 1), "Bandiagara", 6),
    ]
    assert totals(load(NEW, rows)) == {"ML-7": 7, "ML-6": 5, "ML-5": 6}


def test_rows_of_other_countries_are_left_out_and_counted(load):
    dataset = load(NEW, [event(1, date(2021, 1, 1)), event(2, date(2021, 1, 1), "Sahel", 9, country="Burkina Faso")])
    assert (dataset.events, dataset.elsewhere) == (1, 1)


def test_an_event_without_a_region_counts_for_the_country_only(load):
    assert totals(load(GED, [ged(1, date(2021, 1, 1), "", 3)])) == {"ML": 3}


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"fatalities": "-3"}, "fatalities", "“-3”"),
        ({"fatalities": "12000"}, "fatalities", "10,000"),
        ({"fatalities": "1_000"}, "fatalities", "1_000"),
        ({"fatalities": "١٢"}, "fatalities", "number of deaths"),
        ({"fatalities": "=1+1"}, "fatalities", "number of deaths"),
        ({"fatalities": ""}, "fatalities", "number of deaths"),
        ({"event_date": "1899-05-01", "year": 1899}, "event_date", "1989"),
        ({"event_date": "2199-05-01", "year": 2199}, "event_date", "today"),
        ({"event_date": "05/01/2019"}, "event_date", "05/01/2019"),
        ({"event_date": "43586"}, "event_date", "43586"),
        ({"year": "2018"}, "year", "shifted"),
        ({"admin1": "Nowhere"}, "admin1", "Nowhere"),
        ({"inter1": "9"}, "inter1", "codebook"),
        ({"event_id_cnty": ""}, "event_id_cnty", "no id"),
    ],
)
def test_a_bad_cell_is_reported_by_row_and_column_and_nothing_is_stored(load, change, column, words):
    found = problems(load, NEW, [event(1, date(2019, 5, 1)), event(2, date(2019, 5, 1)) | change])
    assert [(p.row, p.column) for p in found] == [(3, column)]
    assert words in str(found[0])


def test_every_bad_cell_is_named_at_once_up_to_a_limit(load):
    found = problems(load, NEW, [event(n, date(2019, 5, 1), deaths=-1) for n in range(50)])
    assert len(found) == MOST_PROBLEMS


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"event_type": ""}, "event_type", "kind of event"),
        ({"event_type": "=HYPERLINK(1)"}, "event_type", "kind of event"),
        ({"event_type": "A sentence of the notes, which is never kept, " * 2}, "event_type", "kind of event"),
        ({"civilian_targeting": "14.0"}, "civilian_targeting", "shifted"),
        ({"event_date": "2019-W18-3"}, "event_date", "2019-W18-3"),
        ({"event_date": "2019-05-01x"}, "event_date", "2019-05-01x"),
        ({"event_date": "31 April 2019"}, "event_date", "31 April 2019"),
        ({"country": "Western Africa", "event_date": "Mopti"}, "event_date", "Mopti"),
        ({"country": "Western Africa", "fatalities": "a note"}, "fatalities", "a note"),
        ({"country": "Western Africa", "year": "2018"}, "year", "2018"),
    ],
)
def test_a_shifted_row_is_not_read_as_an_event(load, change, column, words):
    found = problems(load, NEW, [event(1, date(2019, 5, 1)), event(2, date(2019, 5, 1)) | change])
    assert [(p.row, p.column) for p in found] == [(3, column)]
    assert words in str(found[0])


def test_the_other_side_of_the_older_layout_has_to_be_a_known_group(load):
    found = problems(load, OLD, [event(1, date(2019, 5, 1), inter2="9")])
    assert [(p.row, p.column) for p in found] == [(2, "inter2")]


def test_texts_that_take_the_place_of_kinds_of_events_are_refused(load):
    found = problems(load, NEW, [event(n, date(2019, 5, 1), event_type=f"Sentence {n}") for n in range(60)])
    assert [(p.row, p.column) for p in found] == [(n + 2, "event_type") for n in range(50, 60)]


def test_similar_numbers_and_texts_stay_distinct(load):
    """If a whole column looks like numbers, a parser may read 010 and 10 as the same number."""
    assert {p.column for p in problems(load, NEW, [event(1, date(2019, 5, 1), inter1="01")])} == {"inter1"}
    same = [event("010", date(2019, 5, 1)) | {"event_id_cnty": n} for n in ("010", "10", "1e1", "10.0")]
    assert load(NEW, same).events == 4


def test_groups_are_read_as_numbers_and_as_words(load):
    words = ["State Forces", "Rebel group", "Political militia", "Identity militia", "Rioters", "Protesters", "Civilians", "External/Other forces"]  # fmt: skip
    rows = [
        row
        for n, word in enumerate(words, 1)
        for row in (
            event(n, date(2019, 5, 1), inter1=str(n)),
            event(100 + n, date(2019, 5, 1), inter1=word),
        )
    ]
    groups = load(NEW, rows).months.values_list("actor_group", "events")
    assert sorted(n for _group, n in groups) == [2] * 8


def test_who_comes_first_in_the_second_row_of_an_event_does_not_matter(load, monkeypatch):
    civilians = {"event_type": "Violence against civilians", "civilian_targeting": "Civilian targeting"}
    for code, batch in (("one-batch", 500), ("adjacent", 2)):
        monkeypatch.setattr(reading, "A_BATCH", batch)
        rows = [event(1, date(2019, 5, 1), inter1="7", inter2="4", location=code, **civilians),
                event(1, date(2019, 5, 1), inter1="4", inter2="7", **civilians)]  # fmt: skip
        dataset = load(NEW, rows, code=code)
        assert [(m.actor_group, m.events, m.fatalities) for m in dataset.months.all()] == [("identity-militias", 1, 1)]


def test_an_event_with_two_versions_is_refused(load):
    rows = [event(1, date(2019, 5, 1)), event(2, date(2019, 5, 1)), event(1, date(2019, 5, 2), "Gao", 9)]
    found = problems(load, NEW, rows)
    assert {(p.row, p.column) for p in found} == {(4, "fatalities"), (4, "event_date"), (4, "admin1")}
    assert all("row 2" in str(p) for p in found)


def test_an_event_counted_in_an_earlier_batch_is_not_counted_again(load, monkeypatch):
    monkeypatch.setattr(reading, "A_PIECE", 2)
    monkeypatch.setattr(reading, "A_BATCH", 4)
    rows = [event(n, date(2019, 5, 1 + n), "Gao" if n % 2 else "Kayes") for n in range(9)]
    dataset = load(NEW, [*rows, *rows])
    assert (dataset.events, dataset.repeated) == (9, 9)
    assert totals(dataset) == {"ML-7": 4, "ML-1": 5}
    assert (dataset.first_day, dataset.last_day) == (date(2019, 5, 1), date(2019, 5, 9))


def test_progress_shows_rows_read_and_about_how_many_there_are(library, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "A_PIECE", 100)
    path = write(tmp_path / "long.csv", NEW, (event(n, date(2019, 5, 1), notes="x" * 900) for n in range(1000)))
    told = []
    import_events(path, code="long", country="ML", retrieved_on=RETRIEVED, today=TODAY, on_progress=told.append)
    assert [progress.rows for progress in told] == list(range(100, 1001, 100))
    assert told[-1].about == 1000
    assert all(progress.rows <= progress.about for progress in told)


def test_unknown_columns_are_refused_with_the_missing_ones(load):
    found = problems(load, [c for c in NEW if c != "admin1"], [event(1, date(2019, 5, 1))])
    assert "admin1" in str(found[0])
    assert "UCDP GED" in str(found[0])


def test_two_columns_of_a_name_are_refused(load):
    assert problems(load, (*NEW, "fatalities"), [event(1, date(2019, 5, 1))])[0].column == "fatalities"

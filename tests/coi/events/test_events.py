"""Event data: read in every layout, summed, compared with the report's figure; bad files change nothing."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from coi.events import figure_queries, reading
from coi.events.comparing import Fit, compare
from coi.events.problems import MOST_PROBLEMS, BadFile, Problem
from coi.events.storing import import_events
from coi.events.sums import listed
from coi.management.commands.compare_figures import as_text
from coi.models import Edition, EventDataset, EventDay, EventMonth, FigureRow
from matching.periods import Moment
from tests.coi.event_files import GED, NEW, NEW_BY_ACTOR, OLD, OLD_BY_ACTOR, event, ged, sides, write

TODAY = date(2026, 11, 23)
RETRIEVED = date(2026, 11, 2)


@pytest.fixture
def load(library, tmp_path):
    """load(columns, rows): import them; the dataset."""

    def run(columns, rows, code="made-up", **options):
        path = write(tmp_path / f"{code}.csv", columns, rows, **options)
        return import_events(path, code=code, country="ML", retrieved_on=RETRIEVED, today=TODAY)

    return run


def problems(load, columns, rows, **options) -> list[Problem]:
    with pytest.raises(BadFile) as refused:
        load(columns, rows, **options)
    assert not EventDataset.objects.exists()
    assert not EventMonth.objects.exists()
    return refused.value.problems


def totals(dataset) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, deaths in dataset.months.values_list("place__code", "fatalities"):
        found[code] = found.get(code, 0) + deaths
    return found


@pytest.mark.parametrize(("columns", "make"), [(NEW, event), (OLD, event), (GED, ged)], ids=["new", "old", "ged"])
def test_each_layout_gives_the_same_sums(load, columns, make):
    rows = [make(1, date(2019, 3, 23), deaths=160), make(2, date(2019, 3, 24), deaths=2), make(3, date(2020, 7, 1))]
    dataset = load(columns, rows)
    assert (dataset.events, dataset.rows, dataset.repeated) == (3, 3, 0)
    assert (dataset.first_day, dataset.last_day) == (date(2019, 3, 23), date(2020, 7, 1))
    assert totals(dataset) == {"ML-5": 163}
    march = dataset.months.get(month=date(2019, 3, 1))
    assert (march.events, march.fatalities) == (2, 162)


def test_the_rows_themselves_are_not_kept(load):
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


def test_an_interaction_that_is_none_is_refused(load):
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
    assert "stands in the file" in found.message


def test_rows_of_countries_that_nobody_holds_are_listed_by_name(library, tmp_path):
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
def test_a_bad_cell_is_named_by_row_and_column_and_nothing_is_kept(load, change, column, words):
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
def test_what_a_shifted_row_may_hold_is_no_event(load, change, column, words):
    found = problems(load, NEW, [event(1, date(2019, 5, 1)), event(2, date(2019, 5, 1)) | change])
    assert [(p.row, p.column) for p in found] == [(3, column)]
    assert words in str(found[0])


def test_the_other_side_of_the_older_layout_has_to_be_a_known_group(load):
    found = problems(load, OLD, [event(1, date(2019, 5, 1), inter2="9")])
    assert [(p.row, p.column) for p in found] == [(2, "inter2")]


def test_texts_that_take_the_place_of_kinds_of_events_are_refused(load):
    found = problems(load, NEW, [event(n, date(2019, 5, 1), event_type=f"Sentence {n}") for n in range(60)])
    assert [(p.row, p.column) for p in found] == [(n + 2, "event_type") for n in range(50, 60)]


def test_numbers_and_texts_that_look_alike_stay_apart(load):
    """Where a whole column looks like numbers, a parser may make one number of 010 and 10."""
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


def test_an_event_that_is_told_in_two_ways_is_refused(load):
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


def test_progress_is_told_by_rows_and_about_how_many(library, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "A_PIECE", 100)
    path = write(tmp_path / "long.csv", NEW, (event(n, date(2019, 5, 1), notes="x" * 900) for n in range(1000)))
    told = []
    import_events(path, code="long", country="ML", retrieved_on=RETRIEVED, today=TODAY, on_progress=told.append)
    assert [progress.rows for progress in told] == list(range(100, 1001, 100))
    assert told[-1].about == 1000
    assert all(progress.rows <= progress.about for progress in told)


def test_columns_that_are_not_known_say_what_is_missing(load):
    found = problems(load, [c for c in NEW if c != "admin1"], [event(1, date(2019, 5, 1))])
    assert "admin1" in str(found[0])
    assert "UCDP GED" in str(found[0])


def test_two_columns_of_a_name_are_refused(load):
    assert problems(load, (*NEW, "fatalities"), [event(1, date(2019, 5, 1))])[0].column == "fatalities"


def raw(load, tmp_path, content: bytes) -> Problem:
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
    assert "breaks off" in str(raw(load, tmp_path, broken))
    cut = whole[: whole.rindex(b'"one, two"')]  # between two fields
    assert raw(load, tmp_path, cut).column == "fatalities"


def test_a_file_cut_short_in_its_last_row_is_refused(load, tmp_path):
    """After the last column that is read: every value is there, but for the end of the last."""
    rows = [event(n, date(2019, 5, 1), "Ségou", deaths=160, notes="one,\ntwo") for n in range(3)]
    whole = write(tmp_path / "whole.csv", NEW, rows).read_bytes()
    cut = whole[: whole.rindex(b"160") + 2]
    assert "29 columns of 31" in str(raw(load, tmp_path, cut))
    path = tmp_path / "no-end.csv"
    path.write_bytes(whole.rstrip())  # only the line end is missing
    assert import_events(path, code="whole", country="ML", retrieved_on=RETRIEVED, today=TODAY).events == 3


def test_files_of_windows_are_read(load, tmp_path):
    path = tmp_path / "windows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + good(tmp_path))
    dataset = import_events(path, code="windows", country="ML", retrieved_on=RETRIEVED, today=TODAY)
    assert (dataset.events, totals(dataset)) == (3, {"ML-4": 3})


def test_a_comma_too_many_shifts_nothing(load, tmp_path):
    lines = good(tmp_path).decode().splitlines()
    lines[2] += ","
    path = tmp_path / "comma.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    dataset = import_events(path, code="comma", country="ML", retrieved_on=RETRIEVED, today=TODAY)
    assert totals(dataset) == {"ML-4": 3}


def test_a_comma_inside_a_row_is_found_by_what_it_shifts(load, tmp_path):
    lines = good(tmp_path).decode().splitlines()
    lines[2] = lines[2].replace('"one, two"', "one, two")
    assert raw(load, tmp_path, ("\n".join(lines)).encode()).row == 3


def test_the_same_file_or_code_is_not_imported_twice(load, tmp_path):
    rows = [event(1, date(2019, 5, 1))]
    load(NEW, rows)
    for code, words in (("made-up", "with the code"), ("another", "imported already")):
        with pytest.raises(BadFile, match=words):
            load(NEW, rows, code=code)
    assert EventDataset.objects.count() == 1


def test_the_import_stands_in_the_record(load):
    dataset = load(NEW, [event(1, date(2019, 5, 1))])
    entry = Entry.objects.get(action="events.import")
    assert (entry.object_id, entry.details["sha256"]) == ("made-up", dataset.sha256)


# --- beside the report's figure ---------------------------------------------------------------------


def printed_rows():
    return FigureRow.objects.filter(figure__edition__code="sem-mali-2021-04", figure__number=1, is_total=False)


def rows_that_give_the_figure(until: date):
    """One event a cell; those of the last period lie on its last days up to ``until``."""
    rows = []
    for n, row in enumerate(printed_rows().select_related("place")):
        first, last = Moment.parse(row.period_from).first, Moment.parse(row.period_to).last
        is_last = last == date(2021, 3, 31)
        day = until if is_last else first + timedelta(days=20)
        kinds = (
            {"event_type": "Violence against civilians", "civilian_targeting": "Civilian targeting"} if n % 2 else {}
        )
        rows.append(event(n, day, row.place.name, row.fatalities, **kinds))
        # an event soon after each end, so that a wrong end is told from the right one
        rows.append(event(1000 + n, (until if is_last else last) + timedelta(days=1), row.place.name, 1))
        if not is_last:
            rows[-1]["fatalities"] = 0
    return [*rows, event(5000, date(2021, 8, 1), "Kayes", 1)]


def test_cells_stand_side_by_side_and_the_better_end_of_a_period_is_found(load):
    dataset = load(NEW, rows_that_give_the_figure(date(2021, 4, 15)))
    found = compare(Edition.objects.get(code="sem-mali-2021-04"), dataset)
    full_years = [c for c in found.cells if c.period in ("2019", "2020")]
    assert full_years
    assert all(c.difference == 0 for c in full_years)
    part = next(f for f in found.fits if f.printed_end == date(2021, 3, 31))
    assert part.another_end_fits_better
    assert (part.best_end, part.best_last, part.best_distance) == (date(2021, 4, 15), date(2021, 4, 15), 0)
    assert part.distance == sum(r.fatalities for r in printed_rows().filter(period_to__startswith="2021"))
    assert not any(f.another_end_fits_better for f in found.fits if f is not part)


def test_data_that_have_nothing_to_do_with_the_figure_fit_at_no_end(load):
    """A little closer at some day is chance: no end is named, and none is offered as a query."""
    rows = [event(n, date(2018, 12, 5) + timedelta(days=3 * n), deaths=2) for n in range(320)]
    found = compare(Edition.objects.get(code="sem-mali-2021-04"), load(NEW, rows))
    assert any(f.best_distance < f.distance for f in found.fits)
    assert all(f.no_end_fits and not f.another_end_fits_better for f in found.fits)
    assert not any(
        one.key == figure_queries.fit_key(f) for one in figure_queries.differences(found) for f in found.fits
    )
    assert "no end of the period fits" in as_text(found)


def test_a_better_end_is_one_that_fits_and_fits_much_better():
    def fit(distance, best):
        return Fit(1, "2020", date(2020, 12, 31), distance, date(2021, 1, 4), best, date(2021, 1, 4), 1000)

    assert fit(200, 100).another_end_fits_better
    assert not fit(200, 101).another_end_fits_better  # more than a tenth of what is printed
    assert fit(200, 101).no_end_fits
    assert not fit(150, 80).another_end_fits_better  # more than half of the distance is left
    assert not fit(30, 11).another_end_fits_better  # less than a fiftieth closer
    assert not fit(30, 11).no_end_fits


def test_periods_outside_the_data_are_not_recomputed(load):
    dataset = load(NEW, [event(1, date(2020, 1, 5)), event(2, date(2020, 12, 20))])
    found = compare(Edition.objects.get(code="sem-mali-2021-04"), dataset)
    assert all((c.recomputed is None) == (c.period != "2020") for c in found.cells)
    assert [s.period for s in found.shares if s.all is not None] == ["2020"]
    assert found.perpetrators_span == (date(2020, 1, 5), date(2020, 12, 20))


def test_a_period_that_was_not_over_at_retrieval_is_not_covered(load):
    dataset = load(NEW, [event(1, date(2020, 1, 5)), event(2, date(2020, 12, 20))])
    dataset.retrieved_on = date(2020, 12, 24)
    found = compare(Edition.objects.get(code="sem-mali-2021-04"), dataset)
    assert all(c.recomputed is None for c in found.cells)


def test_civilians_are_counted_under_two_definitions(load):
    rows = [
        event(1, date(2019, 1, 5), deaths=10, event_type="Violence against civilians", inter1="4", civilian_targeting="Civilian targeting"),
        event(2, date(2019, 1, 6), deaths=5, event_type="Explosions/Remote violence", inter1="2", civilian_targeting="Civilian targeting"),
        event(3, date(2019, 12, 30), deaths=7),
    ]  # fmt: skip
    found = compare(Edition.objects.get(code="sem-mali-2021-04"), load(NEW, rows))
    assert {(p.group, p.narrow, p.wide) for p in found.perpetrators} == {
        ("identity-militias", 10, 10),
        ("rebel-groups", 0, 5),
    }
    assert next((s.against_civilians, s.all) for s in found.shares if s.period == "2019") == (15, 22)


def test_days_are_kept_around_the_ends_of_printed_periods_only(load):
    dataset = load(NEW, [event(1, date(2021, 4, 10)), event(2, date(2019, 7, 10))])
    assert list(EventDay.objects.filter(dataset=dataset).values_list("day", flat=True)) == [date(2021, 4, 10)]


def test_no_end_is_looked_for_where_the_days_were_not_kept(load):
    """Data imported before an edition hold no days around the ends of its periods."""
    dataset = load(NEW, rows_that_give_the_figure(date(2021, 4, 15)))
    edition = Edition.objects.get(code="sem-mali-2021-04")
    assert compare(edition, dataset).without_days == ()
    dataset.days.filter(day__year=2021).delete()
    found = compare(edition, dataset)
    assert [period[:4] for period in found.without_days] == ["2020", "2021"]  # the span of 2020 reaches into 2021
    assert {fit.period for fit in found.fits} == {"2019"}
    assert all(c.recomputed is not None for c in found.cells)  # whole months are held


def test_the_commands_say_what_they_did_and_what_they_know(library, tmp_path, capsys):
    path = write(tmp_path / "events.csv", NEW, rows_that_give_the_figure(date(2021, 4, 15)))
    call_command("import_events", str(path), retrieved="2026-11-02")
    assert "events-ml-2026-11-02" in capsys.readouterr().out
    call_command("compare_figures", "sem-mali-2021-04", "events-ml-2026-11-02")
    assert "they lie closest (0) with events to 2021-04-15" in capsys.readouterr().out
    call_command("compare_figures", "sem-mali-2021-04", "events-ml-2026-11-02", format="json")
    document = json.loads(capsys.readouterr().out)
    assert document["dataset"]["provider"] == "ACLED"
    assert {c["difference"] for c in document["cells"] if c["period"] == "2019"} == {0}
    with pytest.raises(CommandError, match="Known: sem-mali-2021-04"):
        call_command("compare_figures", "another", "events-ml-2026-11-02")
    with pytest.raises(CommandError, match="Known: events-ml-2026-11-02"):
        call_command("compare_figures", "sem-mali-2021-04", "another")
    with pytest.raises(CommandError, match="no such file"):
        call_command("import_events", str(tmp_path / "missing.csv"), retrieved="2026-11-02")
    with pytest.raises(CommandError, match="2026-11-02"):
        call_command("import_events", str(path), retrieved="yesterday")

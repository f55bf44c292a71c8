"""Event data is compared with a report's figure."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from coi.events import figure_queries
from coi.events.comparing import Fit, compare
from coi.management.commands.compare_figures import as_text
from coi.models import Edition, EventDay, FigureRow
from matching.periods import Moment
from tests.coi.event_files import NEW, event, write


def printed_rows():
    return FigureRow.objects.filter(figure__edition__code="sem-mali-2021-04", figure__number=1, is_total=False)


def rows_that_give_the_figure(until: date):
    """Return one event per cell. Those of the last period are on its last days, up to ``until``."""
    rows = []
    for n, row in enumerate(printed_rows().select_related("place")):
        first, last = Moment.parse(row.period_from).first, Moment.parse(row.period_to).last
        is_last = last == date(2021, 3, 31)
        day = until if is_last else first + timedelta(days=20)
        kinds = (
            {"event_type": "Violence against civilians", "civilian_targeting": "Civilian targeting"} if n % 2 else {}
        )
        rows.append(event(n, day, row.place.name, row.fatalities, **kinds))
        # an event soon after each end, so that a wrong end date differs from the right one
        rows.append(event(1000 + n, (until if is_last else last) + timedelta(days=1), row.place.name, 1))
        if not is_last:
            rows[-1]["fatalities"] = 0
    return [*rows, event(5000, date(2021, 8, 1), "Kayes", 1)]


def test_cells_are_compared_and_the_better_end_of_a_period_is_found(load):
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
    """A slightly better fit on some day is chance: no end date is named, and none is offered as a query."""
    rows = [event(n, date(2018, 12, 5) + timedelta(days=3 * n), deaths=2) for n in range(320)]
    found = compare(Edition.objects.get(code="sem-mali-2021-04"), load(NEW, rows))
    assert any(f.best_distance < f.distance for f in found.fits)
    assert all(f.no_end_fits and not f.another_end_fits_better for f in found.fits)
    assert not any(
        one.key == figure_queries.fit_key(f) for one in figure_queries.differences(found) for f in found.fits
    )
    assert "no end date fits" in as_text(found)


def test_a_better_end_is_one_that_fits_and_fits_much_better():
    def fit(distance, best):
        return Fit(1, "2020", date(2020, 12, 31), distance, date(2021, 1, 4), best, date(2021, 1, 4), 1000)

    assert fit(200, 100).another_end_fits_better
    assert not fit(200, 101).another_end_fits_better  # more than a tenth of the printed number
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


def test_days_are_stored_only_around_the_ends_of_printed_periods(load):
    dataset = load(NEW, [event(1, date(2021, 4, 10)), event(2, date(2019, 7, 10))])
    assert list(EventDay.objects.filter(dataset=dataset).values_list("day", flat=True)) == [date(2021, 4, 10)]


def test_no_better_end_is_sought_without_stored_days(load):
    """Data imported before an edition have no days around the ends of its periods."""
    dataset = load(NEW, rows_that_give_the_figure(date(2021, 4, 15)))
    edition = Edition.objects.get(code="sem-mali-2021-04")
    assert compare(edition, dataset).without_days == ()
    dataset.days.filter(day__year=2021).delete()
    found = compare(edition, dataset)
    assert [period[:4] for period in found.without_days] == ["2020", "2021"]  # the range of 2020 extends into 2021
    assert {fit.period for fit in found.fits} == {"2019"}
    assert all(c.recomputed is not None for c in found.cells)  # whole months are stored


def test_the_commands_report_results_and_known_codes(library, tmp_path, capsys):
    path = write(tmp_path / "events.csv", NEW, rows_that_give_the_figure(date(2021, 4, 15)))
    call_command("import_events", str(path), retrieved="2026-11-02")
    assert "events-ml-2026-11-02" in capsys.readouterr().out
    call_command("compare_figures", "sem-mali-2021-04", "events-ml-2026-11-02")
    assert "they are smallest (0) with events up to 2021-04-15" in capsys.readouterr().out
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

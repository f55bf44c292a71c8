"""Costs of matching a case as the library grows and as more findings match, compared with other ways.

Usage: .venv/bin/python benchmarks/matching.py [findings …]     (default: 1000 100000 1000000)
It makes its own library in a temporary SQLite database, report by report, and prints times and ratios. A million
findings need 2 GB there (TMPDIR). Cold starts are measured in new processes.
"""

import atexit
import os
import shutil
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "COI_FINDINGS_IN_MEMORY": "30000"}
if "cold" not in sys.argv:
    FOLDER = tempfile.mkdtemp(prefix="footnote-benchmark-")
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
    os.environ |= {"SQLITE_PATH": f"{FOLDER}/db.sqlite3", "VAR_DIR": FOLDER}

import django

django.setup()

import subprocess
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from coi import gazetteer as places
from coi.library import finding_values, lookup
from coi.models import (
    Actor,
    CompiledEdition,
    Edition,
    EventKind,
    Finding,
    FindingKey,
    Place,
    Publication,
    Report,
    Section,
)
from coi.models.stamp import renew_stamp
from coi.moment import one_moment
from matching.facts import MaterialFact
from matching.match import match
from matching.periods import Period

ROUNDS = 25
A_REPORT = 1_000  # findings
DAY = date(2026, 11, 23)


class Library:
    """Reports of a thousand findings each: the first on Mali, the others on other countries."""

    def __init__(self) -> None:
        self.findings = self.reports = 0
        self.events = list(EventKind.objects.order_by("code"))
        self.actors = list(Actor.objects.order_by("code"))
        self.at_home = list(
            Place.objects.filter(country="ML").exclude(kind__in=["country", "macro-area"]).order_by("code")
        )
        abroad = Place.objects.filter(kind=Place.Kind.COUNTRY).exclude(code="ML")
        self.abroad = list(abroad.order_by("code"))
        self.pattern: Edition | None = None  # the first report on another country, which the others repeat
        with connection.cursor() as cursor:
            cursor.execute("CREATE VIRTUAL TABLE words USING fts5(body)")

    def event(self, n: int) -> EventKind:
        return self.events[(n // 7) % len(self.events)]

    def words(self, place: Place, n: int) -> str:
        return f"{self.event(n).name} in {place.name} in {2012 + n % 10}."

    def grow(self, to: int) -> None:
        """Add reports until the library has this many findings."""
        if not self.reports:
            self.add("ML", self.at_home)
        while self.findings < to:
            place = self.abroad[self.reports % len(self.abroad)]
            if self.pattern is None:
                self.pattern = self.add(place.code, [place])
            else:
                self.repeat(place)

    def _edition(self, country: str) -> tuple[Edition, Section]:
        self.reports += 1
        self.findings += A_REPORT
        code = f"r-{self.reports}"
        report = Report.objects.create(
            code=code, title=code, publisher="p", product_type="t", country=country, language="en"
        )
        edition = Edition.objects.create(
            report=report, code=code, label=code, cut_off=date(2021, 12, 31), period_from="2012", current_from="2019"
        )
        return edition, Section.objects.create(edition=edition, code="s", title="s", position=1, period_from="2012")

    @transaction.atomic
    def add(self, country: str, where: list[Place]) -> Edition:
        """Add a report as the application stores one."""
        edition, section = self._edition(country)
        rows = Finding.objects.bulk_create(
            [
                Finding(
                    edition=edition, section=section, code=f"f-{n}", position=n, paragraph=1, sentence=1,
                    statement=self.words(where[n % len(where)], n), kind="occurrence", strength="stated", no_footnote=True,
                    period_from=str(2012 + n % 10), period_to=str(2012 + n % 10),
                )
                for n in range(A_REPORT)
            ],
            batch_size=2000,
        )  # fmt: skip
        for relation, field, choices, step in (
            (Finding.places.through, "place_id", where, 1),
            (Finding.events.through, "eventkind_id", self.events, 7),
            (Finding.actors.through, "actor_id", self.actors, 3),
        ):
            relation.objects.bulk_create(
                [
                    relation(finding_id=row.pk, **{field: choices[(n // step) % len(choices)].pk})
                    for n, row in enumerate(rows)
                ],
                batch_size=5000,
            )
        lookup.rebuild_keys(edition)
        self._publish(edition)
        return edition

    @transaction.atomic
    def repeat(self, place: Place) -> None:
        """Add a report that says of this country what the pattern says of its own, copied inside the database."""
        assert self.pattern is not None
        first = self.pattern.findings.earliest("pk").pk
        last = Finding.objects.latest("pk").pk
        there = Place.objects.get(code=self.pattern.report.country)
        edition, section = self._edition(place.code)
        finding_id = f"finding_id + {last + 1 - first}"
        _copy(
            Finding, f"edition_id = {self.pattern.pk}", id=f"id + {last + 1 - first}", edition_id=str(edition.pk),
            section_id=str(section.pk), statement=f"replace(statement, {_quoted(there.name)}, {_quoted(place.name)})",
        )  # fmt: skip
        of_pattern = f"finding_id BETWEEN {first} AND {first + A_REPORT - 1}"
        _copy(Finding.places.through, of_pattern, finding_id=finding_id, place_id=str(place.pk))
        _copy(Finding.events.through, of_pattern, finding_id=finding_id)
        _copy(Finding.actors.through, of_pattern, finding_id=finding_id)
        here = f"CASE WHEN place_id = {there.pk} THEN {place.pk} ELSE place_id END"
        _copy(FindingKey, of_pattern, finding_id=finding_id, edition_id=str(edition.pk), place_id=here)
        self._publish(edition)

    def _publish(self, edition: Edition) -> None:
        """Publish without the checks, because these findings have no footnotes."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO words (rowid, body) SELECT id, statement FROM {Finding._meta.db_table} WHERE edition_id = %s",
                [edition.pk],
            )
        Publication.objects.bulk_create([Publication(edition=edition, published_at=DAY)])
        renew_stamp(edition)


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _copy(model: Any, where: str, **changed: str) -> None:
    """Insert a copy of these rows, with SQL in place of some columns. The primary key is new unless it is given."""
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key or f.column in changed]
    table, taken = model._meta.db_table, [changed.get(column, column) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(taken)} FROM {table} WHERE {where}"
        )


def milliseconds(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Return the median processor time of several rounds. The database runs in this process."""
    times = []
    for _round in range(rounds):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return statistics.median(times)


def case() -> list[MaterialFact]:
    """Eight facts on Mali."""
    names = ["Ogossagou, Mopti", "Gao", "Bandiagara cercle, Mopti", "Mopti region"]
    events = ["killing", "attack-on-village", "abduction", "displacement"]
    return [
        MaterialFact(
            f"F{n}", places.resolve(names[n % 4], country="ML").value, events[n // 2], Period.parse("2019-03", "2019-03"),
            ("jnim",), ("fulani",),
        )
        for n in range(8)
    ]  # fmt: skip


@one_moment()
def answered(facts: list[MaterialFact]) -> int:
    """Match the facts of a case as a page does. Return how many findings were compared."""
    reading = lookup.read(lookup.editions_on(["ML"]))
    compared = 0
    for fact in facts:
        found = lookup.candidates(fact, reading)
        match(fact, found.findings, reading.frames, reading.vocabulary, on=DAY)
        compared += len(found.findings)
    return compared


def scanned(facts: list[MaterialFact]) -> None:
    """Do the same by reading every finding on the country and comparing each."""
    editions = list(lookup.current_editions("ML"))
    reading = lookup.read(editions)
    values = finding_values.values_of_findings(Finding.objects.filter(edition__in=editions))
    for fact in facts:
        match(fact, values, reading.frames, reading.vocabulary, on=DAY)


def by_words(facts: list[MaterialFact]) -> None:
    """Look up the place and kind of event of each fact in a full-text index. It compares nothing."""
    names = dict(EventKind.objects.values_list("code", "name"))
    with connection.cursor() as cursor:
        for fact in facts:
            asked = f'"{fact.place.name}" AND "{names[fact.event]}"'
            cursor.execute("SELECT rowid FROM words WHERE words MATCH %s ORDER BY rank LIMIT 300", [asked])
            cursor.fetchall()


def cold_start() -> None:
    """In a new process, answer two cases and print their times and the memory."""
    facts = case()
    began = time.process_time()
    answered(facts)
    first = time.process_time() - began
    print(f"{first * 1000:.0f} {milliseconds(lambda: answered(facts)):.0f} {megabytes():.0f}")


def megabytes() -> float:
    """Return the most memory that this process has had. (getrusage would include the process that started it.)"""
    (line,) = [each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def cold() -> str:
    """Return the time and memory that a new process needs for its first and second case."""
    command = [sys.executable, __file__, "cold"]
    first, then, size = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return f"{first:>6}ms then {then:>5}ms, {size:>4} MB"


def main(sizes: list[int]) -> None:
    sys.stdout.reconfigure(line_buffering=True)
    call_command("migrate", verbosity=0)
    call_command("loaddata", "places/countries", "vocabulary", "places/ml", verbosity=0)
    library, facts = Library(), case()
    print("The library grows elsewhere; a case of eight facts, processor ms a fact")
    print(f"{'findings':>9} {'by key':>7} {'to 1st':>7} {'scan':>7} {'words':>7}  a new process")
    least = 0.0
    for size in sizes:
        began = time.monotonic()
        library.grow(size)
        made = time.monotonic() - began
        answered(facts)  # so that the compiled rows exist for the next process
        keyed = milliseconds(lambda: answered(facts)) / len(facts)
        least = least or keyed
        beside = [milliseconds(lambda way=way: way(facts), 1) / len(facts) for way in (scanned, by_words)]
        print(
            f"{library.findings:>9,} {keyed:>7.1f} {keyed / least:>7.2f} {beside[0]:>7.1f} {beside[1]:>7.1f}  {cold()}   "
            f"made in {made:.0f} s"
        )
    print("\nFindings on the country of the case grow, in reports of a thousand")
    print(
        f"{'on it':>9} {'compared':>9} {'by key':>7} {'a finding':>10} {'scan':>7}  a new process: compiled / by rows"
    )
    on_it = A_REPORT
    for more in (0, 2_000, 7_000, 10_000):
        for _report in range(more // A_REPORT):
            library.add("ML", library.at_home)
        on_it += more
        compared = answered(facts)
        keyed = milliseconds(lambda: answered(facts), 3) / len(facts)
        scan = milliseconds(lambda: scanned(facts), 1) / len(facts)
        compiled = cold()
        CompiledEdition.objects.all().delete()
        line = f"{on_it:>9,} {compared // len(facts):>9,} {keyed:>7.1f} {keyed * len(facts) * 1000 / compared:>8.0f}µs"
        print(f"{line} {scan:>7.1f}  {compiled} / {cold()}")


if __name__ == "__main__":
    if "cold" in sys.argv:
        cold_start()
    else:
        main([int(argument) for argument in sys.argv[1:]] or [1_000, 100_000, 1_000_000])

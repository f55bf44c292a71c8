"""Answering one fact by key, beside reading the whole library, as the library grows.

Usage: .venv/bin/python benchmarks/matching.py [findings …]     (default: 1000 10000 50000)
Makes findings of its own in a temporary SQLite database; prints times and their ratio.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.mkdtemp(prefix="footnote-benchmark-")
os.environ |= {"SQLITE_PATH": f"{FOLDER}/db.sqlite3", "VAR_DIR": FOLDER, "DJANGO_SETTINGS_MODULE": "config.settings"}

import django

django.setup()

from django.core.management import call_command

from coi import gazetteer as places
from coi.library import finding_values, lookup, word_trees
from coi.models import Actor, Edition, EventKind, Finding, Place, Report, Section
from matching.facts import MaterialFact
from matching.match import match
from matching.periods import Period

ROUNDS = 9


def make_findings(edition: Edition, section: Section, start: int, stop: int) -> None:
    """Findings spread over Mali's settlements, circles and regions, ten years, all kinds of event."""
    where = list(Place.objects.filter(country="ML").exclude(kind__in=["country", "macro-area"]).order_by("code"))
    events, actors = list(EventKind.objects.all()), list(Actor.objects.all())
    rows = Finding.objects.bulk_create(
        [
            Finding(
                edition=edition, section=section, code=f"f-{n}", position=n % 30_000, paragraph=1, sentence=1,
                statement="Made for measuring.", kind="occurrence", strength="stated", no_footnote=True,
                period_from=str(2012 + n % 10), period_to=str(2012 + n % 10),
            )
            for n in range(start, stop)
        ],
        batch_size=2000,
    )  # fmt: skip
    for relation, field, choices, step in (
        (Finding.places.through, "place_id", where, 1),
        (Finding.events.through, "eventkind_id", events, 7),
        (Finding.actors.through, "actor_id", actors, 3),
    ):
        relation.objects.bulk_create(
            [
                relation(finding_id=row.pk, **{field: choices[(n // step) % len(choices)].pk})
                for n, row in enumerate(rows, start)
            ],
            batch_size=5000,
        )


def seconds(work) -> float:
    """The median of several rounds."""
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    call_command("loaddata", "vocabulary", "places/countries", "places/ml", verbosity=0)
    report = Report.objects.create(code="r", title="r", publisher="p", product_type="t", country="ML", language="en")
    edition = Edition.objects.create(
        report=report, code="e", label="e", cut_off=date(2021, 12, 31), period_from="2012", current_from="2019"
    )
    section = Section.objects.create(edition=edition, code="s", title="s", position=1, period_from="2012")
    words, frames = word_trees.vocabulary(), finding_values.frames([edition])
    reading = lookup.read([edition])
    village = places.resolve("Ogossagou, Mopti", country="ML").value
    fact = MaterialFact("F1", village, "killing", Period.parse("2019-03", "2019-03"), ("jnim",), ("fulani",))

    def by_key() -> None:
        match(fact, lookup.candidates(fact, reading).findings, frames, words, on=date(2026, 11, 23))

    def whole_library() -> None:
        everything = finding_values.values_of_findings(Finding.objects.filter(edition=edition))
        match(fact, everything, frames, words, on=date(2026, 11, 23))

    made, first = 0, 0.0
    print(f"{'findings':>9} {'by key':>10} {'to 1st':>7} {'whole library':>14} {'ratio':>7}")
    for size in sizes:
        make_findings(edition, section, made, size)
        made = size
        lookup.rebuild_keys(edition)
        keyed = seconds(by_key)
        first = first or keyed
        began = time.perf_counter()
        whole_library()
        whole = time.perf_counter() - began
        print(f"{size:>9,} {keyed * 1000:>8.1f}ms {keyed / first:>7.1f} {whole * 1000:>12.0f}ms {whole / keyed:>7.0f}")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, 50_000])

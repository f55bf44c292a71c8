"""Costs of a search as the library grows: typical queries at several sizes, as ratios within one run.

Usage: .venv/bin/python benchmarks/search.py [--postgresql] [findings …]     (default: 1000 10000 100000)
It makes invented findings in a temporary database: SQLite, or its own PostgreSQL server. The same database grows
from size to size. For each query it prints the time of one page of hits with their number and reasons, the number of
matches, and both as ratios to the first size.
"""

import atexit
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
WANTS_POSTGRESQL = "--postgresql" in sys.argv

if WANTS_POSTGRESQL and not os.environ.get("POSTGRES_DB"):
    # again, on a server that ends with this process
    sys.exit(subprocess.run([sys.executable, "-m", "tests.postgresql", sys.executable, *sys.argv], cwd=ROOT).returncode)

FOLDER = tempfile.mkdtemp(prefix="footnote-benchmark-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ |= {"SQLITE_PATH": f"{FOLDER}/db.sqlite3", "VAR_DIR": FOLDER, "DJANGO_SETTINGS_MODULE": "config.settings"}

import django

django.setup()

from django.core.management import call_command
from django.core.paginator import Paginator
from django.db import connection

from coi.library import lookup, search_index
from coi.library.search import Wanted, find, hits
from coi.models import Actor, Edition, EventKind, Finding, Place, Publication, Report, Section, Trait

ROUNDS = 7
A_PAGE = 25
AN_EDITION = 1000  # findings; a library grows by whole reports
FINDING = frozenset({"finding"})
QUESTIONS = {
    "a rare word": Wanted(text="rareword"),
    "a common word": Wanted(text="measuring", kinds=FINDING),
    "a word of one letter": Wanted(text="m", kinds=FINDING),
    "three letters": Wanted(text="mea", kinds=FINDING),
    "another name (GSIM)": Wanted(text="gsim", kinds=FINDING),
    "two words": Wanted(text="ogossagou measuring", kinds=FINDING),
    "a rare and a common word": Wanted(text="rareword measuring"),
    "region": Wanted(region="ML-5"),
    "a village": Wanted(place="gn-2452421"),
    "actor": Wanted(actor="forest-guards"),
    "kind of event": Wanted(event="beheading"),
    "one month": Wanted(first=date(2013, 3, 1), last=date(2013, 3, 31)),
    "region, event, one month": Wanted(region="ML-5", event="killing", first=date(2013, 3, 1), last=date(2013, 3, 31)),
    "word, actor and year": Wanted(text="measuring", actor="forest-guards", first=date(2013, 1, 1), last=date(2013, 12, 31)),
    "nothing": Wanted(text="mermaid"),
}  # fmt: skip


def make_edition(number: int, random: random.Random) -> Edition:
    """Make a report with findings on Mali's places, ten years and all kinds of event, with realistic word frequencies."""
    where = list(Place.objects.filter(country="ML").exclude(kind__in=["country", "macro-area"]).order_by("code"))
    events, actors = list(EventKind.objects.order_by("code")), list(Actor.objects.order_by("code"))
    traits = list(Trait.objects.order_by("code"))
    report = Report.objects.create(
        code=f"r-{number}", title="r", publisher="p", product_type="t", country="ML", language="en"
    )
    edition = Edition.objects.create(
        report=report, code=f"e-{number}", label="Made for measuring", cut_off=date(2021, 12, 31),
        period_from="2012", current_from="2019",
    )  # fmt: skip
    section = Section.objects.create(edition=edition, code="s", title="s", position=1, period_from="2012")
    common = [f"word{n}" for n in range(200)]
    rows = []
    for n in range(AN_EDITION):
        some = random.choices(common, weights=[1 / (k + 1) for k in range(len(common))], k=8)
        rare = "rareword" if number == 0 and n % 100 == 0 else ""
        month = f"{2012 + random.randrange(10)}-{random.randrange(12) + 1:02}"
        rows.append(
            Finding(
                edition=edition, section=section, code=f"f-{n}", position=n, paragraph=1, sentence=1, kind="occurrence",
                statement=f"Made for measuring: {' '.join(some)} {rare}.", strength="stated", no_footnote=True,
                period_from=month, period_to=month,
            )
        )  # fmt: skip
    rows = Finding.objects.bulk_create(rows, batch_size=500)
    for relation, name, choices in (
        (Finding.places.through, "place_id", where),
        (Finding.events.through, "eventkind_id", events),
        (Finding.actors.through, "actor_id", actors),
        (Finding.targets.through, "trait_id", traits),
    ):
        links = [relation(finding_id=row.pk, **{name: random.choice(choices).pk}) for row in rows]
        relation.objects.bulk_create(links, batch_size=500)
    Publication.objects.bulk_create([Publication(edition=edition, published_at=date(2026, 11, 23))])
    lookup.rebuild_keys(edition)
    search_index.index_edition(edition)
    return edition


# The tables of an edition, each with the columns that differ in a copy; {shift} keeps keys distinct.
COPIED = {
    "coi_report": ({"id": "id + {shift}", "code": "'r-{new}'"}, "id = {report}"),
    "coi_edition": ({"id": "id + {shift}", "code": "'e-{new}'", "report_id": "report_id + {shift}"}, "id = {edition}"),
    "coi_section": ({"id": "id + {shift}", "edition_id": "edition_id + {shift}"}, "edition_id = {edition}"),
    "coi_publication": ({"id": "id + {shift}", "edition_id": "edition_id + {shift}"}, "edition_id = {edition}"),
    "coi_finding": (
        {"id": "id + {shift}", "edition_id": "edition_id + {shift}", "section_id": "section_id + {shift}"},
        "edition_id = {edition}",
    ),
    **{
        f"coi_finding_{name}": (
            {"id": "id + {shift}", "finding_id": "finding_id + {shift}"},
            "finding_id IN (SELECT id FROM coi_finding WHERE edition_id = {edition})",
        )
        for name in ("places", "actors", "events", "targets")
    },
    "coi_findingkey": (
        {"id": "id + {shift}", "finding_id": "finding_id + {shift}", "edition_id": "edition_id + {shift}"},
        "edition_id = {edition}",
    ),
    "coi_searchdocument": (
        {
            "id": "id + {shift}", "edition_id": "edition_id + {shift}", "finding_id": "finding_id + {shift}",
            "code": "replace(code, 'e-{old}/', 'e-{new}/')",
        },
        "edition_id = {edition}",
    ),
}  # fmt: skip


def copy_edition(old: int, new: int) -> None:
    """Copy the findings to another report as rows, because creating each would take most of the time."""
    edition = Edition.objects.get(code=f"e-{old}")
    values = {"shift": new * 10_000_000, "old": old, "new": new, "report": edition.report_id, "edition": edition.pk}
    with connection.cursor() as cursor:
        for table, (changes, which) in COPIED.items():
            columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
            taken = ", ".join(changes.get(c, c) for c in columns).format(**values)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} WHERE {which.format(**values)}"
            )


def ask(wanted: Wanted) -> int:
    """Do what the page does: count, and the first page of hits with their reasons."""
    page = Paginator(find(wanted), A_PAGE).get_page(1)
    hits(list(page), wanted)
    return page.paginator.count


def seconds(wanted: Wanted) -> float:
    """Return the best of several rounds after a warm-up, because other work can only add time."""
    ask(wanted)
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        ask(wanted)
        times.append(time.perf_counter() - began)
    return min(times)


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    call_command("loaddata", "places/countries", "vocabulary", "places/ml", verbosity=0)
    search_index.index_words()
    made = 0
    first: dict[str, tuple[float, int]] = {}
    source = random.Random(4)
    print(
        f"{connection.vendor}\n{'findings':>9}  {'question':<26} {'matches':>8} {'a page':>10} {'time to 1st':>12} {'matches to 1st':>15}"
    )
    for size in sizes:
        while made * AN_EDITION < size:
            # the first has the rare word; ten are different
            make_edition(made, source) if made < 10 else copy_edition(1 + made % 9, made)
            made += 1
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for name, wanted in QUESTIONS.items():
            matches, took = ask(wanted), seconds(wanted)
            began, matched = first.setdefault(name, (took, matches))
            more = f"{matches / matched:>15.1f}" if matched else f"{'':>15}"
            print(
                f"{size:>9,}  {name:<26} {matches:>8,} {took * 1000:>8.1f}ms {took / began:>12.1f} {more}", flush=True
            )


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:] if a.isdigit()] or [1_000, 10_000, 100_000])

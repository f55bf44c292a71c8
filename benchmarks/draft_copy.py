"""How long starting a draft from a published edition keeps others from writing: bulk statements beside row by row.

Usage: .venv/bin/python benchmarks/draft_copy.py [findings]     (default: 10000)
It makes an edition in a temporary SQLite database, copies it in both ways and prints how long each transaction held
the write lock.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.mkdtemp(prefix="footnote-benchmark-")
os.environ |= {"SQLITE_PATH": f"{FOLDER}/db.sqlite3", "VAR_DIR": FOLDER, "DJANGO_SETTINGS_MODULE": "config.settings"}

import django

django.setup()

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management import call_command
from django.db import transaction

from coi.drafts import copying
from coi.files import fixture, loading
from coi.models import Actor, CoverageRow, Edition, EventKind, Finding, Place, Report, Section


def make_edition(findings: int) -> Edition:
    """Make an edition with this many findings, each with a place, an event and an actor."""
    report = Report.objects.create(
        code="b", title="Made up", publisher="p", product_type="t", country="ML", language="en"
    )
    edition = Edition.objects.create(
        report=report, code="b-1", label="Made up", cut_off=date(2022, 6, 30), period_from="2012",
        current_from="2019", latest_access=date(2022, 6, 30),
    )  # fmt: skip
    section = Section.objects.create(edition=edition, code="all", title="All", position=1, period_from="2012")
    coverage = CoverageRow.objects.create(
        edition=edition,
        code="all",
        place=Place.objects.get(code="ML"),
        period_from="2012",
        period_to="2022",
        basis="Made up",
    )
    coverage.events.set(EventKind.objects.all())
    rows = Finding.objects.bulk_create(
        Finding(
            edition=edition, section=section, code=f"f-{n}", position=n, paragraph=1, sentence=1, kind="occurrence",
            strength="stated", statement=f"Made for measuring, {n}.", no_footnote=True, period_from="2019",
            period_to="2019",
        )
        for n in range(1, findings + 1)
    )  # fmt: skip
    for field, model in (("places", Place), ("events", EventKind), ("actors", Actor)):
        through: Any = Finding._meta.get_field(field).remote_field.through  # type: ignore[union-attr]
        within = {"country": "ML"} if model is Place else {}  # places elsewhere lie outside the coverage
        chosen = list(model._default_manager.filter(**within).order_by("pk").values_list("pk", flat=True)[:40])
        name = f"{model._meta.model_name}_id"
        through.objects.bulk_create(
            through(finding_id=row.pk, **{name: chosen[n % len(chosen)]}) for n, row in enumerate(rows)
        )
    return edition


def held(write: Callable[[], object]) -> float:
    """Return the seconds for which a transaction that does this holds the lock."""
    began = time.perf_counter()
    with transaction.atomic():
        write()
    return time.perf_counter() - began


def by_rows(entries: list[dict[str, Any]]) -> None:
    with loading.stored(entries, publish=False):
        pass


def main(findings: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("loaddata", "places/countries", "vocabulary", "places/ml", verbosity=0)
    edition = make_edition(findings)
    began = time.perf_counter()
    rows = copying.read(edition)
    print(f"{findings} findings; read before the transaction in {time.perf_counter() - began:.2f} s")
    bulk = held(lambda: copying.store(rows, code="bulk", label="Bulk"))
    entries = fixture.entries(edition, code="rows", label="Rows", published=False)
    one_by_one = held(lambda: by_rows(entries))
    print(
        f"write lock held: bulk statements {bulk:.2f} s, row by row {one_by_one:.2f} s: {one_by_one / bulk:.1f} times"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10_000)

"""Costs of reading event data, compared with plain pandas: 500,000 rows in ACLED's layout, generated here.

.venv/bin/python benchmarks/import_events.py [--rows 500000] [--rounds 5]

Each side runs in its own processes, in turn. Ours reads to totals with every check; pandas alone reads the same columns
as text. Processor time hardly depends on other users of the machine; elapsed time does. Memory is the peak of the
process. Each ratio is the median over the rounds of the ratio within a round.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

REGIONS = {
    "kayes": "ML-1", "koulikoro": "ML-2", "sikasso": "ML-3", "segou": "ML-4", "mopti": "ML-5", "tombouctou": "ML-6",
    "gao": "ML-7", "kidal": "ML-8", "bamako": "ML-BKO", "menaka": "ML-7",
}  # fmt: skip


def make(path: Path, rows: int) -> None:
    """Write a file of invented events, with notes as long as those of providers."""
    from tests.coi.event_files import NEW, event, write

    names = ["Ségou", "Mopti", "Gao", "Kidal", "Tombouctou", "Ménaka", "Kayes", "Sikasso"]
    kinds = [
        "Battles",
        "Violence against civilians",
        "Explosions/Remote violence",
        "Protests",
        "Strategic developments",
    ]
    notes = "Invented: on that day an armed group of the area, not named here, did what no report has told. " * 3

    def all_rows():
        for n in range(rows):
            day = date(2012, 1, 1) + timedelta(days=n % 5000)
            yield event(
                n, day, names[n % 8], n % 7, event_type=kinds[n % 5], notes=notes, inter1=str(1 + n % 8),
                event_date=f"{day:%d %B %Y}", civilian_targeting="Civilian targeting" if n % 5 == 1 else "",
                location="Invented", source="Invented", disorder_type="Political violence", sub_event_type="Invented",
            )  # fmt: skip

    write(path, NEW, all_rows())


def ours(path: Path) -> int:
    import django

    django.setup()
    from coi.events.reading import read

    with measured() as found:
        sums = read(path, country="ML", country_names=["Mali"], regions=REGIONS, today=date(2026, 11, 23))
        found["events"] = sums.events
    return 0


def alone(path: Path) -> int:
    import django

    django.setup()  # so that as much of the application is in memory as on our side
    import pandas as pd

    from coi.events.layouts import ACLED_NEW

    with measured() as found:
        frame = pd.read_csv(path, usecols=list(ACLED_NEW.read), dtype=str, keep_default_na=False, index_col=False)
        found["events"] = len(frame)
    return 0


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Print the time used inside the block and the peak memory of the process."""
    found: dict[str, float] = {}
    elapsed, processor = time.perf_counter(), time.process_time()
    yield found
    found["processor"], found["elapsed"] = time.process_time() - processor, time.perf_counter() - elapsed
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def measure(side: str, path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--side", side, "--file", str(path)], check=True, capture_output=True
    )
    return json.loads(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", choices=["ours", "alone"])
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    if options.side:
        return {"ours": ours, "alone": alone}[options.side](options.file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        make(path, options.rows)
        print(f"{options.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        runs = [(measure("ours", path), measure("alone", path)) for _round in range(options.rounds)]
    for name, unit in (("processor", "s"), ("elapsed", "s"), ("memory", "MB")):
        mine, theirs = (median(run[side][name] for run in runs) for side in (0, 1))
        ratio = median(run[0][name] / run[1][name] for run in runs)
        print(f"{name:10} import {mine:8.2f} {unit}   pandas alone {theirs:8.2f} {unit}   ratio {ratio:.2f}")
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    raise SystemExit(main())

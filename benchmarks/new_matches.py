"""Costs of finding the approved memos that a new finding concerns, by key and by matching every memo.

Usage: .venv/bin/python benchmarks/new_matches.py [memos …]     (default: 100 400)
It makes memos in a temporary SQLite database, twenty of them about the finding's village, and prints times and their
ratios.
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

import json
from datetime import date

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Office, Role, User
from assessments import actions
from assessments.casefile import reader
from assessments.memo import snapshot, submission
from assessments.models import Case, CaseFact, MemoVersion
from assessments.models.codes import State
from assessments.review import new_matches
from audit.record import record
from coi.library import word_trees
from coi.models import CoverageRow, Edition, EventKind, Finding, Place, Report, Section
from matching.match import match

TOUCHED = 20
VILLAGE = "gn-2452421"  # Ogossagou
ROUNDS = 3


def make_finding() -> str:
    """Make one finding of a draft, at the village, and return its key."""
    report = Report.objects.create(code="bench", title="Made up", publisher="Nobody", product_type="note", country="ML")
    edition = Edition.objects.create(
        report=report, code="bench-1", label="Made up", cut_off=date(2022, 6, 30), period_from="2015",
        current_from="2019", latest_access=date(2022, 6, 30),
    )  # fmt: skip
    section = Section.objects.create(edition=edition, code="all", title="All", position=1, period_from="2015")
    CoverageRow.objects.create(edition=edition, code="all", place=Place.objects.get(code="ML"), period_from="2015")
    finding = Finding.objects.create(
        edition=edition, section=section, code="a-01", position=1, paragraph=1, sentence=1, kind="occurrence",
        strength="stated", statement="Made for measuring.", no_footnote=True, period_from="2019-03", period_to="2019-03",
    )  # fmt: skip
    finding.places.set(Place.objects.filter(code=VILLAGE))
    finding.events.set(EventKind.objects.filter(code="attack-on-village"))
    return "bench-1/a-01"


def make_memos(first: Case, content: str, by: User, start: int, stop: int) -> None:
    """Make approved memos in bulk. All have the same text, but the facts of most are rows at other places."""
    elsewhere = list(Place.objects.filter(country="ML", kind__in=["town", "village"]).exclude(code=VILLAGE))
    village = Place.objects.get(code=VILLAGE)
    facts = list(first.facts.all())
    cases = Case.objects.bulk_create(
        Case(reference=f"B-{n}", country="ML", office=first.office, author=first.author, state=State.APPROVED)
        for n in range(start, stop)
    )
    CaseFact.objects.bulk_create(
        CaseFact(
            case=case, ident=f.ident, position=f.position, person=f.person, kind=f.kind, statement=f.statement,
            event=f.event, period_from=f.period_from, period_to=f.period_to, place_typed=f.place_typed,
            place=village if n < TOUCHED else elsewhere[(n + f.position) % len(elsewhere)],
        )
        for n, case in enumerate(cases, start)
        for f in facts
    )  # fmt: skip
    digest, now = snapshot.sha256(content), timezone.now()
    MemoVersion.objects.bulk_create(
        (
            MemoVersion(
                case=case, number=1, state=State.APPROVED, content=content, content_sha256=digest, case_version=1,
                rules_version="1.0", submitted_by=first.author, submitted_at=now, decided_by=by, decided_at=now,
                read_sha256=digest, pdf=b"%PDF", pdf_sha256="0" * 64,
            )
            for case in cases
        ),
        batch_size=50,
    )  # fmt: skip
    with transaction.atomic():  # a memo that the audit record lacks is not read
        for case in cases:
            of = {"object_type": "case", "object_id": str(case.uuid), "version": 1}
            record(by=str(first.author_id), action="memo.submit", sha256=digest, **of)
            record(by=str(by.pk), action="memo.approve", sha256="0" * 64, **of)


def matching_every_memo(key: str) -> int:
    """Open and match every memo, for comparison."""
    words, values = word_trees.vocabulary(), new_matches.values_of([key])
    concerned = 0
    for version in MemoVersion.objects.defer("pdf").iterator(chunk_size=100):
        case = snapshot.case_of(version.content)
        outcomes = [match(f.to_match(), values, (), words, on=case.assessed_on) for f in case.facts]
        concerned += any(outcome.matches for outcome in outcomes)
    return concerned


def seconds(work) -> float:
    """Return the best of a few rounds, because other work on the machine can only add time."""
    times = []
    for _round in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    call_command(
        "loaddata", "places/countries", "vocabulary", "places/ml", "places/neighbours", "coi/ml/sem-mali-2021-04",
        verbosity=0,
    )  # fmt: skip
    office = Office.objects.create(code="bench", name="Bench")
    author = User.objects.create(username="author", role=Role.CASEWORKER, office=office)
    boss = User.objects.create(username="boss", role=Role.SUPERVISOR, office=office)
    document = json.loads((ROOT / "fixtures/demo/mopti-ogossagou.json").read_text(encoding="utf-8"))
    first = actions.record_case(reader.read(document, today=timezone.localdate()), by=author)
    content = submission.prepare(first, on=timezone.localdate()).content
    key = make_finding()
    made, before = 0, 0.0
    print(f"snapshot of {len(content) / 1024:.0f} KB; {TOUCHED} memos tell of the village")
    for size in sizes:
        make_memos(first, content, boss, made, size)
        made = size
        found = new_matches.memos_concerned([key])
        by_key, every = seconds(lambda: new_matches.memos_concerned([key])), seconds(lambda: matching_every_memo(key))
        growth = f"; {by_key / before:.2f} times as long as before" if before else ""
        print(
            f"{size:>6} memos: {found} concerned, by key {by_key:.3f} s, all {every:.3f} s, {every / by_key:.1f} : 1{growth}"
        )
        before = by_key


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100, 400])

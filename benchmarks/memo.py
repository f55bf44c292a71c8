"""Costs of printing a memo, compared with plain WeasyPrint and with Chromium on the same HTML.

Usage: .venv/bin/python benchmarks/memo.py [--rounds N] [case …]     (default: the demonstration cases of
four and of twelve facts). It prints the processor time of this process and its children, the peak memory and the
pages, as ratios to Chromium in one run. The library is loaded into a temporary database.

ours, command     a download: a new process that starts, imports, lays out and ends
ours, warm        the same work in a process that did it before
bare, warm        WeasyPrint alone, without limits, filter and the rules for notes
Chromium, command a browser that starts, prints and ends
Chromium, warm    one more print in a browser that did it before
"""

import argparse
import atexit
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = Path(tempfile.mkdtemp(prefix="footnote-benchmark-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ |= {
    "SQLITE_PATH": f"{FOLDER}/db.sqlite3",
    "VAR_DIR": str(FOLDER),
    "DJANGO_SETTINGS_MODULE": "config.settings",
}

CASES = ("mopti-ogossagou", "mopti-twelve-facts")
DAY = date(2026, 11, 23)
CHROMIUM = "/usr/bin/chromium"
LIBRARY = ("places/countries", "vocabulary", "places/ml", "places/neighbours", "coi/ml/sem-mali-2021-04")


def memos(names: list[str]) -> dict[str, str]:
    """Return the HTML of each case's memo."""
    import django

    django.setup()
    from django.core.management import call_command

    from assessments.answer import answer
    from assessments.casefile import reader
    from assessments.memo import memo, printing
    from assessments.memo.heading import Heading
    from tests.assessments.assessed import assess

    call_command("migrate", verbosity=0)
    call_command("loaddata", *LIBRARY, verbosity=0)
    made = {}
    for name in names:
        document = json.loads((ROOT / f"fixtures/demo/{name}.json").read_text())
        found = answer.answer(reader.read(document, today=DAY))
        made[name] = printing.memo_html(memo.build(found, assess(found), Heading(office="Office", author="Officer")))
    return made


def command(html: str, _rounds: int) -> dict[str, float]:
    from assessments.memo import pdf_renderer

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pdf = pdf_renderer.render_pdf(html, seconds=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "megabytes": after.ru_maxrss / 1024,
        "pages": pages(pdf),
    }


def pages(pdf: bytes) -> int:
    import io

    import pypdf

    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def in_process(kind: str) -> Any:
    """Render in a new process of this file, which prints its figures as JSON."""

    def measured(html: str, rounds: int) -> dict[str, float]:
        file = FOLDER / "memo.html"
        file.write_text(html, encoding="utf-8")
        arguments = [sys.executable, __file__, "--child", kind, str(file), "--rounds", str(rounds)]
        done = subprocess.run(arguments, capture_output=True, check=True)
        figures: dict[str, float] = json.loads(done.stdout)
        return figures

    return measured


def child(kind: str, file: Path, rounds: int) -> None:
    """Render several times in this process. The warm figure is the median after the first."""
    if kind == "chromium":
        print(json.dumps(chromium_warm(file, rounds)))
        return
    render = prepared(kind == "ours")
    source = file.read_bytes()
    times, pdf = [], b""
    for _round in range(rounds + 1):
        began = time.process_time()
        pdf = render(source)
        times.append(time.process_time() - began)
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": statistics.median(times[1:]), "megabytes": highest, "pages": pages(pdf)}))


def prepared(is_ours: bool) -> Any:
    """Return the rendering of ``pdf_child`` without its limits, or WeasyPrint's own."""
    scratch = FOLDER / "fonts"
    scratch.mkdir()
    from assessments.memo import pdf_child

    conf = pdf_child.FONTS_CONF.format(fonts=ROOT / "static/fonts", cache=scratch, scratch=scratch)
    (scratch / "fonts.conf").write_text(conf)
    os.environ["FONTCONFIG_FILE"] = str(scratch / "fonts.conf")
    import logging

    import weasyprint

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    if is_ours:
        pdf_child.prepare()
        return lambda source: pdf_child.print_html(source, ROOT / "static")
    base = (ROOT / "static/css").as_uri() + "/"
    return lambda source: weasyprint.HTML(string=source, encoding="utf-8", base_url=base).write_pdf(
        pdf_variant="pdf/ua-1"
    )


def chromium_page(html: str) -> str:
    """Return the HTML with its stylesheet inside, as Chromium needs it."""
    return html.replace('href="memo.css"', f'href="{(ROOT / "static/css/memo.css").as_uri()}"')


def chromium_command(html: str, _rounds: int) -> dict[str, float]:
    page, pdf = FOLDER / "page.html", FOLDER / "page.pdf"
    page.write_text(chromium_page(html), encoding="utf-8")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={FOLDER}/chromium"]
    arguments += ["--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([CHROMIUM, *arguments], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": used, "megabytes": 0, "pages": pages(pdf.read_bytes())}


def chromium_warm(file: Path, rounds: int) -> dict[str, float]:
    """Print in one browser. Return the processor time of all its processes, and their memory together."""
    from playwright.sync_api import sync_playwright

    page_file = FOLDER / "page.html"
    page_file.write_text(chromium_page(file.read_text(encoding="utf-8")), encoding="utf-8")
    times, pdf, highest = [], b"", 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for _round in range(rounds + 1):
            began = processes()[0]
            page.goto(page_file.as_uri())
            pdf = page.pdf(prefer_css_page_size=True, tagged=True)
            used, memory = processes()
            times.append(used - began)
            highest = max(highest, memory)
        browser.close()
    return {"seconds": statistics.median(times[1:]), "megabytes": highest, "pages": pages(pdf)}


def processes() -> tuple[float, float]:
    """Return seconds of processor time and megabytes (shared ones divided) of the browser's processes."""
    ticks = os.sysconf("SC_CLK_TCK")
    parents, seconds, names = {}, {}, {}
    for entry in Path("/proc").iterdir():
        try:
            text = (entry / "stat").read_text()
        except OSError:
            continue
        if not entry.name.isdigit():
            continue
        pid = int(entry.name)
        fields = text.rpartition(")")[2].split()
        names[pid] = text.partition("(")[2].rpartition(")")[0]
        parents[pid] = int(fields[1])
        seconds[pid] = sum(map(int, fields[11:15])) / ticks
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    browsers = [pid for pid in ours if names[pid].startswith("chrom")]
    memory = 0.0
    for pid in browsers:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        memory += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    return sum(seconds[pid] for pid in browsers), memory


WAYS = {
    "ours, command": command,
    "ours, warm": in_process("ours"),
    "bare, warm": in_process("bare"),
    "Chromium, command": chromium_command,
    "Chromium, warm": in_process("chromium"),
}


def main(names: list[str], rounds: int) -> None:
    for name, html in memos(names).items():
        print(f"\n{name}, {len(html.encode()) / 1024:.0f} kB of HTML")
        print(f"{'':<18} {'seconds':>8} {'to Chromium':>12} {'MB':>6} {'pages':>6}")
        found = {way: [measure(html, rounds)] for way, measure in WAYS.items()}
        for way in ("ours, command", "Chromium, command"):  # one process each: run several and take the median
            found[way] += [WAYS[way](html, rounds) for _more in range(rounds - 1)]
        median = {way: statistics.median(each["seconds"] for each in all_) for way, all_ in found.items()}
        for way, all_ in found.items():
            beside = median["Chromium, command" if way.endswith("command") else "Chromium, warm"]
            memory = f"{all_[0]['megabytes']:>6.0f}" if all_[0]["megabytes"] else f"{'':>6}"
            print(f"{way:<18} {median[way]:>8.2f} {median[way] / beside:>12.1f} {memory} {all_[0]['pages']:>6.0f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("case", nargs="*", default=list(CASES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]), given.rounds)
    else:
        main(given.case, given.rounds)

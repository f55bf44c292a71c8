"""Eight memos at the same moment: what readers of the home page wait for meanwhile, beside the same without memos.

Usage: .venv/bin/python benchmarks/memos_at_once.py [--memos 8] [--readers 4] [--seconds 20]

It makes a small office in a temporary SQLite database and serves it as in production (gunicorn with two processes of
four threads, one worker). Readers open the home page one after the other for some seconds, then again while the memos
are asked for at once, each of another case, until all are there. It ends with status 1 if a request failed.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.load import environment_in, manage, served, tell_of_errors

CASES = 300
PATIENCE = 300  # seconds for all memos


class Browser:
    """Somebody who is signed in, behind a proxy that ends TLS."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self.address, self.cookies = address, dict[str, str]()
        _status, page, _more = self.ask("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', page.decode())
        typed = {"username": name, "password": password, "next": "/", "csrfmiddlewaretoken": token[1] if token else ""}
        status, _page, _more = self.ask("/sign-in/", urllib.parse.urlencode(typed).encode())
        if status != 302:
            raise SystemExit(f"Signing in gave {status}.")

    def ask(self, path: str, data: bytes | None = None) -> tuple[int, bytes, dict[str, str]]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"X-Forwarded-Proto": "https", "Cookie": cookies, "Referer": self.address.replace("http", "https")}
        asked = urllib.request.Request(self.address + path, data, headers)
        try:
            answer = urllib.request.build_opener(_Stay).open(asked, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _is, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read(), dict(answer.headers)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object, **named: object) -> None:
        return None


def read(browser: Browser, goes_on: Callable[[], bool]) -> list[tuple[float, int]]:
    """Open the home page again and again. Return the seconds and the status of each time."""
    found = []
    while goes_on():
        began = time.monotonic()
        status, _page, _more = browser.ask("/")
        found.append((time.monotonic() - began, status))
    return found


def memo(browser: Browser, case: str) -> tuple[float, int]:
    """Ask for a memo until it is there. Return the seconds and the last status."""
    began = time.monotonic()
    while True:
        status, content, headers = browser.ask(f"/cases/{case}/memo.pdf")
        if status != 202 or time.monotonic() - began > PATIENCE:
            return time.monotonic() - began, status if content.startswith(b"%PDF-") or status != 200 else 0
        time.sleep(float(headers["Retry-After"]))


def show(name: str, found: list[tuple[float, int]]) -> int:
    """Print a row. Return how many failed."""
    seconds, failed = [taken for taken, _status in found], sum(status != 200 for _taken, status in found)
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    print(f"{name:<32} {len(found):>8} {p50 * 1000:>8.0f} {p95 * 1000:>8.0f} {failed:>7}", flush=True)
    return failed


def measured(address: str, office: Path, memos: int, readers: int, seconds: int) -> int:
    known = json.loads(office.read_text())
    names = [name for name in known["work"] if name.startswith("caseworker")]
    cases = [(name, known["work"][name][0]) for name in names if known["work"][name]][:memos]
    if len(cases) < memos:
        raise SystemExit(f"Only {len(cases)} officers have a case.")
    reading = [Browser(address, name, known["password"]) for name in names[-readers:]]
    asking = [(Browser(address, name, known["password"]), case) for name, case in cases]
    for browser in reading:  # what a process reads once is read by now
        read(browser, iter([True, True, False]).__next__)
    print(f"{'':<32} {'requests':>8} {'p50 ms':>8} {'p95 ms':>8} {'failed':>7}")
    with ThreadPoolExecutor(readers + memos) as pool:
        until = time.monotonic() + seconds
        alone = [pool.submit(read, browser, lambda: time.monotonic() < until) for browser in reading]
        failed = show("home page, no memos", [each for one in alone for each in one.result()])
        made = [pool.submit(memo, browser, case) for browser, case in asking]
        beside = [pool.submit(read, browser, lambda: not all(one.done() for one in made)) for browser in reading]
        failed += show(f"home page, {memos} memos at once", [each for one in beside for each in one.result()])
        failed += show("a memo, until it is there", [one.result() for one in made])
    return failed


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--memos", type=int, default=8)
    asked.add_argument("--readers", type=int, default=4)
    asked.add_argument("--seconds", type=int, default=20)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="footnote-benchmark-") as temporary:
        folder = Path(temporary)
        environment = environment_in(folder)
        office = folder / "office.json"
        office.write_text(manage(environment, "-m", "benchmarks.load_office", str(CASES)))
        with served(folder, environment) as address:
            failed = measured(address, office, options.memos, options.readers, options.seconds)
        tell_of_errors(folder)
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

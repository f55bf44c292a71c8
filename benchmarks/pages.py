"""Processor time of the pages of a case, as ratios to a bare Django page with a session in the same run.

Usage: .venv/bin/python benchmarks/pages.py [rounds]     (default: 15)
It makes cases of four and of twelve facts, with three reports, in a temporary SQLite database.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.mkdtemp(prefix="footnote-benchmark-")
os.environ |= {"SQLITE_PATH": f"{FOLDER}/db.sqlite3", "VAR_DIR": FOLDER, "DJANGO_SETTINGS_MODULE": "config.settings"}

import django

django.setup()

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse

from accounts.models import Office, Role, User
from assessments.models import Case
from tests import factories

PAGES = [
    "case",
    "fact",
    "case-matches",
    "relocation",
    "gaps",
    "submit",
    "preview",
    "versions",
    "disclosure",
    "case-edit",
]
BARE = "<!doctype html><title>{{ user }}</title><p>Signed in as {{ user }}.</p>"


def bare(request: HttpRequest) -> HttpResponse:
    """A page of Django with a session: its middleware, the session, the user and a small template."""
    return HttpResponse(engines["django"].from_string(BARE).render({"user": request.user}, request))


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]


def milliseconds(works: list[Callable[[], Any]], rounds: int) -> list[float]:
    """Return the median processor time of each, measured in turn so that other work slows all alike."""
    times: list[list[float]] = [[] for _work in works]
    for number in range(rounds + 2):
        for work, found in zip(works, times, strict=True):
            began = time.process_time()
            work()
            if number > 1:  # the first two read the library and record the reader
                found.append((time.process_time() - began) * 1000)
    return [statistics.median(found) for found in times]


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def saving(client: Client, case: Case) -> Callable[[], Any]:
    """An autosave of one more sentence on the first fact."""
    address = reverse("fact", args=[case.uuid, "F1"])
    shown = re.search(r'name="shown" value="([^"]*)"', client.get(address).content.decode())
    state = {"version": case.fact_assessments.get(fact_ident="F1").version}

    def save() -> None:
        typed = {"outcome": "not-assessed", "reasoning": f"Sentence {state['version']}.", "shown": shown and shown[1]}
        said = client.post(address, typed | state, headers={"X-Autosave": "1"})
        state["version"] = said.json()["version"]

    return save


def main(rounds: int) -> None:
    settings.DEBUG, settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = False, __name__, ["*"]
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    call_command("migrate", verbosity=0)
    call_command("loaddata", "places/countries", "vocabulary", "places/ml", "places/neighbours", verbosity=0)
    call_command("loaddata", "coi/ml/sem-mali-2021-04", verbosity=0)
    factories.second_report()
    factories.second_report("made-up-too", "made-up-too-2022")
    office = Office.objects.create(code="o", name="Office")
    user = User.objects.create_user("writer", password="-", role=Role.CASEWORKER, office=office)
    client = Client()
    client.force_login(user)

    def least() -> None:
        client.get("/bare/")

    print(f"{'page':<22} {'queries':>7} {'ms':>7} {'ratio':>6}    (a bare page: {queries(least)} queries)")
    for name in ("mopti-ogossagou", "mopti-twelve-facts"):
        case = factories.assessed(factories.make_case(user, name))
        print(f"{case.facts.count()} facts")
        works = {page: _opening(client, case, page) for page in PAGES} | {"autosave": saving(client, case)}
        for page, work in works.items():
            bare_page, cost = milliseconds([least, work], rounds)
            print(f"  {page:<20} {queries(work):>7} {cost:>7.1f} {cost / bare_page:>6.1f}")


def _opening(client: Client, case: Case, page: str) -> Callable[[], Any]:
    address = reverse(page, kwargs={"uuid": case.uuid} | ({"ident": "F1"} if page == "fact" else {}))

    def get() -> None:
        if client.get(address).status_code != 200:
            raise SystemExit(f"{address} did not open")

    return get


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15)

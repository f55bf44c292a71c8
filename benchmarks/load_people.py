"""What the people of load.py do, for Locust. It reads the office from the file LOAD_OFFICE.

An officer types most of the time: of 100 requests 45 are autosaves and 24 the pages of facts that they are typed on.
LOAD_BARE=1 lets everybody open the bare page instead, at the same pace.
"""

import itertools
import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any

import gevent
from locust import HttpUser, constant_pacing, events, task

OFFICE = json.loads(Path(os.environ["LOAD_OFFICE"]).read_text())
IS_BARE = os.environ.get("LOAD_BARE") == "1"
PACE = 1.2  # seconds between two requests of a person
A_MEMO = 5.0  # seconds between two memos of the whole office
SETTLE = 5.0  # seconds until sign-ins are over
FACTS = ("F1", "F2", "F3", "F4")
SAVES = 4  # autosaves on a page, then the officer opens another
officers = itertools.cycle(name for name in OFFICE["work"] if name.startswith("caseworker"))
supervisors = itertools.cycle(name for name in OFFICE["work"] if name.startswith("supervisor"))


@events.init.add_listener
def forget_sign_ins(environment: Any, **more: Any) -> None:
    """Count from the moment at which everybody has signed in."""

    def begin(user_count: int, **more: Any) -> None:
        gevent.spawn_later(SETTLE, environment.runner.stats.reset_all)

    environment.events.spawning_complete.add_listener(begin)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


class Person(HttpUser):
    """Somebody with a browser, behind a proxy that ends TLS."""

    abstract = True
    wait_time = constant_pacing(PACE)
    name = ""

    def on_start(self) -> None:
        page = self.get("/sign-in/", "sign in").text
        typed = {"username": self.name, "password": OFFICE["password"], "next": "/"}
        self.post("/sign-in/", typed | {"csrfmiddlewaretoken": field(page, "csrfmiddlewaretoken")}, "sign in", good=302)

    def get(self, address: str, name: str) -> Any:
        return self._ask("GET", address, name, (200, 202))

    def post(self, address: str, data: dict[str, str], name: str, *, good: int = 200, **headers: str) -> Any:
        return self._ask("POST", address, name, (good,), data=data, **headers)

    def _ask(
        self, method: str, address: str, name: str, good: tuple[int, ...], data: Any = None, **headers: str
    ) -> Any:
        """Ask as a browser does over HTTPS, and count any other status as an error."""
        # the session would not send its secure cookies over HTTP
        headers["Cookie"] = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookies)
        headers |= {"X-Forwarded-Proto": "https", "Referer": self.client.base_url.replace("http:", "https:") + "/"}
        with self.client.request(
            method, address, name=name, data=data, headers=headers, allow_redirects=False, catch_response=True
        ) as said:
            if said.status_code not in good:
                said.failure(f"status {said.status_code}")
        return said


if IS_BARE:

    class Reader(Person):
        """Opens the bare page."""

        def on_start(self) -> None:
            self.name = next(officers)
            super().on_start()

        @task
        def bare(self) -> None:
            self.get("/bare/", "a bare page")

else:

    class Caseworker(Person):
        """Reads cases and types."""

        weight = 40

        def on_start(self) -> None:
            self.name = next(officers)
            self.cases = OFFICE["work"][self.name]
            self.open: dict[str, str] = {}
            self.saves = 0
            super().on_start()

        @property
        def case(self) -> str:
            return f"/cases/{random.choice(self.cases)}"

        @task(45)
        def type(self) -> None:
            if not self.open:
                self.fact()
                return
            self.saves += 1
            words = f"Sentence {self.saves} of an invented reasoning. " * (1 + self.saves % 3)
            typed = {"outcome": "not-assessed", "reasoning": words}
            said = self.post(self.open["address"], self.open | typed, "autosave", **{"X-Autosave": "1"})
            if said.status_code != 200 or self.saves % SAVES == 0:
                self.open = {}
            else:
                self.open["version"] = str(said.json()["version"])

        @task(12)
        def fact(self) -> None:
            address = f"{self.case}/facts/{random.choice(FACTS)}/"
            page = self.get(address, "a fact").text
            names = ("csrfmiddlewaretoken", "shown", "seen", "version")
            self.open = {name: field(page, name) for name in names} | {"address": address}

        @task(8)
        def detail(self) -> None:
            self.get(f"{self.case}/", "a case")

        @task(6)
        def home(self) -> None:
            self.get("/", "home of a caseworker")

        @task(4)
        def coi(self) -> None:
            self.get(f"{self.case}/matches/", "COI by fact")

        @task(4)
        def relocation(self) -> None:
            self.get(f"{self.case}/relocation/", "relocation")

        @task(3)
        def questions(self) -> None:
            self.get(f"{self.case}/gaps/", "open questions")

        @task(2)
        def preview(self) -> None:
            self.get(f"{self.case}/preview/", "preview of the memo")

        @task(4)
        def search(self) -> None:
            address = "/library/search/"
            token = field(self.get(address, "search page").text, "csrfmiddlewaretoken")
            typed = {"q": "ogossagou", "csrfmiddlewaretoken": token}
            found = self.post(address, typed, "search in the library: sent", good=302)
            if found.status_code == 302:
                self.get(found.headers["Location"], "search in the library")

    class Supervisor(Person):
        """Reviews memos."""

        weight = 10

        def on_start(self) -> None:
            self.name = next(supervisors)
            self.cases = OFFICE["work"][self.name]
            super().on_start()

        @task(2)
        def queue(self) -> None:
            self.get("/", "queue of a supervisor")

        @task(5)
        def review(self) -> None:
            self.get(f"/cases/{random.choice(self.cases)}/review/", "a review")

    class Printer(Person):
        """Fetches a new memo every few seconds, as the office does together."""

        fixed_count = 1
        wait_time = constant_pacing(A_MEMO)
        name = "caseworker-0"

        def on_start(self) -> None:
            super().on_start()
            self.number, self.cases = 0, OFFICE["work"][self.name]

        @task
        def memo(self) -> None:
            self.number += 1
            case = self.cases[self.number % len(self.cases)]
            page = self.get(f"/cases/{case}/facts/F1/", "a fact").text
            words = {"outcome": "not-assessed", "reasoning": f"Memo number {self.number} at {time.time():.0f}."}
            names = ("csrfmiddlewaretoken", "shown", "seen", "version")
            typed = {name: field(page, name) for name in names}
            self.post(f"/cases/{case}/facts/F1/", typed | words, "autosave", **{"X-Autosave": "1"})
            began = time.monotonic()
            while (said := self.get(f"/cases/{case}/memo.pdf", "a memo: asked for")).status_code == 202:
                gevent.sleep(float(said.headers["Retry-After"]))
            events.request.fire(
                request_type="GET",
                name="a memo: until it is there",
                response_time=(time.monotonic() - began) * 1000,
                response_length=len(said.content or b""),
                exception=None if (said.content or b"").startswith(b"%PDF") else ValueError("no PDF"),
                context={},
            )

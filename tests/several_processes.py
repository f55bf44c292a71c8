"""What test_several_processes.py needs done in the database: python -m tests.several_processes prepare | publish | upload."""

import json
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import django

CASES = 5
ROWS = 150_000  # of event data, so that its reader can be killed while it reads
CHANGED = "Said anew by the edition that was published meanwhile."


def prepare() -> None:
    """The library, an officer who is signed in, and cases; prints the session's key and the cases' ids as JSON."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from accounts import sessions
    from accounts.models import Office, Role, User
    from tests import built_database, factories

    call_command("migrate", verbosity=0)
    call_command("loaddata", *built_database.LIBRARY, verbosity=0)
    office = Office.objects.create(code="office", name="Office")
    officer = User.objects.create(username="officer", role=Role.CASEWORKER, office=office)
    for name in ("first-admin", "second-admin"):
        User.objects.create(username=name, role=Role.COI_ADMIN, office=office)
    cases = [factories.make_case(officer, reference=f"N-2026-{n}") for n in range(CASES)]
    session = SessionStore()
    session["_auth_user_id"] = str(officer.pk)
    session["_auth_user_backend"] = "accounts.backends.StaffBackend"
    session["_auth_user_hash"] = officer.get_session_auth_hash()
    sessions.begin(session)
    session.save()
    print(json.dumps({"session": session.session_key, "cases": [str(case.uuid) for case in cases]}))


def publish() -> None:
    """A new edition, in which everything that is said of Ogossagou is said in other words."""
    from accounts.models import User
    from coi.drafts import draft_review, publishing, starting
    from coi.library import lookup
    from coi.models import Finding

    first, second = User.objects.get(username="first-admin"), User.objects.get(username="second-admin")
    draft = starting.copy(lookup.current_editions().get(), code="published-meanwhile", label="Invented", by=first)
    assert Finding.objects.filter(edition=draft, statement__contains="Ogossagou").update(statement=CHANGED)
    publishing.publish(draft, by=second, digest=draft_review.review(draft).digest)


def upload() -> None:
    """Event data, as the page takes them."""
    from accounts.models import User
    from coi.events import jobs
    from tests.coi.event_files import NEW, event, write

    day = date(2021, 1, 5)
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "events.csv", NEW, (event(n, day) for n in range(ROWS)))
        by = User.objects.get(username="first-admin")
        jobs.begin(path, code="given", country="ML", retrieved_on=day, today=day, by=by)


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "publish": publish, "upload": upload}[sys.argv[1]]()

"""python manage.py load_demo: one demonstration user per role, and invented cases. Development only."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import Office, Role, User
from assessments import actions, intake
from assessments.models import Case

PASSWORD = "footnote-demo"  # noqa: S105 (refused without DEBUG)
OFFICES = (("north", "Demonstration office North"), ("south", "Demonstration office South"))
USERS = (
    # user name, role, office
    ("caseworker", Role.CASEWORKER, "north"),
    ("caseworker2", Role.CASEWORKER, "north"),
    ("supervisor", Role.SUPERVISOR, "north"),
    ("supervisor-south", Role.SUPERVISOR, "south"),
    ("coi-admin", Role.COI_ADMIN, "north"),
    ("auditor", Role.AUDITOR, "north"),
)
CASES = settings.BASE_DIR / "fixtures" / "demo"


class Command(BaseCommand):
    help = "Makes demonstration users and invented cases where they are missing; what people entered stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("load_demo makes users with a known password: it runs in development only (DEBUG=1).")
        with transaction.atomic():
            self._users()
            self._cases()
        self.stdout.write(f"\nFootnote is at http://127.0.0.1:{options['port']}/")
        self.stdout.write(f"Sign in with one of these names and the password {PASSWORD}")
        for name, role, office in USERS:
            self.stdout.write(f"  {name:18} {role.label}, office {office}")
        self.stdout.write("All cases are invented.\n")

    def _users(self) -> None:
        for code, name in OFFICES:
            Office.objects.get_or_create(code=code, defaults={"name": name})
        for name, role, office in USERS:
            user, is_new = User.objects.get_or_create(
                username=name,
                defaults={
                    "role": role,
                    "office": Office.objects.get(code=office),
                    "first_name": "Demo",
                    "last_name": name.replace("-", " ").title(),
                    "is_staff": role == Role.COI_ADMIN,
                },
            )
            if is_new:
                user.set_password(PASSWORD)
                user.save()

    def _cases(self) -> None:
        author = User.objects.get(username="caseworker")
        if Case.objects.filter(author=author).exists():
            return
        for path in sorted(CASES.glob("*.json"), key=lambda p: p.name, reverse=True):
            self._case(path, author)

    def _case(self, path: Path, author: User) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        try:
            actions.record_case(intake.read(document, today=timezone.localdate()), by=author)
        except intake.BadCase as error:
            raise CommandError(f"{path.name}: {error}") from error

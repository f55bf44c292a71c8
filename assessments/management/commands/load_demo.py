"""python manage.py load_demo: one demonstration user per role, and invented cases. Development only."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Office, Role, User
from assessments.casefile.problems import BadCase
from assessments.office import demo

PASSWORD = "footnote-demo"  # noqa: S105 (refused without DEBUG)
OFFICES = (
    {
        "code": "north",
        "name": "Demonstration office North",
        "legal_basis": "Asylum Act of 26 June 1998 (AsylG, SR 142.31)",
        "standard_of_proof": "credibly demonstrated (glaubhaft gemacht, Art. 7 AsylG)",
        "reference_pattern": "N-####-#####",
    },
    {
        "code": "south",
        "name": "Demonstration office South",
        "legal_basis": "Regulation (EU) 2024/1347 of the European Parliament and of the Council of 14 May 2024",
        "standard_of_proof": "assessment of facts and circumstances under Art. 4 of Regulation (EU) 2024/1347",
        "reference_pattern": "S-####-####",
    },
)
USERS = (
    # user name, role, office
    ("caseworker", Role.CASEWORKER, "north"),
    ("caseworker2", Role.CASEWORKER, "north"),
    ("supervisor", Role.SUPERVISOR, "north"),
    ("supervisor2", Role.SUPERVISOR, "north"),
    ("coi-admin", Role.COI_ADMIN, "north"),
    ("coi-admin2", Role.COI_ADMIN, "north"),  # another person than the author must publish an edition
    ("auditor", Role.AUDITOR, "north"),
    ("caseworker-south", Role.CASEWORKER, "south"),
    ("supervisor-south", Role.SUPERVISOR, "south"),
)
ADMINISTRATORS = ("administrator", "administrator2")  # another person approves what one of them proposes


class Command(BaseCommand):
    help = "Makes demonstration users and invented cases where they are missing; what people entered stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("load_demo makes users with a known password: it runs in development only (DEBUG=1).")
        with transaction.atomic():
            self._offices()
            self._users()
        try:
            demo.load()
        except BadCase as error:
            raise CommandError(f"A demonstration case does not read: {error}") from error
        self.stdout.write(f"\nFootnote is at http://127.0.0.1:{options['port']}/")
        self.stdout.write(f"Sign in with one of these names and the password {PASSWORD}")
        for name, role, office in USERS:
            self.stdout.write(f"  {name:18} {role.label}, office {office}")
        for name in ADMINISTRATORS:
            self.stdout.write(f"  {name:18} administers users and offices, opens no case")
        self.stdout.write("All cases are invented.\n")

    def _offices(self) -> None:
        for settled in OFFICES:
            office, _is_new = Office.objects.get_or_create(code=settled["code"], defaults=settled)
            if not office.legal_basis:  # created by an earlier release without such settings
                Office.objects.filter(pk=office.pk).update(**settled)

    def _users(self) -> None:
        hashed = make_password(PASSWORD)  # once, because it is slow on purpose
        offices = {office.code: office for office in Office.objects.all()}
        powers: dict[str, dict[str, Any]] = {
            name: {"role": role, "office": offices[office], "is_staff": role == Role.COI_ADMIN}
            for name, role, office in USERS
        }
        powers |= {name: {"is_staff": True, "is_superuser": True} for name in ADMINISTRATORS}
        for name, given in powers.items():
            last_name = name.replace("-", " ").title()
            named = {"password": hashed, "first_name": "Demo", "last_name": last_name}
            User.objects.get_or_create(username=name, defaults=named | given)

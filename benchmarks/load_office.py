"""Makes the office of load.py in the database of the environment, and prints who works on what as JSON.

Usage: python -m benchmarks.load_office CASES

A few cases go through the application's own actions. The database then copies their rows, with other ids, officers
and references, so that 100,000 cases take a minute or two. The audit record knows the cases that were not copied, and the submission
of the memos that are in review.
"""

import json
import sys
from typing import Any

import django

OFFICERS, SUPERVISORS = 40, 10
PASSWORD = "load-office-invented"
STRIDE = 10_000  # between the ids of a row and of its first copy; more than any row that was not copied has
DRAFTS, REVIEWS = 20, 6  # open cases of each officer and reviews of each supervisor, in a large office
NOT_COPIED = {"EditLock", "IntakeDraft", "Rendering", "Notification", "Batch_versions"}


def main(cases: int) -> None:
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from accounts.models import Office, Role, User
    from tests import built_database, factories

    call_command("migrate", verbosity=0)
    call_command("loaddata", *built_database.LIBRARY, verbosity=0)
    call_command("index_search", stdout=sys.stderr)
    office = Office.objects.create(code="load", name="Load")
    password = make_password(PASSWORD)
    people = {
        role: [
            User.objects.create(username=f"{role}-{n}", password=password, role=role, office=office)
            for n in range(number)
        ]
        for role, number in ((Role.CASEWORKER, OFFICERS), (Role.SUPERVISOR, SUPERVISORS))
    }
    author, supervisor = people[Role.CASEWORKER][0], people[Role.SUPERVISOR][0]
    drafts, reviews = min(OFFICERS * DRAFTS, cases // 2), min(SUPERVISORS * REVIEWS, cases // 4)
    draft = factories.assessed(factories.make_case(author, reference="D"))
    in_review = factories.make_case(author, reference="R")
    factories.in_review(in_review, supervisor)
    approved = factories.make_case(author, "gao-bourem", reference="A")
    factories.approved(approved, supervisor)
    copies = Copies([author, supervisor], people[Role.CASEWORKER], people[Role.SUPERVISOR])
    copies.make(draft.pk, drafts)
    copies.make(in_review.pk, reviews)
    _record_submissions(str(in_review.uuid))
    copies.make(approved.pk, cases - drafts - reviews)
    copies.finish()
    print(json.dumps(who_does_what()))


def _record_submissions(uuid: str) -> None:
    """Record that the copies of this case were submitted: a memo that the audit record does not know is not shown."""
    from django.db import transaction

    from assessments.models import MemoVersion
    from audit.models import Entry
    from audit.record import record

    details = Entry.objects.get(action="memo.submit", object_id=uuid).details
    copies = MemoVersion.objects.filter(content_sha256=details["sha256"]).exclude(case__uuid=uuid)
    with transaction.atomic():
        for version in copies.select_related("case"):
            by, case = str(version.submitted_by_id), str(version.case.uuid)
            record(by=by, action="memo.submit", object_type="case", object_id=case, **details)


class Copies:
    """Copies of cases, spread over officers and supervisors. Their ids must follow each other."""

    def __init__(self, of: list[Any], officers: list[Any], supervisors: list[Any]) -> None:
        from assessments.models import Case

        self.of, self.people = of, (officers, supervisors)
        self.made = 0
        self.models = _models_of(Case)

    def make(self, case: int, number: int) -> None:
        """Copy all rows of this case so many times."""
        from django.db import connection, transaction

        first, last = self.made + 1, self.made + number
        self.made = last
        counted = f"WITH RECURSIVE n(k) AS (SELECT {first} UNION ALL SELECT k + 1 FROM n WHERE k < {last})"
        with transaction.atomic(), connection.cursor() as cursor:
            for model in self.models if number > 0 else ():
                table, fields = model._meta.db_table, model._meta.concrete_fields
                columns = ", ".join(f'"{f.column}"' for f in fields)
                values = ", ".join(self._value(model, f) for f in fields)
                cursor.execute(
                    f"INSERT INTO {table} ({columns}) {counted} "
                    f"SELECT {values} FROM {table} t CROSS JOIN n WHERE t.id IN ({_ids(model, self.models, case)})"
                )

    def _value(self, model: Any, field: Any) -> str:
        """Return SQL for a column of copy number k."""
        from django.db import connection

        from accounts.models import User
        from assessments.models import Case

        column = f't."{field.column}"'
        to = field.remote_field.model if field.remote_field else None
        if field.primary_key or to in self.models:
            return f"{column} + CAST({STRIDE} AS BIGINT) * n.k"
        if to is User:
            cases = " ".join(
                f"WHEN {column} = {one.pk} THEN {everybody[0].pk} + n.k % {len(everybody)}"
                for one, everybody in zip(self.of, self.people, strict=True)
            )
            return f"CASE {cases} ELSE {column} END"
        if model is Case and field.name == "uuid":
            return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
        if model is Case and field.name == "reference":
            return f"{column} || '-' || n.k"
        return column

    def finish(self) -> None:
        """Let new rows begin after the copies, and let the planner know how many there are."""
        from django.core.management.color import no_style
        from django.db import connection

        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), self.models):
                cursor.execute(statement)
            cursor.execute("ANALYZE")


def _models_of(root: Any) -> list[Any]:
    """Return the model and those that refer to it, after those that they refer to."""
    from django.apps import apps

    found = [root]
    while True:
        more = [
            model
            for model in apps.get_models(include_auto_created=True)
            if model not in found and model.__name__ not in NOT_COPIED and _parents(model, found)
        ]
        if not more:
            return found
        found += more


def _parents(model: Any, among: list[Any]) -> list[Any]:
    return [f for f in model._meta.concrete_fields if f.remote_field and f.remote_field.model in among]


def _ids(model: Any, among: list[Any], case: int) -> str:
    """Return SQL for the ids of the rows of a case."""
    if model is among[0]:
        return str(case)
    wheres = [
        f"{f.column} IN ({_ids(f.remote_field.model, among, case)})"
        for f in _parents(model, among[: among.index(model)])
    ]
    return f"SELECT id FROM {model._meta.db_table} WHERE {' OR '.join(wheres)}"


def who_does_what() -> dict[str, Any]:
    """Return the officers with some of their open cases, and the supervisors with their reviews."""
    from accounts.models import User
    from assessments.models import Case

    work: dict[str, list[str]] = {name: [] for name in User.objects.order_by("pk").values_list("username", flat=True)}
    for name, uuid in Case.objects.filter(state="draft").values_list("author__username", "uuid"):
        work[name].append(str(uuid))
    for name, uuid in Case.objects.filter(state="in-review").values_list("reviewer__username", "uuid"):
        work[name].append(str(uuid))
    return {"password": PASSWORD, "cases": Case.objects.count(), "work": work}


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))

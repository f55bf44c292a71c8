"""python manage.py privacy_table: the table in docs/privacy.md, made from the declaration of every field."""

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError

from assessments.management.pages import PageCommand
from assessments.office.personal_data import APPLICANT, DECLARED, STAFF, Held

BEGIN, END = "<!-- made by manage.py privacy_table -->", "<!-- until here -->"


def table(of: str) -> str:
    """What is held of the applicant, or of staff."""
    lines = ["| where | field | why it is held | how long |", "|---|---|---|---|"]
    for label, rows in DECLARED.items():
        name = str(apps.get_model(label)._meta.verbose_name)
        lines += [_row(name, held) for held in rows if held.of == of]
    return "\n".join(lines)


def _row(name: str, held: Held) -> str:
    fields = ", ".join(f"`{field}`" for field in held.fields.split())
    return f"| {name} | {fields} | {held.why} | {held.until} |"


class Command(PageCommand):
    help = "Writes the tables of docs/privacy.md from assessments/office/personal_data.py; the text around them stays."
    path = settings.BASE_DIR / "docs" / "privacy.md"

    def page(self, as_it_is: str) -> str:
        before, begin, rest = as_it_is.partition(BEGIN)
        _made, end, after = rest.partition(END)
        if not begin or not end:
            raise CommandError(f"docs/privacy.md holds no {BEGIN} … {END} to write between.")
        made = f"## Of applicants\n\n{table(APPLICANT)}\n\n## Of staff\n\n{table(STAFF)}"
        return f"{before}{begin}\n\n{made}\n\n{end}{after}"

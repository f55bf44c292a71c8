"""python manage.py privacy_table: writes the tables of docs/privacy.md from the declaration of every field."""

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError

from assessments.management.pages import PageCommand
from assessments.office.personal_data import APPLICANT, DECLARED, STAFF, PersonalField

BEGIN, END = "<!-- made by manage.py privacy_table -->", "<!-- until here -->"


def table(of: str) -> str:
    """Return the table of the fields about applicants, or about staff."""
    lines = ["| table | field | purpose | stored until |", "|---|---|---|---|"]
    for label, rows in DECLARED.items():
        name = str(apps.get_model(label)._meta.verbose_name)
        lines += [_row(name, row) for row in rows if row.of == of]
    return "\n".join(lines)


def _row(name: str, row: PersonalField) -> str:
    fields = ", ".join(f"`{field}`" for field in row.fields.split())
    return f"| {name} | {fields} | {row.why} | {row.until} |"


class Command(PageCommand):
    help = "Writes the tables of docs/privacy.md from assessments/office/personal_data.py. The text around them stays."
    path = settings.BASE_DIR / "docs" / "privacy.md"

    def page(self, as_it_is: str) -> str:
        before, begin, rest = as_it_is.partition(BEGIN)
        _made, end, after = rest.partition(END)
        if not begin or not end:
            raise CommandError(f"docs/privacy.md does not contain {BEGIN} … {END}. The tables go between them.")
        made = f"## Of applicants\n\n{table(APPLICANT)}\n\n## Of staff\n\n{table(STAFF)}"
        return f"{before}{begin}\n\n{made}\n\n{end}{after}"

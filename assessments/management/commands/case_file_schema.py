"""python manage.py case_file_schema: writes docs/reference/case-file.schema.json from the table of the fields."""

import json

from django.conf import settings

from assessments.casefile.json_schema import schema
from assessments.management.pages import PageCommand


class Command(PageCommand):
    help = "Writes docs/reference/case-file.schema.json from assessments/casefile/fields.py."
    path = settings.BASE_DIR / "docs" / "reference" / "case-file.schema.json"

    def page(self, as_it_is: str) -> str:
        return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"

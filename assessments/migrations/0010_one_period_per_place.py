"""In intakes that are under way, the two dates of a place become one period, as the form now asks for it."""

import re

from django.db import migrations

_DATE = re.compile(r"((?:places|relocations)-[0-9]{1,4})-(start|end)", re.ASCII)


def joined(data):
    """The data with one text for each pair of dates."""
    dates = {}
    kept = {}
    for name, values in data.items():
        if found := _DATE.fullmatch(name):
            dates.setdefault(found[1], {})[found[2]] = str(values[0]).strip() if values else ""
        else:
            kept[name] = values
    for row, ends in dates.items():
        start, end = ends.get("start", ""), ends.get("end", "")
        text = f"{start} to {end}" if start and end else f"from {start}" if start else f"until {end}" if end else ""
        kept[f"{row}-period"] = [text]
    return kept


def join_dates(apps, schema_editor):
    drafts = apps.get_model("assessments", "IntakeDraft")
    for draft in drafts.objects.iterator():
        draft.data = joined(draft.data)
        draft.save(update_fields=["data"])


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0009_interview_passage"),
    ]

    operations = [migrations.RunPython(join_dates, migrations.RunPython.noop)]

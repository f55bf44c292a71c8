"""Everything that is stored about one applicant's case, as a ZIP file: a page to read, JSON, and the files.

The rows are found by the relations of the models, so a new table of a case is exported without a change here.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.answer.code_names import CodeNames
from assessments.memo import record_check
from assessments.models import Case, IntakeDraft
from audit.models import Entry
from audit.people import People
from audit.words import ACTIONS

PAGE, DATA = "case.html", "case.json"
# fields that are files of their own in the ZIP: the name, filled from the row
_FILES = {
    "assessments.MemoVersion.content": "memo-v{row.number}.json",
    "assessments.MemoVersion.pdf": "memo-v{row.number}.pdf",
    "assessments.Rendering.pdf": "{row.what}{row.target}.pdf",
}


@dataclass(frozen=True)
class Row:
    """One stored row: its fields for JSON, and the filled ones with their labels for the page."""

    title: str
    stored: dict[str, Any]
    shown: list[tuple[str, str]]


@dataclass(frozen=True)
class Access:
    """One entry of the audit record about the case."""

    at: datetime
    who: str
    what: str
    details: dict[str, Any]


def export(case: Case) -> bytes:
    """Return the ZIP file."""
    files: dict[str, bytes] = {}
    names = CodeNames.load()
    tables = {
        model: [_row(row, names, files) for row in model._default_manager.filter(**{lookup: case.pk}).order_by("pk")]
        for model, lookup in models_of_a_case().items()
    }
    access = list(_access(case))
    data = {
        "case": case.uuid,
        "made_at": timezone.now(),
        "not_as_recorded": list(record_check.problems_of(case.versions.select_related("case"))),
        "tables": {model._meta.label: [row.stored for row in rows] for model, rows in tables.items()},
        "record_of_access": [vars(entry) for entry in access],
    }
    page = {
        "language": get_language() or settings.LANGUAGE_CODE,
        "case": case,
        "made_at": data["made_at"],
        "not_as_recorded": data["not_as_recorded"],
        "tables": [(model._meta.verbose_name, rows) for model, rows in tables.items() if rows],
        "access": access,
        "files": list(files),
    }
    files[DATA] = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()
    files[PAGE] = render_to_string("assessments/case/export.html", page).encode()
    return _zipped(files)


def models_of_a_case() -> dict[type[Model], str]:
    """Return each model whose rows belong to a case, with the lookup that leads from a row to the case."""
    found: dict[type[Model], str] = {Case: "pk"}
    wanted = list(apps.get_app_config("assessments").get_models())
    for _round in wanted:  # a row may belong to a case through other rows
        for model in wanted:
            if model not in found and (lookup := _lookup(model, found)):
                found[model] = lookup
    return {model: found[model] for model in wanted if model in found}


def _lookup(model: type[Model], found: dict[type[Model], str]) -> str:
    parents = {field.related_model: field.name for field in model._meta.fields if field.is_relation}
    if Case in parents:
        return parents[Case]
    return next((f"{name}__{found[parent]}" for parent, name in parents.items() if parent in found), "")


def _row(row: Model, names: CodeNames, files: dict[str, bytes]) -> Row:
    stored: dict[str, Any] = {}
    shown: list[tuple[str, str]] = []
    for field in row._meta.fields:
        value = _value(row, field, files)
        stored[field.name] = value
        is_internal = field.primary_key or (field.is_relation and not isinstance(value, str))
        if not is_internal and value not in (None, "", [], {}):
            shown.append((str(field.verbose_name).capitalize(), _words(row, field, value, names)))
    return Row(str(row), stored, shown)


def _value(row: Model, field: Any, files: dict[str, bytes]) -> Any:
    """Return the value for JSON. A file is put into ``files`` and its name returned."""
    if field.is_relation:
        related = getattr(row, field.name)
        if isinstance(related, User):
            return f"{related} ({related.get_username()})"
        is_of_the_case = related is None or related._meta.app_label == "assessments"
        return field.value_from_object(row) if is_of_the_case else str(related)
    value = field.value_from_object(row)
    pattern = _FILES.get(f"{row._meta.label}.{field.name}")
    if pattern is None or not value:
        return None if isinstance(value, memoryview | bytes) else value
    name = pattern.format(row=row)
    files[name] = value.encode() if isinstance(value, str) else bytes(value)
    return name


def _words(row: Model, field: Any, value: Any, names: CodeNames) -> str:
    """Return the value as a person reads it: names for codes, and moments in the office's time."""
    known = {"event": names.events, "actors": names.actors, "targets": names.traits, "trait": names.traits}
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if field.name in known:
        codes = value if isinstance(value, list) else [value]
        return "; ".join(known[field.name].get(code) or str(code) for code in codes)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return json.dumps(value, ensure_ascii=False, indent=1) if isinstance(value, dict | list) else str(value)


def _access(case: Case) -> Iterator[Access]:
    drafts = IntakeDraft.objects.filter(case=case).values_list("uuid", flat=True)
    ids = [str(case.uuid), *map(str, drafts)]
    entries = list(Entry.objects.filter(object_id__in=ids).order_by("pk"))
    people = People(entry.actor for entry in entries)
    for entry in entries:
        who = people.of(entry.actor)
        name = f"{who.name} ({who.role})" if who.role else who.name
        yield Access(entry.at, name, str(ACTIONS.get(entry.action, entry.action)), entry.details)


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name)  # dated 1980, so that equal files give equal entries
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return packed.getvalue()

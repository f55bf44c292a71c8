"""Drafts of a published edition. Each process copies an edition once, and later inserts the same rows again."""

from functools import cache
from typing import Any

from django.db.models import Model

from accounts.models import User
from coi.drafts import starting
from coi.models import DraftWork, Edition
from coi.models.parts import CONTENT, rows_of

SHIFT = 1_000_000  # added to the primary keys, so that no stored row has them
_copied: dict[str, list[tuple[type[Model], list[dict[str, Any]]]]] = {}


def draft_of(source: Edition, *, code: str, label: str, by: User) -> Edition:
    """Return a draft with the content that ``starting.copy`` makes.

    Only the first one adds an entry to the audit record.
    """
    held = _copied.get(source.code)
    if held is None:
        edition = starting.copy(source, code=code, label=label, by=by)
        _copied[source.code] = _rows(edition)
        return edition
    if Edition.objects.filter(pk__gt=SHIFT).exists():
        return starting.copy(source, code=code, label=label, by=by)
    named = {Edition: {"code": code, "label": label}}
    for model, rows in held:
        model._default_manager.bulk_create(model(**row | named.get(model, {})) for row in rows)
    edition = Edition.objects.get(code=code)
    DraftWork.objects.create(edition=edition, begun_by=by)
    return edition


def _rows(edition: Edition) -> list[tuple[type[Model], list[dict[str, Any]]]]:
    """Return the rows of the edition and of its lists, with new primary keys."""
    found, lists = [], []
    for model in CONTENT:
        rows = list(rows_of(edition, model).values())
        found.append((model, [_shifted(model, row) for row in rows]))
        for field in model._meta.local_many_to_many:
            through, owner = field.remote_field.through, field.m2m_field_name()
            of_these = through._default_manager.filter(**{f"{owner}__in": [row["id"] for row in rows]}).values()
            lists.append((through, [_shifted(through, row) for row in of_these]))
    return found + lists


def _shifted(model: type[Model], row: dict[str, Any]) -> dict[str, Any]:
    return {name: value + SHIFT if value and name in _keys(model) else value for name, value in row.items()}


@cache
def _keys(model: type[Model]) -> set[str]:
    """Return the columns that hold the primary key of one of the edition's rows."""
    return {
        field.attname
        for field in model._meta.concrete_fields
        if field.primary_key or (field.is_relation and field.related_model in CONTENT)
    }

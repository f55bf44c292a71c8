"""Copying an edition's rows to a new draft: read them first, then insert them in a few statements.

SQLite lets one transaction write at a time, so everybody else waits while a copy is stored. A published edition never
changes and passed its checks, so its rows are neither checked nor written one by one.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from coi.models import Edition
from coi.models.parts import CONTENT, rows_of


@dataclass(frozen=True)
class Rows:
    """The rows of one table, as their columns; ``owners`` are the columns that refer to other rows of the edition."""

    model: type[Model]
    columns: list[dict[str, Any]]
    owners: dict[str, type[Model]]


def read(source: Edition) -> list[Rows]:
    """Return the rows of the edition, each table after those that it refers to. It takes no lock."""
    tables, relations = [], []
    for model in CONTENT:
        mine = rows_of(source, model)
        tables.append(_rows(model, mine))
        for field in model._meta.local_many_to_many:
            through: Any = field.remote_field.through
            linked = {f"{field.m2m_field_name()}__in": mine.order_by().values("pk")}
            relations.append(_rows(through, through._default_manager.filter(**linked).order_by("pk")))
    return [*tables, *relations]


def _rows(model: type[Model], found: Any) -> Rows:
    relations = {f.attname: f.related_model for f in model._meta.concrete_fields if f.is_relation}
    owners = {name: related for name, related in relations.items() if related in CONTENT}
    return Rows(model, list(found.values()), owners)


def store(tables: list[Rows], *, code: str, label: str) -> Edition:
    """Insert the rows as an edition with this code and label. Call it in a transaction."""
    new_keys: dict[type[Model], dict[int, int]] = {}
    for table in tables:
        named = {"code": code, "label": label} if table.model is Edition else {}
        key = table.model._meta.pk.attname
        made = []
        for columns in table.columns:
            moved = {
                name: new_keys[owner][columns[name]]
                for name, owner in table.owners.items()
                if columns[name] is not None
            }
            made.append(table.model(**columns | moved | named | {key: None}))
        stored = table.model._default_manager.bulk_create(made)
        new_keys[table.model] = {old[key]: new.pk for old, new in zip(table.columns, stored, strict=True)}
    edition: Edition = Edition.objects.get(code=code)
    return edition

"""An edition as a fixture file, which ``export_coi --fixture`` writes and ``load_coi`` reads."""

from collections.abc import Iterator
from typing import Any

import yaml
from django.core import serializers
from django.db import models

from coi.models import Edition, Publication
from coi.models.base import field_of
from coi.models.parts import CONTENT, MODELS, PARTS, rows_of

HEAD = (
    "# {label}\n# Loads to the identical edition: python manage.py load_coi FILE. How to read it: docs/encoding.md.\n"
)


def dump(edition: Edition, *, code: str = "", label: str = "", published: bool = True) -> str:
    """The edition as YAML. With ``code`` and ``label``, a copy of it under that code and label."""
    body = yaml.dump(
        entries(edition, code=code, label=label, published=published),
        Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=False,
    )  # fmt: skip
    return HEAD.format(label=" ".join((label or edition.label).split())) + "\n" + body


def entries(edition: Edition, *, code: str = "", label: str = "", published: bool = True) -> list[dict[str, Any]]:
    """The edition as the entries of such a file."""
    found = []
    for rows in _rows(edition, published):
        for entry in serializers.serialize(
            "python", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True
        ):
            model = MODELS[entry["model"]]
            fields = {name: _plain(value) for name, value in entry["fields"].items() if _says(model, name, value)}
            found.append({"model": entry["model"], "fields": fields})
    if code:
        found = _renamed(found, edition.code, code)
        next(e for e in found if e["model"] == "coi.edition")["fields"]["label"] = label or edition.label
    return found


def _rows(edition: Edition, published: bool) -> Iterator[Any]:
    """All rows of the edition, each after the rows that it refers to, always in the same order."""
    for part in PARTS:
        if published or part.model is not Publication:
            yield _with_keys(rows_of(edition, part.model))


def _with_keys(rows: Any) -> Any:
    """The rows with what their natural keys need, in a fixed number of queries."""
    fields = rows.model._meta.local_concrete_fields
    to_one = [_with_edition(f) for f in fields if f.is_relation]
    to_many = [_with_edition(f) for f in rows.model._meta.local_many_to_many]
    return rows.select_related(*to_one).prefetch_related(*to_many) if to_one else rows.prefetch_related(*to_many)


def _with_edition(relation: Any) -> str:
    """The relation, continued to the edition that is part of the related rows' natural keys."""
    is_part = relation.related_model in CONTENT and relation.related_model is not Edition
    return f"{relation.name}__edition" if is_part else str(relation.name)


def _says(model: type[models.Model], name: str, value: Any) -> bool:
    """Whether the field has a value other than its default."""
    field = field_of(model, name)
    if field.many_to_many:
        return bool(value)
    return not (field.has_default() and value == field.get_default()) and value not in (None, "")


def _plain(value: Any) -> Any:
    """The value as YAML types: dates as text, tuples as lists, several keys in order."""
    if isinstance(value, (list, tuple)):
        items = [_plain(item) for item in value]
        return sorted(items) if items and all(isinstance(item, list) for item in items) else items
    return value.isoformat() if hasattr(value, "isoformat") else value


def _renamed(entries: list[dict[str, Any]], old: str, new: str) -> list[dict[str, Any]]:
    """The entries with every mention of the edition's code replaced, but not of a report or source with the same code."""

    def renamed(value: Any) -> Any:
        if value and value[0] == old:
            return [new, *value[1:]]
        return [renamed(item) if isinstance(item, list) else item for item in value]

    found = []
    for entry in entries:
        model = MODELS[entry["model"]]
        fields = {
            name: renamed(value) if model._meta.get_field(name).related_model in CONTENT else value
            for name, value in entry["fields"].items()
        }
        if entry["model"] == "coi.edition":
            fields["code"] = new
        found.append({"model": entry["model"], "fields": fields})
    return found


class _Dumper(yaml.SafeDumper):
    """Lists of plain values on one line, texts in quotation marks, a blank line between entries."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def write_line_break(self, data: Any = None) -> None:
        super().write_line_break(data)
        if len(self.indents) == 1:
            super().write_line_break()


def _in_line(dumper: _Dumper, value: list[Any]) -> yaml.Node:
    return dumper.represent_sequence(
        "tag:yaml.org,2002:seq", value, flow_style=not any(isinstance(v, dict) for v in value)
    )


def _quoted(dumper: _Dumper, value: str) -> yaml.Node:
    is_name = value.isidentifier() or value.startswith("coi.")
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", value, style=None if is_name and value not in _WORDS else '"'
    )


_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n", "Yes", "No", "On", "Off"}  # no text to YAML 1.1
_Dumper.add_representer(list, _in_line)
_Dumper.add_representer(str, _quoted)

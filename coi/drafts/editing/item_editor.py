"""Editors for the parts of an edition: they find an item by its key, read it as values, and write it from values.

Values are plain: texts, numbers, lists of codes. This module checks no permission and takes no lock.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.functional import Promise

from coi.models import Edition, parts
from coi.models.base import field_of

Values = Mapping[str, Any]


class ItemEditor:
    """Edits one kind of item. ``kind`` is used in addresses and in the audit record."""

    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    related: ClassVar[tuple[str, ...]] = ()  # read together with the item
    is_taken: ClassVar[Promise]  # said of another item's key

    @property
    def key_field(self) -> str:
        """The field by which an item is found: its code, or its number."""
        return parts.BY_MODEL[self.model].key

    def find(self, draft: Edition, key: str) -> Any:
        """Return the item with that key, or None."""
        if self.key_field == "number" and not is_number(key):
            return None
        rows = parts.rows_of(draft, self.model).filter(**{self.key_field: key})
        return (rows.select_related(*self.related) if self.related else rows).first()

    def key(self, row: Any) -> str:
        """The key by which the item is found again."""
        return str(getattr(row, self.key_field))

    def where(self, row: Any) -> str:
        """The name that ``checks`` gives the item."""
        return parts.where(row)[0]

    def read(self, row: Any) -> dict[str, Any]:
        """Return the item as values."""
        raise NotImplementedError

    def taken(self, draft: Edition, values: Values, row: Any) -> tuple[str, str] | None:
        """The field and a sentence, if another item has the key in the values."""
        key = {self.key_field: values[self.key_field]}
        others = parts.rows_of(draft, self.model).filter(**key)
        if not (others.exclude(pk=row.pk) if row else others).exists():
            return None
        return self.key_field, str(self.is_taken) % key

    def write(self, draft: Edition, row: Any, values: Values) -> Any:
        """Create or change the item, and return it."""
        raise NotImplementedError

    def others(self, row: Any) -> list[Edition]:
        """Return other drafts that the values change as well."""
        return []

    def problems(self, row: Any) -> list[str]:
        """Return the problems of the item by itself, including those that the form has already checked."""
        return []

    def blocks(self, row: Any) -> list[str]:
        """Return sentences on why the item cannot be removed."""
        return []

    def remove(self, row: Any) -> None:
        """Remove the item from its draft."""
        row.delete()


def is_number(key: str) -> bool:
    """Return whether the text is a number as addresses write it."""
    return key.isascii() and key.isdigit() and len(key) <= 5


def fields_of(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    """Return plain fields as values: days as ISO texts, a missing day as an empty text."""
    found = {}
    for name in names:
        value = getattr(row, name)
        found[name] = value.isoformat() if hasattr(value, "isoformat") else "" if value is None else value
    return found


def assign(row: Model, values: Values, names: tuple[str, ...]) -> None:
    """Set plain fields from values. An empty text for an optional day becomes None."""
    for name in names:
        value = values[name]
        field = field_of(type(row), name)
        setattr(row, name, None if value == "" and field.null else field.to_python(value))


def codes(rows: Any) -> list[str]:
    """Return the codes of related rows, sorted."""
    return sorted(rows.values_list("code", flat=True))


def numbers(rows: Any) -> list[str]:
    """Return the numbers of related rows as form values."""
    return [str(number) for number in sorted(rows.values_list("number", flat=True))]

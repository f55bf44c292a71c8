"""The accepted values of an edition's fields, in one place for every way into the library.

Fixtures, spreadsheets, the editing pages, publishing and plain ``loaddata`` all use it. The rules follow from the model
fields, so a new field is checked without code of its own.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.db.models.fields import NOT_PROVIDED
from django.utils import timezone
from django.utils.translation import gettext as _

from coi.editions.field_values import MOST_SHOWN, problem_with, refused
from coi.editions.refusals import FileProblem

Entry = Mapping[str, Any]


def problems_of(
    entries: Collection[Entry], known: Mapping[str, type[models.Model]], *, in_order: bool = True
) -> list[FileProblem]:
    """Return everything that is wrong with the values of a file, by entry and field. Nothing is stored.

    ``known`` are the models by label. With ``in_order``, an entry may refer only to entries above it.
    """
    found: list[FileProblem] = []
    today = timezone.localdate()
    for number, entry in enumerate(entries, start=1):
        model, fields = known[entry["model"]], entry["fields"]
        where = _where(number, model, fields)
        for name, said in _of_fields(model, fields, today):
            found.append(FileProblem(f"{where}: {name}: {said}", said=said, entry=number, field=name))
    # references can be checked only if the keys are valid
    return found or [*_twice(entries, known), *_missing(entries, known, in_order)]


def _where(number: int, model: type[models.Model], fields: Mapping[str, Any]) -> str:
    key = [str(part)[:MOST_SHOWN] for part in _flat(fields.get(head) for head in heads(model)) if part is not None]
    named = " ".join([str(model._meta.verbose_name), *key])
    return _("entry %(number)d (%(named)s)") % {"number": number, "named": named}


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _flat(value)
        else:
            yield value


def _of_fields(model: type[models.Model], fields: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        try:
            field: Any = model._meta.get_field(str(name))
        except FieldDoesNotExist:
            yield str(name)[:MOST_SHOWN], _("There is no such field. Known are: %(names)s.") % {"names": _names(model)}
            continue
        if field.auto_created or field.primary_key or not field.editable:
            yield (
                str(name),
                _("No file fills in this field. Known are: %(names)s.") % {"names": _names(model)},
            )
        elif said := _of_reference(field, value) if field.is_relation else problem_with(field, value, today=today):
            yield str(name), said
    for field in _needed(model):
        if field.name not in fields:
            yield field.name, _("It is missing: %(what)s must be filled in.") % {"what": field.verbose_name}


def _own_fields(model: type[models.Model]) -> list[Any]:
    return [
        field
        for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many)
        if not field.primary_key and field.editable
    ]


def _names(model: type[models.Model]) -> str:
    return ", ".join(field.name for field in _own_fields(model))


def _needed(model: type[models.Model]) -> list[Any]:
    """Return the fields that a row must have. Lists may be empty here: the edition's own checks decide that."""
    return [
        field
        for field in _own_fields(model)
        if not (field.many_to_many or field.null or field.blank or field.default is not NOT_PROVIDED)
    ]


# --- references ---------------------------------------------------------------------------------------


def heads(model: type[models.Model]) -> list[str]:
    """Return the model's own fields of the key by which a file names its rows."""
    return list(dict.fromkeys(path.partition("__")[0] for path in getattr(model, "natural_key_fields", ())))


def _key_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields in the key, one for each of its parts."""
    found = []
    for path in getattr(model, "natural_key_fields", ()):
        at: Any = model
        *steps, last = path.split("__")
        for step in steps:
            at = at._meta.get_field(step).related_model
        found.append(at._meta.get_field(last))
    return found


def _of_reference(field: Any, value: Any) -> str:
    if value is None and getattr(field, "null", False):
        return ""
    related = field.related_model
    if not field.many_to_many:
        return "" if _is_key(related, value) else refused(value, _as_key(related))
    if not isinstance(value, list):
        return refused(value, _("Write a list of keys. %(how)s") % {"how": _as_key(related)})
    wrong = next((key for key in value if not _is_key(related, key)), None)
    return refused(wrong, _as_key(related)) if wrong is not None or None in value else ""


def _is_key(model: type[models.Model], value: Any) -> bool:
    fields = _key_fields(model)
    if not isinstance(value, (list, tuple)) or len(value) != len(fields):
        return False
    return all(
        type(part) is int if isinstance(field, models.IntegerField) else isinstance(part, str) and bool(part)
        for field, part in zip(fields, value, strict=True)
    )


def _as_key(model: type[models.Model]) -> str:
    paths = [path.removesuffix("__code") for path in getattr(model, "natural_key_fields", ())]
    parts = [
        name.rpartition("__")[2] if isinstance(field, models.IntegerField) else f'"{name.rpartition("__")[2]}"'
        for name, field in zip(paths, _key_fields(model), strict=True)
    ]
    key = {"what": model._meta.verbose_name, "parts": ", ".join(parts)}
    return _("Name the %(what)s by its key: [%(parts)s].") % key


def key_of(model: type[models.Model], fields: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the key by which a file names the entry's row."""
    return tuple(_flat(fields.get(head) for head in heads(model)))


def _twice(entries: Iterable[Entry], known: Mapping[str, type[models.Model]]) -> Iterator[FileProblem]:
    first: dict[tuple[str, tuple[Any, ...]], int] = {}
    for number, entry in enumerate(entries, start=1):
        model = known[entry["model"]]
        if not heads(model):
            continue
        before = first.setdefault((entry["model"], key_of(model, entry["fields"])), number)
        if before != number:
            said = _("This row is in the file already, as entry %(before)d. Keep one of the two.") % {"before": before}
            where = _where(number, model, entry["fields"])
            yield FileProblem(f"{where}: {said}", said=said, entry=number, field=heads(model)[-1])


def _missing(
    entries: Collection[Entry], known: Mapping[str, type[models.Model]], in_order: bool
) -> Iterator[FileProblem]:
    """Yield references to rows that are in neither the file nor the library, or that come later in the file."""
    at: dict[tuple[type[models.Model], tuple[Any, ...]], int] = {}
    for number, entry in enumerate(entries, start=1):
        at.setdefault((known[entry["model"]], key_of(known[entry["model"]], entry["fields"])), number)
    held: dict[tuple[type[models.Model], tuple[Any, ...]], bool] = {}
    for number, entry in enumerate(entries, start=1):
        model, fields = known[entry["model"]], entry["fields"]
        for name, value in fields.items():
            field: Any = model._meta.get_field(name)
            if not field.is_relation or value is None:
                continue
            for key in map(tuple, value if field.many_to_many else [value]):
                wanted = (field.related_model, key)
                there = at.get(wanted)
                if there is not None and (there < number or not in_order):
                    continue
                if wanted not in held:
                    held[wanted] = _is_held(*wanted)
                if held[wanted]:
                    continue
                what = {"what": field.related_model._meta.verbose_name, "key": " ".join(map(str, key))}
                said = _("There is no %(what)s “%(key)s” in the file or in the library.") % what
                if there is not None:
                    said = _("The %(what)s “%(key)s” comes later in the file, as entry %(n)d. Put it above.")
                    said %= what | {"n": there}
                where = _where(number, model, fields)
                yield FileProblem(f"{where}: {name}: {said}", said=said, entry=number, field=name)


def _is_held(model: Any, key: tuple[Any, ...]) -> bool:
    try:
        model._default_manager.get_by_natural_key(*key)
    except ObjectDoesNotExist:
        return False
    return True


# --- rows already stored ----------------------------------------------------------------------------------


def problems_of_row(row: models.Model) -> Iterator[tuple[str, str]]:
    """Yield the fields of a stored row whose values no file would be allowed to have, each with the reason."""
    today = timezone.localdate()
    for field in _own_fields(type(row)):
        if field.is_relation:
            continue
        value = getattr(row, field.attname)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = value.isoformat()
        if said := problem_with(field, value, today=today):
            yield field.name, said


def problem_with_typed(model: type[models.Model], name: str, value: Any) -> str:
    """Return why a form's value is refused, if the model has the field. The form itself checks empty values."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    if field.is_relation or not field.concrete or value in (None, ""):
        return ""
    return problem_with(field, value.isoformat() if isinstance(value, date) else value)

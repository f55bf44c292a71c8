"""Load fixture files: read within limits, check the whole file, store all of it or nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.core.serializers.python import Deserializer
from django.db import DatabaseError, models
from django.utils import timezone

from coi.editions import checks, strict_values
from coi.editions.immutability import PublishedEditionError, changed_fields, used_by
from coi.editions.refusals import FileProblem, ImportRefused
from coi.files import yaml_fixtures
from coi.files.spreadsheets import reading, workbook
from coi.models import CuratorQuery, Edition, Figure, Originator, Publication, Report, parts
from coi.models.base import keys_remembered, link_remembered

MAX_BYTES = 5_000_000


def read_fixture(path: Path) -> list[dict[str, Any]]:
    """The entries of a fixture file; raises ImportRefused naming the line or entry that is wrong."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportRefused([f"{path.name}: larger than {MAX_BYTES // 1_000_000} MB"])
        entries = yaml_fixtures.read(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ImportRefused([f"{path}: cannot be read ({error.strerror})"]) from error
    except UnicodeDecodeError as error:
        raise ImportRefused([f"{path.name}: byte {error.start} is not UTF-8"]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ImportRefused([f"{path.name}: cannot be read as YAML: {' '.join(str(error).split())}"]) from error
    if not isinstance(entries, list) or not entries:
        raise ImportRefused([f"{path.name}: a fixture must be a list of entries, each with model and fields"])
    problems = []
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or set(entry) != {"model", "fields"} or not isinstance(entry["fields"], dict):
            problems.append(f"entry {number}: must have model and fields, and nothing else")
        elif not isinstance(entry["model"], str) or entry["model"] not in parts.MODELS:
            problems.append(f"entry {number}: model {entry['model']} is not one of {', '.join(sorted(parts.MODELS))}")
        elif keys := {"id", "pk"} & set(entry["fields"]):  # it would be stored over whatever row has that key
            problems.append(
                f"entry {number}: {', '.join(keys)}: a row is identified by its code, so leave its number out"
            )
    if problems:
        raise ImportRefused(problems)
    return entries


def read_spreadsheet(path: Path) -> reading.Book:
    """The entries of a spreadsheet; raises ImportRefused naming sheet, row and field of all that is wrong."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportRefused([f"{path.name}: larger than {MAX_BYTES // 1_000_000} MB"])
        content = path.read_bytes()
    except OSError as error:
        raise ImportRefused([f"{path}: cannot be read ({error.strerror})"]) from error
    return reading.read(content)


def _deserialized(entries: list[dict[str, Any]]) -> Iterator[tuple[int, DeserializedObject]]:
    """Deserialize row by row, because a row may refer to those before it."""
    for number, entry in enumerate(entries, start=1):
        try:
            yield from ((number, row) for row in Deserializer([entry]))
        except (
            DeserializationError,
            FieldDoesNotExist,
            ObjectDoesNotExist,
            ValidationError,
            ValueError,
            TypeError,
        ) as error:
            said = _said(error)
            raise ImportRefused(
                [FileProblem(f"entry {number} ({entry['model']}): {said}", said=said, entry=number)]
            ) from error


def _key(row: Any) -> tuple[Any, ...]:
    """The natural key of a row; every model that a file may hold has one."""
    return tuple(row.natural_key())


def _said(error: Exception) -> str:
    return " ".join(str(error).split())


def _save(entries: list[dict[str, Any]]) -> dict[type[models.Model], set[int]]:
    """Validate and save every row; return the primary keys of the rows by model."""
    with keys_remembered():
        return _saved(entries)


def _saved(entries: list[dict[str, Any]]) -> dict[type[models.Model], set[int]]:
    seen: dict[type[models.Model], set[int]] = {}
    problems: list[str] = []
    for number, row in _deserialized(entries):
        link_remembered(row.object)
        # a new row has no lists yet, so there is nothing to compare those of the file with
        new_lists = row.m2m_data if row.object.pk is None else None
        where = f"entry {number} ({row.object._meta.verbose_name} {' '.join(map(str, _key(row.object)))})"
        try:
            _refuse_to_rename_for_others(row.object, entries)
            row.save(save_m2m=new_lists is None)
            for name, related in (new_lists or {}).items():
                getattr(row.object, name).add(*related)
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                problems += [
                    FileProblem(f"{where}: {field}: {message}", said=message, entry=number, field=field)
                    for message in messages
                ]
            if row.object.pk is None:
                break  # what follows may refer to it
        except (PublishedEditionError, DatabaseError) as error:
            said = _said(error)
            raise ImportRefused([FileProblem(f"{where}: {said}", said=said, entry=number), *problems]) from error
        seen.setdefault(type(row.object), set()).add(row.object.pk)
    if problems:
        raise ImportRefused(problems)
    return seen


def _refuse_to_rename_for_others(row: models.Model, entries: list[dict[str, Any]]) -> None:
    """Refuse to change a report or originator that other editions print too."""
    if isinstance(row, (Originator, Report)) and row.pk and (changed := changed_fields(row)):
        others = used_by(row).exclude(code=edition_code(entries)).values_list("code", flat=True)
        if others:
            names = {"names": ", ".join(sorted(others)), "fields": ", ".join(changed)}
            raise ValidationError(
                {changed[0]: f"the file changes {names['fields']}, which the editions {names['names']} also print"}
            )


def _left_out(edition: Edition, seen: dict[type[models.Model], set[int]]) -> list[str]:
    """The rows of a published edition that are missing from the file."""
    missing = []
    for model in parts.CONTENT:
        for row in parts.rows_of(edition, model).exclude(pk__in=seen.get(model, set())):
            missing.append(f"the published edition has {row._meta.verbose_name} {row}, which is missing from the file")
    return missing


class Stored(NamedTuple):
    """An edition that was stored, whether it is new, and the edition that it replaced when it was published."""

    edition: Edition
    is_new: bool
    replaces: Edition | None = None


@contextmanager
def loaded(path: Path) -> Iterator[Stored]:
    """Load an edition's file inside a transaction of the caller.

    Raises ImportRefused with every problem found; the caller's transaction is then rolled back.
    """
    if workbook.is_spreadsheet(path.name, b""):
        book = read_spreadsheet(path)
        with book.placing(), stored(book.entries) as found:
            yield found
    else:
        with stored(read_fixture(path)) as found:
            yield found


@contextmanager
def stored(entries: list[dict[str, Any]], *, publish: bool = True) -> Iterator[Stored]:
    """Store entries that were already read. Without ``publish``, leave out their publication."""
    code = edition_code(entries)
    with keys_remembered():
        if problems := strict_values.problems_of(entries, parts.MODELS):
            raise ImportRefused(problems)
        was_published = Publication.objects.filter(edition__code=code).exists()
        # a publication makes the edition immutable, so it is stored last, wherever the file has it
        content = [entry for entry in entries if entry["model"] != "coi.publication"]
        seen = _save(content)
    edition = Edition.objects.select_related("report").get(code=code)
    if strangers := _of_others(edition, seen):
        raise ImportRefused(strangers)
    if was_published and (missing := _left_out(edition, seen)):
        raise ImportRefused([*missing, "A published edition cannot change. Give the file a new edition code."])
    if found := checks.check_edition(edition):
        raise ImportRefused([problem.as_reason() for problem in found])
    replaces = None
    if publish:
        publication = [entry for entry in entries if entry["model"] == "coi.publication"]
        if was_published:  # the library knows whether it is replaced; an older file does not
            publication = [_without(entry, "retired_at") for entry in publication]
        elif publication and not any(entry["fields"].get("retired_at") for entry in publication):
            replaces = retire_current(edition)
        _save(publication)
    yield Stored(edition, not was_published, replaces)


def _without(entry: dict[str, Any], name: str) -> dict[str, Any]:
    return {**entry, "fields": {key: value for key, value in entry["fields"].items() if key != name}}


def retire_current(edition: Edition) -> Edition | None:
    """Mark the current edition of the same report as replaced from today on, and return it."""
    current = Publication.objects.filter(edition__report=edition.report_id, retired_at=None)
    replaced = None
    for publication in current.exclude(edition=edition).select_related("edition__report"):
        publication.retired_at = timezone.localdate()
        publication.save()
        replaced = publication.edition
    return replaced


def edition_code(entries: list[dict[str, Any]]) -> str:
    """The code of the one edition in the entries."""
    codes = {str(entry["fields"].get("code")) for entry in entries if entry["model"] == "coi.edition"}
    if len(codes) != 1:
        raise ImportRefused(["the file must have exactly one edition"])
    return next(iter(codes))


def _of_others(edition: Edition, seen: dict[type[models.Model], set[int]]) -> list[str]:
    """Rows that the file adds to another edition, or that it changes there."""
    problems = []
    for model in parts.CONTENT:
        mine = parts.rows_of(edition, model).values("pk")
        for row in model._default_manager.filter(pk__in=seen.get(model, set())).exclude(pk__in=mine):
            problems.append(f"{row._meta.verbose_name} {row}: belongs to another edition")
    for model in (CuratorQuery, Figure):
        for field in model._meta.local_many_to_many:
            if field.name in ("findings", "footnotes", "figures"):
                theirs = {f"{field.related_query_name()}__in": seen.get(model, set())}
                for row in field.related_model._default_manager.filter(**theirs).exclude(edition=edition).distinct():
                    problems.append(
                        f"{row._meta.verbose_name} {row}: belongs to another edition, and this file refers to it"
                    )
    return problems


def as_json(document: Any) -> str:
    """JSON as the commands print it."""
    return json.dumps(document, ensure_ascii=False, indent=2)

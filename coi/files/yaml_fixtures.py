"""Reads fixtures in YAML strictly: text stays text, digits are a number, and nothing is guessed.

The deserializer below replaces Django's for YAML (``SERIALIZATION_MODULES``), so that plain ``loaddata`` checks a
file as ``load_coi`` does.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from django.apps import apps
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer as PythonDeserializer
from django.core.serializers.pyyaml import Serializer as Serializer

from coi.editions import strict_values
from coi.text import characters

MOST_DEPTH = 12
LONGEST_NUMBER = 40  # characters

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class Unquoted:
    """A value that YAML reads differently from its text: ``010``, ``12:30``, ``no``. No field accepts it."""

    text: str

    def __str__(self) -> str:
        return self.text


class _PlainLoader(yaml.CSafeLoader):
    """A safe loader that refuses duplicate keys and marks values that YAML would change."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _value in node.value:
            name = characters.cleaned(str(key.value))
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{name} is given twice", key.start_mark)
            if key.tag == "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(None, None, "<< is not accepted", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def _plain(loader: _PlainLoader, node: yaml.ScalarNode) -> Any:
    """Return the value of an unquoted scalar, or an ``Unquoted`` mark."""
    text = str(node.value)
    if node.tag.endswith(":int") and _WHOLE.fullmatch(text):
        return int(text)
    if node.tag.endswith(":float") and _DECIMAL.fullmatch(text):
        return float(text)
    if node.tag.endswith(":bool") and text in ("true", "false"):
        return text == "true"
    if node.tag.endswith(":timestamp") and _DAY.fullmatch(text):
        return text
    return Unquoted(text)


def _text(loader: _PlainLoader, node: yaml.ScalarNode) -> str:
    """Return text cleaned for storage, as forms and spreadsheets do."""
    return characters.cleaned(str(node.value))


_PlainLoader.add_constructor("tag:yaml.org,2002:str", _text)
for _kind in ("int", "float", "bool", "timestamp"):
    _PlainLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", _plain)


def _refuse_what_no_fixture_needs(text: str) -> None:
    """Refuse aliases, tags and deep nesting, event by event, before any object is built.

    860 bytes of aliases once took two minutes, and endless nesting crashed the process.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        problem = ""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problem = "aliases (& and *) are not accepted"
        elif getattr(event, "tag", None):
            problem = "tags (!) are not accepted"
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            problem = "it is nested too deeply" if depth > MOST_DEPTH else ""
        elif isinstance(event, yaml.ScalarEvent) and event.implicit[0] and len(event.value) > LONGEST_NUMBER:
            # a number of a million digits takes minutes
            is_number = not event.value.strip("0123456789abcdefABCDEFox_:.+-")
            problem = "a number that long is not accepted" if is_number else ""
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if problem:
            mark: Any = event.start_mark  # of the C parser's own class, which prints like Python's
            raise yaml.constructor.ConstructorError(None, None, problem, mark)


def read(text: str) -> Any:
    """Return the document of a YAML text. Raises yaml.YAMLError, ValueError or RecursionError if it is not one."""
    _refuse_what_no_fixture_needs(text)
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 (a safe loader, narrowed)


class Deserializer(PythonDeserializer):
    """Django's deserializer for YAML, which builds no object before all values of the file are accepted."""

    def __init__(self, stream_or_string: Any, **options: Any) -> None:
        content = stream_or_string if isinstance(stream_or_string, (str, bytes)) else stream_or_string.read()
        try:
            entries = read(content.decode() if isinstance(content, bytes) else content)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise DeserializationError(f"cannot be read as YAML: {' '.join(str(error).split())}") from error
        _refuse_bad_values(entries)
        super().__init__(entries, **options)

    def _handle_object(self, obj: Any) -> Any:
        try:
            yield from super()._handle_object(obj)  # type: ignore[misc]  # missing in django-stubs
        except (GeneratorExit, DeserializationError):
            raise
        except Exception as error:
            raise DeserializationError(f"{obj['model']}: {error}") from error


def _refuse_bad_values(entries: Any) -> None:
    """Refuse entries with values that the library does not accept from any source."""
    if not isinstance(entries, list):
        raise DeserializationError("a fixture must be a list of entries, each with model and fields")
    known = {model._meta.label_lower: model for model in apps.get_app_config("coi").get_models()}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or set(entry) != {"model", "fields"} or not isinstance(entry["fields"], dict):
            raise DeserializationError(f"entry {number}: must have model and fields, and nothing else")
        if str(entry["model"]) not in known:
            raise DeserializationError(
                f"entry {number}: {entry['model']} is not part of the library, and only the library can be loaded this way"
            )
    if problems := strict_values.problems_of(entries, known, in_order=False):
        raise DeserializationError("\n".join(problems))

"""Fixtures in YAML, read strictly: text is text, a number is what its digits say, and nothing is guessed.

Django's deserializer for YAML is replaced by the one below (``SERIALIZATION_MODULES``), so that plain
``loaddata`` asks of a file what ``load_coi`` asks.
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
    """A value that YAML reads as something else than is written: ``010``, ``12:30``, ``no``. No field accepts it."""

    text: str

    def __str__(self) -> str:
        return self.text


class _PlainLoader(yaml.CSafeLoader):
    """A safe loader that refuses a key given twice and marks what YAML would turn into something else."""

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
    """The value of a scalar without quotation marks, or a mark that it is not plain."""
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
    """Text as it is stored, as forms and spreadsheets clean it."""
    return characters.cleaned(str(node.value))


_PlainLoader.add_constructor("tag:yaml.org,2002:str", _text)
for _kind in ("int", "float", "bool", "timestamp"):
    _PlainLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", _plain)


def _refuse_what_no_fixture_needs(text: str) -> None:
    """Aliases, tags and deep nesting, event by event and before anything is built.

    860 bytes of aliases once took two minutes; nesting without end took the process down.
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
    """The document of a YAML text. Raises yaml.YAMLError, ValueError or RecursionError for what is none."""
    _refuse_what_no_fixture_needs(text)
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 (a safe loader, narrowed)


class Deserializer(PythonDeserializer):
    """Django's deserializer for YAML, which builds nothing of a file before all its values are accepted."""

    def __init__(self, stream_or_string: Any, **options: Any) -> None:
        content = stream_or_string if isinstance(stream_or_string, (str, bytes)) else stream_or_string.read()
        try:
            entries = read(content.decode() if isinstance(content, bytes) else content)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise DeserializationError(f"not readable as YAML: {' '.join(str(error).split())}") from error
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
    """Entries of the library, each value by the rules that hold on every road."""
    if not isinstance(entries, list):
        raise DeserializationError("a fixture is a list of entries, each with model and fields")
    known = {model._meta.label_lower: model for model in apps.get_app_config("coi").get_models()}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or set(entry) != {"model", "fields"} or not isinstance(entry["fields"], dict):
            raise DeserializationError(f"entry {number}: needs model and fields, and nothing else")
        if str(entry["model"]) not in known:
            raise DeserializationError(
                f"entry {number}: {entry['model']} is not a part of the library, and only the library is loaded so"
            )
    if problems := strict_values.problems_of(entries, known, in_order=False):
        raise DeserializationError("\n".join(problems))

"""The JSON Schema of a case file, made from the table of the fields.

The schema accepts everything that the reader accepts. It cannot know the words that an office added to the vocabulary,
nor which places exist: there the reader is stricter.
"""

from typing import Any

from assessments.casefile.fields import (
    FACT,
    HEAD,
    IDENTIFIERS_OF_A_PLACE,
    INTERVIEW,
    LONGEST_LINE,
    MOST_FACTS,
    MOST_ROWS,
    ORIGIN,
    PERSON,
    PLACE,
    TRAIT,
    Field,
    Kind,
)

MOMENT = {
    "type": ["string", "integer", "null"],
    "description": "A year, a month or a day between 1900 and 2100; leave it out if it is not known.",
    "pattern": "^$|^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
    "minimum": 1900,
    "maximum": 2100,
}
PLACE_GIVEN = {
    "description": "“name”, “name, region” or “name, cercle, region”, or an object with one gazetteer id.",
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": LONGEST_LINE},
        {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {name: {"type": ["string", "integer"]} for name in IDENTIFIERS_OF_A_PLACE}
            | {"name": {"type": "string"}},
        },
    ],
}
CODE = {
    "type": "string",
    "pattern": "^[A-Za-z0-9_-]{1,50}$",
    "description": "A code of the vocabulary (fixtures/vocabulary.yaml, and the words that the office added). The schema "
    "does not list the codes; `assess` refuses a code that the library does not hold, and names the nearest one.",
}
WORD = {
    "description": "A code, or a code with a note.",
    "anyOf": [
        {"$ref": "#/$defs/code"},
        {
            "type": "object",
            "properties": {"code": {"$ref": "#/$defs/code"}, "note": {"type": "string"}},
            "required": ["code"],
            "additionalProperties": False,
        },
    ],
}
_WORD = {"$ref": "#/$defs/word"}


def schema() -> dict[str, Any]:
    """The schema as a document: JSON Schema, draft 2020-12."""
    case = _object(HEAD)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Footnote case file",
        "description": "One application: who the applicant is, where they are from, and what they say happened. Never a "
        "name. See docs/case-file.md.",
        **case,
        "required": [*case["required"], "places", "material_facts"],
        "properties": {
            "$schema": {"type": "string"},
            **case["properties"],
            "persons": _optional(_rows(PERSON)) | {"description": "One person, P1, if left out."},
            "origin": _optional(_object(ORIGIN)),
            "profile": _optional(_rows(TRAIT)),
            "places": _rows(PLACE) | {"minItems": 1},
            "material_facts": _rows(FACT, MOST_FACTS) | {"minItems": 1},
        },
        "$defs": {"moment": MOMENT, "place": PLACE_GIVEN, "code": CODE, "word": WORD},
    }


def _object(table: tuple[Field, ...]) -> dict[str, Any]:
    required = [field.name for field in table if field.is_required]
    return {
        "type": "object",
        **({"required": required} if required else {}),
        "additionalProperties": False,
        "properties": {field.name: _with_meaning(field) for field in table},
    }


def _rows(table: tuple[Field, ...], most: int = MOST_ROWS) -> dict[str, Any]:
    return {"type": "array", "maxItems": most, "items": _object(table)}


def _optional(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | {"type": [schema["type"], "null"]}


def _with_meaning(field: Field) -> dict[str, Any]:
    return _value(field) | ({"description": field.meaning} if field.meaning else {})


def _value(field: Field) -> dict[str, Any]:
    match field.kind:
        case Kind.CODE if field.codes:
            return {"enum": [*field.codes, *([] if field.is_required else ["", None])]}
        case Kind.CODE if not field.pattern:
            return {"$ref": "#/$defs/code"}
        case Kind.WORD:
            return {"anyOf": [_WORD, {"type": "array", "minItems": 1, "maxItems": 1, "items": _WORD}]}
        case Kind.CODES:
            return {"anyOf": [_WORD, {"type": "array", "maxItems": MOST_ROWS, "items": _WORD}, {"type": "null"}]}
        case Kind.MOMENT:
            return {"$ref": "#/$defs/moment"}
        case Kind.PLACE:
            return {"$ref": "#/$defs/place"}
        case Kind.YES_NO:
            return {"type": "boolean"}
        case Kind.INTERVIEWS:
            return {"type": ["array", "null"], "items": _object(INTERVIEW)}
        case Kind.PERSON:
            return {"type": ["string", "null"]}
        case Kind.DAY:
            return {"type": ["string", "null"], "pattern": "^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
        case _:
            return _text(field)


def _text(field: Field) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "string", "minLength": 1} if field.is_required else {"type": ["string", "null"]}
    shape["maxLength"] = field.longest
    return shape | ({"pattern": f"^{field.pattern}$"} if field.pattern else {})

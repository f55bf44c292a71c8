"""A case-file document as the data of the form: what a browser would send had it been typed there."""

import json
from typing import Any

from django.utils.datastructures import MultiValueDict

from assessments.casefile import fields
from assessments.casefile.fields import Field, Kind
from assessments.models.codes import OriginStatus
from coi.text.dates import period_words, words_or_typed
from matching.facts import OTHER

BLANK: dict[str, Any] = {
    "country": "ML",
    "persons": [{"id": "P1", "relation": "principal applicant"}],
    "places": [{"role": "home-area"}],
    "material_facts": [{"id": "F1"}],
}


def form_data(document: dict[str, Any], *, next_fact: int = 0) -> "MultiValueDict[str, Any]":
    """The form's data for the document; whatever the document holds is in it."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    data["next_fact"] = str(next_fact)
    _fill(data, "", document, fields.HEAD)
    origin = document.get("origin") or {}
    _fill(data, "", origin | {"status": origin.get("status") or OriginStatus.CLAIMED.value}, fields.ORIGIN)
    for number, person in enumerate(document.get("persons") or BLANK["persons"]):
        _person(data, str(number), person, document.get("profile") or [], is_first=number == 0)
    for place in document.get("places") or []:
        kind = "relocations" if place.get("role") == "relocation" else "places"
        key = str(len(data.getlist(kind)))
        data.appendlist(kind, key)
        _fill(data, f"{kind}-{key}", place, fields.PLACE)
    for number, fact in enumerate(document.get("material_facts") or []):
        data.appendlist("facts", str(number))
        _fill(data, f"facts-{number}", fact, fields.FACT)
    return data


def _person(
    data: "MultiValueDict[str, Any]", key: str, person: dict[str, Any], profile: list[dict[str, Any]], is_first: bool
) -> None:
    data.appendlist("persons", key)
    name = f"persons-{key}"
    _fill(data, name, person, fields.PERSON)
    notes: dict[str, str] = {}
    for stated in profile:
        if stated.get("person") not in ((person.get("id"), None, "") if is_first else (person.get("id"),)):
            continue
        imputed, trait, note = bool(stated.get("imputed")), stated["trait"], stated.get("note") or ""
        data.appendlist(f"{name}-{'imputed' if imputed else 'actual'}", trait)
        if trait == OTHER:
            field = f"{name}-{'other_imputed_note' if imputed else 'other_note'}"
            data[field] = "; ".join(n for n in (data.get(field), note) if n)
        elif note:
            at = f"imputed {trait}" if imputed else trait
            notes[at] = "; ".join(n for n in (notes.get(at), note) if n)
    data[f"{name}-notes"] = json.dumps(notes, ensure_ascii=False) if notes else ""


def _place(data: "MultiValueDict[str, Any]", name: str, place: Any) -> None:
    if isinstance(place, dict):
        data[f"{name}-place"] = data[f"{name}-pinned"] = place.get("name") or ""
        data[f"{name}-pin"] = place.get("id") or ""
    else:
        data[f"{name}-place"] = place or ""


def _fill(data: "MultiValueDict[str, Any]", prefix: str, row: dict[str, Any], table: tuple[Field, ...]) -> None:
    """Every field of the table, as its input sends it."""
    for field in fields.stored(table):
        name = f"{prefix}-{field.input}" if prefix else field.input
        value = row.get(field.name)
        if field.kind is Kind.PLACE:
            _place(data, prefix, value)
        elif field.kind is Kind.CODES:
            data.setlist(name, list(value or []))
        elif field.kind is Kind.YES_NO:
            data[name] = "on" if value else ""
        elif field.kind is Kind.INTERVIEWS:
            for number, record in enumerate(value or [{}]):
                data.appendlist(name, str(number))
                _fill(data, f"{name}-{number}", record, fields.INTERVIEW)
        elif field.input == fields.PERIOD:
            start, end = (str(row.get(part) or "") for part in ("from", "to"))
            data[name] = period_words(start, end) if start or end else ""
        elif field.kind in (Kind.DAY, Kind.MOMENT):
            data[name] = words_or_typed(value or "")
        else:
            data[name] = value or ""

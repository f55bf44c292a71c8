"""A case-file document as the data of the form: what a browser would send had it been typed there."""

import json
from typing import Any

from django.utils.datastructures import MultiValueDict

from coi.text.dates import words_or_typed
from matching.facts import OTHER

DATES = ("from", "to", "date")  # shown in words
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
    for name in ("reference", "country", "interview_language", "due_on", "note"):
        data[name] = document.get(name) or ""
    data["due_on"] = words_or_typed(document.get("due_on") or "")
    origin = document.get("origin") or {}
    data["origin_status"] = origin.get("status") or "claimed"
    data["origin_note"] = origin.get("note") or ""
    for number, person in enumerate(document.get("persons") or BLANK["persons"]):
        _person(data, str(number), person, document.get("profile") or [], is_first=number == 0)
    for place in document.get("places") or []:
        kind = "relocations" if place.get("role") == "relocation" else "places"
        key = str(len(data.getlist(kind)))
        data.appendlist(kind, key)
        _fill(data, f"{kind}-{key}", place, role="role", start="from", end="to", person="person")
        _place(data, f"{kind}-{key}", place.get("place"))
    for number, fact in enumerate(document.get("material_facts") or []):
        _fact(data, str(number), fact)
    return data


def _person(
    data: "MultiValueDict[str, Any]", key: str, person: dict[str, Any], profile: list[dict[str, Any]], is_first: bool
) -> None:
    data.appendlist("persons", key)
    name = f"persons-{key}"
    _fill(data, name, person, ident="id", relation="relation", sex="sex", age_band="age_band")
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


def _fact(data: "MultiValueDict[str, Any]", key: str, fact: dict[str, Any]) -> None:
    data.appendlist("facts", key)
    name = f"facts-{key}"
    _fill(
        data, name, fact, ident="id", fact_kind="kind", person="person", statement="statement", start="from", end="to",
        event="event", event_note="event_note", actor_note="actor_note", target_note="target_note",
        explanation="explanation",
    )  # fmt: skip
    data[f"{name}-ongoing"] = "on" if fact.get("ongoing") else ""
    data.setlist(f"{name}-actors", list(fact.get("actors") or []))
    data.setlist(f"{name}-targets", list(fact.get("targets") or []))
    _place(data, name, fact.get("place"))
    for number, interview in enumerate(fact.get("interviews") or [{}]):
        data.appendlist(f"{name}-interviews", str(number))
        _fill(data, f"{name}-interviews-{number}", interview, date="date", ref="ref")


def _fill(data: "MultiValueDict[str, Any]", prefix: str, row: dict[str, Any], **names: str) -> None:
    for field, name in names.items():
        value = row.get(name) or ""
        data[f"{prefix}-{field}"] = words_or_typed(value) if name in DATES else value

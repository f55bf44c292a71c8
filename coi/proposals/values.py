"""The values of a word as a proposal holds them, checked as the models check them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from coi.models import Actor, EventKind, Place, ProposedChange, Trait

Subject = ProposedChange.Subject
Values = Mapping[str, Any]
Word = Actor | EventKind | Trait
MODELS: Mapping[str, type[Word]] = {Subject.ACTOR: Actor, Subject.EVENT: EventKind, Subject.TRAIT: Trait}
COUNTRY = {"kind": Place.Kind.COUNTRY}

# in the order in which pages show them
PLAIN = {
    Subject.ACTOR: ("name", "aliases", "is_state", "note"),
    Subject.EVENT: ("name", "aliases", "note"),
    Subject.TRAIT: ("name", "aliases", "facet", "civilian", "note"),
}
RELATED = {
    Subject.ACTOR: ("countries", "kin", "rivals"),
    Subject.EVENT: ("countries", "kin"),
    Subject.TRAIT: ("countries",),
}


def names_of_fields(subject: str) -> tuple[str, ...]:
    """Return the names of all values of a word."""
    first, *rest = PLAIN[Subject(subject)]
    return (first, "parent", *rest[:-1], *RELATED[Subject(subject)], rest[-1])


def word_of(subject: str, code: str) -> Word | None:
    """Return the word, or None if there is none."""
    found: Word | None = MODELS[subject]._default_manager.filter(code=code).first()
    return found


def values_of(subject: str, word: Word) -> dict[str, Any]:
    """Return the values of a word. Related words and countries are codes, in order."""
    found = {name: getattr(word, name) for name in PLAIN[Subject(subject)]}
    found["parent"] = word.parent.code if word.parent else ""
    found |= {name: sorted(getattr(word, name).values_list("code", flat=True)) for name in RELATED[Subject(subject)]}
    return {name: found[name] for name in names_of_fields(subject)}


def checked(subject: str, code: str, values: Values) -> tuple[Word, dict[str, list[Any]]]:
    """Return the word with these values, unsaved, and what it is related to. Raises ValidationError."""
    model = MODELS[subject]
    word = word_of(subject, code) or model(code=code)
    for name in PLAIN[Subject(subject)]:
        setattr(word, name, values[name])
    problems: dict[str, list[str]] = {}
    word.parent = _one(model, values["parent"], problems)
    related = {name: _several(subject, word, name, values[name], problems) for name in RELATED[Subject(subject)]}
    try:
        word.full_clean()
    except ValidationError as error:
        for name, said in error.message_dict.items():
            problems.setdefault(name, []).extend(said)
    if problems:
        raise ValidationError(problems)
    return word, related


def _one(model: type[Word], code: str, problems: dict[str, list[str]]) -> Any:
    found = model._default_manager.filter(code=code).first() if code else None
    if code and found is None:
        problems.setdefault("parent", []).append(_("There is no word “%(code)s” any more.") % {"code": code})
    return found


def _several(subject: str, word: Word, name: str, codes: Iterable[str], problems: dict[str, list[str]]) -> list[Any]:
    model: Any = Place if name == "countries" else MODELS[subject]
    rows = list(model._default_manager.filter(code__in=codes, **(COUNTRY if model is Place else {})))
    for code in sorted(set(codes) - {row.code for row in rows}):
        problems.setdefault(name, []).append(_("There is no “%(code)s” any more.") % {"code": code})
    if model is not Place and word.code in codes:
        problems.setdefault(name, []).append(_("A word cannot be related to itself."))
    return rows


def store(subject: str, code: str, values: Values) -> Word:
    """Store the word with these values. Raises ValidationError. Call it in a transaction."""
    word, related = checked(subject, code, values)
    word.save()
    for name, rows in related.items():
        getattr(word, name).set(rows)
    return word

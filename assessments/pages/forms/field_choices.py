"""The choices of the form: countries, events, actors and traits, grouped as in the vocabulary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.answer.reason_parameters import FACETS
from coi.library import countries
from coi.memory import kept_with_editions
from coi.models import Actor, EventKind, Trait
from matching.facts import CIVILIANS, OTHER

SHORT_ALIAS = 13  # letters; longer ones make a list hard to scan

# Suggested as one types; any other language may be typed.
LANGUAGES = (
    gettext_lazy("Arabic"), gettext_lazy("Bambara"), gettext_lazy("Dogon"), gettext_lazy("English"),
    gettext_lazy("French"), gettext_lazy("Fulfulde"), gettext_lazy("Hassaniya"), gettext_lazy("Songhai"),
    gettext_lazy("Soninke"), gettext_lazy("Tamasheq"),
)  # fmt: skip
RELATIONS = (
    gettext_lazy("principal applicant"), gettext_lazy("spouse"), gettext_lazy("wife"), gettext_lazy("husband"),
    gettext_lazy("son"), gettext_lazy("daughter"), gettext_lazy("mother"), gettext_lazy("father"),
    gettext_lazy("brother"), gettext_lazy("sister"),
)  # fmt: skip

Option = tuple[str, Any]
Word = Actor | EventKind | Trait  # of the vocabulary


@dataclass(frozen=True)
class Words:
    """All options, cached until the library changes."""

    countries: tuple[Option, ...]  # those with COI first
    events: tuple[Option, ...]
    actors: tuple[Option, ...]
    targets: tuple[Option, ...]
    traits: tuple[tuple[str, tuple[Option, ...]], ...]  # by facet, for the profile
    other_names: Mapping[str, Mapping[str, str]]  # of events, actors and traits, by code

    @property
    def country_names(self) -> dict[str, str]:
        """Return the country names by code."""
        return dict(option for _group, options in self.countries for option in options)

    @classmethod
    def load(cls) -> "Words":
        return kept_with_editions(("options of forms", get_language()), cls._read)

    @classmethod
    def _read(cls) -> "Words":
        traits = list(Trait.objects.select_related("parent"))
        events, actors = (list(kind.objects.select_related("parent")) for kind in (EventKind, Actor))
        facets: dict[str, list[Option]] = {}
        for trait in traits:
            facets.setdefault(trait.facet, []).append((trait.code, _label(trait)))
        of_profile = {
            facet: [option for option in options if option[0] != CIVILIANS] for facet, options in facets.items()
        }
        return cls(
            countries=tuple(countries.grouped()),
            events=(
                ("", _("Choose…")),
                *_grouped(events),
                (OTHER, _("Another kind of event")),
            ),
            actors=(
                *_grouped(actors),
                (_("Not listed"), ((OTHER, _("somebody else")),)),
            ),
            targets=(*_by_facet(facets), (_("Not listed"), ((OTHER, _("somebody else")),))),
            traits=tuple(_by_facet(of_profile)),
            other_names={
                "events": _other_names(events), "actors": _other_names(actors), "traits": _other_names(traits),
            },
        )  # fmt: skip


def _other_names(words: Iterable[Word]) -> dict[str, str]:
    return {word.code: ", ".join(word.aliases) for word in words if word.aliases}


def with_unknown_codes(options: Iterable[Any], chosen: Iterable[str]) -> list[Any]:
    """Return the options, with chosen codes that left the vocabulary as a last group."""
    options = list(options)
    known = {code for _group, some in options if isinstance(some, tuple | list) for code, _label in some}
    lost = tuple((code, code) for code in dict.fromkeys(chosen) if code not in known)
    return [*options, (_("No longer in the vocabulary"), lost)] if lost else options


def _label(word: Word) -> str:
    """Return the name with the short names that people use in interviews."""
    shown = word.name
    aliases = [a for a in word.aliases if len(a) <= SHORT_ALIAS and a.casefold() not in word.name.casefold()]
    if aliases:
        shown = f"{shown} ({', '.join(aliases[:3])})"
    # The stubs give the parent, of an abstract model, no parent_id.
    if word.parent and word.parent.parent_id:  # type: ignore[attr-defined]  # see above
        shown = _("%(name)s, part of %(parent)s") % {"name": shown, "parent": word.parent.name}
    return capfirst(shown)


def _grouped(words: Iterable[Word]) -> list[Option]:
    """Return the roots that have children as groups, in the vocabulary's order, then all others in a last group."""
    words = list(words)
    by_pk = {w.pk: w for w in words}

    def root(word: Word) -> Word:
        while word.parent_id:
            word = by_pk[word.parent_id]
        return word

    families: dict[int, list[Word]] = {}
    for word in words:
        families.setdefault(root(word).pk, []).append(word)
    groups: list[Option] = []
    alone: list[Option] = []
    for pk, family in families.items():
        options = tuple((w.code, _label(w)) for w in family)
        if len(family) == 1:
            alone += options
        else:
            groups.append((capfirst(by_pk[pk].name.split(",")[0]), options))
    return [*groups, (_("Others"), tuple(alone))] if alone else groups


def _by_facet(facets: Mapping[str, list[Option]]) -> list[tuple[str, tuple[Option, ...]]]:
    return [(capfirst(str(FACETS.get(facet, facet))), tuple(options)) for facet, options in facets.items() if options]

"""The choices of the form: countries, events, actors and traits, grouped as in the vocabulary."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.answer.reason_parameters import FACETS
from coi.library import countries
from coi.library.word_countries import Word, WordCountries, with_countries, word_countries
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


@dataclass(frozen=True)
class Words:
    """All options, cached until the library changes."""

    countries: tuple[Option, ...]  # those with COI first
    events: tuple[Option, ...]
    actors: tuple[Option, ...]
    targets: tuple[Option, ...]
    traits: tuple[tuple[str, tuple[Option, ...]], ...]  # by facet, for the profile
    other_names: Mapping[str, Mapping[str, str]]  # of events, actors and traits, by code
    elsewhere: Mapping[str, Collection[str]]  # likewise the codes of words of other countries only

    @property
    def country_names(self) -> dict[str, str]:
        """Return the country names by code."""
        return dict(option for _group, options in self.countries for option in options)

    @classmethod
    def load(cls, country: str) -> "Words":
        """Return the options for a case on a country (ISO 3166-1 alpha-2); without one all words count as general."""
        return kept_with_editions(("options of forms", get_language(), country), lambda: cls._read(country))

    @classmethod
    def _read(cls, country: str) -> "Words":
        words = {
            "events": with_countries(EventKind.objects.all()),
            "actors": with_countries(Actor.objects.all()),
            "traits": with_countries(Trait.objects.all()),
        }
        known = {name: word_countries(some, country) for name, some in words.items()}
        of_profile = [trait for trait in words["traits"] if trait.code != CIVILIANS]
        not_listed = (_("Not listed"), ((OTHER, _("somebody else")),))
        return cls(
            countries=tuple(countries.grouped()),
            events=(
                ("", _("Choose…")),
                *_grouped(words["events"], known["events"]),
                (OTHER, _("Another kind of event")),
            ),
            actors=(*_grouped(words["actors"], known["actors"]), not_listed),
            targets=(*_by_facet(words["traits"], known["traits"]), not_listed),
            traits=tuple(_by_facet(of_profile, known["traits"])),
            other_names={name: _other_names(some) for name, some in words.items()},
            elsewhere={name: frozenset(one.elsewhere) for name, one in known.items()},
        )


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


def _grouped(words: Iterable[Word], known: WordCountries) -> list[Option]:
    """Return the roots that have children as groups, in the vocabulary's order, then all others in a last group.

    The groups with a word of the country come first, words of other countries last.
    """
    words = list(words)
    by_pk = {w.pk: w for w in words}

    def root(word: Word) -> Word:
        while word.parent_id:
            word = by_pk[word.parent_id]
        return word

    families: dict[int, list[Word]] = {}
    for word in words:
        if word.code not in known.elsewhere:
            families.setdefault(root(word).pk, []).append(word)
    own: list[Option] = []
    own_alone: list[Option] = []
    groups: list[Option] = []
    alone: list[Option] = []
    for pk, family in families.items():
        options = tuple((w.code, _label(w)) for w in family)
        is_own = any(w.code in known.own for w in family)
        if len(family) == 1:
            (own_alone if is_own else alone).extend(options)
            continue
        name = capfirst(by_pk[pk].name.split(",")[0])
        (own if is_own else groups).append((known.named(name) if is_own else name, options))
    last = [(known.named(""), tuple(own_alone))], [(_("Others"), tuple(alone))]
    return [*own, *(last[0] if own_alone else []), *groups, *(last[1] if alone else []), *_elsewhere(words, known)]


def _by_facet(words: Iterable[Word], known: WordCountries) -> list[Option]:
    """Return traits by facet: those of the country first, those of other countries last."""
    words = list(words)
    own: dict[str, list[Option]] = {}
    general: dict[str, list[Option]] = {}
    for word in words:
        if isinstance(word, Trait) and word.code not in known.elsewhere:
            groups = own if word.code in known.own else general
            groups.setdefault(capfirst(str(FACETS.get(word.facet, word.facet))), []).append((word.code, _label(word)))
    return [
        *((known.named(facet), tuple(options)) for facet, options in own.items()),
        *((facet, tuple(options)) for facet, options in general.items()),
        *_elsewhere(words, known),
    ]


def _elsewhere(words: Iterable[Word], known: WordCountries) -> list[Option]:
    """Return the words of other countries as a group, each with its countries."""
    options = tuple((w.code, f"{_label(w)}, {known.elsewhere[w.code]}") for w in words if w.code in known.elsewhere)
    return [(_("Other countries"), options)] if options else []

"""The names behind the codes that reasons carry."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import gettext as _

from coi.gazetteer import Resolved, area_names
from coi.library import word_trees
from coi.library.held_editions import Reading
from matching.facts import OTHER


@dataclass(frozen=True)
class CodeNames:
    """The names behind the codes that reasons carry."""

    actors: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    traits: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, reading: Reading | None = None, places: Iterable[Resolved] = ()) -> Self:
        """Load all the vocabulary, and the names of those places that reasons may mention.

        Reasons mention areas, places that the findings of ``reading`` name, and ``places``.
        """
        named = word_trees.word_names()
        names = dict(area_names()) | (reading.place_names() if reading else {})
        return cls(
            actors=named["actors"] | {OTHER: _("another actor")},
            events=named["events"] | {OTHER: _("another kind of event")},
            traits=named["traits"] | {OTHER: _("another trait")},
            places=names | {p.value.code: p.value.name for p in places},
        )

    def event(self, code: str) -> str:
        return self.events.get(code, code)

    def listed(self, names: dict[str, str], codes: Iterable[str]) -> str:
        return "; ".join(names.get(code, code) for code in codes)

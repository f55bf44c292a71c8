"""The names behind the codes that reasons carry."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.db.models import Q
from django.utils.translation import gettext as _

from coi.gazetteer import Resolved
from coi.models import Actor, Denial, EventKind, Place, Trait
from matching.facts import OTHER


@dataclass(frozen=True)
class CodeNames:
    """The names behind the codes that reasons carry."""

    actors: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    traits: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, places: Iterable[Resolved] = ()) -> Self:
        """Load all the vocabulary, and the names of those places that reasons may mention."""
        names = dict(Place.objects.exclude(kind__in=["town", "village"]).values_list("code", "name"))
        named_by_findings = Place.objects.filter(findings__isnull=False).values_list("code", "name")
        names.update(named_by_findings)
        denied = [model.objects.values("place_id") for model in (Denial.places.through, Denial.places_excepted.through)]
        names.update(Place.objects.filter(Q(pk__in=denied[0]) | Q(pk__in=denied[1])).values_list("code", "name"))
        names.update({p.value.code: p.value.name for p in places})
        return cls(
            actors={**dict(Actor.objects.values_list("code", "name")), OTHER: _("another actor")},
            events={**dict(EventKind.objects.values_list("code", "name")), OTHER: _("another kind of event")},
            traits={**dict(Trait.objects.values_list("code", "name")), OTHER: _("another trait")},
            places=names,
        )

    def event(self, code: str) -> str:
        return self.events.get(code, code)

    def listed(self, names: dict[str, str], codes: Iterable[str]) -> str:
        return "; ".join(names.get(code, code) for code in codes)

"""The library's actors: their tree, names and rivalries, and the findings of the current editions on each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from coi.library import lookup
from coi.models import Actor, Edition, Finding, FindingKey, Place
from coi.text.collation import reading_order
from coi.text.folding import fold
from matching.facts import UNKNOWN


@dataclass(frozen=True)
class Counts:
    """How many findings of the current editions name an actor itself, and how many denials name it."""

    named: int = 0
    denied: int = 0


@dataclass(frozen=True)
class Node:
    """An actor in the tree, with its parts."""

    row: Actor
    counts: Counts
    rivals: tuple[Actor, ...]
    parts: tuple["Node", ...] = ()
    above: tuple[Actor, ...] = ()  # the larger groups that it belongs to, the nearest first
    found_by: tuple[str, ...] = ()  # other names by which a search found it

    @property
    def is_unknown(self) -> bool:
        """Whether it represents a perpetrator whom nobody could identify: neither state nor non-state."""
        return bool(self.row.code == UNKNOWN)


class Tree:
    """All actors in memory: the vocabulary has a few dozen."""

    def __init__(self, editions: Collection[Edition]) -> None:
        self.rows = {row.pk: row for row in Actor.objects.prefetch_related("rivals")}
        self._parts: dict[int | None, list[Actor]] = defaultdict(list)
        for row in self.rows.values():
            self._parts[row.parent_id].append(row)
        self._named = _counts(editions, "actors")
        self._denied = _counts(editions, "denies__actors")

    def by_code(self, code: str) -> Actor | None:
        return next((row for row in self.rows.values() if row.code == code), None)

    def above(self, row: Actor) -> tuple[Actor, ...]:
        """Return the groups that the actor belongs to, the nearest first."""
        found: list[Actor] = []
        parent = self.rows.get(row.parent_id) if row.parent_id else None
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.rows.get(parent.parent_id) if parent.parent_id else None
        return tuple(found)

    def below(self, row: Actor) -> tuple[Actor, ...]:
        """Return all parts of the actor, in the order of the tree."""
        found: list[Actor] = []
        for part in self._parts[row.pk]:
            found += [part, *self.below(part)]
        return tuple(found)

    def counts(self, row: Actor) -> Counts:
        return Counts(self._named.get(row.pk, 0), self._denied.get(row.pk, 0))

    def node(self, row: Actor, *, found_by: tuple[str, ...] = (), with_parts: bool = True) -> Node:
        parts = tuple(self.node(part) for part in self._parts[row.pk]) if with_parts else ()
        return Node(row, self.counts(row), tuple(row.rivals.all()), parts, self.above(row), found_by)

    def roots(self) -> tuple[Node, ...]:
        return tuple(self.node(row) for row in self._parts[None])

    def search(self, text: str) -> tuple[Node, ...]:
        """Return the actors with a name in which each of the words begins some word. Accents and case are folded."""
        tokens = fold(text).split()
        found = []
        for row in self.rows.values():
            if not tokens or not _holds((row.name, *row.aliases), tokens):
                continue
            others = tuple(alias for alias in row.aliases if _holds((alias,), tokens[:1]) or _holds((alias,), tokens))
            found.append(self.node(row, found_by=() if _holds((row.name,), tokens) else others, with_parts=False))
        return tuple(found)


def _holds(names: Collection[str], tokens: Collection[str]) -> bool:
    words = [word for name in names for word in fold(name).split()]
    return all(any(word.startswith(token) for word in words) for token in tokens)


def _counts(editions: Collection[Edition], related: str) -> dict[int, int]:
    """Return the number of findings by the actor that they name, in one query."""
    rows = Finding.objects.filter(edition__in=editions, **{f"{related}__isnull": False})
    return dict(rows.order_by().values_list(related).annotate(n=Count("pk", distinct=True)))


def findings_naming(actor: Actor, editions: Collection[Edition]) -> QuerySet[Finding]:
    """Return findings that name the actor itself as a perpetrator, in the order of their editions."""
    return Finding.objects.filter(edition__in=editions, actors=actor).order_by("edition__code", "position").distinct()


@dataclass(frozen=True)
class Denials:
    """Every denial and no-evidence finding about an actor.

    ``wider`` name a larger group and so apply to the actor too, except those that apply only to actors named in
    the same words. ``of_parts`` name a part of the actor and apply to that part alone. ``nobody`` counts those that
    name no actor and apply to any.
    """

    own: QuerySet[Finding]
    wider: QuerySet[Finding]
    of_parts: QuerySet[Finding]
    nobody: int


def denials(actor: Actor, tree: Tree, editions: Collection[Edition]) -> Denials:
    rows = Finding.objects.filter(edition__in=editions, denies__isnull=False)
    own = rows.filter(denies__actors=actor)
    wider = rows.filter(denies__actors__in=tree.above(actor), denies__actors_as_named=False)
    parts = rows.filter(denies__actors__in=tree.below(actor))
    return Denials(
        own=own.distinct(),
        wider=wider.exclude(pk__in=own.values("pk")).distinct(),
        of_parts=parts.exclude(pk__in=own.values("pk")).exclude(pk__in=wider.values("pk")).distinct(),
        nobody=rows.filter(denies__actors__isnull=True).distinct().count(),
    )


def regions_of(actor: Actor, editions: Collection[Edition]) -> tuple[tuple[tuple[Place, int], ...], int]:
    """Return the regions where findings place the actor, with counts, and the count of findings without a region."""
    keys = FindingKey.objects.filter(
        edition__in=editions,
        aspect=FindingKey.Aspect.SCOPE,
        place__kind=Place.Kind.REGION,
        finding__in=findings_naming(actor, editions).order_by().values("pk"),
    )
    counts = dict(keys.values_list("place").annotate(n=Count("finding", distinct=True)).order_by())
    regions = sorted(Place.objects.filter(pk__in=counts), key=lambda p: (p.country, reading_order(p.name)))
    elsewhere = findings_naming(actor, editions).exclude(pk__in=keys.values("finding_id")).count()
    return tuple((place, counts[place.pk]) for place in regions), elsewhere


def rivals_of(actor: Actor, tree: Tree) -> tuple[tuple[Actor, Actor], ...]:
    """Return rivals, each with the actor whose rival it is: the actor itself or a larger group."""
    found: dict[int, tuple[Actor, Actor]] = {}
    for of in (actor, *tree.above(actor)):
        for rival in tree.rows[of.pk].rivals.all():
            found.setdefault(rival.pk, (rival, of))
    return tuple(found.values())


def current() -> list[Edition]:
    """Return the editions whose findings are counted and shown."""
    return list(lookup.current_editions().order_by("code"))

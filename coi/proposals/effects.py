"""What a proposed change would change: its values side by side, the findings that it touches, and the
cases whose positions it moves. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from coi.library import lookup, word_trees
from coi.models import Finding, Place, ProposedChange, Trait
from coi.models.base import field_of
from coi.proposals import case_listeners
from coi.proposals import values as words
from coi.proposals.case_listeners import Moved
from matching.trees import Tree, Vocabulary

MOST_LISTED = 20  # findings
# The fields of findings and denials that name a word.
_NAMED_IN = {
    words.Subject.ACTOR: ("actors", "denies__actors"),
    words.Subject.EVENT: ("events", "denies__events"),
    words.Subject.TRAIT: ("targets", "denies__targets"),
}


@dataclass(frozen=True)
class ValueChange:
    """A value in words, before and after."""

    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Touched:
    """The findings of current editions that name a word or one below it: how many, and the first of them."""

    count: int
    listed: tuple[Finding, ...]


def value_changes(change: ProposedChange) -> list[ValueChange]:
    """Return every value of the proposal that says something, before and after."""
    known = _names(change)
    fields = [*words.names_of_fields(change.subject)]
    rows = [
        ValueChange(
            _label(change.subject, name),
            _in_words(change.subject, name, (change.before or {}).get(name), known),
            _in_words(change.subject, name, change.values[name], known),
        )
        for name in fields
    ]
    return [row for row in rows if row.before or row.after]


def findings_touched(change: ProposedChange) -> Touched:
    """Return the findings of current editions that name the word or one below it."""
    below = _with_all_below(change)
    naming = Q()
    for path in _NAMED_IN[words.Subject(change.subject)]:
        naming |= Q(**{f"{path}__code__in": below})
    rows = Finding.objects.filter(naming, edition__in=lookup.current_editions()).distinct()
    listed = rows.select_related("edition").order_by("edition__code", "position")[:MOST_LISTED]
    return Touched(rows.count(), tuple(listed))


def cases_moved(change: ProposedChange) -> Moved | None:
    """Count the cases whose positions the proposal would move. None if it moves none.

    No finding and no case names a new word yet.
    """
    if change.before is None:
        return None
    now = word_trees.vocabulary()
    after = with_change(now, change)
    return case_listeners.count_moved(now, after) if after != now else None


def with_change(now: Vocabulary, change: ProposedChange) -> Vocabulary:
    """Return the vocabulary as it would be after the proposal."""
    code, values = change.code, change.values
    parent = {code: values["parent"] or None}
    if change.subject == words.Subject.ACTOR:
        kin = _kin(now.actor_kin, code, values["kin"])
        return replace(now, actors=Tree({**now.actors.parents, **parent}), actor_kin=kin)
    if change.subject == words.Subject.EVENT:
        return replace(now, events=Tree({**now.events.parents, **parent}), kin=_kin(now.kin, code, values["kin"]))
    civilian = {each: said for each, said in now.civilian.items() if each != code}
    if values["civilian"]:
        civilian[code] = values["civilian"] == Trait.Civilian.YES
    facets = {**now.facets, code: values["facet"]}
    return replace(now, targets=Tree({**now.targets.parents, **parent}), facets=facets, civilian=civilian)


def _kin(now: frozenset[frozenset[str]], code: str, others: list[str]) -> frozenset[frozenset[str]]:
    """Return the pairs with those of this code replaced."""
    return frozenset(pair for pair in now if code not in pair) | {frozenset({code, other}) for other in others}


def _with_all_below(change: ProposedChange) -> set[str]:
    """Return the codes of the word and of all words below it."""
    parents = dict(words.MODELS[change.subject]._default_manager.values_list("code", "parent__code"))
    found = {change.code}
    while more := {code for code, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _names(change: ProposedChange) -> Mapping[str, Mapping[str, str]]:
    """Return the names of the words and countries of a proposal by their codes."""
    countries = Place.objects.filter(kind=Place.Kind.COUNTRY).values_list("code", "name")
    own = words.MODELS[change.subject]._default_manager.values_list("code", "name")
    return {"countries": dict(countries), "": dict(own)}


def _label(subject: str, name: str) -> str:
    related = name in ("parent", *words.RELATED[words.Subject(subject)])
    model: Any = words.MODELS[subject]
    label = model._meta.get_field(name).verbose_name if related else field_of(model, name).verbose_name
    return capfirst(str(label))


def _in_words(subject: str, name: str, value: Any, known: Mapping[str, Mapping[str, str]]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "parent":
        return known[""].get(value, value)
    if name in words.RELATED[words.Subject(subject)]:
        names = known["countries"] if name == "countries" else known[""]
        return "; ".join(names.get(code, code) for code in value)
    if isinstance(value, list):
        return "; ".join(value)
    choices = dict(field_of(words.MODELS[subject], name).choices or ()) if value else {}
    return str(choices.get(value, value))

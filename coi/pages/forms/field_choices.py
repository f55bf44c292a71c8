"""The options of the forms' check boxes: the vocabulary as trees, footnotes, findings, figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from coi.library.word_countries import Word, with_countries, word_countries
from coi.models import Actor, Edition, EventKind, Figure, Finding, Footnote, Originator, Trait
from coi.text.collation import reading_order
from coi.text.folding import fold


@dataclass(frozen=True)
class Option:
    """An option: ``words`` are its folded search words, ``depth`` is its level in its tree."""

    code: str
    label: str
    group: str = ""
    words: str = ""
    depth: int = 0
    note: str = ""
    names: tuple[str, ...] = ()  # by which a text may call it
    elsewhere: bool = False  # a word of other countries only, shown once it is typed


@dataclass(frozen=True)
class Vocabulary:
    """The vocabulary, read once a page."""

    actors: tuple[Option, ...]
    events: tuple[Option, ...]
    targets: tuple[Option, ...]

    @classmethod
    def load(cls, country: str) -> "Vocabulary":
        """Return the words of an edition on this country first, then the general ones, then all others."""
        traits = with_countries(Trait.objects.all())
        facets = {trait.pk: capfirst(trait.get_facet_display()) for trait in traits}
        return cls(
            actors=tuple(_as_tree(with_countries(Actor.objects.all()), country)),
            events=tuple(_as_tree(with_countries(EventKind.objects.all()), country)),
            targets=tuple(_as_tree(traits, country, facets)),
        )


def _as_tree(rows: Sequence[Word], country: str, groups: dict[int, str] | None = None) -> Iterable[Option]:
    """Return each word below the one that contains it, in the given groups or under the root of its tree."""
    by_pk = {row.pk: row for row in rows}
    parents = {row.parent_id for row in rows}
    known = word_countries(rows, country)

    def above(row: Word) -> list[Word]:
        found = []
        while row.parent_id in by_pk:
            row = by_pk[row.parent_id]
            found.append(row)
        return found

    options: list[Option] = []
    own: set[str] = set()  # groups with a word of the country
    for row in rows:
        line = above(row)
        root = line[-1] if line else row
        alone = not line and row.pk not in parents
        group = groups[row.pk] if groups else _("Others") if alone else capfirst(root.name.split("(")[0].strip())
        if row.code in known.own:
            if groups or alone:
                group = known.named(group if groups else "")
            own.add(group)
        known_as = [row.name, row.code, *row.aliases, *(one.name for one in line)]
        note = "; ".join(row.aliases[:3])
        depth = len(line)
        if countries := known.elsewhere.get(row.code):
            group, note, depth = _("Other countries"), "; ".join(filter(None, [countries, note])), 0
        words = fold(" ".join([*known_as, countries or ""]))
        called = (row.name.split("(")[0], *row.aliases)
        options.append(Option(row.code, capfirst(row.name), group, words, depth, note, called, bool(countries)))
    last = [_("Others"), _("Other countries")]
    names = dict.fromkeys(option.group for option in options if option.group not in last)
    for name in [*sorted(names, key=lambda name: name not in own), *last]:
        yield from (option for option in options if option.group == name)


def footnotes_of(edition: Edition) -> list[Option]:
    """Return the footnotes by number, with the items that each cites."""
    notes = Footnote.objects.filter(edition=edition).prefetch_related("sources").order_by("number")
    found = []
    for note in notes:
        cited = " / ".join(source.citation for source in sorted(note.sources.all(), key=lambda s: s.position))
        where = _("section %(section)s, %(paragraph)d.%(sentence)d") % {
            "section": note.section_code,
            "paragraph": note.paragraph,
            "sentence": note.after_sentence,
        }
        label = cited or _("cites nothing yet")
        found.append(
            Option(
                str(note.number),
                f"{note.mark}: {Truncator(label).chars(110)}",
                words=fold(f"{note.mark} {label} {where}"),
                note=where,
            )
        )
    return found


def figures_of(edition: Edition) -> list[Option]:
    """Return the figures by number."""
    return [_numbered(row.number, row.title) for row in Figure.objects.filter(edition=edition).order_by("number")]


def _numbered(number: int, says: str, note: str = "") -> Option:
    return Option(
        str(number), f"{number}: {Truncator(says).chars(110)}", words=fold(f"{number} {says} {note}"), note=note
    )


def findings_of(edition: Edition) -> list[Option]:
    """Return the findings in their order, under their sections."""
    rows = Finding.objects.filter(edition=edition).select_related("section").order_by("position")
    return [
        Option(
            row.code,
            f"{row.code}: {Truncator(row.statement).chars(110)}",
            row.section.title,
            fold(f"{row.code} {row.statement} {row.section.title}"),
        )
        for row in rows
    ]


def sections_of(edition: Edition) -> list[tuple[str, str]]:
    """Return the codes and titles of sections in their order."""
    return [(row.code, row.title) for row in edition.sections.order_by("position", "code")]


def originator_names() -> list[str]:
    """Return the names of known originators."""
    return sorted(Originator.objects.values_list("name", flat=True), key=reading_order)


def with_blank(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Add a blank choice, so that nothing is preselected."""
    return [("", _("Choose…")), *choices]

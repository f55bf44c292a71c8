"""Parts of a finding that depend on the finding alone. A process renders each once and keeps it.

The parts belong to the library, so nothing of a case is kept. A finding that changes is another value, with parts of
its own. Ids differ from page to page: a kept part has a stand-in for them, which no text of a finding can contain.
"""

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from coi.library.cited_findings import FindingCard, FootnoteCard
from coi.templatetags.library import item

register = template.Library()

PARTS_KEPT = 10_000  # some 1 kB each
# Private use characters, which coi.text.characters refuses in every text.
ID, NOTES_AT, ABOVE = "\ue000", "\ue001", "\ue002"


@register.simple_tag
def finding_head(
    card: FindingCard,
    id: str,
    state: str = "",
    number: str = "",
    reports: Mapping[str, str] | str = "",
    heading_level: int | str = "",
    in_library: bool = False,
    is_marked: bool = False,
) -> SafeString:
    """Return a word for a finding's state, its number, its report and its kind."""
    about: dict[str, Hashable] = {"state": state, "number": number, "heading_level": heading_level}
    about |= {"report": item(reports, card.edition), "in_library": bool(in_library)}
    part = _kept("coi/library/finding_head.html", card=card, id=ID, is_marked=bool(is_marked), **about)
    return _filled(part, {ID: id})


@register.simple_tag
def finding_queries(card: FindingCard) -> SafeString:
    """Return the curator's queries on a finding and its footnotes."""
    return mark_safe(_kept("coi/library/finding_queries.html", card=card))  # noqa: S308


@register.simple_tag
def finding_text(card: FindingCard, id: str, notes_at: str = "", is_marked: bool = False) -> SafeString:
    """Return what a finding says, with the marks of its notes, and what it rules out.

    ``id`` is the finding's id on the page. ``notes_at`` starts the ids of its notes, if that is not its own id.
    """
    part = _kept("coi/library/finding_text.html", card=card, id=ID, notes_at=NOTES_AT, is_marked=bool(is_marked))
    return _filled(part, {ID: id, NOTES_AT: notes_at or id})


@register.simple_tag
def finding_scope(card: FindingCard) -> SafeString:
    """Return where, when, who, what and against whom a finding is coded."""
    # two cards can be equal and have other codes, which only make links
    return mark_safe(_kept("coi/library/finding_scope.html", card=card, codes=card.actor_codes))  # noqa: S308


@register.simple_tag
def finding_notes(notes: Iterable[FootnoteCard], id: str, full_above: Mapping[int, str] | str = "") -> SafeString:
    """Return footnotes beside what they cover.

    ``full_above`` has, by number, the start of the id under which the page already has a note in full.
    """
    notes = tuple(notes)
    above = full_above if isinstance(full_above, Mapping) else {}
    starts = {note.number: f"{ABOVE}{n}{ABOVE}" for n, note in enumerate(notes) if note.number in above}
    part = _kept("coi/library/finding_notes.html", notes=notes, id=ID, full_above=tuple(starts.items()))
    return _filled(part, {ID: id} | {start: above[number] for number, start in starts.items()})


@register.simple_tag
def finding_foot(card: FindingCard, name: str = "", in_library: bool = False) -> SafeString:
    """Return what can be done with a finding: copy it with its citation, and open it in the library."""
    name = str(name or card.code)
    return mark_safe(_kept("coi/library/finding_foot.html", card=card, name=name, in_library=bool(in_library)))  # noqa: S308


def _kept(template_name: str, /, **about: Hashable) -> str:
    return _rendered(template_name, get_language(), tuple(about.items()))


@lru_cache(maxsize=PARTS_KEPT)
def _rendered(template_name: str, language: str | None, about: tuple[tuple[str, Hashable], ...]) -> str:
    context = dict(about)
    if "full_above" in context:
        context["full_above"] = dict(context["full_above"])  # type: ignore[call-overload]
    return render_to_string(template_name, context)


def _filled(part: str, stand_ins: Mapping[str, str]) -> SafeString:
    for stand_in, value in stand_ins.items():
        part = part.replace(stand_in, escape(value))
    return mark_safe(part)  # noqa: S308 (the part is rendered with escaping, and so is what replaces the stand-ins)

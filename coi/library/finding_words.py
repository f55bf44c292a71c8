"""Findings in words: their denial, extent, sides and period."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from coi.library.cited_findings import DenialCard, FindingCard
from coi.text.dates import dates_in_words, day_words


def denial_words(denial: DenialCard) -> str:
    """Return what a finding rules out, in one line. Semicolons separate its parts, because names have commas.

    ``armed attack (kind not named) or abduction; in Sikasso except Yorosso; by JNIM; 1 January 2019 to 17 April 2021``
    """
    where = _("in %(places)s") % {"places": _either(denial.places)}
    if denial.places_excepted:
        where = _("%(where)s except %(places)s") % {"where": where, "places": _either(denial.places_excepted)}
    parts = [_either(denial.events), where]
    if denial.actors:
        together = getattr(denial, "together", False) and len(denial.actors) > 1
        who = _("between %(actors)s") if together else _("by %(actors)s")
        said = who % {"actors": _all(denial.actors) if together else _either(denial.actors)}
        if denial.as_named:
            said = _("%(who)s, only of those named in the same words") % {"who": said}
        parts.append(said)
    if denial.targets:
        parts.append(_("against %(targets)s") % {"targets": _either(denial.targets)})
    parts.append(_("%(start)s to %(end)s") % {"start": day_words(denial.first), "end": day_words(denial.last)})
    if denial.inferred_from:
        parts.append(_("inferred from “%(word)s”") % {"word": denial.inferred_from})
    return "; ".join(part for part in parts if part)


def extent_words(card: FindingCard) -> str:
    """Say that the statement applies throughout its places; empty if it only applies somewhere in them."""
    if not card.is_throughout:
        return ""
    return _("Throughout %(places)s") % {"places": _all(card.places)}


def sides_words(card: FindingCard) -> str:
    """Return who fought whom; empty if the finding states no sides."""
    if not card.other_side:
        return ""
    first = [name for name in card.actors if name not in card.other_side]
    return _("%(one)s against %(other)s") % {"one": _all(first), "other": _all(card.other_side)}


def together_words(card: FindingCard) -> str:
    """Say that the statement is about all its actors together, such as two groups fighting each other; else empty."""
    if sides := sides_words(card):
        return _("The sides in the fight: %(sides)s") % {"sides": sides}
    if not card.together or len(card.actors) < 2:
        return ""
    return _("About these together, not each alone: %(actors)s") % {"actors": _all(card.actors)}


def finding_period_words(card: FindingCard) -> str:
    """Return the finding's period, that of its denial, or how far back an undated one's section goes.

    A finding that only denies is not undated, because its dates are in its denial.
    """
    if card.is_dated:
        return dates_in_words(card.period)
    if card.denies and card.kind in ("denial", "no-evidence"):
        days = {"start": day_words(card.denies.first), "end": day_words(card.denies.last)}
        if card.kind == "no-evidence":
            return _("knows of no evidence for %(start)s to %(end)s") % days
        return _("denied for %(start)s to %(end)s") % days
    if card.reaches_by_sources:
        return _("undated; the first of its sources was published on or after %(day)s") % {
            "day": day_words(card.reaches_back_to)
        }
    return _("undated; its section covers the time from %(day)s") % {"day": day_words(card.reaches_back_to)}


def brief_period_words(card: FindingCard) -> str:
    """Return the same in fewer words; for an undated finding, when its period may start: a whole year as the year."""
    if card.is_dated or (card.denies and card.kind in ("denial", "no-evidence")):
        return finding_period_words(card)
    since = card.reaches_back_to
    starts_a_year = (since.month, since.day) == (1, 1)
    return _("undated, from %(day)s") % {"day": since.year if starts_a_year else day_words(since)}


def _either(names: Iterable[str]) -> str:
    return _joined(names, _("or"))


def _all(names: Iterable[str]) -> str:
    return _joined(names, _("and"))


def _joined(names: Iterable[str], word: str) -> str:
    *first, last = sorted(names, key=lambda name: "," in name) or ("",)  # names with a comma come last
    comma = ";" if any("," in name for name in first) else ","
    return f"{f'{comma} '.join(first)} {word} {last}" if first else last

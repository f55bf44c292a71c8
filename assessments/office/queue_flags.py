"""What a reviewer should check first in a waiting memo, in words. A flag says nothing about the case or its author."""

from collections.abc import Iterator
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.assessing import coi_age, open_points
from assessments.models import MemoVersion, Reliance
from assessments.models.codes import WAITING
from coi.library import lookup
from coi.text.dates import day_words

if TYPE_CHECKING:
    from assessments.office.case_rows import ListedCase

OPPOSING = ("contradicts", "no_evidence")


def waiting_versions() -> "Prefetch[str]":
    """Prefetch the version under review of each case, with everything that its flags need."""
    current = lookup.current_editions().values_list("code", flat=True)
    is_current: Q = reduce(or_, (Q(finding__startswith=f"{code}/") for code in current), Q(pk__in=[]))
    earlier = Reliance.objects.filter(version=OuterRef("pk")).exclude(is_current)
    told = Reliance.objects.filter(fact_ident__gt="").filter(
        Q(relation__in=OPPOSING) | Q(relation="supports", omitted=True)
    )
    versions = (
        MemoVersion.objects.filter(state__in=WAITING)
        .only("case_id", "number", "coi_cut_off", "open_points")
        .annotate(cites_earlier=Exists(earlier))
        .prefetch_related(Prefetch("reliances", told, to_attr="flagged"))
    )
    return Prefetch("versions", versions, to_attr="waiting_versions")


def flags(case: "ListedCase", age_limit: int, today: date) -> tuple[str, ...]:
    """Return the flags of a case in the queue. ``age_limit`` is the office's, in months."""
    waiting: list[MemoVersion] = case.waiting_versions  # type: ignore[attr-defined]  # by the prefetch
    return tuple(words for version in waiting for words in _flags(case, version, age_limit, today))


def _flags(case: "ListedCase", version: MemoVersion, age_limit: int, today: date) -> Iterator[str]:
    told: list[Reliance] = version.flagged  # type: ignore[attr-defined]  # by the prefetch
    if version.number > 1:
        yield _("Submitted again: version %(number)d.") % {"number": version.number}
    if version.cites_earlier:  # type: ignore[attr-defined]
        yield _("A newer edition was published after the submission.")
    if opposed := sorted({r.fact_ident for r in told if r.relation in OPPOSING and not r.omitted}):
        yield _("COI opposes %(facts)s.") % {"facts": ", ".join(opposed)}
    if n := len({r.finding for r in told if r.omitted}):
        yield ngettext("%(n)d finding is not relied on.", "%(n)d findings are not relied on.", n) % {"n": n}
    if changed := [f.ident for f in case.facts.all() if f.changed_after_matches_at]:
        yield ngettext(
            "%(facts)s was changed after its matches were shown.",
            "%(facts)s were changed after their matches were shown.",
            len(changed),
        ) % {"facts": ", ".join(changed)}
    if version.coi_cut_off and not coi_age.is_recent(version.coi_cut_off, today, age_limit):
        yield _("COI up to %(day)s, older than %(limit)d months.") % {
            "day": day_words(version.coi_cut_off),
            "limit": age_limit,
        }
    if version.open_points is None:
        yield _("Open points: see the review.")
    else:
        yield from (point.words for point in open_points.read(version.open_points))

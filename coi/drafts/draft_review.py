"""The review of a draft before it is published, and who may publish it. Reads only."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from coi.editions import checks, edition_listeners, redline_figures
from coi.editions.redline import Redline, redline
from coi.editions.refusals import EditionProblem
from coi.files import fixture
from coi.library import lookup
from coi.models import (
    DraftEditor,
    DraftWork,
    Edition,
    Finding,
)

FEWEST_COUNTED = 5


def drafts() -> QuerySet[Edition]:
    """Unpublished editions, the latest cut-off date first."""
    unpublished = Edition.objects.filter(publication=None)
    return unpublished.select_related("report", "draft_work__begun_by").order_by("-cut_off", "code")


@dataclass(frozen=True)
class Reliance:
    """How many cases rely on a finding or print a figure, in the edition to be replaced or in an earlier one that has
    it too.
    """

    code: str
    approved: int
    draft: int


@dataclass(frozen=True)
class Review:
    """Everything to read before a draft is published. ``digest`` identifies all of it."""

    edition: Edition
    replaces: Edition | None
    redline: Redline | None
    problems: tuple[EditionProblem, ...]
    relying: Mapping[str, Reliance]
    reasons: Mapping[str, str]
    digest: str

    @property
    def without_reason(self) -> tuple[str, ...]:
        """Codes of the retired findings that have no reason yet."""
        _changed, retired = changed_and_retired(self.redline)
        return tuple(code for code in retired if not self.reasons.get(code))


def replaced_by(edition: Edition) -> Edition | None:
    """The current edition that the draft would replace."""
    return lookup.current_editions().filter(report=edition.report_id).exclude(pk=edition.pk).first()


def retired_codes(edition: Edition) -> set[str]:
    """Codes of the findings that the draft would retire."""
    replaces = replaced_by(edition)
    before, after = (set(one.findings.values_list("code", flat=True)) if one else set() for one in (replaces, edition))
    return before - after


def review(edition: Edition) -> Review:
    """Compare the draft with the edition that it would replace."""
    replaces = replaced_by(edition)
    difference = redline(replaces, edition) if replaces else None
    work = DraftWork.objects.filter(edition=edition).first()
    reasons = work.retire_reasons if work else {}
    return Review(
        edition=edition,
        replaces=replaces,
        redline=difference,
        problems=tuple(checks.check_edition(edition)),
        relying=_relying(edition, difference),
        reasons=reasons,
        digest=digest(fixture.entries(edition), replaces.code if replaces else "", reasons),
    )


def memos_concerned(read: Review) -> int:
    """Count the approved memos with a fact that something new in the draft supports or opposes, but that do not rely
    on it.

    Returns 0 for fewer than ``FEWEST_COUNTED``, because a draft can be written to find out about a single case.
    """
    found = edition_listeners.count_of_memos_concerned(new_keys(read.edition, read.redline))
    return found if found >= FEWEST_COUNTED else 0


def begun_by(edition: Edition) -> User | None:
    """Return the person who started the draft; None if it was not started on these pages."""
    work = DraftWork.objects.filter(edition=edition).select_related("begun_by").first()
    return work.begun_by if work else None


def written_by(edition: Edition) -> list[User]:
    """Return the people who edited the draft on these pages, sorted by name."""
    editors = DraftEditor.objects.filter(edition=edition).values("editor")
    return list(User.objects.filter(pk__in=editors).order_by("username"))


def needs_another(edition: Edition, user: User) -> bool:
    """Return whether someone else must publish it, because this user started or edited the draft."""
    return settings.COI_SECOND_PERSON and (begun_by(edition) == user or user in written_by(edition))


def digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def figure_codes(difference: Redline | None) -> tuple[str, ...]:
    """Codes of the figures' numbers, place by place, that were changed or removed."""
    return tuple(series.code for series in difference.figures if series.is_touched) if difference else ()


def changed_and_retired(difference: Redline | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of the changed findings, and of the retired ones."""
    if difference is None:
        return (), ()
    return tuple(c.code for c in difference.changed), tuple(c.code for c in difference.retired)


def new_keys(edition: Edition, difference: Redline | None) -> list[str]:
    """Keys of findings that are new to matching: those added or changed, or all of a first edition."""
    if difference is None:
        codes = list(edition.findings.values_list("code", flat=True))
    else:
        codes = [card.code for card in difference.added] + [c.code for c in difference.changed]
    return [f"{edition.code}/{code}" for code in codes]


def keys_of_earlier(edition: Edition, codes: Collection[str]) -> dict[str, list[str]]:
    """Keys of these findings in all published editions of the report, because a memo may rely on an older one."""
    rows = Finding.objects.filter(edition__report=edition.report_id, edition__publication__isnull=False, code__in=codes)
    found: dict[str, list[str]] = {code: [] for code in codes}
    for published, code in rows.exclude(edition=edition).values_list("edition__code", "code").order_by("edition__code"):
        found[code].append(f"{published}/{code}")
    return found


def _relying(edition: Edition, difference: Redline | None) -> dict[str, Reliance]:
    changed, retired = changed_and_retired(difference)
    keys = keys_of_earlier(edition, [*changed, *retired])
    keys |= redline_figures.keys_of_earlier(edition, figure_codes(difference))
    counts = edition_listeners.counts_relying_on([key for found in keys.values() for key in found])
    return {
        code: Reliance(code, sum(counts[k].approved for k in found), sum(counts[k].draft for k in found))
        for code, found in keys.items()
    }

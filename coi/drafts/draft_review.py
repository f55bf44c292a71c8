"""What has to be read before a draft is published, and who may publish it. Nothing is written here."""

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
    """Editions that are not published, the newest information first."""
    unpublished = Edition.objects.filter(publication=None)
    return unpublished.select_related("report", "draft_work__begun_by").order_by("-cut_off", "code")


@dataclass(frozen=True)
class Reliance:
    """How many cases rest on a finding or print a figure, in the edition to be replaced or in an earlier one where it stood too."""

    code: str
    approved: int
    draft: int


@dataclass(frozen=True)
class Review:
    """What has to be read before a draft is published. ``digest`` stands for all of it."""

    edition: Edition
    replaces: Edition | None
    redline: Redline | None
    problems: tuple[EditionProblem, ...]
    relying: Mapping[str, Reliance]
    reasons: Mapping[str, str]
    digest: str

    @property
    def without_reason(self) -> tuple[str, ...]:
        """Codes of the retired findings for which no reason is written yet."""
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
    """The draft against the edition that it would replace."""
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
    """On the facts of how many approved memos what is new in the draft would bear although they do not rest on it.

    0 stands for none or fewer than ``FEWEST_COUNTED``: a draft can be written so as to ask about a single case.
    """
    found = edition_listeners.count_of_memos_concerned(new_keys(read.edition, read.redline))
    return found if found >= FEWEST_COUNTED else 0


def begun_by(edition: Edition) -> User | None:
    """Whose draft it is; None where it was not begun on these pages."""
    work = DraftWork.objects.filter(edition=edition).select_related("begun_by").first()
    return work.begun_by if work else None


def written_by(edition: Edition) -> list[User]:
    """Whose draft it is as well: those who wrote in it on these pages, by name."""
    editors = DraftEditor.objects.filter(edition=edition).values("editor")
    return list(User.objects.filter(pk__in=editors).order_by("username"))


def needs_another(edition: Edition, user: User) -> bool:
    """Whether somebody else has to publish it: whoever began the draft or wrote in it does not."""
    return settings.COI_SECOND_PERSON and (begun_by(edition) == user or user in written_by(edition))


def digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def figure_codes(difference: Redline | None) -> tuple[str, ...]:
    """Codes of the figures' numbers, place by place, that were changed or taken out."""
    return tuple(series.code for series in difference.figures if series.is_touched) if difference else ()


def changed_and_retired(difference: Redline | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of what was changed, and of what is retired."""
    if difference is None:
        return (), ()
    return tuple(c.code for c in difference.changed), tuple(c.code for c in difference.retired)


def new_keys(edition: Edition, difference: Redline | None) -> list[str]:
    """Findings that nobody could have matched before: those added or changed, or all of a first edition."""
    if difference is None:
        codes = list(edition.findings.values_list("code", flat=True))
    else:
        codes = [card.code for card in difference.added] + [c.code for c in difference.changed]
    return [f"{edition.code}/{code}" for code in codes]


def keys_of_earlier(edition: Edition, codes: Collection[str]) -> dict[str, list[str]]:
    """The findings in all published editions of the report: a memo may still rest on one before the last."""
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

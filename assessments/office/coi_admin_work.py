"""What waits for COI admins. They see no case, so everything about cases is a count."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from accounts.models import OLDEST_COI, User
from assessments.models import Case, MemoVersion, Recall, Reliance
from assessments.models.codes import State
from assessments.review import recall_checks
from coi.drafts import coi_admin_access, draft_review, publishing
from coi.editions import citation_checks
from coi.editions.edition_listeners import Comparing
from coi.gazetteer import area_names
from coi.library import lookup
from coi.models import Edition, ProposedChange, ProposedSource
from coi.proposals import deciding
from matching.periods import months_between

FEWEST_COUNTED = draft_review.FEWEST_COUNTED
_DECIDED = (State.APPROVED, State.RECALLED, State.SUPERSEDED, State.CLOSED)


@dataclass(frozen=True)
class DraftAtWork:
    """A draft, and who can take its next step: publish it once its author asked for that, or finish it before."""

    edition: Edition
    is_asked: bool
    people: tuple[User, ...]
    is_for_you: bool


@dataclass(frozen=True)
class EditionUse:
    """How cases use a published edition, and what about it needs attention. It never says which cases."""

    edition: Edition
    approved: int
    under_way: int
    recalled: int  # memos recalled over it, on which no supervisor has decided yet
    age_months: int
    links_to_mend: int
    comparing: Comparing | None = None  # how far the comparison of memos with this edition is, until it is done

    @property
    def is_old(self) -> bool:
        """Whether it is current and older than any office lets future risk rest on."""
        return self.edition.publication.retired_at is None and self.age_months > OLDEST_COI


@dataclass(frozen=True)
class CountryWithoutReport:
    """A country with open cases on which no report is published."""

    name: str
    cases: int

    @property
    def is_counted(self) -> bool:
        """Whether there are so many cases that their number says nothing about one applicant."""
        return self.cases >= FEWEST_COUNTED


@dataclass(frozen=True)
class Proposals:
    """The sources that officers proposed and nobody has answered."""

    count: int
    oldest: date | None


@dataclass(frozen=True)
class CoiAdminWork:
    """Everything on a COI admin's start page."""

    drafts: tuple[DraftAtWork, ...]
    proposals: Proposals
    changes: tuple[ProposedChange, ...]  # of words, that wait for a decision
    countries: tuple[CountryWithoutReport, ...]
    editions: tuple[EditionUse, ...]


def work_of(user: User, today: date) -> CoiAdminWork:
    """Return what waits for COI admins, as this one sees it."""
    return CoiAdminWork(
        _drafts(user), _proposals(), tuple(deciding.waiting()), _countries_without_report(), _use_of_editions(today)
    )


def _drafts(user: User) -> tuple[DraftAtWork, ...]:
    """Return the drafts: first those that this user is asked to publish, the longest waiting of them first."""
    admins = list(coi_admin_access.active_coi_admins().order_by("username"))
    yours = publishing.waiting_for(user)
    others = [draft for draft in draft_review.drafts() if draft not in yours]
    return tuple(_draft(draft, admins, is_for_you=draft in yours) for draft in [*yours, *others])


def _draft(edition: Edition, admins: Iterable[User], *, is_for_you: bool) -> DraftAtWork:
    work = getattr(edition, "draft_work", None)
    if work is not None and work.asked_at:
        return DraftAtWork(edition, True, tuple(publishing.may_publish(edition, admins)), is_for_you)
    authors = {user.pk: user for user in (draft_review.begun_by(edition), *draft_review.written_by(edition)) if user}
    return DraftAtWork(edition, False, tuple(authors.values()), is_for_you)


def _proposals() -> Proposals:
    waiting = ProposedSource.objects.filter(status=ProposedSource.Status.WAITING)
    counted = waiting.aggregate(count=Count("pk"), oldest=Min("proposed_at"))
    return Proposals(counted["count"], counted["oldest"])


def _countries_without_report() -> tuple[CountryWithoutReport, ...]:
    held = {edition.report.country for edition in lookup.all_current_editions()}
    cases = _open_cases().exclude(country__in=held).order_by().values("country").annotate(n=Count("pk"))
    names = area_names()
    rows = [CountryWithoutReport(names.get(row["country"], row["country"]), row["n"]) for row in cases]
    return tuple(sorted(rows, key=lambda row: row.name))


def _open_cases() -> QuerySet[Case]:
    return Case.objects.exclude(state__in=_DECIDED)


def _use_of_editions(today: date) -> tuple[EditionUse, ...]:
    """Return the use of every published edition, newest information first."""
    editions = list(Edition.objects.filter(publication__isnull=False).select_related("report", "publication"))
    approved = _relying(editions, MemoVersion.objects.filter(state=State.APPROVED), "version")
    under_way = _relying(editions, _open_cases(), "case", version=None)
    recalled = _recalled_over()
    recall_checks.go_on()
    comparing = recall_checks.all_progress()
    checks = citation_checks.of_editions(
        [edition for edition in editions if edition.publication.retired_at is None],
        months=citation_checks.LIMIT,
        today=today,
    )
    to_mend = {check.edition.pk: len({*check.dead, *(item for item, _why in check.malformed)}) for check in checks}
    return tuple(
        EditionUse(
            edition,
            approved.get(edition.pk, 0),
            under_way.get(edition.pk, 0),
            recalled[edition.code],
            months_between(edition.cut_off, today),
            to_mend.get(edition.pk, 0),
            comparing.get(edition.code),
        )
        for edition in editions
    )


def _relying(editions: Iterable[Edition], rows: QuerySet[Any], link: str, **kind: Any) -> dict[int, int]:
    """Count the rows that rely on a finding of each edition, in one query."""
    relied = Reliance.objects.filter(omitted=False, **{link: OuterRef("pk")}, **kind)
    tests = {f"e{e.pk}": Exists(relied.filter(finding__startswith=f"{e.code}/")) for e in editions}
    sums = {f"n_{name}": Count("pk", filter=Q(**{name: True})) for name in tests}
    counted = rows.order_by().annotate(**tests).aggregate(**sums)
    return {int(name.removeprefix("n_e")): count for name, count in counted.items()}


def _recalled_over() -> Counter[str]:
    """Count by edition the memos recalled over one of its findings that wait for a decision."""
    waiting = Recall.objects.filter(disposition="").order_by().values_list("version", "finding")
    return Counter(code for _version, code in {(version, key.partition("/")[0]) for version, key in waiting})

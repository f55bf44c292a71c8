"""Figures on an office's reviews: how long they take and what they find. They never count outcomes or persons."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Office
from assessments.models import MemoVersion, Recall, Reliance, SectionReview
from assessments.models.codes import Grade, State
from assessments.office import filters
from assessments.office.retention import months_before
from audit.spreadsheets import lines
from coi.models import Finding
from coi.text.dates import day_words
from matching.periods import months_between

MOST_OMITTED = 20
SECTIONS = {  # by anchor, in the order of the memo
    "applicant": gettext_lazy("Applicant and places"),
    "fact": gettext_lazy("Material facts"),
    "profile": gettext_lazy("Profile"),
    "regions": gettext_lazy("Regions"),
    "pairs": gettext_lazy("Home and proposed relocation"),
    "gaps": gettext_lazy("Open points"),
    "method": gettext_lazy("Method and limits"),
    "sources": gettext_lazy("Sources and curator’s queries"),
}


@dataclass(frozen=True)
class Period:
    """The days from ``first`` to ``last``, both included. ``typed`` is the text of the two fields."""

    first: date
    last: date
    typed: tuple[str, str]
    problems: tuple[dict[str, str], ...] = ()

    @property
    def between(self) -> tuple[datetime, datetime]:
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def period(asked: Mapping[str, str], today: date) -> Period:
    """Read the period from the address; by default the last twelve months."""
    usual = months_before(today, 12) + timedelta(days=1), today
    typed = filters.searchable(asked.get("from", "")), filters.searchable(asked.get("to", ""))
    names = (("#id_from", _("From")), ("#id_to", _("To")))
    problems = [
        {"href": href, "message": why}
        for text, (href, name) in zip(typed, names, strict=True)
        if text and (why := filters.day_problem(name, text))
    ]
    first, last = (filters.day(text) or default for text, default in zip(typed, usual, strict=True))
    if first > last:
        problems.append({"href": "#id_to", "message": _("“To” is before “From”. Choose a later day.")})
    if problems:
        first, last = usual
    shown = [text or day_words(day) for text, day in zip(typed, (first, last), strict=True)]
    return Period(first, last, (shown[0], shown[1]), tuple(problems))


# --- the figures ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Times:
    """Durations in days: their number, median and longest."""

    n: int
    middle: float = 0.0
    longest: float = 0.0

    @classmethod
    def of(cls, spans: Iterable[timedelta]) -> "Times":
        days = [max(span, timedelta()).total_seconds() / 86_400 for span in spans]
        return cls(len(days), median(days), max(days)) if days else cls(0)

    @property
    def middle_words(self) -> str:
        return _span_words(self.middle)

    @property
    def longest_words(self) -> str:
        return _span_words(self.longest)


def _span_words(days: float) -> str:
    if days < 1:
        hours = round(days * 24)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else _("under an hour")
    whole = round(days)
    return ngettext("%(n)s day", "%(n)s days", whole) % {"n": whole}


@dataclass(frozen=True)
class Graded:
    """The grades of a section of the memo. ``counts`` follows the order of ``Grade``."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Omitted:
    """A supporting or opposing finding that memos did not rely on: in ``memos`` of ``of`` cases."""

    key: str
    memos: int
    of: int
    statement: str = ""  # empty if the library no longer has it

    @property
    def edition(self) -> str:
        return self.key.partition("/")[0]

    @property
    def code(self) -> str:
        return self.key.partition("/")[2]


@dataclass(frozen=True)
class Quality:
    """All figures of an office for a period. Recalls are those open today."""

    submitted: int
    approved: int
    returned: int
    review: Times
    grades: tuple[Graded, ...]
    omitted: tuple[Omitted, ...]
    on_old_coi: int
    with_coi: int
    recalls: Times

    @property
    def is_empty(self) -> bool:
        return not (self.submitted or self.approved or self.returned or self.recalls.n)


def figures(office: Office, of: Period) -> Quality:
    """Work out the figures in a fixed number of queries."""
    first, end = of.between
    versions = MemoVersion.objects.filter(case__office=office).order_by()
    submitted = versions.filter(submitted_at__gte=first, submitted_at__lt=end)
    decided = versions.filter(decided_at__gte=first, decided_at__lt=end)
    spans, approved, returned = [], 0, 0
    for since, until, was_approved, state in decided.values_list(
        "submitted_at", "decided_at", "pdf_sha256", "state"
    ).iterator():
        approved += bool(was_approved)
        returned += state == State.RETURNED
        if until is not None:  # always so: the query selects by it
            spans.append(until - since)
    ages = list(submitted.values_list("submitted_at", "coi_cut_off"))
    dated = [(timezone.localtime(at).date(), cut_off) for at, cut_off in ages if cut_off]
    now = timezone.now()
    recalled = Recall.objects.filter(version__case__office=office, disposition="").values_list("recalled_at", flat=True)
    return Quality(
        submitted=len(ages),
        approved=approved,
        returned=returned,
        review=Times.of(spans),
        grades=_grades(decided),
        omitted=_omitted(submitted),
        on_old_coi=sum(_is_old(cut_off, on, office.coi_age_limit) for on, cut_off in dated),
        with_coi=len(dated),
        recalls=Times.of(now - at for at in recalled.order_by()),
    )


def _is_old(cut_off: date, on: date, months: int) -> bool:
    """Whether the information is older than the limit. On the day of the limit itself it is not."""
    return cut_off < on and months_between(cut_off, on - timedelta(days=1)) >= months


def _grades(decided: Any) -> tuple[Graded, ...]:
    rows = SectionReview.objects.filter(version__in=decided).exclude(grade="").order_by()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for section, grade, n in rows.values_list("section", "grade").annotate(n=Count("pk")):
        counts[_kind_of_section(section)][grade] += n
    known = [*SECTIONS, *sorted(set(counts) - set(SECTIONS))]
    return tuple(
        Graded(str(SECTIONS.get(name, name)), tuple(counts[name][grade] for grade in Grade.values))
        for name in known
        if name in counts
    )


def _kind_of_section(anchor: str) -> str:
    """Return the kind of a section. All facts count as one: ``fact-F2`` and ``facts`` become ``fact``."""
    head = anchor.partition("-")[0]
    return "fact" if head in ("fact", "facts") else anchor


def _omitted(submitted: Any) -> tuple[Omitted, ...]:
    """Return the supporting and opposing findings that were most often not relied on."""
    rows = (
        Reliance.objects.filter(version__in=submitted, relation__in=["supports", "contradicts", "no_evidence"])
        .order_by()
        .values_list("finding")
        .annotate(memos=Count("case", distinct=True, filter=Q(omitted=True)), of=Count("case", distinct=True))
        .filter(memos__gt=0)
        .order_by("-memos", "finding")[:MOST_OMITTED]
    )
    found = [Omitted(key, memos, of) for key, memos, of in rows]
    stored = Finding.objects.filter(edition__code__in={o.edition for o in found}, code__in={o.code for o in found})
    texts = {
        f"{edition}/{code}": text for edition, code, text in stored.values_list("edition__code", "code", "statement")
    }
    return tuple(Omitted(o.key, o.memos, o.of, texts.get(o.key, "")) for o in found)


# --- as a file --------------------------------------------------------------------------------


def as_csv(office: Office, of: Period, quality: Quality) -> str:
    """Return the figures as CSV, one in each row. No cell is a formula."""
    rows: list[list[Any]] = [
        [_("figure"), _("of"), _("value"), _("unit")],
        [_("office"), "", str(office), ""],
        [_("from"), "", of.first.isoformat(), _("day")],
        [_("to"), "", of.last.isoformat(), _("day")],
        [_("submitted"), "", quality.submitted, _("memos")],
        [_("approved"), "", quality.approved, _("memos")],
        [_("returned with comments"), "", quality.returned, _("memos")],
        [_("from submission to decision, median"), "", round(quality.review.middle, 2), _("days")],
        [_("from submission to decision, longest"), "", round(quality.review.longest, 2), _("days")],
        [_("relying on COI older than the limit"), "", quality.on_old_coi, _("memos")],
        [_("open recalls today"), "", quality.recalls.n, _("recalls")],
        [_("age of open recalls, median"), "", round(quality.recalls.middle, 2), _("days")],
        [_("age of open recalls, longest"), "", round(quality.recalls.longest, 2), _("days")],
        *[
            [_("grade: %(grade)s") % {"grade": grade.label}, graded.name, n, _("sections")]
            for graded in quality.grades
            for grade, n in zip(Grade, graded.counts, strict=True)
        ],
        *[[_("finding not relied on"), o.key, o.memos, _("cases")] for o in quality.omitted],
        *[[_("finding that supports or opposes a fact"), o.key, o.of, _("cases")] for o in quality.omitted],
    ]
    return "".join(lines(rows))

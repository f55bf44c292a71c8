"""The cases that rely on a finding, and the recalls of a memo as its page shows them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from accounts.models import Office
from assessments.assessing.coi_age import pair_of
from assessments.memo import reliance, snapshot, stored_versions
from assessments.memo.reliance import where
from assessments.models import MemoVersion, Recall, Reliance
from assessments.models.codes import EDITABLE, WAITING, State
from coi.editions import redline_details, redline_figures
from coi.editions.edition_listeners import RelyingOn
from coi.editions.redline import Change, changes, changes_meant
from coi.editions.redline_figures import SeriesChanged
from coi.library import lookup
from coi.library.cited_findings import FindingCard
from coi.models import Finding
from coi.text.word_differences import Piece, pieces

_APPROVED = Q(version__state__in=(State.APPROVED, State.RECALLED))
# Cases without an approved memo: what their present draft relies on, or their submitted version.
_DRAFT = Q(version__isnull=True, case__state__in=EDITABLE) | Q(version__state__in=WAITING)


def relying_on(findings: Collection[str]) -> dict[str, RelyingOn]:
    """Return for each finding how many cases rely on it. Findings not relied on do not count."""
    rows = (
        Reliance.objects.filter(finding__in=findings, omitted=False)
        .values("finding")
        .annotate(
            approved=Count("case", distinct=True, filter=_APPROVED), draft=Count("case", distinct=True, filter=_DRAFT)
        )
        .order_by("finding")
    )
    return {row["finding"]: RelyingOn(row["approved"], row["draft"]) for row in rows}


def memos_relying_on(findings: Collection[str], office: Office) -> QuerySet[MemoVersion]:
    """Return the approved memos of an office that rely on any of the findings."""
    return _approved(findings).filter(case__office=office)


def _approved(findings: Collection[str]) -> QuerySet[MemoVersion]:
    relying = Reliance.objects.filter(_APPROVED, finding__in=findings, omitted=False)
    versions = MemoVersion.objects.filter(pk__in=relying.values("version"))
    return versions.select_related("case").defer("content", "pdf").order_by("pk")


@dataclass(frozen=True)
class RecallRead:
    """A recall of a memo, with the finding as in the memo and as in the library now."""

    row: Recall
    then: FindingCard | None
    now: FindingCard | None
    where: tuple[str, ...] = ()  # the parts of the memo that use it, in words
    figure: SeriesChanged | None = None  # the numbers then and now, for a recall over a figure
    was_meant: Mapping[str, str] = field(default_factory=dict)  # coi.editions.redline_details.meant of the two editions
    is_meant: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The differences word by word, starting with the statement if it differs."""
        if not (self.then and self.now):
            return ()
        printed = changes(self.then, self.now)
        # read from the library: older memos did not store it, and an edition never changes
        return changes_meant(printed, self.was_meant, self.is_meant) if self.was_meant and self.is_meant else printed

    @property
    def statement(self) -> tuple[Piece, ...]:
        """Both statements as one list of pieces, marking the words that only one of them has."""
        return pieces(self.then.statement, self.now.statement) if self.then and self.now else ()

    @property
    def beside(self) -> tuple[Change, ...]:
        """The differences apart from the statement."""
        return self.changes if self.is_same else self.changes[1:]

    @property
    def is_same(self) -> bool:
        """Whether the statement has the same wording, so that only its details changed."""
        return self.then is not None and self.now is not None and self.then.statement == self.now.statement


def recalls_of(version: MemoVersion) -> list[RecallRead]:
    """Return the recalls of a version, newest first."""
    rows = list(version.recalls.select_related("recalled_by", "disposed_by").order_by("-pk"))
    keys = {row.finding for row in rows if row.finding}
    figures = _figures_in(version, {key for key in keys if redline_figures.is_series(key)})
    keys -= set(figures)
    then = _cards_in(version) if keys else {}
    today = lookup.key_today(keys)
    now = lookup.cards_by_key(today.values()) if keys else {}
    meant = _meant([*keys, *today.values()]) if keys else {}
    relied: dict[str, list[tuple[str, str]]] = {}
    reliances = version.reliances.filter(finding__in=[*keys, *figures], omitted=False)
    for key, fact, relation in reliances.values_list("finding", "fact_ident", "relation"):
        relied.setdefault(key, []).append((fact, relation))
    return [
        RecallRead(
            row,
            then.get(row.finding),
            now.get(today.get(row.finding, "")),
            where(relied.get(row.finding, ())),
            figures.get(row.finding),
            meant.get(row.finding, {}),
            meant.get(today.get(row.finding, ""), {}),
        )
        for row in rows
    ]


def _figures_in(version: MemoVersion, keys: Collection[str]) -> dict[str, SeriesChanged]:
    """Return the figures as the memo prints them, with those of the current editions."""
    if not keys:
        return {}
    try:
        answer, _assessment, _heading = stored_versions.thawed(version)
        sheets = answer.sheets
    except snapshot.BadSnapshot:  # the version's page reports this
        sheets = ()
    then = reliance.figures_of(sheets)
    now = redline_figures.today(keys)
    return {key: SeriesChanged(key.partition("/")[2], then.get(key), now.get(key)) for key in keys}


def _meant(keys: Iterable[str]) -> dict[str, dict[str, str]]:
    pairs = [key.split("/", 1) for key in keys]
    rows = Finding.objects.filter(edition__code__in={p[0] for p in pairs}, code__in={p[1] for p in pairs})
    return redline_details.meant(rows)


def _cards_in(version: MemoVersion) -> dict[str, FindingCard]:
    try:
        answer, assessment, _heading = stored_versions.thawed(version)
    except snapshot.BadSnapshot:  # the version's page reports this
        return {}
    pair = pair_of(answer, assessment)
    cards = [m.card for f in answer.facts for m in f.matches] + [p.card for p in answer.profile]
    cards += pair.findings if pair else ()
    return {card.key: card for card in cards}

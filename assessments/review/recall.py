"""Which cases rest on a finding, and what happens to their memos when it changes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from accounts.models import Office
from assessments import actions
from assessments.assessing.coi_age import pair_of
from assessments.memo import reliance, snapshot
from assessments.memo.reliance import where
from assessments.models import Case, MemoVersion, Recall, Reliance
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
# Without an approved memo: what an open case rests on as it stands, or what was submitted of it.
_DRAFT = Q(version__isnull=True, case__state__in=EDITABLE) | Q(version__state__in=WAITING)


def relying_on(findings: Collection[str]) -> dict[str, RelyingOn]:
    """For each finding, how many cases rest on it. What was left out with a reason does not."""
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
    """The approved memos of an office that rest on any of the findings, for its supervisors."""
    return _approved(findings).filter(case__office=office)


def findings_changed(findings: Collection[str], reason: str) -> int:
    """Recall every approved memo that rests on one of the findings: the library calls this through its hook."""
    recalled = 0
    # all of them before the first recall is recorded: whoever holds one of them waits for the record's head next
    touched = _approved(findings).order_by().values("case_id")
    list(Case.objects.select_for_update().filter(pk__in=touched).order_by("pk").values_list("pk"))
    for version in _approved(findings).filter(case__state__in=(State.APPROVED, State.RECALLED)):
        relied = version.reliances.filter(finding__in=findings, omitted=False).order_by("finding")
        for finding in dict.fromkeys(relied.values_list("finding", flat=True)):
            actions.recall(version, finding, reason)
        recalled += 1
    return recalled


def _approved(findings: Collection[str]) -> QuerySet[MemoVersion]:
    relying = Reliance.objects.filter(_APPROVED, finding__in=findings, omitted=False)
    versions = MemoVersion.objects.filter(pk__in=relying.values("version"))
    return versions.select_related("case").defer("content", "pdf").order_by("pk")


@dataclass(frozen=True)
class RecallRead:
    """Why a memo was called back, with the finding as the memo has it and as the library has it now."""

    row: Recall
    then: FindingCard | None
    now: FindingCard | None
    where: tuple[str, ...] = ()  # the memo has it, in words: facts, and other parts
    figure: SeriesChanged | None = None  # the numbers then and now, if it is about a figure
    was_meant: Mapping[str, str] = field(default_factory=dict)  # coi.editions.redline_details.meant, of either edition
    is_meant: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All that differs, word by word, beginning with the statement where that does."""
        if not (self.then and self.now):
            return ()
        printed = changes(self.then, self.now)
        # of the library: an edition stays as it was, and an older memo did not keep it
        return changes_meant(printed, self.was_meant, self.is_meant) if self.was_meant and self.is_meant else printed

    @property
    def statement(self) -> tuple[Piece, ...]:
        """The two statements as one; of either side, what the other has not is marked."""
        return pieces(self.then.statement, self.now.statement) if self.then and self.now else ()

    @property
    def beside(self) -> tuple[Change, ...]:
        """What differs beside the statement."""
        return self.changes if self.is_same else self.changes[1:]

    @property
    def is_same(self) -> bool:
        """The library says the same in the same words; what changed stands around it."""
        return self.then is not None and self.now is not None and self.then.statement == self.now.statement


def recalls_of(version: MemoVersion) -> list[RecallRead]:
    """The newest first."""
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
    """The figures as the memo prints them, beside those of the current editions."""
    if not keys:
        return {}
    try:
        answer, _assessment, _heading = snapshot.thaw_kept(version.content, version.content_sha256)
        sheets = answer.sheets
    except snapshot.BadSnapshot:  # the page of the version says so
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
        answer, assessment, _heading = snapshot.thaw_kept(version.content, version.content_sha256)
    except snapshot.BadSnapshot:  # the page of the version says so
        return {}
    pair = pair_of(answer, assessment)
    cards = [m.card for f in answer.facts for m in f.matches] + [p.card for p in answer.profile]
    cards += pair.findings if pair else ()
    return {card.key: card for card in cards}

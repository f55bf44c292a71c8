"""The officer's assessment of a fact: reasons, findings not relied on, context in the memo, own sources."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions import permissions
from assessments.actions.refusals import Incomplete, StaleCase
from assessments.actions.writing import writing
from assessments.answer.answer import Answer, answer
from assessments.assessing import fact_changes
from assessments.assessing.assessment import Assessment, FactWritten, OwnSourceWritten
from assessments.assessing.carry_over import carried
from assessments.assessing.evidence import Piece, grounds_of_inconsistency, keepable, lacking, with_words
from assessments.assessing.fact_changes import Changes, Seen
from assessments.assessing.stored_assessment import assessment_of
from assessments.casefile.values import CaseFile
from assessments.memo import reliance
from assessments.models import Case, ContextTaken, FactAssessment, FactIndicator, Omission, OwnSource, Reliance
from assessments.models.codes import Bearing
from audit.record import record, record_once
from coi.library import lookup
from coi.models import ProposedSource

MOST_SOURCES = 100  # own sources in one case


def save_fact(
    case: Case, written: FactWritten, on: Iterable[Piece], *, by: User, seen: Seen | None = None
) -> FactAssessment:
    """Save the officer's assessment of a fact. Raises StaleCase if it was saved since ``written.version``.

    ``seen`` is the answer that the page showed; None if the library gives a different answer now.
    """
    written, _notes = with_words(written)
    for lack in lacking(written, on):
        raise Incomplete(lack.message, field=lack.field)
    with writing(case, "assessment.save", by=by, fact=written.fact) as locked:
        row = _store_fact(locked, written, by)
        if seen is not None:
            _store_seen(row, seen)
    return row


def autosave_fact(
    case: Case, written: FactWritten, on: Iterable[Piece], *, by: User, seen: Seen | None = None
) -> tuple[FactAssessment, tuple[str, ...]]:
    """Save as much of the assessment as can be saved while the officer types. Return sentences on what was not saved.

    ``seen`` is stored with the first save only. Later the officer presses a button to note a change of the COI.
    """
    kept, held_back = keepable(written, on)
    with writing(case, "assessment.save", by=by, quietly=True) as locked:
        row = _store_fact(locked, kept, by)
        if seen is not None and not row.answer_seen:
            _store_seen(row, seen)
        record_once(
            by=str(by.pk), action="assessment.save", object_type="case", object_id=str(locked.uuid), fact=kept.fact
        )
    return row, held_back


def _store_fact(locked: Case, written: FactWritten, by: User) -> FactAssessment:
    row = FactAssessment.objects.select_for_update().filter(case=locked, fact_ident=written.fact).first()
    if row is not None and row.version != written.version and row.saved_by == by and _is_stored(locked, written):
        return row  # the same text was sent again because the response was lost
    if (row.version if row else 0) != written.version:
        raise StaleCase(
            _(
                "This part of the case was saved elsewhere after you opened it. Your text is not saved yet. "
                "Press Save to see both texts."
            ),
            theirs=row,
        )
    row = row or FactAssessment(case=locked, fact_ident=written.fact, version=0)
    row.reasoning = written.reasoning
    row.outcome = written.outcome
    row.outcome_reasons = written.outcome_reasons
    row.explanation_asked = written.explanation_asked
    row.explanation = written.explanation
    row.saved_by = by
    row.version += 1
    row.save()
    _store_indicators(row, written)
    return row


def _store_indicators(row: FactAssessment, written: FactWritten) -> None:
    """Replace the indicators, if they are others: most saves are of something else."""
    columns = ("indicator", "words", "view", "relies_on", "expected")
    now = [(i.indicator, i.words, i.view, list(i.relies_on), i.expected) for i in written.indicators]
    stored = list(row.indicators.values_list(*columns))
    if stored == now:
        return
    if gone := {each[0] for each in stored} - {each[0] for each in now}:
        row.indicators.filter(indicator__in=gone).delete()
    FactIndicator.objects.bulk_create(
        [FactIndicator(assessment=row, **dict(zip(columns, each, strict=True))) for each in now],
        update_conflicts=True,
        unique_fields=["assessment", "indicator"],
        update_fields=columns[1:],
    )


def _store_seen(row: FactAssessment, seen: Seen) -> None:
    row.answer_seen, row.answer_changed_at = seen.row, None
    row.save(update_fields=["answer_seen", "answer_changed_at"])


def note_change_seen(case: Case, fact: str, seen: Seen, *, by: User) -> None:
    """Note that the officer has seen the change of the COI on a fact and keeps the assessment as it is."""
    with writing(case, "assessment.change-seen", by=by, fact=fact) as locked:
        row = FactAssessment.objects.select_for_update().filter(case=locked, fact_ident=fact).first()
        if row is not None:
            _store_seen(row, seen)


def keep_marks(case: Case, found: Changes, *, by: User) -> None:
    """Update the marks of changed COI that lists show, when a person who may edit the case opens its page."""
    if (found.to_mark or found.to_clear) and permissions.may_edit_now(by, case):
        with transaction.atomic():
            fact_changes.keep_marks(found)


def _is_stored(case: Case, written: FactWritten) -> bool:
    return replace(assessment_of(case).of(written.fact), version=written.version) == written


# --- findings ---------------------------------------------------------------------------------


def omit(case: Case, fact: str, finding: str, *, reason: str, version: int, by: User) -> Omission:
    """Do not rely on a supporting or opposing finding for one fact, and say why."""
    with writing(case, "finding.omit", by=by, fact=fact, finding=finding) as locked:
        _refuse_ground_of_inconsistency(locked, finding, fact=fact)
        rows = _omissions_of(locked, fact, finding).select_for_update()
        # only one may remain for a finding and fact; the row with the finding's current key takes precedence
        row = next(iter(sorted(rows, key=lambda each: (each.finding != finding, -each.pk))), None)
        # the page shows a changed finding as undecided, so it sends no version
        is_open = version == 0 and row is not None and row.finding in carried([row.finding]).touched
        if (row.version if row else 0) != version and not is_open:
            raise StaleCase(_("A different reason was saved for this finding after you opened the page."), theirs=row)
        row = row or Omission(case=locked, fact_ident=fact, finding=finding, version=0)
        _omissions_of(locked, fact, finding).exclude(pk=row.pk).delete()
        row.finding, row.reason, row.saved_by = finding, reason, by
        row.version += 1
        row.save()
    return row


def _omissions_of(locked: Case, fact: str, finding: str) -> QuerySet[Omission]:
    """Return the omissions of the finding for a fact, from any edition of its report."""
    same = lookup.keys_of_the_same(finding)
    return Omission.objects.filter(case=locked, fact_ident=fact, finding__in=same)


def rely(case: Case, fact: str, finding: str, *, by: User) -> None:
    """Rely on a finding again for one fact."""
    with writing(case, "finding.rely", by=by, fact=fact, finding=finding) as locked:
        _omissions_of(locked, fact, finding).delete()


def dismiss_retired(case: Case, fact: str, finding: str, *, by: User) -> None:
    """Delete the omission of a finding that the current edition no longer has."""
    with writing(case, "finding.let-go", by=by, fact=fact, finding=finding) as locked:
        _omissions_of(locked, fact, finding).delete()


def take_context(case: Case, fact: str, finding: str, *, by: User) -> None:
    """Add a context finding to the memo, in full."""
    with writing(case, "context.take", by=by, fact=fact, finding=finding) as locked:
        _context_of(locked, fact, finding).exclude(finding=finding).delete()
        ContextTaken.objects.get_or_create(case=locked, fact_ident=fact, finding=finding, defaults={"saved_by": by})


def drop_context(case: Case, fact: str, finding: str, *, by: User) -> None:
    """Remove a context finding from the memo."""
    with writing(case, "context.drop", by=by, fact=fact, finding=finding) as locked:
        _context_of(locked, fact, finding).delete()


def _context_of(locked: Case, fact: str, finding: str) -> QuerySet[ContextTaken]:
    same = lookup.keys_of_the_same(finding)
    return ContextTaken.objects.filter(case=locked, fact_ident=fact, finding__in=same)


def keep_reliance(case: Case, read: CaseFile, found: Answer, assessment: Assessment, *, by: User) -> None:
    """Store the findings that the draft relies on, so that a change in the library can find the case.

    ``found`` may be an answer on the facts alone. Profile and places are matched only if something changed.
    """
    if not permissions.may_edit_now(by, case):
        return
    stored = Reliance.objects.filter(case=case, version=None).exclude(fact_ident="")
    rows = {reliance.Relied(*row) for row in stored.values_list("fact_ident", "finding", "relation", "omitted")}
    if rows == {relied for relied in reliance.relied_on(found, assessment) if relied.fact}:
        return
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)  # otherwise two pages opened at once would both add the rows
        reliance.store_working(case, answer(read), assessment)


# --- own sources ------------------------------------------------------------------------------


def add_source(case: Case, source: OwnSourceWritten, *, by: User) -> OwnSource:
    """Add an own source and propose it for the library. The proposal does not name the case."""
    with writing(case, "own-source.add", by=by, **_of_fact(source)) as locked:
        if locked.own_sources.count() >= MOST_SOURCES:
            raise Incomplete(_("A case has at most %(most)d sources of your own.") % {"most": MOST_SOURCES})
        row = OwnSource(case=locked, fact_ident=source.fact, place=source.place, saved_by=by)
        _fill(row, source)
        row.save()
        proposed = ProposedSource.objects.create(
            country=locked.country,
            citation=source.citation,
            published=source.published,
            url=source.url,
            says=source.says,
            proposed_by=by,
        )
        record(by=str(by.pk), action="coi.source-proposed", object_type="proposed-source", object_id=str(proposed.pk))
    return row


def change_source(case: Case, source: OwnSourceWritten, *, version: int, by: User) -> OwnSource:
    """Save a changed source. The proposal for the library stays as it was."""
    with writing(case, "own-source.change", by=by, source=source.id) as locked:
        row = _source(locked, source.id, version)
        if source.bearing != Bearing.OPPOSES:
            _refuse_ground_of_inconsistency(locked, source.key, field="bearing")
        _fill(row, source)
        row.saved_by = by
        row.version += 1
        row.save()
    return row


def remove_source(case: Case, pk: int, *, version: int, by: User) -> OwnSource:
    """Remove a source from the case."""
    with writing(case, "own-source.remove", by=by, source=pk) as locked:
        row = _source(locked, pk, version)
        _refuse_ground_of_inconsistency(locked, f"own:{pk}")
        OwnSource.objects.filter(pk=pk).delete()
    return row


def _source(locked: Case, pk: int, version: int) -> OwnSource:
    row = OwnSource.objects.select_for_update().filter(case=locked, pk=pk).first()
    if row is None:
        raise StaleCase(_("The source was removed after you opened it. To keep it, add it again."))
    if row.version != version:
        raise StaleCase(_("The source was saved elsewhere after you opened it."), theirs=row)
    return row


def _fill(row: OwnSource, source: OwnSourceWritten) -> None:
    row.citation, row.published, row.url = source.citation, source.published, source.url
    row.says, row.bearing = source.says, source.bearing


def _of_fact(source: OwnSourceWritten) -> dict[str, Any]:
    return {"fact": source.fact} if source.fact else {}


def _refuse_ground_of_inconsistency(locked: Case, key: str, *, fact: str = "", field: str = "") -> None:
    """Raise Incomplete if a fact is assessed as externally inconsistent because of this source or finding.

    ``fact`` limits the check to one fact.
    """
    facts = [f for f in grounds_of_inconsistency(assessment_of(locked), key) if fact in ("", f)]
    if facts:
        message = _(
            "The assessment of %(facts)s gives this as the reason for external inconsistency. Change that first."
        )
        raise Incomplete(message % {"facts": ", ".join(facts)}, field=field)

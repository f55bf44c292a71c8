"""Conclusions on internal protection, the reasons for relying on older COI, and questions."""

import zlib

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.refusals import Incomplete, StaleCase
from assessments.actions.writing import writing
from assessments.models import Case, Question, RegionTest
from assessments.models.codes import Conclusion
from audit.record import record, record_once

MOST_QUESTIONS = 100  # in one case; an interview cannot cover more


def conclude(
    case: Case,
    *,
    by: User,
    place: str,
    test: str,
    conclusion: str,
    reasons: str,
    version: int,
    without_coi: bool,
    autosave: bool = False,
) -> RegionTest:
    """Save the officer's conclusion on one test at one place. Any conclusion needs reasons, with or without COI."""
    if conclusion != Conclusion.NOT_ASSESSED and not reasons:
        raise Incomplete(_why_reasons(conclusion, without_coi), field="reasons")
    with writing(case, "case.conclude", by=by, quietly=autosave, test=test) as locked:
        row = RegionTest.objects.select_for_update().filter(case=locked, place=place, test=test).first()
        if row and (row.conclusion, row.reasons) == (conclusion, reasons):
            return row
        if (row.version if row else 0) != version:
            raise StaleCase(_("Somebody saved this conclusion after you opened it."), theirs=row)
        row = row or RegionTest(case=locked, place=place, test=test, version=0)
        row.conclusion, row.reasons, row.saved_by = conclusion, reasons, by
        row.version += 1
        row.save()
        if autosave:
            _record_once(locked, "case.conclude", by, test=test)
    return row


def _why_reasons(conclusion: str, without_coi: bool) -> str:
    if not without_coi:
        return _("Write the reasons for this conclusion. “Met” and “not met” cannot be saved without reasons.")
    if conclusion == Conclusion.MET:
        return _("No COI on this test here. To save “met”, write what it is based on; or choose “not assessed”.")
    return _(
        "No COI on this test here. To save “not met”, write the reasons and what they are based on; or choose “not assessed”."
    )


def text_version(text: str) -> int:
    """Return a token of a text that has no version number. It changes when the text does."""
    return zlib.crc32(text.encode())


def conclusion_token(conclusion: str, reasons: str) -> int:
    """Return a token of a conclusion with its reasons. It changes when either does."""
    return text_version(f"{conclusion}\n{reasons}")


def justify_old_coi(case: Case, *, by: User, words: str, version: int, autosave: bool = False) -> int:
    """Save the reasons for relying on COI older than the office's limit. Return the token for the next save."""
    with writing(case, "case.justify-old-coi", by=by, quietly=autosave) as locked:
        if text_version(locked.old_coi_justification) not in (version, text_version(words)):
            raise StaleCase(
                _("Somebody saved these reasons after you opened the page."), theirs=locked.old_coi_justification
            )
        Case.objects.filter(pk=locked.pk).update(old_coi_justification=words)
        case.old_coi_justification = words
        if autosave:
            _record_once(locked, "case.justify-old-coi", by)
    return text_version(words)


def add_question(case: Case, *, by: User, fact: str, to: str, words: str) -> Question:
    """Add a question, suggested or written by the officer."""
    with writing(case, "question.add", by=by) as locked:
        if locked.questions.count() >= MOST_QUESTIONS:
            raise Incomplete(_("A case has at most %(most)d questions.") % {"most": MOST_QUESTIONS}, field="words")
        last = locked.questions.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        return Question.objects.create(case=locked, fact_ident=fact, to=to, words=words, position=position, saved_by=by)


def change_question(
    case: Case, *, by: User, pk: int, to: str, words: str, version: int, autosave: bool = False
) -> Question:
    """Save a changed question."""
    with writing(case, "question.change", by=by, quietly=autosave, question=pk) as locked:
        row = Question.objects.select_for_update().filter(case=locked, pk=pk).first()
        if row and (row.to, row.words) == (to, words):
            return row
        if row is None or row.version != version:
            raise StaleCase(_stale_question(row), theirs=row)
        row.to, row.words, row.saved_by = to, words, by
        row.version += 1
        row.save()
        if autosave:
            _record_once(locked, "question.change", by, question=pk)
    return row


def remove_question(case: Case, *, by: User, pk: int, version: int) -> Question:
    """Remove a question, if nobody changed it since the page was read. Return it, so that it can be restored."""
    with writing(case, "question.remove", by=by, question=pk) as locked:
        row = Question.objects.select_for_update().filter(case=locked, pk=pk).first()
        if row is None or row.version != version:
            raise StaleCase(_stale_question(row), theirs=row)
        row.delete()
    return row


def export_questions(case: Case, *, by: User) -> None:
    """Record the download of the questions."""
    _exported(case, "questions.export", by)


def export_disclosure(case: Case, *, by: User) -> None:
    """Record the download of the disclosure sheet."""
    _exported(case, "disclosure.export", by)


def _exported(case: Case, event: str, by: User) -> None:
    with transaction.atomic():
        record(by=str(by.pk), action=event, object_type="case", object_id=str(case.uuid), version=case.version)


def _stale_question(row: Question | None) -> str:
    if row is None:
        return _("Somebody removed this question after you opened the page.")
    return _("Somebody changed this question after you opened the page.")


def _record_once(case: Case, event: str, by: User, **details: object) -> None:
    record_once(by=str(by.pk), action=event, object_type="case", object_id=str(case.uuid), **details)

"""The tests of internal protection, why older COI still serves, and the questions that gaps call for."""

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

MOST_QUESTIONS = 100  # of one case: more are no interview


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
    """Keep the officer's conclusion on one test at one place, which needs reasons; above all where there is no COI."""
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
        return _("Write the reasons for this conclusion: “met” and “not met” are never saved without.")
    if conclusion == Conclusion.MET:
        return _(
            "There is no COI on this test at this place. “No COI” is not “met”: it can only be saved as met with "
            "written reasons that say what the conclusion rests on. Write them, or leave it “not assessed”."
        )
    return _(
        "There is no COI on this test at this place. Write the reasons for “not met” and what they rest on, "
        "or leave it “not assessed”."
    )


def text_version(text: str) -> int:
    """The token of a text that has no version of its own: it changes when the text does."""
    return zlib.crc32(text.encode())


def justify_old_coi(case: Case, *, by: User, words: str, version: int, autosave: bool = False) -> int:
    """Keep why COI older than the office's limit still serves; the token for the next save comes back."""
    with writing(case, "case.justify-old-coi", by=by, quietly=autosave) as locked:
        if text_version(locked.old_coi_justification) not in (version, text_version(words)):
            raise StaleCase(
                _("Somebody saved this justification after you opened it."), theirs=locked.old_coi_justification
            )
        Case.objects.filter(pk=locked.pk).update(old_coi_justification=words)
        case.old_coi_justification = words
        if autosave:
            _record_once(locked, "case.justify-old-coi", by)
    return text_version(words)


def add_question(case: Case, *, by: User, fact: str, to: str, words: str) -> Question:
    """Keep a question: one of those suggested, or the officer's own."""
    with writing(case, "question.add", by=by) as locked:
        if locked.questions.count() >= MOST_QUESTIONS:
            raise Incomplete(_("A case has at most %(most)d questions.") % {"most": MOST_QUESTIONS}, field="words")
        last = locked.questions.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        return Question.objects.create(case=locked, fact_ident=fact, to=to, words=words, position=position, saved_by=by)


def change_question(
    case: Case, *, by: User, pk: int, to: str, words: str, version: int, autosave: bool = False
) -> Question:
    """Keep a question as it now reads."""
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
    """Take a question out, as it was read; what it said comes back, to be put back if wanted."""
    with writing(case, "question.remove", by=by, question=pk) as locked:
        row = Question.objects.select_for_update().filter(case=locked, pk=pk).first()
        if row is None or row.version != version:
            raise StaleCase(_stale_question(row), theirs=row)
        row.delete()
    return row


def export_questions(case: Case, *, by: User) -> None:
    """Note that the questions left the system as a file."""
    _exported(case, "questions.export", by)


def export_disclosure(case: Case, *, by: User) -> None:
    """Note that the disclosure sheet left the system as a file."""
    _exported(case, "disclosure.export", by)


def _exported(case: Case, event: str, by: User) -> None:
    with transaction.atomic():
        record(by=str(by.pk), action=event, object_type="case", object_id=str(case.uuid), version=case.version)


def _stale_question(row: Question | None) -> str:
    if row is None:
        return _("Somebody took this question out after you opened the page.")
    return _("Somebody changed this question after you opened the page.")


def _record_once(case: Case, event: str, by: User, **details: object) -> None:
    record_once(by=str(by.pk), action=event, object_type="case", object_id=str(case.uuid), **details)

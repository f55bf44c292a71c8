"""Submitting a memo, reviewing it and deciding on it. Each function takes one step of the workflow."""

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from assessments.actions import locks, permissions, renderings, steps
from assessments.actions.cases import mark_changes
from assessments.actions.notify import mark_as_read, notify, supervisors_of, writers_of
from assessments.actions.recalls import check_waiting, dispose
from assessments.actions.refusals import Incomplete, NotAllowed, StaleCase
from assessments.actions.writing import writing
from assessments.answer.answer import Answer
from assessments.assessing import coi_age, open_points
from assessments.assessing.assessment import Assessment
from assessments.casefile.problems import BadCase
from assessments.memo import (
    library_changes,
    memo,
    printing,
    reliance,
    stored_versions,
    submission,
    version_integrity,
)
from assessments.memo.heading import Heading
from assessments.models import Case, Disposition, MemoVersion, Notification, SectionReview, SectionShown
from assessments.models.codes import Closed, Grade, State
from audit.record import record, record_once
from coi.library import lookup

# --- by writers of the case -------------------------------------------------------------------


def submit(case: Case, *, by: User, version: int, digest: str, note: str = "") -> MemoVersion:
    """Store the case as a version of its memo, exactly as it was shown, and put it in the review queue.

    ``note`` is a remark for the reviewer. It is not part of the memo.
    """
    with writing(case, "memo.submit", by=by, quietly=True) as locked:
        try:
            found = submission.prepare(locked, on=timezone.localdate())
        except BadCase as error:
            raise Incomplete(_("First choose a place of this case again.")) from error
        if locked.version != version or found.digest != digest:
            raise StaleCase(_("The case has changed since you opened this page. Check it again, then submit."))
        for check in submission.required(locked, found):
            raise Incomplete(check.words)
        made = MemoVersion.objects.create(
            case=locked,
            number=found.heading.version,
            state=State.SUBMITTED,
            content=found.content,
            content_sha256=found.digest,
            case_version=locked.version,
            rules_version=found.answer.rules_version,
            coi_cut_off=coi_age.oldest_relied_on(found.answer, found.assessment),
            submitted_by=by,
            submitted_at=timezone.now(),
            submission_note=note,
            open_points=open_points.stored(open_points.open_points(found.answer, found.assessment)),
        )
        reliance.store_version(made, found.answer, found.assessment)
        _replace_unread(locked, made, by)
        steps.take("submit", locked, by=by, on_case={"reviewer": None}, sha256=found.digest)
        locks.release_all(locked)
        notify(locked, Notification.Kind.SUBMITTED, supervisors_of(locked))
    return made


def _replace_unread(case: Case, made: MemoVersion, by: User) -> None:
    """Delete the previous submission if it was taken back before anybody else read it, so that its number is reused."""
    before = case.versions.filter(number__lt=made.number).order_by("-number").first()
    if before is not None and version_integrity.is_replaceable(before):
        details = {"version": before.number, "sha256": before.content_sha256}
        before.delete()
        record(by=str(by.pk), action="memo.replace", object_type="case", object_id=str(case.uuid), **details)


def take_back(case: Case, *, by: User) -> None:
    """Take the memo out of the queue, so that its writers can edit the case again."""
    with transaction.atomic():
        locked = steps.locked(case)
        steps.take("take-back", locked, by=by)
        mark_changes(locked)
        mark_as_read(locked, Notification.Kind.SUBMITTED)


def close(case: Case, *, by: User, because: str, note: str = "") -> None:
    """Close the case without a decision by the office."""
    if because not in Closed.values:
        raise Incomplete(_("Choose why the case is closed."), field="because")
    with transaction.atomic():
        locked = steps.locked(case)
        steps.take("close", locked, by=by, on_case={"closed_because": because, "closed_note": note}, because=because)
        locks.release_all(locked)
        notify(locked, Notification.Kind.CLOSED, writers_of(locked, but=by))


def reopen(case: Case, *, by: User, reason: str, waiting: str | None = None) -> None:
    """Start a new draft. The approved version is kept and marked as superseded."""
    with transaction.atomic():
        locked = steps.locked(case)
        check_waiting(locked, waiting)
        anew = {"reviewer": None, "closed_because": "", "closed_note": "", "reopened_because": reason}
        version = steps.take("reopen", locked, by=by, reason=reason, on_case=anew)
        mark_changes(locked)
        if version is not None:
            dispose(version, Disposition.REOPENED, reason, by)
        notify(locked, Notification.Kind.REOPENED, writers_of(locked, but=by))


# --- by supervisors ---------------------------------------------------------------------------


def take(case: Case, *, by: User) -> None:
    """Take a memo from the queue."""
    _give("take", case, to=by, by=by)


def stand_in(case: Case, *, by: User) -> None:
    """Take over the review from a colleague."""
    _give("stand-in", case, to=by, by=by)


def reassign(case: Case, *, to: User | None, by: User) -> None:
    """Assign the review to a supervisor of the office who did not edit the case."""
    if to is None or not permissions.may_review(to, case):
        raise Incomplete(_("Choose a supervisor of the office who did not edit this case."), field="to")
    _give("reassign", case, to=to, by=by)


def _give(action: str, case: Case, *, to: User, by: User) -> None:
    with transaction.atomic():
        locked = steps.locked(case)
        if locked.state == State.IN_REVIEW and locked.reviewer_id == to.pk:
            raise NotAllowed(_("%(name)s is already reviewing this memo.") % {"name": to})
        now = {"taken_at": timezone.now()}
        steps.take(action, locked, by=by, on_case={"reviewer": to}, on_version=now, to=str(to.pk))
        mark_as_read(locked, Notification.Kind.SUBMITTED)
        if to != by:
            notify(locked, Notification.Kind.ASSIGNED, [to])


def hand_back(case: Case, *, by: User) -> None:
    """Put the memo back in the queue."""
    with transaction.atomic():
        locked = steps.locked(case)
        steps.take("hand-back", locked, by=by, on_case={"reviewer": None}, on_version={"taken_at": None})
        notify(locked, Notification.Kind.SUBMITTED, [user for user in supervisors_of(locked) if user != by])


# --- by the reviewer --------------------------------------------------------------------------


ERRORS = (Grade.MINOR, Grade.SIGNIFICANT)  # grades that need a comment


@dataclass(frozen=True)
class Graded:
    """The grade of a section and the comment on it. Either may be empty."""

    section: str
    grade: str
    comment: str


def note_shown(case: Case, *, by: User, number: int, sections: Iterable[str]) -> None:
    """Record that sections of this version were shown to its reviewer, which an approval needs.

    Does nothing for anybody but the reviewer, or for another version than the one under review.
    """
    version = case.versions.filter(number=number, state=State.IN_REVIEW).only("pk").first()
    if version is None or not permissions.may(by, "approve", case):
        return
    with transaction.atomic():
        rows = [SectionShown.objects.get_or_create(version=version, section=section, to=by) for section in sections]
        if any(is_new for _row, is_new in rows):
            record_once(
                by=str(by.pk), action="review.show", object_type="case", object_id=str(case.uuid), version=number
            )


def review_token(version: MemoVersion, sections: Iterable[str] = ()) -> int:
    """Return a token of the saved grades of and comments on these sections; without sections, of the remark."""
    wanted = list(sections)
    if not wanted:
        return zlib.crc32(version.decision_note.encode())
    rows = version.section_reviews.filter(section__in=wanted).order_by("section")
    return zlib.crc32(repr(tuple(rows.values_list("section", "grade", "comment", "by"))).encode())


def grade(
    case: Case,
    *,
    by: User,
    number: int,
    digest: str,
    token: int,
    graded: Iterable[Graded],
    autosave: bool = False,
) -> int:
    """Save grades and comments of the reviewer of this version. Return the token for the next save.

    ``token`` is that of the same sections. A grade by an earlier reviewer becomes the present reviewer's own when
    they save one for that section.
    """
    asked = list(graded)
    sections = [new.section for new in asked]
    with transaction.atomic():
        version = _under_review(steps.locked(case), by=by, number=number, digest=digest)
        stored = {r.section: r for r in version.section_reviews.filter(section__in=sections)}
        changed = [new for new in asked if _differs(new, stored.get(new.section), by)]
        if changed and token != review_token(version, sections):
            raise StaleCase(str(_SAVED_ELSEWHERE))
        for new in changed:
            row = stored.get(new.section) or SectionReview(version=version, section=new.section)
            row.grade, row.comment, row.by = new.grade, new.comment, by
            row.save()
        if changed:
            _record_review(case, number, by, autosave=autosave)
        return review_token(version, sections)


def write_remark(
    case: Case, *, by: User, number: int, digest: str, token: int, remark: str, autosave: bool = False
) -> int:
    """Save the reviewer's remark on the decision before they decide. Return the token for the next save."""
    with transaction.atomic():
        version = _under_review(steps.locked(case), by=by, number=number, digest=digest)
        if remark != version.decision_note:
            if token != review_token(version):
                raise StaleCase(str(_SAVED_ELSEWHERE))
            version.decision_note = remark
            version.save(update_fields=["decision_note"])
            _record_review(case, number, by, autosave=autosave)
        return review_token(version)


_SAVED_ELSEWHERE = gettext_lazy("This review was saved on another page after you opened this page.")


def _record_review(case: Case, number: int, by: User, *, autosave: bool) -> None:
    note = record_once if autosave else record
    note(by=str(by.pk), action="review.grade", object_type="case", object_id=str(case.uuid), version=number)


def _differs(new: Graded, row: SectionReview | None, by: User) -> bool:
    if row is None:
        return bool(new.grade or new.comment)
    if row.by_id != by.pk and not new.grade:  # the form shows a colleague's grade, and leaves its own blank
        return new.comment != row.comment
    return (new.grade, new.comment, by.pk) != (row.grade, row.comment, row.by_id)


def approve(case: Case, *, by: User, number: int, digest: str, remark: str = "", here: bool = False) -> MemoVersion:
    """Approve the version that the reviewer read, and store its PDF, which is made from its snapshot.

    Raise renderings.NotReady, and approve nothing, while the PDF is being made elsewhere; never with ``here``.
    """
    with transaction.atomic():
        version = _under_review(steps.locked(case), by=by, number=number, digest=digest)
    content = found, assessment, heading = stored_versions.thawed(version)
    now = timezone.now()
    today = timezone.localdate(now)
    printed = stored_versions.as_approved(version, content, reviewer=str(by), on=today)
    _check_age(found, assessment, heading)
    _check_library(version, found)
    _check_grades(version, printed, by)
    # takes seconds, so before the locks; all is checked again below
    html = printing.memo_html(printed)
    pdf = renderings.file_of(case, renderings.What.APPROVAL, html, target=str(number), on=today, here=here)
    with transaction.atomic():
        lookup.hold_reports(e.code for e in found.editions)  # no edition that it cites can be replaced meanwhile
        locked = steps.locked(case)
        version = _under_review(locked, by=by, number=number, digest=digest)
        _check_library(version, found)
        _check_grades(version, printed, by)
        decision = {
            "decided_by": by,
            "decided_at": now,
            "decision_note": remark,
            "read_sha256": digest,
            "pdf": pdf,
            "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
        }
        try:
            with transaction.atomic():
                made = steps.take("approve", locked, by=by, on_version=decision, sha256=decision["pdf_sha256"])
        except IntegrityError as error:  # raised by the trigger in guards
            raise NotAllowed(_("A person who edited the case cannot approve its memo.")) from error
        renderings.forget(locked, renderings.What.APPROVAL)
        notify(locked, Notification.Kind.APPROVED, writers_of(locked, but=by))
    assert made is not None  # noqa: S101 - a case under review has a version
    return made


def send_back(case: Case, *, by: User, number: int, digest: str, remark: str) -> None:
    """Return the memo to its writers with what has to change: comments on its sections, a remark, or both."""
    with transaction.atomic():
        locked = steps.locked(case)
        version = locked.versions.defer("content", "pdf").order_by("-number").first()
        comments = version.section_reviews.exclude(comment="") if version else SectionReview.objects.none()
        reason = remark or next(iter(comments.values_list("comment", flat=True)), "")
        steps.check("return", locked, by=by, reason=reason)
        version = _under_review(locked, by=by, number=number, digest=digest)
        _check_explained(version, memo.build(*stored_versions.thawed(version)), by)
        decision = {"decided_by": by, "decided_at": timezone.now(), "decision_note": remark, "read_sha256": digest}
        steps.take("return", locked, by=by, reason=reason, on_version=decision)
        mark_changes(locked)
        notify(locked, Notification.Kind.RETURNED, writers_of(locked, but=by))


def _under_review(case: Case, *, by: User, number: int, digest: str) -> MemoVersion:
    """Return the version under review. Raise a refusal if it is not the one that the reviewer read."""
    if case.state == State.IN_REVIEW and case.reviewer_id != by.pk and permissions.may_review(by, case):
        raise NotAllowed(
            _("%(name)s is now reviewing this memo. Nothing of yours was saved. To continue, take over the review.")
            % {"name": case.reviewer}
        )
    steps.check("approve", case, by=by)
    version = case.versions.order_by("-number").first()
    if version is None or (version.number, version.content_sha256) != (number, digest):
        raise StaleCase(_("A different version is under review. Read it first."))
    if version_integrity.differences(version):
        raise NotAllowed(_("The stored memo is not the one that was submitted. Tell your administrator."))
    return version


def _check_age(found: Answer, assessment: Assessment, heading: Heading) -> None:
    if assessment.old_coi_justification.strip():
        return
    for part in coi_age.old_parts(found, assessment, heading.age_limit):
        words = submission.old_part_words(part, heading.age_limit)
        raise Incomplete(_("%(lacking)s Return the memo and ask for this.") % {"lacking": words}, field="decision")


def _check_library(version: MemoVersion, found: Answer) -> None:
    """Raise Incomplete if findings on the memo's facts were changed, retired or added since it was submitted."""
    if moved := library_changes.since(version, found):
        said = _(
            "The library changed since this memo was submitted (%(codes)s). Return it. The next version uses today’s library."
        )
        raise Incomplete(said % {"codes": ", ".join(moved.codes)}, field="decision")


def _check_grades(version: MemoVersion, printed: memo.Memo, by: User) -> None:
    """Raise Incomplete unless the reviewer was shown every section and found no significant error in it."""
    grades = dict(version.section_reviews.filter(by=by).values_list("section", "grade"))
    shown = set(version.sections_shown.filter(to=by).values_list("section", flat=True))
    wrong = [title for anchor, title in printed.graded if grades.get(anchor) == Grade.SIGNIFICANT]
    missing = [title for anchor, title in printed.graded if not grades.get(anchor)]
    unread = [title for anchor, title in printed.graded if anchor not in shown]
    if wrong:
        words = _(
            "You cannot approve a memo with a significant error. Return it. Graded as significant error: %(sections)s."
        )
        raise Incomplete(words % {"sections": "; ".join(wrong)}, field="decision")
    if missing:
        words = ngettext(
            "Grade this section first: %(sections)s.", "Grade these sections first: %(sections)s.", len(missing)
        )
        raise Incomplete(words % {"sections": "; ".join(missing)}, field="decision")
    if unread:
        words = ngettext(
            "Open this section first: %(sections)s. You have not read it in this version.",
            "Open these sections first: %(sections)s. You have not read them in this version.",
            len(unread),
        )
        raise Incomplete(words % {"sections": "; ".join(unread)}, field="decision")
    _check_explained(version, printed, by)


def _check_explained(version: MemoVersion, printed: memo.Memo, by: User) -> None:
    """Raise Incomplete if the reviewer graded a section as an error and does not say which."""
    errors = version.section_reviews.filter(by=by, grade__in=ERRORS, comment="").values_list("section", flat=True)
    if unexplained := [title for anchor, title in printed.graded if anchor in set(errors)]:
        words = _("Describe the error: %(sections)s.") % {"sections": "; ".join(unexplained)}
        raise Incomplete(words, field="decision")

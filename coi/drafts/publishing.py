"""Discarding or publishing a draft, reasons for retiring findings, and the request for a second person.

Every action is one transaction with its row in the audit record, and takes the draft's lock first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import send_notices
from accounts.models import User
from audit.record import record
from coi.drafts import coi_admin_access, draft_review, draft_rows, edition_digests
from coi.drafts.refused import ChangedSince, OwnDraft, ReasonsChanged, Refused
from coi.editions import edition_listeners, field_values, originators, redline_figures
from coi.editions.redline import Redline, redline
from coi.editions.refusals import ImportRefused
from coi.files import loading
from coi.models import (
    DraftWork,
    Edition,
    Publication,
    Report,
    Retirement,
)
from coi.text import characters


def reason_version(text: str) -> str:
    """Return a digest of a reason as a form showed it."""
    return draft_review.digest(characters.cleaned(text))[:16]


def reasons_touched(reasons: Mapping[str, str], since: Mapping[str, str]) -> dict[str, str]:
    """Return the reasons that differ from those the form showed, by its versions. One without a version was shown
    empty.
    """
    shown_empty = reason_version("")
    return {code: text for code, text in reasons.items() if reason_version(text) != since.get(code, shown_empty)}


def save_reasons(edition: Edition, reasons: Mapping[str, str], *, since: Mapping[str, str], by: User) -> None:
    """Save the reasons for retiring findings, by their code. An empty text removes a reason.

    A reason is not part of the draft, so the person who writes it may still publish the draft. ``since`` has the
    version of each reason as it was shown; reasons that were not changed are not written. Raises ReasonsChanged if
    someone else changed one of those that were.
    """
    cleaned = {code: characters.cleaned(text) for code, text in reasons_touched(reasons, since).items()}
    problems = [
        (f"reason-{code}", f"{code}: {problem}")
        for code, text in cleaned.items()
        if (problem := characters.problem_with(text, field_values.LONGEST_WORDS))
    ]
    if problems:
        raise Refused(*problems)
    with transaction.atomic():
        there = draft_rows.locked(edition)
        work, _is_new = DraftWork.objects.get_or_create(edition=there)
        stored = {code: work.retire_reasons.get(code, "") for code in cleaned}
        if problems := [
            (f"reason-{code}", _changed_reason(code, stored[code]))
            for code, text in cleaned.items()
            if text != stored[code] and reason_version(stored[code]) != since.get(code, reason_version(""))
        ]:
            raise ReasonsChanged(*problems)
        kept = {code: text for code, text in {**work.retire_reasons, **cleaned}.items() if text}
        if kept == work.retire_reasons:
            return
        work.retire_reasons = kept
        work.save()
        record(by=str(by.pk), action="coi.draft-reasons", object_type="edition", object_id=there.code)


def _changed_reason(code: str, stored: str) -> str:
    if not stored:
        said = _("%(code)s: someone removed this reason after you opened the page. Save again to use yours.")
        return said % {"code": code}
    said = _(
        "%(code)s: someone wrote another reason after you opened the page: “%(stored)s”. Save again to replace it with yours."
    )
    return said % {"code": code, "stored": stored}


def may_publish(edition: Edition, users: Iterable[User]) -> list[User]:
    """Return those of the users who are COI admins and neither started nor edited the draft."""
    return [
        user
        for user in users
        if coi_admin_access.is_active_coi_admin(user) and not draft_review.needs_another(edition, user)
    ]


def ask_second_person(edition: Edition, *, by: User) -> list[User]:
    """Notify the other COI admins that the draft is ready to read and publish. Returns those notified.

    Their start page lists the draft from now on. The e-mail says only that there is a notification.
    """
    with transaction.atomic():
        there = draft_rows.locked(edition)
        told = may_publish(there, coi_admin_access.active_coi_admins().exclude(pk=by.pk))
        if not told:
            raise Refused(("", _("No one else can publish this draft. Ask your administrator for a second COI admin.")))
        DraftWork.objects.update_or_create(edition=there, defaults={"asked_by": by, "asked_at": timezone.now()})
        record(by=str(by.pk), action="coi.draft-ask", object_type="edition", object_id=there.code)
        send_notices(told)
    return told


def waiting_for(user: User) -> list[Edition]:
    """Drafts that wait for a second person and that this user may publish; the longest waiting first."""
    asked = draft_review.drafts().filter(draft_work__asked_at__isnull=False).exclude(draft_work__asked_by=user)
    ordered = asked.select_related("draft_work__asked_by").order_by("draft_work__asked_at", "code")
    return [draft for draft in ordered if may_publish(draft, [user])]


def discard(edition: Edition, *, by: User, digest: str) -> None:
    """Delete the draft and everything in it, and its report if that has no other edition.

    ``digest`` is that of the review that was shown, so that later changes are not deleted unseen.
    """
    with transaction.atomic():
        there = draft_rows.locked(edition)
        read = draft_review.review(there)
        if read.digest != digest:
            said = _("The draft has changed since you opened this page. Check it before you discard it.")
            raise ChangedSince(("", said), review=read)
        report = there.report_id
        draft_rows.delete(there)
        if not Edition.objects.filter(report=report).exists():
            Report.objects.filter(pk=report).delete()
        originators.forget_uncited()
        record(by=str(by.pk), action="coi.draft-discard", object_type="edition", object_id=edition.code)


def publish(edition: Edition, *, by: User, digest: str) -> draft_review.Review:
    """Publish the edition, retire the one before it, and announce the changes, all in one transaction.

    The listeners then go on with what they stored, such as the recalls of memos, after that transaction.
    """
    with transaction.atomic():
        there = draft_rows.locked(edition)
        # of two drafts of one report, the second is compared with the first
        Report.objects.select_for_update().get(pk=there.report_id)
        if draft_review.needs_another(there, by):
            raise OwnDraft(("", _("You started or edited this draft. Someone else must read and publish it.")))
        read = draft_review.review(there)
        if read.digest != digest:
            said = _("The draft has changed since you opened this page. Read it again.")
            raise ChangedSince(("", said), review=read)
        _refuse_what_is_open(read)
        loading.retire_current(there)
        Publication.objects.create(edition=there, published_at=timezone.localdate())
        _announce(there, read.redline, read.reasons)
        changed, retired = draft_review.changed_and_retired(read.redline)
        record(
            by=str(by.pk),
            action="coi.publish",
            object_type="edition",
            object_id=there.code,
            sha256=edition_digests.digest(there),
            findings=there.findings.count(),
            changed=len(changed),
            retired=len(retired),
            added=len(read.redline.added) if read.redline else there.findings.count(),
            **({"replaces": read.replaces.code} if read.replaces else {}),
        )
    edition_listeners.go_on()
    return read


def load(path: Path, *, by: str, because: str = "") -> loading.Stored:
    """Check and load an edition's file, all or nothing. If it is published, its changes are announced.

    ``by`` is the name of a command; ``because`` is the reason why findings of the edition before are not in the file.
    """
    with transaction.atomic(), loading.loaded(path) as done:
        if not done.is_new:
            return done
        replaces = {"replaces": done.replaces.code} if done.replaces else {}
        if done.edition.is_published and done.edition.publication.retired_at is None:
            difference = redline(done.replaces, done.edition) if done.replaces else None
            _changed, retired = draft_review.changed_and_retired(difference)
            if retired and not because.strip():
                said = _(
                    "The edition before has findings that this one does not have: %(codes)s. Give the reason with --because."
                )
                raise ImportRefused([said % {"codes": ", ".join(retired)}])
            reasons = dict.fromkeys(retired, characters.cleaned(because))
            _announce(done.edition, difference, reasons)
        sha256 = {"sha256": edition_digests.digest(done.edition)} if done.edition.is_published else {}
        record(by=by, action="coi.load", object_type="edition", object_id=done.edition.code, **replaces, **sha256)
    edition_listeners.go_on(to_the_end=True)
    return done


def _refuse_what_is_open(read: draft_review.Review) -> None:
    problems = [("", str(problem)) for problem in read.problems]
    if read.redline and read.redline.is_empty:
        problems.append(("", _("The draft is the same as the edition that it would replace.")))
    problems += [
        (f"reason-{code}", _("%(code)s: write why this finding is retired.") % {"code": code})
        for code in read.without_reason
    ]
    if problems:
        raise Refused(*problems, review=read)


def _announce(edition: Edition, difference: Redline | None, reasons: Mapping[str, str]) -> None:
    """Call the listeners, in the transaction of the publication."""
    changed, retired = draft_review.changed_and_retired(difference)
    keys = draft_review.keys_of_earlier(edition, [*changed, *retired])
    Retirement.objects.bulk_create(Retirement(edition=edition, finding=code, reason=reasons[code]) for code in retired)
    changes = tuple(_changes(difference, keys, reasons)) if difference else ()
    gone = tuple(key for found in keys.values() for key in found)
    added = tuple(draft_review.new_keys(edition, difference))
    edition_listeners.published(edition_listeners.Published(edition.code, changes, gone, added))


def _changes(
    difference: Redline, keys: Mapping[str, Collection[str]], reasons: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is gone: a reason, which names both editions and says why a finding was retired, with the keys."""
    changed, retired = draft_review.changed_and_retired(difference)
    names = {"new": difference.new.code, "old": difference.old.code}
    if changed:
        said = _("The finding was changed in edition %(new)s, which replaced %(old)s.") % names
        yield said, tuple(key for code in changed for key in keys[code])
    for code in retired:
        said = _("The finding was retired with edition %(new)s, which replaced %(old)s: %(why)s")
        yield said % (names | {"why": reasons[code]}), tuple(keys[code])
    if figures := redline_figures.keys_of_earlier(difference.new, draft_review.figure_codes(difference)):
        said = _("The figure was changed in edition %(new)s, which replaced %(old)s.") % names
        yield said, tuple(key for found in figures.values() for key in found)

"""Drafts of editions: begun, replaced, discarded, published. The only writes to the library from its pages.

Every action is one transaction with its row in the record, and takes the draft's lock first.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import validate_slug
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import something_waits
from accounts.models import User
from audit.record import record
from coi.drafts import coi_admin_access
from coi.editions import checks, edition_listeners, originators, redline_figures, strict_values
from coi.editions.immutability import PublishedEditionError
from coi.editions.redline import Redline, redline
from coi.editions.refusals import ImportRefused, Problem
from coi.files import fixture, loading
from coi.files.loading import MAX_BYTES
from coi.files.spreadsheets import reading, workbook
from coi.library import lookup
from coi.models import (
    CoverageRow,
    CuratorQuery,
    Denial,
    DraftEditor,
    DraftWork,
    Edition,
    Figure,
    FigureRow,
    Finding,
    Footnote,
    Publication,
    Report,
    Retirement,
    Section,
    Source,
)
from coi.text import characters

# Words that stand in the library's addresses where a code would.
RESERVED = frozenset(
    {
        "search",
        "places",
        "regions",
        "actors",
        "compare",
        "drafts",
        "new",
        "copy",
        "upload",
        "inbox",
        "health",
        "events",
    }
)


FEWEST_COUNTED = 5


class Refused(Exception):
    """It was not done, and nothing changed; each problem is a sentence, by the name of its field if it has one."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__("\n".join(message for _field, message in problems))
        self.problems = problems


class OwnDraft(Refused):
    """A second person publishes."""


class ChangedSince(Refused):
    """The draft, or the edition that it replaces, is not what was shown."""


class Overwrites(ChangedSince):
    """A file would replace what others wrote in the draft; ``version`` stands for that, to be sent back as a yes."""

    def __init__(self, said: str, version: str) -> None:
        super().__init__(("replace", said))
        self.version = version


class ReasonsChanged(ChangedSince):
    """Somebody else wrote other reasons for the same findings since they were shown."""


# --- reading ------------------------------------------------------------------------------------


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
    problems: tuple[checks.Problem, ...]
    relying: Mapping[str, Reliance]
    reasons: Mapping[str, str]
    digest: str

    @property
    def without_reason(self) -> tuple[str, ...]:
        """Codes of the retired findings for which no reason is written yet."""
        return tuple(card.code for card in _retired(self.redline) if not self.reasons.get(card.code))


def review(edition: Edition) -> Review:
    """The draft against the edition that it would replace."""
    replaces = lookup.current_editions().filter(report=edition.report_id).exclude(pk=edition.pk).first()
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
        digest=_digest(fixture.entries(edition), replaces.code if replaces else "", reasons),
    )


def memos_concerned(read: Review) -> int:
    """On the facts of how many approved memos what is new in the draft would bear although they do not rest on it.

    0 stands for none or fewer than ``FEWEST_COUNTED``: a draft can be written so as to ask about a single case.
    """
    found = edition_listeners.count_of_memos_concerned(_new_keys(read.edition, read.redline))
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


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _retired(difference: Redline | None) -> tuple[Any, ...]:
    return difference.retired if difference else ()


def _figure_codes(difference: Redline | None) -> tuple[str, ...]:
    """Codes of the figures' numbers, place by place, that were changed or taken out."""
    return tuple(series.code for series in difference.figures if series.is_touched) if difference else ()


def _codes(difference: Redline | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of what was changed, and of what is retired."""
    if difference is None:
        return (), ()
    return tuple(c.code for c in difference.changed), tuple(c.code for c in difference.retired)


def _new_keys(edition: Edition, difference: Redline | None) -> list[str]:
    """Findings that nobody could have matched before: those added or changed, or all of a first edition."""
    if difference is None:
        codes = list(edition.findings.values_list("code", flat=True))
    else:
        codes = [card.code for card in difference.added] + [c.code for c in difference.changed]
    return [f"{edition.code}/{code}" for code in codes]


def _keys(edition: Edition, codes: Collection[str]) -> dict[str, list[str]]:
    """The findings in all published editions of the report: a memo may still rest on one before the last."""
    rows = Finding.objects.filter(edition__report=edition.report_id, edition__publication__isnull=False, code__in=codes)
    found: dict[str, list[str]] = {code: [] for code in codes}
    for published, code in rows.exclude(edition=edition).values_list("edition__code", "code").order_by("edition__code"):
        found[code].append(f"{published}/{code}")
    return found


def _relying(edition: Edition, difference: Redline | None) -> dict[str, Reliance]:
    changed, retired = _codes(difference)
    keys = _keys(edition, [*changed, *retired])
    keys |= redline_figures.keys_of_earlier(edition, _figure_codes(difference))
    counts = edition_listeners.counts_relying_on([key for found in keys.values() for key in found])
    return {
        code: Reliance(code, sum(counts[k].approved for k in found), sum(counts[k].draft for k in found))
        for code, found in keys.items()
    }


# --- beginning a draft ----------------------------------------------------------------------------


def copy(source: Edition, *, code: str, label: str, by: User) -> Edition:
    """A draft that begins as a copy of a published edition."""
    code, label = code.strip(), " ".join(characters.cleaned(label).split())
    problems = [*problems_of_code(code), *problems_of_label(label)]
    if problems:
        raise Refused(*problems)
    with transaction.atomic():
        if Edition.objects.filter(code=code).exists():
            raise Refused(("code", _("There is an edition %(code)s already; choose another code.") % {"code": code}))
        edition = _stored(fixture.entries(source, code=code, label=label, published=False))
        DraftWork.objects.create(edition=edition, begun_by=by)
        record(by=str(by.pk), action="coi.draft-copy", object_type="edition", object_id=code, source=source.code)
    return edition


def upload(content: bytes, *, by: User, name: str = "", replacing: str = "") -> Edition:
    """A draft from a fixture file or spreadsheet, in place of the draft of the same code if there is one.

    Raises Overwrites where others wrote in that draft since it was begun or uploaded, unless ``replacing``
    is the version that the refusal named.
    """
    if len(content) > MAX_BYTES:
        raise ImportRefused([_("The file is larger than %(count)d MB.") % {"count": MAX_BYTES // 1_000_000}])
    if workbook.is_spreadsheet(name, content):
        book = reading.read(content)
        with book.placing():
            return _uploaded(book.entries, by, replacing)
    return _uploaded(_entries(content), by, replacing)


def _uploaded(entries: list[dict[str, Any]], by: User, replacing: str) -> Edition:
    code = loading.edition_code(entries)
    if problems := problems_of_code(code):
        raise ImportRefused([Problem(message, item="edition", field="code") for _field, message in problems])
    with transaction.atomic():
        there = Edition.objects.select_for_update().filter(code=code).first()
        reasons: dict[str, str] = {}
        wrote: list[DraftEditor] = []
        if there is not None:
            if there.is_published:
                said = _("%(code)s is published and does not change; give the file a new edition code.")
                raise ImportRefused([Problem(said % {"code": code}, item="edition", field="code")])
            work = DraftWork.objects.filter(edition=there).first()
            reasons = work.retire_reasons if work else {}
            _refuse_to_overwrite(there, work, by, replacing)
            wrote = _editors(there, work)
            _delete(there)
        edition = _stored(entries)
        DraftWork.objects.create(edition=edition, begun_by=by, retire_reasons=reasons)
        # the file may hold what others wrote: they do not publish it either
        for one in wrote:
            DraftEditor.objects.create(edition=edition, editor=one.editor, last=one.last)
        is_written_by(edition, by)
        # only now: the file may name what the draft before it held
        originators.forget_uncited()
        record(
            by=str(by.pk),
            action="coi.draft-upload",
            object_type="edition",
            object_id=code,
            replaced=there is not None,
            findings=edition.findings.count(),
        )
    return edition


def _editors(draft: Edition, work: DraftWork | None) -> list[DraftEditor]:
    """Whose draft it is, whoever began it among them, as rows of their own."""
    rows = list(DraftEditor.objects.filter(edition=draft).select_related("editor").order_by("editor__username"))
    if work and work.begun_by and work.begun_by not in {row.editor for row in rows}:
        rows.append(DraftEditor(editor=work.begun_by, last=work.begun_at))
    return rows


def _refuse_to_overwrite(draft: Edition, work: DraftWork | None, by: User, replacing: str) -> None:
    """What others wrote since the draft was begun or last uploaded is not in a file that is older."""
    rows = DraftEditor.objects.filter(edition=draft).exclude(editor=by).select_related("editor")
    if work:
        rows = rows.filter(last__gte=work.begun_at)
    others = list(rows.order_by("editor__username"))
    version = _digest(draft.code, [(row.editor_id, row.last.isoformat()) for row in others])
    if others and replacing != version:
        said = _(
            "Others wrote in the draft %(code)s since it was begun or last uploaded: %(names)s. "
            "The file takes the place of all of it. Download the draft and put their changes into your file, or tick "
            "that it is to be replaced, and choose the file again."
        )
        names = ", ".join(str(row.editor) for row in others)
        raise Overwrites(said % {"code": draft.code, "names": names}, version)


def _entries(content: bytes) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fixture.yaml"
        path.write_bytes(content)
        return loading.read_fixture(path)


def _stored(entries: list[dict[str, Any]]) -> Edition:
    try:
        # a savepoint, so that the refusal leaves the caller's transaction usable
        with transaction.atomic(), loading.stored(entries, publish=False) as done:
            return done.edition
    except PublishedEditionError as error:
        raise ImportRefused([str(error)]) from error
    except (AttributeError, DatabaseError, KeyError, ObjectDoesNotExist, OverflowError, TypeError, ValueError) as error:
        # what a file says may break in as many ways as there are fields; none of them is a fault of ours
        said = " ".join(str(error).split())[:300]
        raise ImportRefused([_("The file does not hold together: %(why)s") % {"why": said}]) from error


def problems_of_code(code: str) -> list[tuple[str, str]]:
    if not code:
        return [("code", _("Write a code for the edition."))]
    try:
        validate_slug(code)
    except ValidationError:
        return [("code", _("An edition’s code has letters from a to z, digits, hyphens and underscores, and no more."))]
    longest = Edition._meta.get_field("code").max_length or 0
    if len(code) > longest:
        return [("code", _("An edition’s code has at most %(count)d letters.") % {"count": longest})]
    if code.lower() in RESERVED:
        return [("code", _("“%(code)s” is a word of the library’s addresses; choose another code.") % {"code": code})]
    return []


def problems_of_label(label: str) -> list[tuple[str, str]]:
    longest = Edition._meta.get_field("label").max_length or 0
    if not label:
        return [("label", _("Write how the edition is cited."))]
    if len(label) > longest:
        return [("label", _("The citation has at most %(count)d letters.") % {"count": longest})]
    if problem := characters.problem_with(label):
        return [("label", problem)]
    return []


# --- working on it --------------------------------------------------------------------------------


def locked(edition: Edition) -> Edition:
    """The draft, read again under its lock; whoever changes a draft takes it first."""
    there: Edition | None = Edition.objects.select_for_update().filter(pk=edition.pk).first()
    if there is None or there.is_published:
        raise ChangedSince(("", _("This draft was published or discarded in the meantime.")))
    return there


def is_written_by(edition: Edition, user: User) -> None:
    """From now on the draft is this person's too. To be called in the transaction of what was written."""
    DraftEditor.objects.update_or_create(edition=edition, editor=user, defaults={"last": timezone.now()})


def reason_version(text: str) -> str:
    """Stands for a reason as a form showed it."""
    return _digest(characters.cleaned(text))[:16]


def reasons_touched(reasons: Mapping[str, str], since: Mapping[str, str]) -> dict[str, str]:
    """Those that differ from what the form showed, by its versions; one that has none was shown empty."""
    shown_empty = reason_version("")
    return {code: text for code, text in reasons.items() if reason_version(text) != since.get(code, shown_empty)}


def save_reasons(edition: Edition, reasons: Mapping[str, str], *, since: Mapping[str, str], by: User) -> None:
    """Why findings are left out, by their code; an empty text takes a reason back.

    A reason is about the draft and no part of it: whoever writes one may still publish the draft.

    ``since`` has the version of each as it was shown: what was not touched is not written. Raises
    ReasonsChanged where somebody else changed what was.
    """
    cleaned = {code: characters.cleaned(text) for code, text in reasons_touched(reasons, since).items()}
    problems = [
        (f"reason-{code}", f"{code}: {problem}")
        for code, text in cleaned.items()
        if (problem := characters.problem_with(text, strict_values.LONGEST_WORDS))
    ]
    if problems:
        raise Refused(*problems)
    with transaction.atomic():
        there = locked(edition)
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
        said = _("%(code)s: somebody took this reason back since you opened the page. Keep yours to put it there.")
        return said % {"code": code}
    said = _(
        "%(code)s: somebody wrote another reason since you opened the page: “%(stored)s”. "
        "Keep yours to put it in its place."
    )
    return said % {"code": code, "stored": stored}


def may_publish(edition: Edition, users: Iterable[User]) -> list[User]:
    """Those of them who neither began the draft nor wrote in it."""
    return [user for user in users if coi_admin_access.keeps_library(user) and not needs_another(edition, user)]


def ask_second_person(edition: Edition, *, by: User) -> list[User]:
    """Tell the other COI admins that the draft is ready to be read and published; gives back who is told.

    Their first page lists it from now on. An e-mail says only that something waits.
    """
    with transaction.atomic():
        there = locked(edition)
        told = may_publish(there, coi_admin_access.keepers().exclude(pk=by.pk))
        if not told:
            raise Refused(("", _("Nobody else can publish this draft. Ask your administrator for a second COI admin.")))
        DraftWork.objects.update_or_create(edition=there, defaults={"asked_by": by, "asked_at": timezone.now()})
        record(by=str(by.pk), action="coi.draft-ask", object_type="edition", object_id=there.code)
        something_waits(told)
    return told


def waiting_for(user: User) -> list[Edition]:
    """Drafts for which a second person was asked, and which this one may publish; the longest waiting first."""
    asked = drafts().filter(draft_work__asked_at__isnull=False).exclude(draft_work__asked_by=user)
    ordered = asked.select_related("draft_work__asked_by").order_by("draft_work__asked_at", "code")
    return [draft for draft in ordered if may_publish(draft, [user])]


def discard(edition: Edition, *, by: User, digest: str) -> None:
    """The draft and all that it holds are deleted; a report that has no other edition goes with it.

    ``digest`` is that of the review that was shown: what somebody wrote since is not deleted unseen.
    """
    with transaction.atomic():
        there = locked(edition)
        if review(there).digest != digest:
            raise ChangedSince(
                ("", _("The draft changed since this page was opened. Look at it before you discard it."))
            )
        report = there.report_id
        _delete(there)
        if not Edition.objects.filter(report=report).exists():
            Report.objects.filter(pk=report).delete()
        originators.forget_uncited()
        record(by=str(by.pk), action="coi.draft-discard", object_type="edition", object_id=edition.code)


def _delete(edition: Edition) -> None:
    """Rows that refer to others go before them."""
    for rows in (
        CuratorQuery.objects.filter(edition=edition),
        FigureRow.objects.filter(figure__edition=edition),
        Figure.objects.filter(edition=edition),
        Denial.objects.filter(finding__edition=edition),
        Finding.objects.filter(edition=edition),
        Source.objects.filter(footnote__edition=edition),
        Footnote.objects.filter(edition=edition),
        CoverageRow.objects.filter(edition=edition),
        Section.objects.filter(edition=edition),
        DraftEditor.objects.filter(edition=edition),
        DraftWork.objects.filter(edition=edition),
        Edition.objects.filter(pk=edition.pk),
    ):
        rows.delete()


# --- publishing -----------------------------------------------------------------------------------


def publish(edition: Edition, *, by: User, digest: str) -> Review:
    """One act: the edition is published, the one before it retired, and whoever rests on a change is told."""
    with transaction.atomic():
        there = locked(edition)
        # two drafts of one report: the second is read against the first
        Report.objects.select_for_update().get(pk=there.report_id)
        if needs_another(there, by):
            raise OwnDraft(("", _("You began this draft or wrote in it; somebody else has to read and publish it.")))
        read = review(there)
        if read.digest != digest:
            raise ChangedSince(("", _("The draft changed since this page was opened. Read it again as it is now.")))
        _refuse_what_is_open(read)
        loading.retire_current(there)
        Publication.objects.create(edition=there, published_at=timezone.localdate())
        _announce(read)
        changed, retired = _codes(read.redline)
        record(
            by=str(by.pk),
            action="coi.publish",
            object_type="edition",
            object_id=there.code,
            findings=there.findings.count(),
            changed=len(changed),
            retired=len(retired),
            added=len(read.redline.added) if read.redline else there.findings.count(),
            **({"replaces": read.replaces.code} if read.replaces else {}),
        )
    return read


def load(path: Path, *, by: str, because: str = "") -> loading.Stored:
    """Check and load an edition's file, all or nothing. Where it is published, whoever rests on a change is told.

    ``by`` is the name of a command; ``because`` says why findings of the edition before are not in it.
    """
    with transaction.atomic(), loading.loaded(path) as done:
        if not done.is_new:
            return done
        replaces = {"replaces": done.replaces.code} if done.replaces else {}
        if done.edition.is_published and done.edition.publication.retired_at is None:
            difference = redline(done.replaces, done.edition) if done.replaces else None
            retired = [card.code for card in _retired(difference)]
            if retired and not because.strip():
                said = _("The edition before holds findings that this one does not: %(codes)s. Say why with --because.")
                raise ImportRefused([said % {"codes": ", ".join(retired)}])
            reasons = dict.fromkeys(retired, characters.cleaned(because))
            _announce(Review(done.edition, done.replaces, difference, (), {}, reasons, ""))
        record(by=by, action="coi.load", object_type="edition", object_id=done.edition.code, **replaces)
    return done


def _refuse_what_is_open(read: Review) -> None:
    problems = [("", str(problem)) for problem in read.problems]
    if read.redline and read.redline.is_empty:
        problems.append(("", _("It holds the same as the edition that it would replace.")))
    problems += [
        (f"reason-{code}", _("%(code)s: write why this finding is retired.") % {"code": code})
        for code in read.without_reason
    ]
    if problems:
        raise Refused(*problems)


def _announce(read: Review) -> None:
    """Tell whoever registered, in this transaction. The reason names editions, and why a finding was retired."""
    if read.replaces is not None:
        _announce_what_is_gone(read, read.replaces)
    changed, retired = _codes(read.redline)
    Retirement.objects.bulk_create(
        Retirement(edition=read.edition, finding=code, reason=read.reasons[code]) for code in retired
    )
    # after the recalls, whose memos get what is new listed as well
    added = _new_keys(read.edition, read.redline)
    edition_listeners.findings_added(added)
    keys = _keys(read.edition, [*changed, *retired])
    edition_listeners.published(
        edition_listeners.Published(read.edition.code, tuple(k for found in keys.values() for k in found), tuple(added))
    )


def _announce_what_is_gone(read: Review, replaces: Edition) -> None:
    changed, retired = _codes(read.redline)
    names = {"new": read.edition.code, "old": replaces.code}
    keys = _keys(read.edition, [*changed, *retired])
    if changed:
        said = _("The finding was changed in edition %(new)s, which replaced %(old)s.") % names
        edition_listeners.findings_changed([key for code in changed for key in keys[code]], said)
    for code in retired:
        said = _("The finding was retired with edition %(new)s, which replaced %(old)s: %(why)s")
        edition_listeners.findings_changed(keys[code], said % (names | {"why": read.reasons[code]}))
    figures = redline_figures.keys_of_earlier(read.edition, _figure_codes(read.redline))
    if figures:
        said = _("The figure was changed in edition %(new)s, which replaced %(old)s.") % names
        edition_listeners.findings_changed([key for found in figures.values() for key in found], said)

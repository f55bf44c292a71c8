"""Starting a draft from a published edition or from a file, which may replace an older draft."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import validate_slug
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import record
from coi.drafts import copying, draft_review, draft_rows
from coi.drafts.refused import Overwrites, Refused
from coi.editions import originators
from coi.editions.immutability import PublishedEditionError
from coi.editions.refusals import FileProblem, ImportRefused
from coi.files import loading
from coi.files.loading import MAX_BYTES
from coi.files.spreadsheets import reading, workbook
from coi.models import (
    DraftEditor,
    DraftWork,
    Edition,
)
from coi.text import characters

# Words used in the library's addresses in the place of a code.
RESERVED = frozenset(
    {
        "search",
        "proposals",
        "words",
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
        "areas",
    }
)


def copy(source: Edition, *, code: str, label: str, by: User) -> Edition:
    """Start a draft as a copy of a published edition."""
    code, label = code.strip(), " ".join(characters.cleaned(label).split())
    problems = [*problems_of_code(code), *problems_of_label(label)]
    if problems:
        raise Refused(*problems)
    rows = copying.read(source)  # before others have to wait
    taken = _("The edition %(code)s already exists. Choose another code.") % {"code": code}
    with transaction.atomic():
        if Edition.objects.filter(code=code).exists():
            raise Refused(("code", taken))
        try:
            with transaction.atomic():
                edition = copying.store(rows, code=code, label=label)
        except IntegrityError:  # on PostgreSQL, someone else may start one with the same code at the same moment
            raise Refused(("code", taken)) from None
        DraftWork.objects.create(edition=edition, begun_by=by)
        record(by=str(by.pk), action="coi.draft-copy", object_type="edition", object_id=code, source=source.code)
    return edition


def upload(content: bytes, *, by: User, name: str = "", replacing: str = "") -> Edition:
    """Start a draft from a fixture file or spreadsheet, replacing a draft with the same code.

    Raises Overwrites if others edited that draft after it was started or uploaded, unless ``replacing`` is the
    version that the refusal named.
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
        raise ImportRefused([FileProblem(message, item="edition", field="code") for _field, message in problems])
    with transaction.atomic():
        there = Edition.objects.select_for_update().filter(code=code).first()
        reasons: dict[str, str] = {}
        wrote: list[DraftEditor] = []
        if there is not None:
            if there.is_published:
                said = _("%(code)s is published and never changes. Give the file a new edition code.")
                raise ImportRefused([FileProblem(said % {"code": code}, item="edition", field="code")])
            work = DraftWork.objects.filter(edition=there).first()
            reasons = work.retire_reasons if work else {}
            _refuse_to_overwrite(there, work, by, replacing)
            wrote = _editors(there, work)
            draft_rows.delete(there)
        edition = _stored(entries)
        DraftWork.objects.create(edition=edition, begun_by=by, retire_reasons=reasons)
        # the file may include what others wrote, so they remain authors and cannot publish it
        for one in wrote:
            DraftEditor.objects.create(edition=edition, editor=one.editor, last=one.last)
        draft_rows.is_written_by(edition, by)
        # only now, because the file may name originators that only the replaced draft cited
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
    """Return new rows for the draft's authors, including the person who started it."""
    rows = list(DraftEditor.objects.filter(edition=draft).select_related("editor").order_by("editor__username"))
    if work and work.begun_by and work.begun_by not in {row.editor for row in rows}:
        rows.append(DraftEditor(editor=work.begun_by, last=work.begun_at))
    return rows


def _refuse_to_overwrite(draft: Edition, work: DraftWork | None, by: User, replacing: str) -> None:
    """Raise Overwrites if others edited the draft after it was started or last uploaded: the file may be older."""
    rows = DraftEditor.objects.filter(edition=draft).exclude(editor=by).select_related("editor")
    if work:
        rows = rows.filter(last__gte=work.begun_at)
    others = list(rows.order_by("editor__username"))
    version = draft_review.digest(draft.code, [(row.editor_id, row.last.isoformat()) for row in others])
    if others and replacing != version:
        said = _(
            "Others have edited the draft %(code)s since it was started or last uploaded: %(names)s. The file would replace all of it. Download the draft and copy their changes into your file, or select that their changes are to be replaced. Then choose the file again."
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
        # a file can fail in as many ways as it has fields; none of these is a fault of the application
        said = " ".join(str(error).split())[:300]
        raise ImportRefused([_("The file is inconsistent: %(why)s") % {"why": said}]) from error


def problems_of_code(code: str) -> list[tuple[str, str]]:
    if not code:
        return [("code", _("Write a code for the edition."))]
    try:
        validate_slug(code)
    except ValidationError:
        return [("code", _("An edition’s code may have only letters from a to z, digits, hyphens and underscores."))]
    longest = Edition._meta.get_field("code").max_length or 0
    if len(code) > longest:
        return [("code", _("An edition’s code may have at most %(count)d characters.") % {"count": longest})]
    if code.lower() in RESERVED:
        return [
            ("code", _("“%(code)s” is reserved for the library’s addresses. Choose another code.") % {"code": code})
        ]
    return []


def problems_of_label(label: str) -> list[tuple[str, str]]:
    longest = Edition._meta.get_field("label").max_length or 0
    if not label:
        return [("label", _("Write how the edition is cited."))]
    if len(label) > longest:
        return [("label", _("The citation may have at most %(count)d characters.") % {"count": longest})]
    if problem := characters.problem_with(label):
        return [("label", problem)]
    return []

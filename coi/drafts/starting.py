"""Starting a draft: from a published edition, from a file, or in place of an older draft."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import validate_slug
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import record
from coi.drafts import draft_review, draft_rows
from coi.drafts.refused import Overwrites, Refused
from coi.editions import originators
from coi.editions.immutability import PublishedEditionError
from coi.editions.refusals import FileProblem, ImportRefused
from coi.files import fixture, loading
from coi.files.loading import MAX_BYTES
from coi.files.spreadsheets import reading, workbook
from coi.models import (
    DraftEditor,
    DraftWork,
    Edition,
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
        raise ImportRefused([FileProblem(message, item="edition", field="code") for _field, message in problems])
    with transaction.atomic():
        there = Edition.objects.select_for_update().filter(code=code).first()
        reasons: dict[str, str] = {}
        wrote: list[DraftEditor] = []
        if there is not None:
            if there.is_published:
                said = _("%(code)s is published and does not change; give the file a new edition code.")
                raise ImportRefused([FileProblem(said % {"code": code}, item="edition", field="code")])
            work = DraftWork.objects.filter(edition=there).first()
            reasons = work.retire_reasons if work else {}
            _refuse_to_overwrite(there, work, by, replacing)
            wrote = _editors(there, work)
            draft_rows.delete(there)
        edition = _stored(entries)
        DraftWork.objects.create(edition=edition, begun_by=by, retire_reasons=reasons)
        # the file may hold what others wrote: they do not publish it either
        for one in wrote:
            DraftEditor.objects.create(edition=edition, editor=one.editor, last=one.last)
        draft_rows.is_written_by(edition, by)
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
    version = draft_review.digest(draft.code, [(row.editor_id, row.last.isoformat()) for row in others])
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

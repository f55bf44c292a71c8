"""The page that checks a PDF: its answer for each kind of file and each user."""

import time
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Office, Role, User
from assessments.memo import file_check, memo, printing
from assessments.memo.document_mark import DocumentMark, mark_in
from assessments.memo.heading import heading_of
from assessments.models import Case, MemoVersion
from assessments.office import retention
from audit.models import Entry
from tests import factories
from tests.assessments.assessed import assess
from tests.markup import visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def approved(caseworker, supervisor, monkeypatch) -> MemoVersion:
    """Return an approved memo. A fake renderer prints the mark that the page looks for, and the HTML."""
    monkeypatch.setattr(printing, "pdf", stand_in)
    return factories.approved(factories.make_case(caseworker), supervisor, printed=True)


def stand_in(html: str, *, seconds: float | None = None) -> bytes:
    description = html.partition('<meta name="description" content="')[2].partition('"')[0]
    return marked(description, html.encode())


def marked(description: str, rest: bytes = b"") -> bytes:
    xml = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><dc:description><rdf:Alt><rdf:li>'
        f"{description}</rdf:li></rdf:Alt></dc:description></x:xmpmeta>"
    )
    stream = b"<</Type /Metadata /Subtype /XML>>\nstream\n" + zlib.compress(xml.encode()) + b"\nendstream\n"
    return b"%PDF-1.7\n" + stream + rest


def checked(user: User, pdf: bytes, name: str = "memo.pdf") -> str:
    """Return the text of the page from its result on."""
    file = SimpleUploadedFile(name, pdf, "application/pdf")
    response = signed_in(user).post(reverse("memo-check"), {"file": file})
    assert response.status_code == 200
    return visible_text(response).partition("Choose a PDF")[2].partition("Another PDF")[0]


def test_the_approved_file_is_unchanged_and_its_page_says_what_happened_to_it(approved, supervisor):
    pdf = bytes(approved.pdf)
    said = checked(supervisor, pdf)
    assert "The file is unchanged" in said
    assert f"approved PDF of version 1 of case {approved.case.reference}, byte for byte" in said
    assert f"{supervisor} approved it on" in said
    assert Entry.objects.filter(action="memo.check", object_id=str(approved.case.uuid)).count() == 1
    MemoVersion.objects.filter(pk=approved.pk).update(state="recalled")
    assert "It was recalled after its approval." in checked(supervisor, pdf)


def test_a_changed_file_and_a_forged_approval_differ(approved, supervisor):
    assert "It is not: the file was changed" in checked(supervisor, bytes(approved.pdf) + b"\n")
    forged = DocumentMark(approved.content_sha256, 1, "submitted", "Somebody Else")
    assert "another decision on it than the stored one" in checked(
        supervisor, marked(str(forged).replace('"', "&quot;"))
    )


def test_a_draft_of_a_version_is_printed_again_also_after_its_approval(caseworker, supervisor, monkeypatch):
    monkeypatch.setattr(printing, "pdf", stand_in)
    case = factories.make_case(caseworker)
    version = factories.submitted(case)
    draft = signed_in(caseworker).get(reverse("version-memo", args=[case.uuid, version.number])).content
    assert "an unchanged draft of version 1" in checked(caseworker, draft)
    assert "It is waiting for a decision." in checked(caseworker, draft)
    assert "prints other bytes" in checked(caseworker, draft + b"\n")
    MemoVersion.objects.filter(pk=version.pk).update(
        state="returned", decided_by=supervisor, decided_at=timezone.now(), read_sha256=version.content_sha256
    )
    said = checked(caseworker, draft)
    assert "an unchanged draft of version 1" in said
    assert "It was returned with comments." in said


def test_a_draft_of_a_case_and_files_that_are_no_memo(caseworker, supervisor, monkeypatch):
    monkeypatch.setattr(printing, "pdf", stand_in)
    case = factories.make_case(caseworker)
    found = factories.answered(case)
    draft = printing.memo_pdf(memo.build(found, assess(found), heading_of(case)))
    assert mark_in(draft).record_sha256 == ""
    assert "a draft of a case that was not submitted" in checked(supervisor, draft)
    assert "names no record" in checked(supervisor, b"%PDF-1.7 a letter")
    assert "This file is no PDF" in checked(supervisor, b"PK\x03\x04", "memo.pdf")


def test_an_invisible_case_reads_like_a_memo_that_does_not_exist(approved, caseworker):
    there = Office.objects.create(code="there", name="there")
    other = User.objects.create_user(username="elsewhere", role=Role.SUPERVISOR, office=there)
    colleague = User.objects.create_user(username="colleague", role=Role.CASEWORKER, office=caseworker.office)
    unknown = marked(str(DocumentMark("0" * 64, 1, "approved")).replace('"', "&quot;"))
    for user in (other, colleague):
        said = checked(user, bytes(approved.pdf))
        assert said == checked(user, unknown)
        assert "No memo that you may see has the record" in said
        assert approved.case.reference not in said


def test_an_auditor_sees_the_audit_record_and_nothing_of_the_case(approved, supervisor):
    auditor = User.objects.create_user(username="auditor", role=Role.AUDITOR, office=supervisor.office)
    said = checked(auditor, bytes(approved.pdf))
    assert "The audit record holds the approval of this very file, as version 1" in said
    assert "no approval of this very file, which says that it was approved" in checked(
        auditor, bytes(approved.pdf) + b"x"
    )
    assert approved.case.reference not in said


def test_of_an_erased_case_its_office_learns_that_the_file_was_approved(approved, supervisor, caseworker):
    pdf = bytes(approved.pdf)
    Case.objects.filter(pk=approved.case_id).update(state_since=timezone.now() - timedelta(days=5000))
    assert retention.purge(timezone.now())["cases"] == 1
    for user in (supervisor, caseworker):
        said = checked(user, pdf)
        assert "holds the approval of this very file" in said
        assert "The case was erased on" in said
    there = Office.objects.create(code="there", name="there")
    elsewhere = User.objects.create_user(username="elsewhere", role=Role.SUPERVISOR, office=there)
    assert "No memo that you may see" in checked(elsewhere, pdf)


def test_a_version_that_was_changed_in_the_database_is_not_compared(approved, supervisor):
    pdf = bytes(approved.pdf)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER memo_frozen")
    MemoVersion.objects.filter(pk=approved.pk).update(content=approved.content + " ")
    assert "was changed in the database" in checked(supervisor, pdf)


def test_no_file_and_a_too_large_file_are_refused_and_nothing_is_stored(supervisor, monkeypatch, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    monkeypatch.setattr(file_check, "LARGEST", 3 * 2**20)
    client = signed_in(supervisor)
    response = client.post(reverse("memo-check"))
    assert response.status_code == 422
    assert "Choose a PDF to check." in visible_text(response)
    written = []
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda *args, **kwargs: written.append(args))
    within, beyond = (SimpleUploadedFile("memo.pdf", b"%PDF-" + b"x" * size) for size in (2_900_000, 3_500_000))
    assert client.post(reverse("memo-check"), {"file": within}).status_code == 200
    response = client.post(reverse("memo-check"), {"file": beyond})
    assert response.status_code == 422
    assert "larger than 3 MB" in visible_text(response)
    assert written == []
    assert list(Path(tmp_path).iterdir()) == []


@pytest.mark.parametrize(
    "file",
    [
        b"/Type /Metadata>>\nstream\n" * 400_000,
        b"stream\n" * 1_500_000,
        (b"/Type /Metadata>>stream\n" + zlib.compress(b"\0" * 2**24) + b"\nendstream\n") * 500,
        marked("[" * 200_000),
        marked('{"record_sha256": "", "version": 1e999, "status": "", "reviewer": "", "decided_on": ""}'),
        marked('{"record_sha256": "\\u0000", "version": 1, "status": "", "reviewer": "", "decided_on": ""}'),
        marked("&lol;"),
    ],
    ids=["no-end", "streams", "bombs", "deep", "infinite", "nul", "entity"],
)
def test_a_hostile_file_has_no_mark_and_is_read_quickly(file):
    begun = time.process_time()
    assert mark_in(file) is None
    assert time.process_time() - begun < 2

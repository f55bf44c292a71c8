"""The memo as a page, its versions and their differences."""

import hashlib
import time
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.answer.answer import answer
from assessments.casefile import stored_case
from assessments.memo import differences, pdf_renderer, snapshot, stored_versions, version_integrity
from assessments.memo.differences import Piece
from assessments.memo.heading import heading_of, running_words
from assessments.models import Case, FactAssessment, MemoVersion, Recall
from audit.models import Entry
from tests import factories
from tests.assessments.assessed import assess
from tests.factories import make_case
from tests.markup import elements, visible_text
from tests.sign_in import signed_in

PDF = b"%PDF-1.7 the approved bytes"

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def case(caseworker) -> Case:
    return make_case(caseworker)


def add_version(
    case: Case, number: int, state: str, supervisor=None, *, pdf: bytes = b"", reasoning: str = ""
) -> MemoVersion:
    today = timezone.localdate()
    found = answer(stored_case.case_file(case, today=today), on=today)
    written = assess(found)
    if reasoning:
        written = replace(written, facts=tuple(replace(f, reasoning=reasoning) for f in written.facts))
    text = snapshot.freeze(found, written, heading_of(case, status="submitted", version=number))
    digest = snapshot.sha256(text)
    decided = {"decided_by": supervisor, "decided_at": timezone.now(), "read_sha256": digest} if supervisor else {}
    kept = {"pdf": pdf, "pdf_sha256": hashlib.sha256(pdf).hexdigest()} if pdf else {}
    made = MemoVersion.objects.create(
        case=case, number=number, state=state, content=text, content_sha256=digest, case_version=1, rules_version="1.0",
        submitted_by=case.author, submitted_at=timezone.now(), **decided, **kept,
    )  # fmt: skip
    return factories.recorded(made)


def get(client, name, case, *args, **query):
    return client.get(reverse(name, args=[case.uuid, *args]), query)


# --- the preview ----------------------------------------------------------------------------------


def test_the_preview_is_the_memo_and_notes_that_the_matches_were_seen(case, caseworker):
    response = get(signed_in(caseworker), "preview", case)
    shown = response.content.decode()
    assert response.status_code == 200
    assert "Draft, not reviewed" in shown
    assert "Findings that support" in shown
    assert 'class="sidenotes"' in shown
    assert shown.count("<h1") == 1
    assert reverse("submit", args=[case.uuid]) in shown
    assert "F3 is not assessed." in shown
    case.refresh_from_db()
    assert case.matches_first_shown_at is not None
    assert not Entry.objects.filter(action="memo.export").exists()


def test_a_supervisor_sees_the_memo_without_the_list_of_open_points(case, supervisor):
    response = get(signed_in(supervisor), "preview", case)
    shown = response.content.decode()
    assert response.status_code == 200
    assert reverse("submit", args=[case.uuid]) not in shown
    assert 'id="checks"' not in shown
    case.refresh_from_db()
    assert case.matches_first_shown_at is None  # only a writer's view counts


def test_typed_markup_stays_text(case, caseworker):
    FactAssessment.objects.create(
        case=case, fact_ident="F1", reasoning="<script>alert(1)</script>", saved_by=caseworker
    )
    shown = get(signed_in(caseworker), "preview", case).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown


def test_the_present_state_never_looks_like_the_approved_memo(case, caseworker, supervisor, monkeypatch):
    add_version(case, 1, "approved", supervisor, pdf=PDF)
    Case.objects.filter(pk=case.pk).update(state="approved")
    shown = get(signed_in(caseworker), "preview", case).content.decode()
    assert "Not the approved memo (version 1)" in shown
    assert reverse("version-memo", args=[case.uuid, 1]) in shown
    printed = []
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: printed.append(html) or b"%PDF")
    assert get(signed_in(caseworker), "case-memo", case).status_code == 200
    assert '<body class="draft"' in printed[0]
    assert 'data-standing="NOT THE APPROVED MEMO"' in printed[0]


# --- permissions ----------------------------------------------------------------------------------

ADDRESSES = [
    ("preview", ()),
    ("versions", ()),
    ("version", (1,)),
    ("version-memo", (1,)),
    ("version-record", (1,)),
    ("compare", ()),
]


@pytest.mark.parametrize(("name", "args"), ADDRESSES)
def test_who_may_read(name, args, client, case, caseworker, supervisor, make_user, office, other_office):
    add_version(case, 1, "approved", supervisor, pdf=PDF)
    assert get(client, name, case, *args).status_code == 302
    colleague = make_user(Role.CASEWORKER, office, "colleague")
    for user, status in (
        (caseworker, 200),
        (supervisor, 200),
        (colleague, 404),
        (make_user(Role.SUPERVISOR, other_office), 404),
        (make_user(Role.CASEWORKER, other_office), 404),
        (make_user(Role.COI_ADMIN, office), 404),
        (make_user(Role.AUDITOR, office), 404),
        (make_user(Role.CASEWORKER, None, "root", is_superuser=True, is_staff=True), 404),
    ):
        assert get(signed_in(user), name, case, *args).status_code == status, user
    Case.objects.filter(pk=case.pk).update(is_shared=True)
    assert get(signed_in(colleague), name, case, *args).status_code == 200
    assert signed_in(colleague).post(reverse(name, args=[case.uuid, *args])).status_code == 405


# --- versions --------------------------------------------------------------------------------------


def test_without_a_submission_the_list_says_what_will_appear_here(case, caseworker):
    shown = get(signed_in(caseworker), "versions", case).content.decode()
    assert "No version has been submitted yet" in shown


def test_the_list_costs_the_same_for_one_version_and_for_many(case, caseworker, django_assert_max_num_queries):
    client = signed_in(caseworker)
    add_version(case, 1, "returned")
    get(client, "versions", case)
    with django_assert_max_num_queries(30) as one:
        get(client, "versions", case)
    for number in range(2, 8):
        add_version(case, number, "returned")
    with django_assert_max_num_queries(len(one)):
        shown = get(client, "versions", case).content.decode()
    assert "Version 7" in shown


@pytest.mark.parametrize(
    ("state", "pdf", "words"),
    [
        ("submitted", b"", "It is not approved."),
        ("returned", b"", "It is not approved."),
        ("approved", PDF, "It never changes."),
        ("recalled", PDF, "Recalled."),
        ("superseded", PDF, "It was approved and later superseded."),
        ("superseded", b"", "It was taken back and never approved."),
    ],
)
def test_a_version_says_what_happened_to_it(state, pdf, words, case, caseworker, supervisor):
    version = add_version(case, 1, state, supervisor if pdf else None, pdf=pdf)
    if state == "recalled":
        Recall.objects.create(version=version, reason="The finding was <b>retired</b>.")
    shown = get(signed_in(caseworker), "version", case, 1).content.decode()
    assert words in shown
    assert ("Approved on" in shown) == bool(pdf)  # the approved memo stays unchanged; the banner has later news
    assert "The finding was &lt;b&gt;retired&lt;/b&gt;." in shown or state != "recalled"
    if state == "superseded" and pdf:
        add_version(case, 2, "submitted")
        assert "Version 2 is the newest." in get(signed_in(caseworker), "version", case, 1).content.decode()


def test_a_version_stays_as_it_was_when_the_case_changes(case, caseworker):
    add_version(case, 1, "returned", reasoning="As it was then.")
    case.facts.filter(ident="F1").update(statement="Changed since.")
    shown = get(signed_in(caseworker), "version", case, 1).content.decode()
    assert "As it was then." in shown
    assert "Changed since." not in shown


def test_the_approved_file_is_handed_out_byte_for_byte(case, caseworker, supervisor):
    add_version(case, 2, "superseded", supervisor, pdf=PDF)
    response = get(signed_in(caseworker), "version-memo", case, 2)
    assert response.content == PDF
    assert response["Content-Disposition"] == 'attachment; filename="memo-v2-approved.pdf"'
    entry = Entry.objects.get(action="memo.export")
    assert entry.details == {"memo_version": 2}


def test_the_record_of_a_version_is_the_text_that_its_pdf_names(case, caseworker):
    version = add_version(case, 1, "returned", reasoning="As it was then.")
    response = get(signed_in(caseworker), "version-record", case, 1)
    assert response.content.decode() == version.content
    assert hashlib.sha256(response.content).hexdigest() == version.content_sha256
    assert response["Content-Disposition"] == 'attachment; filename="memo-v1-record.json"'
    assert Entry.objects.get(action="memo.export").details == {"memo_version": 1}


def test_a_file_other_than_the_approved_one_cannot_be_downloaded(case, caseworker, supervisor):
    version = add_version(case, 1, "returned")
    digest = {"read_sha256": version.content_sha256, "pdf": PDF + b"!", "pdf_sha256": hashlib.sha256(PDF).hexdigest()}
    MemoVersion.objects.filter(pk=version.pk).update(
        decided_by=supervisor, decided_at=timezone.now(), state="approved", **digest
    )
    response = get(signed_in(caseworker), "version-memo", case, 1)
    assert response.status_code == 500
    assert "the record knows of no such approval" in response.content.decode()
    assert PDF not in response.content
    assert not Entry.objects.filter(action="memo.export").exists()


def test_a_version_that_was_not_approved_is_printed_from_its_snapshot(case, caseworker, monkeypatch):
    printed = []
    monkeypatch.setattr(
        pdf_renderer, "render_pdf", lambda html, **limits: printed.append(html) or b"%PDF of the snapshot"
    )
    add_version(case, 1, "returned", reasoning="As it was then.")
    case.facts.filter(ident="F1").update(statement="Changed since.")
    assert get(signed_in(caseworker), "version-memo", case, 1).content == b"%PDF of the snapshot"
    (html,) = printed
    standing = stored_versions.memo_of(case.versions.get()).heading
    assert (standing.status, standing.version) == ("returned", 1)
    assert '<body class="draft"' in html
    assert running_words(standing) in html
    assert "As it was then." in html


def test_a_snapshot_that_cannot_be_read_says_so(case, caseworker):
    version = add_version(case, 1, "submitted")
    MemoVersion.objects.filter(pk=version.pk).delete()
    MemoVersion.objects.create(
        case=case, number=1, content="{}", content_sha256="x", case_version=1, rules_version="1.0",
        submitted_by=caseworker, submitted_at=timezone.now(),
    )  # fmt: skip
    for name in ("version", "version-memo", "version-record"):
        response = get(signed_in(caseworker), name, case, 1)
        assert response.status_code == 500
        assert "the content is not the one that was submitted" in response.content.decode()
    assert get(signed_in(caseworker), "compare", case, a="1", b="draft").status_code == 422


@pytest.mark.parametrize("number", [0, 9, 2**40])
def test_a_missing_version_is_reported(number, case, caseworker):
    add_version(case, 1, "returned")
    assert get(signed_in(caseworker), "version", case, number).status_code == 404
    assert get(signed_in(caseworker), "version-memo", case, number).status_code == 404


# --- differences -----------------------------------------------------------------------------------


def test_two_versions_side_by_side(case, caseworker):
    add_version(case, 1, "returned", reasoning="She was brief on the night.")
    add_version(case, 2, "returned", reasoning="She was precise on the night.")
    shown = get(signed_in(caseworker), "compare", case, a="1", b="2").content.decode()
    assert "She was <del>brief</del><ins>precise</ins> on the night." in shown
    back = get(signed_in(caseworker), "compare", case, a="2", b="1").content.decode()
    assert "<del>precise</del><ins>brief</ins>" in back
    assert "No difference" in get(signed_in(caseworker), "compare", case, a="2", b="2").content.decode()


def test_the_present_state_of_the_case_can_be_compared(case, caseworker):
    add_version(case, 1, "returned")
    shown = get(signed_in(caseworker), "compare", case).content.decode()  # the newest version and the present state
    assert "Added by the officer, not from the library" in shown  # this test's database has nothing of it
    assert "removed" in shown
    assert "Considered, not relied on" in shown


@pytest.mark.parametrize("a", ["9", "x", "-1", "1 ", "１", "2" * 400, "<b>", "\ud800", ""])
def test_an_unknown_version_is_named_with_what_would_be_accepted(a, case, caseworker):
    add_version(case, 1, "returned")
    address = reverse("compare", args=[case.uuid])
    response = signed_in(caseworker).get(address, {"a": a.encode("utf-8", "surrogatepass"), "b": "1"})
    assert response.status_code == 404
    assert "Choose one of: 1, draft." in response.content.decode()


def test_without_any_version_there_is_nothing_to_compare(case, caseworker):
    response = get(signed_in(caseworker), "compare", case)
    assert response.status_code == 404
    assert "Choose one of: draft." in response.content.decode()


def test_pieces_join_to_both_texts():
    for old, new in (
        ("", ""),
        ("a b c", "a x c"),
        ("one two", "two"),
        ("", "new"),
        ("x\ny", "x y"),
        ("dé jà", "dé  jà!"),
    ):
        found = differences.pieces(old, new)
        assert "".join(p.text for p in found if p.kind != "ins") == old
        assert "".join(p.text for p in found if p.kind != "del") == new
    assert differences.pieces("same", "same") == (Piece("both", "same"),)


def test_very_long_texts_are_compared_in_a_moment():
    old, new = "a b " * 50_000, "b a c " * 50_000
    begun = time.monotonic()
    found = differences.pieces(old, new)
    assert time.monotonic() - begun < 60  # comparing each word with each other word would take hours
    assert "".join(p.text for p in found if p.kind != "ins") == old
    assert "".join(p.text for p in found if p.kind != "del") == new


# --- taken back, and submitted again ----------------------------------------------------------------


def take_back(case: Case) -> None:
    actions.take_back(factories.fresh(case), by=case.author)


def numbers(case: Case) -> list[int]:
    return list(case.versions.order_by("number").values_list("number", flat=True))


@pytest.fixture
def small(caseworker) -> Case:
    return factories.make_case(caseworker, "gao-bourem")


def test_a_submission_taken_back_unread_is_replaced_by_the_next(small, caseworker):
    first = factories.submitted(small)
    signed_in(caseworker).get(reverse("version", args=[small.uuid, 1]))  # its writer may read it
    take_back(small)
    assert numbers(small) == [1], "taking back alone removes nothing"
    for number in (2, 3):
        factories.submitted(small)
        assert numbers(small) == [number]
        take_back(small)
    gone = Entry.objects.filter(action="memo.replace").order_by("pk")
    assert [entry.details["version"] for entry in gone] == [1, 2]
    assert gone[0].details["sha256"] == first.content_sha256
    assert "If a number is missing" in get(signed_in(caseworker), "versions", small).content.decode()
    assert version_integrity.differences(small.versions.get()) == []


def test_a_submission_that_a_supervisor_opened_is_never_replaced(small, supervisor):
    factories.submitted(small)
    assert get(signed_in(supervisor), "version", small, 1).status_code == 200
    take_back(small)
    factories.submitted(small)
    assert numbers(small) == [1, 2]


def test_a_submission_that_was_taken_for_review_is_never_replaced(small, supervisor):
    factories.in_review(small, supervisor)
    actions.hand_back(factories.fresh(small), by=supervisor)
    take_back(small)
    factories.submitted(small)
    assert numbers(small) == [1, 2]


def test_a_submission_that_was_downloaded_is_never_replaced(small):
    factories.submitted(small)
    actions.export_memo(small, by=small.author, number=1)
    take_back(small)
    factories.submitted(small)
    assert numbers(small) == [1, 2]


def test_a_version_that_was_returned_is_never_replaced(small, supervisor):
    version = factories.in_review(small, supervisor)
    actions.send_back(factories.fresh(small), by=supervisor, number=1, digest=version.content_sha256, remark="Say why.")
    for expected in ([1, 2], [1, 2, 3]):  # the supervisor read the case just now, so nothing is replaced
        factories.submitted(small)
        assert numbers(small) == expected
        take_back(small)


def test_the_page_has_each_footnote_in_full_once_and_folds_the_annexes(case, caseworker):
    page = get(signed_in(caseworker), "preview", case)
    notes = {note.get("id"): visible_text(note) for note in elements(page, ".memo-page .sidenotes li")}
    cited = [link.get("href")[1:] for link in elements(page, ".memo-page .fn-ref a")]
    assert set(cited) == set(notes)
    assert len(cited) > len(notes) == len(set(notes.values()))
    folds = [visible_text(fold) for fold in elements(page, ".memo-annex > summary")]
    assert [name.split(".")[0] for name in folds] == [f"Annex {letter}" for letter in "ABCDE"]
    assert len(elements(page, ".memo-annex h2")) == 5

"""Attacks on casework and review by insiders, hostile text and database administrators."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import Incomplete, NotAllowed, batches, guards
from assessments.actions import assess as assessing
from assessments.actions import drafts as drafting
from assessments.actions import relocation as relocating
from assessments.assessing.assessment import OwnSourceWritten
from assessments.casefile import field_reader, reader
from assessments.casefile.problems import BadCase
from assessments.memo import pdf_renderer, snapshot, version_integrity
from assessments.models import Batch, Case, EditLock, IntakeDraft, MemoVersion, OwnSource, Question
from audit.models import Entry
from tests import factories
from tests.factories import PDF, fresh
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db
SMALL = "gao-bourem"  # one fact
TABLE = MemoVersion._meta.db_table


@pytest.fixture
def case(library, caseworker):
    return factories.make_case(caseworker, SMALL)


@pytest.fixture
def version(case, supervisor):
    """A version under review by the supervisor."""
    return factories.in_review(case, supervisor)


@pytest.fixture
def approved(case, supervisor):
    return factories.approved(case, supervisor)


@pytest.fixture
def colleague(make_user, office):
    return make_user(Role.CASEWORKER, office, "colleague")


def url(name, case, *more):
    return reverse(name, args=[case.uuid, *more])


def as_administrator_of_the_database(version, **changes):
    """Drop the triggers, rewrite the row and restore the triggers, so that the database shows no trace."""
    guards.remove()
    names = ", ".join(f"{name} = %s" for name in changes)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {names} WHERE id = %s", [*changes.values(), version.pk])
    guards.install()
    version.refresh_from_db()


# --- database administrators -----------------------------------------------------------------------


def test_a_file_swapped_together_with_its_digest_is_not_handed_out(approved, caseworker):
    client, address = signed_in(caseworker), url("version-memo", approved.case, 1)
    assert client.get(address).content == PDF
    false = b"%PDF-1.7 false"
    as_administrator_of_the_database(approved, pdf=false, pdf_sha256=hashlib.sha256(false).hexdigest())
    assert version_integrity.differences(approved)
    response = client.get(address)
    assert response.status_code == 500
    assert false not in response.content
    assert "is not the one that was approved" in response.content.decode()


def test_a_forged_approval_cannot_be_packed_into_a_batch(approved, caseworker):
    false = b"%PDF-1.7 false"
    as_administrator_of_the_database(approved, pdf=false, pdf_sha256=hashlib.sha256(false).hexdigest())
    batch = actions.pack_batch(actions.start_batch({approved.pk}, by=caseworker), by=caseworker)
    assert [out.version for out in batches.progress(batch).left_out] == [approved]


def test_a_forged_approval_cannot_be_downloaded(version, supervisor, caseworker):
    as_administrator_of_the_database(
        version, state="approved", decided_by_id=supervisor.pk, decided_at=timezone.now(), pdf=PDF,
        pdf_sha256=hashlib.sha256(PDF).hexdigest(), read_sha256=version.content_sha256,
    )  # fmt: skip
    assert signed_in(caseworker).get(url("version-memo", version.case, 1)).status_code == 500


def test_content_swapped_together_with_its_digest_is_not_approved(version, supervisor, monkeypatch):
    monkeypatch.setattr(pdf_renderer, "render_pdf", lambda html, **limits: PDF)
    document = json.loads(version.content)
    document["heading"]["office"] = "Another office"
    false = snapshot.canonical(document)
    factories.graded(version, supervisor)
    as_administrator_of_the_database(version, content=false, content_sha256=snapshot.sha256(false))
    assert version_integrity.differences(version)
    with pytest.raises(NotAllowed, match="not the one that was submitted"):
        actions.approve(fresh(version.case), by=supervisor, number=1, digest=version.content_sha256)
    assert fresh(version.case).state == "in-review"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no INSERT OR REPLACE")
@pytest.mark.parametrize("number", [1, 2])
def test_no_version_is_replaced_by_inserting_over_it(version, number):
    fields = [f for f in MemoVersion._meta.concrete_fields if f.column != "id"]
    changed = {"number": number, "content": "{}"}
    values = [
        f.get_db_prep_save(changed.get(f.column, getattr(version, f.attname)), connection=connection) for f in fields
    ]
    columns, marks = ", ".join(f.column for f in fields), ", ".join(["%s"] * len(fields))
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO {TABLE} ({columns}) VALUES ({marks})", values)


def test_submission_and_approval_are_recorded_with_digests(approved):
    details = dict(Entry.objects.filter(object_id=str(approved.case.uuid)).values_list("action", "details"))
    assert details["memo.submit"] == {"version": 1, "sha256": approved.content_sha256}
    assert details["memo.approve"] == {"version": 1, "sha256": approved.pdf_sha256}


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "[" * 100_000, "9" * 5_000, '{"format":NaN}', '{"format":1,"shared":[{"=":0}]}',
        '{"format":1,"shared":[],"answer":{"~":"os.system"},"assessment":1,"heading":1}',
        '{"format":1,"shared":[],"answer":{"~":["x"]},"assessment":1,"heading":1}',
        '{"format":1,"shared":[],"answer":' + "[" * 900 + "]" * 900 + ',"assessment":1,"heading":1}',
    ],
)  # fmt: skip
def test_no_text_in_place_of_a_snapshot_does_more_than_be_refused(text):
    with pytest.raises(snapshot.BadSnapshot):
        snapshot.thaw(text)


# --- insiders -----------------------------------------------------------------------------------


def test_who_wrote_and_became_a_supervisor_reviews_nothing_there(version, caseworker, colleague, supervisor):
    case = version.case
    Case.objects.filter(pk=case.pk).update(is_shared=True)
    actions.send_back(fresh(case), by=supervisor, number=1, digest=version.content_sha256, remark="More.")
    EditLock.objects.all().delete()
    actions.add_question(fresh(case), by=colleague, fact="", to="coi", words="What is known of the road?")
    EditLock.objects.all().delete()
    factories.submitted(fresh(case))
    colleague.role = Role.SUPERVISOR
    colleague.save()
    client = signed_in(colleague)
    assert client.get(url("review", case)).status_code == 403
    for step in ("take", "stand-in"):
        assert client.post(url("case-step", case, step)).status_code == 403
    given = signed_in(supervisor).post(url("case-step", case, "reassign"), {"to": colleague.pk})
    assert given.status_code == 422
    assert fresh(case).reviewer is None


def test_who_wrote_does_not_uphold_a_recalled_memo(approved, caseworker, supervisor):
    actions.recall(approved, "", "Checked anew.", by=supervisor)
    caseworker.role = Role.SUPERVISOR
    caseworker.save()
    response = signed_in(caseworker).post(url("recall", approved.case), {"do": "uphold", "reason": "Sound."})
    assert response.status_code == 403
    assert fresh(approved.case).state == "recalled"


def test_a_session_ends_with_the_account_the_role_and_the_office(case, caseworker, supervisor, other_office):
    working, reviewing = signed_in(caseworker), signed_in(supervisor)
    address = url("case", case)
    assert working.get(address).status_code == reviewing.get(address).status_code == 200
    supervisor.office = other_office
    supervisor.save()
    assert reviewing.get(address).status_code == 302
    assert signed_in(supervisor).get(address).status_code == 404
    caseworker.role = Role.AUDITOR
    caseworker.save()
    assert working.get(address).status_code == 302
    signed_in(caseworker, working)
    assert working.get(address).status_code == 404
    caseworker.is_active = False
    caseworker.save()
    assert working.get(address).status_code == 302


def test_a_user_without_access_saves_nothing_even_with_the_lock(case, caseworker, colleague):
    Case.objects.filter(pk=case.pk).update(is_shared=True)
    client = signed_in(colleague)
    assert client.get(url("gaps", case)).status_code == 200  # takes the lock
    assert EditLock.objects.get().holder == colleague
    actions.share_case(fresh(case), shared=False, by=caseworker)
    data = {"do": "add", "to": "coi", "fact": "", "words": "Still here?"}
    assert client.post(url("gaps", case), data).status_code == 404
    with pytest.raises(NotAllowed):
        actions.add_question(case, by=colleague, fact="", to="coi", words="Still here?")
    assert not Question.objects.exists()


def test_rows_of_another_case_cannot_be_reached_through_ones_own(case, caseworker, colleague):
    theirs = factories.make_case(colleague, SMALL, reference="N-2026-00999")
    question = actions.add_question(theirs, by=colleague, fact="", to="coi", words="Theirs.")
    written = OwnSourceWritten(0, "F1", "", "Citation", "2026", "", "It says so.", "supports")
    source = actions.add_source(theirs, written, by=colleague)
    client = signed_in(caseworker)
    for name in ("own-source", "own-source-remove"):
        assert client.post(url(name, case, source.pk), {"version": 1}).status_code == 404
    for do in ("save", "remove"):
        data = {"do": do, "question": question.pk, "version": 1, "to": "coi", "words": "Mine."}
        assert client.post(url("gaps", case), data).status_code == 409
    question.refresh_from_db()
    assert question.words == "Theirs."


@pytest.mark.parametrize(
    "back",
    ["zzz", "case", "?x", "#y", "a\0b", "//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:x"],
)
def test_taking_over_redirects_only_within_the_site(case, caseworker, back):
    response = signed_in(caseworker).post(url("case-take-over", case), {"next": back})
    assert response.status_code == 302
    assert response.headers["Location"] == url("case", case)


def test_markup_in_the_pattern_of_an_office_stays_text(library, caseworker, office):
    office.reference_pattern = "<img src=x>-####"
    office.save()
    shown = signed_in(caseworker).get(reverse("case-new")).content.decode()
    assert "<img src=x" not in shown
    assert "&lt;" in shown


# --- excessive amounts -----------------------------------------------------------------------------


def test_questions_and_sources_of_a_case_are_limited(case, caseworker):
    Question.objects.bulk_create(
        Question(case=case, to="coi", words="?", saved_by=caseworker) for _ in range(relocating.MOST_QUESTIONS)
    )
    OwnSource.objects.bulk_create(
        OwnSource(case=case, fact_ident="F1", citation="C", published="2026", says="S", bearing="supports", saved_by=caseworker)
        for _ in range(assessing.MOST_SOURCES)
    )  # fmt: skip
    client = signed_in(caseworker)
    asked = client.post(url("gaps", case), {"do": "add", "to": "coi", "fact": "", "words": "One more, kept?"})
    assert asked.status_code == 409
    assert "at most 100 questions" in asked.content.decode()
    assert "One more, kept?" in asked.content.decode()
    data = {"fact": "F1", "citation": "One more", "published": "2026", "says": "Kept?", "bearing": "supports"}
    added = client.post(url("own-source-new", case), data)
    assert added.status_code == 409
    assert "at most 100 sources" in added.content.decode()
    assert "Kept?" in added.content.decode()


def test_intakes_and_batches_of_a_user_are_limited(approved, caseworker):
    IntakeDraft.objects.bulk_create(
        IntakeDraft(office=caseworker.office, author=caseworker) for _ in range(drafting.MOST_DRAFTS)
    )
    begun = signed_in(caseworker).post(reverse("case-new"), {"reference": "Q-99"})
    assert begun.status_code == 409
    assert "Save or discard one of them first" in begun.content.decode()
    assert "Q-99" in begun.content.decode()
    Batch.objects.bulk_create(Batch(by=caseworker) for _ in range(batches.MOST_A_DAY))
    with pytest.raises(Incomplete, match="20 ZIP files"):
        actions.start_batch({approved.pk}, by=caseworker)
    Batch.objects.update(created_at=timezone.now() - timedelta(days=2))
    actions.start_batch({approved.pk}, by=caseworker)


def test_a_case_of_more_facts_than_a_page_can_answer_is_refused(library):
    document = json.loads((factories.DEMO / f"{SMALL}.json").read_text(encoding="utf-8"))
    fact = document["material_facts"][0]
    document["material_facts"] = [fact | {"id": f"F{n}"} for n in range(field_reader.MOST_FACTS + 1)]
    with pytest.raises(BadCase) as refused:
        reader.read(document, today=timezone.localdate())
    assert [(p.path, p.message) for p in refused.value.problems] == [
        ("material_facts", "At most 60 entries are accepted.")
    ]

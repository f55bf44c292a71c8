"""No road shows or hands out a memo that was rewritten in the database together with its own digests."""

import hashlib
import io
import json
import logging
import zipfile

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from assessments.memo import record_check, snapshot, stored_versions
from assessments.models import MemoVersion
from assessments.pages import case_export
from audit import guards as record_guards
from audit.models import Entry
from tests import factories
from tests.assessments.memo.test_record_check import rewrite
from tests.markup import visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
FORGED = "Office of Forgers"
ROADS = {
    "version": [1],
    "version-memo": [1],
    "version-word": [1],
    "version-record": [1],
    "disclosure": [],
    "disclosure-export": [],
    "compare": [],
}


@pytest.fixture
def submitted(caseworker) -> MemoVersion:
    return factories.submitted(factories.make_case(caseworker, "gao-bourem"))


@pytest.fixture
def approved(caseworker, supervisor) -> MemoVersion:
    return factories.approved(factories.make_case(caseworker, "gao-bourem"), supervisor)


def forge(version: MemoVersion) -> MemoVersion:
    """Rewrite the content and every digest of it that the row has."""
    document = json.loads(version.content)
    document["heading"]["office"] = FORGED
    text = snapshot.canonical(document)
    digests = {"content_sha256": snapshot.sha256(text)} | (
        {"read_sha256": snapshot.sha256(text)} if version.is_final else {}
    )
    return rewrite(version, content=text, **digests)


def forge_pdf(version: MemoVersion) -> MemoVersion:
    pdf = b"%PDF " + FORGED.encode()
    return rewrite(version, pdf=pdf, pdf_sha256=hashlib.sha256(pdf).hexdigest())


def opened(user, version: MemoVersion, name: str):
    query = {"a": "1", "b": "1"} if name == "compare" else {}
    return signed_in(user).get(reverse(name, args=[version.case.uuid, *ROADS[name]]), query)


def is_refused(response) -> bool:
    said = visible_text(response)
    assert FORGED not in said
    return response.status_code >= 400 and "does not agree with the audit record" in said


@pytest.mark.parametrize("name", ROADS)
@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_every_road_refuses_a_forged_content_and_says_why(state, name, request, caseworker, caplog):
    version = forge(request.getfixturevalue(state))
    with caplog.at_level(logging.ERROR, "assessments.memo.stored_versions"):
        response = opened(caseworker, version, name)
    assert is_refused(response)
    said = visible_text(response)
    assert "the content is not the one that was submitted" in said
    assert "Tell an administrator and an auditor" in said
    [logged] = {record.getMessage() for record in caplog.records if record.name == "assessments.memo.stored_versions"}
    assert f"Version 1 of case {version.case.uuid}" in logged
    assert version.case.reference not in logged
    assert not Entry.objects.filter(action__in=("memo.export", "disclosure.export")).exists()


@pytest.mark.parametrize("name", ["version", "version-record", "disclosure", "compare"])
def test_the_true_content_is_shown(approved, caseworker, name):
    assert opened(caseworker, approved, name).status_code == 200


@pytest.mark.parametrize("name", ["version", "version-memo", "version-word", "version-record", "disclosure"])
def test_a_forged_pdf_is_refused_and_so_is_its_page(approved, caseworker, name):
    version = forge_pdf(approved)
    response = opened(caseworker, version, name)
    assert is_refused(response)
    assert "the digest of the PDF is not the one that was approved" in visible_text(response)


def test_a_pdf_that_differs_from_its_own_digest_is_refused(approved, caseworker):
    response = opened(caseworker, rewrite(approved, pdf=b"%PDF " + FORGED.encode()), "version-memo")
    assert is_refused(response)


@pytest.mark.parametrize("name", ["version", "version-memo"])
def test_another_approver_is_refused(approved, caseworker, make_user, office, name):
    version = rewrite(approved, decided_by_id=make_user("supervisor", office, "another").pk)
    response = opened(caseworker, version, name)
    assert is_refused(response)
    assert "another person approved it" in visible_text(response)


@pytest.mark.parametrize("name", ["version", "version-record"])
def test_a_version_that_was_never_submitted_is_refused(submitted, caseworker, name):
    rewrite(submitted, number=2)
    response = signed_in(caseworker).get(reverse(name, args=[submitted.case.uuid, 2]))
    assert is_refused(response)
    assert "the record knows of no such submission" in visible_text(response)


def test_a_reviewer_is_sent_to_the_page_that_says_why(caseworker, supervisor):
    version = forge(factories.in_review(factories.make_case(caseworker, "gao-bourem"), supervisor))
    for name, more in (("review", []), ("review-section", ["profile"])):
        response = signed_in(supervisor).get(reverse(name, args=[version.case.uuid, *more]), follow=True)
        assert is_refused(response), name


def test_an_entry_that_was_rewritten_with_the_content_does_not_count(submitted, caseworker):
    """Whoever changes row, digest and entry lacks the key of the record."""
    version = forge(submitted)
    entry = Entry.objects.get(action="memo.submit")
    record_guards.remove()
    details = json.dumps(entry.details | {"sha256": version.content_sha256})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET details = %s WHERE id = %s", [details, entry.pk])
    record_guards.install()
    assert Entry.objects.get(pk=entry.pk).details["sha256"] == version.content_sha256
    response = opened(caseworker, version, "version")
    assert is_refused(response)
    assert "the record knows of no such submission" in visible_text(response)


def test_the_export_of_a_case_warns(approved):
    def unpacked() -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(case_export.export(approved.case)))

    assert b"Do not rely on its files" not in unpacked().read("case.html")
    forge(approved)
    archive = unpacked()
    assert b"Do not rely on its files" in archive.read("case.html")
    assert len(json.loads(archive.read("case.json"))["not_as_recorded"]) == 1


def test_the_record_of_a_lost_key_still_counts(submitted, settings):
    old = settings.AUDIT_KEY
    settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = "n" * 40, [old]
    call_command("rotate_audit_key")
    stored_versions.check(submitted)
    settings.AUDIT_KEY_FALLBACKS = []
    stored_versions.check(submitted)
    with pytest.raises(stored_versions.NotAsRecorded):
        stored_versions.check(forge(submitted))


def test_verification_names_what_differs(approved):
    forge(approved)
    [said] = record_check.problems()
    assert f"Version 1 of the memo of case {approved.case.uuid}" in said
    assert "the content is not the one that was submitted" in said

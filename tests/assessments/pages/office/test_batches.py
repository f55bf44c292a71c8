"""Approved memos are checked and downloaded as one file."""

import csv
import hashlib
import io
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments.actions import batches
from assessments.memo import version_integrity
from assessments.models import Batch, Case, MemoVersion
from assessments.models.codes import State
from audit.models import Entry
from tests.assessments.pages.office.office_cases import make_case, make_version
from tests.markup import markup as words
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db


def begin(client, versions):
    return client.post(reverse("batch-new"), {"version": [v.pk for v in versions]})


def finish(client, batch):
    for _step in range(50):
        client.post(reverse("batch-pack", args=[batch.uuid]))
        batch.refresh_from_db()
        if batch.finished_at:
            return batch
    raise AssertionError("never finished")


def unpacked(response) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_a_batch_is_packed_in_steps_and_downloaded_as_one_file(approved, caseworker):
    versions = approved(23)
    client = signed_in(caseworker)
    response = begin(client, versions)
    batch = Batch.objects.get()
    assert response.headers["Location"] == reverse("batch", args=[batch.uuid])
    shown = []
    for _step in range(3):
        shown.append(client.get(reverse("batch", args=[batch.uuid])).context["progress"].done)
        assert client.get(reverse("batch-file", args=[batch.uuid])).status_code == 302
        client.post(reverse("batch-pack", args=[batch.uuid]))
    assert shown == [0, 10, 20]
    assert "Download the ZIP" in words(client.get(reverse("batch", args=[batch.uuid])))
    packed = unpacked(client.get(reverse("batch-file", args=[batch.uuid])))
    assert packed.testzip() is None
    assert len(packed.namelist()) == 24
    for version in versions:
        name = f"footnote-{str(version.case.uuid)[:8]}-v1.pdf"
        assert hashlib.sha256(packed.read(name)).hexdigest() == version.pdf_sha256
    index = packed.read("index.csv").decode()
    rows = list(csv.DictReader(io.StringIO(index)))
    assert {(r["case"], r["version"], r["sha256"], r["remark"]) for r in rows} == {
        (str(v.case.uuid), "1", v.pdf_sha256, "") for v in versions
    }
    assert not any(v.case.reference in index + "".join(packed.namelist()) for v in versions)


def test_the_same_memos_give_the_same_file(approved, caseworker):
    versions = approved(3)
    client = signed_in(caseworker)
    files = []
    for _time in range(2):
        begin(client, versions)
        files.append(b"".join(batches.file(finish(client, Batch.objects.first()))))
    assert files[0] == files[1]


def test_the_file_is_made_memo_by_memo_and_on_no_disk(approved, caseworker, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    client = signed_in(caseworker)
    begin(client, approved(3))
    parts = list(batches.file(finish(client, Batch.objects.get())))
    assert [part[:4] for part in parts] == [b"PK\x03\x04"] * 4
    whole = b"".join(parts)
    assert int.from_bytes(whole[14:18], "little")  # the CRC is in the local header too, for programs that read streams
    assert list(tmp_path.iterdir()) == []


def test_exports_are_recorded_by_case(approved, caseworker):
    versions = approved(2)
    client = signed_in(caseworker)
    begin(client, versions)
    batch = finish(client, Batch.objects.get())
    client.get(reverse("batch-file", args=[batch.uuid])).close()
    of_batch = Entry.objects.filter(object_type="batch", object_id=str(batch.uuid))
    assert list(of_batch.values_list("action", "details")) == [
        ("batch.create", {"memos": 2}),
        ("batch.download", {"memos": 2}),
    ]
    exported = Entry.objects.filter(action="memo.export").values_list("object_id", flat=True)
    assert set(exported) == {str(v.case.uuid) for v in versions}


def test_nothing_is_downloaded_if_it_cannot_be_recorded(approved, caseworker, monkeypatch):
    client = signed_in(caseworker)
    begin(client, approved(1))
    batch = finish(client, Batch.objects.get())

    def fails(**_kwargs):
        raise RuntimeError("no record")

    monkeypatch.setattr("assessments.actions.office.record", fails)
    with pytest.raises(RuntimeError):
        client.get(reverse("batch-file", args=[batch.uuid]))


def test_a_memo_that_differs_from_the_approved_one_is_omitted_and_named(approved, caseworker, supervisor):
    good = approved(1)
    bad = make_version(make_case(caseworker, reference="BAD-1"), supervisor, pdf_sha256="0" * 64)
    client = signed_in(caseworker)
    begin(client, [*good, bad])
    batch = finish(client, Batch.objects.get())
    page = words(client.get(reverse("batch", args=[batch.uuid])))
    assert "Not included:" in page
    assert "BAD-1" in page
    packed = unpacked(client.get(reverse("batch-file", args=[batch.uuid])))
    assert len(packed.namelist()) == 2
    assert b"not packed" in packed.read("index.csv")
    exported = Entry.objects.filter(action="memo.export").values_list("object_id", flat=True)
    assert set(exported) == {str(good[0].case.uuid)}


def test_a_memo_recalled_or_hidden_meanwhile_is_not_packed(approved, caseworker, make_user, office):
    colleague = make_user(Role.CASEWORKER, office, "colleague")
    recalled, unshared, stays = versions = approved(3)
    Case.objects.update(is_shared=True)
    client = signed_in(colleague)
    begin(client, versions)
    MemoVersion.objects.filter(pk=recalled.pk).update(state=State.RECALLED)
    Case.objects.filter(pk=unshared.case_id).update(is_shared=False)
    batch = finish(client, Batch.objects.get())
    assert {(out.version, out.is_visible) for out in batches.progress(batch).left_out} == {
        (recalled, True),
        (unshared, False),
    }
    page = words(client.get(reverse("batch", args=[batch.uuid])))
    assert recalled.case.reference in page
    assert unshared.case.reference not in page
    Case.objects.filter(pk=stays.case_id).update(is_shared=False)
    assert client.get(reverse("batch-file", args=[batch.uuid])).status_code == 403


def test_a_memo_that_changes_after_the_check_is_not_downloaded(approved, caseworker, monkeypatch):
    recalled, changed, stays = versions = approved(3)
    client = signed_in(caseworker)
    begin(client, versions)
    batch = finish(client, Batch.objects.get())
    MemoVersion.objects.filter(pk=recalled.pk).update(state=State.RECALLED)
    monkeypatch.setattr(version_integrity, "pdf_differs", lambda version: "differs" if version == changed else "")
    assert recalled.case.reference in words(client.get(reverse("batch", args=[batch.uuid])))
    packed = unpacked(client.get(reverse("batch-file", args=[batch.uuid])))
    assert len(packed.namelist()) == 2
    assert packed.read("index.csv").count(b"not packed") == 2
    assert hashlib.sha256(packed.read(packed.namelist()[0])).hexdigest() == stays.pdf_sha256


def test_two_cases_whose_ids_start_alike_are_both_packed(caseworker, supervisor, library):
    start = uuid.uuid4().hex[:8]
    pair = [make_case(caseworker, uuid=uuid.UUID(start + uuid.uuid4().hex[8:])) for _ in range(2)]
    client = signed_in(caseworker)
    begin(client, [make_version(case, supervisor) for case in pair])
    batch = finish(client, Batch.objects.get())
    assert len(unpacked(client.get(reverse("batch-file", args=[batch.uuid]))).namelist()) == 3


def test_packing_for_the_script_gives_the_progress_alone_and_the_page_when_done(approved, caseworker):
    client = signed_in(caseworker)
    begin(client, approved(12))
    address = reverse("batch-pack", args=[Batch.objects.get().uuid])
    first = client.post(address, headers={"HX-Request": "true"})
    assert "10 of 12 memos checked" in words(first)
    assert "<html" not in words(first)
    assert "HX-Refresh" not in first.headers
    assert client.post(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert client.post(address).headers["Location"] == reverse("batch", args=[Batch.objects.get().uuid])


@pytest.mark.parametrize("chosen", [["x"], ["-1"], ["1e3"], ["\u0661"], ["9" * 30], ["\x00"], ["987654"]])
def test_a_missing_version_makes_no_batch(chosen, approved, caseworker):
    approved(1)
    assert signed_in(caseworker).post(reverse("batch-new"), {"version": chosen}).status_code == 404
    assert not Batch.objects.exists()


def test_without_approved_memos_no_batch_is_made_and_the_page_says_so(caseworker, library, approved, monkeypatch):
    draft = make_version(make_case(caseworker, state=State.SUBMITTED))
    client = signed_in(caseworker)
    response = begin(client, [draft])
    assert response.status_code == 422
    assert "no longer approved" in words(response)
    response = begin(client, [])
    assert response.status_code == 422
    assert "Select at least one" in words(response)
    monkeypatch.setattr(batches, "MOST", 2)
    assert begin(client, approved(3)).status_code == 422
    assert not Batch.objects.exists()


def test_a_batch_has_only_cases_that_its_owner_may_see(approved, others):
    versions = approved(1)
    for user, status in zip(others, (404, 404, 403, 403, 404), strict=True):
        assert begin(signed_in(user), versions).status_code == status, user
    assert not Batch.objects.exists()


def test_a_batch_exists_for_its_owner_alone(approved, caseworker, supervisor, others):
    client = signed_in(caseworker)
    begin(client, approved(1))
    batch = finish(client, Batch.objects.get())
    for user in (supervisor, *others):
        foreign = signed_in(user)
        assert foreign.get(reverse("batch", args=[batch.uuid])).status_code == 404
        assert foreign.post(reverse("batch-pack", args=[batch.uuid])).status_code == 404
        assert foreign.get(reverse("batch-file", args=[batch.uuid])).status_code == 404
    assert str(batch.uuid) in words(client.get(reverse("batch-new")))
    assert str(batch.uuid) not in words(signed_in(supervisor).get(reverse("batch-new")))


def test_after_a_day_there_is_no_download_and_the_page_says_so(approved, caseworker):
    client = signed_in(caseworker)
    begin(client, approved(1))
    old = finish(client, Batch.objects.get())
    Batch.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert "This ZIP file has expired" in words(client.get(reverse("batch", args=[old.uuid])))
    assert client.get(reverse("batch-file", args=[old.uuid])).status_code == 302

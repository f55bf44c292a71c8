"""What an office sees of its work: batches, quality, notifications."""

import csv
import hashlib
import io
import stat
import uuid
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments.actions import batches
from assessments.models import Batch, Case, MemoVersion, Notification, Recall, Reliance, SectionReview, Writer
from assessments.models.codes import State
from assessments.office import quality
from audit.models import Entry
from audit.record import record
from tests.markup import markup as words
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def make_case(author, **fields) -> Case:
    fields = {"reference": f"R-{uuid.uuid4().hex[:6]}", "state": State.APPROVED, **fields}
    case = Case.objects.create(author=author, office=author.office, country="ML", **fields)
    Writer.objects.create(case=case, user=author)
    return case


def make_version(case, decided_by=None, *, number=1, pdf=None, **fields) -> MemoVersion:
    now = timezone.now()
    pdf = pdf or f"%PDF {case.uuid}".encode()
    final = {
        "state": State.APPROVED, "decided_by": decided_by, "decided_at": now, "read_sha256": "c" * 64,
        "pdf": pdf, "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
    } if decided_by else {}  # fmt: skip
    if decided_by:  # an approval that the record does not know is none
        known = {"version": number, "sha256": final["pdf_sha256"]}
        record(by="test", action="memo.approve", object_type="case", object_id=str(case.uuid), **known)
    return MemoVersion.objects.create(**{
        "case": case, "number": number, "content": "{}", "content_sha256": "c" * 64, "case_version": 1,
        "rules_version": "1", "submitted_by": case.author, "submitted_at": now, **final, **fields,
    })  # fmt: skip


@pytest.fixture
def approved(library, caseworker, supervisor):
    """approved(n): that many approved memos."""
    return lambda n: [make_version(make_case(caseworker), supervisor) for _ in range(n)]


@pytest.fixture
def others(make_user, office, other_office):
    """People who have no business with a caseworker's batch."""
    return [
        make_user(Role.CASEWORKER, office, "colleague"),
        make_user(Role.SUPERVISOR, other_office, "elsewhere"),
        make_user(Role.COI_ADMIN, office, "coi"),
        make_user(Role.AUDITOR, office, "auditor"),
        make_user(Role.CASEWORKER, None, "root", is_superuser=True),
    ]


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


# --- batches -----------------------------------------------------------------------------------


def test_a_batch_is_packed_in_steps_and_taken_as_one_file(approved, caseworker):
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
        files.append(batches.file_of(finish(client, Batch.objects.first())).read_bytes())
    assert files[0] == files[1]


def test_the_file_is_nobody_elses_to_read(approved, caseworker):
    client = signed_in(caseworker)
    begin(client, approved(1))
    path = batches.file_of(finish(client, Batch.objects.get()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_left_the_system_is_on_record_by_case(approved, caseworker):
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


def test_nothing_is_given_out_when_it_cannot_be_recorded(approved, caseworker, monkeypatch):
    client = signed_in(caseworker)
    begin(client, approved(1))
    batch = finish(client, Batch.objects.get())

    def fails(**_kwargs):
        raise RuntimeError("no record")

    monkeypatch.setattr("assessments.actions.office.record", fails)
    with pytest.raises(RuntimeError):
        client.get(reverse("batch-file", args=[batch.uuid]))


def test_a_memo_that_is_not_what_was_approved_is_left_out_and_named(approved, caseworker, supervisor):
    good = approved(1)
    bad = make_version(make_case(caseworker, reference="BAD-1"), supervisor, pdf_sha256="0" * 64)
    client = signed_in(caseworker)
    begin(client, [*good, bad])
    batch = finish(client, Batch.objects.get())
    page = words(client.get(reverse("batch", args=[batch.uuid])))
    assert "Left out:" in page
    assert "BAD-1" in page
    packed = unpacked(client.get(reverse("batch-file", args=[batch.uuid])))
    assert len(packed.namelist()) == 2
    assert b"left out" in packed.read("index.csv")
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


def test_a_file_cut_short_is_begun_anew(approved, caseworker):
    client = signed_in(caseworker)
    begin(client, approved(12))
    batch = Batch.objects.get()
    client.post(reverse("batch-pack", args=[batch.uuid]))
    part = next(batches.folder().glob("*.part"))
    part.write_bytes(part.read_bytes()[:-30])
    batch = finish(client, batch)
    assert len(unpacked(client.get(reverse("batch-file", args=[batch.uuid]))).namelist()) == 13


def test_two_cases_whose_ids_begin_alike_are_both_packed(caseworker, supervisor, library):
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
    assert "10 of 12 memos packed" in words(first)
    assert "<html" not in words(first)
    assert "HX-Refresh" not in first.headers
    assert client.post(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert client.post(address).headers["Location"] == reverse("batch", args=[Batch.objects.get().uuid])


@pytest.mark.parametrize("chosen", [["x"], ["-1"], ["1e3"], ["\u0661"], ["9" * 30], ["\x00"], ["987654"]])
def test_a_version_that_is_none_makes_no_batch(chosen, approved, caseworker):
    approved(1)
    assert signed_in(caseworker).post(reverse("batch-new"), {"version": chosen}).status_code == 404
    assert not Batch.objects.exists()


def test_what_is_not_approved_or_not_chosen_makes_no_batch_and_says_so(caseworker, library, approved, monkeypatch):
    draft = make_version(make_case(caseworker, state=State.SUBMITTED))
    client = signed_in(caseworker)
    response = begin(client, [draft])
    assert response.status_code == 422
    assert "no longer approved" in words(response)
    response = begin(client, [])
    assert response.status_code == 422
    assert "Choose at least one" in words(response)
    monkeypatch.setattr(batches, "MOST", 2)
    assert begin(client, approved(3)).status_code == 422
    assert not Batch.objects.exists()


def test_nobody_makes_a_batch_of_cases_that_are_not_theirs(approved, others):
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


def test_old_files_are_removed_and_the_page_says_so(approved, caseworker):
    client = signed_in(caseworker)
    versions = approved(1)
    begin(client, versions)
    old = finish(client, Batch.objects.get())
    begin(client, versions)
    finish(client, Batch.objects.first())
    Batch.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert batches.remove_old() == 1
    assert [p.name for p in batches.folder().iterdir()] == [f"{Batch.objects.first().uuid}.zip"]
    assert "removed after a day" in words(client.get(reverse("batch", args=[old.uuid])))
    assert client.get(reverse("batch-file", args=[old.uuid])).status_code == 302


# --- quality -----------------------------------------------------------------------------------


@pytest.fixture
def reviewed(library, caseworker, supervisor):
    """Two decided memos, one under way, one recalled; and one of a year and a half ago."""
    now = timezone.now()
    key = "sem-mali-2021-04/mop-20"
    first = make_version(
        make_case(caseworker, reference="SECRET"), supervisor, submitted_at=now - timedelta(days=10),
        decided_at=now - timedelta(days=8), coi_cut_off=date(2021, 4, 17),
    )  # fmt: skip
    returned = make_version(
        make_case(caseworker, state=State.RETURNED), state=State.RETURNED, decided_by=supervisor,
        submitted_at=now - timedelta(days=9), decided_at=now - timedelta(days=3), coi_cut_off=timezone.localdate(),
        pdf_sha256="",
    )  # fmt: skip
    make_version(make_case(caseworker, state=State.SUBMITTED), submitted_at=now)
    make_version(
        make_case(caseworker), supervisor, submitted_at=now - timedelta(days=500), decided_at=now - timedelta(days=490)
    )
    for version, section, grade in (
        (first, "fact-F1", "correct"), (first, "fact-F2", "minor"), (first, "pairs", "significant"),
        (returned, "fact-1", "correct"), (returned, "sources", ""),
    ):  # fmt: skip
        SectionReview.objects.create(version=version, section=section, grade=grade, by=supervisor)
    for version, omitted in ((first, True), (returned, False)):
        Reliance.objects.create(
            case=version.case, version=version, finding=key, relation="supports", fact_ident="F1", omitted=omitted
        )
        Reliance.objects.create(
            case=version.case, version=version, finding=key, relation="supports", fact_ident="F2", omitted=omitted
        )
    recall = Recall.objects.create(version=first, finding=key, reason="changed")
    Recall.objects.filter(pk=recall.pk).update(recalled_at=now - timedelta(days=4))
    return first


def test_the_figures_count_the_process_of_the_office(reviewed, supervisor, office):
    found = signed_in(supervisor).get(reverse("quality")).context["quality"]
    assert (found.submitted, found.approved, found.returned) == (3, 1, 1)
    assert (found.review.n, round(found.review.middle), round(found.review.longest)) == (2, 4, 6)
    assert {g.name: g.counts for g in found.grades} == {
        "Material facts": (2, 1, 0, 0), "Home and proposed relocation": (0, 0, 1, 0),
    }  # fmt: skip
    assert [(o.key, o.memos, o.of) for o in found.omitted] == [("sem-mali-2021-04/mop-20", 1, 2)]
    assert (found.on_old_coi, found.with_coi) == (1, 2)
    assert (found.recalls.n, round(found.recalls.longest)) == (1, 4)


def test_the_page_tells_what_it_does_not_count_and_names_nobody(reviewed, supervisor, caseworker):
    page = words(signed_in(supervisor).get(reverse("quality")))
    assert "does not count outcomes" in page
    assert reverse("finding", args=["sem-mali-2021-04", "mop-20"]) in page
    main = page.split("<main")[1]
    assert str(caseworker) not in main
    assert str(supervisor) not in main
    assert "SECRET" not in main


def test_another_offices_figures_are_never_counted(reviewed, make_user, other_office):
    client = signed_in(make_user(Role.SUPERVISOR, other_office))
    response = client.get(reverse("quality"))
    assert response.context["quality"].is_empty
    assert "Nothing was submitted or decided" in words(response)


def test_the_period_is_the_last_year_unless_the_address_says_otherwise(reviewed, supervisor):
    client = signed_in(supervisor)
    today = timezone.localdate()
    far = (today - timedelta(days=600)).isoformat()
    assert client.get(reverse("quality"), {"from": far}).context["quality"].approved == 2
    only = client.get(reverse("quality"), {"from": far, "to": (today - timedelta(days=400)).isoformat()})
    assert (only.context["quality"].submitted, only.context["quality"].approved) == (1, 1)
    assert quality.period({}, date(2024, 2, 29)).first == date(2023, 3, 1)
    assert quality.period({}, TODAY).first == date(2025, 11, 24)


@pytest.mark.parametrize(
    "query",
    [{"from": "02.2026"}, {"to": "2026-02-30"}, {"from": "2026-06-01", "to": "2026-05-01"}, {"to": "9999-12-31"}],
)
def test_a_period_that_is_none_is_named_and_kept(query, reviewed, supervisor):
    client = signed_in(supervisor)
    for address in ("quality", "quality-export"):
        response = client.get(reverse(address), query)
        assert response.status_code == 422
        assert response.context["errors"]
        for typed in query.values():
            assert f'value="{typed}"' in words(response)


@pytest.mark.parametrize(
    ("cut_off", "on", "is_old"),
    [
        (date(2024, 11, 23), date(2026, 11, 23), False),
        (date(2024, 11, 22), date(2026, 11, 23), True),
        (date(2026, 11, 23), date(2026, 11, 23), False),
        (date(2027, 1, 1), date(2026, 11, 23), False),
    ],
)
def test_old_is_more_than_the_limit(cut_off, on, is_old):
    assert quality._is_old(cut_off, on, 24) is is_old


def test_the_figures_leave_as_a_table_without_formulas_and_on_record(reviewed, supervisor, office):
    office.name = "=HYPERLINK(1)"
    office.save()
    response = signed_in(supervisor).get(reverse("quality-export"))
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert ["office", "", "'=HYPERLINK(1)", ""] in rows
    assert ["submitted", "", "3", "memos"] in rows
    assert ["finding not relied on", "sem-mali-2021-04/mop-20", "1", "cases"] in rows
    assert not any(cell[:1] in tuple("=+-@\t") for row in rows for cell in row)
    entry = Entry.objects.get(action="quality.export")
    assert (entry.object_type, entry.object_id) == ("office", str(office.pk))


def test_only_supervisors_of_an_office_see_figures(others, caseworker, make_user):
    for user in (caseworker, *others, make_user(Role.SUPERVISOR, None, "boss-of-nothing")):
        expected = 200 if user.is_supervisor and user.office_id else 403
        for address in ("quality", "quality-export"):
            assert signed_in(user).get(reverse(address)).status_code == expected, user


# --- notifications -----------------------------------------------------------------------------


@pytest.fixture
def told(library, caseworker):
    return Notification.objects.create(user=caseworker, case=make_case(caseworker, reference="N-77"), kind="returned")


def test_what_one_is_told_is_counted_listed_and_read(told, caseworker):
    client = signed_in(caseworker)
    page = words(client.get(reverse("notifications")))
    assert "A memo came back with comments: <bdi>N-77</bdi>" in page
    assert '(1<span class="visually-hidden"> unread' in page
    response = client.post(reverse("notifications-read"), {"id": told.pk})
    assert response.headers["Location"] == reverse("case", args=[told.case.uuid])
    told.refresh_from_db()
    assert told.read_at
    assert "unread" not in words(client.get(reverse("notifications")))


def test_all_are_read_at_once_and_only_ones_own(told, caseworker, supervisor):
    theirs = Notification.objects.create(user=supervisor, case=told.case, kind="submitted")
    signed_in(caseworker).post(reverse("notifications-read"))
    told.refresh_from_db()
    theirs.refresh_from_db()
    assert told.read_at
    assert not theirs.read_at
    assert signed_in(caseworker).post(reverse("notifications-read"), {"id": theirs.pk}).status_code == 404
    assert "A memo waits" not in words(signed_in(caseworker).get(reverse("notifications")))


def test_a_reference_is_shown_only_while_the_case_is_ones_to_see(library, caseworker, make_user, office):
    case = make_case(make_user(Role.CASEWORKER, office, "colleague"), reference="N-88", is_shared=True)
    note = Notification.objects.create(user=caseworker, case=case, kind="closed")
    client = signed_in(caseworker)
    assert "N-88" in words(client.get(reverse("notifications")))
    Case.objects.update(is_shared=False)
    page = words(client.get(reverse("notifications")))
    assert "N-88" not in page
    assert "no longer yours to see" in page
    response = client.post(reverse("notifications-read"), {"id": note.pk})
    assert response.headers["Location"] == reverse("notifications")


def test_a_review_that_was_given_opens_at_once(library, caseworker, supervisor):
    case = make_case(caseworker, state=State.IN_REVIEW, reviewer=supervisor)
    note = Notification.objects.create(user=supervisor, case=case, kind="assigned")
    response = signed_in(supervisor).post(reverse("notifications-read"), {"id": note.pk})
    assert response.headers["Location"] == reverse("review", args=[case.uuid])


@pytest.mark.parametrize("number", ["x", "", "-1", "9" * 40, "\x00"])
def test_a_notification_that_is_none_is_not_found(number, told, caseworker):
    assert signed_in(caseworker).post(reverse("notifications-read"), {"id": number}).status_code == 404


def test_roles_without_cases_have_no_notifications(told, others):
    for user in others:
        expected = 200 if user.is_caseworker or user.is_supervisor else 403
        assert signed_in(user).get(reverse("notifications")).status_code == expected
        assert "N-77" not in words(signed_in(user).get(reverse("notifications")))


def test_the_list_costs_the_same_however_long(told, caseworker):
    client = signed_in(caseworker)
    counted = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("notifications"))
        counted.append(len(queries))
        for _n in range(20):
            Notification.objects.create(user=caseworker, case=make_case(caseworker), kind="approved")
    assert counted[0] == counted[1]

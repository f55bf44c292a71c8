"""What is due is erased, nothing else is, and the audit record notes it."""

from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments.models import (
    Batch,
    Case,
    EditLock,
    IntakeDraft,
    MemoVersion,
    Notification,
    Rendering,
)
from assessments.models.codes import State
from assessments.office import retention
from audit.models import Entry
from audit.record import FIRST
from tests.assessments.filled_case import fill
from tests.factories import make_case
from tests.sign_in import signed_in

ENDED = date(2021, 3, 10)
NIGHT = time(2, 30)


def at(day: date, hour: time = NIGHT) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def ended(by, number: int, *, state: str = State.CLOSED, since: date = ENDED, hour: time = time(23, 59)) -> Case:
    """Return a case that reached its state on that day, by default as late as possible."""
    case = make_case(by, reference=f"DEMO-2021-{number:04}")
    because = "withdrawn" if state == State.CLOSED else ""
    reviewer = by if state == State.IN_REVIEW else None
    Case.objects.filter(pk=case.pk).update(
        state=state, state_since=at(since, hour), closed_because=because, reviewer=reviewer
    )
    return case


@pytest.fixture
def author(library, caseworker):
    caseworker.office.keep_months = 12
    caseworker.office.save()
    return caseworker


def is_there(case: Case) -> bool:
    return Case.objects.filter(pk=case.pk).exists()


@pytest.mark.parametrize("state", [State.APPROVED, State.CLOSED, State.SUPERSEDED])
def test_an_ended_case_is_kept_through_its_last_day_and_erased_the_day_after(author, state):
    case = ended(author, 1, state=state)
    retention.purge(at(date(2022, 3, 10), time(23, 59)))
    assert is_there(case)
    retention.purge(at(date(2022, 3, 11), time(0, 1)))
    assert not is_there(case)


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.RECALLED])
def test_a_case_that_is_worked_on_or_was_recalled_is_never_erased(author, state):
    case = ended(author, 1, state=state)
    retention.purge(at(date(2060, 1, 1)))
    assert is_there(case)


def test_nothing_is_erased_too_early_at_the_end_of_a_short_month(author):
    author.office.keep_months = 1
    author.office.save()
    case = ended(author, 1, since=date(2021, 2, 28))
    retention.purge(at(date(2021, 3, 28)))
    retention.purge(at(date(2021, 3, 31)))
    assert is_there(case)
    retention.purge(at(date(2021, 4, 1)))
    assert not is_there(case)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 23), 120, date(2016, 11, 23)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 1), 32767, date(1970, 1, 1)),
    ],
)
def test_months_are_counted_back_to_the_same_day(day, months, expected):
    assert retention.months_before(day, months) == expected


def test_each_office_has_its_own_limit(author, make_user, other_office):
    other_office.keep_months = 24
    other_office.save()
    elsewhere = make_user(Role.CASEWORKER, other_office)
    here, there = ended(author, 1), ended(elsewhere, 1)
    retention.purge(at(date(2022, 6, 1)))
    assert (is_there(here), is_there(there)) == (False, True)
    retention.purge(at(date(2023, 6, 1)))
    assert not is_there(there)


def test_an_erased_case_leaves_no_row_but_its_opaque_id_in_the_record(author, supervisor):
    case = ended(author, 1)
    fill(case, supervisor)
    of_cases = list(apps.get_app_config("assessments").get_models())
    assert all(model.objects.exists() for model in of_cases)
    erased = retention.purge(at(date(2022, 6, 1)))
    assert erased["cases"] == 1
    left = {model._meta.label for model in of_cases if model.objects.exists()}
    # today's batch is empty now, and what an edition changed names no case
    assert left <= {"assessments.Batch", "assessments.RecallCheck"}
    assert MemoVersion.objects.count() == 0
    (row,) = Entry.objects.filter(action="retention.erase")
    assert (row.actor, row.object_type, row.object_id, row.details) == ("purge", "case", str(case.uuid), {})


def test_the_chain_of_the_record_is_whole_after_a_purge(author):
    ended(author, 1)
    ended(author, 2)
    before = Entry.objects.count()
    retention.purge(at(date(2022, 6, 1)))
    assert Entry.objects.count() == before + 3  # one for each case, one for the purge
    previous = FIRST
    for entry in Entry.objects.order_by("pk"):
        assert entry.previous == previous
        assert entry.computed_mac() == entry.mac
        previous = entry.mac


def test_other_rows_go_after_their_days_and_not_before(author, settings):
    """Each row is created at its limit: still there then, erased one second later."""
    now = at(date(2026, 6, 1))
    case = make_case(author)
    draft = IntakeDraft.objects.create(office=author.office, author=author)
    IntakeDraft.objects.filter(pk=draft.pk).update(saved_at=now - timedelta(days=90))
    Notification.objects.create(user=author, case=case, kind="returned", read_at=now - timedelta(days=180))
    Notification.objects.create(user=author, case=case, kind="approved")  # unread, so it stays
    batch = Batch.objects.create(by=author)
    Batch.objects.filter(pk=batch.pk).update(created_at=now - timedelta(days=1))
    made = Rendering.objects.create(case=case, what="draft", on=now.date(), digest="a", pdf=b"%PDF")
    Rendering.objects.filter(pk=made.pk).update(asked_at=now - timedelta(days=1))
    Session.objects.create(session_key="a", session_data="", expire_date=now)
    seen = {"ip_address": "192.0.2.1", "user_agent": "", "username": "a", "http_accept": "", "path_info": ""}
    for model, more in (
        (AccessLog, {}),
        (AccessFailureLog, {}),
        (AccessAttempt, {"get_data": "", "post_data": "", "failures_since_start": 1}),
    ):
        row = model.objects.create(**seen, **more)
        model.objects.filter(pk=row.pk).update(attempt_time=now - timedelta(days=90))

    assert set(retention.count(now).values()) == {0}
    later = now + timedelta(seconds=1)
    expected = {
        "cases": 0, "intakes": 1, "notifications": 1, "renderings": 1, "batches": 1, "locks": 0, "sessions": 1, "sign_ins": 1,
        "failed_sign_ins": 1, "sign_in_attempts": 1,
    }  # fmt: skip
    assert retention.count(later) == expected
    former = [settings.VAR_DIR / "batches", settings.VAR_DIR / "imports"]  # as releases before 0.2 left them
    for folder in former:
        folder.mkdir()
        (folder / "one").write_bytes(b"PK")
    assert retention.purge(later) == expected
    assert not any(folder.exists() for folder in former)
    assert Entry.objects.get(action="retention.purge").details == expected
    assert Notification.objects.get().kind == "approved"


def test_a_lapsed_editing_lock_is_removed_and_a_held_one_stays(author):
    case = make_case(author)
    now = timezone.now()
    EditLock.objects.create(case=case, holder=author, renewed_at=now - timedelta(minutes=14))
    assert retention.purge(now)["locks"] == 0
    assert retention.purge(now + timedelta(minutes=1))["locks"] == 1


def test_an_unfinished_change_is_erased_and_its_case_stays(author):
    case = make_case(author)
    draft = IntakeDraft.objects.create(office=author.office, author=author, case=case)
    IntakeDraft.objects.filter(pk=draft.pk).update(saved_at=at(date(2020, 1, 1)))
    retention.purge(timezone.now())
    assert not IntakeDraft.objects.exists()
    assert is_there(case)


def untouched(by, days: int, case: Case | None = None) -> IntakeDraft:
    draft = IntakeDraft.objects.create(office=by.office, author=by, case=case, data={"reference": ["N-SECRET"]})
    IntakeDraft.objects.filter(pk=draft.pk).update(saved_at=timezone.now() - timedelta(days=days))
    draft.refresh_from_db()
    return draft


def test_an_intake_is_erased_after_its_offices_days_and_the_erasure_is_recorded(author):
    author.office.untouched_days = 40
    author.office.save()
    old, newer = untouched(author, 41), untouched(author, 39)
    assert retention.purge(timezone.now())["intakes"] == 1
    assert IntakeDraft.objects.get() == newer
    assert Entry.objects.get(action="retention.erase-intake").object_id == str(old.uuid)


def test_an_intake_that_was_saved_meanwhile_is_not_erased(author):
    draft = untouched(author, 91)
    now = timezone.now()
    assert list(retention.due_intakes(now)) == [draft]
    draft.save()  # its author came back
    assert not retention._erase_intake(draft.pk, now)
    assert IntakeDraft.objects.exists()


def test_an_intake_due_for_erasure_is_shown_to_its_author_and_without_content_to_the_supervisor(
    author, supervisor, client
):
    untouched(author, 75)
    signed_in(author, client)
    page = client.get("/").content.decode()
    assert "Not saved recently" not in page
    draft = untouched(author, 77)
    gone_from = timezone.localtime(draft.saved_at + timedelta(days=90)).date() + timedelta(days=1)
    page = client.get("/").content.decode()
    assert f"erased on or after {gone_from.day} {gone_from:%B %Y}" in page
    assert reverse("intake", args=[draft.uuid, draft.step]) in page
    signed_in(supervisor, client)
    page = client.get("/?view=all").content.decode()
    assert f"An intake of {author}" in page
    assert "N-SECRET" not in page
    assert str(draft.uuid) not in page


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.RECALLED])
def test_an_open_case_not_saved_for_long_is_listed_and_never_erased(author, supervisor, client, state):
    case = ended(author, 1, state=state)
    Case.objects.filter(pk=case.pk).update(saved_at=timezone.now() - timedelta(days=4000))
    for person, address in ((author, "/"), (supervisor, "/?view=all")):
        signed_in(person, client)
        (listed,) = client.get(address).context["untouched"].cases
        assert listed == case
    assert purge().split("open cases")[1].split()[0] == "1"
    assert is_there(case)
    Case.objects.filter(pk=case.pk).update(state_since=timezone.now())
    assert not client.get("/?view=all").context["untouched"].cases, "it took a step"


def test_ended_cases_and_those_of_other_offices_are_not_listed(author, client, make_user, other_office):
    case = ended(author, 1)
    Case.objects.filter(pk=case.pk).update(saved_at=timezone.now() - timedelta(days=4000))
    untouched(author, 80)
    signed_in(author, client)
    assert not client.get("/").context["untouched"].cases
    signed_in(make_user("supervisor", other_office), client)
    assert not client.get("/?view=all").context["untouched"]


def purge(*arguments: str) -> str:
    said = StringIO()
    call_command("purge", *arguments, stdout=said)
    return said.getvalue()


def test_a_dry_run_counts_and_changes_nothing(author):
    case = ended(author, 1)
    entries = Entry.objects.count()
    said = purge("--dry-run", "--on", "2022-06-01")
    assert "Due, not erased" in said
    assert said.split("cases")[1].split()[0] == "1"
    assert is_there(case)
    assert Entry.objects.count() == entries
    assert case.reference not in said


def test_the_command_erases_what_is_due_on_a_day(author):
    case = ended(author, 1)
    purge("--on", "2022-03-10")
    assert is_there(case)
    assert "Erased" in purge("--on", "2022-03-11")
    assert not is_there(case)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "11/03/2022"])
def test_an_invalid_day_is_refused(db, day):
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        purge("--on", day)


def test_a_day_to_come_is_only_counted(author):
    case = ended(author, 1, state=State.APPROVED, since=timezone.localdate())
    to_come = str(timezone.localdate() + timedelta(days=800))
    with pytest.raises(CommandError, match="future"):
        purge("--on", to_come)
    assert purge("--dry-run", "--on", to_come).split("cases")[1].split()[0] == "1"
    assert is_there(case)

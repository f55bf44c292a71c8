"""The audit record's pages, for auditors only."""

import ast
import csv
import io
import re
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments.actions.workflow import BY_ACTION
from audit import guards, views
from audit.models import Entry
from audit.record import record
from audit.spreadsheets import neutral
from audit.words import ACTIONS, details_in_words, in_words
from tests.searching import searched
from tests.sign_in import signed_in

CASE = "6f1d9c1e-0000-4000-8000-000000000001"


@pytest.fixture
def auditor(make_user, office, client):
    user = make_user(Role.AUDITOR, office, "auditor")
    signed_in(user, client)
    return user


@pytest.fixture
def write(db):
    """Return write(user or name, action, object_id), which adds one entry at a given time."""

    def one(by, action="case.read", object_id=CASE, at: str = "", object_type="case", **details) -> Entry:
        real = timezone.now
        with pytest.MonkeyPatch.context() as patch, transaction.atomic():
            patch.setattr(timezone, "now", lambda: timezone.make_aware(datetime.fromisoformat(at)) if at else real())
            return record(
                by=str(getattr(by, "pk", by)), action=action, object_type=object_type, object_id=object_id, **details
            )

    return one


def rows(response) -> list[tuple[str, str]]:
    """Return who and what as the page shows them, without the auditor's own entries."""
    return [(line["who"].name, line["what"]) for line in response.context["lines"] if line["who"].name != "auditor"]


ADDRESSES = [("record", "get"), ("record-export", "get"), ("record-verify", "post")]


@pytest.mark.parametrize(("address", "method"), ADDRESSES)
@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.COI_ADMIN])
def test_the_record_is_the_auditors_alone(address, method, role, make_user, office, client, db):
    user = make_user(role, office, is_staff=True, is_superuser=True)
    signed_in(user, client)
    assert getattr(client, method)(reverse(address)).status_code == 403
    assert reverse("record") not in client.get(reverse("library")).content.decode()
    assert Entry.objects.filter(action="refused", object_type=address, actor=str(user.pk)).count() == 1


@pytest.mark.parametrize(("address", "method"), ADDRESSES)
def test_strangers_are_sent_to_sign_in_and_auditors_answered(address, method, client, request):
    stranger = getattr(client, method)(reverse(address))
    assert stranger.status_code == 302
    assert stranger["Location"].startswith(reverse("sign-in"))
    request.getfixturevalue("auditor")
    response = getattr(client, method)(reverse(address))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_safe_methods_never_verify_and_others_never_read(auditor, client):
    assert client.get(reverse("record-verify")).status_code == 405
    assert client.post(reverse("record-export")).status_code == 405


def test_an_entry_is_shown_with_names_words_and_ids(auditor, caseworker, client, write):
    write(caseworker, "case.change", version=3)
    write("load_coi", "coi.load", "sem-mali", object_type="edition")
    write("stranger", "sign-in.failed", str(caseworker.pk), object_type="user")
    write("999999", "something.new", "", object_type="")
    page = client.get(reverse("record")).content.decode()
    for said in (
        caseworker.username,
        "edited a case",
        CASE,
        "version: 3",
        "load_coi",
        "loaded an edition",
        "not signed in",
        "failed to sign in",
        "user 999999 (deleted)",
        "something.new",
    ):
        assert said in page
    assert reverse("record") in client.get(reverse("library")).content.decode()


def test_filters(auditor, caseworker, supervisor, client, write):
    write(caseworker, "case.read", at="2026-03-01T00:00:00")
    write(supervisor, "case.read", at="2026-03-01T23:59:59")
    write(supervisor, "memo.approve", object_id="other", at="2026-03-02T00:00:00")
    write("stranger", "sign-in.failed", str(supervisor.pk), object_type="user", at="2026-03-03T00:00:00")
    write("load_coi", "coi.load", "x", at="2026-03-04T00:00:00")

    def found(**chosen):
        return rows(searched(client, reverse("record"), chosen))

    a, b = caseworker.username, supervisor.username
    read, approved = "read a case", "approved a memo"
    assert [row for row in found() if row[1] != "signed in"] == [
        ("load_coi", "loaded an edition"),
        ("not signed in", "failed to sign in"),
        (b, approved),
        (b, read),
        (a, read),
    ]
    assert found(who=a) == [(a, read)]
    # entries by them and about their account
    assert found(who=b.upper()) == [("not signed in", "failed to sign in"), (b, approved), (b, read)]
    assert found(who="load_coi") == [("load_coi", "loaded an edition")]
    assert found(who="not signed in") == found(who="stranger") == [("not signed in", "failed to sign in")]
    assert found(what="memo.approve") == [(b, approved)]
    assert found(object=CASE) == [(b, read), (a, read)]
    assert found(object=f"  {CASE} ", who=a) == [(a, read)]
    assert found(since="2026-03-01", until="2026-03-01") == [(b, read), (a, read)]
    assert found(until="2026-03-02", since="2026-03-02", what="memo.approve", object="other") == [(b, approved)]
    assert found(what="memo.recall") == []
    assert (
        "No entries found with these filters" in client.get(reverse("record"), {"what": "memo.recall"}).content.decode()
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("who", "nobody-of-that-name"),
        ("who", "a\0b"),
        ("who", "x" * 151),
        ("what", "case.burn"),
        ("object", "\0"),
        ("object", "x" * 101),
        ("since", "yesterday"),
        ("since", "03.2026"),
        ("since", "0001-01-01"),
        ("until", "9999-12-31"),
        ("until", "2026-02-30"),
    ],
)
@pytest.mark.parametrize("address", ["record", "record-export"])
def test_a_bad_filter_is_refused_at_its_field_and_keeps_the_text(auditor, client, address, field, value):
    response = searched(client, reverse(address), {"object": "kept-as-typed", field: value}, form=reverse("record"))
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#id_{field}"' in page
    assert f'id="error_1_id_{field}"' in page or f"error_1_id_{field}" in page
    assert field == "object" or "kept-as-typed" in page
    assert "\0" in value or field == "what" or f'value="{value}"' in page
    assert "Correct the filters to see entries" in page
    assert not Entry.objects.filter(action__in=("record.read", "record.export")).exists()


@pytest.mark.parametrize("since", ["2.3.2026", "2 March 2026", "2026-03-02"])
def test_a_day_may_be_typed_in_any_format(auditor, client, since):
    response = searched(client, reverse("record"), {"since": since})
    assert response.status_code == 200
    assert 'value="2 March 2026"' in response.content.decode()


def test_a_first_day_after_the_last_is_answered_at_the_field(auditor, client):
    response = searched(client, reverse("record"), {"since": "2026-03-02", "until": "2026-03-01"})
    assert response.status_code == 422
    assert "before the first day" in response.content.decode()


@pytest.mark.parametrize("row", ["", "x", "-1", "0", "9" * 40, "٣", "1\0"])
def test_a_missing_row_changes_nothing(auditor, client, row):
    assert client.get(reverse("record"), {"before": row}).status_code == 200
    assert client.get(reverse("record"), {"after": row}).status_code == 200


def test_pages_have_every_entry_once_and_keep_the_filters(auditor, caseworker, client, write, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 3)
    wanted = [write(caseworker, object_id=str(n)).pk for n in range(8)][::-1]

    def pks(response):
        return [line["entry"].pk for line in response.context["lines"]]

    response = client.get(reverse("record"), {"what": "case.read"})
    seen, steps = pks(response), []
    while response.context["older"]:
        assert f"?what=case.read&amp;before={response.context['older']}" in response.content.decode()
        response = client.get(reverse("record"), {"what": "case.read", "before": response.context["older"]})
        steps.append(pks(response))
        seen += pks(response)
    assert seen == wanted
    response = client.get(reverse("record"), {"what": "case.read", "after": response.context["newer"]})
    assert pks(response) == steps[-2]
    response = client.get(reverse("record"), {"what": "case.read", "after": response.context["newer"]})
    assert pks(response) == wanted[:3]
    assert response.context["newer"] is None


def test_the_number_of_queries_does_not_grow(auditor, office, make_user, client, write, django_assert_num_queries):
    client.get(reverse("record"))
    filters = {"since": "2020-01-01"}
    searched(client, reverse("record"), filters)
    with CaptureQueriesContext(connection) as few:
        searched(client, reverse("record"), filters)
    for n in range(60):
        write(make_user(Role.CASEWORKER, office, f"user-{n}"), object_id=str(n))
    with django_assert_num_queries(len(few)):
        assert len(searched(client, reverse("record"), filters).context["lines"]) == views.PER_PAGE


def test_reading_is_recorded_once_and_without_typed_text(auditor, client, write):
    write("7", object_id="N-2026-00123")
    for _n in range(2):
        client.get(reverse("record"))
        searched(client, reverse("record"), {"object": "N-2026-00123", "what": "case.read"})
    read = Entry.objects.filter(action="record.read", actor=str(auditor.pk))
    assert [entry.details for entry in read] == [{}, {"filters": ["object", "what"]}]


# --- export -----------------------------------------------------------------------------------


def exported(client, **chosen) -> list[dict[str, str]]:
    response = searched(client, reverse("record-export"), chosen, form=reverse("record"))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="record-20')
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_the_export_holds_the_filtered_rows_and_is_recorded(auditor, caseworker, client, write):
    write(caseworker, "case.read", version=2)
    write(caseworker, "case.change")
    (row,) = exported(client, what="case.read")
    entry = Entry.objects.get(action="case.read")
    assert row == {
        "row": str(entry.pk),
        "time": timezone.localtime(entry.at).isoformat(),
        "who (id)": str(caseworker.pk),
        "user name": caseworker.username,
        "role today": "caseworker",
        "action": "case.read",
        "what": "read a case",
        "kind of object": "case",
        "object": CASE,
        "details": '{"version": 2}',
        "hash": entry.mac,
    }
    everything = exported(client)
    assert everything[0]["action"] == "record.export"  # the newest entry is this export itself
    assert len(everything) == Entry.objects.count()
    assert Entry.objects.filter(action="record.export").count() == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_of_the_export_are_no_formulas(auditor, client, write, make_user, office, start):
    write(f"{start}cmd", f"{start}action", f"{start}1+1", object_type=f"{start}x")
    row = exported(client, object=f"{start}1+1")[0] if start not in "\t\r" else exported(client)[1]
    for name in ("who (id)", "user name", "action", "what", "kind of object", "object"):
        assert row[name].startswith("'")


def test_neutral_leaves_other_cells_alone():
    assert neutral("\0=1+1") == "'=1+1"
    assert [neutral(cell) for cell in ("a=b", 17, "", "{}")] == ["a=b", "17", "", "{}"]


# --- verification -----------------------------------------------------------------------------


def test_verification_from_the_page_is_recorded_and_shown(auditor, client, write):
    write("7")
    page = client.post(reverse("record-verify")).content.decode()
    assert "<h1>The audit record is intact</h1>" in page
    said = Entry.objects.get(action="record.verify").details
    assert said["problems"] == 0
    assert said["checked"] == said["entries"] > 1
    assert "problems found: 0" in client.get(reverse("record")).content.decode()


def test_verification_on_the_page_reports_what_is_wrong(auditor, client, write):
    entry = write("7")
    guards.remove()
    Entry._base_manager.filter(pk=entry.pk).update(actor="8")
    guards.install()
    page = client.post(reverse("record-verify")).content.decode()
    assert "The audit record is not intact" in page
    assert f"Row {entry.pk} was changed" in page
    assert Entry.objects.get(action="record.verify").details["problems"] == 1


def test_a_long_record_is_verified_in_part_and_the_page_says_so(auditor, client, write, monkeypatch):
    monkeypatch.setattr(views, "MOST_VERIFIED", 2)
    for _n in range(4):
        write("7")
    assert "checks only the newest rows" in client.post(reverse("record-verify")).content.decode()


# --- words ------------------------------------------------------------------------------------


def codes_in_use() -> set[str]:
    """Return every action that the code records."""
    found = {step.event for step in BY_ACTION.values()}
    for app in ("assessments", "coi", "accounts", "audit"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                values = [part for each in node.keywords if each.arg == "action" for part in ast.walk(each.value)]
                if name.lstrip("_") in ("record", "record_once", "writing"):
                    values += node.args
                for value in values:
                    if isinstance(value, ast.Constant) and re.fullmatch(r"[a-z-]+\.[a-z-]+", str(value.value)):
                        found.add(value.value)
    return found


def test_every_action_that_the_code_records_has_words():
    used = codes_in_use()
    assert {"case.create", "case.read", "sign-in.locked", "memo.approve", "assessment.save"} <= used
    assert used <= set(ACTIONS)


def test_actions_and_details_in_words():
    assert in_words("case.read") == "read a case"
    assert in_words("case.unheard-of") == "case.unheard-of"
    assert (
        details_in_words({"role": ["caseworker", None], "n": 1, "of": {"a": 1}})
        == "role: caseworker, None; n: 1; of: a 1"
    )
    assert len(set(map(str, ACTIONS.values()))) == len(ACTIONS)  # no two actions have the same words

"""What load balancers and monitoring are told, and that it names nobody."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from model_bakery import baker

from assessments.memo.pdf_renderer import MemoFailed
from audit import anchor, verified
from audit.models import Head
from jobs import kinds
from operations import readiness

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch, settings, tmp_path):
    """Every check is asked anew, in a folder of its own, with a renderer that works."""
    monkeypatch.setattr(readiness, "ANSWERS", readiness.Answers())
    monkeypatch.setattr(readiness, "render_pdf", lambda *a, **k: b"%PDF-")
    settings.VAR_DIR, settings.AUDIT_ANCHOR_FILE = tmp_path, str(tmp_path / "audit-head.json")


def failed(client) -> list[str]:
    response = client.get("/health/ready")
    answer = response.json()
    assert response.status_code == (200 if answer["ready"] else 503)
    return [name for name, state in answer["checks"].items() if state == "failed"]


def test_it_lives_without_touching_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/live").json() == {"live": True}


def test_all_is_ready(client):
    assert failed(client) == []


def test_a_database_that_does_not_answer(client, monkeypatch):
    def refuses():
        raise OperationalError("a secret name")

    monkeypatch.setitem(readiness.NEEDED, "database", refuses)
    assert failed(client) == ["database"]
    assert "secret" not in client.get("/health/ready").content.decode()


def test_a_missing_migration(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
    assert failed(client) == ["migrations"]


def test_a_renderer_that_does_not_start(client, monkeypatch):
    def fails(*args, **kwargs):
        raise MemoFailed

    monkeypatch.setattr(readiness, "render_pdf", fails)
    assert failed(client) == ["renderer"]


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.model.__name__)
def test_a_queue_that_nobody_empties(kind):
    now = timezone.now()
    late, long_ago = now - kind.patience - timedelta(minutes=1), now - timedelta(days=2)
    job = baker.make(kind.model, state="waiting", asked_at=late)
    assert failed_queue() == f"A job of the kind {kind.model.__name__} has waited"
    job.asked_at, job.ended_at = long_ago, now  # done in steps, or confirmed late
    job.save()
    assert not failed_queue()
    job.state, job.lease_until = "running", late  # its worker was killed
    job.save()
    assert failed_queue()
    job.lease_until = now + timedelta(minutes=1)
    job.save()
    assert not failed_queue()


def failed_queue() -> str:
    return readiness.problems({"queue": readiness.queue}).get("queue", "").partition(" for ")[0]


def test_a_full_disk(client, monkeypatch):
    monkeypatch.setattr(readiness, "free_bytes", lambda: readiness.LEAST_FREE - 1)
    assert failed(client) == ["disk"]


def test_a_head_that_is_not_the_last_entry(client):
    Head.objects.update_or_create(pk=Head.ROW, defaults={"count": 5, "mac": "1" * 64})
    assert failed(client) == ["record"]


@pytest.mark.parametrize("text", ["no head", json.dumps({"count": 10**6, "mac": "0" * 64})])
def test_an_anchor_that_is_damaged_or_ahead(text, client):
    anchor.path().write_text(text)
    assert failed(client) == ["record"]


def test_answers_are_repeated_for_a_moment(client, django_assert_num_queries):
    failed(client)
    with django_assert_num_queries(0):
        failed(client)


def test_files_that_others_can_read(settings, tmp_path):
    tmp_path.chmod(0o700)
    anchor.path().write_text("{}")
    anchor.path().chmod(0o644)
    assert "chmod go=" in readiness.problems({"file modes": readiness.file_modes})["file modes"]
    anchor.path().chmod(0o600)
    assert str(tmp_path) not in str(readiness.problems({"file modes": readiness.file_modes}))


def test_missing_static_files(settings):
    settings.DEBUG = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.STATIC_ROOT = Path(settings.VAR_DIR) / "none"
    assert "collectstatic" in readiness.problems({"static": readiness.static_files})["static"]


# --- figures ----------------------------------------------------------------------------------------


def test_figures_need_the_token(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a-long-token"
    for wrong in ("", "Bearer ", "Bearer other", "a-long-token", "Bearer é"):
        assert client.get("/metrics", headers={"Authorization": wrong}).status_code == 404, wrong


def test_figures_name_pages_and_nobody(client, settings, caseworker):
    settings.METRICS_TOKEN = "a-long-token"
    verified.note()
    client.post("/sign-in/", {"username": caseworker.username, "password": "marker-word"})
    client.get("/cases/marker-word/?q=marker-word")
    text = client.get("/metrics", headers={"Authorization": "Bearer a-long-token"}).content.decode()
    for name in (
        'footnote_requests_total{method="POST",page="sign-in",status=', "footnote_request_seconds_bucket",
        "footnote_failed_sign_ins_total", 'footnote_jobs{kind="Rendering",state="waiting"} 0.0', 'footnote_queue_age_seconds{kind="RecallCheck"} 0.0',
        'footnote_coi_age_days{edition="sem-mali-2021-04"}', "footnote_free_bytes",
    ):  # fmt: skip
        assert name in text, name
    (line,) = [line for line in text.splitlines() if line.startswith("footnote_record_verified_timestamp_seconds ")]
    assert float(line.split()[1]) > 0
    assert "marker-word" not in text
    assert caseworker.username not in text.replace('"caseworker', "")

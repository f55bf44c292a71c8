"""Folders, people and data for the pages of event data."""

from datetime import date

import pytest

from accounts.models import Role
from coi.events import jobs
from coi.events.storing import import_events
from tests.coi.event_files import NEW, write
from tests.coi.pages.events.uploads_of_events import rows_like_the_figure
from tests.sign_in import signed_in


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """The folder for files while they are uploaded and read; empty after every test."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = folder
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Read the import in this process, because another would not see this test's transaction."""
    monkeypatch.setattr(jobs, "start", jobs.work_all)


@pytest.fixture
def admin(make_user, office, client):
    user = make_user(Role.COI_ADMIN, office)
    signed_in(user, client)
    return user


@pytest.fixture
def dataset(tmp_path):
    path = write(tmp_path / "made-up.csv", NEW, rows_like_the_figure())
    today = date(2026, 11, 23)
    return import_events(path, code="made-up", country="ML", retrieved_on=date(2026, 11, 2), today=today)

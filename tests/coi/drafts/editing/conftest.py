"""A draft of the note, and three COI admins."""

import pytest
from django.db import transaction

from accounts.models import Office, Role, User
from coi.models import Edition
from tests.coi.drafts.editing.item_forms import NEW, OLD, World
from tests.drafts import draft_of


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for this file and rolled back at its end; each test's changes are rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = Office.objects.create(code="of-editors", name="Of editors")
        people = [
            User.objects.create_user(username=name, password=None, role=Role.COI_ADMIN, office=office)
            for name in ("beginner", "second", "third")
        ]
        note = Edition.objects.get(code=OLD)
        yield World(draft_of(note, code=NEW, label="Made up for tests, 2026", by=people[0]), *people)
        transaction.set_rollback(True)


@pytest.fixture
def draft(world, db) -> Edition:
    return Edition.objects.get(pk=world.draft.pk)


@pytest.fixture
def beginner(world, db) -> User:
    return world.beginner


@pytest.fixture
def second(world, db) -> User:
    return world.second


@pytest.fixture
def third(world, db) -> User:
    return world.third

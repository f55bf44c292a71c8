"""A draft of the note on Mali, with its author and its publisher."""

import pytest

from accounts.models import Role, User
from coi.models import (
    Edition,
)
from tests.coi.drafts.publishing.draft_changes import NEW, OLD
from tests.drafts import draft_of


@pytest.fixture
def edition() -> Edition:
    return Edition.objects.get(code=OLD)


@pytest.fixture
def beginner(make_user, office) -> User:
    return make_user(Role.COI_ADMIN, office, "beginner")


@pytest.fixture
def second(make_user, office) -> User:
    return make_user(Role.COI_ADMIN, office, "second")


@pytest.fixture
def draft(edition, beginner) -> Edition:
    return draft_of(edition, code=NEW, label="Made up for tests, 2026", by=beginner)

"""The drafts that tests work with are those that the application makes."""

from accounts.models import Role
from coi.drafts import draft_review, starting
from coi.files import fixture
from coi.models import Edition
from tests.drafts import draft_of


def test_a_draft_that_is_put_back_is_the_copy_that_the_application_makes(library, make_user, office):
    note, admin = Edition.objects.get(code="sem-mali-2021-04"), make_user(Role.COI_ADMIN, office)
    names = {"code": "next", "label": "Made up"}
    draft_of(note, code="first", label="First", by=admin)  # the process may have copied the note before
    Edition.objects.filter(pk__gt=1_000_000).exists() or draft_of(note, code="second", label="Second", by=admin)
    again = Edition.objects.filter(pk__gt=1_000_000).get()
    made = starting.copy(note, by=admin, **names)
    assert fixture.entries(again, **names, published=False) == fixture.entries(made, **names, published=False)
    assert draft_review.begun_by(again) == draft_review.begun_by(made) == admin

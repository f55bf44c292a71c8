"""The tests' drafts are the same as those that the application makes."""

from accounts.models import Role
from coi.drafts import draft_review, starting
from coi.files import fixture
from coi.models import Edition
from tests.drafts import SHIFT, draft_of


def test_a_draft_that_is_put_back_is_the_copy_that_the_application_makes(library, make_user, office):
    note, admin = Edition.objects.get(code="sem-mali-2021-04"), make_user(Role.COI_ADMIN, office)
    names = {"code": "next", "label": "Made up"}
    first = draft_of(note, code="first", label="First", by=admin)
    # another test in this process may have copied the note already; then the first draft was restored
    again = first if first.pk > SHIFT else draft_of(note, code="second", label="Second", by=admin)
    assert again.pk > SHIFT
    made = starting.copy(note, by=admin, **names)
    assert fixture.entries(again, **names, published=False) == fixture.entries(made, **names, published=False)
    assert draft_review.begun_by(again) == draft_review.begun_by(made) == admin

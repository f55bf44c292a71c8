"""The rows of a draft: locking before a change, recording who edited it, deleting all."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from coi.drafts.refused import ChangedSince
from coi.models import DraftEditor, DraftWork, Edition, parts


def locked(edition: Edition) -> Edition:
    """Read the draft again under its lock. Every change to a draft takes this lock first."""
    there: Edition | None = Edition.objects.select_for_update().filter(pk=edition.pk).first()
    if there is None or there.is_published:
        raise ChangedSince(("", _("This draft was published or discarded in the meantime.")))
    return there


def is_written_by(edition: Edition, user: User) -> None:
    """Record the person as an author of the draft. Call it in the transaction of the edit."""
    DraftEditor.objects.update_or_create(edition=edition, editor=user, defaults={"last": timezone.now()})


def delete(edition: Edition) -> None:
    """Delete the draft, referring rows before the rows that they refer to."""
    DraftEditor.objects.filter(edition=edition).delete()
    DraftWork.objects.filter(edition=edition).delete()
    for model in reversed(parts.CONTENT):
        parts.rows_of(edition, model).delete()

"""The rows of a draft: locked before a change, marked with who wrote in them, deleted together."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from coi.drafts.refused import ChangedSince
from coi.models import DraftEditor, DraftWork, Edition, parts


def locked(edition: Edition) -> Edition:
    """The draft, read again under its lock; whoever changes a draft takes it first."""
    there: Edition | None = Edition.objects.select_for_update().filter(pk=edition.pk).first()
    if there is None or there.is_published:
        raise ChangedSince(("", _("This draft was published or discarded in the meantime.")))
    return there


def is_written_by(edition: Edition, user: User) -> None:
    """From now on the draft is this person's too. To be called in the transaction of what was written."""
    DraftEditor.objects.update_or_create(edition=edition, editor=user, defaults={"last": timezone.now()})


def delete(edition: Edition) -> None:
    """Rows that refer to others go before them."""
    DraftEditor.objects.filter(edition=edition).delete()
    DraftWork.objects.filter(edition=edition).delete()
    for model in reversed(parts.CONTENT):
        parts.rows_of(edition, model).delete()

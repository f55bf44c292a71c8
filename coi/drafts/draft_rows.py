"""The rows of a draft: locked before a change, marked with who wrote in them, deleted together."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from coi.drafts.refused import ChangedSince
from coi.models import (
    CoverageRow,
    CuratorQuery,
    Denial,
    DraftEditor,
    DraftWork,
    Edition,
    Figure,
    FigureRow,
    Finding,
    Footnote,
    Section,
    Source,
)


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
    for rows in (
        CuratorQuery.objects.filter(edition=edition),
        FigureRow.objects.filter(figure__edition=edition),
        Figure.objects.filter(edition=edition),
        Denial.objects.filter(finding__edition=edition),
        Finding.objects.filter(edition=edition),
        Source.objects.filter(footnote__edition=edition),
        Footnote.objects.filter(edition=edition),
        CoverageRow.objects.filter(edition=edition),
        Section.objects.filter(edition=edition),
        DraftEditor.objects.filter(edition=edition),
        DraftWork.objects.filter(edition=edition),
        Edition.objects.filter(pk=edition.pk),
    ):
        rows.delete()

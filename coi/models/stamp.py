"""Stamps: a value that changes whenever the library does, by which what was read before is known to be good still."""

import secrets
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.report import Edition

LIBRARY = "library"  # vocabulary, places, originators, reports


class ContentStamp(models.Model):
    """A random value for a published edition, or for what all editions share.

    The database itself changes it with every change of a row that it stands for (``stamp_triggers``), whichever
    road the change comes by. It is random, so that an undone transaction or a restored copy brings back the old
    one together with the old rows. A draft has none.
    """

    subject = models.CharField(_("subject"), max_length=40, primary_key=True)
    stamp = models.CharField(_("stamp"), max_length=32)

    class Meta:
        verbose_name = _("stamp")
        verbose_name_plural = _("stamps")

    def __str__(self) -> str:
        return self.subject


def subject_of(edition: Edition) -> str:
    return f"edition:{edition.pk}"


def stamps(editions: Iterable[Edition] = ()) -> dict[str, str]:
    """The stamps of these editions and of what they share, by subject. One query; a draft is left out."""
    subjects = [LIBRARY, *(subject_of(edition) for edition in editions)]
    return dict(ContentStamp.objects.filter(subject__in=subjects).values_list("subject", "stamp"))


def renew_stamp(edition: Edition) -> None:
    """After what is derived from an edition was derived anew; the keys of findings have no trigger of their own."""
    ContentStamp.objects.filter(subject=subject_of(edition)).update(stamp=secrets.token_hex(16))

"""Stamps: values that change with the library and so show whether earlier reads are still up to date."""

import secrets
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.report import Edition

LIBRARY = "library"  # vocabulary, places, originators, reports


class ContentStamp(models.Model):
    """A random value for a published edition, or for the rows that all editions share.

    The database itself renews it with every change to one of its rows (``stamp_triggers``), wherever the change comes
    from. It is random, so that a rolled-back transaction or a restored copy restores the old value with the old rows.
    A draft has none.
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
    """Return the stamps of these editions and of the rows that they share, by subject, in one query. Drafts have
    none.
    """
    subjects = [LIBRARY, *(subject_of(edition) for edition in editions)]
    return dict(ContentStamp.objects.filter(subject__in=subjects).values_list("subject", "stamp"))


def renew_stamp(edition: Edition) -> None:
    """Renew the stamp after derived rows of an edition were rebuilt, because the keys of findings have no trigger."""
    ContentStamp.objects.filter(subject=subject_of(edition)).update(stamp=secrets.token_hex(16))

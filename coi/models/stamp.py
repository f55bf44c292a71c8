"""Stamps: values that change with the library and so show whether earlier reads are still up to date."""

import secrets
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.report import Edition
from coi.moment import read_once

LIBRARY = "library"  # vocabulary, places, originators, reports
EDITIONS = "editions"  # which there are, and which of them are current


class ContentStamp(models.Model):
    """A random value for a published edition, for the rows that all editions share, or for the list of editions.

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
    """Return the stamps of these editions and of what they share, by subject, in one query. Drafts have none."""
    subjects = [LIBRARY, EDITIONS, *(subject_of(edition) for edition in editions)]
    nothing: dict[str, str | None] = {}
    known = read_once("stamps", lambda: nothing)
    if unknown := [subject for subject in subjects if subject not in known]:
        rows = dict(ContentStamp.objects.filter(subject__in=unknown).values_list("subject", "stamp"))
        known.update({subject: rows.get(subject) for subject in unknown})
    return {subject: stamp for subject in subjects if (stamp := known[subject])}


def renew_stamp(edition: Edition) -> None:
    """Renew the stamp after derived rows of an edition were rebuilt, because the keys of findings have no trigger."""
    ContentStamp.objects.filter(subject=subject_of(edition)).update(stamp=secrets.token_hex(16))

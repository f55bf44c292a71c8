"""Compiled editions, which save a new process from reading all rows of a published edition."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.report import Edition


class CompiledEdition(models.Model):
    """The findings of an edition and their keys, in one row for each language of the labels.

    A row is valid only if ``made_from`` has the present stamps and ``digest`` is right. Any other row is ignored.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="compiled")
    language = models.CharField(_("language"), max_length=20)
    made_from = models.CharField(_("made from"), max_length=200, help_text="format and stamps")
    content = models.BinaryField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("compiled edition")
        verbose_name_plural = _("compiled editions")
        constraints = [models.UniqueConstraint(fields=["edition", "language"], name="compiled_once_a_language")]

    def __str__(self) -> str:
        return f"{self.edition}, {self.language}"

"""Links marked as dead, stored beside the source, which stays as printed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.citation import Source


class DeadLink(models.Model):
    """A mark that the address of a cited item no longer leads to it. It is removed by deleting the row."""

    source = models.OneToOneField(Source, verbose_name=_("source"), on_delete=models.CASCADE, related_name="dead_link")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marked_on = models.DateField(_("marked on"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("dead link")
        verbose_name_plural = _("dead links")
        ordering = ["source"]

    def __str__(self) -> str:
        return f"{self.source_id}"

"""Outlines of regions and cercles that an office imported, used only for the maps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.place import Place


class Boundary(models.Model):
    """The simplified outline of one place, with the file that it came from.

    ``rings`` are closed, WGS 84, longitude before latitude. They are for orientation; which places are in an area is
    decided by the places themselves.
    """

    place = models.OneToOneField(Place, verbose_name=_("place"), on_delete=models.CASCADE, related_name="boundary")
    rings = models.JSONField(_("rings"))
    source = models.CharField(_("source"), max_length=200)
    dated = models.DateField(_("date of the file"), null=True, blank=True)
    sha256 = models.CharField(_("checksum of the file"), max_length=64)
    imported_at = models.DateTimeField(_("imported"), auto_now=True)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        ordering = ["place"]

    def __str__(self) -> str:
        return str(self.place)

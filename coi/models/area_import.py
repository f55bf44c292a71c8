"""An uploaded boundary file of a country, with what its import would do or did."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.file_import import FileImport


class AreaImport(FileImport):
    """One upload, read twice outside the requests: for the dry run, and for the import once somebody confirms it.

    ``areas`` is what the last reading found, as it is shown. ``has_changed`` says that the library changed between
    the two readings, so that another confirmation is needed.
    """

    class States(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being read")
        CHECKED = "checked", _("waits for a decision")
        DONE = "done", _("imported")
        REFUSED = "refused", _("refused")
        DISCARDED = "discarded", _("discarded")
        FAILED = "failed", _("interrupted")

    state = models.CharField(_("state"), max_length=10, choices=States.choices, default=States.WAITING)
    source = models.CharField(_("source"), max_length=200)
    dated = models.DateField(_("date of the file"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    areas: Any = models.JSONField(_("regions and cercles"), default=list, blank=True)
    has_changed = models.BooleanField(_("the library has changed"), default=False)

    class Meta(FileImport.Meta):
        verbose_name = _("import of regions and cercles")
        verbose_name_plural = _("imports of regions and cercles")

    def __str__(self) -> str:
        return self.country


class AreaFile(models.Model):
    """The uploaded file, deleted when its import ends."""

    area_import = models.OneToOneField(AreaImport, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("boundary file")
        verbose_name_plural = _("boundary files")

    def __str__(self) -> str:
        return str(self.area_import_id)

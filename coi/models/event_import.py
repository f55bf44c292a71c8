"""An uploaded file of event data, with the progress and result of its import."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.event import EventDataset
from coi.models.file_import import FileImport


class EventImport(FileImport):
    """One upload, read outside the requests. Its file is in the parts until the import ends."""

    class States(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being read")
        DONE = "done", _("imported")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("interrupted")

    state = models.CharField(_("state"), max_length=10, choices=States.choices, default=States.WAITING)
    code = models.SlugField(_("code"))
    retrieved_on = models.DateField(_("retrieved"))
    rows = models.PositiveIntegerField(_("rows read"), default=0)
    about = models.PositiveIntegerField(_("rows in the file, about"), default=0)
    dataset = models.ForeignKey(EventDataset, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(FileImport.Meta):
        verbose_name = _("import of event data")
        verbose_name_plural = _("imports of event data")

    def __str__(self) -> str:
        return self.code


class EventFilePart(models.Model):
    """A part of an uploaded file, deleted when its import ends."""

    event_import = models.ForeignKey(EventImport, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField(_("number"))
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of a file of event data")
        verbose_name_plural = _("parts of files of event data")
        ordering = ["event_import", "number"]
        constraints = [models.UniqueConstraint(fields=["event_import", "number"], name="one_part_a_number")]

    def __str__(self) -> str:
        return f"{self.event_import_id}/{self.number}"

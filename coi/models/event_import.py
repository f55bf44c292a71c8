"""An uploaded file of event data, with the progress and result of its import."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.event import EventDataset
from jobs.models import Job


class EventImport(Job):
    """One upload, read outside the requests. Its file is in the parts until the import ends."""

    class States(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being read")
        DONE = "done", _("imported")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("interrupted")

    state = models.CharField(_("state"), max_length=10, choices=States.choices, default=States.WAITING)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"))
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    retrieved_on = models.DateField(_("retrieved"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), on_delete=models.PROTECT, related_name="+"
    )
    rows = models.PositiveIntegerField(_("rows read"), default=0)
    about = models.PositiveIntegerField(_("rows in the file, about"), default=0)
    problems: Any = models.JSONField(_("problems"), default=list, blank=True)
    dataset = models.ForeignKey(EventDataset, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(Job.Meta):
        verbose_name = _("import of event data")
        verbose_name_plural = _("imports of event data")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """Whether it is waiting or being read."""
        return self.state in (self.States.WAITING, self.States.RUNNING)


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

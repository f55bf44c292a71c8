"""An uploaded file of event data, with the progress and result of its import."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.event import EventDataset


class EventImport(models.Model):
    """One upload. Until it is read, the file is in ``VAR_DIR`` under the id and no other name."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being read")
        DONE = "done", _("imported")
        REFUSED = "refused", _("refused")
        BROKEN_OFF = "broken-off", _("interrupted")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"))
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    retrieved_on = models.DateField(_("retrieved"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(_("begun"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField(_("rows read"), default=0)
    about = models.PositiveIntegerField(_("rows in the file, about"), default=0)
    seen_at = models.DateTimeField(_("last sign of life"), auto_now_add=True)
    problems: Any = models.JSONField(_("problems"), default=list, blank=True)
    dataset = models.ForeignKey(EventDataset, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("import of event data")
        verbose_name_plural = _("imports of event data")
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """Whether it is waiting or being read."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

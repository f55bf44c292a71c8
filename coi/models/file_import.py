"""The fields of every import of an uploaded file."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jobs.models import Job


class FileImport(Job):
    """One upload, read outside the requests. Its file is in the database until the import ends."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), on_delete=models.PROTECT, related_name="+"
    )
    problems: Any = models.JSONField(_("problems"), default=list, blank=True)

    class Meta(Job.Meta):
        abstract = True
        ordering = ["-asked_at", "-pk"]

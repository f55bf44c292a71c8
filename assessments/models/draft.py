"""An intake as it is typed, before it becomes a case or a change of one."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from assessments.models.case import Case


class IntakeDraft(models.Model):
    """The form of a case as typed so far, complete or not. It is deleted once it is saved as a case."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="intake_drafts")
    case = models.OneToOneField(Case, on_delete=models.CASCADE, null=True, blank=True, related_name="intake_draft")
    case_version = models.PositiveIntegerField(default=0, help_text="of the case when the draft was begun")
    data: Any = models.JSONField(default=dict, help_text="field name to list of values, as a browser sends it")
    step = models.CharField(max_length=20, default="applicant", help_text="where the writer was last")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("intake in progress")
        verbose_name_plural = _("intakes in progress")
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return str(self.uuid)

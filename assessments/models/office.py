"""Notifications to the people of an office, and their batch downloads."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.case import Case
from assessments.models.memo import MemoVersion


class Notification(models.Model):
    """Something that waits for a user. It contains nothing from a case."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("A memo is waiting for review")
        ASSIGNED = "assigned", _("A review was assigned to you")
        RETURNED = "returned", _("A memo was returned with comments")
        APPROVED = "approved", _("A memo was approved")
        RECALLED = "recalled", _("A memo was recalled")
        NEW_FINDINGS = "new", _("There are relevant new findings for an approved memo")
        REOPENED = "reopened", _("A case was reopened")
        CLOSED = "closed", _("A case was closed")
        HANDED_OVER = "given", _("A case was given to you")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"])]

    def __str__(self) -> str:
        return self.kind


class Batch(models.Model):
    """Several approved memos as one ZIP of PDFs, checked step by step and made at each download, for a day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    versions: Any = models.ManyToManyField(MemoVersion, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done = models.PositiveIntegerField(default=0)
    left_out: Any = models.JSONField(default=list, blank=True, help_text="the ids of the versions that are not in it")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("batch of memos")
        verbose_name_plural = _("batches of memos")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.uuid)

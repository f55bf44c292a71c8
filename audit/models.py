"""The audit record: append-only rows, each linked to the one before it by a keyed hash."""

import hashlib
import hmac
import json
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST = "0" * 64  # in place of a previous hash for the first row


class AppendOnlyError(TypeError):
    """An attempt to change or delete an entry."""


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AppendOnlyError("The audit record is append-only. Entries cannot be changed or deleted.")


class AppendOnly(models.QuerySet["Entry"]):
    """Queries that only read. ``audit.record`` alone writes entries."""

    update = delete = bulk_update = bulk_create = update_or_create = _refuse


class Entry(models.Model):
    """One action of somebody. It contains opaque ids only, never text of a case."""

    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("who"), max_length=150, help_text=_("user id, or the command's name"))
    action = models.CharField(_("what"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=100, blank=True)
    details = models.JSONField(_("details"), default=dict)
    previous = models.CharField(max_length=64)
    mac = models.CharField(max_length=64, unique=True)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["actor", "action", "object_id", "at"], name="audit_entry_once"),
            models.Index(fields=["object_id"], name="audit_entry_object"),
            models.Index(fields=["action"], name="audit_entry_action"),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]
        constraints = [models.UniqueConstraint(fields=["previous"], name="audit_chain_never_forks")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **{**kwargs, "force_insert": True})

    delete = _refuse

    def computed_mac(self, key: str | None = None) -> str:
        """Return the HMAC-SHA-256 of this row and the hash of the row before it, by default with the present key."""
        return hmac.new(
            (settings.AUDIT_KEY if key is None else key).encode(), self.message(), hashlib.sha256
        ).hexdigest()

    def message(self) -> bytes:
        """Return what the hash is made of."""
        content: list[Any] = [
            self.previous,
            self.at.isoformat(),
            self.actor,
            self.action,
            self.object_type,
            self.object_id,
            self.details,
        ]
        return json.dumps(content, sort_keys=True, ensure_ascii=False).encode()


class Head(models.Model):
    """The end of the chain: the number of entries and the hash of the last. One row, locked by each writer."""

    ROW = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ROW)
    count = models.PositiveBigIntegerField()
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("head of the audit record")
        verbose_name_plural = _("head of the audit record")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one_row")]

    def __str__(self) -> str:
        return f"{self.count}:{self.mac}"

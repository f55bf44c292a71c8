"""The record: append-only rows, each bound to the one before it by a keyed hash."""

import hashlib
import hmac
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One thing that somebody did. Holds opaque ids only, never the text of a case."""

    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("who"), max_length=150, help_text=_("user id, or the command's name"))
    action = models.CharField(_("what"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=100, blank=True)
    details = models.JSONField(_("details"), default=dict)
    previous = models.CharField(max_length=64)
    mac = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"

    def computed_mac(self) -> str:
        """HMAC-SHA-256 over this row and the row before it, keyed outside the database."""
        content: list[Any] = [
            self.previous,
            self.at.isoformat(),
            self.actor,
            self.action,
            self.object_type,
            self.object_id,
            self.details,
        ]
        message = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
        return hmac.new(settings.AUDIT_KEY.encode(), message, hashlib.sha256).hexdigest()

"""Changes of words that one COI admin proposes and another one decides on."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ProposedChange(models.Model):
    """A new word, or new values of one, with the reason and the decision.

    ``before`` are the values when the change was proposed; none for a new word.
    """

    class Subject(models.TextChoices):
        ACTOR = "actor", _("actor")
        EVENT = "event", _("kind of event")
        TRAIT = "trait", _("trait")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    subject = models.CharField(_("subject"), max_length=10, choices=Subject.choices)
    code = models.CharField(_("code"), max_length=60)
    values: Any = models.JSONField(_("values"))
    before: Any = models.JSONField(_("values before"), null=True)
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="waiting", decided_by=None)
                | Q(status="withdrawn", decided_by=F("proposed_by"))
                | Q(status__in=["approved", "declined"], decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="change_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["subject", "code"], condition=Q(status="waiting"), name="one_waiting_change_a_word"
            ),
        ]

    def __str__(self) -> str:
        return str(self.values.get("name", self.code))

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided on it or withdrawn it."""
        return self.status == self.Status.WAITING

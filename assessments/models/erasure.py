"""A request to erase a case before its time."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.case import Case


class ErasureRequest(models.Model):
    """One person asks, another approves. It is erased with its case; the audit record keeps who and ``because``."""

    class Because(models.TextChoices):
        ASKED = "asked", _("the applicant asked for it")
        MISTAKE = "mistake", _("the case was recorded by mistake")
        ORDERED = "ordered", _("a court or another authority ordered it")

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="erasure_request")
    because = models.CharField(_("ground"), max_length=10, choices=Because.choices)
    reasons = models.TextField(_("reasons"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("request for erasure")
        verbose_name_plural = _("requests for erasure")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("requested_by")),
                name="erasure_is_approved_by_a_second_person",
            )
        ]

    def __str__(self) -> str:
        return self.because

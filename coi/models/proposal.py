"""Sources that officers found and propose for the library. They say nothing about an applicant."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposedSource(models.Model):
    """A source that an officer added to a case, proposed for the library without anything about the case."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TAKEN_UP = "taken-up", _("taken up")
        DECLINED = "declined", _("declined")

    country = models.CharField(_("country"), max_length=2)
    citation = models.TextField(_("citation"))
    published = models.CharField(_("date of the information"), max_length=10)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    says = models.TextField(_("what it says"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("proposed source")
        verbose_name_plural = _("proposed sources")
        ordering = ["status", "-proposed_at"]

    def __str__(self) -> str:
        return self.citation

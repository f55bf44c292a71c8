"""What is stored of a person's second factor."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SecondFactor(models.Model):
    """An app that shows one-time codes. A new one is a new row: sessions know the row that they passed."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.TextField(_("secret"), help_text=_("encrypted"))
    last_step = models.BigIntegerField(_("newest code used"), help_text=_("half minutes since 1970"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}"

    @property
    def mark(self) -> str:
        """What a session holds that was opened with this factor."""
        return f"{self.user_id}.{self.pk}"


class RecoveryCode(models.Model):
    """A code that replaces the app once. The row goes when it is used."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return str(self.pk)

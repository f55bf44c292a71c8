"""Work on an edition before it is published: who began it, who wrote in it, and why findings are left out."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coi.models.report import Edition


class DraftWork(models.Model):
    """What is kept beside a draft. It stays when the edition is published, as the account of how it came about."""

    edition = models.OneToOneField(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="draft_work"
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("begun by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="empty of a draft from the command line",
    )
    begun_at = models.DateTimeField(_("begun"), auto_now_add=True)
    retire_reasons = models.JSONField(_("why findings are retired"), default=dict, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second person asked for by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("second person asked for"), null=True, blank=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["edition"]

    def __str__(self) -> str:
        return self.edition.code


class DraftEditor(models.Model):
    """Somebody who wrote in a draft: it is theirs as well, and somebody else publishes it."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="draft_editors"
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who wrote in it"), on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField(_("first wrote in it"), auto_now_add=True)
    last = models.DateTimeField(_("last wrote in it"), default=timezone.now)

    class Meta:
        verbose_name = _("editor of a draft")
        verbose_name_plural = _("editors of drafts")
        ordering = ["edition", "since"]
        constraints = [models.UniqueConstraint(fields=["edition", "editor"], name="one_row_an_editor_of_a_draft")]

    def __str__(self) -> str:
        return f"{self.edition.code}: {self.editor}"


class Retirement(models.Model):
    """Why an edition no longer holds a finding of the edition before it. Written once, when it is published."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition without it"), on_delete=models.PROTECT, related_name="retirements"
    )
    finding = models.CharField(_("code of the finding"), max_length=50)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("retired finding")
        verbose_name_plural = _("retired findings")
        ordering = ["edition", "finding"]
        constraints = [models.UniqueConstraint(fields=["edition", "finding"], name="one_retirement_a_finding")]

    def __str__(self) -> str:
        return f"{self.finding}, {self.edition}"

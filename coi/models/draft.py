"""Work on an edition before it is published: who started and edited it, and why findings are retired."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coi.models.report import Edition


class DraftWork(models.Model):
    """Information about a draft. It remains after publication, as a record of the work."""

    edition = models.OneToOneField(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="draft_work"
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
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
    """A person who edited a draft and is therefore its author. Someone else must publish it."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="draft_editors"
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("editor"), on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField(_("first edited"), auto_now_add=True)
    last = models.DateTimeField(_("last edited"), default=timezone.now)

    class Meta:
        verbose_name = _("editor of a draft")
        verbose_name_plural = _("editors of drafts")
        ordering = ["edition", "since"]
        constraints = [models.UniqueConstraint(fields=["edition", "editor"], name="one_row_an_editor_of_a_draft")]

    def __str__(self) -> str:
        return f"{self.edition.code}: {self.editor}"


class Retirement(models.Model):
    """Why an edition retires a finding of the edition before it. Written once, on publication."""

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

"""Material facts, and their wordings before a change."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.case import Case, PinnedPlace
from assessments.models.codes import FACT_KINDS
from coi.models.base import MomentField
from matching.facts import FactKind


class CaseFact(PinnedPlace):
    """One material fact. Once matches were shown, every change is stored and marked."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="facts")
    ident = models.CharField(_("id"), max_length=20)
    position = models.PositiveSmallIntegerField(default=0)
    person = models.CharField(_("person"), max_length=20)
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=[(kind.value, FACT_KINDS[kind]) for kind in FactKind],
        default=FactKind.PAST_EVENT,
    )
    statement = models.TextField(_("statement"))
    passage = models.TextField(_("passage of the interview record"), blank=True)
    period_from = MomentField(_("from"))
    period_to = MomentField(_("to"))
    ongoing = models.BooleanField(_("still going on"), default=False)
    event = models.CharField(_("event"), max_length=50)
    event_note = models.TextField(_("note on the event"), blank=True)
    actors = models.JSONField(_("actors"), default=list, blank=True)
    actor_note = models.TextField(_("note on the actors"), blank=True)
    targets = models.JSONField(_("targets"), default=list, blank=True)
    target_note = models.TextField(_("note on the targets"), blank=True)
    interviews = models.JSONField(_("interview records"), default=list, blank=True)
    explanation = models.TextField(_("applicant's explanation"), blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    changed_after_matches_at = models.DateTimeField(_("changed after the matches were shown"), null=True, blank=True)

    class Meta:
        verbose_name = _("material fact")
        verbose_name_plural = _("material facts")
        ordering = ["case_id", "position"]
        constraints = [models.UniqueConstraint(fields=["case", "ident"], name="one_fact_an_id")]

    def __str__(self) -> str:
        return self.ident


class FactRevision(models.Model):
    """The wording of a fact before it was changed or removed, if its matches had been shown."""

    class What(models.TextChoices):
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")
        ADDED = "added", _("added")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="fact_revisions")
    fact_ident = models.CharField(_("fact"), max_length=20)
    version = models.PositiveSmallIntegerField(_("version"))
    what = models.CharField(_("what"), max_length=8, choices=What.choices)
    content = models.JSONField(_("as it was"), default=dict)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("earlier version of a fact")
        verbose_name_plural = _("earlier versions of facts")
        ordering = ["case_id", "pk"]

    def __str__(self) -> str:
        return f"{self.fact_ident} v{self.version}"

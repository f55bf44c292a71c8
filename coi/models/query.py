"""Curator's queries: remarks on oddities in a report, printed wherever the item is used."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.base import NaturalKeyManager, PrintedModel
from coi.models.citation import Footnote
from coi.models.figure import Figure
from coi.models.finding import Finding
from coi.models.report import Edition


class CuratorQuery(PrintedModel):
    """A dated remark on findings, footnotes or figures of an edition, or on the edition itself."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="queries")
    code = models.SlugField(_("code"))
    remarked_on = models.DateField(_("date of the remark"))
    remark = models.TextField(_("remark"))
    findings = models.ManyToManyField(Finding, verbose_name=_("findings"), related_name="queries", blank=True)
    footnotes = models.ManyToManyField(Footnote, verbose_name=_("footnotes"), related_name="queries", blank=True)
    figures = models.ManyToManyField(Figure, verbose_name=_("figures"), related_name="queries", blank=True)

    natural_key_fields = ("edition__code", "code")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("curator's query")
        verbose_name_plural = _("curator's queries")
        ordering = ["edition", "code"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_query_a_code")]

    def __str__(self) -> str:
        return f"{self.edition.code} query {self.code}"

    def natural_key(self) -> tuple[str, str]:
        return (self.edition.code, self.code)

"""Figures of an edition and their printed numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.base import MomentField, NaturalKeyManager, PrintedModel
from coi.models.citation import Footnote, Originator
from coi.models.place import Place
from coi.models.report import Edition


class Figure(PrintedModel):
    """A numbered figure. ``values_available`` is false for an image whose values are not in the text."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="figures")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=300)
    source = models.CharField(_("source as printed"), max_length=300)
    originator = models.ForeignKey(Originator, verbose_name=_("originator"), on_delete=models.PROTECT)
    footnotes = models.ManyToManyField(Footnote, verbose_name=_("footnotes that cite the same source"), blank=True)
    values_available = models.BooleanField(_("values are in the text"), default=True)
    text_says = models.TextField(_("what the text says about it"), blank=True)
    unit = models.CharField(_("what is counted"), max_length=100)

    natural_key_fields = ("edition__code", "number")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="one_figure_a_number")]

    def __str__(self) -> str:
        return f"{self.edition.code} fig. {self.number}"

    def natural_key(self) -> tuple[str, int]:
        return (self.edition.code, self.number)


class FigureRow(PrintedModel):
    """One printed number: fatalities in a place and period. A total is marked as printed and must add up."""

    figure = models.ForeignKey(Figure, verbose_name=_("figure"), on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveSmallIntegerField(_("position"))
    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.PROTECT)
    place_label = models.CharField(_("place as printed"), max_length=100)
    period_label = models.CharField(_("period as printed"), max_length=100)
    period_from = MomentField(_("from"), blank=False)
    period_to = MomentField(_("to"), blank=False)
    is_part_year = models.BooleanField(_("part of a year"), default=False)
    is_total = models.BooleanField(_("a total as printed"), default=False)
    fatalities = models.PositiveIntegerField(_("fatalities"))

    natural_key_fields = ("figure__edition__code", "figure__number", "position")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("figure row")
        verbose_name_plural = _("figure rows")
        ordering = ["figure", "position"]
        constraints = [models.UniqueConstraint(fields=["figure", "position"], name="one_row_a_position")]

    def __str__(self) -> str:
        return f"{self.place_label}, {self.period_label}: {self.fatalities}"

    def natural_key(self) -> tuple[str, int, int]:
        return (self.figure.edition.code, self.figure.number, self.position)

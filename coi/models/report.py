"""Reports, their editions, sections and coverage."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.base import MomentField, NaturalKeyManager, PrintedModel
from coi.models.place import Place
from coi.models.vocabulary import EventKind


class Report(PrintedModel):
    """A COI report. Its content is in its editions."""

    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200)
    product_type = models.CharField(
        _("type of report"), max_length=200, help_text=_("such as speaking notes of a presentation")
    )
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    language = models.CharField(_("language"), max_length=5)

    natural_key_fields = ("code",)
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Edition(PrintedModel):
    """One published or draft state of a report. It has no information after its cut-off date."""

    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.PROTECT, related_name="editions")
    code = models.SlugField(_("code"), unique=True)
    label = models.CharField(_("how it is cited"), max_length=300)
    cut_off = models.DateField(_("cut-off date"), help_text=_("information up to and including this day"))
    held_on = models.DateField(_("talk held on"), null=True, blank=True)
    published_on = models.DateField(_("publication date printed"), null=True, blank=True)
    latest_access = models.DateField(_("latest access date in its footnotes"), null=True, blank=True)
    period_from = MomentField(_("reported period from"), blank=False)
    current_from = MomentField(_("current period from"), blank=False)
    scope_note = models.TextField(_("scope"), blank=True)
    is_selection = models.BooleanField(
        _("a selection"),
        default=False,
        help_text=_("only part of the report is in the library; footnote numbers have gaps"),
    )

    natural_key_fields = ("code",)
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-cut_off", "code"]

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @property
    def is_published(self) -> bool:
        return hasattr(self, "publication")


class Publication(models.Model):
    """The publication of an edition. From then on nothing in the edition changes."""

    edition = models.OneToOneField(Edition, verbose_name=_("edition"), on_delete=models.PROTECT)
    published_at = models.DateField(_("published in this library on"))
    retired_at = models.DateField(_("replaced on"), null=True, blank=True)

    natural_key_fields = ("edition__code",)
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def __str__(self) -> str:
        return str(self.edition)

    def natural_key(self) -> tuple[str]:
        return (self.edition.code,)


class Section(PrintedModel):
    """A section of an edition. Its undated statements cover the time from ``period_from``."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="sections")
    code = models.SlugField(_("code"))
    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"))
    period_from = MomentField(_("undated statements cover the time from"), blank=False)
    place = models.ForeignKey(
        Place, verbose_name=_("place in its heading"), on_delete=models.PROTECT, null=True, blank=True
    )

    natural_key_fields = ("edition__code", "code")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["edition", "position"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_section_a_code")]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, str]:
        return (self.edition.code, self.code)


class CoverageRow(PrintedModel):
    """A part of what the report set out to cover: kinds of event in a place and a period."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="coverage")
    code = models.SlugField(_("code"))
    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.PROTECT)
    events = models.ManyToManyField(EventKind, verbose_name=_("event kinds"))
    period_from = MomentField(_("from"), blank=False)
    period_to = MomentField(_("to"), blank=False)
    basis = models.TextField(_("basis"))

    natural_key_fields = ("edition__code", "code")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("coverage row")
        verbose_name_plural = _("coverage")
        ordering = ["edition", "code"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_coverage_row_a_code")]

    def __str__(self) -> str:
        return f"{self.place}, {self.period_from} – {self.period_to}"

    def natural_key(self) -> tuple[str, str]:
        return (self.edition.code, self.code)

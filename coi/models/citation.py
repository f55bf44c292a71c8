"""Footnotes, the items they cite, and the originators behind those."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.base import MomentField, NaturalKeyManager, PrintedModel
from coi.models.report import Edition


class Originator(PrintedModel):
    """Who first produced a piece of information; several sources may go back to one."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)

    natural_key_fields = ("code",)
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("originator")
        verbose_name_plural = _("originators")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Footnote(PrintedModel):
    """A footnote of an edition, under the number that the edition gives it.

    ``paragraph`` and ``after_sentence`` say where its mark stands; it covers the sentences since
    the previous footnote of that paragraph.
    """

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="footnotes")
    number = models.PositiveSmallIntegerField(_("number"))
    section_code = models.SlugField(_("section"))
    paragraph = models.PositiveSmallIntegerField(_("paragraph"))
    after_sentence = models.PositiveSmallIntegerField(_("stands after sentence"))

    natural_key_fields = ("edition__code", "number")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("footnote")
        verbose_name_plural = _("footnotes")
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="one_footnote_a_number")]

    def __str__(self) -> str:
        return f"{self.edition.code} n. {self.number}"

    def natural_key(self) -> tuple[str, int]:
        return (self.edition.code, self.number)


class Source(PrintedModel):
    """One item cited in a footnote, as it stands there. Never corrected: remarks are curator's queries."""

    class Kind(models.TextChoices):
        DATASET = "dataset", _("dataset")
        NEWS = "news", _("news")
        NGO = "ngo", _("non-governmental organisation")
        ACADEMIC = "academic", _("academic")
        IGO = "igo", _("intergovernmental organisation")
        THINK_TANK = "think-tank", _("think tank")
        GOVERNMENT = "government", _("government")
        BROADCAST = "broadcast", _("broadcast")

    footnote = models.ForeignKey(Footnote, verbose_name=_("footnote"), on_delete=models.PROTECT, related_name="sources")
    position = models.PositiveSmallIntegerField(_("position in the footnote"))
    originator = models.ForeignKey(Originator, verbose_name=_("originator"), on_delete=models.PROTECT)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    publisher_place = models.CharField(_("place of publication"), max_length=100, blank=True)
    authors = models.CharField(_("authors"), max_length=300, blank=True)
    title = models.CharField(_("title"), max_length=400, blank=True)
    container = models.CharField(_("in"), max_length=400, blank=True, help_text=_("journal or book, as printed"))
    published_as_printed = models.CharField(_("publication date as printed"), max_length=40, blank=True)
    published = MomentField(_("publication date"))
    url = models.URLField(_("address"), max_length=500, blank=True, validators=[URLValidator(["http", "https"])])
    accessed = models.DateField(_("accessed on"), null=True, blank=True)
    pinpoint = models.CharField(_("pinpoint"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    is_primary = models.BooleanField(
        _("primary"), default=False, help_text=_("the originator's own publication of what it gathered itself")
    )

    natural_key_fields = ("footnote__edition__code", "footnote__number", "position")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["footnote", "position"]
        constraints = [
            models.UniqueConstraint(fields=["footnote", "position"], name="one_source_a_position"),
            models.CheckConstraint(
                condition=models.Q(url="") | models.Q(url__startswith="http://") | models.Q(url__startswith="https://"),
                name="source_url_is_a_web_address",
            ),
        ]

    def __str__(self) -> str:
        return self.citation

    def natural_key(self) -> tuple[str, int, int]:
        return (self.footnote.edition.code, self.footnote.number, self.position)

    @property
    def citation(self) -> str:
        """The full citation: publisher, place, authors, title, in, date, address, access date, pinpoint."""
        imprint = ", ".join(part for part in (self.publisher, self.publisher_place) if part)
        work = ", ".join(
            part for part in (self.title, self.container, self.published_as_printed, self.pinpoint) if part
        )
        parts = [part for part in (imprint, self.authors if self.authors != self.publisher else "", work) if part]
        text = ". ".join(part.rstrip(".") for part in parts) + "."
        if self.url:
            text += f" {self.url}"
        if self.accessed:
            text += f" ({self.accessed:%d.%m.%Y})"
        return text

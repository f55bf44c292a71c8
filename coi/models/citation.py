"""Footnotes, the items that they cite, and their originators."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coi.models.base import MomentField, NaturalKeyManager, PrintedModel
from coi.models.report import Edition


class Originator(PrintedModel):
    """Who first produced a piece of information; several sources may go back to one."""

    code = models.SlugField(_("code"), unique=True, max_length=100)
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


# A source that a report names without a footnote has no printed number. Our numbers for such sources start here.
FIRST_NAMED_NUMBER = 20_001


class Footnote(PrintedModel):
    """A footnote of an edition with its printed number, or a source that the report names without a footnote.

    ``paragraph`` and ``after_sentence`` are the position of a footnote's mark, which covers the
    sentences since the previous footnote of that paragraph. A source named in the text or in a
    bibliography covers the findings that cite it, and is numbered from ``FIRST_NAMED_NUMBER``.
    """

    class NamedIn(models.TextChoices):
        TEXT = "text", _("the text")
        BIBLIOGRAPHY = "bibliography", _("the bibliography")

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="footnotes")
    number = models.PositiveSmallIntegerField(_("number"))
    section_code = models.SlugField(_("section"))
    paragraph = models.PositiveSmallIntegerField(_("paragraph"))
    after_sentence = models.PositiveSmallIntegerField(_("after sentence"))
    named_in = models.CharField(
        _("named in"), max_length=12, choices=NamedIn.choices, blank=True, help_text=_("empty for a printed footnote")
    )

    natural_key_fields = ("edition__code", "number")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("footnote")
        verbose_name_plural = _("footnotes")
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="one_footnote_a_number")]

    def __str__(self) -> str:
        return f"{self.edition.code} n. {self.mark}"

    @property
    def mark(self) -> str:
        """The mark at the citing sentence: ``16``, or ``T1`` for the first source without a footnote."""
        return footnote_mark(self.number)

    @property
    def name(self) -> str:
        """``Footnote 16``, or ``Source T1`` for a source without a footnote."""
        return footnote_name(self.number)

    def natural_key(self) -> tuple[str, int]:
        return (self.edition.code, self.number)


def footnote_mark(number: int) -> str:
    """Return the mark of a footnote by its number: ``16``, or ``T1`` for the first source without a footnote."""
    return f"T{number - FIRST_NAMED_NUMBER + 1}" if number >= FIRST_NAMED_NUMBER else str(number)


def footnote_name(number: int) -> str:
    """Return the name of a footnote by its number: ``Footnote 16``, or ``Source T1``."""
    name = gettext("Source %(mark)s") if number >= FIRST_NAMED_NUMBER else gettext("Footnote %(mark)s")
    return name % {"mark": footnote_mark(number)}


class Source(PrintedModel):
    """One item cited in a footnote, as printed. It is never corrected; remarks are curator's queries."""

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
        _("primary"),
        default=False,
        help_text=_("the originator's own publication of information that it gathered itself"),
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

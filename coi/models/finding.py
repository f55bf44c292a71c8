"""Findings: single citable statements, their scope, their denials, and their lookup keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.base import MomentField, NaturalKeyManager, PrintedModel
from coi.models.citation import Footnote
from coi.models.place import Place
from coi.models.report import Edition, Section
from coi.models.vocabulary import Actor, EventKind, Trait
from matching.facts import Extent as CoreExtent
from matching.facts import Kind as CoreKind
from matching.facts import Strength as CoreStrength


class Finding(PrintedModel):
    """One citable statement, in our own words, located to the sentence.

    Its lists of places, actors, events and targets mean every combination. A sentence that pairs them is two findings.
    An empty list of actors means that the report names nobody.
    """

    class Kind(models.TextChoices):
        OCCURRENCE = CoreKind.OCCURRENCE.value, _("occurrence")
        PATTERN = CoreKind.PATTERN.value, _("pattern")
        CONDITION = CoreKind.CONDITION.value, _("condition")
        DENIAL = CoreKind.DENIAL.value, _("denial")
        NO_EVIDENCE = CoreKind.NO_EVIDENCE.value, _("no evidence")
        ANALYSIS = CoreKind.ANALYSIS.value, _("analysis")
        BACKGROUND = CoreKind.BACKGROUND.value, _("background")
        STATISTIC = CoreKind.STATISTIC.value, _("statistic")
        SYNTHESIS = CoreKind.SYNTHESIS.value, _("author's synthesis")

    class Strength(models.TextChoices):
        STATED = CoreStrength.STATED.value, _("stated")
        DOCUMENTED = CoreStrength.DOCUMENTED.value, _("documented")
        REPORTED = CoreStrength.REPORTED.value, _("reported")
        PRESUMED = CoreStrength.PRESUMED.value, _("presumed")
        ARGUED = CoreStrength.ARGUED.value, _("argued")

    class Extent(models.TextChoices):
        SOMEWHERE = CoreExtent.SOMEWHERE.value, _("somewhere in its places")
        THROUGHOUT = CoreExtent.THROUGHOUT.value, _("throughout its places")

    section = models.ForeignKey(Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="findings")
    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="findings")
    code = models.SlugField(_("code"))
    position = models.PositiveSmallIntegerField(_("position"))
    paragraph = models.PositiveSmallIntegerField(_("paragraph"))
    sentence = models.PositiveSmallIntegerField(_("sentence"))
    statement = models.TextField(_("statement"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    strength = models.CharField(_("strength"), max_length=12, choices=Strength.choices)
    places = models.ManyToManyField(Place, verbose_name=_("places"), related_name="findings", blank=True)
    extent = models.CharField(
        _("extent"),
        max_length=10,
        choices=Extent.choices,
        default=Extent.SOMEWHERE,
        help_text=_("throughout only if the report says so: “all over the country”, “in every region”"),
    )
    actors = models.ManyToManyField(Actor, verbose_name=_("actors"), related_name="findings", blank=True)
    events = models.ManyToManyField(EventKind, verbose_name=_("events"), related_name="findings", blank=True)
    targets = models.ManyToManyField(Trait, verbose_name=_("targets"), related_name="findings", blank=True)
    actors_together = models.BooleanField(
        _("actors together"),
        default=False,
        help_text=_("the statement is about all of these actors together, such as two groups fighting each other"),
    )
    other_side = models.ManyToManyField(
        Actor,
        verbose_name=_("other side"),
        related_name="+",
        blank=True,
        help_text=_("those of the actors who were on the other side of the fight; empty if the report states no sides"),
    )
    period_from = MomentField(_("from"))
    period_to = MomentField(_("to"))
    footnotes = models.ManyToManyField(Footnote, verbose_name=_("footnotes"), related_name="findings", blank=True)
    no_footnote = models.BooleanField(_("none in the report"), default=False)
    quotation = models.CharField(
        _("quotation"), max_length=400, blank=True, help_text=_("40 words at most; the project ships none")
    )

    natural_key_fields = ("edition__code", "code")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="one_finding_a_code"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in CoreKind]), name="finding_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(strength__in=[s.value for s in CoreStrength]), name="finding_strength_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(extent__in=[e.value for e in CoreExtent]), name="finding_extent_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition.code}/{self.code}"

    def natural_key(self) -> tuple[str, str]:
        return (self.edition.code, self.code)


class Denial(PrintedModel):
    """What a finding rules out: these events by these actors against these targets, there and then.

    Empty actors or targets mean any. The denial says nothing about excepted places. ``inferred_from`` is empty if the
    report states the denial explicitly.
    """

    finding = models.OneToOneField(Finding, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="denies")
    places = models.ManyToManyField(Place, verbose_name=_("places"), related_name="+")
    places_excepted = models.ManyToManyField(Place, verbose_name=_("places excepted"), related_name="+", blank=True)
    actors = models.ManyToManyField(Actor, verbose_name=_("actors"), related_name="+", blank=True)
    events = models.ManyToManyField(EventKind, verbose_name=_("events"), related_name="+")
    targets = models.ManyToManyField(Trait, verbose_name=_("targets"), related_name="+", blank=True)
    actors_together = models.BooleanField(_("actors together"), default=False)
    actors_as_named = models.BooleanField(
        _("actors as named"),
        default=False,
        help_text=_("denied only of those whom the applicant names in the same words, such as presumed jihadists"),
    )
    inferred_from = models.CharField(
        _("inferred from"),
        max_length=80,
        blank=True,
        help_text=_("the word of the report that the denial follows from, such as “until”; empty if it says so itself"),
    )
    period_from = MomentField(_("from"))
    period_to = MomentField(_("to"))

    natural_key_fields = ("finding__edition__code", "finding__code")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("denial")
        verbose_name_plural = _("denials")

    def __str__(self) -> str:
        return str(self.finding)

    def natural_key(self) -> tuple[str, str]:
        return self.finding.natural_key()


class FindingKey(models.Model):
    """An index row for looking up findings by place, event and year without reading the library.

    For each place of a finding there is a row ``here`` and one for every place that contains it.
    Derived from the finding when an edition is loaded; never in a fixture.
    """

    class Aspect(models.TextChoices):
        SCOPE = "scope", "scope"
        DENIES = "denies", "denies"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="keys")
    aspect = models.CharField(max_length=6, choices=Aspect.choices)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    here = models.BooleanField()
    event = models.CharField(max_length=50, blank=True)
    year_from = models.SmallIntegerField()
    year_to = models.SmallIntegerField()

    class Meta:
        verbose_name = _("finding key")
        verbose_name_plural = _("finding keys")
        indexes = [
            models.Index(fields=["place", "event", "year_from", "year_to"], name="key_place_event_year"),
            models.Index(fields=["finding"], name="key_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.aspect} {self.place} {self.event}"

"""Places: a hierarchy with several parents, names, other names and dates of validity."""

from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from coi.models.base import MomentField, NaturalKeyManager, PrintedModel
from coi.text.folding import name_key


class Place(PrintedModel):
    """A country, macro-area, region, cercle, town or village.

    ``code`` is the ISO 3166 code of a country or region, the P-code of a cercle or of a region from a boundary file,
    ``gn-`` and the GeoNames id of a settlement, or a slug. Coordinates are WGS 84 degrees.
    """

    class Kind(models.TextChoices):
        COUNTRY = "country", _("country")
        MACRO_AREA = "macro-area", _("part of the country")
        REGION = "region", _("region")
        CERCLE = "circle", _("cercle")
        TOWN = "town", _("town")
        VILLAGE = "village", _("village")

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2"), db_index=True)
    parents = models.ManyToManyField(
        "self", verbose_name=_("is in"), symmetrical=False, related_name="children", blank=True
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    iso_code = models.CharField("ISO 3166-2", max_length=10, blank=True)
    pcode = models.CharField(_("P-code"), max_length=20, blank=True)
    geonames_id = models.PositiveIntegerField("GeoNames", null=True, blank=True, unique=True)
    valid_from = MomentField(_("valid from"))
    valid_to = MomentField(_("valid to"))
    source = models.CharField(_("source"), max_length=200)
    note = models.TextField(_("note"), blank=True)

    natural_key_fields = ("code",)
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["country", "macro-area", "region", "circle", "town", "village"]),
                name="place_kind_is_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class PlaceName(PrintedModel):
    """Another name or spelling of a place."""

    place = models.ForeignKey(Place, verbose_name=_("place"), on_delete=models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)

    natural_key_fields = ("place__code", "name")
    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="one_row_a_name")]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return (self.place.code, self.name)


@receiver(pre_save, sender=Place)
@receiver(pre_save, sender=PlaceName)
def fold_the_name(instance: Place | PlaceName, **kwargs: object) -> None:
    """Store the key of the name. A signal, because loaddata calls neither save nor an overridden save_base."""
    instance.folded = name_key(instance.name)

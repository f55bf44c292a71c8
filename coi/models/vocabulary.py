"""Controlled words: actors, event kinds, profile traits and targets. Loaded from fixtures/vocabulary.yaml."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from coi.models.base import Tree
from coi.models.place import Place


class Actor(Tree):
    """A possible actor of persecution or serious harm, state or not.

    Kin are actors that people may call by each other's names, such as the hunters' militias of two peoples.
    """

    is_state = models.BooleanField(_("state actor"), default=False)
    rivals = models.ManyToManyField("self", verbose_name=_("rivals"), blank=True)
    kin = models.ManyToManyField("self", verbose_name=_("kin"), blank=True)

    class Meta(Tree.Meta):
        verbose_name = _("actor")
        verbose_name_plural = _("actors")


class EventKind(Tree):
    """A kind of event. Kin are kinds that people may use for the same occurrence."""

    kin = models.ManyToManyField("self", verbose_name=_("kin"), blank=True)

    class Meta(Tree.Meta):
        verbose_name = _("event kind")
        verbose_name_plural = _("event kinds")


class Trait(Tree):
    """A profile trait of an applicant, which findings may also name as a target."""

    class Facet(models.TextChoices):
        ETHNICITY = "ethnicity", _("ethnicity")
        OCCUPATION = "occupation", _("occupation")
        ROLE = "role", _("role")
        STANDING = "standing", _("standing")
        STATUS = "status", _("status")
        RELIGION = "religion", _("religion")
        OPINION = "opinion", _("political opinion")
        ORIENTATION = "orientation", _("sexual orientation or gender identity")
        HEALTH = "health", _("health or disability")
        FAMILY = "family", _("family")
        NATIONALITY = "nationality", _("nationality or none")

    class Civilian(models.TextChoices):
        YES = "yes", _("civilian")
        NO = "no", _("not civilian")
        UNSAID = "", _("says nothing about it")

    facet = models.CharField(_("facet"), max_length=12, choices=Facet.choices)
    civilian = models.CharField(
        _("civilian"), max_length=3, choices=Civilian.choices, default=Civilian.UNSAID, blank=True
    )

    class Meta(Tree.Meta):
        verbose_name = _("trait")
        verbose_name_plural = _("traits")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    facet__in=[
                        "ethnicity", "occupation", "role", "standing", "status", "religion", "opinion", "orientation",
                        "health", "family", "nationality",
                    ]
                ),
                name="trait_facet_is_known",
            )
        ]  # fmt: skip


@receiver(m2m_changed, sender=Actor.countries.through)
@receiver(m2m_changed, sender=EventKind.countries.through)
@receiver(m2m_changed, sender=Trait.countries.through)
def _refuse_other_places(action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Refuse a place that is no country. A signal, because loaddata calls no form."""
    if action != "pre_add" or not pk_set:
        return
    for place in Place.objects.filter(pk__in=pk_set).exclude(kind=Place.Kind.COUNTRY):
        raise ValidationError(_("A word belongs to countries. %(place)s is none."), params={"place": place})

"""Event data as totals. The rows of an event file are never stored, because ACLED's terms forbid passing them on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.place import Place


class EventDataset(models.Model):
    """One import of a file: its source, retrieval date, and the rows that are not in the totals."""

    code = models.SlugField(_("code"), unique=True)
    provider = models.CharField(_("provider"), max_length=40)
    layout = models.CharField(_("format"), max_length=60)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    retrieved_on = models.DateField(_("retrieved"))
    sha256 = models.CharField(_("checksum of the file"), max_length=64)
    rows = models.PositiveIntegerField(_("rows in the file"))
    events = models.PositiveIntegerField(_("events"))
    repeated = models.PositiveIntegerField(_("rows that repeat an event"), default=0)
    elsewhere = models.PositiveIntegerField(_("rows of other countries"), default=0)
    first_day = models.DateField(_("first event"))
    last_day = models.DateField(_("last event"))
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("imported by"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("event data")
        verbose_name_plural = _("event data")
        ordering = ["-retrieved_on", "code"]
        constraints = [models.UniqueConstraint(fields=["sha256", "country"], name="one_import_a_file_and_country")]

    def __str__(self) -> str:
        return self.code


class EventMonth(models.Model):
    """Events and fatalities of one region, month, kind and actor group."""

    dataset = models.ForeignKey(EventDataset, on_delete=models.CASCADE, related_name="months")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", help_text=_("the country if no region is given")
    )
    month = models.DateField(_("month"), help_text=_("its first day"))
    event_type = models.CharField(_("kind of event, in the provider's words"), max_length=60)
    against_civilians = models.BooleanField(_("civilians were the target"))
    actor_group = models.CharField(_("group of the first actor"), max_length=30)
    events = models.PositiveIntegerField(_("events"))
    fatalities = models.PositiveIntegerField(_("fatalities"))

    class Meta:
        verbose_name = _("sum of a month")
        verbose_name_plural = _("sums of months")
        ordering = ["dataset", "place", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "place", "month", "event_type", "against_civilians", "actor_group"],
                name="one_sum_a_month_and_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.place} {self.month:%Y-%m}"


class EventDay(models.Model):
    """Events and fatalities of one region and day, stored around the ends of periods that reports print."""

    dataset = models.ForeignKey(EventDataset, on_delete=models.CASCADE, related_name="days")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    events = models.PositiveIntegerField(_("events"))
    fatalities = models.PositiveIntegerField(_("fatalities"))

    class Meta:
        verbose_name = _("sum of a day")
        verbose_name_plural = _("sums of days")
        ordering = ["dataset", "place", "day"]
        constraints = [models.UniqueConstraint(fields=["dataset", "place", "day"], name="one_sum_a_day")]

    def __str__(self) -> str:
        return f"{self.dataset} {self.place} {self.day}"

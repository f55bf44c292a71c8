"""A case with what it records of the applicant: persons, profile, places. Never a name."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from assessments.models.codes import AGE_BANDS, EDITABLE, Closed, OriginStatus, PlaceRole, Sex, State
from coi.models import Place
from coi.models.base import MomentField


class Case(models.Model):
    """One application. ``version`` grows with every save; a form opened on an older version is refused."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("application reference"), max_length=100, help_text=_("never a name"))
    country = models.CharField(_("country of origin"), max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="cases")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="cases"
    )
    interview_language = models.CharField(_("language of the interview"), max_length=100, blank=True)
    origin_status = models.CharField(
        _("origin"), max_length=12, choices=OriginStatus.choices, default=OriginStatus.CLAIMED
    )
    origin_note = models.TextField(_("remark on the origin"), blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    saved_at = models.DateTimeField(_("last saved"), auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    due_on = models.DateField(_("due"), null=True, blank=True)
    is_shared = models.BooleanField(_("shared with the office"), default=False)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reviewer"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="reviews",
    )  # fmt: skip
    old_coi_justification = models.TextField(_("why older COI still serves"), blank=True)
    closed_because = models.CharField(_("closed because"), max_length=12, choices=Closed.choices, blank=True)
    closed_note = models.TextField(_("remark on the closing"), blank=True)
    reopened_because = models.TextField(_("why it was reopened"), blank=True)
    matches_first_shown_at = models.DateTimeField(_("matches first shown"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["office", "reference"], name="one_case_a_reference_in_an_office"),
            models.CheckConstraint(
                condition=models.Q(origin_status__in=OriginStatus.values), name="case_origin_is_known"
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="case_state_is_known"),
            models.CheckConstraint(
                condition=~models.Q(state=State.CLOSED) | ~models.Q(closed_because=""), name="closed_case_says_why"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.IN_REVIEW) | models.Q(reviewer__isnull=False),
                name="case_in_review_has_a_reviewer",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "state", "due_on"]),
            models.Index(fields=["author", "state", "due_on"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_editable(self) -> bool:
        """Whether its state lets writers change it."""
        return self.state in EDITABLE


class Writer(models.Model):
    """A person who wrote in a case. A database trigger stops them from approving its memo."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="writers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("writer")
        verbose_name_plural = _("writers")
        ordering = ["case_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="a_writer_once_a_case")]

    def __str__(self) -> str:
        return str(self.user)


class EditLock(models.Model):
    """Who is editing a case now. The lock lapses if it is not renewed, and others can take it over."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="edit_lock")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    renewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("editing lock")
        verbose_name_plural = _("editing locks")

    def __str__(self) -> str:
        return str(self.holder)


class CasePerson(models.Model):
    """A person of the case, under an id that is unique in the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="persons")
    ident = models.CharField(_("id"), max_length=20)
    position = models.PositiveSmallIntegerField(default=0)
    relation = models.CharField(_("relation"), max_length=100, blank=True)
    sex = models.CharField(_("sex"), max_length=12, blank=True, choices=Sex.choices)
    age_band = models.CharField(_("age band"), max_length=8, blank=True, choices=[(a, a) for a in AGE_BANDS])

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["case_id", "position"]
        constraints = [models.UniqueConstraint(fields=["case", "ident"], name="one_person_an_id")]

    def __str__(self) -> str:
        return self.ident


class CaseTrait(models.Model):
    """A trait of a person's profile, actual or imputed to them."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="traits")
    person = models.CharField(_("person"), max_length=20)
    position = models.PositiveSmallIntegerField(default=0)
    trait = models.CharField(_("trait"), max_length=50)
    imputed = models.BooleanField(_("imputed"), default=False)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("profile trait")
        verbose_name_plural = _("profile traits")
        ordering = ["case_id", "position"]

    def __str__(self) -> str:
        return self.trait


class PinnedPlace(models.Model):
    """A place as typed, and the place it was resolved to. A later import does not move it."""

    place_typed = models.CharField(_("place"), max_length=300)
    place = models.ForeignKey(
        Place, verbose_name=_("taken for"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def place_document(self) -> Any:
        """Return the place as in a case file: by its code, or as typed if it was not located."""
        return {"id": self.place.code, "name": self.place_typed} if self.place else self.place_typed


class CasePlace(PinnedPlace):
    """A place in the applicant's life, or one proposed for relocation."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="places")
    person = models.CharField(_("person"), max_length=20)
    position = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(_("role"), max_length=12, choices=PlaceRole.choices)
    period_from = MomentField(_("from"))
    period_to = MomentField(_("to"))

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["case_id", "position"]

    def __str__(self) -> str:
        return self.place_typed

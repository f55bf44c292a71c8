"""Staff: users, each with one office and one role."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.second_factor_models import RecoveryCode, SecondFactor

__all__ = ["Office", "RecoveryCode", "Role", "SecondFactor", "User"]

OLDEST_COI = 24  # months; no office lets future risk and internal protection rest on older COI without reasons


class Office(models.Model):
    """An office that decides claims. Its supervisors see all its cases."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    legal_basis = models.TextField(_("legal basis"), blank=True, help_text=_("as printed in its memos"))
    standard_of_proof = models.TextField(_("standard of proof"), blank=True, help_text=_("as printed in its memos"))
    reference_pattern = models.CharField(
        _("pattern of references"),
        max_length=60,
        blank=True,
        help_text=_("# is a digit, @ a letter, anything else itself, for example N-####-#####. Blank: any reference."),
    )
    coi_age_limit = models.PositiveSmallIntegerField(
        _("age limit of COI"),
        default=OLDEST_COI,
        validators=[MinValueValidator(1), MaxValueValidator(OLDEST_COI)],
        help_text=_(
            "months, at most 24. Future risk and internal protection need newer COI, or reasons for relying on older COI."
        ),
    )
    shares_cases = models.BooleanField(
        _("new cases are shared"),
        default=False,
        help_text=_("Caseworkers of the office can read and edit each other’s cases."),
    )
    keep_months = models.PositiveSmallIntegerField(
        _("cases are kept"),
        default=120,
        validators=[MinValueValidator(1)],
        help_text=_("months after a case was approved, superseded or closed. Then it is erased."),
    )
    untouched_days = models.PositiveSmallIntegerField(
        _("days without a save"),
        default=90,
        validators=[MinValueValidator(30)],
        help_text=_(
            "at least 30. Then an intake not saved as a case is erased, and lists show an open case as not saved "
            "recently."
        ),
    )

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """The role of a member of staff."""

    CASEWORKER = "caseworker", _("caseworker")
    SUPERVISOR = "supervisor", _("supervisor")
    COI_ADMIN = "coi-admin", _("COI admin")
    AUDITOR = "auditor", _("auditor")


class User(AbstractUser):
    """A member of staff. System administrators have no access to cases unless their role gives it."""

    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, null=True, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.CASEWORKER)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known")]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_session_auth_hash(self) -> str:
        """Return what each session of the user holds.

        It ends every session if the password, the powers or the second factor change.
        """
        return self._standing(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._standing, settings.SECRET_KEY_FALLBACKS)

    def _standing(self, secret: str) -> str:
        standing = [self.password, self.role, self.office_id, self.is_active, self.is_staff, self.is_superuser]
        if factor := getattr(self, "second_factor", None):
            standing.append(factor.pk)
        return salted_hmac("accounts.standing", json.dumps(standing), secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_administrator(self) -> bool:
        """Return whether the user may change what others may do, with a second administrator."""
        return self.is_active and self.is_superuser

    @property
    def is_caseworker(self) -> bool:
        return self.role == Role.CASEWORKER

    @property
    def is_supervisor(self) -> bool:
        return self.role == Role.SUPERVISOR

    @property
    def is_coi_admin(self) -> bool:
        return self.role == Role.COI_ADMIN

    @property
    def is_auditor(self) -> bool:
        return self.role == Role.AUDITOR


class StandingChange(models.Model):
    """A change that gives a person more than they may do now. It takes effect when a second administrator approves it."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        OUT_OF_DATE = "out-of-date", _("out of date: the person was changed meanwhile")

    person = models.ForeignKey(User, models.CASCADE, related_name="standing_changes", verbose_name=_("person"))
    before = models.JSONField(_("before"))  # the person's standing when it was proposed
    after = models.JSONField(_("after"))
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True, default="")
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("decided by"), null=True, blank=True
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed change of what a person may do")
        verbose_name_plural = _("proposed changes of what people may do")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(proposed_by=models.F("person")), name="nobody_proposes_their_own_standing"
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="approved")
                | (
                    models.Q(decided_by__isnull=False)
                    & ~models.Q(decided_by=models.F("proposed_by"))
                    & ~models.Q(decided_by=models.F("person"))
                ),
                name="a_second_administrator_approves",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_at__isnull=True)
                | (~models.Q(outcome="") & models.Q(decided_at__isnull=False)),
                name="standing_change_is_decided_or_not",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(outcome=""), name="one_waiting_standing_change_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}"

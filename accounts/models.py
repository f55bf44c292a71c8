"""Staff: a user belongs to one office and holds one role."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Office(models.Model):
    """An office that decides claims; supervisors see the cases of their own."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    legal_basis = models.TextField(_("legal basis"), blank=True, help_text=_("as printed in its memos"))
    standard_of_proof = models.TextField(_("standard of proof"), blank=True, help_text=_("as printed in its memos"))
    reference_pattern = models.CharField(
        _("pattern of references"),
        max_length=60,
        blank=True,
        help_text=_("# stands for a digit, @ for a letter, all else for itself: N-####-#####. Empty: any reference."),
    )
    coi_age_limit = models.PositiveSmallIntegerField(
        _("age limit of COI"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
        help_text=_("months; future risk and internal protection need newer COI beyond it; 24 at most"),
    )
    shares_cases = models.BooleanField(
        _("new cases are shared"), default=False, help_text=_("caseworkers of the office see and edit each other's")
    )
    keep_months = models.PositiveSmallIntegerField(
        _("cases are kept"),
        default=120,
        validators=[MinValueValidator(1)],
        help_text=_("months after a case was approved or closed; then retention erases it"),
    )
    untouched_days = models.PositiveSmallIntegerField(
        _("left untouched"),
        default=90,
        validators=[MinValueValidator(30)],
        help_text=_(
            "days without a save: then retention erases an intake that is no case yet, and a case under way is "
            "pointed out; 30 at least"
        ),
    )

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member of staff comes to do."""

    CASEWORKER = "caseworker", _("caseworker")
    SUPERVISOR = "supervisor", _("supervisor")
    COI_ADMIN = "coi-admin", _("COI admin")
    AUDITOR = "auditor", _("auditor")


class User(AbstractUser):
    """A member of staff. Being an administrator of the system gives no access to cases."""

    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, null=True, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.CASEWORKER)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known")]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

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

"""Versions of a memo, the findings they rely on, their reviews, and what happened to them later."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.case import Case
from assessments.models.codes import Grade, State

DECIDED = (State.APPROVED, State.RECALLED)


class MemoVersion(models.Model):
    """One submission. Its content never changes and, once approved, neither does its PDF (triggers, guards.py)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.SUBMITTED)
    content = models.TextField(_("snapshot"), help_text="canonical JSON, see snapshot.py")
    content_sha256 = models.CharField(max_length=64)
    case_version = models.PositiveIntegerField()
    rules_version = models.CharField(max_length=20)
    coi_cut_off = models.DateField(_("cut-off of the oldest COI relied on"), null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"))
    submission_note = models.TextField(
        _("remark for the reviewer"), blank=True, help_text="beside the memo, no part of it"
    )
    open_points = models.JSONField(
        _("open points"),
        null=True,
        blank=True,
        help_text="open_points.py; null of a version from before they were kept",
    )
    taken_at = models.DateTimeField(_("taken for review"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.TextField(_("remark on the decision"), blank=True)
    read_sha256 = models.CharField(max_length=64, blank=True, help_text="of the content that the reviewer had read")
    pdf = models.BinaryField(null=True, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("version of a memo")
        verbose_name_plural = _("versions of memos")
        ordering = ["case_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state__in=[State.SUBMITTED, State.IN_REVIEW]),
                name="one_version_under_review_a_case",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=DECIDED)
                | (models.Q(decided_by__isnull=False, pdf__isnull=False) & ~models.Q(pdf_sha256="")),
                name="an_approval_says_who_and_keeps_the_pdf",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=DECIDED) | models.Q(read_sha256=models.F("content_sha256")),
                name="an_approval_is_of_what_was_read",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("submitted_by")),
                name="nobody_decides_on_their_own_submission",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"])]

    def __str__(self) -> str:
        return f"{self.case} v{self.number}"

    @property
    def is_final(self) -> bool:
        """Whether it was approved at some time, so that its PDF is stored."""
        return bool(self.pdf_sha256)


class Reliance(models.Model):
    """A finding that a memo relies on, or considered and did not rely on, or a figure that it prints.

    Without a version, it belongs to the present state of the case.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reliances")
    version = models.ForeignKey(MemoVersion, on_delete=models.CASCADE, null=True, blank=True, related_name="reliances")
    finding = models.CharField(max_length=150, help_text="its key, edition/code; of a figure edition/figure:1:place")
    fact_ident = models.CharField(max_length=20, blank=True)
    relation = models.CharField(
        max_length=12, help_text="supports, contradicts, no_evidence, context, profile, region, sheet or figure"
    )
    omitted = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("reliance on a finding")
        verbose_name_plural = _("reliances on findings")
        ordering = ["case_id", "version_id", "fact_ident", "finding"]
        indexes = [models.Index(fields=["finding"])]

    def __str__(self) -> str:
        return self.finding


class SectionReview(models.Model):
    """A reviewer's grade of one section of a version, and their comment on it."""

    version = models.ForeignKey(MemoVersion, on_delete=models.CASCADE, related_name="section_reviews")
    section = models.CharField(_("section"), max_length=40, help_text="its anchor in the memo")
    grade = models.CharField(_("grade"), max_length=14, choices=Grade.choices, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("review of a section")
        verbose_name_plural = _("reviews of sections")
        ordering = ["version_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "section"], name="one_review_a_section")]

    def __str__(self) -> str:
        return self.section


class SectionShown(models.Model):
    """A section of a version that its reviewer opened. An approval needs this of every section."""

    version = models.ForeignKey(MemoVersion, on_delete=models.CASCADE, related_name="sections_shown")
    section = models.CharField(_("section"), max_length=40, help_text="its anchor in the memo")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shown_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("section shown to a reviewer")
        verbose_name_plural = _("sections shown to reviewers")
        ordering = ["version_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "section", "to"], name="one_showing_a_section_and_reviewer")
        ]

    def __str__(self) -> str:
        return self.section


class Disposition(models.TextChoices):
    """The decision on a recalled memo, or on one with new findings."""

    UPHELD = "upheld", _("upheld")
    REOPENED = "reopened", _("reopened")
    SUPERSEDED = "superseded", _("superseded")


class Decided(models.Model):
    """Something for a supervisor to decide. Without a disposition it is waiting."""

    disposition = models.CharField(_("disposition"), max_length=10, choices=Disposition.choices, blank=True)
    disposition_reason = models.TextField(_("reasons for it"), blank=True)
    disposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    disposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class NewMatch(Decided):
    """A finding published after the memo was approved that is relevant to a fact of it or to the profile.

    The memo does not rely on it and stays as it is until a supervisor decides.
    """

    version = models.ForeignKey(MemoVersion, on_delete=models.CASCADE, related_name="new_matches")
    finding = models.CharField(_("finding"), max_length=150, help_text="its key, edition/code")
    fact_ident = models.CharField(_("fact"), max_length=20, blank=True, help_text="empty where it bears on the profile")
    relation = models.CharField(max_length=12, help_text="supports, contradicts, no_evidence or profile")
    level = models.CharField(max_length=12, blank=True, help_text="of a support: this-event or this-kind")
    reasons = models.JSONField(_("reasons"), default=list, help_text="codes with their parameters, as matched then")
    found_at = models.DateTimeField(_("found"), auto_now_add=True)

    class Meta:
        verbose_name = _("new match")
        verbose_name_plural = _("new matches")
        ordering = ["version_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "finding", "fact_ident"], name="one_new_match_a_finding_and_fact"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.finding}"


class Recall(Decided):
    """A recall of an approved memo, and the decision on it."""

    Disposition = Disposition
    version = models.ForeignKey(MemoVersion, on_delete=models.CASCADE, related_name="recalls")
    finding = models.CharField(_("finding"), max_length=150, blank=True)
    reason = models.TextField(_("reason"))
    recalled_at = models.DateTimeField(_("recalled"), auto_now_add=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ["version_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "finding"],
                condition=models.Q(disposition=""),
                name="one_open_recall_a_version_and_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.finding}"

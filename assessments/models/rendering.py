"""A PDF or Word copy of a case that is being made or is cached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.case import Case
from jobs.models import Job


class Rendering(Job):
    """One file of a case, cached under the digest of its content; only the newest of its kind and target."""

    class What(models.TextChoices):
        DRAFT = "draft", _("the memo as the case stands")
        VERSION = "version", _("a version that is not approved")
        APPROVAL = "approval", _("the memo as approved, before the approval")
        DISCLOSURE = "disclosure", _("the disclosure sheet")
        QUESTIONS = "questions", _("the questions")
        WORD = "word", _("a copy of a version for Word")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="renderings")
    what = models.CharField(_("kind"), max_length=12, choices=What.choices)
    target = models.CharField(max_length=20, blank=True, help_text="the number of a version, or whom questions are for")
    on = models.DateField(_("day on which it was asked for"))
    digest = models.CharField(max_length=64, help_text="of its HTML and of the files that print it")
    pdf = models.BinaryField(null=True, blank=True)
    seal = models.CharField(max_length=64, blank=True, help_text="of the file, made with the secret key")

    class Meta(Job.Meta):
        verbose_name = _("PDF being made")
        verbose_name_plural = _("PDFs being made")
        constraints = [
            models.UniqueConstraint(fields=["case", "what", "target"], name="one_rendering_a_kind_and_target")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.target}".strip()

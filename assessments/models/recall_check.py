"""The comparison of approved memos with an edition that was published, which recalls those that rely on a change."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.memo import MemoVersion
from coi.models import Edition
from jobs.models import Job


class RecallCheck(Job):
    """What an edition changed, stored in the transaction of its publication. It is done once every memo is compared."""

    again_after = timedelta(minutes=10)  # what is recalled must not depend on a person who notices

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    changes: Any = models.JSONField(
        _("changes"), default=list, help_text="lists of a reason and of the keys of findings or figures"
    )
    added: Any = models.JSONField(_("new findings"), default=list, help_text="their keys")
    listed_to = models.PositiveBigIntegerField(
        default=0, help_text="the last case for which the new findings were listed"
    )

    class Meta(Job.Meta):
        verbose_name = _("comparison of memos with an edition")
        verbose_name_plural = _("comparisons of memos with editions")

    def __str__(self) -> str:
        return str(self.edition)

    @property
    def gone(self) -> list[str]:
        """The keys of all findings and figures that were changed or retired, in earlier editions."""
        return [key for _reason, keys in self.changes for key in keys]


class ComparedMemo(models.Model):
    """A memo that was compared, written in the transaction that recalls it, so that it is compared once."""

    check_of = models.ForeignKey(RecallCheck, on_delete=models.CASCADE, related_name="compared")
    version = models.ForeignKey(MemoVersion, on_delete=models.CASCADE, related_name="compared")

    class Meta:
        verbose_name = _("memo compared with an edition")
        verbose_name_plural = _("memos compared with editions")
        ordering = ["check_of", "version"]
        constraints = [models.UniqueConstraint(fields=["check_of", "version"], name="one_comparison_a_memo_and_check")]

    def __str__(self) -> str:
        return f"{self.check_of} {self.version_id}"

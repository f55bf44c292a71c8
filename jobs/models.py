"""The fields of every kind of job, and the living workers. Each kind is a model in its own app."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A piece of work done outside the requests. Its row has ids and states, never text of a case."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being done")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    OPEN = (State.WAITING, State.RUNNING)
    again_after: ClassVar[timedelta | None] = None  # how long after its end a failed job waits again; never if None

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    taken_by = models.CharField(_("worker"), max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("may be taken again from"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    problem: Any = models.JSONField(_("problem"), default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["state", "asked_at"])]

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being done."""
        return self.state in self.OPEN


class Worker(models.Model):
    """A process that takes jobs. It updates its row every few seconds and removes it when it stops."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    seen_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name

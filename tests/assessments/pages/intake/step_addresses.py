"""Addresses of the intake's steps, and the step that owns a field."""

from django.urls import reverse

from assessments.casefile.intake_steps import STEPS


def step_of(name):
    return next(step.slug for step in STEPS if step.owns.fullmatch(name))


def at(draft, step, fact=""):
    return reverse("intake", args=[draft.uuid, step]) + (f"?fact={fact}" if fact else "")

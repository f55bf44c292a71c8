"""The form of one item of a draft: opening it and filling it in."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from coi.models import Edition
from tests.coi.forms_on_pages import sent_by

OLD, NEW = "sem-mali-2021-04", "sem-mali-2026-11"


@dataclass(frozen=True)
class World:
    """A draft of the note and three COI admins, one of whom started it."""

    draft: Edition
    beginner: User
    second: User
    third: User


def at(kind: str, key: str, edition: str = NEW) -> str:
    return reverse("draft-item", args=[edition, kind, key])


def adding(kind: str, edition: str = NEW) -> str:
    return reverse("draft-add", args=[edition, kind])


def opened(client, address: str, **changes) -> dict:
    """Return what the page's form would send with these fields changed."""
    return sent_by(client.get(address), "version") | changes


def messages_of(response) -> list[str]:
    return [error["message"] for error in response.context["errors"]]

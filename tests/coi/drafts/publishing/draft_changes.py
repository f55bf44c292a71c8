"""Changes to a draft, and posting to its pages."""

from django.urls import reverse

from coi.models import (
    Edition,
    Finding,
)

OLD, NEW = "sem-mali-2021-04", "sem-mali-2026-11"


def change(draft: Edition, code: str) -> None:
    Finding.objects.filter(edition=draft, code=code).update(statement="Something else is said here.")


def post(client, name: str, code: str = NEW, **body):
    return client.post(reverse(name, args=[code]), body)

"""The library's pages, and their text for comparing."""

from datetime import date

from coi.models import (
    Publication,
)
from tests.markup import visible_text

EDITION = "sem-mali-2021-04"
REGIONS = ["ML-1", "ML-2", "ML-3", "ML-4", "ML-5", "ML-6", "ML-7", "ML-8", "ML-BKO"]


def text_of(response):
    """Return the page's text without tags or repeated spaces."""
    assert response.status_code == 200
    return visible_text(response).replace(" .", ".")


def publish(edition):
    """Publish without the checks, which an edition without findings does not pass."""
    Publication.objects.bulk_create([Publication(edition=edition, published_at=date(2026, 1, 2))])


def squeezed(text):
    return "".join(text.split())


PAGES = [
    ("library", []),
    ("edition", [EDITION]),
    ("finding", [EDITION, "sik-01"]),
    ("sources", [EDITION]),
    ("region", ["ML-3"]),
    ("actors", []),
    ("actor", ["jnim"]),
]

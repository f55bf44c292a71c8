"""Spreadsheets sent to the library, and the library's content."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coi.editions.refusals import ImportRefused
from coi.files.spreadsheets import reading
from coi.models import (
    CuratorQuery,
    Denial,
    DraftWork,
    Edition,
    Figure,
    FigureRow,
    Finding,
    Originator,
    Publication,
    Report,
    Source,
)

OLD = "sem-mali-2021-04"


def send(client, content: bytes, name: str = "edition.xlsx"):
    return client.post(reverse("draft-upload"), {"file": SimpleUploadedFile(name, content)})


def held() -> tuple:
    """Return the content of the library as a value."""
    models = (
        Report,
        Edition,
        Finding,
        Denial,
        Source,
        Originator,
        Figure,
        FigureRow,
        CuratorQuery,
        DraftWork,
        Publication,
    )
    return tuple(tuple(model.objects.order_by("pk").values_list()) for model in models)


def problems_of(content: bytes) -> list[str]:
    """Return why the file is refused."""
    with pytest.raises(ImportRefused) as refused:
        reading.read(content)
    return refused.value.problems

"""Imported event data."""

import pytest

from coi.events.storing import import_events
from tests.coi.event_files import write
from tests.coi.events.loaded_events import RETRIEVED, TODAY


@pytest.fixture
def load(library, tmp_path):
    """Return load(columns, rows), which imports them and returns the dataset."""

    def run(columns, rows, code="made-up", **options):
        path = write(tmp_path / f"{code}.csv", columns, rows, **options)
        return import_events(path, code=code, country="ML", retrieved_on=RETRIEVED, today=TODAY)

    return run

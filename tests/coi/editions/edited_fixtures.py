"""The note's fixture with edits, and why it is refused."""

import json
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from coi.models import Edition, Finding, Source
from tests import ROOT

NOTE = ROOT / "fixtures/coi/ml/sem-mali-2021-04.yaml"


def edited(tmp_path, change, code="sem-mali-2021-05") -> Path:
    """Return the note under a new edition code, after ``change`` edited its entries."""
    rows = yaml.load(NOTE.read_text().replace("sem-mali-2021-04", code), Loader=yaml.CSafeLoader)
    change(rows)
    path = tmp_path / "edition.yaml"
    path.write_text(json.dumps(rows, ensure_ascii=False, default=str))  # JSON is YAML
    return path


def of(rows: list[dict], model: str, **wanted) -> dict:
    """Return the fields of the first entry of a model with these values."""
    return next(
        row["fields"]
        for row in rows
        if row["model"] == f"coi.{model}" and all(row["fields"].get(k) == v for k, v in wanted.items())
    )


def refusal(path: Path, command: str = "load_coi") -> str:
    before = Finding.objects.count(), Edition.objects.count(), Source.objects.count()
    with pytest.raises(CommandError) as caught:
        call_command(command, str(path))
    assert (Finding.objects.count(), Edition.objects.count(), Source.objects.count()) == before
    return str(caught.value)

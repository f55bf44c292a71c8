"""Cases in every state, made by the actions that the application itself uses."""

import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments import actions, intake
from assessments.models import Case

DEMO = Path(__file__).resolve().parents[1] / "fixtures" / "demo"


def make_case(by: User, name: str = "mopti-ogossagou", **changes: Any) -> Case:
    """A case of this caseworker's from an invented case file; ``changes`` replace parts of the document."""
    document = json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8")) | changes
    return actions.record_case(intake.read(document, today=timezone.localdate()), by=by)

"""When the audit record was last found intact by ``verify_audit``, for monitoring. A file, because it proves nothing."""

import json
import logging
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

logger = logging.getLogger(__name__)


def path() -> Path:
    """Return the file of this machine."""
    return Path(settings.VAR_DIR) / "audit-verified.json"


def note() -> None:
    """Note that the audit record is intact now. A failure is logged only."""
    try:
        new = path().with_suffix(".new")
        new.write_text(json.dumps({"at": timezone.now().isoformat()}) + "\n", encoding="ascii")
        os.replace(new, path())
    except OSError as error:
        logger.warning("The time of the verification could not be noted: %s", error)


def last() -> datetime | None:
    """Return when the audit record was last found intact; None if that is not known."""
    try:
        return datetime.fromisoformat(json.loads(path().read_text(encoding="ascii"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None

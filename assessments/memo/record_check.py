"""Every stored version of a memo, compared with the audit record."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from assessments.memo import snapshot
from assessments.models import MemoVersion
from audit.models import Entry

_SUBMIT, _APPROVE = "memo.submit", "memo.approve"


def problems() -> Iterator[str]:
    """Return a sentence for each version that is not the one submitted, or not the one approved, by the record."""
    said: dict[tuple[str, str, Any], list[tuple[str, str]]] = defaultdict(list)
    entries = Entry.objects.filter(action__in=(_SUBMIT, _APPROVE), object_type="case").order_by("pk")
    for action, case, actor, details in entries.values_list("action", "object_id", "actor", "details").iterator():
        said[action, case, details.get("version")].append((actor, details.get("sha256", "")))
    for version in MemoVersion.objects.select_related("case").order_by("pk").iterator(chunk_size=50):
        of = str(version.case.uuid), version.number
        names = {"case": of[0], "number": of[1]}
        content = (str(version.submitted_by_id), snapshot.sha256(version.content))
        if content not in said[_SUBMIT, *of] or content[1] != version.content_sha256:
            yield _("Version %(number)s of the memo of case %(case)s is not the one that was submitted.") % names
        approvals = said[_APPROVE, *of]
        pdf = (str(version.decided_by_id), hashlib.sha256(bytes(version.pdf or b"")).hexdigest())
        if (version.is_final or approvals) and (pdf not in approvals or pdf[1] != version.pdf_sha256):
            yield _("The PDF of version %(number)s of case %(case)s is not the one that was approved.") % names

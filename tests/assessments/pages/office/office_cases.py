"""Approved memos of an office."""

import hashlib
import uuid

from django.utils import timezone

from assessments.models import Case, MemoVersion, Writer
from assessments.models.codes import State
from audit.record import record


def make_case(author, **fields) -> Case:
    fields = {"reference": f"R-{uuid.uuid4().hex[:6]}", "state": State.APPROVED, **fields}
    case = Case.objects.create(author=author, office=author.office, country="ML", **fields)
    Writer.objects.create(case=case, user=author)
    return case


def make_version(case, decided_by=None, *, number=1, pdf=None, **fields) -> MemoVersion:
    now = timezone.now()
    pdf = pdf or f"%PDF {case.uuid}".encode()
    final = {
        "state": State.APPROVED, "decided_by": decided_by, "decided_at": now, "read_sha256": "c" * 64,
        "pdf": pdf, "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
    } if decided_by else {}  # fmt: skip
    if decided_by:  # an approval that the audit record lacks is not valid
        known = {"version": number, "sha256": final["pdf_sha256"]}
        record(by="test", action="memo.approve", object_type="case", object_id=str(case.uuid), **known)
    return MemoVersion.objects.create(**{
        "case": case, "number": number, "content": "{}", "content_sha256": "c" * 64, "case_version": 1,
        "rules_version": "1", "submitted_by": case.author, "submitted_at": now, **final, **fields,
    })  # fmt: skip

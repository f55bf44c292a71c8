"""Approved memos of an office."""

import hashlib
import uuid

from django.utils import timezone

from assessments.models import Case, MemoVersion, Writer
from assessments.models.codes import State
from tests import factories

EMPTY = hashlib.sha256(b"{}").hexdigest()


def make_case(author, **fields) -> Case:
    fields = {"reference": f"R-{uuid.uuid4().hex[:6]}", "state": State.APPROVED, **fields}
    case = Case.objects.create(author=author, office=author.office, country="ML", **fields)
    Writer.objects.create(case=case, user=author)
    return case


def make_version(case, decided_by=None, *, number=1, pdf=None, **fields) -> MemoVersion:
    now = timezone.now()
    pdf = pdf or f"%PDF {case.uuid}".encode()
    final = {
        "state": State.APPROVED, "decided_by": decided_by, "decided_at": now, "read_sha256": EMPTY,
        "pdf": pdf, "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
    } if decided_by else {}  # fmt: skip
    made = MemoVersion.objects.create(**{
        "case": case, "number": number, "content": "{}", "content_sha256": EMPTY, "case_version": 1,
        "rules_version": "1", "submitted_by": case.author, "submitted_at": now, **final, **fields,
    })  # fmt: skip
    return factories.recorded(made)

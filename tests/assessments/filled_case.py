"""A case with a row in every table that can hold data of a case."""

from django.utils import timezone

from accounts.models import User
from assessments.models import (
    Batch,
    Case,
    ComparedMemo,
    ContextTaken,
    EditLock,
    ErasureRequest,
    FactAssessment,
    FactIndicator,
    FactRevision,
    IntakeDraft,
    MemoVersion,
    NewMatch,
    Notification,
    Omission,
    OwnSource,
    Question,
    Recall,
    RecallCheck,
    RegionTest,
    Reliance,
    Rendering,
    SectionReview,
    SectionShown,
    Writer,
)
from assessments.models.codes import State
from coi.models import Edition


def fill(case: Case, reviewer: User) -> None:
    """Add a row to every table that can hold data of a case."""
    by = case.author
    written = {"case": case, "saved_by": by}
    assessment = FactAssessment.objects.create(**written, fact_ident="F1", reasoning="Invented case.")
    FactIndicator.objects.create(assessment=assessment, indicator="detail", words="Invented case.")
    Omission.objects.create(**written, fact_ident="F1", finding="a/b", reason="Invented case.")
    ContextTaken.objects.create(**written, fact_ident="F1", finding="a/c")
    OwnSource.objects.create(
        **written, fact_ident="F1", citation="Invented.", published="2025", says="-", bearing="supports"
    )
    RegionTest.objects.create(**written, place="ML-BKO", test="safety")
    Question.objects.create(**written, to="coi", words="Invented?")
    FactRevision.objects.create(case=case, fact_ident="F1", version=1, what="changed", by=by)
    IntakeDraft.objects.create(office=case.office, author=by, case=case)
    ErasureRequest.objects.create(case=case, because="asked", reasons="Invented case.", requested_by=by)
    EditLock.objects.create(case=case, holder=by)
    version = MemoVersion.objects.create(
        case=case, number=1, state=State.APPROVED, content="{}", content_sha256="a", read_sha256="a", case_version=1,
        rules_version="1", submitted_by=by, submitted_at=timezone.now(), decided_by=reviewer, pdf=b"%PDF",
        pdf_sha256="b",
    )  # fmt: skip
    Reliance.objects.create(case=case, version=version, finding="a/b", relation="supports")
    SectionReview.objects.create(version=version, section="fact-F1", by=reviewer)
    SectionShown.objects.create(version=version, section="fact-F1", to=reviewer)
    Recall.objects.create(version=version, reason="Invented.", disposition="upheld")
    NewMatch.objects.create(version=version, finding="a/b", relation="supports", disposition="upheld")
    check = RecallCheck.objects.create(edition=Edition.objects.earliest("pk"), state=RecallCheck.State.DONE)
    ComparedMemo.objects.create(check_of=check, version=version)
    Notification.objects.create(user=by, case=case, kind="approved")
    Batch.objects.create(by=reviewer).versions.add(version)
    Rendering.objects.create(case=case, what="draft", on=timezone.localdate(), digest="a", pdf=b"%PDF")
    assert Writer.objects.filter(case=case).exists()

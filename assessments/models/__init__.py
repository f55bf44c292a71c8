"""The data on applicants. personal.py declares for every personal field why it is stored."""

from assessments.models.assessment import (
    ContextTaken,
    FactAssessment,
    FactIndicator,
    Omission,
    OwnSource,
    Question,
    RegionTest,
)
from assessments.models.case import Case, CasePerson, CasePlace, CaseTrait, EditLock, Writer
from assessments.models.draft import IntakeDraft
from assessments.models.erasure import ErasureRequest
from assessments.models.fact import CaseFact, FactRevision
from assessments.models.memo import Disposition, MemoVersion, NewMatch, Recall, Reliance, SectionReview, SectionShown
from assessments.models.office import Batch, Notification
from assessments.models.recall_check import ComparedMemo, RecallCheck
from assessments.models.rendering import Rendering

__all__ = [
    "Batch",
    "Case",
    "CaseFact",
    "CasePerson",
    "CasePlace",
    "CaseTrait",
    "ComparedMemo",
    "ContextTaken",
    "Disposition",
    "EditLock",
    "ErasureRequest",
    "FactAssessment",
    "FactIndicator",
    "FactRevision",
    "IntakeDraft",
    "MemoVersion",
    "NewMatch",
    "Notification",
    "Omission",
    "OwnSource",
    "Question",
    "Recall",
    "RecallCheck",
    "RegionTest",
    "Reliance",
    "Rendering",
    "SectionReview",
    "SectionShown",
    "Writer",
]

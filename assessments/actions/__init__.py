"""The only writes. Each is one transaction, with its row in the record inside it.

cases.py      what the applicant says
drafts.py     the intake while it is typed
assess.py     what the officer writes beside the COI
relocation.py the tests of internal protection, and questions
review.py     submitting, reviewing, approving, recalling
steps.py      the steps of the workflow; writing.py every write in a case
reading.py    reads leave a row in the record
refusals.py   why an action is not carried out
"""

from assessments.actions.cases import change_case, export_memo, record_case, share_case, show_matches, take_over
from assessments.actions.reading import note_read
from assessments.actions.refusals import (
    ActionRefused,
    HeldElsewhere,
    Incomplete,
    NotAllowed,
    ReferenceTaken,
    StaleCase,
)

__all__ = [
    "ActionRefused",
    "HeldElsewhere",
    "Incomplete",
    "NotAllowed",
    "ReferenceTaken",
    "StaleCase",
    "change_case",
    "export_memo",
    "note_read",
    "record_case",
    "share_case",
    "show_matches",
    "take_over",
]

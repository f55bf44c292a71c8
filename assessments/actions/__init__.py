"""The only writes. Each is one transaction, with its row in the record inside it.

cases.py      what the applicant says
refusals.py   why an action is not carried out
"""

from assessments.actions.cases import change_case, export_memo, record_case, show_matches
from assessments.actions.refusals import ActionRefused, ReferenceTaken, StaleCase

__all__ = [
    "ActionRefused",
    "ReferenceTaken",
    "StaleCase",
    "change_case",
    "export_memo",
    "record_case",
    "show_matches",
]

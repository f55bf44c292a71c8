"""All writes of this app. Each runs in one transaction and adds its audit record in the same transaction.

cases.py      store what the applicant says
drafts.py     store an intake while it is typed
assess.py     store the officer's assessment of a fact
relocation.py store conclusions on internal protection, and questions
review.py     submit, review and approve a memo
handing_over.py give cases, intakes and reviews to a colleague
recalls.py    recall a memo; decide on recalls and new findings
steps.py      take a step of the workflow
writing.py    check and record every change of a case
office.py     batches of memos, exports of figures, notifications
reading.py    record that a case was read
refusals.py   the reasons for refusing an action
"""

from assessments.actions.assess import (
    add_source,
    autosave_fact,
    change_source,
    dismiss_retired,
    drop_context,
    keep_marks,
    keep_reliance,
    note_change_seen,
    omit,
    rely,
    remove_source,
    save_fact,
    take_context,
)
from assessments.actions.cases import (
    change_case,
    export_memo,
    note_case_export,
    record_case,
    share_case,
    show_matches,
    take_over,
)
from assessments.actions.drafts import (
    begin_change,
    begin_draft,
    begin_with_step,
    discard_draft,
    finish_draft,
    save_step,
)
from assessments.actions.handing_over import hand_over, reassign_several
from assessments.actions.office import export_quality, note_batch_taken, pack_batch, read_notifications, start_batch
from assessments.actions.reading import note_check, note_read
from assessments.actions.recalls import list_new_matches, recall, supersede, uphold, waiting_token
from assessments.actions.refusals import (
    ActionRefused,
    HeldElsewhere,
    Incomplete,
    NotAllowed,
    ReferenceTaken,
    StaleCase,
)
from assessments.actions.relocation import (
    add_question,
    change_question,
    conclude,
    conclusion_token,
    export_disclosure,
    export_questions,
    justify_old_coi,
    remove_question,
    text_version,
)
from assessments.actions.review import (
    Graded,
    approve,
    close,
    grade,
    hand_back,
    note_shown,
    reassign,
    reopen,
    review_token,
    send_back,
    stand_in,
    submit,
    take,
    take_back,
    write_remark,
)

__all__ = [
    "ActionRefused",
    "Graded",
    "HeldElsewhere",
    "Incomplete",
    "NotAllowed",
    "ReferenceTaken",
    "StaleCase",
    "add_question",
    "add_source",
    "approve",
    "autosave_fact",
    "begin_change",
    "begin_draft",
    "begin_with_step",
    "change_case",
    "change_question",
    "change_source",
    "close",
    "conclude",
    "conclusion_token",
    "discard_draft",
    "dismiss_retired",
    "drop_context",
    "export_disclosure",
    "export_memo",
    "export_quality",
    "export_questions",
    "finish_draft",
    "grade",
    "hand_back",
    "hand_over",
    "justify_old_coi",
    "keep_marks",
    "keep_reliance",
    "list_new_matches",
    "note_batch_taken",
    "note_case_export",
    "note_change_seen",
    "note_check",
    "note_read",
    "note_shown",
    "omit",
    "pack_batch",
    "read_notifications",
    "reassign",
    "reassign_several",
    "recall",
    "record_case",
    "rely",
    "remove_question",
    "remove_source",
    "reopen",
    "review_token",
    "save_fact",
    "save_step",
    "send_back",
    "share_case",
    "show_matches",
    "stand_in",
    "start_batch",
    "submit",
    "supersede",
    "take",
    "take_back",
    "take_context",
    "take_over",
    "text_version",
    "uphold",
    "waiting_token",
    "write_remark",
]

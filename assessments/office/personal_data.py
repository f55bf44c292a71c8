"""The table of every stored field: whom it is about, why it is stored and until when.

``manage.py privacy_table`` makes ``docs/privacy.md`` from it. A test fails if a field is not declared here, or is
declared but does not exist.
"""

from dataclasses import dataclass

from assessments.actions import locks
from assessments.office import retention

APPLICANT, STAFF, NOBODY = "applicant", "staff", "nobody"

CASE = "the case is erased"
INTAKE = "it is saved as a case, or nobody saved it for its office's days"
ACCOUNT = "the account is deleted"
FACTOR = "it is replaced, turned off, used up or reset, or the account is deleted"
RECORD = "the office ends its audit record; the application erases none of it"
SIGN_IN = f"{retention.SIGN_IN_DAYS} days later"
TOLD = f"{retention.NOTIFICATION_DAYS} days after it was read, or the case is erased"
BATCH = f"{retention.BATCH_DAYS} day later"
PRINTED = f"{retention.RENDERING_DAYS} day later, or the case is erased"
LOCK = f"{int(locks.LAPSES_AFTER.total_seconds() // 60)} minutes after the last save"
OFFICE = "the office is deleted"
LIBRARY = "the library deletes it; it contains nothing from a case"


@dataclass(frozen=True)
class PersonalField:
    """Fields of one model that are stored for the same purpose and the same time."""

    fields: str  # names, separated by spaces
    of: str
    why: str = ""  # empty for fields about nobody
    until: str = ""


KEYS = PersonalField("id", NOBODY)
# the fields of every row that a person writes in a case
WRITTEN = (
    PersonalField("id case version", NOBODY),
    PersonalField("saved_by saved_at", STAFF, "keeps writers of a case from reviewing it, and two people from overwriting each other", CASE),
)  # fmt: skip

DECLARED: dict[str, tuple[PersonalField, ...]] = {
    # --- cases ---------------------------------------------------------------------------------
    "assessments.Case": (
        PersonalField("reference", APPLICANT, "finds the file that the office keeps elsewhere; never a name. Not used in addresses, file names or logs, which use a random id", CASE),
        PersonalField("uuid", APPLICANT, "the random id in addresses and in the audit record, where it outlives the case and leads to nothing", CASE),
        PersonalField("country origin_status origin_note", APPLICANT, "selects the reports; if the origin is doubted, the memo states the assumption first", CASE),
        PersonalField("interview_language note", APPLICANT, "informs the reader of the memo", CASE),
        PersonalField("old_coi_justification", APPLICANT, "the reasons for relying on older COI; printed in the memo", CASE),
        PersonalField("closed_because closed_note", APPLICANT, "why the office made no decision", CASE),
        PersonalField("reopened_because", APPLICANT, "why the case was reopened", CASE),
        PersonalField("created_at saved_at state state_since due_on matches_first_shown_at", APPLICANT, "the next step of the case and its due date; facts changed after the matches were shown are marked", CASE),
        PersonalField("author reviewer", STAFF, "who may see the case and who reviews it; printed in the memo", CASE),
        PersonalField("id office version is_shared", NOBODY),
    ),
    "assessments.CasePerson": (
        PersonalField("ident relation sex age_band", APPLICANT, "the person of a fact or trait; an age band, never a date of birth", CASE),
        PersonalField("id case position", NOBODY),
    ),
    "assessments.CaseTrait": (
        PersonalField("person trait imputed note", APPLICANT, "lists findings that name such a trait. Cases cannot be searched by trait", CASE),
        PersonalField("id case position", NOBODY),
    ),
    "assessments.CasePlace": (
        PersonalField("person role place_typed place period_from period_to", APPLICANT, "the region sheets and the comparison of places", CASE),
        PersonalField("id case position", NOBODY),
    ),
    "assessments.CaseFact": (
        PersonalField("person kind statement place_typed place period_from period_to ongoing event event_note actors actor_note targets target_note", APPLICANT, "matched with findings; printed in the memo", CASE),
        PersonalField("passage", APPLICANT, "what the interview record says, beside the statement that sums it up; on the pages of the case only, in no memo and no disclosure sheet", CASE),
        PersonalField("interviews", APPLICANT, "lets a supervisor check the statement against the interview record", CASE),
        PersonalField("explanation", APPLICANT, "the applicant's explanation, printed beside the fact", CASE),
        PersonalField("id case ident position version changed_after_matches_at", NOBODY),
    ),
    "assessments.FactRevision": (
        PersonalField("content what", APPLICANT, "what a fact said before it was changed, once its matches had been shown", CASE),
        PersonalField("by at", STAFF, "who changed it, and when", CASE),
        PersonalField("id case fact_ident version", NOBODY),
    ),
    "assessments.IntakeDraft": (
        PersonalField("data", APPLICANT, "the answers as typed, so that a lost connection loses one field at most", INTAKE),
        PersonalField("author created_at saved_at step", STAFF, "the author, and the step they were at", INTAKE),
        PersonalField("id uuid office case case_version version", NOBODY),
    ),
    # --- what the officer writes ---------------------------------------------------------------
    "assessments.FactAssessment": (
        *WRITTEN,
        PersonalField("reasoning outcome outcome_reasons explanation_asked explanation", APPLICANT, "the officer's assessment of each fact; printed in the memo", CASE),
        PersonalField("answer_seen answer_changed_at", APPLICANT, "shows the officer whether the COI on the fact changed since they wrote; codes and keys of findings, no text", CASE),
        PersonalField("fact_ident", NOBODY),
    ),
    "assessments.FactIndicator": (
        PersonalField("indicator words view relies_on expected", APPLICANT, "the four credibility indicators, in words; printed in the memo", CASE),
        PersonalField("id assessment", NOBODY),
    ),
    "assessments.Omission": (
        *WRITTEN,
        PersonalField("fact_ident finding reason", APPLICANT, "why a finding that supports or opposes a fact is not relied on for it; printed in the memo", CASE),
    ),
    "assessments.ContextTaken": (
        *WRITTEN,
        PersonalField("fact_ident finding", APPLICANT, "context that the officer added to the memo", CASE),
    ),
    "assessments.OwnSource": (
        *WRITTEN,
        PersonalField("fact_ident place citation published url says bearing", APPLICANT, "a source added by the officer; the memo says that it is not from the library", CASE),
    ),
    "assessments.RegionTest": (
        *WRITTEN,
        PersonalField("place test conclusion reasons", APPLICANT, "the conclusion on each test of internal protection; printed in the memo", CASE),
    ),
    "assessments.Question": (
        *WRITTEN,
        PersonalField("fact_ident to words", APPLICANT, "a question on an open point, for a further interview or for the COI unit", CASE),
        PersonalField("position", NOBODY),
    ),
    # --- memo and review -----------------------------------------------------------------------
    "assessments.MemoVersion": (
        PersonalField("content pdf submission_note decision_note open_points", APPLICANT, "the memo as submitted, read and approved, which never changes", CASE),
        PersonalField("submitted_by submitted_at taken_at decided_by decided_at read_sha256", STAFF, "the four-eyes principle: who submitted, who decided, and which text they had read", CASE),
        PersonalField("id case number state content_sha256 case_version rules_version coi_cut_off pdf_sha256", NOBODY),
    ),
    "assessments.Reliance": (
        PersonalField("finding fact_ident relation omitted", APPLICANT, "finds the memos that rely on a changed finding", CASE),
        PersonalField("id case version", NOBODY),
    ),
    "assessments.SectionReview": (
        PersonalField("section grade comment", APPLICANT, "the reviewer's grade and comment on a section of the memo; counted by section, never by person", CASE),
        PersonalField("by saved_at", STAFF, "who graded it", CASE),
        PersonalField("id version", NOBODY),
    ),
    "assessments.SectionShown": (
        PersonalField("to section shown_at", STAFF, "which sections a reviewer opened, so that nothing is approved unread", CASE),
        PersonalField("id version", NOBODY),
    ),
    "assessments.Recall": (
        PersonalField("finding reason disposition disposition_reason", APPLICANT, "why an approved memo was recalled, and the decision on it", CASE),
        PersonalField("recalled_by recalled_at disposed_by disposed_at", STAFF, "who recalled it, and who decided", CASE),
        PersonalField("id version", NOBODY),
    ),
    "assessments.RecallCheck": (
        PersonalField("id edition changes added listed_to state asked_at taken_by attempts lease_until ended_at problem", NOBODY),
    ),
    "assessments.ComparedMemo": (
        PersonalField("id check_of version", NOBODY),
    ),
    "assessments.NewMatch": (
        PersonalField("finding fact_ident relation level reasons disposition disposition_reason", APPLICANT, "new findings relevant to an approved memo, and the decision on them", CASE),
        PersonalField("found_at disposed_by disposed_at", STAFF, "when it was found, and who decided", CASE),
        PersonalField("id version", NOBODY),
    ),
    "assessments.Rendering": (
        PersonalField("pdf problem", APPLICANT, "the newest PDF of a draft, an unapproved version, a disclosure sheet or questions, so that it is not made twice; of one that cannot be made, the characters that cannot be printed", PRINTED),
        PersonalField("id case what target on digest seal state asked_at taken_by attempts lease_until ended_at", NOBODY),
    ),
    # --- working together ----------------------------------------------------------------------
    "assessments.Writer": (
        PersonalField("user first_at", STAFF, "keeps writers of a case from reviewing it", CASE),
        PersonalField("id case", NOBODY),
    ),
    "assessments.EditLock": (
        PersonalField("holder taken_at renewed_at", STAFF, "shows a colleague who is editing", LOCK),
        PersonalField("id case", NOBODY),
    ),
    "assessments.ErasureRequest": (
        PersonalField("because reasons", APPLICANT, "why the case is to be erased before its time", CASE),
        PersonalField("requested_by requested_at approved_by", STAFF, "makes sure that a second person approves the erasure", CASE),
        PersonalField("id case", NOBODY),
    ),
    "assessments.Notification": (
        PersonalField("user kind at read_at", STAFF, "notifies a member of staff; contains nothing from the case", TOLD),
        PersonalField("id case", NOBODY),
    ),
    "assessments.Batch": (
        PersonalField("by created_at finished_at done left_out versions", STAFF, "makes a ZIP file of memos for the member of staff who asked", BATCH),
        PersonalField("id uuid", NOBODY),
    ),
    "assessments.Batch_versions": (PersonalField("id batch memoversion", NOBODY),),
    # --- staff ---------------------------------------------------------------------------------
    "accounts.User": (
        PersonalField("username password", STAFF, "identifies the user at sign-in; the password is stored as a salted hash", ACCOUNT),
        PersonalField("first_name last_name", STAFF, "the memo names its author and reviewer", ACCOUNT),
        PersonalField("email", STAFF, "sends notifications, which contain nothing from a case", ACCOUNT),
        PersonalField("office role is_active is_staff is_superuser groups user_permissions", STAFF, "decides what the user may see and do", ACCOUNT),
        PersonalField("last_login date_joined", STAFF, "finds unused accounts", ACCOUNT),
        KEYS,
    ),
    "accounts.SecondFactor": (
        PersonalField("user secret last_step since", STAFF, "checks the code of an app at sign-in, each once; the secret is stored encrypted", FACTOR),
        KEYS,
    ),
    "accounts.RecoveryCode": (
        PersonalField("factor digest", STAFF, "replaces the app once; stored as a digest", FACTOR),
        KEYS,
    ),
    "accounts.User_groups": (PersonalField("id user group", NOBODY),),
    "accounts.User_user_permissions": (PersonalField("id user permission", NOBODY),),
    "accounts.StandingChange": (
        PersonalField("person before after reason outcome", STAFF, "lets a second administrator decide what a person may do", ACCOUNT),
        PersonalField("proposed_by proposed_at decided_by decided_at", STAFF, "names the administrators to ask about it", ACCOUNT),
        KEYS,
    ),
    "accounts.Office": (
        PersonalField("id code name legal_basis standard_of_proof reference_pattern coi_age_limit shares_cases keep_months untouched_days", NOBODY),
    ),
    "coi.ProposedSource": (
        PersonalField("proposed_by proposed_at", STAFF, "names the person to ask about it", LIBRARY),
        PersonalField("id country citation published url says status answer", NOBODY),
    ),
    "coi.ProposedChange": (
        PersonalField("proposed_by proposed_at decided_by decided_at", STAFF, "makes sure that a second person decides", LIBRARY),
        PersonalField("id subject code values before reason status answer", NOBODY),
    ),
    "coi.EventDataset": (
        PersonalField("imported_by imported_at", STAFF, "names the person to ask about it", LIBRARY),
        PersonalField("id code provider layout country retrieved_on sha256 rows events repeated elsewhere first_day last_day", NOBODY),
    ),
    "coi.EventImport": (
        PersonalField("begun_by asked_at", STAFF, "names the person to ask about it", LIBRARY),
        PersonalField("id uuid code country retrieved_on state rows about problems dataset", NOBODY),
        PersonalField("taken_by attempts lease_until ended_at problem", NOBODY),
    ),
    "coi.AreaImport": (
        PersonalField("begun_by confirmed_by asked_at", STAFF, "names the person to ask about it", LIBRARY),
        PersonalField("id uuid country source dated state areas problems has_changed", NOBODY),
        PersonalField("taken_by attempts lease_until ended_at problem", NOBODY),
    ),
    "coi.AreaFile": (PersonalField("id area_import content", NOBODY),),
    "coi.EventFilePart": (PersonalField("id event_import number content", NOBODY),),
    "coi.DraftWork": (
        PersonalField("begun_by begun_at asked_by asked_at", STAFF, "makes sure that a second person publishes", LIBRARY),
        PersonalField("id edition retire_reasons", NOBODY),
    ),
    "coi.DraftEditor": (
        PersonalField("editor since last", STAFF, "makes sure that a second person publishes", LIBRARY),
        PersonalField("id edition", NOBODY),
    ),
    "coi.DeadLink": (
        PersonalField("marked_by marked_on", STAFF, "names the person to ask about it", LIBRARY),
        PersonalField("id source note", NOBODY),
    ),
    "jobs.Worker": (PersonalField("id name seen_at", NOBODY),),
    # --- audit record and sign-in --------------------------------------------------------------
    "audit.Entry": (
        PersonalField("actor at action", STAFF, "who read, changed, approved or exported what, and when", RECORD),
        PersonalField("object_type object_id details", STAFF, "the object, by an opaque id; never text of a case", RECORD),
        PersonalField("id previous mac", NOBODY),
    ),
    "audit.Head": (PersonalField("id count mac", NOBODY),),
    "axes.AccessAttempt": (
        PersonalField("username ip_address user_agent http_accept path_info attempt_time failures_since_start", STAFF, "blocks attempts to guess a password or a code; a name that no user has is stored as a keyed digest", SIGN_IN),
        PersonalField("id get_data post_data", NOBODY),
    ),
    "axes.AccessAttemptExpiration": (PersonalField("access_attempt expires_at", NOBODY),),
    "axes.AccessFailureLog": (
        PersonalField("username ip_address user_agent http_accept path_info attempt_time locked_out", STAFF, "shows attempts to guess a password", SIGN_IN),
        KEYS,
    ),
    "axes.AccessLog": (
        PersonalField("username ip_address user_agent http_accept path_info attempt_time logout_time session_hash", STAFF, "who signed in from where", SIGN_IN),
        KEYS,
    ),
    "sessions.Session": (
        PersonalField("session_key session_data expire_date", STAFF, "keeps a member of staff signed in; may contain a message that names a place of a case, and the latest 20 searches as typed", "the user signs out; an hour after the last request or 12 hours after signing in, unless set otherwise"),
    ),
    "admin.LogEntry": (
        PersonalField("user action_time action_flag object_repr change_message", STAFF, "who changed an account or an office in the administration", ACCOUNT),
        PersonalField("id content_type object_id", NOBODY),
    ),
}  # fmt: skip

# Apps without data about persons: the library and the framework's own tables.
OUTSIDE = ("coi", "auth", "contenttypes")

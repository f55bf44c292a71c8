"""Every field that is held, whose it is, why it is held and until when: one literal table.

``docs/privacy.md`` is made from it (``manage.py privacy_table``). A test fails on a field that is not
declared here, and on one that no longer exists.
"""

from dataclasses import dataclass

from assessments.actions import locks
from assessments.office import retention

APPLICANT, STAFF, NOBODY = "applicant", "staff", "nobody"

CASE = "with the case"
INTAKE = "the untouched days of its office after its last save, or until it is stored as a case"
ACCOUNT = "as long as the account"
RECORD = "as long as the office keeps its record; the application erases none of it"
SIGN_IN = f"{retention.SIGN_IN_DAYS} days"
TOLD = f"{retention.NOTIFICATION_DAYS} days after it was read, and at the latest with the case"
BATCH = f"{retention.BATCH_DAYS} day"
LOCK = f"{int(locks.LAPSES_AFTER.total_seconds() // 60)} minutes after the last save"
OFFICE = "as long as the office"
LIBRARY = "as long as the library; it holds nothing of the case"


@dataclass(frozen=True)
class Held:
    """Fields of one model that are held for the same reason, equally long."""

    fields: str  # names, separated by spaces
    of: str
    why: str = ""  # of a field that concerns nobody: not needed
    until: str = ""


KEYS = Held("id", NOBODY)
# what every row that a person wrote in a case carries
WRITTEN = (
    Held("id case version", NOBODY),
    Held("saved_by saved_at", STAFF, "whoever wrote in a case never reviews it; two people do not overwrite each other", CASE),
)  # fmt: skip

DECLARED: dict[str, tuple[Held, ...]] = {
    # --- cases ---------------------------------------------------------------------------------
    "assessments.Case": (
        Held("reference", APPLICANT, "to find the file that the office keeps elsewhere; never a name. In no address, file name or log: addresses carry a random id", CASE),
        Held("uuid", APPLICANT, "the random id in addresses and in the record, where it outlives the case and leads to nothing", CASE),
        Held("country origin_status origin_note", APPLICANT, "decides which reports take part; a doubted origin opens the memo with its assumption", CASE),
        Held("interview_language note", APPLICANT, "for the reader of the memo", CASE),
        Held("old_coi_justification", APPLICANT, "why older information still serves; printed in the memo", CASE),
        Held("closed_because closed_note", APPLICANT, "why no decision of the office was needed", CASE),
        Held("reopened_because", APPLICANT, "why the case is written in again", CASE),
        Held("created_at saved_at state state_since due_on matches_first_shown_at", APPLICANT, "what the case needs next and until when; facts changed after the matches were shown are marked", CASE),
        Held("author reviewer", STAFF, "who may see the case and who reviews it; printed in the memo", CASE),
        Held("id office version is_shared", NOBODY),
    ),
    "assessments.CasePerson": (
        Held("ident relation sex age_band", APPLICANT, "whose a fact or trait is; a band and never a date of birth", CASE),
        Held("id case position", NOBODY),
    ),
    "assessments.CaseTrait": (
        Held("person trait imputed note", APPLICANT, "findings that name such a trait are listed. There is no search for cases by trait", CASE),
        Held("id case position", NOBODY),
    ),
    "assessments.CasePlace": (
        Held("person role place_typed place period_from period_to", APPLICANT, "region sheets, and the regions side by side", CASE),
        Held("id case position", NOBODY),
    ),
    "assessments.CaseFact": (
        Held("person kind statement place_typed place period_from period_to ongoing event event_note actors actor_note targets target_note", APPLICANT, "matched to the findings, printed in the memo", CASE),
        Held("interviews", APPLICANT, "lets a supervisor check the statement against the interview record", CASE),
        Held("explanation", APPLICANT, "the applicant's own explanation is printed beside the fact", CASE),
        Held("id case ident position version changed_after_matches_at", NOBODY),
    ),
    "assessments.FactRevision": (
        Held("content what", APPLICANT, "what a fact said before it was changed, once its matches had been shown", CASE),
        Held("by at", STAFF, "who changed it, and when", CASE),
        Held("id case fact_ident version", NOBODY),
    ),
    "assessments.IntakeDraft": (
        Held("data", APPLICANT, "what is being typed, so that a lost connection costs one field at most", INTAKE),
        Held("author created_at saved_at step", STAFF, "whose it is, and where they were", INTAKE),
        Held("id uuid office case case_version version", NOBODY),
    ),
    # --- what the officer writes ---------------------------------------------------------------
    "assessments.FactAssessment": (
        *WRITTEN,
        Held("reasoning outcome outcome_reasons explanation_asked explanation", APPLICANT, "the officer's reasons fact by fact; printed in the memo", CASE),
        Held("answer_seen answer_changed_at", APPLICANT, "tells the officer if the COI on the fact changed since they wrote; codes and keys of findings, no text", CASE),
        Held("fact_ident", NOBODY),
    ),
    "assessments.FactIndicator": (
        Held("indicator words view relies_on expected", APPLICANT, "the four credibility indicators, in words; printed in the memo", CASE),
        Held("id assessment", NOBODY),
    ),
    "assessments.Omission": (
        *WRITTEN,
        Held("fact_ident finding reason", APPLICANT, "why a finding that supports or opposes a fact is not relied on for it; printed in the memo", CASE),
    ),
    "assessments.ContextTaken": (
        *WRITTEN,
        Held("fact_ident finding", APPLICANT, "context that the officer takes into the memo", CASE),
    ),
    "assessments.OwnSource": (
        *WRITTEN,
        Held("fact_ident place citation published url says bearing", APPLICANT, "a source added by the officer; printed as not from the library", CASE),
    ),
    "assessments.RegionTest": (
        *WRITTEN,
        Held("place test conclusion reasons", APPLICANT, "the conclusion on each test of internal protection; printed in the memo", CASE),
    ),
    "assessments.Question": (
        *WRITTEN,
        Held("fact_ident to words", APPLICANT, "what a gap calls for: a question for a further interview, or for the COI unit", CASE),
        Held("position", NOBODY),
    ),
    # --- memo and review -----------------------------------------------------------------------
    "assessments.MemoVersion": (
        Held("content pdf submission_note decision_note open_points", APPLICANT, "what was submitted, read and approved stays as it was", CASE),
        Held("submitted_by submitted_at taken_at decided_by decided_at read_sha256", STAFF, "four eyes: who submitted, who decided, on what they had read", CASE),
        Held("id case number state content_sha256 case_version rules_version coi_cut_off pdf_sha256", NOBODY),
    ),
    "assessments.Reliance": (
        Held("finding fact_ident relation omitted", APPLICANT, "finds the memos that a changed finding touches", CASE),
        Held("id case version", NOBODY),
    ),
    "assessments.SectionReview": (
        Held("section grade comment", APPLICANT, "the reviewer's grade and comment on a section of the memo; counted by section, never by person", CASE),
        Held("by saved_at", STAFF, "who graded it", CASE),
        Held("id version", NOBODY),
    ),
    "assessments.Recall": (
        Held("finding reason disposition disposition_reason", APPLICANT, "why an approved memo was called back, and what was decided of it", CASE),
        Held("recalled_by recalled_at disposed_by disposed_at", STAFF, "who called it back, who decided", CASE),
        Held("id version", NOBODY),
    ),
    "assessments.NewMatch": (
        Held("finding fact_ident relation level reasons disposition disposition_reason", APPLICANT, "what was published since on the facts of an approved memo, and what was decided of it", CASE),
        Held("found_at disposed_by disposed_at", STAFF, "since when it waits, who decided", CASE),
        Held("id version", NOBODY),
    ),
    # --- working together ----------------------------------------------------------------------
    "assessments.Writer": (
        Held("user first_at", STAFF, "whoever wrote in a case never reviews it", CASE),
        Held("id case", NOBODY),
    ),
    "assessments.EditLock": (
        Held("holder taken_at renewed_at", STAFF, "shows a colleague who is editing", LOCK),
        Held("id case", NOBODY),
    ),
    "assessments.Notification": (
        Held("user kind at read_at", STAFF, "tells a member of staff what waits; holds no content of the case", TOLD),
        Held("id case", NOBODY),
    ),
    "assessments.Batch": (
        Held("by created_at finished_at done versions", STAFF, "packs memos for the member of staff who asked", BATCH),
        Held("id uuid", NOBODY),
    ),
    "assessments.Batch_versions": (Held("id batch memoversion", NOBODY),),
    # --- staff ---------------------------------------------------------------------------------
    "accounts.User": (
        Held("username password", STAFF, "to sign in; the password as a salted hash", ACCOUNT),
        Held("first_name last_name", STAFF, "author and reviewer are named in the memo", ACCOUNT),
        Held("email", STAFF, "notifications, without any content of a case", ACCOUNT),
        Held("office role is_active is_staff is_superuser groups user_permissions", STAFF, "decides what they may see and do", ACCOUNT),
        Held("last_login date_joined", STAFF, "to notice accounts that nobody uses", ACCOUNT),
        KEYS,
    ),
    "accounts.User_groups": (Held("id user group", NOBODY),),
    "accounts.User_user_permissions": (Held("id user permission", NOBODY),),
    "accounts.Office": (
        Held("id code name legal_basis standard_of_proof reference_pattern coi_age_limit shares_cases keep_months untouched_days", NOBODY),
    ),
    "coi.ProposedSource": (
        Held("proposed_by proposed_at", STAFF, "whom the COI admin asks about it", LIBRARY),
        Held("id country citation published url says status answer", NOBODY),
    ),
    "coi.EventDataset": (
        Held("imported_by imported_at", STAFF, "whom the COI admin asks about it", LIBRARY),
        Held("id code provider layout country retrieved_on sha256 rows events repeated elsewhere first_day last_day", NOBODY),
    ),
    "coi.EventImport": (
        Held("begun_by begun_at", STAFF, "whom the COI admin asks about it", LIBRARY),
        Held("id uuid code country retrieved_on state rows about seen_at problems dataset", NOBODY),
    ),
    "coi.DraftWork": (
        Held("begun_by begun_at asked_by asked_at", STAFF, "a second person publishes", LIBRARY),
        Held("id edition retire_reasons", NOBODY),
    ),
    "coi.DraftEditor": (
        Held("editor since last", STAFF, "a second person publishes", LIBRARY),
        Held("id edition", NOBODY),
    ),
    "coi.DeadLink": (
        Held("marked_by marked_on", STAFF, "whom the COI admin asks about it", LIBRARY),
        Held("id source note", NOBODY),
    ),
    # --- the record, and signing in ------------------------------------------------------------
    "audit.Entry": (
        Held("actor at action", STAFF, "who read, changed, approved or exported what, and when", RECORD),
        Held("object_type object_id details", STAFF, "which object, by an opaque id; never the text of a case", RECORD),
        Held("id previous mac", NOBODY),
    ),
    "audit.Head": (Held("id count mac", NOBODY),),
    "axes.AccessAttempt": (
        Held("username ip_address user_agent http_accept path_info attempt_time get_data post_data failures_since_start", STAFF, "resists guessing of passwords; the password itself is masked", SIGN_IN),
        KEYS,
    ),
    "axes.AccessAttemptExpiration": (Held("access_attempt expires_at", NOBODY),),
    "axes.AccessFailureLog": (
        Held("username ip_address user_agent http_accept path_info attempt_time locked_out", STAFF, "shows attempts to guess a password", SIGN_IN),
        KEYS,
    ),
    "axes.AccessLog": (
        Held("username ip_address user_agent http_accept path_info attempt_time logout_time session_hash", STAFF, "who signed in from where", SIGN_IN),
        KEYS,
    ),
    "sessions.Session": (
        Held("session_key session_data expire_date", STAFF, "keeps a member of staff signed in; may hold a message that names a place of a case", "until signed out, or a working day after signing in"),
    ),
    "admin.LogEntry": (
        Held("user action_time action_flag object_repr change_message", STAFF, "who changed an account or an office in the administration", ACCOUNT),
        Held("id content_type object_id", NOBODY),
    ),
}  # fmt: skip

# Nothing of a person: the library, and the framework's own tables.
OUTSIDE = ("coi", "auth", "contenttypes")

"""Guards of what is stored: triggers, constraints, published editions, approved memos and the audit record."""

import pytest

from tests.guards.broken_copy import Copy, Guard, check, whole_copy

pytestmark = pytest.mark.slow

MEMOS, RECORD, EDITIONS = "assessments/actions/guards.py", "audit/guards.py", "coi/editions/immutability.py"
ROWS = "assessments/migrations/0002_casework_and_review.py"
IN_DATABASE = "tests/assessments/models/test_database_guards.py"
CHAIN, TAMPERING, KEYS = "tests/audit/test_chain.py", "tests/audit/test_tampering.py", "tests/audit/test_keys.py"
REFUSED_SQL = f"{CHAIN}::test_the_database_refuses_change_and_removal"

GUARDS = [
    # triggers of memos
    Guard("approval by a writer", "The database refuses an approval by somebody who wrote in the case.", MEMOS,
          '        "memo_four_eyes_update": ("UPDATE", f"{_ANEW} AND {_BY_A_WRITER}", FOUR_EYES),\n', "",
          (f"{IN_DATABASE}::test_who_wrote_in_a_case_cannot_approve_it_not_even_with_raw_sql",)),
    Guard("new approval by a writer", "The database refuses a new row that a writer approved.", MEMOS,
          '        "memo_four_eyes_insert": ("INSERT", _BY_A_WRITER, FOUR_EYES),\n', "",
          (f"{IN_DATABASE}::test_a_row_that_is_approved_from_the_start_is_refused",)),
    Guard("frozen memo", "A submitted or approved memo never changes.", MEMOS,
          '        "memo_frozen": ("UPDATE", _changed("IS NOT"), FROZEN),\n', "",
          (f"{IN_DATABASE}::test_a_submitted_version_never_changes[content]",
           f"{IN_DATABASE}::test_an_approved_memo_never_changes[pdf]")),
    Guard("replaced memo", "No memo is replaced by inserting over it.", MEMOS,
          '        "memo_no_replace": ("INSERT", _REPLACES, FROZEN),\n', "",
          ("tests/assessments/test_attacks.py::test_no_version_is_replaced_by_inserting_over_it",)),
    # constraints
    Guard("own submission", "Nobody decides on a memo that they submitted.", ROWS,
          "models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('submitted_by')), _negated=True), "
          "_connector='OR')", "models.Q(('id__gte', 0))",
          (f"{IN_DATABASE}::test_nobody_decides_on_their_own_submission",)),
    Guard("what was read", "An approval is of the text that its reviewer read.", ROWS,
          "models.Q(models.Q(('state__in', ('approved', 'recalled')), _negated=True), "
          "('read_sha256', models.F('content_sha256')), _connector='OR')", "models.Q(('id__gte', 0))",
          (f"{IN_DATABASE}::test_an_approval_that_lacks_a_part_is_refused[another text was read]",)),
    Guard("second person of an erasure", "The person who asked for an erasure does not approve it.",
          "assessments/migrations/0014_erasure_request.py",
          "models.Q(('approved_by', None), models.Q(('approved_by', models.F('requested_by')), _negated=True), "
          "_connector='OR')", "models.Q(('id__gte', 0))",
          ("tests/assessments/pages/test_erasure.py::"
           "test_the_database_refuses_an_approval_by_the_person_who_asked",)),
    Guard("one chain", "The chain of the record never forks.", "audit/migrations/0002_head_and_append_only.py",
          "models.UniqueConstraint(fields=('previous',)", "models.UniqueConstraint(fields=('id',)",
          (f"{CHAIN}::test_the_chain_never_forks",)),
    # triggers of the record
    Guard("changed entry", "No entry of the record changes.", RECORD,
          '    "audit_entry_no_update": "BEFORE UPDATE ON audit_entry",\n', "",
          (f"{REFUSED_SQL}[UPDATE audit_entry SET actor = '9' WHERE id = %(row)s]",)),
    Guard("removed entry", "No entry of the record is removed.", RECORD,
          '    "audit_entry_no_delete": "BEFORE DELETE ON audit_entry",\n', "",
          (f"{REFUSED_SQL}[DELETE FROM audit_entry WHERE id = %(row)s]",)),
    Guard("replaced entry", "No entry of the record is replaced by inserting over it.", RECORD,
          '    "audit_entry_no_replace": "BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry e WHERE '
          'e.id = NEW.id "\n    "OR e.previous = NEW.previous OR e.mac = NEW.mac)",\n', "",
          (f"{REFUSED_SQL}[INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE id = %(row)s]",)),
    Guard("removed head", "The head of the record is not removed.", RECORD,
          '    "audit_head_no_delete": "BEFORE DELETE ON audit_head",\n', "",
          (f"{REFUSED_SQL}[DELETE FROM audit_head]",)),
    Guard("head set back", "The head of the record is not set back.", RECORD,
          '    "audit_head_forward": "BEFORE UPDATE ON audit_head WHEN NEW.count <= OLD.count",\n', "",
          (f"{REFUSED_SQL}[UPDATE audit_head SET count = count - 1]",)),
    # the record
    Guard("one transaction", "An action and its entry are stored together.", "audit/record.py",
          "if not transaction.get_connection().in_atomic_block:", "if False:",
          (f"{CHAIN}::test_recording_outside_a_transaction_is_refused",)),
    Guard("links of the chain", "A row that does not follow the one before it is found.", "audit/verification.py",
          "if entry.previous != expected:", "if False:",
          (f"{TAMPERING}::test_a_removed_row_is_found", f"{TAMPERING}::test_reordered_rows_are_found")),
    Guard("keyed hash of a row", "A row that was changed without the key is found.", "audit/parts.py",
          "elif not hmac.compare_digest(entry.computed_mac(self.key), entry.mac):", "elif False:",
          (f"{TAMPERING}::test_a_changed_row_is_found[actor]",)),
    Guard("signature of the old key", "A new key begins only where the old one signed.", "audit/parts.py",
          'if not hmac.compare_digest(right, str(said.get("signed"))):', "if False:",
          (f"{KEYS}::test_a_new_key_that_the_old_one_did_not_sign_is_found",)),
    Guard("entries cut off", "Entries removed at the end are found.", "audit/verification.py",
          "if at.count > result.entries:", "if False:",
          (f"{TAMPERING}::test_a_cut_tail_is_found",)),
    Guard("missing triggers", "A trigger that is missing is reported.", "audit/verification.py",
          "for problem in stored.trigger_problems():", "for problem in ():",
          (f"{CHAIN}::test_a_missing_guard_is_reported",)),
    Guard("wrong key", "Nothing is written with a wrong key.", "audit/keys.py",
          "    if key is None:\n        raise WrongKey(", "    if False:\n        raise WrongKey(",
          (f"{KEYS}::test_a_wrong_key_neither_starts_nor_writes",)),
    Guard("refusals on record", "The record has who asked for a case that they may not see.", "audit/middleware.py",
          "if not (status == FORBIDDEN or (status == NOT_FOUND and uuid)) or", "if status != FORBIDDEN or",
          ("tests/audit/test_refusals.py::test_a_foreign_case_leaves_its_id_and_nothing_of_the_address",)),
    # published editions
    Guard("published rows", "A published edition never changes.", EDITIONS,
          "if _is_published(instance) and (changed := changed_fields(instance)):", "if False:",
          ("tests/coi/editions/test_edition.py::test_a_published_edition_cannot_be_changed_from_python_either",)),
    Guard("deletion from an edition", "Nothing is deleted from a published edition.", EDITIONS,
          "if (sender in CONTENT and _is_published(instance)) or sender is Publication:", "if False:",
          ("tests/coi/editions/test_edition.py::test_a_published_edition_cannot_be_changed_from_python_either",)),
    Guard("lists of a finding", "The lists of a published finding never change.", EDITIONS,
          "if type(row) in CONTENT and _is_published(row):", "if False:",
          ("tests/coi/editions/test_edition.py::test_a_published_edition_cannot_be_changed_from_python_either",)),
    Guard("checks of an edition", "An edition with problems is not published.", EDITIONS,
          "if not instance.pk and (problems := check_edition(instance.edition)):", "if False:",
          ("tests/test_typed_text.py::test_an_edition_with_unprintable_text_is_not_published",)),
    # digests
    Guard("check of a memo's file", "A forged file is not called the approved one.", "assessments/memo/file_check.py",
          "if version.is_final and digest == version.pdf_sha256:", "if version.is_final:",
          ("tests/assessments/memo/test_file_check.py::test_a_changed_file_and_a_forged_approval_differ",)),
    Guard("check of a stored memo", "No file is compared with a memo that was changed in the database.",
          "assessments/memo/file_check.py", "if version_integrity.differences(version):", "if False:",
          ("tests/assessments/memo/test_file_check.py::"
           "test_a_version_that_was_changed_in_the_database_is_not_compared",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return whole_copy(tmp_path_factory.mktemp("guards"), GUARDS)


@pytest.mark.parametrize("guard", GUARDS, ids=[guard.name for guard in GUARDS])
def test_a_missing_guard_is_noticed(guard: Guard, copy: Copy) -> None:
    check(guard, copy)

"""Guards of sessions, cookies, headers, addresses, uploads, downloads and of the files that are made."""

import pytest

from tests.guards.broken_copy import Copy, Guard, check, whole_copy

pytestmark = pytest.mark.slow

SETTINGS, SESSIONS = "config/settings.py", "accounts/sessions.py"
WORKBOOK, CELLS = "coi/files/spreadsheets/workbook.py", "coi/files/spreadsheets/workbook_xml.py"
INERT, CHILD = "assessments/memo/inert_html.py", "assessments/memo/pdf_child.py"
HEADERS, UNSENT = "tests/operations/test_headers.py", "tests/accounts/test_unsent.py"
SIGNED_IN = "tests/accounts/test_sessions.py"
BAD_FILE = "tests/coi/files/test_bad_files.py::test_a_bad_file_ends_in_a_clear_message_and_an_unchanged_library"
READS_NOTHING = "tests/assessments/memo/test_pdf_reads_nothing.py"
LIMITS = "tests/assessments/memo/test_pdf_text_and_limits.py"
LINKED = f"{READS_NOTHING}::test_hostile_html_then_no_request_no_file_no_attachment"

GUARDS = [
    # sessions and sign-in
    Guard("idle sessions", "A session ends an hour after its person's last request.", SESSIONS,
          " or now - seen >= settings.SESSION_IDLE_SECONDS", "",
          (f"{SIGNED_IN}::test_an_idle_session_ends_after_an_hour",)),
    Guard("long sessions", "A session ends after twelve hours, however busy its person is.", SESSIONS,
          "now - began >= settings.SESSION_COOKIE_AGE or ", "",
          (f"{SIGNED_IN}::test_a_busy_session_ends_after_twelve_hours",)),
    Guard("pages that ask by themselves", "An open page keeps no session alive.", SESSIONS,
          " and not _is_by_itself(request)", "",
          (f"{SIGNED_IN}::test_what_a_page_asks_by_itself_keeps_no_session_open",)),
    Guard("failed sign-ins", "Five failures block a user name for a while, where they come from.", SETTINGS,
          "AXES_FAILURE_LIMIT = 5", "AXES_FAILURE_LIMIT = 500",
          ("tests/assessments/pages/test_cases.py::test_sign_in_names_what_is_wrong_and_locks_after_five",)),
    Guard("pages that reload themselves", "A page that reloads itself keeps no session open.", SESSIONS,
          " or RELOADED in request.GET", "",
          (f"{SIGNED_IN}::test_a_page_that_reloads_itself_keeps_no_session_open",)),
    Guard("wrong present passwords", "Whoever guesses the present password at an open screen is blocked.",
          "accounts/passwords.py",
          "if is_blocked(request, request.user.get_username()):", "if False:",
          ("tests/accounts/test_passwords.py::test_wrong_present_passwords_are_recorded_and_block_like_those_at_sign_in",)),
    Guard("what was typed at sign-in", "Nothing that was typed at a failed sign-in is stored.",
          "accounts/sign_in_limits.py",
          "request.GET = request.POST = QueryDict()", "pass",
          ("tests/accounts/test_sign_in_limits.py::test_nothing_that_was_typed_is_stored",)),
    Guard("sign-in of the administration", "The administration has no way in of its own.", "accounts/admin.py",
          "admin.site.login = sign_in  # type", "admin.site.unused = sign_in  # type",
          ("tests/audit/test_people.py::test_the_administration_has_no_sign_in_and_no_password_page_of_its_own",)),
    Guard("short passwords", "A password has at least twelve characters.", SETTINGS,
          '"OPTIONS": {"min_length": 12}', '"OPTIONS": {"min_length": 1}',
          ("tests/accounts/test_passwords.py::test_a_password_is_refused_with_the_reason[sent5-too short]",)),
    Guard("easy passwords", "A password is none of those that are guessed first.", SETTINGS,
          '    {"NAME": "accounts.password_rules.EasyPasswordValidator"},\n', "",
          ("tests/accounts/test_passwords.py::test_a_password_is_refused_with_the_reason[sent6-too common]",)),
    Guard("form of another person", "Nobody sends a form that another user typed.", "accounts/unsent.py",
          "return bool(user.is_authenticated) and str(user.pk) == self.typed_by", "return True",
          (f"{UNSENT}::test_nobody_sends_text_that_another_user_typed",)),
    Guard("form from another site", "A form of another site is not offered for sending.", "accounts/views.py",
          "    if is_from_here(request):\n", "    if True:\n",
          (f"{UNSENT}::test_foreign_or_too_large_forms_are_not_carried[True-headers0-changes0]",)),
    Guard("address of a carried form", "A form that passed through sign-in is sent to this site only.",
          "accounts/unsent.py",
          'path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)', "True",
          (f"{UNSENT}::test_the_form_carried_by_the_sign_in_page_is_checked",)),
    Guard("redirects", "Taking over a case leads to a page of this site.", "assessments/pages/cases.py",
          'if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):',
          "if back:",
          ("tests/assessments/test_attacks.py::test_taking_over_redirects_only_within_the_site",)),
    # cookies and headers
    Guard("session cookie and scripts", "No script reads the session cookie.", SETTINGS,
          "SESSION_COOKIE_HTTPONLY = True", "SESSION_COOKIE_HTTPONLY = False",
          (f"{SIGNED_IN}::test_cookies_are_kept_from_scripts_and_other_sites",)),
    Guard("session cookie and other sites", "No form of another site is sent with the session cookie.", SETTINGS,
          'SESSION_COOKIE_SAMESITE = "Lax"', 'SESSION_COOKIE_SAMESITE = "None"',
          (f"{SIGNED_IN}::test_cookies_are_kept_from_scripts_and_other_sites",)),
    Guard("session cookie without TLS", "The session cookie is sent over TLS only.", SETTINGS,
          "    SESSION_COOKIE_SECURE = True", "    SESSION_COOKIE_SECURE = False",
          ("tests/test_architecture.py::test_with_its_keys_set_the_deployment_check_is_silent",)),
    Guard("name of the session cookie", "No other host of the domain sets the session cookie.", SETTINGS,
          'SESSION_COOKIE_NAME = "__Host-sessionid"', 'SESSION_COOKIE_NAME = "sessionid"',
          (f"{SIGNED_IN}::test_outside_development_no_other_host_of_the_domain_sets_the_cookies",)),
    Guard("keys of development", "Without DEBUG, the program does not start on the development keys.", SETTINGS,
          "if value == DEVELOPMENT_KEY:", "if False:",
          ("tests/test_architecture.py::test_without_debug_it_does_not_start_on_a_development_key",)),
    Guard("messages", "Messages, which may name places of a case, stay out of cookies.", SETTINGS,
          '"django.contrib.messages.storage.session.SessionStorage"',
          '"django.contrib.messages.storage.cookie.CookieStorage"',
          (f"{SIGNED_IN}::test_messages_stay_out_of_cookies",)),
    Guard("scripts in a page", "The browser runs no script that stands in a page.", SETTINGS,
          '"script-src": [SELF],', '"script-src": [SELF, "\'unsafe-inline\'"],',
          (f"{HEADERS}::test_the_policy_allows_this_site_and_nothing_else",)),
    Guard("frames", "No other site shows a page in a frame.", SETTINGS,
          '"frame-ancestors": [NONE],', '"frame-ancestors": ["*"],',
          (f"{HEADERS}::test_the_policy_allows_this_site_and_nothing_else",)),
    Guard("figures for monitoring", "Only who has the token reads the figures.", "operations/views.py",
          "not hmac.compare_digest(given.encode(), expected.encode())", "False",
          ("tests/operations/test_health.py::test_figures_need_the_token",)),
    # uploads
    Guard("zip bombs", "A file that grows hundredfold is not unpacked.", WORKBOOK,
          "part.file_size > SMALL_PART and part.file_size > MOST_RATIO * part.compress_size", "False",
          (f"{BAD_FILE}[a dense part]",)),
    Guard("entities in XML", "No entity of an uploaded file is expanded.", WORKBOOK,
          "forbid_dtd=True", "forbid_dtd=False, forbid_entities=False", (f"{BAD_FILE}[entities]",)),
    Guard("macros", "A file with macros is refused.", WORKBOOK,
          "if any(word in part.filename.lower() for word in _NOT_PLAIN):", "if False:", (f"{BAD_FILE}[macros]",)),
    Guard("references to other files", "A spreadsheet that refers to another file is refused.", CELLS,
          'if attributes.get("TargetMode", "").lower() == "external" and what != "hyperlink":', "if False:",
          (f"{BAD_FILE}[a file elsewhere]",)),
    Guard("formulas in an upload", "The result of a formula is never taken for a typed value.", CELLS,
          "        if self.is_formula:\n            return", "        if False:\n            return",
          (f"{BAD_FILE}[a formula with a result]",)),
    Guard("cells of a spreadsheet", "The reading of a spreadsheet stops at a number of cells.", CELLS,
          "if self.elements > MOST_ELEMENTS:", "if False:",
          ("tests/coi/files/test_bad_files.py::test_cells_are_counted_before_they_are_stored",)),
    Guard("depth of XML", "The reading of a spreadsheet stops at a depth.", CELLS,
          "if len(self.path) > MOST_DEPTH:", "if False:", (f"{BAD_FILE}[nesting]",)),
    Guard("depth of YAML", "The reading of a YAML file stops at a depth.", "coi/files/yaml_fixtures.py",
          '"it is nested too deeply" if depth > MOST_DEPTH else ""', '""', (f"{BAD_FILE}[deep YAML]",)),
    Guard("size of an upload", "An upload stops at its limit.", "coi/pages/upload_limit.py",
          "        if self.is_exceeded:\n            raise", "        if False:\n            raise",
          ("tests/coi/pages/events/test_importing.py::test_a_file_over_the_limit_is_stopped",)),
    Guard("size of an event file", "The first line of an event file is read up to a limit.",
          "coi/events/file_checks.py", "if len(first) > LONGEST_HEADER:", "if False:",
          ("tests/coi/events/test_broken_files.py::test_files_that_are_no_text_are_refused_before_they_are_parsed",)),
    # downloads
    Guard("formulas in CSV", "No cell of a download is a formula.", "audit/spreadsheets.py",
          '"\'" + text if text.startswith(_STARTS) else text', "text",
          ("tests/audit/test_pages.py::test_cells_of_the_export_are_no_formulas",)),
    Guard("formulas in a spreadsheet", "No text of a spreadsheet is written as a formula.",
          "coi/files/spreadsheets/writing.py", '        cell.data_type = "s"\n', "",
          ("tests/coi/files/test_spreadsheets.py::test_nothing_in_a_download_is_a_formula",)),
    # typed text
    Guard("invisible characters", "Characters that nobody sees are not stored.", "coi/text/characters.py",
          '    if accepts(text):\n        return ""', '    return ""',
          ("tests/coi/text/test_characters.py::test_invisible_characters_are_refused_by_name_and_position",)),
    Guard("escaping in a memo", "Typed markup stays text in a memo.", "templates/assessments/memo/officer.html",
          '<bdi class="typed">{{ written.reasoning }}</bdi>', '<bdi class="typed">{{ written.reasoning|safe }}</bdi>',
          ("tests/assessments/memo/test_versions.py::test_typed_markup_stays_text",)),
    # the PDF
    Guard("scripts in a PDF", "A memo has links to web pages only.", INERT,
          "return parts.scheme.lower() in LINK_SCHEMES and bool(parts.hostname)", "return True", (LINKED,)),
    Guard("elements of a PDF", "Images, frames and styles in a memo become text.", INERT,
          " or (element.tag not in ELEMENTS)", "", (LINKED,)),
    Guard("direction of text", "No text of a memo reads otherwise than it is stored.", INERT,
          "{**UNSEEN, **OVERRIDES, **LINE_ENDS}", "{**UNSEEN, **LINE_ENDS}",
          (f"{LIMITS}::test_direction_override_then_its_name_is_printed_and_the_letters_keep_their_order",)),
    Guard("files in a PDF", "The printer of memos reads its own files only.", CHILD,
          'if root is None or not path.startswith(root + os.sep):', "if False:",
          (f"{READS_NOTHING}::test_hostile_html_past_the_filter_then_the_fetcher_still_refuses",)),
    Guard("secrets and the printer", "The printer of memos gets no secret.", "assessments/memo/pdf_renderer.py",
          "environment=_environment(scratch)", "environment={**os.environ, **_environment(scratch)}",
          ("tests/assessments/memo/test_pdf_pages.py::test_the_child_then_it_sees_no_secret_of_the_parent",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return whole_copy(tmp_path_factory.mktemp("guards"), GUARDS)


@pytest.mark.parametrize("guard", GUARDS, ids=[guard.name for guard in GUARDS])
def test_a_missing_guard_is_noticed(guard: Guard, copy: Copy) -> None:
    check(guard, copy)

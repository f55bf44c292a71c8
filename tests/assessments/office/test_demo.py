"""The demonstration offices: invented cases in every state, loaded by whoever runs the application."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import Office, Role, User
from assessments.actions import change_case
from assessments.casefile import reader
from assessments.casefile.references import fits
from assessments.casefile.stored_case import document_of
from assessments.management.commands.load_demo import USERS
from assessments.memo import pdf_renderer
from assessments.models import Case, FactAssessment, IntakeDraft, MemoVersion, OwnSource
from assessments.models.codes import State
from assessments.office import demo
from audit.models import Entry
from coi.models import ProposedSource

pytestmark = pytest.mark.django_db  # each test's changes are rolled back
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FILES = sorted(path.stem for path in demo.FOLDER.glob("*.json"))


def load() -> str:
    said = StringIO()
    with pytest.MonkeyPatch.context() as patched, override_settings(DEBUG=True, PASSWORD_HASHERS=HASHERS):
        # rendering has tests of its own
        patched.setattr(pdf_renderer, "render_pdf", lambda *args, **kwargs: b"%PDF-1.7")
        call_command("load_demo", stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Load both offices once for this file and roll back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


def test_there_is_a_case_in_every_state_and_an_unfinished_intake(loaded):
    states = Counter(Case.objects.values_list("state", flat=True))
    assert set(states) == set(State)
    assert IntakeDraft.objects.get().author.username == "caseworker"
    drafts = Case.objects.filter(state=State.DRAFT)
    assert drafts.filter(fact_assessments__isnull=True).exists()
    assert drafts.filter(versions__state=State.SUPERSEDED).exists()  # an approved memo that was reopened
    fully = drafts.get(reference="N-2026-00101")
    assert fully.fact_assessments.count() == fully.facts.count() > 3
    assert fully.region_tests.count() == 3


def test_everything_that_a_page_can_show_is_there(loaded):
    assert Case.objects.filter(persons__ident="P2").exists()
    assert Case.objects.filter(is_shared=True).exists()
    today = timezone.localdate()
    assert Case.objects.filter(due_on__lt=today, state__in=(State.DRAFT, State.SUBMITTED)).exists()
    assert Case.objects.filter(due_on__gt=today).exists()
    assert Case.objects.filter(origin_status="doubted").exists()
    assert Case.objects.filter(state_since__lt=timezone.now() - timedelta(days=1), state=State.SUBMITTED).exists()
    returned = MemoVersion.objects.get(state=State.RETURNED)
    assert returned.section_reviews.exclude(comment="").exists()
    assert ProposedSource.objects.exists()
    for role in Role:
        assert User.objects.filter(role=role, office__code="north").exists()
    assert User.objects.filter(role=Role.SUPERVISOR, office__code="north").count() == 2


def test_nobody_approved_a_case_they_edited(loaded):
    for version in MemoVersion.objects.exclude(decided_by=None).select_related("case"):
        assert version.decided_by_id not in version.case.writers.values_list("user_id", flat=True)


def test_each_office_prints_its_own_law_and_its_references_follow_its_pattern(loaded):
    north, south = Office.objects.get(code="north"), Office.objects.get(code="south")
    assert "Art. 7 AsylG" in north.standard_of_proof
    assert "(EU) 2024/1347" in south.legal_basis
    for case in Case.objects.select_related("office"):
        assert fits(case.reference, case.office.reference_pattern)
    assert {c.office_id for c in Case.objects.all()} == {north.pk, south.pk}


def test_everything_says_that_it_is_invented(loaded):
    assert not Case.objects.exclude(note__startswith="Invented").exists()
    assert not OwnSource.objects.exclude(citation__startswith="Invented").exists()
    assert not OwnSource.objects.exclude(url="").exists()
    written = {a.case_id for a in FactAssessment.objects.all()}
    said = {a.case_id for a in FactAssessment.objects.filter(reasoning__startswith="Invented case.")}
    assert written == said


def test_no_officer_rates_a_person_or_a_claim():
    text = (demo.FOLDER / "office.yaml").read_text()
    for word in ("score", "verdict", "genuine", "liar", "true claim", "false claim", "plausible claim", "rating"):
        assert not re.search(rf"\b{word}\b", text, re.IGNORECASE), word


def sentences(value: object) -> Iterator[str]:
    """The sentences in the plan; a code holds no blank."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from sentences(part)
    elif " " in str(value):
        yield str(value)


def test_no_officer_writes_a_code_that_a_reader_cannot_look_up():
    """The memo says "Fact 2" and "[8]"; "F2" and "mop-25" are names inside the program."""
    texts = " ".join(sentences([*demo.plan(), *map(demo.document, FILES)]))
    assert "questions 34 to 41" in texts
    assert re.findall(r"\b(?:F\d+|[a-z]{3}-\d\d)\b", texts) == []


def test_loading_again_adds_nothing_and_keeps_edits(loaded):
    case = Case.objects.get(reference="N-2026-00102")
    changed = document_of(case) | {"note": "Entered by somebody."}
    change_case(case, reader.read(changed, today=timezone.localdate()), by=case.author, version=case.version)
    Office.objects.filter(code="north").update(standard_of_proof="Entered by somebody.")
    before = [model.objects.count() for model in (Case, MemoVersion, FactAssessment, IntakeDraft, User, Entry)]
    load()
    assert [m.objects.count() for m in (Case, MemoVersion, FactAssessment, IntakeDraft, User, Entry)] == before
    assert Case.objects.get(pk=case.pk).note == "Entered by somebody."
    assert Office.objects.get(code="north").standard_of_proof == "Entered by somebody."


def test_the_command_says_how_to_sign_in(loaded):
    for name, role, _office in USERS:
        assert re.search(rf"{name} +{role.label}", loaded)
    assert "footnote-demo" in loaded


def test_without_debug_no_user_with_a_known_password_is_made():
    before = User.objects.count()
    with pytest.raises(CommandError, match="development"):
        call_command("load_demo")
    assert User.objects.count() == before


def test_every_case_file_is_loaded_by_the_plan():
    assert sorted(row["case"] for row in demo.plan()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_an_invented_case_file_says_so_and_is_valid(name, library):
    stated = demo.document(name)
    assert stated["note"].startswith("Invented")
    assert reader.read(stated, today=timezone.localdate()).reference == stated["reference"]

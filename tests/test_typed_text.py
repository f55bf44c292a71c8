"""Text of two paragraphs in every text area of every form, posted with CRLF as a browser does.

Each is accepted, stored with line feeds and shown with the break. Characters that cannot be seen or printed are refused
at the field, in cases and in the library.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.urls import reverse

import coi.pages.forms.finding
import coi.pages.forms.frame
import coi.pages.forms.notes  # noqa: F401 - each form is known once its module is read
from accounts.models import Office, Role, User
from assessments.models import Case
from assessments.models.codes import Bearing, QuestionTo
from assessments.pages.workspace.relocation_parts import ident_of
from coi.drafts import draft_review
from coi.editions.immutability import PublishedEditionError
from coi.models import Edition, ProposedChange, ProposedSource, Publication, Source
from tests import ROOT, factories
from tests.assessments import walk
from tests.coi.forms_on_pages import sent_by
from tests.drafts import draft_of
from tests.markup import markup, visible_text
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
NEW = "sem-mali-2026-11"


def posted(name: str) -> str:
    return f"Line one of {name}.\r\n\r\nLine two."


def kept(name: str) -> str:
    return posted(name).replace("\r\n", "\n")


def texts() -> Iterator[str]:
    """Yield every text in the database."""
    for model in apps.get_models():
        names = [f.attname for f in model._meta.concrete_fields if isinstance(f, (models.TextField, models.CharField))]
        names += [f.attname for f in model._meta.concrete_fields if isinstance(f, models.JSONField)]
        for row in model._default_manager.values_list(*names) if names else ():
            yield from map(str, row)


def assert_kept(*names: str) -> None:
    """Check that each text is stored as typed, with line feeds, and that no carriage return is stored anywhere."""
    held = [text for text in texts() if "Line one of " in text]
    assert not [text for text in held if "\r" in text or "\\r" in text]
    for name in names:
        assert any(kept(name) in text.replace("\\n", "\n") for text in held), name


def assert_shown(response: Any, *names: str) -> None:
    """Check that the page has the text with its break: as a line feed that the stylesheet shows, or as an element."""
    page = unescape(response.content.decode())
    for name in names:
        line = re.escape(f"Line one of {name}.")
        assert re.search(line + r"(\n\n|<br>\s*<br>|</p>\s*<p>)Line two\.", page), name


@dataclass(frozen=True)
class Desk:
    """A user, and posting a page: its form with some fields changed."""

    client: Any
    author: User
    reviewer: User
    keeper: User

    def by(self, user: User) -> "Desk":
        signed_in(user, self.client)
        return self

    def fill(self, page: str, *fields: str, to: str = "", holds: str = "", **more: Any) -> Any:
        sent = sent_by(self.client.get(page), holds or fields[0])
        answered = self.client.post(to or page, {**sent, **{name: posted(name) for name in fields}, **more})
        assert answered.status_code == 302, visible_text(answered)[:3000]
        return answered


@pytest.fixture
def desk(client, make_user, office) -> Desk:
    author, reviewer = make_user(Role.CASEWORKER, office), make_user(Role.SUPERVISOR, office)
    return Desk(client, author, reviewer, make_user(Role.COI_ADMIN, office)).by(author)


def at(name: str, case: Case, *more: Any) -> str:
    return reverse(name, args=[case.uuid, *more])


# --- every text area ------------------------------------------------------------------------------


def intake_steps(desk: Desk) -> None:
    row = {
        "event_note": "event", "actor_note": "actor", "target_note": "target", "explanation": "explanation",
        "passage": "passage",
    }  # fmt: skip
    fields = {f"facts__0__{name}": posted(said) for name, said in row.items()}
    data = walk.typed(
        walk.CASE,
        facts__0__statement=posted("statement"), origin_note=posted("origin"), note=posted("note"), **fields,
    )  # fmt: skip
    draft = walk.keep(desk.client, data)
    assert_kept("statement", "origin", "note", *row.values())
    facts = desk.client.get(reverse("intake", args=[draft.uuid, "facts"]))
    assert_shown(facts, "statement", "explanation", "event", "passage")
    answered = walk.record(desk.client, data, draft)
    assert answered.status_code == 302, walk.summary(answered)
    case = Case.objects.latest("pk")
    fact = case.facts.get()
    assert (fact.statement, fact.explanation, fact.event_note) == (
        kept("statement"),
        kept("explanation"),
        kept("event"),
    )
    assert (case.origin_note, case.note) == (kept("origin"), kept("note"))
    assert_shown(desk.client.get(at("fact", case, "F1")), "statement")
    assert_shown(desk.client.get(at("case", case)), "statement", "note", "passage")


def fact_page(desk: Desk) -> None:
    case = factories.make_case(desk.author)
    page = at("fact", case, "F1")
    fields = (
        "reasoning", "explanation", "internal_words", "external_words", "external_expected", "detail_words",
        "plausibility_words", "outcome_reasons",
    )  # fmt: skip
    found = re.search(r'name="plausibility_rests" value="([^"]+)"', markup(desk.client.get(page)))
    assert found
    rests = {"external_rests": [found[1]], "plausibility_rests": [found[1]]}
    more = {"outcome": "accepted", "explanation_asked": "given", "external_view": "consistent"}
    desk.fill(page, *fields, **more, **rests)
    assert_kept(*fields)
    assert_shown(desk.client.get(page), *fields)


def own_source(desk: Desk) -> None:
    case = factories.make_case(desk.author)
    page = at("own-source-new", case) + "?fact=F1"
    more = {"published": "2026", "bearing": Bearing.SUPPORTS, "fact": "F1"}
    desk.fill(page, "citation", "says", to=at("own-source-new", case), **more)
    assert_kept("citation", "says")
    assert_shown(desk.client.get(at("fact", case, "F1")), "citation", "says")
    assert_shown(desk.by(desk.keeper).client.get(reverse("inbox")), "says")


def reason_for_not_relying(desk: Desk) -> None:
    case = factories.make_case(desk.author)
    desk.fill(at("fact", case, "F1"), "reason", to=at("fact-omission", case, "F1"))
    assert_kept("reason")
    assert_shown(desk.client.get(at("fact", case, "F1")), "reason")


def relocation(desk: Desk) -> None:
    case = factories.make_case(desk.author)
    page = at("relocation", case)
    reasons, justification = f"{ident_of('ML-BKO', 'safety')}-reasons", "age-justification"
    desk.fill(page, reasons, justification, **{reasons.replace("reasons", "conclusion"): "not-met"})
    assert_kept(reasons, justification)
    assert_shown(desk.client.get(page), reasons, justification)


def question(desk: Desk) -> None:
    case = factories.make_case(desk.author)
    desk.client.post(
        at("gaps", case), {"do": "add", "fact": "F1", "to": QuestionTo.values[0], "words": posted("words")}
    )
    assert_kept("words")
    assert_shown(desk.client.get(at("gaps", case)), "words")


def submitting(desk: Desk) -> None:
    case = factories.assessed(factories.make_case(desk.author))
    desk.fill(at("submit", case), "note")
    assert_kept("note")
    assert_shown(desk.by(desk.reviewer).client.get(at("case", case)), "note")


def review(desk: Desk) -> None:
    case = factories.make_case(desk.author)
    version = factories.in_review(case, desk.reviewer)
    desk.by(desk.reviewer)
    for anchor in factories.sections_of(version):
        desk.fill(at("review-section", case, anchor), "comment", grade="minor")
    desk.fill(at("review", case), "remark", to=at("decide", case), decision="return")
    assert_kept("comment", "remark")
    assert_shown(desk.by(desk.author).client.get(at("case", case)), "remark")


def closing_and_reopening(desk: Desk) -> None:
    case = factories.make_case(desk.author)
    step = partial(at, "case-step", case)
    desk.client.post(step("close"), {"close-because": "withdrawn", "close-note": posted("closing")})
    assert_kept("closing")
    assert_shown(desk.client.get(at("case", case)), "closing")
    desk.client.post(step("reopen"), {"reopen-reason": posted("reopening")})
    assert_kept("reopening")


def recall(desk: Desk) -> None:
    case = factories.make_case(desk.author)
    factories.approved(case, desk.reviewer)
    page = at("recall", case)
    desk.by(desk.reviewer).client.post(page, {"do": "recall", "reason": posted("recalling")})
    assert_kept("recalling")
    assert_shown(desk.client.get(page), "recalling")
    sent = sent_by(desk.client.get(page), "reason")
    desk.client.post(page, {**sent, "do": "supersede", "reason": posted("superseding")})
    assert_kept("superseding")


def draft_of_the_library(desk: Desk) -> None:
    note = Edition.objects.get(code="sem-mali-2021-04")
    draft_of(note, code=NEW, label="Made up for tests, 2026", by=desk.keeper)
    desk.by(desk.keeper)
    item = partial(reverse, "draft-item")
    for page, field in {
        reverse("draft-frame", args=[NEW]): "scope_note",
        item(args=[NEW, "coverage", "country-current"]): "basis",
        item(args=[NEW, "figures", "2"]): "text_says",
        item(args=[NEW, "queries", "acled-export"]): "remark",
    }.items():
        desk.fill(page, field)
        assert_kept(field)
        assert_shown(desk.client.get(page), field)
    # statement and quotation are one sentence each, so they are stored on one line
    desk.fill(item(args=[NEW, "findings", "mop-20"]), "statement", "quotation")
    finding = Edition.objects.get(code=NEW).findings.get(code="mop-20")
    assert finding.statement == "Line one of statement. Line two."
    assert finding.quotation == "Line one of quotation. Line two."
    # what was pasted to fill in the items stays where it was pasted
    page = item(args=[NEW, "footnotes", "8"])
    cited = {"as_printed": posted("as_printed"), "take": "items"}
    filled = desk.client.post(page, sent_by(desk.client.get(page), "as_printed") | cited).content.decode()
    assert kept("as_printed") + "</textarea>" in filled.replace("\r", "")


def reason_for_retiring(desk: Desk) -> None:
    note = Edition.objects.get(code="sem-mali-2021-04")
    draft = draft_of(note, code=NEW, label="Made up for tests, 2026", by=desk.keeper)
    draft.findings.get(code="mop-20").delete()
    page = reverse("draft", args=[NEW])
    desk.by(desk.keeper).fill(page, "reason-mop-20", to=reverse("draft-reasons", args=[NEW]))
    assert_kept("reason-mop-20")
    assert_shown(desk.client.get(page), "reason-mop-20")


def dead_link(desk: Desk) -> None:
    source = Source.objects.exclude(url="").filter(footnote__edition__publication__isnull=False).first()
    assert source is not None
    page = reverse("citation-mark", args=[source.pk])
    desk.by(desk.keeper).fill(page, "note", do="mark")
    assert_kept("note")
    assert_shown(desk.client.get(page), "note")


def inbox(desk: Desk) -> None:
    row = ProposedSource.objects.create(country="ML", citation="Made up.", published="2026", proposed_by=desk.author)
    answered = desk.by(desk.keeper).client.post(
        reverse("inbox-answer", args=[row.pk]), {"do": "decline", "answer": posted("answer")}
    )
    assert answered.status_code == 302
    assert_kept("answer")
    assert_shown(desk.client.get(reverse("inbox")), "answer")


def word_of_the_library(desk: Desk) -> None:
    page = reverse("word-change", args=["event", "arrest"])
    desk.by(desk.keeper).fill(page, "note", "reason", aliases="custody\r\n\r\n remand")
    change = ProposedChange.objects.get()
    assert change.values["aliases"] == ["custody", "remand"]
    assert_kept("note", "reason")
    assert_shown(desk.client.get(reverse("proposal", args=[change.pk])), "note", "reason")


def office_settings(desk: Desk) -> None:
    office = desk.author.office
    root = User.objects.create_superuser("root", password="a long enough password")
    page = reverse("admin:accounts_office_change", args=[office.pk])
    desk.by(root).fill(page, "legal_basis", "standard_of_proof")
    assert_kept("legal_basis", "standard_of_proof")
    assert_shown(desk.client.get(page), "legal_basis")


FORMS: tuple[Callable[[Desk], None], ...] = (
    intake_steps, fact_page, own_source, reason_for_not_relying, relocation, question, submitting, review,
    closing_and_reopening, recall, draft_of_the_library, reason_for_retiring, dead_link, inbox, word_of_the_library,
    office_settings,
)  # fmt: skip


SLOW = {draft_of_the_library, review, reason_for_retiring}


@pytest.mark.parametrize(
    "form", [pytest.param(form, id=form.__name__, marks=[pytest.mark.slow] if form in SLOW else []) for form in FORMS]
)
def test_two_paragraphs_are_accepted_stored_and_shown(form, desk):
    form(desk)


def test_no_text_area_is_left_out():
    """This file names every text area, whether of a form or written in a template."""
    here = Path(__file__).read_text()

    def ours(kind: type[Any]) -> Iterator[type[Any]]:
        for each in kind.__subclasses__():
            yield each
            yield from ours(each)

    for form in set(ours(forms.BaseForm)):
        if form.__module__.split(".")[0] in ("accounts", "assessments", "coi"):
            for name, field in getattr(form, "base_fields", {}).items():
                if isinstance(field.widget, forms.Textarea):
                    assert re.search(rf"\b{name}\b", here), f"{form.__name__}.{name}"
    for template in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r'<textarea[^>]*name="([a-z_]+)[-"]', template.read_text()):
            assert name == "merged" or re.search(rf"\b{name}\b", here), template.name


# --- refusals -------------------------------------------------------------------------------------------

REFUSED = {"an override": "abc\u202edef", "a tag": "abc\U000e0041", "no font": "abcಕ", "NUL": "abc\x00d"}
LIBRARY_FIELDS = {
    "a statement": (("findings", "mop-20"), "statement"),
    "a quotation": (("findings", "mop-20"), "quotation"),
    "a source's title": (("footnotes", "16"), "sources-0-title"),
    "a source's publisher": (("footnotes", "16"), "sources-0-publisher"),
    "a section's title": (("sections", "mopti"), "title"),
    "a basis": (("coverage", "country-current"), "basis"),
    "a figure's title": (("figures", "1"), "title"),
    "a label in a figure": (("figures", "1"), "rows-0-place_label"),
    "a remark": (("queries", "acled-export"), "remark"),
}


@pytest.fixture
def draft(desk) -> Edition:
    note = Edition.objects.get(code="sem-mali-2021-04")
    made = draft_of(note, code=NEW, label="Made up for tests, 2026", by=desk.keeper)
    desk.by(desk.keeper)
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("item", "field"), LIBRARY_FIELDS.values(), ids=LIBRARY_FIELDS)
def test_a_draft_refuses_unprintable_text_at_the_field(item, field, draft, desk):
    page = reverse("draft-item", args=[NEW, *item])
    sent = sent_by(desk.client.get(page), "version")
    assert field in sent
    for text in REFUSED.values():
        answered = desk.client.post(page, {**sent, field: text})
        assert answered.status_code == 422
        assert any(field.split("-")[-1] in error["href"] for error in answered.context["errors"]), text
        assert any("U+" in error["message"] for error in answered.context["errors"]), text


def test_an_edition_with_unprintable_text_is_not_published(draft, desk):
    """However it got into the draft."""
    Edition.objects.get(code=NEW).sections.filter(code="mopti").update(title="Mopti ಕ")
    problems = [str(problem) for problem in draft_review.review(draft).problems]
    assert [p for p in problems if p.startswith("section mopti: ") and "U+0C95" in p]
    with pytest.raises(PublishedEditionError, match="cannot be published"):
        Publication.objects.create(edition=draft, published_at=date(2026, 11, 1), retired_at=date(2026, 11, 2))
    assert not Publication.objects.filter(edition=draft).exists()


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_case_and_an_office_refuse_it_at_the_field(text, desk):
    case = factories.make_case(desk.author)
    page = at("fact", case, "F1")
    sent = sent_by(desk.client.get(page), "reasoning")
    answered = desk.client.post(page, {**sent, "reasoning": text})
    assert answered.status_code == 422
    assert "#id_reasoning" in walk.summary(answered)
    root = User.objects.create_superuser("root", password="a long enough password")
    office = reverse("admin:accounts_office_change", args=[desk.author.office.pk])
    sent = sent_by(desk.by(root).client.get(office), "legal_basis")
    answered = desk.client.post(office, {**sent, "legal_basis": text})
    assert "legal_basis" in answered.context["adminform"].errors
    assert Office.objects.get(pk=desk.author.office.pk).legal_basis == ""

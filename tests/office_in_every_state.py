"""An office with a case in every state, and requests by every user to every address."""

import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseForbidden, HttpResponseNotFound
from django.urls import URLPattern, URLResolver, get_callable, get_resolver, reverse
from django.utils import timezone
from django.views import defaults

from accounts import standing_changes
from accounts.models import Office, Role, StandingChange, User
from assessments import actions
from assessments.actions import locks, review
from assessments.answer import answer
from assessments.assessing import relocation_tests
from assessments.assessing.assessment import OwnSourceWritten
from assessments.casefile import reader
from assessments.casefile.form_data import form_data
from assessments.memo import memo, pdf_renderer, submission, word_copy
from assessments.memo.snapshot import thaw
from assessments.models import Batch, Case, IntakeDraft, MemoVersion, Writer
from assessments.models.codes import State
from assessments.office import demo
from assessments.pages.workspace.fact_page import open_fact
from assessments.pages.workspace.relocation_parts import ident_of
from coi.drafts import draft_review, editing
from coi.models import AreaImport, Edition, EventDataset, EventImport, Finding, ProposedChange, ProposedSource, Source
from tests.browser_post import BrowserClient
from tests.drafts import draft_of
from tests.searching import searched
from tests.sign_in import signed_in

SIGN_IN = "sign-in"
DRAFT = "a-draft-edition"
TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)  # of the page: pictures have titles with an id


def expect_neutral_title(response: Any, references: list[str]) -> None:
    """A browser keeps titles in its history, and they stand in the title bar for whoever passes."""
    if response.get("Content-Type", "").startswith("text/html"):
        title = TITLE.search(b"".join(response) if response.streaming else response.content)
        assert not [each for each in references if title and each.encode() in title[1]], title and title[1]


def names() -> set[str]:
    """Return the names of all addresses except those of the Django admin, which has its own test."""
    return {pattern.name for pattern in _patterns()}


def of_a_case(name: str) -> bool:
    return any(p.name == name and str(p.pattern).startswith("cases/<uuid:uuid>/") for p in _patterns())


def _patterns(patterns: Any = None) -> Iterator[URLPattern]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


@dataclass
class World:
    """The users, and a case by the author in every state. Changes by a request are rolled back after it."""

    people: dict[str, User | None] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    of_case: dict[str, dict[str, Any]] = field(default_factory=dict)  # by state: the parameters of its addresses
    library: dict[str, int] = field(default_factory=dict)  # the parameters of its addresses
    begun: IntakeDraft | None = None
    batch: Batch | None = None
    draft_digest: str = ""
    draft_version: str = ""  # of the coverage row to remove

    def ask(self, person: str, method: str, label: str, state: str = State.DRAFT, *, body: Any = None) -> Any:
        """Send one request. ``label`` is the name of an address, with the action if the address accepts several."""
        case = self.cases[state]
        with transaction.atomic():
            client = self._client(person, case)
            sent = (body or self.body(label, state)) if method == "POST" else None
            response = getattr(client, method.lower())(self.address(label, state), sent)
            transaction.set_rollback(True)
        return response

    def search(self, person: str, sought: dict[str, str]) -> str:
        """Return the home page of a search for cases."""
        with transaction.atomic():
            page = searched(self._client(person, self.cases[State.DRAFT]), reverse("home"), sought)
            transaction.set_rollback(True)
        return str(page.content.decode())

    def _client(self, person: str, case: Case) -> BrowserClient:
        if person == "sharer":
            Case.objects.filter(pk=case.pk).update(is_shared=True)
        client = BrowserClient()
        if person in self.cookies:
            client.cookies["sessionid"] = self.cookies[person]
        return client

    def answer(self, *asked: Any) -> Any:
        """Return the status; ``sign-in`` if the user is sent there, to come back afterwards."""
        response = self.ask(*asked)
        assert "no-store" in response["Cache-Control"]
        expect_neutral_title(response, [case.reference for case in self.cases.values()])
        if response.status_code == 302 and response["Location"].startswith(reverse(SIGN_IN) + "?"):
            return SIGN_IN
        return response.status_code

    def address(self, label: str, state: str) -> str:
        name, _, done = label.partition(" ")
        of_case = {"uuid": self.cases[state].uuid}
        edition = {"edition": demo.EDITION}
        taken: dict[str, Any] = {
            "edition": edition,
            "sources": edition,
            "finding": edition | {"code": "cur-01"},
            "region": {"code": "ML-7"},
            "actor": {"code": "jnim"},
            "edition-fixture": edition,
            "edition-spreadsheet": edition,
            "draft": {"edition": DRAFT},
            "draft-contents": {"edition": DRAFT},
            "draft-frame": {"edition": DRAFT},
            "draft-add": {"edition": DRAFT, "kind": done},
            "draft-item": {
                "edition": demo.EDITION if done == "of-a-published" else DRAFT,
                "kind": "findings",
                "key": "mop-20",
            },
            "draft-item-remove": {"edition": DRAFT, "kind": "coverage", "key": "fana"},
            "draft-reasons": {"edition": DRAFT},
            "draft-ask": {"edition": DRAFT},
            "draft-discard": {"edition": DRAFT},
            "draft-publish": {"edition": DRAFT},
            "redline": {"old": "sem-mali-2021-04", "new": "sem-mali-2021-04"},
            "people-decide": {"pk": self.library["standing"]},
            "inbox-answer": {"pk": self.library["proposal"]},
            "proposal": {"pk": self.library["change"]},
            "vocabulary": {"subject": "actor"},
            "word-new": {"subject": "event"},
            "word-change": {"subject": "actor", "code": "jnim"},
            "citation-mark": {"pk": self.library["source"]},
            "event-import": {"uuid": self.library["import"]},
            "area-import": {"uuid": self.library["areas"]},
            "figures-compare": edition | {"dataset": "made-up"},
            "figures-draft": edition | {"dataset": "made-up"},
            "figures-query": edition | {"dataset": "made-up"},
            "case-row": {"kind": "places"},
            "second-factor-reset": {"user": self.people["author"].pk},
            "intake": {"uuid": self.begun.uuid, "step": done or "applicant"},
            "intake-discard": {"uuid": self.begun.uuid},
            "batch": {"uuid": self.batch.uuid},
            "batch-pack": {"uuid": self.batch.uuid},
            "batch-file": {"uuid": self.batch.uuid},
            "fact": of_case | {"ident": "F1"},
            "fact-omission": of_case | {"ident": "F1"},
            "fact-context": of_case | {"ident": "F1"},
            "fact-change-seen": of_case | {"ident": "F1"},
            "own-source": of_case | {"pk": self.of_case[state]["source"]},
            "own-source-remove": of_case | {"pk": self.of_case[state]["source"]},
            "version": of_case | {"number": 1},
            "version-memo": of_case | {"number": 1},
            "version-record": of_case | {"number": 1},
            "version-word": of_case | {"number": 1},
            "review-section": of_case | {"anchor": "profile"},
            "case-step": of_case | {"action": done or "take"},
        }
        if done == "of-the-case":
            draft = {"uuid": self.of_case[state]["draft"]}
            taken |= {"intake": draft | {"step": "applicant"}, "intake-discard": draft}
        arguments = taken.get(name, of_case if of_a_case(name) else None)
        found = reverse(name, kwargs=arguments)
        return found + {"own-source-new": "?fact=F1", "compare": "?from=1&to=1"}.get(name, "")

    def body(self, label: str, state: str) -> dict[str, Any]:
        """Return what a genuine page would send; nothing for addresses not named here."""
        name, _, done = label.partition(" ")
        case, known = self.cases[state], self.of_case[state]
        if name == "place-search":
            return {"q": "Bourem"}
        if name == "people-decide":
            return {"do": "decline"}
        if name == "inbox-answer":
            return {"do": "take-up"}
        if name == "citation-mark":
            return {"do": "mark"}
        if name == "submit":
            return {"version": case.version, "digest": known["digest"]}
        if name == "review-section":
            return known["section"] | {"comment": "Invented."}
        if name in ("review", "decide"):
            return known["review"] | {"decision": done, "remark": "Invented."}
        if name == "recall":
            return {"do": done, "reason": "Invented."}
        if name == "case-step" and done == "reassign":
            # a page does not offer the present reviewer
            return {"to": self.people["supervisor" if state == "in-review" else "reviewer"].pk}
        if name == "case-step":
            return {f"{done}-reason": "Invented.", f"{done}-because": "withdrawn", "reason": "Invented."}
        if name == "fact":
            return {"version": 0, "reasoning": "Invented.", "outcome": "not-assessed"}
        if name == "fact-change-seen":
            return {"seen": open_fact(case, "F1").seen.token}
        if name in ("fact-omission", "fact-context"):
            return {
                "finding": known["finding" if name == "fact-omission" else "context"],
                "reason": "Invented.",
                "version": 0,
            }
        if name == "draft-item-remove":
            return {"version": self.draft_version}
        if name in ("draft-publish", "draft-discard"):
            return {"digest": self.draft_digest}
        if name == "case-row":
            return {"add": "places"}
        if name == "own-source-new":
            return {"fact": "F1"}
        if name == "gaps":
            return {"do": "add", "fact": "F1", "to": "coi", "words": "Invented?"}
        if name == "relocation":
            ident = ident_of(known["place"], "safety")
            token = actions.conclusion_token("not-assessed", "")
            return {f"{ident}-conclusion": "not-assessed", f"{ident}-reasons": "Invented.", f"{ident}-version": token}
        if name in ("own-source-remove", "intake", "case-edit"):
            return {"version": 1}
        return {}


def _office(code: str) -> Office:
    return Office.objects.create(code=code, name=code)


def _people() -> dict[str, User | None]:
    here, there = _office("here"), _office("there")

    def make(name: str, role: str, office: Office | None, **more: Any) -> User:
        return User.objects.create_user(username=name, role=role, office=office, **more)

    return {
        "stranger": None,
        "author": make("author", Role.CASEWORKER, here),
        "colleague": make("colleague", Role.CASEWORKER, here),
        "supervisor": make("supervisor", Role.SUPERVISOR, here),
        "reviewer": make("reviewer", Role.SUPERVISOR, here),
        "promoted": make("promoted", Role.SUPERVISOR, here),
        "elsewhere": make("elsewhere", Role.SUPERVISOR, there),
        "coi-admin": make("coi-admin", Role.COI_ADMIN, here, is_staff=True),
        "auditor": make("auditor", Role.AUDITOR, here),
        "superuser": make("superuser", Role.CASEWORKER, None, is_staff=True, is_superuser=True),
    }


def _draft_edition(by: User) -> tuple[str, str]:
    """Make a draft by another user than the COI admin, with a finding changed.

    Return the version of a coverage row in it, and the digest of the review page.
    """
    draft = draft_of(Edition.objects.get(code=demo.EDITION), code=DRAFT, label="Invented.", by=by)
    Finding.objects.filter(edition=draft, code="mop-20").update(statement="Invented.")
    part = editing.ITEM_EDITORS["coverage"]
    version = editing.version(part.read(part.find(draft, "fana")))
    return version, draft_review.review(draft).digest


def _answer_once(patched: pytest.MonkeyPatch) -> None:
    """Cache the matching of cases: it takes most of a page's time, and nothing here changes its result."""
    found: dict[str, Any] = {}
    truly = answer.answer

    def once(case: Any, *more: Any, **named: Any) -> Any:
        if case.reference not in found:
            found[case.reference] = truly(case, *more, **named)
        return found[case.reference]

    for module in list(sys.modules.values()):
        if getattr(module, "answer", None) is truly:
            patched.setattr(module, "answer", once)


def _refuse_in_brief(patched: pytest.MonkeyPatch) -> None:
    """Shorten refusals: half of the requests are refused, and only the status is tested."""
    get_callable.cache_clear()
    for name, made in (("page_not_found", HttpResponseNotFound), ("permission_denied", HttpResponseForbidden)):
        patched.setattr(defaults, name, lambda request, exception, made=made: made())


_WORD = {"name": "Invented", "parent": "", "aliases": [], "is_state": False, "note": ""}
_WORD |= {"countries": [], "kin": [], "rivals": []}


def _of_the_library(by: User) -> dict[str, Any]:
    """Return a proposed source, a proposed change, a cited item, event data and an import."""
    day = timezone.localdate()
    numbers = {"rows": 1, "events": 1, "retrieved_on": day, "first_day": day, "last_day": day}
    EventDataset.objects.create(code="made-up", country="ML", **numbers)
    imported = EventImport.objects.create(code="x", country="ML", retrieved_on=day, begun_by=by, state="refused")
    areas = AreaImport.objects.create(country="ML", source="x", begun_by=by, state="refused")
    proposed = ProposedSource.objects.create(country="ML", citation="Invented.", published="2026", proposed_by=by)
    change = ProposedChange.objects.create(subject="actor", code="x", values=_WORD, reason="Invented.", proposed_by=by)
    cited = Source.objects.filter(footnote__edition__code=demo.EDITION).exclude(url="").first()
    new, root = (User.objects.create_user(name, role=Role.CASEWORKER) for name in ("new", "root"))
    values = standing_changes.values_of(new)
    wanted = StandingChange.objects.create(
        person=new, before=values, after=values, reason="Invented.", proposed_by=root
    )
    made = {"proposal": proposed.pk, "change": change.pk, "standing": wanted.pk, "source": cited.pk}
    return made | {"import": imported.uuid, "areas": areas.uuid}


def _brought_to(state: str, number: int, world: World) -> None:
    """Take a case of the author's to this state.

    ``promoted`` edited it as a caseworker before becoming a supervisor.
    """
    author, reviewer = world.people["author"], world.people["reviewer"]
    stated = demo.document("gao-bourem") | {"reference": f"Q-{number}"}
    case = actions.record_case(reader.read(stated, today=timezone.localdate()), by=author)
    Writer.objects.create(case=case, user=world.people["promoted"])
    actions.show_matches(case, by=author)
    source = OwnSourceWritten(0, "F1", "", "Invented.", "2026", "", "Invented.", "supports")
    made = actions.add_source(case, source, by=author)
    actions.justify_old_coi(case, by=author, words="Invented.", version=actions.text_version(""))
    draft = actions.begin_change(case, dict(form_data(stated).lists()), by=author)
    known = {"source": made.pk, "draft": draft.uuid, "digest": "", "review": {}, "section": {}}
    locks.release_all(case)
    (place,) = {
        relocation_tests.place_key(stated) for stated in reader.read(stated, today=timezone.localdate()).relocations
    }
    known |= {"place": place, "finding": f"{demo.EDITION}/cur-01", "context": f"{demo.EDITION}/pha-11"}

    def fresh() -> Case:
        return Case.objects.select_related("office", "author", "reviewer").get(pk=case.pk)

    if state not in (State.DRAFT, State.CLOSED):
        shown = submission.prepare(fresh(), on=timezone.localdate())
        actions.submit(fresh(), by=author, version=fresh().version, digest=shown.digest)
    if state not in (State.DRAFT, State.CLOSED, State.SUBMITTED):
        actions.take(fresh(), by=reviewer)
        version = fresh().versions.get()
        read = {"number": version.number, "digest": version.content_sha256}
        anchors = [anchor for anchor, _title in memo.build(*thaw(version.content)).graded]
        graded = [review.Graded(anchor, "correct", "") for anchor in anchors]
        if state == State.IN_REVIEW:
            known["review"] = read | {"version": actions.review_token(version)}
            actions.note_shown(fresh(), by=reviewer, number=version.number, sections=anchors)
            token = actions.review_token(version, anchors)
            actions.grade(fresh(), by=reviewer, token=token, graded=graded, **read)
            known["section"] = read | {"version": actions.review_token(version, ["profile"]), "grade": "correct"}
        elif state == State.RETURNED:
            actions.send_back(fresh(), by=reviewer, **read, remark="Invented.")
        else:
            actions.note_shown(fresh(), by=reviewer, number=version.number, sections=anchors)
            token = actions.review_token(version, anchors)
            actions.grade(fresh(), by=reviewer, token=token, graded=graded, **read)
            actions.approve(fresh(), by=reviewer, **read)
    if state in (State.RECALLED, State.SUPERSEDED):
        actions.recall(fresh().versions.get(), "", "Invented.", by=reviewer)
    if state == State.SUPERSEDED:
        actions.supersede(fresh(), by=reviewer, reason="Invented.")
    if state == State.CLOSED:
        actions.close(fresh(), by=author, because="withdrawn")
    if state in (State.DRAFT, State.RETURNED):
        known["digest"] = submission.prepare(fresh(), on=timezone.localdate()).digest
    assert fresh().state == state
    world.cases[state], world.of_case[state] = fresh(), known


def office_in_every_state(patched: pytest.MonkeyPatch) -> World:
    """Make the office. ``patched`` caches matching and shortens refusals."""
    patched.setattr(pdf_renderer, "render_pdf", lambda *args, **kwargs: b"%PDF-1.7")  # rendering has its own tests
    patched.setattr(word_copy, "pandoc", lambda: None)  # as if it were not installed
    _answer_once(patched)
    _refuse_in_brief(patched)
    made = World(people=_people())
    for number, state in enumerate(State.values):
        _brought_to(state, number, made)
    author = made.people["author"]
    made.library = _of_the_library(author)
    made.draft_version, made.draft_digest = _draft_edition(made.people["reviewer"])
    begun = dict(form_data({"reference": "Q-99", "country": "ML"}).lists())
    made.begun = actions.begin_draft(uuid.uuid4(), begun, by=author)
    made.batch = Batch.objects.create(by=made.people["supervisor"])
    made.batch.versions.set(MemoVersion.objects.filter(state=State.APPROVED))
    for name, user in made.people.items():
        if user is not None:
            client = signed_in(user)
            made.cookies[name] = client.cookies["sessionid"].value
    made.cookies["sharer"] = made.cookies["colleague"]
    return made

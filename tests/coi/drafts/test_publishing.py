"""Drafts: begun, replaced, published by a second person; and whose memos hear of it."""

import html
import json

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from assessments.models import Recall
from assessments.models.codes import State
from audit.models import Entry
from coi.drafts import draft_review, draft_rows, publishing, refused, starting
from coi.editions import edition_listeners, immutability
from coi.files import fixture
from coi.library import finding_words, lookup
from coi.models import (
    CuratorQuery,
    Denial,
    DraftWork,
    Edition,
    Figure,
    Finding,
    Originator,
    Publication,
    Report,
    Retirement,
)
from tests import factories
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")
OLD, NEW = "sem-mali-2021-04", "sem-mali-2026-11"


@pytest.fixture
def edition() -> Edition:
    return Edition.objects.get(code=OLD)


@pytest.fixture
def beginner(make_user, office) -> User:
    return make_user(Role.COI_ADMIN, office, "beginner")


@pytest.fixture
def second(make_user, office) -> User:
    return make_user(Role.COI_ADMIN, office, "second")


@pytest.fixture
def draft(edition, beginner) -> Edition:
    return starting.copy(edition, code=NEW, label="Made up for tests, 2026", by=beginner)


def change(draft: Edition, code: str) -> None:
    Finding.objects.filter(edition=draft, code=code).update(statement="Something else is said here.")


def retire(draft: Edition, code: str) -> None:
    Denial.objects.filter(finding__edition=draft, finding__code=code).delete()
    Finding.objects.get(edition=draft, code=code).delete()


def retirable(draft: Edition) -> str:
    """A finding that can go without a check failing: no footnote is left without a use."""
    for finding in draft.findings.filter(no_footnote=True, queries=None, denies=None):
        return finding.code
    raise AssertionError


def post(client, name: str, code: str = NEW, **body):
    return client.post(reverse(name, args=[code]), body)


def send(client, content: bytes | str, **body):
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse("draft-upload"), {"file": SimpleUploadedFile("x.yaml", data), **body})


def held() -> tuple:
    """What the library holds, as a value."""
    models = (Edition, Finding, Report, Originator, Figure, CuratorQuery, DraftWork, Publication)
    return tuple(tuple(model.objects.order_by("pk").values_list()) for model in models)


# --- from a copy to the next edition --------------------------------------------------------------


def test_from_a_copy_to_the_edition_that_replaces_it(edition, beginner, second, caseworker, supervisor):
    relying = factories.approved(factories.make_case(caseworker), supervisor)
    other = factories.approved(factories.make_case(caseworker, "gao-bourem"), supervisor)
    of_relying = set(relying.reliances.filter(omitted=False).values_list("finding", flat=True))
    of_other = set(other.reliances.filter(omitted=False).values_list("finding", flat=True))
    code = sorted(of_relying - of_other)[0].partition("/")[2]

    client = signed_in(beginner)
    made = client.post(reverse("draft-copy"), {"edition": OLD, "code": NEW, "label": "Made up, 2026"})
    assert made["Location"] == reverse("draft", args=[NEW])
    draft = Edition.objects.get(code=NEW)
    assert DraftWork.objects.get(edition=draft).begun_by == beginner
    change(draft, code)
    gone = retirable(draft)
    retire(draft, gone)

    page = client.get(reverse("draft", args=[NEW]))
    assert "1 finding changed" in page.content.decode()
    assert "1 approved memo rests on it" in page.content.decode()
    review = page.context["review"]
    assert not review.problems
    assert review.without_reason == (gone,)
    assert post(client, "draft-reasons", **{f"reason-{gone}": "Told twice."}).status_code == 302
    digest = draft_review.review(draft).digest
    refused = post(client, "draft-publish", digest=digest)
    assert refused.status_code == 403
    assert "somebody else has to read" in refused.content.decode()
    assert not Publication.objects.filter(edition=draft).exists()

    assert post(signed_in(second), "draft-publish", digest=digest).status_code == 302
    assert Publication.objects.get(edition=edition).retired_at is not None
    assert Publication.objects.get(edition=draft).retired_at is None
    (recall,) = Recall.objects.filter(finding=f"{OLD}/{code}")
    assert recall.version == relying
    assert recall.reason == f"The finding was changed in edition {NEW}, which replaced {OLD}."
    assert factories.fresh(relying.case).state == State.RECALLED
    if f"{OLD}/{gone}" not in of_other:
        assert factories.fresh(other.case).state == State.APPROVED
    entry = Entry.objects.get(action="coi.publish")
    assert (entry.actor, entry.object_id) == (str(second.pk), NEW)
    assert {k: entry.details[k] for k in ("changed", "retired", "added", "replaces")} == {
        "changed": 1, "retired": 1, "added": 0, "replaces": OLD,
    }  # fmt: skip
    assert "Told twice" not in json.dumps(list(Entry.objects.values_list("details", flat=True)))
    assert client.get(reverse("edition", args=[NEW])).status_code == 200
    with pytest.raises(immutability.PublishedEditionError):
        draft.findings.first().delete()


def test_a_retired_finding_needs_a_reason_and_its_memos_are_told_it(draft, beginner, second, monkeypatch):
    told: list[tuple[list[str], str]] = []
    monkeypatch.setattr(
        edition_listeners, "on_finding_changed", [lambda keys, reason: told.append((list(keys), reason)) or 0]
    )
    gone = retirable(draft)
    retire(draft, gone)
    client = signed_in(second)
    response = post(client, "draft-publish", digest=draft_review.review(draft).digest)
    assert response.status_code == 422
    assert f"#id_reason-{gone}" in response.content.decode()
    post(
        signed_in(beginner), "draft-reasons", **{f"reason-{gone}": "  Told twice.\r\n", "reason-cur-01": "not retired"}
    )
    assert DraftWork.objects.get(edition=draft).retire_reasons == {gone: "Told twice."}
    assert post(signed_in(second), "draft-publish", digest=draft_review.review(draft).digest).status_code == 302
    assert told == [
        ([f"{OLD}/{gone}"], f"The finding was retired with edition {NEW}, which replaced {OLD}: Told twice.")
    ]


def test_whoever_only_writes_a_reason_may_publish_and_the_page_says_who_counts_as_an_author(draft, beginner, second):
    gone = retirable(draft)
    retire(draft, gone)
    client = signed_in(second)
    shown = html.unescape(client.get(reverse("draft", args=[NEW])).content.decode())
    assert "Writing a reason does not make you an author of the draft" in shown
    assert "Whoever began the draft, uploaded a file into it or changed an item in it." in shown
    post(client, "draft-reasons", **{f"reason-{gone}": "Told twice.\r\nSee the other."})
    assert second not in draft_review.written_by(draft)
    assert post(client, "draft-publish", digest=draft_review.review(draft).digest).status_code == 302
    (row,) = Retirement.objects.all()
    assert (row.edition, row.finding, row.reason) == (draft, gone, "Told twice.\nSee the other.")
    assert lookup.reasons_for_retiring([f"{OLD}/{gone}", f"{OLD}/mop-20", "no/such"]) == {f"{OLD}/{gone}": row.reason}


def test_a_reason_does_not_make_its_writer_the_one_who_began_a_draft_from_the_command_line(edition, second):
    draft = factories.copied(edition, code=NEW, label="From a file")
    gone = retirable(draft)
    retire(draft, gone)
    post(signed_in(second), "draft-reasons", **{f"reason-{gone}": "Told twice."})
    assert draft_review.begun_by(draft) is None
    assert not draft_review.needs_another(draft, second)


def test_a_second_person_is_told_that_a_draft_waits(
    draft, beginner, second, make_user, office, caseworker, mailoutbox, django_capture_on_commit_callbacks
):
    User.objects.filter(pk__in=[second.pk, caseworker.pk]).update(email="someone@office.example")
    writer = make_user(Role.COI_ADMIN, office, "writer", email="writer@office.example")
    left = make_user(Role.COI_ADMIN, office, "left", email="left@office.example", is_active=False)
    draft_rows.is_written_by(draft, writer)
    assert "Drafts for you to publish" not in signed_in(second).get(reverse("home")).content.decode()
    client = signed_in(beginner)
    assert "Ask a second person to publish it" in client.get(reverse("draft", args=[NEW])).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answered = post(client, "draft-ask")
    assert (answered.status_code, answered["Location"]) == (302, reverse("draft", args=[NEW]))
    (mail,) = mailoutbox
    assert mail.to == ["someone@office.example"]
    assert NEW not in mail.subject + mail.body
    home = signed_in(second).get(reverse("home")).content.decode()
    assert "Drafts for you to publish" in home
    assert reverse("draft", args=[NEW]) in home
    for user in (beginner, writer):
        assert "Drafts for you to publish" not in signed_in(user).get(reverse("home")).content.decode()
    assert publishing.waiting_for(left) == []
    assert Entry.objects.get(action="coi.draft-ask").actor == str(beginner.pk)
    change(draft, "mop-20")
    publishing.publish(draft, by=second, digest=draft_review.review(draft).digest)
    assert "Drafts for you to publish" not in signed_in(second).get(reverse("home")).content.decode()


def test_where_nobody_else_can_publish_it_the_page_says_so(draft, beginner):
    answered = post(signed_in(beginner), "draft-ask")
    assert answered.status_code == 409
    assert "Ask your administrator for a second COI admin" in answered.content.decode()


def test_a_change_reaches_memos_that_rest_on_an_edition_before_the_last(draft, edition, beginner, second, monkeypatch):
    change(draft, "mop-20")
    publishing.publish(draft, by=second, digest=draft_review.review(draft).digest)
    third = starting.copy(draft, code="third", label="Third", by=beginner)
    change(third, "cur-01")
    told: list[str] = []
    monkeypatch.setattr(edition_listeners, "on_finding_changed", [lambda keys, reason: told.extend(keys) or 0])
    publishing.publish(third, by=second, digest=draft_review.review(third).digest)
    assert told == [f"{OLD}/cur-01", f"{NEW}/cur-01"]
    assert set(Publication.objects.filter(retired_at=None).values_list("edition__code", flat=True)) == {"third"}


@pytest.mark.parametrize("text", ["x" * 2_001, "a\x00b", "a\u202eb"])
def test_a_reason_that_cannot_be_kept_is_shown_again(draft, second, text):
    gone = retirable(draft)
    retire(draft, gone)
    response = post(signed_in(second), "draft-reasons", **{f"reason-{gone}": text})
    assert response.status_code == 422
    assert gone in response.context["errors"][0]["message"]
    assert DraftWork.objects.get(edition=draft).retire_reasons == {}


@pytest.mark.slow
def test_two_who_write_reasons_at_once_lose_none(draft, beginner, second):
    first, other = sorted(
        draft.findings.filter(no_footnote=True, queries=None, denies=None).values_list("code", flat=True)
    )[:2]
    for code in (first, other):
        retire(draft, code)

    def stored():
        return DraftWork.objects.get(edition=draft).retire_reasons

    def sent(client):
        shown = client.get(reverse("draft", args=[NEW])).context["retired"]
        fields = [(f"reason-{r.card.code}", r.reason) for r in shown]
        return dict(fields + [(f"since-{r.card.code}", r.since) for r in shown])

    page = sent(signed_in(beginner))
    assert post(signed_in(second), "draft-reasons", **page | {f"reason-{first}": "Of the second."}).status_code == 302
    client = signed_in(beginner)
    assert post(client, "draft-reasons", **page | {f"reason-{other}": "Of the first."}).status_code == 302
    assert stored() == {first: "Of the second.", other: "Of the first."}

    late = post(client, "draft-reasons", **page | {f"reason-{first}": "Another."})
    assert late.status_code == 409
    assert "Of the second." in late.context["errors"][0]["message"]
    (shown,) = [r for r in late.context["retired"] if r.card.code == first]
    assert shown.reason == "Another."
    # too long as well: the refusal does not pass for having been shown what is stored
    long = post(client, "draft-reasons", **page | {f"reason-{first}": "x" * 2_001})
    (kept,) = [r for r in long.context["retired"] if r.card.code == first]
    assert (long.status_code, kept.since) == (422, page[f"since-{first}"])
    assert stored()[first] == "Of the second."
    again = {f"reason-{first}": "Another.", f"since-{first}": shown.since}
    assert post(client, "draft-reasons", **again).status_code == 302
    assert stored() == {first: "Another.", other: "Of the first."}
    emptied = sent(client) | {f"reason-{other}": ""}
    assert post(client, "draft-reasons", **emptied).status_code == 302
    assert stored() == {first: "Another."}


def test_what_changed_since_it_was_shown_is_not_published(draft, second):
    change(draft, "mop-20")
    digest = draft_review.review(draft).digest
    change(draft, "mop-01")
    response = post(signed_in(second), "draft-publish", digest=digest)
    assert response.status_code == 409
    assert "changed since" in response.content.decode()
    assert post(signed_in(second), "draft-publish").status_code == 409
    assert not Publication.objects.filter(edition=draft).exists()


def test_a_draft_that_says_the_same_or_fails_a_check_is_not_published(draft, second):
    client = signed_in(second)
    assert post(client, "draft-publish", digest=draft_review.review(draft).digest).status_code == 422
    Finding.objects.filter(edition=draft, code="mop-20").update(statement=" ")
    response = post(client, "draft-publish", digest=draft_review.review(draft).digest)
    assert response.status_code == 422
    assert "finding mop-20: it says nothing" in response.content.decode()
    assert Publication.objects.filter(retired_at=None).count() == 1


def test_what_is_added_is_read_in_full(draft, edition, second):
    code = Finding.objects.filter(edition=draft).exclude(denies=None).exclude(footnotes=None).first().code
    now, was = (lookup.cards_by_key([f"{e}/{code}"])[f"{e}/{code}"] for e in (NEW, OLD))
    assert now.statement == was.statement
    for row in Finding.objects.filter(edition=draft, code=code):
        Finding.objects.filter(pk=row.pk).update(code="new-in-it")
    client = signed_in(second)
    for address in (reverse("draft", args=[NEW]), reverse("redline", args=[OLD, NEW])):
        page = html.unescape(client.get(address).content.decode())
        assert 'id="finding-new-in-it"' in page
        shown = page.split('id="finding-new-in-it"')[1].split("</article>")[0]
        assert now.kind_label.capitalize() in shown
        assert finding_words.denial_words(now.denies) in shown
        assert all(place in shown for place in now.places)
        assert all(f'id="new-in-it-n{note.number}"' in shown for note in now.footnotes)


def test_a_first_edition_is_read_in_full_before_it_is_published(draft, second):
    report = Report.objects.create(
        code="made-up", title="Made up", publisher="Nobody", product_type="note", country="ML", language="en"
    )
    Edition.objects.filter(pk=draft.pk).update(report=report)
    page = html.unescape(signed_in(second).get(reverse("draft", args=[NEW])).content.decode())
    assert "Publish this edition" in page
    for finding in draft.findings.all():
        assert f'id="finding-{finding.code}"' in page
        assert finding.statement in page
    assert all(row.basis in page for row in draft.coverage.all())
    assert all(source.citation in page for note in draft.footnotes.all() for source in note.sources.all())
    assert all(query.remark in page for query in draft.queries.all())


def test_an_office_may_do_without_the_second_person(draft, beginner, settings):
    settings.COI_SECOND_PERSON = False
    change(draft, "mop-20")
    assert post(signed_in(beginner), "draft-publish", digest=draft_review.review(draft).digest).status_code == 302


def test_publishing_is_all_or_nothing(draft, edition, second, monkeypatch):
    def fail(keys, reason):
        raise RuntimeError

    change(draft, "mop-20")
    monkeypatch.setattr(edition_listeners, "on_finding_changed", [fail])
    with pytest.raises(RuntimeError):
        publishing.publish(draft, by=second, digest=draft_review.review(draft).digest)
    assert not Publication.objects.filter(edition=draft).exists()
    assert Publication.objects.get(edition=edition).retired_at is None


# --- copy, file, discard ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"edition": "nothing"}, "Choose the edition to copy"),
        ({"code": OLD}, "choose another code"),
        ({"code": ""}, "Write a code"),
        ({"code": "a b/c"}, "letters from a to z"),
        ({"code": "drafts"}, "library’s addresses"),
        ({"code": "x" * 51}, "at most 50"),
        ({"label": ""}, "how the edition is cited"),
        ({"label": "x" * 301}, "at most 300"),
        ({"label": "a\x00b"}, "cannot be shown"),
    ],
)
def test_a_copy_that_cannot_be_made(second, sent, said):
    before = held()
    body = {"edition": OLD, "code": NEW, "label": "Made up"} | sent
    response = signed_in(second).post(reverse("draft-copy"), body)
    assert response.status_code == 422
    assert any(said in error["message"] for error in response.context["errors"])
    assert held() == before


def test_the_file_of_an_edition_loads_to_the_same_draft(draft, edition, beginner, second):
    client = signed_in(second)
    response = client.get(reverse("edition-fixture", args=[NEW]))
    assert response["Content-Disposition"] == f'attachment; filename="{NEW}.yaml"'
    change(draft, "mop-20")
    assert send(client, response.content).status_code == 302
    again = Edition.objects.get(code=NEW)
    assert fixture.dump(again).encode() == response.content
    assert again.draft_work.begun_by == second  # all of it is theirs now
    # a published edition's file under a new code: its publication is passed over
    published = client.get(reverse("edition-fixture", args=[OLD])).content.decode()
    assert "coi.publication" in published
    assert send(client, published.replace(OLD, "another-code")).status_code == 302
    assert not Edition.objects.get(code="another-code").is_published


def test_who_wrote_in_a_draft_does_not_publish_it_after_a_file_replaced_it(draft, beginner, second, make_user, office):
    change(draft, "mop-20")
    draft_rows.is_written_by(draft, second)
    third = make_user(Role.COI_ADMIN, office, "third")
    for uploader in (beginner, third):
        content = fixture.dump(Edition.objects.get(code=NEW)).encode()
        with pytest.raises(refused.Overwrites) as refusal:
            starting.upload(content, by=uploader)
        again = starting.upload(content, by=uploader, replacing=refusal.value.version)
        assert second in draft_review.written_by(again)
        with pytest.raises(refused.OwnDraft):
            publishing.publish(again, by=second, digest=draft_review.review(again).digest)
    assert set(draft_review.written_by(again)) == {beginner, second, third}


def test_a_file_replaces_what_others_wrote_only_where_that_is_ticked(draft, beginner, second):
    client = signed_in(beginner)
    older = fixture.dump(draft)
    assert send(client, older).status_code == 302  # nobody wrote in it yet
    stored = Edition.objects.get(code=NEW)
    change(stored, "mop-09")
    draft_rows.is_written_by(stored, second)
    before = held()
    refused = send(client, older)
    assert refused.status_code == 409
    assert "second" in refused.context["errors"][0]["message"]
    assert 'id="id_replace"' in refused.content.decode()
    assert held() == before
    ticked = refused.context["overwrites"]
    draft_rows.is_written_by(stored, second)  # and once more since the refusal
    late = send(client, older, replace=ticked)
    assert (late.status_code, held()) == (409, before)
    assert send(client, older, replace=late.context["overwrites"]).status_code == 302
    assert fixture.dump(Edition.objects.get(code=NEW)) == older
    assert send(client, older).status_code == 302  # what was replaced is not asked about again
    # nor does a third file pass over the one that was uploaded last
    assert send(signed_in(second), older).status_code == 409


def own(code: str = "made-up", **report: str) -> str:
    """A small file with one problem of its own: it holds no finding and covers nothing."""
    return f"""
- model: coi.report
  fields: {{code: made-up, title: Made up, publisher: Nobody, product_type: note, country: ML, language: en}}
- model: coi.edition
  fields: {{report: [made-up], code: {code}, label: Made up, cut_off: 2022-06-30, period_from: "2015", current_from: "2019"}}
"""


SECTION = """
- model: coi.section
  fields: {{edition: [{edition}], code: all, title: All, position: 1, period_from: "2015"{more}}}
"""

BAD = {
    "not YAML": ("{[", "not readable as YAML"),
    "empty": ("", "a fixture is a list"),
    "a tag": ("- !!python/object/apply:os.system ['true']\n", "tags"),
    "an alias": ("- &a {model: coi.report, fields: {}}\n- *a\n", "aliases"),
    "Latin-1": ("- {model: coi.report, fields: {title: Ménaka}}\n".encode("latin-1"), "not UTF-8"),
    "NUL": ("- {model: coi.report, fields: {title: 'a\x00b'}}\n", "not readable as YAML"),
    "an escaped NUL": (own().replace("title: Made up,", r'title: "a\0b",'), "cannot be shown"),
    "a direction": (own().replace("title: Made up,", r'title: "a\u202eb",'), "cannot be shown"),
    "another model": ("- {model: accounts.user, fields: {username: x}}\n", "accounts.user"),
    "no edition": (own().split("- model: coi.edition")[0], "exactly one edition"),
    "an unknown place": (
        own() + SECTION.format(edition="made-up", more=", place: [nowhere]"),
        "There is no place “nowhere”",
    ),
    "no findings": (own(), "it holds no finding"),
    "a reserved code": (own("search"), "library’s addresses"),
    "an impossible date": (own().replace("2022-06-30", "2022-13-45"), ""),
    "a key of its own": (own().replace("{code: made-up", "{id: 1, code: made-up"), "named by their codes"),
    "a row in no edition": (own() + "- {model: coi.section, fields: {code: a}}\n", ""),
    "a huge number": (own() + SECTION.format(edition="made-up", more=f", place: {10**30}"), ""),
    "odd shapes": (own() + SECTION.format(edition="{a: b}", more=""), ""),
    "a word of a published one": (own().replace("code: made-up, title", "code: sem-mali, title"), ""),
    "in a published edition": (own() + SECTION.format(edition=OLD, more=""), "published"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_right_leaves_the_library_as_it_was(second, name):
    content, said = BAD[name]
    before = held()
    response = send(signed_in(second), content)
    assert response.status_code == 422
    assert any(said in error["message"] for error in response.context["errors"])
    assert held() == before


def test_half_a_file_too_large_a_file_none_and_the_file_of_a_published_edition(edition, second):
    client, before = signed_in(second), held()
    whole = fixture.dump(edition)
    for content in (whole[: len(whole) // 2], "x" * 5_000_001, whole, whole.replace("Mopti", "Moptí")):
        response = send(client, content)
        assert response.status_code == 422
        assert response.context["errors"]
    assert client.post(reverse("draft-upload")).status_code == 422
    assert held() == before


def test_a_file_changes_no_other_draft(draft, second):
    before = held()
    response = send(signed_in(second), own() + SECTION.format(edition=NEW, more=""))
    assert "belongs to another edition" in " ".join(e["message"] for e in response.context["errors"])
    assert held() == before


def test_a_file_hangs_no_query_onto_another_edition(second):
    before = held()
    query = f"""
- model: coi.curatorquery
  fields: {{edition: [made-up], code: q, remark: Odd., remarked_on: 2026-01-01, findings: [[{OLD}, cur-01]]}}
"""
    response = send(signed_in(second), own() + query)
    assert "of another edition" in " ".join(e["message"] for e in response.context["errors"])
    assert held() == before


def test_a_file_that_is_wrong_leaves_the_draft_that_it_would_replace(draft, second):
    before = held()
    text = fixture.dump(draft).replace("paragraph: 1\n", "paragraph: 0\n", 1)
    assert send(signed_in(second), text).status_code == 422
    assert held() == before


def test_a_discarded_draft_is_gone_and_its_report_with_it_if_it_was_the_only_one(draft, second):
    client = signed_in(second)
    digest = draft_review.review(draft).digest
    change(draft, "mop-20")
    late = post(client, "draft-discard", digest=digest)
    assert late.status_code == 409
    assert "changed since" in late.content.decode()
    assert late.context["review"].digest != digest
    assert post(client, "draft-discard").status_code == 409
    assert post(client, "draft-discard", digest=late.context["review"].digest).status_code == 302
    assert not Edition.objects.filter(code=NEW).exists()
    assert Report.objects.filter(editions__code=OLD).exists()
    assert post(client, "draft-discard").status_code == 404
    assert post(client, "draft-discard", OLD).status_code == 404  # published
    assert Entry.objects.filter(action="coi.draft-discard", object_id=NEW).count() == 1


# --- who ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR])
def test_drafts_are_for_those_who_keep_the_library(draft, make_user, office, client, role):
    read = [reverse("drafts"), reverse("draft", args=[NEW]), reverse("edition-fixture", args=[OLD])]
    for address in read:
        assert client.get(address).status_code == 302
    signed_in(make_user(role, office), client)
    for address in read:
        assert client.get(address).status_code == 403
    for name in ("draft-reasons", "draft-discard", "draft-publish"):
        assert post(client, name).status_code == 403
    for name in ("draft-copy", "draft-upload"):
        assert client.post(reverse(name)).status_code == 403


def test_the_page_takes_as_many_queries_however_much_changed(draft, second):
    client = signed_in(second)
    address = reverse("draft", args=[NEW])
    for code in ("mop-20", "kou-05"):  # one that asserts, one that denies
        change(draft, code)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for finding in draft.findings.all()[:30]:
        change(draft, finding.code)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few)


# --- from the command line ------------------------------------------------------------------------


def next_file(tmp_path, change=lambda text: text):
    """The file of a next edition of the Mali note, as somebody with a text editor makes it."""
    source = Edition.objects.get(code="sem-mali-2021-04")
    text = fixture.dump(source, code="sem-mali-next", label="Made up for tests: the next edition")
    path = tmp_path / "next.yaml"
    path.write_text(change(text), encoding="utf-8")
    return path


def reworded(text):
    return text.replace("at least 130 inhabitants", "at least 131 inhabitants")


def test_a_file_of_a_next_edition_replaces_the_current_one_and_recalls_memos(
    library, tmp_path, caseworker, supervisor, capsys
):
    case = factories.make_case(caseworker)
    version = factories.approved(case, supervisor)
    call_command("load_coi", next_file(tmp_path, reworded))
    assert "replaces sem-mali-2021-04" in capsys.readouterr().out
    assert [e.code for e in lookup.current_editions("ML")] == ["sem-mali-next"]
    version.refresh_from_db()
    assert version.state == "recalled"
    assert [r.finding for r in version.recalls.all()] == ["sem-mali-2021-04/mop-20"]
    assert Entry.objects.get(action="coi.load").details == {"replaces": "sem-mali-2021-04"}


def test_a_file_that_leaves_a_finding_out_has_to_say_why(library, tmp_path, capsys):
    def without(text):
        entries = yaml.safe_load(text)
        kept = [e for e in entries if "kou-01" not in str(e["fields"].get("code", ""))]
        kept = [e for e in kept if "kou-01" not in str(e["fields"].get("finding", ""))]
        assert len(kept) < len(entries)
        for number, entry in enumerate((e for e in kept if e["model"] == "coi.finding"), start=1):
            entry["fields"]["position"] = number
        return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False)

    source = Edition.objects.get(code="sem-mali-2021-04")
    gone = source.findings.filter(denies=None, queries=None).values_list("code", flat=True)
    assert "kou-01" in gone
    path = next_file(tmp_path, without)
    with pytest.raises(CommandError, match=r"kou-01\. Say why with --because"):
        call_command("load_coi", path)
    assert not Edition.objects.filter(code="sem-mali-next").exists()
    call_command("load_coi", path, because="Made up for tests: it was withdrawn.")
    assert [e.code for e in lookup.current_editions("ML")] == ["sem-mali-next"]


def test_the_file_of_a_replaced_edition_loaded_again_changes_nothing(library, tmp_path):
    call_command("load_coi", next_file(tmp_path, reworded))
    call_command("load_coi", "fixtures/coi/ml/sem-mali-2021-04.yaml")
    call_command("loaddata", "coi/ml/sem-mali-2021-04", verbosity=0)
    assert [e.code for e in lookup.current_editions("ML")] == ["sem-mali-next"]


def test_plain_loaddata_puts_no_second_edition_beside_the_current_one(library, tmp_path):
    path = next_file(tmp_path, reworded)
    with pytest.raises(CommandError, match="beside sem-mali-2021-04"):
        call_command("loaddata", str(path), verbosity=0)
    assert not Edition.objects.filter(code="sem-mali-next").exists()


def test_a_copy_keeps_its_report_where_report_and_edition_bear_one_code(library):
    Report.objects.create(code="one-code", title="Made up", publisher="Nobody", product_type="n", country="ML", language="en")  # fmt: skip
    edition = factories.made_up_edition("one-code", report=Report.objects.get(code="one-code"))
    factories.made_up_finding(edition, "a-01", place="gn-2452421", period=("2019-03", "2019-03"))
    made = factories.copied(edition, code="two", label="Made up: two")
    assert (made.report.code, made.sections.get().edition) == ("one-code", made)

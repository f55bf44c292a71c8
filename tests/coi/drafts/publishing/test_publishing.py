"""A draft is published by a second person; its changes recall memos."""

import html
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from assessments.models import Recall
from assessments.models.codes import State
from audit.models import Entry
from coi.drafts import draft_review, draft_rows, publishing, starting
from coi.editions import edition_listeners, immutability
from coi.library import finding_words, lookup
from coi.models import (
    Denial,
    DraftWork,
    Edition,
    Finding,
    Publication,
    Report,
    Retirement,
)
from tests import factories
from tests.coi.drafts.publishing.draft_changes import NEW, OLD, change, post
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


def retire(draft: Edition, code: str) -> None:
    Denial.objects.filter(finding__edition=draft, finding__code=code).delete()
    Finding.objects.get(edition=draft, code=code).delete()


def retirable(draft: Edition) -> str:
    """Return a finding that can be retired without failing a check: no footnote is left unused."""
    for finding in draft.findings.filter(no_footnote=True, queries=None, denies=None):
        return finding.code
    raise AssertionError


# --- from a copy to the next edition --------------------------------------------------------------


@pytest.mark.slow
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
    assert "1 approved memo relies on it" in page.content.decode()
    review = page.context["review"]
    assert not review.problems
    assert review.without_reason == (gone,)
    assert post(client, "draft-reasons", **{f"reason-{gone}": "Told twice."}).status_code == 302
    digest = draft_review.review(draft).digest
    refused = post(client, "draft-publish", digest=digest)
    assert refused.status_code == 403
    assert "Someone else must read" in refused.content.decode()
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


@pytest.mark.slow
def test_a_retired_finding_needs_a_reason_which_its_memos_show(draft, beginner, second, monkeypatch):
    told: list[edition_listeners.Published] = []
    monkeypatch.setattr(edition_listeners, "on_published", [lambda published: told.append(published) or 0])
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
    (published,) = told
    assert published.changes == (
        (f"The finding was retired with edition {NEW}, which replaced {OLD}: Told twice.", (f"{OLD}/{gone}",)),
    )


@pytest.mark.slow
def test_writing_only_a_reason_does_not_prevent_publishing(draft, beginner, second):
    gone = retirable(draft)
    retire(draft, gone)
    client = signed_in(second)
    shown = html.unescape(client.get(reverse("draft", args=[NEW])).content.decode())
    assert "Writing a reason does not make you an author of the draft" in shown
    assert "Everyone who started the draft, uploaded a file into it or changed an item in it." in shown
    post(client, "draft-reasons", **{f"reason-{gone}": "Told twice.\r\nSee the other."})
    assert second not in draft_review.written_by(draft)
    assert post(client, "draft-publish", digest=draft_review.review(draft).digest).status_code == 302
    (row,) = Retirement.objects.all()
    assert (row.edition, row.finding, row.reason) == (draft, gone, "Told twice.\nSee the other.")
    assert lookup.reasons_for_retiring([f"{OLD}/{gone}", f"{OLD}/mop-20", "no/such"]) == {f"{OLD}/{gone}": row.reason}


@pytest.mark.slow
def test_writing_a_reason_does_not_make_an_author_of_a_loaded_draft(edition, second):
    draft = factories.copied(edition, code=NEW, label="From a file")
    gone = retirable(draft)
    retire(draft, gone)
    post(signed_in(second), "draft-reasons", **{f"reason-{gone}": "Told twice."})
    assert draft_review.begun_by(draft) is None
    assert not draft_review.needs_another(draft, second)


def home_of(user):
    return signed_in(user).get(reverse("home")).content.decode()


@pytest.mark.slow
def test_a_second_person_is_notified_of_a_waiting_draft(
    draft, beginner, second, make_user, office, caseworker, mailoutbox, django_capture_on_commit_callbacks
):
    User.objects.filter(pk__in=[second.pk, caseworker.pk]).update(email="someone@office.example")
    writer = make_user(Role.COI_ADMIN, office, "writer", email="writer@office.example")
    left = make_user(Role.COI_ADMIN, office, "left", email="left@office.example", is_active=False)
    draft_rows.is_written_by(draft, writer)
    assert "to be finished by" in home_of(second)
    client = signed_in(beginner)
    assert "Ask a second person to publish it" in client.get(reverse("draft", args=[NEW])).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answered = post(client, "draft-ask")
    assert (answered.status_code, answered["Location"]) == (302, reverse("draft", args=[NEW]))
    (mail,) = mailoutbox
    assert mail.to == ["someone@office.example"]
    assert NEW not in mail.subject + mail.body
    home = home_of(second)
    assert "for you to publish" in home
    assert reverse("draft", args=[NEW]) in home
    for user in (beginner, writer):
        home = home_of(user)
        assert "for you to publish" not in home
        assert f"to be published by {second}" in " ".join(home.split())
    assert publishing.waiting_for(left) == []
    assert Entry.objects.get(action="coi.draft-ask").actor == str(beginner.pk)
    change(draft, "mop-20")
    publishing.publish(draft, by=second, digest=draft_review.review(draft).digest)
    assert "There are no drafts" in home_of(second)


@pytest.mark.slow
def test_the_page_says_if_nobody_else_can_publish_it(draft, beginner):
    answered = post(signed_in(beginner), "draft-ask")
    assert answered.status_code == 409
    assert "Ask your administrator for a second COI admin" in answered.content.decode()


@pytest.mark.slow
def test_a_change_recalls_memos_that_rely_on_an_older_edition(draft, edition, beginner, second, monkeypatch):
    change(draft, "mop-20")
    publishing.publish(draft, by=second, digest=draft_review.review(draft).digest)
    third = starting.copy(draft, code="third", label="Third", by=beginner)
    change(third, "cur-01")
    told: list[edition_listeners.Published] = []
    monkeypatch.setattr(edition_listeners, "on_published", [lambda published: told.append(published) or 0])
    publishing.publish(third, by=second, digest=draft_review.review(third).digest)
    assert [keys for published in told for _reason, keys in published.changes] == [(f"{OLD}/cur-01", f"{NEW}/cur-01")]
    assert set(Publication.objects.filter(retired_at=None).values_list("edition__code", flat=True)) == {"third"}


@pytest.mark.slow
@pytest.mark.parametrize("text", ["x" * 2_001, "a\x00b", "a\u202eb"])
def test_a_refused_reason_is_shown_again(draft, second, text):
    gone = retirable(draft)
    retire(draft, gone)
    response = post(signed_in(second), "draft-reasons", **{f"reason-{gone}": text})
    assert response.status_code == 422
    assert gone in response.context["errors"][0]["message"]
    assert DraftWork.objects.get(edition=draft).retire_reasons == {}


@pytest.mark.slow
def test_two_users_who_write_reasons_at_once_lose_none(draft, beginner, second):
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
    # too long as well: the refusal does not count as having seen the stored reason
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


@pytest.mark.slow
def test_a_draft_changed_since_it_was_shown_is_not_published(draft, second):
    change(draft, "mop-20")
    digest = draft_review.review(draft).digest
    change(draft, "mop-01")
    response = post(signed_in(second), "draft-publish", digest=digest)
    assert response.status_code == 409
    assert "changed since" in response.content.decode()
    assert post(signed_in(second), "draft-publish").status_code == 409
    assert not Publication.objects.filter(edition=draft).exists()


@pytest.mark.slow
def test_a_refusal_shows_the_review_that_it_was_refused_with(draft, second, monkeypatch):
    built = []
    review = draft_review.review
    monkeypatch.setattr(draft_review, "review", lambda edition: built.append(edition) or review(edition))
    client = signed_in(second)
    code = retirable(draft)
    retire(draft, code)
    for name, digest, status in (
        ("draft-publish", "", 409),
        ("draft-publish", review(draft).digest, 422),
        ("draft-discard", "", 409),
    ):
        built.clear()
        response = post(client, name, digest=digest)
        assert response.status_code == status
        assert len(built) == 1
        assert review(draft).digest in response.content.decode()
        assert f"reason-{code}" in response.content.decode()


@pytest.mark.slow
def test_an_unchanged_or_failing_draft_is_not_published(draft, second):
    client = signed_in(second)
    assert post(client, "draft-publish", digest=draft_review.review(draft).digest).status_code == 422
    Finding.objects.filter(edition=draft, code="mop-20").update(statement=" ")
    response = post(client, "draft-publish", digest=draft_review.review(draft).digest)
    assert response.status_code == 422
    assert "finding mop-20: its statement is empty" in response.content.decode()
    assert Publication.objects.filter(retired_at=None).count() == 1


@pytest.mark.slow
def test_added_findings_are_shown_in_full(draft, edition, second):
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_an_office_may_do_without_the_second_person(draft, beginner, settings):
    settings.COI_SECOND_PERSON = False
    change(draft, "mop-20")
    assert post(signed_in(beginner), "draft-publish", digest=draft_review.review(draft).digest).status_code == 302


def test_publishing_is_all_or_nothing(draft, edition, second, monkeypatch):
    def fail(published):
        raise RuntimeError

    change(draft, "mop-20")
    monkeypatch.setattr(edition_listeners, "on_published", [fail])
    with pytest.raises(RuntimeError):
        publishing.publish(draft, by=second, digest=draft_review.review(draft).digest)
    assert not Publication.objects.filter(edition=draft).exists()
    assert Publication.objects.get(edition=edition).retired_at is None


# --- permissions ------------------------------------------------------------------------------------------


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


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_the_changes(draft, second):
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

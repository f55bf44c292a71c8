"""Drafts are copied, loaded from files, replaced and discarded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from audit.models import Entry
from coi.drafts import draft_review, draft_rows, publishing, refused, starting
from coi.files import fixture
from coi.models import (
    CuratorQuery,
    DraftWork,
    Edition,
    Figure,
    Finding,
    Originator,
    Publication,
    Report,
)
from tests import factories
from tests.coi.drafts.publishing.draft_changes import NEW, OLD, change, post
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")


def send(client, content: bytes | str, **body):
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse("draft-upload"), {"file": SimpleUploadedFile("x.yaml", data), **body})


def held() -> tuple:
    """Return the content of the library as a value."""
    models = (Edition, Finding, Report, Originator, Figure, CuratorQuery, DraftWork, Publication)
    return tuple(tuple(model.objects.order_by("pk").values_list()) for model in models)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"edition": "nothing"}, "Choose the edition to copy"),
        ({"code": OLD}, "hoose another code"),
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


@pytest.mark.slow
def test_the_file_of_an_edition_loads_to_the_same_draft(draft, edition, beginner, second):
    client = signed_in(second)
    response = client.get(reverse("edition-fixture", args=[NEW]))
    assert response["Content-Disposition"] == f'attachment; filename="{NEW}.yaml"'
    change(draft, "mop-20")
    assert send(client, response.content).status_code == 302
    again = Edition.objects.get(code=NEW)
    assert fixture.dump(again).encode() == response.content
    assert again.draft_work.begun_by == second  # the whole draft is theirs now
    # a published edition's file under a new code: its publication is ignored
    published = client.get(reverse("edition-fixture", args=[OLD])).content.decode()
    assert "coi.publication" in published
    assert send(client, published.replace(OLD, "another-code")).status_code == 302
    assert not Edition.objects.get(code="another-code").is_published


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_file_replaces_others_edits_only_if_confirmed(draft, beginner, second):
    client = signed_in(beginner)
    older = fixture.dump(draft)
    assert send(client, older).status_code == 302  # nobody edited it yet
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
    draft_rows.is_written_by(stored, second)  # edited again since the refusal
    late = send(client, older, replace=ticked)
    assert (late.status_code, held()) == (409, before)
    assert send(client, older, replace=late.context["overwrites"]).status_code == 302
    assert fixture.dump(Edition.objects.get(code=NEW)) == older
    assert send(client, older).status_code == 302  # no question about what was already replaced
    # nor does a third file replace the last upload without a question
    assert send(signed_in(second), older).status_code == 409


def own(code: str = "made-up", **report: str) -> str:
    """Return a small file with one problem: it has no findings and covers nothing."""
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
    "not YAML": ("{[", "cannot be read as YAML"),
    "empty": ("", "a fixture must be a list"),
    "a tag": ("- !!python/object/apply:os.system ['true']\n", "tags"),
    "an alias": ("- &a {model: coi.report, fields: {}}\n- *a\n", "aliases"),
    "Latin-1": ("- {model: coi.report, fields: {title: Ménaka}}\n".encode("latin-1"), "not UTF-8"),
    "NUL": ("- {model: coi.report, fields: {title: 'a\x00b'}}\n", "cannot be read as YAML"),
    "an escaped NUL": (own().replace("title: Made up,", r'title: "a\0b",'), "cannot be shown"),
    "a direction": (own().replace("title: Made up,", r'title: "a\u202eb",'), "cannot be shown"),
    "another model": ("- {model: accounts.user, fields: {username: x}}\n", "accounts.user"),
    "no edition": (own().split("- model: coi.edition")[0], "exactly one edition"),
    "an unknown place": (
        own() + SECTION.format(edition="made-up", more=", place: [nowhere]"),
        "There is no place “nowhere”",
    ),
    "no findings": (own(), "it has no findings"),
    "a reserved code": (own("search"), "library’s addresses"),
    "an impossible date": (own().replace("2022-06-30", "2022-13-45"), ""),
    "a key of its own": (own().replace("{code: made-up", "{id: 1, code: made-up"), "identified by its code"),
    "a row in no edition": (own() + "- {model: coi.section, fields: {code: a}}\n", ""),
    "a huge number": (own() + SECTION.format(edition="made-up", more=f", place: {10**30}"), ""),
    "odd shapes": (own() + SECTION.format(edition="{a: b}", more=""), ""),
    "a word of a published one": (own().replace("code: made-up, title", "code: sem-mali, title"), ""),
    "in a published edition": (own() + SECTION.format(edition=OLD, more=""), "published"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_leaves_the_library_unchanged(second, name):
    content, said = BAD[name]
    before = held()
    response = send(signed_in(second), content)
    assert response.status_code == 422
    assert any(said in error["message"] for error in response.context["errors"])
    assert held() == before


def test_truncated_too_large_missing_and_published_files_are_refused(edition, second):
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


def test_a_file_cannot_add_a_query_to_another_edition(second):
    before = held()
    query = f"""
- model: coi.curatorquery
  fields: {{edition: [made-up], code: q, remark: Odd., remarked_on: 2026-01-01, findings: [[{OLD}, cur-01]]}}
"""
    response = send(signed_in(second), own() + query)
    assert "belongs to another edition" in " ".join(e["message"] for e in response.context["errors"])
    assert held() == before


def test_a_file_that_is_wrong_leaves_the_draft_that_it_would_replace(draft, second):
    before = held()
    text = fixture.dump(draft).replace("paragraph: 1\n", "paragraph: 0\n", 1)
    assert send(signed_in(second), text).status_code == 422
    assert held() == before


@pytest.mark.slow
def test_discarding_a_draft_deletes_it_and_a_report_without_other_editions(draft, second):
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


def test_a_copy_keeps_its_report_if_report_and_edition_have_the_same_code(library):
    Report.objects.create(code="one-code", title="Made up", publisher="Nobody", product_type="n", country="ML", language="en")  # fmt: skip
    edition = factories.made_up_edition("one-code", report=Report.objects.get(code="one-code"))
    factories.made_up_finding(edition, "a-01", place="gn-2452421", period=("2019-03", "2019-03"))
    made = factories.copied(edition, code="two", label="Made up: two")
    assert (made.report.code, made.sections.get().edition) == ("one-code", made)

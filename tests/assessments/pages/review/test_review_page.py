"""The review page: sections with their sources, grades and comments."""

import pytest

from accounts.models import Role
from assessments import actions
from assessments.answer.answer import answer
from assessments.assessing.assessment import OwnSourceWritten
from assessments.casefile import stored_case
from assessments.memo import memo, snapshot
from assessments.models import Case, SectionReview
from audit.models import Entry
from tests import factories
from tests.assessments.pages.review.review_forms import TODAY, decide, grade, section_of, sent, url
from tests.factories import fresh, sections_of
from tests.markup import elements, values
from tests.markup import markup as words


def test_a_section_is_shown_with_its_evidence(boss, case, caseworker, supervisor):
    key = queries_first_finding(case)
    actions.omit(fresh(case), "F1", key, reason="It tells of another place.", version=0, by=caseworker)
    source = OwnSourceWritten(0, "F1", "", "Somebody, Somewhere", "2026-05", "", "It happened there.", "supports")
    actions.add_source(fresh(case), source, by=caseworker)
    factories.in_review(fresh(case), supervisor)
    page = section_of(boss, case, "fact-F1")
    fact = page.context["section_read"]
    assert words(page).count("It tells of another place.") == 1
    assert words(page).count("It happened there.") == 1
    assert key not in {entry.card.key for entry in fact.entries}
    assert len(elements(page, "h3")) == 1
    assert len(elements(page, "h1")) == 1
    assert values(page, "button[name='grade']") == ["correct", "minor", "significant", "not-applicable"]
    assert not elements(page, "button[aria-pressed='true']")
    assert "Open points and questions" not in words(page)


def test_the_sections_have_the_whole_memo_and_every_reference_leads_to_its_paragraph(
    boss, library, caseworker, supervisor
):
    case = factories.make_case(caseworker, "mopti-ogossagou")
    version = factories.in_review(case, supervisor)
    printed = memo.build(*snapshot.thaw(version.content))
    pages = {anchor: section_of(boss, case, anchor) for anchor, _title in printed.graded}
    there = {url("review-section", case, a): set(values(page, "[id]", "id")) for a, page in pages.items()}
    assert set.union(*there.values()) >= {f"p{n}" for n in printed.paragraphs.numbers.values()}
    assert set.union(*there.values()) >= {
        "applicant",
        "facts",
        "pairs",
        "profile",
        "regions",
        "gaps",
        "sources",
        "method",
    }
    elsewhere = set()
    for anchor, page in pages.items():
        for link in values(page, ".review-text a.ref, .review-text a.page-of, .review-list a.ref", "href"):
            address, _hash, fragment = link.rpartition("#")
            assert fragment in there[address or url("review-section", case, anchor)], (anchor, link)
            elsewhere.add(address)
    assert len(elsewhere) > 2


def test_a_grade_leads_to_the_next_ungraded_section_and_finally_to_the_decision(boss, version, case, supervisor):
    anchors = sections_of(version)
    section_of(boss, case, anchors[1])
    assert grade(boss, case, anchors[0]).url == url("review-section", case, anchors[1])
    assert grade(boss, case, anchors[-1]).url == url("review-section", case, anchors[1])  # the first ungraded one
    assert grade(boss, case, anchors[1], grade="").url == url("review-section", case, anchors[2])  # to be graded later
    for anchor in anchors[2:-1]:
        answered = grade(boss, case, anchor)
    assert answered.url == url("review-section", case, anchors[1])
    assert grade(boss, case, anchors[1]).url == url("review", case) + "#decision"
    assert boss.get(url("review", case)).context["next_ungraded"] is None


def test_a_section_that_the_memo_does_not_have_is_not_found(boss, version, case):
    assert section_of(boss, case, "fact-F9").status_code == 404
    assert section_of(boss, case, "method").status_code == 404  # printed with the sources


def queries_first_finding(case):
    found = answer(stored_case.case_file(case, today=TODAY), on=TODAY)
    return (found.facts[0].supporting + found.facts[0].opposing)[0].card.key


def test_the_review_is_read_from_the_snapshot(boss, version, case):
    Case.objects.filter(pk=case.pk).update(old_coi_justification="Changed behind the snapshot.")
    page = words(section_of(boss, case, "applicant"))
    assert "Changed behind the snapshot." not in page
    assert "Nothing newer was published." in page


def test_grades_and_comments_are_saved_and_shown_again(boss, version, case, supervisor):
    assert grade(boss, case, "fact-F1", grade="minor", comment="Line one.\r\nLine two.").status_code == 302
    assert boss.post(url("review", case), sent(boss.get(url("review", case)), remark="So far.")).status_code == 302
    row = SectionReview.objects.get(section="fact-F1")
    assert (row.grade, row.comment, row.by) == ("minor", "Line one.\nLine two.", supervisor)
    again = section_of(boss, case, "fact-F1")
    assert "Line one." in words(again)
    assert values(again, "button[aria-pressed='true']") == ["minor"]
    overview = words(boss.get(url("review", case)))
    assert "So far." in overview
    assert "Line two." in overview


def test_an_autosave_moves_the_token_on_and_may_be_repeated(boss, version, case):
    address = url("review-section", case, "profile")
    data = sent(section_of(boss, case), grade="minor", comment="")  # an error whose comment is still being written
    first = boss.post(address, data, headers={"X-Autosave": "1"})
    assert first.status_code == 200
    assert boss.post(address, data, headers={"X-Autosave": "1"}).status_code == 200
    data |= {"version": first.json()["version"], "comment": "More."}
    assert boss.post(address, data, headers={"X-Autosave": "1"}).status_code == 200
    assert SectionReview.objects.get(section="profile").comment == "More."
    assert Entry.objects.filter(action="review.grade").count() == 1


def test_a_stale_section_shows_both_texts(boss, version, case):
    page = section_of(boss, case)
    grade(boss, case, "gaps", comment="Of another section, in another window.")
    assert grade(boss, case, comment="Saved first.", page=page).status_code == 302
    answered = grade(boss, case, comment="Typed on the other page.", page=page)
    assert answered.status_code == 409
    assert "Saved first." in words(answered)
    assert "Typed on the other page." in words(answered)
    assert SectionReview.objects.get(section="profile").comment == "Saved first."
    typed = sent(page, grade="", comment="Typed on.")
    refused = boss.post(url("review-section", case, "profile"), typed, headers={"X-Autosave": "1"})
    assert (refused.status_code, "saved on another page" in refused.json()["message"]) == (409, True)


def test_a_stale_remark_shows_both_texts(boss, version, case):
    page = boss.get(url("review", case))
    boss.post(url("review", case), sent(page, remark="Saved first."))
    answered = boss.post(url("review", case), sent(page, remark="Typed on the other page."))
    assert answered.status_code == 409
    assert "Saved first." in words(answered)
    assert "Typed on the other page." in words(answered)


def test_comments_stay_on_the_page_after_a_colleague_took_over(boss, version, case, make_user, office):
    page = section_of(boss, case)
    actions.stand_in(fresh(case), by=make_user(Role.SUPERVISOR, office, "other"))
    answered = grade(boss, case, comment="Typed for long.", page=page)
    assert answered.status_code == 409
    assert "Typed for long." in words(answered)
    assert not SectionReview.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("comment", "x\x00y", "cannot be shown"),
        ("comment", "x\u202ey", "cannot be shown"),
        ("comment", "x" * 5000, "At most"),
        ("grade", "excellent", "choose one of"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_saved(boss, version, case, field, value, said):
    answered = grade(boss, case, **{field: value})
    assert answered.status_code == 422
    assert said in words(answered)
    assert not SectionReview.objects.exists()


def test_a_bad_remark_is_named_and_not_saved(boss, version, case):
    for answered in (
        boss.post(url("review", case), sent(boss.get(url("review", case)), remark="x\x00")),
        decide(boss, case, "return", remark="x\x00"),
    ):
        assert answered.status_code == 422
        assert "cannot be shown" in words(answered)
    assert fresh(case).state == "in-review"

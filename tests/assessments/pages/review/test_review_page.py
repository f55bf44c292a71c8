"""The review page: sections beside their sources, grades and comments."""

import pytest

from accounts.models import Role
from assessments import actions
from assessments.answer.answer import answer
from assessments.assessing.assessment import OwnSourceWritten
from assessments.casefile import stored_case
from assessments.models import Case, SectionReview
from audit.models import Entry
from tests import factories
from tests.assessments.pages.review.review_forms import TODAY, filled, url
from tests.factories import fresh
from tests.markup import markup as words
from tests.markup import values


def test_the_review_page_shows_each_section_beside_what_stood_behind_it(boss, case, caseworker, supervisor):
    key = queries_first_finding(case)
    actions.omit(fresh(case), "F1", key, reason="It tells of another place.", version=0, by=caseworker)
    source = OwnSourceWritten(0, "F1", "", "Somebody, Somewhere", "2026-05", "", "It happened there.", "supports")
    actions.add_source(fresh(case), source, by=caseworker)
    factories.in_review(fresh(case), supervisor)
    page = boss.get(url("review", case))
    fact = next(s for s in page.context["read"].graded if s.anchor == "fact-F1")
    assert [reason for _card, reason in fact.omissions] == ["It tells of another place."]
    assert [own.says for own in fact.own_sources] == ["It happened there."]
    assert key not in {entry.card.key for entry in fact.entries}
    rows = page.content.decode().split('<div class="review-row')
    assert [row.count("<h3") for row in rows if 'id="fact-F1"' in row] == [1]
    assert 'type="radio"' in page.content.decode()
    assert values(page, "[checked]", "id") == ["shortcuts-on"]
    assert page.content.decode().count("<h1") == 1


def queries_first_finding(case):
    found = answer(stored_case.case_file(case, today=TODAY), on=TODAY)
    return (found.facts[0].supporting + found.facts[0].opposing)[0].card.key


def test_the_review_is_read_from_the_snapshot(boss, version, case):
    Case.objects.filter(pk=case.pk).update(old_coi_justification="Changed behind the snapshot.")
    page = words(boss.get(url("review", case)))
    assert "Changed behind the snapshot." not in page
    assert "Nothing newer was published." in page


def test_grades_and_comments_are_saved_and_shown_again(boss, version, case, supervisor):
    page = boss.get(url("review", case))
    data = filled(page, **{"grade-fact-F1": "minor", "comment-fact-F1": "Line one.\r\nLine two.", "remark": "So far."})
    assert boss.post(url("review", case), data).status_code == 302
    row = SectionReview.objects.get(section="fact-F1")
    assert (row.grade, row.comment, row.by) == ("minor", "Line one.\nLine two.", supervisor)
    again = boss.get(url("review", case))
    assert "Line one." in words(again)
    assert "So far." in words(again)
    assert values(again, "[name='grade-fact-F1'][checked]") == ["minor"]


def test_an_autosave_moves_the_token_on_and_may_be_repeated(boss, version, case):
    page = boss.get(url("review", case))
    data = filled(page, grade="")
    first = boss.post(url("review", case), data, headers={"X-Autosave": "1"})
    assert first.status_code == 200
    assert boss.post(url("review", case), data, headers={"X-Autosave": "1"}).status_code == 200
    data |= {"version": first.json()["version"], "comment-profile": "More."}
    assert boss.post(url("review", case), data, headers={"X-Autosave": "1"}).status_code == 200
    assert SectionReview.objects.get(section="profile").comment == "More."
    assert Entry.objects.filter(action="review.grade").count() == 1


def test_a_stale_review_shows_both_texts(boss, version, case):
    page = boss.get(url("review", case))
    boss.post(url("review", case), filled(page, **{"comment-profile": "Saved first."}))
    answered = boss.post(url("review", case), filled(page, **{"comment-profile": "Typed on the other page."}))
    assert answered.status_code == 409
    assert "Saved first." in words(answered)
    assert "Typed on the other page." in words(answered)
    assert SectionReview.objects.get(section="profile").comment == "Saved first."
    refused = boss.post(url("review", case), filled(page), headers={"X-Autosave": "1"})
    assert (refused.status_code, "saved on another page" in refused.json()["message"]) == (409, True)


def test_comments_are_kept_on_the_page_when_a_colleague_took_over(boss, version, case, make_user, office):
    page = boss.get(url("review", case))
    actions.stand_in(fresh(case), by=make_user(Role.SUPERVISOR, office, "other"))
    answered = boss.post(url("review", case), filled(page, **{"comment-profile": "Typed for long."}))
    assert answered.status_code == 409
    assert "Typed for long." in words(answered)
    assert not SectionReview.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("comment-profile", "x\x00y", "cannot be shown"),
        ("comment-profile", "x\ud800y".encode("utf-8", "surrogatepass"), ""),
        ("comment-profile", "x\u202ey", "cannot be shown"),
        ("comment-profile", "x" * 5000, "At most"),
        ("grade-profile", "excellent", "choose one of"),
        ("remark", "x\x00", "cannot be shown"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_saved(boss, version, case, field, value, said):
    page = boss.get(url("review", case))
    if isinstance(value, bytes):
        value = "x\ud800y"
        answered = boss.post(url("review", case), {**filled(page), field: value.encode("utf-8", "replace").decode()})
        assert answered.status_code in (302, 422)
        return
    answered = boss.post(url("review", case), filled(page, **{field: value}))
    assert answered.status_code == 422
    assert said in words(answered)
    assert not SectionReview.objects.exists()

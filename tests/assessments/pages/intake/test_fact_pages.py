"""Each material fact has a page in the intake; adding, moving between and removing facts work without a script."""

import importlib

import pytest
from django.urls import reverse

from assessments.answer.answer import answer
from assessments.assessing.assessment import Assessment
from assessments.casefile import reader
from assessments.casefile.intake_steps import merged
from assessments.memo import snapshot
from assessments.memo.heading import Heading
from assessments.models import Case
from tests.assessments.pages.intake.step_addresses import at
from tests.assessments.walk import CASE, FACT, TODAY, keep, record, send, summary, typed
from tests.markup import elements, markup, values, visible_text

pytestmark = pytest.mark.django_db

SECOND = {**FACT, "id": "F2", "statement": "They took my brother.", "event": "abduction", "actors": ["jnim"]}
TWO = {**CASE, "material_facts": [FACT, SECOND]}


def of_fact(number: int, document=TWO, **changes):
    """Return what a browser sends of the page of one fact."""
    names = {n: v for n, v in typed(document, **changes).items() if n.startswith(f"facts-{number}-")}
    return names | {"facts": [str(number)]}


def test_a_page_has_one_fact_and_links_to_the_others(worker):
    draft = keep(worker, typed(TWO))
    shown = worker.get(at(draft, "facts", "F2"))
    assert values(shown, "textarea[name$=statement]", "name") == ["facts-1-statement"]
    assert values(shown, ".intake-facts a", "href") == [at(draft, "facts", "F1"), at(draft, "facts", "F2")]
    assert values(shown, ".intake-facts a[aria-current=page]", "href") == [at(draft, "facts", "F2")]
    assert "Attack on a village, Ogossagou" in visible_text(shown)


def test_a_page_that_is_posted_leaves_the_other_facts(worker):
    draft = keep(worker, typed(TWO))
    sent = of_fact(1, **{"facts-1-statement": "They took my sister."})
    assert send(worker, draft, "facts", sent).url == at(draft, "relocation")
    assert send(worker, draft, "facts", of_fact(0)).url == at(draft, "facts", "F2"), "on to the next fact"
    draft.refresh_from_db()
    assert draft.data["facts"] == ["0", "1"]
    assert draft.data["facts-0-statement"] == [FACT["statement"]]
    assert draft.data["facts-1-statement"] == ["They took my sister."]
    assert merged(draft.data, {"facts": ["1"], "facts-0-statement": ["not of this page"]}, "facts")[
        "facts-0-statement"
    ] == [FACT["statement"]]


def test_two_windows_on_two_facts_do_not_meet(worker):
    draft = keep(worker, typed(TWO))
    old = draft.version
    send(worker, draft, "facts", of_fact(0, **{"facts-0-statement": "Theirs."}), autosave=True)
    mine = of_fact(1, **{"facts-1-statement": "Mine."})
    assert send(worker, draft, "facts", mine, version=old, autosave=True).status_code == 200
    assert send(worker, draft, "facts", of_fact(0), version=old, autosave=True).status_code == 409


def test_another_fact_is_added_once_this_one_is_valid_and_copies_the_interview_date(worker):
    draft = keep(worker, typed())
    wrong = send(worker, draft, "facts", of_fact(0, CASE, **{"facts-0-start": "soon"}) | {"another": "1"})
    assert list(summary(wrong)) == ["#id_facts-0-start"]
    added = send(worker, draft, "facts", of_fact(0, CASE) | {"another": "1"})
    shown = worker.get(added.url)
    assert [e.get("name") for e in elements(shown, "#intake [autofocus]")] == ["facts-1-statement"]
    assert values(shown, "[name='facts-1-interviews-0-date']") == ["11 May 2026"]
    assert "is-invalid" not in markup(shown)
    draft.refresh_from_db()
    assert send(worker, draft, "facts", of_fact(1, CASE) | {"on": "1"}).url == at(draft, "relocation")
    assert record(worker, draft=draft, data=typed()).status_code == 302, "a fact with nothing but that day is blank"
    assert Case.objects.get().facts.count() == 1


def test_problems_are_those_of_the_page_and_the_list_of_facts_counts_them(worker):
    draft = keep(worker, typed(TWO, **{"facts-1-start": "soon"}))
    assert list(summary(worker.get(at(draft, "facts", "F2")))) == ["#id_facts-1-start"]
    first = worker.get(at(draft, "facts", "F1"))
    assert summary(first) == {}
    assert "1 problem" in visible_text(elements(first, ".intake-facts")[0])
    assert values(worker.get(at(draft, "facts")), "[name=facts]") == ["1"], "opened where something is wrong"


def test_values_of_the_case_are_offered_and_the_profile_first(worker):
    draft = keep(worker, typed(TWO))
    shown = worker.get(at(draft, "facts", "F2"))
    offered = {b.get("data-into"): b.get("value") for b in elements(shown, "button[data-into]")}
    assert offered["id_facts-1-event"] == "attack-on-village"
    assert offered["id_facts-1-actors"] == "dogon-militia"
    groups = elements(shown, "#id_facts-1-targets optgroup")
    assert [groups[0].get("label"), *values(groups[0], "option")] == [
        "In the profile", "fulani", "perceived-jihadist-supporter",
    ]  # fmt: skip
    codes = values(shown, "#id_facts-1-targets option")
    assert len(codes) == len(set(codes))
    (army,) = [o for o in elements(shown, "#id_facts-1-actors option") if o.get("value") == "malian-armed-forces"]
    assert "FAMa" in army.get("data-alias")


def test_the_passage_is_on_the_pages_of_the_case_and_in_no_memo(worker):
    said = "F34. Who came? – Men with guns."
    document = {**CASE, "material_facts": [{**FACT, "passage": said}]}
    draft = keep(worker, typed(document))
    assert said in markup(worker.get(at(draft, "facts")))
    assert said in markup(worker.get(at(draft, "check")))
    send(worker, draft, "check")
    case = Case.objects.get()
    assert said in markup(worker.get(reverse("case", args=[case.uuid])))
    for name in ("preview", "disclosure"):
        assert said not in markup(worker.get(reverse(name, args=[case.uuid]))), name
    found = answer(reader.read(document, today=TODAY))
    assert found.facts[0].stated.passage == said
    frozen = snapshot.freeze(found, Assessment(), Heading("Office", "Author", 1, "submitted", TODAY))
    assert "Men with guns" not in frozen


def test_unfinished_intakes_keep_both_dates_of_a_place():
    joined = importlib.import_module("assessments.migrations.0010_one_period_per_place").joined
    assert joined(
        {
            "places-0-start": ["1990"], "places-0-end": ["March 2019"], "places-1-start": ["2019"], "places-2-end": ["x"],
            "relocations-0-start": [""], "facts-0-start": ["2019"],
        }
    ) == {
        "places-0-period": ["1990 to March 2019"], "places-1-period": ["from 2019"], "places-2-period": ["until x"],
        "relocations-0-period": [""], "facts-0-start": ["2019"],
    }  # fmt: skip

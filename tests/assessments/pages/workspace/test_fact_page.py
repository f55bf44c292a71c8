"""The content of a material fact's page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import actions
from assessments.casefile import stored_case
from assessments.models import ContextTaken, FactAssessment, Omission, OwnSource, Reliance
from audit.models import Entry
from tests import ROOT
from tests.assessments.pages.workspace.fact_pages import (
    DENIES,
    KNOWS_OF_NONE,
    SILENT,
    SUPPORTED,
    add_source,
    address,
    found,
    omit,
    save,
)
from tests.factories import make_case
from tests.markup import elements, tree, values
from tests.markup import markup as page

pytestmark = pytest.mark.django_db


def test_the_page_shows_position_findings_in_full_and_nothing_chosen(worker, author, library):
    case = make_case(author, DENIES)
    opposing = found(case).opposing[0].card
    response = worker.get(address(case))
    body = page(response)
    assert response.status_code == 200
    assert "Says otherwise</h2>" in body
    assert opposing.statement in body
    assert f'data-copy-text="{opposing.citation}"' in body
    assert reverse("finding", args=[opposing.edition, opposing.code]) in body
    assert "No finding supports the fact." in body
    assert "independent origin" in body
    own = tree(response)
    ticked = values(own, "#officer input[checked]")
    assert len(ticked) == 2  # "not recorded yet" and "not assessed": nothing is implied
    assert set(ticked) <= {"", "not-assessed"}
    folds = elements(own, "#officer details")
    assert len(folds) == 5  # four indicators and the explanation
    assert not any("open" in fold.attrib for fold in folds[1:])


@pytest.mark.parametrize(
    ("name", "fact", "position"),
    [
        (SUPPORTED, "F1", "Supports"),
        (DENIES, "F1", "The report says otherwise"),
        (KNOWS_OF_NONE, "F2", "The report knows of no evidence"),
        (SILENT, "F2", "The report is silent"),
        (SUPPORTED, "F3", "Outside the report's scope"),
    ],
)
def test_every_position_is_in_words(worker, author, library, name, fact, position):
    case = make_case(author, name)
    body = page(worker.get(address(case, fact)))
    heading = body[body.index('id="position-name"') :]
    assert position in heading[: heading.index("</h2>")]
    if position.endswith(("silent", "scope")):
        assert "This is neither for nor against the fact." in body
        assert reverse("gaps", args=[case.uuid]) in body


def test_facts_are_linked_with_position_outcome_and_keys(worker, author, library):
    case = make_case(author, SUPPORTED)
    response = worker.get(address(case, "F2"))
    for fact in ("F1", "F2", "F3", "F4"):
        assert address(case, fact) in page(response)
    assert set(values(response, "a[rel=prev][data-shortcut=k]", "href")) == {address(case, "F1")}
    assert set(values(response, "a[rel=next][data-shortcut=j]", "href")) == {address(case, "F3")}
    assert 'rel="next"' not in page(worker.get(address(case, "F4")))


def test_the_first_showing_is_recorded_and_the_drafts_reliances_are_stored(worker, author, library):
    case = make_case(author, SUPPORTED)
    worker.get(address(case))
    case.refresh_from_db()
    assert case.matches_first_shown_at is not None
    assert Entry.objects.filter(action="case.matches-first-shown", object_id=str(case.uuid)).count() == 1
    rows = Reliance.objects.filter(case=case, version=None)
    assert {r.finding for r in rows.filter(fact_ident="F1")} == {m.card.key for m in found(case).supporting}
    assert rows.filter(relation="profile").exists()
    key = found(case).supporting[0].card.key
    omit(worker, case, key, reason="Another village of that name.")
    worker.get(address(case))
    assert rows.get(fact_ident="F1", finding=key).omitted


def test_a_changed_facts_earlier_wording_is_on_its_page(worker, author, library):
    case = make_case(author, SUPPORTED)
    worker.get(address(case))
    case.refresh_from_db()
    document = stored_case.document_of(case)
    before = document["material_facts"][0]["statement"]
    document["material_facts"][0]["statement"] = "It was said otherwise."
    from assessments.casefile import reader

    actions.change_case(case, reader.read(document, today=timezone.localdate()), by=author, version=case.version)
    body = page(worker.get(address(case)))
    assert "It was said otherwise." in body
    assert before.split(".")[0] in body
    assert "Changed after the matches were shown" in body


def test_an_unknown_fact_does_not_exist(worker, author, library):
    case = make_case(author, SUPPORTED)
    for name in ("fact", "fact-omission", "fact-context"):
        assert worker.post(address(case, "F99", name)).status_code == 404
    assert worker.get(address(case, "F99")).status_code == 404


def test_queries_do_not_grow_with_findings_or_the_officers_part(worker, author, library):
    case = make_case(author, SUPPORTED)
    worker.get(address(case))

    def queries_of_the_page():
        with CaptureQueriesContext(connection) as made:
            assert worker.get(address(case)).status_code == 200
        return len(made)

    before = queries_of_the_page()
    for n in range(30):
        OwnSource.objects.create(
            case=case,
            fact_ident="F1",
            citation=f"C{n}",
            published="2026",
            says="x",
            bearing="supports",
            saved_by=author,
        )
        ContextTaken.objects.create(case=case, fact_ident="F1", finding=f"sem-mali-2021-04/x-{n}", saved_by=author)
        Omission.objects.create(
            case=case, fact_ident="F1", finding=f"sem-mali-2021-04/y-{n}", reason="r", saved_by=author
        )
        FactAssessment.objects.create(case=case, fact_ident=f"F{n}", reasoning="r", saved_by=author)
    # one for indicators, of which there were none, and one for the current editions
    assert queries_of_the_page() <= before + 2


def test_hostile_text_is_shown_as_text(worker, author, library):
    case = make_case(author, SUPPORTED)
    hostile = '"><script>alert(1)</script>'
    save(worker, case, reasoning=hostile)
    add_source(worker, case, says=hostile, citation=hostile)
    body = worker.get(address(case)).content.decode()
    assert "<script>alert" not in body


def test_no_page_here_carries_inline_script_or_style():
    folder = ROOT / "templates/assessments/workspace"
    for template in folder.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r" style=|<script(?![^>]*src=)", text), template.name


def test_a_report_that_knows_of_no_evidence_is_not_shown_as_saying_otherwise(worker, author, library):
    case = make_case(author, KNOWS_OF_NONE)
    body = page(worker.get(address(case, "F2")))
    shelf = body[body.index('id="no_evidence-name"') : body.index('id="own-sources"')]
    assert "Knows of no evidence" in shelf
    assert "Says otherwise" not in shelf


def test_supporting_and_opposing_findings_are_shown_side_by_side(worker, author, second_report):
    case = make_case(author, SUPPORTED)
    body = page(worker.get(address(case)))
    assert "Ogossagou was not attacked in March 2019." in body
    assert "fact-shelves is-mixed" in body
    assert body.index('id="supports-name"') < body.index('id="contradicts-name"')


def test_a_query_is_shown_at_the_finding_it_affects(worker, author, library):
    case = make_case(author, SUPPORTED)
    shown = tree(worker.get(address(case)))
    marked = 0
    for m in found(case).supporting:
        (finding,) = elements(shown, f"#finding-{m.card.edition}-{m.card.code}")
        marks = elements(finding, ".query-mark")
        assert len(marks) == len(m.card.all_queries)
        marked += len(marks)
    assert marked

"""The page on which one material fact is assessed: what stands on it, and what may be kept."""

import html
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments import actions
from assessments.actions import locks
from assessments.answer.answer import answer
from assessments.assessing import stored_assessment
from assessments.casefile import stored_case
from assessments.memo import memo
from assessments.models import Case, ContextTaken, FactAssessment, Omission, OwnSource, Reliance, Writer
from audit.models import Entry
from coi.models import ProposedSource
from tests import ROOT
from tests.browser_post import BrowserClient
from tests.factories import make_case, returned
from tests.markup import markup as page
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

DENIES = "sikasso-kadiolo"  # F1 is contradicted, F2 supported, F3 out of scope
KNOWS_OF_NONE = "kayes-yelimane"  # F2: looked, and knows of none
SILENT = "bamako-protest"  # F2
SUPPORTED = "mopti-ogossagou"  # F1, F2, F4; F3 is out of scope


@pytest.fixture
def author(caseworker):
    return caseworker


@pytest.fixture
def worker(client, author):
    return signed_in(author, client)


@pytest.fixture
def colleague(make_user, office):
    return make_user(Role.CASEWORKER, office, "colleague")


def address(case, fact="F1", name="fact"):
    return reverse(name, args=[case.uuid, fact])


def summary(response):
    box = re.search(r'class="error-summary".*?</div>', response.content.decode(), re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", box.group())) if box else ""


def answered(case):
    read = stored_case.case_file(case, today=timezone.localdate())
    return answer(replace(read, traits=(), places=()))


def memo_of(case):
    return memo.build(answered(case), stored_assessment.assessment_of(case), memo.heading_of(case))


def found(case, fact="F1"):
    return next(f for f in answered(case).facts if f.stated.id == fact)


def typed(case, fact="F1", **fields):
    row = FactAssessment.objects.filter(case=case, fact_ident=fact).first()
    return {"version": row.version if row else 0, "outcome": "not-assessed"} | fields


def save(client, case, fact="F1", *, autosave=False, **fields):
    headers = {"X-Autosave": "1"} if autosave else {}
    return client.post(address(case, fact), typed(case, fact, **fields), headers=headers)


def written(case, fact="F1"):
    return stored_assessment.assessment_of(case).of(fact)


def omit(client, case, key, fact="F1", **fields):
    return client.post(address(case, fact, "fact-omission"), {"finding": key, "do": "omit", "version": 0} | fields)


# --- what stands on the page ------------------------------------------------------------------


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
    own = body[body.index('id="officer"') : body.index('<footer class="colophon"')]
    ticked = re.findall(r"<input[^>]*\bchecked\b[^>]*>", own)
    assert len(ticked) == 2  # "not recorded yet" and "not assessed": nothing is implied
    assert all('value=""' in each or 'value="not-assessed"' in each for each in ticked)
    assert own.count("<details") == 5  # four indicators, and the chance to explain
    own = own[own.index("</details>") :]
    assert not re.search(r"<details[^>]* open", own)


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
def test_every_position_is_said_in_words(worker, author, library, name, fact, position):
    case = make_case(author, name)
    body = page(worker.get(address(case, fact)))
    heading = body[body.index('id="position-name"') :]
    assert position in heading[: heading.index("</h2>")]
    if position.endswith(("silent", "scope")):
        assert "This is neither for nor against the fact." in body
        assert reverse("gaps", args=[case.uuid]) in body


def test_facts_are_linked_with_position_outcome_and_keys(worker, author, library):
    case = make_case(author, SUPPORTED)
    body = page(worker.get(address(case, "F2")))
    for fact in ("F1", "F2", "F3", "F4"):
        assert address(case, fact) in body
    assert re.search(rf'{re.escape(address(case, "F1"))}" rel="prev" data-shortcut="k"', body)
    assert re.search(rf'{re.escape(address(case, "F3"))}" rel="next" data-shortcut="j"', body)
    assert 'rel="next"' not in page(worker.get(address(case, "F4")))


def test_first_showing_is_recorded_and_what_the_draft_rests_on_is_kept(worker, author, library):
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


def test_what_a_changed_fact_said_before_stands_on_its_page(worker, author, library):
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


def test_queries_do_not_grow_with_findings_or_what_was_written(worker, author, library):
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
    # indicators, of which there were none, are one; which editions are current is another
    assert queries_of_the_page() <= before + 2


# --- who and when -----------------------------------------------------------------------------


def people(make_user, office, other_office):
    return {
        "colleague": make_user(Role.CASEWORKER, office, "colleague"),
        "supervisor": make_user(Role.SUPERVISOR, office, "supervisor"),
        "elsewhere": make_user(Role.SUPERVISOR, other_office, "elsewhere"),
        "coi-admin": make_user(Role.COI_ADMIN, office, "coi-admin"),
        "auditor": make_user(Role.AUDITOR, office, "auditor"),
    }


def test_every_address_answers_each_role(author, library, make_user, office, other_office):
    case = make_case(author, DENIES)
    own = OwnSource.objects.create(
        case=case, fact_ident="F1", citation="C", published="2026", says="x", bearing="supports", saved_by=author
    )
    key = found(case).opposing[0].card.key
    everybody = people(make_user, office, other_office)
    reads = [address(case)]
    edits = [reverse("own-source-new", args=[case.uuid]) + "?fact=F1", reverse("own-source", args=[case.uuid, own.pk])]
    posts = [
        (address(case), typed(case, reasoning="x")),
        (address(case, name="fact-omission"), {"finding": key, "do": "omit", "reason": "r"}),
        (address(case, name="fact-context"), {"finding": key, "do": "take"}),
        (edits[0], {"fact": "F1"}),
        (edits[1], {}),
        (reverse("own-source-remove", args=[case.uuid, own.pk]), {"version": 1}),
    ]
    stranger = BrowserClient()
    for where in [*reads, *edits]:
        assert stranger.get(where)["Location"].startswith(reverse("sign-in"))
    for where, data in posts:
        assert stranger.post(where, data)["Location"].startswith(reverse("sign-in"))
    for name, user in everybody.items():
        client = signed_in(user)
        sees = name == "supervisor"
        for where in reads:
            assert client.get(where).status_code == (200 if sees else 404), (name, where)
        for where in edits:
            assert client.get(where).status_code == (403 if sees else 404), (name, where)
        for where, data in posts:
            assert client.post(where, data).status_code == (403 if sees else 404), (name, where)
    assert not FactAssessment.objects.exists()
    assert not Omission.objects.exists()
    assert OwnSource.objects.count() == 1
    assert not Reliance.objects.exists()
    Case.objects.update(is_shared=True)
    client = signed_in(everybody["colleague"])
    assert client.get(address(case)).status_code == 200
    assert save(client, case, reasoning="Ours.").status_code == 302
    assert Writer.objects.filter(case=case, user=everybody["colleague"]).exists()


def test_a_supervisor_reads_what_was_written_without_fields_or_a_lock(worker, author, library, supervisor):
    case = make_case(author, DENIES)
    save(worker, case, reasoning="As I see it.")
    locks.let_go(case)
    client = signed_in(supervisor)
    body = page(client.get(address(case)))
    assert "As I see it." in body
    assert "<textarea" not in body
    assert "Do not rely on it" not in body
    assert "own-sources/new" not in body
    assert locks.holder(case) is None
    case.refresh_from_db()


@pytest.mark.parametrize("state", ["submitted", "in-review", "approved", "recalled", "superseded", "closed"])
def test_nothing_is_written_unless_the_state_allows_it(worker, author, library, supervisor, state):
    case = make_case(author, DENIES)
    Case.objects.update(state=state, reviewer=supervisor, closed_because="other" if state == "closed" else "")
    assert worker.get(address(case)).status_code == 200
    assert "<textarea" not in page(worker.get(address(case)))
    key = found(case).opposing[0].card.key
    new = reverse("own-source-new", args=[case.uuid])
    refused = [
        save(worker, case, reasoning="My long reasoning."),
        omit(worker, case, key, reason="My reason."),
        worker.post(address(case, name="fact-context"), {"finding": key}),
        worker.get(f"{new}?fact=F1"),
        worker.post(new, {"fact": "F1"} | SOURCE),
    ]
    assert [response.status_code for response in refused] == [409] * 5
    for response, typed_text in zip(refused, ("My long reasoning.", "My reason.", "", "", SOURCE["says"]), strict=True):
        assert "You cannot edit this case now" in page(response)
        assert typed_text in page(response)
    autosaved = save(worker, case, reasoning="x", autosave=True)
    assert autosaved.status_code == 409
    assert "cannot edit it now" in autosaved.json()["message"]
    assert not FactAssessment.objects.exists()
    assert not Omission.objects.exists()


def test_actions_hold_by_themselves(author, library, supervisor):
    case = make_case(author, DENIES)
    fact = found(case)
    from assessments.assessing import evidence
    from assessments.assessing.assessment import FactWritten

    on = evidence.pieces(fact, stored_assessment.assessment_of(case))
    with pytest.raises(actions.NotAllowed):
        actions.save_fact(case, FactWritten("F1", reasoning="x"), on, by=supervisor)
    with pytest.raises(actions.Incomplete):
        actions.save_fact(case, FactWritten("F1", outcome="accepted"), on, by=author)
    assert not FactAssessment.objects.exists()


def shared(case):
    Case.objects.update(is_shared=True)
    case.refresh_from_db()
    return case


def test_whoever_comes_second_reads_and_may_take_over_without_losing_a_word(worker, author, library, colleague):
    case = shared(make_case(author, DENIES))
    worker.get(address(case))
    second = signed_in(colleague)
    body = page(second.get(address(case)))
    assert f"{author}</strong> is editing this case" in body
    assert "<textarea" not in body
    actions.take_over(case, by=colleague)
    assert save(worker, case, reasoning="Typed before.", autosave=True).status_code == 409
    response = save(worker, case, reasoning="Typed before.")
    assert response.status_code == 409
    assert "Typed before." in page(response)
    assert "Take over and save" in page(response)
    unfinished = save(worker, case, reasoning="Typed before.", outcome="accepted")
    assert unfinished.status_code == 422
    assert "Typed before." in page(unfinished)
    assert save(worker, case, reasoning="Typed before.", **{"take-over": "1"}).status_code == 302
    assert written(case).reasoning == "Typed before."
    assert locks.holder(case) == author


# --- the officer's part -----------------------------------------------------------------------


def test_a_save_keeps_everything_and_is_recorded_without_a_word_of_it(worker, author, library):
    case = make_case(author, SUPPORTED)
    keys = [m.card.key for m in found(case).supporting]
    response = save(
        worker, case, reasoning="MARKER-reasoning", explanation_asked="given", explanation="MARKER-explained",
        internal_words="MARKER-i", external_words="MARKER-e", external_view="consistent", external_rests=keys[:2],
        plausibility_words="MARKER-p", plausibility_rests=keys[:1], detail_words="MARKER-d",
        outcome="accepted", outcome_reasons="MARKER-o",
    )  # fmt: skip
    assert response.status_code == 302
    assert response["Location"] == address(case)
    now = written(case)
    assert now.reasoning == "MARKER-reasoning"
    assert now.outcome == "accepted"
    assert now.version == 1
    assert now.indicator("external").relies_on == tuple(keys[:2])
    assert {i.indicator for i in now.indicators} == {"internal", "external", "detail", "plausibility"}
    entry = Entry.objects.get(action="assessment.save")
    assert entry.details == {"fact": "F1"}
    assert not any("MARKER" in str(e.details) for e in Entry.objects.all())
    body = page(worker.get(address(case)))
    assert body.count("MARKER-") == 7
    assert body.count('<details class="fold" id="indicator-') == 4
    assert len(re.findall(r'id="indicator-\w+" open', body)) == 4


def test_save_and_next_goes_on_to_the_next_fact(worker, author, library):
    case = make_case(author, SUPPORTED)
    assert save(worker, case, reasoning="x", then="next")["Location"] == address(case, "F2")
    last = save(worker, case, "F4", reasoning="x", then="next")
    assert last["Location"] == reverse("preview", args=[case.uuid]), "after the last one the memo is read"


def test_what_the_reviewer_said_of_a_fact_stands_on_its_page(worker, author, library, supervisor):
    case = make_case(author, DENIES)
    returned(case, by=supervisor)
    assert "Say more." in page(worker.get(address(case)))


def test_a_refused_save_is_marked_as_unsaved_for_the_script_to_keep_what_it_can(worker, author, library):
    """Else somebody who leaves the page that shows the errors would lose all that they typed."""
    case = make_case(author, SUPPORTED)
    assert "data-unsaved" not in page(worker.get(address(case)))
    response = save(worker, case, reasoning="Long.", outcome="accepted")
    assert response.status_code == 422
    assert 'data-unsaved="save"' in page(response)


def test_reasons_for_no_outcome_count_as_assessed_as_on_the_first_page(worker, author, library):
    case = make_case(author, SUPPORTED)
    save(worker, case, outcome_reasons="The interview is to go on first.")
    links = worker.get(address(case)).context["links"]
    assert [link["is_assessed"] for link in links] == [True, False, False, False]


def test_the_page_says_of_what_kind_a_fact_is_and_whose(worker, author, library):
    persons = [{"id": "P1", "relation": "principal applicant"}, {"id": "P2", "relation": "spouse"}]
    case = make_case(author, SUPPORTED, persons=persons)
    body = page(worker.get(address(case, "F4")))
    assert "Future risk" in body
    assert "<dt>Person</dt><dd><bdi>principal applicant (P1)</bdi></dd>" in body


def test_an_indicator_without_words_stays_not_assessed(worker, author, library):
    case = make_case(author, SUPPORTED)
    keys = [m.card.key for m in found(case).supporting]
    save(worker, case, plausibility_words="It fits.", plausibility_rests=keys)
    response = worker.post(address(case), typed(case, plausibility_words=" ", plausibility_rests=keys), follow=True)
    assert "Plausibility stays “not assessed”" in page(response)
    assert written(case).indicators == ()


@pytest.mark.parametrize("outcome", ["accepted", "not-accepted"])
def test_an_outcome_needs_reasons(worker, author, library, outcome):
    case = make_case(author, SUPPORTED)
    response = save(worker, case, reasoning="Kept as typed.", outcome=outcome, outcome_reasons="\u200b \n")
    assert response.status_code == 422
    assert "Write the reasons for" in summary(response)
    assert "Kept as typed." in page(response)
    assert "Error:" in page(response)
    assert not FactAssessment.objects.exists()


def test_plausibility_and_external_consistency_name_the_coi_they_rest_on(worker, author, library):
    case = make_case(author, SUPPORTED)
    response = save(worker, case, plausibility_words="Likely.", external_words="Fits.", external_view="consistent")
    assert response.status_code == 422
    assert "Select the COI that plausibility is based on" in summary(response)
    assert "Select the COI that external consistency is based on" in summary(response)
    response = save(worker, case, external_words="Fits.")
    assert "Say whether the fact is consistent or inconsistent" in summary(response)
    assert save(worker, case, external_words="Nothing on it.", external_view="open").status_code == 302


@pytest.mark.parametrize(("name", "fact"), [(SILENT, "F2"), (SUPPORTED, "F3")])
def test_silence_and_out_of_scope_are_never_inconsistency(worker, author, library, name, fact):
    case = make_case(author, name)
    context = found(case, fact).context[0].card.key
    worker.post(address(case, fact, "fact-context"), {"finding": context, "do": "take"})
    response = save(
        worker, case, fact, external_words="It says nothing.", external_view="inconsistent",
        external_rests=[context], external_expected="It would have been reported.",
    )  # fmt: skip
    assert response.status_code == 422
    assert "Silence and out of scope are neither." in summary(response)
    assert not FactAssessment.objects.exists()


def test_support_is_no_ground_of_inconsistency(worker, author, library):
    case = make_case(author, SUPPORTED)
    keys = [m.card.key for m in found(case).supporting]
    response = save(worker, case, external_words="x", external_view="inconsistent", external_rests=keys)
    assert response.status_code == 422


def test_a_contradiction_suffices_for_inconsistency(worker, author, library):
    case = make_case(author, DENIES)
    key = found(case).opposing[0].card.key
    assert save(worker, case, external_words="x", external_view="inconsistent", external_rests=[key]).status_code == 302
    assert written(case).indicator("external").view == "inconsistent"


def test_no_evidence_suffices_only_with_why_a_report_would_be_expected(worker, author, library):
    case = make_case(author, KNOWS_OF_NONE)
    fields = {"external_words": "x", "external_view": "inconsistent"}
    fields["external_rests"] = [found(case, "F2").opposing[0].card.key]
    response = save(worker, case, "F2", **fields)
    assert response.status_code == 422
    assert "a report of such an event would be expected" in summary(response)
    response = save(worker, case, "F2", **fields, external_expected="The town has reporters.")
    assert response.status_code == 302


def test_an_opposing_source_of_the_officers_own_suffices(worker, author, library):
    case = make_case(author, SILENT)
    own = add_source(worker, case, "F2", bearing="opposes")
    fields = {"external_words": "x", "external_view": "inconsistent", "external_rests": [f"own:{own.pk}"]}
    assert save(worker, case, "F2", **fields).status_code == 302


def test_not_accepted_against_opposing_coi_says_whether_the_applicant_could_explain(worker, author, library):
    case = make_case(author, DENIES)
    fields = {"outcome": "not-accepted", "outcome_reasons": "For these reasons."}
    response = save(worker, case, **fields)
    assert response.status_code == 422
    assert "Say if the applicant could explain it" in summary(response)
    assert save(worker, case, **fields, explanation_asked="not-asked").status_code == 422
    response = save(worker, case, **fields, explanation_asked="not-asked", explanation="No interview since.")
    assert response.status_code == 302
    assert save(worker, case, **fields, explanation_asked="none-given").status_code == 302
    silent = make_case(author, SILENT)
    assert save(worker, silent, "F2", **fields).status_code == 302


def test_what_the_applicant_explained_at_intake_stands_beside(worker, author, library):
    case = make_case(author, DENIES)
    case.facts.filter(ident="F1").update(explanation="He had mistaken the year.")
    assert "He had mistaken the year." in page(worker.get(address(case)))
    response = save(worker, case, explanation="Said, but not whether asked.")
    assert response.status_code == 422
    assert "Say whether the applicant was asked" in summary(response)


@pytest.mark.parametrize("bad", ["a\x00b", "a\u202eb", "x" * 20_001, "a\ue000b"])
@pytest.mark.parametrize(
    "field", ["reasoning", "internal_words", "external_expected", "outcome_reasons", "explanation"]
)
def test_bad_text_is_refused_in_words_and_kept(worker, author, library, bad, field):
    case = make_case(author, SUPPORTED)
    fields = {"reasoning": "Stays.", field: bad}
    response = save(worker, case, **fields)
    assert response.status_code == 422
    assert "text " in summary(response)
    response = save(worker, case, autosave=True, **fields)
    assert response.status_code == 422
    assert "text" in response.json()["message"]
    assert not FactAssessment.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "believed"}, {"external_view": "false"}, {"explanation_asked": "maybe"},
        {"external_words": "x", "external_view": "consistent", "external_rests": ["made-up/x"]},
        {"plausibility_words": "x", "plausibility_rests": ["own:999"]},
    ],
)  # fmt: skip
def test_what_is_not_offered_is_refused(worker, author, library, fields):
    case = make_case(author, SUPPORTED)
    assert save(worker, case, **fields).status_code == 422
    assert not FactAssessment.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "1_0", "٣", "9" * 40])
def test_a_token_that_is_none_is_stale_or_new_never_an_error(worker, author, library, version):
    case = make_case(author, SUPPORTED)
    save(worker, case, reasoning="First.")
    response = worker.post(address(case), {"version": version, "reasoning": "Second.", "outcome": "not-assessed"})
    assert response.status_code == 409
    assert written(case).reasoning == "First."


# --- as one types -----------------------------------------------------------------------------


def test_autosave_keeps_text_and_says_what_is_held_back(worker, author, library):
    case = make_case(author, SUPPORTED)
    keys = [m.card.key for m in found(case).supporting]
    answer = save(
        worker, case, autosave=True, reasoning="Half a sen", outcome="not-accepted",
        external_words="Not yet", external_view="inconsistent", external_rests=keys,
    )  # fmt: skip
    assert answer.status_code == 200
    said = answer.json()
    assert said["version"] == 1
    assert said["saved"]
    assert "The outcome is not saved yet" in said["note"]
    assert "“Inconsistent with the COI” is not saved yet" in said["note"]
    now = written(case)
    assert now.reasoning == "Half a sen"
    assert now.outcome == "not-assessed"
    assert now.indicator("external").view == ""
    assert now.indicator("external").words == "Not yet"
    said = save(worker, case, autosave=True, outcome="accepted", outcome_reasons="Because.").json()
    assert said["note"] == ""
    assert said["version"] == 2
    assert written(case).outcome == "accepted"
    assert Entry.objects.filter(action="assessment.save").count() == 1


def test_autosave_holds_a_negative_back_until_the_applicant_could_explain(worker, author, library):
    case = make_case(author, DENIES)
    fields = {"outcome": "not-accepted", "outcome_reasons": "Because."}
    assert "could explain it" in save(worker, case, autosave=True, **fields).json()["note"]
    assert written(case).outcome == "not-assessed"
    assert written(case).outcome_reasons == "Because."
    save(worker, case, autosave=True, **fields, explanation_asked="none-given")
    assert written(case).outcome == "not-accepted"


def test_a_stale_autosave_is_refused_and_a_repeated_one_is_not(worker, author, library, colleague):
    case = make_case(author, SUPPORTED)
    Case.objects.update(is_shared=True)
    save(worker, case, reasoning="Mine.", autosave=True)
    again = save(worker, case, reasoning="Mine.", autosave=True, version=0)  # its answer was lost
    assert again.status_code == 200
    assert again.json()["version"] == 1
    stale = save(worker, case, reasoning="Mine, older.", autosave=True, version=0)
    assert stale.status_code == 409
    assert stale.json()["message"]
    assert written(case).reasoning == "Mine."


# --- two people -------------------------------------------------------------------------------


@pytest.fixture
def stale(worker, author, library, colleague):
    """Both opened it blank; the colleague saved first."""
    case = make_case(author, SUPPORTED)
    Case.objects.update(is_shared=True)
    other = signed_in(colleague)
    save(other, case, reasoning="Theirs.", internal_words="Only theirs.", outcome="accepted", outcome_reasons="R.")
    locks.let_go(case)
    return case


def test_a_stale_save_shows_both_texts_and_loses_neither(worker, stale, colleague):
    response = save(worker, stale, version=0, reasoning="Mine.", detail_words="Only mine.")
    body = page(response)
    assert response.status_code == 409
    for text in ("Mine.", "Theirs.", "Only theirs.", "Only mine.", "Accepted", "Not assessed", str(colleague)):
        assert text in body
    assert "checked" not in body[body.index("<form method") : body.index("</main>")].replace("unchecked", "")
    assert written(stale).reasoning == "Theirs."


MINE = {"reasoning": "Mine.", "detail_words": "Only mine.", "outcome": "not-assessed", "resolve": "1"}


def test_each_difference_is_settled_one_by_one(worker, stale):
    picks = {
        "pick-reasoning": "merged", "merged-reasoning": "Theirs, then mine.", "pick-internal_words": "theirs",
        "pick-detail_words": "mine", "pick-outcome": "theirs", "pick-outcome_reasons": "theirs",
    }  # fmt: skip
    assert worker.post(address(stale), {"version": 1} | MINE | picks).status_code == 302
    now = written(stale)
    assert (now.reasoning, now.outcome, now.outcome_reasons) == ("Theirs, then mine.", "accepted", "R.")
    assert now.indicator("internal").words == "Only theirs."
    assert now.indicator("detail").words == "Only mine."


def test_a_difference_that_is_not_settled_is_asked_again(worker, stale):
    typed_so_far = {"pick-reasoning": "merged", "merged-reasoning": "Merged so far."}
    response = worker.post(address(stale), {"version": 1} | MINE | typed_so_far)
    assert "Merged so far." in page(response)
    assert re.search(r'name="pick-reasoning" value="merged" checked', page(response))
    assert response.status_code == 409
    assert "choose which text to keep" in summary(response)
    assert written(stale).reasoning == "Theirs."
    moved_on = worker.post(address(stale), {"version": 0} | MINE | {"pick-reasoning": "mine"})
    assert moved_on.status_code == 409
    assert written(stale).reasoning == "Theirs."


# --- reasoning used twice ---------------------------------------------------------------------

LONG = (
    "The applicant described the night of the attack in order, named the quarter in which the fire began, and could "
    "say which of the neighbours had fled to the well; the report tells of the same night and of the same quarter."
)


def test_pasted_reasoning_is_pointed_out_and_kept(worker, author, library):
    case = make_case(author, SUPPORTED)
    save(worker, case, "F1", reasoning=LONG)
    assert save(worker, case, "F2", reasoning=LONG + " Also here.").status_code == 302
    assert "largely the same as on F1" in page(worker.get(address(case, "F2")))
    save(
        worker,
        case,
        "F3",
        reasoning="Something else entirely, about the road to the market and who held it then, in few words.",
    )
    assert "largely the same" not in page(worker.get(address(case, "F3")))
    response = worker.post(address(case, "F3"), typed(case, "F3", reasoning=LONG, then="next"), follow=True)
    assert "The reasoning on F3 is largely the same as on F1, F2" in page(response)


def test_short_reasoning_may_be_alike_and_long_ones_are_compared_quickly(worker, author, library):
    case = make_case(author, SUPPORTED)
    save(worker, case, "F1", reasoning="The COI supports it.")
    save(worker, case, "F2", reasoning="The COI supports it.")
    assert "largely the same" not in page(worker.get(address(case, "F2")))
    from assessments.assessing.assessment import Assessment, FactWritten
    from assessments.assessing.evidence import facts_with_same_reasoning

    many = Assessment(facts=tuple(FactWritten(f"F{n}", reasoning=f"{n} " + "a b " * 4500) for n in range(4)))
    assert facts_with_same_reasoning(many, "F0") == ("F1", "F2", "F3")


# --- findings that are not relied on ----------------------------------------------------------


def on_both(case: Case) -> str:
    """A finding that counts for F1 and for F2."""
    first, second = (found(case, fact) for fact in ("F1", "F2"))
    both = {m.card.key for m in first.supporting} & {m.card.key for m in second.supporting}
    return min(both)


def omitted_on(client, case: Case, fact: str) -> str:
    """What stands under "Considered, not relied on" on the page of a fact."""
    _before, _heading, after = page(client.get(address(case, fact))).partition("Considered, not relied on</h2>")
    return after.partition("</section>")[0]


def test_an_omission_needs_a_reason_and_holds_for_one_fact(worker, author, library):
    fact = {"place": "Mopti", "from": "2019", "event": "attack-on-village", "statement": "They came."}
    case = make_case(author, material_facts=[fact | {"id": "F1"}, fact | {"id": "F2", "statement": "They came again."}])
    key = on_both(case)
    response = omit(worker, case, key, reason=" \u200b")
    assert response.status_code == 422
    assert "Write why you do not rely on the finding" in summary(response)
    response = omit(worker, case, key, reason="MARKER: it tells of another hamlet.\r\n\r\nOf no other.")
    assert response.status_code == 302
    assert response["Location"].startswith(address(case))
    assert "MARKER: it tells of another hamlet." in omitted_on(worker, case, "F1")
    assert not omitted_on(worker, case, "F2")
    omissions = [list(part.omissions) for part in memo_of(case).facts]
    assert omissions == [[key], []]
    assert dict(Reliance.objects.exclude(fact_ident="").filter(finding=key).values_list("fact_ident", "omitted")) == {
        "F1": True,
        "F2": False,
    }
    assert Entry.objects.get(action="finding.omit").details == {"fact": "F1", "finding": key}

    omit(worker, case, key, "F2", reason="Of F2 it says less.")
    worker.post(address(case, "F1", "fact-omission"), {"finding": key, "do": "rely"})
    assert [(o.fact_ident, o.reason) for o in Omission.objects.all()] == [("F2", "Of F2 it says less.")]
    assert not omitted_on(worker, case, "F1")
    assert "Of F2 it says less." in omitted_on(worker, case, "F2")


def test_a_position_says_when_nothing_behind_it_is_relied_on(worker, author, library):
    """On the fact's page, in the lists of facts, on the page of submission and in the memo and its contents."""
    case = make_case(author, SUPPORTED)
    supporting = found(case).supporting
    for n, m in enumerate(supporting, 1):
        omit(worker, case, m.card.key, reason="It tells of another hamlet.")
        is_last = n == len(supporting)
        part = memo_of(case).facts[0]
        assert part.position_words.endswith(", not relied on") == is_last
        assert f"{n} finding" in part.origins_words
        assert "not relied on and not counted" in part.origins_words
        assert len(part.supporting) == len(supporting) - n
    assert part.origins.least == 0
    for name in ("fact", "case-matches", "submit", "preview"):
        url = address(case) if name == "fact" else reverse(name, args=[case.uuid])
        assert "Supports, not relied on" in page(worker.get(url)), name
    # the other facts keep theirs
    assert all("not relied on" not in part.position_words for part in memo_of(case).facts[1:])


def test_the_reason_can_be_changed_and_a_stale_change_shows_both(worker, author, library):
    case = make_case(author, DENIES)
    key = found(case).opposing[0].card.key
    omit(worker, case, key, reason="First.")
    assert omit(worker, case, key, reason="Second.", version=1).status_code == 302
    response = omit(worker, case, key, reason="From an old page.", version=1)
    body = page(response)
    assert response.status_code == 409
    assert "It reads: “Second.”" in body
    assert "From an old page." in body
    assert Omission.objects.get().reason == "Second."
    assert 'name="version" value="2"' in body
    assert omit(worker, case, key, reason="From an old page.", version=2).status_code == 302


@pytest.mark.parametrize("key", ["", "made-up/x", "\x00", "x" * 5000])
def test_only_what_supports_or_opposes_is_taken_out(worker, author, library, key):
    case = make_case(author, SUPPORTED)
    assert omit(worker, case, key, reason="r").status_code == 422
    context = found(case).context[0].card.key
    everywhere = {m.card.key for f in answered(case).facts for m in f.supporting + f.opposing}
    if context not in everywhere:
        assert omit(worker, case, context, reason="r").status_code == 422
    assert not Omission.objects.exists()


@pytest.mark.parametrize("bad", ["a\x00b", "a\u202eb", "x" * 20_001])
def test_a_bad_reason_is_refused_in_words(worker, author, library, bad):
    case = make_case(author, DENIES)
    response = omit(worker, case, found(case).opposing[0].card.key, reason=bad)
    assert response.status_code == 422
    assert "text " in summary(response)
    assert not Omission.objects.exists()


def test_an_omitted_finding_is_named_by_no_indicator(worker, author, library):
    case = make_case(author, DENIES)
    key = found(case).opposing[0].card.key
    fields = {"external_words": "x", "external_view": "inconsistent", "external_rests": [key]}
    save(worker, case, **fields)
    response = omit(worker, case, key, reason="r")
    assert response.status_code == 422
    assert "The assessment of F1 names it as the ground of external inconsistency" in summary(response)
    save(worker, case, external_words="x", external_view="open")
    assert omit(worker, case, key, reason="r").status_code == 302
    response = save(worker, case, **fields)
    assert response.status_code == 422
    assert "no longer relied on" in summary(response)


def test_an_omission_is_refused_while_somebody_else_holds_the_case(worker, author, library, colleague):
    case = shared(make_case(author, DENIES))
    actions.take_over(case, by=colleague)
    key = found(case).opposing[0].card.key
    response = omit(worker, case, key, reason="Typed while held.")
    assert response.status_code == 409
    assert not Omission.objects.exists()
    assert "Typed while held." in page(response)
    again = omit(worker, case, key, reason="Typed while held.", **{"take-over": "1"})
    assert again.status_code == 302
    assert Omission.objects.get().reason == "Typed while held."


# --- context ----------------------------------------------------------------------------------


def test_context_comes_and_goes_freely(worker, author, library):
    case = make_case(author, SUPPORTED)
    card = found(case).context[0].card
    take = {"finding": card.key, "do": "take"}
    assert worker.post(address(case, name="fact-context"), take).status_code == 302
    assert worker.post(address(case, name="fact-context"), take).status_code == 302
    assert ContextTaken.objects.get().finding == card.key
    body = page(worker.get(address(case)))
    assert body.index("Added to the memo") < body.index(card.statement)
    worker.post(address(case, name="fact-context"), {"finding": card.key, "do": "drop"})
    assert not ContextTaken.objects.exists()
    before = Entry.objects.count()
    for where in ("fact-context", "fact-omission"):
        worker.post(address(case, name=where), {"finding": "MARKER", "do": "drop" if "context" in where else "rely"})
    assert Entry.objects.count() == before  # what is not there is not recorded as taken away
    for key in ("made-up/x", found(case).supporting[0].card.key):
        assert worker.post(address(case, name="fact-context"), {"finding": key}).status_code == 422
    assert worker.get(address(case, name="fact-context")).status_code == 405


def test_context_is_folded_by_what_keeps_it_from_counting(worker, author, library):
    case = make_case(author, SUPPORTED)
    body = page(worker.get(address(case)))
    context = body[body.index('id="context-name"') : body.index('id="own"')]
    assert context.count('<details class="fold"') == len(found(case).context_groups)
    assert not re.search(r'<details class="fold"[^>]* open', context)


# --- own sources ------------------------------------------------------------------------------

SOURCE = {
    "citation": "Somebody, Report on the region, 2026, p. 4", "published": "2026-05", "url": "https://example.org/r",
    "says": "The village was attacked.", "bearing": "supports",
}  # fmt: skip


def add_source(client, case, fact="F1", **fields):
    response = client.post(reverse("own-source-new", args=[case.uuid]), {"fact": fact} | SOURCE | fields)
    assert response.status_code == 302, summary(response)
    return OwnSource.objects.latest("pk")


def test_an_own_source_stands_as_the_officers_and_is_proposed_without_the_case(worker, author, library):
    case = make_case(author, SUPPORTED)
    own = add_source(worker, case)
    assert (own.fact_ident, own.published, own.version) == ("F1", "2026-05", 1)
    proposed = ProposedSource.objects.get()
    assert (proposed.country, proposed.citation, proposed.proposed_by) == ("ML", SOURCE["citation"], author)
    names = {f.name for f in ProposedSource._meta.get_fields()}
    assert not names & {"case", "fact", "fact_ident", "reference"}
    body = page(worker.get(address(case)))
    assert "Added by the officer, not from the library" in body
    assert SOURCE["says"] in body
    assert not any("Somebody" in str(e.details) for e in Entry.objects.all())
    assert Entry.objects.filter(action="own-source.add", details={"fact": "F1"}).count() == 1
    body = page(worker.get(address(case, "F2")))
    assert SOURCE["says"] not in body


def test_an_own_source_on_a_proposed_place(worker, author, library):
    case = make_case(author, SUPPORTED)
    place = case.places.select_related("place").get(role="relocation").place.code
    new = reverse("own-source-new", args=[case.uuid])
    assert "speaks for it" in page(worker.get(f"{new}?place=1")).lower()
    response = worker.post(new, {"place": place} | SOURCE)
    assert response["Location"] == reverse("relocation", args=[case.uuid])
    own = OwnSource.objects.get()
    assert (own.fact_ident, own.place) == ("", place)
    for query in ("", "?fact=F99", "?place=nowhere", "?place=2", f"?place={place}", "?fact=F1&place=1", "?fact=%00"):
        assert worker.get(new + query).status_code == 404


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"citation": ""}, "Write the citation"),
        ({"says": "\u200b"}, "Write what the source says"),
        ({"bearing": ""}, "Say whether it supports"),
        ({"bearing": "proves"}, "choose one of"),
        ({"published": ""}, "at least its year"),
        ({"published": "05/11/2026"}, "5 November 2026 or 11 May 2026"),
        ({"published": "1445"}, "years from 1900 to 2100"),
        ({"published": "2026-02-30"}, "is not a date"),
        ({"published": "2026-12"}, "lies in the future"),
        ({"published": "2099"}, "lies in the future"),
        ({"url": "javascript:alert(1)"}, "must begin with https"),
        ({"url": "ftp://example.org/x"}, "must begin with https"),
        ({"url": "https://" + "x" * 1000 + ".org"}, "At most"),
        ({"citation": "a\u202eb"}, "cannot be shown"),
        ({"says": "a\x00b"}, "cannot be shown"),
        ({"citation": "x" * 2001}, "At most"),
    ],
)
def test_a_bad_own_source_is_refused_in_words_and_kept(worker, author, library, fields, message, monkeypatch):
    case = make_case(author, SUPPORTED)
    response = worker.post(reverse("own-source-new", args=[case.uuid]), {"fact": "F1"} | SOURCE | fields)
    assert response.status_code == 422
    assert message in summary(response)
    if "says" not in fields:
        assert SOURCE["says"] in page(response)
    assert not OwnSource.objects.exists()
    assert not ProposedSource.objects.exists()


def test_an_own_source_is_changed_and_the_proposal_stays(worker, author, library):
    case = make_case(author, SUPPORTED)
    own = add_source(worker, case)
    where = reverse("own-source", args=[case.uuid, own.pk])
    assert SOURCE["says"] in page(worker.get(where))
    changed = SOURCE | {"says": "It was attacked twice.", "published": "11.5.2026", "version": 1}
    assert worker.post(where, changed).status_code == 302
    own.refresh_from_db()
    assert (own.says, own.published, own.version) == ("It was attacked twice.", "2026-05-11", 2)
    assert ProposedSource.objects.get().says == SOURCE["says"]
    response = worker.post(where, SOURCE | {"says": "From an old page.", "version": 1})
    assert response.status_code == 409
    assert "It was attacked twice." in page(response)
    assert "From an old page." in page(response)
    picks = {"resolve": "1", "version": 2, "pick-says": "mine", "pick-published": "theirs"}
    assert worker.post(where, SOURCE | {"says": "From an old page."} | picks).status_code == 302
    own.refresh_from_db()
    assert (own.says, own.published) == ("From an old page.", "2026-05-11")


def test_an_own_source_is_taken_out_unless_inconsistency_rests_on_it(worker, author, library):
    case = make_case(author, SILENT)
    own = add_source(worker, case, "F2", bearing="opposes")
    remove = reverse("own-source-remove", args=[case.uuid, own.pk])
    save(worker, case, "F2", external_words="x", external_view="inconsistent", external_rests=[f"own:{own.pk}"])
    assert worker.post(remove, {"version": 1}).status_code == 422
    where = reverse("own-source", args=[case.uuid, own.pk])
    assert worker.post(where, SOURCE | {"bearing": "supports", "version": 1}).status_code == 422
    save(worker, case, "F2", external_words="x", external_view="open")
    assert worker.post(remove, {"version": 0}).status_code == 409
    assert worker.post(remove, {"version": 1}).status_code == 302
    assert not OwnSource.objects.exists()
    assert ProposedSource.objects.count() == 1
    assert worker.post(remove, {"version": 1}).status_code == 404
    assert worker.get(remove).status_code == 405


def test_an_own_source_of_another_case_does_not_exist_here(worker, author, library):
    case, other = make_case(author, SUPPORTED), make_case(author, SILENT)
    own = add_source(worker, other)
    for name in ("own-source", "own-source-remove"):
        assert worker.post(reverse(name, args=[case.uuid, own.pk]), SOURCE).status_code == 404


def test_where_the_record_cannot_be_written_nothing_is(worker, author, library, monkeypatch):
    case = make_case(author, DENIES)
    worker.get(address(case))
    key = found(case).opposing[0].card.key

    def broken(*args, **kwargs):
        raise RuntimeError("the record cannot be written")

    monkeypatch.setattr("assessments.actions.writing.record", broken)
    monkeypatch.setattr("assessments.actions.assess.record_once", broken)
    for act in (
        lambda: save(worker, case, reasoning="x"),
        lambda: save(worker, case, reasoning="x", autosave=True),
        lambda: omit(worker, case, key, reason="r"),
        lambda: add_source(worker, case),
    ):
        with pytest.raises(RuntimeError):
            act()
    assert not FactAssessment.objects.exists()
    assert not Omission.objects.exists()
    assert not OwnSource.objects.exists()
    assert not ProposedSource.objects.exists()


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


def test_a_report_that_knows_of_none_is_not_shown_as_pointing_the_other_way(worker, author, library):
    case = make_case(author, KNOWS_OF_NONE)
    body = page(worker.get(address(case, "F2")))
    shelf = body[body.index('id="no_evidence-name"') : body.index('id="own-sources"')]
    assert "Knows of no evidence" in shelf
    assert "Says otherwise" not in shelf


def test_support_and_contradiction_stand_side_by_side(worker, author, second_report):
    case = make_case(author, SUPPORTED)
    body = page(worker.get(address(case)))
    assert "Ogossagou was not attacked in March 2019." in body
    assert "fact-shelves is-mixed" in body
    assert body.index('id="supports-name"') < body.index('id="contradicts-name"')

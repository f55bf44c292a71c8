"""Findings that are not relied on, and context added to the memo."""

import pytest
from django.urls import reverse

from assessments import actions
from assessments.assessing import stored_assessment
from assessments.assessing.fact_reliance import count_origins
from assessments.memo import memo
from assessments.memo.heading import heading_of
from assessments.models import Case, ContextTaken, Omission, Reliance
from audit.models import Entry
from tests.assessments.pages.workspace.fact_pages import (
    DENIES,
    SUPPORTED,
    address,
    answered,
    found,
    omit,
    save,
    shared,
    summary,
)
from tests.factories import make_case
from tests.markup import elements
from tests.markup import markup as page

pytestmark = pytest.mark.django_db


def memo_of(case):
    return memo.build(answered(case), stored_assessment.assessment_of(case), heading_of(case))


# --- findings that are not relied on ----------------------------------------------------------


def on_both(case: Case) -> str:
    """Return a finding that supports or opposes both F1 and F2."""
    first, second = (found(case, fact) for fact in ("F1", "F2"))
    both = {m.card.key for m in first.supporting} & {m.card.key for m in second.supporting}
    return min(both)


def omitted_on(client, case: Case, fact: str) -> str:
    """Return the text under "Considered, not relied on" on the page of a fact."""
    _before, _heading, after = page(client.get(address(case, fact))).partition("Considered, not relied on</h2>")
    return after.partition("</section>")[0]


def test_an_omission_needs_a_reason_and_applies_to_one_fact(worker, author, library):
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
    """On the fact's page, in lists of facts, on the page of submission, in the memo and its contents."""
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
    assert count_origins(part.supporting).least == 0
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
    assert "It is: “Second.”" in body
    assert "From an old page." in body
    assert Omission.objects.get().reason == "Second."
    assert 'name="version" value="2"' in body
    assert omit(worker, case, key, reason="From an old page.", version=2).status_code == 302


@pytest.mark.parametrize("key", ["", "made-up/x", "\x00", "x" * 5000])
def test_only_supporting_or_opposing_findings_can_be_omitted(worker, author, library, key):
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
    assert "The assessment of F1 gives this as the reason for external inconsistency" in summary(response)
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


def test_context_is_added_and_removed_freely(worker, author, library):
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
    assert Entry.objects.count() == before  # removing something that is not there is not recorded
    for key in ("made-up/x", found(case).supporting[0].card.key):
        assert worker.post(address(case, name="fact-context"), {"finding": key}).status_code == 422
    assert worker.get(address(case, name="fact-context")).status_code == 405


def test_context_is_folded_by_the_failed_question(worker, author, library):
    case = make_case(author, SUPPORTED)
    folds = elements(worker.get(address(case)), "section[aria-labelledby='context-name'] details.fold")
    assert len(folds) == len(found(case).context_groups)
    assert not any("open" in fold.attrib for fold in folds)

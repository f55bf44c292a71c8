"""Parts of a finding that a process renders once: the same as rendered anew, with the ids of their page."""

from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from coi.library.cited_findings import finding_cards
from coi.library.finding_values import findings_with_everything
from coi.models import Finding
from coi.templatetags import finding_parts

pytestmark = pytest.mark.django_db
TEXT, NOTES = "coi/library/finding_text.html", "coi/library/finding_notes.html"


@pytest.fixture
def cards(library):
    return finding_cards(findings_with_everything(Finding.objects.all()))


def test_a_kept_part_is_what_its_template_gives(cards):
    assert any(card.denies for card in cards)
    for _time in range(2):
        for card in cards[:60]:
            for id in (f"F1-{card.code}", card.code):
                assert finding_parts.finding_text(card, id) == render_to_string(TEXT, {"card": card, "id": id})
                notes = {"id": id, "notes": card.footnotes}
                assert finding_parts.finding_notes(card.footnotes, id) == render_to_string(NOTES, notes)


def test_the_statement_is_marked_only_where_it_is_asked_for(cards):
    assert "<mark>" in finding_parts.finding_text(cards[0], "x", is_marked=True)
    assert "<mark>" not in finding_parts.finding_text(cards[0], "x")


def test_a_note_that_the_page_has_in_full_above_links_there(cards):
    notes = tuple({note.number: note for card in cards for note in card.footnotes}.values())[:3]
    for start in ("first", "second"):
        above = {notes[1].number: start, -1: "of-another-finding"}
        shown = finding_parts.finding_notes(notes, "x", above)
        assert shown == render_to_string(NOTES, {"id": "x", "notes": notes, "full_above": above})
        assert f'href="#{start}-n{notes[1].number}"' in shown


def test_another_statement_or_another_link_is_another_part(cards):
    card = next(card for card in cards if card.actor_codes)
    assert "Other words." in finding_parts.finding_text(replace(card, statement="Other words."), card.code)
    assert card.statement not in finding_parts.finding_text(replace(card, statement="Other words."), card.code)
    linked, plain = finding_parts.finding_scope(card), finding_parts.finding_scope(replace(card, actor_codes=()))
    assert "<a href" in linked
    assert "<a href" not in plain


def test_ids_are_escaped_as_in_every_template(cards):
    assert "<b>" not in finding_parts.finding_text(cards[0], '"><b>')

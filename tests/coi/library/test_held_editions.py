"""Editions in memory: always current, the same answer as row by row, and within the memory limit."""

import hashlib
import itertools
import json
import zlib
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from assessments.answer.answer import answer
from assessments.casefile import reader
from coi import gazetteer as places
from coi.library import compiled_editions, held_editions, lookup, plain_values, region_sheets, word_trees
from coi.library.edition_values import Key, Sought
from coi.library.held_editions import Reading
from coi.memory import Memory, memory
from coi.models import (
    EDITIONS,
    LIBRARY,
    Actor,
    ContentStamp,
    Edition,
    EventKind,
    Finding,
    FindingKey,
    Originator,
    Place,
    Publication,
    Trait,
    stamp_triggers,
    stamps,
    subject_of,
)
from coi.models.parts import CONTENT
from coi.models.stamp_triggers import _SHARED, _with_relations
from coi.moment import one_moment
from matching.facts import MaterialFact
from matching.periods import Period
from tests import ROOT, factories

pytestmark = pytest.mark.django_db

DEMO = sorted((ROOT / "fixtures/demo").glob("*.json"))
DAY = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def nothing_held():
    memory.clear()


@pytest.fixture
def edition(library) -> Edition:
    return Edition.objects.get(code="sem-mali-2021-04")


def row_by_row(editions, settings) -> Reading:
    settings.COI_FINDINGS_IN_MEMORY = 0
    reading = lookup.read(editions)
    assert not reading._held
    settings.COI_FINDINGS_IN_MEMORY = 20_000
    return reading


@pytest.fixture
def compiled(monkeypatch):
    """Return compiled(editions), which reads their content only from their compiled rows."""

    def read(editions) -> Reading:
        for each in editions:
            held_editions.compile_edition(each)
        memory.clear()
        with monkeypatch.context() as patched:
            patched.setattr(held_editions, "_read", lambda edition: pytest.fail("read row by row"))
            reading = lookup.read(editions)
        assert len(reading._held) == len(editions)
        return reading

    return read


# --- the same answer in each way ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=() if path.stem == "mopti-ogossagou" else pytest.mark.slow)
        for path in DEMO
    ],
)
def test_a_case_has_the_same_answer_in_memory_compiled_and_row_by_row(path, library, settings, compiled):
    case = reader.read(json.loads(path.read_text()), today=DAY)
    in_memory = answer(case)
    compiled(lookup.current_editions())
    assert answer(case) == in_memory
    settings.COI_FINDINGS_IN_MEMORY = 0
    assert answer(case) == in_memory
    assert in_memory.editions


@pytest.mark.slow
def test_candidates_are_the_same_for_facts_of_every_kind(edition, settings, monkeypatch, compiled):
    made = factories.second_report()
    editions = [edition, made, factories.copied(edition, code="a-draft", label="A draft")]
    held, rows, one_row = lookup.read(editions), row_by_row(editions, settings), compiled([edition, made])
    assert len(held._held) == 2
    one_row._by_row = held._by_row  # the draft
    where = [
        places.resolve(name, country="ML").value
        for name in ("Ogossagou, Mopti", "Gao region", "Bamako", "Kayes region")
    ]
    events = list(EventKind.objects.order_by("code").values_list("code", flat=True))[::4]
    times = [Period.parse("2019-03-23", "2019-03-23"), Period.parse("2012", "2020"), Period()]
    cut = set()
    for n, (place, event, period) in enumerate(itertools.product(where, events, times)):
        fact = MaterialFact(f"F{n}", place, event, period)
        monkeypatch.setattr(lookup, "CONTEXT_LIMIT", (4, 300)[n % 2])  # so that some are cut
        found = lookup.candidates(fact, held)
        assert found == lookup.candidates(fact, rows) == lookup.candidates(fact, one_row), fact
        cut.add(found.context_is_cut)
    assert cut == {True, False}


@pytest.mark.slow
def test_sheets_targets_and_cards_are_the_same(edition, settings, compiled):
    editions = [edition, factories.second_report()]
    rows = row_by_row(editions, settings)
    for held in (lookup.read(editions), compiled(editions)):
        _are_the_same(edition, held, rows)
        memory.clear()


def _are_the_same(edition, held, rows):
    for code in ("ML-5", "ML-7", "ML-BKO"):
        assert region_sheets.region_sheet(code, held) == region_sheets._region_sheet(code, rows)
    for trait in Trait.objects.values_list("code", flat=True):
        assert lookup.naming_targets([trait], held) == lookup.naming_targets([trait], rows)
    keys = [f"{edition.code}/{code}" for code in edition.findings.values_list("code", flat=True)]
    assert held.cards_by_key([*keys, "nothing/of-it"]) == rows.cards_by_key([*keys, "nothing/of-it"])
    assert held.place_names() == rows.place_names()
    assert held.frames == rows.frames


# --- always current ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", _with_relations(*CONTENT), ids=lambda model: model._meta.db_table)
def test_a_changed_row_renews_the_stamp_of_its_edition(model, edition):
    row = model._default_manager.first() or _one_of_the_list(model)
    before = stamps([edition])
    model._default_manager.filter(pk=row.pk).update(**{row._meta.pk.attname: row.pk})
    after = stamps([edition])
    assert after[subject_of(edition)] != before[subject_of(edition)]
    assert after[LIBRARY] == before[LIBRARY]


def _one_of_the_list(model):
    """Return a row of a list that the note leaves empty."""
    first, second = (f for f in model._meta.fields if f.is_relation)
    pair = {f.attname: f.related_model._default_manager.first().pk for f in (first, second)}
    return model._default_manager.create(**pair)


@pytest.mark.parametrize("model", _with_relations(*_SHARED), ids=lambda model: model._meta.db_table)
def test_a_changed_word_or_place_renews_the_stamp_that_all_editions_share(model, edition):
    row = model._default_manager.first() or _one_of_the_list(model)
    before = stamps([edition])
    model._default_manager.filter(pk=row.pk).update(**{row._meta.pk.attname: row.pk})
    after = stamps([edition])
    assert after[LIBRARY] != before[LIBRARY]
    assert after[subject_of(edition)] == before[subject_of(edition)]


def test_a_row_that_is_added_or_removed_renews_the_stamp(edition):
    seen = [stamps([edition])]
    link = Finding.places.through._default_manager
    row = link.first()
    link.filter(pk=row.pk).delete()
    seen.append(stamps([edition]))
    link.bulk_create([Finding.places.through(finding_id=row.finding_id, place_id=row.place_id)])
    seen.append(stamps([edition]))
    Originator.objects.create(code="somebody", name="Somebody")
    seen.append(stamps([edition]))
    Originator.objects.filter(code="somebody").delete()
    seen.append(stamps([edition]))
    assert len({tuple(sorted(each.items())) for each in seen}) == len(seen)


def test_the_database_is_believed_and_not_the_memory(edition):
    key = f"{edition.code}/mop-20"
    assert lookup.cards_by_key([key])[key].statement != "Changed."
    Finding.objects.filter(edition=edition, code="mop-20").update(statement="Changed.")
    assert lookup.cards_by_key([key])[key].statement == "Changed."
    Place.objects.filter(code="ML-5").update(name="Mopti, renamed")
    assert region_sheets.region_sheet("ML-5", lookup.read([edition])).name == "Mopti, renamed"
    assert places.area_names()["ML-5"] == "Mopti, renamed"
    Actor.objects.filter(code="jnim").update(parent=None)
    assert word_trees.vocabulary().actors.parents["jnim"] is None


def test_rolled_back_changes_are_forgotten(edition):
    key = f"{edition.code}/mop-20"
    before = lookup.cards_by_key([key])
    with transaction.atomic():
        Finding.objects.filter(edition=edition, code="mop-20").update(statement="Never.")
        assert lookup.cards_by_key([key])[key].statement == "Never."
        transaction.set_rollback(True)
    assert lookup.cards_by_key([key]) == before


def test_a_draft_has_no_stamp_and_is_read_each_time(edition):
    draft = factories.copied(edition, code="a-draft", label="A draft")
    assert subject_of(draft) not in stamps([draft])
    code = draft.findings.values_list("code", flat=True)[0]
    lookup.read([draft]).cards_by_key([f"a-draft/{code}"])
    draft.findings.filter(code=code).update(statement="Worked on.")
    assert lookup.read([draft]).cards_by_key([f"a-draft/{code}"])[f"a-draft/{code}"].statement == "Worked on."


def test_publishing_gives_a_stamp_and_the_findings_are_there_at_once(edition):
    made = factories.second_report()
    assert subject_of(made) in stamps([made])
    assert made.code in lookup.read(lookup.current_editions("ML"))._held
    assert lookup.read([made]).findings(
        *(Sought(aspect, frozenset({("ML-5", True), ("ML-5", False)})) for aspect in ("scope", "denies"))
    )


def test_rebuilt_keys_are_read_again(edition):
    before = stamps([edition])
    lookup.rebuild_keys(edition)
    assert stamps([edition])[subject_of(edition)] != before[subject_of(edition)]


def test_keys_are_the_same_however_many_findings_are_read_at_once(edition, monkeypatch):
    def keys():
        columns = ("finding_id", "aspect", "place__code", "here", "event", "year_from", "year_to")
        return sorted(FindingKey.objects.filter(edition=edition).values_list(*columns))

    before = keys()
    monkeypatch.setattr(lookup, "FINDINGS_AT_ONCE", 7)
    lookup.rebuild_keys(edition)
    assert keys() == before
    assert len(before) == len(set(before)) > edition.findings.count()
    assert {"scope", "denies"} == {aspect for _pk, aspect, *_more in before}


def test_check_coi_names_a_trigger_that_the_database_lacks(edition):
    call_command("check_coi", stdout=StringIO())
    on = " ON coi_finding" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER stamp_coi_finding_update{on}")
    with pytest.raises(CommandError, match="lacks the trigger stamp_coi_finding_update, so pages may show"):
        call_command("check_coi", stdout=StringIO())
    stamp_triggers.install()
    assert stamp_triggers.missing() == []


def test_a_publication_and_its_end_renew_the_list_of_editions(edition):
    seen = [stamps()[EDITIONS]]
    assert [each.code for each in lookup.editions_on(["ML"])] == [edition.code]
    made = factories.second_report()
    seen.append(stamps()[EDITIONS])
    assert {each.code for each in lookup.editions_on(["ML", "NE"])} == {edition.code, made.code}
    Publication.objects.filter(edition=edition).update(retired_at=DAY)
    seen.append(stamps()[EDITIONS])
    assert [each.code for each in lookup.all_current_editions()] == [made.code]
    Edition.objects.filter(pk=made.pk).update(label="Renamed")
    seen.append(stamps()[EDITIONS])
    assert [each.label for each in lookup.editions_on(["ML"])] == ["Renamed"]
    assert len(set(seen)) == len(seen)


def test_a_page_reads_each_stamp_once_and_sees_one_moment(edition, django_assert_num_queries):
    with one_moment(), django_assert_num_queries(1):
        before = stamps([edition])
        with one_moment():
            assert stamps() == {subject: before[subject] for subject in (LIBRARY, EDITIONS)}
    Finding.objects.filter(edition=edition, code="mop-20").update(statement="Changed.")
    assert stamps([edition]) != before


def test_without_stamps_nothing_is_cached(edition):
    ContentStamp.objects.all().delete()
    reading = lookup.read([edition])
    assert not reading._held
    assert reading.cards_by_key([f"{edition.code}/mop-20"])


# --- compiled into one row ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_published_edition_is_compiled_and_its_row_is_deleted_with_it(edition, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = factories.second_report()
    assert compiled_editions.stored(made).by_code == {f"{made.code}/a-01": made.findings.get().pk}
    draft = factories.copied(edition, code="a-draft", label="A draft")
    held_editions.compile_edition(draft)
    assert not draft.compiled.exists()


def test_an_old_row_is_not_believed_and_is_replaced(edition):
    held_editions.compile_edition(edition)
    Finding.objects.filter(edition=edition, code="mop-20").update(statement="Changed.")
    assert compiled_editions.stored(edition) is None
    key = f"{edition.code}/mop-20"
    assert lookup.cards_by_key([key])[key].statement == "Changed."
    held_editions.compile_edition(edition)
    assert (
        compiled_editions.stored(edition).findings[edition.findings.get(code="mop-20").pk].card.statement == "Changed."
    )
    EventKind.objects.filter(code="attack").update(name="Attack, renamed")
    assert compiled_editions.stored(edition) is None


def test_a_damaged_row_is_not_believed(edition):
    key, made = f"{edition.code}/mop-20", factories.second_report()
    for each in (edition, made):
        held_editions.compile_edition(each)
    (row,), (other,) = edition.compiled.all(), made.compiled.all()
    assert compiled_editions.stored(edition)
    text = zlib.decompress(row.content)
    forged = zlib.compress(text.replace(b"Ogossagou", b"Nowhere", 1))
    by_hand = hashlib.sha256(forged).hexdigest()
    changes = {"content": forged}, {"content": row.content[:-9]}, {"content": other.content, "digest": other.digest}
    for changed in (*changes, {"content": forged, "digest": by_hand}, {"digest": ""}):
        edition.compiled.update(**{"content": row.content, "digest": row.digest} | changed)
        assert compiled_editions.stored(edition) is None, changed
        memory.clear()
        assert lookup.cards_by_key([key])[key].statement == edition.findings.get(code="mop-20").statement
    edition.compiled.update(content=row.content, digest=row.digest)
    assert compiled_editions.stored(edition)


def test_a_finding_is_parsed_on_demand(edition):
    held_editions.compile_edition(edition)
    held = compiled_editions.stored(edition)
    assert not held.findings._known
    pk = edition.findings.get(code="mop-20").pk
    assert held.findings[pk] is held.findings[pk]
    assert list(held.findings._known) == [pk]
    assert list(held.findings) == list(held_editions._read(edition).findings)


@pytest.mark.parametrize(("kind", "found"), [(str, 5), (bool, 1), (date, "2020-13-01"), (Key, [1, "scope"])])
def test_other_formats_are_refused(kind, found):
    with pytest.raises((TypeError, ValueError)):
        plain_values.reader(kind)(found)


# --- costs --------------------------------------------------------------------------------------------------


def test_a_second_answer_only_checks_that_the_library_is_unchanged(edition, django_assert_max_num_queries):
    path = ROOT / "fixtures/demo/mopti-ogossagou.json"
    case = reader.read(json.loads(path.read_text()), today=DAY)
    answer(case)
    with django_assert_max_num_queries(5):
        answer(case)


def test_the_least_recently_used_goes_first(settings):
    settings.COI_FINDINGS_IN_MEMORY = 10
    kept, made = Memory(), []

    def get(name: str, weight: int) -> str:
        return kept.get(name, lambda: made.append(name) or name, lambda _value: weight)

    get("a", 4), get("b", 4)
    get("a", 4)
    assert made == ["a", "b"]
    get("c", 4)  # twelve: b is dropped
    get("a", 4), get("b", 4)
    assert made == ["a", "b", "c", "b"]
    assert get("too large", 11) == "too large"
    get("too large", 11)
    assert made.count("too large") == 2

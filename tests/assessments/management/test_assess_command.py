"""python manage.py assess: the case file, the result, and the messages for bad input."""

import json
from io import StringIO

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from tests import ROOT

DEMO = sorted((ROOT / "fixtures" / "demo").glob("*.json"))
SCHEMA = json.loads((ROOT / "docs/reference/case-file.schema.json").read_text())
RESULT = json.loads((ROOT / "docs/reference/result.schema.json").read_text())

pytestmark = pytest.mark.usefixtures("library")


def case(**changes):
    fact = {
        "id": "F1",
        "statement": "Armed men attacked the village at night.",
        "place": "Ogossagou, Mopti",
        "from": "2019-03-23",
        "to": "2019-03-23",
        "event": "attack-on-village",
        "actors": ["dogon-militia"],
        "targets": ["fulani", "villager"],
    }
    document = {
        "reference": "N-2026-00123",
        "country": "ML",
        "assessed_on": "2026-11-23",
        "places": [{"role": "home-area", "place": "Ogossagou, Mopti"}],
        "material_facts": [fact],
    }
    for path, value in changes.items():
        target = document
        *parents, last = path.split("__")
        for part in parents:
            target = target[int(part)] if part.isdigit() else target[part]
        if value is KeyError:
            del target[last]
        else:
            target[last] = value
    return document


def assess(document, tmp_path, *options):
    path = tmp_path / "case.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    out = StringIO()
    call_command("assess", str(path), *options, stdout=out)
    return out.getvalue()


def refusal(document, tmp_path) -> str:
    with pytest.raises(CommandError) as caught:
        assess(document, tmp_path)
    assert caught.value.returncode == 2
    return str(caught.value)


def test_the_result_of_the_example_agrees_with_the_note(tmp_path):
    result = json.loads(assess(case(), tmp_path))
    (fact,) = result["facts"]
    assert result["coi_age_months"] == 67
    assert fact["coi_position"] == "supports"
    assert fact["open"] == ["who did it"]
    assert {tuple(f["footnotes"]) for f in fact["findings"] if f["relation"] == "supports"} == {(17,), (16,)}
    assert fact["independent_origins"] == 2
    (place,) = result["places"]
    assert place["resolved"] == ["Ogossagou", "Bankass", "Mopti", "Mali"]
    assert place["figures"] == {"2019": "1,271", "2020": "1,582", "2021 (January-March)": "348", "Total": "3,201"}
    assert {s["footnote"] for s in result["sources"]} >= {16, 17}


@pytest.mark.parametrize("path", DEMO, ids=lambda p: p.stem)
def test_demo_case_and_its_result_keep_the_published_schemas(path):
    out = StringIO()
    document = json.loads(path.read_text())
    jsonschema.validate(document, SCHEMA)
    call_command("assess", str(path), stdout=out)
    jsonschema.validate(json.loads(out.getvalue()), RESULT)


def test_demo_cases_come_from_every_part_of_the_country_and_say_that_they_are_invented():
    homes = {json.loads(p.read_text())["places"][0]["place"].split(", ")[-1] for p in DEMO}
    assert homes == {"Mopti", "Sikasso", "Koulikoro", "Kayes", "Bamako", "Tombouctou", "Gao", "Ségou", "Kidal"}
    assert all("Invented" in json.loads(p.read_text())["note"] for p in DEMO)


def test_the_schema_accepts_every_word_of_the_vocabulary_and_words_that_an_office_adds():
    from assessments.casefile import vocabulary

    actors, targets = vocabulary.known_actors(), vocabulary.known_traits()
    traits = [{"trait": code} for code in [*vocabulary.known_traits(profile=True), "added-trait"]]
    for event in [*vocabulary.known_events(), "added-event"]:
        fact = {"material_facts__0__event": event, "material_facts__0__actors": [*actors, "added-actor"]}
        jsonschema.validate(case(**fact, material_facts__0__targets=[*targets, "added"], profile=traits), SCHEMA)
    for path, value in {"event": "an attack", "actors": ["an actor"], "targets": [""]}.items():
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(case(**{f"material_facts__0__{path}": value}), SCHEMA)


def test_text_for_people_names_position_findings_and_age(tmp_path):
    text = assess(case(), tmp_path, "--format", "text")
    assert "F1  Supports" in text
    assert "information up to 17 April 2021, 5 years 7 months old" in text
    assert "at least 130" in text


@pytest.mark.parametrize(
    ("document", "path", "accepted"),
    [
        (case(country="XX"), "country", "ISO 3166-1"),
        (case(country=KeyError), "country", "required"),
        (case(reference=KeyError), "reference", "required"),
        (case(reference="\u200b\u00ad"), "reference", "required"),
        (case(places=[]), "places", "At least one"),
        (case(material_facts=KeyError), "material_facts", "At least one"),
        (case(material_facts__0__id=KeyError), "material_facts[0].id", "required"),
        (case(material_facts__0__statement=KeyError), "material_facts[0].statement", "required"),
        (case(material_facts__0__place=KeyError), "material_facts[0].place", "name, cercle, region"),
        (case(material_facts__0__event=KeyError), "material_facts[0].event", "attack-on-village"),
        (
            case(material_facts__0__event="atack-on-village"),
            "material_facts[0].event:",
            "Did you mean attack-on-village?",
        ),
        (case(material_facts__0__actors=["martians"]), "material_facts[0].actors[0]", "jnim"),
        (case(material_facts__0__targets=["fulany"]), "material_facts[0].targets[0]", "Did you mean fulani?"),
        (case(material_facts__0__kind="rumour"), "material_facts[0].kind", "future-risk"),
        (case(material_facts__0__person="P9"), "material_facts[0].person", "P1"),
        (case(profile=[{"trait": "civilians"}]), "profile[0].trait", "herder"),
        (case(profile=[{"trait": "fulani", "imputed": "yes"}]), "profile[0].imputed", "true or false"),
        (case(material_facts__0__to="2019-02-30"), "material_facts[0].to", "2019-03-23"),
        (case(material_facts__0__to="2019-13"), "material_facts[0].to", "a year, a month or a day"),
        (case(material_facts__0__to="٢٠١٩"), "material_facts[0].to", "a year, a month or a day"),
        (case(material_facts__0__to="2018"), "material_facts[0].to", "before the start"),
        (case(material_facts__0__to="2019-03-22"), "material_facts[0].to", "before the start"),
        (
            case(material_facts__0__from="2027", material_facts__0__to="2027"),
            "material_facts[0].from",
            "23 November 2026",
        ),
        (case(material_facts__0__to="2027"), "material_facts[0].to", "23 November 2026"),
        (case(material_facts__0__from="23.3.2019"), "material_facts[0].from", "2019-03-23"),
        (case(material_facts__0__ongoing="yes"), "material_facts[0].ongoing", "true or false"),
        (case(material_facts__0__ongoing=True), "material_facts[0].ongoing", "Leave out the end"),
        (
            case(material_facts__0__ongoing=True, material_facts__0__kind="future-risk"),
            "material_facts[0].ongoing",
            "has not begun",
        ),
        (case(assessed_on="2026-11"), "assessed_on", "a day"),
        (case(assessed_on=True), "assessed_on", "a day"),
        (case(material_facts__0__actor=["jnim"]), "material_facts[0].actor", "Did you mean actors?"),
        (case(material_facts__0__statement="a\u202eb"), "material_facts[0].statement", "U+202E"),
        (case(material_facts__0__statement="a\ud800b"), "material_facts[0].statement", "U+D800"),
        (case(material_facts__0__statement="x" * 20_001), "material_facts[0].statement", "20,000"),
        (case(places__0__role="home"), "places[0].role", "home-area"),
        (case(places__0__place="Farabougou"), "places[0].place", "Niono"),
        (case(places__0__place="Ogossagu"), "places[0].place", "Ogossagou"),
        (case(places__0__place={"id": "gn-1"}), "places[0].place", "GeoNames id"),
        (case(places__0__place=7), "places[0].place", "gazetteer id"),
        (case(persons=[{"id": "P1"}, {"id": "P1"}]), "persons", "its own"),
        (case(origin={"status": "sure"}), "origin.status", "doubted"),
        (case(places=[{"role": "home-area", "place": "Mopti"}] * 201), "places", "200"),
        ([], "A case is a JSON object", "material_facts"),
        ("{", "not JSON", ""),
        ('{"reference": "a", "reference": "b"}', "reference is given twice", ""),
    ],
)
def test_bad_input_is_refused_with_its_field_and_accepted_values(document, path, accepted, tmp_path):
    message = refusal(document, tmp_path)
    assert path in message
    assert accepted in message


def test_every_problem_is_named_at_once(tmp_path):
    message = refusal(case(country="XX", material_facts__0__event="x", material_facts__0__to="y"), tmp_path)
    assert len(message.splitlines()) == 3


def test_a_missing_file_and_a_file_that_is_not_text_are_refused(tmp_path):
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe{}")
    for name in ("none.json", "bytes.json"):
        with pytest.raises(CommandError) as caught:
            call_command("assess", str(tmp_path / name))
        assert caught.value.returncode == 2


def test_ambiguous_place_is_refused_with_every_candidate_that_then_resolves(tmp_path):
    message = refusal(case(places__0__place="Farabougou"), tmp_path)
    assert message.count("Farabougou") >= 9
    assert (
        json.loads(assess(case(places__0__place="Farabougou, Niono, Ségou"), tmp_path))["places"][0]["region"]
        == "Ségou"
    )


def test_bare_name_of_a_region_means_the_region_and_lists_other_places(tmp_path):
    (place,) = json.loads(assess(case(places__0__place="Mopti"), tmp_path))["places"]
    assert place["resolved"] == ["Mopti", "Mali"]
    assert any("cercle" in other for other in place["also"])


def test_an_unlisted_village_in_a_region_is_kept_as_typed_and_matched_by_it(tmp_path):
    document = case(
        material_facts__0__place="Sobaladougou, Mopti", material_facts__0__from="2020", material_facts__0__to="2020"
    )
    (fact,) = json.loads(assess(document, tmp_path))["facts"]
    assert fact["place"]["located"] is False
    assert fact["coi_position"] == "supports"


def test_other_with_a_note_is_accepted_in_both_forms(tmp_path):
    as_object = case(material_facts__0__event={"code": "other", "note": "forced marriage"})
    beside = case(material_facts__0__event="other", material_facts__0__event_note="forced marriage")
    for document in (as_object, beside):
        assert json.loads(assess(document, tmp_path))["facts"][0]["coi_position"] == "out_of_scope"


def test_the_same_case_gives_the_same_result_whatever_the_order_of_its_facts(tmp_path):
    facts = [
        case()["material_facts"][0] | {"id": f"F{n}", "event": e} for n, e in enumerate(["killing", "threat", "arrest"])
    ]
    forwards = json.loads(assess(case(material_facts=facts), tmp_path))["facts"]
    backwards = json.loads(assess(case(material_facts=facts[::-1]), tmp_path))["facts"]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize("target", ["nowhere/memo.pdf", ".", "case.json"])
def test_a_memo_that_cannot_be_written_there_is_refused_before_anything_is_matched(target, tmp_path):
    with pytest.raises(CommandError) as caught:
        assess(case(), tmp_path, "--pdf", str(tmp_path / target))
    assert caught.value.returncode == 2
    assert json.loads((tmp_path / "case.json").read_text()) == case()


def test_bad_input_writes_no_memo(tmp_path):
    with pytest.raises(CommandError):
        assess(case(country="XX"), tmp_path, "--pdf", str(tmp_path / "memo.pdf"))
    assert [p.name for p in tmp_path.iterdir()] == ["case.json"]


def test_a_memo_is_written_beside_the_result(tmp_path):
    assert json.loads(assess(case(), tmp_path, "--pdf", str(tmp_path / "memo.pdf")))["facts"]
    assert (tmp_path / "memo.pdf").read_bytes().startswith(b"%PDF-")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["case.json", "memo.pdf"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"id": "ML-BKO", "name": "Ogossagou, Mopti"}, "Bamako"),
        ("Gao" + ", Gao" * 20, "at most"),
        ("ꕙꔤ, Mopti", "U+A559"),
    ],
)
def test_a_bad_place_is_refused(place, words, tmp_path):
    message = refusal(case(places__0__place=place), tmp_path)
    assert "places[0].place" in message
    assert words in message


def test_a_soft_hyphen_in_a_copied_name_makes_no_other_place(tmp_path):
    result = json.loads(assess(case(material_facts__0__place="Ogos\u00adsagou, Mopti"), tmp_path))
    assert result["facts"][0]["place"]["located"] is True
    assert "reports-this-event" in result["facts"][0]["reason_codes"]


def test_a_file_with_very_many_keys_is_checked_quickly(tmp_path):
    many = json.dumps({f"k{n}": 1 for n in range(60_000)})
    assert "not known" in refusal(many, tmp_path)

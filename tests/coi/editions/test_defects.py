"""The problems that the checks of an edition find."""

import pytest
from django.core.management import CommandError, call_command

from coi.editions import checks
from tests.coi.editions.edited_fixtures import NOTE, edited, of, refusal

pytestmark = pytest.mark.usefixtures("library")


def drop(model, **wanted):
    def change(rows):
        rows.remove({"model": f"coi.{model}", "fields": of(rows, model, **wanted)})

    return change


def put(model, changes, **wanted):
    return lambda rows: of(rows, model, **wanted).update(changes)


DEFECTS = {
    "no footnote and none said": (put("finding", {"no_footnote": False}, code="con-01"), "no_footnote"),
    "a footnote that does not cover it": (
        put("finding", {"footnotes": [["sem-mali-2021-05", 1]]}, code="mop-20"),
        "under footnote 17",
    ),
    "a footnote left out": (put("finding", {"footnotes": [], "no_footnote": True}, code="mop-20"), "footnote 17"),
    "footnotes out of the order of sentences": (
        put("footnote", {"after_sentence": 5}, number=16),
        "footnote 17: it comes before footnote 16 in the text",
    ),
    "footnotes out of the order of sections": (
        put("section", {"position": 99}, code="koulikoro-bamako"),
        "footnote 23: it comes before footnote 22 in the text",
    ),
    "a footnote that does not exist": (
        put("finding", {"footnotes": [["sem-mali-2021-05", 99]]}, code="mop-20"),
        "entry",
    ),
    "no place": (put("finding", {"places": []}, code="mop-18"), "names no place"),
    "an unknown place": (put("finding", {"places": [["nowhere"]]}, code="mop-18"), "entry"),
    "an unknown actor": (put("finding", {"actors": [["martians"]]}, code="mop-18"), "entry"),
    "an unknown kind": (put("finding", {"kind": "rumour"}, code="mop-18"), "rumour"),
    "no statement": (put("finding", {"statement": " "}, code="mop-18"), "no visible text"),
    "no paragraph": (put("finding", {"paragraph": 0}, code="mop-18"), "paragraph"),
    "a period the wrong way round": (put("finding", {"period_from": "2020"}, code="mop-20"), "ends before it begins"),
    "a period after the cut-off": (
        put("finding", {"period_from": "2022", "period_to": "2022"}, code="mop-20"),
        "after the cut-off",
    ),
    "an occurrence without an end": (put("finding", {"period_to": ""}, code="mop-20"), "both ends of its period"),
    "an occurrence without a beginning": (
        put("finding", {"period_from": ""}, code="mop-20"),
        "both ends of its period",
    ),
    "a date that does not exist": (put("finding", {"period_from": "2019-02-30"}, code="mop-20"), "not a date"),
    "a denial that denies nothing": (drop("denial", finding=["sem-mali-2021-05", "kay-04"]), "what it denies"),
    "a denial without an event": (
        put("denial", {"events": []}, finding=["sem-mali-2021-05", "kay-04"]),
        "no event kind",
    ),
    "context that denies": (put("finding", {"kind": "analysis"}, code="sik-01"), "cannot deny anything"),
    "a finding outside coverage": (
        put("finding", {"period_from": "2013", "period_to": "2013"}, code="mop-20"),
        "outside every coverage row",
    ),
    "a total that does not add up": (put("figurerow", {"fatalities": 1272}, position=1), "adds up to"),
    "values for an image": (put("figure", {"values_available": True, "text_says": "x"}, number=2), "no rows"),
    "a source without anybody": (put("source", {"publisher": "", "authors": ""}, position=1), "neither publisher"),
    "an address without access date": (put("source", {"accessed": None}, position=1, kind="igo"), "access date"),
    "an address that is none": (put("source", {"url": "javascript:alert(1)"}, position=1, kind="igo"), "url"),
    "no edition": (
        lambda rows: rows.remove({"model": "coi.edition", "fields": of(rows, "edition")}),
        "exactly one edition",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", DEFECTS)
def test_each_defect_is_named_and_nothing_is_loaded(what, tmp_path):
    change, words = DEFECTS[what]
    path = edited(tmp_path, change)
    assert words in refusal(path, "check_coi")


def test_an_unused_footnote_is_named(tmp_path):
    def change(rows):
        for row in [r for r in rows if r["model"] == "coi.finding"]:
            if row["fields"].get("footnotes") == [["sem-mali-2021-05", 26]]:
                rows.remove(row)

    assert "footnote 26: no finding cites it" in refusal(edited(tmp_path, change))


def test_all_defects_are_named_at_once(tmp_path):
    def change(rows):
        of(rows, "finding", code="mop-18").update(places=[])
        of(rows, "figurerow", position=1).update(fatalities=1)

    message = refusal(edited(tmp_path, change))
    assert "mop-18" in message
    assert "adds up to" in message


def test_a_repeated_sentence_of_the_report_is_named(note):
    text = "Introduction\n\nCritics commonly held that the agreement served the mediators, who put order first.\n"
    problems = [str(p) for p in checks.check_against_text(note, text)]
    assert any("repeats the report's words: “critics commonly held" in p for p in problems)


HOSTILE = {
    "not yaml": "a: [",
    "a mapping": "a: 1",
    "empty": "",
    "a tag": "- !!python/object/apply:os.system ['true']",
    "aliases": "- &a [1]\n- *a",
    "a user": "- {model: accounts.user, fields: {username: x, is_superuser: true}}",
    "a key of the database": "- {model: coi.edition, pk: 1, fields: {code: x}}",
    "no fields": "- {model: coi.edition}",
    "an unknown field": "- {model: coi.report, fields: {code: x, colour: red}}\n- {model: coi.edition, fields: {code: y}}",
    "a key twice": "- {model: coi.edition, model: coi.report, fields: {}}",
    "bytes": b"\xff\xfe\x00",
    "nesting": "[" * 5000,
    "nesting that ends": "[" * 100_000 + "]" * 100_000,
    "a laugh": "- &a [1, 1, 1]\n- &b [*a, *a, *a]\n- &c [*b, *b, *b]",
    "a model that is a list": "- {model: [a], fields: {}}",
    "a code that is a list": "- {model: coi.edition, fields: {code: [1]}}",
    "very many keys": "- {" + ", ".join(f"k{n}: 1" for n in range(40_000)) + "}",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_a_message(what, tmp_path):
    path = tmp_path / "hostile.yaml"
    content = HOSTILE[what]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert refusal(path)


def test_loaddata_accepts_only_the_library(tmp_path):
    path = tmp_path / "user.yaml"
    path.write_text("- {model: accounts.user, fields: {username: x, password: y, is_superuser: true}}")
    assert "not part of the library" in refusal(path, "loaddata")


def test_half_of_a_file_is_refused(tmp_path):
    path = tmp_path / "half.yaml"
    text = NOTE.read_text().replace("sem-mali-2021-04", "sem-mali-2021-05")
    path.write_text(text[: len(text) // 2])
    assert refusal(path)


def test_a_missing_file_is_refused():
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_coi", "/nonexistent.yaml")

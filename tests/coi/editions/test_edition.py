"""The note on Mali as encoded, reloaded and exported."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from coi.editions import checks
from coi.editions.immutability import PublishedEditionError
from coi.files import loading
from coi.library import lookup
from coi.models import Actor, Denial, Edition, Figure, Finding, Footnote, Originator, Place, Source
from tests import ROOT
from tests.coi.editions.edited_fixtures import NOTE, edited, of, refusal

pytestmark = pytest.mark.usefixtures("library")

FIXTURES = sorted((ROOT / "fixtures" / "coi").glob("*/*.yaml"))
REPORT = ROOT.parent / "shared/report/sem-mali-2021-04-17.txt"


# --- content --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.stem)
def test_every_shipped_edition_passes_every_check(path):
    out = StringIO()
    call_command("check_coi", str(path), stdout=out)
    assert "0 problems" in out.getvalue()


@pytest.mark.parametrize("report", [REPORT] if REPORT.exists() else [])
def test_the_note_agrees_with_the_text_of_the_report(note, report):
    assert checks.check_against_text(note, report.read_text()) == []


def test_the_whole_note_is_in_it(note):
    assert note.findings.count() >= 100
    assert [n.number for n in note.footnotes.all()] == list(range(1, 27))
    assert Source.objects.filter(footnote__edition=note).count() == 34
    assert note.figures.count() == 3
    assert set(note.sections.values_list("code", flat=True)) == {
        "preliminary", "introduction", "phases", "current", "mopti", "koulikoro-bamako", "sikasso", "kayes",
        "conclusion", "figures",
    }  # fmt: skip


def test_every_kind_of_finding_and_every_hedge_occurs(note):
    assert set(note.findings.values_list("kind", flat=True)) == set(Finding.Kind.values)
    assert set(note.findings.values_list("strength", flat=True)) == set(Finding.Strength.values)


def test_everything_that_goes_back_to_acled_has_one_originator(note):
    numbers = Footnote.objects.filter(edition=note, sources__originator__name="ACLED").values_list("number", flat=True)
    assert sorted(numbers) == [7, 9, 11, 19, 21, 22, 23, 24]
    assert Source.objects.get(footnote__edition=note, footnote__number=20).originator.name == "AFP"


@pytest.mark.parametrize(
    ("number", "position", "printed", "parsed", "accessed"),
    [
        (1, 1, "2016", "2016", None),
        (14, 1, "10.12.2020", "2020-12-10", "2021-04-24"),
        (16, 2, "January 2020", "2020-01", "2020-03-05"),
        (18, 1, "20.04.2021", "2021-04-20", "2021-04-25"),
        (22, 2, "12.04.2020", "2020-04-12", "2021-05-11"),
        (7, 1, "", "", "2021-05-11"),
    ],
)
def test_dates_of_sources_are_stored_as_printed_and_parsed(note, number, position, printed, parsed, accessed):
    source = Source.objects.get(footnote__edition=note, footnote__number=number, position=position)
    assert (source.published_as_printed, source.published) == (printed, parsed)
    assert (source.accessed.isoformat() if source.accessed else None) == accessed


@pytest.mark.parametrize(
    ("place", "numbers"),
    [
        ("Mopti", [1271, 1582, 348, 3201]),
        ("Gao", [383, 676, 191, 1250]),
        ("Segou", [82, 253, 25, 360]),
        ("Tombouctou", [68, 251, 35, 354]),
        ("Kidal", [31, 13, 47, 91]),
        ("Koulikoro", [25, 17, 2, 44]),
        ("Bamako", [5, 25, 2, 32]),
        ("Sikasso", [9, 17, 3, 29]),
        ("Kayes", [1, 15, 5, 21]),
        ("Total", [1875, 2849, 658, 5382]),
    ],
)
def test_figure_1_is_as_printed(note, place, numbers):
    rows = Figure.objects.get(edition=note, number=1).rows.filter(place_label=place)
    assert [row.fatalities for row in rows] == numbers


def test_figures_2_and_3_have_no_invented_value(note):
    for figure in note.figures.filter(number__in=[2, 3]):
        assert not figure.values_available
        assert not figure.rows.exists()
        assert figure.text_says


def test_farabougou_is_in_segou_although_the_report_describes_it_under_mopti(note):
    finding = Finding.objects.get(edition=note, statement__contains="At Farabougou")
    assert finding.section.code == "mopti"
    (place,) = finding.places.all()
    assert {"ML-4", "ML"} <= lookup.places.value_of(place).lineage


def test_every_oddity_of_the_report_is_a_query(note):
    assert {q.code for q in note.queries.all()} >= {
        "dates", "acled-export", "acled-origin", "fn-18-date", "fn-11-date", "fn-14-date", "fn-22-date",
        "cote-divoire-2015", "yorosso-only", "mopti-perpetrators", "figure-1-period", "idps", "conclusion",
        "farabougou-place", "region-names",
    }  # fmt: skip


# --- reloading ------------------------------------------------------------------------------------


def test_loading_the_same_again_changes_nothing_by_either_road(note):
    before = list(Finding.objects.order_by("pk").values())
    out = StringIO()
    call_command("load_coi", str(NOTE), stdout=out)
    call_command("loaddata", "coi/ml/sem-mali-2021-04", verbosity=0)
    assert "already published and identical" in out.getvalue()
    assert list(Finding.objects.order_by("pk").values()) == before


CHANGES = {
    "a number": lambda rows: of(rows, "finding", code="mop-20").update(
        statement=of(rows, "finding", code="mop-20")["statement"].replace("130", "131")
    ),
    "an actor": lambda rows: of(rows, "finding", code="mop-18").update(actors=[["fulani-militia"]]),
    "a figure": lambda rows: of(rows, "figurerow", position=1).update(fatalities=1),
    "a source": lambda rows: of(rows, "source", position=2).update(title="Another title"),
    "a cut-off": lambda rows: of(rows, "edition").update(cut_off="2022-04-17"),
    "the title": lambda rows: of(rows, "report").update(title="Another report"),
    "an originator": lambda rows: of(rows, "originator", code="afp").update(name="Agence"),
    "the day of publication": lambda rows: of(rows, "publication").update(published_at="2020-01-01"),
    "one finding more": lambda rows: rows.insert(
        -1, {"model": "coi.finding", "fields": of(rows, "finding", code="con-01") | {"code": "con-99"}}
    ),
}


@pytest.mark.parametrize("command", ["load_coi", "loaddata"])
@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_file_of_a_published_edition_is_refused(what, command, tmp_path):
    path = edited(tmp_path, CHANGES[what], code="sem-mali-2021-04")
    message = refusal(path, command)
    assert "published" in message


def test_a_file_that_leaves_a_finding_out_is_refused(tmp_path):
    path = edited(
        tmp_path,
        lambda rows: rows.remove({"model": "coi.finding", "fields": of(rows, "finding", code="con-01")}),
        code="sem-mali-2021-04",
    )
    assert "missing from the file" in refusal(path)


def test_a_published_edition_cannot_be_changed_from_python_either(note):
    finding = note.findings.get(code="mop-20")
    finding.statement = "Something else."
    agency = Originator.objects.get(code="afp")
    agency.name = "Somebody else"
    for attempt in (
        finding.save,
        finding.delete,
        note.publication.delete,
        lambda: finding.actors.add(Actor.objects.get(code="jnim")),
        lambda: finding.places.clear(),
        lambda: Place.objects.get(code="ML-5").findings.clear(),
        agency.save,
    ):
        with pytest.raises(PublishedEditionError), transaction.atomic():
            attempt()
    note.refresh_from_db()
    assert "130" in note.findings.get(code="mop-20").statement


@pytest.mark.slow
def test_a_new_edition_loads_beside_the_old_one(tmp_path):
    path = edited(tmp_path, lambda rows: of(rows, "finding", code="con-01").update(statement="Two parts differ."))
    call_command("load_coi", str(path), stdout=StringIO())
    assert Edition.objects.count() == 2
    assert Finding.objects.filter(edition__code="sem-mali-2021-05", keys__isnull=False).exists()


# --- exporting ------------------------------------------------------------------------------------


def test_export_has_the_documented_shape(note):
    out = StringIO()
    call_command("export_coi", stdout=out)
    document = json.loads(out.getvalue())
    assert document["edition"] == "sem-mali-2021-04"
    assert set(document) >= {"edition", "report", "findings", "footnotes", "figures", "coverage", "queries"}
    finding = next(f for f in document["findings"] if f["code"] == "sik-01")
    assert set(finding) >= {
        "code", "statement", "section", "paragraph", "sentence", "places", "actors", "events", "targets", "from", "to",
        "kind", "strength", "denies", "footnotes",
    }  # fmt: skip
    assert finding["denies"]["places_excepted"] == ["Yorosso"]
    assert finding["footnotes"] == [23]
    assert set(document["footnotes"][15]["sources"][1]) >= {
        "originator", "publisher", "authors", "title", "published_as_printed", "published", "url", "accessed", "kind",
    }  # fmt: skip
    assert len(document["figures"][0]["rows"]) == 40
    assert all(q["on"] and q["remark"] for q in document["queries"])


def test_export_of_an_unknown_edition_names_those_that_exist():
    with pytest.raises(CommandError, match="sem-mali-2021-04"):
        call_command("export_coi", "other")


def test_every_denial_is_keyed_for_look_up(note):
    denials = Denial.objects.filter(finding__edition=note)
    assert denials.exists()
    assert not denials.exclude(finding__keys__aspect="denies").exists()


def test_reading_a_fixture_limits_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "MAX_BYTES", 10)
    with pytest.raises(loading.ImportRefused, match="larger"):
        loading.read_fixture(NOTE)

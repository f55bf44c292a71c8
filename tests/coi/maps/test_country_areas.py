"""A country's regions and cercles come from its boundary files, all or nothing, and keep what the library holds."""

import json
from datetime import date
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.urls import reverse

from assessments.answer import answer
from assessments.casefile import reader
from audit.models import Entry
from coi.gazetteer import resolve
from coi.maps import boundaries
from coi.models import Boundary, EventMonth, Place, PlaceName
from tests import ROOT
from tests.coi import event_files
from tests.coi.boundary_files import DUMP, box, circles, collection, feature, line, regions, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def files(tmp_path):
    """Write documents to files and return their paths."""

    def make(*documents):
        return [str(write(tmp_path / f"adm{n}.geojson", document)) for n, document in enumerate(documents, start=1)]

    return make


@pytest.fixture
def import_(files):
    """Write documents to files, import them for Eritrea, and return the command's output."""

    def run(*documents, country="ER", **options):
        out = StringIO()
        call_command("import_areas", *files(*documents), country=country, stdout=out, **options)
        return out.getvalue()

    return run


def state():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Place, PlaceName, Boundary, Place.parents.through, Entry)
    ]


def refused(import_, *documents, **options):
    """Import, expect a refusal that changes nothing, and return its message."""
    before = state()
    with pytest.raises(CommandError, match="Nothing was imported") as bad:
        import_(*documents, **options)
    assert state() == before
    return str(bad.value)


# --- added, changed, left alone --------------------------------------------------------------------


def test_regions_and_cercles_are_made_with_codes_names_and_outlines(import_):
    out = import_(circles(), regions(), source="OCHA COD-AB Eritrea")  # in any order
    assert "ER, regions: 6 added, 0 changed, 0 left alone" in out
    assert "ER, cercles: 6 added, 0 changed, 0 left alone" in out
    assert "added: Anseba (ER01)" in out
    keren = Place.objects.get(code="ER0101")
    assert (keren.name, keren.folded, keren.kind, keren.country, keren.pcode) == (
        "Keren",
        "keren",
        "circle",
        "ER",
        "ER0101",
    )
    assert keren.source == "OCHA COD-AB Eritrea"
    keren.full_clean()
    region = keren.parents.get()
    assert (region.code, region.kind, region.parents.get().code) == ("ER01", "region", "ER")
    assert region.boundary.dated == date(2019, 11, 25)
    assert Boundary.objects.filter(place__country="ER").count() == 12
    assert len(boundaries.imported("ER").regions) == 6


def test_an_import_is_recorded(import_):
    import_(regions())
    entry = Entry.objects.get(action="areas.import")
    assert (entry.actor, entry.object_id, entry.details["added"], entry.details["changed"]) == (
        "import_areas",
        "ER",
        6,
        0,
    )
    assert len(entry.details["sha256"][0]) == 64


def test_a_dry_run_says_the_same_and_writes_nothing(import_):
    before = state()
    told = import_(regions(), circles(), dry_run=True)
    assert state() == before
    assert told == import_(regions(), circles()) + "Dry run: nothing was written.\n"


def test_the_same_files_again_change_nothing(import_):
    import_(regions(), circles())
    before = state()
    out = import_(regions(), circles())
    assert "regions: 0 added, 0 changed, 6 left alone" in out
    assert "cercles: 0 added, 0 changed, 6 left alone" in out
    assert state() == before


def test_cercles_may_come_after_their_regions(import_):
    import_(regions())
    assert "cercles: 6 added" in import_(circles())


def test_areas_of_the_library_are_recognised_by_code_then_by_name(import_):
    """They keep their code and name, and get the P-code, name and outline that they lack."""
    eritrea = Place.objects.get(code="ER")
    by_name = Place.objects.create(code="ER-AN", name="Anseba region", kind="region", country="ER", source="made up")
    by_code = Place.objects.create(code="ER-SK", name="Northern Red Sea", kind="region", country="ER", pcode="ER06", source="made up")  # fmt: skip
    other = Place.objects.create(code="ER-XX", name="Elsewhere", kind="region", country="ER", source="made up")
    for place in (by_name, by_code, other):
        place.parents.add(eritrea)
    out = import_(regions(), circles())
    assert "regions: 4 added, 2 changed, 1 left alone" in out
    assert "changed: Anseba region (ER-AN): P-code, other names, outline" in out
    assert "changed: Northern Red Sea (ER-SK): other names, outline" in out
    assert "left alone: Elsewhere (ER-XX), not in the file" in out
    by_name.refresh_from_db()
    assert (by_name.name, by_name.pcode) == ("Anseba region", "ER01")
    assert [name.name for name in by_code.names.all()] == ["Semenawi Keih Bahri"]
    assert Place.objects.get(code="ER0101").parents.get() == by_name
    assert not Place.objects.filter(code__in=["ER01", "ER06"]).exists()


def test_the_shipped_regions_of_mali_are_recognised(import_):
    mopti = Place.objects.get(code="ML-5")
    document = collection([feature(box(-4.5, 14.0), ADM1_FR="Mopti", ADM1_PCODE=mopti.pcode, ADM0_FR="Mali", ADM0_PCODE="ML")])  # fmt: skip
    out = import_(document, country="ML")
    assert "ML, regions: 0 added, 1 changed, 8 left alone" in out
    assert "changed: Mopti (ML-5): outline" in out


def test_names_in_several_languages_are_kept(import_):
    document = regions()
    document["features"][4]["properties"] |= {
        "ADM1_TI": "ማእከል",
        "ADM1ALT1EN": "Central",
        "ADM1_ID": "R5",
        "ADM1_TYPE": "Zoba",
    }
    import_(document)
    place = Place.objects.get(code="ER05")
    assert place.name == "Maekel"
    assert {name.name for name in place.names.all()} == {"ማእከል", "Central"}


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(import_):
    content = b"\xef\xbb\xbf" + json.dumps(regions(), indent=1).replace("\n", "\r\n").encode()
    assert "6 added" in import_(content)


# --- refused -----------------------------------------------------------------------------------------


def changed(document, number, **properties):
    """Return the document with other properties in one feature, counted from 1. None removes one."""
    held = document["features"][number - 1]["properties"]
    held |= properties
    for name in [name for name, value in properties.items() if value is None]:
        del held[name]
    return document


def with_ring(document, ring):
    document["features"][1]["geometry"]["coordinates"] = [ring]
    return document


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: b"{", "The file is not JSON"),
        (lambda: b"PK\x03\x04\xff", "The file is a ZIP archive. Unpack it first"),
        (lambda: changed(regions(), 2, ADM0_PCODE="ET", ADM0_EN="Ethiopia"), "feature 2: ER02 is not stated to be in Eritrea. The file says: ET, Ethiopia"),
        (lambda: changed(changed(regions(), 2, ADM0_PCODE=None, ADM0_EN=None), 2, ADM1_PCODE="ET02"), "ET02 is not stated to be in Eritrea"),
        (lambda: changed(regions(), 2, ADM1_PCODE="ER01"), "feature 2, ADM1_PCODE: ER01 is in feature 1 as well"),
        (lambda: changed(regions(), 2, ADM1_PCODE=None), "feature 2, adm1_pcode: The P-code is missing"),
        (lambda: changed(regions(), 2, ADM1_PCODE="ML0501"), "ADM1_PCODE: ML0501 is already the code of Bandiagara (cercle)"),
        (lambda: changed(regions(), 2, ADM1_EN="Anseba"), "feature 2: ER02 has the same name as ER01: Anseba"),
        (lambda: changed(regions(), 2, ADM1_EN=None), "feature 2: ER02 has no name that can be printed"),
        (lambda: changed(regions(), 2, ADM1_EN="A\u202eb"), "feature 2: ER02 has no name that can be printed"),
        (lambda: changed(regions(), 2, ADM1_EN="12"), "feature 2: ER02 has no name that can be printed"),
        (lambda: changed(regions(), 2, ADM1_EN="x" * 201), "feature 2: ER02 has no name that can be printed"),
        (lambda: with_ring(regions(), box(38, 14)[:-1]), "feature 2, geometry.coordinates[0]: A ring must have"),
        (lambda: with_ring(regions(), box(238, 14)), "feature 2, geometry.coordinates[0][0]"),
        (lambda: changed(regions(), 2, ADM0_PCODE="E\0\ud800T", ADM0_EN=None), "The file says: ET"),
        (circles, "feature 1: ER0101 is in the region ER01, which neither the library nor a file has"),
        (lambda: changed(circles(), 1, adm1_pcode=None), "ER0101 does not state its region"),
        (lambda: changed(circles(), 1, adm3_pcode="ER010101"), "The file is of admin 3"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_whole_with_its_problems(import_, make, said):
    assert said in refused(import_, make())


def test_every_problem_of_all_files_is_listed_with_its_file(import_):
    said = refused(import_, changed(regions(), 2, ADM1_PCODE=None), with_ring(circles(), []))
    assert "adm1.geojson: feature 2, adm1_pcode" in said
    assert "adm2.geojson: feature 2, geometry.coordinates[0]" in said


def test_two_files_of_one_level_are_refused(import_):
    assert "adm2.geojson: Another file has admin 1 too" in refused(import_, regions(), regions())


def test_a_country_that_the_library_does_not_hold_is_refused(import_):
    assert "no country “ZZ”" in refused(import_, regions(), country="ZZ")


def test_a_cercle_in_another_region_than_in_the_library_is_refused(import_):
    import_(regions(), circles())
    moved = changed(circles(), 1, adm1_pcode="ER05")
    assert "feature 1: ER0101 is in Anseba in the library, and in Maekel in the file" in refused(import_, moved)


def test_a_name_that_has_another_code_in_the_library_is_refused(import_):
    import_(regions())
    said = refused(import_, changed(regions(), 1, ADM1_PCODE="ER99"))
    assert "ER99 has the name of Anseba, which has the P-code ER01 in the library" in said


def test_a_name_of_several_places_is_refused(import_):
    for code in ("ER-A", "ER-B"):
        Place.objects.create(code=code, name="Anseba", kind="region", country="ER", source="made up")
    assert "ER01 has the name of several places of the library: Anseba (ER-A), Anseba (ER-B)" in refused(
        import_, regions()
    )


def test_an_outline_far_from_the_place_of_the_library_is_refused(import_):
    Place.objects.create(
        code="ER-A", name="Anseba", kind="region", country="ER", source="x", latitude=37.5, longitude=16.5
    )
    assert "The outline of ER01 is not where Anseba is" in refused(import_, regions())


@pytest.mark.parametrize(("options", "said"), [({"dated": "1.5.2019"}, "write a day"), ({"source": " "}, "--source")])
def test_a_bad_option_is_refused(import_, options, said):
    with pytest.raises(CommandError, match=said):
        import_(regions(), **options)


def test_without_its_record_nothing_is_imported(import_, monkeypatch):
    def refuse(**_details):
        raise RuntimeError

    before = state()
    monkeypatch.setattr("coi.maps.country_areas.record", refuse)
    with pytest.raises(RuntimeError):
        import_(regions())
    assert state() == before


# --- the places of the dump, and what knows the regions then --------------------------------------------


def load_dump(path, *lines, **options):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = StringIO()
    call_command("import_places", str(path), stdout=out, country="ER", **options)
    return out.getvalue()


def area_of(number):
    return Place.objects.get(code=f"gn-{number}").parents.get().code


def test_places_of_a_dump_come_into_the_region_and_cercle_that_it_names(import_, tmp_path):
    import_(regions(), circles())
    out = load_dump(tmp_path / "ER.txt", *DUMP)
    assert [area_of(900_000_000 + n) for n in range(1, 6)] == ["ER0102", "ER01", "ER05", "ER", "ER"]
    assert "in the country only: 2" in out
    assert "with a known cercle: 1" in out
    assert "no region for the admin1 code 03 (Southern Red Sea Region): 1 places" in out
    assert "no region for the admin1 code left empty" in out


def test_the_region_of_an_admin1_code_can_be_given(import_, tmp_path):
    import_(regions())
    load_dump(tmp_path / "ER.txt", *DUMP, region=["03=ER03"])
    assert area_of(900_000_004) == "ER03"
    with pytest.raises(CommandError, match="--region 03=ML-5: write an admin1 code and the code of a region"):
        load_dump(tmp_path / "ER.txt", *DUMP, region=["03=ML-5"])


def test_places_of_an_earlier_dump_are_put_into_their_region_later(import_, tmp_path):
    load_dump(tmp_path / "ER.txt", *DUMP)
    assert area_of(900_000_001) == "ER"
    import_(regions(), circles())
    out = load_dump(tmp_path / "ER.txt", *DUMP)
    assert "existing places, put into their cercle or region: 3" in out
    assert [area_of(900_000_000 + n) for n in range(1, 6)] == ["ER0102", "ER01", "ER05", "ER", "ER"]
    assert Entry.objects.filter(action="import-places").count() == 2
    assert "put into" not in load_dump(tmp_path / "ER.txt", *DUMP)


def test_event_data_of_the_country_are_imported_by_its_regions(import_, tmp_path):
    import_(regions())
    rows = [
        event_files.event(n, date(2024, 3, n), region, country="Eritrea")
        for n, region in enumerate(("Anseba", "Gash Barka", "Gash-Barka"), start=1)
    ]
    path = event_files.write(tmp_path / "er.csv", event_files.NEW, rows)
    out = StringIO()
    call_command("import_events", str(path), retrieved="2026-11-02", country="er", stdout=out)
    assert "events-er-2026-11-02" in out.getvalue()
    totals = dict.fromkeys(EventMonth.objects.values_list("place__code", flat=True))
    assert set(totals) == {"ER01", "ER04"}


def test_a_case_place_resolves_to_its_region(import_, tmp_path):
    import_(regions(), circles())
    load_dump(tmp_path / "ER.txt", *DUMP, line(900_000_009, "Nulpart", "05"))
    assert resolve("Nulkeren", country="ER").names == ("Nulkeren", "Hagaz", "Anseba", "Eritrea")
    assert resolve("Nulpart, Maekel", country="ER").place.code == "gn-900000009"
    document = {
        "reference": "x", "country": "ER", "places": [{"role": "home-area", "place": "Anseba"}],
        "material_facts": [{"id": "F1", "statement": "s", "place": "Nulkeren", "from": "2020-03", "to": "2020-03",
                            "event": "attack-on-village", "targets": ["villager"]}],
    }  # fmt: skip
    found = answer.answer(reader.read(document, today=date(2026, 11, 23)))
    assert "ER01" in found.facts[0].stated.place.value.regions


def report_on_eritrea():
    """Return the worked example as a published report on Eritrea, with a figure by region."""
    text = (ROOT / "docs/reference/second-report.template.yaml").read_text(encoding="utf-8")
    text = text.replace('"BF"', '"ER"').replace("gn-2362909", "ER0101").replace("gn-2362344", "ER05")
    entries = yaml.safe_load(text)
    rows = [entry["fields"] for entry in entries if entry["model"] == "coi.figurerow"]
    for row, (code, name) in zip(rows, (("ER01", "Anseba"), ("ER04", "Gash Barka"), ("ER", "Total")), strict=True):
        row |= {
            "place": [code],
            "place_label": name,
            "period_label": "2022",
            "period_from": "2022",
            "period_to": "2022",
        }
    published = {"edition": ["example-report-2024-06"], "published_at": "2026-11-23"}
    return [*entries, {"model": "coi.publication", "fields": published}]


def test_figures_and_region_pages_of_the_country_have_its_map(import_, tmp_path, make_user, office, client):
    import_(regions(), circles(), source="OCHA COD-AB Eritrea")
    call_command("load_coi", str(write(tmp_path / "er.yaml", report_on_eritrea())), stdout=StringIO())
    client.force_login(make_user("caseworker", office))
    library = client.get(reverse("library")).content.decode()
    figures = library[library.index('id="figures-ER') :]
    assert ">12<" in figures
    assert "OCHA COD-AB Eritrea (file of 25 November 2019)" in figures
    sheet = client.get(reverse("region", args=["ER01"])).content.decode()
    assert "Region of Anseba" in sheet
    assert "Outlines of regions and cercles: OCHA COD-AB Eritrea" in sheet
    assert "Keren" in sheet

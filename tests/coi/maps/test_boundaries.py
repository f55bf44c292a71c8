"""Boundaries for the maps: read within limits, all or nothing, and used only in maps where they were imported."""

import json
import re
from datetime import date
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.urls import reverse

from audit.models import Entry
from coi.maps import boundaries, country_maps, geojson, outlines, svg_map
from coi.models import Boundary, Place
from tests import ROOT
from tests.markup import values
from tests.sign_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

GIVEN = ROOT.parent / "shared" / "data"

# Two invented cercles side by side around Bankass and Koro, whose common border has a kink.
BORDER = [[-3.3, 13.2], [-3.2, 13.6], [-3.3, 14.0], [-3.2, 14.4]]
BANKASS = [[-4.2, 14.4], [-4.2, 13.2], *BORDER, [-4.2, 14.4]]
KORO = [*BORDER, [-2.2, 14.4], [-2.2, 13.2], BORDER[0]]


def feature(pcode, ring, **properties):
    return {
        "type": "Feature",
        "properties": {"adm1_pcode": "ML05", "adm2_pcode": pcode, **properties},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(*features, **members):
    return {"type": "FeatureCollection", "features": list(features), **members}


def pcode(name):
    return Place.objects.get(name=name, kind=Place.Kind.CERCLE, country="ML").pcode


@pytest.fixture
def circles():
    return collection(feature(pcode("Bankass"), BANKASS), feature(pcode("Koro"), KORO))


@pytest.fixture
def import_(tmp_path, capsys):
    """Write a document to a file, import it, and return the command's output."""

    def run(document, *options):
        path = tmp_path / "file.geojson"
        path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        call_command("import_boundaries", str(path), *options)
        return capsys.readouterr().out

    return run


# --- importing ----------------------------------------------------------------------------------


def test_boundaries_are_stored_with_source_and_date_and_recorded_once(import_, circles):
    said = import_(circles, "--source", "OCHA COD-AB Mali", "--dated", "2015-01-01")
    assert "2 boundaries" in said
    assert {b.place.name for b in Boundary.objects.all()} == {"Bankass", "Koro"}
    row = Boundary.objects.first()
    assert (row.source, row.dated) == ("OCHA COD-AB Mali", date(2015, 1, 1))
    entry = Entry.objects.get(action="boundaries.import")
    assert (entry.object_id, entry.details["boundaries"], entry.details["sha256"]) == ("ML", 2, row.sha256)


def test_the_same_file_again_changes_nothing(import_, circles):
    import_(circles)
    before = list(Boundary.objects.values())
    assert "no change" in import_(circles)
    assert list(Boundary.objects.values()) == before
    assert Entry.objects.filter(action="boundaries.import").count() == 1


def test_a_newer_file_replaces_the_outlines_it_has(import_, circles):
    import_(circles)
    circles["features"] = circles["features"][:1]
    circles["features"][0]["properties"]["validOn"] = "2019-04-23"
    assert "new or changed: 1" in import_(circles)
    assert dict(Boundary.objects.values_list("place__name", "dated")) == {"Bankass": date(2019, 4, 23), "Koro": None}


@pytest.mark.parametrize("field", ["ADM2_PCODE", "admin2Pcode", "adm2_pcode"])
def test_the_p_code_is_found_under_each_name_that_the_files_use(import_, field):
    one = feature("x", BANKASS)
    one["properties"] = {field: pcode("Bankass")}
    assert "1 boundaries" in import_(collection(one))


def test_several_outlines_and_holes_are_kept(import_):
    hole = [[-3.9, 13.5], [-3.9, 13.8], [-3.6, 13.8], [-3.9, 13.5]]
    islet = [[-3.0, 13.0], [-3.0, 13.01], [-2.99, 13.01], [-3.0, 13.0]]
    one = feature(pcode("Bankass"), BANKASS)
    one["geometry"] = {"type": "MultiPolygon", "coordinates": [[BANKASS, hole], [islet]]}
    import_(collection(one))
    assert [len(ring) >= 4 for ring in Boundary.objects.get().rings] == [True, True]  # the islet is invisible


def broken(change):
    """Return the document with one error in its second feature."""

    def make(document):
        change(document["features"][1])
        return document

    return make


def ring(*points):
    return broken(lambda f: f["geometry"].update(coordinates=[list(points)]))


A, B, C = [-3.0, 13.2], [-3.0, 14.0], [-2.2, 14.0]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda d: b"not JSON", "The file is not JSON"),
        (lambda d: b"\xff\xfe{}", "not UTF-8 text"),
        (lambda d: json.dumps(d).encode()[:400], "The file is not JSON"),
        (lambda d: json.dumps(d).replace("13.6", "NaN").encode(), "NaN is not a number"),
        (lambda d: [], "type: This is not a GeoJSON FeatureCollection"),
        (lambda d: collection(), "features: The list of features is missing or empty"),
        (lambda d: d | {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::32630"}}}, "crs: Coordinates must be"),
        (lambda d: b"[" * 100_000, "Brackets are nested more than 12 deep"),
        (lambda d: b"[" * 1_100_000, "more than 1000000 points"),
        (lambda d: b"{" * 20_000, "more than 5000 features"),
        (lambda d: b"1," * 4_400_000, "more values than"),
        # an unfinished string is read once, not once from each quotation mark
        (lambda d: b'"' + b'\\"' * 400_000, "The file is not JSON"),
        (lambda d: b'"' * 2_000_000, "more values than"),
        (lambda d: b'["' + b"[" * 2_000_000 + b'"]', "not a GeoJSON FeatureCollection"),  # brackets in a string
        (lambda d: b" " * (geojson.LARGEST_FILE + 1), "larger than 50 MB"),
        (broken(lambda f: f.update(type="Point")), "feature 2, type: This is not a GeoJSON Feature"),
        (broken(lambda f: f["properties"].pop("adm2_pcode")), "feature 2, adm2_pcode: The P-code is missing"),
        (broken(lambda f: f["properties"].update(adm2_pcode=5)), "feature 2, adm2_pcode: The P-code is missing"),
        (broken(lambda f: f["properties"].update(ADM2_PCODE="ML0501")), "feature 2, ADM2_PCODE: The P-code is in"),
        (broken(lambda f: f["properties"].update(adm3_pcode="ML050101")), "The file is of admin 3"),
        (broken(lambda f: f["properties"].update(adm2_pcode="ML9999")), "no cercle with the P-code ML9999"),
        (broken(lambda f: f.update(geometry=None)), "feature 2, geometry.type: An outline must be"),
        (broken(lambda f: f["geometry"].update(type="LineString")), "feature 2, geometry.type: An outline must be"),
        (broken(lambda f: f["geometry"].update(coordinates=[])), "feature 2, geometry.coordinates: There are no"),
        (
            ring(A, B, C, [-3.0, 13.3]),
            "feature 2, geometry.coordinates[0]: A ring must have at least four points and end",
        ),
        (ring(A, B, A), "feature 2, geometry.coordinates[0]: A ring must have at least four points"),
        (ring(A, B, A, B, A), "feature 2, geometry.coordinates[0]: The ring encloses nothing"),
        (ring(A, B, [-182.2, 14.0], A), "feature 2, geometry.coordinates[0][2]: [-182.2, 14.0] is not a longitude"),
        (ring(A, B, [-2.2, 94], A), "feature 2, geometry.coordinates[0][2]: [-2.2, 94] is not a longitude"),
        (ring(A, B, ["-2.2", 14], A), "feature 2, geometry.coordinates[0][2]: ['-2.2', 14] is not"),
        (ring(A, B, [True, 14], A), "feature 2, geometry.coordinates[0][2]: [True, 14] is not"),
        (ring(A, B, [-2.2], A), "feature 2, geometry.coordinates[0][2]: [-2.2] is not"),
        (ring([13.2, -3.0], [14.0, -3.0], [14.0, -2.2], [13.2, -3.0]), "is not where Koro is"),
    ],
)
def test_a_bad_file_is_refused_whole_with_the_feature_and_field(import_, circles, make, said):
    with pytest.raises(CommandError) as refused:
        import_(make(circles))
    assert said in str(refused.value)
    assert "nothing was imported" in str(refused.value)
    assert not Boundary.objects.exists()
    assert not Entry.objects.filter(action="boundaries.import").exists()


def test_every_problem_is_listed(import_, circles):
    circles["features"][0]["properties"]["adm2_pcode"] = "ML9998"
    circles["features"][1]["properties"]["adm2_pcode"] = "ML9999"
    with pytest.raises(CommandError) as refused:
        import_(circles)
    assert "feature 1, adm2_pcode" in str(refused.value)
    assert "ML9998" in str(refused.value)
    assert "feature 2, adm2_pcode" in str(refused.value)
    circles["features"] = [feature(pcode("Koro"), KORO), feature(pcode("Koro"), KORO)]
    with pytest.raises(CommandError, match="is in feature 1 as well"):
        import_(circles)


def test_unknown_places_can_be_skipped_and_are_named(import_, circles):
    circles["features"][0]["properties"]["adm2_pcode"] = "ML9998"
    said = import_(circles, "--skip-unknown")
    assert "skipped, not in the library: ML9998" in said
    assert Boundary.objects.get().place.name == "Koro"


@pytest.mark.parametrize(
    ("options", "said"), [(["--dated", "1.5.2019"], "write a day"), (["--source", " "], "--source")]
)
def test_a_bad_option_is_refused(import_, circles, options, said):
    with pytest.raises(CommandError, match=said):
        import_(circles, *options)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_boundaries", str(tmp_path / "none.geojson"))


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("json", "json is not a known serialization format"),
        ("yaml", "Nothing was loaded.*coi.Boundary is not part of the library"),
    ],
)
def test_boundaries_do_not_come_by_loaddata(tmp_path, ending, said):
    path = tmp_path / f"made-up.{ending}"  # all JSON is YAML
    fields = {"place": ["ML-5"], "rings": ["x"], "source": "x", "sha256": "x"}
    path.write_text(json.dumps([{"model": "coi.boundary", "fields": fields}]))
    with pytest.raises(CommandError, match=said):
        call_command("loaddata", str(path))
    assert not Boundary.objects.exists()


# --- simplified ---------------------------------------------------------------------------------


def edges(rings):
    return [frozenset(edge) for ring in rings for edge in pairwise(ring)]


def test_a_shared_border_stays_the_same_line_on_both_sides():
    wavy = [(-3.0 + 0.004 * (n % 3), 13 + n / 200) for n in range(200)]
    left = ((-4.0, 13.0), *wavy, (-4.0, 14.0), (-4.0, 13.0))
    right = (*reversed(wavy), (-2.0, 13.0), (-2.0, 14.0), wavy[-1])
    one, two = geojson.simplified([[left], [right]])
    assert len(one[0]) < 20
    assert one[0][0] == one[0][-1]
    assert len(set(edges(one)) & set(edges(two))) == len(edges(one)) - 3  # all but the three outer sides


def test_a_ring_too_small_to_simplify_stays():
    tiny = ((0.0, 0.0), (0.0, 0.0001), (0.0001, 0.0001), (0.0, 0.0))
    assert geojson.simplified([[tiny]]) == [(tiny,)]


def of_the_library(kind, property_name):
    """Return squares around the library's places, in place of the real file if it is not here."""
    made = []
    for place in Place.objects.filter(kind=kind, country="ML"):
        x, y = place.longitude, place.latitude
        square = [[x - 0.2, y - 0.2], [x - 0.2, y + 0.2], [x + 0.2, y + 0.2], [x + 0.2, y - 0.2], [x - 0.2, y - 0.2]]
        made.append(feature("", square) | {"properties": {property_name: place.pcode}})
    return json.dumps(collection(*made)).encode()


def test_every_region_and_circle_of_the_library_gets_its_boundary(tmp_path):
    for level, kind in ((1, Place.Kind.REGION), (2, Place.Kind.CERCLE)):
        path = GIVEN / f"ml-admin{level}.geojson"
        if not path.is_file():
            path = tmp_path / path.name
            path.write_bytes(of_the_library(kind, f"adm{level}_pcode"))
        done = boundaries.import_boundaries(path)
        assert (done.country, done.level, done.unknown) == ("ML", level, ())
    assert Boundary.objects.count() == 59
    imported = boundaries.imported("ML")
    drawn = country_maps.country_map("ML", title="x", here="ML-5", within=["ML-5"], imported=imported)
    assert {label.text for label in drawn.area_labels} >= {"Bankass", "Koro"}
    assert "OCHA COD-AB" in drawn.source


# --- on the maps --------------------------------------------------------------------------------


def region_page(client, django_user_model, code):
    signed_in(django_user_model.objects.create_user("reader", role="auditor"), client)
    page = client.get(reverse("region", args=[code])).content.decode()
    return page[page.index('<figure class="map-figure') : page.index("</svg><figcaption>") + 900]


def test_without_boundaries_places_are_marked_as_before(client, django_user_model):
    figure = region_page(client, django_user_model, "ML-3")
    assert "map-place-approx" in figure  # the cercle of Yorosso, marked at its seat
    assert "map-area" not in figure
    assert "map-inner" not in figure
    assert "Natural Earth" in figure


def test_a_circle_that_findings_name_is_drawn_where_its_boundary_is_known(client, django_user_model, import_):
    yorosso = [[-5.0, 12.0], [-5.0, 12.6], [-4.5, 12.6], [-4.5, 12.0], [-5.0, 12.0]]
    import_(collection(feature(pcode("Yorosso"), yorosso)), "--source", "Made up", "--dated", "2019-04-23")
    figure = region_page(client, django_user_model, "ML-3")
    assert figure.count('class="map-area"') == 1
    assert "map-place-approx" not in figure
    assert "Made up (file of 23 April 2019)" in figure


def test_only_borders_between_circles_are_drawn(import_, circles):
    import_(circles)
    drawn = country_maps.country_map("ML", title="x", here="ML-5", within=["ML-5"], imported=boundaries.imported("ML"))
    assert len(re.findall("[ML]", drawn.inner_borders)) == len(BORDER)
    elsewhere = country_maps.country_map(
        "ML", title="x", here="ML-3", within=["ML-3"], imported=boundaries.imported("ML")
    )
    assert elsewhere.inner_borders == ""
    assert "cercle" not in elsewhere.source


def test_imported_regions_take_over_once_all_are_there(import_):
    def region(place):
        x, y = place.longitude, place.latitude
        square = [[x - 1, y - 1], [x - 1, y + 1], [x + 1, y + 1], [x + 1, y - 1], [x - 1, y - 1]]
        made = feature("", square)
        made["properties"] = {"ADM1_PCODE": place.pcode}
        return made

    regions = list(Place.objects.filter(country="ML", kind=Place.Kind.REGION))
    import_(collection(*map(region, regions[:-1])))
    assert boundaries.imported("ML").regions == ()
    import_(collection(*map(region, regions)))
    imported = boundaries.imported("ML")
    assert len(imported.regions) == len(regions)
    assert "OCHA COD-AB (date not stated)" in country_maps.country_map("ML", title="x", imported=imported).source


def test_a_country_without_shipped_outlines_has_a_map_once_they_are_imported():
    square = ((10.0, 10.0), (10.0, 12.0), (12.0, 12.0), (12.0, 10.0), (10.0, 10.0))
    area = outlines.Area("TD-BA", "Batha", (square,), frozenset({"TD"}))
    drawn = country_maps.country_map(
        "TD", title="Chad", imported=outlines.Imported(regions=(area,), source_of_regions="x")
    )
    assert [region.name for region in drawn.regions] == ["Batha"]
    assert drawn.neighbours == ()


def test_a_map_of_a_part_shows_the_part_in_its_frame():
    whole = country_maps.country_map("ML", title="x", here="ML-5")
    part = country_maps.country_map(
        "ML", title="x", here="ML-5", within=["ML-5"], places=[country_maps.PlaceMark("P", 14.1, -3.4)]
    )
    numbers = [float(n) for n in re.findall(r"[0-9.]+", part.regions[-1].d)]
    assert max(numbers[::2]) - min(numbers[::2]) > svg_map.WIDTH * 0.8
    assert part.height <= svg_map.WIDTH * outlines.TALLEST + 1
    assert len(part.regions) < len(whole.regions)  # regions outside the map are not drawn
    assert {label.text for label in part.labels} <= {label.text for label in whole.labels}
    everything = country_maps.country_map("ML", title="x", within=[region.code for region in whole.regions])
    assert everything.height == country_maps.country_map("ML", title="x").height


def test_the_map_has_no_shading_and_no_opacity(import_, circles):
    import_(circles)
    imported = boundaries.imported("ML")
    bankass = Place.objects.get(pcode=pcode("Bankass"))
    drawn = country_maps.country_map(
        "ML", title="x", here="ML-5", within=["ML-5"], imported=imported, named=[bankass.code]
    )
    markup = render_to_string("coi/maps/map.svg.html", {"map": drawn, "map_id": "m"})
    assert "opacity" not in markup
    assert "style" not in markup
    assert {fill for fill in values(markup, "path", "fill") if fill} <= {"#efece4", "#fcfbf8", "none"}

"""A GeoNames country dump is imported completely or not at all, and never changes the meaning of a name unasked."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from assessments.answer import answer
from assessments.casefile import reader
from audit.models import Entry
from coi import gazetteer as places
from coi.gazetteer import AmbiguousPlace, PlaceError, UnknownPlace, resolve
from coi.management.commands import import_places
from coi.models import Place, PlaceName
from matching.outcome import Position

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "geonames-ML.txt"


pytestmark = pytest.mark.usefixtures("library")


def row(number=900_000_001, name="Nulpart", *, country="ML", **other):
    """Return a line of a dump."""
    fields = {
        "id": number, "name": name, "ascii": name, "others": "", "lat": 14.5, "lon": -4.2, "class": "P", "code": "PPL",
        "country": country, "cc2": "", "admin1": "04", "admin2": "", "admin3": "", "admin4": "", "population": 0,
        "elevation": "", "dem": 260, "timezone": "Africa/Bamako", "modified": "2016-01-01",
    }  # fmt: skip
    return "\t".join(str(v) for v in (fields | other).values())


@pytest.fixture
def dump(tmp_path):
    """Return a function that writes a dump and returns its path."""

    def write(*lines, raw=b""):
        path = tmp_path / "XX.txt"
        path.write_bytes(raw or ("\n".join(lines) + "\n").encode())
        return path

    return write


def run(path, **options):
    out = StringIO()
    call_command("import_places", str(path), stdout=out, **options)
    return out.getvalue()


def state():
    return (
        list(Place.objects.order_by("pk").values()),
        list(PlaceName.objects.order_by("pk").values()),
        list(Place.parents.through.objects.order_by("pk").values()),
        Entry.objects.count(),
    )


# --- accepted files ------------------------------------------------------------------------------


def test_a_village_comes_into_its_region_without_a_circle(dump):
    out = run(dump(row(name="Nulpärt", others="Nullepart,Nulpart,نولبار", population=120)))
    place = Place.objects.get(code="gn-900000001")
    assert (place.name, place.folded, place.kind, place.country) == ("Nulpärt", "nulpart", "village", "ML")
    assert (place.latitude, place.longitude, place.population, place.geonames_id) == (14.5, -4.2, 120, 900_000_001)
    assert place.source == places.IMPORTED
    assert [p.code for p in place.parents.all()] == ["ML-5"]
    assert {n.folded for n in place.names.all()} == {"nullepart", "نولبار"}
    assert resolve("nullepart", country="ML").names == ("Nulpärt", "Mopti", "Mali")
    assert "new: 0 towns, 1 villages, 2 other names" in out
    place.full_clean()


@pytest.mark.parametrize(
    ("admin1", "region"),
    [
        ("01", "ML-BKO"), ("03", "ML-1"), ("04", "ML-5"), ("05", "ML-4"), ("06", "ML-3"), ("07", "ML-2"),
        ("08", "ML-6"), ("09", "ML-7"), ("10", "ML-8"), ("12070577", "ML-7"), ("12070575", "ML-6"),
        ("00", "ML"), ("", "ML"), ("99", "ML"),
    ],
)  # fmt: skip
def test_the_region_comes_from_the_admin1_code(dump, admin1, region):
    out = run(dump(row(admin1=admin1)))
    assert [p.code for p in Place.objects.get(code="gn-900000001").parents.all()] == [region]
    assert ("in the country only: 1" in out) == (region == "ML")


@pytest.mark.parametrize(
    ("feature", "population", "kind"),
    [("PPL", 0, "village"), ("PPL", 4999, "village"), ("PPL", 5000, "town"), ("PPLA2", 0, "town"), ("PPLC", 0, "town")],
)
def test_seats_and_large_places_are_towns(dump, feature, population, kind):
    run(dump(row(code=feature, population=population)))
    assert Place.objects.get(code="gn-900000001").kind == kind


def test_only_populated_places_are_imported(dump):
    run(dump(row(), row(2, "Mont", **{"class": "T"}), row(3, "Réserve", **{"class": ""}, population="")))
    assert Place.objects.filter(source=places.IMPORTED).count() == 1


def test_another_countrys_places_are_inside_that_country(dump):
    out = run(dump(row(country="AF", admin1="13", name="Arghandab")), country="af")
    assert [p.code for p in Place.objects.get(code="gn-900000001").parents.all()] == ["AF"]
    assert "The place list has no regions of this country" in out
    assert resolve("Arghandab", country="AF").located


def test_an_existing_place_does_not_change(dump):
    before = state()
    out = run(dump(row(2452421, "Ogossogou", others="Somewhere else", population=99)))
    assert "existing places, not changed: 1" in out
    assert state() == before


def test_a_byte_order_mark_empty_lines_and_windows_line_ends_are_no_matter(dump):
    run(dump(raw=b"\xef\xbb\xbf" + row().encode() + b"\r\n\r\n" + row(900_000_002, "Ailleurs").encode()))
    assert Place.objects.filter(source=places.IMPORTED).count() == 2


def test_aliases_with_refused_characters_are_skipped(dump):
    run(dump(row(others=f"ok then,a\u202eb,{'x' * 300},…,, Nulpart ")))
    assert [n.name for n in PlaceName.objects.filter(place__code="gn-900000001")] == ["ok then"]


def test_a_second_run_changes_nothing(dump):
    path = dump(row(), row(900_000_002, "Ailleurs", others="Ailleur"))
    run(path)
    before = state()
    assert "new: 0 towns, 0 villages, 0 other names" in run(path)
    assert state() == before


def test_a_dry_run_counts_and_writes_nothing(dump):
    before = state()
    out = run(dump(row()), dry_run=True)
    assert "new: 0 towns, 1 villages" in out
    assert "Dry run: nothing was written." in out
    assert state() == before


def test_an_import_is_recorded(dump):
    run(dump(row()))
    entry = Entry.objects.latest("pk")
    assert (entry.actor, entry.action, entry.object_id) == ("import_places", "import-places", "ML")
    assert entry.details["villages"] == 1


def test_without_its_record_nothing_is_imported(dump, monkeypatch):
    def refuse(**_details):
        raise DatabaseError("attempt to write a readonly database")

    monkeypatch.setattr(import_places, "record", refuse)
    before = state()
    with pytest.raises(CommandError, match="nothing was imported"):
        run(dump(row()))
    assert state() == before


# --- refused files -------------------------------------------------------------------------------

NASTY = {
    "too few columns": "a\tb\tc",
    "too many columns": row() + "\tmore",
    "spaces for tabs": row().replace("\t", " "),
    "markup": "<html><body>404</body></html>",
    "no id": row(""),
    "an id of nought": row(0),
    "an id with an underscore": row("9_000"),
    "an id in other digits": row("٢٣"),
    "an id too large": row(2_147_483_648),
    "an id of many digits": row("9" * 5000),
    "no name": row(name=""),
    "a name of no letters": row(name="…"),
    "a name with a hidden direction": row(name="Nul\u202epart"),
    "a name with a NUL": row(name="Nul\x00part"),
    "a long name": row(name="x" * 201),
    "a name that grows when folded": row(name="\ufdfa" * 60),
    "no latitude": row(lat=""),
    "a latitude in words": row(lat="north"),
    "a latitude beyond the pole": row(lat=90.1),
    "a latitude that is no number": row(lat="nan"),
    "an endless longitude": row(lon="inf"),
    "a longitude beyond the line": row(lon=-180.5),
    "a longitude with an underscore": row(lon="1_0"),
    "a decimal comma": row(lat="14,5"),
    "a negative population": row(population=-1),
    "a population in words": row(population="many"),
    "no country": row(country=""),
    "a country in words": row(country="Mali"),
    "a country in small letters": row(country="ml"),
    "another country": row(country="BF"),
    "the same id again": row(900_000_000),
}


@pytest.mark.parametrize("what", NASTY)
def test_a_wrong_line_is_named_and_nothing_comes_in(dump, what):
    before = state()
    with pytest.raises(CommandError, match=r"^Line 2: .*Nothing was imported\.$"):
        run(dump(row(900_000_000, "Bon"), NASTY[what], row(900_000_002, "Bon aussi")))
    assert state() == before


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "no populated place"),
        (b"\n\n", "no populated place"),
        (row(**{"class": "T"}).encode(), "no populated place"),
        (row(name="Ségou").encode("latin-1"), "Line 1 is not UTF-8"),
        (row().encode("utf-16"), "Line 1 is not UTF-8"),
        (b"PK\x03\x04" + b"\x00\xff" * 50, "Line 1 is not UTF-8"),
        (b"\t" * 100_000, "Line 1 is longer than"),
        (b"x" * 1_000_000, "Line 1 is longer than"),
        (b"\t" * 60_000, "Line 1: 60001 columns|no populated place"),
    ],
)
def test_a_file_that_is_not_a_dump_is_refused(dump, raw, message):
    before = state()
    path = dump(raw=raw or b"\n")
    with pytest.raises(CommandError, match=message):
        run(path)
    assert state() == before


def test_limits_on_size_and_lines(dump, monkeypatch):
    path = dump(row(), row(900_000_002), row(900_000_003))
    monkeypatch.setattr(import_places, "MOST_LINES", 2)
    with pytest.raises(CommandError, match="more than 2 lines"):
        run(path)
    monkeypatch.setattr(import_places, "LARGEST_FILE", 10)
    with pytest.raises(CommandError, match="larger than"):
        run(path)


def test_a_missing_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "missing.txt", "a\x00b"):
        with pytest.raises(CommandError):
            run(path)


def test_the_country_given_must_be_that_of_the_file(dump):
    with pytest.raises(CommandError, match="this import is for BF"):
        run(dump(row()), country="BF")


def test_the_regions_must_be_loaded_first(dump):
    with pytest.raises(CommandError, match="Not in the place list: ZZ"):
        run(dump(row(country="ZZ")))
    Place.objects.filter(code="ML-5").update(code="ML-elsewhere")
    with pytest.raises(CommandError, match="Not in the place list: ML-5"):
        run(dump(row()))


# --- names that already resolved -----------------------------------------------------------------


def outcome(text):
    try:
        found = resolve(text, country="ML")
    except AmbiguousPlace:
        return "asked"
    except UnknownPlace:
        return "unknown"
    return found.value.code if found.located else "not located"


def hostile_dump(path, country):
    """Write a village, or another name of one, for every shipped name, in each kind of area."""
    names = list(Place.objects.order_by("pk").values_list("name", flat=True))
    names += PlaceName.objects.order_by("pk").values_list("name", flat=True)
    lines = [
        row(
            910_000_000 + n,
            name if n % 2 else f"Village {n}",
            others=name,
            admin1=f"{n % 11:02}",
            population=n * 20,
            country=country,
        )
        for n, name in enumerate(dict.fromkeys(names))
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("source", ["hostile ML", "hostile BF", *(["real"] if REAL.exists() else [])])
def test_after_an_import_names_resolve_as_before_or_are_asked_about(tmp_path, source):
    path = REAL if source == "real" else hostile_dump(tmp_path / "XX.txt", source[-2:])
    every = list(Place.objects.all())
    texts = {name for p in every for name in (p.name, p.code)} | set(PlaceName.objects.values_list("name", flat=True))
    texts |= {f"{p.name}, {region}" for p in every if p.country == "ML" for region in ("Gao", "Ségou", "Mali")}
    texts |= {c.label for c in places.candidates_of(every, country="ML")}
    # one in seven: all of them take half a minute for each source, and none differed
    before = {text: outcome(text) for text in sorted(texts)[::7]}
    run(path)
    changed = {
        text: (was, now)
        for text, was in before.items()
        if was not in ("unknown", "not located") and (now := outcome(text)) not in (was, "asked")
    }
    assert changed == {}


@pytest.mark.slow
@pytest.mark.parametrize("path", [REAL] if REAL.exists() else [])
def test_a_whole_country_comes_in_and_stays_searchable(path, django_assert_max_num_queries):
    out = run(path, country="ML")
    assert "14889 populated places read" in out
    imported = Place.objects.filter(source=places.IMPORTED)
    assert (
        imported.count()
        + Place.objects.filter(country="ML", geonames_id__isnull=False).exclude(source=places.IMPORTED).count()
        >= 14_889
    )
    for text, expected in (
        ("Ogossagou, Mopti", "gn-2452421"),
        ("Farabougou, Niono, Ségou", "gn-2457671"),
        ("Mopti", "ML-5"),
        ("Gao, Gao", "ML0703"),
    ):
        assert outcome(text) == expected
    some = list(imported.order_by("pk")[::97])
    for candidate in places.candidates_of(some, country="ML"):
        assert resolve(candidate.label, country="ML").place.code == candidate.code
    with django_assert_max_num_queries(20):
        assert places.search("Farab", country="ML")
    with pytest.raises(PlaceError):
        resolve("Ogossagu", country="ML")


def test_a_village_in_an_unknown_cercle_is_not_covered_by_a_denial_with_an_excepted_cercle(library, tmp_path):
    """Boura may be in the Yorosso cercle, so the denial about Sikasso except Yorosso must not cover it."""
    path = tmp_path / "ML.txt"
    row = ["9000001", "Bourabougou", "Bourabougou", "", "12.3", "-4.6", "P", "PPL", "ML", "", "06", "", "", "", "0", "", "49",
           "Africa/Bamako", "2012-01-17"]  # fmt: skip
    path.write_text("\t".join(row) + "\n")
    call_command("import_places", str(path), stdout=StringIO())
    document = {
        "reference": "x", "country": "ML", "places": [{"role": "home-area", "place": "Sikasso"}],
        "material_facts": [{"id": "F1", "statement": "s", "place": "Bourabougou, Sikasso", "from": "2020-03", "to": "2020-03",
                            "event": "attack-on-village", "actors": ["jnim"], "targets": ["villager"]}],
    }  # fmt: skip
    found = answer.answer(reader.read(document, today=date(2026, 11, 23)))
    assert found.facts[0].stated.place.located
    assert found.facts[0].position is Position.SILENT

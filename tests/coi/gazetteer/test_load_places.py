"""The shipped gazetteer: it loads completely, changes no existing place, and never changes the meaning of a name."""

import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.models import Entry
from coi import gazetteer
from coi.gazetteer import AmbiguousPlace, Asks, PlaceError, UnknownPlace, resolve
from coi.library import lookup
from coi.management.commands import load_places
from coi.models import Edition, FindingKey, Place, PlaceName
from coi.text.folding import fold, name_key
from tests.coi.gazetteer.test_import_places import outcome, row, run, state

HEADER = "geonameid,name,asciiname,alternatenames,latitude,longitude,fcode,pop,region,cercle,adm2_pcode"


pytestmark = pytest.mark.usefixtures("library")


def load():
    out = StringIO()
    call_command("load_places", stdout=out)
    return out.getvalue()


@pytest.fixture
def gazetteer_of(tmp_path, monkeypatch):
    """Return a function that replaces the shipped gazetteer with these lines."""
    monkeypatch.setattr(load_places, "FOLDER", tmp_path)

    def write(*lines, header=HEADER, raw=b""):
        path = tmp_path / "ml-gazetteer.csv.gz"
        path.write_bytes(raw or gzip.compress("\n".join([header, *lines, ""]).encode()))

    return write


def typed_in_cases():
    """Return every place named in the demonstration cases and scenarios, with the country of its case."""
    folders = [settings.BASE_DIR / "fixtures" / "demo", settings.BASE_DIR / "tests"]
    found = set()
    for path in (path for folder in folders for path in Path(folder).rglob("*.json")):
        document = json.loads(path.read_text())
        for case in document if isinstance(document, list) else [document]:
            if isinstance(case, dict) and "country" in case:
                rows = [*case.get("places", []), *case.get("material_facts", [])]
                found |= {(r["place"], case["country"]) for r in rows if isinstance(r.get("place"), str)}
    return found


# --- the shipped one ---------------------------------------------------------------------------


@pytest.mark.slow
def test_after_loading_the_gazetteer_names_resolve_as_before_or_are_asked_about():
    ours = {p.code: p for p in Place.objects.filter(country="ML")}
    names = set(PlaceName.objects.filter(place__country="ML").values_list("name", flat=True)) | {
        p.name for p in ours.values()
    }
    texts = sorted(names | {c.label for c in gazetteer.candidates_of(ours.values(), country="ML")})[::5]
    before = {text: outcome(text) for text in texts}
    cases = {typed: resolve(typed[0], country=typed[1]) for typed in typed_in_cases()}
    assert len(cases) > 3

    assert "ML: 14889 places read, 188 existing, 14701 added" in load()

    changed = {
        text: (was, now)
        for text, was in before.items()
        if was not in ("unknown", "not located") and (now := outcome(text)) not in (was, "asked")
    }
    assert changed == {}
    for (typed, country), was in cases.items():
        now = resolve(typed, country=country)
        # a village that was unlisted may be listed now, in the area that was given with it
        assert now.place == was.place or (not was.located and was.place.code in now.value.lineage), typed
    for code, place in ours.items():
        held = Place.objects.get(code=code)
        assert (held.name, held.latitude, held.source) == (place.name, place.latitude, place.source)

    listed = Place.objects.filter(country="ML", source=gazetteer.IMPORTED)
    assert listed.exclude(parents__kind="circle").count() == 26  # outside the outlines of all cercles
    fourou = resolve("Fourou", country="ML", asks=Asks.ALONE)
    assert fourou.names == ("Fourou", "Kadiolo", "Sikasso", "Mali")
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("Ogossogou", country="ML")
    assert {c.code for c in caught.value.candidates} == {"gn-2452421", "gn-2452422", "gn-6867217"}
    some = list(listed.order_by("pk")[::211])
    for candidate in gazetteer.candidates_of(some, country="ML"):
        assert resolve(candidate.label, country="ML", asks=Asks.ALWAYS).place.code == candidate.code
    spellings = {}
    for name, key in listed.values_list("name", "folded"):
        spellings.setdefault(key, set()).add(fold(name))
    several = [sorted(found) for found in spellings.values() if len(found) > 1]
    assert len(several) > 10
    for name, *_others in several:
        with pytest.raises(AmbiguousPlace):
            resolve(name, country="ML")
    for typed in ("Gui", "Ba", "N'T"):
        offered = gazetteer.search(typed, country="ML")
        assert [s for s in offered if not name_key(s.label).startswith(name_key(typed))] == []

    held = state()
    assert "14889 existing, 0 added" in load()
    assert state() == held


# --- a small one -------------------------------------------------------------------------------

NULPART = '900000001,Nulpärt,Nulpart,"Nullepart,Nulpart,Nul Part",14.5,-4.2,PPL,120,Mopti,Bankass,ML0502'


def test_a_place_comes_into_its_circle_with_its_other_names(gazetteer_of):
    gazetteer_of(NULPART)
    load()
    place = Place.objects.get(code="gn-900000001")
    assert (place.name, place.folded, place.kind, place.geonames_id) == ("Nulpärt", "nulpart", "village", 900_000_001)
    assert (place.latitude, place.longitude, place.population) == (14.5, -4.2, 120)
    assert [n.name for n in place.names.all()] == ["Nullepart"]
    assert resolve("nullepart", country="ML").names == ("Nulpärt", "Bankass", "Mopti", "Mali")
    place.full_clean()
    entry = Entry.objects.latest("pk")
    assert (entry.actor, entry.action, entry.object_id, entry.details["villages"]) == (
        "load_places", "import-places", "ML", 1,
    )  # fmt: skip


def test_an_existing_place_does_not_change(gazetteer_of):
    before = state()
    gazetteer_of("2452421,Ogossogou,Ogossogou,Elsewhere,1,1,PPL,99,Kayes,Kayes,ML0103")
    out = load()
    assert "1 existing, 0 added, 0 put into their cercle" in out
    assert state() == before


def test_a_database_with_a_country_dump_gets_the_circles(gazetteer_of, tmp_path):
    dump = tmp_path / "ML.txt"
    dump.write_text(row(name="Nulpärt", admin1="04") + "\n" + row(900_000_002, "Ailleurs", admin1="04") + "\n")
    run(dump)
    village = Place.objects.get(code="gn-900000001")
    finding = Edition.objects.get().findings.first()
    finding.places.through.objects.create(finding=finding, place=village)
    lookup.rebuild_keys(finding.edition)
    circle = Place.objects.get(code="ML0502")
    assert not FindingKey.objects.filter(finding=finding, place=circle).exists()

    gazetteer_of(NULPART)
    assert "1 existing, 0 added, 1 put into their cercle" in load()
    assert [p.code for p in village.parents.all()] == ["ML0502"]
    assert [p.code for p in Place.objects.get(code="gn-900000002").parents.all()] == ["ML-5"]
    assert FindingKey.objects.filter(finding=finding, place=circle).exists()
    held = state()
    gazetteer_of(NULPART)
    load()
    assert state() == held


def test_a_dump_after_the_gazetteer_adds_only_what_is_new(gazetteer_of, tmp_path):
    gazetteer_of(NULPART)
    load()
    dump = tmp_path / "ML.txt"
    dump.write_text(row() + "\n" + row(900_000_002, "Ailleurs") + "\n")
    assert "existing places, not changed: 1" in run(dump)
    assert [p.code for p in Place.objects.get(code="gn-900000001").parents.all()] == ["ML0502"]


@pytest.mark.parametrize(
    "bad",
    [
        {"raw": b"no gzip"},
        {"raw": gzip.compress(b"x" * 100)[:-9]},
        {"raw": gzip.compress(b"\xff\xfe")},
        {"header": "a,b"},
        {"lines": ["1,x"]},
        {"lines": [NULPART.replace("14.5", "north")]},
        {"lines": [NULPART, NULPART.replace("900000001", "many")]},
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(gazetteer_of, bad):
    before = state()
    gazetteer_of(*bad.get("lines", [NULPART]), **{k: v for k, v in bad.items() if k != "lines"})
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load()
    assert state() == before


def test_the_cercles_must_be_loaded_first(gazetteer_of):
    gazetteer_of(NULPART)
    Place.objects.filter(code="ML0502").update(code="ML-elsewhere")
    with pytest.raises(CommandError, match="areas not in the place list: ML0502"):
        load()


def test_a_name_that_is_not_listed_leads_to_its_region():
    with pytest.raises(UnknownPlace, match="“Fourou” is not in the place list for Mali"):
        resolve("Fourou", country="ML")
    with pytest.raises(PlaceError) as caught:
        resolve("Fourou", country="ML")
    assert "Fourou, Sikasso" in [c.label for c in caught.value.candidates]

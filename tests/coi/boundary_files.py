"""Boundary files made for tests: boxes with the names of Eritrea's regions, in both layouts of OCHA COD-AB.

The names are public facts. The outlines, P-codes of sub-regions and places are invented.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# name, P-code, the west and south of its box of one degree
REGIONS = (
    ("Anseba", "ER01", 37.0, 16.0), ("Debub", "ER02", 38.0, 14.0), ("Debubawi Keih Bahri", "ER03", 39.0, 14.0),
    ("Gash Barka", "ER04", 37.0, 15.0), ("Maekel", "ER05", 38.0, 15.0), ("Semenawi Keih Bahri", "ER06", 38.0, 16.0),
)  # fmt: skip
# name, P-code, its region, box
CIRCLES = (
    ("Keren", "ER0101", "ER01", 37.0, 16.0), ("Hagaz", "ER0102", "ER01", 37.5, 16.0),
    ("Mendefera", "ER0201", "ER02", 38.0, 14.0), ("Barentu", "ER0401", "ER04", 37.0, 15.0),
    ("Asmara", "ER0501", "ER05", 38.0, 15.0), ("Massawa", "ER0601", "ER06", 38.0, 16.0),
)  # fmt: skip


def box(west: float, south: float, width: float = 1.0) -> list[list[float]]:
    """Return a closed ring."""
    east, north = west + width, south + 1.0
    return [[west, south], [west, north], [east, north], [east, south], [west, south]]


def feature(ring: list[list[float]], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(features: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def regions() -> dict[str, Any]:
    """Return a file of admin 1 in the older layout."""
    return collection(
        [
            feature(
                box(west, south), OBJECTID=n, ADM1_EN=name, ADM1_PCODE=pcode, ADM1_REF=None, ADM1ALT1EN="",
                ADM0_EN="Eritrea", ADM0_PCODE="ER", date="2019-04-23", validOn="2019-11-25", validTo=None,
            )
            for n, (name, pcode, west, south) in enumerate(REGIONS)
        ]
    )  # fmt: skip


def circles() -> dict[str, Any]:
    """Return a file of admin 2 in the newer layout."""
    names = {pcode: name for name, pcode, _west, _south in REGIONS}
    return collection(
        [
            feature(
                box(west, south, 0.5), adm2_name=name, adm2_name1=None, adm2_pcode=pcode, adm1_name=names[region],
                adm1_pcode=region, adm0_name="Eritrea", adm0_pcode="ER", valid_on="2019-11-25", lang="en",
                area_sqkm=3000.5,
            )
            for name, pcode, region, west, south in CIRCLES
        ]
    )  # fmt: skip


def write(path: Path, document: Any) -> Path:
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return path


# --- a GeoNames dump of the same country ------------------------------------------------------------


def line(number: int, name: str, admin1: str, admin2: str = "", **other: Any) -> str:
    """Return a line of a dump."""
    fields = {
        "id": number, "name": name, "ascii": name, "others": "", "lat": 15.5, "lon": 38.5, "class": "P", "code": "PPL",
        "country": "ER", "cc2": "", "admin1": admin1, "admin2": admin2, "admin3": "", "admin4": "", "population": 0,
        "elevation": "", "dem": 260, "timezone": "Africa/Asmara", "modified": "2016-01-01",
    }  # fmt: skip
    return "\t".join(str(value) for value in (fields | other).values())


DUMP = (
    line(1, "Anseba Region", "01", **{"class": "A", "code": "ADM1"}),
    line(2, "Zoba Maekel", "05", others="Central Region,Maekel,Ma’ekel", **{"class": "A", "code": "ADM1"}),
    line(3, "Southern Red Sea Region", "03", **{"class": "A", "code": "ADM1"}),
    line(4, "Hagaz", "01", "0102", **{"class": "A", "code": "ADM2"}),
    line(5, "Asmara", "01", "0103", **{"class": "A", "code": "ADM2"}),  # Asmara is in Maekel, not in Anseba
    line(900_000_001, "Nulkeren", "01", "0102", lat=16.5, lon=37.7),
    line(900_000_002, "Nulpart", "01", "0103", lat=16.5, lon=37.2),
    line(900_000_003, "Nulmaekel", "05", population=9000),
    line(900_000_004, "Nulmer", "03", lat=14.5, lon=39.5),
    line(900_000_005, "Nulnulle", ""),
)

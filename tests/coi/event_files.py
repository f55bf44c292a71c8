"""Invented event files in the layouts of ACLED and UCDP. They have no row of a real file."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

NEW = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1",
    "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso", "region",
    "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source",
    "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip
OLD = (
    "data_id", "iso", "event_id_cnty", "event_id_no_cnty", "event_date", "year", "time_precision", "event_type",
    "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "region",
    "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source",
    "source_scale", "notes", "fatalities", "timestamp", "iso3",
)  # fmt: skip
# Actor-based exports have a row for each side of an event, with only that side.
NEW_BY_ACTOR, OLD_BY_ACTOR = (
    tuple(name for name in columns if name not in ("actor2", "assoc_actor_2", "inter2")) for columns in (NEW, OLD)
)
GED = (
    "id", "year", "type_of_violence", "side_a", "side_b", "adm_1", "adm_2", "country", "latitude", "longitude",
    "date_start", "date_end", "best", "high", "low", "deaths_civilians",
)  # fmt: skip


def event(n: int, day: date, region: str = "Mopti", deaths: int = 1, **more: Any) -> dict[str, Any]:
    """Return one event with every column that ACLED's layouts require."""
    return {
        "event_id_cnty": f"MLI{n}", "data_id": n, "event_id_no_cnty": n, "event_date": day.isoformat(), "year": day.year,
        "event_type": "Battles", "actor1": "Invented Group", "inter1": "2", "actor2": "Invented Forces", "inter2": "1",
        "country": "Mali", "admin1": region, "latitude": "14.0", "longitude": "-3.4", "notes": "Invented, for a test.",
        "fatalities": deaths, "timestamp": 1700000000, "civilian_targeting": "", **more,
    }  # fmt: skip


def sides(n: int, day: date, *groups: str, interaction: str, **more: Any) -> list[dict[str, Any]]:
    """Return the rows of one event in an actor-based export, one for each side."""
    return [event(n, day, interaction=interaction, inter1=group, **more) for group in groups]


def ged(n: int, day: date, region: str = "Mopti region", deaths: int = 1, **more: Any) -> dict[str, Any]:
    """Return one event in UCDP's layout."""
    return {
        "id": n, "year": day.year, "type_of_violence": "1", "side_a": "Government of Mali", "side_b": "Invented Group",
        "adm_1": region, "country": "Mali", "date_start": f"{day} 00:00:00.000", "date_end": f"{day} 00:00:00.000",
        "best": deaths, "high": deaths, "low": deaths, "deaths_civilians": 0, **more,
    }  # fmt: skip


def write(path: Path, columns: Iterable[str], rows: Iterable[dict[str, Any]], index: bool = False) -> Path:
    """Write a CSV file with these columns; ``index`` adds an unnamed one before them."""
    columns = list(columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([""] * index + columns)
        for n, row in enumerate(rows):
            out.writerow([str(n)] * index + [row.get(name, "") for name in columns])
    return path

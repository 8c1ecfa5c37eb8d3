"""The hand-made region that the map tests draw: four square countries around the point 66 E, 32 N::

    IRN 60-64 | AFG 64-68 (lat 30-34) | PAK 68-72
              | ring 64-68 (lat 26-30)|

Two corridors share the road from the crossing "west gate" to the area "laboratories".
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from shapely import box

from routes.outputs.maps import corridor_map
from routes.results import Grounds, RankedCorridor, RankedPlace, Ranking, RoadPiece, SeizureUse

if TYPE_CHECKING:
    from browsers import Visit


def corridor(rank: int, gate: str, share: float, pieces: tuple[RoadPiece, ...]) -> RankedCorridor:
    return RankedCorridor(
        id=f"{gate}>west-gate>laboratories",
        rank=rank,
        gate=gate,
        crossings=("west-gate",),
        processing_area="laboratories",
        prior_share=share / 2,
        posterior_share=share,
        interval_90=(share / 2, share * 1.5),
        top_10_probability=0.87,
        length_km=812.4,
        generalised_cost=1034.6,
        tier=rank,
        grounds=Grounds(0.34, 12.0, 6.2, "B2"),
        pieces=pieces,
    )


def place(identity: str, kind: str, lon: float, lat: float, share: float = 0.3) -> RankedPlace:
    name = identity.replace("-", " ")
    return RankedPlace(
        id=identity,
        name=name,
        kind=kind,
        countries=("IRN",),
        lon=lon,
        lat=lat,
        status="open",
        prior_share=share / 2,
        posterior_share=share,
        interval_90=(0.1, 0.4),
    )


SHARED_ROAD = RoadPiece(((64.0, 32.0), (65.0, 32.5), (66.0, 32.0)), synthetic=False)
CORRIDORS = (
    corridor(1, "port", 0.3, (RoadPiece(((61.0, 31.0), (64.0, 32.0)), synthetic=False), SHARED_ROAD)),
    corridor(2, "rim", 0.02, (RoadPiece(((61.0, 33.5), (64.0, 32.0)), synthetic=True), SHARED_ROAD)),
)
GATES = (place("port", "seaport", 61.0, 31.0), place("rim", "land_gate", 61.0, 33.5, 0.02))
CROSSINGS = (
    replace(place("west-gate", "road", 64.0, 32.0, 0.5), status="closed"),
    place("goat-path", "unlisted", 64.0, 33.7, 0.001),
)
AREAS = (place("laboratories", "processing_area", 66.0, 32.0, 0.6),)
PROVENANCE = {
    "package_version": "9.8.7",
    "inputs": {"seizures.csv": "00" * 32},
    "period": {
        "since": "2008-01-01",
        "until": "2020-12-31",
        "question": "For 1 January 2008 to 31 December 2020.",
    },
    "seed": 4711,
}
USES = (
    SeizureUse("s1", "e1", "evidence", 1.0),
    SeizureUse("s2", "e2", "no location", 0.0),
    SeizureUse("s3", "e3", "outside the modelled countries", 0.0),
)
RANKING = Ranking(
    corridors=CORRIDORS,
    gates=GATES,
    crossings=CROSSINGS,
    processing_areas=AREAS,
    covered_mass=0.995,
    uncovered_share=0.68,
    seizures=USES,
    provenance=PROVENANCE,
)


def borders_of_region() -> gpd.GeoDataFrame:
    shapes = [box(60, 30, 64, 34), box(64, 30, 68, 34), box(68, 30, 72, 34), box(64, 26, 68, 30)]
    columns = {
        "iso3": ["IRN", "AFG", "PAK", "SEA"],
        "name": ["Iran", "Afghanistan", "Pakistan", "Ring"],
        "modelled": [True, True, True, False],
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def seizure_row(identity: str, lat: float, lon: float, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "seizure_id": identity,
        "event_id": identity.replace("s", "e"),
        "date": "2010-03-01",
        "date_precision": "month",
        "country": "AFG",
        "place": "Somewhere",
        "lat": lat,
        "lon": lon,
        "location_precision": "city",
        "substance": "acetic anhydride",
        "quantity_reported": 15800.0,
        "unit_reported": "t",
        "quantity_kg": 15800.0,
        "direction_note": math.nan,
        "operation": "TARCET II",
        "source": "a published note",
        "source_grade": "B2",
        "quality_flag": "unit",
        "quality_note": "the whole operation had 450 t",
    }
    return row | changes


def seizure_table() -> pd.DataFrame:
    rows = [
        seizure_row("s1", 31.2, 65.5),
        seizure_row("s2", math.nan, math.nan, location_precision="country"),
        seizure_row("s3", 50.0, 120.0),
    ]
    return pd.DataFrame(rows)


def cities() -> pd.DataFrame:
    return pd.DataFrame({"place_id": ["k"], "name": ["Kandahar"], "lat": [31.6], "lon": [65.7]})


def page_of(
    ranking: Ranking = RANKING, seizures: pd.DataFrame | None = None, top: int = 20, **options: Any
) -> str:
    rows = seizure_table() if seizures is None else seizures
    return corridor_map(ranking, rows, borders_of_region(), top=top, places=cities(), **options)


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'id="routes-data">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def click_at(visit: Visit, lat: float, lon: float) -> None:
    """Click on a place of the map, given in degrees."""
    spot = visit.page.evaluate(
        """([lat, lon]) => {
            const name = Object.keys(window).find((key) => key.startsWith("map_"));
            const point = window[name].latLngToContainerPoint([lat, lon]);
            const box = document.querySelector(".folium-map").getBoundingClientRect();
            return [box.x + point.x, box.y + point.y];
        }""",
        [lat, lon],
    )
    visit.page.mouse.click(*spot)

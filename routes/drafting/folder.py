"""Write the folder of a new region: what can be known, blank tables with comments, and what to do next."""

from __future__ import annotations

import csv
import io
import json
import shutil
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import pyproj

from routes.drafting.candidates import cities, crossing_candidates, modelled_in, slug, towns_of
from routes.drafting.world import borders_of
from routes.errors import RoutesError
from routes.read import COUNTRY_NAMES
from routes.read import reference as tables
from routes.read.paths import BESIDE, FILES
from routes.read.seizures import SEIZURE_COLUMNS
from routes.roads.road_file import save_roads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    import geopandas as gpd

    from routes.read.columns import Column
    from routes.roads.osm_nodes import Marks
    from routes.roads.road_file import Roads

    Stages = Callable[[str], AbstractContextManager[Callable[[int, int | None], None]]]

_COMMENTS = {
    "places.csv": (
        "Gates, processing areas, districts, cities. An analysis needs a gate and a processing area.",
        "Gates: kind seaport, or land_gate with the crossing_id of a crossing on the outer rim; weight: how",
        "much lawful cargo comes in there, as a part of all. Processing areas: kind processing_area, in the",
        "destination; weight: how much of what is made is made there. Districts name their area in part_of.",
        "Rows that begin with '# ' are not read: those below are the roads over the outer rim as land gates.",
        "Take the sign away from those that are gates, and give each a weight.",
    ),
    "crossing_status.csv": (
        "When crossings and gates were open, restricted or closed: a row a period, both days included; empty",
        "for since ever, or until further notice. A crossing without a row counts as open.",
    ),
    "area_weights.csv": ("Weights of processing areas by period; they go before those of places.csv.",),
    "seizures.csv": (
        "Seizures, a row a record. date: YYYY, YYYY-MM or YYYY-MM-DD; location_precision: exact, crossing,",
        "city, district, province, country; source_grade: A1 to F6. routes validate checks the file.",
    ),
    "highways.csv": (
        "Main highways as ordered stops with published distances, where they are known: they correct the",
        "trunk roads. After a change build the roads again: routes network build --data FOLDER.",
    ),
    "operations.csv": ("Totals that operations reported, for the debriefing (routes brief --operation).",),
    "posts.csv": ("Inspection units that stand, as published (routes interdict --have-published).",),
}
_BLANK: Mapping[str, Sequence[Column]] = {
    "crossing_status.csv": tables.STATUS_COLUMNS,
    "area_weights.csv": tables.AREA_WEIGHT_COLUMNS,
    "seizures.csv": SEIZURE_COLUMNS,
    "highways.csv": tables.HIGHWAY_COLUMNS,
    "operations.csv": tables.OPERATION_COLUMNS,
    "posts.csv": tables.POST_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was written: the files, and how many candidates, border posts and cities they hold."""

    files: tuple[str, ...]
    candidates: int
    on_the_rim: int
    official: int
    cities: int


def draft_region(
    folder: Path,
    codes: Sequence[str],
    destination: str,
    name: str,
    today: date,
    extracts: Sequence[Path] = (),
    stages: Stages = lambda _what: nullcontext(lambda _done, _of: None),
) -> Drafted:
    """Write the folder of a new region, whole or not at all.

    Parameters
    ----------
    folder : Path
        Made if it is not there. None of the files of a region may be in it.
    codes : sequence of str
        The modelled countries, ISO 3166-1 alpha-3.
    destination : str
        One of them.
    name : str
        Of the region.
    today : date
        Up to which nothing is known of the status of crossings.
    extracts : sequence of Path
        OpenStreetMap extracts to take the roads from. Default: the world's trunk roads.
    stages : function of str, optional
        As for `routes.roads.osm_roads`.

    Raises
    ------
    RoutesError
        If a file is there already, a country is not drawn, no road lies in them, or a package is missing.
    """
    check_free(folder)
    with stages("drawing borders"):
        borders = borders_of(codes)
    roads, marks = _roads(borders, extracts, stages)
    with stages("looking for crossings"):
        towns = towns_of(sorted(borders["iso3"]))
        crossings = crossing_candidates(roads, borders, towns, marks)
    rim = [row for row in crossings if len(modelled_in((row["country_a"], row["country_b"]), codes)) == 1]
    large = cities(towns, codes)
    texts = {
        "region.toml": _region_text(codes, destination, name, borders, today),
        "borders.geojson": _geojson(borders),
        "crossings.csv": _csv(tables.CROSSING_COLUMNS, crossings),
        "places.csv": _csv(
            tables.PLACE_COLUMNS,
            [*_land_gates(rim, codes), *(_city(town) for town in large)],
            _COMMENTS["places.csv"],
        ),
        **{file: _csv(columns, (), _COMMENTS[file]) for file, columns in _BLANK.items()},
    }
    _write(folder, texts, roads)
    official = sum(row["official"] == "yes" for row in crossings)
    return Drafted(("roads.npz", *texts), len(crossings) - len(rim), len(rim), official, len(large))


def check_free(folder: Path) -> None:
    """Refuse a folder that holds files of a region.

    Raises
    ------
    RoutesError
        With the files.
    """
    if folder.exists() and not folder.is_dir():
        raise RoutesError(f"{folder} is a file, not a folder. Name a folder that is not there yet.")
    there = [name for name in (*FILES, *BESIDE) if (folder / name).exists()]
    if there:
        raise RoutesError(
            f"{folder} holds {', '.join(there)} already. Name another folder, or move the files away: "
            "nothing is written over."
        )


def _roads(borders: gpd.GeoDataFrame, extracts: Sequence[Path], stages: Stages) -> tuple[Roads, Marks | None]:
    from routes.read.blank import without_rows
    from routes.roads import osm_roads, trunk_roads
    from routes.roads.osm_nodes import read_marks

    none = without_rows(tables.CROSSING_COLUMNS)
    if not extracts:
        with stages("clipping the trunk roads of the world"):
            return trunk_roads(borders, none), None
    roads = osm_roads(extracts, borders, none, stages)
    with stages("reading border posts"):
        return roads, read_marks(extracts)


def _write(folder: Path, texts: Mapping[str, str], roads: Roads) -> None:
    """Write all files beside the folder first, then move them in."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in texts.items():
            (made / name).write_text(text, encoding="utf-8")
        save_roads(roads, made / "roads.npz")
        made.chmod(0o755)
        if folder.exists():
            for path in made.iterdir():
                path.rename(folder / path.name)
        else:
            made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], comments: Sequence[str] = ()) -> str:
    text = io.StringIO()
    text.writelines(f"# {line}\n" for line in comments)
    writer = csv.DictWriter(text, [column.name for column in columns], lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _city(town: Any) -> dict[str, Any]:  # noqa: ANN401 - a town
    return {
        "place_id": f"{slug(town.name) or 'city'}-{town.id}",
        "name": town.name,
        "kind": "city",
        "country": town.country,
        "lat": town.lat,
        "lon": town.lon,
        "source": f"GeoNames {town.id} (CC BY 4.0)",
    }


def _land_gates(rim: Iterable[Mapping[str, Any]], codes: Sequence[str]) -> list[dict[str, Any]]:
    """Rows that make gates of the candidates on the outer rim, put out of force."""
    return [
        {
            "place_id": f"# {row['crossing_id']}-gate",
            "name": row["name"],
            "kind": "land_gate",
            "country": modelled_in((row["country_a"], row["country_b"]), codes)[0],
            "lat": row["lat"],
            "lon": row["lon"],
            "crossing_id": row["crossing_id"],
            "note": "Candidate, to be checked.",
            "source": "routes new",
        }
        for row in rim
    ]


def _geojson(borders: gpd.GeoDataFrame) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"iso3": row.iso3, "name": row.name, "modelled": bool(row.modelled)},
            "geometry": row.geometry.__geo_interface__,
        }
        for row in borders.itertuples(index=False)
    ]
    made = {"type": "FeatureCollection", "features": features}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


def _area_km2(borders: gpd.GeoDataFrame) -> int:
    """Area of the modelled countries, to two digits."""
    globe = pyproj.Geod(ellps="WGS84")
    whole = sum(
        abs(globe.geometry_area_perimeter(shape)[0]) for shape in borders.loc[borders["modelled"], "geometry"]
    )
    return int(float(f"{whole / 1e6:.2g}"))


def _region_text(
    codes: Sequence[str], destination: str, name: str, borders: gpd.GeoDataFrame, today: date
) -> str:
    into = COUNTRY_NAMES[destination].strip()
    quoted = {key: json.dumps(text, ensure_ascii=False) for key, text in (("name", name), ("into", into))}
    listed = ", ".join(sorted(codes))
    return f"""# What the data speak of. The countries whose roads and crossings are modelled are those of
# borders.geojson with "modelled": true ({listed}); the places that goods go to are the processing areas of
# places.csv.

name = {quoted["name"]}
title = {json.dumps(f"Likely corridors into {into}", ensure_ascii=False)}

# What moves, the one of it that is converted below, what is made of it, as words in a sentence; and where
# (ISO 3166-1 alpha-3).
goods = "goods"
precursor = "the precursor"
product = "the product"
destination = "{destination}"

# In which languages its readers read, the first first (ISO 639-1).
languages = ["en"]

# What the weights of gates and processing areas in places.csv rest on, in a sentence or two.
weights_from = "Nothing is told yet of what the weights of gates and processing areas rest on."

# A seizure that no corridor explains may lie anywhere in this area, about that of the modelled countries.
background_area_km2 = {_area_km2(borders)}

# The day up to which crossing_status.csv was checked.
status_checked = {today:%Y-%m-%d}

# Kilograms of the precursor for a kilogram of the product, and who says so; a table a source, or none.
# [[conversion]]
# kg_per_kg = 2.0
# source = ""

# Kilograms per litre of the substances as they are traded, by which volumes are weighed.
[densities]
# "a substance" = 1.0

# Chance that a seizure of the substance belongs to the making of the product; other is for those not named.
[substances]
# "the precursor" = 0.9
other = 0.5
"""

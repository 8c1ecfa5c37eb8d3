"""Whether the files of a data folder fit together: what an analysis cannot do without, and what is amiss."""

from __future__ import annotations

import logging
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

from routes.errors import Fault, InputError
from routes.kinds import GATE_KINDS, PROCESSING_AREA
from routes.read.location import TOLERANCE_KM, find_misplaced
from routes.read.quoting import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from routes.read.paths import Source
    from routes.read.region import Region
    from routes.roads.road_file import Roads

_LOG = logging.getLogger(__name__)
_CROSSING, _PLACE = ("crossings.csv", "crossing_id"), ("places.csv", "place_id")
_TERMINALS = (*GATE_KINDS, PROCESSING_AREA)


def require_together(
    region: Region, roads: Roads, crossings: pd.DataFrame, places: pd.DataFrame, area_weights: pd.DataFrame
) -> None:
    """Require of the tables what no analysis can do without; what lies outside the model is told in the log.

    Raises
    ------
    InputError
        If a modelled country has no road, there is no gate or no processing area with a weight in the
        modelled countries, one of them has no weight, or a land gate no crossing.

    Examples
    --------
    >>> from routes.read.inputs import load_inputs
    >>> inputs = load_inputs()
    >>> tables = inputs.crossings, inputs.places, inputs.area_weights
    >>> require_together(inputs.region, inputs.roads, *tables)
    """
    faults = [
        *_countries_without_roads(region, roads),
        *_terminal_faults(region, crossings, places, area_weights),
    ]
    if faults:
        raise InputError(faults)
    outside = [
        place
        for place, kind, country in _rows(places, "place_id", "kind", "country")
        if kind in _TERMINALS and country not in region.countries
    ]
    if outside:
        _LOG.warning("places.csv: %s: left out, for their countries are not modelled.", ", ".join(outside))


def _countries_without_roads(region: Region, roads: Roads) -> Iterator[Fault]:
    for country in region.countries:
        if country not in roads.countries or not (roads.country == roads.countries.index(country)).any():
            message = (
                f"{country} is modelled, and the road file has no road in it. Build it again with routes "
                "network build, or set modelled to false."
            )
            yield Fault("borders.geojson", message)


def _terminal_faults(
    region: Region, crossings: pd.DataFrame, places: pd.DataFrame, area_weights: pd.DataFrame
) -> Iterator[Fault]:
    columns = ("place_id", "kind", "country", "weight", "crossing_id")
    inside = [row for row in _rows(places, *columns) if row[2] in region.countries]
    timed = {area for area, weight in _rows(area_weights, "area_id", "weight") if weight > 0}
    for what, kinds in (("gate", tuple(GATE_KINDS)), ("processing area", (PROCESSING_AREA,))):
        weights = {place: weight for place, kind, _, weight, _ in inside if kind in kinds}
        if not any(weight > 0 or place in timed for place, weight in weights.items()):
            message = (
                f"there is no {what} with a weight above 0 in a modelled country."
                f" Add a row of kind {' or '.join(kinds)}."
            )
            yield Fault("places.csv", message)
        for place in (place for place, weight in weights.items() if isnan(weight) and place not in timed):
            message = f"{place}: a {what} needs a weight, its share among those of its kind. 0 leaves it out."
            yield Fault("places.csv", message, column="weight")
    known = set(crossings["crossing_id"])
    for place, kind, _, _, crossing in inside:
        if kind == "land_gate" and crossing not in known:
            message = f"{place}: a land gate stands at a crossing of crossings.csv, got {show(crossing)}."
            yield Fault("places.csv", message, column="crossing_id")


def _rows(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in columns), strict=True)


def folder_faults(source: Source) -> list[Fault]:
    """Find every fault of the files of a source: of each by itself, and of what does not fit together.

    Raises
    ------
    RoutesError
        If a region of its own lacks a file.

    Examples
    --------
    >>> from routes.read.paths import Source
    >>> folder_faults(Source())
    []
    """
    tables, faults = _read_all(source)
    where = {name: str(path) for name, path in _paths(source).items()}
    found = [replace_file(fault, where) for check in _CHECKS for fault in check(tables)]
    return [*faults, *dict.fromkeys(found)]


def replace_file(fault: Fault, where: Mapping[str, str]) -> Fault:
    """Give a fault of a table the path of its file."""
    return Fault(where.get(fault.file, fault.file), fault.message, fault.line, fault.column)


def _paths(source: Source) -> dict[str, Path]:
    from routes.read.paths import BESIDE, FILES

    found = {name: source.optional(name) for name in (*FILES, *BESIDE) if name != "seizures.csv"}
    paths = {name: path for name, path in found.items() if path is not None}
    if not source.whole or "seizures.csv" in source.own():
        paths["seizures.csv"] = source.file("seizures.csv")
    return paths


def _read_all(source: Source) -> tuple[dict[str, Any], list[Fault]]:
    """Read every file that can be read: tables by the names of the files, and the faults of the others."""
    from routes.read import reference
    from routes.read.borders import read_country_shapes
    from routes.read.inputs import read_seizures_of
    from routes.read.region import read_region
    from routes.roads.road_file import load_roads

    paths, tables = _paths(source), {}
    faults: list[Fault] = []

    def read(name: str, make: Callable[[Path], Any]) -> None:
        if name in paths:
            try:
                tables[name] = make(paths[name])
            except InputError as error:
                faults.extend(error.faults)

    read("borders.geojson", read_country_shapes)
    read("crossings.csv", reference.read_crossings)
    read("places.csv", reference.read_places)
    read("crossing_status.csv", reference.read_crossing_status)
    read("highways.csv", reference.read_highways)
    read("operations.csv", reference.read_operations)
    read("posts.csv", reference.read_posts)
    read("roads.npz", load_roads)
    if "places.csv" in tables:
        places = tables["places.csv"]
        areas = tuple(places["place_id"][places["kind"] == PROCESSING_AREA])
        read("area_weights.csv", lambda path: reference.read_area_weights(path, areas))
    if "borders.geojson" in tables:
        borders = tables["borders.geojson"]
        read("region.toml", lambda path: read_region(path, borders))
        read("seizures.csv", lambda path: read_seizures_of(source, path, borders).all_valid())
    return tables, faults


Tables = dict[str, Any]


def _what_cannot_be_missed(tables: Tables) -> Iterator[Fault]:
    wanted = ("region.toml", "roads.npz", "crossings.csv", "places.csv")
    if any(name not in tables for name in wanted):
        return
    region, roads, crossings, places = (tables[name] for name in wanted)
    weights = tables.get("area_weights.csv", pd.DataFrame({"area_id": [], "weight": []}))
    yield from _countries_without_roads(region, roads)
    yield from _terminal_faults(region, crossings, places, weights)
    areas = places[places["kind"] == PROCESSING_AREA]
    if len(areas) and not (areas["country"] == region.destination).any():
        message = f"no processing area lies in {region.destination}, which is the destination."
        yield Fault("region.toml", message, column="destination")


def _ids(tables: Tables, *files: tuple[str, str]) -> set[str] | None:
    """Ids that stand in some tables; None if one of them could not be read."""
    if any(name not in tables for name, _ in files):
        return None
    return {str(name) for file, column in files for name in tables[file][column]}


def _ids_that_nothing_has(tables: Tables) -> Iterator[Fault]:
    references = (
        ("places.csv", "crossing_id", (_CROSSING,)),
        ("highways.csv", "crossing_id", (_CROSSING, _PLACE)),
        ("crossing_status.csv", "crossing_id", (_CROSSING, _PLACE)),
        ("posts.csv", "place_id", (_CROSSING, _PLACE)),
    )
    for file, column, targets in references:
        known = _ids(tables, *targets)
        if file not in tables or known is None:
            continue
        named = tables[file][column]
        for name in dict.fromkeys(named[(named != "") & ~named.isin(list(known))]):
            files = " or ".join(target for target, _ in targets)
            yield Fault(
                file,
                f"{show(str(name))} stands in no row of {files}. Add it, or correct the name.",
                column=column,
            )


def _countries_not_drawn(tables: Tables) -> Iterator[Fault]:
    if "borders.geojson" not in tables:
        return
    drawn = set(tables["borders.geojson"]["iso3"])
    for file, columns in (
        ("crossings.csv", ("country_a", "country_b")),
        ("highways.csv", ("country",)),
    ):
        for column in columns if file in tables else ():
            for country in sorted(set(tables[file][column]) - drawn):
                message = f"{country} is not in borders.geojson. Draw it, or take its rows out."
                yield Fault(file, message, column=column)
    if "crossings.csv" in tables and "region.toml" in tables:
        crossings, modelled = tables["crossings.csv"], tables["region.toml"].countries
        for crossing in crossings["crossing_id"][crossings["country_a"] > crossings["country_b"]]:
            message = f"{crossing}: the two countries stand in alphabetical order. Exchange them."
            yield Fault("crossings.csv", message, column="country_a")
        far = ~(crossings["country_a"].isin(modelled) | crossings["country_b"].isin(modelled))
        for crossing in crossings["crossing_id"][far]:
            yield Fault("crossings.csv", f"{crossing}: neither of its countries is modelled. Take it out.")


def _points_elsewhere(tables: Tables) -> Iterator[Fault]:
    """Places far outside their country, and crossings far from one of theirs."""
    if "borders.geojson" not in tables:
        return
    borders = tables["borders.geojson"]
    drawn = borders["iso3"]
    for file, key, columns in (
        ("places.csv", "place_id", ("country",)),
        ("crossings.csv", "crossing_id", ("country_a", "country_b")),
    ):
        for column in columns if file in tables else ():
            table = tables[file]
            here = table[table[column].isin(list(drawn))]
            points = here[["lon", "lat"]].assign(country=here[column])
            for row, found in find_misplaced(points, borders).iterrows():
                swapped = " Are lat and lon swapped?" if found["swapped"] else " Correct one of them."
                message = (
                    f"{table[key][row]}: lat {found['lat']:g}, lon {found['lon']:g} is "
                    f"{found['distance_km']:,.0f} km from {found['country']}, "
                    f"more than {TOLERANCE_KM:g}.{swapped}"
                )
                yield Fault(file, message, column="lat")


_CHECKS: Iterable[Callable[[Tables], Iterator[Fault]]] = (
    _what_cannot_be_missed,
    _ids_that_nothing_has,
    _countries_not_drawn,
    _points_elsewhere,
)

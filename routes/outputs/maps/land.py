"""What lies under the corridors: borders, towns, highways, and tiles of a server if they are asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from shapely import (
    MultiLineString,
    get_coordinates,
    length,
    line_merge,
    linestrings,
    maximum_inscribed_circle,
    multilinestrings,
    simplify,
)

from routes.errors import RoutesError
from routes.outputs import text
from routes.outputs.language import message, tr
from routes.outputs.placenames import country_name, place_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from routes.outputs.maps.roads import Line
    from routes.roads.road_file import Roads

    Points = npt.NDArray[np.float64]

Layer = dict[str, Any]
Box = tuple[float, float, float, float]

_BORDER_TOLERANCE_DEGREES = 0.012
_BORDER_DIGITS = 3
_RIM = 0.002  # degrees, for the box is rounded
_SOURCE_UNITS = 10_000  # decimals of the coordinates of borders and disputed lines
_ROAD_TOLERANCE_DEGREES = 0.006
_SHORTEST_ROAD_DEGREES = 0.03
_ROAD_UNITS = 1000
# What is drawn first where not all can be; links are drawn straight by the builder and are no highways.
_FIRST = (
    *("motorway", "trunk", "paved", "primary", "ferry", "secondary"),
    *("gravel", "tertiary", "track", "minor"),
)
_MOST_ROADS = 150_000  # edges; a page of more is slow and shows a grey sheet
DISPUTED = (
    message("Line of control and working boundary"),
    message("Line of actual control, Aksai Chin"),
    message("Gilgit-Baltistan and Azad Kashmir"),
    message("Jammu and Kashmir"),
    message("Aksai Chin"),
    message("Shaksgam Valley"),
    message("Demchok"),
    message("Sumdo"),
    message("Tirpani Valleys (Nilang, Jadhang)"),
    message("Barahoti"),
    message("Doklam"),
    message("North of Bhutan"),
    message("Sir Creek and Junagadh"),
    message("South Ossetia"),
    message("Abkhazia"),
)
"""Names of bundled disputed lines; others stand as they are."""
_HOST = re.compile(r"(?P<subdomain>\{s\}\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
_OSM = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


@dataclass(frozen=True, slots=True)
class Tiles:
    """A tile server: its template, the one source the page may load images from, and whom to thank."""

    url: str
    source: str
    attribution: str


def tiles(basemap: str, attribution: str = "") -> Tiles | None:
    """Read what was asked for as a basemap.

    Parameters
    ----------
    basemap : str
        ``offline`` for none, ``osm``, or the template of a tile server with ``{z}``, ``{x}`` and ``{y}``.
    attribution : str
        Whom to thank for the tiles, plain text.

    Raises
    ------
    RoutesError
        If the template is none.

    Examples
    --------
    >>> tiles("offline")
    >>> tiles("https://{s}.tiles.example/{z}/{x}/{y}.png").source
    'https://*.tiles.example'
    """
    if basemap == "offline":
        return None
    if basemap == "osm":
        thanks = attribution or tr("Map tiles © OpenStreetMap contributors")
        return Tiles(_OSM, "https://tile.openstreetmap.org", thanks)
    parts = urlsplit(basemap)
    good = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc)
    if not good or not all(f"{{{name}}}" in basemap for name in "xyz"):
        message = (
            "basemap: wanted offline, osm, or a template such as https://tiles.example/{z}/{x}/{y}.png, "
            f"got {basemap!r}."
        )
        raise RoutesError(message)
    source = f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"
    return Tiles(
        basemap, source, attribution or tr("Map tiles: {host}", host=parts.netloc.removeprefix("{s}."))
    )


def road_layer(roads: Roads | None) -> list[list[int]]:
    """Describe the highways, every line as whole thousandths of a degree.

    A line is a flat list: latitude and longitude of its first point, then the steps from point to point.
    Slip roads and pieces under 3 km are left out, and on a dense network the lesser classes of road.
    """
    if roads is None:
        return []
    kept = np.isin(roads.road_class, _drawn_classes(roads))
    ends = [np.column_stack([roads.lat[end], roads.lon[end]])[kept] for end in (roads.u, roads.v)]
    merged = line_merge(multilinestrings(linestrings(np.stack(ends, axis=1))))
    simple = simplify(_parts(merged), _ROAD_TOLERANCE_DEGREES)
    points, line = get_coordinates(simple[length(simple) > _SHORTEST_ROAD_DEGREES], return_index=True)
    whole = np.round(points * _ROAD_UNITS).astype(int)
    starts = np.flatnonzero(np.diff(line, prepend=-1))
    steps = np.diff(whole, axis=0, prepend=0)
    steps[starts] = whole[starts]
    return sorted(part.ravel().tolist() for part in np.split(steps, starts[1:]) if len(part))


def _drawn_classes(roads: Roads) -> list[int]:
    """Classes of road to draw, as indices: the first ones that are not too many together."""
    from routes.roads.road_file import ROAD_CLASSES

    order = [ROAD_CLASSES.index(name) for name in _FIRST]
    edges = np.cumsum(np.bincount(roads.road_class, minlength=len(ROAD_CLASSES))[order])
    return [
        order[0],
        *(number for number, count in zip(order[1:], edges[1:], strict=True) if count <= _MOST_ROADS),
    ]


def layers(borders: gpd.GeoDataFrame, disputed: pd.DataFrame | None) -> Layer:
    """Describe the countries, the disputed lines, and the box that the data fill."""
    west, south, east, north = box = extent_of(borders)
    simple = borders.geometry.simplify_coverage(_BORDER_TOLERANCE_DEGREES)
    return {
        "borders": border_layer(borders, simple, disputed),
        "disputed": [] if disputed is None else disputed_layer(disputed, simple, box),
        "extent": [(south, west), (north, east)],
    }


def named(ground: Layer) -> Layer:
    """Name the countries and disputed lines of `layers` in the language that is spoken."""
    return {
        **ground,
        "borders": [{**each, "name": country_name(each["iso3"], each["name"])} for each in ground["borders"]],
        "disputed": [
            {**each, "name": tr(name), "words": _sides(*each["sides"])}
            for each in ground["disputed"]
            for name in (each["name"],)
        ],
    }


def _sides(holders: str, claimants: str) -> str:
    """Say who administers and who claims; several are codes with a blank between."""
    claimed = ", ".join(country_name(code, code) for code in claimants.split())
    if holders == "self":
        return tr("administers itself; claimed by {countries}", countries=claimed)
    held = ", ".join(country_name(code, code) for code in holders.split())
    return tr("administered by {holders}; claimed by {countries}", holders=held, countries=claimed)


def border_layer(
    borders: gpd.GeoDataFrame, simple: gpd.GeoSeries, disputed: pd.DataFrame | None
) -> list[Layer]:
    """Describe the countries; neighbours stay joined, for all borders are simplified as one coverage.

    ``unlined`` are pieces of the outline that are no border: along the rim of the data, where a country
    goes on, and where the line is disputed. For every ring it holds the first and last point of each piece.
    """
    rows = zip(borders["iso3"], borders["name"], borders["modelled"], simple, strict=True)
    box, contested = extent_of(borders), _contested_points(disputed)
    return [
        {
            "iso3": code,
            "name": text.clean(name),
            "modelled": bool(modelled),
            "rings": [_rings(part) for part in _parts(shape)],
            "unlined": [
                _unlined(ring, box, contested) for part in _parts(shape) for ring in _ring_coords(part)
            ],
            "label": _label_point(shape),
        }
        for code, name, modelled, shape in rows
        if not shape.is_empty
    ]


def disputed_layer(disputed: pd.DataFrame, simple: gpd.GeoSeries, box: Box) -> list[Layer]:
    """Describe the lines on which states do not agree, as far as they lie on the map.

    Where such a line is the outline of a country, it runs along the outline as the map draws it.
    """
    west, south, east, north = box
    outlines = [ring for shape in simple for ring in _all_rings(shape)]
    layer = []
    for row in disputed.to_dict("records"):
        left, bottom, right, top = row["geometry"].bounds
        if left >= west and right <= east and bottom >= south and top <= north:
            sides = (text.clean(row["administered_by"]), text.clean(row["claimed_by"]))
            line = _along(row["geometry"], outlines)
            layer.append(
                {
                    "name": text.clean(row["name"]),
                    "sides": sides,
                    "source": text.clean(row["source"]),
                    "lines": [_latlon(get_coordinates(part)) for part in _parts(line)],
                }
            )
    return layer


def _along(line: BaseGeometry, outlines: list[Points]) -> BaseGeometry:
    known = _keys(get_coordinates(line))
    pieces = [
        ring[start : stop + 1]
        for ring in outlines
        for start, stop in _runs(_both_ends(np.isin(_keys(ring), known)))
    ]
    if pieces:
        # Both neighbours have the outline: each segment once.
        segments = {
            tuple(sorted(map(tuple, pair))) for ring in pieces for pair in np.stack([ring[:-1], ring[1:]], 1)
        }
        return line_merge(MultiLineString(sorted(segments)))
    return line.simplify(_BORDER_TOLERANCE_DEGREES)


def _contested_points(disputed: pd.DataFrame | None) -> npt.NDArray[np.int64]:
    if disputed is None:
        return np.empty(0, dtype=np.int64)
    return np.concatenate([_keys(get_coordinates(line)) for line in disputed["geometry"]])


def _unlined(ring: Points, box: Box, contested: npt.NDArray[np.int64]) -> list[list[int]]:
    west, south, east, north = box
    lon, lat = ring.T
    sides = [lon <= west + _RIM, lon >= east - _RIM, lat <= south + _RIM, lat >= north - _RIM]
    hidden = _both_ends(np.isin(_keys(ring), contested))
    for side in sides:
        hidden |= _both_ends(side)
    return _runs(hidden)


def _both_ends(points: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Segments of which both ends are so."""
    return points[:-1] & points[1:]


def _runs(segments: npt.NDArray[np.bool_]) -> list[list[int]]:
    """First and last point of every run of segments."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], segments, [False]]).astype(np.int8)))
    runs: list[list[int]] = edges.reshape(-1, 2).tolist()
    return runs


def _keys(points: Points) -> npt.NDArray[np.int64]:
    """One number for every point, to compare points by."""
    grid = np.round(points * _SOURCE_UNITS).astype(np.int64)
    keys: npt.NDArray[np.int64] = grid[:, 0] * 10**8 + grid[:, 1]
    return keys


def _ring_coords(polygon: Any) -> list[Points]:  # noqa: ANN401 - a shapely polygon
    return [get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]


def _all_rings(shape: BaseGeometry) -> list[Points]:
    return [ring for part in _parts(shape) for ring in _ring_coords(part)]


def _latlon(points: Points) -> list[tuple[float, float]]:
    return [(round(float(y), _BORDER_DIGITS), round(float(x), _BORDER_DIGITS)) for x, y in points]


def _parts(shape: BaseGeometry) -> list[Any]:
    return list(getattr(shape, "geoms", [shape]))


def _rings(polygon: Any) -> list[list[tuple[float, float]]]:  # noqa: ANN401 - a shapely polygon
    return [_latlon(ring) for ring in _ring_coords(polygon)]


def _label_point(shape: BaseGeometry) -> tuple[float, float]:
    """Find the roomiest spot of the largest part."""
    largest = max(_parts(shape), key=lambda part: part.area)
    lon, lat = maximum_inscribed_circle(largest, tolerance=0.1).coords[0]
    return round(lat, 2), round(lon, 2)


def city_layer(places: pd.DataFrame | None) -> list[Layer]:
    """Describe the towns that are named on the map."""
    if places is None:
        return []
    rows = places.dropna(subset=["lat", "lon"]).to_dict("records")
    return [
        {
            "id": text.clean(row.get("place_id")),
            "name": place_name(str(row.get("place_id")), text.clean(row["name"])),
            "at": (round(row["lat"], 3), round(row["lon"], 3)),
        }
        for row in rows
    ]


def extent_of(borders: gpd.GeoDataFrame) -> Box:
    """Return west, south, east and north of the borders."""
    west, south, east, north = (round(float(bound), 3) for bound in borders.total_bounds)
    return west, south, east, north


def view_of(lines: Sequence[Line], borders: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Return the south-west and north-east corners of what is to be seen first."""
    points = [point for line in lines for point in line]
    if not points:
        modelled = borders[borders["modelled"].astype(bool)]
        west, south, east, north = extent_of(borders if modelled.empty else modelled)
        return [(south, west), (north, east)]
    lats, lons = zip(*points, strict=True)
    return [(min(lats), min(lons)), (max(lats), max(lons))]

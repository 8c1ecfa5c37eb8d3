"""What lies under the corridors: borders, towns, highways, and tiles of a server if they are asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from shapely import MultiLineString, line_merge, maximum_inscribed_circle

from routes.errors import RoutesError
from routes.outputs import text
from routes.outputs.language import tr
from routes.outputs.placenames import country_name, place_name

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from routes.roads.road_file import Roads

Layer = dict[str, Any]
Box = tuple[float, float, float, float]

_BORDER_TOLERANCE_DEGREES = 0.012
_BORDER_DIGITS = 3
_ROAD_TOLERANCE_DEGREES = 0.006
_SHORTEST_ROAD_DEGREES = 0.03
_ROAD_UNITS = 1000
# What is drawn first where not all can be; links are drawn straight by the builder and are no highways.
_FIRST = (
    *("motorway", "trunk", "paved", "primary", "ferry", "secondary"),
    *("gravel", "tertiary", "track", "minor"),
)
_MOST_ROADS = 150_000  # edges; a page of more is slow and shows a grey sheet
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
    merged = line_merge(MultiLineString(list(np.stack(ends, axis=1))))
    simple = (line.simplify(_ROAD_TOLERANCE_DEGREES) for line in _parts(merged))
    return sorted(_steps(line) for line in simple if line.length > _SHORTEST_ROAD_DEGREES)


def _drawn_classes(roads: Roads) -> list[int]:
    """Classes of road to draw, as indices: the first ones that are not too many together."""
    from routes.roads.road_file import ROAD_CLASSES

    order = [ROAD_CLASSES.index(name) for name in _FIRST]
    edges = np.cumsum(np.bincount(roads.road_class, minlength=len(ROAD_CLASSES))[order])
    return [
        order[0],
        *(number for number, count in zip(order[1:], edges[1:], strict=True) if count <= _MOST_ROADS),
    ]


def _steps(line: BaseGeometry) -> list[int]:
    points = np.round(np.asarray(line.coords) * _ROAD_UNITS).astype(int)
    flat: list[int] = np.vstack([points[:1], np.diff(points, axis=0)]).ravel().tolist()
    return flat


def border_layer(borders: gpd.GeoDataFrame) -> list[Layer]:
    """Describe the countries; neighbours stay joined, for all borders are simplified as one coverage."""
    simple = borders.geometry.simplify_coverage(_BORDER_TOLERANCE_DEGREES)
    rows = zip(borders["iso3"], borders["name"], borders["modelled"], simple, strict=True)
    return [
        {
            "iso3": code,
            "name": text.clean(name),
            "modelled": bool(modelled),
            "rings": [_rings(part) for part in _parts(shape)],
            "label": _label_point(shape),
        }
        for code, name, modelled, shape in rows
        if not shape.is_empty
    ]


def named(countries: list[Layer]) -> list[Layer]:
    """Name the countries of `border_layer` in the language that is spoken."""
    return [{**each, "name": country_name(each["iso3"], each["name"])} for each in countries]


def _parts(shape: BaseGeometry) -> list[Any]:
    return list(getattr(shape, "geoms", [shape]))


def _rings(polygon: Any) -> list[list[tuple[float, float]]]:  # noqa: ANN401 - a shapely polygon
    rings = (polygon.exterior, *polygon.interiors)
    return [[(round(y, _BORDER_DIGITS), round(x, _BORDER_DIGITS)) for x, y in ring.coords] for ring in rings]


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
            "name": place_name(str(row.get("place_id")), text.clean(row["name"])),
            "at": (round(row["lat"], 3), round(row["lon"], 3)),
        }
        for row in rows
    ]


def extent_of(borders: gpd.GeoDataFrame) -> Box:
    """Return west, south, east and north of the borders."""
    west, south, east, north = (round(float(bound), 3) for bound in borders.total_bounds)
    return west, south, east, north


def view_of(layer: Layer, borders: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Return the south-west and north-east corners of what is to be seen first."""
    points = [point for line in layer["stretches"] for point in line]
    if not points:
        modelled = borders[borders["modelled"].astype(bool)]
        west, south, east, north = extent_of(borders if modelled.empty else modelled)
        return [(south, west), (north, east)]
    lats, lons = zip(*points, strict=True)
    return [(min(lats), min(lons)), (max(lats), max(lons))]

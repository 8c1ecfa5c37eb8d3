"""Outlines of all countries (Natural Earth 1:10 million), and the borders of a region cut out of them.

The file is a topology: two neighbours share one arc, so each arc is decoded and rounded once and every
country is put together from the same points. Neighbours match exactly.
"""

from __future__ import annotations

import json
import lzma
from functools import cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.polygon import orient

from routes.errors import RoutesError
from routes.read import COUNTRY_NAMES, bundled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely import MultiPolygon, Polygon
    from shapely.geometry.base import BaseGeometry

    from routes.support.arrays import Floats

    Points = Floats

DECIMALS = 4
_RING = 4  # points of the smallest ring, the first of them twice
_BEYOND_DEGREES = 4.0  # what is drawn around the modelled countries


def borders_of(codes: Sequence[str]) -> gpd.GeoDataFrame:
    """Draw countries whole as modelled, and what lies around them, cut off a few degrees beyond.

    Parameters
    ----------
    codes : sequence of str
        ISO 3166-1 alpha-3.

    Returns
    -------
    GeoDataFrame
        ``iso3``, ``name``, ``modelled``, ``geometry``; the modelled ones first, each group by code.

    Raises
    ------
    RoutesError
        If a country is not drawn.

    Examples
    --------
    >>> drawn = borders_of(["LIE"])
    >>> drawn["iso3"].tolist()[:3], int(drawn["modelled"].sum())
    (['LIE', 'AUT', 'BEL'], 1)
    """
    rings, arcs = _topology()
    lost = [code for code in codes if code not in rings]
    if lost:
        raise RoutesError(f"--countries: {', '.join(lost)} is not drawn in Natural Earth 1:10 million.")
    modelled = {code: _as_drawn(country_shape(code)) for code in sorted(codes)}
    west, south, east, north = shapely.total_bounds([*modelled.values()]).tolist()
    beyond = _BEYOND_DEGREES
    box = shapely.box(west - beyond, south - beyond, east + beyond, north + beyond)
    near = {number for number, arc in enumerate(arcs) if shapely.intersects(_box_of(arc), box)}
    around = {
        code: _as_drawn(shapely.intersection(country_shape(code), box))
        for code, parts in sorted(rings.items())
        if code not in modelled and not near.isdisjoint(_arcs_in(parts))
    }
    every = {**modelled, **{code: shape for code, shape in around.items() if not shape.is_empty}}
    return gpd.GeoDataFrame(
        {
            "iso3": [*every],
            "name": [COUNTRY_NAMES[code].strip() for code in every],
            "modelled": [code in modelled for code in every],
        },
        geometry=[*every.values()],
        crs="EPSG:4326",
    )


@cache
def _topology() -> tuple[dict[str, Any], list[Points]]:
    """Rings of every country by its code, and the arcs that they are made of."""
    packed: dict[str, Any] = json.loads(lzma.decompress(bundled("world.json.xz").read_bytes()))
    return packed["countries"], decoded_arcs(packed)


def _arcs_in(parts: Iterable[Iterable[Iterable[int]]]) -> set[int]:
    return {index if index >= 0 else ~index for part in parts for ring in part for index in ring}


def _box_of(arc: Points) -> Polygon:
    return shapely.box(*arc.min(axis=0), *arc.max(axis=0))


@cache
def country_shape(code: str) -> MultiPolygon:
    """Outline of a country.

    Rounding lets some rings touch themselves; ``make_valid`` splits those at the point of touch and moves
    nothing.

    Raises
    ------
    KeyError
        If it is not drawn.

    Examples
    --------
    >>> country_shape("LAO").is_valid
    True
    """
    rings, arcs = _topology()
    shape = shapely.MultiPolygon([polygon for part in rings[code] for polygon in polygons_of(part, arcs)])
    return shape if shape.is_valid else _merged(shape)


def _merged(shape: MultiPolygon) -> MultiPolygon:
    """Merge parts that have a side in common."""
    return shapely.MultiPolygon(only_polygons(shapely.union_all(list(shape.geoms))))


def decoded_arcs(topology: dict[str, Any]) -> list[Points]:
    """Turn the delta-coded integer arcs of a topology into rounded longitudes and latitudes."""
    scale, shift = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    return [
        np.asarray((np.cumsum(np.array(deltas, float), axis=0) * scale + shift).round(DECIMALS))
        for deltas in topology["arcs"]
    ]


def polygons_of(rings: Iterable[Sequence[int]], arcs: Sequence[Points]) -> list[Polygon]:
    """Put a polygon together from its rings of arcs; a negative index means that the arc runs backwards."""
    whole = [_unwrapped(_stitched(ring, arcs)) for ring in rings]
    outer, *holes = [ring for ring in whole if len(ring) >= _RING] or [np.zeros((0, 2))]
    made = shapely.Polygon(outer, holes)
    return [made] if made.is_valid and not made.is_empty else only_polygons(shapely.make_valid(made))


def _stitched(indices: Sequence[int], arcs: Sequence[Points]) -> Points:
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indices]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _unwrapped(ring: Points) -> Points:
    """Carry a ring across the 180th meridian instead of jumping round the world."""
    turns = -np.cumsum(np.round(np.diff(ring[:, 0], prepend=ring[0, 0]) / 360))
    lon = ring[:, 0] + 360 * turns
    lon = lon - 360 * np.round((lon.min() + lon.max()) / 720)
    return np.column_stack([lon.round(DECIMALS), ring[:, 1]])


def only_polygons(shape: BaseGeometry) -> list[Polygon]:
    """Keep the areas of a shape and drop stray points and lines."""
    parts = shapely.get_parts(shapely.get_parts(shape))  # a collection can hold multipolygons
    return [part for part in parts if part.geom_type == "Polygon"]


def _as_drawn(shape: BaseGeometry) -> MultiPolygon:
    """Round, order and turn the parts of a country as GeoJSON wants them."""
    parts = [shapely.transform(part, lambda points: points.round(DECIMALS)) for part in only_polygons(shape)]
    sound = [shapely.make_valid(part) for part in parts if part.area > 0]
    ordered = shapely.normalize(shapely.MultiPolygon(only_polygons(shapely.union_all(sound))))
    return shapely.MultiPolygon([orient(part) for part in ordered.geoms])

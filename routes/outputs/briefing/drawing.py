"""The map of a briefing as SVG: borders, the roads of the likeliest corridors by their share, places.

A road that several corridors share is drawn once, as wide and dark as the share of all of them together.
"""

from __future__ import annotations

import html
import math
from itertools import pairwise
from typing import TYPE_CHECKING

from shapely import box, maximum_inscribed_circle

from routes.outputs.briefing.charts import WIDTH, svg, text
from routes.outputs.palette import PAGE, ShareClass, class_number, radius, share_classes
from routes.outputs.symbols import PLACES, SEIZURES, path
from routes.outputs.text import clean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from routes.results import RankedCorridor, RankedPlace, Ranking

Point = tuple[float, float]
Rect = tuple[float, float, float, float]

_DIGITS = 4
_MARGIN_DEGREES = 1.2
_TOLERANCE_DEGREES = 0.03
_LABELLED = 0.02
_WHITE, _INK = PAGE["white"], PAGE["ink"]
_LAND, _OTHER_LAND, _SEA, _BORDER = PAGE["land"], PAGE["other-land"], PAGE["sea"], PAGE["border"]
_LEGEND = 168
_SCALE_KM = 500
_KM_A_DEGREE = 111.2
_LONGEST_LABEL = 28


class View:
    """Where a degree lies on the paper: equirectangular, true to scale along the middle parallel."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self.bounds = (west, south, east, north)
        self.squeeze = math.cos(math.radians((south + north) / 2))
        self.pixels = WIDTH / ((east - west) * self.squeeze)
        self.height = round((north - south) * self.pixels)

    def at(self, lon: float, lat: float) -> Point:
        """Return x and y of a point."""
        west, _, _, north = self.bounds
        return (lon - west) * self.squeeze * self.pixels, (north - lat) * self.pixels


def corridor_drawing(
    ranking: Ranking, drawn: Sequence[RankedCorridor], seizures: pd.DataFrame, borders: gpd.GeoDataFrame
) -> str:
    """Draw the map.

    Parameters
    ----------
    ranking : Ranking
    drawn : sequence of RankedCorridor
        Corridors with their roads.
    seizures : DataFrame
        Records; those with a place in view are drawn.
    borders : GeoDataFrame
        ``name``, ``modelled`` and polygons in WGS 84.
    """
    view = _view(drawn, borders)
    loads = _loads(drawn)
    classes = share_classes(max(loads.values(), default=0.0))
    taken: list[Rect] = [(0, view.height - 60, _LEGEND, view.height)]
    used = {use.seizure_id for use in ranking.seizures if use.use == "evidence"}
    parts = [
        f'<rect width="{WIDTH}" height="{view.height}" fill="{_SEA}"/>',
        *_countries(view, borders),
        *_roads(view, loads, classes),
        *_seizures(view, seizures, used),
        *_places(view, ranking, taken),
        _scale_bar(view),
        _north(),
        _legend(view, classes),
    ]
    return svg(WIDTH, view.height + _LEGEND, "Map of the likeliest corridors", "".join(parts))


def _view(drawn: Sequence[RankedCorridor], borders: gpd.GeoDataFrame) -> View:
    points = [point for row in drawn for piece in row.pieces for point in piece.points]
    if points:
        lons, lats = zip(*points, strict=True)
        west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    else:
        west, south, east, north = borders[borders["modelled"].astype(bool)].total_bounds.tolist()
    m = _MARGIN_DEGREES
    return View(west - m, south - m, east + m, north + m)


def _loads(drawn: Iterable[RankedCorridor]) -> dict[tuple[Point, Point, bool], float]:
    """Share that the drawn corridors bring over every piece of road."""
    loads: dict[tuple[Point, Point, bool], float] = {}
    for row in drawn:
        edges = {
            (min(a, b), max(a, b), piece.synthetic)
            for piece in row.pieces
            for a, b in pairwise([(round(x, _DIGITS), round(y, _DIGITS)) for x, y in piece.points])
            if a != b
        }
        for edge in edges:
            loads[edge] = loads.get(edge, 0.0) + row.posterior_share
    return loads


def _path(view: View, points: Iterable[Point]) -> str:
    return "L".join("{:.1f} {:.1f}".format(*view.at(lon, lat)) for lon, lat in points)


def _countries(view: View, borders: gpd.GeoDataFrame) -> Iterator[str]:
    simple = borders.geometry.simplify_coverage(_TOLERANCE_DEGREES)
    frame = box(*view.bounds)
    names = []
    for name, modelled, shape in zip(borders["name"], borders["modelled"], simple, strict=True):
        seen = shape.intersection(frame)
        rings = [ring for part in _polygons(seen) for ring in (part.exterior, *part.interiors)]
        if not rings:
            continue
        outline = "".join(f"M{_path(view, ring.coords)}Z" for ring in rings)
        fill = _LAND if modelled else _OTHER_LAND
        yield f'<path d="{outline}" fill="{fill}" stroke="{_BORDER}" stroke-width="0.8" fill-rule="evenodd"/>'
        roomiest = max(_polygons(seen), key=lambda part: part.area)
        if modelled or roomiest.area > 8:  # noqa: PLR2004 - square degrees that hold a name
            x, y = view.at(*maximum_inscribed_circle(roomiest, tolerance=0.2).coords[0])
            names.append(text(x, y, clean(name).upper(), 9.5, PAGE["country-name"], "middle"))
    yield from names


def _polygons(shape: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" and part.area]


def _roads(
    view: View, loads: dict[tuple[Point, Point, bool], float], classes: tuple[ShareClass, ...]
) -> Iterator[str]:
    """One path a class and kind of road, the largest shares on top."""
    for number, look in enumerate(classes):
        for synthetic in (False, True):
            edges = sorted(
                (a, b)
                for (a, b, straight), load in loads.items()
                if straight is synthetic and class_number(load, classes) == number
            )
            if not edges:
                continue
            course = "".join(f"M{_path(view, line)}" for line in _chains(edges))
            dashes = ' stroke-dasharray="2 4"' if synthetic else ""
            yield (
                f'<path d="{course}" fill="none" stroke="{look.colour}" stroke-width="{look.width:g}" '
                f'stroke-linecap="round" stroke-linejoin="round"{dashes}/>'
            )


def _chains(edges: Sequence[tuple[Point, Point]]) -> Iterator[list[Point]]:
    """Join edges end to end as far as they go."""
    beside: dict[Point, list[Point]] = {}
    for a, b in edges:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    for a, b in edges:
        if b not in beside[a]:
            continue
        line = [a]
        while beside[line[-1]]:
            following = beside[line[-1]].pop()
            beside[following].remove(line[-1])
            line.append(following)
        yield line


def _seizures(view: View, seizures: pd.DataFrame, used: set[str]) -> Iterator[str]:
    located = seizures.dropna(subset=["lat", "lon"])
    rows = zip(located["seizure_id"], located["lon"].astype(float), located["lat"].astype(float), strict=True)
    for seizure, lon, lat in rows:
        x, y = view.at(lon, lat)
        if 0 <= x <= WIDTH and 0 <= y <= view.height:
            yield _seizure(x, y, used=seizure in used)


def _seizure(x: float, y: float, *, used: bool) -> str:
    colour = SEIZURES[used].colour
    look = (
        f'fill="{colour}" stroke="{_WHITE}"'
        if used
        else f'fill="{_WHITE}" stroke="{colour}" stroke-width="1.6"'
    )
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" {look}/>'


def _places(view: View, ranking: Ranking, taken: list[Rect]) -> Iterator[str]:
    layers = {
        "gates": ranking.gates,
        "crossings": ranking.crossings,
        "processing_areas": ranking.processing_areas,
    }
    rows = [(kind, place) for kind, places in layers.items() for place in places]
    rows = [(kind, place) for kind, place in rows if place.posterior_share >= _LABELLED / 4]
    for kind, place in rows:
        x, y = view.at(place.lon, place.lat)
        yield _symbol(kind, x, y, max(3.5, 0.55 * radius(place.posterior_share)), place.status == "closed")
    for _, place in sorted(rows, key=lambda row: -row[1].posterior_share):
        if place.posterior_share >= _LABELLED:
            yield from _label(view, place, taken)


def _symbol(kind: str, x: float, y: float, r: float, shut: bool) -> str:  # noqa: FBT001
    symbol = PLACES[kind]
    fill, edge = (_WHITE, symbol.colour) if shut else (symbol.colour, _INK)
    outline = path(symbol.shape, x, y, r)
    return f'<path d="{outline}" fill="{fill}" stroke="{edge}" stroke-width="{2 if shut else 1}"/>'


def _label(view: View, place: RankedPlace, taken: list[Rect]) -> Iterator[str]:
    """Name a place where its name hides no other; not at all if there is no room."""
    words = shortened(place.name, _LONGEST_LABEL)
    x, y = view.at(place.lon, place.lat)
    r = max(4.0, 0.55 * radius(place.posterior_share)) + 2
    width = 5.7 * len(words)
    for left, base in (
        (x + r, y + 3.5),
        (x - r - width, y + 3.5),
        (x - width / 2, y - r - 2),
        (x - width / 2, y + r + 9),
        (x + r, y - 8),
        (x + r, y + 14),
        (x - r - width, y - 8),
        (x - r - width, y + 14),
    ):
        rect = (left, base - 9, left + width, base + 2)
        inside = rect[0] >= 0 and rect[1] >= 0 and rect[2] <= WIDTH and rect[3] <= view.height
        if inside and not any(_overlap(rect, other) for other in taken):
            taken.append(rect)
            halo = f'stroke="{_WHITE}" stroke-width="2.5" stroke-linejoin="round"'
            for under in (halo, ""):  # twice, for not every program draws a line under its own letters
                yield (
                    f'<text x="{left:.1f}" y="{base:.1f}" font-size="10" fill="{_INK}" {under}>'
                    f"{html.escape(words)}</text>"
                )
            return


def _overlap(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _scale_bar(view: View) -> str:
    length = _SCALE_KM / _KM_A_DEGREE * view.pixels
    y = view.height - 12
    return f'<path d="M12 {y - 4}V{y}H{12 + length:.1f}V{y - 4}" fill="none" stroke="{_INK}"/>' + text(
        12, y - 8, f"{_SCALE_KM} km", 10
    )


def _north() -> str:
    x = WIDTH - 22
    arrow = f'<path d="M{x} 12L{x + 7} 32L{x} 27L{x - 7} 32Z" fill="{_INK}"/>'
    return arrow + text(x, 44, "N", 10, anchor="middle")


def _legend(view: View, classes: tuple[ShareClass, ...]) -> str:
    top = view.height
    parts = [f'<rect y="{top}" width="{WIDTH}" height="{_LEGEND}" fill="{_WHITE}"/>']
    parts.append(text(12, top + 22, "Road, by share of the inflow of the drawn corridors", 11))
    for number, look in enumerate(reversed(classes)):
        y = top + 42 + 24 * number
        parts.append(
            f'<path d="M12 {y - 4}H52" stroke="{look.colour}" stroke-width="{look.width:g}" '
            'stroke-linecap="round"/>'
        )
        parts.append(text(62, y, look.label, 10.5))
    parts.append(text(380, top + 22, "Places, area by share", 11))
    rows = (
        *((kind, False, symbol.name) for kind, symbol in PLACES.items()),
        ("crossings", True, "crossing, closed most of the time"),
    )
    for number, (kind, shut, words) in enumerate(rows):
        y = top + 42 + 20 * number
        parts.append(_symbol(kind, 390, y - 4, 6, shut) + text(406, y, words, 10.5))
    for number, (used, symbol) in enumerate(SEIZURES.items(), len(rows)):
        y = top + 42 + 20 * number
        parts.append(_seizure(390, y - 4, used=used) + text(406, y, symbol.name, 10.5))
    return "".join(parts)

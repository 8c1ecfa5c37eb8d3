"""What every map of a briefing is drawn on: view, countries, cities, names that hide no other, symbols."""

from __future__ import annotations

import html
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shapely import Point, box, maximum_inscribed_circle

from routes.outputs.charts import text
from routes.outputs.language import tr
from routes.outputs.palette import PAGE
from routes.outputs.placenames import country_name, place_name
from routes.outputs.symbols import CITY, PLACES, POSTS, SEIZURES, path
from routes.outputs.text import clean, shortened, typeset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

Spot = tuple[float, float]
Rect = tuple[float, float, float, float]
Bounds = tuple[float, float, float, float]

WHITE, INK = PAGE["white"], PAGE["ink"]
_LAND, _OTHER_LAND, SEA, _BORDER = PAGE["land"], PAGE["other-land"], PAGE["sea"], PAGE["border"]
_TOLERANCE_DEGREES = 0.03
_ROOM_FOR_A_NAME = 8  # square degrees of a country that is not modelled
_SCALES_KM = (1000, 500, 200, 100, 50, 20, 10)
_KM_A_DEGREE = 111.2
_LETTER, _WIDE_LETTER = 0.6, 0.68  # mean width of a letter, of its size
_CYRILLIC = "\u0400"
_LONGEST_LABEL = 24
_SIDES = re.compile(r"\s[-\N{EN DASH}]\s")
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")


class View:
    """Where a degree lies on the paper: equirectangular, true to scale along the middle parallel.

    The bounds are widened to the shape of the frame, and lie in its middle.
    """

    def __init__(self, bounds: Bounds, width: int, height: int) -> None:
        west, south, east, north = bounds
        self.width, self.height = width, height
        self.squeeze = math.cos(math.radians((south + north) / 2))
        self.pixels = min(width / ((east - west) * self.squeeze), height / (north - south))
        wide, high = width / self.pixels / self.squeeze, height / self.pixels
        middle = ((west + east) / 2, (south + north) / 2)
        self.bounds = (middle[0] - wide / 2, middle[1] - high / 2, middle[0] + wide / 2, middle[1] + high / 2)

    def at(self, lon: float, lat: float) -> Spot:
        """Return x and y of a point."""
        west, _, _, north = self.bounds
        return (lon - west) * self.squeeze * self.pixels, (north - lat) * self.pixels

    def where(self, x: float, y: float) -> Spot:
        """Return lon and lat of a point of the paper."""
        west, _, _, north = self.bounds
        return west + x / self.squeeze / self.pixels, north - y / self.pixels

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the paper lies in the frame."""
        return 0 <= x <= self.width and 0 <= y <= self.height

    def line(self, points: Iterable[Spot]) -> str:
        """Write points (lon, lat) as the inside of a path."""
        return "L".join("{:.1f} {:.1f}".format(*self.at(lon, lat)) for lon, lat in points)


@dataclass(slots=True)
class Names:
    """Names on a map, each where it hides nothing else; one for which there is no room is left out."""

    view: View
    taken: list[Rect] = field(default_factory=list)

    def keep(self, x: float, y: float, radius: float) -> None:
        """Keep names off a symbol."""
        self.taken.append((x - radius, y - radius, x + radius, y + radius))

    def put(
        self,
        words: str,
        x: float,
        y: float,
        radius: float,
        size: float = 10,
        colour: str = INK,
        style: str = "",
    ) -> str:
        """Write a name beside a symbol, where there is room; else nothing."""
        width = _width(words, size)
        r = radius + 2
        for left, base in (
            (x + r, y + 0.35 * size),
            (x - r - width, y + 0.35 * size),
            (x - width / 2, y - r - 2),
            (x - width / 2, y + r + 0.9 * size),
            (x + r, y - 0.8 * size),
            (x + r, y + 1.4 * size),
            (x - r - width, y - 0.8 * size),
            (x - r - width, y + 1.4 * size),
            (x - width / 2, y - r - 1.3 * size),
            (x - width / 2, y + r + 2.0 * size),
        ):
            rect = (left, base - 0.9 * size, left + width, base + 0.25 * size)
            if self._is_free(rect):
                self.taken.append(rect)
                return with_halo(left, base, words, size, colour, style)
        return ""

    def over(self, words: str, x: float, y: float, size: float, colour: str) -> str:
        """Write a name over its middle, if nothing is there; else nothing."""
        width = 1.15 * _width(words, size)
        left = min(max(x - width / 2, 3), self.view.width - width - 3)
        rect = (left, y - 0.9 * size, left + width, y + 0.25 * size)
        if not self._is_free(rect):
            return ""
        self.taken.append(rect)
        return with_halo(left, y, words, size, colour)

    def _is_free(self, rect: Rect) -> bool:
        left, top, right, bottom = rect
        inside = left >= 2 and top >= 2 and right <= self.view.width - 2 and bottom <= self.view.height - 2  # noqa: PLR2004
        return inside and not any(_overlap(rect, other) for other in self.taken)


def _width(words: str, size: float) -> float:
    """Estimate how wide words are; letters of Cyrillic are wider."""
    return size * len(words) * (_LETTER if words.isascii() or max(words) < _CYRILLIC else _WIDE_LETTER)


def _overlap(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def with_halo(x: float, y: float, words: str, size: float, colour: str, style: str = "") -> str:
    """Write words twice, for not every program draws a line under its own letters."""
    halo = f'stroke="{WHITE}" stroke-width="2.5" stroke-linejoin="round"'
    return "".join(
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" {style} {under}>'
        f"{html.escape(typeset(words))}</text>"
        for under in (halo, "")
    )


def label(name: object) -> str:
    """Shorten a name for a map without cutting a word: brackets go first, then the other side of the border.

    Examples
    --------
    >>> from routes.outputs.text import plain
    >>> plain(label("Ruzvay (Qalai Khumb) - Nusay (Darwaz bridge)")), label("Sher Khan Bandar - Panji Poyon")
    ('Ruzvay - Nusay', 'Sher Khan Bandar')
    """
    words = _IN_BRACKETS.sub("", shortened(name, 200)).strip() or shortened(name, _LONGEST_LABEL)
    if len(words) > _LONGEST_LABEL:
        words = _SIDES.split(words)[0]
    return typeset(shortened(words, _LONGEST_LABEL))


def one_side(name: object) -> str:
    """Shorten a name to one side of the border, for a small map.

    Examples
    --------
    >>> one_side("Spin Boldak - Chaman"), one_side("Torkham")
    ('Spin Boldak', 'Torkham')
    """
    return label(_SIDES.split(_IN_BRACKETS.sub("", shortened(name, 200)))[0])


def countries(view: View, borders: gpd.GeoDataFrame) -> Iterator[str]:
    """Draw the countries."""
    for *_, modelled, shape in _seen(view, borders):
        rings = [ring for part in shape for ring in (part.exterior, *part.interiors)]
        outline = "".join(f"M{view.line(ring.coords)}Z" for ring in rings)
        fill = _LAND if modelled else _OTHER_LAND
        yield f'<path d="{outline}" fill="{fill}" stroke="{_BORDER}" stroke-width="0.8" fill-rule="evenodd"/>'


def country_names(view: View, borders: gpd.GeoDataFrame, names: Names, size: float = 9.5) -> Iterator[str]:
    """Write the names of the countries where there is room."""
    for code, name, modelled, shape in _seen(view, borders):
        roomiest = max(shape, key=lambda part: part.area)
        if modelled or roomiest.area > _ROOM_FOR_A_NAME:
            words = country_name(code, clean(name)).upper()
            x, y = view.at(*_middle(roomiest))
            for away in (0, *(sign * step * size for step in (1.5, 3, 5, 7) for sign in (-1, 1))):
                own = roomiest.contains(Point(view.where(x, y + away)))
                written = names.over(words, x, y + away, size, PAGE["country-name"]) if own else ""
                if written:
                    yield written
                    break


def _seen(view: View, borders: gpd.GeoDataFrame) -> Iterator[tuple[str, str, bool, list[BaseGeometry]]]:
    """Code, name, whether it is modelled, and the parts in the frame, of every country in it."""
    simple = borders.geometry.simplify_coverage(_TOLERANCE_DEGREES)
    frame = box(*view.bounds)
    for code, name, modelled, shape in zip(
        borders["iso3"], borders["name"], borders["modelled"], simple, strict=True
    ):
        parts = _polygons(shape.intersection(frame))
        if parts:
            yield str(code), name, bool(modelled), parts


def _middle(shape: BaseGeometry) -> Spot:
    lon, lat = maximum_inscribed_circle(shape, tolerance=0.2).coords[0]
    return lon, lat


def _polygons(shape: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" and part.area]


def cities(view: View, places: pd.DataFrame | None, names: Names, size: float = 8.5) -> Iterator[str]:
    """Draw the cities for whose names there is room."""
    if places is None:
        return
    known: set[str] = set()
    columns = (places["place_id"], places["name"], places["lon"].astype(float), places["lat"].astype(float))
    for place, own, lon, lat in zip(*columns, strict=True):
        name = place_name(place, own)
        x, y = view.at(lon, lat)
        if not view.holds(x, y) or label(name) in known:
            continue
        known.add(label(name))
        written = names.put(label(name), x, y, 2, size, PAGE["city-name"], 'font-style="italic"')
        if written:
            yield f'<path d="{path(CITY.shape, x, y, 1.8)}" fill="{CITY.colour}"/>{written}'


def place_symbol(kind: str, x: float, y: float, r: float, *, shut: bool) -> str:
    """Draw a gate, a crossing or an area; hollow if it is shut."""
    symbol = PLACES[kind]
    fill, edge = (WHITE, symbol.colour) if shut else (symbol.colour, INK)
    outline = path(symbol.shape, x, y, r)
    return f'<path d="{outline}" fill="{fill}" stroke="{edge}" stroke-width="{2 if shut else 1}"/>'


def post_symbol(x: float, y: float, number: str, r: float = 8.5) -> str:
    """Draw a post with its number."""
    symbol = POSTS["watched"]
    outline = path(symbol.shape, x, y, r)
    drawn = f'<path d="{outline}" fill="{symbol.colour}" stroke="{WHITE}" stroke-width="1.4"/>'
    return drawn + (
        f'<text x="{x:.1f}" y="{y + 3.6:.1f}" font-size="9" font-weight="700" fill="{WHITE}" '
        f'text-anchor="middle">{html.escape(number)}</text>'
        if number
        else ""
    )


def seizure_symbol(x: float, y: float, *, used: bool) -> str:
    """Draw a seizure: full and rimmed with ink if it is used, else a small open ring."""
    symbol = SEIZURES[used]
    if used:
        look = f'r="3.4" fill="{symbol.colour}" stroke="{INK}" stroke-width="0.9"'
    else:
        look = f'r="2.8" fill="{WHITE}" fill-opacity="0.6" stroke="{symbol.colour}" stroke-width="1.1"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" {look}/>'


def scale_bar(view: View) -> str:
    """Draw a bar of a round length, at most a third of the frame."""
    at_most = view.width / 3
    km = next((km for km in _SCALES_KM if km / _KM_A_DEGREE * view.pixels <= at_most), _SCALES_KM[-1])
    length = km / _KM_A_DEGREE * view.pixels
    y = view.height - 8
    drawn = f'<path d="M10 {y - 4}V{y}H{10 + length:.1f}V{y - 4}" fill="none" stroke="{INK}"/>'
    return drawn + text(10, y - 7, typeset(tr("{length} km", length=km)), 9)


def scale_rect(view: View) -> Rect:
    """Room of the bar, kept free of names."""
    return (0, view.height - 30, view.width / 3 + 14, view.height)


def bounds_of(points: Sequence[Spot], margin: float) -> Bounds:
    """West, south, east and north of points, with a margin in degrees."""
    lons, lats = zip(*points, strict=True)
    return min(lons) - margin, min(lats) - margin, max(lons) + margin, max(lats) + margin

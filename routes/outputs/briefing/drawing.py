"""The maps of a briefing as SVG: the flow with the posts on it, and where it moves.

A road that several corridors share is drawn once, as wide and dark as the share of all of them together.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from routes.outputs.briefing.canvas import (
    INK,
    SEA,
    WHITE,
    Names,
    View,
    bounds_of,
    cities,
    countries,
    country_names,
    label,
    one_side,
    place_symbol,
    post_symbol,
    scale_bar,
    scale_rect,
    seizure_symbol,
)
from routes.outputs.charts import WIDTH, svg, text
from routes.outputs.language import Language, spoken, tr, trp
from routes.outputs.palette import PAGE, ShareClass, class_number, radius, share_classes
from routes.outputs.placenames import place_name
from routes.outputs.symbols import PLACES, SEIZURES
from routes.outputs.text import points as percentage_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    import pandas as pd

    from routes.outputs.briefing.canvas import Spot
    from routes.planning.dossiers import Dossier
    from routes.results import Displacement, PlaceChange, Post, RankedCorridor, RankedPlace, Ranking

_DIGITS = 4
_MARGIN_DEGREES = 0.8
_LABELLED = 0.02
_MAP, _HEIGHT, _LOWER = 520, 384, 330  # lower where the words below take more lines than English does
_SMALL, _SMALL_HEIGHT = 360, 236
_LOCAL_HEIGHT, _AROUND_DEGREES = 280, 1.2
_MOVED = 6
_LEAST_MOVED = 0.002
_PROVINCE = re.compile(r"\s*\b(province|провинция)\b\s*", re.IGNORECASE)  # the symbol says so
_WAY = f'fill="none" stroke="{PAGE["sample"]}" stroke-width="3"'
_DASHED = {True: ' stroke-dasharray="2 4"', False: ""}


def corridor_drawing(
    ranking: Ranking,
    drawn: Sequence[RankedCorridor],
    seizures: pd.DataFrame,
    borders: gpd.GeoDataFrame,
    cities_of: pd.DataFrame | None = None,
    posts: Sequence[Post] = (),
) -> str:
    """Draw the flow: roads by the share on them, places, seizures, and the posts with their numbers.

    Parameters
    ----------
    ranking : Ranking
    drawn : sequence of RankedCorridor
        Corridors with their roads.
    seizures : DataFrame
        Records; those with a place in view are drawn.
    borders : GeoDataFrame
        ``name``, ``modelled`` and polygons in WGS 84.
    cities_of : DataFrame, optional
        ``name``, ``lon`` and ``lat`` of cities; named where there is room.
    posts : sequence of Post
    """
    view = _view(drawn, borders)
    loads = _loads(drawn)
    classes = share_classes(max(loads.values(), default=0.0))
    used = {use.seizure_id for use in ranking.seizures if use.use == "evidence"}
    names = Names(view, [scale_rect(view), (view.width - 30, 0, view.width, 50)])
    places = _shown_places(ranking)
    for _, place in places:
        names.keep(*view.at(place.lon, place.lat), _size(place))
    spots = [(number, *view.at(post.lon, post.lat)) for number, post in enumerate(posts, 1)]
    for _, x, y in spots:
        names.keep(x, y, 9)
    posted = {post.id for post in posts}
    caught = list(_spots(view, seizures, used))
    labels = [*_labels(view, [row for row in places if row[1].id in posted], names, bold=True)]
    for counts, x, y in caught:
        names.keep(x, y, 3 if counts else 2)
    labels += _labels(view, [row for row in places if row[1].id not in posted], names)
    body = "".join(
        [
            f'<rect width="{view.width}" height="{view.height}" fill="{SEA}"/>',
            *countries(view, borders),
            *_roads(view, loads, classes),
            *country_names(view, borders, names),
            *cities(view, cities_of, names),
            *(seizure_symbol(x, y, used=counts) for counts, x, y in caught),
            *(
                place_symbol(kind, *view.at(p.lon, p.lat), _size(p), shut=p.status == "closed")
                for kind, p in places
            ),
            *(post_symbol(x, y, str(number)) for number, x, y in spots),
            *labels,
            scale_bar(view),
            _north(view),
            _legend(view, classes, posts=bool(posts)),
        ]
    )
    return svg(WIDTH, view.height, tr("Map of the likeliest corridors"), body)


def _view(drawn: Sequence[RankedCorridor], borders: gpd.GeoDataFrame) -> View:
    spots = [point for row in drawn for piece in row.pieces for point in piece.points]
    height = _HEIGHT if spoken() is Language.en else _LOWER
    return View(bounds_of(spots or _modelled(borders), _MARGIN_DEGREES), _MAP, height)


def _modelled(borders: gpd.GeoDataFrame) -> list[Spot]:
    """Corners of the modelled countries, or of all where none is."""
    modelled = borders[borders["modelled"].astype(bool)]
    west, south, east, north = (borders if modelled.empty else modelled).total_bounds.tolist()
    return [(west, south), (east, north)]


def _loads(drawn: Iterable[RankedCorridor]) -> dict[tuple[Spot, Spot, bool], float]:
    """Share that the drawn corridors bring over every piece of road."""
    loads: dict[tuple[Spot, Spot, bool], float] = {}
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


def _roads(
    view: View, loads: dict[tuple[Spot, Spot, bool], float], classes: tuple[ShareClass, ...]
) -> Iterator[str]:
    """One path a class and kind of road with a light rim, the largest shares on top."""
    for number, look in enumerate(classes):
        for synthetic in (False, True):
            edges = sorted(
                (a, b)
                for (a, b, straight), load in loads.items()
                if straight is synthetic and class_number(load, classes) == number
            )
            if not edges:
                continue
            course = "".join(f"M{view.line(line)}" for line in _chains(edges))
            dashes = _DASHED[synthetic]
            bare = f'<path d="{course}" fill="none" stroke-linecap="round" stroke-linejoin="round"'
            if not synthetic:
                yield f'{bare} stroke="{WHITE}" stroke-width="{look.width + 1.6:g}"/>'
            yield f'{bare} stroke="{look.colour}" stroke-width="{look.width:g}"{dashes}/>'


def _chains(edges: Sequence[tuple[Spot, Spot]]) -> Iterator[list[Spot]]:
    """Join edges end to end as far as they go.

    Examples
    --------
    >>> [line for line in _chains([((0, 0), (0, 1)), ((0, 0), (1, 0))])]
    [[(0, 0), (1, 0)], [(0, 0), (0, 1)]]
    """
    beside: dict[Spot, list[Spot]] = {}
    for a, b in edges:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    for a, b in edges:
        while b in beside[a]:  # a line may leave by another edge of its first point
            line = [a]
            while beside[line[-1]]:
                following = beside[line[-1]].pop()
                beside[following].remove(line[-1])
                line.append(following)
            yield line


def _spots(view: View, seizures: pd.DataFrame, used: set[str]) -> Iterator[tuple[bool, float, float]]:
    """Where seizures lie in the frame, those that count last, so that they are drawn on top."""
    located = seizures.dropna(subset=["lat", "lon"])
    ids = [name in used for name in located["seizure_id"]]
    rows = zip(ids, located["lon"].astype(float), located["lat"].astype(float), strict=True)
    for counts, lon, lat in sorted(rows):
        x, y = view.at(lon, lat)
        if view.holds(x, y):
            yield counts, x, y


def _shown_places(ranking: Ranking) -> list[tuple[str, RankedPlace]]:
    layers = {
        "gates": ranking.gates,
        "crossings": ranking.crossings,
        "processing_areas": ranking.processing_areas,
    }
    rows = [(kind, place) for kind, places in layers.items() for place in places]
    return [(kind, place) for kind, place in rows if place.posterior_share >= _LABELLED / 4]


def _size(place: RankedPlace) -> float:
    return max(3.5, 0.5 * radius(place.posterior_share))


def _labels(
    view: View, places: Sequence[tuple[str, RankedPlace]], names: Names, *, bold: bool = False
) -> Iterator[str]:
    """Name places, the largest share first; those under `_LABELLED` only if they have posts."""
    for _, place in sorted(places, key=lambda row: -row[1].posterior_share):
        if place.posterior_share >= _LABELLED or bold:
            x, y = view.at(place.lon, place.lat)
            words = label(_PROVINCE.sub("", place_name(place.id, place.name)))
            if bold:
                yield names.put(words, x, y, 9, style='font-weight="700"')
            else:
                yield names.put(words, x, y, _size(place))


def _north(view: View) -> str:
    x = view.width - 16
    arrow = f'<path d="M{x} 8L{x + 6} 25L{x} 21L{x - 6} 25Z" fill="{INK}"/>'
    return arrow + text(x, 36, trp("north on a map", "N"), 9, anchor="middle")


def _legend(view: View, classes: tuple[ShareClass, ...], *, posts: bool) -> str:
    left = view.width
    inner = left + 14
    parts = [
        f'<rect x="{left}" width="{WIDTH - left}" height="{view.height}" fill="{WHITE}"/>',
        text(inner, 20, tr("Share of the inflow on a road"), 10.5),
    ]
    for number, look in enumerate(reversed(classes)):
        y = 40 + 19 * number
        parts.append(
            f'<path d="M{inner} {y - 4}H{inner + 34}" stroke="{look.colour}" stroke-width="{look.width:g}" '
            'stroke-linecap="round"/>'
        )
        parts.append(text(inner + 44, y, look.label, 10))
    y = 40 + 19 * len(classes)
    parts.append(
        f'<path d="M{inner} {y - 4}H{inner + 34}" stroke="{INK}" stroke-width="2" stroke-dasharray="2 4"/>'
        + text(inner + 44, y, tr("no road is known"), 10)
    )
    parts.append(text(inner, y + 30, tr("Places, area by share"), 10.5))
    rows = [
        *(
            (place_symbol(kind, inner + 8, 0, 6, shut=False), tr(symbol.name))
            for kind, symbol in PLACES.items()
        ),
        (place_symbol("crossings", inner + 8, 0, 6, shut=True), tr("crossing that is shut")),
        *([(post_symbol(inner + 8, 0, "1", 8), tr("post, with its number"))] if posts else []),
        *((seizure_symbol(inner + 8, 0, used=used), tr(symbol.name)) for used, symbol in SEIZURES.items()),
    ]
    for number, (drawn, words) in enumerate(rows):
        base = y + 50 + 19 * number
        parts.append(
            f'<g transform="translate(0 {base - 4})">{drawn}</g>' + text(inner + 24, base, words, 10)
        )
    return "".join(parts)


def moved_drawing(moved: Displacement, borders: gpd.GeoDataFrame) -> str:
    """Draw where the inflow moves once the posts stand: full where it rises, hollow where it falls.

    Parameters
    ----------
    moved : Displacement
    borders : GeoDataFrame
    """
    rows = [row for row in moved.crossings if abs(row.after - row.before) >= _LEAST_MOVED][:_MOVED]
    spots = [*((row.lon, row.lat) for row in rows), *((post.lon, post.lat) for post in moved.posts)]
    view = View(bounds_of(spots or _modelled(borders), 2.0), _SMALL, _SMALL_HEIGHT)
    names = Names(view, [scale_rect(view)])
    largest = max((abs(row.after - row.before) for row in rows), default=1.0)
    marks = [(row, *view.at(row.lon, row.lat), _circle(row, largest)) for row in rows]
    for _, x, y, r in marks:
        names.keep(x, y, r)
    watched = [view.at(post.lon, post.lat) for post in moved.posts]
    for x, y in watched:
        names.keep(x, y, 7)
    labels = [
        names.put(
            f"{one_side(place_name(row.id, row.name))} {percentage_points(row.after - row.before)}",
            x,
            y,
            max(r, 7),
            10,
        )
        for row, x, y, r in marks
    ]
    body = "".join(
        [
            f'<rect width="{_SMALL}" height="{_SMALL_HEIGHT}" fill="{SEA}"/>',
            *countries(view, borders),
            *country_names(view, borders, names, 8.5),
            *(_moved_circle(row, x, y, r) for row, x, y, r in marks),
            *(post_symbol(x, y, "", 6) for x, y in watched),
            *labels,
            scale_bar(view),
        ]
    )
    return svg(_SMALL, _SMALL_HEIGHT, tr("Where the inflow moves"), body)


def _circle(row: PlaceChange, largest: float) -> float:
    return max(4.0, 15.0 * math.sqrt(abs(row.after - row.before) / largest))


def _moved_circle(row: PlaceChange, x: float, y: float, r: float) -> str:
    rises = row.after > row.before
    colour = PAGE["ink"]
    fill, opacity = (colour, 0.75) if rises else (WHITE, 0.85)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}" fill-opacity="{opacity}" '
        f'stroke="{colour}" stroke-width="1.2"/>'
    )


def local_drawing(
    found: Dossier, seizures: pd.DataFrame, borders: gpd.GeoDataFrame, cities_of: pd.DataFrame | None
) -> str:
    """Draw the surroundings of a gate or crossing: the corridors through it, seizures, crossings beside it.

    Parameters
    ----------
    found : Dossier
    seizures : DataFrame
        Records; those with a place in view are drawn.
    borders : GeoDataFrame
    cities_of : DataFrame or None
    """
    away = max(_AROUND_DEGREES, found.near_km / 111.2)
    lon, lat = found.lon, found.lat
    view = View((lon - away, lat - away, lon + away, lat + away), _SMALL, _LOCAL_HEIGHT)
    names = Names(view, [scale_rect(view)])
    x, y = view.at(lon, lat)
    names.keep(x, y, 8)
    used = {row.id for row in found.seizures if row.used == "evidence"}
    caught = list(_spots(view, seizures, used))
    own = names.put(label(place_name(found.id, found.name)), x, y, 8, 11, style='font-weight="700"')
    for counts, a, b in caught:
        names.keep(a, b, 3 if counts else 2)
    ways = [
        f'<path d="M{view.line(piece.points)}" {_WAY}{_DASHED[piece.synthetic]}/>'
        for row in found.corridors
        for piece in row.pieces
        if any(view.holds(*view.at(*point)) for point in piece.points)
    ]
    body = "".join(
        [
            f'<rect width="{_SMALL}" height="{_LOCAL_HEIGHT}" fill="{SEA}"/>',
            *countries(view, borders),
            *dict.fromkeys(ways),
            *country_names(view, borders, names, 8.5),
            *cities(view, cities_of, names),
            *(seizure_symbol(a, b, used=counts) for counts, a, b in caught),
            place_symbol("crossings", x, y, 8, shut=found.status == "closed"),
            own,
            scale_bar(view),
        ]
    )
    title = tr("Surroundings of {place}", place=label(place_name(found.id, found.name)))
    return svg(_SMALL, _LOCAL_HEIGHT, title, f'<svg width="{_SMALL}" height="{_LOCAL_HEIGHT}">{body}</svg>')

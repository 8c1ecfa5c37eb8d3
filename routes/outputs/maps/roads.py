"""Corridors as lists of stretches: every road that corridors share is written once.

A stretch is a run of road used by the same corridors throughout. Stretches keep the page small, and let
the page draw corridors that share a road side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np
from shapely import get_coordinates, linestrings, simplify

from routes.network import all_ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from routes.network import BlockLegs, CrossingGraph
    from routes.results import CorridorChange, RankedCorridor

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Point = tuple[float, float]
Edge = tuple[Point, Point, bool]
Line = tuple[Point, ...]

DIGITS = 4
_TOLERANCE_DEGREES = 0.0004


@dataclass(frozen=True, slots=True)
class Stretches:
    """All stretches as (lat, lon) lines, and the course of every corridor over them.

    Parameters
    ----------
    lines : tuple of lines
    synthetic : tuple of bool
        Whether each line is a connector where no road is known.
    courses : tuple of tuple of int
        The stretches of every corridor in travelling order: ``i`` for stretch ``i`` as it is written,
        ``-i - 1`` for the same against its direction.
    """

    lines: tuple[Line, ...]
    synthetic: tuple[bool, ...]
    courses: tuple[tuple[int, ...], ...]


def stretches(corridors: Sequence[RankedCorridor] | Sequence[CorridorChange]) -> Stretches:
    """Cut the corridors' roads where the set of corridors that use them changes.

    Points are rounded to 4 decimals (11 m), and bends under 40 m are left out.

    Examples
    --------
    >>> stretches([])
    Stretches(lines=(), synthetic=(), courses=())
    """
    walks = [_walk(corridor) for corridor in corridors]
    users = _users(walks)
    found: dict[tuple[Line, bool], int] = {}
    courses = tuple(_course(walk, users, found) for walk in walks)
    return Stretches(_drawn([line for line, _ in found]), tuple(synthetic for _, synthetic in found), courses)


def leg_stretches(crossing_graph: CrossingGraph, legs: Sequence[tuple[str, str]]) -> Stretches:
    """Cut the roads of legs where the set of legs that use them changes; the courses are those of the legs.

    Parameters
    ----------
    crossing_graph : CrossingGraph
    legs : sequence of (node, node)
        Arcs of the crossing graph.
    """
    graph = crossing_graph.graph
    by_country: dict[str, list[int]] = {}
    for number, leg in enumerate(legs):
        by_country.setdefault(graph.edges[leg]["country"], []).append(number)
    lines: list[Floats] = []
    synthetic: list[bool] = []
    courses: list[tuple[int, ...]] = [()] * len(legs)
    for country, numbers in by_country.items():
        part = crossing_graph.blocks[country]
        position = {name: i for i, name in enumerate(part.block.terminals)}
        ends = [[position[graph.nodes[node]["place"]] for node in legs[number]] for number in numbers]
        for number, course in zip(
            numbers, _block_courses(part, np.array(ends), lines, synthetic), strict=True
        ):
            courses[number] = course
    return Stretches(_drawn(lines), tuple(synthetic), tuple(courses))


def _block_courses(
    part: BlockLegs, ends: Ints, lines: list[Floats], synthetic: list[bool]
) -> Iterator[tuple[int, ...]]:
    """Yield the course of each leg of a block, and append the stretches that are new."""
    block, found = part.block, dict[tuple[int, ...], int]()
    way, start, edge = all_ways(part, ends[:, 0], ends[:, 1])
    # The set of legs on an edge, as a sum of numbers drawn for the legs: two sets are never alike.
    codes = np.random.default_rng(0).integers(1, 1 << 62, len(ends), dtype=np.uint64)
    users = np.zeros(len(block.u), np.uint64)
    np.add.at(users, edge, codes[way])
    cut = np.flatnonzero((np.diff(way) != 0) | (np.diff(users[edge]) != 0) | np.diff(block.synthetic[edge]))
    bounds = [0, *(cut + 1).tolist(), len(edge)]
    courses: list[list[int]] = [[] for _ in ends]
    for low, high in pairwise(bounds):
        run = tuple(edge[low:high].tolist())
        forward = run <= run[::-1] if len(run) > 1 else bool(block.u[run[0]] == start[low])
        key = run if forward else run[::-1]
        index = found.get(key)
        if index is None:
            index = found[key] = len(lines)
            last = block.u[run[-1]] + block.v[run[-1]] - start[high - 1]
            nodes = np.append(start[low:high], last)
            nodes = nodes if forward else nodes[::-1]
            lines.append(np.column_stack([block.lat[nodes], block.lon[nodes]]))
            synthetic.append(bool(block.synthetic[run[0]]))
        courses[way[low]].append(index if forward else -index - 1)
    return (tuple(course) for course in courses)


def stretch_of(step: int) -> int:
    """Return the stretch of one step of a course.

    Examples
    --------
    >>> stretch_of(3), stretch_of(-4)
    (3, 3)
    """
    return step if step >= 0 else -step - 1


def _walk(corridor: RankedCorridor | CorridorChange) -> list[list[Edge]]:
    walk = []
    for piece in corridor.pieces:
        points = [(round(lat, DIGITS), round(lon, DIGITS)) for lon, lat in piece.points]
        walk.append([(a, b, piece.synthetic) for a, b in pairwise(points) if a != b])
    return walk


def _key(edge: Edge) -> Edge:
    a, b, synthetic = edge
    return min(a, b), max(a, b), synthetic


def _users(walks: Iterable[list[list[Edge]]]) -> dict[Edge, int]:
    """Map every edge to the set of corridors over it, as the bits of an integer."""
    users: dict[Edge, int] = {}
    for index, walk in enumerate(walks):
        for piece in walk:
            for edge in piece:
                users[_key(edge)] = users.get(_key(edge), 0) | 1 << index
    return users


def _course(
    walk: list[list[Edge]], users: dict[Edge, int], found: dict[tuple[Line, bool], int]
) -> tuple[int, ...]:
    course = []
    for piece in walk:
        for _, run in groupby(piece, key=lambda edge: users[_key(edge)]):
            edges = list(run)
            line = (edges[0][0], *(b for _, b, _ in edges))
            written = min(line, line[::-1])
            index = found.setdefault((written, edges[0][2]), len(found))
            course.append(index if written == line else -index - 1)
    return tuple(course)


def _drawn(lines: Sequence[Line] | Sequence[Floats]) -> tuple[Line, ...]:
    """Leave out bends, in one call for all lines."""
    if not lines:
        return ()
    of_point = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    whole = linestrings(np.concatenate([np.asarray(line) for line in lines]), indices=of_point)
    points, line = get_coordinates(simplify(whole, _TOLERANCE_DEGREES), return_index=True)
    parts = np.split(points.round(DIGITS), np.flatnonzero(np.diff(line)) + 1)
    return tuple(tuple(map(tuple, part.tolist())) for part in parts)

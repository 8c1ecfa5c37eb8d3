"""Corridors as lists of stretches: every road that corridors share is written once.

A stretch is a run of road used by the same corridors throughout. Stretches keep the page small now, and
are what parallel drawing, road loads and filters need later.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from shapely import LineString

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routes.model import RankedCorridor

Point = tuple[float, float]
Edge = tuple[Point, Point, bool]

DIGITS = 4
_TOLERANCE_DEGREES = 0.0004


@dataclass(frozen=True, slots=True)
class Course:
    """Which stretches one corridor runs along, by index."""

    known: tuple[int, ...]
    synthetic: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stretches:
    """All stretches as (lat, lon) lines, and the course of every corridor over them."""

    lines: tuple[tuple[Point, ...], ...]
    courses: tuple[Course, ...]


def stretches(corridors: Sequence[RankedCorridor]) -> Stretches:
    """Cut the corridors' roads where the set of corridors that use them changes.

    Points are rounded to 4 decimals (11 m), and bends under 40 m are left out.

    Examples
    --------
    >>> stretches([])
    Stretches(lines=(), courses=())
    """
    walks = [_walk(corridor) for corridor in corridors]
    users = _users(walks)
    found: dict[tuple[Point, ...], int] = {}
    courses = tuple(_course(walk, users, found) for walk in walks)
    return Stretches(tuple(_drawn(line) for line in found), courses)


def _walk(corridor: RankedCorridor) -> list[list[Edge]]:
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


def _course(walk: list[list[Edge]], users: dict[Edge, int], found: dict[tuple[Point, ...], int]) -> Course:
    indices: dict[bool, list[int]] = {False: [], True: []}
    for piece in walk:
        for _, run in groupby(piece, key=lambda edge: users[_key(edge)]):
            edges = list(run)
            line = (edges[0][0], *(b for _, b, _ in edges))
            index = found.setdefault(min(line, line[::-1]), len(found))
            if index not in indices[edges[0][2]]:
                indices[edges[0][2]].append(index)
    return Course(tuple(indices[False]), tuple(indices[True]))


def _drawn(line: tuple[Point, ...]) -> tuple[Point, ...]:
    simple = LineString(line).simplify(_TOLERANCE_DEGREES)
    return tuple((round(lat, DIGITS), round(lon, DIGITS)) for lat, lon in simple.coords)

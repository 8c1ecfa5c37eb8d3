"""Corridors as lists of stretches: every road that corridors share is written once.

A stretch is a run of road used by the same corridors throughout. Stretches keep the page small, and let
the page draw corridors that share a road side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np
from shapely import get_coordinates, linestrings, simplify

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routes.results import CorridorChange, RankedCorridor

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


def _drawn(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Leave out bends, in one call for all lines."""
    if not lines:
        return ()
    of_point = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    whole = linestrings(np.array(list(chain.from_iterable(lines))), indices=of_point)
    points, line = get_coordinates(simplify(whole, _TOLERANCE_DEGREES), return_index=True)
    parts = np.split(points.round(DIGITS), np.flatnonzero(np.diff(line)) + 1)
    return tuple(tuple(map(tuple, part.tolist())) for part in parts)

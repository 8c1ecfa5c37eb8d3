"""What roads cost in the months in which they are shut, and through water: km-equivalents by edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routes.roads.lines import joined_pieces

if TYPE_CHECKING:
    from datetime import date

    from routes.parameters import RoadSeasons
    from routes.roads.road_file import Roads
    from routes.support.arrays import Floats


ALL_MONTHS = tuple(range(1, 13))
_FORD = 12  # bit of the conditions


@dataclass(frozen=True, slots=True)
class Season:
    """The months that are asked about, and what a road that is shut in them costs."""

    months: tuple[int, ...]
    costs: RoadSeasons


def months_between(first: date, last: date) -> tuple[int, ...]:
    """List the months of a period, 1 for January; all where it is a year or longer.

    Examples
    --------
    >>> from datetime import date
    >>> months_between(date(2026, 1, 15), date(2026, 1, 15))
    (1,)
    >>> months_between(date(2025, 11, 2), date(2026, 1, 1))
    (1, 11, 12)
    """
    count = 12 * (last.year - first.year) + last.month - first.month + 1
    return tuple(sorted({(first.month - 1 + step) % 12 + 1 for step in range(min(count, 12))}))


def season_costs(roads: Roads, season: Season) -> Floats:
    """Find what each edge costs besides its length: none where the road file says nothing.

    A stretch of road, all pieces that are joined and shut in one of the months, costs its penalty times the
    part of the months in which they are; whoever drives half of it pays half.

    Returns
    -------
    ndarray of float, shape (edges,)
        km-equivalents.
    """
    bits = np.array([month - 1 for month in season.months])
    shut = (roads.conditions[:, None] >> bits & 1).mean(axis=1)
    ford = (roads.conditions >> _FORD & 1).astype(float)
    return _spread(roads, shut, season.costs.shut_km) + _spread(roads, ford, season.costs.ford_km)


def _spread(roads: Roads, part: Floats, penalty_km: float) -> Floats:
    """Spread a penalty over each stretch of edges that have a part of it."""
    found = np.zeros(len(part))
    edges = np.flatnonzero(part > 0)
    if not len(edges):
        return found
    label = joined_pieces(roads.u[edges], roads.v[edges], len(roads.lon))[roads.u[edges]]
    km = np.maximum(roads.length_km[edges], 1e-3)  # a piece of no length has its part too
    found[edges] = penalty_km * part[edges] * km / np.bincount(label, km)[label]
    return found

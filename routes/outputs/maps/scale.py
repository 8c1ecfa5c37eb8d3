"""Line widths that stand for shares on a map.

Widths grow in proportion to the share, so that the band of an interval can be measured against its line.
Colours and sizes are those of `routes.outputs.palette`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LANES = 5  # the chosen corridor and its rivals, side by side where they share a road
LANE_GAP = 0.7
_THINNEST = 1.0
_WIDEST = 12.0
_WIDEST_STACK = 24.0
_WIDEST_ROAD = 14.0
LEAST_DRAWN = 0.0005  # of the inflow, on a road
_PER_POINT = 0.9  # pixels for a percentage point gained or lost


@dataclass(frozen=True, slots=True)
class Widths:
    """Line widths in pixels: ``thinnest`` and so much for a share of one."""

    per_share: float
    thinnest: float = _THINNEST

    def of(self, share: float) -> float:
        """Return the width of a line, or of the band up to the end of an interval.

        Examples
        --------
        >>> Widths(per_share=50.0).of(0.1)
        6.0
        """
        return round(self.thinnest + self.per_share * share, 2)


def fit_widths(upper_bounds: Iterable[float], stacks: Sequence[Sequence[float]]) -> Widths:
    """Choose widths so that neither the widest band nor the widest stack of lanes is too wide.

    Parameters
    ----------
    upper_bounds : iterable of float
        Upper ends of the intervals of all corridors drawn.
    stacks : sequence of sequences of float
        For every stretch of road the shares of the corridors that are drawn side by side on it.

    Examples
    --------
    >>> fit_widths([0.2], [[0.1]]).of(0.2)
    12.0
    """
    largest = max(upper_bounds, default=0.0)
    bands = (_WIDEST - _THINNEST) / largest if largest > 0 else 0.0
    room = (
        (_WIDEST_STACK - (_THINNEST + LANE_GAP) * len(stack)) / sum(stack)
        for stack in stacks
        if sum(stack) > 0
    )
    return Widths(max(0.0, min(bands, *room, bands)))


def road_widths(largest: float) -> Widths:
    """Choose widths of roads by the inflow over them, so that the widest rim is not too wide.

    Examples
    --------
    >>> road_widths(0.5).of(0.5)
    14.0
    """
    return Widths((_WIDEST_ROAD - _THINNEST) / largest if largest > 0 else 0.0)


def flow_scale(widths: Widths, *, rims: bool) -> dict[str, float | bool]:
    """Tell the page how wide a road is drawn."""
    return {
        "thinnest": widths.thinnest,
        "per_share": round(widths.per_share, 3),
        "widest": 1.5 * _WIDEST_ROAD,  # what a closure sends there may be more than anything before it
        "least": LEAST_DRAWN,
        "per_point": _PER_POINT,
        "rims": rims,
    }

"""Widths, colours and sizes that stand for shares.

The classes have round bounds, so that two maps can be compared and the legend can be read aloud. The
colours are five steps of viridis, darkest for the largest share, without its pale yellow end, which is
lost on light ground. Lightness falls steadily, so the order survives colour blindness and grey printing.
Widths grow in proportion to the share, so that the band of an interval can be measured against its line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LANES = 8  # corridors drawn side by side on one road; the rest share one lane
LANE_GAP = 0.7
REST_WIDTH = 2.4  # of the one line that stands for the rest
_LADDER = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_COLOURS = ("#8fd744", "#27ad81", "#24868e", "#3b528b", "#440154")
_THINNEST = 1.0
_WIDEST = 12.0
_WIDEST_STACK = 24.0
_RADIUS_OF_ALL = 24.0
_SMALLEST_RADIUS = 3.5


@dataclass(frozen=True, slots=True)
class ShareClass:
    """One class of the legend: shares from ``low``, up to the next class."""

    low: float
    colour: str
    label: str


def share_classes(largest: float) -> tuple[ShareClass, ...]:
    """Make five classes whose highest one holds the largest share.

    Parameters
    ----------
    largest : float
        The largest share on the map.

    Examples
    --------
    >>> [c.label for c in share_classes(0.12)]
    ['under 1 %', '1 to 2 %', '2 to 5 %', '5 to 10 %', '10 % and over']
    """
    inner = len(_COLOURS) - 1
    reached = sum(step <= largest for step in _LADDER)
    end = max(reached, inner)
    bounds = (0.0, *_LADDER[end - inner : end])
    return tuple(
        ShareClass(low, colour, _label(bounds, index))
        for index, (low, colour) in enumerate(zip(bounds, _COLOURS, strict=True))
    )


def _label(bounds: tuple[float, ...], index: int) -> str:
    low = f"{100 * bounds[index]:g}"
    if index == len(bounds) - 1:
        return f"{low} % and over"
    high = f"{100 * bounds[index + 1]:g} %"
    return f"under {high}" if index == 0 else f"{low} to {high}"


def class_of(share: float, classes: tuple[ShareClass, ...]) -> ShareClass:
    """Return the class a share falls into.

    Examples
    --------
    >>> class_of(0.03, share_classes(0.12)).label
    '2 to 5 %'
    """
    return max((c for c in classes if c.low <= share), key=lambda c: c.low, default=classes[0])


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


def radius(share: float) -> float:
    """Size a symbol so that its area, above the smallest size, is in proportion to the share.

    Examples
    --------
    >>> radius(0.25), radius(0.0001)
    (12.0, 3.5)
    """
    return round(max(_SMALLEST_RADIUS, _RADIUS_OF_ALL * math.sqrt(max(share, 0.0))), 1)

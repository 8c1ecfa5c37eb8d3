"""Widths, colours and sizes that stand for shares.

The classes have round bounds, so that two maps can be compared and the legend can be read aloud. The
colours are five steps of viridis, darkest for the largest share, without its pale yellow end, which is
lost on light ground. Lightness falls steadily, so the order survives colour blindness and grey printing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_LADDER = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_COLOURS = ("#8fd744", "#27ad81", "#24868e", "#3b528b", "#440154")
_WIDTHS = (2.0, 3.0, 4.5, 6.0, 8.0)
_RADIUS_OF_ALL = 24.0
_SMALLEST_RADIUS = 3.5


@dataclass(frozen=True, slots=True)
class ShareClass:
    """One class of the legend: shares from ``low``, up to the next class."""

    low: float
    colour: str
    width: float
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
        ShareClass(low, colour, width, _label(bounds, index))
        for index, (low, colour, width) in enumerate(zip(bounds, _COLOURS, _WIDTHS, strict=True))
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


def radius(share: float) -> float:
    """Size a symbol so that its area, above the smallest size, is in proportion to the share.

    Examples
    --------
    >>> radius(0.25), radius(0.0001)
    (12.0, 3.5)
    """
    return round(max(_SMALLEST_RADIUS, _RADIUS_OF_ALL * math.sqrt(max(share, 0.0))), 1)

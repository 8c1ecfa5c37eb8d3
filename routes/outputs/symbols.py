"""Symbols of places and seizures: what a shape and a colour stand for, on maps, in briefings and exports.

No two have the same shape, so that they are told apart without colour, too. Shapes of one size have one area.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from routes.outputs.language import message
from routes.outputs.palette import BLUE, GREEN, GREY, ORANGE, PAGE, PURPLE, VERMILION

Shape = Literal["square", "diamond", "pentagon", "circle", "ring", "triangle", "cross", "dot"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A shape with its colour, and what it stands for; a `ring` is a circle drawn hollow."""

    shape: Shape
    colour: str
    name: str


PLACES = {
    "gates": Symbol("square", BLUE, message("gate")),
    "crossings": Symbol("diamond", ORANGE, message("crossing")),
    "processing_areas": Symbol("pentagon", PURPLE, message("processing area")),
}
"""By layer."""
SEIZURES = {
    True: Symbol("circle", VERMILION, message("seizure, used as evidence")),
    False: Symbol("ring", GREY, message("seizure, not used")),
}
"""By whether it is used as evidence."""
POSTS = {
    "watched": Symbol("triangle", GREEN, message("post: watched")),
    "closed": Symbol("cross", PAGE["ink"], message("closed now")),
}
CITY = Symbol("dot", PAGE["city"], message("city"))
SYMBOLS = (*PLACES.values(), *SEIZURES.values(), *POSTS.values(), CITY)

_CORNERS: dict[str, tuple[int, float]] = {
    "square": (4, 45.0),
    "diamond": (4, 0.0),
    "pentagon": (5, -90.0),
    "triangle": (3, -90.0),
}


def corners(shape: Shape) -> tuple[tuple[float, float], ...]:
    """Corners of a shape around nought, as large as a circle of radius one; y grows downwards.

    Raises
    ------
    KeyError
        If the shape has no corners.

    Examples
    --------
    >>> corners("diamond")[0]
    (1.253, 0.0)
    """
    count, turn = _CORNERS[shape]
    reach = math.sqrt(2 * math.pi / (count * math.sin(2 * math.pi / count)))
    angles = (math.radians(turn + 360 * i / count) for i in range(count))
    return tuple((round(reach * math.cos(a), 3), round(reach * math.sin(a), 3) + 0.0) for a in angles)


def path(shape: Shape, x: float, y: float, radius: float) -> str:
    """Write a shape as a path of SVG.

    Examples
    --------
    >>> path("diamond", 10, 10, 4)
    'M15.0 10.0L10.0 15.0L5.0 10.0L10.0 5.0Z'
    """
    if shape in _CORNERS:
        points = (f"{x + radius * dx:.1f} {y + radius * dy:.1f}" for dx, dy in corners(shape))
        return f"M{'L'.join(points)}Z"
    if shape == "cross":
        down, up = f"l{2 * radius:.1f} {2 * radius:.1f}", f"l{-2 * radius:.1f} {2 * radius:.1f}"
        return f"M{x - radius:.1f} {y - radius:.1f}{down}m0 {-2 * radius:.1f}{up}"
    half = f"a{radius:g} {radius:g} 0 1 0"
    return f"M{x - radius:.1f} {y:.1f}{half} {2 * radius:.1f} 0{half} {-2 * radius:.1f} 0Z"


def for_page() -> dict[str, dict[str, object]]:
    """Corners and colours for the script of a page; JSON-ready."""
    drawn = {"gates": PLACES["gates"], "crossings": PLACES["crossings"], "areas": PLACES["processing_areas"]}
    return {
        **{
            name: {"corners": corners(symbol.shape), "colour": symbol.colour}
            for name, symbol in drawn.items()
        },
        "used": {"colour": SEIZURES[True].colour},
        "unused": {"colour": SEIZURES[False].colour},
        "watched": {"path": path(POSTS["watched"].shape, 11, 12, 7), "colour": POSTS["watched"].colour},
        "closed": {"path": path(POSTS["closed"].shape, 11, 11, 6), "colour": POSTS["closed"].colour},
    }

"""What the tags of an OpenStreetMap way say: which class of road it is, and which way it is open.

The meaning of the tags is that of the OpenStreetMap wiki (Key:highway, Key:surface, Key:oneway, Key:access).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.roads.road_file import ROAD_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Service ways (yards, parking, drives) and ways not for cars are no part of any leg.
HIGHWAYS = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "minor",
    "residential": "minor",
    "living_street": "minor",
    "road": "minor",
    "track": "track",
}
UNPAVED = frozenset(
    (
        "unpaved",
        "gravel",
        "fine_gravel",
        "pebblestone",
        "compacted",
        "dirt",
        "dirt/sand",
        "earth",
        "ground",
        "clay",
        "mud",
        "sand",
        "soil",
        "grass",
        "rock",
        "salt",
        "snow",
        "ice",
    )
)
PAVED = frozenset(
    (
        "paved",
        "asphalt",
        "chipseal",
        "concrete",
        "concrete:lanes",
        "concrete:plates",
        "paving_stones",
        "sett",
    )
)
_UNPAVED_GRADES = frozenset(("grade2", "grade3", "grade4", "grade5"))
_CLOSED = frozenset(("no", "private", "emergency"))
_BOTH_WAYS = frozenset(("no", "false", "0", "reversible", "alternating"))
_RINGS = frozenset(("roundabout", "circular"))


def road_class(tags: Mapping[str, str]) -> int | None:
    """Class of road of a way, as an index into `ROAD_CLASSES`; None if no goods travel on it.

    An unpaved road is ``gravel``, an unpaved minor road a ``track``, and a paved track a ``minor`` road.

    Examples
    --------
    >>> ROAD_CLASSES[road_class({"highway": "primary_link", "surface": "gravel"})]
    'gravel'
    >>> road_class({"highway": "footway"}) is None
    True
    """
    if not _open(tags) or tags.get("area") == "yes":
        return None
    if tags.get("route") == "ferry":
        return ROAD_CLASSES.index("ferry")
    name = HIGHWAYS.get(tags.get("highway", "").removesuffix("_link"))
    if name is None:
        return None
    surface, grade = tags.get("surface", ""), tags.get("tracktype", "")
    if name == "track":
        paved = surface in PAVED or (grade == "grade1" and surface not in UNPAVED)
        return ROAD_CLASSES.index("minor" if paved else "track")
    if surface in UNPAVED or (grade in _UNPAVED_GRADES and surface not in PAVED):
        name = "track" if name == "minor" else "gravel"
    return ROAD_CLASSES.index(name)


def direction(tags: Mapping[str, str]) -> int:
    """Which way a way is open: 1 only as it is drawn, -1 only against it, 0 both.

    Roundabouts and motorways are one-way unless they say otherwise.

    Examples
    --------
    >>> direction({"oneway": "yes"}), direction({"oneway": "-1"}), direction({"highway": "motorway"})
    (1, -1, 1)
    """
    said = tags.get("oneway:motor_vehicle", tags.get("oneway", ""))
    if said in ("-1", "reverse"):
        return -1
    if said in _BOTH_WAYS:
        return 0
    implied = tags.get("junction") in _RINGS or tags.get("highway") == "motorway"
    return int(implied or said in ("yes", "true", "1"))


def _open(tags: Mapping[str, str]) -> bool:
    """Whether motor traffic may pass: the most special of the access tags decides."""
    for key in ("motor_vehicle", "vehicle", "access"):
        if key in tags:
            return tags[key] not in _CLOSED
    return True

"""What the tags of an OpenStreetMap way say to a lorry: which class of road it is, and which way it is open.

The meaning of the tags is that of the OpenStreetMap wiki (Key:highway, Key:surface, Key:oneway, Key:access,
Key:hgv, Key:maxweight, Key:barrier). In which months a road is open is told by `routes.roads.osm_months`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from routes.roads.road_file import ROAD_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Ways not for cars are no part of any leg.
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
ACCESS = ("hgv", "goods", "motor_vehicle", "vehicle", "access")
"""Who may pass, the most special first: what is said of lorries decides, then what of all vehicles."""
LIGHTEST_LORRY_T = 7.5
"""A road for less is none for a lorry: the loads of which seizures tell are of tonnes."""

_UNPAVED_GRADES = frozenset(("grade2", "grade3", "grade4", "grade5"))
CLOSED = frozenset(("no", "private", "emergency", "military", "permit", "agricultural", "forestry"))
_BOTH_WAYS = frozenset(("no", "false", "0", "reversible", "alternating"))
_RINGS = frozenset(("roundabout", "circular"))
_ONE_WAY = frozenset(("motorway", "motorway_link"))
_GIVEN_UP = ("abandoned", "disused", "demolished", "razed")
_BLOCKS = frozenset(
    (
        "block",
        "bollard",
        "cycle_barrier",
        "debris",
        "jersey_barrier",
        "kissing_gate",
        "log",
        "stile",
        "turnstile",
    )
)
_YARDS = frozenset(("drive-through", "driveway", "emergency_access", "parking_aisle"))
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*(t|kg|st|lbs|)")
_TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "st": 0.90718474, "lbs": 0.00045359237}


def road_class(tags: Mapping[str, str]) -> int | None:
    """Class of road of a way, as an index into `ROAD_CLASSES`; None if no lorry travels on it.

    An unpaved road is ``gravel``, an unpaved minor road a ``track``, and a paved track a ``minor`` road. Of
    several surfaces the worst counts.

    Examples
    --------
    >>> ROAD_CLASSES[road_class({"highway": "primary_link", "surface": "asphalt;gravel"})]
    'gravel'
    >>> road_class({"highway": "footway"}) is None, road_class({"highway": "trunk", "hgv": "no"}) is None
    (True, True)
    """
    if tags.get("area") == "yes" or not _usable(tags) or open_ways(tags) == (False, False):
        return None
    if tags.get("route") == "ferry":
        return ROAD_CLASSES.index("ferry")
    name = HIGHWAYS.get(tags.get("highway", "").removesuffix("_link"))
    if name is None:
        return None
    surfaces, grade = _values(tags.get("surface", "")), tags.get("tracktype", "")
    unpaved, paved = bool(surfaces & UNPAVED), bool(surfaces) and surfaces <= PAVED
    if name == "track":
        is_paved = paved or (grade == "grade1" and not unpaved)
        return ROAD_CLASSES.index("minor" if is_paved else "track")
    if unpaved or (grade in _UNPAVED_GRADES and not paved):
        name = "track" if name == "minor" else "gravel"
    return ROAD_CLASSES.index(name)


def is_yard(tags: Mapping[str, str]) -> bool:
    """Whether a way is a service road that a lorry may use: it is one of a leg only where it closes a gap.

    Examples
    --------
    >>> is_yard({"highway": "service"}), is_yard({"highway": "service", "service": "driveway"})
    (True, False)
    """
    if tags.get("highway") != "service" or tags.get("service") in _YARDS or tags.get("area") == "yes":
        return False
    return _usable(tags) and open_ways(tags) != (False, False)


def direction(tags: Mapping[str, str]) -> int:
    """Which way a way is open: 1 only as it is drawn, -1 only against it, 0 both.

    Roundabouts, motorways and their links are one-way unless they say otherwise.

    Examples
    --------
    >>> direction({"oneway": "yes"}), direction({"oneway": "-1"}), direction({"highway": "motorway"})
    (1, -1, 1)
    >>> direction({"motor_vehicle:backward": "no"})
    1
    """
    forth, back = open_ways(tags)
    return int(forth) - int(back)


def open_ways(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether a lorry may drive a way as it is drawn, and against it.

    Examples
    --------
    >>> open_ways({"highway": "trunk", "access": "no", "hgv": "yes"}), open_ways({"access": "military"})
    ((True, True), (False, False))
    """
    one_way = _one_way(tags)
    forth = one_way >= 0 and _may(tags, "forward")
    return forth, one_way <= 0 and _may(tags, "backward")


def blocks(tags: Mapping[str, str]) -> bool:
    """Whether a node bars the road to a lorry: by who may pass; by what it is where that is not said.

    Examples
    --------
    >>> blocks({"barrier": "block"}), blocks({"barrier": "gate"}), blocks({"barrier": "gate", "access": "no"})
    (True, False, True)
    >>> blocks({"barrier": "border_control"}), blocks({"barrier": "bollard", "motor_vehicle": "yes"})
    (False, False)
    """
    barrier = tags.get("barrier")
    if not barrier:
        return False
    if any(key in tags for key in ACCESS):
        return not _may(tags, "")
    return barrier in _BLOCKS


def _usable(tags: Mapping[str, str]) -> bool:
    """Whether a way can bear a lorry at all."""
    if any(tags.get(key) == "yes" for key in _GIVEN_UP) or tags.get("smoothness") == "impassable":
        return False
    return weight_limit_t(tags) >= LIGHTEST_LORRY_T


def weight_limit_t(tags: Mapping[str, str]) -> float:
    """Weight that a road bears, in tonnes; infinite where nothing is said, or nothing that is understood.

    Examples
    --------
    >>> weight_limit_t({"maxweight": "3.5"}), weight_limit_t({"maxweight": "5000 kg"}), weight_limit_t({})
    (3.5, 5.0, inf)
    """
    limits = [tags[key] for key in ("maxweight:hgv", "maxweight") if key in tags]
    found = _WEIGHT.fullmatch(limits[0].strip().casefold()) if limits else None
    return float(found[1]) * _TONNES[found[2]] if found else float("inf")


def _one_way(tags: Mapping[str, str]) -> int:
    keys = ("oneway:hgv", "oneway:goods", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
    said = next((tags[key] for key in keys if key in tags), "")
    if said in ("-1", "reverse"):
        return -1
    if said in _BOTH_WAYS:
        return 0
    implied = tags.get("junction") in _RINGS or tags.get("highway") in _ONE_WAY
    return int(implied or said in ("yes", "true", "1"))


def _may(tags: Mapping[str, str], way: str) -> bool:
    """Whether a lorry may pass one way, in some months at least: the most special access tag decides."""
    for key in ACCESS:
        said = tags.get(f"{key}:{way}", tags.get(key))
        if said is not None:
            return not _values(said) <= CLOSED or sometimes_open(tags, key)
    return True


def sometimes_open(tags: Mapping[str, str], key: str) -> bool:
    """Whether a condition opens to some what is closed otherwise.

    Examples
    --------
    >>> sometimes_open({"access": "no", "access:conditional": "yes @ (Jun-Sep)"}, "access")
    True
    """
    said = tags.get(f"{key}:conditional", "")
    return any(value not in CLOSED for value in re.findall(r"(?:^|;)\s*([a-z_]+)\s*@", said))


def _values(text: str) -> set[str]:
    """Take apart what has several values.

    Examples
    --------
    >>> sorted(_values("asphalt; gravel")), _values("")
    (['asphalt', 'gravel'], set())
    """
    return {value.strip() for value in re.split("[;,]", text) if value.strip()}

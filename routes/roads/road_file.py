"""The road file: what roads there are, before any country or crossing is singled out.

`routes.roads` makes them, from a trunk network and our own list of highways or from OpenStreetMap
extracts; `save_roads` and `load_roads` keep the result in one small compressed file.
"""

from __future__ import annotations

import json
import math
import tokenize
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.errors import Fault, InputError
from routes.support.files import written_whole
from routes.support.geo import KM_PER_DEGREE, great_circle_km

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from numpy.typing import NDArray

    from routes.support.arrays import Floats, Ints, Mask


# The order is part of the file format: new classes go to the end.
ROAD_CLASSES = (
    "trunk",
    "paved",
    "gravel",
    "track",
    "link",
    "motorway",
    "primary",
    "secondary",
    "tertiary",
    "minor",
    "ferry",
)
FORMAT_VERSION, WITH_CONDITIONS = 2, 3
"""Of the file; a file of the second has the conditions of its edges, which older programs do not know."""
_DEGREE_UNITS = 1e5  # coordinates are stored as whole 1e-5 degrees, about a metre
_LONGEST_M = 2e7  # half the way round the earth
_MOST_UNPACKED, _UNPACKED_A_BYTE = 64 * 2**20, 50
_TEXTS = {"countries": list, "stops": list, "about": dict}
_ARRAYS = (
    "lon",
    "lat",
    "country",
    "u",
    "v",
    "length_m",
    "road_class",
    "oneway",
    "border_node",
    "border_pair",
    "stop_node",
)
_CONDITIONS = "conditions"
_MOST_CONDITIONS = (1 << 13) - 1  # twelve months and a ford


@dataclass(frozen=True, slots=True)
class Roads:
    """Roads over the region.

    Parameters
    ----------
    lon, lat : ndarray of float, shape (nodes,)
        Degrees.
    country : ndarray of int, shape (nodes,)
        Index into `countries`; -1 on a border node, which belongs to two; -2 in the open sea.
    countries : tuple of str
        ISO 3166-1 alpha-3 codes.
    u, v : ndarray of int, shape (edges,)
        Ends of the edges. No edge crosses a border: it ends on a border node.
    length_km : ndarray of float, shape (edges,)
        Length along the road.
    road_class : ndarray of int, shape (edges,)
        Index into `ROAD_CLASSES`.
    oneway : ndarray of bool, shape (edges,)
        Whether the edge can only be travelled from `u` to `v`.
    border_node : ndarray of int, shape (borders,)
        The nodes that lie on a border.
    border_pair : ndarray of int, shape (borders, 2)
        The two countries that meet there, as indices into `countries`.
    stops : dict of int to str
        Names of the nodes that are towns, junctions, ports or crossings.
    about : dict
        Sources, licence and figures of the build, JSON-ready.
    conditions : ndarray of int, shape (edges,)
        Months in which the edge is shut, as bits, January the lowest; bit 12 for a ford. Default: none.
    """

    lon: Floats
    lat: Floats
    country: Ints
    countries: tuple[str, ...]
    u: Ints
    v: Ints
    length_km: Floats
    road_class: Ints
    oneway: Mask
    border_node: Ints
    border_pair: Ints
    stops: dict[int, str]
    about: dict[str, Any]
    conditions: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        """Take every edge for open all year where nothing is said."""
        if not len(self.conditions):
            object.__setattr__(self, "conditions", np.zeros(len(self.u), np.int64))


def straight_km(roads: Roads) -> Floats:
    """Great-circle length of every edge, shape (edges,), in kilometres."""
    u, v = roads.u, roads.v
    return great_circle_km(roads.lon[u], roads.lat[u], roads.lon[v], roads.lat[v])


def save_roads(roads: Roads, path: Path) -> None:
    """Write the road file: to a temporary name first, then renamed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from routes.read import bundled
    >>> roads = load_roads(bundled("roads.npz"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_roads(roads, Path(folder) / "copy.npz")
    ...     len(load_roads(Path(folder) / "copy.npz").u) == len(roads.u)
    True
    """
    stops = sorted(roads.stops)
    number = np.int8 if len(roads.countries) <= np.iinfo(np.int8).max else np.int16
    arrays = {
        "lon": np.round(roads.lon * _DEGREE_UNITS).astype(np.int32),
        "lat": np.round(roads.lat * _DEGREE_UNITS).astype(np.int32),
        "country": roads.country.astype(number),
        "u": roads.u.astype(np.int32),
        "v": roads.v.astype(np.int32),
        "length_m": np.round(roads.length_km * 1000).astype(np.int32),
        "road_class": roads.road_class.astype(np.int8),
        "oneway": np.packbits(roads.oneway),
        "border_node": roads.border_node.astype(np.int32),
        "border_pair": roads.border_pair.astype(number),
        "stop_node": np.array(stops, np.int32),
    }
    if roads.conditions.any():
        arrays[_CONDITIONS] = roads.conditions.astype(np.uint16)
    about = {
        "format": WITH_CONDITIONS if _CONDITIONS in arrays else FORMAT_VERSION,
        "countries": roads.countries,
        "about": roads.about,
        "stops": [roads.stops[node] for node in stops],
    }
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    arrays["json"] = np.frombuffer(text.encode(), np.uint8)
    with written_whole(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


_BROKEN = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, ArithmeticError),
    *(RuntimeError, MemoryError, SyntaxError, zipfile.BadZipFile, zlib.error, tokenize.TokenError),
)
"""What numpy, zipfile and json raise on a file that is no road file, or a broken one."""


def _contents(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read the texts and arrays of a file that unpacks to no more than it may."""
    with zipfile.ZipFile(path) as packed:
        size = sum(entry.file_size for entry in packed.infolist())
        if size > _MOST_UNPACKED + _UNPACKED_A_BYTE * path.stat().st_size:
            message = f"cannot be read as a road file: it unpacks to {size / 2**20:,.0f} MiB."
            raise InputError([Fault(str(path), message)])
        for entry in packed.infolist():
            with packed.open(entry) as member:
                _require_held(member, entry.file_size)
    with np.load(path) as file:
        text = json.loads(file["json"].tobytes())
        if not isinstance(text, dict):
            raise TypeError("its texts are no object")
        if text["format"] not in (FORMAT_VERSION, WITH_CONDITIONS):
            formats = f"{FORMAT_VERSION} or {WITH_CONDITIONS}"
            wanted = f"wanted road file format {formats}, got {text['format']}. Build it again."
            raise InputError([Fault(str(path), wanted)])
        names = (*_ARRAYS, _CONDITIONS) if text["format"] == WITH_CONDITIONS else _ARRAYS
        return text, {name: file[name] for name in names}


def _require_held(member: IO[bytes], size: int) -> None:
    """Refuse an array whose header promises more than the member holds."""
    version = np.lib.format.read_magic(member)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(member)
    if math.prod(shape) * dtype.itemsize > size:
        raise ValueError(f"an array of shape {shape} is not whole")


def wrong_roads(text: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> str:  # noqa: C901, PLR0911 - a list of checks
    """Tell what of a road file makes no roads: wrong shapes, numbers of no node or class, no place on earth.

    Examples
    --------
    >>> import numpy as np
    >>> wrong_roads({"countries": [], "stops": [], "about": {}}, {name: np.zeros(1) for name in _ARRAYS})
    'lon holds no whole numbers'
    """
    if not all(isinstance(text.get(name), kind) for name, kind in _TEXTS.items()):
        return "its texts are not whole"
    if not all(isinstance(each, str) for name in ("countries", "stops") for each in text[name]):
        return "its names are no texts"
    dimensions = {name: 2 if name == "border_pair" else 1 for name in arrays}
    for name, array in arrays.items():
        if array.ndim != dimensions[name]:
            return f"{name} has the shape {array.shape}"
        if array.dtype.kind not in "iu":
            return f"{name} holds no whole numbers"
    nodes, edges, borders = len(arrays["lon"]), len(arrays["u"]), len(arrays["border_node"])
    lengths = {
        **dict.fromkeys(("lat", "country"), nodes),
        **dict.fromkeys(("v", "length_m", "road_class", *({_CONDITIONS} & arrays.keys())), edges),
        "oneway": -(-edges // 8),
        "border_pair": borders,
        "stop_node": len(text["stops"]),
    }
    for name, length in lengths.items():
        if len(arrays[name]) != length:
            return f"{name} has {len(arrays[name]):,} entries for {length:,}"
    if arrays["border_pair"].shape[1] != 2:  # noqa: PLR2004 - the two sides of a border
        return "border_pair does not hold pairs"
    countries = len(text["countries"])
    bounds = {
        "lon": (-180 * _DEGREE_UNITS, 180 * _DEGREE_UNITS),
        "lat": (-90 * _DEGREE_UNITS, 90 * _DEGREE_UNITS),
        "country": (-2, countries - 1),
        **dict.fromkeys(("u", "v", "border_node", "stop_node"), (0, nodes - 1)),
        "length_m": (0, _LONGEST_M),
        "road_class": (0, len(ROAD_CLASSES) - 1),
        "border_pair": (0, countries - 1),
        **({_CONDITIONS: (0, _MOST_CONDITIONS)} if _CONDITIONS in arrays else {}),
    }
    for name, (low, high) in bounds.items():
        array = arrays[name]
        if array.size and (array.min() < low or array.max() > high):
            return f"{name} holds values from {array.min()} to {array.max()}, wanted {low:g} to {high:g}"
    return _shorter_than_straight(arrays)


def _shorter_than_straight(arrays: dict[str, NDArray[Any]]) -> str:
    """Tell of edges much shorter than the straight line between their ends: swapped coordinates, a unit."""
    lon, lat = arrays["lon"] / _DEGREE_UNITS, arrays["lat"] / _DEGREE_UNITS
    u, v, length_km = arrays["u"], arrays["v"], arrays["length_m"] / 1000
    # Most are longer than the two sides of the arc together, and need no trigonometry.
    sides_km = (np.abs(lon[u] - lon[v]) + np.abs(lat[u] - lat[v])) * KM_PER_DEGREE
    near = np.flatnonzero(length_km < sides_km * 0.9 - 1)
    u, v = u[near], v[near]
    straight_km = great_circle_km(lon[u], lat[u], lon[v], lat[v])
    short = near[length_km[near] < straight_km * 0.9 - 1]
    shown = f"{len(short):,} edges are shorter than the straight line between their ends, such as edge"
    return f"{shown} {short[0]}" if len(short) else ""


def load_roads(path: Path) -> Roads:
    """Read a road file written by `save_roads`.

    Raises
    ------
    InputError
        If the file is missing, is no road file, or is one of another version.
    """
    try:
        text, arrays = _contents(path)
    except InputError:
        raise
    except _BROKEN as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise InputError([Fault(str(path), f"cannot be read as a road file: {said}")]) from error
    wrong = wrong_roads(text, arrays)
    if wrong:
        message = f"cannot be read as a road file: {wrong}. Build it again with routes network build."
        raise InputError([Fault(str(path), message)])
    stops = dict(zip(arrays["stop_node"].tolist(), text["stops"], strict=True))
    return Roads(
        lon=arrays["lon"] / _DEGREE_UNITS,
        lat=arrays["lat"] / _DEGREE_UNITS,
        country=arrays["country"].astype(np.int64),
        countries=tuple(text["countries"]),
        u=arrays["u"].astype(np.int64),
        v=arrays["v"].astype(np.int64),
        length_km=arrays["length_m"] / 1000,
        road_class=arrays["road_class"].astype(np.int64),
        oneway=np.unpackbits(arrays["oneway"], count=len(arrays["u"])).astype(bool),
        border_node=arrays["border_node"].astype(np.int64),
        border_pair=arrays["border_pair"].astype(np.int64),
        stops=stops,
        about=text["about"],
        conditions=arrays.get(_CONDITIONS, np.zeros(len(arrays["u"]))).astype(np.int64),
    )

"""The road file: what roads there are, before any country or crossing is singled out.

`routes.roads` makes them, from a trunk network and our own list of highways or from OpenStreetMap
extracts; `save_roads` and `load_roads` keep the result in one small compressed file.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.errors import Fault, InputError
from routes.support.files import written_whole
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]

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
FORMAT_VERSION = 2
_DEGREE_UNITS = 1e5  # coordinates are stored as whole 1e-5 degrees, about a metre
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


@dataclass(frozen=True, slots=True)
class Roads:
    """Roads over the region.

    Parameters
    ----------
    lon, lat : ndarray of float, shape (nodes,)
        Degrees.
    country : ndarray of int, shape (nodes,)
        Index into `countries`; -1 on a border node, which belongs to two.
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
    """

    lon: Floats
    lat: Floats
    country: Ints
    countries: tuple[str, ...]
    u: Ints
    v: Ints
    length_km: Floats
    road_class: Ints
    oneway: NDArray[np.bool_]
    border_node: Ints
    border_pair: Ints
    stops: dict[int, str]
    about: dict[str, Any]


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
    arrays = {
        "lon": np.round(roads.lon * _DEGREE_UNITS).astype(np.int32),
        "lat": np.round(roads.lat * _DEGREE_UNITS).astype(np.int32),
        "country": roads.country.astype(np.int8),
        "u": roads.u.astype(np.int32),
        "v": roads.v.astype(np.int32),
        "length_m": np.round(roads.length_km * 1000).astype(np.int32),
        "road_class": roads.road_class.astype(np.int8),
        "oneway": np.packbits(roads.oneway),
        "border_node": roads.border_node.astype(np.int32),
        "border_pair": roads.border_pair.astype(np.int8),
        "stop_node": np.array(stops, np.int32),
    }
    about = {
        "format": FORMAT_VERSION,
        "countries": roads.countries,
        "about": roads.about,
        "stops": [roads.stops[node] for node in stops],
    }
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    arrays["json"] = np.frombuffer(text.encode(), np.uint8)
    with written_whole(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def load_roads(path: Path) -> Roads:
    """Read a road file written by `save_roads`.

    Raises
    ------
    InputError
        If the file is missing, is no road file, or is one of another version.
    """
    try:
        with np.load(path) as file:
            text = json.loads(file["json"].tobytes())
            known = text["format"] == FORMAT_VERSION
            arrays = {name: file[name] for name in _ARRAYS} if known else {}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError([Fault(str(path), f"cannot be read as a road file: {error}")]) from error
    if not known:
        wanted = f"wanted road file format {FORMAT_VERSION}, got {text['format']}. Build it again."
        raise InputError([Fault(str(path), wanted)])
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
    )

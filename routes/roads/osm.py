"""Read roads from OpenStreetMap extracts, two passes over each file: ways first, then their nodes.

osmium filters in compiled code, so that Python sees roads alone. What is kept are arrays, some 50 bytes for
each node of a road. osmium's own sets of ids take 4 MiB for each run of 2^25 ids of which they hold one, up
to 1.1 GB with the ids of today's OpenStreetMap, so that they are used for large files alone.
"""

from __future__ import annotations

import hashlib
from array import array
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.errors import Fault, InputError, RoutesError
from routes.roads.osm_months import conditions_of, shut_by_weight
from routes.roads.osm_tags import direction, is_yard, road_class
from routes.roads.road_file import ROAD_CLASSES
from routes.support.extras import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from routes.support.arrays import Floats, Ints, Mask

    Progress = Callable[[int, int | None], None]

ABOUT = {
    "osm": "OpenStreetMap extracts",
    "attribution": "© OpenStreetMap contributors",
    "licence": "Open Database License 1.0 (ODbL)",
}
_TOLD_EVERY = 20_000  # ways between two reports of progress
_BATCH = 5_000  # ways
_YARD = ROAD_CLASSES.index("minor")
_SET_IDS, _SET_BYTES = 2**25, 2**22  # ids in a piece of osmium's sets, and what a piece takes
_NODE_BYTES, _NODE_IN_FILE_BYTES = 16, 3  # of a node in osmium's index, and at least in a file


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways that are roads, each id once.

    Parameters
    ----------
    id, file : ndarray of int, shape (ways,)
        OpenStreetMap id, and which of the files the way was read from.
    road_class : ndarray of int, shape (ways,)
        Index into `ROAD_CLASSES`.
    direction : ndarray of int, shape (ways,)
        1 if the way is open in the order of its nodes alone, -1 if only against it, 0 if both ways.
    start : ndarray of int, shape (ways + 1,)
        Where the nodes of each way begin in `node`.
    node : ndarray of int, shape (nodes of ways,)
        Ids of OpenStreetMap nodes.
    conditions : ndarray of int, shape (ways,)
        From `routes.roads.osm_months.conditions_of`.
    yard : ndarray of bool, shape (ways,)
        Whether the way is a service road, which counts only where it closes a gap.
    """

    id: Ints
    file: Ints
    road_class: Ints
    direction: Ints
    start: Ints
    node: Ints
    conditions: Ints
    yard: Mask

    def take(self, which: Mask) -> Ways:
        """Take some of the ways."""
        size = np.diff(self.start)
        return Ways(
            self.id[which],
            self.file[which],
            self.road_class[which],
            self.direction[which],
            np.concatenate([[0], np.cumsum(size[which])]),
            self.node[np.repeat(which, size)],
            self.conditions[which],
            self.yard[which],
        )


@dataclass(frozen=True, slots=True)
class Spots:
    """Nodes of roads: ids in order, shape (nodes,), and degrees; NaN where the files do not hold the node.

    ``blocked`` and ``ford`` tell which bar the road and which lie in water (`routes.roads.osm_nodes`).
    """

    id: Ints
    lon: Floats
    lat: Floats
    blocked: Mask
    ford: Mask

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All of it, in the order of the fields."""
        return self.id, self.lon, self.lat, self.blocked, self.ford


def read_ways(paths: Sequence[Path], progress: Progress = lambda _done, _of: None) -> Ways:
    """Read all roads of some extracts; a way that stands in two of them is taken once.

    Parameters
    ----------
    paths : sequence of Path
        ``.osm.pbf`` files, or what else osmium reads.
    progress : function of (done, of), optional
        Told how many ways have been read; `of` is not known.

    Raises
    ------
    InputError
        If a file cannot be read, with what osmium says of it.
    RoutesError
        If osmium is not installed, or there is no road in any file.
    """
    osmium = osmium_package()
    ids, classes, directions, sizes, nodes, conditions, yards = (array(code) for code in "qbblqhb")
    in_file = []
    for path in paths:
        before, keys = len(ids), osmium.filter.KeyFilter("highway", "route")
        with readable(path):
            for way in osmium.FileProcessor(path, osmium.osm.WAY).with_filter(keys):
                tags = dict(way.tags)
                kind, count = road_class(tags), len(way.nodes)
                yard = kind is None and is_yard(tags)
                if yard:
                    kind = _YARD
                if kind is None or count < 2 or shut_by_weight(tags):  # noqa: PLR2004 - a line has two ends
                    continue
                ids.append(way.id)
                classes.append(kind)
                directions.append(direction(tags))
                conditions.append(conditions_of(tags))
                yards.append(yard)
                sizes.append(count)
                nodes.extend(node.ref for node in way.nodes)
                if len(ids) % _TOLD_EVERY == 0:
                    progress(len(ids), None)
        in_file.append(len(ids) - before)
    if not ids or all(yards):
        raise RoutesError(f"{', '.join(map(str, paths))}: no road in it (no way with a highway tag).")
    progress(len(ids), len(ids))
    id_, size = np.array(ids, np.int64), np.array(sizes, np.int64)
    kept = np.sort(np.unique(id_, return_index=True)[1])
    once = np.zeros(len(size), bool)
    once[kept] = True
    return Ways(
        id_[kept],
        np.repeat(np.arange(len(paths)), in_file)[kept],
        np.array(classes, np.int64)[kept],
        np.array(directions, np.int64)[kept],
        np.concatenate([[0], np.cumsum(size[kept])]),
        np.frombuffer(nodes, np.int64)[np.repeat(once, size)],
        np.array(conditions, np.int64)[kept],
        np.array(yards, bool)[kept],
    )


def read_spots(paths: Sequence[Path], ways: Ways, progress: Progress = lambda _done, _of: None) -> Spots:
    """Read where the nodes of the ways are.

    Parameters
    ----------
    paths : sequence of Path
    ways : Ways
        From `read_ways` of the same files.
    progress : function of (done, of), optional
        Told of ways.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    node = np.sort(ways.node)
    node = node[np.concatenate([[True], node[1:] != node[:-1]])]
    lon, lat = np.full((2, len(node)), np.nan)
    done = 0
    for number, path in enumerate(paths):
        mine = np.flatnonzero(ways.file == number)
        mine = mine[np.argsort(ways.id[mine])]
        with readable(path):
            for ids, sizes, points in _shapes(path, ways.id[mine], node):
                way = mine[np.searchsorted(ways.id[mine], ids)]
                first = np.repeat(ways.start[way] - (np.cumsum(sizes) - sizes), sizes)
                at = np.searchsorted(node, ways.node[np.arange(len(points)) + first])
                lon[at], lat[at] = points.T
                done += len(ids)
                progress(min(done, len(ways.id)), len(ways.id))
    return Spots(node, lon, lat, *np.zeros((2, len(node)), bool))


def _shapes(path: Path, ways: Ints, nodes: Ints) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Ids of ways, how many nodes each has, and the degrees of all those nodes, a batch at a time.

    Nodes come first in a file and go into an index without Python. A few are let through all the same, for
    only while Python runs can the reading be interrupted.
    """
    osmium = osmium_package()
    here = osmium.index.create_map("sparse_mem_array")  # 16 bytes a node, however large the ids
    locate = osmium.NodeLocationsForWays(here)
    locate.ignore_errors()
    reader = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY)
    size = path.stat().st_size
    for each in _by_sets(nodes, ways, locate) if sets_pay(nodes, size) else _by_tags(locate):
        reader = reader.with_filter(each)
    wanted = set(ways.tolist())
    ids: list[int] = []
    points: list[Floats] = []
    for way in reader:
        if way.is_node() or way.id not in wanted:
            continue
        ids.append(way.id)
        points.append(_points(osmium, way))
        if len(ids) == _BATCH:
            yield np.array(ids), np.array([len(p) for p in points]), np.concatenate(points)
            ids, points = [], []
    if ids:
        yield np.array(ids), np.array([len(p) for p in points]), np.concatenate(points)


def _by_sets(nodes: Ints, ways: Ints, locate: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an osmium filter
    """Let the ways through, and few nodes, by sets of ids; none but their nodes goes into the index."""
    by_id, osm = osmium_package().filter.IdFilter, osmium_package().osm
    return (
        by_id(nodes.data).enable_for(osm.NODE),
        by_id(ways.tolist()).enable_for(osm.WAY),
        locate,
        by_id(nodes[::_TOLD_EVERY].tolist()).enable_for(osm.NODE),
    )


def _by_tags(locate: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an osmium filter
    """Let ways that may be roads through; all nodes of a small file go into the index, and none further."""
    by_key, osm = osmium_package().filter.KeyFilter, osmium_package().osm
    return locate, by_key("highway", "route").enable_for(osm.WAY), by_key("\0").enable_for(osm.NODE)


def sets_pay(nodes: Ints, size: int) -> bool:
    """Whether a set of the ids takes less memory than an index of all nodes that a file of a size may hold.

    Examples
    --------
    >>> sets_pay(np.array([1, 2, 3]), 10**9), sets_pay(np.arange(240) * 2**25, 500_000)
    (True, False)
    """
    pieces = 1 + np.count_nonzero(np.diff(nodes // _SET_IDS))
    return bool(pieces * _SET_BYTES <= size / _NODE_IN_FILE_BYTES * _NODE_BYTES)


def _points(osmium: Any, way: Any) -> Floats:  # noqa: ANN401 - osmium's own types
    """Degrees of the nodes of a way, shape (nodes, 2); NaN for a node that the file does not hold."""
    try:
        line = osmium.geom.WKBFactory().create_linestring(way, osmium.geom.use_nodes.ALL)
    except osmium.InvalidLocationError:
        spots = [node.location for node in way.nodes]
        return np.array([(s.lon, s.lat) if s.valid() else (np.nan, np.nan) for s in spots])
    # Byte order, type and number of points come before the coordinates: 9 bytes, two digits each.
    return np.frombuffer(bytes.fromhex(line[18:]), "<f8").reshape(-1, 2)


def read_towns(paths: Sequence[Path]) -> list[tuple[str, float, float]]:
    """Name, longitude and latitude of the cities and towns, in English where the file has it so."""
    osmium = osmium_package()
    found: dict[int, tuple[str, float, float]] = {}
    for path in paths:
        towns = osmium.filter.TagFilter(("place", "city"), ("place", "town"))
        with readable(path):
            for node in osmium.FileProcessor(path, osmium.osm.NODE).with_filter(towns):
                name = node.tags.get("name:en") or node.tags.get("int_name") or node.tags.get("name")
                if name and node.location.valid():
                    found[node.id] = (name, node.lon, node.lat)
    return [found[key] for key in sorted(found)]


def about_files(paths: Sequence[Path]) -> dict[str, Any]:
    """Source, licence and the SHA-256 of every file, JSON-ready."""
    hashes = {}
    for path in paths:
        with path.open("rb") as file:
            hashes[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return ABOUT | {"osm_files": hashes}


def osmium_package() -> Any:  # noqa: ANN401 - a module, which may be missing
    """Import osmium, or say which package brings it."""
    try:
        import osmium
    except ImportError as error:
        raise RoutesError(missing("an OpenStreetMap extract", "osmium", "osm")) from error
    return osmium


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what osmium raises of a bad file into one message."""
    if not path.is_file():
        raise InputError([Fault(str(path), "there is no such file.")])
    osmium = osmium_package()
    try:
        yield
    except (RuntimeError, OSError, ValueError, osmium.InvalidLocationError) as error:
        said = str(error).rstrip(".")
        message = f"cannot be read as an OpenStreetMap extract: {said}. Is the download complete?"
        raise InputError([Fault(str(path), message)]) from error

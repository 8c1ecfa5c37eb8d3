"""The two sources as nodes and edges: trunk roads and highways."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from routes.roads.road_file import ROAD_CLASSES
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from routes.support.arrays import Floats, Ints, Mask


ABOUT = {
    "trunk": "OpenStreetMap highways as in the PyPI package scgraph_data",
    "highways": "highways.csv",
    "attribution": "© OpenStreetMap contributors",
    "licence": "Open Database License 1.0 (ODbL)",
}
# Length of a road over the straight line between two stops some 30 km apart, where no published distance
# is known. Assumptions; the published mountain stretches of highways.csv pool to 1.25.
CIRCUITY = {"flat": 1.06, "hilly": 1.12, "mountain": 1.25}
TRUNK_CIRCUITY = 1.12  # a long trunk edge is a straight line; short ones carry the road's shape
_TRUNK_SHAPE_KM = 15.0
LINK = ROAD_CLASSES.index("link")


@dataclass(frozen=True, slots=True)
class Lines:
    """Nodes and edges before they are cut at borders; shapes as in `Roads`.

    ``stated`` is the country that the highways file gives a node, empty where it gives none: along a
    border river a road may lie some kilometres on the wrong side of a drawn border. ``conditions`` are as in
    `Roads`; none where nothing is said.

    Raises
    ------
    ValueError
        If there are values for other edges or nodes than there are.
    """

    lon: Floats
    lat: Floats
    u: Ints
    v: Ints
    length_km: Floats
    road_class: Ints
    oneway: Mask = field(default_factory=lambda: np.zeros(0, bool))
    stated: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, "<U3"))
    stops: dict[int, str] = field(default_factory=dict)
    crossing: dict[int, str] = field(default_factory=dict)
    conditions: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        """Take every edge for open both ways, all year, in no stated country where nothing is said."""
        for name, wanted in (("oneway", self.u), ("stated", self.lon), ("conditions", self.u)):
            given = getattr(self, name)
            if len(given) != len(wanted):
                if np.count_nonzero(given):
                    raise ValueError(f"{len(given)} values of {name} for {len(wanted)}")
                object.__setattr__(self, name, np.zeros(len(wanted), given.dtype))


def trunk_lines(box: tuple[float, float, float, float]) -> Lines:
    """Clip the world's trunk roads, as the package ``scgraph_data`` carries them, to a box.

    The roads come from OpenStreetMap (ODbL 1.0).

    Parameters
    ----------
    box : tuple of float
        lon, lat, lon, lat.

    Raises
    ------
    ImportError
        If ``scgraph_data`` is not installed: it comes with the extra ``build``.
    """
    from scgraph_data.world_highways import world_highways_geograph as world

    nodes = np.array(world.nodes, float)
    lon_0, lat_0, lon_1, lat_1 = box
    lat, lon = nodes.T
    inside = (lon_0 < lon) & (lon < lon_1) & (lat_0 < lat) & (lat < lat_1)
    number = np.cumsum(inside) - 1
    edges = [
        (number[u], number[v], km)
        for u in np.flatnonzero(inside)
        for v, km in world.graph[u].items()
        if u < v and inside[v]
    ]
    u, v, km = np.array(edges, float).reshape(-1, 3).T
    u, v = u.astype(int), v.astype(int)
    bent = 1 + (TRUNK_CIRCUITY - 1) * np.minimum(km / _TRUNK_SHAPE_KM, 1)
    return Lines(
        lon=lon[inside],
        lat=lat[inside],
        u=u,
        v=v,
        length_km=km * bent,
        road_class=np.full(len(u), ROAD_CLASSES.index("trunk")),
    )


def highway_lines(highways: pd.DataFrame) -> Lines:
    """Highways as nodes and edges; stops with the same coordinates are one node.

    A published distance is spread over its stretch in proportion to the straight lengths times the
    circuity of the terrain, and never makes a piece shorter than its straight line; pieces without one
    are as long as that product.
    """
    spots, node = np.unique(highways[["lon", "lat"]].round(4).to_numpy(), axis=0, return_inverse=True)
    order = highways["order"].to_numpy()
    same = highways["highway_id"].to_numpy()
    start = np.flatnonzero((same[1:] == same[:-1]) & (order[1:] > order[:-1]))
    u, v = node[start], node[start + 1]
    rows = highways.iloc[start + 1]
    straight = great_circle_km(*spots[u].T, *spots[v].T)
    guess = straight * rows["terrain"].map(CIRCUITY).to_numpy(float)
    length = np.maximum(_spread(guess, rows), straight)
    classes = rows["surface"].map(ROAD_CLASSES.index).to_numpy()
    keep = (u != v) & ~_repeated(u, v)
    stops = {
        int(n): name
        for n, name, kind in zip(node, highways["stop"], highways["kind"], strict=True)
        if kind != "bend"
    }
    crossing = {
        int(n): c
        for n, c, kind in zip(node, highways["crossing_id"], highways["kind"], strict=True)
        if kind == "crossing"
    }
    stated = np.full(len(spots), "", "<U3")
    stated[node] = highways["country"].to_numpy(str)
    return Lines(
        lon=spots[:, 0],
        lat=spots[:, 1],
        u=u[keep],
        v=v[keep],
        length_km=length[keep],
        road_class=classes[keep],
        stated=stated,
        stops=stops,
        crossing=crossing,
    )


def _spread(guess: Floats, rows: pd.DataFrame) -> Floats:
    """Scale the guessed lengths of each published stretch to its published length."""
    length = guess.copy()
    highway, published = rows["highway_id"].to_numpy(), rows["distance_km"].to_numpy(float)
    begin = 0
    for i in range(len(rows)):
        if i and highway[i] != highway[i - 1]:
            begin = i
        if not np.isnan(published[i]):
            piece = slice(begin, i + 1)
            length[piece] *= published[i] / length[piece].sum()
            begin = i + 1
    return length


def _repeated(u: Ints, v: Ints) -> Mask:
    """Whether an edge, in either direction, stands earlier in the list."""
    key = np.minimum(u, v) * (max(u.max(), v.max()) + 1) + np.maximum(u, v)
    first = np.unique(key, return_index=True)[1]
    repeated = np.ones(len(u), bool)
    repeated[first] = False
    return repeated


def joined_pieces(u: Ints, v: Ints, nodes: int) -> Ints:
    """Label the pieces that edges join nodes to, shape (nodes,).

    Examples
    --------
    >>> joined_pieces(np.array([0]), np.array([2]), 3).tolist()
    [0, 1, 0]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components  # which legs from the cache do not need

    matrix = coo_array((np.ones(len(u), bool), (u, v)), shape=(nodes, nodes))
    return np.asarray(connected_components(matrix, directed=False)[1])


def without(lines: Lines, left_out: Mask) -> Lines:
    """Leave edges out; the nodes stay."""
    keep = ~left_out
    return replace(
        lines,
        u=lines.u[keep],
        v=lines.v[keep],
        length_km=lines.length_km[keep],
        road_class=lines.road_class[keep],
        oneway=lines.oneway[keep],
        conditions=lines.conditions[keep],
    )

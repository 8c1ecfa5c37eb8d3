"""Compare shortest ways over real OpenStreetMap extracts with those of an independent reader.

Run: python benchmarks/extracts.py FILE.osm.pbf [FILE ...] [--pairs N]. The reader here keeps every node of
every way, knows nothing of chains, bends and road files, and asks only the tags what a road is. For each file
N random pairs of nodes are joined by both; the table has the median and the worst difference before the road
file rounds lengths to a metre. Nothing is asserted unless ``--within`` is given: then the run ends with 1 if
a median is over 0.02 % or a worst case over 0.4 %.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree

from routes.roads import osm_roads
from routes.roads.osm_months import shut_by_weight
from routes.roads.osm_tags import blocks, open_ways, road_class
from routes.support.geo import great_circle_km, on_sphere

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routes.roads.road_file import Roads

    Floats = NDArray[np.float64]

MEDIAN, WORST = 0.0002, 0.004
_NEAR_KM = 0.002  # a node of the road file stands this near to the node it is
_NO_CROSSINGS = pd.DataFrame(
    columns=["crossing_id", "name", "kind", "country_a", "country_b", "official", "lon", "lat"]
)


def plain_graph(path: Path) -> tuple[Floats, coo_array]:
    """Every node of every road, (nodes, 2) in degrees, and the lengths between neighbours, one way or both.

    A barrier that lets no lorry through ends each way that meets it.
    """
    barred = {
        node.id
        for node in osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(
            osmium.filter.KeyFilter("barrier")
        )
        if blocks(dict(node.tags))
    }
    number: dict[tuple[float, float, int], int] = {}
    rows: list[tuple[int, int, float]] = []
    seen = set()
    for way in osmium.FileProcessor(str(path)).with_locations():
        if not way.is_way() or way.id in seen:
            continue
        tags = dict(way.tags)
        if road_class(tags) is None or shut_by_weight(tags):
            continue
        seen.add(way.id)
        forth, back = open_ways(tags)
        for (i, a), (j, b) in pairwise(enumerate(way.nodes)):
            if not (a.location.valid() and b.location.valid()) or a.ref == b.ref:
                continue
            ends = []
            for place, node in ((i, a), (j, b)):
                apart = hash((way.id, place, i)) if node.ref in barred else 0
                ends.append(number.setdefault((node.lon, node.lat, apart), len(number)))
            km = float(great_circle_km(a.lon, a.lat, b.lon, b.lat))
            rows += [(ends[0], ends[1], km)] * forth + [(ends[1], ends[0], km)] * back
    u, v, km = np.array(rows).T
    pairs, where = np.unique(np.column_stack([u, v]).astype(int), axis=0, return_inverse=True)
    shortest = np.full(len(pairs), np.inf)
    np.minimum.at(shortest, where, km)
    matrix = coo_array((shortest, (pairs[:, 0], pairs[:, 1])), shape=(len(number),) * 2)
    return np.array([(lon, lat) for lon, lat, _ in number]), matrix


def graph_of(roads: Roads) -> coo_array:
    """Lengths between neighbours in a road file."""
    u, v = roads.u, roads.v
    both = ~roads.oneway
    tail, head = np.concatenate([u, v[both]]), np.concatenate([v, u[both]])
    km = np.concatenate([roads.length_km, roads.length_km[both]])
    order = np.lexsort([km, head, tail])
    tail, head, km = tail[order], head[order], km[order]
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)]
    return coo_array((km[first], (tail[first], head[first])), shape=(len(roads.lon),) * 2)


def differences(path: Path, pairs: int) -> tuple[Floats, Roads]:
    """How far shortest ways over the road file are from those over all nodes, as parts of them."""
    spots, plain = plain_graph(path)
    box = shapely.box(*(spots.min(axis=0) - 0.1), *(spots.max(axis=0) + 0.1))
    country = gpd.GeoDataFrame(
        {"iso3": ["AAA"], "name": ["A"], "modelled": [True]}, geometry=[box], crs="EPSG:4326"
    )
    roads = osm_roads([path], country, _NO_CROSSINGS)
    made = graph_of(roads)
    label = connected_components(made, directed=True, connection="strong")[1]
    main = np.flatnonzero(label == np.bincount(label).argmax())
    chord, twin = KDTree(on_sphere(spots[:, 0], spots[:, 1])).query(
        on_sphere(roads.lon[main], roads.lat[main])
    )
    main, twin = main[chord * 6371 < _NEAR_KM], twin[chord * 6371 < _NEAR_KM]
    rng = np.random.default_rng(1)
    found = []
    for start in rng.choice(len(main), min(pairs, len(main)), replace=False).tolist():
        end = int(rng.integers(len(main)))
        ours = dijkstra(made.tocsr(), indices=main[start])[main[end]]
        true = dijkstra(plain.tocsr(), indices=twin[start])[twin[end]]
        if start != end and np.isfinite(true) and true > 1:
            found.append(abs(ours / true - 1))
    return np.array(found), roads


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--within", action="store_true", help="end with 1 if they are too far apart")
    asked = parser.parse_args()
    print("| file | ways | segments -> edges | km | pairs | median | worst |\n| --- |" + " ---: |" * 6)
    far = False
    for path in asked.files:
        off, roads = differences(path, asked.pairs)
        about = roads.about
        median, worst = float(np.median(off)), float(off.max())
        far |= median > MEDIAN or worst > WORST
        print(
            f"| {path.name} | {about['osm_ways']:,} | {about['osm_segments']:,} -> {len(roads.u):,} | "
            f"{roads.length_km.sum():,.0f} | {len(off)} | {median:.3%} | {worst:.2%} |"
        )
    return int(asked.within and far)


if __name__ == "__main__":
    sys.exit(main())

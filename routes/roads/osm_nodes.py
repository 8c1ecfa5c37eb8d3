"""Nodes of an OpenStreetMap extract that say something of a road: barriers, fords, customs posts.

A road through a customs yard is often drawn as a service road, which is no road of a leg elsewhere: there it
closes the gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

from routes.roads.lines import joined_pieces
from routes.roads.osm import osmium_package, readable
from routes.roads.osm_months import is_ford
from routes.roads.osm_tags import blocks
from routes.support.geo import chord_of, on_sphere

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from routes.roads.osm import Spots, Ways
    from routes.support.arrays import Floats, Ints, Mask


YARD_WITHIN_KM = 3.0  # of a customs post or a listed crossing
_TOUCHES = 2


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids of nodes that bar a road and of fords, and where customs posts are (degrees), ids in order."""

    blocked: Ints
    ford: Ints
    customs_lon: Floats
    customs_lat: Floats
    customs: Ints


def read_marks(paths: Sequence[Path]) -> Marks:
    """Read the nodes of some extracts that say something of a road.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    osmium = osmium_package()
    blocked: set[int] = set()
    ford: set[int] = set()
    customs: dict[int, tuple[float, float]] = {}
    for path in paths:
        with readable(path):
            keys = osmium.filter.KeyFilter("barrier", "ford", "government")
            for node in osmium.FileProcessor(path, osmium.osm.NODE).with_filter(keys):
                tags = dict(node.tags)
                if blocks(tags):
                    blocked.add(node.id)
                if is_ford(tags):
                    ford.add(node.id)
                if is_customs(tags) and node.location.valid():
                    customs[node.id] = (node.lon, node.lat)
    order = sorted(customs)
    spots = np.array([customs[node] for node in order], float).reshape(-1, 2)
    bars, fords = (np.array(sorted(found), np.int64) for found in (blocked, ford))
    return Marks(bars, fords, spots[:, 0], spots[:, 1], np.array(order, np.int64))


def is_customs(tags: dict[str, str]) -> bool:
    """Whether a node is a border post.

    Examples
    --------
    >>> is_customs({"barrier": "border_control"}), is_customs({"barrier": "gate"})
    (True, False)
    """
    return tags.get("barrier") == "border_control" or tags.get("government") == "customs"


def marked(spots: Spots, marks: Marks) -> Spots:
    """Tell which nodes bar the road and which are fords."""
    return replace(spots, blocked=np.isin(spots.id, marks.blocked), ford=np.isin(spots.id, marks.ford))


def without_other_yards(ways: Ways, spots: Spots, marks: Marks, crossings: pd.DataFrame) -> Ways:
    """Leave out the service roads but those that close a gap near a customs post or a listed crossing.

    They close one if, joined with other service roads that are near, they touch the roads at two nodes.
    """
    if not ways.yard.any():
        return ways
    size = np.diff(ways.start)
    way = np.repeat(np.arange(len(size)), size)
    node = np.searchsorted(spots.id, ways.node)
    of_yard = ways.yard[way]
    near = np.zeros(len(size), bool)
    near[way[of_yard][_near(spots, node[of_yard], marks, crossings)]] = True
    road = np.zeros(len(spots.id), bool)
    road[node[~of_yard]] = True
    here = near[way]
    step = np.flatnonzero((way[:-1] == way[1:]) & here[:-1])
    label = joined_pieces(node[step], node[step + 1], len(spots.id))
    touched = np.unique(node[here & road[node]])
    touches = np.bincount(label[touched], minlength=label.max() + 1)
    closes = touches[label[node[ways.start[:-1]]]] >= _TOUCHES
    return ways.take(~ways.yard | (near & closes))


def _near(spots: Spots, node: Ints, marks: Marks, crossings: pd.DataFrame) -> Mask:
    """Which nodes lie near a customs post or a listed crossing."""
    lon = np.concatenate([marks.customs_lon, crossings["lon"].to_numpy(float)])
    lat = np.concatenate([marks.customs_lat, crossings["lat"].to_numpy(float)])
    known = ~np.isnan(spots.lon[node])
    near = np.zeros(len(node), bool)
    if len(lon) and known.any():
        at = on_sphere(spots.lon[node[known]], spots.lat[node[known]])
        chord, _ = KDTree(on_sphere(lon, lat)).query(at, distance_upper_bound=chord_of(YARD_WITHIN_KM))
        near[known] = np.isfinite(chord)
    return near

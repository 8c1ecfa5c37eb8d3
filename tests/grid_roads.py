"""A made-up road file of any size: a bent grid over the eight countries, cut at the drawn borders.

As in the world, few of its roads cross a border: those near a listed crossing, and one in a thousand others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

from routes.read import bundled, read_borders, read_crossings
from routes.roads.cutting import build_roads
from routes.roads.lines import Lines
from routes.roads.road_file import ROAD_CLASSES, save_roads
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from routes.roads.road_file import Roads

_NEAR_DEG = 0.13  # 15 km: a road this near belongs to the listed crossing
_ELSEWHERE = 0.001
_LAND = 0.49  # share of the grid that lies in a modelled country, about


def grid_roads(edges: int, seed: int = 1) -> Roads:
    """Make a grid of about so many edges; its roads are of mixed classes and one in ten is one-way."""
    rng = np.random.default_rng(seed)
    west, south, east, north = 43.0, 22.0, 90.0, 56.0
    rows = int(np.sqrt(edges / 2 / _LAND * (north - south) / (east - west)))
    columns = edges // 2 * 100 // round(_LAND * 100) // rows
    lon, lat = np.meshgrid(np.linspace(west, east, columns), np.linspace(south, north, rows))
    step = (east - west) / columns
    lon = (lon + rng.uniform(-0.3, 0.3, lon.shape) * step).ravel()
    lat = (lat + rng.uniform(-0.3, 0.3, lat.shape) * step).ravel()
    number = np.arange(rows * columns).reshape(rows, columns)
    u = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    v = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    names = ("trunk", "paved", "gravel", "secondary")
    km = great_circle_km(lon[u], lat[u], lon[v], lat[v])
    lines = Lines(
        lon=lon,
        lat=lat,
        u=u,
        v=v,
        length_km=np.round(km * rng.uniform(1, 1.4, len(u)), 3),
        road_class=rng.choice([ROAD_CLASSES.index(name) for name in names], len(u)),
        oneway=rng.random(len(u)) < 0.1,
        stated=np.full(len(lon), "", dtype="<U3"),
        stops={},
        crossing={},
    )
    borders, crossings = read_borders(bundled("borders.geojson")), read_crossings(bundled("crossings.csv"))
    every = build_roads(lines, borders, crossings, {"attribution": "made up"})
    return _with_few_over_borders(every, crossings, rng)


def _with_few_over_borders(roads: Roads, crossings: pd.DataFrame, rng: np.random.Generator) -> Roads:
    spots = np.column_stack([crossings["lon"], crossings["lat"]])
    near = KDTree(spots).query(np.column_stack([roads.lon, roads.lat])[roads.border_node])[0]
    open_ = (near < _NEAR_DEG) | (rng.random(len(near)) < _ELSEWHERE)
    shut = np.zeros(len(roads.lon), bool)
    shut[roads.border_node[~open_]] = True
    kept = ~(shut[roads.u] | shut[roads.v])
    edges = {name: getattr(roads, name)[kept] for name in ("u", "v", "length_km", "road_class", "oneway")}
    return replace(roads, border_node=roads.border_node[open_], border_pair=roads.border_pair[open_], **edges)


def grid_file(path: Path, edges: int, seed: int = 1) -> Path:
    """Write such a road file."""
    save_roads(grid_roads(edges, seed), path)
    return path

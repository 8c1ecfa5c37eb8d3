"""Write a road grid over the modelled countries as an OpenStreetMap file, to measure large networks with.

Run: python benchmarks/grids.py EDGES FILE.osm.pbf [--bends N]. Needs the package osmium.

Every tenth line of the grid is a primary road, every fifth a secondary one, the others tertiary and minor
roads and tracks in turn. With ``--bends`` each edge has that many nodes between its ends, a little aside.
"""

from __future__ import annotations

import argparse
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.read import bundled, read_borders
from routes.roads import node_countries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]

CLASSES = ("primary", "tertiary", "unclassified", "track", "tertiary", "secondary", "unclassified", "track")
_JITTER = 0.2  # of the step between two lines
_ASIDE_DEGREES = 0.002


def grid_nodes(edges: int) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Degrees of the crossings of a grid, none quite in line, and which lie in a modelled country."""
    borders = read_borders(bundled("borders.geojson"))
    modelled = borders[borders["modelled"]]
    west, south, east, north = modelled.total_bounds
    area = float(modelled.geometry.union_all().area)
    step = float(np.sqrt(area / (edges / 2)))
    lon, lat = np.arange(west, east, step), np.arange(south, north, step)
    x, y = np.meshgrid(lon, lat)
    country = node_countries(x.ravel(), y.ravel(), borders)
    inside = np.isin(country, np.flatnonzero(borders["modelled"])).reshape(x.shape)
    rng = np.random.default_rng(1)
    return *(z + rng.uniform(-_JITTER, _JITTER, x.shape) * step for z in (x, y)), inside


def runs(inside: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last of each run of at least two true values."""
    step = np.diff(np.concatenate([[0], inside.astype(int), [0]]))
    for begin, end in zip(np.flatnonzero(step == 1), np.flatnonzero(step == -1), strict=True):
        if end - begin > 1:
            yield int(begin), int(end) - 1


def write_grid(edges: int, path: Path, bends: int = 0) -> int:
    """Write a grid of about so many edges; returns how many it has."""
    lon, lat, inside = grid_nodes(edges)
    number = np.cumsum(inside).reshape(inside.shape)
    new_node, new_way = count(int(inside.sum()) + 1), count(1)
    lines = [
        (place, *line)
        for grids in ((number, inside, lon, lat), (number.T, inside.T, lon.T, lat.T))
        for place, line in enumerate(zip(*grids, strict=True))
    ]
    written, ways = 0, []
    import osmium

    with osmium.SimpleWriter(str(path)) as writer:
        for i, j in np.argwhere(inside).tolist():
            _add_node(writer, int(number[i, j]), lon[i, j], lat[i, j])
        for line, ids, within, x, y in lines:
            for begin, end in runs(within):
                refs = [int(ids[begin])]
                for k in range(begin, end):
                    for bend in range(1, bends + 1):
                        refs.append(next(new_node))
                        at, aside = bend / (bends + 1), _ASIDE_DEGREES * (-1) ** bend
                        between = x[k] + at * (x[k + 1] - x[k]), y[k] + at * (y[k + 1] - y[k])
                        _add_node(writer, refs[-1], between[0] + aside, between[1] + aside)
                    refs.append(int(ids[k + 1]))
                written += end - begin
                ways.append((next(new_way), refs, CLASSES[line % len(CLASSES)]))
        for way, refs, highway in ways:
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=refs, tags={"highway": highway}))
    return written


def _add_node(writer: Any, node: int, lon: float, lat: float) -> None:  # noqa: ANN401 - an osmium writer
    import osmium

    writer.add_node(osmium.osm.mutable.Node(id=node, location=(float(lon), float(lat))))


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("edges", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--bends", type=int, default=0)
    asked = parser.parse_args()
    asked.file.unlink(missing_ok=True)
    print(f"{asked.file}: {write_grid(asked.edges, asked.file, asked.bends):,} edges")


if __name__ == "__main__":
    main()

"""Compare leg lengths with published road distances that are no input of the network.

Prints one row a leg and the median and worst error. Run: python benchmarks/distances.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routes.built import built_network
from routes.geo import great_circle_km

if TYPE_CHECKING:
    from routes.network import Block

PUBLISHED = Path(__file__).parents[1] / "tests" / "data" / "published_distances.csv"


def road_km(block: Block, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Length of the shortest way between the road nodes nearest to two places, with the way to them."""
    nodes = len(block.lon)
    u, v = np.concatenate([block.u, block.v]), np.concatenate([block.v, block.u])
    order = np.lexsort([np.concatenate([block.length_km] * 2), v, u])
    keep = order[np.r_[True, (np.diff(u[order]) != 0) | (np.diff(v[order]) != 0)]]
    km = np.concatenate([block.length_km] * 2)[keep]
    graph = csr_array((km, (u[keep], v[keep])), shape=(nodes, nodes))
    away = [great_circle_km(lon, lat, block.lon, block.lat) for lon, lat in (start, end)]
    a, b = (int(x.argmin()) for x in away)
    return float(dijkstra(graph, indices=a)[b] + away[0][a] + away[1][b])


def compare(published: pd.DataFrame) -> pd.DataFrame:
    """Our length beside each published one; ``error`` as a fraction of the published."""
    network = built_network()[1]
    rows = published.copy()
    rows["routes_km"] = [
        road_km(network.blocks[r.country], (r.from_lon, r.from_lat), (r.to_lon, r.to_lat))
        for r in rows.itertuples()
    ]
    rows["straight_km"] = great_circle_km(rows["from_lon"], rows["from_lat"], rows["to_lon"], rows["to_lat"])
    rows["error"] = rows["routes_km"] / rows["published_km"] - 1
    return rows


def main() -> None:
    """Print the comparison."""
    rows = compare(pd.read_csv(PUBLISHED))
    print("| from | to | country | published km | routes km | error |")
    print("| --- | --- | --- | ---: | ---: | ---: |")
    for r in rows.itertuples():
        print(
            f"| {r.from_place} | {r.to_place} | {r.country} | {r.published_km:.0f} | {r.routes_km:.0f} "
            f"| {100 * r.error:+.1f} % |"
        )
    size = rows["error"].abs()
    print(f"\n{len(rows)} legs: median error {100 * size.median():.1f} %, worst {100 * size.max():.1f} %.")


if __name__ == "__main__":
    main()

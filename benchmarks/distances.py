"""Compare leg lengths with published road distances that are no input of the network.

Prints one row a leg and the median and worst error, and how many legs in use are far longer than the straight
line. Run: python benchmarks/distances.py [--detours]; ``--detours`` prints those legs one by one instead.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routes.analysis import analyse
from routes.corridors import legs_passed
from routes.network.build import built_network
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.network.blocks import Block

FAR = 2.5  # times the straight line
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


def legs_in_use(analysis: Analysis) -> pd.DataFrame:
    """Every leg of a listed corridor: ``leaves, leads_to, inflow, straight_km, km, times, towns``."""
    crossing_graph, graph = analysis.untied, analysis.untied.graph
    through = analysis.shares.through(legs_passed(analysis.corridors))
    rows = []
    for (a, b), carried in zip(through.names, through.mean, strict=True):
        start, end, leg = graph.nodes[a], graph.nodes[b], graph.edges[a, b]
        straight = float(great_circle_km(start["lon"], start["lat"], end["lon"], end["lat"]))
        part = crossing_graph.blocks[leg["country"]]
        ends = (part.block.terminals.index(node["place"]) for node in (start, end))
        towns = [part.block.names[n] for n in part.way(*ends)[0].tolist() if n in part.block.names]
        times = leg["length_km"] / straight if straight else 1.0
        rows.append((start["place"], end["place"], carried, straight, leg["length_km"], times, towns))
    columns = ["leaves", "leads_to", "inflow", "straight_km", "km", "times", "towns"]
    return pd.DataFrame(rows, columns=columns).sort_values("times", ascending=False, ignore_index=True)


def detours(legs: pd.DataFrame) -> str:
    """Table of the legs that are far longer than the straight line, with three towns on the way."""
    lines = [
        "| leg | inflow | straight km | km | times | by way of |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in legs[legs["times"] > FAR].itertuples():
        some = [row.towns[i] for i in sorted({len(row.towns) * part // 4 for part in (1, 2, 3)})]
        lines.append(
            f"| {row.leaves} > {row.leads_to} | {row.inflow:.2%} | {row.straight_km:.0f} | {row.km:.0f} "
            f"| {row.times:.1f} | {', '.join(some)} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--detours", action="store_true", help="print the legs far longer than straight")
    legs = legs_in_use(analyse())
    if parser.parse_args().detours:
        print(detours(legs))
        return
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
    far = legs[legs["times"] > FAR]
    print(
        f"Of {len(legs)} legs in use, {len(far)} are over {FAR} times as long as the straight line; through "
        f"them goes at most {far['inflow'].sum():.1%} of the inflow."
    )


if __name__ == "__main__":
    main()

"""Time the commands as whole processes, and the stages inside one beside plain networkx.

Run: python benchmarks/speed.py [--runs N]. Prints medians; nothing is asserted.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from routes.analysis import built_network
from routes.corridors import list_corridors
from routes.crossing_graph import block_legs
from routes.network import build_network
from routes.parameters import Parameters
from routes.roads import load_roads
from routes.tables import MODELLED_COUNTRIES, bundled, read_crossings, read_places

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.network import Network

COMMANDS = (["--help"], ["rank"], ["map"], ["rank", "--as-of", "2026-01-15"])


def process_seconds(arguments: list[str], runs: int) -> list[float]:
    """Wall time of a command as a process of its own, after one warm-up."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs + 1):
            start = time.perf_counter()
            subprocess.run(  # noqa: S603
                [sys.executable, "-m", "routes", *arguments], cwd=folder, check=True, capture_output=True
            )
            seconds.append(time.perf_counter() - start)
    return seconds[1:]


def call_seconds(call: Callable[[], object], runs: int) -> list[float]:
    """Wall time of a call."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return seconds


def plain_legs(network: Network) -> dict[str, list[dict[int, float]]]:
    """Leg costs of all blocks by networkx alone."""
    found = {}
    for country, block in network.blocks.items():
        graph = nx.Graph()
        for u, v, cost in zip(block.u.tolist(), block.v.tolist(), block.cost.tolist(), strict=True):
            if not graph.has_edge(u, v) or cost < graph.edges[u, v]["weight"]:
                graph.add_edge(u, v, weight=cost)
        found[country] = [
            nx.single_source_dijkstra_path_length(graph, node) for node in block.terminal_node.tolist()
        ]
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}"
    print(f"{versions}, median of {runs}\n")
    print("| whole process | median s | lowest s |\n| --- | ---: | ---: |")
    for arguments in COMMANDS:
        seconds = process_seconds(arguments, runs)
        print(f"| routes {' '.join(arguments)} | {statistics.median(seconds):.2f} | {min(seconds):.2f} |")

    roads, network, crossing_graph = built_network()
    parameters = Parameters()
    crossings, places = read_crossings(bundled("crossings.csv")), read_places(bundled("places.csv"))
    stages = {
        "load the roads": lambda: load_roads(bundled("roads.npz")),
        "network": lambda: build_network(
            roads, crossings, places, parameters.road_factors, MODELLED_COUNTRIES
        ),
        "legs": lambda: [block_legs(block) for block in network.blocks.values()],
        "corridors": lambda: list_corridors(crossing_graph.graph, parameters.route_choice),
    }
    print("\n| inside one process | median s |\n| --- | ---: |")
    median = {}
    for name, call in stages.items():
        median[name] = statistics.median(call_seconds(call, runs))
        print(f"| {name} | {median[name]:.3f} |")
    plain = statistics.median(call_seconds(lambda: plain_legs(network), 1))
    print(f"| legs by networkx alone | {plain:.3f} |")
    print(f"\nLegs: {plain / median['legs']:.0f} times faster than by networkx alone.")


if __name__ == "__main__":
    main()

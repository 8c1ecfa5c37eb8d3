"""Every figure of speed in one run: commands, stages beside other libraries, and growth.

Run: python benchmarks/speed.py [--runs N] [--quick] [--only TABLE] [--before FOLDER]. Needs the extras
``bench`` and ``osm``. Prints medians and ratios; nothing is asserted but that the answers are the same.
``--quick`` leaves the growth out, which takes some minutes. ``--before`` names a checkout of earlier code,
whose rankings are timed in the same rounds.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before numpy is read
os.environ["ROUTES_KEEP_ANSWERS"] = "no"  # every command is worked out, but where it says so

import numpy as np
import plain
from grids import write_grid
from growth import many_seizures, roads_grow, seizures_grow

from routes.analysis import build_world, choice_set_for
from routes.corridors import list_corridors, total_mass
from routes.network import build_crossing_graph
from routes.network.blocks import build_network
from routes.network.build import all_legs
from routes.parameters import Parameters
from routes.read import bundled, read_borders, read_crossings, read_places
from routes.read.inputs import load_inputs, region_of
from routes.read.paths import Source
from routes.roads import osm_roads
from routes.roads.road_file import load_roads

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.analysis import ChoiceSet, World

COMMANDS = (
    ["--help"],
    ["rank"],
    ["map"],
    ["chokepoints"],
    ["interdict", "--budget", "5"],
    ["rank", "--as-of", "2026-01-15"],
)
PERIOD = date(2008, 3, 1), date(2020, 11, 30)
SHARES_WITHIN = 0.001


def process_seconds(python: str, arguments: list[str], runs: int) -> list[float]:
    """Wall time of a command as a process of its own, after one warm-up."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs + 1):
            start = time.perf_counter()
            subprocess.run(  # noqa: S603 - our own command
                [python, "-m", "routes", *arguments], cwd=folder, check=True, capture_output=True
            )
            seconds.append(time.perf_counter() - start)
    return seconds[1:]


def call_seconds(call: Callable[[], object], runs: int) -> float:
    """Median wall time of a call."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def commands(python: str, runs: int) -> None:
    """Print the time of whole processes."""
    print("| whole process | median s | lowest s |\n| --- | ---: | ---: |")
    for arguments in COMMANDS:
        seconds = process_seconds(python, arguments, runs)
        print(f"| routes {' '.join(arguments)} | {statistics.median(seconds):.2f} | {min(seconds):.2f} |")


IMPORTS = "import networkx, pandas, scipy.sparse"


def beside_imports(python: str, runs: int, before: Path | None = None) -> None:
    """Print how long ``routes rank`` takes beside the libraries that it loads, in rounds of one run of each.

    With nothing kept, so that the network is built and kept; with the network in the cache and a question
    that was not asked before; and the same question again. Of earlier code, too, if a checkout is given.
    """
    rank = [python, "-m", "routes", "rank", "--quiet"]
    codes = {"": Path(__file__).parents[1], ", before": before} if before else {"": Path(__file__).parents[1]}
    found: dict[str, list[tuple[float, float]]] = {}
    for turn in range(runs + 1):
        seconds = {"the imports alone": call_of([python, "-c", IMPORTS], dict(os.environ))}
        for which, code in codes.items():
            with tempfile.TemporaryDirectory() as folder:
                keeps = {"ROUTES_CACHE": folder, "ROUTES_KEEP_ANSWERS": "yes", "PYTHONPATH": str(code)}
                calls = {
                    "routes rank, nothing kept": rank,
                    "routes rank, another question": [*rank, "--seed", "2"],
                    "routes rank, the same question again": rank,
                    "routes --help": [python, "-m", "routes", "--help"],
                }
                for name, call in calls.items():
                    seconds[name + which] = call_of(call, os.environ | keeps)
        if turn:  # the first round compiles what is new
            for name, each in seconds.items():
                found.setdefault(name, []).append(each)
    print("\n| in rounds | median s | CPU s | times the imports, median of rounds | by CPU |")
    print("| --- | ---: | ---: | ---: | ---: |")
    alone = found["the imports alone"]
    for name, rows in found.items():
        wall, cpu = (statistics.median(part) for part in zip(*rows, strict=True))
        pairs = zip(rows, alone, strict=True)
        ratios = [(row[0] / floor[0], row[1] / floor[1]) for row, floor in pairs]
        by_wall, by_cpu = (statistics.median(part) for part in zip(*ratios, strict=True))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {by_wall:.2f} | {by_cpu:.2f} |")


def call_of(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU time of a process."""
    start, before = time.perf_counter(), os.times()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)  # noqa: S603 - ours
    after, wall = os.times(), time.perf_counter() - start
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu


def stages(world: World, choices: ChoiceSet, runs: int) -> float:
    """Print the time of the stages inside one process; returns that of network to corridors."""
    inputs, parameters = load_inputs(), Parameters()
    graph = choices.crossing_graph
    penalty = {name: sum(km.values()) for name, km in graph.penalty_parts.items()}
    calls = {
        "network": lambda: build_network(
            inputs.roads, inputs.crossings, inputs.places, parameters.cost_per_km(), inputs.region.countries
        ),
        "legs": lambda: all_legs(world.network.blocks),
        "crossing graph": lambda: build_crossing_graph(
            world.network, penalty, world.legs, graph.penalty_parts
        ),
        "corridors": lambda: list_corridors(graph.graph, parameters.route_choice),
    }
    print("\n| inside one process | median s |\n| --- | ---: |")
    print(f"| load the roads | {call_seconds(lambda: load_roads(bundled('roads.npz')), runs):.3f} |")
    seconds = {name: call_seconds(call, runs) for name, call in calls.items()}
    for name, median in seconds.items():
        print(f"| {name} | {median:.3f} |")
    print(f"| network + crossing graph + corridors | {sum(seconds.values()):.3f} |")
    return sum(seconds.values()) - seconds["network"]


def beside_networkx(world: World, choices: ChoiceSet, ours: float) -> None:
    """Print how much longer plain networkx takes from the same blocks to the same corridors.

    First until it has listed every corridor that ours lists, which it cannot know; then until those that it
    has not listed weigh so little that its shares, which are shares of what it has listed, are right to
    `SHARES_WITHIN`. Ours are exact.
    """
    start = time.perf_counter()
    legs = plain.networkx_legs(world.network)
    graph = plain.networkx_graph(choices.crossing_graph.graph, legs)
    choice = Parameters().route_choice
    total = total_mass(choices.crossing_graph.graph, choice.scale_km)
    weight = sum(graph.nodes[area]["weight"] for area in total)
    per_mass = {area: graph.nodes[area]["weight"] / weight / mass for area, mass in total.items()}
    print("\n| from blocks to corridors | corridors | s | times ours |\n| --- | ---: | ---: | ---: |")
    print(f"| ours, shares exact | {len(choices.corridors.ids)} | {ours:.3f} | 1 |")
    missing, listed, mass, known = set(choices.corridors.nodes), 0, 0.0, False
    for share, path in plain.best_first(graph, per_mass, choice.scale_km):
        listed, mass = listed + 1, mass + share
        missing.discard(path)
        exact = mass >= 1 - SHARES_WITHIN
        if exact or (not missing and not known):
            known = not missing
            seconds = time.perf_counter() - start
            what = f"shares to {SHARES_WITHIN:.1%}" if exact else "the list, told where it ends"
            print(f"| networkx alone, {what} | {listed} | {seconds:.1f} | {seconds / ours:.0f} |")
        if exact:
            break
    _require(not missing and mass <= 1, "networkx")


def beside_others(world: World, runs: int) -> None:
    """Print how long other libraries take for the leg costs alone."""
    blocks = list(world.network.blocks.values())
    ours = call_seconds(lambda: all_legs(world.network.blocks), runs)
    print("\n| leg costs | s | times ours |\n| --- | ---: | ---: |")
    print(f"| ours, with the ways and lengths | {ours:.3f} | 1 |")
    for name, costs in (
        ("scipy", plain.scipy_costs),
        ("igraph", plain.igraph_costs),
        ("rustworkx", plain.rustworkx_costs),
        ("networkx", plain.networkx_costs),
    ):
        found = [costs(block) for block in blocks]
        _require(
            all(np.allclose(a, legs.cost) for a, legs in zip(found, world.legs.values(), strict=True)), name
        )
        seconds = call_seconds(lambda costs=costs: [costs(block) for block in blocks], min(runs, 3))
        print(f"| {name}, costs only | {seconds:.3f} | {seconds / ours:.1f} |")


def where_the_core_pays(folder: Path, runs: int) -> None:
    """Print what the legs cost on the contracted core and, by scipy alone, on all nodes, by size."""
    print("\n| edges | bends an edge | ours, s | scipy on all nodes, s | times ours |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    borders, crossings = read_borders(bundled("borders.geojson")), read_crossings(bundled("crossings.csv"))
    places, cost = read_places(bundled("places.csv")), Parameters().cost_per_km()
    for edges, bends in ((1_000, 0), (10_000, 0), (100_000, 0), (300_000, 0), (10_000, 9), (30_000, 9)):
        file = folder / f"core_{edges}_{bends}.osm.pbf"
        write_grid(edges, file, bends)
        network = build_network(
            osm_roads([file], borders, crossings), crossings, places, cost, region_of(Source()).countries
        )
        ours = call_seconds(lambda network=network: all_legs(network.blocks), runs)
        blocks = network.blocks.values()
        scipy = call_seconds(lambda blocks=blocks: [plain.scipy_costs(block) for block in blocks], runs)
        print(f"| {edges:,} | {bends} | {ours:.3f} | {scipy:.3f} | {scipy / ours:.1f} |")


def _require(same: bool, name: str) -> None:  # noqa: FBT001 - a condition
    if not same:
        raise RuntimeError(f"{name} gives another answer")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="leave the growth out")
    parser.add_argument(
        "--python", default=sys.executable, help="whose commands are timed: one without extras"
    )
    parser.add_argument("--before", type=Path, help="a checkout of earlier code, timed in the same rounds")
    parser.add_argument("--only", choices=("rounds", "million", "growth"), help="one table alone")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    print(
        f"{date.today()}, Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()},"  # noqa: DTZ011 - the day on this machine
        f" {os.cpu_count()} cores, load {load:.1f} at the start, median of {asked.runs}\n"
    )
    if asked.only == "million":
        with tempfile.TemporaryDirectory() as folder:
            many_seizures(1_000_000, Path(folder))
        return
    if asked.only == "growth":
        _growth()
        return
    if asked.only is None:
        commands(asked.python, asked.runs)
    beside_imports(asked.python, asked.runs, asked.before)
    if asked.only:
        return
    world = build_world(load_inputs(), Parameters())
    choices = choice_set_for(world, Parameters(), *PERIOD)
    ours = stages(world, choices, asked.runs)
    beside_networkx(world, choices, ours)
    beside_others(world, asked.runs)
    if asked.quick:
        return
    with tempfile.TemporaryDirectory() as folder:
        where_the_core_pays(Path(folder), min(asked.runs, 3))
        many_seizures(1_000_000, Path(folder))
    _growth()


def _growth() -> None:
    with tempfile.TemporaryDirectory() as folder:
        seizures_grow((100, 10_000, 100_000), Path(folder))
        roads_grow((10_000, 100_000, 1_000_000), Path(folder))


if __name__ == "__main__":
    main()

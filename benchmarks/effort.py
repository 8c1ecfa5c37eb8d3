"""Simulate seizures and logs of inspections from known flows and see what the logs add.

Detection differs up to tenfold between countries. Prints the rank correlation of crossings with the truth and
how often the 90 % intervals of crossings hold the true share, with seizures alone and with the logs beside
them. Run: python benchmarks/effort.py [--runs N] [--inspected N ...]
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from datetime import date

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from recovery import EVENTS, WORTH_LISTING, truths
from scipy.stats import spearmanr

from routes.analysis import build_world, choice_set_for, fit_events
from routes.corridors import places_passed
from routes.evidence.epochs import one_epoch
from routes.evidence.inspections import inspections_of
from routes.evidence.shares import share_draws
from routes.parameters import Parameters
from routes.read.effort import vehicles_a_day
from routes.read.inputs import load_inputs
from routes.trust.simulation import simulate_events, simulate_log, with_uneven_detection

ROWS = 1000  # inspections in the log
FOLD = 10.0  # between the countries' detection
USUAL = 150.0  # goods vehicles a day where no count is published


@dataclass
class Tally:
    """Rank correlations and intervals over all runs."""

    correlation: list[float]
    among_large: list[float]
    inside: int = 0
    checked: int = 0

    def add(self, true: np.ndarray, draws: np.ndarray) -> None:
        """Count one run; `draws` has shape (draws, crossings)."""
        self.correlation.append(float(spearmanr(true, draws.mean(axis=0)).statistic))
        low, high = np.quantile(draws, [0.05, 0.95], axis=0)
        large = true >= WORTH_LISTING
        self.among_large.append(float(spearmanr(true[large], draws.mean(axis=0)[large]).statistic))
        self.inside += int(((low <= true) & (true <= high))[large].sum())
        self.checked += int(large.sum())


def recover(runs: int, inspected: int, seed: int = 1) -> tuple[Tally, Tally, float]:
    """Simulate and fit `runs` times: with seizures alone, with the log, and the mean number of finds."""
    parameters, inputs = Parameters(), load_inputs()
    world = build_world(inputs, parameters)
    choices = choice_set_for(world, parameters, date(2015, 1, 1), date(2015, 12, 31))
    graph, corridors = choices.crossing_graph, choices.corridors
    passed = places_passed(graph.graph, corridors).of_kind("crossing")
    names = [name for _, name in passed.names]
    known = vehicles_a_day(inputs.crossings, inputs.places)
    traffic = {name: known.get(name, USUAL) for name in names}
    listed = replace(corridors, uncovered_share=0.0)
    alone, logged, finds = Tally([], []), Tally([], []), []
    for run, rng, effects, drawn in truths(choices, parameters, runs, seed):
        epochs = one_epoch(corridors, EVENTS)
        truth = with_uneven_detection(drawn, choices, effects, FOLD, rng)
        events = simulate_events(choices, truth, EVENTS, rng)
        effort = simulate_log(choices, truth, parameters, traffic, ROWS, inspected, rng)
        log = inspections_of(effort, graph, corridors, np.zeros(len(effort), int), parameters)
        finds.append(float(effort["found"].sum()))
        true = np.asarray(passed.use @ truth.share)
        for tally, taken in ((alone, None), (logged, log)):
            posterior = fit_events(choices, events, parameters, run, epochs, log=taken)
            shares = share_draws(graph, listed, posterior.effects, posterior.draws).draws
            tally.add(true, np.asarray(shares @ passed.use.T))
    return alone, logged, float(np.mean(finds))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--inspected", type=int, nargs="+", default=[10, 50, 1000])
    asked = parser.parse_args()
    print(
        f"{asked.runs} runs of {EVENTS} simulated seizures, detection varied {FOLD:g}-fold between countries,"
        f" and {ROWS:,} logged inspections spread evenly over the crossings."
    )
    row = "{:>18} {:>7} {:>17} {:>14} {:>15}"
    print(row.format("vehicles in each", "finds", "rank correlation", "of large ones", "intervals hold"))
    for inspected in asked.inspected:
        alone, logged, finds = recover(asked.runs, inspected)
        for name, tally, k in (
            ("seizures alone", alone, ""),
            (f"{inspected} a time", logged, f"{finds:.0f}"),
        ):
            held = f"{100 * tally.inside / tally.checked:.1f} %"
            every, large = np.mean(tally.correlation), np.mean(tally.among_large)
            print(row.format(name, k, f"{every:.3f}", f"{large:.3f}", held))


if __name__ == "__main__":
    main()

"""Simulate seizures from known flows and see whether the ranking recovers them.

Prints how often the posterior's 90 % intervals hold the true share, and the rank correlation of crossings
with the truth, for the corrected ranking and for raw counts. Run: python benchmarks/recovery.py [--runs N]
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.stats import spearmanr

from routes.analysis import ChoiceSet, build_world, choice_set_for, expose, fit_events
from routes.evidence.epochs import one_epoch
from routes.evidence.fit import model_effects
from routes.evidence.shares import interval_of, share_draws
from routes.parameters import Parameters
from routes.read.inputs import load_inputs
from routes.support.geo import great_circle_km
from routes.trust.simulation import Truth, draw_truth, simulate_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.evidence.fit import Effects

EVENTS = 40  # about as many as the bundled file holds
WORTH_LISTING = 0.01  # corridors and crossings above this true share are checked
FIRST = 10  # corridors that a reader looks at
NEAR_KM = 30.0  # a seizure this near to a crossing is counted for it


@dataclass(frozen=True)
class Recovery:
    """Coverage and rank correlations over all runs."""

    runs: int
    corridors: int
    coverage: float
    ten: float
    corrected: float
    prior: float
    raw: float


def _through(choices: ChoiceSet, share: np.ndarray) -> dict[str, float]:
    found: dict[str, float] = {}
    nodes = choices.crossing_graph.graph.nodes
    for path, s in zip(choices.corridors.nodes, share, strict=True):
        for node in path[1:-1]:
            found[nodes[node]["place"]] = found.get(nodes[node]["place"], 0.0) + float(s)
    return found


def recover(runs: int, seed: int = 1) -> Recovery:
    """Simulate and fit `runs` times."""
    parameters = Parameters()
    inputs = load_inputs()
    world = build_world(inputs, parameters)
    choices = choice_set_for(world, parameters, date(2008, 1, 1), date(2020, 12, 31))
    nodes = choices.crossing_graph.graph.nodes
    place = {nodes[n]["place"]: nodes[n] for path in choices.corridors.nodes for n in path[1:-1]}
    inside, checked, ten, corrected, before, raw = 0, 0, [], [], [], []
    for run, rng, _, truth in truths(choices, parameters, runs, seed):
        events = simulate_events(choices, truth, EVENTS, rng)
        posterior = fit_events(
            choices, events, parameters, run, one_epoch(choices.corridors, len(events.ids))
        )
        listed = replace(choices.corridors, uncovered_share=0.0)
        shares = share_draws(choices.crossing_graph, listed, posterior.effects, posterior.draws).draws
        low, high = interval_of(shares)
        large = truth.share >= WORTH_LISTING
        inside += int(((low <= truth.share) & (truth.share <= high))[large].sum())
        checked += int(large.sum())
        first = np.argsort(-shares.mean(axis=0))[:FIRST]
        ten.append(((low <= truth.share) & (truth.share <= high))[first].mean())
        true, found = _through(choices, truth.share), _through(choices, shares.mean(axis=0))
        count = {
            name: int((great_circle_km(events.lon, events.lat, p["lon"], p["lat"]) <= NEAR_KM).sum())
            for name, p in place.items()
        }
        names = list(true)
        corrected.append(spearmanr([true[n] for n in names], [found[n] for n in names]).statistic)
        alone = _through(choices, choices.corridors.prior_share)
        before.append(spearmanr([true[n] for n in names], [alone[n] for n in names]).statistic)
        raw.append(spearmanr([true[n] for n in names], [count[n] for n in names]).statistic)
    means = (float(np.nanmean(x)) for x in (ten, corrected, before, raw))
    return Recovery(runs, checked, inside / checked, *means)


def truths(
    choices: ChoiceSet, parameters: Parameters, runs: int, seed: int
) -> Iterator[tuple[int, np.random.Generator, Effects, Truth]]:
    """Draw known flows from the prior, run by run, with the stream and the effects that they are drawn by."""
    even = Truth(choices.corridors.prior_share, np.ones(len(choices.features)))
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        none = simulate_events(choices, even, 1, rng)
        effects = model_effects(choices.crossing_graph, choices.corridors, expose(choices, none), parameters)
        yield run, rng, effects, draw_truth(choices, effects, rng)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    found = recover(parser.parse_args().runs)
    print(f"{found.runs} runs of {EVENTS} simulated seizures, flows and detection drawn from the prior.")
    print(
        f"90 % intervals hold the true share of {100 * found.coverage:.1f} % of the {found.corridors} "
        f"corridors with a share of {100 * WORTH_LISTING:.0f} % or more."
    )
    print(f"They hold that of {100 * found.ten:.1f} % of the first {FIRST} corridors of the ranking.")
    print(
        f"Rank correlation of crossings with the truth: ranking {found.corrected:.2f}, "
        f"prior alone {found.prior:.2f}, raw counts {found.raw:.2f}."
    )


if __name__ == "__main__":
    main()

"""Fixed posts against rotating ones for one to five teams, and whether a plan's interval holds the truth.

    python benchmarks/posts.py
    python benchmarks/posts.py --coverage 100

The first prints what is left to traffickers who know the posts, with the gap of the rotation, and what is not
caught by how they answer. The second simulates seizures from known flows, fits, plans, and looks whether the
90 % interval of what gets through holds what would get through with the true flows.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from datetime import date

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from recovery import EVENTS, truths

from routes.analysis import analyse, build_world, choice_set_for, fit_events
from routes.evidence.epochs import one_epoch
from routes.evidence.shares import ShareDraws, interval_of, share_draws
from routes.parameters import Parameters
from routes.planning.capture import choose_logit
from routes.planning.flows import Flows, areas_of
from routes.planning.passages import passages_of
from routes.planning.plan import plan
from routes.planning.rosters import Rota
from routes.read.inputs import load_inputs
from routes.trust.simulation import simulate_events

TEAMS = 3


def compare(most: int = 5) -> None:
    """Print fixed beside rotating posts."""
    analysis, parameters = analyse(load_inputs()), Parameters()
    print("teams  fixed left  rotating left  gap     not caught: fixed -> rotating, all know  seconds")
    for teams in range(1, most + 1):
        start = time.perf_counter()
        moving = plan(analysis, parameters, teams, rota=Rota())
        took = time.perf_counter() - start
        still = plan(analysis, parameters, teams, response="best")
        known = [made.answers[2].passing for made in (still, moving)]
        print(
            f"{teams:5}  {still.passing:10.1%}  {moving.passing:13.1%}  {moving.gap:6.2%}  "
            f"{known[0]:18.1%} -> {known[1]:.1%}  {took:26.1f}"
        )


def coverage(runs: int, seed: int = 1) -> tuple[int, int]:
    """Count the runs whose interval holds the truth, and those above and below in sum."""
    parameters, inputs = Parameters(), load_inputs()
    world = build_world(inputs, parameters)
    choices = choice_set_for(world, parameters, date(2008, 1, 1), date(2020, 12, 31))
    graph = choices.crossing_graph.graph
    names = {data["place"] for _, data in graph.nodes(data=True) if data["kind"] == "crossing"}
    listed = replace(choices.corridors, uncovered_share=0.0)
    held = 0
    for run, rng, _, truth in truths(choices, parameters, runs, seed):
        events = simulate_events(choices, truth, EVENTS, rng)
        epochs = one_epoch(choices.corridors, len(events.ids))
        posterior = fit_events(choices, events, parameters, run, epochs)
        shares = share_draws(choices.crossing_graph, listed, posterior.effects, posterior.draws)
        with_truth = ShareDraws(
            shares.names, np.vstack([shares.draws, truth.share]), shares.draws.mean(axis=0), 0.0
        )
        flows = Flows(listed, areas_of(listed), with_truth)
        passages = passages_of(graph, flows, dict.fromkeys(names, (0.5, 1.0)))
        chance = passages.chance(choose_logit(passages, TEAMS).plan)
        values = passages.through(chance, 1.0, passages.draws)
        low, high = interval_of(values[:-1, None])
        held += int(low[0] <= values[-1] <= high[0])
    return held, runs


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coverage", type=int, default=0, metavar="RUNS")
    runs = parser.parse_args().coverage
    if runs:
        held, of = coverage(runs)
        print(f"The 90 % interval of {TEAMS} posts holds the truth in {held} of {of} runs ({held / of:.0%}).")
    else:
        compare()


if __name__ == "__main__":
    main()

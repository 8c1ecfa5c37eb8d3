"""Play campaigns of inspections against flows drawn from the posterior: which place to look at next.

In each run one draw is the truth. Every round a policy chooses a place, the campaign finds what the truth
gives it, and the weights of the other draws follow. Prints the mean regret after each round: what more gets
through the plan that is best by then than through the best plan of the truth. Run:
python benchmarks/campaigns.py [--runs N]
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from routes.analysis import Analysis, analyse
from routes.parameters import Parameters
from routes.planning.campaigns import MOST_FINDS, find_chances, plans_of, sites_of, varying, worth_to_ranking

POLICIES = ("teaches most about the plan", "teaches most about the ranking", "likeliest place", "at random")
RESAMPLES = 2000


def play(analysis: Analysis, runs: int, rounds: int, inspected: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Regret after each round, shape (runs, rounds + 1), by policy, in shares of the inflow."""
    parameters, every = Parameters(), slice(None, 1000 + runs)
    plans = plans_of(analysis, parameters, 3, "logit", every)
    sites = sites_of(analysis, parameters, inspected, {}, every, ())
    chances = [find_chances(site.mean) for site in sites]
    share = varying(analysis.shares.draws[every])
    largest = np.argsort([-site.share for site in sites])
    start = np.zeros(1000 + runs)
    start[:1000] = 1 / 1000
    regret = {policy: np.zeros((runs, rounds + 1)) for policy in POLICIES}
    for run in range(runs):
        truth = 1000 + run
        for policy in POLICIES:
            rng = np.random.default_rng([seed, run])
            weight = start
            for turn in range(rounds + 1):
                plan = int(plans.best(weight[None])[0])
                regret[policy][run, turn] = plans.loss[plan, truth] - plans.loss[:, truth].min()
                if turn == rounds:
                    break
                if policy == POLICIES[0]:
                    at = int(np.argmax([plans.worth(weight, chance)[0] for chance in chances]))
                elif policy == POLICIES[1]:
                    at = int(np.argmax([worth_to_ranking(weight, chance, share) for chance in chances]))
                elif policy == POLICIES[2]:
                    at = int(largest[0])
                else:
                    at = int(rng.integers(len(sites)))
                finds = min(int(rng.poisson(sites[at].mean[truth])), MOST_FINDS)
                weight = weight * chances[at][finds]
                weight = weight / weight.sum() if weight.sum() > 0 else start
    return regret


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--inspected", type=int, default=1000)
    asked = parser.parse_args()
    found = play(analyse(), asked.runs, asked.rounds, asked.inspected)
    print(
        f"{asked.runs} flows drawn from the posterior; each campaign looks into {asked.inspected:,} goods "
        "vehicles. Mean regret of the plan of three posts, points of the inflow, after so many campaigns:"
    )
    row = "{:<32}" + "{:>7}" * (asked.rounds + 1)
    print(row.format("each campaign where it", *range(asked.rounds + 1)))
    for policy, regret in found.items():
        print(row.format(policy, *(f"{100 * value:.2f}" for value in regret.mean(axis=0))))
    rng = np.random.default_rng(1)
    better = (found[POLICIES[2]] - found[POLICIES[0]])[:, 1:].mean(axis=1)
    drawn = better[rng.integers(len(better), size=(RESAMPLES, len(better)))].mean(axis=1)
    low, high = 100 * np.quantile(drawn, [0.05, 0.95])
    print(
        f"By the plan against the likeliest place, mean over the rounds: {100 * better.mean():.2f} points "
        f"less (90 % paired bootstrap {low:.2f} to {high:.2f})."
    )


if __name__ == "__main__":
    main()

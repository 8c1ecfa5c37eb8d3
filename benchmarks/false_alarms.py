"""Deal the bundled seizures out at random to two sides, and see how often `routes compare` raises an alarm.

Nothing changed between such sides, so a row at 95 % is a false alarm. Prints the share of runs with any such
row: with the likelihoods that are told, and with those that each row would have by itself. Run:
python benchmarks/false_alarms.py [--runs N]
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from routes.analysis import analyse, build_world
from routes.network.seasons import months_between
from routes.parameters import Parameters
from routes.question import Question
from routes.read.inputs import Inputs, load_inputs
from routes.trust.comparison import Change, compare

SURE = 0.95


@dataclass(frozen=True)
class Alarms:
    """Runs, and how many of them had a row at 95 %: as told, and row by row."""

    runs: int
    told: int
    row_by_row: int


def split_at_random(inputs: Inputs, seed: int) -> tuple[Inputs, Inputs]:
    """Deal the events out to two sides of the same size."""
    events = sorted(set(inputs.seizures["event_id"]))
    first = set(np.random.default_rng(seed).permutation(events)[: len(events) // 2])
    in_first = inputs.seizures["event_id"].isin(first)
    one, other = (inputs.seizures[some].reset_index(drop=True) for some in (in_first, ~in_first))
    return replace(inputs, seizures=one), replace(inputs, seizures=other)


def is_sure(change: Change) -> bool:
    """Whether the seizures' part is above 0, or below it, with 95 %."""
    return max(change.rise_probability, 1 - change.rise_probability) >= SURE


def alarms(runs: int, seed: int = 1) -> Alarms:
    """Count false alarms in `runs` random splits."""
    inputs, told, row_by_row = load_inputs(), 0, 0
    day = inputs.region.status_checked
    world = build_world(inputs, inputs.region.parameters(), months_between(day, day))
    first = inputs.seizures["date_from"].min().date()
    last = inputs.seizures["date_until"].max().date()
    for run in range(runs):
        question = Question(first, last, seed=seed + run)
        one, other = (
            analyse(side, None, question, world=world) for side in split_at_random(inputs, seed + run)
        )
        sure = [change for change in compare(one, other, Parameters()) if is_sure(change)]
        row_by_row += bool(sure)
        told += any(change.told for change in sure)
    return Alarms(runs, told, row_by_row)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    found = alarms(parser.parse_args().runs)
    print(
        f"{found.runs} random splits without change: {found.told} with a row told at {SURE:.0%}; row by row, "
        f"without regard to how many are looked at, it would be {found.row_by_row}."
    )


if __name__ == "__main__":
    main()

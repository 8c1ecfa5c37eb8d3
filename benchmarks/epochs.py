"""What it brings to count each seizure under the crossings and processing areas of its own year.

Each year is foretold from the years before it, with one part of the model changed at a time; beside the
mean log density stands its difference to the model as it is, over the same events, with a paired bootstrap
interval.

    python benchmarks/epochs.py
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from routes import analysis
from routes.analysis import ChoiceSet, World, build_world
from routes.evidence.epochs import Epochs, one_epoch
from routes.evidence.events import Events, locate_events
from routes.read.inputs import load_inputs
from routes.trust.backtest import RANKING, Backtest, rolling_backtest

if TYPE_CHECKING:
    from routes.parameters import Parameters

RESAMPLES = 5000


def together(choices: ChoiceSet, events: Events, _: Parameters) -> Epochs:
    """Put all events under the crossings of the year that is foretold."""
    return one_epoch(choices.corridors, len(events.ids))


def main() -> None:
    """Print one line for each variant."""
    inputs = load_inputs()
    parameters = inputs.region.parameters(None)
    world = build_world(inputs, parameters)
    events = locate_events(inputs.seizures, inputs.region, parameters)[0]
    constant = replace(world, area_weights=world.area_weights.iloc[:0])
    as_it_is, seconds = _run(world, events, parameters)
    print(f"{'each event under its own year':<45} {as_it_is.mean():8.3f} {seconds:5.0f} s")
    with mock.patch.object(analysis, "epochs_for", together):
        _tell("all events under the year foretold", as_it_is, *_run(world, events, parameters))
    _tell("areas with one weight for all time", as_it_is, *_run(constant, events, parameters))
    with mock.patch.object(analysis, "epochs_for", together):
        _tell("both", as_it_is, *_run(constant, events, parameters))


def _run(world: World, events: Events, parameters: Parameters) -> tuple[np.ndarray, float]:
    start = time.perf_counter()
    found: Backtest = rolling_backtest(world, events, parameters)
    return found.scores[RANKING].log_density, time.perf_counter() - start


def _tell(name: str, as_it_is: np.ndarray, other: np.ndarray, seconds: float) -> None:
    gain = as_it_is - other
    sample = np.random.default_rng(1).integers(len(gain), size=(RESAMPLES, len(gain)))
    low, high = np.quantile(gain[sample].mean(axis=1), (0.05, 0.95))
    told = f"as it is better by {gain.mean():+.3f} (90 %: {low:+.3f} to {high:+.3f})"
    print(f"{name:<45} {other.mean():8.3f} {seconds:5.0f} s   {told}")


if __name__ == "__main__":
    main()

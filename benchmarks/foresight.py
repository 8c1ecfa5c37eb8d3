"""How well later seizures are foretold: parts of the model alone and together, baselines, where to stand.

Each year is foretold from the years before it (and, with ``--left-out``, from all others). First the model as
it was believed before any seizure was looked at, then with each part at its default alone, then all together,
and what was tried and left out; beside each the gain in mean log density a km of road, over the same events,
with a paired bootstrap interval. Then all forecasts with the default parameters, and how often the 90 %
intervals of the first ten corridors hold the truth in simulated seizures.

    python benchmarks/foresight.py [--left-out] [--runs N]
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from recovery import EVENTS, FIRST, recover

from routes.analysis import build_world
from routes.evidence.events import Events, locate_events
from routes.read.inputs import Inputs, load_inputs
from routes.trust.backtest import Backtest, left_out_backtest, rolling_backtest
from routes.trust.calibration import BELIEVED, with_settings
from routes.trust.fields import RANKING, STAND
from routes.trust.measures import HOT_SHARE, HOTTEST_SHARE, mean_with_interval, resamples

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.parameters import Parameters

BEFORE = BELIEVED | {"kernel_share": 0.0}
"""The model as it was before any of its parts below."""


def chosen(parameters: Parameters) -> dict[str, float]:
    """Find the settings that make the default parameters."""
    e, f = parameters.evidence, parameters.forecast
    return BEFORE | {
        "node_radius_km": e.node_radius_km,
        "passage_scale": e.passage_gate_km / 700,
        "traffic_exponent": parameters.route_choice.traffic_exponent,
        "watch_gain": e.watch_gain,
        "kernel_share": f.kernel_share,
        "kernel_km": f.kernel_km,
    }


def variants(parameters: Parameters) -> dict[str, dict[str, float]]:
    """Name the settings that are compared."""
    now = chosen(parameters)
    both = ("traffic_exponent", "passage_scale")
    return {
        "as it was": BEFORE,
        "lorries at crossings": BEFORE | {"traffic_exponent": now["traffic_exponent"]},
        "more is seized at nodes": BEFORE | {"passage_scale": now["passage_scale"]},
        "nodes reach 5 km": BEFORE | {"node_radius_km": now["node_radius_km"]},
        "lorries and nodes": BEFORE | {name: now[name] for name in both},
        "all together (default)": now,
        "  and roads watched near ports": now | {"watch_gain": 20.0},
        "  and a kernel of 0.1, 50 km": now | {"kernel_share": 0.1, "kernel_km": 50.0},
        "roads watched near ports alone": BEFORE | {"watch_gain": 20.0},
        "a kernel of 0.1, 50 km alone": BEFORE | {"kernel_share": 0.1},
        "wider priors (0.9)": now | {"sd_share": 0.9},
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--left-out", action="store_true", help="each year from all others, too")
    parser.add_argument("--runs", type=int, default=200, help="simulated runs for the coverage; 0 for none")
    asked = parser.parse_args()
    inputs = load_inputs()
    parameters = inputs.region.parameters(None)
    tests: list[tuple[str, Callable[..., Backtest]]] = [("Each year from those before", rolling_backtest)]
    if asked.left_out:
        tests.append(("Each year from all others", left_out_backtest))
    for title, test in tests:
        found = {
            name: _run(inputs, with_settings(parameters, settings), test)
            for name, settings in variants(parameters).items()
        }
        _tell(title, found)
        _tell_forecasts(found["all together (default)"])
    if asked.runs:
        held = recover(asked.runs)
        print(
            f"\n{asked.runs} runs of {EVENTS} simulated seizures: 90 % intervals hold the true share of "
            f"{100 * held.ten:.1f} % of the first {FIRST} corridors."
        )


def _run(inputs: Inputs, parameters: Parameters, test: Callable[..., Backtest]) -> Backtest:
    events: Events = locate_events(inputs.seizures, inputs.region, parameters)[0]
    return test(build_world(inputs, parameters), events, parameters)


def _tell(title: str, found: dict[str, Backtest]) -> None:
    before = next(iter(found.values())).scores[RANKING].log_density
    sample = resamples(len(before), 1)
    print(f"\n{title} ({len(before)} events)")
    print(f"{'':<32}{'log density':>12}{'gain':>8}{'90 %':>17}{'PAI':>7}{'stand':>7}")
    for name, test in found.items():
        own, stand = test.scores[RANKING], test.scores[STAND]
        gain = mean_with_interval(own.log_density - before, sample)
        low, high = gain["interval_90"]
        print(
            f"{name:<32}{own.log_density.mean():12.3f}{gain['value']:+8.3f}{f'{low:+.2f} to {high:+.2f}':>17}"
            f"{own.hot.mean() / HOT_SHARE:7.1f}{stand.hot.mean() / HOT_SHARE:7.1f}"
        )


def _tell_forecasts(found: Backtest) -> None:
    sample = resamples(len(found.events), 1)
    own = found.scores[RANKING]
    heads = f"{'log density':>12}{'PAI 5 %':>9}{'PAI 1 %':>9}{'Brier':>8}   ranking is better by"
    print(f"\n{'forecast by':<22}{heads}")
    for name, scores in found.scores.items():
        gain = mean_with_interval(own.log_density - scores.log_density, sample)
        low, high = gain["interval_90"]
        better = "" if name == RANKING else f"   {gain['value']:+.2f} ({low:+.2f} to {high:+.2f})"
        print(
            f"{name:<22}{scores.log_density.mean():12.3f}{scores.hot.mean() / HOT_SHARE:9.1f}"
            f"{scores.hottest.mean() / HOTTEST_SHARE:9.1f}{scores.brier.mean():8.3f}{better}"
        )
    hit = {name: float(np.nanmean(scores.crossing_hit)) for name, scores in found.scores.items()}
    sure = own.forecast >= 0.1  # noqa: PLR2004
    print("crossing among the first five: " + ", ".join(f"{name} {value:.2f}" for name, value in hit.items()))
    mean, true = own.forecast[sure].mean(), own.outcome[sure].mean()
    print(f"chances of 10 % and more: mean {mean:.3f}, came true {true:.3f}")


if __name__ == "__main__":
    main()

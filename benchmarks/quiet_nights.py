"""Run `routes changes` every night on seizures simulated from flows that do not change: every alarm is false.

A year begins with as many events as the bundled data have; then new ones come in at the rate of the bundled
data, from the same flows and detection, each dated a day of the year. After every new event the plan that
was accepted is held against the best one, as the command does; a night without one has nothing new to say.
After an alarm the new plan is accepted. Statuses stay as they are. Run:
python benchmarks/quiet_nights.py [--years N] [--a-year N]
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from routes.analysis import Analysis, analyse, epochs_for, expose, fit_events
from routes.evidence.fit import posterior_shares
from routes.parameters import Parameters
from routes.planning.alarms import plan_move
from routes.planning.plan import plan
from routes.trust.simulation import draw_truth, simulate_events

if TYPE_CHECKING:
    from routes.evidence.events import Events

TEAMS = 3
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Nights:
    """Years that were run, new events in them, nights on which the plans differ, and alarms."""

    years: int
    events: int
    other_posts: int
    alarms: int


def refitted(analysis: Analysis, events: Events, parameters: Parameters) -> Analysis:
    """Fit other events on the crossings of an analysis."""
    used = analysis.region.parameters(parameters)
    epochs = epochs_for(analysis.choices, events, used)
    exposure = expose(analysis.choices, events, epochs)
    posterior = fit_events(analysis.choices, events, used, 1, epochs, exposure)
    shares = posterior_shares(analysis.untied, analysis.corridors, posterior)
    return replace(analysis, events=events, posterior=posterior, epochs=epochs, shares=shares)


def quiet_nights(years: int, rate: float | None = None, seed: int = 1) -> Nights:
    """Count false alarms in simulated years, with so many events a year or as many as in the bundled data."""
    analysis, parameters = analyse(), Parameters()
    known = len(analysis.events.ids)
    days = (analysis.events.last_day.max() - analysis.events.last_day.min()) / np.timedelta64(1, "D")
    a_year = rate or known / (float(days) / _DAYS_A_YEAR)
    events = other = alarms = 0
    for year in range(years):
        rng = np.random.default_rng([seed, year])
        truth = draw_truth(analysis.choices, analysis.posterior.effects, rng)
        fresh = int(rng.poisson(a_year))
        every = simulate_events(analysis.choices, truth, known + fresh, rng)
        every = replace(every, last_day=_days_of(analysis, known, fresh, rng))
        accepted = refitted(analysis, every.take(np.arange(known)), parameters)
        held = plan(accepted, parameters, TEAMS)
        for night in range(fresh):
            now = refitted(analysis, every.take(np.arange(known + night + 1)), parameters)
            moved = plan_move(accepted, now, parameters, TEAMS, plan_before=held)
            events += 1
            other += set(moved.before) != set(moved.after)
            if moved.changes:
                alarms += 1
                accepted, held = now, plan(now, parameters, TEAMS)
        print(
            f"year {year + 1}: {events} new events, {other} other plans, {alarms} alarms so far", flush=True
        )
    return Nights(years, events, other, alarms)


def _days_of(analysis: Analysis, known: int, fresh: int, rng: np.random.Generator) -> np.ndarray:
    """Days of the events: those of the bundled ones, then days of the year that follows, in order."""
    own = np.sort(rng.choice(analysis.events.last_day, known))
    end = own.max().astype("datetime64[D]")
    after = end + np.sort(rng.integers(1, 366, fresh)).astype("timedelta64[D]")
    return np.concatenate([own, after.astype(own.dtype)])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--a-year", type=float, help="new events a year; default: as the bundled data")
    given = parser.parse_args()
    found = quiet_nights(given.years, given.a_year)
    print(
        f"{found.years} years without change, {found.events} new events: after {found.other_posts} "
        f"of them other posts were the best, {found.alarms} raised an alarm "
        f"({found.alarms / found.years:.2f} a year)."
    )


if __name__ == "__main__":
    main()

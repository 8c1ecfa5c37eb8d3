"""Events that are alike: taking them together changes no answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from routes.analysis import Analysis, expose, fit_events
from routes.evidence.alike import alike, of_all
from routes.evidence.grounds import ages, event_steps, grounds_of
from routes.parameters import Parameters
from routes.read.inputs import load_inputs

if TYPE_CHECKING:
    from routes.evidence.events import Events


@pytest.fixture(scope="module")
def found(analysis: Analysis) -> Analysis:
    return analysis


def again(events: Events, rng: np.random.Generator) -> tuple[Events, np.ndarray]:
    """Each event once more or twice, in another order, with other weights and ids; and which it was."""
    which = rng.permutation(np.r_[np.arange(len(events.ids)), rng.integers(0, len(events.ids), 90)])
    more = events.take(which)
    return replace(
        more, ids=tuple(map(str, range(len(which)))), weight=rng.uniform(0.5, 2, len(which))
    ), which


def test_what_differs_in_anything_stands_apart(found: Analysis) -> None:
    one = found.events.take(np.zeros(9, int))
    other = replace(
        one,
        lon=one.lon + np.eye(9)[0],
        lat=one.lat + np.eye(9)[1],
        footprint_km=one.footprint_km + np.eye(9)[2],
        kind=tuple("laboratory" if i == 3 else "road" for i in range(9)),
        truth=one.truth * (1 - np.eye(9)[4]),
        last_day=one.last_day + 30 * np.arange(9),
    )
    epoch = np.array([0, 0, 0, 0, 0, 1, 0, 0, 0])
    assert alike(other, epoch).of_event.tolist() == [0, 1, 2, 3, 4, 5, 6, 6, 6]
    assert alike(other.take(np.arange(0)), epoch[:0]).events.ids == ()


def test_the_posterior_and_the_grounds_are_the_same(found: Analysis) -> None:
    events, which = again(found.events, np.random.default_rng(1))
    epochs = replace(found.epochs, of_event=found.epochs.of_event[which])
    group = alike(events, epochs.of_event)
    assert len(group.first) < len(events.ids) / 2
    of_group = replace(epochs, of_event=epochs.of_event[group.first])
    parameters = load_inputs().region.parameters(Parameters())
    taught = []
    for some, theirs, times, ages_of in (
        (events, epochs, None, lambda age: age),
        (group.events, of_group, group.times, lambda age: group.mean(age, events.weight)),
    ):
        exposure = expose(found.choices, some, theirs)
        posterior = fit_events(found.choices, some, parameters, 1, theirs, exposure)
        steps = event_steps(posterior, theirs.prior_share[:, theirs.telling], exposure, some)
        grounds = grounds_of(
            found.untied,
            found.corridors,
            found.shares,
            posterior,
            steps,
            ages_of(ages(events, date(2026, 1, 1))),
            {},
            np.random.default_rng(1),
            times=times,
        )
        told = [(g.learnt, g.bearing_events, g.evidence_age_years) for g in grounds.values()]
        taught.append((posterior.mode, np.array(told, float)))
    (mode, rows), (mode_of_groups, rows_of_groups) = taught
    assert mode_of_groups == pytest.approx(mode, abs=1e-6)
    assert rows_of_groups == pytest.approx(rows, rel=1e-6, nan_ok=True)


def test_the_exposure_of_all_is_that_of_each(found: Analysis) -> None:
    events, which = again(found.events, np.random.default_rng(2))
    epochs = replace(found.epochs, of_event=found.epochs.of_event[which])
    group = alike(events, epochs.of_event)
    of_group = replace(epochs, of_event=epochs.of_event[group.first])
    whole = expose(found.choices, events, epochs)
    made = of_all(expose(found.choices, group.events, of_group), group.of_event)
    assert np.array_equal(whole.event, made.event)
    assert np.array_equal(whole.feature, made.feature)
    assert np.array_equal(whole.event_epoch, made.event_epoch)
    met = [(exposure.near @ exposure.passing).toarray() for exposure in (whole, made)]
    assert met[0] == pytest.approx(met[1], rel=1e-12)


def test_densities_are_told_event_by_event(found: Analysis) -> None:
    assert len(found.posterior.log_density) == len(found.events.ids) == len(found.group)
    assert found.fitted_exposure.event.max() < len(found.events.ids)

"""Reweighted draws: against figures of another program, closed forms, and integration on a grid."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_evidence import random_model

from routes.analysis import analyse
from routes.evidence.densities import log_posteriors
from routes.evidence.fit import fit
from routes.evidence.likelihood import log_posterior
from routes.evidence.reweighting import resampled, reweighted, smoothed_weights
from routes.question import Question
from routes.read.inputs import load_inputs

# Pareto k, the three largest weights and the first three, as arviz 0.22 (`psislw`) gives them for a thousand
# draws of Student's t from a seed.
ARVIZ = {
    (1, 4): (1.3634710488506585, [0.06384876346320843, 0.12760559188887036, 0.25387562262441693],
             [0.0002617350777421309, 6.954453143409078e-05, 0.00012233107527861601]),
    (2, 2): (2.1293677646119122, [0.027270470598176614, 0.0809093030334515, 0.8393110426942116],
             [5.502730718480703e-06, 2.247853769051269e-06, 1.739014451127788e-05]),
    (3, 30): (0.35732950880108266, [0.011420708160242286, 0.013923176595940705, 0.015241128602108541],
              [0.013923176595940705, 0.000316720304015627, 7.092483751674866e-05]),
}  # fmt: skip


@pytest.mark.parametrize(("seed", "freedom"), ARVIZ)
def test_smoothed_weights_are_those_of_another_program(seed: int, freedom: int) -> None:
    ratio = np.random.default_rng(seed).standard_t(freedom, 1000)
    weight, k = smoothed_weights(ratio)
    expected, largest, first = ARVIZ[seed, freedom]
    assert k == pytest.approx(expected, rel=1e-9)
    assert np.sort(weight)[-3:] == pytest.approx(largest, rel=1e-9)
    assert weight[:3] == pytest.approx(first, rel=1e-9)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.floats(0, 5))
def test_weights_sum_to_one_whatever_the_draws(seed: int, count: int, spread: float) -> None:
    weight, k = smoothed_weights(np.random.default_rng(seed).normal(0, spread, count))
    assert weight.sum() == pytest.approx(1)
    assert (weight >= 0).all()
    assert not np.isnan(k)


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 200))
def test_each_draw_is_taken_its_due_or_a_part_of_one_more(seed: int, draws: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.full(draws, 0.3))
    times = np.bincount(resampled(weight, count, rng), minlength=draws)
    assert times.sum() == count
    assert (np.abs(times - count * weight) < 1 + 1e-9).all()


def test_a_wrong_normal_is_mended_to_the_right_one() -> None:
    # Wanted: N(1, 1). Proposed: N(0, 1.3^2) in one dimension.
    rng = np.random.default_rng(4)
    standard = rng.standard_normal((8000, 1))
    proposed = 1.3 * standard
    draws, k = reweighted(proposed, standard, -0.5 * ((proposed - 1) ** 2)[:, 0], 4000, rng)
    assert draws.mean() == pytest.approx(1, abs=0.05)
    assert draws.std() == pytest.approx(1, abs=0.05)
    assert k < 0.7


@pytest.mark.parametrize("epochs", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_many_densities_at_once_are_those_one_by_one(
    seed: int, epochs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    prior, exposure, effects, events = random_model(seed, epochs=epochs)
    x = np.random.default_rng(seed).normal(size=(23, len(effects.names)))
    expected = [log_posterior(v, prior, exposure, effects, events)[0] for v in x]
    assert log_posteriors(x, prior, exposure, effects, events) == pytest.approx(expected, rel=1e-12)
    monkeypatch.setattr("routes.evidence.densities._CELLS_AT_ONCE", 50)
    assert log_posteriors(x, prior, exposure, effects, events) == pytest.approx(expected, rel=1e-12)


def test_draws_have_the_exact_moments_where_the_normal_has_not() -> None:
    # Two effects are free, the rest is held fast: the posterior can be integrated on a grid.
    prior, exposure, effects, events = random_model(10, events=30)
    sd = np.full(len(effects.sd), 1e-9)
    sd[:2] = 1.0
    held = dataclasses.replace(effects, sd=sd)
    events = dataclasses.replace(events, truth=np.full(30, 0.9))
    axis = np.linspace(-5, 5, 161)
    x = np.zeros((161 * 161, len(sd)))
    x[:, 0], x[:, 1] = (part.ravel() for part in np.meshgrid(axis, axis))
    log_p = log_posteriors(x, prior, exposure, held, events)
    p = np.exp(log_p - log_p.max())
    mean = p @ x[:, :2] / p.sum()
    spread = np.sqrt(p @ (x[:, :2] - mean) ** 2 / p.sum())
    found = fit(prior, exposure, held, events, 8000, np.random.default_rng(1))
    draws = ((found.draws - held.mean) / sd)[:, :2]
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.04)
    assert draws.std(axis=0) == pytest.approx(spread, rel=0.04)
    # The normal about the mode is off by more than that, so that the test can fail.
    mode = ((found.mode - held.mean) / sd)[:2]
    assert np.abs(mode - mean).max() > 0.1


def test_bundled_draws_can_be_trusted_and_the_ranking_says_how_far() -> None:
    found = analyse(load_inputs(), None, Question(seed=3))
    assert found.posterior.pareto_k is not None
    assert found.posterior.pareto_k < 0.7
    assert found.ranking.provenance["pareto_k"] == pytest.approx(found.posterior.pareto_k, abs=1e-3)

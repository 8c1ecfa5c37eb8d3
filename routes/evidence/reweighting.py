r"""Draws from the Laplace approximation -> equally weighted draws from the exact posterior.

A draw *x* of the approximation *g* counts as

.. math:: w = p(x) / g(x)

with the exact posterior density *p*. The largest of these weights are replaced by the expected order
statistics of the generalised Pareto distribution fitted to them, so that none rules (Pareto smoothed
importance sampling: Vehtari, Simpson, Gelman, Yao & Gabry 2024). The shape *k* of that distribution tells
whether the approximation is good enough: over 0.7 the weights cannot be trusted.

Then as many draws as are wanted are taken with chances by weight, so that whoever uses them needs no
weights. It is done by systematic resampling, which takes a draw of weight *w* either the whole number
of times below or above its due. It costs little precision: more are proposed than are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routes.support.arrays import Floats


PROPOSALS = 2
"""How many draws are proposed for each that is kept."""
TRUSTED_K = 0.7
"""Pareto k over which the draws cannot be trusted (Vehtari and others 2024)."""
_LEAST_TAIL = 5  # weights; fewer tell no shape


def reweighted(
    proposed: Floats, standard: Floats, log_density: Floats, count: int, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Equally weighted draws from the exact posterior.

    Parameters
    ----------
    proposed : ndarray of float, shape (proposals, effects)
        Draws of a normal distribution.
    standard : ndarray of float, shape (proposals, effects)
        The standard normal draws that they were made of.
    log_density : ndarray of float, shape (proposals,)
        Exact log posterior density of each, up to a constant.
    count : int
        How many draws are wanted.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float, shape (count, effects)
        In random order.
    float
        Pareto k.
    """
    weight, k = smoothed_weights(log_density + 0.5 * (standard**2).sum(axis=1))
    return proposed[rng.permutation(resampled(weight, count, rng))], k


def smoothed_weights(log_ratio: Floats) -> tuple[Floats, float]:
    """Pareto smoothed weights, which sum to one, and the Pareto k.

    Parameters
    ----------
    log_ratio : ndarray of float, shape (draws,)
        Log of exact over approximate density, up to a constant.

    Returns
    -------
    ndarray of float, shape (draws,)
    float
        0 where all weights are alike, infinite where there are too few draws to tell.

    Examples
    --------
    >>> weight, k = smoothed_weights(np.zeros(100))
    >>> bool(abs(weight - 0.01).max() < 1e-12), k
    (True, 0.0)
    """
    log_weight = log_ratio - log_ratio.max()
    if not log_weight.any():
        return np.full(len(log_weight), 1 / len(log_weight)), 0.0
    count = len(log_weight)
    tail = int(np.ceil(min(0.2 * count, 3 * np.sqrt(count))))
    k = np.inf
    if tail >= _LEAST_TAIL:
        order = np.argsort(log_weight, kind="stable")
        largest, bar = order[-tail:], np.exp(log_weight[order[-tail - 1]])
        excess = np.exp(log_weight[largest]) - bar
        if excess[0] > 0:
            k, scale = pareto_fit(excess)
            due = bar + scale * _pareto_quantile((np.arange(tail) + 0.5) / tail, k)
            log_weight = log_weight.copy()
            log_weight[largest] = np.minimum(np.log(due), 0.0)
    weight = np.exp(log_weight)
    return weight / weight.sum(), float(k)


def _pareto_quantile(chance: Floats, k: float) -> Floats:
    return np.asarray(-np.log1p(-chance) if k == 0 else np.expm1(-k * np.log1p(-chance)) / k)


def pareto_fit(excess: Floats) -> tuple[float, float]:
    """Shape *k* and scale of the generalised Pareto distribution, by the way of Zhang & Stephens (2009).

    The posterior mean over a grid of the one parameter that is left when the other is put at its best; then
    *k* is drawn towards a half with the weight of ten observations, as Vehtari and others (2024) do.

    Parameters
    ----------
    excess : ndarray of float, shape (tail,)
        What lies above the bar, in rising order, all above 0.

    Examples
    --------
    >>> chance = (np.arange(5000) + 0.5) / 5000
    >>> k, scale = pareto_fit(2 * ((1 - chance) ** -0.3 - 1) / 0.3)
    >>> round(k, 2), round(scale, 2)
    (0.3, 2.0)
    """
    count = len(excess)
    steps = np.arange(1, 31 + int(np.sqrt(count)))
    quartile = excess[int(count / 4 + 0.5) - 1]
    theta = 1 / excess[-1] + (1 - np.sqrt(len(steps) / (steps - 0.5))) / (3 * quartile)
    shape = np.log1p(-theta[:, None] * excess).mean(axis=1)
    log_likelihood = count * (np.log(-theta / shape) - shape - 1)
    chance = np.exp(log_likelihood - log_likelihood.max())
    best = float(theta @ chance / chance.sum())
    k = float(np.log1p(-best * excess).mean())
    return k * count / (count + 10) + 5 / (count + 10), -k / best


def resampled(weight: Floats, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Which draws are taken, by systematic resampling: in rising order.

    Parameters
    ----------
    weight : ndarray of float, shape (draws,)
        They sum to one.
    count : int
    rng : numpy.random.Generator

    Examples
    --------
    >>> resampled(np.array([0.5, 0.25, 0.25]), 8, np.random.default_rng(1)).tolist()
    [0, 0, 0, 0, 1, 1, 2, 2]
    """
    comb = (np.arange(count) + rng.random()) / count
    return np.minimum(np.searchsorted(np.cumsum(weight), comb, side="right"), len(weight) - 1)

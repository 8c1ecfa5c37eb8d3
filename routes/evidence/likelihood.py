"""Seizures + what corridors pass -> log posterior density of the effects, and its derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from routes.evidence.exposure import gather

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from routes.evidence.events import Events
    from routes.evidence.exposure import Exposure

    Floats = NDArray[np.float64]

BACKGROUND_SHARE = 0.02  # a seizure that no listed corridor passes, or one put in the wrong place
_AT_ONCE = 5000  # events, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Effects:
    """What the log-linear model may move: design matrix and prior.

    Parameters
    ----------
    names : tuple of str
        ``gate:karachi``, ``crossing:torkham``, ``area:helmand``, ``cost``, ``detection:PAK``,
        ``passage:gate``, ...
    design : ndarray of float, shape (corridors, share effects)
        *A*: the first columns of `names`, those that move shares.
    rates : ndarray of float, shape (features, rate effects)
        Which detection and passage effects act on which feature: the other columns of `names`.
    mean, sd : ndarray of float, shape (effects,)
    """

    names: tuple[str, ...]
    design: Floats
    rates: Floats
    mean: Floats
    sd: Floats

    @property
    def share_names(self) -> tuple[str, ...]:
        """Names of the effects that move shares."""
        return self.names[: self.design.shape[1]]


def log_posterior(
    x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events
) -> tuple[float, Floats]:
    """Log posterior density (up to a constant) and its gradient.

    Parameters
    ----------
    x : ndarray of float, shape (effects,)
        Effects in units of their prior standard deviation, about their mean.
    prior : ndarray of float, shape (corridors,)

    Returns
    -------
    float
    ndarray of float, shape (effects,)
    """
    at = _state(x, prior, exposure, effects, events)
    value = float(events.weight @ np.log(at.density) - 0.5 * x @ x)
    # d log f_i = pull_i (d log N_i - d log M), pull_i the part of f_i that is not background.
    pull = events.weight * at.sure
    by_row = _per_passage(pull, at)[exposure.event] * at.rate[exposure.feature]
    by_corridor = (by_row @ exposure.near) @ exposure.passing
    by_corridor = at.share * (by_corridor - pull.sum() * (at.rate @ exposure.total) / at.total)
    by_feature = np.bincount(exposure.feature, by_row * at.met, len(exposure.features)).astype(float)
    by_feature -= pull.sum() * at.feature / at.total
    gradient = np.concatenate([effects.design.T @ by_corridor, effects.rates.T @ by_feature])
    return value, np.asarray(gradient * effects.sd - x)


@dataclass(frozen=True, slots=True)
class _State:
    """Densities at given effects, and the sums over corridors that their slopes need again.

    Parameters
    ----------
    share : ndarray of float, shape (corridors,)
        Shares up to a factor.
    rate : ndarray of float, shape (features,)
    met : ndarray of float, shape (rows,)
        Flow past the event in each row of the exposure, at a rate of one.
    passed : ndarray of float, shape (events,)
        N, the same over all features at their rates.
    feature : ndarray of float, shape (features,)
        Detection in all of each feature.
    total : float
        M, the same over all features.
    density : ndarray of float, shape (events,)
        Of each event per km².
    sure : ndarray of float, shape (events,)
        The part of it that is not background.
    """

    share: Floats
    rate: Floats
    met: Floats
    passed: Floats
    feature: Floats
    total: float
    density: Floats
    sure: Floats


def _state(x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events) -> _State:
    truth = (1 - BACKGROUND_SHARE) * events.truth
    value = effects.mean + effects.sd * x
    moved = effects.design.shape[1]
    exponent = effects.design @ value[:moved]
    share = prior * np.exp(exponent - exponent.max())
    rate = np.exp(effects.rates @ value[moved:])
    met = exposure.near @ (exposure.passing @ share)
    passed = np.bincount(exposure.event, rate[exposure.feature] * met, len(events.ids)).astype(float)
    feature = rate * (exposure.total @ share)
    total = float(feature.sum())
    on_road = truth * passed / total
    density = on_road + (1 - truth) / exposure.background_area_km2
    return _State(share, rate, met, passed, feature, total, density, on_road / density)


def event_densities(x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events) -> Floats:
    """Density of each event per km², shape (events,)."""
    return _state(x, prior, exposure, effects, events).density


def _per_passage(pull: Floats, at: _State) -> Floats:
    """Pull of each event over N; 0 where no corridor comes near."""
    return np.divide(pull, at.passed, out=np.zeros_like(pull), where=at.passed > 0)


def _slope_of_total(at: _State, exposure: Exposure, effects: Effects) -> Floats:
    """Slope of log M, shape (effects,), in units of the prior standard deviations."""
    by_corridor = at.share * (at.rate @ exposure.total)
    slope = np.concatenate([effects.design.T @ by_corridor, effects.rates.T @ at.feature])
    return np.asarray(slope * effects.sd / at.total)


def _event_slopes(
    at: _State, exposure: Exposure, effects: Effects, events: Events
) -> Iterator[tuple[slice, Floats]]:
    """Slopes of log N, shape (some events, effects), some events at a time, so that memory stays bounded.

    In units of the prior standard deviations; zero where no corridor comes near.
    """
    by_place = np.asarray(exposure.passing @ (at.share[:, None] * effects.design))
    rates = effects.rates[exposure.feature] * at.met[:, None]
    weight = at.rate[exposure.feature] * _per_passage(np.ones(len(events.ids)), at)[exposure.event]
    by_event = gather(exposure.event, weight, len(events.ids))
    near = csr_array(by_event @ exposure.near)
    for start in range(0, len(events.ids), _AT_ONCE):
        some = slice(start, min(start + _AT_ONCE, len(events.ids)))
        by_share, by_rate = np.asarray(near[some] @ by_place), np.asarray(by_event[some] @ rates)
        yield some, np.hstack([by_share, by_rate]) * effects.sd


def event_gradients(x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events) -> Floats:
    """Gradient of each event's own log density, shape (events, effects), times the event's weight."""
    at = _state(x, prior, exposure, effects, events)
    of_total = _slope_of_total(at, exposure, effects)
    pull = events.weight * at.sure
    parts = [
        pull[some, None] * (slopes - of_total)
        for some, slopes in _event_slopes(at, exposure, effects, events)
    ]
    return np.concatenate([np.zeros((0, len(x))), *parts])


def negative_hessian(
    x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events
) -> Floats:
    r"""Negative second derivatives of `log_posterior`, shape (effects, effects).

    With :math:`p_i` the part of :math:`f_i` that is not background, and slopes and curvatures as
    :math:`g' g'^T` and :math:`g''`,

    .. math:: (\log f_i)'' = p_i (1 - p_i) (\log N_i - \log M)' (\log N_i - \log M)'^T
        + p_i (\log N_i - \log M)''

    where :math:`(\log N)'' = N''/N - (\log N)' (\log N)'^T`, and N'' are second moments of the effects
    over what corridors pass, so that no event needs a matrix of its own.
    """
    at = _state(x, prior, exposure, effects, events)
    of_total = _slope_of_total(at, exposure, effects)
    pull = events.weight * at.sure
    # Of each event: pull ((1 - p)(n - m)(n - m)' - n n' + m m'), n and m the slopes of log N and log M.
    unsure = pull * (1 - at.sure)
    second = (unsure.sum() + pull.sum()) * np.outer(of_total, of_total)
    for some, slopes in _event_slopes(at, exposure, effects, events):
        mixed = np.outer(unsure[some] @ slopes, of_total)
        second -= (slopes.T * (pull[some] * at.sure[some])) @ slopes + mixed + mixed.T
    weight = at.rate[exposure.feature] * _per_passage(pull, at)[exposure.event]
    by_feature = gather(exposure.feature, weight, len(exposure.features))
    passed = ((by_feature @ exposure.near) @ exposure.passing).toarray() * at.share
    whole = at.rate[:, None] * exposure.total * at.share / at.total
    second += _moments(passed - pull.sum() * whole, effects)
    return np.asarray(np.eye(len(x)) - second)


def _moments(passed: Floats, effects: Effects) -> Floats:
    """Sum over features and corridors of what is passed times the outer product of the effects on it."""
    a, r = effects.design * effects.sd[: effects.design.shape[1]], effects.rates
    r = r * effects.sd[effects.design.shape[1] :]
    mixed = a.T @ (passed.T @ r)
    return np.block([[(a.T * passed.sum(axis=0)) @ a, mixed], [mixed.T, (r.T * passed.sum(axis=1)) @ r]])

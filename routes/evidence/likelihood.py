"""Seizures + what corridors pass -> log posterior density of the effects, and its derivatives.

Every event counts under the crossings of its own time: there is a row of prior shares for each epoch, and
the effects that act on penalties act on those of the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from routes.evidence.exposure import gather
from routes.support.threads import at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from routes.evidence.events import Events
    from routes.evidence.exposure import Exposure
    from routes.support.arrays import Floats, Ints


BACKGROUND_SHARE = 0.02  # a seizure that no listed corridor passes, or one put in the wrong place
_AT_ONCE = 5000  # events, so that memory stays bounded


@dataclass(frozen=True)
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
    shifting : ndarray of int, shape (columns,)
        Columns of the design that are another in each epoch: cost, and penalties by status.
    shift : ndarray of float, shape (epochs, corridors, columns)
        By how much they differ from the design in each epoch.
    """

    names: tuple[str, ...]
    design: Floats
    rates: Floats
    mean: Floats
    sd: Floats
    shifting: Ints = field(default_factory=lambda: np.zeros(0, int))
    shift: Floats = field(default_factory=lambda: np.zeros((1, 0, 0)))

    @property
    def share_names(self) -> tuple[str, ...]:
        """Names of the effects that move shares."""
        return self.names[: self.design.shape[1]]

    @cached_property
    def sparse_design(self) -> csr_array:
        """The design without its zeros: a corridor has a handful of effects."""
        return csr_array(self.design)


def log_posterior(
    x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events
) -> tuple[float, Floats]:
    """Log posterior density (up to a constant) and its gradient.

    Parameters
    ----------
    x : ndarray of float, shape (effects,)
        Effects in units of their prior standard deviation, about their mean.
    prior : ndarray of float, shape (corridors,) or (epochs, corridors)

    Returns
    -------
    float
    ndarray of float, shape (effects,)
    """
    at = _state(x, prior, exposure, effects, events)
    value = float(events.weight @ np.log(at.density) - 0.5 * x @ x)
    # d log f_i = pull_i (d log N_i - d log M), pull_i the part of f_i that is not background.
    pull = events.weight * at.sure
    of_total = np.bincount(at.epoch, pull, len(at.total)) / at.total
    by_row = _per_passage(pull, at)[exposure.event] * at.rate[exposure.feature]
    by_corridor = _gathered(at, exposure, np.asarray(by_row @ exposure.near))
    by_corridor -= of_total[:, None] * at.share * (at.rate @ exposure.total)
    by_feature = np.bincount(exposure.feature, by_row * at.met, len(exposure.features)).astype(float)
    by_feature -= of_total @ at.feature
    by_effect = effects.sparse_design.T @ by_corridor.sum(axis=0)
    by_effect[effects.shifting] += np.tensordot(by_corridor, _shift(effects, at), 2)
    return value, np.concatenate([by_effect, effects.rates.T @ by_feature]) * effects.sd - x


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """Densities at given effects, and the sums over corridors that their slopes need again.

    Parameters
    ----------
    share : ndarray of float, shape (epochs, corridors)
        Shares up to a factor.
    rate : ndarray of float, shape (features,)
    flow : csr_array of float, shape (places, corridors)
        Flow past each place, in its epoch.
    met : ndarray of float, shape (rows,)
        Flow past the event in each row of the exposure, at a rate of one.
    epoch : ndarray of int, shape (events,)
    passed : ndarray of float, shape (events,)
        N, the same over all features at their rates.
    feature : ndarray of float, shape (epochs, features)
        Detection in all of each feature.
    total : ndarray of float, shape (epochs,)
        M, the same over all features.
    density : ndarray of float, shape (events,)
        Of each event per km².
    sure : ndarray of float, shape (events,)
        The part of it that is not background.
    """

    share: Floats
    rate: Floats
    flow: csr_array
    met: Floats
    epoch: Ints
    passed: Floats
    feature: Floats
    total: Floats
    density: Floats
    sure: Floats


def _state(x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events) -> _State:
    truth = (1 - BACKGROUND_SHARE) * events.truth
    value = effects.mean + effects.sd * x
    moved = effects.design.shape[1]
    exponent = (effects.sparse_design @ value[:moved])[None]
    if len(effects.shifting):
        exponent = exponent + effects.shift @ value[effects.shifting]
    share = prior * np.exp(exponent - exponent.max(axis=1, keepdims=True))
    rate = np.exp(effects.rates @ value[moved:])
    passing = exposure.passing
    passes = passing.data * share.ravel()[exposure.cell]
    flow = csr_array((passes, passing.indices, passing.indptr), shape=passing.shape)
    met = exposure.near @ flow.sum(axis=1)
    passed = np.bincount(exposure.event, rate[exposure.feature] * met, len(events.ids)).astype(float)
    feature = rate * (share @ exposure.total.T)
    total = feature.sum(axis=1)
    epoch = exposure.event_epoch if len(exposure.event_epoch) else np.zeros(len(events.ids), int)
    on_road = truth * passed / total[epoch]
    density = on_road + (1 - truth) / exposure.background_area_km2
    return _State(
        share=share,
        rate=rate,
        flow=flow,
        met=met,
        epoch=epoch,
        passed=passed,
        feature=feature,
        total=total,
        density=density,
        sure=on_road / density,
    )


def _gathered(at: _State, exposure: Exposure, by_place: NDArray[Any]) -> Floats:
    """Sum of the flow past all places, each times a factor, shape (epochs, corridors)."""
    worth = np.repeat(by_place, np.diff(at.flow.indptr)) * at.flow.data
    return np.bincount(exposure.cell, worth, at.share.size).astype(float).reshape(at.share.shape)


def _shift(effects: Effects, at: _State) -> Floats:
    """Shift of the design, shape (epochs, corridors, columns), of no column where there is one epoch."""
    return effects.shift if len(effects.shifting) else np.zeros((*at.share.shape, 0))


def _shift_by_place(at: _State, exposure: Exposure, effects: Effects) -> Floats:
    """Sum of the shift over the flow past each place, shape (places, columns)."""
    shape = at.flow.shape[0], at.share.size
    by_cell = csr_array((at.flow.data, exposure.cell, at.flow.indptr), shape=shape)
    return np.asarray(by_cell @ _shift(effects, at).reshape(at.share.size, len(effects.shifting)))


def event_densities(x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events) -> Floats:
    """Density of each event per km², shape (events,)."""
    return _state(x, prior, exposure, effects, events).density


def _per_passage(pull: Floats, at: _State) -> Floats:
    """Pull of each event over N; 0 where no corridor comes near."""
    return np.divide(pull, at.passed, out=np.zeros_like(pull), where=at.passed > 0)


def _slopes_of_total(at: _State, exposure: Exposure, effects: Effects) -> Floats:
    """Slope of log M, shape (epochs, effects)."""
    by_corridor = at.share * (at.rate @ exposure.total)
    by_share = by_corridor @ effects.sparse_design
    by_share[:, effects.shifting] += (by_corridor[:, None] @ _shift(effects, at))[:, 0]
    return np.hstack([by_share, at.feature @ effects.rates]) / at.total[:, None]


def _event_slopes(
    at: _State,
    shifted: Floats,
    exposure: Exposure,
    effects: Effects,
    events: Events,
    precision: Any = np.float64,  # noqa: ANN401 - a dtype
) -> tuple[list[slice], Callable[[slice], Floats]]:
    """Slopes of log N, shape (some events, effects), some events at a time, so that memory stays bounded.

    Zero where no corridor comes near. `shifted` is from `_shift_by_place`.

    Returns
    -------
    list of slice
        Which events to take at a time.
    callable
        Gives the slopes of such.
    """
    count = len(events.ids)
    by_place = (at.flow @ effects.sparse_design).toarray()
    by_place[:, effects.shifting] += shifted
    by_place, rates = by_place.astype(precision, copy=False), effects.rates
    weight = at.rate[exposure.feature] * _per_passage(np.ones(count), at)[exposure.event]
    rows = gather(exposure.event, weight, count)
    by_feature = csr_array((weight * at.met, (exposure.event, exposure.feature)), shape=(count, len(rates)))

    def slopes(some: slice) -> Floats:
        near = csr_array(rows[some] @ exposure.near).astype(precision, copy=False)
        by_rate = np.asarray(by_feature[some] @ rates).astype(precision)
        return np.hstack([np.asarray(near @ by_place), by_rate])

    return [slice(start, min(start + _AT_ONCE, count)) for start in range(0, count, _AT_ONCE)], slopes


def event_gradients(x: Floats, prior: Floats, exposure: Exposure, effects: Effects, events: Events) -> Floats:
    """Gradient of each event's own log density, shape (events, effects), times the event's weight."""
    at = _state(x, prior, exposure, effects, events)
    of_total = _slopes_of_total(at, exposure, effects)
    pull = events.weight * at.sure
    portions, slopes = _event_slopes(at, _shift_by_place(at, exposure, effects), exposure, effects, events)
    parts = at_once(lambda some: pull[some, None] * (slopes(some) - of_total[at.epoch[some]]), portions)
    return np.concatenate([np.zeros((0, len(x))), *parts]) * effects.sd


def negative_hessian(
    x: Floats,
    prior: Floats,
    exposure: Exposure,
    effects: Effects,
    events: Events,
    *,
    single: bool = False,
) -> Floats:
    r"""Negative second derivatives of `log_posterior`, shape (effects, effects).

    With :math:`p_i` the part of :math:`f_i` that is not background, and slopes and curvatures as
    :math:`g' g'^T` and :math:`g''`,

    .. math:: (\log f_i)'' = p_i (1 - p_i) (\log N_i - \log M)' (\log N_i - \log M)'^T
        + p_i (\log N_i - \log M)''

    where :math:`(\log N)'' = N''/N - (\log N)' (\log N)'^T`, and N'' are second moments of the effects
    over what corridors pass, so that no event needs a matrix of its own. M is that of the event's epoch.

    With `single` the slopes of the events are summed in single precision, some thousands at a time: enough to
    climb by, in half the time.
    """
    at = _state(x, prior, exposure, effects, events)
    of_total = _slopes_of_total(at, exposure, effects)
    pull = events.weight * at.sure
    # Of each event: pull ((1 - p)(n - m)(n - m)' - n n' + m m'), n and m the slopes of log N and log M.
    unsure, epochs = pull * (1 - at.sure), len(at.total)
    pulled = np.bincount(at.epoch, pull, epochs)
    second = (of_total.T * (np.bincount(at.epoch, unsure, epochs) + pulled)) @ of_total
    shifted, precision = _shift_by_place(at, exposure, effects), np.float32 if single else np.float64
    portions, slopes_of = _event_slopes(at, shifted, exposure, effects, events, precision)

    def less(some: slice) -> Floats:
        slopes = slopes_of(some)
        by_epoch = gather(at.epoch[some], unsure[some].astype(slopes.dtype), epochs)
        mixed = (by_epoch @ slopes).T @ of_total
        weighted = slopes.T * (pull[some] * at.sure[some]).astype(slopes.dtype)
        return np.asarray(weighted @ slopes + mixed + mixed.T)

    for part in at_once(less, portions):
        second -= part
    weight = at.rate[exposure.feature] * _per_passage(pull, at)[exposure.event]
    near = csr_array(gather(exposure.feature, weight, len(exposure.features)) @ exposure.near)
    second += _moments(at, shifted, near, pulled / at.total, exposure, effects)
    return np.asarray(np.eye(len(x)) - second * np.outer(effects.sd, effects.sd))


def _moments(
    at: _State, by_place: Floats, near: csr_array, of_total: Floats, exposure: Exposure, effects: Effects
) -> Floats:
    """Second moments of the effects over what is passed near the events, less those over all that is passed.

    Parameters
    ----------
    by_place : ndarray of float, shape (places, columns)
        From `_shift_by_place`.
    near : csr_array of float, shape (features, places)
        Pull of the events over N on the flow past each place.
    of_total : ndarray of float, shape (epochs,)
        Pull of the events over M.
    """
    design, rates, own, shift = effects.sparse_design, effects.rates, effects.shifting, _shift(effects, at)
    whole, every = at.rate[:, None] * exposure.total, of_total[:, None] * at.share
    passed = (near @ at.flow).toarray() - whole * every.sum(axis=0)
    by_corridor = _gathered(at, exposure, np.asarray(near.sum(axis=0))) - every * whole.sum(axis=0)
    shifted = by_corridor[:, :, None] * shift
    of_shares = design.T @ (effects.design * by_corridor.sum(axis=0)[:, None])
    cross = design.T @ shifted.sum(axis=0)
    of_shares[:, own] += cross
    of_shares[own] += cross.T
    of_shares[np.ix_(own, own)] += np.tensordot(shifted, shift, ((0, 1), (0, 1)))
    mixed = design.T @ (passed.T @ rates)
    by_feature = near @ by_place - whole @ np.einsum("ec,eck->ck", every, shift)
    mixed[own] += by_feature.T @ rates
    return np.block([[of_shares, mixed], [mixed.T, (rates.T * passed.sum(axis=1)) @ rates]])

"""The log posterior density at many effects at once, by which draws are weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from routes.evidence.exposure import gather
from routes.evidence.likelihood import BACKGROUND_SHARE
from routes.support.threads import at_once

if TYPE_CHECKING:
    from routes.evidence.events import Events
    from routes.evidence.exposure import Exposure
    from routes.evidence.likelihood import Effects
    from routes.support.arrays import Floats, Ints

_CELLS_AT_ONCE = 500_000  # draws times events or corridors, so that they stay in the cache
_FEW_TIMES = 4  # more sums than places take, when events are summed one by one


def log_posteriors(
    x: Floats,
    prior: Floats,
    exposure: Exposure,
    effects: Effects,
    events: Events,
    *,
    single: bool = False,
) -> Floats:
    """Evaluate `log_posterior` of the likelihood at many effects at once, without slopes: shape (draws,).

    Parameters
    ----------
    x : ndarray of float, shape (draws, effects)
    single : bool
        Sum in single precision, in half the time: the result is then right to some 1e-5 an event, which is
        nothing to weights of draws. Where that does not hold the numbers, it is done in double precision.
    """
    precision: Any = np.float32 if single else np.float64
    prior = np.atleast_2d(prior)
    epochs, corridors = prior.shape
    distinct, which = np.zeros((1, 0)), np.zeros(prior.shape, int)
    if len(effects.shifting):
        # Few crossings change: most corridors shift alike, or not at all.
        distinct, way = distinct_rows(effects.shift.reshape(epochs * corridors, -1))
        which = way.reshape(prior.shape)
    of_event = exposure.event_epoch if len(exposure.event_epoch) else np.zeros(len(events.ids), int)
    near, over_places = _sums_of_passages(prior, which, exposure, of_event, precision)
    cell = np.indices(prior.shape).reshape(2, -1)
    over_epochs = _Sums.of(cell[0], which.ravel(), cell[1], prior.ravel().astype(precision), prior.shape)
    by_event = gather(exposure.event, np.ones(len(exposure.event)), len(events.ids))
    truth = ((1 - BACKGROUND_SHARE) * events.truth)[:, None]
    design, whole = csr_array(effects.design.astype(precision)), exposure.total.T.astype(precision)
    widest = max(exposure.near.shape[0], over_places.inner.shape[0], over_epochs.inner.shape[0], corridors)
    size = max(1, _CELLS_AT_ONCE // widest)
    found = np.zeros(len(x))

    def work_out(start: int) -> None:
        value = (effects.mean + effects.sd * x[start : start + size]).astype(precision)
        share = np.asarray(design @ value[:, : effects.design.shape[1]].T)
        share -= share.max(axis=0)
        np.exp(share, out=share)
        with np.errstate(over="ignore", invalid="ignore"):
            rate = np.exp((effects.rates @ value[:, effects.design.shape[1] :].T).astype(precision))
            factor = np.exp((distinct @ value[:, effects.shifting].T).astype(precision))
            met = over_places(share, factor)
            met = (met if near is None else near @ met) * rate[exposure.feature]
            share *= whole @ rate
            total = over_epochs(share, factor).astype(float)
            on_road = truth * (by_event @ met) / total[of_event]
        density = on_road + (1 - truth) / exposure.background_area_km2
        found[start : start + size] = events.weight @ np.log(density)

    at_once(work_out, range(0, len(x), size))
    if single and not np.isfinite(found).all():
        return log_posteriors(x, prior, exposure, effects, events)
    return np.asarray(found - 0.5 * (x**2).sum(axis=1))


def distinct_rows(table: Floats) -> tuple[Floats, Ints]:
    """Distinct rows of a table in order, and which of them each row is, as `numpy.unique` in far less time.

    Examples
    --------
    >>> rows, which = distinct_rows(np.array([[2.0, 0.0], [1.0, 5.0], [2.0, 0.0]]))
    >>> rows.tolist(), which.tolist()
    ([[1.0, 5.0], [2.0, 0.0]], [1, 0, 1])
    """
    which = np.zeros(len(table), int)
    for column in table.T:
        own, values = pd.factorize(column, sort=True)
        which, _ = pd.factorize(which * len(values) + own, sort=True)
    distinct = np.empty((which.max(initial=-1) + 1, table.shape[1]))
    distinct[which] = table
    return distinct, which


def _sums_of_passages(
    prior: Floats,
    which: Ints,
    exposure: Exposure,
    of_event: Ints,
    precision: Any,  # noqa: ANN401 - a dtype
) -> tuple[csr_array | None, _Sums]:
    """Make the sums over corridors that tell how much passes near each event, by row of the exposure.

    Few events are summed one by one; many touch the same places, each of which is then summed once, and the
    first result says how much of each is near.
    """
    met = exposure.near @ exposure.passing
    if met.nnz <= _FEW_TIMES * (exposure.near.nnz + exposure.passing.nnz):
        of_row, rows, near = of_event[exposure.event], met.tocoo(), None
    else:
        of_row = exposure.epoch if len(exposure.epoch) else np.zeros(exposure.passing.shape[0], int)
        rows, near = exposure.passing.tocoo(), exposure.near
    at = of_row[rows.row], rows.col
    weight = (rows.data * prior[at]).astype(precision)
    return near, _Sums.of(rows.row, which[at], rows.col, weight, rows.shape)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Weighted sums over corridors whose shares are shifted in few ways: shifted once for each way.

    Parameters
    ----------
    inner : csr_array of float, shape (pairs, corridors)
        Sum of the corridors of one row of the result that shift in one way.
    way : ndarray of int, shape (pairs,)
    outer : csr_array of float, shape (rows, pairs)
    """

    inner: csr_array
    way: Ints
    outer: csr_array

    @classmethod
    def of(cls, row: Ints, way: Ints, corridor: Ints, weight: Floats, shape: tuple[int, int]) -> _Sums:
        """Order weights by row, way of shifting and corridor."""
        ways = way.max(initial=0) + 1
        pairs, pair = np.unique(row * ways + way, return_inverse=True)
        inner = csr_array((weight, (pair, corridor)), shape=(len(pairs), shape[1]))
        return cls(inner, pairs % ways, gather(pairs // ways, np.ones(len(pairs), weight.dtype), shape[0]))

    def __call__(self, value: Floats, factor: Floats) -> Floats:
        """Sum a value of each corridor, shape (corridors, draws), times the factor of its way to shift."""
        parts = np.asarray(self.inner @ value)
        parts *= factor[self.way]
        return np.asarray(self.outer @ parts)

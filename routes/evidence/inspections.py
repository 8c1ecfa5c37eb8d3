r"""Logs of inspections -> what they say of the flow: k finds in n inspections, nothing found among them.

Of the goods vehicles that pass place *x* on a day, :math:`V_x`, some carry a load: the inflow of *Λ* loads a
day times the share of it that goes through *x*. So *n* inspections find

.. math:: m = n \, \frac{Λ \, φ_x}{V_x} \, p \, e^{δ_x}, \qquad
    φ_x = \frac{\sum_c s_c [x \in c]}{\sum_c s_c}

loads on average, with the chance *p* that an inspected load is found out and the place's own detection
:math:`δ_x`, which is fitted, as is *Λ*; *k* finds then have the chance of a Poisson variable. The shares
are those under the crossings as they stood in the days of the log.

A log without a find is the likelier the less goes through the place: whatever else is known, it never raises
the loads a day through the place, and more finds never lower them, nor, where one place has logs alone, its
share (the chance of the log is a falling, or with more finds a rising, function of the flow).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from routes.evidence.shares import fewest_holding

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from routes.corridors import Corridors
    from routes.evidence.epochs import Epochs
    from routes.evidence.fit import Posterior
    from routes.evidence.likelihood import Effects
    from routes.network import CrossingGraph
    from routes.parameters import Parameters
    from routes.support.arrays import Floats, Ints


INFLOW = "inflow"
"""Name of the effect that is the log of the loads a day into all processing areas."""
_LEAST = 1e-300  # share
_LEFT_OUT = 0.01  # of the flow past a place with a log
_AT_ONCE = 500  # draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspections:
    """Logs of inspections, added up by place and epoch.

    Parameters
    ----------
    places : tuple of str
        Places with a log.
    place, epoch : ndarray of int, shape (rows,)
    passing : csr_array of float, shape (rows, corridors)
        1 where a corridor passes the place.
    worth : ndarray of float, shape (rows,)
        Finds that one load a day through the place would bring: inspections over vehicles a day, times the
        chance that an inspected load is found out.
    inspected, found : ndarray of float, shape (rows,)
    """

    places: tuple[str, ...]
    place: Ints
    epoch: Ints
    passing: csr_array
    worth: Floats
    inspected: Floats
    found: Floats


def in_period(effort: pd.DataFrame, since: date | None, until: date | None) -> pd.DataFrame:
    """Rows of a log whose days all lie in the period that is asked about, as with seizures."""
    inside = np.ones(len(effort), bool)
    if since is not None:
        inside &= (effort["from"] >= np.datetime64(since)).to_numpy()
    if until is not None:
        inside &= (effort["until"] <= np.datetime64(until)).to_numpy()
    return effort[inside]


def spans_of(effort: pd.DataFrame) -> list[tuple[date, date]]:
    """First and last day of each row of a log."""
    return list(zip(effort["from"].dt.date, effort["until"].dt.date, strict=True))


def inspections_of(
    effort: pd.DataFrame,
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    epoch: Ints,
    parameters: Parameters,
) -> Inspections | None:
    """Add up the rows of a log by place and epoch; None where no listed corridor passes any of the places.

    Parameters
    ----------
    effort : DataFrame
        From `routes.read.read_effort`.
    crossing_graph, corridors
        Of the corridors that are listed.
    epoch : ndarray of int, shape (rows of the log,)
        From `routes.evidence.epochs`.
    parameters : Parameters
    """
    nodes = crossing_graph.graph.nodes
    on_way = [{nodes[node]["place"] for node in path} for path in corridors.nodes]
    names = sorted(set(effort["place"]))
    passes = np.array([[name in places for places in on_way] for name in names], float)
    passed = [i for i in range(len(names)) if passes[i].any()]
    number = {names[i]: p for p, i in enumerate(passed)}
    kept = effort["place"].isin(number).to_numpy()
    if not kept.any():
        return None
    rows = effort[kept]
    own = np.array([number[name] for name in rows["place"]], int)
    keys, row = np.unique(np.column_stack([own, epoch[kept]]), axis=0, return_inverse=True)
    row = row.reshape(-1)
    inspected = rows["inspected"].to_numpy(float)
    finds = parameters.interdiction.inspection_finds
    worth = inspected / rows["vehicles_a_day"].to_numpy(float) * finds
    return Inspections(
        places=tuple(names[i] for i in passed),
        place=keys[:, 0],
        epoch=keys[:, 1],
        passing=csr_array(passes[passed][keys[:, 0]]),
        worth=_sums(row, worth),
        inspected=_sums(row, inspected),
        found=_sums(row, rows["found"].to_numpy(float)),
    )


def _sums(group: Ints, value: Floats) -> Floats:
    return np.asarray(np.bincount(group, value), float)


def telling_of(log: Inspections, epochs: Epochs) -> Ints:
    """Corridors to fit on: those that tell of the events, and nearly all of the flow past logged places."""
    kept = [epochs.telling]
    for row in range(len(log.found)):
        here = log.passing[[row]].indices
        share = epochs.prior_share[log.epoch[row], here]
        kept.append(here[fewest_holding(share, 1 - _LEFT_OUT)])
    return np.unique(np.concatenate(kept))


def of_corridors(log: Inspections, which: Ints) -> Inspections:
    """Keep some of the corridors."""
    return replace(log, passing=csr_array(log.passing[:, which]))


def with_inspections(effects: Effects, log: Inspections, parameters: Parameters) -> Effects:
    """Add the effects that logs bring: the inflow in loads a day, and each place's own detection."""
    p = parameters.evidence
    names = (INFLOW, *(f"finds:{place}" for place in log.places))
    own = len(log.places)
    return replace(
        effects,
        names=(*effects.names, *names),
        rates=np.hstack([effects.rates, np.zeros((len(effects.rates), len(names)))]),
        mean=np.concatenate([effects.mean, [np.log(p.inflow_loads_a_day)], np.zeros(own)]),
        sd=np.concatenate([effects.sd, [p.sd_inflow], np.full(own, p.sd_inspection)]),
    )


def _shares(value: Floats, prior: Floats, effects: Effects, epoch: int) -> Floats:
    """Shares in an epoch, shape (corridors,) or (corridors, draws) for values of shape (effects, draws)."""
    moved = effects.design.shape[1]
    exponent = effects.design @ value[:moved]
    if len(effects.shifting):
        exponent += effects.shift[epoch] @ value[effects.shifting]
    exponent -= exponent.max(axis=0)
    share = np.exp(exponent, out=exponent)
    share *= prior[epoch] if value.ndim == 1 else prior[epoch][:, None]
    return np.asarray(share / share.sum(axis=0))


def _design(effects: Effects, epoch: int) -> Floats:
    design = effects.design
    if len(effects.shifting):
        design = design.copy()
        design[:, effects.shifting] += effects.shift[epoch]
    return design


def _columns(log: Inspections, effects: Effects) -> tuple[int, Ints]:
    """Where the inflow stands among the effects, and the own detection of the place of each row."""
    first = effects.names.index(INFLOW)
    return first, first + 1 + log.place


def expected_finds(value: Floats, prior: Floats, effects: Effects, log: Inspections) -> Floats:
    """Mean finds of each row at given effects, shape (rows,), or (rows, draws) for (effects, draws)."""
    prior = np.atleast_2d(prior)
    inflow, own = _columns(log, effects)
    through = np.zeros((len(log.found), *value.shape[1:]))
    for epoch in np.unique(log.epoch).tolist():
        here = np.flatnonzero(log.epoch == epoch)
        through[here] = log.passing[here] @ _shares(value, prior, effects, epoch)
    worth = log.worth if value.ndim == 1 else log.worth[:, None]
    return np.asarray(np.maximum(through, _LEAST) * worth * np.exp(value[inflow] + value[own]))


def log_chances(x: Floats, prior: Floats, effects: Effects, log: Inspections) -> Floats:
    """Log chance of the logs (up to a constant) at many effects, shape (draws,).

    Parameters
    ----------
    x : ndarray of float, shape (draws, effects)
        In units of the prior standard deviations, about the prior mean.
    """
    found = np.zeros(len(x))
    for start in range(0, len(x), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        value = (effects.mean + effects.sd * x[some]).T
        mean = expected_finds(value, prior, effects, log)
        found[some] = (log.found[:, None] * np.log(mean) - mean).sum(axis=0)
    return found


def log_chance(x: Floats, prior: Floats, effects: Effects, log: Inspections) -> tuple[float, Floats]:
    """Log chance of the logs (up to a constant) and its gradient, shape (effects,)."""
    prior = np.atleast_2d(prior)
    mean = expected_finds(effects.mean + effects.sd * x, prior, effects, log)
    away = log.found - mean
    slope = away @ _slopes(x, prior, effects, log)
    return float(log.found @ np.log(mean) - mean.sum()), np.asarray(slope)


def _slopes(x: Floats, prior: Floats, effects: Effects, log: Inspections) -> Floats:
    """Slope of the log of the mean finds of each row, shape (rows, effects)."""
    value, moved = effects.mean + effects.sd * x, effects.design.shape[1]
    slopes = np.zeros((len(log.found), len(x)))
    for epoch in np.unique(log.epoch).tolist():
        here = np.flatnonzero(log.epoch == epoch)
        share, design = _shares(value, prior, effects, epoch), _design(effects, epoch)
        past = log.passing[here] * share
        through = np.maximum(np.asarray(past.sum(axis=1)), _LEAST)
        slopes[here, :moved] = (past @ design) / through[:, None] - share @ design
    inflow, own = _columns(log, effects)
    slopes[:, inflow] = 1.0
    slopes[np.arange(len(own)), own] = 1.0
    return np.asarray(slopes * effects.sd)


def negative_curvature(x: Floats, prior: Floats, effects: Effects, log: Inspections) -> Floats:
    r"""Negative second derivatives of `log_chance`, shape (effects, effects).

    :math:`m g g^T - (k - m) (C_x - C)` for each row, with *g* the slope of :math:`\log m` and the
    covariances of the design over the corridors that pass the place and over all.
    """
    prior = np.atleast_2d(prior)
    value, moved = effects.mean + effects.sd * x, effects.design.shape[1]
    mean = expected_finds(value, prior, effects, log)
    slopes = _slopes(x, prior, effects, log)
    found = (slopes.T * mean) @ slopes
    sd = effects.sd[:moved]
    for epoch in np.unique(log.epoch).tolist():
        here = np.flatnonzero(log.epoch == epoch)
        share, design = _shares(value, prior, effects, epoch), _design(effects, epoch) * sd
        past = log.passing[here] * share
        through = np.maximum(np.asarray(past.sum(axis=1)), _LEAST)
        away = log.found[here] - mean[here]
        centre = (past @ design) / through[:, None]
        whole = share @ design
        weight = np.asarray((away / through) @ past) - away.sum() * share
        bent = (design.T * weight) @ design - (centre.T * away) @ centre + away.sum() * np.outer(whole, whole)
        found[:moved, :moved] -= bent
    return np.asarray(found)


def about_log(source: str, effort: pd.DataFrame, posterior: Posterior | None = None) -> dict[str, Any]:
    """Tell from which file a log came, how much of it counts, and the detection fitted to each place.

    ``detection`` is the posterior median of a place's own detection over what the parameters assume; of many
    fits, none is told.
    """
    about: dict[str, Any] = {
        "file": source,
        "rows": len(effort),
        "inspected": int(effort["inspected"].sum()),
        "found": int(effort["found"].sum()),
    }
    if posterior is None:
        return about
    names, draws, log = posterior.effects.names, posterior.draws, posterior.inspections
    places = () if log is None else log.places
    own = {place: np.median(draws[:, names.index(f"finds:{place}")]) for place in places}
    return about | {"detection": {place: round(float(np.exp(value)), 3) for place, value in own.items()}}

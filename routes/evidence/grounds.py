"""Posterior + events -> what each share rests on: what the seizures taught of it, and how old they are."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from routes.corridors import corridors_and_places
from routes.evidence.events import DAYS_A_YEAR
from routes.evidence.likelihood import event_gradients
from routes.evidence.shares import added_up, draw_shares, share_effects
from routes.network.status import UNGRADED
from routes.parameters import CREDIBILITY, RELIABILITY
from routes.results import Disagreement, Grounds

if TYPE_CHECKING:
    from datetime import date

    from routes.corridors import Corridors, Passed
    from routes.evidence.events import Events
    from routes.evidence.exposure import Exposure
    from routes.evidence.fit import Posterior
    from routes.evidence.likelihood import Effects
    from routes.evidence.shares import ShareDraws
    from routes.network import CrossingGraph
    from routes.support.arrays import Floats


FAR = 2.0
"""Prior standard deviations beyond which prior and seizures disagree on an effect."""
_LEAST = 1e-300  # share
_STILL = 1e-6  # spread of a log share that no effect moves, but for rounding: nothing to be learnt of
_SPREAD_DRAWS = 1000  # the standard deviation of a log share is then known to some 2 %
_AT_ONCE = 2000  # events, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Taught:
    """What the seizures taught of some shares.

    Parameters
    ----------
    learnt : ndarray of float, shape (columns,)
        By how much the standard deviation of the log share fell from prior to posterior, as a part of the
        prior's: 0 if nothing was learnt, 1 if nothing is left open; below 0 where the seizures made it less
        sure.
    events : ndarray of float, shape (columns,)
        How many events bear on the share: their effective number, by the size of their pull on it.
    age_years : ndarray of float, shape (columns,)
        Their mean age on the day that is asked about, by the same weights; NaN where none bears on it.
    """

    learnt: Floats
    events: Floats
    age_years: Floats


def prior_draws(model: Effects, draws: int, rng: np.random.Generator) -> Floats:
    """Draws of the effects as they were before any seizure, shape (draws, effects)."""
    return model.mean + model.sd * rng.standard_normal((draws, len(model.mean)))


def event_steps(posterior: Posterior, prior: Floats, exposure: Exposure, events: Events) -> Floats:
    """How far each event pulls the effects, to first order: inverse curvature times its gradient.

    Parameters
    ----------
    posterior : Posterior
    prior, exposure
        Of the corridors that the posterior was fitted on.
    events : Events

    Returns
    -------
    ndarray of float, shape (events, effects)
    """
    effects = posterior.effects
    if not len(events.ids):
        return np.zeros((0, len(posterior.mode)))
    x = _in_prior_sd(posterior.mode, effects)
    gradients = event_gradients(x, prior, exposure, effects, events)
    return np.asarray((gradients @ posterior.spread @ posterior.spread.T) * effects.sd)


def taught(
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    passed: Passed,
    shares: ShareDraws,
    posterior: Posterior,
    steps: Floats,
    age_years: Floats,
    rng: np.random.Generator,
    times: Floats | None = None,
) -> Taught:
    """Tell what the seizures taught of the share of everything that is passed.

    Parameters
    ----------
    crossing_graph, corridors
        Of the shares.
    passed : Passed
        What is asked about.
    shares : ShareDraws
        Posterior shares of the corridors, draw by draw of `posterior`.
    posterior : Posterior
    steps : ndarray of float, shape (events, effects)
        From `event_steps`.
    age_years : ndarray of float, shape (events,)
    rng : numpy.random.Generator
        For draws of the prior.
    times : ndarray of float, shape (events,), optional
        How many events alike each of them stands for. Default: one.
    """
    columns = len(passed.names)
    if not len(steps):
        return Taught(np.zeros(columns), np.zeros(columns), np.full(columns, np.nan))
    model, some = posterior.effects, slice(_SPREAD_DRAWS)
    design = share_effects(crossing_graph, corridors, model.share_names)
    moving = slice(design.shape[1])
    effects = prior_draws(model, _SPREAD_DRAWS, rng)[:, moving]
    before, _ = draw_shares(corridors.prior_share, corridors.uncovered_share, design, effects)
    now = log_spread(passed, shares.draws[some], posterior.draws[some, moving], design)
    then = log_spread(passed, before, effects, design)
    learnt = 1 - np.divide(now, then, out=np.ones(columns), where=then > _STILL)
    pull = np.zeros((3, columns))  # sums of the sizes of the pulls, of their squares, and times age
    of_row = slopes_of(passed, shares.mean, design)
    each = np.ones(len(steps)) if times is None else 1 / times
    for start in range(0, len(steps), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        size = np.abs(steps[some, moving] @ of_row.T)
        pull[0] += size.sum(axis=0)
        pull[2] += age_years[some] @ size
        pull[1] += each[some] @ np.square(size, out=size)
    known = pull[0] > 0
    events = np.divide(pull[0] ** 2, pull[1], out=np.zeros(columns), where=known)
    return Taught(learnt, events, np.divide(pull[2], pull[0], out=np.full(columns, np.nan), where=known))


def log_spread(passed: Passed, draws: Floats, effects: Floats, design: Floats) -> Floats:
    """Tell the standard deviation of the log share of each name.

    The log share of a corridor is the sum of its effects, less the log of a total that all have in common:
    the covariances of these tell its variance without a logarithm for every corridor and draw.

    Parameters
    ----------
    passed : Passed
    draws : ndarray of float, shape (draws, corridors)
        Shares.
    effects : ndarray of float, shape (draws, share effects)
        What they come from.
    design : ndarray of float, shape (corridors, share effects)
    """
    common = np.log(np.maximum(draws[:, 0], _LEAST)) - effects @ design[0]
    covariance = np.cov(np.column_stack([common, effects]), rowvar=False, bias=True)
    slopes = np.column_stack([np.ones(len(design)), design])
    variance = ((slopes @ covariance) * slopes).sum(axis=1)

    use, found = passed.use, np.empty(len(passed.names))
    alone = np.diff(use.indptr) == 1
    found[alone] = np.sqrt(np.maximum(variance, 0.0))[use.indices[use.indptr[:-1][alone]]]
    found[~alone] = np.log(np.maximum(added_up(use[~alone], draws), _LEAST)).std(axis=1)
    return found


def slopes_of(passed: Passed, share: Floats, design: Floats) -> Floats:
    """Slope of the log share of each column, shape (columns, share effects)."""
    through = passed.use @ share
    weight = passed.use.multiply(share[None, :]) / np.maximum(through, _LEAST)[:, None]
    return np.asarray(weight @ design - share @ design / share.sum())


def ages(events: Events, day: date) -> Floats:
    """Age of each event on a day, in years; one that is still to come is 0 years old.

    Examples
    --------
    >>> from datetime import date
    >>> from types import SimpleNamespace
    >>> ages(SimpleNamespace(last_day=np.array(["2010-06-30"], "datetime64[D]")), date(2020, 6, 30)).round(1)
    array([10.])
    """
    days = (np.datetime64(day) - events.last_day) / np.timedelta64(1, "D")
    return np.asarray(np.maximum(days, 0.0) / DAYS_A_YEAR)


def _in_prior_sd(value: Floats, effects: Effects) -> Floats:
    """Distance from the prior mean in prior standard deviations; 0 for an effect that is held fixed."""
    away = value - effects.mean
    return np.divide(away, effects.sd, out=np.zeros_like(away), where=effects.sd > 0)


def disagreements(posterior: Posterior) -> tuple[Disagreement, ...]:
    """Effects on which prior and seizures disagree, the farthest first.

    The posterior mean of such an effect lies beyond `FAR` prior standard deviations. It is drawn towards the
    prior, so that the seizures by themselves say something the prior hardly allows for.
    """
    effects = posterior.effects
    away = _in_prior_sd(posterior.draws.mean(axis=0), effects)
    far = sorted(np.flatnonzero(np.abs(away) > FAR).tolist(), key=lambda i: -abs(away[i]))
    parts = [effects.names[i].partition(":") for i in far]
    return tuple(
        Disagreement(kind, name, float(away[i])) for i, (kind, _, name) in zip(far, parts, strict=True)
    )


def hanging_grades(
    passed: Passed, share: Floats, of_place: dict[str, str], path_places: list[list[str]]
) -> list[str]:
    """Grade of the status that the share of each column hangs on.

    A corridor hangs on the worst grade of its gate and crossings, a crossing on its own; of a gate or an area
    it is the grade that at least half of its inflow is as good as.

    Parameters
    ----------
    passed : Passed
        Columns: corridors and places.
    share : ndarray of float, shape (corridors,)
    of_place : dict of str to str
        From `routes.network.status.status_grades`.
    path_places : list of list of str
        Gate and crossings of each corridor.
    """
    worth_of = {grade: _worth(grade) for grade in {*of_place.values(), UNGRADED}}
    worst = [
        min([of_place.get(p, UNGRADED) for p in places], key=worth_of.__getitem__) for places in path_places
    ]
    worth = np.array([worth_of[grade] for grade in worst])
    use, found = passed.use, []
    starts, members = use.indptr.tolist(), use.indices
    for (kind, name), start, end in zip(passed.names, starts, starts[1:], strict=False):
        if kind == "crossing":
            found.append(of_place.get(name, UNGRADED))
            continue
        if end - start == 1:
            found.append(worst[members[start]])
            continue
        here = members[start:end]
        best_first = here[np.argsort(-worth[here], kind="stable")]
        inflow = np.cumsum(share[best_first])
        found.append(worst[best_first[int(np.searchsorted(inflow, inflow[-1] / 2))]])
    return found


def _worth(grade: str) -> float:
    return RELIABILITY[grade[0]] * CREDIBILITY[grade[1]]


def grounds_of(
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    shares: ShareDraws,
    posterior: Posterior,
    steps: Floats,
    age_years: Floats,
    grades: dict[str, str],
    rng: np.random.Generator,
    passed: Passed | None = None,
    times: Floats | None = None,
) -> dict[tuple[str, str], Grounds]:
    """Tell what the share of every corridor and place rests on.

    Parameters
    ----------
    crossing_graph, corridors, shares, posterior
        From the rungs before.
    steps : ndarray of float, shape (events, effects)
        From `event_steps`.
    age_years : ndarray of float, shape (events,)
        From `ages`.
    grades : dict of str to str
        From `routes.network.status.status_grades`.
    rng : numpy.random.Generator
    passed : Passed, optional
        What is asked about, where it is something else.
    times : ndarray of float, shape (events,), optional
        How many events alike each of them stands for.
    """
    if passed is None:
        passed = corridors_and_places(crossing_graph.graph, corridors)
    known = taught(crossing_graph, corridors, passed, shares, posterior, steps, age_years, rng, times)
    place = {node: facts["place"] for node, facts in crossing_graph.graph.nodes(data=True)}
    on_way = [[place[n] for n in path[:-1]] for path in corridors.nodes]
    hanging = hanging_grades(passed, shares.mean, grades, on_way)
    figures = zip(known.learnt.tolist(), known.events.tolist(), known.age_years.tolist(), strict=True)
    return {
        key: Grounds(
            learnt=learnt,
            bearing_events=events,
            evidence_age_years=None if isnan(age) else age,
            status_grade=grade,
        )
        for key, (learnt, events, age), grade in zip(passed.names, figures, hanging, strict=True)
    }

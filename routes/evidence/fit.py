r"""Corridors + seizures -> posterior shares.

The posterior is log-linear in what corridors share, not a free share for each:

.. math:: s_c \propto prior_c \, e^{A_c u}, \qquad u \sim N(0, Σ)

where *A* holds the corridor's gate, crossings, processing area and cost. Seizures are a point process:
the density of one at place *i* is

.. math:: f_i = q_i \frac{\sum_c s_c X_{ic}}{\sum_c s_c D_c} + \frac{1 - q_i}{area}

with the exposure :math:`X_{ic}` of the place under corridor *c* (per km²) and the corridor's total
detectable length :math:`D_c` (km). :math:`q_i` is the chance that the record is what it says, by the grade
of its source and its substance, less a small background share. Exposure has a road part (length of road
about the place, by a normal kernel) and a node part (passages through gates, crossings, cities and
processing areas, each worth a length of road that is fitted with the rest), times the country's detection
rate, which is seizure rate x reporting rate (as in the Elephant Trade Information System's model:
Underwood, Burn & Milliken 2013) and is fitted too: seizures alone do not tell detection from traffic.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routes.corridors import places_passed
from routes.errors import RoutesError
from routes.evidence.densities import log_posteriors
from routes.evidence.exposure import NODE_KINDS, exposure_of
from routes.evidence.inspections import log_chance, log_chances, negative_curvature
from routes.evidence.likelihood import (
    Effects,
    event_densities,
    log_posterior,
    negative_hessian,
)
from routes.evidence.reweighting import PROPOSALS, reweighted
from routes.evidence.shares import SHIFTING, effect_of, share_draws, share_effects
from routes.network import PENALTY_PARTS
from routes.support.newton import highest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.corridors import Corridors
    from routes.evidence.events import Events
    from routes.evidence.exposure import Exposure
    from routes.evidence.inspections import Inspections
    from routes.evidence.shares import ShareDraws
    from routes.network import CrossingGraph
    from routes.parameters import Parameters
    from routes.support.arrays import Floats


_FLATTEST = 1e-2
_FLAT = 1e-7  # slope at the mode, per root of the number of events
_STEEP = 1e-4  # likewise: what is steeper is no mode
_ROUGHLY = 1e-3  # likewise, where it is but the start of another climb
_MANY = 4000  # events
_CLOSE = 0.02  # slope, per root of the number of events, from which on a climb is about to end
_TURNS = 4  # steps that were not to be taken
_GOES_WELL = 0.7  # what a step by a bend from before may leave of the slope
_TINY = 1e-300
_AT_ONCE = 5000  # events, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Posterior:
    """Posterior shares and draws.

    Parameters
    ----------
    effects : Effects
    mode : ndarray of float, shape (effects,)
    draws : ndarray of float, shape (draws, effects)
        From the posterior, all of the same weight: those of the Laplace approximation at the mode, taken by
        their weights (`routes.evidence.reweighting`).
    log_density : ndarray of float, shape (events,)
        Log density per km² of each event at the mode.
    spread : ndarray of float, shape (effects, effects)
        R with R Rᵀ the posterior covariance, in units of the prior standard deviations.
    pareto_k : float or None
        Over 0.7 the draws cannot be trusted. None where they are the approximation's own: without events,
        when it is exact, and with so many that it is as good.
    inspections : Inspections or None
        The logs that were taken in beside the events.
    """

    effects: Effects
    mode: Floats
    draws: Floats
    log_density: Floats
    spread: Floats
    pareto_k: float | None = None
    inspections: Inspections | None = None

    @property
    def informed(self) -> bool:
        """Whether any seizure or log was taken in; without one the posterior is the prior."""
        return bool(len(self.log_density)) or self.inspections is not None


def model_effects(
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    exposure: Exposure,
    parameters: Parameters,
    shift: Floats | None = None,
) -> Effects:
    """Effects of the model and their prior, from the parameters; `shift` is that of the epochs."""
    p = parameters.evidence
    passed = places_passed(crossing_graph.graph, corridors)
    places = sorted(effect_of(*name) for name in passed.names)
    share_names = [*places, "cost", *(f"penalty:{part}" for part in PENALTY_PARTS)]
    countries = sorted({country for country, _ in exposure.features})
    names = [*share_names, *(f"detection:{c}" for c in countries), *(f"passage:{k}" for k in NODE_KINDS)]
    rates = np.zeros((len(exposure.features), len(countries) + len(NODE_KINDS)))
    for f, (country, kind) in enumerate(exposure.features):
        rates[f, countries.index(country)] = 1
        if kind != "road":
            rates[f, len(countries) + NODE_KINDS.index(kind)] = 1
    sd_of = {
        "gate": p.sd_gate,
        "crossing": p.sd_crossing,
        "area": p.sd_area,
        "cost": p.sd_cost,
        # A penalty known to within a factor moves log shares by that factor times penalty over scale.
        "penalty": p.sd_penalty * 1000 / parameters.route_choice.scale_km,
        "detection": float(np.hypot(p.sd_seizure_rate, p.sd_reporting_rate)),
        "passage": p.sd_passage,
    }
    sd = np.array([sd_of[name.partition(":")[0]] for name in names])
    mean = np.array([_prior_mean(name, parameters) for name in names])
    shifting = [names.index(name) for name in SHIFTING] if shift is not None else []
    return Effects(
        names=tuple(names),
        design=share_effects(crossing_graph, corridors, share_names),
        rates=rates,
        mean=mean,
        sd=sd,
        shifting=np.array(shifting, int),
        shift=np.zeros((1, 0, 0)) if shift is None else shift,
    )


def _prior_mean(name: str, parameters: Parameters) -> float:
    group, _, what = name.partition(":")
    if group == "detection":
        return float(np.log(parameters.detection.get(what, 1.0) * parameters.reporting.get(what, 1.0)))
    if group == "passage":
        return float(np.log(getattr(parameters.evidence, f"passage_{what}_km")))
    return 0.0


def fit(
    prior: Floats,
    exposure: Exposure,
    effects: Effects,
    events: Events,
    draws: int,
    rng: np.random.Generator,
    log: Inspections | None = None,
) -> Posterior:
    """Mode (Newton, analytic derivatives) and posterior draws of the effects.

    `prior` has shape (corridors,), or (epochs, corridors) where the exposure tells epochs apart.
    Without events and logs of inspections the mode is the prior mean and the draws are prior draws.
    """
    x = _mode(prior, exposure, effects, events, log)
    spread = _spread_of(x, prior, exposure, effects, events, log)
    few = (log is not None or len(events.ids) > 0) and len(events.ids) <= _MANY
    standard = _standard_draws(rng, draws * PROPOSALS if few else draws, len(x), log)
    sample, k = x + standard @ spread.T, None
    if few:
        density = log_posteriors(sample, prior, exposure, effects, events, single=True)
        if log is not None:
            density += log_chances(sample, prior, effects, log)
        sample, k = reweighted(sample, standard, density, draws, rng)
    return Posterior(
        effects,
        effects.mean + effects.sd * x,
        effects.mean + effects.sd * sample,
        np.log(event_densities(x, prior, exposure, effects, events)),
        spread,
        k,
        log,
    )


def _standard_draws(rng: np.random.Generator, draws: int, effects: int, log: Inspections | None) -> Floats:
    """Draws of all effects; those of a log come last, from a stream of their own.

    So the others are drawn alike with a log and without, and chance does not move a share.
    """
    own = 0 if log is None else 1 + len(log.places)
    shared = rng.standard_normal((draws, effects - own))
    return np.hstack([shared, rng.spawn(1)[0].standard_normal((draws, own))]) if own else shared


def _mode(
    prior: Floats,
    exposure: Exposure,
    effects: Effects,
    events: Events,
    log: Inspections | None = None,
    *,
    roughly: bool = False,
) -> Floats:
    """Where the log posterior is highest, in units of the prior standard deviations.

    Newton's method, its steps damped, for the log posterior is not concave. Where events are many it starts
    from the rough mode of an eighth of them, whose bend it steps by until it is close.
    """
    count, start = len(events.ids), np.zeros(len(effects.names))
    few, near = events, exposure
    if count > _MANY:
        few, near = _some_of(events, exposure, max(_MANY // 2, count // 8))
        start = _mode(prior, near, effects, few, log, roughly=True)

    scale = float(np.sqrt(1 + count + (0.0 if log is None else log.found.sum())))
    steep, steep_then, bent, was_at, turned = np.inf, 0.0, np.zeros((0, 0)), start - np.inf, 0

    def rise(x: Floats) -> tuple[float, Floats]:
        nonlocal steep
        # The climb may look too far ahead; it takes no step to what is no number.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            value, slope = log_posterior(x, prior, exposure, effects, events)
            if log is not None:
                more, steeper = log_chance(x, prior, effects, log)
                value, slope = value + more, slope + steeper
        steep = float(np.linalg.norm(slope))
        return value, slope

    def bend(x: Floats) -> Floats:
        nonlocal bent, steep_then, was_at, turned
        if count <= _MANY:
            return _bend(x, prior, exposure, effects, events, log)
        # The bend only says how far to step: far from the end that of some events, with the weight of all, is
        # near enough, and close to it the one from before, while that goes well. Where the climb has turned
        # back several times, they are too rough a guide.
        turned, was_at = turned + np.array_equal(x, was_at), x
        misled = turned >= _TURNS
        if steep > _CLOSE * scale and len(few.ids) > _MANY and not misled:
            return _bend(x, prior, near, effects, few, log, single=True)
        if steep > _GOES_WELL * steep_then or misled:
            bent = _bend(x, prior, exposure, effects, events, log, single=True)
        steep_then = steep
        return bent

    x, slope = highest(rise, bend, start, (_ROUGHLY if roughly else _FLAT) * scale)
    steepest = float(np.abs(slope).max())
    if steepest > _STEEP * scale and not roughly:
        raise RoutesError(f"the fit to {count} events did not converge: slope {steepest:.2g} at the end")
    return x


def _some_of(events: Events, exposure: Exposure, count: int) -> tuple[Events, Exposure]:
    """Every so many of the events, at least `count`, with the weight of all."""
    some = np.arange(0, len(events.ids), max(1, len(events.ids) // count))
    few = events.take(some)
    weight = few.weight * (events.weight.sum() / max(few.weight.sum(), _TINY))
    return replace(few, weight=weight), exposure_of(exposure, some)


def _bend(
    x: Floats,
    prior: Floats,
    exposure: Exposure,
    effects: Effects,
    events: Events,
    log: Inspections | None,
    *,
    single: bool = False,
) -> Floats:
    bend = negative_hessian(x, prior, exposure, effects, events, single=single)
    return bend if log is None else bend + negative_curvature(x, prior, effects, log)


def _spread_of(
    x: Floats,
    prior: Floats,
    exposure: Exposure,
    effects: Effects,
    events: Events,
    log: Inspections | None = None,
) -> Floats:
    """Matrix R with R Rᵀ the inverse of the negative Hessian at the mode."""
    single = len(events.ids) > _MANY  # right to some 1e-5 of the spread
    curvature, directions = np.linalg.eigh(_bend(x, prior, exposure, effects, events, log, single=single))
    # Rounding may leave a direction flat or worse; the prior has a curvature of one in all of them.
    steady = (directions * np.maximum(curvature, _FLATTEST)) @ directions.T
    # Unlike the eigenvectors, whose signs are arbitrary, this root changes smoothly with the data.
    return np.asarray(np.linalg.inv(np.linalg.cholesky(steady)).T)


def posterior_shares(crossing_graph: CrossingGraph, corridors: Corridors, posterior: Posterior) -> ShareDraws:
    """Posterior shares of corridors, which need not be those that the posterior was fitted on."""
    return share_draws(
        crossing_graph, corridors, posterior.effects, posterior.draws, informed=posterior.informed
    )


def feature_rates(features: Sequence[tuple[str, str]], names: Sequence[str], effects: Floats) -> Floats:
    """Tell the detection of each feature, for each draw of the effects: shape (draws, features).

    A country or kind of place that no effect is named for counts as one.
    """
    column = {name: i for i, name in enumerate(names)}
    log_rate = np.zeros((len(effects), len(features)))
    for f, (country, kind) in enumerate(features):
        for name in (f"detection:{country}", f"passage:{kind}"):
            if name in column:
                log_rate[:, f] += effects[:, column[name]]
    return np.exp(log_rate)

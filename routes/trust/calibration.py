"""Choose what is uncertain about the model by how well it foretells seizures that it has not seen.

The events of each year are foretold from those of the years before, and the mean log density per km of road
is the score. Only the seizures given are used: what is held out for a test must not be among them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.parameters import config_text
from routes.trust.apart import known_already, one_a_place_and_day
from routes.trust.fields import land_of, scored_density
from routes.trust.refits import refits_of, years_after_the_first
from routes.trust.scoring import forecast_density, ground_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from routes.analysis import World
    from routes.evidence.events import Events
    from routes.parameters import Parameters
    from routes.trust.scoring import Ground

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]

GRID: dict[str, tuple[float, ...]] = {
    "scale_km": (120.0, 160.0, 200.0, 240.0),
    "sd_share": (0.3, 0.6, 0.9, 1.2, 1.6),
    "penalty_scale": (0.5, 1.0, 1.5, 2.0),
    "footprint_scale": (0.5, 1.0, 1.5, 2.0),
    "node_radius_km": (5.0, 10.0, 20.0),
}
"""What is tried. ``sd_share`` stands for the standard deviations of gates, crossings, areas and cost alike;
the two scales multiply all penalties and all footprints. A scale above 240 km is not tried: so many corridors
wander that 99 % of them take seconds to list; places are not known to less than 5 km."""


BELIEVED = {
    "scale_km": 200.0,
    "sd_share": 0.6,
    "penalty_scale": 1.0,
    "footprint_scale": 1.0,
    "node_radius_km": 10.0,
}
"""What was set before any seizure was looked at."""
_DRAWS = 200  # enough for a mean density; the ranking takes more


@dataclass(frozen=True, slots=True)
class Calibration:
    """Settings tried, with their scores.

    Parameters
    ----------
    tried : tuple of (settings, score, loss)
        In the order of trial. ``score`` is the mean log density per km of road over the held-out events,
        ``loss`` how far it lies below the best.
    best : dict of str to float
        The highest score.
    chosen : dict of str to float
        As near to what was believed as the seizures allow: each setting is taken back to its believed
        value while the score stays within one standard error of the best (the one-standard-error rule of
        Breiman, Friedman, Olshen & Stone 1984). Few seizures cannot tell close settings apart, and a wider
        prior follows policing where it should follow traffic.
    error : float
        Standard error of the best score, over events.
    """

    tried: tuple[tuple[dict[str, float], float, float], ...]
    best: dict[str, float]
    chosen: dict[str, float]
    error: float


def with_settings(parameters: Parameters, settings: Mapping[str, float]) -> Parameters:
    """Put settings into the parameters; the two scales multiply what was believed.

    Examples
    --------
    >>> from routes.parameters import Parameters
    >>> with_settings(Parameters(), BELIEVED | {"sd_share": 0.9}).evidence.sd_gate
    0.9
    """
    sd, times = settings["sd_share"], settings["footprint_scale"]
    e, penalties = parameters.evidence, parameters.crossing_penalties
    footprints = {name: getattr(e, name) * times for name in e.__slots__ if name.startswith("footprint_")}
    scaled = {name: getattr(penalties, name) * settings["penalty_scale"] for name in asdict(penalties)}
    return replace(
        parameters,
        route_choice=replace(parameters.route_choice, scale_km=settings["scale_km"]),
        crossing_penalties=replace(penalties, **scaled),
        evidence=replace(
            e,
            sd_gate=sd,
            sd_crossing=sd,
            sd_area=sd,
            sd_cost=sd,
            node_radius_km=settings["node_radius_km"],
            **footprints,
        ),
    )


def calibrate(
    world_of: Callable[[Parameters], World],
    events_of: Callable[[Parameters], Events],
    parameters: Parameters,
    *,
    seed: int = 1,
    grid: Mapping[str, tuple[float, ...]] = GRID,
    rounds: int = 2,
    progress: Callable[[int, dict[str, float], float], None] = lambda _n, _settings, _score: None,
) -> Calibration:
    """Search along one setting after the other, from what was believed, until nothing gains.

    Parameters
    ----------
    world_of, events_of : callable
        World and events for the parameters tried (places' reach and footprints depend on them).
    parameters : Parameters
    seed : int
        Of the draws.
    grid : mapping of str to tuple of float
        Values to try for each setting; all of `GRID` by default.
    rounds : int
        How often all settings are gone through at most.
    progress : callable
        Called with the number of settings tried, the last settings and their score.

    Returns
    -------
    Calibration

    Raises
    ------
    RoutesError
        If the events do not span two years.
    """
    start = dict(BELIEVED)
    known: dict[tuple[float, ...], Floats] = {}
    tried: list[dict[str, float]] = []
    # Every setting is scored against the places as they are stated: a footprint that is tried must not also
    # sharpen the measure.
    as_stated = events_of(parameters)
    grounds: dict[float, tuple[World, Ground]] = {}  # of the settings, only the reach of places changes them

    def densities(settings: dict[str, float]) -> Floats:
        key = tuple(settings[name] for name in start)
        if key not in known:
            asked = with_settings(parameters, settings)
            radius = settings["node_radius_km"]
            if radius not in grounds:
                world = world_of(asked)
                grounds[radius] = (world, ground_of(world))
            known[key] = held_out(*grounds[radius], events_of(asked), as_stated, asked, seed)
            tried.append(settings)
            progress(len(tried), settings, float(known[key].mean()))
        return known[key]

    best = start
    for _ in range(rounds):
        before = best
        for name, values in grid.items():
            settings = [best | {name: value} for value in values]
            best = max([best, *settings], key=lambda s: float(densities(s).mean()))
        if best == before:
            break

    def loss(settings: dict[str, float]) -> float:
        return float((densities(best) - densities(settings)).mean())

    error = float(densities(best).std(ddof=1) / np.sqrt(len(densities(best))))
    chosen = best
    for name in ("sd_share", *grid):
        back = chosen | {name: start[name]}
        if loss(back) <= error:
            chosen = back
    rows = tuple((s, float(densities(s).mean()), loss(s)) for s in tried)
    return Calibration(rows, best, chosen, error)


def held_out(
    world: World, ground: Ground, events: Events, scored: Events, parameters: Parameters, seed: int
) -> Floats:
    """Log density per km of road of each event, foretold from those of the years before it.

    `events` are fitted on, `scored` are the same events with the footprints that the score is taken with.
    Events of the first year, and those that may be one that was fitted on, have no forecast: shape
    (events foretold,).
    """
    (events, _), (scored, _) = one_a_place_and_day(events), one_a_place_and_day(scored)
    land, refits = land_of(world, scored, ground), refits_of(world, events, parameters, _DRAWS)
    found = [np.zeros(0)]
    for part in years_after_the_first(scored):
        posterior, epoch = refits.fit(part.train, seed), refits.epoch_of(part)
        model, _ = forecast_density(refits.choices, posterior, ground, refits.epochs, epoch)
        forecast = scored_density(land, model, part.train, parameters)
        known = known_already(scored.take(part.asked), scored.take(part.train))
        found.append(np.log(land.placed[part.asked[~known]] @ forecast))
    return np.concatenate(found)


def calibrated_config(parameters: Parameters, found: Calibration, product: str) -> str:
    """Write the chosen settings as a config file that ``--config`` reads."""
    score = next(score for settings, score, _ in found.tried if settings == found.chosen)
    head = f"# Held-out mean log density per km of road: {score:.4f}\n"
    return head + config_text(with_settings(parameters, found.chosen), product)

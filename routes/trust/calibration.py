"""Choose what is uncertain about the model by how well it foretells seizures that it has not seen.

The events of each year are foretold from those of the years before, and the mean log density per km of road
is the score. Only the seizures given are used: what is held out for a test must not be among them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.errors import RoutesError
from routes.parameters import config_text
from routes.read.effort import no_effort
from routes.trust.apart import known_already, one_a_place_and_day
from routes.trust.fields import land_of, mean_kernel
from routes.trust.refits import refits_of, years_after_the_first
from routes.trust.scoring import MEAN_OF, forecast_density, ground_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from routes.analysis import World
    from routes.evidence.events import Events
    from routes.parameters import Parameters
    from routes.support.arrays import Floats
    from routes.trust.refits import Part
    from routes.trust.scoring import Ground


GRID: dict[str, tuple[float, ...]] = {
    "scale_km": (120.0, 160.0, 200.0),
    "sd_share": (0.3, 0.6, 0.9, 1.2),
    "penalty_scale": (0.5, 1.0, 1.5, 2.0),
    "footprint_scale": (0.5, 1.0, 1.5, 2.0),
    "node_radius_km": (5.0, 10.0, 20.0),
    "passage_scale": (1.0, 2.0, 4.0, 8.0),
    "traffic_exponent": (0.0, 0.5, 1.0, 1.5),
    "watch_gain": (0.0, 5.0, 20.0, 40.0),
    "kernel_share": (0.0, 0.02, 0.05, 0.1, 0.2),
    "kernel_km": (15.0, 50.0, 150.0),
}
"""What is tried. ``sd_share`` stands for the standard deviations of gates, crossings, areas and cost alike;
the three scales multiply all penalties, all footprints and all passages of `PASSAGES_KM`. A scale above 200
km is not tried: at 240 km thrice as many corridors hold 99 % of the prior. Places are not known to less than
5 km."""


BELIEVED = {
    "scale_km": 200.0,
    "sd_share": 0.6,
    "penalty_scale": 1.0,
    "footprint_scale": 1.0,
    "node_radius_km": 10.0,
    "passage_scale": 1.0,
    "traffic_exponent": 0.0,
    "watch_gain": 0.0,
    "kernel_share": 0.1,
    "kernel_km": 50.0,
}
"""What was set before any seizure was looked at."""
PASSAGES_KM = {"gate": 700.0, "crossing": 500.0, "city": 50.0, "area": 1300.0}
"""Detection at a node as a length of road, as it was believed."""


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
        As near to what was believed as the seizures allow: each setting is taken back towards its believed
        value as far as the score stays within one standard error of the best (the one-standard-error rule of
        Breiman, Friedman, Olshen & Stone 1984). The error is that of the difference between the two, over the
        same events: how hard events are to foretell tells nothing of settings. Few seizures cannot tell close
        settings apart, and a wider prior follows policing where it should follow traffic.
    error : float
        Standard error of the loss of those chosen, over events.
    logged : tuple of int
        Rows of a log of inspections, by their place in it, that forecasts were fitted on.
    """

    tried: tuple[tuple[dict[str, float], float, float], ...]
    best: dict[str, float]
    chosen: dict[str, float]
    error: float
    logged: tuple[int, ...] = ()


def with_settings(parameters: Parameters, settings: Mapping[str, float]) -> Parameters:
    """Put settings into the parameters; the scales multiply what was believed.

    Examples
    --------
    >>> from routes.parameters import Parameters
    >>> with_settings(Parameters(), BELIEVED | {"sd_share": 0.9}).evidence.sd_gate
    0.9
    """
    sd, times = settings["sd_share"], settings["footprint_scale"]
    e, penalties = parameters.evidence, parameters.crossing_penalties
    footprints: Any = {
        name: getattr(e, name) * times for name in e.__slots__ if name.startswith("footprint_")
    }
    scaled = {name: getattr(penalties, name) * settings["penalty_scale"] for name in asdict(penalties)}
    passages: Any = {f"passage_{name}_km": km * settings["passage_scale"] for name, km in PASSAGES_KM.items()}
    return replace(
        parameters,
        route_choice=replace(
            parameters.route_choice,
            scale_km=settings["scale_km"],
            traffic_exponent=settings["traffic_exponent"],
        ),
        crossing_penalties=replace(penalties, **scaled),
        evidence=replace(
            e,
            sd_gate=sd,
            sd_crossing=sd,
            sd_area=sd,
            sd_cost=sd,
            node_radius_km=settings["node_radius_km"],
            watch_gain=settings["watch_gain"],
            **footprints,
            **passages,
        ),
        forecast=replace(
            parameters.forecast, kernel_share=settings["kernel_share"], kernel_km=settings["kernel_km"]
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
    effort: pd.DataFrame | None = None,
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
    effort : DataFrame, optional
        Log of inspections: each year is foretold with the rows that ended before it.
    progress : callable
        Called with the number of settings tried, the last settings and their score.

    Returns
    -------
    Calibration

    Raises
    ------
    RoutesError
        If the events do not span two years, or leave fewer than two to foretell.
    """
    # Every setting is scored against the places as they are stated: a footprint that is tried must not also
    # sharpen the measure.
    scored = one_a_place_and_day(events_of(parameters))[0]
    judge = _Judge(world_of, events_of, scored, parameters, seed, effort)
    known: dict[tuple[float, ...], Floats] = {}
    tried: list[dict[str, float]] = []

    def densities(settings: dict[str, float]) -> Floats:
        key = tuple(settings[name] for name in BELIEVED)
        if key not in known:
            known[key] = judge.log_densities(settings)
            tried.append(settings)
            progress(len(tried), settings, float(known[key].mean()))
        return known[key]

    best = dict(BELIEVED)
    for _ in range(rounds):
        before = best
        for name, values in grid.items():
            settings = [best | {name: value} for value in values]
            best = max([best, *settings], key=lambda s: float(densities(s).mean()))
        if best == before:
            break

    def loss(settings: dict[str, float]) -> tuple[float, float]:
        lost = densities(best) - densities(settings)
        return float(lost.mean()), float(lost.std(ddof=1) / np.sqrt(len(lost)))

    chosen = best
    for name in ("sd_share", *grid):
        for value in _between(BELIEVED[name], chosen[name], grid.get(name, ())):
            back = chosen | {name: value}
            lost, error = loss(back)
            if lost <= error:
                chosen = back
                break
    rows = tuple((s, float(densities(s).mean()), loss(s)[0]) for s in tried)
    return Calibration(rows, best, chosen, loss(chosen)[1], judge.logged())


def _between(first: float, last: float, values: Sequence[float]) -> list[float]:
    """Values from one on to before another, in this order.

    Examples
    --------
    >>> _between(0.1, 0.0, (0.0, 0.02, 0.05, 0.1, 0.2)), _between(1.0, 1.0, (1.0, 2.0))
    ([0.1, 0.05, 0.02], [])
    """
    inside = [value for value in values if min(first, last) <= value <= max(first, last) and value != last]
    return sorted(inside, key=lambda value: abs(value - first))


class _Judge:
    """Foretells the events of each year from those before; what settings share is worked out once."""

    def __init__(
        self,
        world_of: Callable[[Parameters], World],
        events_of: Callable[[Parameters], Events],
        scored: Events,
        parameters: Parameters,
        seed: int,
        effort: pd.DataFrame | None,
    ) -> None:
        self.world_of, self.events_of, self.parameters, self.seed = world_of, events_of, parameters, seed
        self.effort = no_effort() if effort is None else effort.reset_index(drop=True)
        self.land = land_of(world_of(parameters), scored)
        self.parts = []
        for part in years_after_the_first(scored):
            known = known_already(scored.take(part.asked), scored.take(part.train))
            if not known.all():
                self.parts.append(replace(part, asked=part.asked[~known]))
        if sum(len(part.asked) for part in self.parts) < 2:  # noqa: PLR2004 - one tells no error
            raise RoutesError("a calibration needs two events to foretell that no forecast was fitted on.")
        self.worlds: dict[tuple[float, float], World] = {}
        self.grounds: dict[float, Ground] = {}
        self.models: dict[tuple[float, ...], Floats] = {}
        self.kernels: dict[float, Floats] = {}

    def logged(self) -> tuple[int, ...]:
        """Rows of the log that some forecast is fitted on."""
        return tuple(sorted({row for part in self.parts for row in part.known_of(self.effort).index}))

    def log_densities(self, settings: dict[str, float]) -> Floats:
        """Log density per km of road of each event foretold, shape (events foretold,)."""
        share, width = settings["kernel_share"], settings["kernel_km"]
        if width not in self.kernels:
            self.kernels[width] = self._at_events(lambda part: mean_kernel(self.land, part.train, width))
        key = tuple(value for name, value in settings.items() if name not in ("kernel_share", "kernel_km"))
        if key not in self.models:
            self.models[key] = self._at_events(self._model(settings))
        return np.asarray(np.log((1 - share) * self.models[key] + share * self.kernels[width]))

    def _at_events(self, density_of: Callable[[Part], Floats]) -> Floats:
        """Density of a forecast of each year at the events that it is asked about."""
        return np.concatenate([self.land.placed[part.asked] @ density_of(part) for part in self.parts])

    def _model(self, settings: dict[str, float]) -> Callable[[Part], Floats]:
        asked = with_settings(self.parameters, settings)
        # Of the settings, only these two change a world, and only the first where places lie on roads.
        radius, gain = settings["node_radius_km"], settings["watch_gain"]
        if (radius, gain) not in self.worlds:
            self.worlds[radius, gain] = self.world_of(asked)
        world = self.worlds[radius, gain]
        if radius not in self.grounds:
            self.grounds[radius] = ground_of(world)
        ground = self.grounds[radius]
        events, _ = one_a_place_and_day(self.events_of(asked))
        refits = refits_of(world, events, asked, MEAN_OF, self.effort)

        def density(part: Part) -> Floats:
            posterior, epoch = refits.fit(part, self.seed), refits.epoch_of(part)
            return forecast_density(refits.choices, posterior, ground, refits.epochs, epoch)[0]

        return density


def calibrated_config(parameters: Parameters, found: Calibration, product: str) -> str:
    """Write the chosen settings as a config file that ``--config`` reads."""
    score = next(score for settings, score, _ in found.tried if settings == found.chosen)
    head = f"# Held-out mean log density per km of road: {score:.4f}\n"
    return head + config_text(with_settings(parameters, found.chosen), product)

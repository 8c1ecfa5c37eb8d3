"""Fits to one part of the events after another, and the years that are foretold from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from routes.analysis import choice_set_for, epochs_for, expose
from routes.errors import RoutesError
from routes.evidence.exposure import exposure_of
from routes.evidence.fit import fit, model_effects
from routes.trust.scoring import MEAN_OF

if TYPE_CHECKING:
    from routes.analysis import ChoiceSet, World
    from routes.evidence.epochs import Epochs
    from routes.evidence.events import Events
    from routes.evidence.exposure import Exposure
    from routes.evidence.fit import Posterior
    from routes.evidence.likelihood import Effects
    from routes.parameters import Parameters
    from routes.support.arrays import Ints


_DRAWS = 2 * MEAN_OF  # a forecast is a mean over draws; the ranking takes more for its intervals


@dataclass(frozen=True, slots=True)
class Part:
    """A year to be foretold: which events the forecast is fitted on, and which it is asked about."""

    year: int
    train: Ints
    asked: Ints


def years_after_the_first(events: Events) -> list[Part]:
    """Each year, to be foretold from those before it.

    Raises
    ------
    RoutesError
        If the events do not span two years.
    """
    year = _years(events)
    return [Part(y, np.flatnonzero(year < y), np.flatnonzero(year == y)) for y in _two_or_more(year)[1:]]


def years_left_out(events: Events) -> list[Part]:
    """Each year, to be foretold from all others; raises as `years_after_the_first`."""
    year = _years(events)
    return [Part(y, np.flatnonzero(year != y), np.flatnonzero(year == y)) for y in _two_or_more(year)]


def years_of_a_test(train: Events, test: Events) -> list[Part]:
    """Each year of the second events, to be foretold from the first; numbered as both joined."""
    year, count = _years(test), len(train.ids)
    return [
        Part(int(y), np.arange(count), count + np.flatnonzero(year == y)) for y in np.unique(year).tolist()
    ]


def _years(events: Events) -> Ints:
    return np.asarray(events.last_day.astype("datetime64[Y]").astype(int) + 1970)


def _two_or_more(years: Ints) -> list[int]:
    distinct = [int(year) for year in np.unique(years)]
    if len(distinct) < 2:  # noqa: PLR2004 - one year cannot foretell another
        raise RoutesError("a test of forecasts needs located seizures of at least two years.")
    return distinct


@dataclass(frozen=True, slots=True)
class Refits:
    """What all fits to some of the events share: corridors, epochs, exposure, effects."""

    choices: ChoiceSet
    epochs: Epochs
    exposure: Exposure
    effects: Effects
    events: Events
    draws: int

    def epoch_of(self, part: Part) -> int:
        """Under which prior shares a year is foretold: those of its events."""
        return int(self.epochs.of_event[part.asked[0]])

    def fit(self, which: Ints, seed: int) -> Posterior:
        """Fit to some of the events, in order."""
        return fit(
            self.epochs.prior_share[:, self.epochs.telling],
            exposure_of(self.exposure, which),
            self.effects,
            self.events.take(which),
            self.draws,
            np.random.default_rng(seed),
        )


def refits_of(world: World, events: Events, parameters: Parameters, draws: int = _DRAWS) -> Refits:
    """Make ready to fit to one part of the events after another.

    The list of corridors is that of the whole time of the events, so that it is made once.
    """
    first, last = (day.astype(date) for day in (events.last_day.min(), events.last_day.max()))
    choices = choice_set_for(world, parameters, date(first.year, 1, 1), date(last.year, 12, 31))
    epochs = epochs_for(choices, events, parameters)
    exposure = expose(choices, events, epochs)
    effects = model_effects(choices.crossing_graph, choices.corridors, exposure, parameters, epochs.shift)
    telling = epochs.telling
    effects = replace(effects, design=effects.design[telling], shift=effects.shift[:, telling])
    return Refits(choices, epochs, exposure, effects, events, min(draws, parameters.evidence.draws))

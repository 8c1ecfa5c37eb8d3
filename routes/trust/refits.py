"""Fits to one part of the events after another, and the years that are foretold from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from routes.analysis import choice_set_for, epochs_and_log, epochs_for, expose, fit_events
from routes.errors import RoutesError
from routes.evidence.exposure import exposure_of, part_by_epoch
from routes.evidence.fit import fit, model_effects
from routes.read.effort import no_effort
from routes.trust.scoring import MEAN_OF

if TYPE_CHECKING:
    import pandas as pd

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
    """A year to be foretold: which events the forecast is fitted on, and which it is asked about.

    ``later`` says whether it is made from what came after the year, too.
    """

    year: int
    train: Ints
    asked: Ints
    later: bool = False

    def known_of(self, effort: pd.DataFrame) -> pd.DataFrame:
        """Rows of a log that the forecast may be fitted on: those with no day in the year, or after it.

        Examples
        --------
        >>> import pandas as pd
        >>> days = ["2010-12-31", "2011-01-01", "2011-06-30", "2012-01-01"]
        >>> begun = ["2010-07-01", "2010-12-31", "2011-06-01", "2012-01-01"]
        >>> log = pd.DataFrame({"from": pd.to_datetime(begun), "until": pd.to_datetime(days)})
        >>> nothing = np.zeros(0, int)
        >>> [list(Part(2011, nothing, nothing, later).known_of(log).index) for later in (False, True)]
        [[0], [0, 3]]
        """
        known = effort["until"] < np.datetime64(f"{self.year}-01-01")
        if self.later:
            known |= effort["from"] > np.datetime64(f"{self.year}-12-31")
        return effort[known]


def years_after_the_first(events: Events) -> list[Part]:
    """Each year, to be foretold from those before it.

    Raises
    ------
    RoutesError
        If the events do not span two years.
    """
    year = events.years
    return [Part(y, np.flatnonzero(year < y), np.flatnonzero(year == y)) for y in _two_or_more(year)[1:]]


def years_left_out(events: Events) -> list[Part]:
    """Each year, to be foretold from all others; raises as `years_after_the_first`."""
    year = events.years
    return [
        Part(y, np.flatnonzero(year != y), np.flatnonzero(year == y), later=True) for y in _two_or_more(year)
    ]


def years_of_a_test(train: Events, test: Events) -> list[Part]:
    """Each year of the second events, to be foretold from the first; numbered as both joined."""
    year, count = test.years, len(train.ids)
    return [
        Part(int(y), np.arange(count), count + np.flatnonzero(year == y)) for y in np.unique(year).tolist()
    ]


def _two_or_more(years: Ints) -> list[int]:
    distinct = [int(year) for year in np.unique(years)]
    if len(distinct) < 2:  # noqa: PLR2004 - one year cannot foretell another
        raise RoutesError("a test of forecasts needs located seizures of at least two years.")
    return distinct


@dataclass(frozen=True, slots=True)
class Refits:
    """What all fits to some of the events share: corridors, epochs, exposure, effects.

    ``measured`` is the exposure before its epochs are told apart, ``effort`` a log of inspections.
    """

    choices: ChoiceSet
    epochs: Epochs
    exposure: Exposure
    measured: Exposure
    effects: Effects
    events: Events
    parameters: Parameters
    effort: pd.DataFrame

    def epoch_of(self, part: Part) -> int:
        """Under which prior shares a year is foretold: those of its events."""
        return int(self.epochs.of_event[part.asked[0]])

    def fit(self, part: Part, seed: int) -> Posterior:
        """Fit to the events of a part, in order, and to what of the log its forecast may know."""
        events, rows = self.events.take(part.train), part.known_of(self.effort)
        if len(rows):
            # Epochs of their own, so that no row that is not known has a say in which corridors tell.
            epochs, log = epochs_and_log(self.choices, self.events, rows, self.parameters)
            near = exposure_of(part_by_epoch(self.measured, epochs.of_event, epochs.telling), part.train)
            return fit_events(self.choices, events, self.parameters, seed, epochs, near, log)
        return fit(
            self.epochs.prior_share[:, self.epochs.telling],
            exposure_of(self.exposure, part.train),
            self.effects,
            events,
            self.parameters.evidence.draws,
            np.random.default_rng(seed),
        )


def refits_of(
    world: World,
    events: Events,
    parameters: Parameters,
    draws: int = _DRAWS,
    effort: pd.DataFrame | None = None,
) -> Refits:
    """Make ready to fit to one part of the events after another.

    The list of corridors is that of the whole time of the events, so that it is made once.
    """
    first, last = (day.astype(date) for day in (events.last_day.min(), events.last_day.max()))
    choices = choice_set_for(world, parameters, date(first.year, 1, 1), date(last.year, 12, 31))
    epochs, measured = epochs_for(choices, events, parameters), expose(choices, events)
    telling = epochs.telling
    exposure = part_by_epoch(measured, epochs.of_event, telling)
    effects = model_effects(choices.crossing_graph, choices.corridors, exposure, parameters, epochs.shift)
    effects = replace(effects, design=effects.design[telling], shift=effects.shift[:, telling])
    few = replace(parameters.evidence, draws=min(draws, parameters.evidence.draws))
    return Refits(
        choices=choices,
        epochs=epochs,
        exposure=exposure,
        measured=measured,
        effects=effects,
        events=events,
        parameters=replace(parameters, evidence=few),
        effort=no_effort() if effort is None else effort.reset_index(drop=True),
    )

"""Does the ranking foretell later seizures? Fitted on what came before, scored on what came after.

Beside the forecast stand "where to stand" and five plain forecasts (`routes.trust.fields`). The list of
corridors is that of the whole time of the events; each year's shares are those of its own crossings and
processing areas, and each event is fitted on under those of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.errors import RoutesError
from routes.evidence.events import joined
from routes.trust.apart import known_already, one_a_place_and_day
from routes.trust.fields import BASELINES, RANKING, fields_from, land_of
from routes.trust.measures import (
    METRICS,
    Scores,
    joined_scores,
    judge_of,
    mean_with_interval,
    resamples,
    score,
    values_of,
)
from routes.trust.refits import Part, refits_of, years_after_the_first, years_left_out, years_of_a_test

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from routes.analysis import World
    from routes.evidence.events import Events
    from routes.parameters import Parameters
    from routes.trust.scoring import Ground


@dataclass(frozen=True, slots=True)
class Backtest:
    """Scores of the forecasts over the same events.

    ``origins`` tells, for each time of forecast, how many events it was fitted on and how many it
    foretold. ``merged`` are events of the same place and day as another, which counts for them; ``dropped``
    those so near to an event fitted on, in place and time, that they may be the same (`routes.trust.apart`).
    ``days`` is the last day that each event's date can mean. ``logged`` are the rows of a log of inspections,
    by their place in it, that a forecast was fitted on.
    """

    events: tuple[str, ...]
    days: tuple[str, ...]
    origins: tuple[tuple[str, int, int], ...]
    scores: dict[str, Scores]
    seed: int
    merged: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    logged: tuple[int, ...] = ()


def rolling_backtest(
    world: World,
    events: Events,
    parameters: Parameters,
    *,
    seed: int = 1,
    ground: Ground | None = None,
    effort: pd.DataFrame | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Backtest:
    """Forecast the events of each year from those of the years before.

    Parameters
    ----------
    world : World
        From `routes.analysis.build_world`.
    events : Events
    parameters : Parameters
    seed : int
        Of the draws and of the bootstrap.
    ground : Ground, optional
        Of `routes.trust.scoring.ground_of` the world, where there is one already.
    effort : DataFrame, optional
        Log of inspections (`routes.read.effort.read_effort`): each year is foretold with the rows that ended
        before it.
    progress : callable
        Called with the number of years done and the number of years in all.

    Raises
    ------
    RoutesError
        If the events do not span two years.
    """
    events, merged = one_a_place_and_day(events)
    parts = years_after_the_first(events)
    return _foretell(world, events, parts, parameters, seed, merged, effort, ground, progress)


def left_out_backtest(
    world: World,
    events: Events,
    parameters: Parameters,
    *,
    seed: int = 1,
    ground: Ground | None = None,
    effort: pd.DataFrame | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Backtest:
    """Foretell the events of each year from those of all other years, earlier and later.

    There is more to fit on than in `rolling_backtest`, and no forecast could have been made so: it tells what
    the model is worth with as much evidence as there is now. Parameters are those of `rolling_backtest`; of
    a log, the rows with no day in the year count.
    """
    events, merged = one_a_place_and_day(events)
    parts = years_left_out(events)
    return _foretell(world, events, parts, parameters, seed, merged, effort, ground, progress)


def split_backtest(
    world: World,
    train: Events,
    test: Events,
    parameters: Parameters,
    *,
    seed: int = 1,
    effort: pd.DataFrame | None = None,
) -> Backtest:
    """Forecast one set of events from another, each under the crossings as they stood in its year.

    Of a log, the rows count that ended before the year that is foretold.
    """
    if not len(train.ids) or not len(test.ids):
        raise RoutesError("a backtest needs located seizures in both files.")
    (train, _), (test, merged) = one_a_place_and_day(train), one_a_place_and_day(test)
    both, parts = joined(train, test), years_of_a_test(train, test)
    return _foretell(world, both, parts, parameters, seed, merged, effort)


def _foretell(
    world: World,
    events: Events,
    parts: list[Part],
    parameters: Parameters,
    seed: int,
    merged: tuple[str, ...],
    effort: pd.DataFrame | None,
    ground: Ground | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Backtest:
    """Forecast each year's events, but for those that the forecast was fitted on under another name."""
    if not parts:
        raise RoutesError("a backtest needs located seizures of at least two years.")
    land = land_of(world, events, ground)
    judge, refits = judge_of(world, land), refits_of(world, events, parameters, effort=effort)
    scores, origins, asked = [], [], np.zeros(0, int)
    dropped: list[str] = []
    logged: set[int] = set()
    for done, part in enumerate(parts):
        known = known_already(events.take(part.asked), events.take(part.train))
        dropped += [events.ids[i] for i in part.asked[known]]
        test = part.asked[~known]
        if len(test):
            posterior = refits.fit(part, seed)
            epoch, day = refits.epoch_of(part), date(part.year, 1, 1)
            made = (land, refits.choices, posterior, part.train, parameters, day, refits.epochs, epoch)
            fields = dict(fields_from(*made))
            scores.append({name: score(judge, field, test) for name, field in fields.items()})
            origins.append((f"{part.year}-01-01", len(part.train), len(test)))
            logged |= set(part.known_of(refits.effort).index)
            asked = np.concatenate([asked, test])
        progress(done + 1, len(parts))
    if not scores:
        raise RoutesError("every event to foretell is one that the forecast was fitted on.")
    ids, days = tuple(events.ids[i] for i in asked), tuple(str(day) for day in events.last_day[asked])
    return Backtest(
        events=ids,
        days=days,
        origins=tuple(origins),
        scores=joined_scores(scores),
        seed=seed,
        merged=merged,
        dropped=tuple(dropped),
        logged=tuple(sorted(logged)),
    )


def summary(found: Backtest) -> dict[str, dict[str, dict[str, Any]]]:
    """Mean of each metric with its 90 % bootstrap interval over events, JSON-ready: model -> metric.

    Every forecast but the ranking's tells by how much the ranking is better in log density. One event has no
    interval.
    """
    sample = resamples(len(found.events), found.seed)
    result: dict[str, dict[str, dict[str, Any]]] = {}
    for name, scores in found.scores.items():
        result[name] = {metric: mean_with_interval(values_of(scores, metric), sample) for metric in METRICS}
        if name != RANKING:
            better = found.scores[RANKING].log_density - scores.log_density
            result[name]["ranking_is_better_by"] = mean_with_interval(better, sample)
    return result


def differences(found: Backtest, of: str = RANKING) -> dict[str, dict[str, dict[str, Any]]]:
    """By how much a forecast's score lies above each baseline's: baseline -> metric, paired over events.

    For the Brier score lower is better, so that a negative difference speaks for the forecast.
    """
    sample = resamples(len(found.events), found.seed)
    return {
        name: {
            metric: mean_with_interval(
                values_of(found.scores[of], metric) - values_of(found.scores[name], metric), sample
            )
            for metric in METRICS
        }
        for name in BASELINES
    }


def has_skill(found: Backtest) -> bool:
    """Whether the ranking's mean log density is above that of every baseline."""
    ranking = found.scores[RANKING].log_density.mean()
    return all(ranking > found.scores[name].log_density.mean() for name in BASELINES)

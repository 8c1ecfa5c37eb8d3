"""Two rankings -> which corridors rose and which fell, why, and how sure that is.

A share differs between two sides for two reasons: crossings opened and closed, which the status table says,
and the seizures say something else. The two are told apart by a step between: the network of the second side
with what the seizures of the first taught. What lies before the step is the status table's part, what lies
behind it the seizures' part; only of that is likelihood told, and its draws are independent on both sides.

Where hundreds of rows are looked at, some differ much by chance. So the seizures of both sides are dealt out
anew, at random, in two heaps of the same sizes, and it is seen how far the most changed row moves then. Words
are said only of rows that moved farther than nine in ten of those.

A row of a log of inspections belongs to the side in whose time its days lie, and counts with the seizures of
that side. Finds are dealt out anew, too: those of a place over all of its rows, on either side.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from routes.analysis import epochs_of_both, expose, fit_events, log_for
from routes.corridors import corridors_and_places
from routes.errors import RoutesError
from routes.evidence.events import joined
from routes.evidence.exposure import exposure_of
from routes.evidence.fit import posterior_shares
from routes.evidence.grounds import slopes_of
from routes.evidence.shares import ShareDraws, changes, share_draws, share_effects
from routes.results import Chance, Change90, Count, Share
from routes.support.described import Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routes.analysis import Analysis
    from routes.evidence.fit import Posterior
    from routes.evidence.inspections import Inspections
    from routes.parameters import Parameters
    from routes.support.arrays import Floats


NIL = 0.005
"""Share up to which the seizures' part of a change is about nil, so that no likelihood is told."""
BY_CHANCE = 0.1
"""Chance of so large a change anywhere, in seizures dealt out anew, up to which likelihood is told."""
DEALS = 19
_SECOND = 1_000_003  # added to the seed for draws that are others


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one corridor's or place's share: the parts of status and seizures sum to it.

    The interval is that of the seizures' part.
    """

    id: Annotated[str, "Id of the corridor or place."]
    kind: Annotated[str, Rule(enum=("corridor", "gate", "crossing", "processing_area")), "What it is."]
    before: Annotated[Share, "Share before."]
    after: Annotated[Share, "Share after."]
    change: Annotated[float, "Share after less share before."] = field(init=False)
    by_status: Annotated[float, "Part of the change that the status table made: crossings opened and closed."]
    by_seizures: Annotated[
        float, "Part of the change that the evidence made: the seizures, and the log of inspections if any."
    ]
    interval_90: Change90
    rise_probability: Annotated[
        Chance, "Chance that the seizures' part is above 0, from draws independent on both sides."
    ]
    by_chance: Annotated[
        Chance, "Chance that the same seizures, dealt out at random to the two sides, move any row as far."
    ]
    told: Annotated[
        bool,
        "Whether a likelihood is told: the seizures' part is half a percentage point or more, and the chance "
        "of as large a change by dealing out is at most 10 %.",
    ]

    def __post_init__(self) -> None:
        """Work out the change."""
        object.__setattr__(self, "change", self.after - self.before)


def compare(before: Analysis, after: Analysis, parameters: Parameters) -> tuple[Change, ...]:
    """Compare two analyses, largest change first.

    A corridor that only one of them lists counts as share 0 in the other, whose unlisted corridors hold
    less than one per cent together.

    Returns
    -------
    tuple of Change
        Corridors, gates, crossings and processing areas.

    Raises
    ------
    RoutesError
        If one of them has no located event, and no log of inspections.
    """
    for name, side in (("before", before), ("after", after)):
        if not side.posterior.informed:
            period = side.ranking.provenance["period"]
            raise RoutesError(
                f"{name}: no located event from {period['since']} to {period['until']}, so there is "
                "nothing to compare. Choose a period with seizures; routes validate lists those in the file."
            )
    pair = _Pair(before, after, parameters)
    passed = corridors_and_places(after.untied.graph, after.corridors)
    own = before.shares.through(corridors_and_places(before.untied.graph, before.corridors))
    between, independent = (pair.shares(side).through(passed) for side in (pair.first, pair.independent))
    behind = after.shares.through(passed)
    low, high = changes(independent, behind).interval()
    rise, chance = rise_chances(independent, behind), pair.by_chance()
    first = changes(own, between)
    seizures = {key: i for i, key in enumerate(passed.names)}
    rows = []
    for i, (kind, name) in enumerate(first.names):
        j = seizures.get((kind, name))
        by_seizures = float(behind.mean[j] - between.mean[j]) if j is not None else 0.0
        start, middle = float(first.before[i]), float(first.after[i])
        rows.append(
            Change(
                id=name,
                kind=kind,
                before=start,
                after=middle + by_seizures,
                by_status=middle - start,
                by_seizures=by_seizures,
                interval_90=(float(low[j]), float(high[j])) if j is not None else (0.0, 0.0),
                rise_probability=float(rise[j]) if j is not None else 0.5,
                by_chance=float(chance[j]) if j is not None else 1.0,
                told=j is not None and abs(by_seizures) >= NIL and bool(chance[j] <= BY_CHANCE),
            )
        )
    return tuple(sorted(rows, key=lambda c: (-abs(c.change), c.id)))


def rise_chances(before: ShareDraws, after: ShareDraws) -> Floats:
    """Chance that each share is higher after, over all pairs of draws of the two sides.

    Examples
    --------
    >>> draws = np.array([[0.1], [0.2], [0.4]])
    >>> side = ShareDraws((("gate", "x"),), draws, draws.mean(axis=0), 0.0)
    >>> rise_chances(side, side).tolist()
    [0.5]
    """
    found = []
    for a, b in zip(*(np.sort(side.draws, axis=0).T for side in (before, after)), strict=True):
        below, up_to = (np.searchsorted(a, b, side=side).mean() for side in ("left", "right"))
        found.append((below + up_to) / (2 * len(a)))
    return np.array(found)


def finds_dealt_out(effort: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Deal the finds of each place out anew over its rows, as if the same flow had passed in all of them.

    Each find falls on a row with a chance that goes by the vehicles inspected there over those that passed.

    Examples
    --------
    >>> log = pd.DataFrame({"place": ["x", "y", "x"], "inspected": [90.0, 20.0, 10.0],
    ...                     "vehicles_a_day": 300.0, "found": [0.0, 5.0, 8.0]})
    >>> dealt = finds_dealt_out(log, np.random.default_rng(1))
    >>> dealt["found"].tolist(), log["found"].tolist()
    ([7.0, 5.0, 1.0], [0.0, 5.0, 8.0])
    """
    found = effort["found"].to_numpy(float).copy()
    worth = (effort["inspected"] / effort["vehicles_a_day"]).to_numpy(float)
    for rows in effort.groupby("place").indices.values():
        found[rows] = rng.multinomial(round(found[rows].sum()), worth[rows] / worth[rows].sum())
    return effort.assign(found=found)


@dataclass(frozen=True, slots=True)
class LogRows:
    """How the rows of a log of inspections were shared out between two sides."""

    before: Annotated[Count, "Rows that count before."]
    after: Annotated[Count, "Rows that count after."]
    both: Annotated[Count, "Rows that count on both sides, whose times overlap."]
    neither: Annotated[Count, "Rows with a day outside of either time: they count on no side."]


def log_rows(effort: pd.DataFrame, before: Analysis, after: Analysis) -> LogRows | None:
    """Count on which side the rows of a log stand; None without a log."""
    if effort.empty:
        return None
    first, second = set(before.effort.index), set(after.effort.index)
    return LogRows(len(first), len(second), len(first & second), len(effort) - len(first | second))


class _Pair:
    """The events of two sides on one network: that of the second."""

    def __init__(self, before: Analysis, after: Analysis, parameters: Parameters) -> None:
        self.parameters = after.region.parameters(parameters)
        self.after, self.choices = after, after.choices
        self.events = joined(before.events, after.events)
        self.effort = pd.concat([before.effort, after.effort], ignore_index=True)
        self.logged_first = np.arange(len(self.effort)) < len(before.effort)
        self.epochs, self.of_row = epochs_of_both(self.choices, self.events, self.effort, self.parameters)
        self.exposure = expose(self.choices, self.events, self.epochs)
        self.seed = int(after.ranking.provenance["seed"])
        self.split = np.arange(len(self.events.ids)) < len(before.events.ids)
        own, draws = np.flatnonzero(self.split), self.parameters.evidence.draws
        log = self._log(self.effort, self.logged_first)
        # Twice: with the draws of the ranking, so that nothing but evidence and status moves a share, and
        # with others, so that the likelihood rests on draws that have nothing to do with one another.
        self.first = self._fit(own, draws, self.seed, log)
        self.independent = self._fit(own, draws, self.seed + _SECOND, log)

    def _fit(self, which: NDArray[np.intp], draws: int, seed: int, log: Inspections | None) -> Posterior:
        few = replace(self.parameters, evidence=replace(self.parameters.evidence, draws=draws))
        part = exposure_of(self.exposure, which)
        return fit_events(self.choices, self.events.take(which), few, seed, self.epochs, part, log)

    def _log(self, effort: pd.DataFrame, rows: NDArray[np.bool_]) -> Inspections | None:
        return log_for(self.choices, effort[rows], self.of_row[rows], self.parameters)

    def shares(self, side: Posterior) -> ShareDraws:
        """Shares on the network of the second side, with what some seizures taught."""
        return posterior_shares(self.choices.crossing_graph, self.choices.corridors, side)

    def by_chance(self) -> Floats:
        """Chance of so large a change of any row, when the events are dealt out anew."""
        seen = self._distance(self.first, self.after.posterior)
        rng = np.random.default_rng([self.seed, 2])
        largest = []
        for _ in range(DEALS):
            dealt, effort = rng.permutation(self.split), finds_dealt_out(self.effort, rng)
            before, after = (
                self._fit(np.flatnonzero(dealt == first), 1, 0, self._log(effort, self.logged_first == first))
                for first in (True, False)
            )
            largest.append(self._distance(before, after).max())
        beyond = (np.array(largest)[:, None] >= seen).sum(axis=0)
        return np.asarray((1 + beyond) / (1 + DEALS))

    def _distance(self, before: Posterior, after: Posterior) -> Floats:
        """Change of the log share of each row from mode to mode, in standard deviations of it."""
        graph, listed, model = self.choices.crossing_graph, self.choices.corridors, before.effects
        passed = corridors_and_places(graph.graph, listed)
        count = len(model.share_names)
        modes = np.stack([side.mode[:count] for side in (before, after)])  # logs bring others, each its own
        shares = share_draws(graph, listed, model, modes)
        through = np.log(np.maximum(shares.through(passed).draws, 1e-300))
        slopes = slopes_of(passed, shares.mean, share_effects(graph, listed, model.share_names))
        slopes = slopes * model.sd[:count]
        variance = sum(((slopes @ side.spread[:count]) ** 2).sum(axis=1) for side in (before, after))
        return np.asarray(np.abs(through[1] - through[0]) / np.sqrt(variance))

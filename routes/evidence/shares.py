"""Effects + corridors -> shares of the inflow, draw by draw, and what is asked of them.

Everything that tells a share with its interval or its chances takes them from one `ShareDraws`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from routes.corridors import places_passed
from routes.support.parallel import each
from routes.support.threads import at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.corridors import Corridors, Passed
    from routes.evidence.likelihood import Effects
    from routes.network import CrossingGraph
    from routes.support.arrays import Floats, Ints

    Key = tuple[str, str]

INTERVAL = (0.05, 0.95)
"""Bounds of the 90 % interval."""
TOP = 10
"""How many are 'the first ones' whose chance is told."""
SURE = 0.8
"""Chance from which on one share counts as above another."""
SHIFTING = ("cost", "penalty:restricted", "penalty:closed")
"""Effects that act in another strength in each epoch, as crossings open and close."""
_SHORT = {"processing_area": "area"}
_DRAWS_AT_ONCE = 500
_CELLS_AT_ONCE = 500_000  # draws times corridors, so that they stay in the cache
_ROWS_AT_ONCE = 64
_LIKELY = 4  # times as many as are asked for
_MUCH = 2e10  # multiplications: some ten seconds


@dataclass(frozen=True)
class ShareDraws:
    """Shares of the inflow in draws of the effects, all of the same weight.

    Parameters
    ----------
    names : tuple of (str, str)
        What each column is of: ``("corridor", id)``, or what corridors were added up to: (kind of node, id)
        of a place, the two nodes of a leg.
    draws : ndarray of float, shape (draws, columns)
        The draws of one column lie side by side in memory: most of what is asked is of columns.
    mean : ndarray of float, shape (columns,)
        The share that is told: the mean over the draws, or the prior share where nothing was seized.
    rest : float
        The share of what is not listed; with `mean` over all corridors it sums to one.

    Examples
    --------
    >>> from routes.corridors import Passed
    >>> from scipy.sparse import csr_array
    >>> draws = np.array([[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]])
    >>> of_corridors = ShareDraws(tuple(("corridor", c) for c in "abc"), draws, draws.mean(axis=0), 0.0)
    >>> gates = Passed((("gate", "x"), ("gate", "y")), csr_array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    >>> through = of_corridors.through(gates)
    >>> through.draws.round(1).tolist(), through.top(1).tolist()
    ([[0.8, 0.2], [0.4, 0.6]], [0.5, 0.5])
    """

    names: tuple[Key, ...]
    draws: Floats
    mean: Floats
    rest: float

    @cached_property
    def largest(self) -> Floats:
        """Largest share of each column in any draw, shape (columns,)."""
        return np.asarray(self.draws.max(axis=0))

    def through(self, passed: Passed) -> ShareDraws:
        """Add up the corridors that pass each place, or each leg."""
        return ShareDraws(passed.names, added_up(passed.use, self.draws).T, passed.use @ self.mean, self.rest)

    def take(self, which: Ints) -> ShareDraws:
        """Keep some of the columns."""
        names = tuple(self.names[i] for i in which)
        return ShareDraws(names, self.draws.T[which].T, self.mean[which], self.rest)

    def interval(self) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the 90 % intervals, shape (columns,) each."""
        return interval_of(self.draws)

    def top(self, count: int = TOP) -> Floats:
        """Share of the draws in which each column is among the first `count`, shape (columns,)."""
        draws = self.draws
        if draws.shape[1] <= count:
            return np.ones(draws.shape[1])
        columns = self._contenders(count)
        able = draws.T[columns]
        bar = np.partition(able, -count, axis=0)[-count]
        found = np.zeros(draws.shape[1])
        found[columns] = (able >= bar).mean(axis=1)
        return found

    def first(self) -> Floats:
        """Share of the draws in which each column is the first, shape (columns,)."""
        columns = self._contenders(1)
        best = columns[self.draws.T[columns].argmax(axis=0)]
        return np.bincount(best, minlength=self.draws.shape[1]) / len(self.draws)

    def _contenders(self, count: int) -> Ints:
        """Columns that are among the first `count` in some draw, and hardly any others."""
        likely = self.draws.T[np.argsort(-self.mean, kind="stable")[: _LIKELY * count]]
        # What is among the first of all is no smaller than the last of the first of some.
        bar = np.sort(likely, axis=0)[-count]
        able = np.flatnonzero(self.largest >= bar.min())
        return able[[bool((self.draws[:, column] >= bar).any()) for column in able]]

    def tiers(self, order: Sequence[int] | Ints) -> list[int]:
        """Tier of each column, going down the list: 1 for the first ones, in the order given.

        A new tier begins at the first column for which the chance that the first of the running tier is
        above it is at least `SURE`. So nobody in a tier is known to stand behind the tier's first one;
        two of different tiers that are next to each other may still be hard to tell apart.

        Parameters
        ----------
        order : sequence of int
            Columns, largest share first.

        Examples
        --------
        >>> draws = np.array([[0.5, 0.4, 0.1], [0.4, 0.5, 0.1], [0.5, 0.4, 0.1]])
        >>> rows = tuple(("gate", name) for name in "abc")
        >>> ShareDraws(rows, draws, draws.mean(axis=0), 0.0).tiers([0, 1, 2])
        [1, 1, 2]
        """
        order = np.asarray(order, int)
        found: list[int] = []
        tier, at = 1, 0
        leader = int(order[0]) if len(order) else 0
        while at < len(order):
            some = order[at : at + _ROWS_AT_ONCE]
            one, others = self.draws.T[[leader]], self.draws.T[some]
            sure = np.flatnonzero(chance_above(one.T, others.T) >= SURE)
            same = int(sure[0]) if len(sure) else len(some)
            found += [tier] * same
            at += same
            if len(sure):
                tier, leader = tier + 1, int(order[at])
        return found


@dataclass(frozen=True, slots=True)
class ShareChanges:
    """Shares before and after, and what lies between them draw by draw.

    Parameters
    ----------
    names : tuple of (str, str)
    before, after : ndarray of float, shape (names,)
        Shares that are told; 0 on a side that does not list the name.
    draws : ndarray of float, shape (draws, names)
        Share after less share before.
    """

    names: tuple[Key, ...]
    before: Floats
    after: Floats
    draws: Floats

    def interval(self) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the 90 % intervals of the changes, shape (names,) each."""
        return interval_of(self.draws)


def changes(before: ShareDraws, after: ShareDraws) -> ShareChanges:
    """Compare draw with draw, name by name; a name that one side does not list has no share there.

    Examples
    --------
    >>> one = ShareDraws((("gate", "x"),), np.array([[1.0]]), np.array([1.0]), 0.0)
    >>> two = ShareDraws((("gate", "x"), ("gate", "y")), np.array([[0.7, 0.3]]), np.array([0.7, 0.3]), 0.0)
    >>> changes(one, two).draws.round(1).tolist()
    [[-0.3, 0.3]]
    """
    names = tuple(dict.fromkeys((*before.names, *after.names)))
    position = {name: i for i, name in enumerate(names)}
    mean, change = np.zeros((2, len(names))), np.zeros((len(before.draws), len(names)))
    for side, (shares, sign) in enumerate(((before, -1), (after, 1))):
        columns = [position[name] for name in shares.names]
        mean[side, columns] = shares.mean
        change[:, columns] += sign * shares.draws
    return ShareChanges(names, mean[0], mean[1], change)


def chance_above(one: Floats, others: Floats) -> Floats:
    """Chance that one share is above others, shape (columns,); a draw in which they are alike counts half.

    Parameters
    ----------
    one : ndarray of float, shape (draws, 1)
    others : ndarray of float, shape (draws, columns)
    """
    above = (one > others).sum(axis=0, dtype=np.uint32)  # a third of the time of a mean of truth values
    alike = one == others
    both = above + 0.5 * alike.sum(axis=0, dtype=np.uint32) if alike.any() else above
    return np.asarray(both / max(len(one), len(others)))


def added_up(use: csr_array, draws: Floats) -> Floats:
    """Weighted sums over the columns of draws, shape (sums, draws); some draws at a time stay in the cache.

    Parameters
    ----------
    use : csr_array of float, shape (sums, columns)
    draws : ndarray of float, shape (draws, columns)
    """
    step = max(1, _CELLS_AT_ONCE // max(draws.shape[1], 1))
    found = np.empty((use.shape[0], len(draws)))

    def work_out(start: int) -> None:
        some = slice(start, start + step)
        found[:, some] = use @ draws[some].T

    at_once(work_out, range(0, len(draws), step))
    return found


def interval_of(draws: Floats) -> tuple[Floats, Floats]:
    """Lower and upper bounds of the 90 % interval of each column, shape (columns,) each."""
    at = np.array(INTERVAL) * (len(draws) - 1)
    below = at.astype(int)
    beyond = np.minimum(below + 1, len(draws) - 1)
    found = np.empty((2, draws.shape[1]))

    def work_out(start: int) -> None:
        some = slice(start, start + _ROWS_AT_ONCE)
        # In single precision and in order of memory, four times as fast: a part in ten million is no news.
        ordered = np.array(draws.T[some], dtype=np.float32, order="C")
        ordered.sort(axis=1)
        found[:, some] = (ordered[:, below] + (at - below) * (ordered[:, beyond] - ordered[:, below])).T

    at_once(work_out, range(0, draws.shape[1], _ROWS_AT_ONCE))
    return found[0], found[1]


def fewest_holding(value: Floats, part: float) -> Ints:
    """Choose the fewest entries, the largest first, that hold a part of the sum.

    Examples
    --------
    >>> fewest_holding(np.array([0.1, 0.6, 0.3]), 0.8).tolist()
    [1, 2]
    """
    order = np.argsort(-value, kind="stable")
    held = np.cumsum(value[order])
    return np.asarray(order[: int(np.searchsorted(held, part * held[-1])) + 1])


def share_draws(
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    model: Effects,
    effects: Floats,
    *,
    informed: bool = True,
    shift: Floats | None = None,
) -> ShareDraws:
    """Shares of corridors, which need not be those that the effects were fitted on.

    Parameters
    ----------
    crossing_graph : CrossingGraph
    corridors : Corridors
    model : Effects
        What the effects are called.
    effects : ndarray of float, shape (draws, effects)
    informed : bool
        Whether any seizure was taken in. If none was, the shares that are told are the prior's: the mean over
        prior draws is not the prior, for shares are not linear in the effects.
    shift : ndarray of float, shape (corridors, effects of `SHIFTING`), optional
        By how much the design differs in the epoch that is asked about.
    """
    names = model.share_names
    design = share_effects(crossing_graph, corridors, names)
    if shift is not None:
        design[:, [names.index(name) for name in SHIFTING]] += shift
    draws, rest = draw_shares(
        corridors.prior_share, corridors.uncovered_share, design, effects[:, : len(names)]
    )
    keys = tuple(("corridor", name) for name in corridors.ids)
    if not informed:
        return ShareDraws(keys, draws, corridors.prior_share, corridors.uncovered_share)
    return ShareDraws(keys, draws, draws.mean(axis=0), float(rest.mean()))


def share_effects(crossing_graph: CrossingGraph, corridors: Corridors, names: Sequence[str]) -> Floats:
    """Design matrix *A*, shape (corridors, names): which effect acts on which corridor.

    Names that no corridor has give a column of zeros, so that effects fitted on one set of corridors
    can be carried to another. ``cost`` is in units of 1,000 km-equivalents.
    """
    column = {name: i for i, name in enumerate(names)}
    passed = places_passed(crossing_graph.graph, corridors)
    of_place = np.zeros((len(passed.names), len(names)))
    for row, (kind, place) in zip(of_place, passed.names, strict=True):
        if (name := effect_of(kind, place)) in column:
            row[column[name]] = 1.0
        for part, km in crossing_graph.penalty_parts.get(place, {}).items():
            if f"penalty:{part}" in column:
                row[column[f"penalty:{part}"]] -= km / 1000
    design = np.asarray(passed.use.T @ of_place)
    if "cost" in column:
        design[:, column["cost"]] = corridors.cost / 1000
    return design


def effect_of(kind: str, place: str) -> str:
    """Name of the effect of a gate, a crossing or an area.

    Examples
    --------
    >>> effect_of("processing_area", "helmand")
    'area:helmand'
    """
    return f"{_SHORT.get(kind, kind)}:{place}"


def draw_shares(prior: Floats, uncovered: float, design: Floats, effects: Floats) -> tuple[Floats, Floats]:
    """Shares for each draw of the effects.

    Parameters
    ----------
    prior : ndarray of float, shape (corridors,)
    uncovered : float
        Prior share of what is not listed; no effect moves it.
    design : ndarray of float, shape (corridors, share effects)
    effects : ndarray of float, shape (draws, share effects)

    Returns
    -------
    ndarray of float, shape (draws, corridors)
    ndarray of float, shape (draws,)
        The uncovered share.

    Examples
    --------
    >>> half, design = np.array([0.5, 0.5]), np.array([[1.0], [0.0]])
    >>> shares, rest = draw_shares(half, 0.0, design, np.array([[np.log(3)]]))
    >>> shares.round(2).tolist(), rest.tolist()
    ([[0.75, 0.25]], [0.0])
    """
    heavy = effects.size * len(prior) > _MUCH
    # No draw knows of the others: the digits are the same in whatever portions they are worked out.
    step = _DRAWS_AT_ONCE if heavy else max(len(effects), 1)
    tasks = [
        (prior, uncovered, design, effects[start : start + step])
        for start in range(0, max(len(effects), 1), step)
    ]
    shares, rest = zip(*each(_some_shares, tasks, heavy=heavy), strict=True)
    return (shares[0] if len(shares) == 1 else np.concatenate(shares, axis=1)).T, np.concatenate(rest)


def _some_shares(task: tuple[Floats, float, Floats, Floats]) -> tuple[Floats, Floats]:
    """Shares, shape (corridors, draws), and the uncovered share of each draw."""
    prior, uncovered, design, effects = task
    few = csr_array(design)  # a corridor has a handful of effects
    # The remainder keeps its place among the corridors: it has no gate or crossing of its own, so its
    # exponent is the prior-weighted mean of theirs.
    middle = np.asarray(effects * (prior @ few / prior.sum())).sum(axis=1)
    step = max(1, _CELLS_AT_ONCE // max(len(prior), 1))
    shares, rest = np.empty((len(prior), len(effects))), np.empty(len(effects))

    def work_out(start: int) -> None:
        some = slice(start, start + step)
        raw = np.asarray(few @ effects[some].T)
        top = raw.max(axis=0)
        raw -= top
        np.exp(raw, out=raw)
        raw *= prior[:, None]
        left = uncovered * np.exp(middle[some] - top)
        total = raw.sum(axis=0) + left
        np.multiply(raw, 1 / total, out=shares[:, some])
        rest[some] = left / total

    at_once(work_out, range(0, len(effects), step))
    return shares, rest

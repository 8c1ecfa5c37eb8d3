"""Level cuts: the linear lower bounds on an evader's payoff that the solver generates lazily.

For one evader, write the payoff as an integral over levels: it exceeds a level ``g`` exactly
when some path is short enough, ``payoff(length) >= g``. On such a path some candidates may be
watched without spoiling it, the others must all stay unwatched; so for every path ``P`` and every
set ``W`` of candidates on it with ``payoff(length of P with W watched) >= g``

    "payoff >= g"  >=  1 - sum(x[a] for a on P, not in W).

Let ``c(g; x)`` be the least such sum over all ``(P, W)``. Then

    payoff(x)  >=  integral of max(0, 1 - c(g; x)) dg,

which is exact for binary ``x`` (there ``c`` is 0 or at least 1), convex, and piecewise linear:
its linear pieces are the cuts. Finding ``c`` for all levels at once is a shortest path problem
with two criteria. Each candidate counts twice, once with its unwatched length at the price
``x[a]`` and once with its watched length for nothing, and the Pareto frontier of (price, length)
from the destination backwards holds the answer for every origin.

With one candidate on each path these are the step inequalities of Morton, Pan and Saeger; with
more they are a kin of the path inequalities of Towle and Luedtke that need not choose a path.

References
----------
Morton, Pan & Saeger (2007), Models for nuclear smuggling interdiction, IIE Transactions 39.
Towle & Luedtke (2018), New solution approaches for the maximum-reliability stochastic network
interdiction problem, Computational Management Science 15.
Günlük & Pochet (2001), Mixing mixed-integer inequalities, Mathematical Programming 90.

"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routes.planning.interdiction.cuts import Cut, OutOfTimeError, make_cut
from routes.planning.interdiction.game import all_watched, unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routes.planning.interdiction.game import Game
    from routes.support.arrays import Floats, Ints

# A price of 1 or more says nothing about a level: max(0, 1 - price) is 0.
_FULL_PRICE = 1.0 - 1e-9
# Prices below this are rounding of the linear program, and paying nothing keeps the cut exact.
_NO_PRICE = 1e-9
# Relative slack in comparing lengths: sums of the same numbers in another order must tie.
_ROUNDING = 1e-12
# Frontiers can grow without end on long chains of candidates. A frontier cut short still gives
# a valid cut, and the part at price 0, which makes cuts exact for plans, is always complete.
MAX_LABELS = 200_000
_LABELS_BETWEEN_LOOKS = 1_000  # at the clock: some milliseconds


class _Step(NamedTuple):
    """An arc, met from its head: ``candidate`` is -1 for an arc that cannot be watched."""

    tail: int
    length: float
    watched_length: float
    candidate: int


class _Point(NamedTuple):
    """A point of a frontier; ``trail`` finds the candidates whose price was paid."""

    price: float
    length: float
    trail: int


@dataclass(frozen=True)
class _Subproblem:
    """The arcs that matter for one destination, by head, and the pairs that end there."""

    target: int
    steps_into: tuple[tuple[_Step, ...], ...]
    pair_of_origin: dict[int, int]


class LevelCuts:
    """Finds the strongest level cut of every pair at a point ``x``.

    Parameters
    ----------
    game
        The problem.
    scales
        Payoff of every pair with nothing watched, positive, shape (pairs,).

    """

    def __init__(self, game: Game, scales: Floats, deadline: float = inf) -> None:
        self._deadline = deadline
        self._game = game
        self._scales = scales
        self._subproblems = _split_by_destination(game)

    def cuts(self, x: Floats) -> Iterator[Cut]:
        """Yield one cut a pair, tight at ``x`` for the bound in the module's formula."""
        prices = x.tolist()
        for subproblem in self._subproblems:
            trails, frontiers = _frontiers(subproblem, prices, self._deadline)
            for origin, points in frontiers.items():
                if points:
                    yield self._cut(subproblem.pair_of_origin[origin], points, trails)

    def _cut(self, pair: int, points: Sequence[_Point], trails: Sequence[tuple[int, int]]) -> Cut:
        lengths = np.array([point.length for point in points])
        gains = [0.0, *(self._game.payoff(lengths) / self._scales[pair]).tolist()]
        coefficients: dict[int, float] = {}
        for (below, gain), point in zip(pairwise(gains), points, strict=True):
            for candidate in _paid(trails, point.trail):
                coefficients[candidate] = coefficients.get(candidate, 0.0) + gain - below
        return make_cut(pair, gains[-1], coefficients)


def _paid(trails: Sequence[tuple[int, int]], trail: int) -> Iterator[int]:
    """Yield the candidates on the way that must stay unwatched."""
    while trail >= 0:
        trail, candidate = trails[trail]
        yield candidate


class _Walk(NamedTuple):
    """The state of one search: labels to come, whose prices were paid, shortest lengths so far."""

    prices: Sequence[float]
    queue: list[tuple[float, float, int, int]]
    trails: list[tuple[int, int]]
    shortest: list[float]


def _frontiers(
    subproblem: _Subproblem, prices: Sequence[float], deadline: float = inf
) -> tuple[list[tuple[int, int]], dict[int, list[_Point]]]:
    """Return the Pareto frontier of (price, length) from every origin to the destination.

    Labels leave the queue in the order of price and then length, so one is on the frontier of
    its node exactly if it is shorter than all that left before it.
    """
    frontiers: dict[int, list[_Point]] = {origin: [] for origin in subproblem.pair_of_origin}
    shortest = [inf] * len(subproblem.steps_into)
    walk = _Walk(prices, [(0.0, 0.0, subproblem.target, -1)], [], shortest)
    labels = 0
    while walk.queue:
        price, length, node, trail = heapq.heappop(walk.queue)
        if length >= shortest[node] * (1.0 - _ROUNDING) and shortest[node] < inf:
            continue
        labels += 1
        if labels % _LABELS_BETWEEN_LOOKS == 0 and time.perf_counter() > deadline:
            raise OutOfTimeError
        if labels > MAX_LABELS and price > 0.0:
            break
        shortest[node] = length
        if node in frontiers:
            frontiers[node].append(_Point(price, length, trail))
        _extend(subproblem.steps_into[node], (price, length, trail), walk)
    return walk.trails, frontiers


def _extend(steps: Sequence[_Step], label: tuple[float, float, int], walk: _Walk) -> None:
    """Queue the labels one arc further back."""
    price, length, trail = label
    prices, queue, trails, shortest = walk
    for tail, step, watched_step, candidate in steps:
        reached = length + step
        if reached >= shortest[tail]:
            continue
        if candidate < 0:
            heapq.heappush(queue, (price, reached, tail, trail))
            continue
        more = prices[candidate]
        total = price + more if more > _NO_PRICE else price
        if total < _FULL_PRICE:
            trails.append((trail, candidate))
            heapq.heappush(queue, (total, reached, tail, len(trails) - 1))
        if total > price and length + watched_step < shortest[tail]:
            heapq.heappush(queue, (price, length + watched_step, tail, trail))


def _split_by_destination(game: Game) -> list[_Subproblem]:
    """Return one subproblem a destination, without the arcs that cannot matter there.

    An arc matters only if some path through it, all unwatched, is no longer than what that
    evader is left with when everything is watched.
    """
    from_origins = game.distances_from_origins(unwatched(game))
    to_target = game.distances_to_targets(unwatched(game))
    worst = game.distances_to_targets(all_watched(game))
    candidate_of_arc = np.full(len(game.lengths), -1, dtype=np.int64)
    candidate_of_arc[game.candidates] = np.arange(len(game.candidates))
    subproblems = []
    for row, target in enumerate(game.targets.tolist()):
        pairs = np.flatnonzero(game.target_of_pair == row)
        pair_of_origin = dict(zip(game.origins[pairs].tolist(), pairs.tolist(), strict=True))
        before = from_origins[game.origin_of_pair[pairs]]
        horizon = _horizon(before, worst[row, game.origins[pairs]])
        reach = game.lengths + to_target[row, game.heads]
        useful = (reach < inf) & (reach <= horizon[game.tails])
        steps = _steps_by_head(game, np.flatnonzero(useful), candidate_of_arc)
        subproblems.append(_Subproblem(target, steps, pair_of_origin))
    return subproblems


def _horizon(from_origin: Floats, worst: Floats) -> Floats:
    """Return how far from the destination a node may be and still serve some origin."""
    slack = np.where(from_origin < inf, worst[:, None] * (1 + _ROUNDING), -inf)
    reachable = np.where(from_origin < inf, from_origin * (1 - _ROUNDING), 0.0)
    horizon: Floats = np.max(slack - reachable, axis=0) + _ROUNDING
    return horizon


def _steps_by_head(game: Game, arcs: Ints, candidate_of_arc: Ints) -> tuple[tuple[_Step, ...], ...]:
    steps: list[list[_Step]] = [[] for _ in range(game.n_nodes)]
    rows = zip(
        game.heads[arcs].tolist(),
        game.tails[arcs].tolist(),
        game.lengths[arcs].tolist(),
        game.watched_lengths[arcs].tolist(),
        candidate_of_arc[arcs].tolist(),
        strict=True,
    )
    for head, *step in rows:
        steps[head].append(_Step(*step))
    return tuple(tuple(into) for into in steps)

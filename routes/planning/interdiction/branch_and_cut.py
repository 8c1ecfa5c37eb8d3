"""Branch and cut with level cuts on HiGHS: exact, and interruptible at any moment.

HiGHS has no callback for lazy cuts inside its own tree, and restarting it in rounds proves the
same things again and again. The level cuts are so strong that little is left to branch on, so the
tree is ours: one linear program, kept warm, that grows by cuts and changes by bounds.
"""

from __future__ import annotations

import heapq
import itertools
import time
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np

from routes.planning.highs import TOLERANCE, quiet_highs
from routes.planning.interdiction.cuts import OutOfTimeError
from routes.planning.interdiction.exchange import improvements, without_spares
from routes.planning.interdiction.game import all_watched, unwatched
from routes.planning.interdiction.level_cuts import LevelCuts
from routes.planning.interdiction.path_cuts import PathCuts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.planning.interdiction.cuts import Cut
    from routes.planning.interdiction.game import Game
    from routes.support.arrays import Floats, Mask

# All in units of the payoff with nothing watched, so 1e-7 is a ten-millionth of it.
OPTIMALITY = 1e-7
_VIOLATION = 1e-8
_INTEGRAL = 1e-6
# The point at which cuts are made lies half-way between the solution of the linear program and
# the average of the solutions before (in-out separation): on the SNIP instances between a half and
# three quarters of the rounds it takes to cut at the solution itself.
_STEP_TO_SOLUTION = 0.5
# Slack cuts are thrown out every few rounds: the linear program stays a third of the size.
_ROUNDS_BETWEEN_CHORES = 5
_SLACK = 1e-4
# Branch when this many rounds of cuts have closed less than this part of the node's gap.
_PATIENCE = 5
_PROGRESS = 0.02


@dataclass(frozen=True)
class Outcome:
    """What the search found: the best plan, its payoff, and a proven bound below every plan's."""

    watched: Mask
    value: float
    bound: float
    finished: bool


class _LpSolution(NamedTuple):
    bound: float
    x: Floats
    theta: Floats
    reduced_costs: Floats


class _LinearProgram:
    """The relaxation: watch ``x`` (0..1), payoffs ``theta`` (scaled), the budget and the cuts."""

    def __init__(self, game: Game, objective: Floats, floors: Floats) -> None:
        self._n_candidates = len(game.candidates)
        pairs = len(objective)
        self._highs = quiet_highs()
        self._highs.addVars(self._n_candidates, np.zeros(self._n_candidates), np.ones(self._n_candidates))
        self._highs.addVars(pairs, floors, np.ones(pairs))
        columns = np.arange(self._n_candidates, self._n_candidates + pairs, dtype=np.int32)
        self._highs.changeColsCost(pairs, columns, objective)
        every = np.arange(self._n_candidates, dtype=np.int32)
        self._highs.addRow(-highspy.kHighsInf, game.budget, self._n_candidates, every, game.costs)
        self._floors_of_cuts: list[float] = []

    def add(self, cuts: Sequence[Cut]) -> None:
        """Add all cuts in one call."""
        sizes = [len(cut.columns) + 1 for cut in cuts]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
        columns = [part for cut in cuts for part in ([self._n_candidates + cut.pair], cut.columns)]
        values = [part for cut in cuts for part in ([1.0], cut.coefficients)]
        lower = [cut.constant for cut in cuts]
        self._highs.addRows(
            len(cuts),
            np.array(lower),
            np.full(len(cuts), highspy.kHighsInf),
            sum(sizes),
            starts,
            np.concatenate(columns).astype(np.int32),
            np.concatenate(values),
        )
        self._floors_of_cuts.extend(lower)

    def purge(self) -> None:
        """Drop the cuts that are far from tight at the last solution."""
        activity = np.array(self._highs.getSolution().row_value)[1:]
        slack = activity - np.array(self._floors_of_cuts)[: len(activity)]
        loose = np.flatnonzero(slack > _SLACK)
        if len(loose):
            self._highs.deleteRows(len(loose), (loose + 1).astype(np.int32))
            self._floors_of_cuts = np.delete(self._floors_of_cuts, loose).tolist()

    def solve(self, lower: Mask, upper: Mask, seconds: float) -> _LpSolution | None:
        """Solve with the bounds of one node; None if no plan fits them."""
        columns = np.arange(self._n_candidates, dtype=np.int32)
        self._highs.changeColsBounds(
            self._n_candidates, columns, lower.astype(np.float64), upper.astype(np.float64)
        )
        if seconds < inf:
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.0))
        self._run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise OutOfTimeError
        if status != highspy.HighsModelStatus.kOptimal:
            message = f"HiGHS stopped with status {self._highs.modelStatusToString(status)}"
            raise RuntimeError(message)
        return self._solution()

    def _run(self) -> None:
        self._highs.run()
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kUnknown:
            # A warm start can go numerically astray; from scratch it does not.
            self._highs.clearSolver()
            self._highs.run()

    def _solution(self) -> _LpSolution:
        solution = self._highs.getSolution()
        values = np.array(solution.col_value)
        duals = np.array(solution.col_dual)
        n = self._n_candidates
        bound = float(self._highs.getInfo().objective_function_value)
        return _LpSolution(bound, np.clip(values[:n], 0.0, 1.0), values[n:], duals[:n])


@dataclass(order=True)
class _Node:
    """A part of the search space: candidates with ``lower`` are watched, without ``upper`` not."""

    bound: float
    serial: int
    lower: Mask
    upper: Mask


class _Search:
    """The state of one branch and cut; `run` may be interrupted and `outcome` still holds."""

    def __init__(self, game: Game, deadline: float) -> None:
        self._game = game
        self._deadline = deadline
        scales = game.payoff(game.pair_lengths(unwatched(game)))
        floors = game.payoff(game.pair_lengths(all_watched(game)))
        self._scales = scales
        self._unit = float(game.weights @ scales)
        self._serial = itertools.count()
        self._best = unwatched(game)
        self._value = 1.0
        self._closed = inf
        bound = float(game.weights @ floors) / self._unit
        self._open = [_Node(bound, next(self._serial), unwatched(game), all_watched(game))]
        self._current: _Node | None = None
        self._average = np.full(len(game.candidates), _even_share(game))
        self._seen: set[bytes] = set()
        self._exchanged: set[bytes] = set()
        self._factories = (LevelCuts(game, scales, deadline), PathCuts(game, scales))
        self._lp = _LinearProgram(game, game.weights * scales / self._unit, floors / scales)

    def outcome(self) -> Outcome:
        """Return the best plan and the bound that holds at this moment."""
        nodes = [node.bound for node in self._open]
        if self._current is not None:
            nodes.append(self._current.bound)
        bound = min([self._closed, self._value, *nodes])
        return Outcome(self._best, self._value * self._unit, bound * self._unit, finished=not nodes)

    def run(self) -> None:
        """Search until no node is open."""
        while self._current is not None or self._open:
            if self._current is None:
                self._current = self._open[0]
                heapq.heappop(self._open)
            fractional = self._work(self._current)
            if fractional is None:
                self._closed = min(self._closed, self._current.bound)
                self._current = None
            else:
                self._exchange(self._best)
                self._exchange(self._rounded(self._current, fractional))
                self._branch(self._current, fractional)

    def _work(self, node: _Node) -> Floats | None:
        """Cut at a node until it is done (None) or must be branched on (its last ``x``)."""
        start, stalled = node.bound, 0
        for rounds in itertools.count(1):
            if self._hopeless(node):
                return None
            solution = self._solve(node)
            if solution is None:
                node.bound = inf
                return None
            stalled = 0 if self._moved(solution.bound, start) else stalled + 1
            start = max(start, solution.bound) if stalled == 0 else start
            node.bound = max(node.bound, self._sharpened(solution.bound))
            self._try_plan(self._rounded(node, solution.x))
            self._fix(node, solution)
            cuts = self._violated(solution)
            if not cuts or (stalled > _PATIENCE and _fractional(solution.x)):
                return solution.x if _fractional(solution.x) else None
            if rounds % _ROUNDS_BETWEEN_CHORES == 0:
                self._chores(still=stalled > 0)
            self._lp.add(cuts)
        raise AssertionError  # pragma: no cover - the loop above has no other end

    def _chores(self, *, still: bool) -> None:
        """Improve the best plan, drop slack cuts.

        Not while the bound stands still: the same cuts could come and go for ever.
        """
        self._exchange(self._best)
        if not still:
            self._lp.purge()

    def _hopeless(self, node: _Node) -> bool:
        return node.bound >= self._value - OPTIMALITY

    def _sharpened(self, bound: float) -> float:
        """Return the least total payoff that a plan can have at or above the bound, scaled."""
        return self._game.sharpen(bound * self._unit) / self._unit

    def _moved(self, bound: float, start: float) -> bool:
        return bound - start > _PROGRESS * (self._value - start)

    def _solve(self, node: _Node) -> _LpSolution | None:
        seconds = self._deadline - time.perf_counter()
        if seconds <= 0:
            raise OutOfTimeError
        return self._lp.solve(node.lower, node.upper, seconds)

    def _violated(self, solution: _LpSolution) -> list[Cut]:
        """Return violated cuts, from a point half-way in if that yields any."""
        inner = _STEP_TO_SOLUTION * solution.x + (1 - _STEP_TO_SOLUTION) * self._average
        self._average = inner
        return self._violated_from(inner, solution) or self._violated_from(solution.x, solution)

    def _violated_from(self, point: Floats, solution: _LpSolution) -> list[Cut]:
        return [
            cut
            for factory in self._factories
            for cut in factory.cuts(point)
            if cut.violation(solution.x, solution.theta) > _VIOLATION
        ]

    def _rounded(self, node: _Node, x: Floats) -> Mask:
        """Return the plan that buys the largest ``x`` first, within the budget."""
        plan = node.lower.copy()
        left = self._game.budget - float(self._game.costs @ plan)
        for candidate in np.argsort(-x, kind="stable"):
            wanted = x[candidate] > _INTEGRAL and not plan[candidate]
            if wanted and self._game.costs[candidate] <= left + TOLERANCE:
                plan[candidate] = True
                left -= float(self._game.costs[candidate])
        return plan

    def _try_plan(self, plan: Mask) -> None:
        """Keep a plan that beats the best one."""
        key = plan.tobytes()
        if key in self._seen:
            return
        self._seen.add(key)
        payoffs = self._game.payoff(self._game.pair_lengths(plan))
        value = float(self._game.weights @ payoffs) / self._unit
        if value < self._value:
            self._best, self._value = plan, value

    def _exchange(self, plan: Mask) -> None:
        """Improve a plan by exchange as far as it goes."""
        if plan.tobytes() in self._exchanged:
            return
        self._exchanged.add(plan.tobytes())
        for better in improvements(self._game, plan):
            self._try_plan(better)
            if time.perf_counter() > self._deadline:
                raise OutOfTimeError

    def _fix(self, node: _Node, solution: _LpSolution) -> None:
        """Fix the candidates whose other value would push the bound past the best plan."""
        room = self._value - solution.bound
        node.upper = node.upper & ~((solution.reduced_costs > room) & (solution.x < _INTEGRAL))
        node.lower = node.lower | ((solution.reduced_costs < -room) & (solution.x > 1 - _INTEGRAL))

    def _branch(self, node: _Node, x: Floats) -> None:
        """Split on the most fractional candidate and go on with the child that watches it."""
        free = node.upper & ~node.lower
        candidate = int(np.argmin(np.where(free, np.abs(x - 0.5), inf)))
        without = _Node(node.bound, next(self._serial), node.lower, node.upper.copy())
        without.upper[candidate] = False
        with_it = _Node(node.bound, next(self._serial), node.lower.copy(), node.upper)
        with_it.lower[candidate] = True
        heapq.heappush(self._open, without)
        self._current = with_it


def _fractional(x: Floats) -> bool:
    return bool(np.any(np.minimum(x, 1 - x) > _INTEGRAL))


def _even_share(game: Game) -> float:
    total = float(game.costs.sum())
    return min(1.0, game.budget / total) if total > 0 else 1.0


def solve(game: Game, time_limit: float | None = None) -> Outcome:
    """Return the plan of least weighted payoff, or the best so far with its bound.

    Parameters
    ----------
    game
        The problem; every pair's payoff with nothing watched must be positive.
    time_limit
        Seconds; None is no limit. A limit or Ctrl-C ends the search early.

    """
    if not len(game.weights):
        return Outcome(unwatched(game), 0.0, 0.0, finished=True)
    search = _Search(game, inf if time_limit is None else time.perf_counter() + time_limit)
    try:
        search.run()
    except (OutOfTimeError, KeyboardInterrupt):
        return search.outcome()
    outcome = search.outcome()
    return replace(outcome, watched=without_spares(game, outcome.watched))

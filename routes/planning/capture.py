"""Best plans for a budget, for each way in which traffickers may answer.

`capture` where nobody reacts, `choose_logit` where shares move by route choice, `choose_best` where every
trafficker knows the posts: see `routes.planning.passages` for what is least then.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from routes.planning.covering import Covering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from routes.planning.passages import Passages
    from routes.support.arrays import Floats, Mask


_OPTIMAL = 1e-9
_PROVEN = 1e-6  # of what gets through: the solver keeps to some 1e-9 for each row
_NODES_AT_MOST = 20_000  # of the search tree: a second or two


@dataclass(frozen=True, slots=True)
class Found:
    """A plan with the bound that no plan goes below."""

    plan: Mask
    passing: float
    bound: float
    finished: bool


def capture(passages: Passages, budget: float, time_limit: float | None = None) -> Found:
    """Best plan if nobody reacts: one sum of chances, which needs but one programme."""
    return _by_covering(
        passages, budget, passages.caught_none, lambda _: passages.share, time_limit, rounds=1
    )


def choose_best(passages: Passages, budget: float, reaction: float, time_limit: float | None = None) -> Found:
    """Best plan if every trafficker knows the posts: what they leave him is least (reaction at least 1).

    The worth is the largest of sums of chances weighted by slopes, so that a programme over those of the
    plans seen bounds it from below; it is solved again with the slope of its own plan, until both meet.
    """

    def worth(plan: Mask) -> float:
        return float(passages.worth(passages.chance(plan), reaction))

    def slope(plan: Mask) -> Floats:
        return passages.slope(passages.chance(plan), reaction)

    return _by_covering(passages, budget, worth, slope, time_limit)


def _by_covering(
    passages: Passages,
    budget: float,
    value: Callable[[Mask], float],
    slope: Callable[[Mask], Floats],
    time_limit: float | None,
    rounds: int = 1000,
) -> Found:
    deadline = inf if time_limit is None else time.perf_counter() + time_limit
    plan = np.zeros(len(passages.names), bool)
    for better in improvements(passages, budget, value):
        plan = better
        if time.perf_counter() > deadline:
            break
    best, bound = value(plan), value(np.ones(len(plan), bool))
    try:
        if len(plan) and time.perf_counter() < deadline:
            programme, seen = Covering(passages, budget), set()
            programme.add(slope(plan))
            for _ in range(rounds):
                found = programme.solve(deadline - time.perf_counter())
                bound = max(bound, found.bound)
                if found.plan is None:
                    break
                if (now := value(found.plan)) < best:
                    plan, best = found.plan, now
                again = found.plan.tobytes() in seen  # no cut is left that would move it
                if again or best - bound <= _PROVEN * best or time.perf_counter() > deadline:
                    break
                seen.add(found.plan.tobytes())
                programme.add(slope(found.plan))
    except KeyboardInterrupt:
        pass
    bound = min(bound, best)
    finished = best - bound <= _PROVEN * best
    return Found(plan, best, best if finished else bound, finished)


def improvements(passages: Passages, budget: float, value: Callable[[Mask], float]) -> Iterator[Mask]:
    """Yield ever better plans: add what helps most for its cost, exchange one for one where that helps."""
    plan: Mask | None = np.zeros(len(passages.names), bool)
    while plan is not None:
        yield plan
        plan = _best_change(passages, plan, budget, value)


def _best_change(
    passages: Passages, plan: Mask, budget: float, value: Callable[[Mask], float]
) -> Mask | None:
    now = value(plan)
    left = budget - float(passages.cost @ plan)
    best: tuple[float, Mask] | None = None
    for add in np.flatnonzero(~plan):
        drops: Sequence[int] = (
            [-1] if passages.cost[add] <= left + _OPTIMAL else np.flatnonzero(plan).tolist()
        )
        for drop in drops:
            tried = plan.copy()
            tried[add] = True
            if drop >= 0:
                tried[drop] = False
            if passages.cost @ tried <= budget + _OPTIMAL:
                gain = (now - value(tried)) / (max(float(passages.cost[add]), _OPTIMAL) if drop < 0 else 1.0)
                if gain > _OPTIMAL and (best is None or gain > best[0]):
                    best = gain, tried
    return None if best is None else best[1]


def choose_logit(passages: Passages, budget: float, time_limit: float | None = None) -> Found:
    r"""Best plan if shares move by route choice: greedy with exchange, then branch and bound.

    Below a node that watches *F* and may still add candidates, no plan lets less through than

    .. math:: f(F) - \sum_{x} \sum_a s_a \frac{A_a(F) - A_a(F + x)}{B_a(F)}

    over the best affordable *x*, with the sums A and B of the fraction in f: A is supermodular, so that
    each addition takes off at most what it takes off alone, and B only falls. The search is best first
    and stops after a set number of nodes, at the time limit or at Ctrl-C, with the gap that is then left.
    """
    deadline = inf if time_limit is None else time.perf_counter() + time_limit
    plan = np.zeros(len(passages.names), bool)
    search = _Tree(passages, budget, plan)
    try:
        for better in improvements(passages, budget, passages.caught_logit):
            search.offer(better)
            if time.perf_counter() > deadline:
                break
        search.run(deadline)
    except KeyboardInterrupt:
        pass
    bound = min(search.best, search.open_bound())
    finished = search.best - bound <= _OPTIMAL
    return Found(search.plan, search.best, search.best if finished else bound, finished)


class _Tree:
    """Best-first branch and bound over plans; may be interrupted at any moment."""

    def __init__(self, passages: Passages, budget: float, nothing: Mask) -> None:
        self.passages, self.budget = passages, budget
        self.plan, self.best = nothing, passages.caught_logit(nothing)
        self.catches = 1 - np.exp(2 * passages.log_q)
        self.ticket = count()
        self.current = -np.inf
        self.open: list[tuple[float, int, Mask, Mask]] = []
        self._push(nothing, np.ones(len(nothing), bool))

    def offer(self, plan: Mask) -> None:
        value = self.passages.caught_logit(plan)
        if value < self.best - 1e-15:
            self.plan, self.best = plan, value

    def open_bound(self) -> float:
        bounds = [self.current] if np.isfinite(self.current) else []
        return min([*bounds, *(node[0] for node in self.open[:1])], default=self.best)

    def run(self, deadline: float = inf) -> None:
        for _ in range(_NODES_AT_MOST):
            if time.perf_counter() > deadline:
                return
            if not self.open or self.open[0][0] >= self.best - _OPTIMAL:
                self.open.clear()
                return
            self.current, _, plan, free = self.open[0]
            heapq.heappop(self.open)
            self._branch(plan, free)
            self.current = np.inf

    def _branch(self, plan: Mask, free: Mask) -> None:
        gain = self._gains(plan) * free
        pick = int(gain.argmax())
        without = free.copy()
        without[pick] = False
        self._push(plan, without)
        with_it = plan.copy()
        with_it[pick] = True
        self._push(with_it, without)

    def _push(self, plan: Mask, free: Mask) -> None:
        left = self.budget - float(self.passages.cost @ plan)
        free = free & ~plan & (self.passages.cost <= left + _OPTIMAL)
        self.offer(plan)
        gain = np.where(free, self._gains(plan), 0.0)
        bound = self.passages.caught_logit(plan) - _affordable(gain, self.passages.cost, left)
        if free.any() and bound < self.best - _OPTIMAL:
            heapq.heappush(self.open, (bound, next(self.ticket), plan, free))

    def _gains(self, plan: Mask) -> Floats:
        """Most that each candidate alone can take off what gets through, shape (candidates,)."""
        p = self.passages
        q = p.chance(plan)
        once, whole = np.bincount(p.area, p.share * q), np.bincount(p.area, p.share)
        weight = (whole / np.where(once > 0, once, 1))[p.area] * p.share * q**2
        return np.asarray(weight @ self.catches)


def _affordable(gain: Floats, cost: Floats, budget: float) -> float:
    """Most gain for the budget if candidates could be bought in parts: never below what plans reach."""
    free = cost <= 0
    total = float(gain[free].sum())
    order = np.flatnonzero(~free)[np.argsort(-(gain[~free] / cost[~free]), kind="stable")]
    for x in order:
        part = min(1.0, max(budget, 0.0) / cost[x])
        total += float(part * gain[x])
        budget -= float(cost[x])
        if budget <= 0:
            break
    return total

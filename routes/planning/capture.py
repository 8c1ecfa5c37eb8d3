r"""Posts against traffickers who do not know them, or who choose by route choice.

With :math:`q_x = 1 - p_x` the chance of getting past a post at *x*, the inflow that gets through posts
*S* is, where nobody reacts (flow capture),

.. math:: \sum_c s_c \prod_{x \in c \cap S} q_x

and where shares move by route choice within each processing area *a*, a corridor's odds falling by
:math:`q_x` at each post,

.. math:: \sum_a s_a \frac{\sum_{c \in a} s_c \prod q_x^2}{\sum_{c \in a} s_c \prod q_x}.

The second is never below the first: those who are likelier to be caught are those who leave.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from routes.corridors import places_passed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from routes.planning.flows import Flows

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]
    Mask = NDArray[np.bool_]

_OPTIMAL = 1e-9
_NODES_AT_MOST = 20_000  # of the search tree: a second or two


@dataclass(frozen=True, slots=True)
class Passages:
    """Inflow by what candidates it passes.

    Parameters
    ----------
    names : tuple of str
        Candidates.
    cost : ndarray of float, shape (candidates,)
    log_q : ndarray of float, shape (groups, candidates)
        Log of the chance of getting past a post, where the group passes the candidate; else 0.
    share : ndarray of float, shape (groups,)
        Inflow of each group of corridors into one area past the same candidates; they sum to one.
    area : ndarray of int, shape (groups,)
    """

    names: tuple[str, ...]
    cost: Floats
    log_q: Floats
    share: Floats
    area: Ints

    def caught_none(self, plan: Mask) -> float:
        """Inflow that gets through if nobody reacts."""
        return float(self.share @ np.exp(self.log_q @ plan))

    def caught_logit(self, plan: Mask) -> float:
        """Inflow that gets through after shares have moved by route choice."""
        q = np.exp(self.log_q @ plan)
        once, twice = (np.bincount(self.area, self.share * q**power) for power in (1, 2))
        whole = np.bincount(self.area, self.share)
        return float((whole * np.divide(twice, once, out=np.zeros_like(once), where=once > 0)).sum())


@dataclass(frozen=True, slots=True)
class Found:
    """A plan with the bound that no plan goes below."""

    plan: Mask
    passing: float
    bound: float
    finished: bool


def passages_of(
    graph: nx.DiGraph[str], flows: Flows, candidates: Mapping[str, tuple[float, float]]
) -> Passages:
    """Group the listed corridors by area and by the candidates that they pass.

    Parameters
    ----------
    graph : networkx.DiGraph
        Crossing graph.
    flows : Flows
    candidates : mapping of str to (post detection, cost)
    """
    crossings = places_passed(graph, flows.corridors).of_kind("crossing")
    passed = crossings.where([name in candidates for _, name in crossings.names])
    names, rows = tuple(name for _, name in passed.names), passed.use.toarray().T
    area = np.unique(flows.area, return_inverse=True)[1]
    groups, member = np.unique(np.column_stack([area, rows]), axis=0, return_inverse=True)
    share = np.bincount(member.ravel(), flows.shares.mean / flows.shares.mean.sum())
    q = np.array([1 - candidates[x][0] for x in names])
    return Passages(
        names,
        np.array([candidates[x][1] for x in names], float),
        groups[:, 1:] * np.log(q) if names else groups[:, 1:],
        np.asarray(share, float),
        groups[:, 0].astype(np.int64),
    )


def capture(passages: Passages, budget: float, time_limit: float | None = None) -> Found:
    r"""Best plan if nobody reacts, by mixed-integer programming (HiGHS): maximal covering.

    With *u* the part of a group that is left after each of its candidates in turn,
    :math:`u_k \ge q_k u_{k-1}` and :math:`u_k \ge u_{k-1} - (1 - q_k) x_k` are exact for whole *x*. Groups
    share the *u* of a common beginning.
    """
    n = len(passages.names)
    if not n:
        return Found(np.zeros(0, bool), 1.0, 1.0, finished=True)
    steps = _steps(passages)
    size = n + len(steps.last)
    cost = np.zeros(size)
    np.add.at(cost, n + steps.of_group[steps.of_group >= 0], passages.share[steps.of_group >= 0])
    untouched = float(passages.share[steps.of_group < 0].sum())
    rules = [LinearConstraint(np.append(passages.cost, np.zeros(len(steps.last)))[None], -np.inf, budget)]
    if len(steps.last):
        rules += _rules(passages, steps, size)
    seconds = np.inf if time_limit is None else time_limit
    result = milp(
        cost,
        constraints=rules,
        integrality=np.append(np.ones(n, int), np.zeros(len(steps.last), int)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    if result.x is None:
        *_, plan = improvements(passages, budget, passages.caught_none)
        least = float(passages.share @ np.exp(passages.log_q.sum(axis=1)))
        return Found(plan, passages.caught_none(plan), least, finished=False)
    plan = result.x[:n] > 0.5  # noqa: PLR2004 - zero or one
    passing = passages.caught_none(plan)
    bound = min(passing, untouched + float(result.mip_dual_bound))
    finished = passing - bound <= _OPTIMAL
    return Found(plan, passing, passing if finished else bound, finished)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Beginnings of groups: candidate, the step before (-1 for none), and the last step of each group."""

    last: Ints
    before: Ints
    of_group: Ints


def _steps(passages: Passages) -> _Steps:
    number: dict[tuple[int, ...], int] = {}
    of_group = []
    for row in passages.log_q:
        passed = tuple(np.flatnonzero(row < 0).tolist())
        for k in range(1, len(passed) + 1):
            number.setdefault(passed[:k], len(number))
        of_group.append(number[passed] if passed else -1)
    last = np.array([key[-1] for key in number], int)
    before = np.array([number[key[:-1]] if len(key) > 1 else -1 for key in number], int)
    return _Steps(last, before, np.array(of_group, int))


def _rules(passages: Passages, steps: _Steps, size: int) -> list[LinearConstraint]:
    n, m = len(passages.names), len(steps.last)
    q = np.exp(passages.log_q.min(axis=0))[steps.last]
    row, first = np.arange(m), steps.before < 0
    later = np.flatnonzero(~first)

    def matrix(before: Floats, x: Floats) -> csr_array:
        data = np.concatenate([np.ones(m), before[later], x])
        rows = np.concatenate([row, later, row])
        columns = np.concatenate([n + row, n + steps.before[later], steps.last])
        return csr_array(coo_array((data, (rows, columns)), shape=(m, size)))

    return [
        LinearConstraint(matrix(-q, np.zeros(m)), np.where(first, q, 0.0), np.inf),
        LinearConstraint(matrix(-np.ones(m), 1 - q), np.where(first, 1.0, 0.0), np.inf),
    ]


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


def choose_logit(passages: Passages, budget: float) -> Found:
    r"""Best plan if shares move by route choice: greedy with exchange, then branch and bound.

    Below a node that watches *F* and may still add candidates, no plan lets less through than

    .. math:: f(F) - \sum_{x} \sum_a s_a \frac{A_a(F) - A_a(F + x)}{B_a(F)}

    over the best affordable *x*, with the sums A and B of the fraction in f: A is supermodular, so that
    each addition takes off at most what it takes off alone, and B only falls. The search is best first
    and stops after a set number of nodes or at Ctrl-C, with the gap that is then left.
    """
    plan = np.zeros(len(passages.names), bool)
    search = _Tree(passages, budget, plan)
    try:
        for better in improvements(passages, budget, passages.caught_logit):
            search.offer(better)
        search.run()
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

    def run(self) -> None:
        for _ in range(_NODES_AT_MOST):
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
        q = np.exp(p.log_q @ plan)
        once, whole = np.bincount(p.area, p.share * q), np.bincount(p.area, p.share)
        weight = (whole / np.where(once > 0, once, 1))[p.area] * p.share * q**2
        return np.asarray(weight @ (1 - np.exp(2 * p.log_q)))


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

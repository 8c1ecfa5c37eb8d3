r"""Plans within a budget as a mixed-integer programme (HiGHS): maximal covering, with posts that miss some.

With *u* the part of a group that is left after each of its candidates in turn, :math:`u_k \ge q_k u_{k-1}`
and :math:`u_k \ge u_{k-1} - (1 - q_k) x_k` are exact for whole *x*. Groups share the *u* of a common
beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import highspy
import numpy as np

from routes.planning.highs import quiet_highs

if TYPE_CHECKING:
    from routes.planning.passages import Passages
    from routes.support.arrays import Floats, Ints, Mask


_SMALLEST = 1e-9  # HiGHS drops smaller coefficients from its rows


@dataclass(frozen=True, slots=True)
class Covered:
    """A plan, if one was found, and the bound that no plan goes below."""

    plan: Mask | None
    bound: float


class Covering:
    r"""Choose a plan so that the largest of some weighted sums of chances is least, area by area.

    :math:`\min \sum_a \max_k \sum_{g \in a} w^k_g q_g(x)` over the plans *x* within the budget.

    Parameters
    ----------
    passages : Passages
    budget : float
    beat : ndarray of int, shape (candidates,), optional
        At most one candidate of each number is chosen, and none with a negative one.
    """

    def __init__(self, passages: Passages, budget: float, beat: Ints | None = None) -> None:
        self._passages = passages
        self._steps = _steps(passages)
        self._areas = np.unique(passages.area)
        self._n, self._m = len(passages.names), len(self._steps.last)
        self._highs = quiet_highs()
        self._columns(beat)
        self._row(-inf, budget, np.arange(self._n), passages.cost)
        self._step_rows()
        for number in np.unique(beat[beat >= 0]) if beat is not None else ():
            here = np.flatnonzero(beat == number)
            self._row(-inf, 1.0, here, np.ones(len(here)))

    def add(self, weight: Floats) -> None:
        """Add a weighted sum of the chances of groups, shape (groups,)."""
        of_group = self._steps.of_group
        weight = weight * np.exp(self._passages.standing)
        for i, area in enumerate(self._areas):
            here = self._passages.area == area
            fixed = float(weight[here & (of_group < 0)].sum())
            moved = here & (of_group >= 0)
            sums = np.bincount(of_group[moved], weight[moved], self._m)
            columns = np.flatnonzero(sums > _SMALLEST)
            self._row(
                fixed,
                inf,
                np.concatenate([[self._n + self._m + i], self._n + columns]),
                np.concatenate([[1.0], -sums[columns]]),
            )

    def solve(self, seconds: float, within: float = 0.0) -> Covered:
        """Solve, to a relative gap, in at most so many seconds."""
        highs = self._highs
        highs.setOptionValue("mip_rel_gap", within)
        highs.setOptionValue("mip_abs_gap", 1e-9)
        highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.0) if seconds < inf else inf)
        highs.run()
        info = highs.getInfo()
        bound = max(float(info.mip_dual_bound), 0.0)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Covered(None, bound)
        values = np.array(highs.getSolution().col_value)
        return Covered(values[: self._n] > 0.5, bound)  # noqa: PLR2004 - zero or one

    def _columns(self, beat: Ints | None) -> None:
        n, m, areas = self._n, self._m, len(self._areas)
        highest = np.ones(n) if beat is None else (beat >= 0).astype(float)
        upper = np.concatenate([highest, np.ones(m), np.full(areas, highspy.kHighsInf)])
        self._highs.addVars(n + m + areas, np.zeros(n + m + areas), upper)
        sums = np.arange(n + m, n + m + areas, dtype=np.int32)
        self._highs.changeColsCost(areas, sums, np.ones(areas))
        whole = np.full(n, highspy.HighsVarType.kInteger)
        self._highs.changeColsIntegrality(n, np.arange(n, dtype=np.int32), whole)

    def _row(self, low: float, high: float, columns: Ints, values: Floats) -> None:
        bounds = (max(low, -highspy.kHighsInf), min(high, highspy.kHighsInf))
        self._highs.addRow(*bounds, len(columns), columns.astype(np.int32), values.astype(np.float64))

    def _step_rows(self) -> None:
        steps, n = self._steps, self._n
        q = np.exp(self._passages.log_q.min(axis=0, initial=0.0))
        for k, (x, before) in enumerate(zip(steps.last.tolist(), steps.before.tolist(), strict=True)):
            if before < 0:
                self._row(float(q[x]), inf, np.array([n + k]), np.ones(1))
                self._row(1.0, inf, np.array([n + k, x]), np.array([1.0, 1 - q[x]]))
            else:
                self._row(0.0, inf, np.array([n + k, n + before]), np.array([1.0, -q[x]]))
                self._row(0.0, inf, np.array([n + k, n + before, x]), np.array([1.0, -1.0, 1 - q[x]]))


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

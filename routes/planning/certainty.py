"""How sure a plan is: what it would be worth, and which plan would be best, were each draw the truth."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from routes.evidence.shares import interval_of
from routes.planning.outcomes import Answer, Certainty
from routes.planning.passages import thinned

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.planning.passages import Passages
    from routes.support.arrays import Floats, Ints, Mask

    Value = Callable[[Passages, Mask, Floats], Floats]

DRAWS = 200
"""Of the posterior, in each of which the best plan is looked for."""
NOTICEABLE = 0.003
"""Share of the inflow through a place from which on it is looked at."""
_PLANS_AT_MOST = 150  # whose exchanges are tried
_TIE = 1e-9


def value_of(response: str, reaction: float) -> Value:
    """Tell what a response leaves of plans, by passages, plans and shares in draws: shape (plans, draws)."""
    if response == "best":
        return lambda of, plans, share: of.worth(of.chances(plans), reaction, share).T
    power = {"none": 0.0, "logit": 1.0}[response]
    return lambda of, plans, share: of.through(of.chances(plans), power, share).T


def answers(passages: Passages, chance: Floats, reaction: float) -> tuple[Answer, ...]:
    """Tell the part of the inflow that gets past posts under each response, with its interval."""
    rows = []
    for name, power in (("none", 0.0), ("logit", 1.0), ("best", reaction)):
        low, high = interval_of(passages.through(chance, power, passages.draws)[:, None])
        passing = float(passages.through(chance, power))
        rows.append(Answer(response=name, passing=passing, interval_90=(float(low[0]), float(high[0]))))
    return tuple(rows)


def certainty(
    passages: Passages,
    plan: Mask,
    budget: float,
    value: Value,
    seconds: float | None = None,
) -> Certainty:
    """Compare a plan with those that would be best in draws of the posterior.

    Plans are found by exchange, one post for one, from those that are best in some draw: the regret that is
    told is against the best plan found, which no proof stands behind.

    Parameters
    ----------
    passages : Passages
        With draws.
    plan : ndarray of bool, shape (candidates,)
    budget : float
    value : callable
        From `value_of`.
    seconds : float, optional
        Plans that are not looked at by then are left out.
    """
    kept = np.union1d(noticeable(passages), np.flatnonzero(plan))
    few, plan = passages.only(kept), plan[kept]
    every = value(few, plan[None], few.draws)[0]
    draws = few.draws[thinned(len(few.draws), DRAWS)]
    pool = plans_best_in_draws(few, plan, budget, value, draws, seconds)
    values = value(few, np.array(pool), draws)
    least = values.min(axis=0)
    regret = values - least
    best = values.argmin(axis=0)
    careful = int(np.argmin(regret.mean(axis=1)))
    low, high = interval_of(every[:, None])
    member = np.array([pool[i] for i in best]).mean(axis=0)
    order = np.argsort(-member, kind="stable")
    return Certainty(
        interval_90=(float(low[0]), float(high[0])),
        draws=len(draws),
        best_in=float((regret[0] <= _TIE).mean()),
        mean_regret=float(regret[0].mean()),
        worst_regret=float(regret[0].max()),
        least_regret_posts=few.named(pool[careful]),
        least_mean_regret=float(regret[careful].mean()),
        least_worst_regret=float(regret[careful].max()),
        membership={few.names[x]: float(member[x]) for x in order if member[x] > 0},
    )


@dataclass(slots=True)
class _Pool:
    """Plans that are the best in some draw so far; the plan that is asked about comes first."""

    plans: list[Mask]
    known: set[bytes]
    best: Floats

    def offer(self, plan: Mask, values: Floats) -> bool:
        """Take a plan that is better than all before in some draw."""
        if plan.tobytes() in self.known or not (values < self.best - _TIE).any():
            return False
        self.known.add(plan.tobytes())
        self.plans.append(plan)
        self.best = np.minimum(self.best, values)
        return True


def plans_best_in_draws(
    passages: Passages,
    plan: Mask,
    budget: float,
    value: Value,
    draws: Floats,
    seconds: float | None = None,
) -> list[Mask]:
    """Plans that are best in some draw, found by exchange from one plan, which comes first."""
    deadline = inf if seconds is None else time.perf_counter() + seconds
    pool = _Pool([plan], {plan.tobytes()}, value(passages, plan[None], draws)[0])
    at = 0
    while at < len(pool.plans) and at < _PLANS_AT_MOST and time.perf_counter() < deadline:
        others = exchanges(passages, pool.plans[at], budget)
        fresh = [other for other in others if other.tobytes() not in pool.known]
        if fresh:
            table = value(passages, np.array(fresh), draws)
            for i in dict.fromkeys(table.argmin(axis=0).tolist()):  # of its neighbours best in some draw
                pool.offer(fresh[i], table[i])
        at += 1
    return pool.plans


def noticeable(passages: Passages) -> Ints:
    """Candidates through which a noticeable share goes."""
    return np.flatnonzero(passages.share @ (passages.log_q < 0) >= NOTICEABLE)


def exchanges(passages: Passages, plan: Mask, budget: float) -> list[Mask]:
    """Plans that hold one post more, or another one instead."""
    found = []
    for drop in (-1, *np.flatnonzero(plan).tolist()):
        base = plan.copy()
        if drop >= 0:
            base[drop] = False
        left = budget - float(passages.cost @ base) + _TIE
        for add in range(len(plan)):
            if not base[add] and add != drop and passages.cost[add] <= left:
                other = base.copy()
                other[add] = True
                found.append(other)
    return found

"""Priority lists: which post comes next, so that no team has to leave when there is one more."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

from routes.planning.outcomes import PriorityStep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from routes.planning.games import Choice, Game
    from routes.results import Post

_BUDGETS_AT_MOST = 30  # smaller budgets whose best plans feed the priority list
_SUBSETS_AT_MOST = 600  # plans evaluated for one priority list


def priority_list(
    game: Game, posts: Mapping[str, Post], budget: float, largest: Choice
) -> tuple[PriorityStep, ...]:
    """Nested list: each budget's posts hold those of the smaller ones (Koc & Morton 2015).

    Parameters
    ----------
    game : Game
    posts : mapping of str to Post
        Candidates.
    budget : float
    largest : Choice
        The best plan for the whole budget.
    """
    best = {budget: largest}

    def best_for(spent: float) -> Choice:
        if spent not in best:
            best[spent] = game.solve(spent)
        return best[spent]

    if not largest.names:
        return ()
    cheapest = min(post.cost for post in posts.values())
    spent = cheapest
    while spent < min(budget, _BUDGETS_AT_MOST * cheapest):
        if not best_for(spent).finished:
            break
        spent += cheapest
    pool = sorted({x for choice in best.values() for x in choice.names})
    order = nested_order(pool, game.passing, {x: posts[x].cost for x in pool}, budget)
    steps, spent = [], 0.0
    for i, name in enumerate(order):
        spent += posts[name].cost
        choice = best_for(spent)  # where its search was cut short, the list may be the better plan
        passing = game.passing(order[: i + 1])
        steps.append(
            PriorityStep(
                post=posts[name],
                budget=spent,
                passing=passing,
                best_passing=min(choice.passing, passing),
                best_bound=min(choice.bound, passing),
                best_posts=choice.names if choice.passing <= passing else tuple(order[: i + 1]),
            )
        )
    return tuple(steps)


def nested_order(
    pool: Sequence[str],
    passing: Callable[[Sequence[str]], float],
    cost: Mapping[str, float],
    budget: float,
) -> list[str]:
    """Order posts so that the mean of what gets through over the budgets along the list is least.

    Where all posts cost the same and there are few enough, by dynamic programming over sets: exact among
    the posts of the pool. Else by what each adds for its cost.

    Parameters
    ----------
    pool : sequence of str
        Posts to choose from: those of the best plans of all budgets.
    passing : callable
        What gets past some posts.
    cost : mapping of str to float
    budget : float

    Examples
    --------
    >>> worth = {"a": 0.1, "b": 0.3, "c": 0.2}
    >>> nested_order(["a", "b", "c"], lambda s: 1 - sum(worth[x] for x in s), dict.fromkeys("abc", 1.0), 2)
    ['b', 'c']
    """
    prices = set(cost.values())
    length = min(len(pool), int(budget / min(prices) + 1e-9)) if pool else 0
    subsets = sum(comb(len(pool), k) for k in range(1, length + 1))
    if len(prices) != 1 or subsets > _SUBSETS_AT_MOST:
        return _greedy_order(pool, passing, cost, budget)
    chain: dict[frozenset[str], tuple[float, tuple[str, ...]]] = {frozenset(): (0.0, ())}
    for size in range(1, length + 1):
        for some in combinations(pool, size):
            key = frozenset(some)
            last = min(some, key=lambda x: (chain[key - {x}][0], x))
            total, order = chain[key - {last}]
            chain[key] = (total + passing(some), (*order, last))
    full = [value for key, value in chain.items() if len(key) == length]
    return list(min(full)[1])


def _greedy_order(
    pool: Sequence[str],
    passing: Callable[[Sequence[str]], float],
    cost: Mapping[str, float],
    budget: float,
) -> list[str]:
    order: list[str] = []
    left, spent = list(pool), 0.0
    while left := [x for x in left if spent + cost[x] <= budget + 1e-9]:
        now = passing(order)
        gain = {x: (now - passing([*order, x])) / cost[x] for x in left}
        best = max(left, key=lambda x: (gain[x], x))
        order.append(best)
        left.remove(best)
        spent += cost[best]
    return order

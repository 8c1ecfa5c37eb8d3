"""Better plans by exchange: watch one candidate more, and one less if the budget asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.planning.interdiction.game import Game
    from routes.support.arrays import Floats, Ints, Mask

# Relative: smaller gains, and longer ways round, are rounding.
_ROUNDING = 1e-9
_EQUAL = 1e-13


def improvements(game: Game, plan: Mask) -> Iterator[Mask]:
    """Yield ever better plans, each one exchange from the one before, until none is better.

    For a candidate to add, one search from every end prices *all* candidates to drop: without
    its watch, a dropped arc ``(u, v)`` gives a pair the way ``d(o, u) + length + d(v, t)`` if
    that is shorter than what it had. So a whole neighbourhood costs one search a candidate.
    """
    while (better := _first_better(game, plan)) is not None:
        plan = better
        yield plan


def without_spares(game: Game, plan: Mask) -> Mask:
    """Return the plan without the watches that change nothing."""
    value = float(game.weights @ game.payoff(game.pair_lengths(plan)))
    for candidate in np.flatnonzero(plan):
        fewer = plan.copy()
        fewer[candidate] = False
        if game.weights @ game.payoff(game.pair_lengths(fewer)) <= value * (1 + _EQUAL):
            plan = fewer
    return plan


def _first_better(game: Game, plan: Mask) -> Mask | None:
    value = float(game.weights @ game.payoff(game.pair_lengths(plan)))
    for addition in _on_best_paths(game, plan):
        added = plan.copy()
        added[addition] = True
        drop, best = _best_drop(game, added)
        if best < value * (1 - _ROUNDING):
            added[drop] = False
            return added
    return None


def _on_best_paths(game: Game, plan: Mask) -> Ints:
    """Return the unwatched candidates on some evader's best path, the busiest first."""
    free = np.flatnonzero(~plan)
    through, lengths = _ways_through(game, plan, free)
    on_path = through <= lengths[:, None] * (1 + _ROUNDING)
    traffic = (game.weights * game.payoff(lengths)) @ on_path
    busiest_first = np.argsort(-traffic, kind="stable")
    return free[busiest_first[: np.count_nonzero(traffic)]]


def _best_drop(game: Game, plan: Mask) -> tuple[Ints, float]:
    """Return what to drop from a plan to keep the budget (nothing or one), and the payoff then."""
    excess = float(game.costs @ plan) - game.budget
    chosen = np.flatnonzero(plan & (game.costs >= excess - _ROUNDING))
    through, lengths = _ways_through(game, plan, chosen)
    if excess <= _ROUNDING:
        return chosen[:0], float(game.weights @ game.payoff(lengths))
    values = game.weights @ game.payoff(np.minimum(through, lengths[:, None]))
    if not len(values):
        return chosen[:0], np.inf
    return chosen[[values.argmin()]], float(values.min())


def _ways_through(game: Game, plan: Mask, candidates: Ints) -> tuple[Floats, Floats]:
    """Return the shortest ways through unwatched candidates, (pairs, candidates), and at all."""
    arcs = game.candidates[candidates]
    before = game.distances_from_origins(plan)[game.origin_of_pair][:, game.tails[arcs]]
    to_targets = game.distances_to_targets(plan)[game.target_of_pair]
    through = before + game.lengths[arcs] + to_targets[:, game.heads[arcs]]
    return through, to_targets[np.arange(len(game.origins)), game.origins]

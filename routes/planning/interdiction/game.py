"""The game both solvers play: we watch arcs within a budget, then each evader takes the best path.

Every arc has a *length* and a second, longer length for when it is watched. For sensors the
length is ``-log(evasion)``, so lengths add up where probabilities multiply; for road closures it
is the length itself, plus the delay. What an evader gains is a falling function of the length of
the path, the *payoff*, and we minimise the weighted sum of payoffs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.support.arrays import Floats, Ints, Mask


@dataclass(frozen=True)
class Game:
    """One interdiction problem on plain arrays.

    With ``x`` the watched candidates, ``minimise sum_s weight_s * payoff(length_s(x))`` subject
    to ``cost . x <= budget``, where ``length_s(x)`` is the shortest path of pair ``s``.

    Parameters
    ----------
    n_nodes
        Nodes are 0 .. n_nodes - 1.
    tails, heads
        Ends of every arc, shape (arcs,).
    lengths, watched_lengths
        Length of every arc unwatched and watched, shape (arcs,), ``0 <= length <= watched``;
        a watched length may be infinite.
    candidates
        Positions of the arcs that can be watched, shape (candidates,).
    costs, budget
        What watching a candidate costs, shape (candidates,), and how much there is to spend;
        no candidate costs more than that.
    origins, destinations, weights
        One evader a row, shape (pairs,).
    payoff
        Falling, convex function of lengths (element by element), at least 0; 0 at infinity.
    mixed
        Length of an arc that is watched in part: ``mixed(lengths, watched_lengths, x)``. Only a
        guide to promising paths.
    sharpen
        Raises a bound below all plans' total payoffs, if these come in steps.

    """

    n_nodes: int
    tails: Ints
    heads: Ints
    lengths: Floats
    watched_lengths: Floats
    candidates: Ints
    costs: Floats
    budget: float
    origins: Ints
    destinations: Ints
    weights: Floats
    payoff: Callable[[Floats], Floats]
    mixed: Callable[[Floats, Floats, Floats], Floats]
    sharpen: Callable[[float], float] = float

    @cached_property
    def targets(self) -> Ints:
        """Return the distinct destinations: pairs that share one share a search."""
        return np.unique(self.destinations)

    @cached_property
    def sources(self) -> Ints:
        """Return the distinct origins."""
        return np.unique(self.origins)

    @cached_property
    def origin_of_pair(self) -> Ints:
        """Return for every pair the row of its origin in `sources`."""
        return np.searchsorted(self.sources, self.origins)

    @cached_property
    def target_of_pair(self) -> Ints:
        """Return for every pair the row of its destination in `targets`."""
        return np.searchsorted(self.targets, self.destinations)

    def arc_lengths(self, watched: Mask) -> Floats:
        """Return every arc's length when the candidates in the mask are watched."""
        current = self.lengths.copy()
        chosen = self.candidates[watched]
        current[chosen] = self.watched_lengths[chosen]
        return current

    def distances_to_targets(self, watched: Mask) -> Floats:
        """Return the shortest lengths from all nodes, shape (targets, nodes)."""
        backwards = self._matrix(self.heads, self.tails, self.arc_lengths(watched))
        return _distances(backwards, self.targets)

    def distances_from_origins(self, watched: Mask) -> Floats:
        """Return the shortest lengths to all nodes, shape (sources, nodes)."""
        forwards = self._matrix(self.tails, self.heads, self.arc_lengths(watched))
        return _distances(forwards, self.sources)

    def pair_lengths(self, watched: Mask) -> Floats:
        """Return the shortest length of every pair, infinite without a path."""
        distances = self.distances_to_targets(watched)
        return distances[self.target_of_pair, self.origins]

    def next_nodes(self, x: Floats) -> Ints:
        """Return the next node of the shortest mixed way to every target, (targets, nodes).

        Negative where there is none.
        """
        mixed = self.lengths.copy()
        at = self.candidates
        mixed[at] = self.mixed(self.lengths[at], self.watched_lengths[at], x)
        backwards = self._matrix(self.heads, self.tails, mixed)
        _, following = dijkstra(backwards, indices=self.targets, return_predecessors=True)
        return np.atleast_2d(following).astype(np.int64)

    def _matrix(self, rows: Ints, columns: Ints, data: Floats) -> csr_array:
        shape = (self.n_nodes, self.n_nodes)
        return csr_array((data, (rows, columns)), shape=shape)


def _distances(matrix: csr_array, sources: Ints) -> Floats:
    found: Floats = np.atleast_2d(dijkstra(matrix, indices=sources))
    return found


def unwatched(game: Game) -> Mask:
    """Return the mask of nothing watched."""
    return np.zeros(len(game.candidates), dtype=np.bool_)


def all_watched(game: Game) -> Mask:
    """Return the mask of every candidate watched, whatever the budget."""
    return np.ones(len(game.candidates), dtype=np.bool_)

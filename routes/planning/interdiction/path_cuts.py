"""Path cuts: what one path alone says about an evader's payoff.

Payoffs fall ever more slowly with length (they are convex), so on one path ``P`` a second watch
takes no more than it would take alone, and

    payoff(x)  >=  payoff(P) - sum((payoff(P) - payoff(P with a watched)) * x[a] for a on P).

For lengths that delays add to, these are the Benders cuts of Israeli and Wood, each coefficient
cut off at what there is to take; for probabilities, the path inequalities of Towle and Luedtke.
Level cuts say more where evaders have many paths with a candidate or two, path cuts where single
paths have many candidates.

References
----------
Israeli & Wood (2002), Shortest-path network interdiction, Networks 40.
Towle & Luedtke (2018), New solution approaches for the maximum-reliability stochastic network
interdiction problem, Computational Management Science 15.

"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routes.planning.interdiction.cuts import Cut, make_cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.planning.interdiction.game import Game
    from routes.support.arrays import Floats, Ints


class PathCuts:
    """Finds for every pair the path that looks best at ``x``, and its cut.

    Parameters
    ----------
    game
        The problem; its payoff must be convex.
    scales
        Payoff of every pair with nothing watched, positive, shape (pairs,).

    """

    def __init__(self, game: Game, scales: Floats) -> None:
        self._game = game
        self._scales = scales
        ends = zip(game.tails.tolist(), game.heads.tolist(), strict=True)
        self._arc_between = {both: arc for arc, both in enumerate(ends)}
        self._candidate_of_arc = np.full(len(game.lengths), -1, dtype=np.int64)
        self._candidate_of_arc[game.candidates] = np.arange(len(game.candidates))

    def cuts(self, x: Floats) -> Iterator[Cut]:
        """Yield a cut for every pair that the mixed lengths leave a path."""
        game = self._game
        ways = game.next_nodes(x)
        pairs = zip(game.origins.tolist(), game.target_of_pair.tolist(), strict=True)
        for pair, (origin, row) in enumerate(pairs):
            arcs = self._path(origin, ways[row])
            if len(arcs):
                yield self._cut(pair, arcs)

    def _path(self, node: int, following: Ints) -> Ints:
        arcs = []
        while (after := int(following[node])) >= 0:
            arcs.append(self._arc_between[node, after])
            node = after
        return np.array(arcs, dtype=np.int64)

    def _cut(self, pair: int, arcs: Ints) -> Cut:
        game = self._game
        length = game.lengths[arcs].sum()
        watchable = arcs[self._candidate_of_arc[arcs] >= 0]
        delays = game.watched_lengths[watchable] - game.lengths[watchable]
        with_none, *with_one = game.payoff(np.array([length, *(length + delays)])).tolist()
        losses = [(with_none - gain) / self._scales[pair] for gain in with_one]
        columns = self._candidate_of_arc[watchable].tolist()
        coefficients = dict(zip(columns, losses, strict=True))
        return make_cut(pair, with_none / self._scales[pair], coefficients)

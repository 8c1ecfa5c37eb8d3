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

from routes.interdiction.cuts import Cut, make_cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.interdiction.game import Floats, Game


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
        self._arc_at = {both: arc for arc, both in enumerate(ends)}
        self._candidate_of_arc = dict(zip(game.candidates.tolist(), range(len(game.candidates)), strict=True))

    def cuts(self, x: Floats) -> Iterator[Cut]:
        """Yield a cut for every pair that the mixed lengths leave a path."""
        _, following = self._game.next_nodes(x)
        for pair, (origin, row) in enumerate(zip(self._game.origins.tolist(), self._game.target_of_pair.tolist(), strict=True)):
            arcs = self._path(origin, following[row])
            if arcs:
                yield self._cut(pair, np.array(arcs))

    def _path(self, node: int, following: np.ndarray) -> list[int]:
        arcs = []
        while (after := int(following[node])) >= 0:
            arcs.append(self._arc_at[node, after])
            node = after
        return arcs

    def _cut(self, pair: int, arcs) -> Cut:
        game = self._game
        length = game.lengths[arcs].sum()
        on_path = [(arc, self._candidate_of_arc[arc]) for arc in arcs.tolist() if arc in self._candidate_of_arc]
        delays = np.array([game.watched_lengths[arc] - game.lengths[arc] for arc, _ in on_path])
        alone = game.payoff(np.array([length]))[0]
        losses = (alone - game.payoff(length + delays)) / self._scales[pair]
        coefficients = dict(zip((candidate for _, candidate in on_path), losses.tolist(), strict=True))
        return make_cut(pair, float(alone / self._scales[pair]), coefficients)

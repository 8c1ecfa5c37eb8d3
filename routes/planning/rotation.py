r"""Teams that rotate: few sets of posts with frequencies, against traffickers who know how often, not when.

Traffickers answer to the chance :math:`Q_c = \sum_S λ_S q_c(S)` of getting past posts that change, and what
is left to them (`Passages.worth`) is convex in the frequencies λ: a game of sum zero. Sets come by column
generation. The frequencies that are best among the sets known are those of a linear programme over slopes of
the worth (Kelley 1960); the set that is best against the slope found is a maximal covering, and its value is
below what any rotation leaves: that proves the gap. A rotation among sets that hold the best fixed plan is
never worse than it. Checkpoints that rotate worked in a randomised trial where fixed ones did not (Banerjee,
Duflo, Keniston & Singh).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import highspy
import numpy as np

from routes.planning.covering import Covering
from routes.planning.highs import quiet_highs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.planning.passages import Passages
    from routes.support.arrays import Floats, Ints, Mask


_GAP = 0.002  # good enough: a fifth of the gap that is promised
_ROUNDS_AT_MOST = 2000
_PROVE_EVERY = 10  # rounds between programmes that are solved for the bound alone
_SELDOM = 1e-4  # sets less frequent than this are left out


@dataclass(frozen=True, slots=True)
class Mix:
    """Sets of posts with frequencies, and the bound that no rotation goes below.

    Parameters
    ----------
    sets : ndarray of bool, shape (sets, candidates)
    frequency : ndarray of float, shape (sets,)
        They sum to one.
    worth : float
        What is left to the traffickers.
    bound : float
    """

    sets: Mask
    frequency: Floats
    worth: float
    bound: float

    def chance(self, passages: Passages) -> Floats:
        """Chance of each group to get past posts that change, shape (groups,)."""
        return passages.chances(self.sets) @ self.frequency


def rotate(
    passages: Passages,
    budget: float,
    reaction: float,
    fixed: Mask,
    *,
    beat: Ints | None = None,
    time_limit: float | None = None,
    gap: float = _GAP,
) -> Mix:
    """Find sets and frequencies that leave traffickers the least, to a relative gap.

    Parameters
    ----------
    passages : Passages
    budget : float
        What the posts of each set may cost together.
    reaction : float
        At least 1.
    fixed : ndarray of bool, shape (candidates,)
        A plan that the rotation must not be worse than.
    beat : ndarray of int, shape (candidates,), optional
        Each team keeps to the candidates of one number; those with a negative one are not used.
    time_limit : float, optional
        Seconds; the best rotation so far is returned with its gap, as after Ctrl-C.
    gap : float
    """
    deadline = inf if time_limit is None else time.perf_counter() + time_limit
    game = _Game(passages, budget, reaction, fixed, beat)
    try:
        for turn in range(_ROUNDS_AT_MOST):
            if game.gap <= gap or time.perf_counter() > deadline:
                break
            game.play(turn, deadline)
        game.prove(deadline)
    except KeyboardInterrupt:
        pass
    return game.mix()


class _Game:
    """Sets and slopes known so far, the best mix, and the best bound."""

    def __init__(
        self, passages: Passages, budget: float, reaction: float, fixed: Mask, beat: Ints | None
    ) -> None:
        self.passages, self.budget, self.reaction, self.beat = passages, budget, reaction, beat
        self.sets: list[Mask] = [fixed]
        self.chance = passages.chances(np.array([fixed]))
        self.areas = np.unique(passages.area)
        self.cuts: list[Floats] = []  # each (groups,)
        self.best, self.worth = np.ones(1), float(passages.worth(self.chance[:, 0], reaction))
        self.bound, self.stalled = 0.0, 0

    @property
    def gap(self) -> float:
        return (self.worth - self.bound) / self.worth if self.worth > 0 else 0.0

    def play(self, turn: int, deadline: float) -> None:
        frequency = self._master() if self.cuts else self.best
        inner = 0.5 * (frequency + np.append(self.best, np.zeros(len(frequency) - len(self.best))))
        slope = self._look(frequency)
        if turn % 2 or self.stalled:
            slope = self._look(inner)
        fresh = self._answer(slope)
        prove = fresh is None or turn % _PROVE_EVERY == _PROVE_EVERY - 1
        if prove:
            fresh = self._programme(slope, deadline) if fresh is None else fresh
            self.stalled = 0 if fresh is not None else self.stalled + 1
        if fresh is not None:
            self.sets.append(fresh)
            self.chance = np.column_stack([self.chance, self.passages.chance(fresh)])

    def prove(self, deadline: float) -> None:
        """Work the bound out at the best mix, if that is still to be done."""
        if self.gap > 0 and time.perf_counter() < deadline:
            self._programme(self._look(self.best), deadline)

    def mix(self) -> Mix:
        kept = np.flatnonzero(self.best >= _SELDOM)
        frequency = self.best[kept] / self.best[kept].sum()
        sets = np.array([self.sets[i] for i in kept])
        worth = float(self.passages.worth(self.passages.chances(sets) @ frequency, self.reaction))
        return Mix(sets, frequency, worth, min(self.bound, worth))

    def _look(self, frequency: Floats) -> Floats:
        """Value a mix, keep it if it is the best, and add its slope to the cuts."""
        chance = self.chance[:, : len(frequency)] @ frequency
        worth = float(self.passages.worth(chance, self.reaction))
        if worth < self.worth:
            self.best, self.worth = frequency, worth
        slope = self.passages.slope(chance, self.reaction)
        self.cuts.append(slope)
        return slope

    def _master(self) -> Floats:
        """Frequencies that are best against the slopes known: a linear programme."""
        n, areas = len(self.sets), len(self.areas)
        into = np.equal.outer(self.areas, self.passages.area).astype(float)
        rows = np.concatenate([(into * slope) @ self.chance for slope in self.cuts[-_CUTS_AT_MOST:]])
        below = np.tile(np.eye(areas), (len(rows) // areas, 1))
        highs = quiet_highs()
        highs.addVars(n + areas, np.zeros(n + areas), np.full(n + areas, highspy.kHighsInf))
        highs.changeColsCost(areas, np.arange(n, n + areas, dtype=np.int32), np.ones(areas))
        highs.addRow(1.0, 1.0, n, np.arange(n, dtype=np.int32), np.ones(n))
        table = np.hstack([-rows, below])
        at, columns = np.nonzero(table)
        starts = np.searchsorted(at, np.arange(len(table))).astype(np.int32)
        lower, upper = np.zeros(len(table)), np.full(len(table), highspy.kHighsInf)
        values = table[at, columns]
        highs.addRows(len(table), lower, upper, len(values), starts, columns.astype(np.int32), values)
        highs.run()
        found = np.maximum(np.array(highs.getSolution().col_value)[:n], 0.0)
        return np.asarray(found / found.sum())

    def _programme(self, slope: Floats, deadline: float) -> Mask | None:
        programme = Covering(self.passages, self.budget, self.beat)
        programme.add(slope)
        found = programme.solve(deadline - time.perf_counter(), _GAP / 10)
        self.bound = max(self.bound, found.bound)
        return None if found.plan is None or self._known(found.plan) else found.plan

    def _answer(self, slope: Floats) -> Mask | None:
        """Find a set that is better against a slope than all that are known, by exchange."""
        least = float((slope @ self.chance).min())
        plan = best_set(self.passages, slope, self.budget, self.beat)
        better = float(slope @ self.passages.chance(plan)) < least * (1 - _GAP / 20)
        return plan if better and not self._known(plan) else None

    def _known(self, plan: Mask) -> bool:
        return any((plan == other).all() for other in self.sets)


_CUTS_AT_MOST = 150


def best_set(passages: Passages, slope: Floats, budget: float, beat: Ints | None = None) -> Mask:
    """Find a set for which ``slope @ chance`` is small: greedily, then by exchange of one for one."""
    n = len(passages.names)
    taken = 1 - np.exp(passages.log_q)
    plan = np.zeros(n, bool)
    value = float(slope @ passages.chance(plan))
    while True:
        options: list[tuple[float, Mask]] = []
        for drop in (-1, *np.flatnonzero(plan).tolist()):
            base = plan.copy()
            if drop >= 0:
                base[drop] = False
            left = slope * passages.chance(base)
            gain = np.where(_free(passages, base, budget, beat), left @ taken, -inf)
            if n and np.isfinite(gain.max()):
                base[int(gain.argmax())] = True
                options.append((float(left.sum() - gain.max()), base))
        if not options or min(options, key=lambda o: o[0])[0] >= value * (1 - 1e-12):
            return plan
        value, plan = min(options, key=lambda o: o[0])


def _free(passages: Passages, plan: Mask, budget: float, beat: Ints | None) -> Mask:
    """Candidates that may be added to a set."""
    left = budget - float(passages.cost @ plan) + 1e-9
    free = ~plan & (passages.cost <= left)
    if beat is None:
        return free
    return free & (beat >= 0) & ~np.isin(beat, beat[plan])


def beats(km: Floats, fixed: Sequence[int], presence: Floats, farthest_km: float) -> Ints:
    """Give every team of a fixed plan a beat: posts that are all within a distance of one another.

    A team draws its post anew each time whatever it held before, so that nothing can be told from the past;
    then any two posts of its beat may follow on one another.

    Parameters
    ----------
    km : ndarray of float, shape (candidates, candidates)
        Road distances.
    fixed : sequence of int
        Candidates of the plan; each begins a beat.
    presence : ndarray of float, shape (candidates,)
        How much each candidate is wanted: the largest join first.
    farthest_km : float

    Returns
    -------
    ndarray of int, shape (candidates,)
        Number of the beat; negative for none.

    Examples
    --------
    >>> km = np.abs(np.subtract.outer([0.0, 90.0, 150.0, 900.0], [0.0, 90.0, 150.0, 900.0]))
    >>> beats(km, [0, 3], np.array([1.0, 0.5, 0.6, 1.0]), 100.0).tolist()
    [0, 0, -1, 1]
    """
    beat = np.full(len(km), -1)
    beat[list(fixed)] = np.arange(len(fixed))
    for x in np.argsort(-presence, kind="stable"):
        if beat[x] < 0 and presence[x] > 0:
            near = [b for b in range(len(fixed)) if km[x, beat == b].max() <= farthest_km]
            if near:
                beat[x] = min(near, key=lambda b: (presence[beat == b].sum(), b))
    return beat

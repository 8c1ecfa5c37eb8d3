"""Answers of traffickers as games: each finds the best posts for a budget, and values any."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Protocol

from routes.errors import RoutesError
from routes.planning.capture import Found, capture, choose_best, choose_logit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from routes.parameters import Parameters
    from routes.planning.evaders import Evaders
    from routes.planning.passages import Passages
    from routes.support.arrays import Mask


_STRONGEST = 200.0  # chances to this power can still be told from 0; nobody is noticed to mind more
RESPONSES = ("logit", "best", "none", "roads")


@dataclass(frozen=True, slots=True)
class Choice:
    """Posts, what gets past them, and the bound below every plan of the budget."""

    names: tuple[str, ...]
    passing: float
    bound: float
    finished: bool


class Game(Protocol):
    """What traffickers answer."""

    def solve(self, budget: float) -> Choice:
        """Find the best posts for a budget."""

    def passing(self, posts: Collection[str]) -> float:
        """Value some posts."""


@dataclass(frozen=True, slots=True)
class Clock:
    """All searches of one plan share the time that there is."""

    deadline: float = inf

    @classmethod
    def of(cls, seconds: float | None) -> Clock:
        """Start now."""
        return cls(inf if seconds is None else time.perf_counter() + seconds)

    def left(self) -> float | None:
        """Seconds that are left, None without a limit."""
        return None if self.deadline == inf else max(self.deadline - time.perf_counter(), 0.0)


@dataclass(frozen=True, slots=True)
class RoadGame:
    """Every trafficker of a gate takes the best way on the roads past the posts."""

    evaders: Evaders
    detection: Mapping[str, float]
    clock: Clock

    def solve(self, budget: float) -> Choice:
        """Find the best posts for a budget."""
        found = self.evaders.solve(budget, self.clock.left())
        names = tuple(sorted(str(start[1]) for start, _ in found.edges if isinstance(start, tuple)))
        return Choice(names, found.evasion_probability, found.lower_bound, found.proven_optimal)

    def passing(self, posts: Collection[str]) -> float:
        """Value some posts."""
        return self.evaders.passing({x: self.detection[x] for x in posts})


@dataclass(frozen=True, slots=True)
class ShareGame:
    """Shares of corridors move, or do not."""

    passages: Passages
    search: Callable[[float, float | None], Found]
    value: Callable[[Mask], float]
    clock: Clock

    def solve(self, budget: float) -> Choice:
        """Find the best posts for a budget."""
        found = self.search(budget, self.clock.left())
        return Choice(self.passages.named(found.plan), found.passing, found.bound, found.finished)

    def passing(self, posts: Collection[str]) -> float:
        """Value some posts."""
        return self.value(self.passages.mask(posts))


def share_game(passages: Passages, response: str, reaction: float, clock: Clock) -> ShareGame:
    """Make the game of a response by shares."""
    if response == "none":
        return ShareGame(
            passages, lambda budget, s: capture(passages, budget, s), passages.caught_none, clock
        )
    if response == "logit":
        return ShareGame(
            passages, lambda budget, s: choose_logit(passages, budget, s), passages.caught_logit, clock
        )
    return ShareGame(
        passages,
        lambda budget, s: choose_best(passages, budget, reaction, s),
        lambda plan: float(passages.worth(passages.chance(plan), reaction)),
        clock,
    )


def reaction_of(parameters: Parameters) -> float:
    """How strongly a trafficker who knows the posts weighs the chance to get past: 1 / (hazard x scale).

    Raises
    ------
    RoutesError
        If the hazard is so high that he would weigh it less than route choice does.

    Examples
    --------
    >>> from routes.parameters import Parameters
    >>> reaction_of(Parameters())
    5.0
    """
    scale = parameters.route_choice.scale_km
    hazard = parameters.interdiction.hazard_per_1000_km
    reaction = 1000 / (hazard * scale)
    if reaction < 1 - 1e-9:
        raise RoutesError(
            f"interdiction.hazard_per_1000_km: wanted at most 1000 / route_choice.scale_km = "
            f"{1000 / scale:g}, got {hazard:g}. "
            "Traffickers who know the posts would mind them less than by route choice."
        )
    return min(max(reaction, 1.0), _STRONGEST)

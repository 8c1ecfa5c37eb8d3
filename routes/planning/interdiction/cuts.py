"""The shape of a cut: a linear lower bound on what one evader gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from routes.support.arrays import Floats, Ints

# HiGHS drops smaller coefficients from its rows.
_SMALLEST = 1e-9


class OutOfTimeError(Exception):
    """The time limit came while the tree was still open."""


class Cut(NamedTuple):
    """``theta[pair] + coefficients . x[columns] >= constant``, payoff scaled to 1 unwatched."""

    pair: int
    constant: float
    columns: Ints
    coefficients: Floats

    def violation(self, x: Floats, theta: Floats) -> float:
        """Return by how much a point breaks the cut."""
        return float(self.constant - self.coefficients @ x[self.columns] - theta[self.pair])


def make_cut(pair: int, constant: float, coefficients: dict[int, float]) -> Cut:
    """Build a cut, moving coefficients the solver would silently drop to the safe side."""
    kept = {column: value for column, value in coefficients.items() if value > _SMALLEST}
    dropped = sum(coefficients.values()) - sum(kept.values())
    columns = np.fromiter(kept.keys(), dtype=np.int64, count=len(kept))
    values = np.fromiter(kept.values(), dtype=np.float64, count=len(kept))
    return Cut(pair, constant - max(dropped, 0.0), columns, values)

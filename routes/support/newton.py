"""The highest point of a smooth function, by Newton's method with damped steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.support.arrays import Floats


_MOST_STEPS = 200
_GOOD, _POOR = 0.75, 0.1  # of the gain that the step promised
_LEAST, _FACTOR = 1.0, 4.0  # damping: the least there is, as large as the bend of the prior, and its steps
_ROUNDING = 1e-12  # a promise of less than this part of the value cannot be checked


def highest(
    rise: Callable[[Floats], tuple[float, Floats]],
    bend: Callable[[Floats], Floats],
    start: Floats,
    flat: float,
) -> tuple[Floats, Floats]:
    """Climb to a point where the function is flat.

    A step is damped (Levenberg and Marquardt's way) until it gains a fair part of what the slope and the
    bend promise, so that the climb cannot run away where the function is not concave. It is for functions
    whose bend is about one far from the data, as that of a log posterior in units of its prior is.

    Parameters
    ----------
    rise : callable
        Value and slope, shape (n,), at a point.
    bend : callable
        Negative second derivatives at a point, shape (n, n).
    start : ndarray of float, shape (n,)
    flat : float
        Length of the slope at which to stop.

    Returns
    -------
    ndarray of float, shape (n,)
        The highest point found.
    ndarray of float, shape (n,)
        The slope at it; longer than `flat` where the climb came to no end.

    Examples
    --------
    >>> def rise(x):
    ...     return float(np.log(x[0]) - x[0]), 1 / x - 1
    >>> highest(rise, lambda x: np.diag(1 / x**2), np.array([0.5]), 1e-9)[0].round(9).tolist()
    [1.0]
    """
    x, damping = start, 0.0
    value, slope = rise(x)
    for _ in range(_MOST_STEPS):
        if np.linalg.norm(slope) <= flat:
            break
        bent = bend(x)
        while (step := _uphill(bent, slope, damping)) is None:
            damping = max(_LEAST, _FACTOR * damping)
        promised = float(slope @ step - step @ bent @ step / 2)
        there = rise(x + step)
        gained = there[0] - value
        unseen = promised <= _ROUNDING * (1 + abs(value))
        if unseen and np.linalg.norm(there[1]) >= np.linalg.norm(slope):
            break  # rounding is all that is left
        taken = gained > _POOR * promised or unseen
        if taken:
            x = x + step
            value, slope = there
        if gained > _GOOD * promised or unseen:
            damping = damping / _FACTOR if damping > _LEAST else 0.0
        elif not taken:  # what is no number is not taken either
            damping = max(_LEAST, _FACTOR * damping)
    return x, slope


def _uphill(bent: Floats, slope: Floats, damping: float) -> Floats | None:
    """Step of Newton's method, or None where the damped bend is not that of a hill."""
    damped = bent + damping * np.eye(len(slope))
    try:
        np.linalg.cholesky(damped)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(np.linalg.solve(damped, slope))

"""Newton's method against scipy's, on functions that are hills and on some that are not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der, rosen_hess

from routes.support.newton import highest


def valley(x: np.ndarray) -> tuple[float, np.ndarray]:
    """Rosenbrock's curved valley, upside down: far from concave, highest where all are one."""
    return -float(rosen(x)), -rosen_der(x)


@pytest.mark.parametrize("seed", range(20))
def test_a_ridge_that_is_not_concave_is_climbed_to_its_top(seed: int) -> None:
    start = np.random.default_rng(seed).uniform(-2, 2, 2)
    x, slope = highest(valley, rosen_hess, start, 1e-8)
    assert x == pytest.approx([1, 1], abs=1e-7)
    assert np.linalg.norm(slope) <= 1e-8


@pytest.mark.parametrize("seed", range(20))
def test_a_climb_over_several_tops_ends_where_scipy_stays(seed: int) -> None:
    rng = np.random.default_rng(seed)
    centre, start = rng.normal(0, 2, (4, 5)), rng.normal(0, 3, 5)

    def parts(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        away = x - centre
        return away, np.exp(-0.5 * (away**2).sum(axis=1)) + 1e-3

    def rise(x: np.ndarray) -> tuple[float, np.ndarray]:
        away, height = parts(x)
        slope = -((height - 1e-3)[:, None] * away / height[:, None]).sum(axis=0)
        return float(np.log(height).sum() - 0.5 * x @ x), slope - x

    def bend(x: np.ndarray) -> np.ndarray:
        away, height = parts(x)
        sure = (height - 1e-3) / height
        outer = away[:, :, None] * away[:, None, :]
        return np.eye(5) * (1 + sure.sum()) - ((sure * (1 - sure))[:, None, None] * outer).sum(axis=0)

    x, _ = highest(rise, bend, start, 1e-9)
    assert (np.linalg.eigvalsh(bend(x)) > 0).all()
    again = minimize(lambda y: tuple(-part for part in rise(y)), x, jac=True, hess=bend, method="trust-exact")
    assert again.x == pytest.approx(x, abs=1e-6)


def test_a_slope_without_end_is_given_back_as_steep() -> None:
    _, slope = highest(lambda x: (float(x[0]), np.ones(1)), lambda _: np.zeros((1, 1)), np.zeros(1), 1e-6)
    assert slope[0] == 1


def test_a_climb_that_is_never_flat_enough_ends_where_rounding_begins() -> None:
    points = []

    def rise(x: np.ndarray) -> tuple[float, np.ndarray]:
        points.append(x)
        return valley(x)

    x, slope = highest(rise, rosen_hess, np.array([-1.2, 1.0]), 0.0)
    assert len(points) < 60
    assert x == pytest.approx([1, 1])
    assert np.linalg.norm(slope) < 1e-9


def test_a_step_to_where_nothing_is_known_is_not_taken() -> None:
    def rise(x: np.ndarray) -> tuple[float, np.ndarray]:
        return (np.nan, np.full(1, np.nan)) if x[0] > 1.5 else (float(-((x[0] - 1) ** 4)), -4 * (x - 1) ** 3)

    x, _ = highest(rise, lambda _: np.full((1, 1), 1e-3), np.array([0.0]), 1e-6)
    assert x[0] == pytest.approx(1, abs=0.01)

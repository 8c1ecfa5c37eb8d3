"""Near points, looked at one by one or with a tree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from routes.support import geo

SPOTS = arrays(float, st.tuples(st.integers(2, 12), st.just(3)), elements=st.floats(-1, 1, width=32))


@settings(deadline=None)  # the tree is loaded once
@given(SPOTS, st.floats(0.01, 2))
def test_few_and_many_points_have_the_same_pairs(spots: np.ndarray, reach: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        few = set(zip(*(n.tolist() for n in geo.pairs_within(spots, reach)), strict=True))
        patch.setattr(geo, "_FEW", 0)
        many = set(zip(*(n.tolist() for n in geo.pairs_within(spots, reach)), strict=True))
    by_hand = {
        (i, j)
        for i in range(len(spots))
        for j in range(i + 1, len(spots))
        if sum((a - b) ** 2 for a, b in zip(spots[i].tolist(), spots[j].tolist(), strict=True)) <= reach**2
    }
    assert few == many == by_hand


@settings(deadline=None)  # the tree is loaded once
@given(SPOTS, SPOTS)
def test_few_and_many_points_have_the_same_nearest(spots: np.ndarray, to: np.ndarray) -> None:
    with pytest.MonkeyPatch.context() as patch:
        away, nearest = geo.nearest_point(spots, to)
        patch.setattr(geo, "_FEW", 0)
        far, other = geo.nearest_point(spots, to)
    assert away.tolist() == far.tolist()  # to the last bit
    assert np.linalg.norm(spots[nearest] - to, axis=1).tolist() == pytest.approx(away.tolist())
    assert np.linalg.norm(spots[other] - to, axis=1).tolist() == pytest.approx(away.tolist())

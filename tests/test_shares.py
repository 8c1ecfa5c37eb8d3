"""Shares by draw: what is asked of them, against sums and counts made one by one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_networks import analysis_of, two_bridges

from routes.corridors import legs_passed, places_passed
from routes.evidence.shares import ShareDraws, changes


def draws_of(seed: int, columns: int, draws: int = 50) -> ShareDraws:
    shares = np.random.default_rng(seed).dirichlet(np.ones(columns), draws)
    return ShareDraws(tuple(("corridor", str(i)) for i in range(columns)), shares, shares.mean(axis=0), 0.0)


def test_what_passes_a_place_or_a_leg_is_added_up() -> None:
    analysis = analysis_of(two_bridges(), spread=0.5)
    graph, listed, shares = analysis.untied.graph, analysis.corridors, analysis.shares
    places = shares.through(places_passed(graph, listed))
    for (kind, name), column, mean in zip(places.names, places.draws.T, places.mean, strict=True):
        members = [
            c
            for c, path in enumerate(listed.nodes)
            if any((graph.nodes[n]["kind"], graph.nodes[n]["place"]) == (kind, name) for n in path)
        ]
        assert column == pytest.approx(sum(shares.draws[:, c] for c in members))
        assert mean == pytest.approx(sum(shares.mean[c] for c in members))
    legs = shares.through(legs_passed(listed))
    for leg, mean in zip(legs.names, legs.mean, strict=True):
        users = [c for c, path in enumerate(listed.nodes) if leg in pairwise(path)]
        assert users
        assert mean == pytest.approx(sum(shares.mean[c] for c in users))


def test_places_of_a_kind_are_kept_alone() -> None:
    analysis = analysis_of(two_bridges())
    passed = places_passed(analysis.untied.graph, analysis.corridors)
    crossings = passed.of_kind("crossing")
    assert {kind for kind, _ in crossings.names} == {"crossing"}
    assert crossings.use.shape == (len(crossings.names), len(analysis.corridors.ids))
    assert passed.of_kind("seizure").names == ()


@given(st.integers(0, 2**32 - 1), st.integers(1, 15), st.integers(1, 12))
def test_chances_of_the_first_ones_are_counts_of_draws(seed: int, columns: int, count: int) -> None:
    shares = draws_of(seed, columns)
    top, first = shares.top(count), shares.first()
    for c in range(columns):
        better = [(row > row[c]).sum() for row in shares.draws]
        assert top[c] == pytest.approx(np.mean([b < count for b in better]))
        assert first[c] == pytest.approx(np.mean([b == 0 for b in better]))


def test_the_interval_leaves_a_twentieth_on_either_side() -> None:
    shares = draws_of(1, 3, 4000)
    low, high = shares.interval()
    assert (shares.draws < low).mean(axis=0) == pytest.approx(0.05, abs=1e-3)
    assert (shares.draws > high).mean(axis=0) == pytest.approx(0.05, abs=1e-3)


def test_changes_are_made_name_by_name_whatever_the_order() -> None:
    one, two = draws_of(1, 4), draws_of(2, 4)
    turned = ShareDraws(two.names[::-1], two.draws[:, ::-1], two.mean[::-1], 0.0)
    assert changes(one, turned).draws == pytest.approx(two.draws - one.draws)
    fewer = ShareDraws(two.names[:2], two.draws[:, :2], two.mean[:2], 0.0)
    moved = changes(one, fewer)
    assert moved.after[2:] == pytest.approx(0)
    assert moved.draws[:, 3] == pytest.approx(-one.draws[:, 3])

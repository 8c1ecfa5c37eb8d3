"""Closing, watching and making crossings dearer: where the inflow goes then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from routes.analysis import Analysis, analyse, load_inputs
from routes.displacement import whatif
from routes.errors import RoutesError
from routes.parameters import RouteChoice

if TYPE_CHECKING:
    from routes.model import Displacement


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(load_inputs())


def totals(found: Displacement) -> tuple[float, float]:
    before = sum(c.before for c in found.corridors) + found.rest
    after = sum(c.after for c in found.corridors) + found.rest + found.no_way_share
    return before, after


def test_nothing_changed_changes_nothing(analysis: Analysis) -> None:
    found = whatif(analysis, RouteChoice())
    assert totals(found) == pytest.approx((1, 1), abs=1e-6)
    assert max(abs(c.after - c.before) for c in found.corridors) < 1e-9


def test_a_closed_crossing_carries_nothing_and_the_inflow_moves(analysis: Analysis) -> None:
    found = whatif(analysis, RouteChoice(), close=["spin-boldak-chaman"])
    assert totals(found) == pytest.approx((1, 1), abs=1e-6)
    assert sum(c.after for c in found.corridors if "spin-boldak-chaman" in c.crossings) == 0
    closed = next(c for c in found.crossings if c.id == "spin-boldak-chaman")
    assert closed.before > 0.2
    assert closed.after == 0
    assert any(c.after > c.before + 0.02 for c in found.crossings)
    assert found.cost_after >= found.cost_before


def test_a_watched_or_dearer_crossing_loses_and_more_so_the_harder(analysis: Analysis) -> None:
    def left(**change: dict[str, float]) -> float:
        found = whatif(analysis, RouteChoice(), **change)
        return next(c.after for c in found.crossings if c.id == "torkham")

    watched = [left(watch={"torkham": p}) for p in (0.2, 0.6, 0.9)]
    dearer = [left(penalty={"torkham": km}) for km in (100.0, 300.0)]
    assert watched == sorted(watched, reverse=True)
    assert dearer == sorted(dearer, reverse=True)


def test_an_unknown_crossing_and_a_negative_penalty_are_refused(analysis: Analysis) -> None:
    with pytest.raises(RoutesError, match="torkham"):
        whatif(analysis, RouteChoice(), close=["torkam"])
    with pytest.raises(RoutesError):
        whatif(analysis, RouteChoice(), penalty={"torkham": -5.0})

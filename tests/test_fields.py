"""Forecasts as densities over the roads: spreading along them, cells, kernels, what is hot."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routes.evidence.events import Events, locate_events
from routes.network.blocks import Block, Network
from routes.parameters import Parameters
from routes.support.geo import great_circle_km
from routes.trust import fields
from routes.trust.along_roads import spreading
from routes.trust.measures import top_part
from routes.trust.refits import years_after_the_first, years_left_out, years_of_a_test
from routes.trust.road_cells import cell_at, cell_id, cells_of
from routes.trust.scoring import road_measure

if TYPE_CHECKING:
    from routes.analysis import World
    from routes.read.inputs import Inputs


def roads(country: str, lon: list[float], ends: list[tuple[int, int]], crossing: int | None = None) -> Block:
    """Roads along the equator, each as long as it is straight; maybe with a crossing at one node."""
    u, v = np.array(ends).T
    x = np.array(lon)
    return Block(
        country=country,
        lon=x,
        lat=np.zeros(len(x)),
        u=u,
        v=v,
        length_km=np.abs(x[u] - x[v]) * 111.195,
        cost=np.abs(x[u] - x[v]) * 111.195,
        synthetic=np.zeros(len(u), bool),
        terminals=() if crossing is None else ("gate-of-the-border",),
        terminal_node=np.array([] if crossing is None else [crossing], int),
    )


def network(*blocks: Block) -> Network:
    crossings = pd.DataFrame({"crossing_id": ["gate-of-the-border"]})
    return Network({b.country: b for b in blocks}, crossings, crossings, crossings, {}, ())


def test_heat_on_a_line_is_symmetric_and_as_wide_as_it_is_told() -> None:
    n = 201
    line = roads("AAA", [i / 111.195 for i in range(n)], [(i, i + 1) for i in range(n - 1)])
    spread = spreading(road_measure(network(line)))
    found = spread(np.eye(n - 1)[100], 10.0)
    at = np.arange(n - 1) - 100
    assert found.sum() == pytest.approx(1)
    assert found[100 - 40 : 100] == pytest.approx(found[100 + 40 : 100 : -1])
    assert np.sqrt(found @ at**2) == pytest.approx(10, rel=0.02)


def test_heat_crosses_a_border_at_the_crossing_and_nowhere_else() -> None:
    """Two roads of 10 km meet at the crossing; a third lies beside them, joined to nothing."""
    km = 10 / 111.195
    one = roads("AAA", [0.0, km, 3.0, 3.0 + km], [(0, 1), (2, 3)], crossing=1)
    other = roads("BBB", [km, 2 * km], [(0, 1)], crossing=0)
    spread = spreading(road_measure(network(one, other)))
    found = spread(np.array([0.1, 0.0, 0.0]), 1000.0)
    assert found == pytest.approx([0.05, 0.0, 0.05], abs=1e-3)


def test_heat_parts_at_a_fork_as_along_each_of_its_roads() -> None:
    """From one of three like roads into the two others: half each of what leaves, whatever their number."""
    km = 10 / 111.195
    fork = roads("AAA", [0.0, km, km + 1e-9, -km], [(0, 1), (0, 2), (0, 3)])
    found = spreading(road_measure(network(fork)))(np.array([0.1, 0.0, 0.0]), 5.0)
    assert found[1] == pytest.approx(found[2], rel=1e-6)
    assert found.sum() * 10 == pytest.approx(1, rel=1e-6)


@given(st.lists(st.floats(0.1, 9), min_size=1, max_size=8), st.floats(0, 1))
def test_the_hot_part_fills_its_room_with_the_highest(values: list[float], part: float) -> None:
    value = np.array(values).round(1)
    size = np.linspace(1, 2, len(value))
    hot = top_part(value, size, part * size.sum())
    assert hot @ size == pytest.approx(part * size.sum(), abs=1e-9)
    for i in range(len(value)):
        for j in range(len(value)):
            assert not (value[i] > value[j] and hot[j] > 0 and hot[i] < 1 - 1e-9)


@pytest.fixture(scope="module")
def events(inputs: Inputs) -> Events:
    return locate_events(inputs.seizures, inputs.region, Parameters())[0]


def test_cells_hold_every_road_once_and_lie_where_they_say(world: World) -> None:
    measure = road_measure(world.network)
    cells = cells_of(measure)
    assert np.asarray(cells.of_edge.sum(axis=0)) == pytest.approx(np.ones(len(measure.length_km)))
    assert len(set(cells.ids)) == len(cells.ids)
    row, column = cell_at(cells.lon, cells.lat)
    assert [cell_id(r, c) for r, c in zip(row.tolist(), column.tolist(), strict=True)] == list(cells.ids)
    density = np.full(len(measure.length_km), 1 / measure.total_km)
    assert cells.mass(density, measure).sum() == pytest.approx(1)
    # A cell cannot hold more road than its edges are long, nor a middle far from them.
    short = np.flatnonzero(measure.length_km < 2)
    entry = cells.of_edge[:, short].tocoo()
    away = great_circle_km(
        measure.lon[short][entry.col],
        measure.lat[short][entry.col],
        cells.lon[entry.row],
        cells.lat[entry.row],
    )
    assert away.max() < 25 / np.sqrt(2) + 1


def test_late_events_count_more_where_that_foretold_better(world: World) -> None:
    """Old events at one place, then all at another: a kernel with recency follows, the plain one lags."""
    first, second = (65.7, 31.6), (67.1, 24.9)
    days = np.array([f"{2000 + i}-06-01" for i in range(16)], "datetime64[D]")
    lon, lat = np.array([first] * 8 + [second] * 8).T
    same = Events(
        ids=tuple(map(str, range(16))),
        lon=lon,
        lat=lat,
        footprint_km=np.full(16, 6.0),
        weight=np.ones(16),
        kind=("",) * 16,
        truth=np.ones(16),
        last_day=days,
    )
    land = fields.land_of(world, same)
    known = np.arange(16)
    late = fields._late_first(land, known, date(2016, 1, 1))
    plain = fields._kernel_density(land, known)
    at_second = land.placed[[15]]
    assert float((at_second @ late)[0]) > 1.5 * float((at_second @ plain)[0])


def test_years_are_foretold_from_the_past_from_all_others_and_from_another_file(events: Events) -> None:
    year = events.last_day.astype("datetime64[Y]").astype(int) + 1970
    for part in years_after_the_first(events):
        assert (year[part.train] < part.year).all()
        assert (year[part.asked] == part.year).all()
    left_out = years_left_out(events)
    assert sorted(i for part in left_out for i in part.asked.tolist()) == list(range(len(events.ids)))
    assert all(len(part.train) + len(part.asked) == len(events.ids) for part in left_out)
    train, test = events.take(np.arange(5)), events.take(np.arange(5, 12))
    asked = [i for part in years_of_a_test(train, test) for i in part.asked.tolist()]
    assert sorted(asked) == list(range(5, 12))

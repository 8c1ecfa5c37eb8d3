"""Lorries on OpenStreetMap: barriers, customs yards, fords, and roads that are shut in some months.

Small extracts drawn by hand: nodes 0.01 degrees of longitude apart on a line at 30 N, unless told.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from test_osm import edges_of, lines_from, write_osm

from routes.network.blocks import build_network
from routes.network.legs import block_legs
from routes.network.seasons import Season, months_between, season_costs
from routes.parameters import Parameters, RoadSeasons
from routes.roads import osm_roads
from routes.roads.osm_months import ALL_YEAR, BY_SEASON, FORD, conditions_of, months_of, shut_by_weight
from routes.roads.osm_tags import blocks
from routes.roads.road_file import load_roads, save_roads
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from pathlib import Path

    from routes.roads import Lines
    from routes.roads.road_file import Roads

ROAD = {"highway": "primary"}
YARD = {"highway": "service"}
LINE = {n: (60 + n * 0.01, 30.0) for n in range(1, 10)}
NO_LISTED = pd.DataFrame(
    columns=["crossing_id", "name", "kind", "country_a", "country_b", "official", "lon", "lat"]
)


def spans(lines: Lines) -> set[tuple[int, ...]]:
    """Edges by the numbers of the nodes of `LINE` at their ends."""
    found = set()
    for (a, _), (b, _), _, _ in edges_of(lines):
        found.add(tuple(sorted(round((x - 60) * 100) for x in (a, b))))
    return found


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, False),
        ({"barrier": "block"}, True),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "no"}, True),
        ({"barrier": "gate", "access": "private", "hgv": "yes"}, False),
        ({"barrier": "lift_gate", "motor_vehicle": "permit"}, True),
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "toll_booth"}, False),
        ({"barrier": "border_control"}, False),
        ({"access": "no"}, False),
    ],
)
def test_barriers(tags: dict[str, str], expected: bool) -> None:  # noqa: FBT001
    assert blocks(tags) is expected


def test_a_barred_node_cuts_the_road_and_both_ends_stay(tmp_path: Path) -> None:
    """1 - 2 - [3] - 4 - 5, and 6 - [3]: three dead ends at node 3, joined to nothing there."""
    ways = {1: ([1, 2, 3, 4, 5], ROAD), 2: ([6, 3], {"highway": "track"})}
    nodes = {**LINE, 6: (60.03, 30.05)}
    path = write_osm(tmp_path / "a.osm.pbf", nodes, ways, {3: {"barrier": "block"}})
    lines, _ = lines_from(path)
    assert sorted(lines.lon.round(2).tolist()) == [60.01, 60.03, 60.03, 60.03, 60.03, 60.05]
    assert len(lines.u) == 3
    assert len({*lines.u.tolist(), *lines.v.tolist()}) == 6  # no two edges have an end in common
    lines, _ = lines_from(write_osm(tmp_path / "a.osm.pbf", nodes, ways, {3: {"barrier": "gate"}}))
    assert len({*lines.u.tolist(), *lines.v.tolist()}) == 4


def test_a_service_road_counts_where_it_closes_a_gap_at_customs(tmp_path: Path) -> None:
    """Road 1-2-3, yard 3-4-5 with the post at 4, road 5-6; a car park 6-7 beside it, a yard 9-10 far away.

    The yard touches the roads at nodes 3 and 5; the car park at node 6 alone.
    """
    nodes = {**LINE, 8: (62.0, 30.0), 9: (62.01, 30.0), 10: (62.02, 30.0), 11: (62.03, 30.0)}
    ways = {
        1: ([1, 2, 3], ROAD),
        2: ([3, 4], YARD),
        3: ([4, 5], YARD),
        4: ([5, 6], ROAD),
        5: ([6, 7], YARD),
        6: ([8, 9], ROAD),
        7: ([9, 10], YARD),
        8: ([10, 11], ROAD),
    }
    path = write_osm(tmp_path / "a.osm.pbf", nodes, ways, {4: {"barrier": "border_control"}})
    lines, figures = lines_from(path)
    assert spans(lines) == {(1, 3), (3, 5), (5, 6), (200, 201), (202, 203)}
    assert figures["osm_ways"] == 6
    without_post = write_osm(tmp_path / "b.osm.pbf", nodes, ways)
    assert spans(lines_from(without_post)[0]) == {(1, 3), (5, 6), (200, 201), (202, 203)}
    listed = pd.DataFrame({"lon": [62.015], "lat": [30.0]})
    assert (201, 202) in spans(lines_from(without_post, crossings=listed)[0])


@pytest.mark.parametrize(
    "said", [{"service": "driveway"}, {"access": "private"}, {"hgv": "no"}, {"area": "yes"}]
)
def test_a_service_road_that_no_lorry_uses_closes_no_gap(tmp_path: Path, said: dict[str, str]) -> None:
    ways = {1: ([1, 2], ROAD), 2: ([2, 3], YARD | said), 3: ([3, 4], ROAD)}
    path = write_osm(tmp_path / "a.osm.pbf", LINE, ways, {2: {"barrier": "border_control"}})
    assert spans(lines_from(path)[0]) == {(1, 2), (3, 4)}


WINTER = [1, 2, 3, 4, 11, 12]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"access:conditional": "no @ (Nov-Apr)"}, WINTER),
        ({"motor_vehicle:conditional": "no @ (Nov 16 - Apr 14)"}, [1, 2, 3, 12]),
        ({"hgv:conditional": "no @ Nov 15-Apr 15"}, WINTER),
        ({"vehicle:conditional": "no @ (Nov-Dec, Jan - Apr)"}, WINTER),
        ({"goods:conditional": "no @ (Oct-Mar AND snow)"}, [1, 2, 3, 10, 11, 12]),
        ({"access:conditional": "no @ (June 20 - July 31)"}, [7]),
        ({"access:conditional": "no @ (Jan 20 - Feb 10)"}, []),
        ({"access:conditional": "no @ (Mo-Fr 07:00-19:00)"}, []),
        ({"access:conditional": "no @ (Nov-Apr 20:00-06:00)"}, []),
        ({"access:conditional": "destination @ (Nov-Apr)"}, []),
        ({"access": "no", "access:conditional": "yes @ (Jun-Sep)"}, [1, 2, 3, 4, 5, 10, 11, 12]),
        ({"access:conditional": "yes @ (Jun-Sep)"}, []),
        ({"access:conditional": "no @ (Nov-Apr); destination @ (May)"}, WINTER),
        ({"access:conditional": "no @ (Nov-Apr)", "hgv:conditional": "no @ (Jan)"}, [1]),
        ({"seasonal": "yes"}, WINTER),
        ({"seasonal": "no"}, []),
        ({"seasonal": "summer"}, [1, 2, 3, 4, 5, 9, 10, 11, 12]),
        ({"seasonal": "spring;summer;autumn"}, [1, 2, 12]),
        ({"seasonal": "dry_season"}, [5, 6, 7, 8, 9, 10]),
        ({"winter_road": "yes"}, [4, 5, 6, 7, 8, 9, 10, 11]),
        ({"ice_road": "yes"}, [4, 5, 6, 7, 8, 9, 10, 11]),
        ({"access:conditional": "no @ (Feb)", "seasonal": "yes"}, [2]),
        ({"access:conditional": "no @ schnee"}, []),
    ],
)
def test_months_in_which_a_road_is_shut(tags: dict[str, str], expected: list[int]) -> None:
    assert months_of(conditions_of(ROAD | tags), 38.0) == expected


def test_seasons_of_the_south_are_half_a_year_later_and_dates_are_not() -> None:
    assert months_of(conditions_of({"seasonal": "yes"}), -33.0) == [5, 6, 7, 8, 9, 10]
    assert months_of(conditions_of({"access:conditional": "no @ (Jul)"}), -33.0) == [7]
    assert conditions_of({"seasonal": "yes"}) & BY_SEASON


def test_fords_and_weights() -> None:
    assert conditions_of({"ford": "yes"}) == FORD
    assert conditions_of({"ford": "no"}) == 0
    assert shut_by_weight({"hgv:conditional": "no @ (weight>3.5)"})
    assert not shut_by_weight({"hgv:conditional": "no @ (weight>20)"})
    assert not shut_by_weight({"hgv:conditional": "destination @ (weight>3.5)"})


@pytest.fixture
def pass_and_valley(tmp_path: Path) -> Roads:
    """One country from 60 E to 70 E. From A (61) to B (62) by the pass, 1-2-3-4, or the valley, 1-5-4.

    2-3 is shut from November to April; node 5 is a ford. A second road 4-6 leads from B to the east.
    """
    nodes = {1: (61.0, 30.0), 2: (61.3, 30.0), 3: (61.7, 30.0), 4: (62.0, 30.0)}
    nodes |= {5: (61.5, 29.0), 6: (62.5, 30.0)}
    between = {10 + i: (61.3 + i * 0.04, 30.0) for i in range(1, 10)}
    ways = {
        1: ([1, 2], ROAD),
        2: ([2, *between, 3], ROAD | {"motor_vehicle:conditional": "no @ (Nov-Apr)"}),
        3: ([3, 4], ROAD),
        4: ([1, 5, 4], ROAD),
        5: ([4, 6], ROAD),
    }
    path = write_osm(tmp_path / "pass.osm.pbf", nodes | between, ways, {5: {"ford": "yes"}})
    borders = gpd.GeoDataFrame(
        {"iso3": ["AAA"], "name": ["A"], "modelled": [True]},
        geometry=[shapely.box(60, 28, 70, 34)],
        crs="EPSG:4326",
    )
    roads = osm_roads([path], borders, NO_LISTED)
    save_roads(roads, tmp_path / "roads.npz")
    return load_roads(tmp_path / "roads.npz")


BY_PASS = float(great_circle_km(61.0, 30.0, 61.3, 30.0) * 2 + great_circle_km(61.3, 30.0, 61.7, 30.0))
BY_VALLEY = float(great_circle_km(61.0, 30.0, 61.5, 29.0) * 2)
RATE = 80 / 75  # of a primary road, km-equivalents a kilometre


def test_a_road_file_keeps_the_conditions(pass_and_valley: Roads) -> None:
    roads = pass_and_valley
    shut = roads.conditions == conditions_of({"access:conditional": "no @ (Nov-Apr)"})
    assert roads.length_km[shut].sum() == pytest.approx(great_circle_km(61.3, 30.0, 61.7, 30.0), abs=0.01)
    ford = roads.conditions == FORD
    assert roads.length_km[ford].sum() == pytest.approx(BY_VALLEY, abs=0.01)  # both pieces that meet there
    assert (shut | ford | (roads.conditions == 0)).all()
    assert roads.conditions.max() <= FORD + ALL_YEAR


def places() -> pd.DataFrame:
    rows = [("port", "seaport", 61.0), ("plant", "processing_area", 62.0)]
    table = pd.DataFrame(rows, columns=["place_id", "kind", "lon"])
    return table.assign(
        name=table["place_id"], country="AAA", lat=30.0, weight=1.0, part_of="", crossing_id=""
    )


def leg_cost(roads: Roads, season: Season | None) -> float:
    network = build_network(roads, NO_LISTED, places(), Parameters().cost_per_km(), ("AAA",), season)
    legs = block_legs(network.blocks["AAA"])
    ids = network.blocks["AAA"].terminals
    return float(legs.cost[ids.index("port"), ids.index("plant")])


def test_the_pass_in_january_and_in_july(pass_and_valley: Roads) -> None:
    """The pass is 96 km, the valley 243 km and a ford: the pass in July, the valley in January."""

    def cost(day: date, shut: float = 600.0, ford_km: float = 20.0) -> float:
        return leg_cost(pass_and_valley, Season(months_between(day, day), RoadSeasons(shut, ford_km)))

    july, january = date(2026, 7, 15), date(2026, 1, 15)
    assert cost(july) == pytest.approx(RATE * BY_PASS, abs=0.1)
    assert cost(january) == pytest.approx(RATE * BY_VALLEY + 20, abs=0.1)
    assert cost(january, ford_km=55.0) == pytest.approx(RATE * BY_VALLEY + 55, abs=0.1)
    assert cost(january, shut=50.0) == pytest.approx(RATE * BY_PASS + 50, abs=0.1)
    assert leg_cost(pass_and_valley, None) == pytest.approx(RATE * BY_PASS, abs=0.1)
    year = Season(months_between(date(2025, 1, 1), date(2025, 12, 31)), RoadSeasons(100.0, 20.0))
    assert leg_cost(pass_and_valley, year) == pytest.approx(RATE * BY_PASS + 50, abs=0.1)  # half the months


def test_a_stretch_costs_its_penalty_once_however_many_pieces_it_has(pass_and_valley: Roads) -> None:
    roads = pass_and_valley
    january = season_costs(roads, Season((1,), RoadSeasons(600.0, 20.0)))
    shut = (roads.conditions & 1) == 1
    assert shut.sum() > 5
    assert january[shut].sum() == pytest.approx(600)
    assert january[roads.conditions == FORD].sum() == pytest.approx(20)
    assert january[roads.conditions == 0].sum() == 0
    assert np.ptp(january[shut] / roads.length_km[shut]) < 1e-6 * january[shut].max()
    assert season_costs(roads, Season((7,), RoadSeasons(600.0, 0.0))).sum() == 0

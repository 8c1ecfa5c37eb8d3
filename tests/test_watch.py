"""Traffic at crossings weighs in the choice, and roads near ports are watched as the parameter says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from routes.analysis import World, build_world, choice_set_for
from routes.corridors import list_corridors
from routes.evidence.watch import REACH_KM, watch_of
from routes.network import traffic_weights
from routes.parameters import Parameters, RouteChoice
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from routes.read.inputs import Inputs


def two_ways(north: float, south: float) -> nx.DiGraph[str]:
    """One port, one area, and two crossings alike but for their weights."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    spot = {"lon": 66.0, "lat": 31.0, "penalty": 0.0}
    graph.add_node("port", kind="gate", place="port", country="PAK", weight=1.0, **spot)
    graph.add_node("area", kind="processing_area", place="area", country="AFG", weight=1.0, **spot)
    for gate, weight in (("north", north), ("south", south)):
        node = f"{gate}:PAK>AFG"
        facts = {"place": gate, "country": "AFG", "came_from": "PAK", "weight": weight}
        graph.add_node(node, kind="crossing", **facts, **spot)
        graph.add_edge("port", node, kind="leg", country="PAK", cost=100.0, length_km=100.0)
        graph.add_edge(node, "area", kind="leg", country="AFG", cost=50.0, length_km=50.0)
    return graph


def test_odds_of_like_corridors_are_those_of_their_crossings() -> None:
    found = list_corridors(two_ways(3.0, 1.0), RouteChoice())
    shares = dict(zip(found.ids, found.prior_share, strict=True))
    assert shares["port>north>area"] == pytest.approx(0.75)


def test_lorries_weigh_by_their_power_and_what_is_unknown_counts_as_usual() -> None:
    weights = traffic_weights({"a": 800.0, "b": float("nan"), "c": 0.0, "d": 50.0}, 2.0, 100.0)
    assert weights == {"a": 64.0, "b": 1.0, "c": 1.0, "d": 0.25}
    assert set(traffic_weights({"a": 800.0, "b": 1.0}, 0.0, 100.0).values()) == {1.0}


def test_more_traffic_brings_more_inflow_in_every_epoch(inputs: Inputs) -> None:
    """Torkham has seven times the usual lorries: leaving traffic out takes prior share from it."""
    through = {}
    for exponent in (0.0, 1.0):
        parameters = Parameters(route_choice=RouteChoice(traffic_exponent=exponent))
        choices = choice_set_for(
            build_world(inputs, parameters), parameters, date(2015, 1, 1), date(2015, 12, 31)
        )
        by_torkham = [">torkham>" in name for name in choices.corridors.ids]
        through[exponent] = float(choices.corridors.prior_share[by_torkham].sum())
    assert through[1.0] > 1.5 * through[0.0]


def test_a_mean_kilometre_is_worth_one_and_a_port_the_most(world: World) -> None:
    watch = watch_of(world.network, 20.0)
    blocks = world.network.blocks.values()
    km = np.concatenate([np.where(block.synthetic, 0.0, block.length_km) for block in blocks])
    factor = np.concatenate([watch.on(block) for block in blocks])
    assert factor @ km / km.sum() == pytest.approx(1)
    far, port = watch.at(np.array([50.0, 66.9752]), np.array([48.0, 24.8256]))
    assert port / far == pytest.approx(21, rel=0.02)
    # By hand: two reaches from the port and far from every other spot the gain has fallen to e^-2.
    lon, lat = np.array([66.9752]), np.array([24.8256 - 2 * REACH_KM / 111.195])
    away = float(great_circle_km(lon[0], lat[0], *watch.spots.T).min())
    assert watch.at(lon, lat)[0] == pytest.approx((1 + 20 * np.exp(-away / 50)) / watch.mean)
    assert away == pytest.approx(100, abs=1)


def test_no_gain_watches_all_alike_and_a_gain_lengthens_roads_near_the_frontier(
    inputs: Inputs, world: World
) -> None:
    assert (watch_of(world.network, 0.0).at(np.array([66.0, 70.0]), np.array([30.0, 30.0])) == 1).all()
    parameters = Parameters()
    watched = replace(parameters, evidence=replace(parameters.evidence, watch_gain=20.0))
    days = (date(2015, 1, 1), date(2015, 12, 31))
    plain = choice_set_for(world, parameters, *days)
    near = choice_set_for(build_world(inputs, watched), watched, *days)
    for one, other in zip(plain.features, near.features, strict=True):
        if one.kind != "road":
            continue
        block = world.network.blocks[one.country]
        factor = watch_of(world.network, 20.0).on(block, one.edges)
        assert (other.on_leg * 1.0).toarray() == pytest.approx((one.on_leg * factor).toarray())

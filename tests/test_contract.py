"""What a crossing graph and the tables must have: each clause broken once, and all faults told at once."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from networks import crossing_graphs

from routes.corridors import list_corridors
from routes.errors import InputError, RoutesError
from routes.network import check_crossing_graph
from routes.network.build import built_network
from routes.parameters import RouteChoice
from routes.read.frames import COLUMNS, check_tables
from routes.read.inputs import Inputs, load_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

SPOT = {"lon": 60.0, "lat": 30.0}


def graph() -> nx.DiGraph:
    """A port and a crossing in AAA, an area and another crossing in BBB, a seizure at the crossing x."""
    g: nx.DiGraph = nx.DiGraph()
    g.add_node("port", kind="gate", place="port", country="AAA", weight=1.0, penalty=0.0, **SPOT)
    for name, a, b in (("x", "AAA", "BBB"), ("x", "BBB", "AAA"), ("y", "BBB", "AAA")):
        g.add_node(
            f"{name}:{a}>{b}", kind="crossing", place=name, country=b, came_from=a, penalty=1.0, **SPOT
        )
    g.add_node("lab", kind="processing_area", place="lab", country="BBB", weight=1.0, penalty=0.0, **SPOT)
    g.add_node("s1", kind="seizure", place="s1", country="", weight=1.0, **SPOT)
    for a, b, country in (
        ("port", "x:AAA>BBB", "AAA"),
        ("x:AAA>BBB", "lab", "BBB"),
        ("x:AAA>BBB", "y:BBB>AAA", "BBB"),
    ):
        g.add_edge(a, b, kind="leg", country=country, cost=100.0, length_km=90.0)
    g.add_edge("s1", "x:AAA>BBB", kind="evidence", passage_density=0.1, road_density=0.0, legs="")
    return g


def setting(node: str, **facts: Any) -> Callable[[nx.DiGraph], None]:
    return lambda g: g.nodes[node].update(facts)


def leg(a: str, b: str, country: str) -> Callable[[nx.DiGraph], None]:
    return lambda g: g.add_edge(a, b, kind="leg", country=country, cost=1.0, length_km=1.0)


def arc(**facts: Any) -> Callable[[nx.DiGraph], None]:
    return lambda g: g.edges["port", "x:AAA>BBB"].update(facts)


def without(node: str, name: str) -> Callable[[nx.DiGraph], None]:
    return lambda g: g.nodes[node].pop(name)


CLAUSES = {
    "a kind that is none": (
        setting("port", kind="harbour"),
        "node 'port', kind: wanted one of gate, crossing",
    ),
    "no kind": (without("port", "kind"), "node 'port', kind: wanted one of gate"),
    "no weight": (
        without("port", "weight"),
        "node 'port', weight: wanted a finite number of at least 0, is missing",
    ),
    "no penalty": (without("lab", "penalty"), "node 'lab', penalty: wanted a finite number"),
    "no longitude": (without("s1", "lon"), "node 's1', lon: wanted degrees from -180 to 180, is missing"),
    "a longitude out of bounds": (
        setting("port", lon=181.0),
        "node 'port', lon: wanted degrees from -180 to 180",
    ),
    "a latitude that is none": (setting("port", lat=nan), "node 'port', lat: wanted degrees from -90 to 90"),
    "a weight below 0": (
        setting("port", weight=-0.1),
        "node 'port', weight: wanted a finite number of at least 0",
    ),
    "a weight in words": (
        setting("port", weight="1"),
        "node 'port', weight: wanted a finite number of at least 0",
    ),
    "a weight that is a truth": (setting("port", weight=True), "node 'port', weight: wanted a finite number"),
    "a penalty without end": (
        setting("x:AAA>BBB", penalty=inf),
        "penalty: wanted a finite number of at least 0",
    ),
    "no country": (
        setting("port", country=""),
        "node 'port', country: wanted a text that is not empty, got ''",
    ),
    "a country that is a number": (setting("port", country=3), "node 'port', country: wanted a text"),
    "a gate of another name": (setting("port", place="harbour"), "node 'port': wanted the name 'harbour'"),
    "a crossing of another name": (
        setting("x:AAA>BBB", came_from="CCC"),
        "node 'x:AAA>BBB': wanted the name 'x:CCC>BBB'",
    ),
    "a crossing into the same country": (
        lambda g: g.add_node(
            "z:AAA>AAA", kind="crossing", place="z", country="AAA", came_from="AAA", penalty=0.0, **SPOT
        ),
        "node 'z:AAA>AAA': wanted two countries, got 'AAA' twice",
    ),
    "a country that is not known": (
        lambda g: g.add_node("far", kind="gate", place="far", country="ZZZ", weight=1.0, penalty=0.0, **SPOT),
        "node 'far', country: wanted one of AAA, BBB, got 'ZZZ'",
    ),
    "an arc of no kind": (arc(kind="road"), "arc 'port' to 'x:AAA>BBB', kind: wanted one of leg, evidence"),
    "a cost below 0": (
        arc(cost=-1.0),
        "arc 'port' to 'x:AAA>BBB', cost: wanted a finite number of at least 0",
    ),
    "a cost that is no number": (arc(cost=nan), "cost: wanted a finite number of at least 0, got nan"),
    "a length without end": (arc(length_km=inf), "length_km: wanted a finite number of at least 0, got inf"),
    "a leg without a country": (
        lambda g: g.edges["port", "x:AAA>BBB"].pop("country"),
        "country: wanted a text that is not empty, is missing",
    ),
    "a leg from an area": (leg("lab", "y:BBB>AAA", "BBB"), "arc 'lab' to 'y:BBB>AAA': wanted a start in BBB"),
    "a leg from another country": (leg("port", "lab", "BBB"), "arc 'port' to 'lab': wanted a start in BBB"),
    "a leg into a gate": (leg("y:BBB>AAA", "port", "AAA"), "arc 'y:BBB>AAA' to 'port': wanted an end in AAA"),
    "a leg into another country": (leg("port", "lab", "AAA"), "arc 'port' to 'lab': wanted an end in AAA"),
    "a leg back over the same crossing": (
        leg("x:AAA>BBB", "x:BBB>AAA", "BBB"),
        "arc 'x:AAA>BBB' to 'x:BBB>AAA': wanted an end in BBB",
    ),
    "evidence from a gate": (
        lambda g: g.add_edge("port", "lab", kind="evidence", passage_density=0.1, road_density=0.0, legs=""),
        "arc 'port' to 'lab': wanted evidence from a seizure",
    ),
    "evidence below 0": (
        lambda g: g.edges["s1", "x:AAA>BBB"].update(road_density=-1.0),
        "road_density: wanted a finite number of at least 0",
    ),
}


def test_a_right_graph_passes() -> None:
    check_crossing_graph(graph(), ("AAA", "BBB"))


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_clause_is_checked(clause: str) -> None:
    broken, (spoil, said) = graph(), CLAUSES[clause]
    spoil(broken)
    with pytest.raises(RoutesError) as error:
        check_crossing_graph(broken, ("AAA", "BBB"))
    assert said in str(error.value)


@pytest.mark.parametrize("other", [nx.Graph, nx.MultiDiGraph])
def test_another_type_of_graph_is_refused(other: type) -> None:
    """A multigraph would be counted wrong without a word."""
    with pytest.raises(RoutesError, match=f"wanted a networkx.DiGraph .* got a {other.__name__}"):
        check_crossing_graph(other(graph()))


def test_all_faults_come_in_one_error() -> None:
    broken = graph()
    for spoil in (setting("port", weight=-1.0), without("lab", "lat"), setting("x:AAA>BBB", penalty=nan)):
        spoil(broken)
    with pytest.raises(RoutesError) as error:
        check_crossing_graph(broken)
    head, *faults = str(error.value).splitlines()
    assert head == "the crossing graph has 3 faults:"
    assert len(faults) == 3


def test_numbers_of_numpy_are_numbers() -> None:
    other = graph()
    other.nodes["port"]["weight"] = np.float64(0.5)
    other.nodes["port"]["penalty"] = np.int64(2)
    check_crossing_graph(other)


@given(crossing_graphs())
@settings(max_examples=50, deadline=None)
def test_the_random_graphs_of_the_tests_are_crossing_graphs(random: nx.DiGraph) -> None:
    check_crossing_graph(random)


def test_the_bundled_graph_is_one_with_and_without_its_seizures() -> None:
    from routes.analysis import analyse

    _, network, made = built_network()
    check_crossing_graph(made.graph, network.blocks)
    check_crossing_graph(analyse().crossing_graph.graph, network.blocks)


def test_corridors_are_not_listed_on_a_graph_that_is_none() -> None:
    broken = graph()
    broken.edges["x:AAA>BBB", "lab"]["cost"] = -5.0
    with pytest.raises(RoutesError, match="arc 'x:AAA>BBB' to 'lab', cost"):
        list_corridors(broken, RouteChoice())


# --- tables ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return load_inputs()


def put(column: str, value: Any, row: int = 1) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Put a value in a row of a column, whatever type that takes."""

    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        values = table[column].astype(object)
        values.iloc[row] = value
        kept = pd.api.types.is_numeric_dtype(table[column]) and isinstance(value, float)
        return table.assign(**{column: values.astype(table[column].dtype) if kept else values})

    return spoil


TABLES = {
    "no column": (
        "seizures",
        lambda t: t.drop(columns="place_kind"),
        "seizures, place_kind: the column is missing",
    ),
    "no day": (
        "seizures",
        lambda t: t.drop(columns="date_from"),
        "seizures, date_from: the column is missing",
    ),
    "numbers as text": (
        "places",
        lambda t: t.assign(weight=t["weight"].astype(str)),
        "places, weight: wanted numbers, got text",
    ),
    "numbers as truths": ("places", lambda t: t.assign(lat=True), "places, lat: wanted numbers, got bool"),
    "a number out of bounds": (
        "crossings",
        put("lat", 120.5),
        "crossings row 1, lat: wanted a number, -90 to 90, got 120.5",
    ),
    "a number below 0": (
        "places",
        put("weight", -0.5),
        "places row 1, weight: wanted a number of at least 0, got -0.5",
    ),
    "a number without end": (
        "seizures",
        put("quantity_kg", inf),
        "seizures row 1, quantity_kg: wanted a number of at least 0, got inf",
    ),
    "no number": (
        "crossings",
        put("lon", nan),
        "crossings row 1, lon: wanted a number, -180 to 180, got nan",
    ),
    "truths as text": (
        "crossings",
        lambda t: t.assign(official=np.where(t["official"], "yes", "no")),
        "crossings, official: wanted truth values, got text",
    ),
    "a choice that is none": (
        "crossings",
        put("kind", "tunnel"),
        "crossings row 1, kind: wanted one of road, road_rail",
    ),
    "an empty cell": (
        "crossings",
        put("source", ""),
        "crossings row 1, source: wanted text, the cell is empty",
    ),
    "text that is NaN": (
        "seizures",
        put("place", nan),
        "seizures row 1, place: wanted text, empty where nothing is known, got nan",
    ),
    "text that is None": ("seizures", put("operation", None), "seizures row 1, operation: wanted text"),
    "a country that is none": (
        "seizures",
        put("country", "ZZZ"),
        "seizures row 1, country: wanted a country code",
    ),
    "a slug that is none": ("places", put("place_id", "A B"), "places row 1, place_id: wanted small letters"),
    "an id twice": (
        "crossings",
        lambda t: t.assign(crossing_id=t["crossing_id"].where(t.index != 1, t["crossing_id"].iloc[0])),
        "stands in an earlier row. Give every row its own.",
    ),
    "an event without an id": (
        "seizures",
        put("event_id", ""),
        "seizures row 1, event_id: wanted text, the cell is empty",
    ),
    "days as text": (
        "status",
        lambda t: t.assign(**{"from": t["from"].astype(str)}),
        "status, from: wanted days as datetime64 without a time zone, got text",
    ),
    "days with a time zone": (
        "seizures",
        lambda t: t.assign(date_until=t["date_until"].dt.tz_localize("UTC")),
        "seizures, date_until: wanted days as datetime64 without a time zone, got datetime64",
    ),
    "a missing day": (
        "seizures",
        lambda t: t.assign(date_from=t["date_from"].where(t.index != 1)),
        "seizures row 1, date_from: wanted a day, got NaT",
    ),
    "no table": ("places", lambda t: t.to_dict(), "places: wanted a pandas.DataFrame, got a dict"),
}


@pytest.mark.parametrize("clause", TABLES)
def test_each_clause_of_the_tables_is_checked(clause: str, inputs: Inputs) -> None:
    name, spoil, said = TABLES[clause]
    with pytest.raises(InputError) as error:
        replace(inputs, **{name: spoil(getattr(inputs, name))})
    assert said in str(error.value)
    assert len(error.value.faults) == 1


def test_a_fault_names_the_label_of_its_row(inputs: Inputs) -> None:
    table = inputs.crossings.set_axis([f"label {i}" for i in range(len(inputs.crossings))])
    with pytest.raises(InputError, match="crossings row label 3, lat: wanted"):
        replace(inputs, crossings=put("lat", 91.0, row=3)(table))


def test_faults_of_all_tables_come_in_one_error(inputs: Inputs) -> None:
    bad = {
        "places": put("lat", 99.0)(inputs.places),
        "crossings": inputs.crossings.drop(columns="official"),
        "seizures": put("lon", 181.0)(put("lat", -91.0)(inputs.seizures)),
    }
    with pytest.raises(InputError) as error:
        replace(inputs, **bad)
    assert len(error.value.faults) == 4


def test_what_was_read_passes_and_so_do_its_parts(inputs: Inputs) -> None:
    check_tables({name: getattr(inputs, name) for name in COLUMNS})
    for few in (inputs.seizures[:0], inputs.seizures.sample(frac=0.5, random_state=1)):
        assert replace(inputs, seizures=few).seizures is few


def test_text_of_any_type_is_text(inputs: Inputs) -> None:
    """Whether pandas keeps text as objects or as strings is its own affair."""
    texts = inputs.seizures.select_dtypes("string").columns
    check_tables({"seizures": inputs.seizures.astype(dict.fromkeys(texts, object))})

"""Fact sheet of the network as a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from routes.outputs.documents.parts import Provenance
from routes.outputs.schemas import document
from routes.results import Count, Weight
from routes.support.described import EXACT, FLAT, Like, Rule, Since


class Facts(TypedDict):
    """What `routes.network.facts.network_facts` finds."""

    road_nodes: Annotated[Count, "Nodes of the road file."]
    road_edges: Annotated[Count, "Edges of the road file."]
    road_km: Annotated[Count, "Kilometres of all roads."]
    crossings_listed: Annotated[Count, "Listed crossings that a road passes."]
    crossings_unlisted: Annotated[Count, "Roads over a border that are no listed crossing."]
    gates: Annotated[Count, "Gates of the network."]
    processing_areas: Annotated[Count, "Processing areas of the network."]
    rim_roads_without_gate: Annotated[Count, "Roads over the outer rim that have no gate."]
    crossings_rail_left_out: Annotated[Count, "Rail crossings, which the road model does not use."]
    connectors: Annotated[Count, "Straight connectors to crossings that no road reaches."]
    graph_nodes: Annotated[Count, "Nodes of the crossing graph."]
    graph_gates: Annotated[Count, "Gates in it."]
    graph_directed_crossings: Annotated[Count, "Directed crossings in it."]
    graph_processing_areas: Annotated[Count, "Processing areas in it."]
    graph_legs: Annotated[Count, "Legs in it."]
    pairs_without_a_way: Annotated[Count, "Pairs inside a country that no road joins."]
    road_km_over_straight: Annotated[
        float, Rule(minimum=1), "Length of the roads over that of their straight lines."
    ]
    road_nodes_by_country: Annotated[dict[str, Count], "Road nodes in each country."]
    built_from: Annotated[dict[str, Any], EXACT, "How the road file was built, and its licence."]


@document(
    "network-info",
    "1.2",
    "network info --format json",
    patterns={"^nodes_[A-Z]{3}$": Annotated[Count, "Road and terminal nodes in a country."]},
)
@dataclass(frozen=True, slots=True)
class NetworkDocument:
    """Fact sheet of the network and the crossing graph."""

    facts: Annotated[Mapping[str, Any], Like(Facts), EXACT, FLAT]
    weights: Annotated[tuple[Weight, ...], Since("1.2"), "Every weight with its source."]
    provenance: Annotated[Provenance, Since("1.1")]

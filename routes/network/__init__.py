"""Network -> the crossing graph: legs inside each country, joined at the crossings.

`core` takes out the nodes that no leg needs, `legs` searches the cheapest ways between the terminals of a
block, `graph` joins the legs of all blocks in the `networkx.DiGraph` that everything else works on.
"""

from routes.network.contract import check_crossing_graph, directed
from routes.network.contraction import Arcs, Core, arcs_of, core_of
from routes.network.crossing_graph import (
    PENALTY_PARTS,
    CrossingGraph,
    build_crossing_graph,
    penalty_parts,
    traffic_weights,
)
from routes.network.legs import BlockLegs, LegsFrom, all_ways, block_legs, join_legs, leg_edges, legs_from

__all__ = [
    "PENALTY_PARTS",
    "Arcs",
    "BlockLegs",
    "Core",
    "CrossingGraph",
    "LegsFrom",
    "all_ways",
    "arcs_of",
    "block_legs",
    "build_crossing_graph",
    "check_crossing_graph",
    "core_of",
    "directed",
    "join_legs",
    "leg_edges",
    "legs_from",
    "penalty_parts",
    "traffic_weights",
]

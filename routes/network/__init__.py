"""Network -> the crossing graph: legs inside each country, joined at the crossings.

`contraction` takes out the nodes that no leg needs, `legs` searches the cheapest ways between the terminals
of a block, `crossing_graph` joins the legs of all blocks in the `networkx.DiGraph` that all else works on.
"""

from routes.network.contract import check_crossing_graph as check_crossing_graph
from routes.network.contract import directed as directed
from routes.network.contraction import Arcs as Arcs
from routes.network.contraction import Core as Core
from routes.network.contraction import arcs_of as arcs_of
from routes.network.contraction import core_of as core_of
from routes.network.crossing_graph import PENALTY_PARTS as PENALTY_PARTS
from routes.network.crossing_graph import CrossingGraph as CrossingGraph
from routes.network.crossing_graph import build_crossing_graph as build_crossing_graph
from routes.network.crossing_graph import penalty_parts as penalty_parts
from routes.network.crossing_graph import traffic_weights as traffic_weights
from routes.network.legs import BlockLegs as BlockLegs
from routes.network.legs import LegsFrom as LegsFrom
from routes.network.legs import all_ways as all_ways
from routes.network.legs import block_legs as block_legs
from routes.network.legs import join_legs as join_legs
from routes.network.legs import leg_edges as leg_edges
from routes.network.legs import legs_from as legs_from

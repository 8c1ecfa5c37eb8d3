"""Build the road file: trunk network + highways + borders, or OpenStreetMap extracts + borders -> roads.

The trunk network knows which places are joined, but its edges are straight and its lengths run short.
The highways know the towns along a road and often its published length. Where both describe the same
road the highway wins and the trunk edge is left out; where only one exists it stays. Everything is
then cut at the borders.

From OpenStreetMap extracts (`osm`, `osm_tags`, `chains`, `extracts`) come roads of every class with their
true shape.
"""

from typing import TYPE_CHECKING

from routes.support.lazy import names_of

if TYPE_CHECKING:
    from routes.roads.cutting import build_roads as build_roads
    from routes.roads.cutting import node_countries as node_countries
    from routes.roads.extracts import osm_roads as osm_roads
    from routes.roads.extracts import with_towns as with_towns
    from routes.roads.joining import join as join
    from routes.roads.lines import ABOUT as ABOUT
    from routes.roads.lines import CIRCUITY as CIRCUITY
    from routes.roads.lines import Lines as Lines
    from routes.roads.lines import highway_lines as highway_lines
    from routes.roads.lines import trunk_lines as trunk_lines
    from routes.roads.trunk import trunk_roads as trunk_roads

__getattr__, __dir__ = names_of(
    __name__,
    {
        "cutting": ("build_roads", "node_countries"),
        "extracts": ("osm_roads", "with_towns"),
        "joining": ("join",),
        "lines": ("ABOUT", "CIRCUITY", "Lines", "highway_lines", "trunk_lines"),
        "trunk": ("trunk_roads",),
    },
)

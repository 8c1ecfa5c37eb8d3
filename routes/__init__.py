"""Rank, map and explain precursor inflow corridors into Afghanistan.

The ladder of nouns, a folder or module a rung: seizures, crossings, roads -> network -> crossing graph ->
corridors -> evidence -> ranking -> trust and planning -> outputs.

What an analysis takes from start to end stands here; each name is read from its module when it is first
asked for, so that ``import routes`` costs nothing.

Examples
--------
>>> import routes
>>> found = routes.analyse()
>>> found.ranking.corridors[0].processing_area
'helmand'
"""

from typing import TYPE_CHECKING

from routes._version import __version__ as __version__
from routes.support.lazy import names_of

if TYPE_CHECKING:
    from routes.analysis import Analysis, analyse
    from routes.errors import Fault, InputError, RoutesError
    from routes.outputs.export import dataset, export_file
    from routes.outputs.handling import Mark
    from routes.outputs.maps import corridor_map
    from routes.parameters import Parameters, read_parameters
    from routes.planning.campaigns import Campaign, Lookout, where_next
    from routes.planning.chokepoints import place_chokepoints
    from routes.planning.displacement import whatif
    from routes.planning.outcomes import EvadingWay, Plan, PriorityStep
    from routes.planning.plan import plan
    from routes.planning.posts import Deployment
    from routes.planning.rosters import Rota
    from routes.planning.segments import road_segments
    from routes.question import Question
    from routes.read.inputs import Inputs, load_inputs, with_effort
    from routes.read.region import Region
    from routes.results import (
        Chokepoint,
        CorridorChange,
        Displacement,
        PlaceChange,
        Post,
        RankedCorridor,
        RankedPlace,
        Ranking,
        RoadPiece,
        RoadSegment,
        SeizureUse,
        StatusChange,
    )

__all__ = [
    "Analysis",
    "Campaign",
    "Chokepoint",
    "CorridorChange",
    "Deployment",
    "Displacement",
    "EvadingWay",
    "Fault",
    "InputError",
    "Inputs",
    "Lookout",
    "Mark",
    "Parameters",
    "PlaceChange",
    "Plan",
    "Post",
    "PriorityStep",
    "Question",
    "RankedCorridor",
    "RankedPlace",
    "Ranking",
    "Region",
    "RoadPiece",
    "RoadSegment",
    "Rota",
    "RoutesError",
    "SeizureUse",
    "StatusChange",
    "analyse",
    "corridor_map",
    "dataset",
    "export_file",
    "load_inputs",
    "place_chokepoints",
    "plan",
    "read_parameters",
    "road_segments",
    "whatif",
    "where_next",
    "with_effort",
]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "analysis": ("Analysis", "analyse"),
        "question": ("Question",),
        "errors": ("Fault", "InputError", "RoutesError"),
        "outputs.export": ("dataset", "export_file"),
        "outputs.handling": ("Mark",),
        "outputs.maps": ("corridor_map",),
        "parameters": ("Parameters", "read_parameters"),
        "planning.campaigns": ("Campaign", "Lookout", "where_next"),
        "planning.chokepoints": ("place_chokepoints",),
        "planning.displacement": ("whatif",),
        "planning.outcomes": ("EvadingWay", "Plan", "PriorityStep"),
        "planning.plan": ("plan",),
        "planning.posts": ("Deployment",),
        "planning.rosters": ("Rota",),
        "planning.segments": ("road_segments",),
        "read.inputs": ("Inputs", "load_inputs", "with_effort"),
        "read.region": ("Region",),
        "results": (
            "Chokepoint",
            "CorridorChange",
            "Displacement",
            "PlaceChange",
            "Post",
            "RankedCorridor",
            "RankedPlace",
            "Ranking",
            "RoadPiece",
            "RoadSegment",
            "SeizureUse",
            "StatusChange",
        ),
    },
)

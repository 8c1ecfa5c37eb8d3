"""Rank, map and explain precursor inflow corridors into Afghanistan.

The ladder of nouns, one module a rung: seizures, crossings, roads -> network -> crossing graph ->
corridors -> evidence -> ranking -> maps and exports.

What an analysis takes from start to end stands here; each name is read from its module when it is first
asked for, so that ``import routes`` costs nothing.

Examples
--------
>>> import routes
>>> found = routes.analyse()
>>> found.ranking.corridors[0].processing_area
'helmand'
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routes.analysis import Analysis, Question, analyse
    from routes.chokepoints import place_chokepoints
    from routes.displacement import whatif
    from routes.errors import Fault, InputError, RoutesError
    from routes.export import dataset, export_file
    from routes.handling import Mark
    from routes.inputs import Inputs, load_inputs
    from routes.maps import corridor_map
    from routes.model import (
        Chokepoint,
        CorridorChange,
        Displacement,
        EvadingWay,
        PlaceChange,
        Plan,
        Post,
        PriorityStep,
        RankedCorridor,
        RankedPlace,
        Ranking,
        RoadPiece,
        RoadSegment,
        SeizureUse,
    )
    from routes.parameters import Parameters, read_parameters
    from routes.planning import plan
    from routes.segments import road_segments

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "Chokepoint",
    "CorridorChange",
    "Displacement",
    "EvadingWay",
    "Fault",
    "InputError",
    "Inputs",
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
    "RoadPiece",
    "RoadSegment",
    "RoutesError",
    "SeizureUse",
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
]

_HOMES = {
    "analysis": ("Analysis", "Question", "analyse"),
    "chokepoints": ("place_chokepoints",),
    "displacement": ("whatif",),
    "errors": ("Fault", "InputError", "RoutesError"),
    "export": ("dataset", "export_file"),
    "handling": ("Mark",),
    "inputs": ("Inputs", "load_inputs"),
    "maps": ("corridor_map",),
    "parameters": ("Parameters", "read_parameters"),
    "planning": ("plan",),
    "segments": ("road_segments",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"routes.{_HOME_OF.get(name, 'model')}"), name)
    globals()[name] = value  # the next time is an ordinary look-up
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Where to watch, and which edges to close, when the other side knows and answers.

`place_sensors` puts sensors so that the least gets past them, `evasion_probability` evaluates any
placement, and `most_vital_edges` closes or slows edges so that the shortest path grows longest.
All are exact, work on any `networkx.DiGraph`, and say how sure they are.
"""

from routes.planning.interdiction.sensors import SensorPlan, evasion_probability, place_sensors
from routes.planning.interdiction.vital_edges import VitalEdges, most_vital_edges

__all__ = [
    "SensorPlan",
    "VitalEdges",
    "evasion_probability",
    "most_vital_edges",
    "place_sensors",
]

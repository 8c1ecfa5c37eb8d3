"""The nouns: frozen parameter and result types that travel between the rungs.

Units stand in the names: ``_km`` kilometres, ``cost`` km-equivalents (generalised cost), shares and
probabilities as fractions of one. Coordinates are (lon, lat) in degrees, WGS 84.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RoadPiece:
    """A continuous stretch of a corridor's road, for drawing.

    ``synthetic`` pieces are connectors: straight lines where no road is known, drawn dashed.
    """

    points: tuple[tuple[float, float], ...]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class RankedCorridor:
    """One row of the ranking.

    ``generalised_cost`` is in km-equivalents; ``interval_90`` bounds the posterior share; ``seizures``
    counts the events that are likelier under this corridor than under the ranking as a whole.
    """

    id: str
    rank: int
    gate: str
    crossings: tuple[str, ...]
    processing_area: str
    prior_share: float
    posterior_share: float
    interval_90: tuple[float, float]
    top_10_probability: float
    length_km: float
    generalised_cost: float
    seizures: int
    pieces: tuple[RoadPiece, ...]


@dataclass(frozen=True, slots=True)
class RankedPlace:
    """A gate, a crossing or a processing area with the share of the inflow that passes through it.

    ``kind`` is the kind in the data (seaport, land_gate, road, bridge, ..., processing_area, or
    ``unlisted`` for a road over the border that is no listed crossing). ``countries`` holds one code
    for gates and areas, two for crossings. ``status`` is open, restricted or closed.
    """

    id: str
    name: str
    kind: str
    countries: tuple[str, ...]
    lon: float
    lat: float
    status: str
    prior_share: float
    posterior_share: float
    interval_90: tuple[float, float]


@dataclass(frozen=True, slots=True)
class SeizureUse:
    """What became of one seizure record in the ranking.

    ``use`` is ``evidence``, or the reason why the record could not be used (``no location``,
    ``outside the modelled countries``, ...). ``weight`` is the weight of its event.
    """

    seizure_id: str
    event_id: str
    use: str
    weight: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking with all that is needed to judge and to draw it.

    ``corridors`` are sorted by posterior share and hold ``covered_mass`` of the prior; the remainder
    is ``uncovered_share`` of the posterior, so that the posterior shares and it sum to one.
    ``provenance`` is JSON-ready: input hashes, parameters, package version, seed, period.
    """

    corridors: tuple[RankedCorridor, ...]
    gates: tuple[RankedPlace, ...]
    crossings: tuple[RankedPlace, ...]
    processing_areas: tuple[RankedPlace, ...]
    covered_mass: float
    uncovered_share: float
    seizures: tuple[SeizureUse, ...]
    provenance: dict[str, Any] = field(default_factory=dict)

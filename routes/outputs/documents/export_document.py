"""All layers of an export as one GeoJSON document, and the rows of each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict

from routes.outputs.documents.parts import (
    Assumptions,
    Attribution,
    Collection,
    Lines,
    RankingProvenance,
    Spot,
)
from routes.outputs.handling import Mark
from routes.outputs.schemas import document
from routes.results import Area, Chance, Cost, Gate, Km, Share, Tier
from routes.support.described import EXACT, FLAT, Digits, Like, More, Rule, Since

Low = Annotated[Share, "Lower bound of the 90 % interval."]
High = Annotated[Share, "Upper bound of the 90 % interval."]
Connector = Annotated[Km, "Straight length of the pieces where no road is known, in kilometres."]


Learnt = Annotated[
    float, Digits(4), "Fall of the standard deviation of the log share, as a part of the prior's."
]
Age = Annotated[float | None, Digits(2), "Mean age of the events that bear on it, in years; none: null."]
Graded = Annotated[str, "Admiralty grade of the status of the crossings that it hangs on."]
Level = Annotated[str, Rule(enum=("low", "moderate", "high")), "Confidence in the share."]


@dataclass(frozen=True, slots=True)
class CorridorRow:
    """One corridor."""

    rank: Annotated[int, Rule(minimum=1), "Place in the whole ranking."]
    tier: Tier
    id: Annotated[str, "Gate, crossings in their order and processing area, joined by '>'."]
    corridor_name: Annotated[str, Since("2.1"), "Their names, in the same order."]
    gate: Gate
    gate_name: Annotated[str, Since("2.1"), "Name of the gate."]
    crossings: Annotated[str, "Ids of the crossings, joined by '>'."]
    crossing_names: Annotated[str, Since("2.1"), "Names of the crossings, joined by ' > '."]
    processing_area: Area
    processing_area_name: Annotated[str, Since("2.1"), "Name of the processing area."]
    prior_share: Annotated[Share, "Share of the inflow by the route-choice model alone."]
    posterior_share: Annotated[Share, "Share of the inflow after the seizures have been taken in."]
    interval_90_low: Low
    interval_90_high: High
    top_10_probability: Annotated[Chance, "Chance of being among the first ten."]
    length_km: Annotated[Km, "Length of the road in kilometres."]
    connector_km: Connector
    generalised_cost: Annotated[Cost, "Cost in km-equivalents, with the penalties of gate and crossings."]
    learnt: Learnt
    evidence_age_years: Age
    status_grade: Graded
    confidence: Level


@dataclass(frozen=True, slots=True)
class LegRow:
    """One leg: a way through one country."""

    id: Annotated[str, "start>end:country"]
    start: Annotated[str, "Place where the leg begins."]
    start_name: Annotated[str, Since("2.1"), "Its name."]
    end: Annotated[str, "Place where it ends."]
    end_name: Annotated[str, Since("2.1"), "Its name."]
    start_node: Annotated[str, "Node of the crossing graph where it begins."]
    end_node: Annotated[str, "Node of the crossing graph where it ends."]
    country: Annotated[str, "Country it lies in."]
    country_name: Annotated[str, Since("2.1"), "Its name."]
    share: Annotated[Share, "Share of the inflow that the corridors of this file bring over it."]
    corridors: Annotated[int, Rule(minimum=1), "How many of them use it."]
    length_km: Annotated[Km, "Length of the road in kilometres."]
    connector_km: Connector
    generalised_cost: Annotated[Cost, "Cost in km-equivalents."]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One gate, crossing or processing area."""

    id: Annotated[str, "Id of the place."]
    place_name: Annotated[str, "Name."]
    kind: Annotated[str, "Kind in the data."]
    countries: Annotated[str, "Codes, separated by spaces."]
    country_names: Annotated[str, Since("2.1"), "Their names, separated by commas."]
    status: Annotated[str, Rule(enum=("open", "restricted", "closed")), "Status for most of the period."]
    prior_share: Annotated[Share, "Share of the inflow by the route-choice model alone."]
    posterior_share: Annotated[Share, "Share of the inflow that passes here, with the seizures taken in."]
    interval_90_low: Low
    interval_90_high: High
    tier: Tier
    learnt: Learnt
    evidence_age_years: Age
    status_grade: Graded
    confidence: Level
    lat: Annotated[float, Digits(5), "Degrees north."]
    lon: Annotated[float, Digits(5), "Degrees east."]


@dataclass(frozen=True, slots=True)
class PatrolRow:
    """One stretch of road on which to stand."""

    id: Annotated[str, "Place in the list: the likeliest first."]
    stretch: Annotated[str, "What lies at its ends."]
    country: Annotated[str, "Country it lies in."]
    country_name: Annotated[str, Since("2.2"), "Its name."]
    chance: Annotated[float, Digits(6), "Chance that the next seizure is made on it."]
    times_mean: Annotated[float, Digits(1), "That chance a km of road, over that of a mean km."]
    length_km: Annotated[Km, "Length in kilometres."]


class SeizureRow(TypedDict):
    """One seizure record with all its columns, and what became of it."""

    seizure_id: Annotated[str, "Id of the record."]
    ranking_use: Annotated[str, "'evidence', or why the record could not be used."]
    ranking_weight: Annotated[float | None, "Weight of its event."]


@dataclass(frozen=True, slots=True)
class CorridorProperties:
    """A corridor, told apart by its layer."""

    layer: Literal["corridors"]
    row: Annotated[CorridorRow, FLAT]


@dataclass(frozen=True, slots=True)
class LegProperties:
    """A leg, told apart by its layer."""

    layer: Literal["legs"]
    row: Annotated[LegRow, FLAT]


@dataclass(frozen=True, slots=True)
class PlaceProperties:
    """A place, told apart by its layer."""

    layer: Annotated[Literal["gates", "crossings", "processing_areas"], "Layer that the place is of."]
    row: Annotated[PlaceRow, FLAT]


@dataclass(frozen=True, slots=True)
class PatrolProperties:
    """A stretch on which to stand, told apart by its layer."""

    layer: Literal["patrol"]
    row: Annotated[PatrolRow, FLAT]


class SeizureProperties(SeizureRow):
    """A seizure, told apart by its layer."""

    layer: Literal["seizures"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing of one layer."""

    type: Literal["Feature"]
    id: Annotated[str, "layer/id"]
    properties: Mapping[str, Any]
    geometry: Any


@dataclass(frozen=True, slots=True)
class CorridorFeature(Feature):
    """A corridor."""

    properties: Annotated[Mapping[str, Any], Like(CorridorProperties), EXACT, "The row of the layer."]
    geometry: Annotated[Any, Like(Lines), "Its road."]


@dataclass(frozen=True, slots=True)
class LegFeature(Feature):
    """A leg."""

    properties: Annotated[Mapping[str, Any], Like(LegProperties), EXACT, "The row of the layer."]
    geometry: Annotated[Any, Like(Lines), "Its road."]


@dataclass(frozen=True, slots=True)
class PlaceFeature(Feature):
    """A gate, a crossing or a processing area."""

    properties: Annotated[Mapping[str, Any], Like(PlaceProperties), EXACT, "The row of the layer."]
    geometry: Annotated[Any, Like(Spot), "Where it is."]


@dataclass(frozen=True, slots=True)
class PatrolFeature(Feature):
    """A stretch of road on which to stand."""

    properties: Annotated[Mapping[str, Any], Like(PatrolProperties), EXACT, "The row of the layer."]
    geometry: Annotated[Any, Like(Lines), "Its road."]


@dataclass(frozen=True, slots=True)
class SeizureFeature(Feature):
    """A seizure."""

    properties: Annotated[
        Mapping[str, Any],
        Like(SeizureProperties),
        More(str | float | bool | None),
        EXACT,
        "All columns of the seizures file, further ones of the user's among them, and what became of it.",
    ]
    geometry: Annotated[Spot | None, "Where it is; null if its place is not known."]


FEATURES: dict[str, type[Feature]] = {
    "corridors": CorridorFeature,
    "legs": LegFeature,
    "gates": PlaceFeature,
    "crossings": PlaceFeature,
    "processing_areas": PlaceFeature,
    "patrol": PatrolFeature,
    "seizures": SeizureFeature,
}


@document("export-geojson", "2.2", "export --format geojson --top 8 --output -", geojson=True)
@dataclass(frozen=True, slots=True)
class ExportGeojson:
    """All layers of an analysis."""

    type: Collection
    handling: Annotated[
        str, Rule(enum=tuple(mark.label for mark in Mark)), "Handling mark, Traffic Light Protocol 2.0."
    ]
    assumptions: Assumptions
    attribution: Attribution
    provenance: RankingProvenance
    features: Annotated[
        Sequence[
            Annotated[
                Feature, Like(CorridorFeature | LegFeature | PlaceFeature | PatrolFeature | SeizureFeature)
            ]
        ],
        "Features of all layers; the property 'layer' tells them apart.",
    ]

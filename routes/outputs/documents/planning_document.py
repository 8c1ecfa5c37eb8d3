"""Chokepoints and displacement -> JSON, CSV and GeoJSON. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from routes.outputs.documents.csv_text import csv_text
from routes.outputs.documents.parts import (
    AreaAsked,
    Assumptions,
    Attribution,
    Collection,
    Line,
    RankingProvenance,
    Spot,
)
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION
from routes.outputs.schemas import document, document_text
from routes.results import Chokepoint, CorridorChange, Displacement, PlaceChange, RoadSegment, Share
from routes.support.described import FLAT, Digits, Rule

_CHOKEPOINTS = (
    "Criticality and detour factor keep every gate and processing area its own inflow.",
    "Roads that are not in the network, railways and mule tracks could open a way round.",
)
DISPLACEMENT = (
    "The inflow into each processing area stays what it was; effects learnt from seizures are kept.",
    "A watched crossing costs -scale x ln(1 - detection) km-equivalents: odds fall by 1 - detection.",
)

Points = Annotated[
    Sequence[Annotated[Sequence[float], Rule(min_items=2, max_items=2)]],
    Rule(min_items=2),
    Digits(5),
    "(lon, lat) in degrees of WGS 84, in order.",
]


@document("chokepoints", "2.0", "chokepoints --format json")
@dataclass(frozen=True, slots=True)
class ChokepointsDocument:
    """Gates or crossings, and how much hangs on each."""

    kind: Annotated[str, Rule(enum=("crossing", "gate")), "Whether crossings or gates are listed."]
    area: AreaAsked
    chokepoints: Annotated[Sequence[Chokepoint], "By falling posterior share."]
    assumptions: Assumptions
    provenance: RankingProvenance


@dataclass(frozen=True, slots=True)
class ListedSegment:
    """A road segment with its points."""

    segment: Annotated[RoadSegment, FLAT]
    points: Points


@document("road-segments", "1.0", "chokepoints --kind road --top 20 --format json")
@dataclass(frozen=True, slots=True)
class SegmentsDocument:
    """Road segments by their inflow."""

    area: AreaAsked
    segments: Annotated[Sequence[ListedSegment], "By falling share."]
    assumptions: Assumptions
    provenance: RankingProvenance


@dataclass(frozen=True, slots=True)
class Sides:
    """A sum of shares before and after."""

    before: Annotated[Share, "Share before."]
    after: Annotated[Share, "Share after."]


@dataclass(frozen=True, slots=True)
class Moved:
    """Displacement whose corridors are summed up from some place on."""

    displacement: Annotated[Displacement, FLAT]
    other_corridors: Annotated[Sides, "Sum of the corridors left out by --top."]


@document("displacement", "2.0", "whatif --close torkham --penalty zaranj-milak=300km --format json")
@dataclass(frozen=True, slots=True)
class DisplacementDocument:
    """Where the inflow goes."""

    moved: Annotated[Moved, FLAT]
    assumptions: Assumptions
    provenance: RankingProvenance


@dataclass(frozen=True, slots=True)
class PlaceFeature:
    """A gate or crossing to be drawn."""

    type: Literal["Feature"]
    id: Annotated[str, "Id of the gate or crossing."]
    properties: Annotated[Chokepoint, "As in the schema chokepoints."]
    geometry: Annotated[Spot, "Where it is."]


@dataclass(frozen=True, slots=True)
class SegmentFeature:
    """A road segment to be drawn."""

    type: Literal["Feature"]
    properties: Annotated[RoadSegment, "As in the schema road-segments, without its points."]
    geometry: Annotated[Line, "Its road."]


@document("chokepoints-geojson", "2.0", "chokepoints --format geojson", geojson=True)
@dataclass(frozen=True, slots=True)
class ChokepointsGeojson:
    """Gates and crossings as points, or road segments as lines."""

    type: Collection
    area: AreaAsked
    assumptions: Assumptions
    attribution: Attribution
    provenance: RankingProvenance
    features: Annotated[
        Sequence[PlaceFeature | SegmentFeature], "One point a gate or crossing, or one line a road segment."
    ]


def chokepoints_json(
    rows: Sequence[Chokepoint], kind: str, area: str | None, provenance: Mapping[str, Any]
) -> str:
    """Write gates or crossings as JSON; shares are of the whole inflow or of that into `area`."""
    return document_text(ChokepointsDocument(kind, area, rows, (*ASSUMPTIONS, *_CHOKEPOINTS), provenance))


def segments_json(rows: Sequence[RoadSegment], area: str | None, provenance: Mapping[str, Any]) -> str:
    """Write road segments as JSON, with the points of each."""
    listed = [ListedSegment(row, row.points) for row in rows]
    return document_text(SegmentsDocument(area, listed, (*ASSUMPTIONS, *_CHOKEPOINTS[1:]), provenance))


def displacement_json(moved: Displacement, provenance: Mapping[str, Any], top: int | None = None) -> str:
    """Write shares before and after as JSON; `top` bounds the corridors that are written."""
    assumptions = (*ASSUMPTIONS, *DISPLACEMENT)
    return document_text(DisplacementDocument(summed_up(moved, top), assumptions, provenance))


def summed_up(moved: Displacement, top: int | None) -> Moved:
    """Keep the `top` most changed corridors, and sum up the others."""
    left = moved.corridors[top:] if top else ()
    sides = Sides(sum(row.before for row in left), sum(row.after for row in left))
    return Moved(replace(moved, corridors=moved.corridors[:top]), sides)


CHANGED = ("what", "id", "before", "after", "change_90")
"""Columns of a change as CSV."""


def displacement_csv(moved: Displacement, top: int | None = None) -> str:
    """Write changes as CSV, a row each for gates, crossings and corridors, and for what has no way left."""
    nothing = (0.0, 0.0)
    ends = ("rest", "", moved.rest, moved.rest, nothing), ("no way", "", 0.0, moved.no_way_share, nothing)
    corridors = changed_rows("corridor", moved.corridors[:top])
    rows = [*changed_places(moved), *corridors, *(dict(zip(CHANGED, end, strict=True)) for end in ends)]
    return csv_text(rows, CHANGED)


def changed_places(moved: Displacement) -> list[dict[str, Any]]:
    """Lay the changes of gates and crossings out under `CHANGED`."""
    return [*changed_rows("gate", moved.gates), *changed_rows("crossing", moved.crossings)]


def changed_rows(what: str, rows: Sequence[PlaceChange | CorridorChange]) -> list[dict[str, Any]]:
    """Lay changes of one kind out under `CHANGED`."""
    return [{"what": what} | {name: getattr(row, name) for name in CHANGED[1:]} for row in rows]


def chokepoints_geojson(
    rows: Sequence[Chokepoint] | Sequence[RoadSegment], area: str | None, provenance: Mapping[str, Any]
) -> str:
    """Write gates and crossings as points, road segments as lines."""
    return document_text(
        ChokepointsGeojson(
            type="FeatureCollection",
            area=area,
            assumptions=(*ASSUMPTIONS, *_CHOKEPOINTS),
            attribution=ATTRIBUTION,
            provenance=provenance,
            features=[_feature(row) for row in rows],
        )
    )


def _feature(row: Chokepoint | RoadSegment) -> PlaceFeature | SegmentFeature:
    if isinstance(row, RoadSegment):
        return SegmentFeature("Feature", row, Line("LineString", [list(point) for point in row.points]))
    return PlaceFeature("Feature", row.place.id, row, Spot("Point", [row.place.lon, row.place.lat]))

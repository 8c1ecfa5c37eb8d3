"""Where to stand -> JSON, CSV and GeoJSON. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from routes.outputs.documents.parts import Assumptions, Attribution, Collection, Line, RankingProvenance
from routes.outputs.documents.planning_document import Points
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION
from routes.outputs.schemas import document, document_text
from routes.results import PatrolCell, PatrolStretch
from routes.support.described import FLAT, Digits, Rule

PATROL = (
    "Seizures are foretold, and they show policing as much as traffic: most inflow may be elsewhere.",
    "Half of what the corridors give is spread along the roads; a part is a kernel of past seizures.",
)


@document("patrol-cells", "1.0", "patrol --top 20 --format json")
@dataclass(frozen=True, slots=True)
class PatrolCellsDocument:
    """Cells of 25 km in which to stand."""

    cells: Annotated[Sequence[PatrolCell], "By falling chance."]
    assumptions: Assumptions
    provenance: RankingProvenance


@dataclass(frozen=True, slots=True)
class ListedStretch:
    """A stretch of road with its points."""

    stretch: Annotated[PatrolStretch, FLAT]
    points: Points


@document("patrol-roads", "1.0", "patrol --kind road --top 20 --format json")
@dataclass(frozen=True, slots=True)
class PatrolRoadsDocument:
    """Stretches of road on which to stand."""

    stretches: Annotated[Sequence[ListedStretch], "By falling chance."]
    assumptions: Assumptions
    provenance: RankingProvenance


@dataclass(frozen=True, slots=True)
class Square:
    """A cell as a polygon."""

    type: Literal["Polygon"]
    coordinates: Annotated[
        list[list[Annotated[list[float], Rule(min_items=2, max_items=2)]]],
        Digits(5),
        "(lon, lat) in degrees of WGS 84; one ring.",
    ]


@dataclass(frozen=True, slots=True)
class CellFeature:
    """A cell to be drawn."""

    type: Literal["Feature"]
    id: Annotated[str, "Id of the cell."]
    properties: Annotated[PatrolCell, "As in the schema patrol-cells."]
    geometry: Annotated[Square, "Its square."]


@dataclass(frozen=True, slots=True)
class StretchFeature:
    """A stretch to be drawn."""

    type: Literal["Feature"]
    properties: Annotated[PatrolStretch, "As in the schema patrol-roads, without its points."]
    geometry: Annotated[Line, "Its road."]


@document("patrol-geojson", "1.0", "patrol --top 20 --format geojson", geojson=True)
@dataclass(frozen=True, slots=True)
class PatrolGeojson:
    """Cells as squares, or stretches of road as lines."""

    type: Collection
    assumptions: Assumptions
    attribution: Attribution
    provenance: RankingProvenance
    features: Annotated[Sequence[CellFeature | StretchFeature], "One square a cell, or one line a stretch."]


def patrol_json(rows: Sequence[PatrolCell] | Sequence[PatrolStretch], provenance: Mapping[str, Any]) -> str:
    """Write cells, or stretches with their points, as JSON."""
    said = (*ASSUMPTIONS, *PATROL)
    stretches = [ListedStretch(row, row.points) for row in rows if isinstance(row, PatrolStretch)]
    cells = [row for row in rows if isinstance(row, PatrolCell)]
    if stretches:
        return document_text(PatrolRoadsDocument(stretches, said, provenance))
    return document_text(PatrolCellsDocument(cells, said, provenance))


def patrol_geojson(
    rows: Sequence[PatrolCell] | Sequence[PatrolStretch], provenance: Mapping[str, Any]
) -> str:
    """Write cells as squares, stretches as lines."""
    return document_text(
        PatrolGeojson(
            type="FeatureCollection",
            assumptions=(*ASSUMPTIONS, *PATROL),
            attribution=ATTRIBUTION,
            provenance=provenance,
            features=[_feature(row) for row in rows],
        )
    )


def _feature(row: PatrolCell | PatrolStretch) -> CellFeature | StretchFeature:
    if isinstance(row, PatrolStretch):
        return StretchFeature("Feature", row, Line("LineString", [list(point) for point in row.points]))
    return CellFeature("Feature", row.id, row, Square("Polygon", [[list(point) for point in row.corners]]))

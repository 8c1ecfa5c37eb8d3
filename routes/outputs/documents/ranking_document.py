"""Ranking -> JSON, CSV and GeoJSON, for `routes rank`. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from routes.outputs.documents.csv_text import csv_text
from routes.outputs.documents.parts import Assumptions, Attribution, Collection, Lines, RankingProvenance
from routes.outputs.handling import ASSUMPTIONS
from routes.outputs.schemas import document, document_text
from routes.results import Count, Disagreement, RankedCorridor, RankedPlace, SeizureUse, Share, StatusChange
from routes.support.described import FLAT, columns

if TYPE_CHECKING:
    from routes.results import Ranking

CoveredMass = Annotated[Share, "Share of the prior that the corridors of the ranking hold."]


@document("ranking", "3.0", "rank --format json --records")
@dataclass(frozen=True, slots=True)
class RankingDocument:
    """The whole answer: shares of all corridors and ``uncovered_share`` sum to one."""

    covered_mass: CoveredMass
    uncovered_share: Annotated[
        Share,
        "Posterior share of all corridors that are not in the ranking; with the shares of all corridors it "
        "sums to one.",
    ]
    corridors_in_all: Annotated[Count, "Corridors in the whole ranking, listed here or not."]
    corridors: Annotated[Sequence[RankedCorridor], "The corridors asked for, by falling share."]
    gates: Annotated[tuple[RankedPlace, ...], "Gates by falling share."]
    crossings: Annotated[tuple[RankedPlace, ...], "Crossings by falling share."]
    processing_areas: Annotated[tuple[RankedPlace, ...], "Processing areas by falling share."]
    seizures: Annotated[
        tuple[SeizureUse, ...] | None, "What became of every seizure record; null without --records."
    ]
    silent_countries: Annotated[
        tuple[str, ...],
        "Modelled countries without a located seizure: their detection is known by the prior alone.",
    ]
    changes_since_evidence: Annotated[
        tuple[StatusChange, ...],
        "Crossings and gates that do not stand as they mostly did in the years of the seizures.",
    ]
    disagreements: Annotated[
        tuple[Disagreement, ...],
        "Effects on which prior and seizures disagree, beyond 2 prior standard deviations, farthest first.",
    ]
    assumptions: Assumptions
    provenance: RankingProvenance


@dataclass(frozen=True, slots=True)
class DrawnCorridor:
    """A row of the ranking, and which lines of its shape are no known road."""

    corridor: Annotated[RankedCorridor, FLAT]
    synthetic_parts: Annotated[
        list[Count], "Numbers, from 0, of the lines that are straight connectors where no road is known."
    ]


@dataclass(frozen=True, slots=True)
class CorridorFeature:
    """One corridor to be drawn."""

    type: Literal["Feature"]
    id: Annotated[str, "Id of the corridor."]
    properties: Annotated[DrawnCorridor, "The row of the ranking."]
    geometry: Annotated[Lines, "Its road."]


@document("ranking-geojson", "2.0", "rank --format geojson --top 8", geojson=True)
@dataclass(frozen=True, slots=True)
class RankingGeojson:
    """The corridors to be drawn."""

    type: Collection
    covered_mass: CoveredMass
    assumptions: Assumptions
    attribution: Attribution
    provenance: RankingProvenance
    features: Annotated[list[CorridorFeature], "One corridor a feature, by falling share."]


def ranking_json(ranking: Ranking, rows: Sequence[RankedCorridor], *, records: bool = False) -> str:
    """Write the ranking as JSON; `rows` are the corridors to list, shares stay those of the whole.

    ``records`` adds what became of every seizure record: many files hold more of these than corridors.
    """
    return document_text(
        RankingDocument(
            covered_mass=ranking.covered_mass,
            uncovered_share=ranking.uncovered_share,
            corridors_in_all=len(ranking.corridors),
            corridors=rows,
            gates=ranking.gates,
            crossings=ranking.crossings,
            processing_areas=ranking.processing_areas,
            seizures=ranking.seizures if records else None,
            silent_countries=ranking.silent_countries,
            changes_since_evidence=ranking.changes,
            disagreements=ranking.disagreements,
            assumptions=ASSUMPTIONS,
            provenance=ranking.provenance,
        )
    )


def ranking_csv(rows: Sequence[RankedCorridor]) -> str:
    """Write the corridors as CSV, crossings joined by ``>``, the interval in two columns."""
    names = columns(RankedCorridor)
    names.insert(0, names.pop(names.index("rank")))
    return csv_text(rows, names, ">")


def ranking_geojson(ranking: Ranking, rows: Sequence[RankedCorridor]) -> str:
    """Write the corridors as GeoJSON: one MultiLineString each, connectors told by ``synthetic_parts``."""
    return document_text(
        RankingGeojson(
            type="FeatureCollection",
            covered_mass=ranking.covered_mass,
            assumptions=ASSUMPTIONS,
            attribution="Roads © OpenStreetMap contributors, ODbL 1.0",
            provenance=ranking.provenance,
            features=[_feature(row) for row in rows],
        )
    )


def _feature(row: RankedCorridor) -> CorridorFeature:
    dashed = [i for i, piece in enumerate(row.pieces) if piece.synthetic]
    lines = [[[lon, lat] for lon, lat in piece.points] for piece in row.pieces]
    return CorridorFeature("Feature", row.id, DrawnCorridor(row, dashed), Lines("MultiLineString", lines))

"""Ranking -> JSON, CSV and GeoJSON, for `routes rank`. Text alone; the caller writes it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from routes.outputs.handling import ASSUMPTIONS
from routes.outputs.schemas import stamped
from routes.outputs.text import defused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.results import RankedCorridor, Ranking

_SHARE_DIGITS = 12  # so that a thousand rounded shares still sum to one within 1e-9


def ranking_json(ranking: Ranking, rows: Sequence[RankedCorridor]) -> str:
    """Write the ranking as JSON; `rows` are the corridors to list, shares stay those of the whole.

    The shares of all corridors and ``uncovered_share`` sum to one.
    """
    document = {
        **stamped("ranking"),
        "covered_mass": round(ranking.covered_mass, _SHARE_DIGITS),
        "uncovered_share": round(ranking.uncovered_share, _SHARE_DIGITS),
        "corridors_in_all": len(ranking.corridors),
        "corridors": [corridor_record(row) for row in rows],
        "gates": [_place_record(place) for place in ranking.gates],
        "crossings": [_place_record(place) for place in ranking.crossings],
        "processing_areas": [_place_record(place) for place in ranking.processing_areas],
        "seizures": [asdict(use) for use in ranking.seizures],
        "silent_countries": list(ranking.silent_countries),
        "assumptions": ASSUMPTIONS,
        "provenance": ranking.provenance,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def corridor_record(row: RankedCorridor) -> dict[str, Any]:
    """One corridor as a JSON-ready record."""
    return {
        "id": row.id,
        "rank": row.rank,
        "gate": row.gate,
        "crossings": list(row.crossings),
        "processing_area": row.processing_area,
        "prior_share": round(row.prior_share, _SHARE_DIGITS),
        "posterior_share": round(row.posterior_share, _SHARE_DIGITS),
        "interval_90": [round(bound, _SHARE_DIGITS) for bound in row.interval_90],
        "first_probability": round(row.first_probability, 6),
        "top_10_probability": round(row.top_10_probability, 6),
        "length_km": round(row.length_km, 1),
        "generalised_cost": round(row.generalised_cost, 1),
        "seizures": row.seizures,
    }


def _place_record(place: Any) -> dict[str, Any]:  # noqa: ANN401 - a RankedPlace
    record = asdict(place)
    for name in ("prior_share", "posterior_share"):
        record[name] = round(record[name], _SHARE_DIGITS)
    record["interval_90"] = [round(bound, _SHARE_DIGITS) for bound in record["interval_90"]]
    record["countries"] = list(record["countries"])
    return record


def ranking_csv(rows: Sequence[RankedCorridor]) -> str:
    """Write the corridors as CSV, crossings joined by ``>``, the interval in two columns."""
    text = io.StringIO()
    names = (
        "rank",
        "id",
        "gate",
        "crossings",
        "processing_area",
        "prior_share",
        "posterior_share",
        "interval_90_low",
        "interval_90_high",
        "first_probability",
        "top_10_probability",
        "length_km",
        "generalised_cost",
        "seizures",
    )
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        record = corridor_record(row)
        record["crossings"] = ">".join(row.crossings)
        record["interval_90_low"], record["interval_90_high"] = record.pop("interval_90")
        writer.writerow({name: defused(value) for name, value in record.items()})
    return text.getvalue()


def ranking_geojson(ranking: Ranking, rows: Sequence[RankedCorridor]) -> str:
    """Write the corridors as GeoJSON: one MultiLineString each, connectors told by ``synthetic_parts``."""
    features = [
        {
            "type": "Feature",
            "id": row.id,
            "properties": corridor_record(row)
            | {"synthetic_parts": [i for i, piece in enumerate(row.pieces) if piece.synthetic]},
            "geometry": {
                "type": "MultiLineString",
                "coordinates": [
                    [[round(lon, 5), round(lat, 5)] for lon, lat in piece.points] for piece in row.pieces
                ],
            },
        }
        for row in rows
    ]
    document = {
        "type": "FeatureCollection",
        **stamped("ranking-geojson"),
        "covered_mass": round(ranking.covered_mass, _SHARE_DIGITS),
        "assumptions": ASSUMPTIONS,
        "attribution": "Roads © OpenStreetMap contributors, ODbL 1.0",
        "provenance": ranking.provenance,
        "features": features,
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"

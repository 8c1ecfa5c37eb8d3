"""Sealed forecasts and their scores -> JSON. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from routes.outputs.documents.parts import Assumptions, Provenance, RankingProvenance
from routes.outputs.handling import ASSUMPTIONS
from routes.outputs.schemas import as_dict, document, document_text
from routes.support.described import FLAT, Rule
from routes.trust.ledger import Forecast, sealed
from routes.trust.resolution import Resolution

_FORECAST = (
    "Chances are of the next located event after the day, given that one is made and told.",
    "They foretell where goods are seized and told, which is policing as much as traffic.",
)
_SCORES = (
    "Events are scored as sealed: cells of 25 km, places and countries; one event a place and day.",
    "An event is spread over the cells about its place as wide as its place is imprecise.",
)


@document("forecast", "1.0", "forecast --format json")
@dataclass(frozen=True, slots=True)
class ForecastDocument:
    """A sealed forecast."""

    forecast: Annotated[Forecast, FLAT]
    assumptions: Assumptions
    provenance: RankingProvenance
    seal: Annotated[
        str,
        Rule(pattern="^[0-9a-f]{64}$"),
        "SHA-256 of this document without the seal, keys in order, no blanks, ASCII.",
    ] = ""


@document(
    "forecast-score",
    "1.0",
    "score forecasts/2026-10-04.json --seizures docs/examples/later.csv --format json",
)
@dataclass(frozen=True, slots=True)
class ScoreDocument:
    """What a sealed forecast was worth."""

    resolution: Annotated[Resolution, FLAT]
    assumptions: Assumptions
    provenance: Provenance


def forecast_json(forecast: Forecast, provenance: Mapping[str, Any]) -> str:
    """Write a forecast in the form that is sealed, with its seal."""
    return sealed(as_dict(ForecastDocument(forecast, (*ASSUMPTIONS, *_FORECAST), provenance)))


def score_json(resolution: Resolution, provenance: Mapping[str, Any]) -> str:
    """Write the scores of a forecast as JSON."""
    return document_text(ScoreDocument(resolution, (*ASSUMPTIONS, *_SCORES), provenance))

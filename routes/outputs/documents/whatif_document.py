"""Scenarios, simulations and vital crossings -> JSON and CSV. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from routes.outputs.documents.csv_text import csv_text
from routes.outputs.documents.parts import Assumptions, RankingProvenance
from routes.outputs.documents.planning_document import CHANGED, DISPLACEMENT, Moved, changed_places, summed_up
from routes.outputs.handling import ASSUMPTIONS
from routes.outputs.schemas import document, document_text
from routes.planning.outcomes import NamedMove, Simulation, Vital
from routes.support.described import FLAT

_LEARNING = "Traffickers know no post at first and learn from what is caught, with a lag; shares follow."
_VITAL = "Ways are the cheapest on the roads; they may enter a country twice, which corridors do not."


@dataclass(frozen=True, slots=True)
class ScenarioMove:
    """One scenario."""

    scenario: Annotated[NamedMove, FLAT]
    moved: Annotated[Moved, "Where the inflow goes."]


@document(
    "scenarios",
    "1.0",
    "whatif --config docs/examples/deployment.toml --scenario south-shut --scenario west-watched "
    "--format json",
)
@dataclass(frozen=True, slots=True)
class ScenariosDocument:
    """What-ifs side by side."""

    scenarios: Annotated[Sequence[ScenarioMove], "In the order asked for."]
    assumptions: Assumptions
    provenance: RankingProvenance


@document("simulation", "1.0", "simulate-plan docs/examples/plan.json --weeks 8 --format json")
@dataclass(frozen=True, slots=True)
class SimulationDocument:
    """A plan against traffickers who learn."""

    simulation: Annotated[Simulation, FLAT]
    assumptions: Assumptions
    provenance: RankingProvenance


@document("vital", "1.0", "vital karachi helmand --budget 2 --format json")
@dataclass(frozen=True, slots=True)
class VitalDocument:
    """Crossings that lengthen a way most."""

    vital: Annotated[Vital, FLAT]
    assumptions: Assumptions
    provenance: RankingProvenance


def scenarios_json(moves: Sequence[NamedMove], provenance: Mapping[str, Any], top: int | None = None) -> str:
    """Write scenarios as JSON."""
    rows = [ScenarioMove(move, summed_up(move.displacement, top)) for move in moves]
    return document_text(ScenariosDocument(rows, (*ASSUMPTIONS, *DISPLACEMENT), provenance))


def scenarios_csv(moves: Sequence[NamedMove]) -> str:
    """Write crossings and gates as CSV, a row each for every scenario."""
    rows = [{"scenario": move.name} | row for move in moves for row in changed_places(move.displacement)]
    return csv_text(rows, ("scenario", *CHANGED))


def simulation_json(simulation: Simulation, provenance: Mapping[str, Any]) -> str:
    """Write a simulation as JSON."""
    return document_text(SimulationDocument(simulation, (*ASSUMPTIONS, _LEARNING), provenance))


def vital_json(vital: Vital, provenance: Mapping[str, Any]) -> str:
    """Write vital crossings as JSON."""
    return document_text(VitalDocument(vital, (*ASSUMPTIONS, _VITAL), provenance))

"""Dossiers of gates and crossings -> JSON. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from routes.outputs.documents.parts import Assumptions, RankingProvenance
from routes.outputs.documents.planning_document import DISPLACEMENT
from routes.outputs.handling import ASSUMPTIONS
from routes.outputs.icd203 import Confidence, confidence
from routes.outputs.schemas import document, document_text
from routes.planning.dossiers import Dossier
from routes.support.described import FLAT


@document("dossier", "1.0", "dossier torkham --output - --format json")
@dataclass(frozen=True, slots=True)
class DossierDocument:
    """What is known of one gate or crossing."""

    dossier: Annotated[Dossier, FLAT]
    confidence: Annotated[Confidence, "How far its share is to be trusted."]
    assumptions: Assumptions
    provenance: RankingProvenance


def dossier_json(found: Dossier, provenance: Mapping[str, Any]) -> str:
    """Write a dossier as JSON."""
    return document_text(
        DossierDocument(found, confidence(found.grounds), (*ASSUMPTIONS, *DISPLACEMENT), provenance)
    )

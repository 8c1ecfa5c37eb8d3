"""What new data moved -> JSON. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from routes.outputs.documents.trust_document import BothSides
from routes.outputs.schemas import document, document_text
from routes.planning.alarms import Alarms
from routes.support.described import EXACT, FLAT


@document("changes", "1.0", "changes --since-data 2025-10-11 --to-data 2025-10-12 --format json")
@dataclass(frozen=True, slots=True)
class ChangesDocument:
    """What moved between two states of the data."""

    found: Annotated[Alarms, FLAT]
    provenance: Annotated[BothSides, EXACT, "Of both analyses."]


def changes_json(found: Alarms, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Write it as JSON."""
    return document_text(ChangesDocument(found, BothSides(before, after)))

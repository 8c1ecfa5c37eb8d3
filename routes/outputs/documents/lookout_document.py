"""Where to look next -> JSON. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from routes.outputs.documents.parts import Assumptions, RankingProvenance
from routes.outputs.handling import ASSUMPTIONS
from routes.outputs.schemas import document, document_text
from routes.planning.campaigns import Lookout
from routes.support.described import FLAT

LOOKOUT = (
    "Finds: Poisson; mean: vehicles inspected x loads over vehicles a day x chance to find out a load.",
    "The inflow in loads a day and each place's detection are drawn from their prior, or as --effort tells.",
    "Campaigns are looked at one by one; traffickers do not hear of them.",
)


@document("lookout", "1.0", "next --inspect 5000 --format json")
@dataclass(frozen=True, slots=True)
class LookoutDocument:
    """What campaigns of inspections would teach."""

    lookout: Annotated[Lookout, FLAT]
    assumptions: Assumptions
    provenance: RankingProvenance


def lookout_json(lookout: Lookout, provenance: Mapping[str, Any]) -> str:
    """Write where to look next as JSON."""
    return document_text(LookoutDocument(lookout, (*ASSUMPTIONS, *LOOKOUT), provenance))

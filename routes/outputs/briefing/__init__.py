"""Briefings: what was found, how sure it is, what to do, in HTML, Markdown or PDF.

``content`` and ``debrief`` write what is said as plain blocks (`documents.text_blocks`); ``charts``
and ``drawing`` make the pictures as SVG; ``consistency`` checks reported figures against one another;
``html``, ``markdown`` and ``pdf`` turn the blocks into files. None of them makes a request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.briefing import content
from routes.outputs.briefing.consistency import findings
from routes.outputs.briefing.content import Material
from routes.outputs.briefing.debrief import debrief_sections, operation_rows
from routes.outputs.briefing.html import as_html
from routes.outputs.briefing.markdown import as_markdown
from routes.outputs.briefing.pdf import as_pdf
from routes.outputs.briefing.plans import plan_section
from routes.outputs.documents.text_blocks import Briefing
from routes.outputs.handling import Mark, provenance_line, question_of, stamp

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Briefing",
    "Material",
    "as_html",
    "as_markdown",
    "as_pdf",
    "briefing",
    "findings",
    "operation_rows",
]


def briefing(material: Material, mark: Mark = Mark.clear, totals: pd.DataFrame | None = None) -> Briefing:
    """Put a briefing together.

    Parameters
    ----------
    material : Material
        The analysis must have been made with ``roads_for`` of at least ``material.top``.
    mark : Mark
        Handling mark.
    totals : DataFrame, optional
        Reported totals of the operation that the seizures are limited to; adds the debriefing.
    """
    provenance = material.ranking.provenance
    line = provenance_line(provenance)
    debrief = debrief_sections(material.seizures, totals, material.region) if totals is not None else ()
    sections = (
        content.question_section(material),
        content.answer_section(material),
        *debrief,
        content.map_section(material),
        content.ranking_section(material),
        content.chokepoint_section(material),
        *((plan_section(material),) if material.teams else ()),
        content.assumption_section(material),
        content.unknown_section(material),
        content.seizure_section(material),
        content.closing_section(material, line, f"{mark.label}: {mark.meaning}."),
    )
    subtitle = question_of(provenance)
    if material.operation:
        subtitle = f"{material.operation}. {subtitle}"
    return Briefing(material.region.title, subtitle, mark, stamp(provenance), line, sections)

"""Briefings: what to know and do on one page, the grounds behind it, in HTML, Markdown or PDF.

``material`` is all that a briefing is made from. ``page_one`` writes its first page in sentences that
remember their figures (``statements``); ``chokepoints_page``, ``plans``, ``content``, ``annex`` and
``debrief`` write the other pages as plain blocks (`documents.text_blocks`). ``charts``, ``canvas`` and
``drawing`` make the pictures as SVG; ``consistency`` checks reported figures against one another; ``issue``
is the head; ``html``, ``markdown`` and ``pdf`` turn the blocks into files. None of them makes a request.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from routes.outputs.briefing import annex, chokepoints_page, content
from routes.outputs.briefing.consistency import findings
from routes.outputs.briefing.debrief import debrief_sections, operation_rows
from routes.outputs.briefing.html import as_html
from routes.outputs.briefing.issue import Issue, check_issue, head_rows, over, read_issue
from routes.outputs.briefing.markdown import as_markdown
from routes.outputs.briefing.material import Material, material_for, with_local_names
from routes.outputs.briefing.pdf import as_pdf
from routes.outputs.briefing.plans import plan_sections
from routes.outputs.documents.text_blocks import Briefing
from routes.outputs.handling import Mark, provenance_line, question_of, stamp
from routes.outputs.language import tr
from routes.outputs.vocabulary import data_word

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Briefing",
    "Issue",
    "Material",
    "annex_of",
    "as_html",
    "as_markdown",
    "as_pdf",
    "briefing",
    "check_issue",
    "findings",
    "material_for",
    "operation_rows",
    "over",
    "read_issue",
    "without_annex",
]


def briefing(material: Material, mark: Mark = Mark.clear, totals: pd.DataFrame | None = None) -> Briefing:
    """Put a briefing together, its annex last.

    Parameters
    ----------
    material : Material
        From `material_for`.
    mark : Mark
        Handling mark.
    totals : DataFrame, optional
        Reported totals of the operation that the seizures are limited to; adds the debriefing.
    """
    material = with_local_names(material)
    provenance = material.ranking.provenance
    line = provenance_line(provenance)
    debrief = debrief_sections(material.seizures, totals, material.region) if totals is not None else ()
    changes = annex.change_section(material)
    sections = (
        *content.first_page(material),
        *(replace(section, begins_page=not i) for i, section in enumerate(debrief)),
        chokepoints_page.chokepoint_section(material),
        *(plan_sections(material) if material.teams else ()),
        *((chokepoints_page.scenario_section(material),) if material.scenarios else ()),
        *((chokepoints_page.learning_section(material),) if material.simulation else ()),
        content.unknown_section(material),
        content.question_section(material),
        content.assumption_section(material),
        content.method_section(material),
        annex.ranking_section(material),
        annex.words_section(material),
        *((changes,) if changes else ()),
        annex.seizure_section(material),
        annex.closing_section(material, line, f"{mark.label}: {mark.meaning}."),
    )
    subtitle = question_of(provenance)
    if material.operation:
        subtitle = f"{material.operation}. {subtitle}"
    head = head_rows(material.issue, material.ranking, material.newest_evidence, mark)
    return Briefing(data_word(material.region.title), subtitle, mark, stamp(provenance), line, sections, head)


def without_annex(brief: Briefing) -> Briefing:
    """Leave the annex out."""
    return replace(brief, sections=tuple(part for part in brief.sections if not part.annex))


def annex_of(brief: Briefing) -> Briefing:
    """Keep the annex alone, under the same mark and provenance."""
    kept = [part for part in brief.sections if part.annex]
    sections = tuple(replace(part, begins_page=part.begins_page and i > 0) for i, part in enumerate(kept))
    return replace(brief, title=tr("{title}: annex", title=brief.title), sections=sections)

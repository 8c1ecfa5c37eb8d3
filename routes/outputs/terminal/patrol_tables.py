"""Where to stand as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.language import tr
from routes.outputs.placenames import country_tag, spot_name
from routes.outputs.text import decimal, percent
from routes.results import PatrolStretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.outputs.documents.text_blocks import Block
    from routes.results import PatrolCell


def patrol_blocks(rows: Sequence[PatrolCell] | Sequence[PatrolStretch]) -> tuple[Block, ...]:
    """Cells or stretches as a table."""
    road = any(isinstance(row, PatrolStretch) for row in rows)
    table = table_of(
        words(tr("road") if road else tr("cell of 25 km about"), map(_name, rows)),
        figures(tr("next seizure"), (percent(row.chance) for row in rows)),
        figures(tr("times the mean"), (decimal(row.times_mean) for row in rows)),
        figures(tr("km"), (decimal(_km(row)) for row in rows)),
    )
    held = sum(row.chance for row in rows)
    reading = tr(
        "next seizure: chance that it is made there; those listed hold {held}. times the mean: that chance a "
        "km of road, over that of a mean km of all roads. Half of what the corridors give is spread along "
        "the roads, and a part is a kernel of past seizures: this is where to stand, not where most of the "
        "inflow is. Seizures show policing as much as traffic.",
        held=percent(held),
    )
    return (table, *paragraphs(reading))


def _name(row: PatrolCell | PatrolStretch) -> str:
    name = spot_name(row.name) if isinstance(row, PatrolStretch) else ", ".join(map(spot_name, row.places))
    return f"{name} ({country_tag(row.country)})"


def _km(row: PatrolCell | PatrolStretch) -> float:
    return row.length_km if isinstance(row, PatrolStretch) else row.road_km

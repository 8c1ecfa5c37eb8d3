"""Two rankings -> which corridors rose and which fell, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import numpy as np

from routes.corridors import places_passed
from routes.evidence.shares import ShareDraws, changes
from routes.results import Chance, Change90, Share
from routes.support.described import Rule

if TYPE_CHECKING:
    from routes.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one corridor's or place's share.

    ``kind`` is corridor, gate, crossing or processing_area. ``interval_90`` bounds the change;
    ``rise_probability`` is the chance that the share is higher after than before, from independent draws
    of the two posteriors.
    """

    id: Annotated[str, "Id of the corridor or place."]
    kind: Annotated[str, Rule(enum=("corridor", "gate", "crossing", "processing_area")), "What it is."]
    before: Annotated[Share, "Share before."]
    after: Annotated[Share, "Share after."]
    change: Annotated[float, "Share after less share before."] = field(init=False)
    interval_90: Change90
    rise_probability: Annotated[Chance, "Chance that the share is higher after than before."]

    def __post_init__(self) -> None:
        """Work out the change."""
        object.__setattr__(self, "change", self.after - self.before)


def compare(before: Analysis, after: Analysis) -> tuple[Change, ...]:
    """Compare two analyses, largest change first.

    A corridor that only one of them lists counts as share 0 in the other, whose unlisted corridors hold
    less than one per cent together.

    Returns
    -------
    tuple of Change
        Corridors, gates, crossings and processing areas.
    """
    moved = changes(_with_places(before), _with_places(after))
    low, high = moved.interval()
    rise = (moved.draws > 0).mean(axis=0) + 0.5 * (moved.draws == 0).mean(axis=0)
    rows = [
        Change(
            name,
            kind,
            float(moved.before[i]),
            float(moved.after[i]),
            (float(low[i]), float(high[i])),
            float(rise[i]),
        )
        for i, (kind, name) in enumerate(moved.names)
    ]
    return tuple(sorted(rows, key=lambda c: (-abs(c.change), c.id)))


def _with_places(analysis: Analysis) -> ShareDraws:
    """Shares of every corridor and every place."""
    shares = analysis.shares
    through = shares.through(places_passed(analysis.untied.graph, analysis.corridors))
    return ShareDraws(
        (*shares.names, *through.names),
        np.hstack([shares.draws, through.draws]),
        np.concatenate([shares.mean, through.mean]),
        shares.rest,
    )

"""Two rankings -> which corridors rose and which fell, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routes.corridors import places_passed
from routes.evidence.shares import ShareDraws, changes

if TYPE_CHECKING:
    from routes.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one corridor's or place's share.

    ``kind`` is corridor, gate, crossing or processing_area. ``interval_90`` bounds the change;
    ``rise_probability`` is the chance that the share is higher after than before, from independent draws
    of the two posteriors.
    """

    id: str
    kind: str
    before: float
    after: float
    interval_90: tuple[float, float]
    rise_probability: float

    @property
    def change(self) -> float:
        """Share after less share before."""
        return self.after - self.before


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

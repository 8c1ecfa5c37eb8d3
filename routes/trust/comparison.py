"""Two rankings -> which corridors rose and which fell, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routes.evidence.fit import draw_shares, share_effects

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routes.analysis import Analysis

    Floats = NDArray[np.float64]


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
    sides = [_draws(before), _draws(after)]
    draws = min(len(next(iter(side.values()))) for side in sides)
    zero = np.zeros(draws)
    changes = []
    for kind, name in sorted({key for side in sides for key in side}):
        a, b = (side.get((kind, name), zero)[:draws] for side in sides)
        low, high = np.quantile(b - a, (0.05, 0.95))
        rise = float((b > a).mean() + 0.5 * (b == a).mean())
        changes.append(Change(name, kind, float(a.mean()), float(b.mean()), (float(low), float(high)), rise))
    return tuple(sorted(changes, key=lambda c: (-abs(c.change), c.id)))


def _draws(analysis: Analysis) -> dict[tuple[str, str], Floats]:
    """Share draws of every corridor and place."""
    effects, corridors = analysis.posterior.effects, analysis.corridors
    names = effects.names[: effects.design.shape[1]]
    design = share_effects(analysis.untied, corridors, names)
    draws = analysis.posterior.draws[:, : len(names)]
    shares, _ = draw_shares(corridors.prior_share, corridors.uncovered_share, design, draws)
    nodes = analysis.untied.graph.nodes
    found: dict[tuple[str, str], Floats] = {}
    for c, (name, path) in enumerate(zip(corridors.ids, corridors.nodes, strict=True)):
        found["corridor", name] = shares[:, c]
        for node in path:
            key = (nodes[node]["kind"], nodes[node]["place"])
            found[key] = found.get(key, 0.0) + shares[:, c]
    return found

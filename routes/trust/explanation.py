"""Why a corridor, crossing, gate or processing area stands where it stands, and what would move it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routes.errors import RoutesError
from routes.evidence.fit import draw_shares, share_effects
from routes.evidence.likelihood import event_gradients
from routes.ranking import TOP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routes.analysis import Analysis

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Influence:
    """What one event does to the share asked about.

    ``share_without`` is the share if the event had not been; ``change`` is the share less that: above 0
    the event speaks for it, below 0 against it.
    """

    event_id: str
    share_without: float
    change: float
    weight: float
    truth: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a corridor or place.

    Parameters
    ----------
    target, kind : str
        ``kind`` is corridor, gate, crossing or processing_area.
    corridors : int
        How many listed corridors it has.
    rank, ranked : int
        Its rank, and among how many of its kind.
    prior_share, posterior_share : float
    interval_90 : tuple of float
    first_probability, top_10_probability : float
        That it is the first of its kind, and among the first ten.
    influences : tuple of Influence
        Largest change first. First order: one Newton step from the posterior mode for each event.
    rank_without_strongest, rank_with_another : int or None
        Its rank if the event that speaks most for it had not been, and if there were a second like it; None
        where no event speaks for it.
    """

    target: str
    kind: str
    corridors: int
    rank: int
    ranked: int
    prior_share: float
    posterior_share: float
    interval_90: tuple[float, float]
    first_probability: float
    top_10_probability: float
    influences: tuple[Influence, ...]
    rank_without_strongest: int | None
    rank_with_another: int | None


def explain(analysis: Analysis, target: str) -> Explanation:
    """Explain a corridor (its id), a crossing, a gate or a processing area.

    Raises
    ------
    RoutesError
        If there is no such corridor or place; the nearest ids are named.
    """
    target = target.replace(" ", "")
    kind, groups = _groups(analysis, target)
    own = list(groups).index(target)
    member = np.zeros((len(groups), len(analysis.corridors.ids)))
    for g, corridors in enumerate(groups.values()):
        member[g, corridors] = 1
    shares = _shares(analysis, analysis.posterior.draws) @ member.T
    mean = shares.mean(axis=0)
    steps = _newton_steps(analysis)
    at_mode = _shares(analysis, analysis.posterior.mode[None])[0] @ member.T
    without = _shares(analysis, analysis.posterior.mode - steps) @ member.T
    again = _shares(analysis, analysis.posterior.mode + steps) @ member.T
    influences = [
        Influence(
            event,
            float(without[i, own]),
            float(at_mode[own] - without[i, own]),
            float(analysis.events.weight[i]),
            float(analysis.events.truth[i]),
        )
        for i, event in enumerate(analysis.events.ids)
    ]
    influences.sort(key=lambda x: (-abs(x.change), x.event_id))
    strongest = max(influences, key=lambda x: x.change, default=None)
    moved: tuple[int | None, int | None] = (None, None)
    if strongest is not None and strongest.change > 0:
        i = analysis.events.ids.index(strongest.event_id)
        moved = (_rank(without[i], own), _rank(again[i], own))
    low, high = np.quantile(shares[:, own], (0.05, 0.95))
    better = (shares > shares[:, [own]]).sum(axis=1)
    return Explanation(
        target,
        kind,
        int(member[own].sum()),
        _rank(mean, own),
        len(groups),
        float(member[own] @ analysis.corridors.prior_share),
        float(mean[own]),
        (float(low), float(high)),
        float((better == 0).mean()),
        float((better < TOP).mean()),
        tuple(influences),
        *moved,
    )


def _rank(shares: Floats, own: int) -> int:
    return int((shares > shares[own]).sum()) + 1


def _groups(analysis: Analysis, target: str) -> tuple[str, dict[str, list[int]]]:
    """All corridors or places of the target's kind, with the corridors through each."""
    nodes = analysis.untied.graph.nodes
    by_kind: dict[str, dict[str, list[int]]] = {
        "corridor": {name: [c] for c, name in enumerate(analysis.corridors.ids)},
        "crossing": {},
        "gate": {},
        "processing_area": {},
    }
    for c, path in enumerate(analysis.corridors.nodes):
        for node in path:
            by_kind[nodes[node]["kind"]].setdefault(nodes[node]["place"], []).append(c)
    for kind, groups in by_kind.items():
        if target in groups:
            return kind, groups
    known = [name for groups in by_kind.values() for name in groups]
    near = difflib.get_close_matches(target, known, 3, 0.4)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise RoutesError(f"no listed corridor, crossing, gate or processing area {target!r}.{hint}")


def _shares(analysis: Analysis, effects: Floats) -> Floats:
    names = analysis.posterior.effects.names[: analysis.posterior.effects.design.shape[1]]
    design = share_effects(analysis.untied, analysis.corridors, names)
    corridors = analysis.corridors
    return draw_shares(corridors.prior_share, corridors.uncovered_share, design, effects[:, : len(names)])[0]


def _newton_steps(analysis: Analysis) -> Floats:
    """How far each event pulls the effects, to first order: inverse curvature times its gradient."""
    posterior = analysis.posterior
    if not len(analysis.events.ids):
        return np.zeros((0, len(posterior.mode)))
    effects = posterior.effects
    x = (posterior.mode - effects.mean) / effects.sd
    gradients = event_gradients(
        x, analysis.fitted_prior_share, analysis.fitted_exposure, effects, analysis.events
    )
    return np.asarray((gradients @ posterior.spread @ posterior.spread.T) * effects.sd)

"""Why a corridor, crossing, gate or processing area stands where it stands, and what would move it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from scipy.sparse import csr_array, eye_array

from routes.corridors import Passed, places_passed
from routes.errors import RoutesError
from routes.evidence.likelihood import event_gradients
from routes.evidence.shares import share_draws
from routes.results import Chance, Count, Interval, Share
from routes.support.described import NOT_WRITTEN, Rule

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


@dataclass(frozen=True, slots=True, kw_only=True)
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

    target: Annotated[str, "Corridor or place that is explained."]
    kind: Annotated[str, Rule(enum=("corridor", "gate", "crossing", "processing_area")), "What it is."]
    corridors: Annotated[Count, "How many listed corridors it has."]
    rank: Annotated[Count, "Its rank among its kind."]
    ranked: Annotated[Count, "How many of its kind are ranked."]
    prior_share: Annotated[Share, "Share by route choice alone."]
    posterior_share: Annotated[Share, "Share with the seizures taken in."]
    interval_90: Interval
    first_probability: Annotated[Chance, "Chance that it is the first of its kind."]
    top_10_probability: Annotated[Chance, "Chance that it is among the first ten of its kind."]
    influences: Annotated[tuple[Influence, ...], NOT_WRITTEN]
    rank_without_strongest: Annotated[
        int | None,
        "Its rank if the event that speaks most for it had not been; null where none speaks for it.",
    ]
    rank_with_another: Annotated[
        int | None, "Its rank if there were a second event like it; null where none speaks for it."
    ]


def explain(analysis: Analysis, target: str) -> Explanation:
    """Explain a corridor (its id), a crossing, a gate or a processing area.

    Raises
    ------
    RoutesError
        If there is no such corridor or place; the nearest ids are named.
    """
    target = target.replace(" ", "")
    kind, ranked = _ranked(analysis, target)
    own = ranked.names.index((kind, target))
    shares = analysis.shares.through(ranked)
    mean = shares.mean
    steps = _newton_steps(analysis)
    mode = analysis.posterior.mode
    at_mode = _under(analysis, mode[None], ranked)[0]
    without, again = (_under(analysis, mode + way * steps, ranked) for way in (-1, 1))
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
    low, high = shares.interval()
    return Explanation(
        target=target,
        kind=kind,
        corridors=int(ranked.use[[own]].sum()),
        rank=_rank(mean, own),
        ranked=len(ranked.names),
        prior_share=float((ranked.use @ analysis.corridors.prior_share)[own]),
        posterior_share=float(mean[own]),
        interval_90=(float(low[own]), float(high[own])),
        first_probability=float(shares.first()[own]),
        top_10_probability=float(shares.top()[own]),
        influences=tuple(influences),
        rank_without_strongest=moved[0],
        rank_with_another=moved[1],
    )


def _rank(shares: Floats, own: int) -> int:
    return int((shares > shares[own]).sum()) + 1


def _ranked(analysis: Analysis, target: str) -> tuple[str, Passed]:
    """Kind of the target, and all corridors or places of that kind with the corridors through each."""
    listed = analysis.corridors
    corridors = Passed(analysis.shares.names, csr_array(eye_array(len(listed.ids))))
    places = places_passed(analysis.untied.graph, listed)
    for kind in ("corridor", "crossing", "gate", "processing_area"):
        ranked = corridors if kind == "corridor" else places.of_kind(kind)
        if (kind, target) in ranked.names:
            return kind, ranked
    known = [name for some in (corridors, places) for _, name in some.names]
    near = difflib.get_close_matches(target, known, 3, 0.4)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise RoutesError(f"no listed corridor, crossing, gate or processing area {target!r}.{hint}")


def _under(analysis: Analysis, effects: Floats, ranked: Passed) -> Floats:
    """Shares of what is ranked under given effects, shape (rows of effects, ranked)."""
    model = analysis.posterior.effects
    return share_draws(analysis.untied, analysis.corridors, model, effects).through(ranked).draws


def _newton_steps(analysis: Analysis) -> Floats:
    """How far each event pulls the effects, to first order: inverse curvature times its gradient."""
    posterior = analysis.posterior
    if not len(analysis.events.ids):
        return np.zeros((0, len(posterior.mode)))
    effects = posterior.effects
    x = (posterior.mode - effects.mean) / effects.sd
    prior = analysis.epochs.prior_share[:, analysis.epochs.telling]
    gradients = event_gradients(x, prior, analysis.fitted_exposure, effects, analysis.events)
    return np.asarray((gradients @ posterior.spread @ posterior.spread.T) * effects.sd)

"""Why a corridor, crossing, gate or processing area stands where it stands, and what would move it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from routes.corridors import Passed, corridors_and_places, places_passed
from routes.errors import RoutesError
from routes.evidence.shares import share_draws
from routes.ranking import tiers_of
from routes.results import Chance, Count, Grounds, Interval, Share, Tier
from routes.support.described import FLAT, NOT_WRITTEN, Rule
from routes.support.likeness import did_you_mean
from routes.trust.unused import Unused, listed_places, why_unused

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.support.arrays import Floats


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

    Influences are to first order, one Newton step from the posterior mode for each event, the largest change
    first. Ranks are None where they would stay, and where no event speaks for it. Of a place that no listed
    corridor passes the shares are 0 and the rank is the last; ``unused`` is why, to be said in any language.
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
        "Its rank if the event that speaks most for it had not been; null where that leaves it there, and "
        "where none speaks for it.",
    ]
    rank_with_another: Annotated[int | None, "Its rank if there were a second event like it; null likewise."]
    tier: Tier = 1
    grounds: Annotated[Grounds, FLAT] = field(default_factory=Grounds)
    why_nil: Annotated[
        str, "Why no listed corridor passes it, where none does (its rank is the last then); else empty."
    ] = ""
    unused: Annotated[Unused | None, NOT_WRITTEN] = None


def explain(analysis: Analysis, target: str) -> Explanation:
    """Explain a corridor (its id), a crossing, a gate or a processing area.

    Raises
    ------
    RoutesError
        If there is no such corridor or place; the nearest ids are named.
    """
    target = target.replace(" ", "")
    if target in (places := listed_places(analysis)) and target not in _passed_places(analysis):
        return _unused(analysis, target, places[target])
    kind, ranked = _ranked(analysis, target)
    own = ranked.names.index((kind, target))
    shares = analysis.shares.through(ranked)
    mean = shares.mean
    mode = analysis.posterior.mode
    at_mode = _under(analysis, mode[None], ranked)[0]
    without, again = (_under(analysis, mode + way * analysis.steps, ranked) for way in (-1, 1))
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
    moved: list[int | None] = [None, None]
    if strongest is not None and strongest.change > 0:
        i = analysis.events.ids.index(strongest.event_id)
        now = _rank(mean, own)
        # Of the shares that are told, not those at the mode, so that ranks can be compared.
        ranks = [_rank(mean * then[i] / at_mode, own) for then in (without, again)]
        moved = [rank if rank != now else None for rank in ranks]
    order, tiers = tiers_of(shares)
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
        tier=tiers[order.index(own)],
        grounds=analysis.grounds[kind, target],
    )


def _passed_places(analysis: Analysis) -> set[str]:
    return {name for _, name in places_passed(analysis.untied.graph, analysis.corridors).names}


def _unused(analysis: Analysis, target: str, kind: str) -> Explanation:
    """Explanation of a place that the data list and no corridor passes."""
    ranked = len(places_passed(analysis.untied.graph, analysis.corridors).of_kind(kind).names) + 1
    scale = analysis.ranking.provenance["parameters"]["route_choice"]["scale_km"]
    return nothing_of(target, kind, ranked, why_unused(analysis, target, scale))


def nothing_of(target: str, kind: str, rank: int, why: Unused) -> Explanation:
    """Explanation of a place with no share, the last of its kind."""
    return Explanation(
        target=target,
        kind=kind,
        corridors=0,
        rank=rank,
        ranked=rank,
        prior_share=0.0,
        posterior_share=0.0,
        interval_90=(0.0, 0.0),
        first_probability=0.0,
        top_10_probability=0.0,
        influences=(),
        rank_without_strongest=None,
        rank_with_another=None,
        why_nil=str(why),
        unused=why,
    )


def _rank(shares: Floats, own: int) -> int:
    return int((shares > shares[own]).sum()) + 1


def _ranked(analysis: Analysis, target: str) -> tuple[str, Passed]:
    """Kind of the target, and all corridors or places of that kind with the corridors through each."""
    every = corridors_and_places(analysis.untied.graph, analysis.corridors)
    for kind in ("corridor", "crossing", "gate", "processing_area"):
        if (kind, target) in every.names:
            return kind, every.of_kind(kind)
    known = [name for _, name in every.names]
    near = difflib.get_close_matches(target, [*known, *listed_places(analysis)], 3, 0.4)
    message = f"no listed corridor, crossing, gate or processing area {target!r}. {did_you_mean(near)}"
    raise RoutesError(message.rstrip())


def _under(analysis: Analysis, effects: Floats, ranked: Passed) -> Floats:
    """Shares of what is ranked under given effects, shape (rows of effects, ranked)."""
    model = analysis.posterior.effects
    # Draws alone are asked for, of which there may be none: no event, no mean.
    shares = share_draws(analysis.untied, analysis.corridors, model, effects, informed=False)
    return shares.through(ranked).draws

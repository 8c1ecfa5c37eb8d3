"""Where the inflow would enter if the crossings that have shut since the evidence stood open again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

from routes.analysis import choice_set_for
from routes.evidence.fit import posterior_shares
from routes.results import Share
from routes.trust.judgements import sides_passed

if TYPE_CHECKING:
    import pandas as pd

    from routes.analysis import Analysis
    from routes.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Reopening:
    """Share of the inflow that enters by each neighbour of the destination, as it is and as it would be."""

    places: Annotated[tuple[str, ...], "Gates and crossings that would stand open again."]
    before: Annotated[dict[str, Share], "Neighbour -> share now."]
    after: Annotated[dict[str, Share], "Neighbour -> share if they were open."]

    def gains_most(self) -> str:
        """Code of the neighbour whose share would rise most; empty if none would.

        Examples
        --------
        >>> Reopening(("x",), {"IRN": 0.6, "PAK": 0.3}, {"IRN": 0.4, "PAK": 0.5}).gains_most()
        'PAK'
        """
        rise = {name: share - self.before.get(name, 0.0) for name, share in self.after.items()}
        most = max(rise, key=lambda name: (rise[name], name), default="")
        return most if most and rise[most] > 0 else ""


def reopening(analysis: Analysis, parameters: Parameters) -> Reopening | None:
    """Let the crossings that have shut since the evidence stand open; None where none has.

    What the seizures taught is kept; corridors and their prior shares are listed anew.

    Parameters
    ----------
    analysis : Analysis
        Of a day.
    parameters : Parameters
        Those that the analysis was made with.
    """
    places = tuple(c.id for c in analysis.ranking.changes if c.now == "closed" and c.was != "closed")
    day = analysis.ranking.provenance["period"]["as_of"]
    if not places or day is None:
        return None
    world = analysis.choices.world
    opened = replace(world, status=_without(world.status, places))
    asked = date.fromisoformat(day)
    choices = choice_set_for(opened, analysis.region.parameters(parameters), asked, asked)
    shares = posterior_shares(choices.crossing_graph, choices.corridors, analysis.posterior)
    then = replace(
        analysis, choices=choices, untied=choices.crossing_graph, corridors=choices.corridors, shares=shares
    )
    return Reopening(places, _by_neighbour(analysis), _by_neighbour(then))


def _without(status: pd.DataFrame, places: tuple[str, ...]) -> pd.DataFrame:
    """Leave out the periods in which these places were not open: days without a row count as open."""
    return status[~(status["crossing_id"].isin(places) & (status["status"] != "open"))].reset_index(drop=True)


def _by_neighbour(analysis: Analysis) -> dict[str, float]:
    shares = analysis.shares.through(sides_passed(analysis))
    return {name: float(share) for (_, name), share in zip(shares.names, shares.mean, strict=True)}

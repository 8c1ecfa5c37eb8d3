"""All that a briefing is made from, and what is worked out for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from routes.outputs.briefing.issue import Issue
from routes.outputs.placenames import country_name, place_name, with_names
from routes.outputs.text import shortened
from routes.planning.chokepoints import place_chokepoints
from routes.planning.reopening import reopening
from routes.trust.explanation import explain
from routes.trust.judgements import CROSSING, judgements

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd
    import pandas as pd

    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.planning.outcomes import NamedMove, Plan, Simulation
    from routes.planning.reopening import Reopening
    from routes.read import Region
    from routes.read.inputs import Inputs
    from routes.results import Chokepoint, RankedPlace, Ranking
    from routes.trust.explanation import Explanation
    from routes.trust.judgements import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a briefing is made from.

    ``analysis`` must have been made with ``roads_for`` of at least ``top``; `material_for` works the rest
    out. What is left out is not told.
    """

    analysis: Analysis
    seizures: pd.DataFrame
    borders: gpd.GeoDataFrame
    cities: pd.DataFrame | None = None
    top: int = 20
    teams: int = 0
    operation: str = ""
    issue: Issue = field(default_factory=Issue)
    chokepoints: tuple[Chokepoint, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    explanation: Explanation | None = None
    reopening: Reopening | None = None
    plan: Plan | None = None
    scenarios: tuple[NamedMove, ...] = ()
    simulation: Simulation | None = None

    @property
    def ranking(self) -> Ranking:
        """The ranking."""
        return self.analysis.ranking

    @property
    def region(self) -> Region:
        """What the data speak of."""
        return self.analysis.region

    @property
    def crossings_in(self) -> list[RankedPlace]:
        """Crossings into the destination, the largest share first."""
        return [place for place in self.ranking.crossings if self.region.destination in place.countries]

    @property
    def names(self) -> dict[str, str]:
        """Id of every gate, crossing and area -> its name."""
        ranking = self.ranking
        places = (*ranking.gates, *ranking.crossings, *ranking.processing_areas)
        return {place.id: place_name(place.id, shortened(place.name)) or place.id for place in places}

    @property
    def newest_evidence(self) -> date | None:
        """Last day of the newest record that is used as evidence; None where none is."""
        used = {use.seizure_id for use in self.ranking.seizures if use.use == "evidence"}
        days = self.seizures["date_until"][self.seizures["seizure_id"].isin(used)]
        newest: date | None = None if days.empty else days.max().date()
        return newest

    def name_of(self, place: str) -> str:
        """Name of a place, or of a country by its code."""
        return self.names.get(place) or country_name(place)


def with_local_names(material: Material) -> Material:
    """Give every place in it its name in the language that is spoken."""
    analysis = replace(material.analysis, ranking=with_names(material.ranking))
    return replace(
        material,
        analysis=analysis,
        chokepoints=with_names(material.chokepoints),
        plan=with_names(material.plan),
        scenarios=with_names(material.scenarios),
    )


def material_for(
    inputs: Inputs,
    analysis: Analysis,
    parameters: Parameters,
    *,
    top: int = 20,
    teams: int = 0,
    plan: Plan | None = None,
    operation: str = "",
    issue: Issue | None = None,
    scenarios: tuple[NamedMove, ...] = (),
    simulation: Simulation | None = None,
) -> Material:
    """Work out what a briefing tells besides the ranking: judgements, chokepoints, what would change it.

    Parameters
    ----------
    inputs : Inputs
    analysis : Analysis
        Made of them with ``roads_for`` of at least `top`.
    parameters : Parameters
    top : int
        How many corridors are drawn.
    teams : int
        For how many teams is planned.
    plan : Plan, optional
    operation : str
        Name of the operation that the seizures are limited to.
    issue : Issue, optional
    scenarios : tuple of NamedMove
    simulation : Simulation, optional
    """
    judged = judgements(analysis)
    first = next((found.id for found in judged if found.kind == CROSSING), None)
    return Material(
        analysis=analysis,
        seizures=inputs.seizures,
        borders=inputs.borders,
        cities=inputs.places[inputs.places["kind"] == "city"],
        top=top,
        teams=teams,
        operation=operation,
        issue=issue or Issue(),
        chokepoints=place_chokepoints(analysis),
        judgements=judged,
        explanation=explain(analysis, first) if first else None,
        reopening=reopening(analysis, parameters),
        plan=plan,
        scenarios=scenarios,
        simulation=simulation,
    )

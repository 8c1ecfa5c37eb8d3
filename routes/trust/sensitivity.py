"""Which assumption moves which corridor most: one assumption changed at a time, the ranking made again."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from routes.analysis import analyse, build_world
from routes.network.seasons import ALL_MONTHS, months_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from routes.analysis import World
    from routes.parameters import Parameters
    from routes.question import Question
    from routes.read.inputs import Inputs
    from routes.results import Ranking

_RATES_VARIED = 3  # countries


LEAST_CLOSED, MOST_CLOSED = 200.0, 1200.0
"""Km-equivalents between which the cost of a closed crossing is plausible: no figure is known."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Shares under each changed assumption.

    Parameters
    ----------
    base : dict of str to float
        Corridor -> posterior share as ranked.
    changed : dict of str to dict of str to float
        Assumption -> corridor -> posterior share; a corridor that is no longer listed has 0.
    crossings : dict of str to float
        Crossing -> posterior share as ranked.
    changed_crossings : dict of str to dict of str to float
        Assumption -> crossing -> posterior share.
    provenance : dict
        Of the ranking under the assumptions asked for.
    """

    base: dict[str, float]
    changed: dict[str, dict[str, float]]
    crossings: dict[str, float]
    changed_crossings: dict[str, dict[str, float]]
    provenance: dict[str, Any]

    def strongest(self, name: str) -> tuple[str, float]:
        """Name the assumption that moves a corridor or crossing most, and its share under it."""
        base, changed = (
            (self.base, self.changed) if name in self.base else (self.crossings, self.changed_crossings)
        )
        most = max(changed, key=lambda a: abs(changed[a][name] - base[name]))
        return most, changed[most][name]

    def closed_ends(self, name: str) -> tuple[float, float]:
        """Share of a corridor or crossing where closed crossings cost least, and where they cost most."""
        changed = self.changed if name in self.base else self.changed_crossings
        return changed[_closed_name(LEAST_CLOSED)][name], changed[_closed_name(MOST_CLOSED)][name]


def _closed_name(km: float) -> str:
    return f"closed crossings cost {km:,.0f}"


def variants(parameters: Parameters, countries: Iterable[str]) -> dict[str, Parameters]:
    """Each assumption changed by what is plausible, alone; rates of detection in these countries."""

    def section(name: str, **values: Any) -> Parameters:  # noqa: ANN401 - values of any parameter
        return replace(parameters, **{name: replace(getattr(parameters, name), **values)})

    scale, e = parameters.route_choice.scale_km, parameters.evidence
    penalties, paved = parameters.crossing_penalties, parameters.road_speeds.paved

    def scaled(times: float) -> Parameters:
        return section("crossing_penalties", **{n: km * times for n, km in asdict(penalties).items()})

    def spread(times: float) -> Parameters:
        names = ("sd_gate", "sd_crossing", "sd_area", "sd_cost")
        return section("evidence", **{n: getattr(e, n) * times for n in names})

    def detection(country: str) -> Parameters:
        rates = parameters.detection | {country: 2 * parameters.detection.get(country, 1.0)}
        return replace(parameters, detection=rates)

    certain = dict.fromkeys(parameters.substances, 1.0)
    return {
        "route-choice scale x 0.75": section("route_choice", scale_km=0.75 * scale),
        "route-choice scale x 1.2": section("route_choice", scale_km=1.2 * scale),
        "crossing penalties x 0.5": scaled(0.5),
        "crossing penalties x 2": scaled(2.0),
        _closed_name(LEAST_CLOSED): section("crossing_penalties", closed=LEAST_CLOSED),
        _closed_name(MOST_CLOSED): section("crossing_penalties", closed=MOST_CLOSED),
        "tracks and gravel as paved": section("road_speeds", gravel=paved, track=paved),
        **{f"detection in {country} x 2": detection(country) for country in countries},
        "evidence half as free": spread(0.5),
        "evidence freer by half": spread(1.5),
        "seizures weighted by log kg": section("evidence", weight="log"),
        "old seizures count less (5 years)": section("evidence", half_life_years=5.0),
        "every substance certain": replace(parameters, substances=certain),
    }


def weight_variants(world: World, ranking: Ranking, top: int) -> dict[str, World]:
    """Weights of the gates and areas of the first `top` corridors, each doubled and halved alone."""
    rows = ranking.corridors[:top]
    found = {}
    for kind, table_name, places in (
        ("gate", "gates", dict.fromkeys(row.gate for row in rows)),
        ("area", "areas", dict.fromkeys(row.processing_area for row in rows)),
    ):
        table = getattr(world.network, table_name)
        for place in places:
            for name, times in (("x 2", 2.0), ("/ 2", 0.5)):
                weight = table["weight"].where(table["place_id"] != place, times * table["weight"])
                network = replace(world.network, **{table_name: table.assign(weight=weight)})
                timed = world.area_weights
                own = timed["weight"].where(timed["area_id"] != place, times * timed["weight"])
                changed = replace(world, network=network, area_weights=timed.assign(weight=own))
                found[f"weight of {kind} {place} {name}"] = changed
    return found


def _same_roads(one: Parameters, other: Parameters) -> bool:
    """Whether roads cost the same under two sets of parameters."""
    return one.cost_per_km() == other.cost_per_km() and one.road_seasons == other.road_seasons


def sensitivity(
    inputs: Inputs,
    parameters: Parameters,
    question: Question,
    top: int,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Sensitivity:
    """Rank again under each changed assumption and keep the shares of the first corridors and crossings.

    The first `top` corridors and crossings are kept; `progress` is told how many assumptions are done, and of
    how many.
    """
    parameters = inputs.region.parameters(parameters)
    day = None if question.period else question.as_of or inputs.region.status_checked
    months = ALL_MONTHS if day is None else months_between(day, day)
    world = build_world(inputs, parameters, months)

    def shares(asked: Parameters, ground: World) -> tuple[dict[str, float], dict[str, float]]:
        ranking = analyse(inputs, asked, question, world=ground).ranking
        found = (ranking.corridors, ranking.crossings)
        by_corridor, by_crossing = ({row.id: row.posterior_share for row in rows} for rows in found)
        return by_corridor, by_crossing

    ranking = analyse(inputs, parameters, question, world=world).ranking
    base = {row.id: row.posterior_share for row in ranking.corridors[:top]}
    crossings = {row.id: row.posterior_share for row in ranking.crossings[:top]}
    every = {
        name: (
            asked,
            world if _same_roads(asked, parameters) else build_world(inputs, asked, months),
        )
        for name, asked in variants(parameters, _policed(inputs, ranking)).items()
    }
    every |= {name: (parameters, ground) for name, ground in weight_variants(world, ranking, top).items()}
    changed, changed_crossings = {}, {}
    for done, (name, (asked, ground)) in enumerate(every.items()):
        by_corridor, by_crossing = shares(asked, ground)
        changed[name] = {corridor: by_corridor.get(corridor, 0.0) for corridor in base}
        changed_crossings[name] = {crossing: by_crossing.get(crossing, 0.0) for crossing in crossings}
        progress(done + 1, len(every))
    return Sensitivity(base, changed, crossings, changed_crossings, ranking.provenance)


def _policed(inputs: Inputs, ranking: Ranking) -> list[str]:
    """Name the countries with the most located events, whose rates can move most; the most in the last."""
    used = {use.seizure_id for use in ranking.seizures if use.use == "evidence"}
    rows = inputs.seizures[inputs.seizures["seizure_id"].isin(used)].drop_duplicates("event_id")
    most = Counter(sorted(rows["country"])).most_common(_RATES_VARIED)
    return [country for country, _ in reversed(most)]

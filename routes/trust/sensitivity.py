"""Which assumption moves which corridor most: one assumption changed at a time, the ranking made again."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from routes.analysis import analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from routes.analysis import Question
    from routes.parameters import Parameters
    from routes.read.inputs import Inputs
    from routes.results import Ranking

_RATES_VARIED = 3  # countries


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Shares under each changed assumption.

    Parameters
    ----------
    base : dict of str to float
        Corridor -> posterior share as ranked.
    changed : dict of str to dict of str to float
        Assumption -> corridor -> posterior share; a corridor that is no longer listed has 0.
    provenance : dict
        Of the ranking under the assumptions asked for.
    """

    base: dict[str, float]
    changed: dict[str, dict[str, float]]
    provenance: dict[str, Any]

    def strongest(self, corridor: str) -> tuple[str, float]:
        """Name the assumption that moves a corridor most, and its share under it."""
        name = max(self.changed, key=lambda a: abs(self.changed[a][corridor] - self.base[corridor]))
        return name, self.changed[name][corridor]


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
        "closed gates cost x 2": section("crossing_penalties", closed=2 * penalties.closed),
        "tracks and gravel as paved": section("road_speeds", gravel=paved, track=paved),
        **{f"detection in {country} x 2": detection(country) for country in countries},
        "evidence half as free": spread(0.5),
        "evidence freer by half": spread(1.5),
        "seizures weighted by log kg": section("evidence", weight="log"),
        "old seizures count less (5 years)": section("evidence", half_life_years=5.0),
        "every substance certain": replace(parameters, substances=certain),
    }


def sensitivity(
    inputs: Inputs,
    parameters: Parameters,
    question: Question,
    top: int,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Sensitivity:
    """Rank again under each changed assumption and keep the shares of the first `top` corridors."""

    def ranked(asked: Parameters) -> Ranking:
        return analyse(inputs, asked, question).ranking

    def shares(ranking: Ranking) -> dict[str, float]:
        return {c.id: c.posterior_share for c in ranking.corridors}

    first = ranked(parameters)
    base = dict(list(shares(first).items())[:top])
    changed = {}
    every = variants(inputs.region.parameters(parameters), _policed(inputs, first))
    for done, (name, asked) in enumerate(every.items()):
        found = shares(ranked(asked))
        changed[name] = {corridor: found.get(corridor, 0.0) for corridor in base}
        progress(done + 1, len(every))
    return Sensitivity(base, changed, first.provenance)


def _policed(inputs: Inputs, ranking: Ranking) -> list[str]:
    """Name the countries with the most located events, whose rates can move most; the most in the last."""
    used = {use.seizure_id for use in ranking.seizures if use.use == "evidence"}
    rows = inputs.seizures[inputs.seizures["seizure_id"].isin(used)].drop_duplicates("event_id")
    most = Counter(sorted(rows["country"])).most_common(_RATES_VARIED)
    return [country for country, _ in reversed(most)]

"""Tables -> ranking: one call a stage, in the order of the ladder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from routes.corridors import Corridors, corridors_of, places_passed
from routes.evidence.alike import alike, of_all
from routes.evidence.epochs import Epochs, epochs_of, years_of
from routes.evidence.events import Events, choose_seizures, locate_events, seizure_uses, unnamed_substances
from routes.evidence.exposure import (
    Exposure,
    Feature,
    Sites,
    corridor_features,
    exposure_of,
    measure_exposure,
    part_by_epoch,
)
from routes.evidence.fit import Posterior, fit, model_effects, posterior_shares
from routes.evidence.grounds import ages, disagreements, event_steps, grounds_of
from routes.evidence.inspections import (
    about_log,
    in_period,
    inspections_of,
    of_corridors,
    spans_of,
    telling_of,
    with_inspections,
)
from routes.evidence.notices import tell_no_evidence, tell_silent_logs, tell_unknown_day, tell_unnamed
from routes.evidence.ties import tie_seizures
from routes.evidence.watch import watch_of
from routes.network.build import BUILT_FROM, crossing_graph_of, network_and_legs
from routes.network.seasons import ALL_MONTHS, Season, months_between
from routes.network.status import area_weights, status_changes, status_grades, status_shares
from routes.question import Question, days_asked, period_of, question_words
from routes.ranking import rank
from routes.read.inputs import Inputs, load_inputs
from routes.read.provenance import provenance_of
from routes.support.memory import MANY_RECORDS, give_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routes.evidence.inspections import Inspections
    from routes.evidence.shares import ShareDraws
    from routes.network import BlockLegs, CrossingGraph
    from routes.network.blocks import Network
    from routes.parameters import Parameters
    from routes.read import Region
    from routes.results import Grounds, Ranking, StatusChange
    from routes.support.arrays import Floats, Ints


_CARRIES = 0.01  # of the prior


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """The ranking and every stage it came from.

    ``untied`` is the crossing graph without the seizures, `crossing_graph` the one with them.
    ``epochs`` tells under which crossings each event counts; the posterior was fitted on the prior shares
    of its telling corridors and on ``exposure_of_groups``, which is of them, keeps the epochs apart and takes
    together the events that are alike (``group`` says which). ``effort`` holds the rows of a log of
    inspections that counted.
    """

    choices: ChoiceSet
    region: Region
    ranking: Ranking
    network: Network
    untied: CrossingGraph
    sites: Sites
    corridors: Corridors
    shares: ShareDraws
    grounds: dict[tuple[str, str], Grounds]
    events: Events
    posterior: Posterior
    epochs: Epochs
    exposure_of_groups: Exposure
    group: Ints
    effort: pd.DataFrame

    @property
    def asked(self) -> tuple[date, date]:
        """First and last day that the ranking is for: the same unless it is for a period."""
        period = self.ranking.provenance["period"]
        first, last = (date.fromisoformat(period["as_of"] or period[end]) for end in ("since", "until"))
        return first, last

    @cached_property
    def steps(self) -> Floats:
        """How far each event pulls the effects (`routes.evidence.grounds.event_steps`)."""
        prior = self.epochs.prior_share[:, self.epochs.telling]
        return event_steps(self.posterior, prior, self.fitted_exposure, self.events)

    @cached_property
    def fitted_exposure(self) -> Exposure:
        """The exposure that the posterior was fitted on, event by event; made when first asked for."""
        return of_all(self.exposure_of_groups, self.group)

    @cached_property
    def crossing_graph(self) -> CrossingGraph:
        """The crossing graph, the seizures in it as nodes; made when first asked for."""
        return tie_seizures(self.untied, self.corridors, self.events, self.sites)


def analyse(
    inputs: Inputs | None = None,
    parameters: Parameters | None = None,
    question: Question | None = None,
    *,
    roads_for: int = 0,
    world: World | None = None,
) -> Analysis:
    """Rank the corridors.

    Parameters
    ----------
    inputs : Inputs, optional
        From `load_inputs`; the bundled data by default.
    parameters : Parameters, optional
    question : Question, optional
    roads_for : int
        For how many corridors, from the top, the roads are drawn into `RankedCorridor.pieces`.
    world : World, optional
        From `build_world` of the same inputs and roads, where there is one already.

    Returns
    -------
    Analysis

    Raises
    ------
    RoutesError
        If no corridor reaches a processing area, or no seizure has the substance asked for.

    Examples
    --------
    >>> found = analyse().ranking
    >>> shares = [corridor.posterior_share for corridor in found.corridors]
    >>> abs(sum(shares) + found.uncovered_share - 1) < 1e-9
    True
    """
    inputs = inputs or load_inputs()
    region, question = inputs.region, question or Question()
    parameters = region.parameters(parameters)
    chosen, left_out = choose_seizures(inputs.seizures, question.since, question.until, question.substance)
    events, not_used = locate_events(chosen, region, parameters)
    if len(chosen) > MANY_RECORDS:
        give_back()
    if not events.ids:
        tell_no_evidence(tuple(sorted((left_out | not_used).values())))
    unnamed = tuple(unnamed_substances(chosen, events, parameters))
    tell_unnamed(unnamed, region.goods, parameters.substances["other"])
    day = None if question.period else question.as_of or region.status_checked
    period = period_of(inputs.seizures if chosen.empty else chosen, question)
    asked = days_asked(period, day)
    tell_unknown_day(inputs.status, question.as_of, region.status_checked)

    world = world or build_world(inputs, parameters, months_between(*asked))
    choices = choice_set_for(world, parameters, *asked)
    effort = in_period(inputs.effort, question.since, question.until)
    epochs, log = epochs_and_log(choices, events, effort, parameters)
    group = alike(events, epochs.of_event)
    of_group = replace(epochs, of_event=epochs.of_event[group.first])
    exposure = expose(choices, group.events, of_group)
    posterior = fit_events(choices, group.events, parameters, question.seed, of_group, exposure, log)
    shares = posterior_shares(choices.crossing_graph, choices.corridors, posterior)
    k, (some, times) = posterior.pareto_k, group.some()
    told, near = group.events.take(some), exposure_of(exposure, some)
    grounds = grounds_of(
        choices.crossing_graph,
        choices.corridors,
        shares,
        posterior,
        event_steps(posterior, epochs.prior_share[:, epochs.telling], near, told),
        group.mean(ages(events, asked[1]), events.weight)[some],
        status_grades(inputs.status, *asked),
        np.random.default_rng([question.seed, 1]),
        times=times,
    )
    ranking = rank(
        world.network,
        choices.crossing_graph,
        choices.corridors,
        shares,
        grounds,
        status_shares(inputs.status, *asked),
        roads_for,
    )
    ranking = replace(
        ranking,
        disagreements=disagreements(posterior),
        seizures=seizure_uses(inputs.seizures, events, left_out | not_used),
        silent_countries=_silent(region.countries, chosen, set(events.ids)),
        changes=() if day is None else _changes(world, choices, epochs, events, ranking, day),
        provenance=provenance_of(
            inputs,
            parameters,
            question=question,
            period={
                "since": period and period[0],
                "until": period and period[1],
                "as_of": day,
                "question": question_words(period, day),
            },
            seed=question.seed,
            rests_on={"events": len(events.ids), "pareto_k": k and round(k, 3)}
            | (
                {}
                if inputs.effort.empty
                else {"inspections": about_log(inputs.effort_from, effort, posterior)}
            ),
        ),
    )
    return Analysis(
        choices=choices,
        region=region,
        ranking=ranking,
        network=world.network,
        untied=choices.crossing_graph,
        sites=world.sites,
        corridors=choices.corridors,
        shares=shares,
        grounds=grounds,
        events=events,
        posterior=replace(posterior, log_density=posterior.log_density[group.of_event]),
        epochs=epochs,
        exposure_of_groups=exposure,
        group=group.of_event,
        effort=effort,
    )


def _changes(
    world: World, choices: ChoiceSet, epochs: Epochs, events: Events, ranking: Ranking, day: date
) -> tuple[StatusChange, ...]:
    """Crossings and gates that have changed since the seizures and carry a share, now or then."""
    passed = places_passed(choices.crossing_graph.graph, choices.corridors)
    shares = np.vstack([choices.corridors.prior_share, epochs.prior_share])
    carried = np.asarray(passed.use @ shares.T).max(axis=1)
    share = {place: float(c) for (_, place), c in zip(passed.names, carried, strict=True)}
    places = (*ranking.gates, *ranking.crossings)
    most_first = sorted(places, key=lambda place: -share[place.id])
    names = {place.id: place.name for place in most_first if share[place.id] >= _CARRIES}
    return status_changes(world.status, names, years_of(events), events.weight * events.truth, day)


def _silent(countries: tuple[str, ...], seizures: pd.DataFrame, events: set[str]) -> tuple[str, ...]:
    """Modelled countries in which no event was located."""
    return tuple(
        country
        for country in countries
        if not any(map(events.__contains__, seizures["event_id"][seizures["country"] == country]))
    )


@dataclass(frozen=True, slots=True)
class World:
    """What does not depend on seizures or period: network, legs, where places are, who was open when."""

    network: Network
    legs: dict[str, BlockLegs]
    sites: Sites
    status: pd.DataFrame
    area_weights: pd.DataFrame

    def weighted(self, first: date, last: date) -> Network:
        """Network with the weights that processing areas had in a period."""
        areas = self.network.areas
        ids, spans = list(areas["place_id"]), [(first, last)]
        weight = area_weights(self.area_weights, self.weight_of_areas, ids, spans)[0]
        return replace(self.network, areas=areas.assign(weight=weight))

    @property
    def weight_of_areas(self) -> dict[str, float]:
        """Weight of each processing area where no period is told: 0 where its place has none."""
        areas = self.network.areas
        return dict(zip(areas["place_id"], areas["weight"].fillna(0.0), strict=True))


@dataclass(frozen=True, slots=True)
class ChoiceSet:
    """Corridors with their prior shares for the crossings as they stood in a period, and what they pass."""

    world: World
    crossing_graph: CrossingGraph
    corridors: Corridors
    features: list[Feature]

    @property
    def sites(self) -> Sites:
        """Where districts and cities are, and how far places reach."""
        return self.world.sites


def build_world(inputs: Inputs, parameters: Parameters, months: tuple[int, ...] = ALL_MONTHS) -> World:
    """Network and legs from the files, roads as they are in some months of the year, the mean over them."""
    network, legs = network_and_legs(
        inputs.roads,
        inputs.crossings,
        inputs.places,
        parameters.cost_per_km(),
        inputs.region.countries,
        Season(months, parameters.road_seasons),
        cache=inputs.cache,
        hashes={name: inputs.hashes[name] for name in BUILT_FROM},
    )
    places = inputs.places
    sites = Sites(
        _spots(places[places["kind"] == "district"], "part_of"),
        _spots(places[places["kind"] == "city"], "country"),
        parameters.evidence.node_radius_km,
        inputs.region.background_area_km2,
        watch_of(network, parameters.evidence.watch_gain),
    )
    return World(network, legs, sites, inputs.status, inputs.area_weights)


def choice_set_for(world: World, parameters: Parameters, first: date, last: date) -> ChoiceSet:
    """Corridors and prior shares for a period, both days included."""
    status = status_shares(world.status, first, last)
    choice, weighted = parameters.route_choice, world.weighted(first, last)
    graph = crossing_graph_of(weighted, world.legs, status, parameters.crossing_penalties, choice)
    corridors = corridors_of(graph.graph, choice)
    return ChoiceSet(world, graph, corridors, corridor_features(graph, corridors, world.sites))


def epochs_for(
    choices: ChoiceSet, events: Events, parameters: Parameters, spans: Sequence[tuple[date, date]] = ()
) -> Epochs:
    """Under which crossings each event counts: as in its year; spans follow the events."""
    world = choices.world
    return epochs_of(
        choices.crossing_graph,
        choices.corridors,
        world.status,
        [*years_of(events), *spans],
        parameters,
        world.area_weights,
        world.weight_of_areas,
    )


def epochs_and_log(
    choices: ChoiceSet, events: Events, effort: pd.DataFrame, parameters: Parameters
) -> tuple[Epochs, Inspections | None]:
    """Under which crossings each event counts, and a log added up under those of each of its rows.

    The corridors that tell of the log are among those to fit on.
    """
    epochs, of_row = epochs_of_both(choices, events, effort, parameters)
    log = log_for(choices, effort, of_row, parameters)
    tell_silent_logs(tuple(sorted(set(effort["place"]) - set(log.places if log is not None else ()))))
    return epochs, log


def epochs_of_both(
    choices: ChoiceSet, events: Events, effort: pd.DataFrame, parameters: Parameters
) -> tuple[Epochs, Ints]:
    """Epochs of events and log, and which of them each row of the log is of."""
    if effort.empty:
        return epochs_for(choices, events, parameters), np.zeros(0, int)
    count = len(events.ids)
    both = epochs_for(choices, events, parameters, spans_of(effort))
    epochs, of_row = replace(both, of_event=both.of_event[:count]), both.of_event[count:]
    log = log_for(choices, effort, of_row, parameters)
    return (epochs if log is None else replace(epochs, telling=telling_of(log, epochs))), of_row


def log_for(
    choices: ChoiceSet, effort: pd.DataFrame, of_row: Ints, parameters: Parameters
) -> Inspections | None:
    """Add up the rows of a log, each of the epoch told."""
    if effort.empty:
        return None
    return inspections_of(effort, choices.crossing_graph, choices.corridors, of_row, parameters)


def expose(choices: ChoiceSet, events: Events, epochs: Epochs | None = None) -> Exposure:
    """Exposure of the events under the corridors of a choice set; the passages of epochs are kept apart."""
    exposure = measure_exposure(choices.crossing_graph, choices.features, events, choices.sites)
    return exposure if epochs is None else part_by_epoch(exposure, epochs.of_event, epochs.telling)


def fit_events(
    choices: ChoiceSet,
    events: Events,
    parameters: Parameters,
    seed: int,
    epochs: Epochs | None = None,
    exposure: Exposure | None = None,
    log: Inspections | None = None,
) -> Posterior:
    """Posterior effects from the events, and a log of inspections, each under the crossings of its time.

    Epochs and exposure are worked out unless they are given; a log comes with its epochs
    (`epochs_and_log`).
    """
    epochs = epochs or epochs_for(choices, events, parameters)
    exposure = exposure or expose(choices, events, epochs)
    effects = model_effects(choices.crossing_graph, choices.corridors, exposure, parameters, epochs.shift)
    telling = epochs.telling
    effects = replace(effects, design=effects.design[telling], shift=effects.shift.take(telling, axis=1))
    if log is not None:
        effects, log = with_inspections(effects, log, parameters), of_corridors(log, telling)
    rng = np.random.default_rng(seed)
    prior = epochs.prior_share.take(telling, axis=1)  # in order of memory, unlike a selection in brackets
    return fit(prior, exposure, effects, events, parameters.evidence.draws, rng, log)


def _spots(places: pd.DataFrame, by: str) -> dict[str, list[tuple[float, float]]]:
    """(lon, lat) of places, grouped."""
    found: dict[str, list[tuple[float, float]]] = {}
    for name, lon, lat in places[[by, "lon", "lat"]].itertuples(index=False, name=None):
        found.setdefault(name, []).append((lon, lat))
    return dict(sorted(found.items()))

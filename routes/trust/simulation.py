"""Seizures drawn from known flows and detection rates on the real network.

What the model makes of them tells whether it can recover the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.evidence.events import Events
from routes.evidence.exposure import place_passages
from routes.evidence.fit import feature_rates
from routes.evidence.shares import share_draws
from routes.support.geo import KM_PER_DEGREE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routes.analysis import ChoiceSet
    from routes.evidence.exposure import Feature
    from routes.evidence.likelihood import Effects
    from routes.parameters import Parameters
    from routes.support.arrays import Floats


KIND_OF_PLACE = {"road": "road", "gate": "port", "crossing": "crossing", "city": "city", "area": "laboratory"}
FOOTPRINT_KM = 12.0  # of every simulated seizure, as of one that is told to the city


@dataclass(frozen=True, slots=True)
class Truth:
    """Flows and rates that seizures are drawn from.

    Parameters
    ----------
    share : ndarray of float, shape (corridors,)
    rate : ndarray of float, shape (features,)
    effects : ndarray of float, shape (effects,)
        That they were made of, if they were.
    """

    share: Floats
    rate: Floats
    effects: Floats = field(default_factory=lambda: np.zeros(0))


def draw_truth(choices: ChoiceSet, effects: Effects, rng: np.random.Generator) -> Truth:
    """Draw flows and detection from the model's own prior."""
    value = (effects.mean + effects.sd * rng.standard_normal(len(effects.names)))[None]
    listed = replace(choices.corridors, uncovered_share=0.0)
    shares = share_draws(choices.crossing_graph, listed, effects, value)
    features = [(feature.country, feature.kind) for feature in choices.features]
    return Truth(shares.draws[0], feature_rates(features, effects.names, value)[0], value[0])


def with_uneven_detection(
    truth: Truth, choices: ChoiceSet, effects: Effects, fold: float, rng: np.random.Generator
) -> Truth:
    """Let the detection of countries differ up to a factor, evenly on a log scale, about the prior's."""
    mean = dict(zip(effects.names, effects.mean.tolist(), strict=True))
    drawn = dict(zip(effects.names, truth.effects.tolist(), strict=True))
    countries = sorted({feature.country for feature in choices.features})
    of = {country: fold ** (rng.random() - 0.5) for country in countries}
    moved = [
        np.log(of[f.country]) + mean[f"detection:{f.country}"] - drawn[f"detection:{f.country}"]
        for f in choices.features
    ]
    return replace(truth, rate=truth.rate * np.exp(moved))


def simulate_log(
    choices: ChoiceSet,
    truth: Truth,
    parameters: Parameters,
    vehicles_a_day: Mapping[str, float],
    rows: int,
    inspected: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Log inspections at crossings drawn with the same chance each, and what they find.

    The inflow and the own detection of each crossing are drawn from the prior.

    Parameters
    ----------
    choices, truth
        As for `simulate_events`.
    parameters : Parameters
    vehicles_a_day : mapping of str to float
        Of each crossing where inspections may be.
    rows : int
        How many inspections are logged.
    inspected : int
        Goods vehicles that are looked into in each.
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame
        As from `routes.read.effort.read_effort`.
    """
    p, nodes = parameters.evidence, choices.crossing_graph.graph.nodes
    through = dict.fromkeys(vehicles_a_day, 0.0)
    for path, share in zip(choices.corridors.nodes, truth.share.tolist(), strict=True):
        for place in {nodes[node]["place"] for node in path} & through.keys():
            through[place] += share
    inflow = p.inflow_loads_a_day * np.exp(p.sd_inflow * rng.standard_normal())
    own = {place: np.exp(p.sd_inspection * rng.standard_normal()) for place in through}
    finds = inflow * parameters.interdiction.inspection_finds * inspected
    mean = np.array([finds * through[x] * own[x] / vehicles_a_day[x] for x in through])
    places = np.array(list(through))
    which = rng.integers(len(places), size=rows)
    day = np.datetime64("2015-01-01", "s")
    return pd.DataFrame(
        {
            "place": places[which],
            "from": day,
            "until": day,
            "inspected": float(inspected),
            "passed": np.nan,
            "found": np.minimum(rng.poisson(mean[which]), inspected).astype(float),
            "vehicles_a_day": [vehicles_a_day[place] for place in places[which]],
        }
    )


def simulate_events(choices: ChoiceSet, truth: Truth, count: int, rng: np.random.Generator) -> Events:
    """Draw seizures: where a corridor is detected, as often as its share and the rates there say.

    Parameters
    ----------
    choices : ChoiceSet
        Corridors and what they pass.
    truth : Truth
    count : int
        How many seizures.
    rng : numpy.random.Generator

    Returns
    -------
    Events
        Every seizure is told to its kind of place, off by a normal error of `FOOTPRINT_KM`.
    """
    totals = np.array([_amount(choices, feature) for feature in choices.features])
    chance = truth.rate[:, None] * totals * truth.share
    picks = rng.choice(chance.size, size=count, p=(chance / chance.sum()).ravel())
    lon, lat, kinds = [], [], []
    for feature_number, corridor in zip(*np.unravel_index(picks, chance.shape), strict=True):
        feature = choices.features[feature_number]
        x, y = _place(choices, feature, int(corridor), rng)
        lon.append(x)
        lat.append(y)
        kinds.append(KIND_OF_PLACE[feature.kind])
    east, north = rng.normal(0, FOOTPRINT_KM, (2, count)) / KM_PER_DEGREE
    lat_told = np.array(lat) + north
    return Events(
        ids=tuple(f"simulated-{i}" for i in range(count)),
        lon=np.array(lon) + east / np.cos(np.radians(lat_told)),
        lat=lat_told,
        footprint_km=np.full(count, FOOTPRINT_KM),
        weight=np.ones(count),
        kind=tuple(kinds),
        truth=np.ones(count),
        last_day=np.full(count, np.datetime64("2015-01-01")),
    )


def _weights(choices: ChoiceSet, feature: Feature) -> Floats:
    """Count one passage of each place of a feature: its length for a road, else one."""
    if feature.kind == "road":
        return choices.crossing_graph.blocks[feature.country].block.length_km[feature.edges]
    return np.ones(len(feature.spots))


def _amount(choices: ChoiceSet, feature: Feature) -> Floats:
    return np.asarray(_weights(choices, feature) @ place_passages(feature))


def _place(
    choices: ChoiceSet, feature: Feature, corridor: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Draw a place of a feature that a corridor passes, as often as it does so."""
    weight = place_passages(feature)[:, [corridor]].toarray().ravel() * _weights(choices, feature)
    place = int(rng.choice(len(weight), p=weight / weight.sum()))
    if feature.kind != "road":
        spots = feature.spots[place]
        lon, lat = spots[int(rng.integers(len(spots)))]
        east, north = rng.normal(0, choices.sites.radius_km, 2) / KM_PER_DEGREE
        return lon + east / np.cos(np.radians(lat)), lat + north
    block = choices.crossing_graph.blocks[feature.country].block
    a, b = block.u[feature.edges[place]], block.v[feature.edges[place]]
    at = rng.random()
    return (
        float(block.lon[a] + at * (block.lon[b] - block.lon[a])),
        float(block.lat[a] + at * (block.lat[b] - block.lat[a])),
    )

"""What a ranking lets one judge: by which neighbour, crossing and gate most of the inflow comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import numpy as np
from scipy.sparse import csr_array

from routes.corridors import Passed, places_passed
from routes.evidence.grounds import ages, grounds_of
from routes.network.status import status_grades
from routes.ranking import tiers_of
from routes.results import Chance, Grounds, Interval, Share
from routes.support.described import FLAT, Rule

if TYPE_CHECKING:
    from routes.analysis import Analysis

NEIGHBOUR, CROSSING, GATE = "neighbour", "crossing", "gate"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What carries most of the inflow among all of its kind, and how likely it is the first.

    A neighbour is the country from which the inflow enters the destination; its id is its code.
    """

    kind: Annotated[str, Rule(enum=(NEIGHBOUR, CROSSING, GATE)), "What is judged."]
    id: Annotated[str, "Id of the place, or code of the country."]
    share: Annotated[Share, "Share of the inflow through it."]
    interval_90: Interval
    first_probability: Annotated[Chance, "Chance that it carries more than any other of its kind."]
    grounds: Annotated[Grounds, FLAT] = field(default_factory=Grounds)


def judgements(analysis: Analysis) -> tuple[Judgement, ...]:
    """Judge which neighbour, which crossing into the destination, and which gate carries most.

    Returns
    -------
    tuple of Judgement
        In this order; a kind of which nothing is passed is left out.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> [found.kind for found in judgements(analyse())]
    ['neighbour', 'crossing', 'gate']
    """
    sides = sides_passed(analysis)
    places = places_passed(analysis.untied.graph, analysis.corridors)
    into = crossings_into(analysis)
    crossings = places.where([kind == CROSSING and name in into for kind, name in places.names])
    own = _grounds_of_sides(analysis, sides)
    return tuple(
        _leader(analysis, passed, analysis.grounds | own)
        for passed in (sides, crossings, places.of_kind(GATE))
        if passed.names
    )


def _leader(analysis: Analysis, passed: Passed, grounds: dict[tuple[str, str], Grounds]) -> Judgement:
    shares = analysis.shares.through(passed)
    (first, *_), _ = tiers_of(shares)
    low, high = shares.interval()
    kind, name = passed.names[first]
    return Judgement(
        kind=kind,
        id=name,
        share=float(shares.mean[first]),
        interval_90=(float(low[first]), float(high[first])),
        first_probability=float(shares.first()[first]),
        grounds=grounds[kind, name],
    )


def crossings_into(analysis: Analysis) -> dict[str, str]:
    """Crossings with the destination on one side -> code of the country on the other."""
    destination = analysis.region.destination
    table = analysis.network.crossings
    found = {}
    for name, *both in zip(table["crossing_id"], table["country_a"], table["country_b"], strict=True):
        if destination in both:
            found[str(name)] = str(both[0] if both[1] == destination else both[1])
    return found


def sides_passed(analysis: Analysis) -> Passed:
    """Neighbours of the destination, and by which of them each corridor enters it last."""
    nodes, into = analysis.untied.graph.nodes, crossings_into(analysis)
    entered: dict[str, list[int]] = {}
    for number, path in enumerate(analysis.corridors.nodes):
        last = next((into[nodes[n]["place"]] for n in reversed(path) if nodes[n]["place"] in into), "")
        if last:
            entered.setdefault(last, []).append(number)
    names = sorted(entered)
    use = np.zeros((len(names), len(analysis.corridors.ids)))
    for i, name in enumerate(names):
        use[i, entered[name]] = 1.0
    return Passed(tuple((NEIGHBOUR, name) for name in names), csr_array(use))


def _grounds_of_sides(analysis: Analysis, sides: Passed) -> dict[tuple[str, str], Grounds]:
    """Tell what the share of each neighbour rests on, as the ranking does it of places."""
    return grounds_of(
        analysis.untied,
        analysis.corridors,
        analysis.shares,
        analysis.posterior,
        analysis.steps,
        ages(analysis.events, analysis.asked[1]),
        status_grades(analysis.choices.world.status, *analysis.asked),
        np.random.default_rng([analysis.ranking.provenance["seed"], 1]),
        sides,
    )

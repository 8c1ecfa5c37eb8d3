"""What the page reckons with: crossing graph, corridor list, draws of the effects, statuses over time.

The page closes, watches and makes dearer by itself (``choice.js``); here is what it needs for that, in the
smallest form: numbers as base64 of little-endian arrays, names once. Draws that occur more than once have a
weight; each effect is kept in 255 steps between its least and its largest draw, under a hundredth of its
standard deviation, which moves no share by more than a few hundredths of a percentage point.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from routes.corridors import legs_passed
from routes.evidence.shares import effect_of, interval_of
from routes.outputs.maps.roads import leg_stretches, stretch_of
from routes.outputs.maps.scale import LEAST_DRAWN
from routes.planning.posts import Deployment, choices
from routes.ranking import place_facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from routes.analysis import Analysis
    from routes.outputs.maps.roads import Stretches
    from routes.parameters import Parameters

    Floats = NDArray[np.float64]

_STEPS = 255
_MOST_DRAWS = 2000
_NONE = 65535
_EPOCH = date(1970, 1, 1)
_KINDS = ("gate", "crossing", "processing_area")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named what-if that the page keeps: places closed, impassable, dearer and watched, and its day."""

    name: str
    close: tuple[str, ...] = ()
    impassable: tuple[str, ...] = ()
    penalty: Mapping[str, float] | None = None
    watch: Mapping[str, float] | None = None
    as_of: date | None = None

    def as_data(self) -> dict[str, Any]:
        """Write it as the page keeps it."""
        return {
            "name": self.name,
            "close": list(self.close),
            "impassable": list(self.impassable),
            "penalty": dict(self.penalty or {}),
            "watch": dict(self.watch or {}),
            "day": None if self.as_of is None else days_of(self.as_of),
        }


@dataclass(frozen=True, slots=True)
class Model:
    """What the page reckons with, and the roads that it draws the flows on.

    Parameters
    ----------
    data : dict
        JSON-ready, the same in every language.
    roads : Stretches
        Their courses are those of the legs of ``data``.
    course_of : dict of str to tuple of int
        Corridor -> its stretches in travelling order.
    share, high : ndarray of float, shape (stretches,)
        Inflow over each stretch, and the upper end of its 90 % interval.
    """

    data: dict[str, Any]
    roads: Stretches
    course_of: dict[str, tuple[int, ...]]
    share: Floats
    high: Floats


def page_model(
    analysis: Analysis,
    parameters: Parameters,
    status: pd.DataFrame,
    *,
    scenarios: Sequence[Scenario] = (),
    opens_with: Scenario | None = None,
) -> Model:
    """Gather what the page needs to answer by itself.

    Parameters
    ----------
    analysis : Analysis
    parameters : Parameters
        Those of the analysis.
    status : DataFrame
        As `routes.read.read_crossing_status` gives it.
    scenarios : sequence of Scenario
        What-ifs that the page offers.
    opens_with : Scenario, optional
        The one that it opens with.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> from routes.parameters import Parameters
    >>> from routes.read.inputs import load_inputs
    >>> inputs = load_inputs()
    >>> found = page_model(analyse(inputs), Parameters(), inputs.status)
    >>> found.data["asked"], len(found.roads.lines) == len(found.share)
    ('day', True)
    """
    graph = analysis.untied.graph
    paths = analysis.corridors.nodes
    number = {node: i for i, node in enumerate(graph)}
    legs = list(dict.fromkeys(leg for path in paths for leg in pairwise(path)))
    used = set(legs)
    others = [leg for leg in _legs(graph) if leg not in used]
    roads = leg_stretches(analysis.untied, legs)
    data = {
        "scale_km": parameters.route_choice.scale_km,
        "path_size_exponent": parameters.route_choice.path_size_exponent,
        "restricted_km": parameters.crossing_penalties.restricted,
        "closed_km": parameters.crossing_penalties.closed,
        "post_detection": parameters.interdiction.post_detection,
        "detection": _detection(analysis, parameters),
        "informed": analysis.posterior.informed,
        **_nodes(analysis),
        "legs": _leg_data(graph, [*legs, *others], number),
        "courses": [list(course) for course in roads.courses],
        "paths": {
            "length": packed([len(path) for path in paths], "u1"),
            "nodes": packed([number[node] for path in paths for node in path], "<u2"),
        },
        "draws": _draws(analysis),
        "status": _status_rows(status),
        "area_weights": _weight_rows(analysis),
        **_times(analysis),
        "scenarios": [each.as_data() for each in scenarios],
        "opens_with": None if opens_with is None else opens_with.as_data(),
    }
    share, high = _inflow(analysis, legs, roads)
    course_of = dict(zip(legs, roads.courses, strict=True))
    of_corridor = {
        name: tuple(step for leg in pairwise(path) for step in course_of[leg])
        for name, path in zip(analysis.corridors.ids, analysis.corridors.nodes, strict=True)
    }
    return Model(data, roads, of_corridor, share, high)


def packed(numbers: object, kind: str) -> str:
    """Write numbers as base64 of an array.

    Examples
    --------
    >>> packed([1, 258], "<u2")
    'AQACAQ=='
    """
    return base64.b64encode(np.asarray(numbers).astype(kind).tobytes()).decode("ascii")


def days_of(day: date) -> int:
    """Count the days since 1970.

    Examples
    --------
    >>> days_of(date(1970, 1, 3))
    2
    """
    return (day - _EPOCH).days


def _legs(graph: nx.DiGraph[str]) -> list[tuple[str, str]]:
    return [(a, b) for a, b, arc in graph.edges(data=True) if arc["kind"] == "leg"]


def _detection(analysis: Analysis, parameters: Parameters) -> dict[str, float]:
    """Tell what a post catches at each crossing that may be watched."""
    may = choices(analysis, parameters.interdiction, Deployment())
    return {name: post.detection for name, post in may.free.items()}


def _nodes(analysis: Analysis) -> dict[str, Any]:
    """Places, and the nodes of the crossing graph that stand for them."""
    nodes = [node for _, node in analysis.untied.graph.nodes(data=True)]
    places: dict[str, str] = {node["place"]: node["kind"] for node in nodes}
    place_number = {place: i for i, place in enumerate(places)}
    countries = sorted({node["country"] for node in nodes})
    effects = {name: i for i, name in enumerate(analysis.posterior.effects.share_names)}
    parts = analysis.untied.penalty_parts
    came_from = [node.get("came_from") for node in nodes]
    return {
        "places": [*places],
        "kinds": [_KINDS.index(kind) for kind in places.values()],
        "names": _names(analysis, places),
        "parts": {place: dict(parts[place]) for place in places if parts.get(place)},
        "countries": len(countries),
        "nodes": {
            "place": packed([place_number[node["place"]] for node in nodes], "<u2"),
            "kind": packed([_KINDS.index(node["kind"]) for node in nodes], "u1"),
            "country": packed([countries.index(node["country"]) for node in nodes], "u1"),
            "from": packed([countries.index(c) if c in countries else 255 for c in came_from], "u1"),
            "weight": packed([node.get("weight", 0.0) for node in nodes], "<f8"),
            "effect": packed([effects.get(effect_of(n["kind"], n["place"]), _NONE) for n in nodes], "<u2"),
        },
    }


def _names(analysis: Analysis, places: Mapping[str, str]) -> list[str]:
    facts = place_facts(analysis.network)
    return [facts[kind, place].name for place, kind in places.items()]


def _leg_data(
    graph: nx.DiGraph[str], legs: Sequence[tuple[str, str]], number: Mapping[str, int]
) -> dict[str, str]:
    facts = [graph.edges[leg] for leg in legs]
    return {
        "from": packed([number[a] for a, _ in legs], "<u2"),
        "to": packed([number[b] for _, b in legs], "<u2"),
        "cost": packed([fact["cost"] for fact in facts], "<f4"),
        "km": packed([fact["length_km"] for fact in facts], "<f4"),
    }


def _draws(analysis: Analysis) -> dict[str, Any]:
    """Draws of the effects that move shares, each once with its weight, effect by effect."""
    names = analysis.posterior.effects.share_names
    draws = analysis.posterior.draws[:_MOST_DRAWS, : len(names)]
    once, weight = np.unique(draws, axis=0, return_counts=True)
    low, high = once.min(axis=0), once.max(axis=0)
    step = np.where(high > low, (high - low) / _STEPS, 1.0)
    return {
        "weight": packed(weight, "<u2"),
        "low": packed(low, "<f8"),
        "step": packed(step, "<f8"),
        "values": packed(((once - low) / step).round().T, "u1"),
        "cost": names.index("cost") if "cost" in names else _NONE,
        "penalty": {name.partition(":")[2]: i for i, name in enumerate(names) if name.startswith("penalty:")},
    }


def _status_rows(status: pd.DataFrame) -> list[list[Any]]:
    """List the times in which places were not open: place, first and last day, whether closed."""
    rows = status[status["status"].isin(["restricted", "closed"])].to_dict("records")
    return [
        [row["crossing_id"], _day(row["from"]), _day(row["until"]), int(row["status"] == "closed")]
        for row in rows
    ]


def _weight_rows(analysis: Analysis) -> dict[str, Any]:
    world = analysis.choices.world
    rows = world.area_weights.to_dict("records")
    return {
        "otherwise": world.weight_of_areas,
        "rows": [[r["area_id"], _day(r["from"]), _day(r["until"]), float(r["weight"])] for r in rows],
    }


def _day(stamp: Any) -> int | None:  # noqa: ANN401 - a Timestamp or NaT
    return None if stamp is None or pd.isna(stamp) else days_of(stamp.date())


def _times(analysis: Analysis) -> dict[str, Any]:
    """Give the day and the period that can be asked about, and which of them is."""
    period = analysis.ranking.provenance["period"]
    day = period["as_of"] or analysis.region.status_checked
    spans = {"day": (day, day), "period": (period["since"] or day, period["until"] or day)}
    return {
        "asked": "day" if period["as_of"] else "period",
        "times": {
            name: [days_of(date.fromisoformat(str(end))) for end in ends] for name, ends in spans.items()
        },
    }


def _inflow(analysis: Analysis, legs: Sequence[tuple[str, str]], roads: Stretches) -> tuple[Floats, Floats]:
    """Inflow over every stretch of road and the upper end of its 90 % interval, shape (stretches,) each."""
    through = analysis.shares.through(legs_passed(analysis.corridors))
    number = {leg: i for i, leg in enumerate(through.names)}
    uses = {
        (stretch_of(step), number[leg])
        for leg, course in zip(legs, roads.courses, strict=True)
        if leg in number
        for step in course
    }
    row, column = np.array(sorted(uses), int).reshape(-1, 2).T
    use = csr_array((np.ones(len(row)), (row, column)), shape=(len(roads.lines), len(through.names)))
    share = np.asarray(use @ through.mean)
    high, seen = share.copy(), np.flatnonzero(share >= LEAST_DRAWN)
    high[seen] = interval_of(np.asarray(through.draws @ csr_array(use[seen]).T))[1]
    return share, high


def corridors_of(model: Model, names: Sequence[str]) -> Stretches:
    """Give the roads with the courses of some corridors."""
    from routes.outputs.maps.roads import Stretches

    return Stretches(model.roads.lines, model.roads.synthetic, tuple(model.course_of[n] for n in names))

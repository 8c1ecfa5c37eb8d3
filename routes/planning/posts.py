"""Where posts may stand, where they must, and what a post there catches.

Detection comes, in this order, from what is given for the place, from inspections and loads a day
(inspections over loads, times the chance that an inspected load is found out), and is else assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from routes.errors import RoutesError
from routes.planning.displacement import known_place, status_of
from routes.ranking import place_facts
from routes.read.effort import counts_of, vehicles_a_day
from routes.results import Post

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from routes.analysis import Analysis
    from routes.parameters import Interdiction

    Basis = Literal["given", "inspections", "assumed"]


Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a planner knows and demands of the posts.

    ``detect`` and ``cost`` hold for single places. ``have`` are posts that stand and cannot move; they cost
    nothing of the budget, and None stands for the detection that any post there would have. ``must`` are
    posts that the budget pays for whatever the plan, ``never`` places that are not watched. ``jurisdiction``:
    only gates of these countries, and crossings that one of them is a side of. ``inspections``: loads that a
    post opens a day, everywhere. ``gates``: posts may stand at seaports and land gates, too; those that
    `detect`, `cost`, `have` or `must` name may in any case.
    """

    detect: Mapping[str, float] = field(default_factory=dict)
    cost: Mapping[str, float] = field(default_factory=dict)
    have: Mapping[str, float | None] = field(default_factory=dict)
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    inspections: float | None = None
    gates: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Posts by what may become of them: id -> post.

    ``free`` may be chosen, ``must`` are bought before, ``have`` stand already.
    """

    free: dict[str, Post]
    must: dict[str, Post]
    have: dict[str, Post]

    def terms(self) -> dict[str, tuple[float, float]]:
        """Give detection and cost of those that may be chosen."""
        return {name: (post.detection, post.cost) for name, post in self.free.items()}

    def detection(self) -> dict[str, float]:
        """Give the detection of all."""
        return self.standing() | {name: post.detection for name, post in self.free.items()}

    def standing(self) -> dict[str, float]:
        """Give the detection of those that stand whatever the plan."""
        return {name: post.detection for name, post in (self.have | self.must).items()}


def choices(analysis: Analysis, parameters: Interdiction, asked: Deployment) -> Choices:
    """Check what is demanded of the posts, and say what may become of each place.

    Raises
    ------
    RoutesError
        If a name, a value or a country is not as described, or two demands contradict one another.
    """
    sides = _sides(analysis)
    _check_countries(asked.jurisdiction, sides)
    detect, cost = (_known(analysis, values) for values in (asked.detect, asked.cost))
    have = _known(analysis, asked.have)
    must, never = (tuple(_known(analysis, dict.fromkeys(names))) for names in (asked.must, asked.never))
    _check_demands(have, must, never)
    _check_values(detect, have, cost, asked.inspections)
    network = analysis.network
    loads = vehicles_a_day(network.crossings, network.gates)
    published = counts_of(network.crossings, "crossing_id", "inspections_a_day")
    facts = place_facts(network)

    def post(name: str) -> Post:
        given = detect.get(name) if have.get(name) is None else have[name]
        opened = published.get(name) if asked.inspections is None else asked.inspections
        caught, basis = detection_at(loads.get(name), given, opened, parameters)
        fact = facts.get(("crossing", name)) or facts["gate", name]
        return Post(
            id=name,
            name=fact.name,
            lon=fact.lon,
            lat=fact.lat,
            detection=caught,
            cost=cost.get(name, 1.0),
            status=status_of(analysis, name),
            basis=basis,
        )

    named = {*detect, *cost}
    free = {
        name: post(name)
        for name, (kind, countries) in sorted(sides.items())
        if (kind == "crossing" or asked.gates or name in named)
        and name not in {*have, *must, *never}
        and (not asked.jurisdiction or countries & set(asked.jurisdiction))
    }
    return Choices(free, {name: post(name) for name in must}, {name: post(name) for name in have})


def detection_at(
    loads: float | None, given: float | None, inspections: float | None, parameters: Interdiction
) -> tuple[float, Basis]:
    """Chance that a passage is caught at a post, and what it rests on.

    Examples
    --------
    >>> from routes.parameters import Interdiction
    >>> detection_at(120.0, None, 12.0, Interdiction(inspection_finds=0.5))
    (0.05, 'inspections')
    >>> detection_at(None, None, 12.0, Interdiction())
    (0.5, 'assumed')
    """
    if given is not None:
        return given, "given"
    if inspections is not None and loads:
        return min(1.0, inspections / loads) * parameters.inspection_finds, "inspections"
    return parameters.post_detection, "assumed"


def _sides(analysis: Analysis) -> dict[str, tuple[str, set[str]]]:
    """Kind and countries of each gate and crossing."""
    sides: dict[str, tuple[str, set[str]]] = {}
    for _, data in analysis.untied.graph.nodes(data=True):
        if data["kind"] in ("gate", "crossing"):
            # A land gate that is a crossing, too, is watched as the crossing.
            kind, countries = sides.get(data["place"], (data["kind"], set()))
            countries |= {data["country"], data.get("came_from", data["country"])}
            sides[data["place"]] = ("crossing" if "crossing" in (kind, data["kind"]) else kind, countries)
    return sides


def _check_countries(jurisdiction: Iterable[str], sides: Mapping[str, tuple[str, set[str]]]) -> None:
    countries = {code for _, both in sides.values() for code in both}
    for code in jurisdiction:
        if code not in countries:
            raise RoutesError(f"jurisdiction: wanted one of {', '.join(sorted(countries))}, got {code!r}.")


def _known(analysis: Analysis, values: Mapping[str, Value]) -> dict[str, Value]:
    return {known_place(analysis.untied.graph, name): value for name, value in values.items()}


def _check_demands(have: Collection[str], must: Collection[str], never: Collection[str]) -> None:
    pairs = (("have", have, "must", must), ("have", have, "never", never), ("must", must, "never", never))
    for first, some, second, others in pairs:
        if both := sorted(set(some) & set(others)):
            raise RoutesError(f"{both[0]}: both {first} and {second}. Only one of them can be.")


def _check_values(
    detect: Mapping[str, float],
    have: Mapping[str, float | None],
    cost: Mapping[str, float],
    inspections: float | None,
) -> None:
    for name, p in (*detect.items(), *have.items()):
        if p is not None and not 0 < p < 1:
            raise RoutesError(f"detection at {name}: wanted a probability above 0 and below 1, got {p:g}.")
    for name, price in cost.items():
        if not 0 < price < float("inf"):
            raise RoutesError(f"cost of {name}: wanted a number above 0, got {price:g}.")
    if inspections is not None and not 0 < inspections < float("inf"):
        raise RoutesError(f"inspections a day: wanted a number above 0, got {inspections:g}.")

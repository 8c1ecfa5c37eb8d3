"""The nouns: frozen parameter and result types that travel between the rungs.

Units stand in the names: ``_km`` kilometres, ``cost`` km-equivalents (generalised cost), shares and
probabilities as fractions of one. Coordinates are (lon, lat) in degrees, WGS 84.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RoadPiece:
    """A continuous stretch of a corridor's road, for drawing.

    ``synthetic`` pieces are connectors: straight lines where no road is known, drawn dashed.
    """

    points: tuple[tuple[float, float], ...]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class RankedCorridor:
    """One row of the ranking.

    ``generalised_cost`` is in km-equivalents; ``interval_90`` bounds the posterior share; ``seizures``
    counts the events that are likelier under this corridor than under the ranking as a whole.
    """

    id: str
    rank: int
    gate: str
    crossings: tuple[str, ...]
    processing_area: str
    prior_share: float
    posterior_share: float
    interval_90: tuple[float, float]
    top_10_probability: float
    length_km: float
    generalised_cost: float
    seizures: int
    pieces: tuple[RoadPiece, ...]
    first_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class RankedPlace:
    """A gate, a crossing or a processing area with the share of the inflow that passes through it.

    ``kind`` is the kind in the data (seaport, land_gate, road, bridge, ..., processing_area, or
    ``unlisted`` for a road over the border that is no listed crossing). ``countries`` holds one code
    for gates and areas, two for crossings. ``status`` is open, restricted or closed.
    """

    id: str
    name: str
    kind: str
    countries: tuple[str, ...]
    lon: float
    lat: float
    status: str
    prior_share: float
    posterior_share: float
    interval_90: tuple[float, float]


@dataclass(frozen=True, slots=True)
class SeizureUse:
    """What became of one seizure record in the ranking.

    ``use`` is ``evidence``, or the reason why the record could not be used (``no location``,
    ``outside the modelled countries``, ...). ``weight`` is the weight of its event.
    """

    seizure_id: str
    event_id: str
    use: str
    weight: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking with all that is needed to judge and to draw it.

    ``corridors`` are sorted by posterior share and hold ``covered_mass`` of the prior; the remainder
    is ``uncovered_share`` of the posterior, so that the posterior shares and it sum to one.
    ``silent_countries`` are the modelled countries without a located event: their detection is known by the
    prior alone. ``provenance`` is JSON-ready: input hashes, parameters, package version, seed, period.
    """

    corridors: tuple[RankedCorridor, ...]
    gates: tuple[RankedPlace, ...]
    crossings: tuple[RankedPlace, ...]
    processing_areas: tuple[RankedPlace, ...]
    covered_mass: float
    uncovered_share: float
    seizures: tuple[SeizureUse, ...]
    silent_countries: tuple[str, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chokepoint:
    """A gate or crossing, and how much hangs on it.

    ``place.posterior_share`` is the share of the inflow through it. ``criticality`` is the rise in
    expected least cost (km-equivalents) if it is closed, over the inflow that still has a way;
    ``cut_off_share`` is the inflow whose gate then reaches its processing area no more. ``detour_factor``
    is the least cost with it closed over that with it open, for the inflow that used it. Both are None
    for a gate, whose goods must land elsewhere. ``cut_areas`` are the processing areas that some
    smallest set of gates and crossings cuts off with this one in it. ``betweenness`` is the share of
    gate-area flow (gate weight times area weight) with a least-cost way through it.
    """

    place: RankedPlace
    criticality: float | None
    cut_off_share: float
    detour_factor: float | None
    cut_areas: tuple[str, ...]
    betweenness: float


@dataclass(frozen=True, slots=True)
class RoadSegment:
    """A stretch of road between two ends over which the inflow hardly changes.

    ``points`` are (lon, lat) in order; ``synthetic`` if more than half of it is a connector.
    """

    name: str
    country: str
    ends: tuple[str, str]
    length_km: float
    share: float
    interval_90: tuple[float, float]
    synthetic: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A watched crossing or gate: ``detection`` is the probability that a passage is caught there."""

    id: str
    name: str
    lon: float
    lat: float
    detection: float
    cost: float = 1.0


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """Share of the inflow through a gate or crossing before and after; ``change_90`` bounds the change."""

    id: str
    name: str
    kind: str
    countries: tuple[str, ...]
    lon: float
    lat: float
    before: float
    after: float
    change_90: tuple[float, float]


@dataclass(frozen=True, slots=True)
class CorridorChange:
    """Share of a corridor before and after.

    A corridor that is not listed on one side has share 0 there. ``pieces`` is its road, filled in for
    those with the largest share on either side.
    """

    id: str
    gate: str
    crossings: tuple[str, ...]
    processing_area: str
    before: float
    after: float
    change_90: tuple[float, float]
    pieces: tuple[RoadPiece, ...] = ()


@dataclass(frozen=True, slots=True)
class Displacement:
    """Where the inflow goes when crossings are closed, made dearer or watched.

    The inflow into each processing area stays what it was. ``corridors``, ``crossings`` and ``gates`` are
    sorted by the size of their change. Shares of corridors before and ``rest`` sum to one; so do those
    after, ``rest`` and ``no_way_share``, the inflow of areas that nothing reaches any more.
    ``cost_before`` and ``cost_after`` are the expected generalised costs (km-equivalents) of the inflow
    that has a way.
    """

    corridors: tuple[CorridorChange, ...]
    crossings: tuple[PlaceChange, ...]
    gates: tuple[PlaceChange, ...]
    closed: tuple[Post, ...]
    posts: tuple[Post, ...]
    penalties: tuple[tuple[str, float], ...]
    rest: float
    no_way_share: float
    unreachable_areas: tuple[str, ...]
    unreachable_gates: tuple[str, ...]
    cost_before: float
    cost_after: float
    provenance: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvadingWay:
    """Best way of a trafficker from a gate to a processing area, who knows the posts.

    ``share`` is the inflow that goes from this gate to this area; ``passing`` the part of it that still
    gets through, relative to no posts: losses at posts and by longer ways.
    """

    gate: str
    processing_area: str
    share: float
    crossings_before: tuple[str, ...]
    crossings_after: tuple[str, ...]
    passing: float
    detour_km: float


@dataclass(frozen=True, slots=True)
class PriorityStep:
    """One line of a nested priority list, and of the budget curve beside it.

    ``budget`` is what the list costs up to here and ``passing`` what then gets through.
    ``best_passing`` is what gets through the best plan of that budget, ``best_bound`` the proven bound
    below every plan of it, ``best_posts`` its crossings.
    """

    post: Post
    budget: float
    passing: float
    best_passing: float
    best_bound: float
    best_posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which crossings to watch within a budget.

    ``passing`` is the share of the inflow that gets through, 1 with no posts; no plan lets less than
    ``lower_bound`` through; ``gap`` is their relative difference. ``beyond_all`` says that the budget would
    pay for every candidate. ``ways`` (response ``best``) are the answers of the traffickers;
    ``rule_share`` is the inflow whose best way could, under some plan, be one that enters a country
    twice: 0 means that the plan is the best for corridors, too. ``displacement`` is where the inflow
    moves by route choice.
    """

    response: str
    budget: float
    posts: tuple[Post, ...]
    passing: float
    lower_bound: float
    gap: float
    proven_optimal: bool
    candidates: int
    beyond_all: bool
    ways: tuple[EvadingWay, ...]
    rule_share: float
    priority: tuple[PriorityStep, ...]
    displacement: Displacement
    provenance: dict[str, Any] = field(default_factory=dict)

"""The nouns: frozen result types that travel between the rungs.

Units stand in the names: ``_km`` kilometres, ``cost`` km-equivalents (generalised cost), shares and
probabilities as fractions of one. Coordinates are (lon, lat) in degrees, WGS 84.

The words beside a field are what its JSON Schema says of it; its bounds and digits stand there too
(`routes.support.described`). A field is added here, with its words, and from then on it is
written and described.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from routes.support.described import EXACT, FLAT, NOT_WRITTEN, Digits, Rule

Share = Annotated[float, Rule(minimum=0, maximum=1)]
Chance = Annotated[float, Rule(minimum=0, maximum=1), Digits(6)]
Km = Annotated[float, Rule(minimum=0), Digits(1)]
Cost = Annotated[float, Digits(1)]
Amount = Annotated[float, Rule(minimum=0)]
Count = Annotated[int, Rule(minimum=0)]
Lon = Annotated[float, Rule(minimum=-180, maximum=180), "Degrees east, WGS 84."]
Lat = Annotated[float, Rule(minimum=-90, maximum=90), "Degrees north, WGS 84."]
Interval = Annotated[
    tuple[Share, Share], "Bounds that hold the share with 90 % probability, given the model."
]
Change90 = Annotated[tuple[float, float], "Bounds that hold the change with 90 % probability."]
Country = Annotated[str, Rule(pattern="^[A-Z]{3}$"), "ISO 3166-1 alpha-3 code."]
Countries = Annotated[
    tuple[Country, ...],
    Rule(min_items=1, max_items=2),
    "One country for a gate or a processing area, two for a crossing.",
]
Standing = Annotated[str, Rule(enum=("open", "restricted", "closed"))]
Status = Annotated[Standing, "Status on the day that is asked about, or for most of the period."]
Day = Annotated[date, Rule(format="date")]
Name = Annotated[str, "Name."]
PlaceId = Annotated[str, "Id of the place."]
PlaceKind = Annotated[
    str,
    "Kind in the data: seaport, land_gate, road, bridge, ..., processing_area; unlisted for a road over the "
    "border that is no listed crossing.",
]
Tier = Annotated[
    int,
    Rule(minimum=1),
    "1 for the first ones; rows of a tier are not known to stand behind its first row (chance under 80 %).",
]
Gate = Annotated[str, "Id of the gate."]
Area = Annotated[str, "Id of the processing area."]
Way = Annotated[tuple[str, ...], "Ids of the crossings, in travelling order."]
Provenance = Annotated[dict[str, Any], NOT_WRITTEN]


@dataclass(frozen=True, slots=True)
class RoadPiece:
    """A continuous stretch of a corridor's road, for drawing.

    ``synthetic`` pieces are connectors: straight lines where no road is known, drawn dashed.
    """

    points: tuple[tuple[float, float], ...]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a share rests on: how much the seizures taught, how old they are, how good the status data are.

    Events and their age are by the size of their pull on the share. The grade is the worst along a corridor;
    that of half of the inflow, or better, for a gate or an area.
    """

    learnt: Annotated[
        float,
        Rule(maximum=1),
        Digits(4),
        "By how much the seizures narrowed the share: fall of the standard deviation of its logarithm, as a "
        "part of the prior's. Below 0 where they made it less sure.",
    ] = 0.0
    bearing_events: Annotated[Amount, Digits(1), "Effective number of events that pull at the share."] = 0.0
    evidence_age_years: Annotated[
        float | None,
        Digits(2),
        "Mean age of those events on the day that is asked about, in years; null where none bears on it.",
    ] = None
    status_grade: Annotated[
        str,
        Rule(pattern="^[A-F][1-6]$"),
        "Admiralty grade of the status of the crossings that the share hangs on; F6 where none is given.",
    ] = "F6"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An effect on which prior and seizures disagree, and by how many prior standard deviations.

    ``finds`` is the detection of inspections at a place with a log.
    """

    kind: Annotated[
        str,
        "What the effect is of: gate, crossing, area, cost, penalty, detection, passage, finds or inflow.",
    ]
    name: Annotated[str, "Id of the place, part of the penalties or country; empty for the cost."]
    prior_deviations: Annotated[
        float, Digits(3), "Posterior mean of the effect in prior standard deviations; above 0: more inflow."
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCorridor:
    """One row of the ranking."""

    id: Annotated[str, "Gate, crossings in their order and processing area, joined by '>'."]
    rank: Annotated[int, Rule(minimum=1), "Place in the whole ranking."]
    tier: Tier = 1
    gate: Gate
    crossings: Way
    processing_area: Area
    prior_share: Annotated[Share, "Share of the inflow by the route-choice model alone."]
    posterior_share: Annotated[Share, "Share of the inflow after the seizures have been taken in."]
    interval_90: Interval
    first_probability: Annotated[Chance, "Chance that the corridor is the first of the ranking."] = 0.0
    top_10_probability: Annotated[Chance, "Chance of being among the first ten."]
    length_km: Annotated[Km, "Length of the road in kilometres."]
    generalised_cost: Annotated[Cost, "Cost in km-equivalents, with the penalties of gate and crossings."]
    grounds: Annotated[Grounds, FLAT] = field(default_factory=Grounds)
    pieces: Annotated[tuple[RoadPiece, ...], NOT_WRITTEN]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlace:
    """A gate, a crossing or a processing area with the share of the inflow that passes through it."""

    id: PlaceId
    name: Name
    kind: PlaceKind
    countries: Countries
    lon: Lon
    lat: Lat
    status: Status
    prior_share: Annotated[Share, "Share of the inflow by the route-choice model alone."]
    posterior_share: Annotated[Share, "Share of the inflow that passes here, with the seizures taken in."]
    interval_90: Interval
    tier: Tier = 1
    grounds: Annotated[Grounds, FLAT] = field(default_factory=Grounds)


@dataclass(frozen=True, slots=True)
class SeizureUse:
    """What became of one seizure record in the ranking."""

    seizure_id: Annotated[str, "Id of the record."]
    event_id: Annotated[str, "Id of its event."]
    use: Annotated[str, "'evidence', or why the record could not be used."]
    weight: Annotated[Amount, "Weight of its event; 0 if not used."]


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A crossing or gate that does not stand as it mostly did in the years that the seizures speak of.

    Each year has the weight of its events.
    """

    id: PlaceId
    name: Name
    was: Annotated[Standing, "How it mostly stood in the years of the seizures."]
    now: Annotated[Standing, "How it stands on the day that is asked about."]
    since: Annotated[Day | None, "First day of the present status; null: not known."]
    source: Annotated[str, "Source of the present status."]
    grade: Annotated[str, "Grade of the source; empty where there is none."] = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight of a gate, a processing area or a crossing, with who says so."""

    kind: Annotated[str, Rule(enum=("gate", "processing area", "crossing")), "What has the weight."]
    id: PlaceId
    name: Name
    weight: Annotated[
        Amount,
        EXACT,
        "Of gates and processing areas: relative to the others of the kind; of crossings: goods vehicles a "
        "day, by which they are weighed (`traffic_exponent`).",
    ]
    first: Annotated[Day | None, "First day that it holds for; null: since ever."]
    until: Annotated[Day | None, "Last day; null: until further notice."]
    grade: Annotated[str, "Grade of the source; empty where there is none."]
    source: Annotated[str, "Who says so."]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking with all that is needed to judge and to draw it.

    ``corridors`` are sorted by posterior share and hold ``covered_mass`` of the prior; the remainder
    is ``uncovered_share`` of the posterior, so that the posterior shares and it sum to one.
    ``silent_countries`` are the modelled countries without a located event: their detection is known by the
    prior alone. ``changes`` are the crossings and gates with a share that have changed since the evidence,
    the latest first; none for a ranking of a period. ``provenance`` is JSON-ready: input hashes, parameters,
    package version, seed, period.
    """

    corridors: tuple[RankedCorridor, ...]
    gates: tuple[RankedPlace, ...]
    crossings: tuple[RankedPlace, ...]
    processing_areas: tuple[RankedPlace, ...]
    covered_mass: float
    uncovered_share: float
    seizures: tuple[SeizureUse, ...]
    silent_countries: tuple[str, ...] = ()
    changes: tuple[StatusChange, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chokepoint:
    """A gate or crossing, and how much hangs on it.

    Criticality is over the inflow that still has a way, the detour factor over the inflow that used it. Both
    are None for a gate, whose goods must land elsewhere.
    """

    place: Annotated[RankedPlace, FLAT]
    criticality: Annotated[
        float | None,
        Rule(minimum=0),
        Digits(3),
        "Rise in expected least cost if it is closed, km-equivalents; null for gates.",
    ]
    cut_off_share: Annotated[Share, "Inflow whose gate then reaches its area no more."]
    detour_factor: Annotated[
        float | None, Rule(minimum=1), Digits(6), "Least cost closed over open, for those who used it."
    ]
    cut_areas: Annotated[tuple[str, ...], "Areas that some smallest set with it in it cuts off."]
    betweenness: Annotated[
        Share, "Share of the flow from gates to areas (weight times weight) with a cheapest way through it."
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadSegment:
    """A stretch of road between two ends over which the inflow hardly changes; ``points`` are (lon, lat)."""

    name: Annotated[str, "What lies at its ends."]
    country: Country
    ends: Annotated[tuple[str, str], "Names at its two ends."]
    length_km: Annotated[Km, "Length in kilometres."]
    share: Annotated[Share, "Share of the inflow on it."]
    interval_90: Interval
    synthetic: Annotated[bool, "More than half of it is a connector, no known road."]
    points: Annotated[tuple[tuple[float, float], ...], NOT_WRITTEN]


_Next = Annotated[Chance, "Chance that the next seizure is made there."]
_Times = Annotated[float, Digits(1), "Chance a km of road, over that of a mean km of all roads."]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolCell:
    """A cell of 25 km in which to stand; ``corners`` are (lon, lat), closed."""

    id: Annotated[str, "Row and column of the cell from the equator and Greenwich, in steps of 25 km."]
    places: Annotated[tuple[str, ...], "Gates, crossings and towns in it, or how far the nearest lies."]
    country: Country
    lon: Lon
    lat: Lat
    chance: _Next
    times_mean: _Times
    road_km: Annotated[Km, "Road in it, in kilometres."]
    past_events: Annotated[Count, "Seizures of the evidence that were located in it."]
    corners: Annotated[tuple[tuple[float, float], ...], NOT_WRITTEN]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolStretch:
    """A stretch of road on which to stand; ``points`` are (lon, lat) in order."""

    name: Annotated[str, "What lies at its ends."]
    country: Country
    ends: Annotated[tuple[str, str], "Names at its two ends."]
    length_km: Annotated[Km, "Length in kilometres."]
    chance: _Next
    times_mean: _Times
    points: Annotated[tuple[tuple[float, float], ...], NOT_WRITTEN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A watched crossing or gate.

    The detection rate of a country (``[detection]``) is another thing.
    """

    id: PlaceId
    name: Name
    lon: Lon
    lat: Lat
    detection: Annotated[Share, "Probability that a passage is caught there."]
    cost: Annotated[Amount, "What the post costs of the budget."] = 1.0
    status: Status = "open"
    basis: Annotated[
        Literal["given", "inspections", "assumed"],
        "What the detection rests on: given for the place, inspections over loads a day, or assumed.",
    ] = "given"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChange:
    """Share of the inflow through a gate or crossing before and after; ``change_90`` bounds the change."""

    id: PlaceId
    name: Name
    kind: PlaceKind
    countries: Countries
    lon: Lon
    lat: Lat
    before: Annotated[Share, "Share before."]
    after: Annotated[Share, "Share after."]
    change_90: Change90


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorChange:
    """Share of a corridor before and after; 0 on a side that does not list it."""

    id: Annotated[str, "Id of the corridor."]
    gate: Gate
    crossings: Way
    processing_area: Area
    before: Annotated[Share, "Share before."]
    after: Annotated[Share, "Share after."]
    change_90: Change90
    pieces: Annotated[tuple[RoadPiece, ...], NOT_WRITTEN] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Displacement:
    """Where the inflow goes when crossings are closed, made dearer or watched.

    The inflow into each processing area stays what it was. Shares of corridors before and ``rest`` sum to
    one; so do those after, ``rest`` and ``no_way_share``. Goods go round what is closed to trade, at a
    penalty. Costs are those of the inflow into the areas that still have a way: no closure lowers them.
    """

    corridors: Annotated[tuple[CorridorChange, ...], "Corridors, by size of their change."]
    crossings: Annotated[tuple[PlaceChange, ...], "Crossings, by size of their change."]
    gates: Annotated[tuple[PlaceChange, ...], "Gates, by size of their change."]
    closed: Annotated[tuple[Post, ...], "Gates and crossings that were closed to trade."]
    posts: Annotated[tuple[Post, ...], "Gates and crossings that are watched."]
    penalties: Annotated[dict[str, Amount], "Gate or crossing -> km-equivalents that were added."]
    rest: Annotated[Share, "Inflow of corridors that are not listed: the same before and after."]
    no_way_share: Annotated[Share, "Inflow of areas that nothing reaches any more."]
    unreachable_areas: Annotated[tuple[str, ...], "Processing areas that nothing reaches any more."]
    unreachable_gates: Annotated[tuple[str, ...], "Gates from which nothing reaches any area any more."]
    cost_before: Annotated[float, "Cost of the inflow before, over all its ways: a logsum, km-equivalents."]
    cost_after: Annotated[float, "The same after, of the inflow that has a way."]
    impassable: Annotated[tuple[Post, ...], "Gates and crossings that nothing passes any more."] = ()
    provenance: Provenance = field(default_factory=dict)

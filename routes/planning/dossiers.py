"""What is known of one gate or crossing: where it is, what passes, who stands there, what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from routes.errors import RoutesError
from routes.kinds import GATE_KINDS
from routes.network.status import (
    UNGRADED,
    as_day,
    in_force,
    status_grades,
    status_shares,
    usual_status,
)
from routes.planning.chokepoints import place_chokepoints
from routes.planning.displacement import by_change, whatif
from routes.planning.posts import Deployment, choices
from routes.ranking import corridor_roads
from routes.results import (
    Amount,
    Chance,
    Count,
    Countries,
    Day,
    Grounds,
    Interval,
    Km,
    Lat,
    Lon,
    Name,
    PlaceChange,
    PlaceId,
    PlaceKind,
    RoadPiece,
    Share,
    Standing,
    Status,
)
from routes.support.described import FLAT, NOT_WRITTEN, Digits, Rule
from routes.support.geo import great_circle_km
from routes.trust.explanation import Explanation, explain, nothing_of
from routes.trust.unused import NOT_MODELLED, Unused, listed_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.read.inputs import Inputs
    from routes.results import Displacement

NEAR_KM = 100.0
_CORRIDORS, _CHANGES, _BESIDE = 8, 6, 5


@dataclass(frozen=True, slots=True)
class StatusPeriod:
    """A time in which the place stood in one way."""

    first: Annotated[Day | None, "First day; null: since ever."]
    until: Annotated[Day | None, "Last day; null: until further notice."]
    status: Annotated[Standing, "How it stood."]
    note: Annotated[str, "What is told of it."]
    source: Annotated[str, "Who says so."]
    grade: Annotated[str, "Admiralty grade of the source; empty where there is none."]


@dataclass(frozen=True, slots=True)
class Unit:
    """An inspection unit that is published."""

    id: Annotated[str, "Id of the unit."]
    kind: Annotated[str, "What it is."]
    since: Annotated[Day | None, "First day; null: not known."]
    until: Annotated[Day | None, "Last day; null: none is known."]
    stands: Annotated[bool, "Whether it stands on the day that is asked about."]
    note: Annotated[str, "What is told of it."]
    source: Annotated[str, "Who says so."]
    grade: Annotated[str, "Admiralty grade of the source."]


@dataclass(frozen=True, slots=True)
class NearSeizure:
    """A seizure in the surroundings, and how the goods were hidden."""

    id: Annotated[str, "Id of the record."]
    date: Annotated[str, "When, as precisely as it is known."]
    place: Annotated[str, "Where."]
    distance_km: Annotated[Km, "From the gate or crossing, as the crow flies."]
    substance: Annotated[str, "What."]
    quantity_kg: Annotated[Amount | None, Digits(3), "Kilograms; null where no figure can be used."]
    concealment: Annotated[str, "How the goods were hidden and where they came from, as it was reported."]
    used: Annotated[str, "'evidence', or why the record could not be used."]
    source: Annotated[str, "Who says so."]
    grade: Annotated[str, "Admiralty grade of the source."]


@dataclass(frozen=True, slots=True)
class CorridorThrough:
    """A corridor that passes the place."""

    id: Annotated[str, "Gate, crossings in their order and processing area, joined by '>'."]
    rank: Annotated[int, Rule(minimum=1), "Place in the whole ranking."]
    stops: Annotated[tuple[str, ...], "Names of its gate, crossings and area."]
    share: Annotated[Share, "Share of the inflow."]
    interval_90: Interval
    pieces: Annotated[tuple[RoadPiece, ...], NOT_WRITTEN]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another gate or crossing in the surroundings."""

    id: PlaceId
    name: Name
    distance_km: Annotated[Km, "As the crow flies."]
    status: Status


@dataclass(frozen=True, slots=True)
class Effect:
    """What a closure or a post would do."""

    places: Annotated[tuple[PlaceChange, ...], "Gates and crossings whose share changes most."]
    own: Annotated[PlaceChange | None, "The place itself; null where no corridor passes it."]
    cost_rise: Annotated[Amount, Digits(1), "Rise of the cost of the inflow: a logsum, km-equivalents."]
    detection: Annotated[Share, "Probability that a passage is caught at the post; 0 for a closure."] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of one gate or crossing on a day.

    Shares are 0 and ``why_nil`` tells why where no listed corridor passes it. ``closure`` is to trade, or of
    all passage where it is closed to trade already (``closed_already``).
    """

    id: PlaceId
    name: Name
    kind: PlaceKind
    countries: Countries
    lon: Lon
    lat: Lat
    official: Annotated[bool | None, "Whether it is an official crossing; null for a gate."]
    position_confidence: Annotated[str, "How sure the position is: high, medium, low; empty for a gate."]
    note: Annotated[str, "What is told of it."]
    source: Annotated[str, "Who says so."]
    town: Annotated[str, "Nearest city of the data; empty where there is none."]
    town_km: Annotated[Km | None, "How far that is, as the crow flies."]
    beside: Annotated[tuple[Beside, ...], "Nearest other gates and crossings."]
    day: Annotated[Day, "Day that is asked about, or the last of the period."]
    status: Status
    standing_grade: Annotated[
        str, Rule(pattern="^[A-F][1-6]$"), "Grade of the source of its status on the day; F6: none."
    ]
    periods: Annotated[tuple[StatusPeriod, ...], "Its status over time, the latest first."]
    loads_a_day: Annotated[Amount | None, Digits(1), "Loads or goods vehicles a day; null: no count."]
    loads_source: Annotated[str, "Who counted."]
    units: Annotated[tuple[Unit, ...], "Inspection units that are published, those that stand first."]
    near_km: Annotated[Km, "How far around seizures are listed."]
    seizures: Annotated[tuple[NearSeizure, ...], "Seizures in the surroundings, the newest first."]
    rank: Annotated[Count, "Its rank among gates, or among crossings."]
    ranked: Annotated[Count, "How many of its kind are ranked."]
    prior_share: Annotated[Share, "Share of the inflow by route choice alone."]
    posterior_share: Annotated[Share, "Share with the seizures taken in."]
    interval_90: Interval
    first_probability: Annotated[Chance, "Chance that it is the first of its kind."]
    grounds: Annotated[Grounds, FLAT] = field(default_factory=Grounds)
    why_nil: Annotated[str, "Why no listed corridor passes it; else empty."]
    unused: Annotated[Unused | None, NOT_WRITTEN]
    criticality: Annotated[Amount | None, Digits(3), "Rise in expected least cost if closed; null: none."]
    detour_factor: Annotated[float | None, Digits(6), "Least cost closed over open; null: none."]
    corridors: Annotated[tuple[CorridorThrough, ...], "Corridors through it, the largest share first."]
    closed_already: Annotated[bool, "Whether it is closed to trade on the day."]
    closure: Annotated[Effect | None, "What a closure would do; null: nothing passes it."]
    post: Annotated[Effect | None, "What a post would do; null: nothing passes it."]
    post_basis: Annotated[str, "What the detection rests on: given, inspections or assumed."]


def dossier(
    analysis: Analysis,
    inputs: Inputs,
    parameters: Parameters,
    place: str,
    units: pd.DataFrame | None = None,
    near_km: float = NEAR_KM,
) -> Dossier:
    """Gather what is known of a gate or crossing.

    Parameters
    ----------
    analysis : Analysis
    inputs : Inputs
        It was made from.
    parameters : Parameters
    place : str
        Id.
    units : DataFrame, optional
        From `routes.read.read_posts`.
    near_km : float
        How far around seizures are listed.

    Raises
    ------
    RoutesError
        If there is no such gate or crossing.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> from routes.parameters import Parameters
    >>> from routes.read.inputs import load_inputs
    >>> inputs = load_inputs()
    >>> found = dossier(analyse(inputs), inputs, Parameters(), "torkham")
    >>> found.name, found.status, found.closed_already
    ('Torkham', 'closed', True)
    """
    row = _row(inputs, place)
    told = _told(analysis, place)
    day = analysis.asked[1]
    shares = status_shares(inputs.status, *analysis.asked)
    status = usual_status(shares.get(place))
    hangs = next((c for c in place_chokepoints(analysis) if c.place.id == place), None)
    town, town_km = _town(inputs.places, row)
    post, basis = _post(analysis, parameters, place, told)
    return Dossier(
        **row,
        town=town,
        town_km=town_km,
        beside=tuple(_beside(inputs, row, shares)),
        day=day,
        status=status,
        standing_grade=status_grades(inputs.status, *analysis.asked).get(place, UNGRADED),
        periods=tuple(_periods(inputs.status, place)),
        units=tuple(_units(units, place, day)),
        near_km=float(near_km),
        seizures=tuple(_near(analysis, inputs.seizures, row, near_km)),
        rank=told.rank,
        ranked=told.ranked,
        prior_share=told.prior_share,
        posterior_share=told.posterior_share,
        interval_90=told.interval_90,
        first_probability=told.first_probability,
        grounds=told.grounds,
        why_nil=told.why_nil,
        unused=told.unused,
        criticality=hangs.criticality if hangs else None,
        detour_factor=hangs.detour_factor if hangs else None,
        corridors=tuple(_through(analysis, place)),
        closed_already=status == "closed",
        closure=None if told.why_nil else _closure(analysis, parameters, place, closed=status == "closed"),
        post=post,
        post_basis=basis,
    )


def _told(analysis: Analysis, place: str) -> Explanation:
    """Explain its share; that of a place outside the network is nil."""
    if place in listed_places(analysis):
        return explain(analysis, place)
    return nothing_of(place, "crossing", 0, Unused(NOT_MODELLED))


def _row(inputs: Inputs, place: str) -> dict[str, Any]:
    """Read what the tables say of a place."""
    crossings, places = inputs.crossings, inputs.places
    own = crossings[crossings["crossing_id"] == place].to_dict("records")
    gates = places[(places["place_id"] == place) & places["kind"].isin(GATE_KINDS)].to_dict("records")
    if not (own or gates):
        raise RoutesError(f"no listed crossing or gate {place!r}. routes chokepoints lists them.")
    row: dict[Any, Any] = (own or gates)[0]
    counted = "lorries" if own else "loads"
    loads = float(pd.to_numeric(row.get(f"{counted}_a_day", np.nan)))
    known = bool(np.isfinite(loads)) and loads > 0
    return {
        "id": place,
        "name": _text(row["name"]),
        "kind": _text(row["kind"]),
        "countries": (row["country_a"], row["country_b"]) if own else (row["country"],),
        "lon": float(row["lon"]),
        "lat": float(row["lat"]),
        "official": bool(row["official"]) if own else None,
        "position_confidence": _text(row["position_confidence"]) if own else "",
        "note": _text(row["note"]),
        "source": _text(row["source"]),
        "loads_a_day": loads if known else None,
        "loads_source": _text(row["lorries_source" if own else "source"]) if known else "",
    }


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value).strip()  # noqa: PLR0124 - NaN is not itself


def _town(places: pd.DataFrame, row: Mapping[str, Any]) -> tuple[str, float | None]:
    cities = places[places["kind"] == "city"]
    if cities.empty:
        return "", None
    km = great_circle_km(cities["lon"], cities["lat"], row["lon"], row["lat"])
    nearest = int(km.argmin())
    return str(cities["name"].iloc[nearest]), float(km[nearest])


def _beside(
    inputs: Inputs, row: Mapping[str, Any], status: Mapping[str, dict[str, float]]
) -> Iterator[Beside]:
    others = inputs.crossings[inputs.crossings["crossing_id"] != row["id"]]
    km = great_circle_km(others["lon"], others["lat"], row["lon"], row["lat"])
    for i in np.argsort(km, kind="stable")[:_BESIDE]:
        name = str(others["crossing_id"].iloc[i])
        yield Beside(name, str(others["name"].iloc[i]), float(km[i]), usual_status(status.get(name)))


def _periods(status: pd.DataFrame, place: str) -> Iterator[StatusPeriod]:
    own = status[status["crossing_id"] == place].sort_values("from", ascending=False, na_position="last")
    for row in own.to_dict("records"):
        yield StatusPeriod(
            as_day(row["from"]),
            as_day(row["until"]),
            row["status"],
            _text(row["note"]),
            _text(row["source"]),
            _text(row.get("grade", "")),
        )


def _units(units: pd.DataFrame | None, place: str, day: date) -> Iterator[Unit]:
    if units is None:
        return
    found = []
    own = units.assign(stands=in_force(units, day, since="since"))[units["place_id"] == place]
    for row in own.to_dict("records"):
        told = (_text(row[name]) for name in ("note", "source", "grade"))
        span = as_day(row["since"]), as_day(row["until"])
        found.append(Unit(str(row["post_id"]), _text(row["kind"]), *span, row["stands"], *told))
    yield from sorted(found, key=lambda unit: (not unit.stands, unit.id))


def _near(
    analysis: Analysis, seizures: pd.DataFrame, row: Mapping[str, Any], near_km: float
) -> Iterator[NearSeizure]:
    use_of = {use.seizure_id: use.use for use in analysis.ranking.seizures}
    located = seizures[seizures["lat"].notna() & seizures["lon"].notna()]
    km = great_circle_km(located["lon"].astype(float), located["lat"].astype(float), row["lon"], row["lat"])
    near = located.assign(km=km)[km <= near_km].sort_values(
        ["date_from", "seizure_id"], ascending=[False, True], kind="stable"
    )
    for record in near.to_dict("records"):
        kg = float(record["quantity_kg"])
        yield NearSeizure(
            id=str(record["seizure_id"]),
            date=_text(record["date"]),
            place=_text(record["place"]),
            distance_km=float(record["km"]),
            substance=_text(record["substance"]),
            quantity_kg=kg if np.isfinite(kg) else None,
            concealment=_text(record["direction_note"]),
            used=use_of.get(record["seizure_id"], ""),
            source=_text(record["source"]),
            grade=_text(record["source_grade"]),
        )


def _through(analysis: Analysis, place: str) -> Iterator[CorridorThrough]:
    ranking = analysis.ranking
    names = {p.id: p.name for p in (*ranking.gates, *ranking.crossings, *ranking.processing_areas)}
    nodes = dict(zip(analysis.corridors.ids, analysis.corridors.nodes, strict=True))
    own = (row for row in ranking.corridors if place in (row.gate, *row.crossings))
    for row, _ in zip(own, range(_CORRIDORS), strict=False):
        stops = (row.gate, *row.crossings, row.processing_area)
        yield CorridorThrough(
            row.id,
            row.rank,
            tuple(names.get(stop, stop) for stop in stops),
            row.posterior_share,
            row.interval_90,
            corridor_roads(analysis.untied, nodes[row.id]),
        )


def _closure(analysis: Analysis, parameters: Parameters, place: str, *, closed: bool) -> Effect:
    if closed:
        return _effect(place, whatif(analysis, parameters, impassable=[place]))
    return _effect(place, whatif(analysis, parameters, close=[place]))


def _post(
    analysis: Analysis, parameters: Parameters, place: str, told: Explanation
) -> tuple[Effect | None, str]:
    if told.why_nil:
        return None, ""
    post = choices(analysis, parameters.interdiction, Deployment(gates=True)).free[place]
    moved = whatif(analysis, parameters, watch={place: post.detection})
    return _effect(place, moved, post.detection), post.basis


def _effect(place: str, moved: Displacement, detection: float = 0.0) -> Effect:
    both = (*moved.crossings, *moved.gates)
    others = sorted((row for row in both if row.id != place), key=by_change)
    own = next((row for row in both if row.id == place), None)
    return Effect(tuple(others[:_CHANGES]), own, max(0.0, moved.cost_after - moved.cost_before), detection)

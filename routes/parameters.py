"""What the model assumes: every parameter with its default, its unit and the reason for it.

Parameters travel as one frozen object. A TOML file overrides single values::

    [route_choice]
    scale_km = 200

    [detection]
    PAK = 1.5
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from routes.errors import Fault, InputError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class RouteChoice:
    """Route choice (logit with path size) between the corridors into one processing area.

    ``scale_km``: the scale θ; a corridor θ km-equivalents dearer is e times less likely.
    ``path_size_exponent``: 0 leaves shared legs uncorrected, 1 is path-size logit (Ben-Akiva &
    Bierlaire 1999). ``coverage``: share of the prior that the listed corridors must hold.
    """

    scale_km: float = 200.0
    path_size_exponent: float = 1.0
    coverage: float = 0.99


@dataclass(frozen=True, slots=True)
class CrossingPenalties:
    """What passing a crossing costs, in km-equivalents; assumptions, not measurements.

    By kind of crossing: a checked road or bridge costs about two hours of driving; ferries and high
    passes more; a road that is no listed crossing has no customs but a guarded line, so the detour and
    the risk are put well above a listed gate. ``unofficial``, ``restricted`` and ``closed`` are added.
    """

    road: float = 100.0
    road_rail: float = 100.0
    bridge: float = 100.0
    ferry: float = 250.0
    high_pass: float = 200.0
    track: float = 150.0
    unlisted: float = 500.0
    unofficial: float = 150.0
    restricted: float = 200.0
    closed: float = 600.0


@dataclass(frozen=True, slots=True)
class RoadFactors:
    """Generalised cost of a kilometre, in km-equivalents, by class of road.

    Trunk and paved roads are the measure, and links, the streets between a highway and the trunk road
    beside it. On gravel and tracks goods move at two thirds and two fifths of the speed; a connector
    stands for no known road at all.
    """

    trunk: float = 1.0
    paved: float = 1.0
    gravel: float = 1.6
    track: float = 2.5
    link: float = 1.0
    connector: float = 2.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """How seizures move the prior shares.

    ``weight``: ``count`` (every event 1), ``log`` or ``quantity``, scaled to a mean of one.
    ``half_life_years``: 0 for no discount of old events. ``footprint_*_km``: standard deviation of the
    place of a seizure about its stated coordinates, by location precision. ``sd_*``: prior standard
    deviations of the log effects of gates, crossings and processing areas, and of the cost slope (per
    1,000 km-equivalents). ``passage_*_km``: prior median of the detection at a node, as the length of
    road on which as much is seized; ``sd_passage`` its log standard deviation. ``sd_detection``: log
    standard deviation of the detection rate of a country about its stated value: seizures alone do not
    tell detection from traffic, so the intervals must carry it.
    """

    weight: str = "count"
    half_life_years: float = 0.0
    footprint_exact_km: float = 6.0
    footprint_crossing_km: float = 10.0
    footprint_city_km: float = 12.0
    footprint_district_km: float = 25.0
    footprint_province_km: float = 70.0
    node_radius_km: float = 10.0
    sd_gate: float = 0.6
    sd_crossing: float = 0.6
    sd_area: float = 0.6
    sd_cost: float = 0.6
    passage_gate_km: float = 700.0
    passage_crossing_km: float = 500.0
    passage_area_km: float = 1300.0
    sd_passage: float = 1.0
    sd_detection: float = 0.5
    draws: int = 2000


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of one run.

    ``detection`` holds detection rates by country relative to the rest (default 1 for each).

    Examples
    --------
    >>> Parameters().route_choice.coverage
    0.99
    """

    route_choice: RouteChoice = field(default_factory=RouteChoice)
    crossing_penalties: CrossingPenalties = field(default_factory=CrossingPenalties)
    road_factors: RoadFactors = field(default_factory=RoadFactors)
    evidence: Evidence = field(default_factory=Evidence)
    detection: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """All values, JSON-ready.

        Examples
        --------
        >>> Parameters().as_dict()["route_choice"]["scale_km"]
        200.0
        """
        return asdict(self)


POSITIVE = {"scale_km", "coverage", "draws"}


def read_parameters(path: Path, countries: frozenset[str]) -> Parameters:
    """Read a TOML file over the defaults.

    Parameters
    ----------
    path : Path
        The TOML file.
    countries : frozenset of str
        Countries that ``[detection]`` may name.

    Raises
    ------
    InputError
        With every unknown section or name (the nearest known one beside it) and every bad value.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Fault(str(path), f"cannot be read as TOML: {error}")]) from error
    faults: list[Fault] = []
    parameters = Parameters()
    sections = {f.name for f in fields(Parameters)}
    changes: dict[str, Any] = {}
    for section, values in given.items():
        if section not in sections:
            faults.append(Fault(str(path), _unknown("section", section, sections)))
        elif not isinstance(values, dict):
            faults.append(Fault(str(path), f"[{section}] must be a table of values"))
        elif section == "detection":
            faults += _detection_faults(str(path), values, countries)
            changes[section] = values
        else:
            defaults = getattr(parameters, section)
            faults += _section_faults(str(path), section, values, defaults)
            if not faults:
                typed = {k: type(getattr(defaults, k))(v) for k, v in values.items()}
                changes[section] = replace(defaults, **typed)
    if faults:
        raise InputError(faults)
    return replace(parameters, **changes)


def _unknown(what: str, name: str, known: set[str] | frozenset[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), 1)
    hint = f" Did you mean {near[0]}?" if near else f" Known: {', '.join(sorted(known))}."
    return f"unknown {what} {name!r}.{hint}"


def _detection_faults(file: str, values: dict[str, Any], countries: frozenset[str]) -> list[Fault]:
    faults = [
        Fault(file, _unknown("country", name, countries), column="detection")
        for name in values
        if name not in countries
    ]
    faults += [
        Fault(file, f"wanted a detection rate above 0, got {value!r}", column=f"detection.{name}")
        for name, value in values.items()
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf")
    ]
    return faults


def _section_faults(file: str, section: str, values: dict[str, Any], defaults: object) -> list[Fault]:
    known = {f.name: getattr(defaults, f.name) for f in fields(defaults)}  # type: ignore[arg-type]
    faults = []
    for name, value in values.items():
        column = f"{section}.{name}"
        if name not in known:
            faults.append(Fault(file, _unknown("parameter", name, set(known)), column=column))
        elif wrong := _wrong_value(name, value, known[name]):
            faults.append(Fault(file, wrong, column=column))
    return faults


def _wrong_value(name: str, value: object, default: object) -> str | None:
    if isinstance(default, str):
        allowed = ("count", "log", "quantity")
        return None if value in allowed else f"wanted one of {', '.join(allowed)}, got {value!r}"
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124
        return f"wanted a number, got {value!r}"
    if isinstance(default, int) and not isinstance(value, int):
        return f"wanted a whole number, got {value!r}"
    if name == "coverage" and not 0 < value < 1:
        return f"wanted a share above 0 and below 1, got {value!r}"
    if value < 0 or (value == 0 and name in POSITIVE) or value == float("inf"):
        return f"wanted a number {'above' if name in POSITIVE else 'of at least'} 0, got {value!r}"
    return None

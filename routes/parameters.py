"""What the model assumes: every parameter with its default, its unit and the reason for it.

Parameters travel as one frozen object. A TOML file overrides single values::

    [route_choice]
    scale_km = 200

    [detection]
    PAK = 1.5
"""

from __future__ import annotations

import difflib
import inspect
from dataclasses import asdict, dataclass, field, fields, make_dataclass, replace
from typing import TYPE_CHECKING, Any

from routes.errors import Fault, InputError
from routes.kinds import CROSSING_KINDS, GATE_KINDS
from routes.limits import bounds_of
from routes.support.likeness import did_you_mean
from routes.support.toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class RouteChoice:
    """Route choice (logit with path size) between the corridors into one processing area.

    ``scale_km``: the scale θ; a corridor θ km-equivalents dearer is e times less likely.
    ``path_size_exponent``: 0 leaves shared legs uncorrected, 1 is path-size logit (Ben-Akiva &
    Bierlaire 1999). ``coverage``: share of the prior that the listed corridors must hold.
    ``most_corridors``: the list ends there all the same. On a dense road network the inflow spreads over
    hundreds of thousands of like corridors; what is not listed is reported as such. ``traffic_exponent``:
    goods hide in traffic, so that a crossing's weight is its lorries a day (``data/crossings.csv``) over
    ``usual_lorries_a_day``, to this power; 0 leaves traffic out. A crossing without a figure has the usual.
    """

    scale_km: float = 200.0
    path_size_exponent: float = 1.0
    coverage: float = 0.99
    most_corridors: int = 10_000
    traffic_exponent: float = 1.0
    usual_lorries_a_day: float = 100.0


_ByKind: Any = make_dataclass(
    "_ByKind",
    [(k.parameter, float, k.penalty_km) for k in CROSSING_KINDS.values() if k.by_road],
    frozen=True,
    slots=True,
)
"""One parameter for each kind of crossing that road traffic can use (`routes.kinds`)."""


@dataclass(frozen=True, slots=True)
class CrossingPenalties(_ByKind):  # type: ignore[misc]  # its fields are made from the table of kinds
    """What passing a crossing costs, in km-equivalents; assumptions, not measurements.

    By kind of crossing: a checked road or bridge costs about two hours of driving; ferries and high
    passes more; a road that is no listed crossing has no customs but a guarded line, so the detour and
    the risk are put well above a listed gate. ``unofficial``, ``restricted`` and ``closed`` are added.
    """

    unofficial: float = 150.0
    restricted: float = 200.0
    closed: float = 600.0

    def of_kind(self, kind: str) -> float:
        """Penalty of a kind of crossing, in km-equivalents; gates cost nothing of themselves.

        Examples
        --------
        >>> CrossingPenalties(high_pass=300.0).of_kind("pass"), CrossingPenalties().of_kind("seaport")
        (300.0, 0.0)
        """
        return 0.0 if kind in GATE_KINDS else float(getattr(self, CROSSING_KINDS[kind].parameter))


@dataclass(frozen=True, slots=True)
class RoadSpeeds:
    """Speed of loaded goods by class of road, in km/h; assumptions, not measurements.

    A kilometre costs trunk speed / speed of its class, times the factor of ``[road_factors]``. ``trunk``
    and ``paved`` are the measure, and ``link``, the streets between a highway and the trunk road beside
    it. On ``gravel`` (unpaved roads of any higher class) and on a ``track`` goods move at some two thirds
    and two fifths of that; a ``connector`` stands for no known road at all. The other classes are those
    of OpenStreetMap: a lorry gains little on a motorway, and loses a little with each class below trunk;
    ``minor`` are unclassified and residential roads. A ``ferry`` sails at 15 km/h, waiting left out.
    """

    trunk: float = 80.0
    paved: float = 80.0
    gravel: float = 50.0
    track: float = 32.0
    link: float = 80.0
    motorway: float = 90.0
    primary: float = 75.0
    secondary: float = 65.0
    tertiary: float = 55.0
    minor: float = 40.0
    ferry: float = 15.0
    connector: float = 40.0


_ByClass: Any = make_dataclass(
    "_ByClass", [(f.name, float, 1.0) for f in fields(RoadSpeeds)], frozen=True, slots=True
)
"""One factor for each class of road."""


@dataclass(frozen=True, slots=True)
class RoadFactors(_ByClass):  # type: ignore[misc]  # its fields are those of the speeds
    """What makes a kilometre of a class of road dearer than its time, as a factor; 1 for nothing.

    All are 1: no figure is known for how much more a trafficker fears one class of road than another.
    Above 1 the class is shunned (police on motorways, say), below 1 it is sought.
    """


@dataclass(frozen=True, slots=True)
class RoadSeasons:
    """What roads cost that are not open all year, in km-equivalents; assumptions, not measurements.

    ``shut_km``: a stretch of road in a month in which it is shut by snow, or not there for want of ice: as
    much as a shut crossing, for some get through behind the plough, and the rest go round. ``ford_km``: a
    stretch through water, in any month: a quarter of an hour for a loaded lorry to find its way. Only road
    files built from OpenStreetMap extracts know either.
    """

    shut_km: float = 600.0
    ford_km: float = 20.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """How seizures move the prior shares.

    ``weight``: ``count`` (every event 1), ``log`` or ``quantity``, scaled to a mean of one.
    ``half_life_years``: 0 for no discount of old events. ``footprint_*_km``: standard deviation of the
    place of a seizure about its stated coordinates, by location precision. ``node_radius_km``: how far a
    gate, crossing, city or district reaches. ``sd_*``: prior standard deviations of the log effects of
    gates, crossings and processing areas, of the cost slope (per 1,000 km-equivalents), and of each part
    of the penalties relative to its default. ``passage_*_km``: prior median of the detection at a node,
    as the length of open road on which as much is seized (eight times what was first believed: seizures
    cluster at ports, crossings and laboratories); ``sd_passage`` its log standard deviation.
    Expected seizures are flow x seizure rate x reporting rate: ``sd_seizure_rate`` and
    ``sd_reporting_rate`` are the log standard deviations of a country's rates about the values of
    ``[detection]`` and ``[reporting]``. Seizures alone do not tell detection from traffic, so these must
    not be narrow: a factor of 1.5 either way is our reading of how far national agencies of the region
    differ, with no figure published. A log of inspections (``--effort``) brings ``inflow_loads_a_day``, the
    loads a day into all processing areas together (a few hundred tonnes a year in loads of a few hundred
    kilograms; nobody has counted them); its log standard deviation ``sd_inflow``, wide so that the logs
    decide (1.5: a factor of 4.5 either way); and ``sd_inspection``, that of a place's own detection about
    ``inspection_finds`` (a factor of 1.5 either way, for how vehicles are chosen and looked into).
    ``watch_gain``: roads and cities are watched more closely near a seaport or a crossing into a country of
    destination, by 1 + gain e^(-d / 50) at d km, over its mean on all roads; 0 watches all alike: beside the
    other settings it foretells no better. ``draws``: from the posterior.
    """

    weight: str = "count"
    half_life_years: float = 0.0
    footprint_exact_km: float = 6.0
    footprint_crossing_km: float = 10.0
    footprint_city_km: float = 12.0
    footprint_district_km: float = 25.0
    footprint_province_km: float = 70.0
    node_radius_km: float = 5.0
    sd_gate: float = 0.6
    sd_crossing: float = 0.6
    sd_area: float = 0.6
    sd_cost: float = 0.6
    sd_penalty: float = 0.3
    passage_gate_km: float = 5600.0
    passage_crossing_km: float = 4000.0
    passage_city_km: float = 400.0
    passage_area_km: float = 10400.0
    sd_passage: float = 1.0
    sd_seizure_rate: float = 0.4
    sd_reporting_rate: float = 0.4
    inflow_loads_a_day: float = 3.0
    sd_inflow: float = 1.5
    sd_inspection: float = 0.4
    watch_gain: float = 0.0
    draws: int = 2000


@dataclass(frozen=True, slots=True)
class Interdiction:
    """What posts do, and how far a trafficker goes round them (`routes interdict`).

    ``post_detection``: probability that a passage through a watched place is caught, where neither it nor
    inspections and loads a day are known; no figure is published for any crossing, and a half says "as likely
    as not". ``hazard_per_1000_km``: what a trafficker who knows the posts loses on 1,000 km-equivalents of
    way, as a hazard: risk and price of the way together (1: 63 %). It decides how far one goes round a post:
    with 1, a post of detection a half is worth a detour of 693 km-equivalents. At 1000 / scale_km of the
    route choice (5: 139 km-equivalents) odds fall with the chance to get past, and no higher value is
    allowed; lower values are the more cautious. An assumption: try others. ``inspection_finds``: chance that
    an inspected load which holds the goods is found out; no figure is published, and 0.8 stands for lorries
    that are unloaded in part.
    """

    post_detection: float = 0.5
    hazard_per_1000_km: float = 1.0
    inspection_finds: float = 0.8


@dataclass(frozen=True, slots=True)
class Forecast:
    """How forecasts of the next seizure are made of what the corridors say and of past seizures.

    The scored forecast is the density that the corridors give, a part ``kernel_share`` of it a kernel density
    of past seizures of width ``kernel_km``: some are made where no listed corridor passes. "Where to stand"
    (`routes patrol`) has aims of its own, for a post covers its neighbourhood: ``stand_smoothed`` of the
    corridors' density is spread along the roads by ``stand_along_km`` (a standard deviation), and
    ``stand_kernel_share`` of all is a kernel of width ``stand_kernel_km``. No share hangs on these.
    """

    kernel_share: float = 0.02
    kernel_km: float = 50.0
    stand_smoothed: float = 0.5
    stand_along_km: float = 15.0
    stand_kernel_share: float = 0.1
    stand_kernel_km: float = 15.0


# Chance that a record is what it says, by the Admiralty grade of its source: reliability times credibility.
# Our reading of the words of the scale (usually reliable, probably true, ...); no calibration is published.
# F and 6 mean "cannot be judged", not "half true": they get the middle of what can be judged.
RELIABILITY = {"A": 0.98, "B": 0.95, "C": 0.85, "D": 0.7, "E": 0.4, "F": 0.8}
CREDIBILITY = {"1": 0.99, "2": 0.95, "3": 0.8, "4": 0.6, "5": 0.3, "6": 0.8}


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of one run.

    ``detection`` and ``reporting`` hold seizure and reporting rates by country relative to the rest
    (default 1 for each). ``reliability`` and ``credibility`` are probabilities: see the
    constants of this module for their reasons. So are ``substances``; those that they do not name have the
    chances of the region (`routes.read.Region.parameters`).

    Examples
    --------
    >>> Parameters().route_choice.coverage
    0.99
    """

    route_choice: RouteChoice = field(default_factory=RouteChoice)
    crossing_penalties: CrossingPenalties = field(default_factory=CrossingPenalties)
    road_speeds: RoadSpeeds = field(default_factory=RoadSpeeds)
    road_factors: RoadFactors = field(default_factory=RoadFactors)
    road_seasons: RoadSeasons = field(default_factory=RoadSeasons)
    evidence: Evidence = field(default_factory=Evidence)
    interdiction: Interdiction = field(default_factory=Interdiction)
    forecast: Forecast = field(default_factory=Forecast)
    detection: dict[str, float] = field(default_factory=dict)
    reporting: dict[str, float] = field(default_factory=dict)
    reliability: dict[str, float] = field(default_factory=lambda: dict(RELIABILITY))
    credibility: dict[str, float] = field(default_factory=lambda: dict(CREDIBILITY))
    substances: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """All values, JSON-ready.

        Examples
        --------
        >>> Parameters().as_dict()["route_choice"]["scale_km"]
        200.0
        """
        return asdict(self)

    def cost_per_km(self) -> dict[str, float]:
        """Generalised cost of a kilometre by class of road: factor x trunk speed / speed of the class.

        Examples
        --------
        >>> cost = Parameters(road_factors=RoadFactors(track=2.0)).cost_per_km()
        >>> cost["trunk"], cost["gravel"], cost["track"]
        (1.0, 1.6, 5.0)
        """
        factors, trunk = asdict(self.road_factors), self.road_speeds.trunk
        return {name: factors[name] * (trunk / km_h) for name, km_h in asdict(self.road_speeds).items()}


_ABOUT_TABLES = {
    "detection": "Seizure rate by country, relative to the rest; 1 where none is given, as {country} = 1.5",
    "reporting": "Reporting rate by country, relative to the rest; 1 where none is given.",
    "reliability": "Chance that a source of this Admiralty letter is right; F cannot be judged.",
    "credibility": "Chance that information of this Admiralty digit is right; 6 cannot be judged.",
    "substances": "Chance that a seizure of the substance belongs to the making of {product}.",
}


def config_text(parameters: Parameters, product: str = "the product", country: str = "XYZ") -> str:
    """Write all parameters as a config file, each section with what it means and why; one country as example.

    Examples
    --------
    >>> "scale_km = 200" in config_text(Parameters())
    True
    """
    lines = []
    for section in fields(Parameters):
        value = getattr(parameters, section.name)
        table = isinstance(value, dict)
        about = (
            _ABOUT_TABLES[section.name].format(product=product, country=country)
            if table
            else inspect.getdoc(type(value)) or ""
        )
        lines += [f"# {line}".rstrip() for line in about.replace("``", "").splitlines()]
        lines.append(f"[{section.name}]")
        lines += [f"{_key(k)} = {_literal(v)}" for k, v in (value if table else asdict(value)).items()]
        lines.append("")
    return "\n".join(lines)


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() else f'"{name}"'


def _literal(value: float | str) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


_OTHER_SECTIONS = {"columns", "reading", "posts", "scenario", "output", "briefing"}
"""Of a config file, that are no parameters of the model: how columns are mapped (`routes.read.mapping`) and
how a file is read (`routes.read.reading_options`)."""


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
    given = read_toml(path)
    faults: list[Fault] = []
    parameters = Parameters()
    sections = {f.name for f in fields(Parameters)}
    changes: dict[str, Any] = {}
    for section, values in given.items():
        if section in _OTHER_SECTIONS:
            continue
        if section not in sections:
            faults.append(Fault(str(path), unknown("section", section, sections | _OTHER_SECTIONS)))
        elif not isinstance(values, dict):
            faults.append(Fault(str(path), f"[{section}] must be a table of values"))
        elif isinstance(getattr(parameters, section), dict):
            faults += _rate_faults(str(path), section, values, countries)
            changes[section] = getattr(parameters, section) | values
        else:
            defaults = getattr(parameters, section)
            faults += _section_faults(str(path), section, values, defaults)
            if not faults:
                typed = {k: type(getattr(defaults, k))(v) for k, v in values.items()}
                changes[section] = replace(defaults, **typed)
    if faults:
        raise InputError(faults)
    return replace(parameters, **changes)


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """Tell that a config file has a name that is not known, and which one is near or which there are."""
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"unknown {what} {name!r}. " + did_you_mean(near, f"Known: {', '.join(sorted(known))}.")


def _rate_faults(file: str, section: str, values: dict[str, Any], countries: frozenset[str]) -> list[Fault]:
    """Faults of a table of rates by country, or of probabilities by grade or substance."""
    keys = {
        "detection": countries,
        "reporting": countries,
        "reliability": frozenset(RELIABILITY),
        "credibility": frozenset(CREDIBILITY),
        "substances": None,
    }[section]
    others = [name for name in values if keys and name not in keys]
    faults = [Fault(file, unknown("name", name, keys or ()), column=section) for name in others]
    wrong = {name: _wrong_number(section, name, value) for name, value in values.items()}
    return [*faults, *(Fault(file, told, column=f"{section}.{name}") for name, told in wrong.items() if told)]


def _section_faults(file: str, section: str, values: dict[str, Any], defaults: object) -> list[Fault]:
    known = {f.name: getattr(defaults, f.name) for f in fields(defaults)}  # type: ignore[arg-type]
    faults = []
    for name, value in values.items():
        column = f"{section}.{name}"
        if name not in known:
            faults.append(Fault(file, unknown("parameter", name, set(known)), column=column))
        elif wrong := _wrong_value(section, name, value, known[name]):
            faults.append(Fault(file, wrong, column=column))
    return faults


def _wrong_value(section: str, name: str, value: object, default: object) -> str | None:
    if isinstance(default, str):
        allowed = ("count", "log", "quantity")
        return None if value in allowed else f"wanted one of {', '.join(allowed)}, got {value!r}"
    if isinstance(default, int) and isinstance(value, float):
        return f"wanted a whole number, got {value!r}"
    return _wrong_number(section, name, value)


def _wrong_number(section: str, name: str, value: object) -> str | None:
    low, high = bounds_of(section, name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"wanted a number, got {value!r}"
    if name == "draws" and value < low:
        return f"wanted at least {low:g}, got {value!r}: fewer have no 90 % interval"
    if not low <= value <= high:
        return f"wanted a number from {low:,.9g} to {high:,.9g}, got {value!r}"
    return None

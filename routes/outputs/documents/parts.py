"""What several documents have in common: assumptions, provenance, shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from routes.results import Count
from routes.support.described import EXACT, Digits, Like, Rule

Assumptions = Annotated[tuple[str, ...], Rule(min_items=1), "What the figures rest on, in words."]
Attribution = Annotated[str, "Whom the data are from, and their licences."]
Collection = Literal["FeatureCollection"]
AreaAsked = Annotated[str | None, "Processing area whose inflow the shares are of; null for all inflow."]

_Spot = Annotated[list[float], Rule(min_items=2, max_items=2), Digits(5)]
_Day = Annotated[str, Rule(format="date")]


class Period(TypedDict):
    """Time that an answer is for."""

    since: Annotated[_Day | None, "First day of the seizures; null: there are none."]
    until: Annotated[_Day | None, "Last day of the seizures; null: there are none."]
    as_of: Annotated[_Day | None, "Day for which the crossings' status was taken; null: the whole period."]
    question: NotRequired[
        Annotated[str, "For what time the answer holds, and on which seizures, in one sentence."]
    ]


class ReadAs(TypedDict):
    """How seizures were read."""

    kind: NotRequired[
        Annotated[
            str,
            "csv, csv.gz, xlsx, geojson, gpkg, kml, kmz, shapefile, geoparquet, postgis, standard input,"
            " several.",
        ]
    ]
    columns: NotRequired[
        Annotated[dict[str, Any], "The table [columns] of the config file: where each column came from."]
    ]
    places_found: NotRequired[
        Annotated[Count, "Records whose coordinates were found by the name of their place."]
    ]
    reading: NotRequired[
        Annotated[
            dict[str, Any],
            "Encoding, separator, decimal sign, row of the header, where they are not those of a plain"
            " CSV file.",
        ]
    ]
    files: NotRequired[
        Annotated[list[dict[str, Any]], "Each of several sources with its SHA-256, and how it was read."]
    ]


class LogRead(TypedDict):
    """A log of inspections, as far as it counts."""

    file: Annotated[str, "The file, as it was named; its hash stands among the inputs."]
    rows: Annotated[Count, "Rows that count."]
    inspected: Annotated[Count, "Vehicles inspected in them."]
    found: Annotated[Count, "Of those, the ones with goods."]
    detection: NotRequired[
        Annotated[dict[str, float], "Place -> its own detection, fitted, over what the parameters assume."]
    ]


class _Made(TypedDict):
    """What made an answer, from what; `routes.read.provenance` writes it."""

    package: Literal["routes"]
    package_version: Annotated[str, "Version of the package that wrote the document."]
    inputs: Annotated[
        dict[str, Annotated[str, Rule(pattern="^[0-9a-f]{64}$")]], "SHA-256 of every input file."
    ]
    seizures: NotRequired[Annotated[ReadAs, "How the seizures were read."]]
    inspections: NotRequired[Annotated[LogRead, "The log of inspections, where there is one."]]
    parameters: Annotated[dict[str, Any], "Every parameter of the model, by section."]


class Made(_Made):
    """What made an answer that may rest on no seizures."""

    seed: NotRequired[Annotated[Count, "Seed of the draws."]]
    roads: NotRequired[Annotated[dict[str, Any], "How the road file was built, and its licence."]]


class RankingMade(_Made):
    """What made an answer that rests on one ranking."""

    question: Annotated[
        dict[str, Any], "What was asked: bounds of the seizures, day of the crossings, substance, seed."
    ]
    period: Annotated[Period, "The period that the ranking is for, and the day if it is one for a day."]
    seed: Annotated[Count, "Seed of the draws."]
    events: Annotated[Count, "Located seizure events that the ranking rests on."]
    pareto_k: NotRequired[
        Annotated[
            float | None, "Pareto k of the weights of the draws: they are poor over 0.7; null without events."
        ]
    ]
    roads: Annotated[dict[str, Any], "How the road file was built, and its licence."]


_WORDS = "What made the document, from what. Further keys may stand in it."
Provenance = Annotated[Mapping[str, Any], Like(Made), EXACT, _WORDS]
RankingProvenance = Annotated[Mapping[str, Any], Like(RankingMade), EXACT, _WORDS]


@dataclass(frozen=True, slots=True)
class Lines:
    """Continuous stretches of road."""

    type: Literal["MultiLineString"]
    coordinates: Annotated[
        list[Annotated[list[_Spot], Rule(min_items=2)]],
        Digits(5),
        "(lon, lat) in degrees of WGS 84, line by line.",
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch of road."""

    type: Literal["LineString"]
    coordinates: Annotated[list[_Spot], Rule(min_items=2), "(lon, lat) in degrees of WGS 84."]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place."""

    type: Literal["Point"]
    coordinates: Annotated[_Spot, "(lon, lat) in degrees of WGS 84."]

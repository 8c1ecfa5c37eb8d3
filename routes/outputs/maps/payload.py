"""What the page draws, as JSON-ready data: numbers for the drawing, finished words for the popups.

Each kind of thing is a layer: ``fields`` are the row titles of its popups, and every item has its
``values`` in that order. The script on the page knows nothing about the meaning of either.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from routes.outputs import text
from routes.outputs.handling import status_word
from routes.outputs.icd203 import confidence
from routes.outputs.language import figures, isolated, message, tr, trn
from routes.outputs.maps import filters
from routes.outputs.maps.roads import DIGITS, stretch_of
from routes.outputs.maps.scale import LANES, fit_widths
from routes.outputs.palette import class_of, radius
from routes.outputs.placenames import country_name
from routes.outputs.vocabulary import data_word, flag_words, kind_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from routes.outputs.maps.land import Box, Layer
    from routes.outputs.maps.roads import Line, Stretches
    from routes.outputs.maps.scale import Widths
    from routes.outputs.palette import ShareClass
    from routes.results import (
        CorridorChange,
        PatrolStretch,
        RankedCorridor,
        RankedPlace,
        Ranking,
        SeizureUse,
    )

MINOR_SHARE = 0.005


def names_of(ranking: Ranking) -> dict[str, str]:
    """Map the id of every gate, crossing and processing area to its name."""
    places = (*ranking.gates, *ranking.crossings, *ranking.processing_areas)
    return {place.id: text.clean(place.name) or place.id for place in places}


def title(corridor: RankedCorridor | CorridorChange, names: Mapping[str, str]) -> str:
    """Name a corridor by its two ends."""
    ends = (corridor.gate, corridor.processing_area)
    return " \N{RIGHTWARDS ARROW} ".join(isolated(text.clean(names.get(end, end))) for end in ends)


def via(corridor: RankedCorridor | CorridorChange, names: Mapping[str, str]) -> str:
    """List the crossings of a corridor, in travelling order."""
    return ", ".join(isolated(text.clean(names.get(each, each))) for each in corridor.crossings)


def widths_of(shares: Sequence[float], upper_bounds: Sequence[float], roads: Stretches) -> Widths:
    """Choose line widths for corridors with these shares, drawn side by side where they share a road."""
    lanes: list[list[float]] = [[] for _ in roads.lines]
    for share, course in zip(shares, roads.courses, strict=True):
        for stretch in {stretch_of(step) for step in course}:
            lanes[stretch].append(share)
    return fit_widths(upper_bounds, [lane[:LANES] for lane in lanes])


def inflow_of(shares: Sequence[float], roads: Stretches) -> list[float]:
    """Add up the shares of corridors over each stretch of road.

    Examples
    --------
    >>> from routes.outputs.maps.roads import Stretches
    >>> inflow_of([0.25, 0.5], Stretches(((), ()), (False, False), ((0,), (0, -2))))
    [0.75, 0.5]
    """
    total = [0.0] * len(roads.lines)
    for share, course in zip(shares, roads.courses, strict=True):
        for stretch in {stretch_of(step) for step in course}:
            total[stretch] += share
    return total


def lines_of(layer: Layer) -> list[Line]:
    """List the stretches of road that the drawn corridors run over."""
    used = {stretch_of(step) for item in layer["items"] for step in item["legs"]}
    return [layer["stretches"][stretch] for stretch in sorted(used)]


def corridor_layer(
    corridors: Sequence[RankedCorridor],
    names: Mapping[str, str],
    classes: tuple[ShareClass, ...],
    roads: Stretches,
) -> tuple[Layer, Widths]:
    """Describe the drawn corridors and the stretches of road they share."""
    shares = [corridor.posterior_share for corridor in corridors]
    widths = widths_of(shares, [corridor.interval_90[1] for corridor in corridors], roads)
    fields = [tr("Posterior share"), tr("90 % interval"), tr("Prior share"), tr("In the top 10")]
    fields += [tr("Crossings"), tr("Length"), tr("Generalised cost"), tr("Tier"), tr("Learnt from seizures")]
    fields += [tr("Confidence"), tr("Id")]
    gates, areas = filters.gates(corridors), filters.areas(corridors)
    items = [
        _corridor(corridor, names, class_of(corridor.posterior_share, classes).colour, widths)
        | {
            "gate": gates.index(corridor.gate),
            "area": areas.index(corridor.processing_area),
            "legs": course,
            "anchor": northernmost(course, roads),
        }
        for corridor, course in zip(corridors, roads.courses, strict=True)
    ]
    synthetic = [int(flag) for flag in roads.synthetic]
    return {"fields": fields, "items": items, "stretches": roads.lines, "synthetic": synthetic}, widths


def patrol_layer(stretches: Sequence[PatrolStretch]) -> Layer | None:
    """Describe where to stand; None if nothing is to be drawn."""
    if not stretches:
        return None
    fields = [tr("Next seizure"), tr("Times the mean of all roads"), tr("Length"), tr("Country")]
    most = max(row.chance for row in stretches)
    items = [
        {
            "title": text.clean(row.name),
            "hint": tr("next seizure: {chance}", chance=text.percent(row.chance)),
            "values": [
                text.percent(row.chance),
                text.decimal(row.times_mean),
                tr("{km} km", km=text.decimal(row.length_km)),
                country_name(row.country),
            ],
            "width": round(3 + 6 * math.sqrt(row.chance / most), 1),
            "points": [[round(lat, DIGITS), round(lon, DIGITS)] for lon, lat in row.points],
        }
        for row in stretches
    ]
    return {"fields": fields, "items": items}


def _corridor(corridor: RankedCorridor, names: Mapping[str, str], colour: str, widths: Widths) -> Layer:
    high = corridor.interval_90[1]
    return {
        "title": f"{corridor.rank}. {title(corridor, names)}",
        "hint": tr(
            "{share} (90 %: {interval})",
            share=text.percent(corridor.posterior_share),
            interval=text.interval_text(*corridor.interval_90),
        ),
        "colour": colour,
        "width": widths.of(corridor.posterior_share),
        "band": widths.of(high),
        "share": round(corridor.posterior_share, 6),
        "places": [corridor.gate, *corridor.crossings, corridor.processing_area],
        "sort": {
            "share": round(corridor.posterior_share, 6),
            "high": round(high, 6),
            "tier": corridor.tier,
            "learnt": round(corridor.grounds.learnt, 4),
        },
        "values": _corridor_values(corridor, names),
    }


def _corridor_values(corridor: RankedCorridor, names: Mapping[str, str]) -> list[str]:
    return [
        text.percent(corridor.posterior_share),
        text.interval_text(*corridor.interval_90),
        text.percent(corridor.prior_share),
        tr("probability {chance}", chance=text.probability(corridor.top_10_probability)),
        via(corridor, names) or tr("none"),
        tr("{length} km", length=text.decimal(corridor.length_km)),
        tr("{cost} km-equivalents", cost=text.decimal(corridor.generalised_cost)),
        f"{corridor.tier}",
        text.learnt(corridor.grounds.learnt),
        str(confidence(corridor.grounds)),
        text.clean(corridor.id),
    ]


def northernmost(course: Sequence[int], roads: Stretches) -> tuple[float, float] | None:
    """Find the point where a popup, which opens upwards, covers least of the corridor."""
    return max((point for step in course for point in roads.lines[stretch_of(step)]), default=None)


def place_layer(places: Sequence[RankedPlace], status: str = message("Status")) -> Layer:
    """Describe gates, crossings or processing areas, smallest first so that the largest lies on top.

    `status` is what their status is called, with its time.
    """
    fields = [
        tr("Kind"),
        tr("Country"),
        status,
        tr("Posterior share"),
        tr("90 % interval"),
        tr("Prior share"),
    ]
    fields += [tr("Tier"), tr("Learnt from seizures"), tr("Confidence"), tr("Id")]
    ordered = sorted(places, key=lambda place: (place.posterior_share, place.id))
    return {"fields": fields, "items": [_place(place) for place in ordered]}


def _place(place: RankedPlace) -> Layer:
    interval = text.interval_text(*place.interval_90)
    return {
        "id": place.id,
        "title": text.clean(place.name) or text.clean(place.id),
        "hint": tr(
            "{share} of the inflow (90 %: {interval})",
            share=text.percent(place.posterior_share),
            interval=interval,
        ),
        "share": round(place.posterior_share, 6),
        "at": (round(place.lat, DIGITS), round(place.lon, DIGITS)),
        "radius": radius(place.posterior_share),
        "minor": place.posterior_share < MINOR_SHARE,
        "status": place.status if place.status in {"closed", "restricted"} else "open",
        "values": [
            kind_words(place.kind),
            ", ".join(country_name(text.clean(country)) for country in place.countries),
            status_word(place.status),
            text.percent(place.posterior_share),
            text.interval_text(*place.interval_90),
            text.percent(place.prior_share),
            f"{place.tier}",
            text.learnt(place.grounds.learnt),
            str(confidence(place.grounds)),
            text.clean(place.id),
        ],
    }


def seizure_layer(seizures: pd.DataFrame, uses: Iterable[SeizureUse], extent: Box) -> Layer:
    """Describe the seizures on the map; ``missing`` holds those that are not, with the reason."""
    fields = [tr("Date"), tr("Place"), tr("Country"), tr("Substance"), tr("Reported"), tr("Normalised")]
    fields += [tr("Direction"), tr("Operation"), tr("Source"), tr("Grade"), tr("Flag"), tr("In this ranking")]
    fields += [tr("Id")]
    use_of = {use.seizure_id: use for use in uses}
    substances: dict[str, int] = {}
    items: list[Layer] = []
    missing: list[Layer] = []
    for row in seizures.to_dict("records"):
        item = _seizure(row, use_of.get(str(row["seizure_id"])))
        reason = _why_not_drawn(row, extent)
        if reason:
            missing.append({**item, "reason": reason})
        else:
            kind = substances.setdefault(filters.substance(row), len(substances))
            at = (round(row["lat"], DIGITS), round(row["lon"], DIGITS))
            items.append({**item, "at": at, "substance": kind, "months": filters.months(row)})
    named = [data_word(substance) for substance in substances]
    return {"fields": fields, "items": items, "missing": missing, "substances": named}


def _seizure(row: Mapping[Any, Any], use: SeizureUse | None) -> Layer:
    used = use is not None and use.use == "evidence"
    when = text.date(row.get("date"), row.get("date_precision"))
    return {
        "title": tr("Seizure, {place}", place=text.clean(row.get("place")) or tr("place not reported")),
        "hint": f"{when}, {data_word(row.get('substance'))}",
        "used": used,
        "flagged": bool(text.clean(row.get("quality_flag"))),
        "values": [
            _precise(when, row.get("date_precision")),
            _precise(row.get("place"), row.get("location_precision")),
            country_name(text.clean(row.get("country"))),
            data_word(row.get("substance")),
            text.quantity(row.get("quantity_reported"), row.get("unit_reported")) or tr("not reported"),
            text.quantity(row.get("quantity_kg"), "kg") or tr("not known"),
            text.clean(row.get("direction_note")),
            text.clean(row.get("operation")),
            text.clean(row.get("source")),
            text.clean(row.get("source_grade")),
            ": ".join(
                filter(None, (flag_words(row.get("quality_flag")), text.clean(row.get("quality_note"))))
            ),
            _use(use),
            text.clean(row.get("seizure_id")),
        ],
    }


def _doubts(row: Mapping[Any, Any]) -> str:
    told = (flag_words(row.get("quality_flag")), text.clean(row.get("quality_note")))
    return ": ".join(filter(None, told))


def _precise(value: object, precision: object) -> str:
    known, how = text.clean(value), data_word(precision)
    return tr("{what} (precision: {precision})", what=known, precision=how) if known and how else known


def _use(use: SeizureUse | None) -> str:
    if use is None:
        return tr("not looked at")
    if use.use == "evidence":
        return tr("used as evidence (weight of its event {weight})", weight=figures(f"{use.weight:g}"))
    return tr("not used: {reason}", reason=data_word(use.use))


def _why_not_drawn(row: Mapping[Any, Any], extent: Box) -> str:
    lat, lon = text.number(row.get("lat")), text.number(row.get("lon"))
    if math.isnan(lat) or math.isnan(lon):
        known = text.clean(row.get("location_precision")) == "country"
        return tr("only the country was reported") if known else tr("no place was reported")
    west, south, east, north = extent
    inside = west <= lon <= east and south <= lat <= north
    return "" if inside else tr("outside the area of the map")


def not_drawn(layer: Layer) -> str:
    """Count the seizures that are not on the map, by reason."""
    missing = layer["missing"]
    total = len(missing) + len(layer["items"])
    if not missing:
        if not total:
            return tr("There are no seizures.")
        return trn("The {n} seizure is on the map.", "All {n} seizures are on the map.", total)
    reasons = Counter(item["reason"] for item in missing)
    listed = ", ".join(f"{reason} ({amount})" for reason, amount in sorted(reasons.items()))
    return trn(
        "{missing} of {n} seizure is not on the map: {reasons}.",
        "{missing} of {n} seizures are not on the map: {reasons}.",
        total,
        missing=text.decimal(len(missing)),
        reasons=listed,
    )


def history(status: pd.DataFrame | None) -> dict[str, list[list[str]]]:
    """List for each crossing or gate how it stood over time: from, until, status, source and its grade.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"crossing_id": ["x"], "from": [pd.Timestamp("2025-10-12")],
    ...                      "until": [pd.NaT], "status": ["closed"], "source": ["a paper"], "grade": ["B2"]})
    >>> history(rows)
    {'x': [['2025-10-12', '', 'closed', 'a paper', 'B2']]}
    """
    found: dict[str, list[list[str]]] = {}
    if status is None:
        return found
    for row in status.sort_values(["crossing_id", "from"], na_position="first").to_dict("records"):
        days = ["" if row[key] != row[key] else f"{row[key]:%Y-%m-%d}" for key in ("from", "until")]
        words = [text.clean(row.get(key)) for key in ("source", "grade")]
        found.setdefault(row["crossing_id"], []).append([*days, status_word(row["status"]), *words])
    return found


def used_events(ranking: Ranking) -> int:
    """Count the events that moved the ranking."""
    return len({use.event_id for use in ranking.seizures if use.use == "evidence"})

"""Sealed forecasts and their scores as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.language import message, tr, trn
from routes.outputs.placenames import called, country_tag, town_name
from routes.outputs.text import between, date, decimal, percent, set_percent, signed
from routes.trust.fields import BASELINES, RANKING
from routes.trust.measures import HOT_SHARE, TOP_CELLS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.outputs.documents.text_blocks import Block, Table
    from routes.trust.ledger import Forecast
    from routes.trust.resolution import Estimate, EventScore, Resolution

_LAST = BASELINES[-1]
_KINDS = {
    "crossing": message("Next event nearest to a crossing:"),
    "gate": message("Next event nearest to a gate:"),
    "processing_area": message("Next event nearest to a processing area:"),
}
_HEADS = {
    "crossing": message("crossing"),
    "gate": message("gate"),
    "processing_area": message("processing area"),
}


def forecast_blocks(forecast: Forecast, seal: str, top: int) -> tuple[Block, ...]:
    """Tell where a forecast and the best of the plain ones expect the next event, and the seal.

    Parameters
    ----------
    forecast : Forecast
    seal : str
        Of the forecast as JSON.
    top : int
        How many rows each table lists.
    """
    opening = trn(
        "Forecast of events after {day} and up to {until}, on {n} located event. Seal: {seal}",
        "Forecast of events after {day} and up to {until}, on {n} located events. Seal: {seal}",
        forecast.events,
        day=date(forecast.day, "day"),
        until=date(forecast.until, "day"),
        seal=seal,
    )
    places, cells = forecast.places, forecast.cells
    tables = [
        _chances(tr(caption), tr(_HEADS[kind]), places.id, "places", forecast, top, kind)
        for kind, caption in _KINDS.items()
    ]
    tables += [
        _chances(tr("In a country:"), tr("country"), forecast.countries, "countries", forecast, top),
        _chances(tr("In a cell of 25 km:"), tr("cell"), cells.id, "cells", forecast, top),
    ]
    closing = tr(
        "Write it with --output FILE.json, keep the seal where others can see it, and score it later with "
        "routes score FILE.json --seizures LATER. Chances are of where goods are seized and told: "
        "policing as much as traffic."
    )
    return (*paragraphs(opening), *tables, *paragraphs(closing))


def _chances(
    caption: str, head: str, names: Sequence[str], part: str, forecast: Forecast, top: int, kind: str = ""
) -> Table:
    own, last = (getattr(forecast.forecasts[name], part) for name in (RANKING, _LAST))
    some = [i for i in range(len(names)) if not kind or forecast.places.kind[i] == kind]
    listed = sorted(some, key=lambda i: (-own[i], names[i]))[:top]
    spot = forecast.cells if part == "cells" else forecast.places
    located = (
        ()
        if part == "countries"
        else (
            figures(tr("lat"), (decimal(spot.lat[i], 2) for i in listed)),
            figures(tr("lon"), (decimal(spot.lon[i], 2) for i in listed)),
        )
    )
    return table_of(
        words(head, (_named(names[i], part) for i in listed)),
        figures(tr("forecast"), (percent(own[i]) for i in listed)),
        figures(tr(_LAST), (percent(last[i]) for i in listed)),
        *located,
        caption=caption,
    )


def _named(name: str, part: str) -> str:
    if part == "countries":
        return country_tag(name)
    return called(name) if part == "places" else name


def score_blocks(found: Resolution) -> tuple[Block, ...]:
    """Show every event, the misses first, then what each forecast was worth."""
    opening = tr(
        "Forecast of events after {day} and up to {until}. Seal: {seal}",
        day=date(found.day, "day"),
        until=date(found.until, "day"),
        seal=found.seal,
    )
    left_out = tr(
        "Not scored: {events} of a place and day that counts already, {beyond} that may lie beyond the "
        "horizon, {nowhere} without a place on these roads.",
        events=trn("{n} event", "{n} events", len(found.merged)),
        beyond=trn("{n} record", "{n} records", len(found.beyond)),
        nowhere=trn("{n} record", "{n} records", len(found.not_located)),
    )
    if not found.events:
        return paragraphs(opening, tr("No event that it can be scored on has come after it yet."), left_out)
    rows = found.events
    table = table_of(
        words("", (tr("MISS") if row.missed else "" for row in rows)),
        words(tr("day"), (date(row.day, "") for row in rows)),
        words(tr("place"), (town_name(row.place) or row.id for row in rows)),
        words(tr("nearest to"), (called(row.nearest_place) for row in rows)),
        figures(tr("given"), (percent(row.scores[RANKING].place_chance) for row in rows)),
        figures(tr("density"), (decimal(row.scores[RANKING].log_density_per_km, 2) for row in rows)),
        figures(tr("best plain"), (decimal(_best_plain(row.scores), 2) for row in rows)),
        caption=trn(
            "{missed} of {n} event missed.", "{missed} of {n} events missed.", len(rows), missed=found.missed
        ),
    )
    means = found.means
    scores = table_of(
        words(tr("forecast by"), map(tr, means)),
        *(
            figures(head, (_mean(means[name][metric], digits) for name in means))
            for head, metric, digits in (
                (tr("log density"), "log_density_per_km", 2),
                (tr("in {n} cells", n=TOP_CELLS), "in_top_cells", 2),
                (tr("on hot {part}", part=set_percent(HOT_SHARE)), "on_hot_roads", 2),
                (tr("Brier"), "brier", 3),
            )
        ),
    )
    better = [
        tr(
            "Forecast over {name}: {difference} in log density an event.",
            name=tr(name),
            difference=_difference(of["log_density_per_km"]),
        )
        for name, of in found.better_by.items()
    ]
    about = tr(
        "density: log density per km of road, higher is better; given: chance that the forecast gave to the "
        "place. A miss: its cell of 25 km is none of the forecast's {cells} likeliest. Brier: lower is "
        "better. Brackets: 90 % bootstrap over events.",
        cells=TOP_CELLS,
    )
    return (*paragraphs(opening), table, scores, *paragraphs(*better, about, left_out))


def _best_plain(scores: Mapping[str, EventScore]) -> float:
    return max(scores[name].log_density_per_km for name in BASELINES if name in scores)


def _mean(of: Estimate, digits: int) -> str:
    return "-" if of.value is None else decimal(of.value, digits)


def _difference(of: Estimate) -> str:
    if of.value is None:
        return "-"
    bounds = "" if of.interval_90 is None else f" ({between(*of.interval_90, 2)})"
    return f"{signed(of.value, 2)}{bounds}"

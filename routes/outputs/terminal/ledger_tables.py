"""Sealed forecasts and their scores as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.text import between, count, decimal, percent, signed
from routes.trust.fields import BASELINES, RANKING
from routes.trust.measures import HOT_SHARE, TOP_CELLS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.outputs.documents.text_blocks import Block, Table
    from routes.trust.ledger import Forecast
    from routes.trust.resolution import Estimate, EventScore, Resolution

_LAST = BASELINES[-1]
_KINDS = {"crossing": "crossing", "gate": "gate", "processing_area": "processing area"}


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
    where = f"of events after {forecast.day} and up to {forecast.until}"
    opening = f"Forecast {where}, on {count(forecast.events, 'located event')}. Seal: {seal}"
    places, cells = forecast.places, forecast.cells
    tables = [
        _chances(f"Next event nearest to a {title}:", title, places.id, "places", forecast, top, kind)
        for kind, title in _KINDS.items()
    ]
    tables += [
        _chances("In a country:", "country", forecast.countries, "countries", forecast, top),
        _chances("In a cell of 25 km:", "cell", cells.id, "cells", forecast, top),
    ]
    closing = (
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
            figures("lat", (f"{spot.lat[i]:.2f}" for i in listed)),
            figures("lon", (f"{spot.lon[i]:.2f}" for i in listed)),
        )
    )
    return table_of(
        words(head, (names[i] for i in listed)),
        figures("forecast", (percent(own[i]) for i in listed)),
        figures(_LAST, (percent(last[i]) for i in listed)),
        *located,
        caption=caption,
    )


def score_blocks(found: Resolution) -> tuple[Block, ...]:
    """Show every event, the misses first, then what each forecast was worth."""
    opening = f"Forecast of events after {found.day} and up to {found.until}. Seal: {found.seal}"
    left_out = (
        f"Not scored: {count(len(found.merged), 'event')} of a place and day that counts already, "
        f"{count(len(found.beyond), 'record')} that may lie beyond the horizon, "
        f"{count(len(found.not_located), 'record')} without a place on these roads."
    )
    if not found.events:
        return paragraphs(opening, "No event has come after it yet.", left_out)
    rows = found.events
    table = table_of(
        words("", ("MISS" if row.missed else "" for row in rows)),
        words("day", (row.day for row in rows)),
        words("place", (row.place or row.id for row in rows)),
        words("nearest to", (row.nearest_place for row in rows)),
        figures("given", (percent(row.scores[RANKING].place_chance) for row in rows)),
        figures("density", (decimal(row.scores[RANKING].log_density_per_km, 2) for row in rows)),
        figures("best plain", (decimal(_best_plain(row.scores), 2) for row in rows)),
        caption=f"{found.missed} of {count(len(rows), 'event')} missed.",
    )
    means = found.means
    scores = table_of(
        words("forecast by", means),
        *(
            figures(head, (_mean(means[name][metric], digits) for name in means))
            for head, metric, digits in (
                ("log density", "log_density_per_km", 2),
                (f"in {TOP_CELLS} cells", "in_top_cells", 2),
                (f"on hot {HOT_SHARE:.0%}", "on_hot_roads", 2),
                ("Brier", "brier", 3),
            )
        ),
    )
    better = [
        f"Forecast over {name}: {_difference(of['log_density_per_km'])} in log density an event."
        for name, of in found.better_by.items()
    ]
    about = (
        "density: log density per km of road, higher is better; given: chance that the forecast gave to the "
        f"place. A miss: its cell of 25 km is none of the forecast's {TOP_CELLS} likeliest. Brier: lower is "
        "better. Brackets: 90 % bootstrap over events."
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

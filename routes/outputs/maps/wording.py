"""What is written around the map: the panel with its table and filters, the legend, the banners."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routes._version import __version__
from routes.outputs import palette, symbols, text
from routes.outputs.handling import change_lines, question_of, status_word
from routes.outputs.language import Language, message, spoken, tr, trn
from routes.outputs.maps import filters, page, payload, scale
from routes.outputs.maps.moved import rows, summary
from routes.outputs.placenames import country_name
from routes.outputs.vocabulary import kind_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.outputs.handling import Mark
    from routes.outputs.maps.land import Layer, Tiles
    from routes.results import CorridorChange, Displacement, RankedCorridor, RankedPlace, Ranking

_SAMPLE_SHARES = (0.01, 0.1, 0.3)
_BAR = 100
_TALLEST_BAR = 24
_ROWS_AT_FIRST = 200  # a table of thousands of rows takes a browser seconds to lay out
_YEAR = 12
# Key for sorting, head of the column, and the same in full.
_COLUMNS = (
    ("tier", message("Tier"), message("Tier: no row of it is known to stand behind its first one")),
    ("share", message("Share"), message("Share")),
    ("high", "90 %", message("Upper end of the 90 % interval")),
    ("learnt", message("Learnt"), message("Learnt: how much of what was unsure the seizures took")),
)
_MOVED_COLUMNS = (
    ("before", message("Before"), message("Share before")),
    ("after", message("After"), message("Share after")),
    ("change", message("Change"), message("Change")),
    ("", "90 %", message("90 % interval of the change")),
)


_TABS = (
    ("chokepoints", message("Chokepoints")),
    ("corridors", message("Corridors")),
    ("plan", message("Plan")),
    ("seizures", message("Seizures")),
)
PLACES_AT_FIRST = 12


@dataclass(frozen=True, slots=True)
class Table:
    """The table beside the map: columns after rank and name, its rows, and what stands over it."""

    columns: tuple[tuple[str, str, str], ...]
    rows: list[dict[str, Any]]
    title: str
    note: str


def parts(
    title: str,
    ranking: Ranking,
    table: Table,
    legend: dict[str, Any],
    data: Layer,
    mark: Mark,
    tiles: Tiles | None,
    moved: Displacement | None,
    learning: dict[str, Any] | None = None,
) -> dict[str, str]:
    """Write the parts of the page: ``header``, ``body``, ``legend``, ``footer``, ``label`` of the map."""
    provenance = _provenance_line(ranking.provenance)
    names = payload.names_of(ranking)
    common = {
        "title": title,
        "question": question_of(ranking.provenance),
        "changes": change_lines(ranking.changes),
        "provenance": provenance,
        "moved": summary(moved, names) if moved else "",
        "disputed": _once(data["disputed"]),
    }
    return {
        "header": _banner("header", mark),
        "body": page.render(
            "panel.html",
            **common,
            **_claims(ranking),
            **_choices(names, data),
            table=table,
            not_drawn=payload.not_drawn(data["seizures"]),
            missing=data["seizures"]["missing"],
            details=json.dumps(ranking.provenance, indent=1, sort_keys=True, default=str),
            languages=[(str(each), each.own_name, each is spoken()) for each in Language],
            tabs=[(key, tr(name)) for key, name in _TABS if key != "plan" or data["model"] or learning],
            reckons=bool(data["model"]),
            learning=learning,
            chokepoints=chokepoints(ranking),
            first=_ROWS_AT_FIRST,
            tiles=tiles.attribution if tiles else "",
            host=tiles.source if tiles else "",
        ),
        "legend": page.render(
            "legend.html",
            **common,
            **legend,
            samples=[(text.set_percent(share), palette.radius(share)) for share in _SAMPLE_SHARES],
            minor=text.set_percent(payload.MINOR_SHARE),
            highways=bool(data["roads"]),
            **_symbols(),
        ),
        "footer": _banner("footer", mark),
        "label": tr("Map"),
    }


def _once(lines: list[Layer]) -> list[Layer]:
    """Each disputed line once, however many pieces it has."""
    return [*{(line["name"], line["words"]): line for line in lines}.values()]


def _symbols() -> dict[str, Any]:
    """Draw the symbols of places, seizures and posts as the map draws them."""
    places = [
        {"path": symbols.path(each.shape, 9, 9, 6), "colour": each.colour, "name": tr(each.name)}
        for each in symbols.PLACES.values()
    ]
    drawn = symbols.for_page()
    return {
        "places": places,
        "crossing": places[[*symbols.PLACES].index("crossings")],
        "used": drawn["used"],
        "unused": drawn["unused"],
        "shut": drawn["closed"],
        "watched": drawn["watched"],
    }


def tile_words(tiles: Tiles | None) -> dict[str, str] | None:
    """Tell the page where tiles come from."""
    return {"url": tiles.url, "attribution": tiles.attribution} if tiles else None


def _banner(tag: str, mark: Mark) -> str:
    return page.render("banner.html", tag=tag, mark=mark)


def _claims(ranking: Ranking) -> dict[str, Any]:
    return {
        "events": payload.used_events(ranking),
        "covered": text.percent(ranking.covered_mass),
        "uncovered": text.percent(ranking.uncovered_share),
    }


def _choices(names: dict[str, str], data: Layer) -> dict[str, Any]:
    """List what can be chosen, and count the seizures of every year for the bars behind the slider."""
    span = data["span"]
    known = [item["months"] for item in data["seizures"]["items"] if item["months"]]
    years = Counter(first // _YEAR for first, _ in known)
    axis = range(span[0] // _YEAR, span[1] // _YEAR + 1) if span else range(0)
    tallest = max(years.values(), default=1)
    return {
        "choices": {
            "gates": [filters.short(names.get(gate, gate)) for gate in data["gate_ids"]],
            "areas": [filters.short(names.get(area, area)) for area in data["area_ids"]],
            "substances": [filters.short(name) for name in data["seizures"]["substances"]],
        },
        "years": sorted(years),
        "span": span,
        "bars": [round(_TALLEST_BAR * years[year] / tallest, 1) for year in axis],
    }


def legend_of(
    classes: tuple[palette.ShareClass, ...], widths: scale.Widths, largest: float, *, bands: bool
) -> dict[str, Any]:
    """Draw each class of the legend as wide as the middle of its shares, the highest as the largest."""
    ends = [*(c.low for c in classes[1:]), max(largest, classes[-1].low)]
    samples = [
        {"colour": c.colour, "label": c.label, "width": widths.of((c.low + end) / 2)}
        for c, end in zip(classes[::-1], ends[::-1], strict=True)
    ]
    return {"classes": samples, "bands": bands}


def ranking_table(
    ranking: Ranking, drawn: Sequence[RankedCorridor], classes: tuple[palette.ShareClass, ...]
) -> Table:
    """Describe the table of a ranking."""
    share = text.percent(sum(c.posterior_share for c in drawn))
    return Table(
        _in_language(_COLUMNS),
        _rows(payload.names_of(ranking), drawn, classes),
        trn("Top {n} corridor", "Top {n} corridors", len(drawn)) if drawn else tr("No corridors to show"),
        trn(
            "They carry {share} of the inflow; {n} corridor was ranked. The band is the 90 % interval, the "
            "mark the share.",
            "They carry {share} of the inflow; {n} corridors were ranked. The band is the 90 % interval, the "
            "mark the share.",
            len(ranking.corridors),
            share=share,
        ),
    )


def _in_language(columns: tuple[tuple[str, str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, tr(head), tr(full)) for key, head, full in columns)


def chokepoints(ranking: Ranking) -> dict[str, Any]:
    """Describe the table of crossings and gates, by the share of the inflow through them."""
    places = (*ranking.crossings, *ranking.gates)
    end = end_of(places)
    classes = palette.share_classes(max((place.posterior_share for place in places), default=0.0))
    groups = [
        {"key": key, "name": name, "rows": [_place_row(place, classes, end) for place in some]}
        for key, name, some in (
            ("crossings", tr("Crossings"), ranking.crossings),
            ("gates", tr("Gates: where the inflow enters"), ranking.gates),
        )
        if some
    ]
    later = any(len(group["rows"]) > PLACES_AT_FIRST for group in groups)
    return {
        "title": tr("Chokepoints"),
        "note": tr(
            "Share of the inflow through each place. The bar is the 90 % interval, its mark the share."
        ),
        "groups": groups,
        "first": PLACES_AT_FIRST,
        "more": tr("Show all {n} places", n=text.decimal(len(places))) if later else "",
    }


def end_of(rows: Sequence[RankedPlace] | Sequence[RankedCorridor]) -> float:
    """Find the share at which the bars of a table end."""
    return max((row.interval_90[1] for row in rows), default=0.0) or 1.0


def _place_row(place: RankedPlace, classes: tuple[palette.ShareClass, ...], end: float) -> dict[str, Any]:
    codes = [text.clean(country) for country in place.countries]
    kind = kind_words(place.kind)
    return {
        "id": place.id,
        "name": text.clean(place.name) or text.clean(place.id),
        "what": ", ".join([kind, *map(country_name, codes)]),
        "between": text.EN_DASH.join(codes) or kind,
        "status": place.status,
        "stands": status_word(place.status),
        "tier": place.tier,
        "share": text.percent(place.posterior_share),
        "interval": text.interval_text(*place.interval_90),
        "bar": _bar(place.posterior_share, place.interval_90, classes, end),
    }


def moved_table(changes: Sequence[CorridorChange], names: dict[str, str]) -> Table:
    """Describe the table of a displacement."""
    title = (
        trn("{n} corridor, before and after", "{n} corridors, before and after", len(changes))
        if changes
        else tr("No corridors to show")
    )
    return Table(
        _in_language(_MOVED_COLUMNS),
        rows(changes, names),
        title,
        tr("Those with the largest share on either side. Changes in percentage points of the whole inflow."),
    )


def _rows(
    names: dict[str, str], drawn: Sequence[RankedCorridor], classes: tuple[palette.ShareClass, ...]
) -> list[dict[str, Any]]:
    end = end_of(drawn)
    return [
        {
            "rank": c.rank,
            "title": payload.title(c, names),
            "via": payload.via(c, names),
            "cells": [
                {"text": f"{c.tier}"},
                {"text": text.percent(c.posterior_share), "kind": "share"},
                {
                    "text": text.interval_text(*c.interval_90),
                    "kind": "interval",
                    "bar": _bar(c.posterior_share, c.interval_90, classes, end),
                },
                {"text": text.learnt(c.grounds.learnt)},
            ],
        }
        for c in drawn
    ]


def _bar(
    share: float, interval_90: tuple[float, float], classes: tuple[palette.ShareClass, ...], end: float
) -> dict[str, Any]:
    low, high = interval_90
    return {
        "colour": palette.class_of(share, classes).colour,
        "low": round(_BAR * low / end, 1),
        "length": round(_BAR * (high - low) / end, 1),
        "point": round(_BAR * share / end, 1),
    }


def _provenance_line(provenance: dict[str, Any]) -> str:
    """Say what made the map, from what.

    Examples
    --------
    >>> _provenance_line({"package_version": "1.0", "inputs": {"a.csv": "00"}, "seed": 7})
    'routes 1.0, inputs 9d3dd700e6a0, seed 7'
    """
    parts = [f"routes {text.clean(provenance.get('package_version')) or __version__}"]
    if provenance.get("inputs"):
        written = json.dumps(provenance["inputs"], sort_keys=True, default=str)
        parts.append(tr("inputs {digest}", digest=hashlib.sha256(written.encode()).hexdigest()[:12]))
    if text.clean(provenance.get("seed")):
        parts.append(tr("seed {number}", number=text.clean(provenance["seed"])))
    return f"{question_of(provenance)} {', '.join(parts)}".strip()

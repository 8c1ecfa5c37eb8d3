"""Backtest, calibration and sensitivity as blocks for a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from routes.evidence.inspections import about_log
from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.documents.trust_document import event_rows, verdicts
from routes.outputs.language import Language, message, spoken, tr, trn
from routes.outputs.language import figures as in_figures
from routes.outputs.placenames import called, country_name, town_name
from routes.outputs.terminal.comparison_tables import counted_rows
from routes.outputs.text import between, date, decimal, interval_text, percent, set_percent
from routes.trust.apart import WITHIN_DAYS, WITHIN_KM
from routes.trust.backtest import differences, summary
from routes.trust.fields import BASELINES, RANKING, STAND
from routes.trust.measures import HOT_SHARE, HOTTEST_SHARE, TOP, TOP_CELLS, reliability
from routes.trust.sensitivity import LEAST_CLOSED, MOST_CLOSED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from routes.outputs.documents.text_blocks import Block, Column
    from routes.trust.backtest import Backtest
    from routes.trust.calibration import Calibration
    from routes.trust.sensitivity import Sensitivity


_CROSSING, _GATE, _CELLS = (
    f"crossing_hit_rate_top_{TOP}",
    f"gate_hit_rate_top_{TOP}",
    f"cell_hit_rate_top_{TOP_CELLS}",
)
_METRICS = {
    "log_density_per_km": (message("log density"), 0),
    _CROSSING: (message("crossing, first {n}"), TOP),
    _GATE: (message("gate, first {n}"), TOP),
    _CELLS: (message("cells, first {n}"), TOP_CELLS),
    "predictive_accuracy_index": (message("PAI"), 0),
    "predictive_accuracy_index_1_percent": (message("PAI at 1 %"), 0),
    "brier": (message("Brier"), 0),
}
_DIGITS = {"predictive_accuracy_index": 1, "predictive_accuracy_index_1_percent": 1, "brier": 3}
_SCORES = (
    ("log_density_per_km", _CROSSING, _GATE, _CELLS),
    ("predictive_accuracy_index", "predictive_accuracy_index_1_percent", "brier"),
)
_LEADS = (
    ("log_density_per_km", _CROSSING, _GATE),
    (_CELLS, "predictive_accuracy_index", "predictive_accuracy_index_1_percent", "brier"),
)
_PLACE = 12  # letters of a place in the table of events; the other formats have it whole
_SHORT = {
    RANKING: message("ranking"),
    STAND: message("stand"),
    **dict(
        zip(
            BASELINES,
            (message("even"), message("least"), message("count"), message("kernel"), message("along")),
            strict=True,
        )
    ),
}


def backtest_blocks(found: Backtest, left_out: Backtest | None) -> tuple[Block, ...]:
    """Backtest as tables and words; `left_out` is that of leaving one year out."""
    models = summary(found)
    hits = models[RANKING][_CROSSING]["events"]
    hot, hottest = set_percent(HOT_SHARE), set_percent(HOTTEST_SHARE)
    reading = (
        trn(
            "{n} event foretold from the events before it.",
            "{n} events foretold from the events before them.",
            len(found.events),
        ),
        trn(
            "90 %: bootstrap intervals over events. Hit rates rest on {n} event at crossings: read them with "
            "care; those of cells are the part of all events in the likeliest {cells} cells of 25 km.",
            "90 %: bootstrap intervals over events. Hit rates rest on {n} events at crossings: read them "
            "with care; those of cells are the part of all events in the likeliest {cells} cells of 25 km.",
            hits,
            cells=TOP_CELLS,
        ),
        tr(
            "PAI: share of events on the hottest {hot} of the roads over {hot}, and the same with {hottest}. "
            "{merged} more were of a place and day that counts already, {dropped} within {days} days and "
            "{km} km of one that was fitted on: these are left out.",
            hot=hot,
            hottest=hottest,
            merged=len(found.merged),
            dropped=len(found.dropped),
            days=WITHIN_DAYS,
            km=f"{WITHIN_KM:g}",
        ),
    )
    bins = reliability(found.scores[RANKING])
    reliable = table_of(
        figures(tr("forecast"), (interval_text(row["from"], row["until"]) for row in bins)),
        figures(tr("chances"), (decimal(row["forecasts"]) for row in bins)),
        figures(tr("mean forecast"), (percent(row["mean_forecast"]) for row in bins)),
        figures(tr("observed"), (percent(row["observed"]) for row in bins)),
    )
    chances = tr("Reliability: chances that an event falls nearest to a given gate, crossing or area.")
    leads = (
        tr("The ranking less each baseline, over the same events; for Brier below nought is better."),
        differences(found),
    )
    return (
        *(_scores_table(tr("forecast by"), models, metrics) for metrics in _SCORES),
        *paragraphs(" ".join(reading), *verdicts(found), *_left_out_words(left_out), leads[0]),
        *(_scores_table(tr("ranking less"), leads[1], metrics) for metrics in _LEADS),
        reliable,
        *paragraphs(chances),
    )


def _left_out_words(left_out: Backtest | None) -> tuple[str, ...]:
    if left_out is None:
        return ()
    models = summary(left_out)
    best = max(BASELINES, key=lambda name: models[name]["log_density_per_km"]["value"])
    gain = models[best]["ranking_is_better_by"]
    low, high = gain["interval_90"] or (0.0, 0.0)
    bounds = f" (90 %: {between(low, high, 2)})" if gain["interval_90"] else ""
    said = trn(
        "Each year foretold from all others, the later ones too: {n} event, log density {density}, above the "
        "best baseline ({best}) by {gain}; PAI {own} against {other}.",
        "Each year foretold from all others, the later ones too: {n} events, log density {density}, above "
        "the best baseline ({best}) by {gain}; PAI {own} against {other}.",
        len(left_out.events),
        density=decimal(models[RANKING]["log_density_per_km"]["value"], 2),
        best=tr(best),
        gain=f"{decimal(gain['value'], 2)}{bounds}",
        own=decimal(models[RANKING]["predictive_accuracy_index"]["value"], 1),
        other=decimal(models[best]["predictive_accuracy_index"]["value"], 1),
    )
    return (said,)


def _scores_table(
    head: str, models: Mapping[str, Mapping[str, dict[str, Any]]], metrics: Sequence[str]
) -> Block:
    return table_of(
        words(head, (line for name in models for line in (tr(name), "  90 %"))),
        *(
            _metric(_metric_head(metric), [models[name][metric] for name in models], _DIGITS.get(metric, 2))
            for metric in metrics
        ),
    )


def _metric_head(metric: str) -> str:
    head, first = _METRICS[metric]
    return tr(head, n=first) if first else tr(head)


def event_score_blocks(found: Backtest, seizures: pd.DataFrame) -> tuple[Block, ...]:
    """Each event with its log density under each forecast, the worst foretold first."""
    rows = event_rows(found, seizures)
    table = table_of(
        words(tr("date"), (date(row["date"], "") for row in rows)),
        words(
            tr("place"),
            (
                f"{town_name((row['place'] or '-').partition(',')[0])[:_PLACE]} {row['country']}"
                for row in rows
            ),
        ),
        *(
            figures(
                tr(_SHORT[name]),
                (decimal(row["scores"][name]["log_density_per_km"] or 0.0, 1) for row in rows),
            )
            for name in found.scores
        ),
    )
    note = tr(
        "Log density per km of road of each event under each forecast, higher is better: {forecasts}. "
        "--format csv has every score.",
        forecasts="; ".join(map(tr, (RANKING, STAND, *BASELINES))),
    )
    return (table, *paragraphs(note))


def _metric(head: str, scores: Sequence[dict[str, Any]], digits: int) -> Column:
    """Write each score, and under it its interval."""
    cells = []
    for score in scores:
        cells.append("-" if score["value"] is None else decimal(score["value"], digits))
        bounds = score["interval_90"]
        cells.append("" if bounds is None else between(bounds[0], bounds[1], digits))
    return figures(head, cells)


def calibration_blocks(found: Calibration) -> tuple[Block, ...]:
    """Calibration as a table: every setting tried, best first."""
    tried = sorted(found.tried, key=lambda row: -row[1])
    settings = [setting for setting, _, _ in tried]
    table = table_of(
        *(figures(name.replace("_", " "), (f"{each[name]:g}" for each in settings)) for name in found.best),
        figures("score", (decimal(score, 3) for _, score, _ in tried)),
        figures("below the best", (decimal(loss, 3) for _, _, loss in tried)),
        words("", ("chosen" if s == found.chosen else "best" if s == found.best else "" for s in settings)),
    )
    note = (
        "score: mean log density per km of road of events that were held out. "
        "Chosen: as near to what was believed before as one standard error of the difference to the best "
        f"({decimal(found.error, 3)}) allows."
    )
    return (table, *paragraphs(note))


def log_known_words(effort: pd.DataFrame, rows: Sequence[int]) -> str:
    """Say which rows of a log forecasts of past years were fitted on."""
    known = about_log("", effort.iloc[list(rows)])
    return trn(
        "Of a log of inspections, each year is foretold with the rows that ended before it: of {n} row, "
        "forecasts were fitted on {known}.",
        "Of a log of inspections, each year is foretold with the rows that ended before it: of {n} rows, "
        "forecasts were fitted on {known}.",
        len(effort),
        known=counted_rows(known),
    )


def sensitivity_blocks(found: Sensitivity) -> tuple[Block, ...]:
    """Sensitivity as tables: corridors, crossings, and how far each assumption moves all corridors."""
    moved = sorted(
        (
            (name, sum(abs(shares[c] - found.base[c]) for c in found.base))
            for name, shares in found.changed.items()
        ),
        key=lambda row: -row[1],
    )
    third = table_of(
        words(tr("assumption"), (_assumption(name) for name, _ in moved)),
        figures(tr("points"), (decimal(100 * moves, 1) for _, moves in moved)),
    )
    reading = tr(
        "closed at {least}, at {most}: share if a closed crossing costs so many km-equivalents. No figure is "
        "known, and the answer for a day on which crossings are shut hangs on it. moves to: share under the "
        "assumption that moves it most.",
        least=decimal(LEAST_CLOSED),
        most=decimal(MOST_CLOSED),
    )
    note = tr("points: how many percentage points of share each assumption moves among these corridors.")
    return (
        _moved(tr("corridor"), found, found.base),
        _moved(tr("crossing"), found, found.crossings),
        *paragraphs(reading),
        third,
        *paragraphs(note),
    )


def _moved(head: str, found: Sensitivity, base: Mapping[str, float]) -> Block:
    ends = [found.closed_ends(name) for name in base]
    strongest = [found.strongest(name) for name in base]
    return table_of(
        words(head, map(called, base)),
        figures(tr("share"), map(percent, base.values())),
        figures(tr("closed at {cost}", cost=decimal(LEAST_CLOSED)), (percent(low) for low, _ in ends)),
        figures(tr("at {cost}", cost=decimal(MOST_CLOSED)), (percent(high) for _, high in ends)),
        figures(tr("moves to"), (percent(changed) for _, changed in strongest)),
        words(tr("most moved by"), (_assumption(name) for name, _ in strongest)),
    )


_ASSUMPTIONS = (
    message("route-choice scale x 0.75"),
    message("route-choice scale x 1.2"),
    message("crossing penalties x 0.5"),
    message("crossing penalties x 2"),
    message("tracks and gravel as paved"),
    message("evidence half as free"),
    message("evidence freer by half"),
    message("seizures weighted by log kg"),
    message("old seizures count less (5 years)"),
    message("every substance certain"),
)
"""Assumptions that are changed alike everywhere, for the catalogue."""
_OF_PLACES = (
    (re.compile(r"closed crossings cost (?P<cost>[\d,]+)"), message("closed crossings cost {cost}")),
    (re.compile(r"detection in (?P<country>[A-Z]{3}) x 2"), message("detection in {country} x 2")),
    (
        re.compile(r"weight of gate (?P<place>\S+) (?P<times>[x/] 2)"),
        message("weight of gate {place} {times}"),
    ),
    (
        re.compile(r"weight of area (?P<place>\S+) (?P<times>[x/] 2)"),
        message("weight of area {place} {times}"),
    ),
)


def _assumption(name: str) -> str:
    """Say an assumption; in English as its key stands in the other formats.

    Examples
    --------
    >>> _assumption("weight of gate karachi x 2"), _assumption("crossing penalties x 2")
    ('weight of gate karachi x 2', 'crossing penalties x 2')
    """
    if spoken() is Language.en:
        return name
    for pattern, template in _OF_PLACES:
        if found := pattern.fullmatch(name):
            parts = {key: called(part) for key, part in found.groupdict().items()}
            if "country" in parts:
                parts["country"] = country_name(parts["country"])
            if "cost" in parts:
                parts["cost"] = in_figures(parts["cost"])
            return tr(template, **parts)
    return tr(name)

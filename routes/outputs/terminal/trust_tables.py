"""Backtest, calibration, explanation and comparison as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.evidence.inspections import about_log
from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.documents.trust_document import event_rows, likelihood_of, verdicts
from routes.outputs.icd203 import CONFIDENCE_NOTE, FEW_EVENTS, LIKELIHOOD_NOTE, confidence, likelihood
from routes.outputs.terminal.ranking_tables import way
from routes.outputs.text import (
    between,
    capital,
    decimal,
    interval_text,
    percent,
    points,
    probability,
    set_percent,
)
from routes.trust.apart import WITHIN_DAYS, WITHIN_KM
from routes.trust.backtest import differences, summary
from routes.trust.comparison import BY_CHANCE, NIL
from routes.trust.fields import BASELINES, RANKING, STAND
from routes.trust.measures import HOT_SHARE, HOTTEST_SHARE, TOP, TOP_CELLS, reliability
from routes.trust.sensitivity import LEAST_CLOSED, MOST_CLOSED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from routes.outputs.documents.text_blocks import Block, Column
    from routes.trust.backtest import Backtest
    from routes.trust.calibration import Calibration
    from routes.trust.comparison import Change, LogRows
    from routes.trust.explanation import Explanation
    from routes.trust.sensitivity import Sensitivity


_CROSSING, _GATE, _CELLS = (
    f"crossing_hit_rate_top_{TOP}",
    f"gate_hit_rate_top_{TOP}",
    f"cell_hit_rate_top_{TOP_CELLS}",
)
_METRICS = {
    "log_density_per_km": "log density",
    _CROSSING: f"crossing, first {TOP}",
    _GATE: f"gate, first {TOP}",
    _CELLS: f"cells, first {TOP_CELLS}",
    "predictive_accuracy_index": "PAI",
    "predictive_accuracy_index_1_percent": "PAI at 1 %",
    "brier": "Brier",
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
    RANKING: "ranking",
    STAND: "stand",
    **dict(zip(BASELINES, ("even", "least", "count", "kernel", "along"), strict=True)),
}


def backtest_blocks(found: Backtest, left_out: Backtest | None) -> tuple[Block, ...]:
    """Backtest as tables and words; `left_out` is that of leaving one year out."""
    models = summary(found)
    hits = models[RANKING][_CROSSING]["events"]
    hot, hottest = set_percent(HOT_SHARE), set_percent(HOTTEST_SHARE)
    reading = (
        f"{len(found.events)} events foretold from the events before them. 90 %: bootstrap "
        f"intervals over events. Hit rates rest on {hits} events at crossings: read them with care; those of "
        f"cells are the part of all events in the likeliest {TOP_CELLS} cells of 25 km. "
        f"PAI: share of events on the hottest {hot} of the roads over {hot}, and the same with {hottest}. "
        f"{len(found.merged)} more were of a place and day that counts already, {len(found.dropped)} within "
        f"{WITHIN_DAYS} days and {WITHIN_KM:g} km of one that was fitted on: these are left out."
    )
    bins = reliability(found.scores[RANKING])
    reliable = table_of(
        figures("forecast", (interval_text(row["from"], row["until"]) for row in bins)),
        figures("chances", (f"{row['forecasts']:,}" for row in bins)),
        figures("mean forecast", (percent(row["mean_forecast"]) for row in bins)),
        figures("observed", (percent(row["observed"]) for row in bins)),
    )
    chances = "Reliability: chances that an event falls nearest to a given gate, crossing or area."
    leads = (
        "The ranking less each baseline, over the same events; for Brier below nought is better.",
        differences(found),
    )
    return (
        *(_scores_table("forecast by", models, metrics) for metrics in _SCORES),
        *paragraphs(reading, *verdicts(found), *_left_out_words(left_out), leads[0]),
        *(_scores_table("ranking less", leads[1], metrics) for metrics in _LEADS),
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
    said = (
        f"Each year foretold from all others, the later ones too: {len(left_out.events)} events, log density "
        f"{decimal(models[RANKING]['log_density_per_km']['value'], 2)}, above the best baseline ({best}) by "
        f"{decimal(gain['value'], 2)}{bounds}; PAI "
        f"{decimal(models[RANKING]['predictive_accuracy_index']['value'], 1)} against "
        f"{decimal(models[best]['predictive_accuracy_index']['value'], 1)}."
    )
    return (said,)


def _scores_table(
    head: str, models: Mapping[str, Mapping[str, dict[str, Any]]], metrics: Sequence[str]
) -> Block:
    return table_of(
        words(head, (line for name in models for line in (name, "  90 %"))),
        *(
            _metric(_METRICS[metric], [models[name][metric] for name in models], _DIGITS.get(metric, 2))
            for metric in metrics
        ),
    )


def event_score_blocks(found: Backtest, seizures: pd.DataFrame) -> tuple[Block, ...]:
    """Each event with its log density under each forecast, the worst foretold first."""
    rows = event_rows(found, seizures)
    table = table_of(
        words("date", (row["date"] for row in rows)),
        words(
            "place", (f"{(row['place'] or '-').partition(',')[0][:_PLACE]} {row['country']}" for row in rows)
        ),
        *(
            figures(
                _SHORT[name], (decimal(row["scores"][name]["log_density_per_km"] or 0.0, 1) for row in rows)
            )
            for name in found.scores
        ),
    )
    note = (
        "Log density per km of road of each event under each forecast, higher is better: ranking; where to "
        f"stand; {'; '.join(BASELINES)}. --format csv has every score."
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


def explanation_blocks(
    found: Explanation, seizures: pd.DataFrame, top: int, product: str
) -> tuple[Block, ...]:
    """Explanation in words, with the seizures for and against it in a table; `product` of the region."""
    by_event = seizures.drop_duplicates("event_id").set_index("event_id")
    listed = found.influences[:top]
    records: list[Any] = [by_event.loc[x.event_id] for x in listed]
    table = table_of(
        figures("adds, points", (points(x.change) for x in listed)),
        words("date", (record["date"] for record in records)),
        words("place", (f"{record['place'] or '-'} ({record['country']})" for record in records)),
        words("substance", (record["substance"] for record in records)),
        words("grade", (record["source_grade"] or "-" for record in records)),
        figures("record holds", (probability(x.truth) for x in listed)),
    )
    kind = found.kind.replace("_", " ")
    if found.why_nil:
        return paragraphs(
            f"{way(found.target)}: no listed corridor passes this {kind}, so its share is nil: "
            f"{found.why_nil}"
        )
    level = confidence(found.grounds)
    where = (
        f"{way(found.target)}: {kind} {found.rank} of {found.ranked}, tier {found.tier}, with "
        f"{percent(found.posterior_share)} of the inflow (90 %: {interval_text(*found.interval_90)}); "
        f"the prior, without seizures, gave {percent(found.prior_share)}."
    )
    sure = (
        f"That it is among the first ten: {likelihood(found.top_10_probability)} "
        f"({probability(found.top_10_probability)}). That it is the first: "
        f"{likelihood(found.first_probability)} ({probability(found.first_probability)}). "
        f"{capital(str(level))}."
    )
    reading = (
        "adds: percentage points of share by which the event speaks for it or, below nought, against it. "
        f"record holds: chance that it is a seizure on its way to {product}, made where it says."
    )
    notes = (
        reading,
        _what_would_change(found, by_event),
        f"{LIKELIHOOD_NOTE} {CONFIDENCE_NOTE} A seizure shows policing as much as traffic.",
    )
    if not listed:
        return paragraphs(where, sure, *notes[1:])
    return (*paragraphs(where, sure), table, *paragraphs(*notes))


def _what_would_change(found: Explanation, by_event: pd.DataFrame) -> str:
    strongest = max(found.influences, key=lambda x: x.change, default=None)
    if strongest is None or strongest.change <= 0:
        return "No seizure speaks for it: its rank is the prior's."
    record = by_event.loc[strongest.event_id]
    seizure = f"the seizure at {record['place'] or record['country']} ({record['date']})"
    without, another = found.rank_without_strongest, found.rank_with_another
    if without is None and another is None:
        return (
            f"No single seizure would change its rank: neither the loss of {seizure}, which speaks most for "
            "it, nor a second one like it."
        )
    changes = []
    if without is not None:
        changes.append(f"without {seizure} it would stand at {without}")
    if another is not None:
        what = "a second one like it" if changes else f"a second one like {seizure}"
        changes.append(f"with {what} at {another}" if changes else f"with {what} it would stand at {another}")
    return f"What would change its rank: {', '.join(changes)}."


def comparison_blocks(
    changes: Sequence[Change], provenance: Sequence[dict[str, Any]], top: int, log: LogRows | None = None
) -> tuple[Block, ...]:
    """Comparison as tables of corridors and of crossings and gates."""
    sides = "; ".join(
        f"{name}: {side['events']} located events, {side['period']['since']} to {side['period']['until']}"
        for name, side in zip(("Before", "after"), provenance, strict=True)
    )
    few = [
        name
        for name, side in zip(("before", "after"), provenance, strict=True)
        if side["events"] < FEW_EVENTS and not side.get("inspections", {}).get("rows")
    ]
    warning = (
        f"Fewer than {FEW_EVENTS} located events {' and '.join(few)}: that side is the prior and nothing "
        "else."
        if few
        else ""
    )
    reading = (
        "by status: percentage points that crossings opened or closed made, at unchanged evidence; by "
        "seizures: points that the seizures made, at unchanged crossings. likelihood: that the seizures' "
        f"part has this sign. It is told where that part is {points(NIL).lstrip('+')} points or more and "
        "where seizures dealt out at random to the two sides move no row as far in "
        f"{100 - 100 * BY_CHANCE:.0f} of 100 cases, since many rows are looked at; else: not told."
    )
    corridors = [change for change in changes if change.kind == "corridor"][:top]
    places = [change for change in changes if change.kind in _PLACES][:top]
    told = LIKELIHOOD_NOTE if any(change.told for change in (*corridors, *places)) else ""
    return (
        *paragraphs(f"{sides}.", _log_rows_words(log, provenance), warning),
        _changed("corridor", corridors),
        _changed("gate, crossing or area", places),
        *paragraphs(reading, told),
    )


def _log_rows_words(log: LogRows | None, provenance: Sequence[dict[str, Any]]) -> str:
    if log is None:
        return ""
    counted = [side.get("inspections", {"rows": 0, "inspected": 0, "found": 0}) for side in provenance]
    sides = "; ".join(
        f"{name} {_counted(side)}" for name, side in zip(("before", "after"), counted, strict=True)
    )
    both = f" {log.both} of them on both sides, whose times overlap." if log.both else ""
    left = f" {log.neither} with a day outside of either time: on no side." if log.neither else ""
    return (
        f"Rows of the log of inspections count with the seizures of the time that their days lie in: {sides}."
        f"{both}{left}"
    )


def _counted(log: Mapping[str, Any]) -> str:
    return f"{log['rows']} ({log['inspected']:,} inspected, {log['found']:,} found)"


def log_known_words(effort: pd.DataFrame, rows: Sequence[int]) -> str:
    """Say which rows of a log forecasts of past years were fitted on."""
    known = about_log("", effort.iloc[list(rows)])
    return (
        "Of a log of inspections, each year is foretold with the rows that ended before it: of "
        f"{len(effort)} rows, forecasts were fitted on {_counted(known)}."
    )


_PLACES = ("gate", "crossing", "processing_area")


def _changed(head: str, rows: Sequence[Change]) -> Block:
    return table_of(
        words(head, (way(row.id) for row in rows)),
        figures("before", (percent(row.before) for row in rows)),
        figures("after", (percent(row.after) for row in rows)),
        figures("by status", (points(row.by_status) for row in rows)),
        figures("by seizures", (points(row.by_seizures) for row in rows)),
        words("likelihood", map(_direction, rows)),
    )


def _direction(change: Change) -> str:
    likely = likelihood_of(change)
    if likely is None:
        return "not told"
    return f"{'rose' if change.by_seizures >= 0 else 'fell'}: {likely}"


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
        words("assumption", (name for name, _ in moved)),
        figures("points", (decimal(100 * moves, 1) for _, moves in moved)),
    )
    reading = (
        f"closed at {LEAST_CLOSED:,.0f}, at {MOST_CLOSED:,.0f}: share if a closed crossing costs so many "
        "km-equivalents. No figure is known, and the answer for a day on which crossings are shut hangs on "
        "it. moves to: share under the assumption that moves it most."
    )
    note = "points: how many percentage points of share each assumption moves among these corridors."
    return (
        _moved("corridor", found, found.base),
        _moved("crossing", found, found.crossings),
        *paragraphs(reading),
        third,
        *paragraphs(note),
    )


def _moved(head: str, found: Sensitivity, base: Mapping[str, float]) -> Block:
    ends = [found.closed_ends(name) for name in base]
    strongest = [found.strongest(name) for name in base]
    return table_of(
        words(head, map(way, base)),
        figures("share", map(percent, base.values())),
        figures(f"closed at {LEAST_CLOSED:,.0f}", (percent(low) for low, _ in ends)),
        figures(f"at {MOST_CLOSED:,.0f}", (percent(high) for _, high in ends)),
        figures("moves to", (percent(changed) for _, changed in strongest)),
        words("most moved by", (name for name, _ in strongest)),
    )

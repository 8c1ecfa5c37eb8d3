"""Backtest, calibration, explanation and comparison in words and tables, and as JSON-ready documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs.documents.trust_document import speaking_events, verdicts
from routes.outputs.icd203 import CONFIDENCE_NOTE, LIKELIHOOD_NOTE, confidence, likelihood
from routes.outputs.terminal.ranking_tables import plain_table
from routes.outputs.text import decimal, interval_text, percent, points, probability, set_percent
from routes.trust.backtest import HOT_SHARE, RANKING, TOP, reliability, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routes.trust.backtest import Backtest
    from routes.trust.calibration import Calibration
    from routes.trust.comparison import Change
    from routes.trust.explanation import Explanation
    from routes.trust.sensitivity import Sensitivity

_FEW = 10  # forecasts of one event kind below which a rate says little


def backtest_text(found: Backtest) -> str:
    """Backtest as tables and words for a terminal of 80 columns."""
    models = summary(found)
    metrics = (
        "log_density_per_km",
        f"crossing_hit_rate_top_{TOP}",
        f"gate_hit_rate_top_{TOP}",
        "predictive_accuracy_index",
        "brier",
    )
    heads = ("", "log density", f"crossing@{TOP}", f"gate@{TOP}", "PAI", "Brier")
    rows = []
    for name, scores in models.items():
        rows.append((name, *(_value(scores[m]) for m in metrics)))
        rows.append(("", *(_bounds(scores[m]) for m in metrics)))
    bins = [
        (
            interval_text(r["from"], r["until"]),
            f"{r['forecasts']:,}",
            percent(r["mean_forecast"]),
            percent(r["observed"]),
        )
        for r in reliability(found.scores[RANKING])
    ]
    hits = models[RANKING][f"crossing_hit_rate_top_{TOP}"]["events"]
    hot = set_percent(HOT_SHARE)
    reading = (
        f"{len(found.events)} events foretold from the events before them. Second lines: 90 % bootstrap "
        f"intervals over events. Hit rates rest on {hits} events at crossings: read them with care. "
        f"PAI: share of events on the hottest {hot} of the roads over {hot}."
    )
    notes = [reading, *verdicts(found)]
    return (
        plain_table(heads, rows, notes=notes)
        + "\n"
        + plain_table(
            ("forecast", "cells", "mean forecast", "observed"),
            bins,
            notes=["Reliability: chances that an event falls nearest to a given gate, crossing or area."],
        )
    )


def _value(metric: dict[str, Any]) -> str:
    return "-" if metric["value"] is None else decimal(metric["value"], 2)


def _bounds(metric: dict[str, Any]) -> str:
    if metric["value"] is None:
        return ""
    low, high = metric["interval_90"]
    return f"{decimal(low, 2)} to {decimal(high, 2)}"


def calibration_text(found: Calibration) -> str:
    """Calibration as a table: every setting tried, best first."""
    names = list(found.best)
    heads = (*(n.replace("_", " ") for n in names), "score", "loss", "")
    order = sorted(found.tried, key=lambda row: -row[1])
    rows = [
        (
            *(f"{s[n]:g}" for n in names),
            f"{score:.3f}",
            f"{loss:.3f}",
            "chosen" if s == found.chosen else "best" if s == found.best else "",
        )
        for s, score, loss in order
    ]
    note = (
        "score: mean log density per km of road of events that were held out; loss: below the best. "
        "Chosen: as near to what was believed before as one standard error of the best score "
        f"({found.error:.3f}) allows."
    )
    return plain_table(heads, rows, notes=[note])


def explanation_text(found: Explanation, seizures: pd.DataFrame, top: int, product: str) -> str:
    """Explanation in words, with the seizures for and against it in a table; `product` of the region."""
    by_event = seizures.drop_duplicates("event_id").set_index("event_id")
    rows: list[tuple[str, ...]] = []
    for x in found.influences[:top]:
        record: Any = by_event.loc[x.event_id]
        rows.append(
            (
                points(x.change),
                record["date"],
                f"{record['place'] or '-'} ({record['country']})",
                record["substance"],
                record["source_grade"] or "-",
                probability(x.truth),
            )
        )
    kind = found.kind.replace("_", " ")
    level = confidence(found.posterior_share, found.interval_90, speaking_events(found))
    where = (
        f"{found.target.replace('>', ' > ')}: {kind} {found.rank} of {found.ranked}, with "
        f"{percent(found.posterior_share)} of the inflow (90 %: {interval_text(*found.interval_90)}); "
        f"the prior, without seizures, gave {percent(found.prior_share)}."
    )
    sure = (
        f"That it is among the first ten: {likelihood(found.top_10_probability)} "
        f"({probability(found.top_10_probability)}). That it is the first: "
        f"{likelihood(found.first_probability)} ({probability(found.first_probability)}). "
        f"{str(level).capitalize()}."
    )
    heads = ("points", "date", "place", "substance", "grade", "true")
    reading = (
        "points: percentage points of share that the event adds (speaks for it) or takes (against it). "
        f"true: chance that the record is a seizure on its way to {product}, made where it says."
    )
    notes = [
        reading,
        _what_would_change(found, by_event),
        f"{LIKELIHOOD_NOTE} {CONFIDENCE_NOTE}",
        "A seizure shows policing as much as traffic.",
    ]
    return plain_table(heads, rows, opening=[where, sure], notes=notes)


def _what_would_change(found: Explanation, by_event: pd.DataFrame) -> str:
    strongest = max(found.influences, key=lambda x: x.change, default=None)
    if strongest is None or found.rank_without_strongest is None or found.rank_with_another is None:
        return "No seizure speaks for it: its rank is the prior's."
    record = by_event.loc[strongest.event_id]
    where = f"{record['place'] or record['country']} ({record['date']})"
    return (
        f"What would change its rank: without the seizure at {where} it would stand at "
        f"{found.rank_without_strongest}, with a second one like it at {found.rank_with_another}."
    )


def comparison_text(changes: Sequence[Change], provenance: Sequence[dict[str, Any]], top: int) -> str:
    """Comparison as tables of corridors and of crossings and gates."""
    opening = [
        "; ".join(
            f"{name}: {side['events']} located events, {side['period']['since']} to {side['period']['until']}"
            for name, side in zip(("Before", "after"), provenance, strict=True)
        )
        + "."
    ]
    tables = []
    for heading, kinds in (
        ("corridor", ("corridor",)),
        ("gate, crossing or area", ("gate", "crossing", "processing_area")),
    ):
        rows = [
            (
                c.id.replace(">", " > "),
                percent(c.before),
                percent(c.after),
                points(c.change),
                _direction(c),
            )
            for c in changes
            if c.kind in kinds
        ][:top]
        tables.append(plain_table((heading, "before", "after", "points", "really"), rows, opening=opening))
        opening = []
    few = [name for name, side in zip(("before", "after"), provenance, strict=True) if side["events"] < _FEW]
    warning = f"Few located events {' and '.join(few)}: most changes are the prior's." if few else ""
    closing = plain_table((), (), notes=[n for n in (warning, LIKELIHOOD_NOTE) if n])
    return "\n".join([*tables, closing])


def _direction(change: Change) -> str:
    rose = change.change >= 0
    chance = change.rise_probability if rose else 1 - change.rise_probability
    return f"{'rose' if rose else 'fell'}: {likelihood(chance)}"


def sensitivity_text(found: Sensitivity) -> str:
    """Sensitivity as two tables: the strongest assumption of each corridor, and how far each moves all."""
    rows = []
    for corridor, share in found.base.items():
        name, changed = found.strongest(corridor)
        rows.append((corridor.replace(">", " > "), percent(share), percent(changed), name))
    moved = sorted(
        (
            (name, sum(abs(shares[c] - found.base[c]) for c in found.base))
            for name, shares in found.changed.items()
        ),
        key=lambda row: -row[1],
    )
    first = plain_table(("corridor", "share", "moves to", "most moved by"), rows)
    notes = ["points: how many percentage points of share each assumption moves among these corridors."]
    second = plain_table(("assumption", "points"), [(n, decimal(100 * m, 1)) for n, m in moved], notes=notes)
    return f"{first}\n{second}"

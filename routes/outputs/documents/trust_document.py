"""Backtest, calibration, explanation, comparison and sensitivity as JSON-ready documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs.icd203 import confidence, likelihood
from routes.outputs.schemas import stamped
from routes.outputs.text import signed
from routes.trust.backtest import BASELINES, RANKING, has_skill, reliability, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routes.trust.backtest import Backtest
    from routes.trust.calibration import Calibration
    from routes.trust.comparison import Change
    from routes.trust.explanation import Explanation
    from routes.trust.sensitivity import Sensitivity


_NOTICEABLE = 0.01  # of the share; what an event adds below this is no speaking for it


def backtest_document(found: Backtest) -> dict[str, Any]:
    """Backtest as a JSON-ready document."""
    return dict(
        **stamped("backtest"),
        events=len(found.events),
        models=summary(found),
        reliability=reliability(found.scores[RANKING]),
        beats_every_baseline=has_skill(found),
        verdicts=verdicts(found),
        origins=[{"forecast_on": d, "fitted_on": a, "foretold": b} for d, a, b in found.origins],
        event_ids=list(found.events),
    )


def verdicts(found: Backtest) -> list[str]:
    """Say of each baseline whether the ranking beats it."""
    models = summary(found)
    verdicts = []
    for name in BASELINES:
        gain = models[name]["ranking_is_better_by"]
        low, high = gain["interval_90"]
        word = "beats" if low > 0 else "does not beat" if high < 0 else "cannot be told from"
        verdicts.append(
            f"The ranking {word} {name}: {signed(gain['value'], 2)} in log density an event "
            f"(90 %: {signed(low, 2)} to {signed(high, 2)})."
        )
    return verdicts


def calibration_document(found: Calibration) -> dict[str, Any]:
    """Calibration as a JSON-ready document."""
    tried = [
        {"settings": s, "score": round(score, 6), "loss": round(loss, 6)} for s, score, loss in found.tried
    ]
    error = round(found.error, 6)
    return dict(
        **stamped("calibration"), tried=tried, best=found.best, chosen=found.chosen, standard_error=error
    )


def explanation_document(found: Explanation, seizures: pd.DataFrame, top: int) -> dict[str, Any]:
    """Explanation as a JSON-ready document."""
    events = {x.event_id for x in found.influences[:top]}
    columns = ["seizure_id", "date", "place", "country", "substance", "source", "source_grade"]
    records: dict[str, Any] = {
        str(event): rows[columns].to_dict("records")
        for event, rows in seizures[seizures["event_id"].isin(events)].groupby("event_id")
    }
    level = confidence(found.posterior_share, found.interval_90, speaking_events(found))
    return dict(
        **stamped("explanation"),
        **as_document(found, records, top),
        likelihood_of_top_10=likelihood(found.top_10_probability),
        confidence={"level": level.level, "reason": level.reason},
    )


def speaking_events(found: Explanation) -> int:
    """Count the events that speak noticeably for what is explained."""
    return sum(x.change > _NOTICEABLE * found.posterior_share for x in found.influences)


def comparison_document(changes: Sequence[Change], provenance: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Comparison as a JSON-ready document."""
    return dict(
        **stamped("comparison"),
        changes=[change_record(change) for change in changes],
        provenance={"before": provenance[0], "after": provenance[1]},
    )


def sensitivity_document(found: Sensitivity) -> dict[str, Any]:
    """Sensitivity as a JSON-ready document."""
    return dict(
        **stamped("sensitivity"),
        corridors=[
            {
                "id": corridor,
                "posterior_share": round(share, 12),
                "most_moved_by": found.strongest(corridor)[0],
                "share_under": {name: round(shares[corridor], 12) for name, shares in found.changed.items()},
            }
            for corridor, share in found.base.items()
        ],
    )


def as_document(found: Explanation, records: dict[str, list[dict[str, Any]]], top: int) -> dict[str, Any]:
    """JSON-ready explanation; `records` are the seizure records of each event."""
    return {
        "target": found.target,
        "kind": found.kind,
        "corridors": found.corridors,
        "rank": found.rank,
        "ranked": found.ranked,
        "prior_share": round(found.prior_share, 12),
        "posterior_share": round(found.posterior_share, 12),
        "interval_90": [round(bound, 12) for bound in found.interval_90],
        "first_probability": round(found.first_probability, 6),
        "top_10_probability": round(found.top_10_probability, 6),
        "rank_without_strongest": found.rank_without_strongest,
        "rank_with_another": found.rank_with_another,
        "seizures": [
            {
                "event_id": x.event_id,
                "speaks": "for" if x.change > 0 else "against",
                "change": round(x.change, 12),
                "share_without": round(x.share_without, 12),
                "weight": round(x.weight, 6),
                "truth": round(x.truth, 6),
                "records": records.get(x.event_id, []),
            }
            for x in found.influences[:top]
        ],
    }


def change_record(change: Change) -> dict[str, Any]:
    """One change, JSON-ready."""
    return {
        "id": change.id,
        "kind": change.kind,
        "before": round(change.before, 12),
        "after": round(change.after, 12),
        "change": round(change.change, 12),
        "interval_90": [round(bound, 12) for bound in change.interval_90],
        "rise_probability": round(change.rise_probability, 6),
    }

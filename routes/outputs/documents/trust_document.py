"""Backtest, calibration, explanation, comparison and sensitivity as documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from routes.outputs.documents.csv_text import csv_text
from routes.outputs.documents.parts import Provenance, RankingMade, RankingProvenance
from routes.outputs.icd203 import Confidence, confidence, likelihood
from routes.outputs.language import message, tr
from routes.outputs.schemas import document
from routes.outputs.text import signed
from routes.results import Chance, Count, Share
from routes.support.described import EXACT, FLAT, Digits, Like, More, Rule, Since
from routes.trust.backtest import differences, has_skill, summary
from routes.trust.comparison import Change, LogRows
from routes.trust.explanation import Explanation, Influence
from routes.trust.fields import BASELINES, RANKING
from routes.trust.measures import METRICS, reliability, values_of

if TYPE_CHECKING:
    import pandas as pd

    from routes.trust.backtest import Backtest
    from routes.trust.calibration import Calibration
    from routes.trust.sensitivity import Sensitivity


Settings = Annotated[dict[str, float], EXACT]
Score = Annotated[float, Digits(6)]


class Metric(TypedDict):
    """One metric of one forecast."""

    value: Annotated[float | None, "Mean over the events; null where it cannot be had."]
    interval_90: Annotated[
        tuple[float, float] | None,
        "Bounds of the 90 % bootstrap interval over events; null likewise, and for one event.",
    ]
    events: Annotated[Count, "Events that it rests on."]


Reliability = TypedDict(
    "Reliability",
    {
        "from": Annotated[Share, "Lower end of the class of forecast chances."],
        "until": Annotated[Share, "Upper end of the class."],
        "forecasts": Annotated[Count, "Forecasts in the class."],
        "mean_forecast": Annotated[Share, "Their mean."],
        "observed": Annotated[Share, "Share of them that came true."],
    },
)


@dataclass(frozen=True, slots=True)
class Origin:
    """A day from which was foretold."""

    forecast_on: Annotated[str, "Day; events before it were fitted on."]
    fitted_on: Annotated[Count, "Events before it."]
    foretold: Annotated[Count, "Events foretold from it."]


class EventScores(TypedDict):
    """One event that was foretold."""

    event_id: Annotated[str, "Its id."]
    date: Annotated[str, "Its date; the last day that it can mean where that is not known."]
    place: Annotated[str, "Where it was made, as reported."]
    country: Annotated[str, "ISO 3166-1 code; empty where the event is not in the file of seizures."]
    scores: Annotated[
        Mapping[str, Mapping[str, float | None]],
        "Forecast -> metric; null where the metric does not ask about such an event.",
    ]


Metrics = Mapping[str, Mapping[str, Annotated[Mapping[str, Any], Like(Metric), More(None)]]]


@document("backtest", "1.2", "backtest --format json")
@dataclass(frozen=True, slots=True)
class BacktestDocument:
    """The ranking, where to stand and five plain forecasts, scored."""

    events: Annotated[Count, "Events that were foretold."]
    models: Annotated[
        Metrics,
        Rule(required=("ranking",)),
        "Model -> metric; the ranking, where to stand, and the baselines.",
    ]
    differences: Annotated[
        Metrics,
        Since("1.2"),
        "Baseline -> metric: score of the ranking less that of the baseline, over the same events.",
    ]
    leave_one_year_out: Annotated[
        Metrics | None,
        Since("1.2"),
        "Model -> metric, each year foretold from all others; null where one file foretells another.",
    ]
    reliability: Annotated[
        Sequence[Annotated[Mapping[str, Any], Like(Reliability)]],
        "Chances that an event falls nearest to a place, in classes, beside how often it did.",
    ]
    beats_every_baseline: Annotated[
        bool, "Whether the interval of its gain in log density lies above zero for each baseline."
    ]
    verdicts: Annotated[list[str], "The ranking against each baseline, in words."]
    origins: Annotated[list[Origin], "The days from which was foretold."]
    event_ids: Annotated[list[str], "Events that were foretold, in order."]
    merged_events: Annotated[
        list[str], Since("1.1"), "Events of the same place and day as another, which counts for them."
    ]
    dropped_events: Annotated[
        list[str], Since("1.1"), "Events within 2 days and 25 km of one that the forecast was fitted on."
    ]
    event_scores: Annotated[
        Sequence[Annotated[Mapping[str, Any], Like(EventScores)]],
        Since("1.2"),
        "Each event with its scores, the one that the ranking foretold worst first.",
    ]
    provenance: Provenance


def backtest_document(
    found: Backtest, left_out: Backtest | None, seizures: pd.DataFrame, provenance: Mapping[str, Any]
) -> BacktestDocument:
    """Backtest as a document; `left_out` is that of leaving one year out, if there is one."""
    return BacktestDocument(
        events=len(found.events),
        models=summary(found),
        differences=differences(found),
        leave_one_year_out=None if left_out is None else summary(left_out),
        reliability=reliability(found.scores[RANKING]),
        beats_every_baseline=has_skill(found),
        verdicts=verdicts(found),
        origins=[Origin(*origin) for origin in found.origins],
        event_ids=list(found.events),
        merged_events=list(found.merged),
        dropped_events=list(found.dropped),
        event_scores=event_rows(found, seizures),
        provenance=provenance,
    )


def event_rows(found: Backtest, seizures: pd.DataFrame) -> list[EventScores]:
    """Each event with its scores under each forecast, worst foretold by the ranking first."""
    about = seizures.drop_duplicates("event_id").set_index("event_id")
    values = {
        name: {metric: values_of(scores, metric) for metric in METRICS}
        for name, scores in found.scores.items()
    }
    rows = []
    for i in found.scores[RANKING].log_density.argsort(kind="stable").tolist():
        known = found.events[i] in about.index
        record = about.loc[found.events[i]] if known else None
        rows.append(
            EventScores(
                event_id=found.events[i],
                date=found.days[i] if record is None else str(record["date"]),
                place="" if record is None else str(record["place"] or ""),
                country="" if record is None else str(record["country"] or ""),
                scores={
                    name: {metric: _rounded(float(each[i])) for metric, each in own.items()}
                    for name, own in values.items()
                },
            )
        )
    return rows


def _rounded(value: float) -> float | None:
    return None if value != value else round(value, 6)  # noqa: PLR0124 - NaN is not itself


def events_csv(found: Backtest, seizures: pd.DataFrame) -> str:
    """Each event and forecast in a row, with every score."""
    rows = [
        {key: row[key] for key in _OF_EVENT} | {"forecast": name} | dict(scores)
        for row in event_rows(found, seizures)
        for name, scores in row["scores"].items()
    ]
    return csv_text(rows, (*_OF_EVENT, "forecast", *METRICS))


_OF_EVENT: tuple[Literal["event_id", "date", "place", "country"], ...] = (
    "event_id",
    "date",
    "place",
    "country",
)


def backtest_csv(found: Backtest) -> str:
    """Each forecast and metric in a row; with the ranking's lead over each baseline."""
    tables = (("score", summary(found)), ("ranking less this", differences(found)))
    rows = [
        {"what": what, "forecast": name, "metric": metric, **scores}
        for what, models in tables
        for name, metrics in models.items()
        for metric, scores in metrics.items()
        if metric in METRICS
    ]
    return csv_text(rows, ("what", "forecast", "metric", "value", "interval_90", "events"))


def verdicts(found: Backtest) -> list[str]:
    """Say of each baseline whether the ranking beats it."""
    models = summary(found)
    return [_verdict(name, models[name]["ranking_is_better_by"]) for name in BASELINES]


_FORECASTS = (
    message("ranking"),
    message("where to stand"),
    message("uniform over roads"),
    message("cheapest corridors"),
    message("past frequency"),
    message("kernel density"),
    message("network kernel"),
)
"""Names of forecasts, for the catalogue."""
_BEATS = message("The ranking beats {name}: {gain} in log density an event (90 %: {low} to {high}).")
_DOES_NOT = message(
    "The ranking does not beat {name}: {gain} in log density an event (90 %: {low} to {high})."
)
_NOT_TOLD = message(
    "The ranking cannot be told from {name}: {gain} in log density an event (90 %: {low} to {high})."
)


def _verdict(name: str, gain: Mapping[str, Any]) -> str:
    told = {"name": tr(name), "gain": signed(gain["value"], 2)}
    if gain["interval_90"] is None:
        return tr("One event cannot tell the ranking from {name}: {gain}.", **told)
    low, high = gain["interval_90"]
    template = _BEATS if low > 0 else _DOES_NOT if high < 0 else _NOT_TOLD
    return tr(template, **told, low=signed(low, 2), high=signed(high, 2))


@dataclass(frozen=True, slots=True)
class Trial:
    """Settings that were tried."""

    settings: Annotated[Settings, "Parameter -> value."]
    score: Annotated[Score, "Mean log density per km of road of the events held out."]
    loss: Annotated[Score, "How far the score lies below the best."]


@document("calibration", "1.1", "calibrate --format json")
@dataclass(frozen=True, slots=True)
class CalibrationDocument:
    """Settings tried, and those chosen."""

    tried: Annotated[list[Trial], "Settings in the order of trial."]
    best: Annotated[Settings, "The settings with the highest score."]
    chosen: Annotated[
        Settings,
        "The settings nearest to what was believed that score within one standard error of the best.",
    ]
    standard_error: Annotated[Score, "Of the loss of the chosen settings, over events."]
    provenance: Annotated[Provenance, Since("1.1")]


def calibration_document(found: Calibration, provenance: Mapping[str, Any]) -> CalibrationDocument:
    """Calibration as a document."""
    tried = [Trial(*each) for each in found.tried]
    return CalibrationDocument(tried, found.best, found.chosen, found.error, provenance)


@dataclass(frozen=True, slots=True)
class Voice:
    """An event for or against what is explained."""

    event_id: Annotated[str, "The event."]
    speaks: Annotated[Literal["for", "against"], "For it or against it."]
    change: Annotated[float, "Its share with the event less its share without, to first order."]
    share_without: Annotated[Share, "Its share without the event, to first order."]
    weight: Annotated[float, Digits(6), "Weight of the event."]
    truth: Annotated[Chance, "Chance that the record is what it says, by grade and substance."]
    records: Annotated[list[dict[str, Any]], EXACT, "The seizure records of the event."]


@document("explanation", "2.0", "explain torkham --format json")
@dataclass(frozen=True, slots=True)
class ExplanationDocument:
    """Why a corridor or place stands where it does."""

    found: Annotated[Explanation, FLAT]
    seizures: Annotated[list[Voice], "Events for and against it, largest change first."]
    likelihood_of_top_10: Annotated[str, "That probability in words of ICD 203."]
    confidence: Annotated[Confidence, "How much the share rests on evidence."]
    provenance: RankingProvenance


def explanation_document(
    found: Explanation, seizures: pd.DataFrame, top: int, provenance: Mapping[str, Any]
) -> ExplanationDocument:
    """Explanation as a document; the `top` strongest events are listed."""
    shown = found.influences[:top]
    records = _records(seizures, {x.event_id for x in shown})
    return ExplanationDocument(
        found=found,
        seizures=[_voice(x, records.get(x.event_id, [])) for x in shown],
        likelihood_of_top_10=likelihood(found.top_10_probability),
        confidence=confidence(found.grounds),
        provenance=provenance,
    )


def _records(seizures: pd.DataFrame, events: set[str]) -> dict[str, Any]:
    """List the records of each event, as far as an explanation shows them."""
    columns = ["seizure_id", "date", "place", "country", "substance", "source", "source_grade"]
    return {
        str(event): rows[columns].to_dict("records")
        for event, rows in seizures[seizures["event_id"].isin(events)].groupby("event_id")
    }


def _voice(x: Influence, records: list[dict[str, Any]]) -> Voice:
    speaks: Literal["for", "against"] = "for" if x.change > 0 else "against"
    return Voice(
        event_id=x.event_id,
        speaks=speaks,
        change=x.change,
        share_without=x.share_without,
        weight=x.weight,
        truth=x.truth,
        records=records,
    )


@dataclass(frozen=True, slots=True)
class BothSides:
    """Provenance of two analyses."""

    before: Annotated[Mapping[str, Any], Like(RankingMade), "Of the analysis before."]
    after: Annotated[Mapping[str, Any], Like(RankingMade), "Of the analysis after."]


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change, and how likely it is."""

    change: Annotated[Change, FLAT]
    likelihood: Annotated[
        str | None,
        "Words of ICD 203 for the chance that the seizures' part has the sign that it has; null where no "
        "likelihood is told.",
    ]


@document(
    "comparison", "2.1", "compare --before 2008-01-01:2008-12-31 --after 2009-01-01:2010-12-31 --format json"
)
@dataclass(frozen=True, slots=True)
class ComparisonDocument:
    """What rose and what fell."""

    changes: Annotated[Sequence[ToldChange], "Corridors and places, largest change first."]
    log_rows: Annotated[
        LogRows | None,
        Since("2.1"),
        "On which side the rows of a log of inspections count; null without a log.",
    ]
    provenance: Annotated[BothSides, EXACT, "Of both analyses."]


def comparison_document(
    changes: Sequence[Change], log: LogRows | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> ComparisonDocument:
    """Comparison as a document."""
    return ComparisonDocument(
        [ToldChange(change, likelihood_of(change)) for change in changes], log, BothSides(before, after)
    )


def likelihood_of(change: Change) -> str | None:
    """Put into words how likely the seizures' part of a change has the sign that it has, if that is told."""
    chance = change.rise_probability
    return likelihood(chance if change.by_seizures >= 0 else 1 - chance) if change.told else None


@dataclass(frozen=True, slots=True)
class MovedShare:
    """A corridor or crossing under changed assumptions."""

    id: Annotated[str, "Id of the corridor or crossing."]
    posterior_share: Annotated[Share, "Share as ranked."]
    most_moved_by: Annotated[str, "The assumption that moves it most."]
    share_under: Annotated[dict[str, Share], "Changed assumption -> share; 0 where it is no longer listed."]


@document("sensitivity", "1.2", "rank --sensitivity --format json")
@dataclass(frozen=True, slots=True)
class SensitivityDocument:
    """Which assumption moves which corridor most."""

    corridors: Annotated[list[MovedShare], "The corridors asked for, by falling share."]
    crossings: Annotated[list[MovedShare], "As many crossings, by falling share.", Since("1.2")]
    provenance: Annotated[RankingProvenance, Since("1.1")]


def sensitivity_document(found: Sensitivity) -> SensitivityDocument:
    """Sensitivity as a document."""
    return SensitivityDocument(
        _moved(found, found.base, found.changed),
        _moved(found, found.crossings, found.changed_crossings),
        found.provenance,
    )


def _moved(
    found: Sensitivity, base: Mapping[str, float], changed: Mapping[str, Mapping[str, float]]
) -> list[MovedShare]:
    return [
        MovedShare(
            row, share, found.strongest(row)[0], {name: shares[row] for name, shares in changed.items()}
        )
        for row, share in base.items()
    ]

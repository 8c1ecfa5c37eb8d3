"""What new data moved: records, statuses, shares, the best plan, and the age of the evidence.

Meant for a job that runs every night: it is quiet as long as nothing has to be done. Attention is asked for
where a listed crossing stands otherwise, or where the plan that was the best is so no more. As plans next to
one another change places with every seizure, a plan counts as changed only where the new one lets noticeably
less through (`WORTH`) and does so in most draws of the posterior (`SURE`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import numpy as np

from routes.corridors import places_passed
from routes.evidence.fit import posterior_shares
from routes.evidence.grounds import ages
from routes.evidence.shares import SURE, changes
from routes.network.status import change_to, in_force, status_shares, usual_status
from routes.planning.flows import flows_of
from routes.planning.passages import passages_of
from routes.planning.plan import plan
from routes.planning.posts import Deployment, choices
from routes.results import Chance, Count, Day, Name, PlaceId, Share, StatusChange
from routes.support.described import Digits, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.planning.outcomes import Plan
    from routes.read.inputs import Inputs

WORTH = 0.01
"""Part of the inflow that a new plan must let less through; a seizure more or less does that much."""
OLD_YEARS = (3.0, 10.0)
"""Mean age of the evidence beyond which high, and moderate, confidence cannot be had."""
STATUS = "status"
PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Records:
    """What became of the records of seizures."""

    new: Annotated[tuple[str, ...], "Ids of records that were not there."]
    gone: Annotated[tuple[str, ...], "Ids of records that are there no more."]
    altered: Annotated[tuple[str, ...], "Ids of records whose content is another."]
    events_before: Annotated[Count, "Located events that counted before."]
    events_after: Annotated[Count, "Located events that count now."]


@dataclass(frozen=True, slots=True)
class ShareMove:
    """Share of a gate or crossing before and after, and what made the difference."""

    id: PlaceId
    name: Name
    kind: Annotated[str, Rule(enum=("gate", "crossing")), "What it is."]
    before: Annotated[Share, "Share before."]
    after: Annotated[Share, "Share after."]
    by_status: Annotated[float, "Part of the change that opened and closed crossings made."]
    by_seizures: Annotated[float, "Part that the seizures made, on the crossings as they stand now."]


@dataclass(frozen=True, slots=True)
class PlanMove:
    """The best plan before and after; what gets through is reckoned on the data after."""

    teams: Annotated[float, "Budget of both plans."]
    before: Annotated[tuple[str, ...], "Posts of the plan that was the best."]
    after: Annotated[tuple[str, ...], "Posts of the plan that is the best."]
    kept_passing: Annotated[Share, "What gets through if the posts before are kept."]
    new_passing: Annotated[Share, "What gets through the posts after."]
    better_probability: Annotated[Chance, "Chance that the posts after let less through than those before."]
    changes: Annotated[bool, "Whether the plan has to change: others, noticeably and surely better."]


@dataclass(frozen=True, slots=True)
class Ageing:
    """How old the evidence is."""

    newest: Annotated[Day | None, "Last day of the newest event that counts; null: none does."]
    mean_years: Annotated[float | None, Digits(2), "Mean age of the events that count; null: none does."]
    mean_years_before: Annotated[float | None, Digits(2), "The same before."]
    status_checked: Annotated[Day, "Day up to which the status data were checked."]
    crossed_years: Annotated[
        float | None, "Age that was passed since, beyond which confidence falls by a level; null: none."
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """What new data moved. ``attention`` is empty where nothing has to be done."""

    attention: Annotated[
        tuple[str, ...], "Why somebody should look: status (of a listed crossing), plan (the best one)."
    ]
    records: Annotated[Records, "Records of seizures."]
    status: Annotated[tuple[StatusChange, ...], "Listed crossings and gates that stand otherwise."]
    shares: Annotated[tuple[ShareMove, ...], "Gates and crossings, the largest change first."]
    plan: Annotated[PlanMove, "The best plan."]
    ageing: Annotated[Ageing, "Age of the evidence."]


def alarms(
    before: Analysis,
    after: Analysis,
    data: tuple[Inputs, Inputs],
    parameters: Parameters,
    teams: float,
    posts: Deployment | None = None,
    plan_before: Plan | None = None,
) -> Alarms:
    """Compare what was known with what is known.

    Parameters
    ----------
    before, after : Analysis
        Of a day each.
    data : (Inputs, Inputs)
        That they were made from.
    parameters : Parameters
        Of both.
    teams : float
        Budget of the plans.
    posts : Deployment, optional
        What stands, must and must not be in both plans.
    plan_before : Plan, optional
        The best plan before, where it is known.
    """
    status = _status_moves(data, (before.asked[1], after.asked[1]))
    planned = plan_move(before, after, parameters, teams, posts, plan_before)
    reasons = ((STATUS, bool(status)), (PLAN, planned.changes))
    return Alarms(
        attention=tuple(reason for reason, on in reasons if on),
        records=_records(before, after, data),
        status=status,
        shares=tuple(_share_moves(before, after)),
        plan=planned,
        ageing=_ageing(before, after),
    )


def _records(before: Analysis, after: Analysis, data: tuple[Inputs, Inputs]) -> Records:
    old, new = (_content(analysis, inputs) for analysis, inputs in zip((before, after), data, strict=True))
    both = old.keys() & new.keys()
    return Records(
        new=tuple(sorted(new.keys() - old.keys())),
        gone=tuple(sorted(old.keys() - new.keys())),
        altered=tuple(sorted(name for name in both if old[name] != new[name])),
        events_before=len(before.events.ids),
        events_after=len(after.events.ids),
    )


def _content(analysis: Analysis, inputs: Inputs) -> dict[str, str]:
    """Read the records up to the last day that is asked about: id -> all that it says."""
    until = analysis.ranking.provenance["question"].get("until")
    rows = inputs.seizures
    if until:
        rows = rows[rows["date_from"].dt.date <= date.fromisoformat(until)]
    return {str(row["seizure_id"]): repr(sorted(map(str, row.items()))) for row in rows.to_dict("records")}


def _status_moves(data: tuple[Inputs, Inputs], days: tuple[date, date]) -> tuple[StatusChange, ...]:
    """Find listed crossings and gates that stand otherwise, each as its own table has it on its day."""
    was, now = (status_shares(inputs.status, day, day) for inputs, day in zip(data, days, strict=True))
    found = []
    for place, name in _names(data[1]).items():
        stood, stands = usual_status(was.get(place)), usual_status(now.get(place))
        if stands != stood:
            found.append(_move(data[1].status, place, name, stood, stands, days[1]))
    return tuple(found)


def _names(inputs: Inputs) -> dict[str, str]:
    crossings, places = inputs.crossings, inputs.places
    known = dict(zip(places["place_id"], places["name"], strict=True))
    return known | dict(zip(crossings["crossing_id"], crossings["name"], strict=True))


def _move(status: pd.DataFrame, place: str, name: str, was: str, now: str, day: date) -> StatusChange:
    """Tell a change with the source of the row that covers the day."""
    covering = status[(status["crossing_id"] == place) & in_force(status, day)]
    if covering.empty:
        return StatusChange(place, name, was, now, None, "")
    return change_to(covering.iloc[-1], name, was)


def _share_moves(before: Analysis, after: Analysis) -> Iterator[ShareMove]:
    """Take the change apart: the crossings of the second side with what was known before lie between."""
    graph, listed = after.untied, after.corridors
    passed = places_passed(graph.graph, listed).of_kind("gate", "crossing")
    first = places_passed(before.untied.graph, before.corridors).of_kind("gate", "crossing")
    middle = posterior_shares(graph, listed, before.posterior).through(passed)
    moved = changes(before.shares.through(first), after.shares.through(passed))
    between = dict(zip(middle.names, middle.mean.tolist(), strict=True))
    names = {p.id: p.name for side in (before, after) for p in (*side.ranking.gates, *side.ranking.crossings)}
    rows = []
    for (kind, place), was, now in zip(moved.names, moved.before.tolist(), moved.after.tolist(), strict=True):
        halfway = between.get((kind, place), 0.0)
        rows.append(ShareMove(place, names[place], kind, was, now, halfway - was, now - halfway))
    yield from sorted(rows, key=lambda row: (-abs(row.after - row.before), row.id))


def plan_move(
    before: Analysis,
    after: Analysis,
    parameters: Parameters,
    teams: float,
    posts: Deployment | None = None,
    plan_before: Plan | None = None,
) -> PlanMove:
    """Look whether the plan that was the best still is, on the data after; parameters as for `alarms`."""
    posts = posts or Deployment()
    old = plan_before or plan(before, parameters, teams, posts=posts)
    new = plan(after, parameters, teams, posts=posts)
    may = choices(after, parameters.interdiction, posts)
    passages = passages_of(after.untied.graph, flows_of(after), may.terms(), may.standing())
    held = [{post.id for post in one.posts} for one in (old, new)]
    chance = passages.chances(np.array([passages.mask(names) for names in held]))
    through: list[float] = passages.through(chance, 1.0).tolist()
    draws = passages.through(chance, 1.0, passages.draws)
    better = float((draws[:, 1] < draws[:, 0]).mean())
    gain = through[0] - through[1]
    return PlanMove(
        teams=teams,
        before=tuple(post.id for post in old.posts),
        after=tuple(post.id for post in new.posts),
        kept_passing=through[0],
        new_passing=through[1],
        better_probability=better,
        changes=held[0] != held[1] and gain >= WORTH and better >= SURE,
    )


def _ageing(before: Analysis, after: Analysis) -> Ageing:
    events = after.events
    newest = events.last_day.max().astype("datetime64[D]").astype(date) if len(events.ids) else None
    was, now = (_mean_age(side) for side in (before, after))
    crossed = [years for years in OLD_YEARS if was is not None and now is not None and was <= years < now]
    return Ageing(newest, now, was, after.region.status_checked, crossed[-1] if crossed else None)


def _mean_age(analysis: Analysis) -> float | None:
    events = analysis.events
    weight = events.weight * events.truth
    if not len(events.ids) or not weight.sum():
        return None
    return float(np.average(ages(events, analysis.asked[1]), weights=weight))

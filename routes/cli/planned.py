"""Plans that other outputs than ``routes interdict`` take, and plans played against traffickers who learn."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from routes.errors import RoutesError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from routes.analysis import Analysis
    from routes.cli.reading import Asked
    from routes.planning.learning import Patrol
    from routes.planning.outcomes import Plan, Simulation
    from routes.planning.posts import Deployment
    from routes.planning.rosters import Rota

LAG = 4.0
"""Traffickers learn one part in so many of what a week shows, unless simulate-plan is asked for another."""


def planned(
    analysis: Analysis,
    asked: Asked,
    spend: float,
    weeks: int,
    posts: Deployment | None = None,
    *,
    priority: bool = False,
) -> Plan | None:
    """Plan for what may be spent, fixed or, for so many weeks, rotating; None where nothing may be."""
    from routes.planning.plan import plan

    if not spend:
        return None
    if not weeks:
        return plan(analysis, asked.parameters, spend, posts=posts, priority=priority)
    return plan(analysis, asked.parameters, spend, posts=posts, rota=rota_of(analysis, asked, weeks))


def rota_of(
    analysis: Analysis, asked: Asked, weeks: int, begin: date | None = None, move_km: float | None = None
) -> Rota:
    """Say what is asked of posts that rotate; a roster begins on the Monday after the day asked about."""
    from routes.planning.rosters import Rota

    if begin is None:
        # A day of the question, not of the machine: the same question gives the same roster.
        day = asked.question.as_of or analysis.region.status_checked
        begin = day + timedelta(days=7 - day.weekday())
    return Rota(weeks, asked.question.seed, begin, move_km)


def played(analysis: Analysis, asked: Asked, patrol: Patrol, weeks: int) -> Simulation:
    """Play a plan against traffickers who learn."""
    from routes.planning.learning import simulate

    return simulate(analysis, asked.parameters, patrol, weeks, LAG, asked.question.seed)


def patrol_in(path: Path) -> Patrol:
    """Read the posts of a plan, as ``routes interdict --format json`` writes it."""
    from routes.planning.learning import patrol_with

    try:
        plan: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        standing, posts = (
            {post["id"]: float(post["detection"]) for post in plan[name]} for name in ("standing", "posts")
        )
        rotation = plan["rotation"] or {"sets": (), "fixed_posts": ()}
        sets = [(some["posts"], float(some["frequency"])) for some in rotation["sets"]]
        found = patrol_with(standing, posts, sets, rotation["fixed_posts"])
    except OSError as error:
        raise RoutesError(f"{path}: cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RoutesError(
            f"{path}: no plan. Write one with routes interdict --format json --output {path.name}."
        ) from error
    if wrong := _fault(found):
        raise RoutesError(f"{path}: {wrong}")
    return found


def _fault(patrol: Patrol) -> str:
    """Say what is wrong with a plan, which may have been written by hand; empty if nothing is."""
    for name, caught in patrol.detection.items():
        if not 0 <= caught < 1:
            return f"the post at {name} catches {caught:g}: wanted 0 to less than 1."
    named = {name for names, _ in patrol.sets for name in names}
    if unknown := sorted(named - set(patrol.detection)):
        return f"{unknown[0]} stands in a set of posts, and is none of the plan's posts."
    often = [frequency for _, frequency in patrol.sets]
    if not (all(0 <= part <= 1 for part in often) and any(often)):
        return f"sets of posts: wanted parts of the weeks, 0 to 1 and not all 0, got {often}."
    return ""

"""Plans that other outputs than ``routes interdict`` take, and plans played against traffickers who learn."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from routes.errors import RoutesError

if TYPE_CHECKING:
    from pathlib import Path

    from routes.analysis import Analysis
    from routes.cli.reading import Asked
    from routes.planning.learning import Patrol
    from routes.planning.outcomes import Plan, Simulation
    from routes.planning.posts import Deployment

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
    from routes.planning.rosters import Rota

    if not spend:
        return None
    if not weeks:
        return plan(analysis, asked.parameters, spend, posts=posts, priority=priority)
    # A day of the question, not of the machine: the same question gives the same roster.
    day = asked.question.as_of or analysis.region.status_checked
    begins = day + timedelta(days=7 - day.weekday())
    return plan(analysis, asked.parameters, spend, posts=posts, rota=Rota(weeks, asked.question.seed, begins))


def played(analysis: Analysis, asked: Asked, patrol: Patrol, weeks: int) -> Simulation:
    """Play a plan against traffickers who learn."""
    from routes.planning.learning import simulate

    return simulate(analysis, asked.parameters, patrol, weeks, LAG, asked.question.seed)


def patrol_in(path: Path) -> Patrol:
    """Read the posts of a plan, as ``routes interdict --format json`` writes it."""
    from routes.planning.learning import Patrol

    try:
        plan: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        detection = {post["id"]: float(post["detection"]) for post in (*plan["standing"], *plan["posts"])}
        standing = [post["id"] for post in plan["standing"]]
        chosen = [post["id"] for post in plan["posts"]]
        rotation = plan["rotation"]
        sets = [(some["posts"], float(some["frequency"])) for some in rotation["sets"]] if rotation else []
        fixed = rotation["fixed_posts"] if rotation else chosen
    except OSError as error:
        raise RoutesError(f"{path}: cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RoutesError(
            f"{path}: no plan. Write one with routes interdict --format json --output {path.name}."
        ) from error
    return Patrol(detection, standing, fixed, sets or [(chosen, 1.0)])

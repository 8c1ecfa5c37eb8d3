"""What gets through as traffickers learn a plan, as the tab of plans shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routes.outputs import text
from routes.outputs.charts import curve_chart, learning_words
from routes.outputs.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routes.planning.learning import Patrol
    from routes.planning.outcomes import Simulation

_WIDTH = 394  # of the panel


@dataclass(frozen=True, slots=True)
class Played:
    """A plan, and what gets through it week by week (`routes.planning.learning.simulate`)."""

    patrol: Patrol
    simulation: Simulation


def learning_part(played: Played, names: Mapping[str, str]) -> dict[str, Any]:
    """Gather what the page says of a plan that was played: the chart, what is assumed, and all figures.

    Parameters
    ----------
    played : Played
    names : mapping of str to str
        Id -> name of a place.
    """
    simulation = played.simulation
    weeks = zip(*(curve.points for curve in simulation.curves), strict=True)
    rows = [
        [
            f"{some[0].week}",
            *(f"{text.percent(p.passing)} ({text.interval_text(*p.interval_90)})" for p in some),
        ]
        for some in weeks
    ]
    return {
        "chart": curve_chart(simulation, _WIDTH),
        "posts": _posts(played.patrol, names),
        "assumed": learning_words(simulation),
        "heads": [text.capital(tr(curve.plan)) for curve in simulation.curves],
        "rows": rows,
    }


def _posts(patrol: Patrol, names: Mapping[str, str]) -> list[str]:
    def told(some: Iterable[str]) -> str:
        return ", ".join(text.clean(names.get(post, post)) for post in some)

    lines = [tr("Fixed posts: {posts}.", posts=told(patrol.fixed))]
    if patrol.standing:
        lines.insert(0, tr("Posts that stand already: {posts}.", posts=told(patrol.standing)))
    if len(patrol.sets) > 1:
        turns = sorted({post for some, _ in patrol.sets for post in some})
        said = trn(
            "Posts that take turns, in {n} set: {posts}.",
            "Posts that take turns, in {n} sets: {posts}.",
            len(patrol.sets),
            posts=told(turns),
        )
        lines.append(said)
    return lines

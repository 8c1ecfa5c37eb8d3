"""Plans for posts -> JSON, CSV and calendar. Text alone; the caller writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from routes.outputs.documents.csv_text import csv_text
from routes.outputs.documents.parts import Assumptions, RankingProvenance
from routes.outputs.documents.planning_document import DISPLACEMENT, Moved, summed_up
from routes.outputs.handling import ASSUMPTIONS
from routes.outputs.language import message
from routes.outputs.schemas import document, document_text
from routes.planning.outcomes import Plan, Shift
from routes.support.described import FLAT

_GIVEN = "Bounds and proofs hold given these detection rates and this flow."
_BASIS = {
    "given": message("Detection given: {places}."),
    "inspections": message(
        "Detection inspections over loads a day x the chance that an inspected load is found out: {places}."
    ),
    "assumed": message("Detection assumed, for no figure is known: {places}."),
}
_PLANS = {
    "best": "Each trafficker knows every post and weighs it against his taste for corridors, so that without "
    "posts the flow is the posterior; what he loses by a worse way counts as well as what is caught.",
    "logit": "Shares move by route choice.",
    "none": "Nobody reacts to posts.",
    "roads": "All traffickers of a gate know every post and take the one best way on the roads.",
}


@document("plan", "2.0", "interdict --budget 3 --priority --format json")
@dataclass(frozen=True, slots=True)
class PlanDocument:
    """Which gates and crossings to watch."""

    plan: Annotated[Plan, FLAT]
    displacement: Annotated[Moved, "Where the inflow moves by route choice under the plan."]
    assumptions: Assumptions
    provenance: RankingProvenance


def bases(plan: Plan) -> list[tuple[str, list[str]]]:
    """Say what the detection at the posts rests on, in a sentence with ``{places}``, and at which."""
    posts = {post.id: post for post in (*plan.standing, *plan.posts)}.values()
    at = {sentence: [post.id for post in posts if post.basis == basis] for basis, sentence in _BASIS.items()}
    return [(sentence, names) for sentence, names in at.items() if names]


def plan_json(plan: Plan, provenance: Mapping[str, Any], top: int | None = None) -> str:
    """Write a plan as JSON, with its displacement."""
    told = [sentence.format(places=", ".join(names)) for sentence, names in bases(plan)]
    assumptions = (*ASSUMPTIONS, _PLANS[plan.response], *told, _GIVEN, *DISPLACEMENT)
    return document_text(PlanDocument(plan, summed_up(plan.displacement, top), assumptions, provenance))


def plan_csv(plan: Plan) -> str:
    """Write the roster as CSV, or else the priority list, or else the posts."""
    if plan.rotation is not None and plan.rotation.roster:
        return csv_text(plan.rotation.roster, ("week", "begins", "team", "post", "name", "move_km"))
    if plan.priority:
        rows = [
            {"rank": i, "id": step.post.id, "name": step.post.name, "detection": step.post.detection,
             "cost": step.post.cost, "budget": step.budget, "passing": step.passing,
             "best_passing": step.best_passing, "best_bound": step.best_bound, "best_posts": step.best_posts}
            for i, step in enumerate(plan.priority, 1)
        ]  # fmt: skip
        return csv_text(rows, list(rows[0]))
    change = {row.id: row for row in (*plan.displacement.crossings, *plan.displacement.gates)}
    often = frequencies(plan)
    stands = {post.id for post in plan.standing}
    rows = [
        asdict(post) | {"before": change[post.id].before if post.id in change else 0.0,
                        "after": change[post.id].after if post.id in change else 0.0,
                        "stands": "yes" if post.id in stands else "no",
                        "frequency": often.get(post.id, 1.0)}
        for post in (*plan.standing, *plan.posts)
    ]  # fmt: skip
    names = (
        *("id", "name", "lon", "lat", "detection", "basis", "status", "cost", "stands", "frequency"),
        *("before", "after"),
    )  # fmt: skip
    return csv_text(rows, names)


def frequencies(plan: Plan) -> dict[str, float]:
    """Part of the weeks in which each post of a rotation is held."""
    found: dict[str, float] = {}
    for some in plan.rotation.sets if plan.rotation else ():
        for post in some.posts:
            found[post] = found.get(post, 0.0) + some.frequency
    return found


def roster_calendar(plan: Plan) -> str:
    """Write a roster as an iCalendar file (RFC 5545): an event of seven days for each team and week.

    Times of writing are the days of the events, so that the same roster is the same bytes.
    """
    shifts = [shift for shift in (plan.rotation.roster if plan.rotation else ()) if shift.post]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//routes//roster//EN", "CALSCALE:GREGORIAN"]
    for shift in shifts:
        lines += _event(shift)
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _event(shift: Shift) -> list[str]:
    begins = date.fromisoformat(shift.begins)
    day = begins.strftime("%Y%m%d")
    end = (begins + timedelta(days=7)).strftime("%Y%m%d")
    return [
        "BEGIN:VEVENT",
        f"UID:{day}-team-{shift.team}@routes.invalid",
        f"DTSTAMP:{day}T000000Z",
        f"DTSTART;VALUE=DATE:{day}",
        f"DTEND;VALUE=DATE:{end}",
        f"SUMMARY:{_escaped(f'Team {shift.team}: {shift.name or shift.post}')}",
        f"LOCATION:{_escaped(shift.name or shift.post)}",
        f"DESCRIPTION:{_escaped(f'{shift.post}; {shift.move_km:.0f} km by road from the post before')}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Escape a text as the format asks for; line ends and other controls become blanks."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Break a line after at most 75 octets, as the format asks for, and inside no character."""
    parts, size = [""], 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > 75 - (len(parts) > 1):
            parts.append("")
            size = 0
        parts[-1] += sign
        size += octets
    return "\r\n ".join(parts)

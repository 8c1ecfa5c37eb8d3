"""Scenarios, simulations and vital crossings as blocks for a terminal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.language import number_as_set, table_day, tr, trn
from routes.outputs.placenames import called, place_name
from routes.outputs.terminal.ranking_tables import known_by
from routes.outputs.text import decimal, interval_text, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.outputs.documents.text_blocks import Block
    from routes.planning.outcomes import NamedMove, Simulation, Vital

_BARS = 30


def scenario_blocks(moves: Sequence[NamedMove], top: int) -> tuple[Block, ...]:
    """Lay scenarios side by side: shares of crossings before and after each."""
    after = [{row.id: row.after for row in move.displacement.crossings} for move in moves]
    before = {row.id: row.before for move in moves for row in move.displacement.crossings}
    moved = {name: max(abs(some.get(name, 0.0) - share) for some in after) for name, share in before.items()}
    listed = sorted(moved, key=lambda name: (-moved[name], name))[:top]
    names = [place_name(name, "") for name in listed]
    first, last = known_by(tr("crossing"), listed, names, tr("name"))
    table = table_of(
        first,
        figures(tr("before"), (percent(before[name]) for name in listed)),
        *(
            figures(move.name, (percent(some.get(name, 0.0)) for name in listed))
            for move, some in zip(moves, after, strict=True)
        ),
        *((last,) if any(names) else ()),
    )
    costs = (
        tr(
            "{scenario}: cost of the inflow over all its ways {before} km-equivalents before, {after} after.",
            scenario=_scenario(move),
            before=decimal(move.displacement.cost_before),
            after=decimal(move.displacement.cost_after),
        )
        for move in moves
    )
    dated = any(move.as_of for move in moves)
    days = tr("before: as of the last scenario that lists the crossing.") if dated else ""
    return (table, *paragraphs(*costs, days))


def _scenario(move: NamedMove) -> str:
    if not move.as_of:
        return move.name
    return tr("{scenario}, as of {day}", scenario=move.name, day=table_day(date.fromisoformat(move.as_of)))


def simulation_blocks(simulation: Simulation) -> tuple[Block, ...]:
    """Show what gets through week by week as bars, plan by plan."""
    opening = trn(
        "{runs} runs of {n} week; what is caught moves a belief by one part in {lag} a week.",
        "{runs} runs of {n} weeks; what is caught moves a belief by one part in {lag} a week.",
        simulation.weeks,
        runs=simulation.runs,
        lag=number_as_set(simulation.lag_weeks),
    )
    tables = [
        table_of(
            figures(tr("week"), (point.week for point in curve.points)),
            figures(tr("gets through"), (percent(point.passing) for point in curve.points)),
            figures("90 %", (interval_text(*point.interval_90) for point in curve.points)),
            words("", ("#" * round(_BARS * point.passing) for point in curve.points)),
            caption=f"{tr(curve.plan)}:",
        )
        for curve in simulation.curves
    ]
    return (*paragraphs(opening), *tables)


def vital_blocks(vital: Vital) -> tuple[Block, ...]:
    """Tell which crossings lengthen a way most."""
    cost = None if vital.cost_after is None else decimal(vital.cost_after)
    after = tr("no way is left") if cost is None else tr("{cost} after", cost=cost)
    gap = tr("gap {gap}", gap=percent(vital.gap))
    return paragraphs(
        tr(
            "From {gate} into {area}, up to {budget} shut: {crossings}.",
            gate=called(vital.gate),
            area=called(vital.processing_area),
            budget=vital.budget,
            crossings=", ".join(map(called, vital.crossings)) or tr("nothing"),
        ),
        tr(
            "Cheapest way: {cost} km-equivalents before, {after} ({sure}).",
            cost=decimal(vital.cost_before),
            after=after,
            sure=tr("proven: no choice does more") if vital.proven_optimal else gap,
        ),
        tr("Ways are the cheapest on the roads; they may enter a country twice, which corridors do not."),
    )

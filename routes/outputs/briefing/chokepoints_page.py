"""The second page of a briefing: chokepoints, the plan, the roster, and where the flow moves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from routes.outputs.briefing.canvas import label
from routes.outputs.charts import Bar, curve_chart, interval_chart, learning_words
from routes.outputs.documents.text_blocks import Block, Figure, Paragraph, Section, Table
from routes.outputs.handling import status_heading, status_word
from routes.outputs.icd203 import confidence, level_word
from routes.outputs.language import table_day, tr
from routes.outputs.placenames import country_name
from routes.outputs.text import EN_DASH, capital, decimal, interval_text, learnt, percent, shortened

if TYPE_CHECKING:
    from routes.outputs.briefing.material import Material

PLACE_ROWS = 8
_SCENARIO_ROWS = 10


def chokepoint_section(material: Material) -> Section:
    """Rank crossings by the share that passes them."""
    ranking = material.ranking
    chosen = ranking.crossings[:PLACE_ROWS]
    critical = {row.place.id: row.criticality for row in material.chokepoints}
    stood = capital(status_heading(ranking.provenance))
    heads = [
        tr("Tier"),
        tr("Crossing"),
        tr("Between"),
        stood,
        tr("Share"),
        tr("Before seizures"),
        tr("Learnt"),
    ]
    heads.append(tr("Confidence"))
    rows = []
    for place in chosen:
        cells = [
            str(place.tier),
            label(place.name),
            f" {EN_DASH} ".join(map(country_name, place.countries)),
            status_word(place.status),
            percent(place.posterior_share),
            percent(place.prior_share),
            learnt(place.grounds.learnt),
            level_word(confidence(place.grounds).level),
        ]
        if critical:
            rise = critical.get(place.id)
            cells.append("" if rise is None else decimal(rise, 1))
        rows.append(tuple(cells))
    told = tr(
        "Shares of crossings add up to more than the whole, for a corridor passes several. Learnt: how much "
        "of what was unsure of the share the seizures took. Crossings of a tier cannot be told apart."
    )
    if critical:
        heads.append(tr("If closed, km-equivalents"))
        closed = tr("If closed: by how much the expected cost of all inflow rises.")
        told = f"{told} {closed}"
    figures = (0, 4, 5, 6, *((8,) if critical else ()))
    bars = [Bar(shortened(p.name, 33), p.posterior_share, p.interval_90) for p in chosen]
    chart = Figure(
        interval_chart(bars, tr("Shares through the crossings with their 90 % intervals")),
        tr(
            "Shares through the crossings. Where two lines overlap widely, the order of the two is not known."
        ),
    )
    table = Table(tuple(heads), tuple(rows), figures=figures, layout="crossings")
    return Section(tr("Chokepoints"), (table, chart, Paragraph(told)), begins_page=True, kept=True)


def scenario_section(material: Material) -> Section:
    """Lay scenarios side by side: shares of the crossings before and after each."""
    moves = material.scenarios
    before = {row.id: row for move in moves for row in move.displacement.crossings}
    after = [{row.id: row.after for row in move.displacement.crossings} for move in moves]
    moved = {
        name: max(abs(some.get(name, 0.0) - row.before) for some in after) for name, row in before.items()
    }
    listed_ids = sorted(moved, key=lambda name: (-moved[name], name))[:_SCENARIO_ROWS]
    rows = tuple(
        (
            shortened(before[name].name),
            percent(before[name].before),
            *(percent(some.get(name, 0.0)) for some in after),
        )
        for name in listed_ids
    )
    heads = (tr("Crossing"), tr("Share now"), *(shortened(move.name, 40) for move in moves))
    costs = " ".join(
        tr(
            "{scenario}: the inflow costs {cost} km-equivalents more.",
            scenario=shortened(move.name, 40),
            cost=decimal(move.displacement.cost_after - move.displacement.cost_before),
        )
        for move in moves
    )
    days = [
        tr("{scenario} is as of {day}.", scenario=shortened(move.name, 40), day=table_day(day))
        for move in moves
        if move.as_of and (day := date.fromisoformat(move.as_of))
    ]
    opening = tr("Shares through the crossings that move most, scenario by scenario.")
    text = " ".join([opening, *days, costs])
    table = Table(heads, rows, figures=tuple(range(1, len(heads))))
    return Section(tr("Scenarios"), (Paragraph(text), table), kept=True)


def learning_section(material: Material) -> Section:
    """Show what gets through as traffickers learn where the posts are."""
    simulation = material.simulation
    assert simulation is not None  # noqa: S101 - asked for only where there is one
    rows = tuple(
        (
            tr(curve.plan),
            percent(curve.points[0].passing),
            percent(curve.points[-1].passing),
            interval_text(*curve.points[-1].interval_90),
        )
        for curve in simulation.curves
    )
    heads = (
        tr("Plan"),
        tr("Gets through in week 1"),
        tr("In week {number}", number=simulation.weeks),
        tr("90 % interval of it"),
    )
    blocks: tuple[Block, ...] = (
        Figure(curve_chart(simulation), tr("What gets through week by week, mean over the runs.")),
        Table(heads, rows, figures=(1, 2, 3)),
        Paragraph(learning_words(simulation)),
    )
    return Section(tr("As traffickers learn"), blocks, kept=True)

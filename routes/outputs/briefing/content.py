"""The pages of a briefing: what to know and do, the grounds for it, what is not known, and the annex."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from routes.outputs.briefing.drawing import corridor_drawing
from routes.outputs.briefing.page_one import page_one
from routes.outputs.documents.text_blocks import Block, Figure, Paragraph, Points, Section
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION, question_of
from routes.outputs.placenames import country_name
from routes.outputs.text import clean, count, listed, percent, set_percent, shortened

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.outputs.briefing.material import Material

_DRAWN_FLOOR = 0.0005
_NAMED = 8
_NEXT_TO = 0.01  # share from which a place without an event of its own is worth telling


def first_page(material: Material) -> tuple[Section, ...]:
    """Say what to know and what to do, with the map of the flow."""
    page = page_one(material)
    warning: list[Block] = [Paragraph(page.warning.text)] if page.warning else []
    judged = tuple(" ".join(said.text for said in group) for group in page.judgements)
    return (
        Section("In short", (*warning, Paragraph(page.headline.text), Points(judged, numbered=True))),
        Section("Map of the flow", (_map(material),)),
        *(
            Section(title, (Points(tuple(said.text for said in some)),), beside="words")
            for title, some in (
                ("What has changed", page.changed),
                ("Do this", page.orders),
                ("What would change it", page.doubts),
            )
            if some
        ),
    )


def _map(material: Material) -> Figure:
    drawn = [r for r in material.ranking.corridors[: material.top] if r.posterior_share >= _DRAWN_FLOOR]
    posts = material.plan.posts if material.plan else ()
    svg = corridor_drawing(
        material.ranking, drawn, material.seizures, material.borders, material.cities, posts
    )
    total = sum(row.posterior_share for row in drawn)
    caption = (
        f"The {count(len(drawn), 'likeliest corridor')}, {percent(total)} of the inflow. Borders are drawn "
        f"by who holds the ground; that is no opinion on any claim. {ATTRIBUTION}."
    )
    return Figure(svg, caption)


def unknown_section(material: Material) -> Section:
    """Say what is not known."""
    ranking, names, events = material.ranking, material.names, _events_at(material.analysis)
    reasons = Counter(use.use for use in ranking.seizures if use.use != "evidence")
    items = []
    if reasons:
        told = "; ".join(f"{reason}: {number}" for reason, number in sorted(reasons.items()))
        items.append(f"{count(sum(reasons.values()), 'record')} could not be used ({told}).")
    if ranking.silent_countries:
        silent = listed([country_name(code) for code in ranking.silent_countries])
        items.append(
            f"No located event lies in {silent}. That is a gap in what is published or policed, not "
            "evidence that nothing passes."
        )
    bare = [p for p in ranking.crossings if p.posterior_share >= _NEXT_TO and not events.get(p.id)]
    if bare:
        named = [names[p.id] for p in bare[:_NAMED]] + [f"{n} more" for n in [len(bare) - _NAMED] if n > 0]
        items.append(
            f"No located event lies at {listed(named)}, though the model sends {set_percent(_NEXT_TO)} of "
            "the inflow or more through each. Their shares rest on roads, weights and seizures elsewhere."
        )
    items += [
        "How much is caught of what passes. Few seizures can mean little traffic or little policing.",
        "How the inflow divides among the gates. No source gives it.",
        "Railways, airports, the sea beyond the ports, and tracks that no map shows.",
    ]
    return Section("What is not known", (Points(tuple(items)),), begins_page=True)


def _events_at(analysis: Analysis) -> Counter[str]:
    """Id of every place -> events whose own place is that one, as the crossing graph ties them."""
    graph = analysis.crossing_graph.graph
    ties = {
        (event, graph.nodes[node]["place"])
        for event, node, edge in graph.edges(data=True)
        if edge["kind"] == "evidence" and edge.get("passage_density", 0) > 0
    }
    return Counter(place for _, place in ties)


def assumption_section(material: Material) -> Section:
    """Say what is assumed."""
    parameters = material.ranking.provenance.get("parameters", {})
    choice, penalties = parameters.get("route_choice", {}), parameters.get("crossing_penalties", {})
    items = list(ASSUMPTIONS)
    if choice:
        items.append(
            f"Route choice: a corridor {choice['scale_km']:g} km-equivalents dearer is e (2.7) times less "
            "likely."
        )
    if penalties:
        items.append(
            f"A checked road crossing costs {penalties['road']:g} km-equivalents, a restricted one "
            f"{penalties['restricted']:g} more, a closed one {penalties['closed']:g} more, a road that is no "
            f"listed crossing {penalties['unlisted']:g}. Nobody has measured these."
        )
    items.append(
        clean(material.region.weights_from)
        or "Gates and processing areas have the weights of places.csv; nothing is told of what they rest on."
    )
    return Section("Assumptions", (Points(tuple(items)),))


_METHOD = (
    "The roads of {where} and its neighbours are cut at every border into one graph.",
    "A corridor is a gate into the region, the border crossings in their order, and a processing area.",
    "Its share is the part of all {goods} that takes it.",
    "Before any seizure, cheaper ways are likelier, and ways that share roads divide their part.",
    "What a way costs is its length, its roads and its crossings as they stand on the day.",
    "A seizure speaks for the corridors that pass its place, as strongly as they pass it.",
    "Every seizure counts under the crossings as they stood in its year.",
    "The seizures move the weights of gates, crossings, areas, cost and detection, not each share by itself.",
    "Intervals come from draws of these weights; detection, which seizures do not tell, is drawn too.",
    "Posts are chosen so that the least gets through, with a bound; traffickers answer by route choice.",
)


def method_section(material: Material) -> Section:
    """Tell the method in ten lines."""
    where, goods = material.region.destination_name, material.region.goods
    lines = tuple(line.format(where=where, goods=goods) for line in _METHOD)
    return Section("Method in ten lines", (Points(lines, numbered=True),))


def question_section(material: Material) -> Section:
    """Say what was asked, of what."""
    provenance = material.ranking.provenance
    asked = provenance["question"]
    limits = []
    if asked.get("substance"):
        limits.append(f"of {shortened(asked['substance'])} alone")
    if material.operation:
        limits.append(f"of {material.operation} alone")
    where = material.region.destination_name
    only = f" Only seizures {', '.join(limits)} count." if limits else ""
    text = (
        f"{question_of(provenance)} By which corridors do {material.region.goods} come into {where}? Which "
        f"crossings carry most of them? Where should inspection teams stand?{only}"
    )
    return Section("The question", (Paragraph(text),))

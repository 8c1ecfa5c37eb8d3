"""The pages of a briefing: what to know and do, the grounds for it, what is not known, and the annex."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from routes.outputs.briefing.drawing import corridor_drawing
from routes.outputs.briefing.page_one import page_one
from routes.outputs.documents.text_blocks import Block, Figure, Paragraph, Points, Section
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION, question_of
from routes.outputs.language import message, number_as_set, tr, trn
from routes.outputs.placenames import country_name
from routes.outputs.text import listed, percent, set_percent, shortened
from routes.outputs.vocabulary import data_word

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
        Section(tr("In short"), (*warning, Paragraph(page.headline.text), Points(judged, numbered=True))),
        Section(tr("Map of the flow"), (_map(material),)),
        *(
            Section(title, (Points(tuple(said.text for said in some)),), beside="words")
            for title, some in (
                (tr("What has changed"), page.changed),
                (tr("Do this"), page.orders),
                (tr("What would change it"), page.doubts),
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
        trn(
            "The {n} likeliest corridor, {share} of the inflow.",
            "The {n} likeliest corridors, {share} of the inflow.",
            len(drawn),
            share=percent(total),
        ),
        tr("Borders are drawn by who holds the ground; that is no opinion on any claim."),
        f"{tr(ATTRIBUTION)}.",
    )
    return Figure(svg, " ".join(caption))


def unknown_section(material: Material) -> Section:
    """Say what is not known."""
    ranking, names, events = material.ranking, material.names, _events_at(material.analysis)
    reasons = Counter(use.use for use in ranking.seizures if use.use != "evidence")
    items = []
    if reasons:
        told = "; ".join(f"{data_word(reason)}: {number}" for reason, number in sorted(reasons.items()))
        items.append(
            trn(
                "{n} record could not be used ({reasons}).",
                "{n} records could not be used ({reasons}).",
                sum(reasons.values()),
                reasons=told,
            )
        )
    if ranking.silent_countries:
        silent = listed([country_name(code) for code in ranking.silent_countries])
        items.append(
            tr(
                "No located event lies in {countries}. That is a gap in what is published or policed, not "
                "evidence that nothing passes.",
                countries=silent,
            )
        )
    bare = [p for p in ranking.crossings if p.posterior_share >= _NEXT_TO and not events.get(p.id)]
    if bare:
        more = [tr("{n} more", n=n) for n in [len(bare) - _NAMED] if n > 0]
        items.append(
            tr(
                "No located event lies at {places}, though the model sends {share} of the inflow or more "
                "through each. Their shares rest on roads, weights and seizures elsewhere.",
                places=listed([*(names[p.id] for p in bare[:_NAMED]), *more]),
                share=set_percent(_NEXT_TO),
            )
        )
    items += [
        tr("How much is caught of what passes. Few seizures can mean little traffic or little policing."),
        tr("How the inflow divides among the gates. No source gives it."),
        tr("Railways, airports, the sea beyond the ports, and tracks that no map shows."),
    ]
    return Section(tr("What is not known"), (Points(tuple(items)),), begins_page=True)


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
    items = [tr(assumption) for assumption in ASSUMPTIONS]
    if choice:
        items.append(
            tr(
                "Route choice: a corridor {scale} km-equivalents dearer is e (2.7) times less likely.",
                scale=number_as_set(choice["scale_km"]),
            )
        )
    if penalties:
        items.append(
            tr(
                "A checked road crossing costs {road} km-equivalents, a restricted one {restricted} more, a "
                "closed one {closed} more, a road that is no listed crossing {unlisted}. Nobody has measured "
                "these.",
                **{
                    name: number_as_set(penalties[name])
                    for name in ("road", "restricted", "closed", "unlisted")
                },
            )
        )
    items.append(
        data_word(material.region.weights_from)
        or tr(
            "Gates and processing areas have the weights of places.csv; nothing is told of what they rest on."
        )
    )
    return Section(tr("Assumptions"), (Points(tuple(items)),))


_METHOD = (
    message("The roads of {where} and its neighbours are cut at every border into one graph."),
    message(
        "A corridor is a gate into the region, the border crossings in their order, and a processing area."
    ),
    message("Its share is the part of all {goods} that takes it."),
    message("Before any seizure, cheaper ways are likelier, and ways that share roads divide their part."),
    message("What a way costs is its length, its roads and its crossings as they stand on the day."),
    message("A seizure speaks for the corridors that pass its place, as strongly as they pass it."),
    message("Every seizure counts under the crossings as they stood in its year."),
    message(
        "The seizures move the weights of gates, crossings, areas, cost and detection, not each share by "
        "itself."
    ),
    message(
        "Intervals come from draws of these weights; detection, which seizures do not tell, is drawn too."
    ),
    message(
        "Posts are chosen so that the least gets through, with a bound; traffickers answer by route choice."
    ),
)


def method_section(material: Material) -> Section:
    """Tell the method in ten lines."""
    region = material.region
    told = {
        "where": country_name(region.destination, region.destination_name),
        "goods": data_word(region.goods),
    }
    lines = tuple(tr(line, **told) for line in _METHOD)
    return Section(tr("Method in ten lines"), (Points(lines, numbered=True),))


def question_section(material: Material) -> Section:
    """Say what was asked, of what."""
    provenance = material.ranking.provenance
    asked = provenance["question"]
    region = material.region
    parts = [
        question_of(provenance),
        tr(
            "By which corridors do {goods} come into {where}? Which crossings carry most of them? Where "
            "should inspection teams stand?",
            goods=data_word(region.goods),
            where=country_name(region.destination, region.destination_name),
        ),
    ]
    if asked.get("substance"):
        parts.append(
            tr("Only seizures of {substance} count.", substance=data_word(shortened(asked["substance"])))
        )
    if material.operation:
        parts.append(tr("Only seizures of {operation} count.", operation=material.operation))
    return Section(tr("The question"), (Paragraph(" ".join(parts)),))

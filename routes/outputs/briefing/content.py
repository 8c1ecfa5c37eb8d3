"""What a briefing says: the sections, in the order of a reader who may stop at any of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routes.outputs.briefing.charts import Bar, interval_chart
from routes.outputs.briefing.drawing import corridor_drawing
from routes.outputs.documents.text_blocks import Block, Figure, Paragraph, Points, Section, Table
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION, change_lines, question_of, status_heading
from routes.outputs.icd203 import (
    CONFIDENCE_NOTE,
    LIKELIHOOD_NOTE,
    cautions,
    confidence,
    likelihood,
    only_prior,
)
from routes.outputs.text import (
    capital,
    clean,
    count,
    date,
    decimal,
    interval_text,
    learnt,
    listed,
    percent,
    probability,
    quantity,
    shortened,
)
from routes.read import COUNTRY_NAMES

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import geopandas as gpd
    import pandas as pd

    from routes.analysis import Analysis
    from routes.planning.outcomes import Plan
    from routes.read import Region
    from routes.results import Chokepoint, RankedCorridor, RankedPlace, Ranking

ROWS = 15
PLACE_ROWS = 12
SEIZURE_ROWS = 200
_DRAWN_FLOOR = 0.0005
_LONGEST_CELL = 240
_NAMED = 8
_NEXT_TO = 0.01  # share from which a place without an event of its own is worth telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a briefing is made from; ``chokepoints`` and ``plan`` may be missing."""

    analysis: Analysis
    seizures: pd.DataFrame
    borders: gpd.GeoDataFrame
    top: int = 20
    teams: int = 0
    operation: str = ""
    chokepoints: tuple[Chokepoint, ...] = ()
    plan: Plan | None = None

    @property
    def ranking(self) -> Ranking:
        """The ranking."""
        return self.analysis.ranking

    @property
    def region(self) -> Region:
        """What the data speak of."""
        return self.analysis.region

    @property
    def crossings_in(self) -> list[RankedPlace]:
        """Crossings into the destination, the largest share first."""
        return [place for place in self.ranking.crossings if self.region.destination in place.countries]

    @property
    def names(self) -> dict[str, str]:
        """Id of every gate, crossing and area -> its name."""
        ranking = self.ranking
        places = (*ranking.gates, *ranking.crossings, *ranking.processing_areas)
        return {place.id: shortened(place.name) or place.id for place in places}


def _events_at(analysis: Analysis) -> Counter[str]:
    """Id of every place -> events whose own place is that one, as the crossing graph ties them."""
    graph = analysis.crossing_graph.graph
    ties = {
        (event, graph.nodes[node]["place"])
        for event, node, edge in graph.edges(data=True)
        if edge["kind"] == "evidence" and edge.get("passage_density", 0) > 0
    }
    return Counter(place for _, place in ties)


def way(row: RankedCorridor, names: Mapping[str, str]) -> str:
    """Name a corridor in words."""
    stops = (row.gate, *row.crossings, row.processing_area)
    return " > ".join(names.get(stop, stop) for stop in stops)


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
        f"{question_of(provenance)} By which corridors do {material.region.goods} come into {where}, which "
        f"crossings carry most of them, and where should inspection teams stand?{only} "
        f"A corridor is a gate into the region, the border crossings in their order, and "
        f"a processing area in {where}; its share is the part of all inflow that takes it."
    )
    changes = change_lines(material.ranking.changes)
    if not changes:
        return Section("The question", (Paragraph(text),))
    since = Paragraph("What has changed since the evidence, at crossings that carry a share of the inflow:")
    return Section("The question", (Paragraph(text), since, Points(tuple(map(capital, changes)))))


def answer_section(material: Material) -> Section:
    """Answer in five lines."""
    ranking = material.ranking
    if not ranking.corridors:
        return Section("The answer in five lines", (Paragraph("No corridor was found."),))
    prior = only_prior(ranking)
    lines = (
        _first_corridor(material),
        _first_crossing(material),
        _sides(ranking, material.region.destination),
        _teams_line(material),
        _caution(material),
    )
    notes = Paragraph(f"{LIKELIHOOD_NOTE} {CONFIDENCE_NOTE}")
    return Section(
        "The answer in five lines",
        (*([Paragraph(prior)] if prior else []), Points(lines, numbered=True), notes),
    )


def _first_corridor(material: Material) -> str:
    row = material.ranking.corridors[0]
    grounds = confidence(row.grounds)
    return (
        f"The largest single corridor is {way(row, material.names)} with {percent(row.posterior_share)} of "
        f"the inflow (90 %: {interval_text(*row.interval_90)}). That it is the first of all is "
        f"{likelihood(row.first_probability)} ({probability(row.first_probability)}), that it is among the "
        f"first ten {likelihood(row.top_10_probability)} ({probability(row.top_10_probability)}). "
        f"{capital(str(grounds))}."
    )


def _first_crossing(material: Material) -> str:
    into, where = material.crossings_in, material.region.destination_name
    if not into:
        return f"No crossing into {where} carries a share."
    place = into[0]
    grounds = confidence(place.grounds)
    second = f"; next come {listed([_named(p) for p in into[1:3]])}" if into[1:] else ""
    return (
        f"Of the crossings into {where}, {_named(place)} carries most (90 %: "
        f"{interval_text(*place.interval_90)}){second}. {capital(str(grounds))}."
    )


def _named(place: RankedPlace) -> str:
    return f"{shortened(place.name)} ({percent(place.posterior_share)})"


def _sides(ranking: Ranking, destination: str) -> str:
    """Inflow by the country from which it enters the destination, and by the first gates."""
    other = {p.id: next((c for c in p.countries if c != destination), "") for p in ranking.crossings}
    by: Counter[str] = Counter()
    for row in ranking.corridors:
        last = next((c for c in reversed(row.crossings) if c in other), "")
        by[other.get(last, "")] += row.posterior_share  # type: ignore[assignment]
    sides = [
        f"{COUNTRY_NAMES.get(code, 'no listed neighbour')} {percent(s)}" for code, s in by.most_common(3)
    ]
    gates = [_named(gate) for gate in ranking.gates[:3]]
    return (
        f"By neighbour the inflow divides about as {listed(sides)}. The gates of the region that it uses "
        f"most are {listed(gates)}."
    )


def _teams_line(material: Material) -> str:
    plan, k = material.plan, material.teams
    if plan is not None:
        posts = listed([shortened(post.name) for post in plan.posts])
        return (
            f"{capital(count(k, 'team'))} should stand at {posts}: {percent(plan.passing)} of the inflow "
            "would then still get through, if traffickers know the posts and answer as well as they can."
        )
    into = material.crossings_in[:k]
    if not into:
        return "No plan for teams was asked for."
    total = sum(place.posterior_share for place in into)
    return (
        f"With {count(k, 'team')} and no thought of how traffickers would answer, the crossings to watch are "
        f"{listed([_named(place) for place in into])}, through which {percent(total)} of the inflow passes. "
        "Flow moves when a crossing is watched; this line does not say where to."
    )


def _caution(material: Material) -> str:
    ranking = material.ranking
    used = len({use.event_id for use in ranking.seizures if use.use == "evidence"})
    silent = [COUNTRY_NAMES.get(code, code) for code in ranking.silent_countries]
    silence = f" No located event lies in {listed(silent)}." if silent else ""
    return (
        f"All of this rests on {count(used, 'located event')}; a seizure shows policing as much as traffic, "
        f"and shares are estimates of a model.{silence}"
    )


def ranking_section(material: Material) -> Section:
    """Rank the corridors with interval and confidence."""
    ranking, names = material.ranking, material.names
    rows = ranking.corridors[:ROWS]
    table = Table(
        (
            "#",
            "Tier",
            "Corridor",
            "Prior",
            "Share",
            "90 % interval",
            "In the first ten",
            "Learnt",
            "Confidence",
        ),
        tuple(
            (
                str(row.rank),
                str(row.tier),
                way(row, names),
                percent(row.prior_share),
                percent(row.posterior_share),
                interval_text(*row.interval_90),
                likelihood(row.top_10_probability),
                learnt(row.grounds.learnt),
                confidence(row.grounds).level,
            )
            for row in rows
        ),
        figures=(0, 1, 3, 4, 5, 7),
    )
    shown = sum(row.posterior_share for row in rows)
    text = (
        f"The first {len(rows)} of {count(len(ranking.corridors), 'corridor')}, together {percent(shown)} of "
        f"the inflow. Corridors that are not in the ranking at all hold {percent(ranking.uncovered_share)}. "
        "Tier: no corridor in it is known to stand behind its first one (chance under 80 %). Prior: share "
        "without the seizures. Learnt: how much of what was unsure of the share the seizures took."
    )
    bars = [Bar(f"{r.rank}. {way(r, names)}", r.posterior_share, r.interval_90) for r in rows]
    chart = Figure(
        interval_chart(bars, "Shares of the corridors with their 90 % intervals"),
        "Shares of the corridors. Where two lines overlap widely, the order of the two is not known.",
    )
    return Section("Ranking", (Paragraph(text), *map(Paragraph, cautions(ranking)), table, chart))


def map_section(material: Material) -> Section:
    """Draw the corridors."""
    drawn = [r for r in material.ranking.corridors[: material.top] if r.posterior_share >= _DRAWN_FLOOR]
    svg = corridor_drawing(material.ranking, drawn, material.seizures, material.borders)
    total = sum(row.posterior_share for row in drawn)
    caption = (
        f"The {count(len(drawn), 'likeliest corridor')}, {percent(total)} of the inflow. Dotted: no road is "
        f"known. Borders are drawn by who holds the ground; that is no opinion on any claim. {ATTRIBUTION}."
    )
    return Section("Map", (Figure(svg, caption),))


def chokepoint_section(material: Material) -> Section:
    """Rank gates and crossings by the share that passes them."""
    ranking = material.ranking
    chosen = ranking.crossings[:PLACE_ROWS]
    critical = {row.place.id: row for row in material.chokepoints}
    stood = capital(status_heading(ranking.provenance))
    heads = ["Tier", "Crossing", "Between", stood, "Prior", "Share", "90 % interval", "Learnt", "Confidence"]
    rows = []
    for place in chosen:
        cells = [
            str(place.tier),
            shortened(place.name),
            listed([COUNTRY_NAMES.get(code, code) for code in place.countries]),
            place.status,
            percent(place.prior_share),
            percent(place.posterior_share),
            interval_text(*place.interval_90),
            learnt(place.grounds.learnt),
            confidence(place.grounds).level,
        ]
        if critical:
            row = critical.get(place.id)
            rise = row.criticality if row is not None else None
            cells.append("" if rise is None else f"{decimal(rise, 1)} km")
        rows.append(tuple(cells))
    blocks: list[Block] = [
        Paragraph(
            "Crossings by the share of the inflow that passes them; shares of crossings add up to more than "
            "one, for a corridor passes several. Tiers, prior and learnt are as in the ranking."
        )
    ]
    if critical:
        heads.append("If closed")
        blocks.append(
            Paragraph(
                "If closed: by how much the expected cost of all inflow rises, in km-equivalents. A "
                "crossing beside which another would do as well carries much and yet costs little to lose."
            )
        )
    numbers = {"Tier", "Prior", "Share", "90 % interval", "Learnt", "If closed"}
    figures = tuple(i for i, head in enumerate(heads) if head in numbers)
    blocks.append(Table(tuple(heads), tuple(rows), figures=figures))
    bars = [Bar(shortened(p.name), p.posterior_share, p.interval_90) for p in chosen]
    blocks.append(
        Figure(
            interval_chart(bars, "Shares through the crossings with their 90 % intervals"),
            "Shares through the crossings.",
        )
    )
    return Section("Chokepoints", tuple(blocks))


def seizure_section(material: Material) -> Section:
    """List the records with sources and grades."""
    seizures = material.seizures
    use_of = {use.seizure_id: use.use for use in material.ranking.seizures}
    newest = seizures.sort_values(["date_from", "seizure_id"], ascending=[False, True], kind="stable")
    rows = tuple(
        (
            date(row["date"], row["date_precision"]),
            _place(row),
            shortened(row["substance"], _LONGEST_CELL),
            _amounts(row),
            "evidence"
            if use_of.get(row["seizure_id"]) == "evidence"
            else f"no: {use_of.get(row['seizure_id'])}",
            clean(row["source_grade"]),
            shortened(row["source"], _LONGEST_CELL),
            clean(row["quality_flag"]).replace("_", " "),
        )
        for row in newest.head(SEIZURE_ROWS).to_dict("records")
    )
    left = len(seizures) - len(rows)
    text = (
        f"{count(len(seizures), 'record')} of {count(seizures['event_id'].nunique(), 'event')}, newest "
        "first. Grade: reliability of the source A to F, credibility of the information 1 to 6 (Admiralty "
        "code). "
        + (f"{left:,} older records are left out here; `routes export` writes them all." if left else "")
    )
    heads = ("Date", "Place", "Substance", "Reported (kg)", "Used", "Grade", "Source", "Doubts")
    return Section("Seizures", (Paragraph(text.strip()), Table(heads, rows, layout="seizures")))


def _place(row: Mapping[Hashable, Any]) -> str:
    country = COUNTRY_NAMES.get(clean(row["country"]), clean(row["country"]))
    known = [shortened(row["place"], _LONGEST_CELL), country]
    return ", ".join(word for word in known if word) or "not reported"


def _amounts(row: Mapping[Hashable, Any]) -> str:
    said = quantity(row["quantity_reported"], row["unit_reported"])
    kg = quantity(row["quantity_kg"], "kg")
    if not said:
        return kg or "not reported"
    return said if kg in ("", said) else f"{said} ({kg})"


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
            f"Crossings: a checked road crossing costs {penalties['road']:g} km-equivalents, a restricted "
            f"one {penalties['restricted']:g} more, a closed one {penalties['closed']:g} more, a road that "
            f"is no listed crossing {penalties['unlisted']:g}. Nobody has measured these."
        )
    items.append(
        clean(material.region.weights_from)
        or "Gates and processing areas have the weights of places.csv; nothing is told of what they rest on."
    )
    return Section("Assumptions", (Points(tuple(items)),))


def unknown_section(material: Material) -> Section:
    """Say what is not known."""
    ranking, names, events = material.ranking, material.names, _events_at(material.analysis)
    reasons = Counter(use.use for use in ranking.seizures if use.use != "evidence")
    items = []
    if reasons:
        told = listed([f"{number} {reason}" for reason, number in sorted(reasons.items())])
        items.append(f"{count(sum(reasons.values()), 'record')} could not be used: {told}.")
    if ranking.silent_countries:
        silent = listed([COUNTRY_NAMES.get(code, code) for code in ranking.silent_countries])
        items.append(
            f"No located event lies in {silent}. That is a gap in what is published or policed, not evidence "
            "that nothing passes."
        )
    bare = [p for p in ranking.crossings if p.posterior_share >= _NEXT_TO and not events.get(p.id)]
    if bare:
        named = [names[p.id] for p in bare[:_NAMED]] + [f"{n} more" for n in [len(bare) - _NAMED] if n > 0]
        items.append(
            f"No located event lies at {listed(named)}, though the model sends {percent(_NEXT_TO)} of the "
            "inflow or more through each: their shares rest on roads, weights and seizures elsewhere."
        )
    items += [
        "How much is caught of what passes. Few seizures can mean little traffic or little policing.",
        "How the inflow divides among the gates. No source gives it.",
        "Railways, airports, the sea beyond the ports, and tracks that no map shows.",
    ]
    return Section("What is not known", (Points(tuple(items)),))


def closing_section(material: Material, line: str, mark_line: str) -> Section:
    """Say what made the briefing."""
    hashes = material.ranking.provenance.get("inputs", {})
    files = Table(
        ("Input", "SHA-256"),
        tuple((clean(name), clean(value)) for name, value in hashes.items()),
        layout="hashes",
    )
    return Section("Provenance", (Paragraph(mark_line), Paragraph(line), files))

"""Chokepoints and displacement as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs.documents.text_blocks import Paragraph, figures, paragraphs, table_of, words
from routes.outputs.handling import shut_posts
from routes.outputs.language import Language, message, message_n, spoken, tr, trn
from routes.outputs.placenames import country_tag, place_name, spot_name, with_names
from routes.outputs.terminal.ranking_tables import CARE, known_by, named_way, way
from routes.outputs.text import decimal, interval_text, learnt, percent, points, points_between, set_percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.outputs.documents.text_blocks import Block, Column
    from routes.results import Chokepoint, CorridorChange, Displacement, PlaceChange, Post, RoadSegment

_NOTICEABLE = 0.0005  # a smaller change of share is no news


def chokepoint_blocks(
    rows: Sequence[Chokepoint],
    of: int,
    kind: str,
    area: str | None,
    cuts: Mapping[str, tuple[int, Any]] | None = None,
) -> tuple[Block, ...]:
    """Gates or crossings as a table, and what its columns say.

    Parameters
    ----------
    rows : sequence of Chokepoint
        What is listed, of `of` in all.
    of : int
    kind : str
        ``gate`` or ``crossing``.
    area : str or None
        The processing area whose inflow is looked at.
    cuts : mapping, optional
        From `routes.planning.chokepoints.area_cuts`, if the smallest cuts are asked for.
    """
    places = [with_names(row.place) for row in rows]
    crossings = kind == "crossing"
    closures = _closures(rows) if crossings else ()
    first, last = known_by(
        tr("crossing") if crossings else tr("gate"),
        (place.id for place in places),
        (place.name for place in places),
        tr("name"),
    )
    table = table_of(
        figures(tr("tier"), (place.tier for place in places)),
        first,
        figures(tr("prior"), (percent(place.prior_share) for place in places)),
        figures(tr("share"), (percent(place.posterior_share) for place in places)),
        figures("90 %", (interval_text(*place.interval_90) for place in places)),
        *closures,
        *((figures(tr("areas cut off"), (len(row.cut_areas) for row in rows)),) if cuts else ()),
        figures(tr("learnt"), (learnt(place.grounds.learnt) for place in places)),
        figures(tr("cheapest way"), (percent(row.betweenness) for row in rows), spare=True),
        last,
    )
    closed = tr(
        "dearer without: rise of the expected least cost if nothing passes it, in km-equivalents. way round: "
        "least cost without it over that with it, for those who used it; 1.00: another way is as good."
    )
    sizes = sorted({size for size, _ in (cuts or {}).values()})
    cut = tr(
        "areas cut off: by a smallest set of places with this one in it; places in the set: {sizes}.",
        sizes=", ".join(map(str, sizes)),
    )
    listed = trn(*_LISTED[kind], of, shown=len(rows))
    told = f"{listed} {_of_inflow(area)} {tr(_READING)}"
    return (table, *paragraphs(told, closed if closures else "", cut if cuts else "", tr(CARE)))


_READING = message(
    "prior: without the seizures; learnt: how much of what was unsure of the share they took. tier: none in "
    "it is known to stand behind its first one (chance under 80 %). cheapest way: part of the flow whose "
    "cheapest way leads through the place."
)


_LISTED = {
    "crossing": message_n(
        "{shown} of {n} crossing that carries inflow.", "{shown} of {n} crossings that carry inflow."
    ),
    "gate": message_n("{shown} of {n} gate that carries inflow.", "{shown} of {n} gates that carry inflow."),
}


def _closures(rows: Sequence[Chokepoint]) -> tuple[Column, ...]:
    """Say what closing each would do."""
    return (
        figures(tr("dearer without"), map(_rise, rows)),
        figures(
            tr("way round"), ("-" if r.detour_factor is None else decimal(r.detour_factor, 2) for r in rows)
        ),
    )


def _of_inflow(area: str | None) -> str:
    return (
        tr("share: of the inflow into {area}.", area=place_name(area, area))
        if area
        else tr("share: of the whole inflow.")
    )


def _rise(row: Chokepoint) -> str:
    if row.criticality is None:
        return "-"
    rise = decimal(row.criticality, 1)
    if row.cut_off_share <= _NOTICEABLE:
        return rise
    return tr("{rise} {share} cut off", rise=rise, share=percent(row.cut_off_share))


def segment_blocks(rows: Sequence[RoadSegment], of: int, area: str | None) -> tuple[Block, ...]:
    """Road segments as a table."""
    table = table_of(
        words(
            tr("road"),
            (
                tr(
                    "{road} ({country}, no known road)",
                    road=spot_name(row.name),
                    country=country_tag(row.country),
                )
                if row.synthetic
                else f"{spot_name(row.name)} ({country_tag(row.country)})"
                for row in rows
            ),
        ),
        figures(tr("share"), (percent(row.share) for row in rows)),
        figures("90 %", (interval_text(*row.interval_90) for row in rows)),
        figures(tr("km"), (decimal(row.length_km) for row in rows)),
    )
    listed = trn("{shown} of {n} road segment.", "{shown} of {n} road segments.", of, shown=len(rows))
    reading = tr(
        "A segment runs on as long as its flow changes by less than a tenth; where a leg has other roads "
        "nearly as short, its flow is divided among them. Ends: stops within 5 km, or how far the nearest "
        "lies."
    )
    return (table, *paragraphs(f"{listed} {_of_inflow(area)} {reading}", tr(CARE)))


def displacement_blocks(moved: Displacement, top: int) -> tuple[Block, ...]:
    """Shares before and after, by crossing and by corridor, and what is out of reach."""
    cost = tr(
        "Cost of the inflow over all its ways: {before} km-equivalents before, {after} after.",
        before=decimal(moved.cost_before),
        after=decimal(moved.cost_after),
    )
    held = tr(
        "90 %: of the change. The inflow into each processing area stays what it was; corridors that are "
        "not listed at all ({rest}) stay where they are. rank for a day on which a crossing is closed takes "
        "the same penalty, but lets the areas' parts of the inflow move, too.",
        rest=percent(moved.rest),
    )
    return (
        *paragraphs(_what_was_done(moved), shut_posts(moved.posts)),
        changes_block("crossing", moved.crossings, top),
        changes_block("corridor", moved.corridors, top),
        *paragraphs(cost, *_out_of_reach(moved), held, tr(CARE)),
    )


def _what_was_done(moved: Displacement) -> str:
    done = []
    if moved.closed:
        done.append(tr("Closed to trade: {places}.", places=_listed_posts(moved.closed)))
    if moved.impassable:
        done.append(tr("Impassable: {places}.", places=_listed_posts(moved.impassable)))
    if moved.penalties:
        dearer = (
            tr("{place} by {cost} km-equivalents", place=place_name(name, name), cost=decimal(km))
            for name, km in moved.penalties.items()
        )
        done.append(tr("Dearer: {places}.", places=", ".join(dearer)))
    if moved.posts:
        watched = (
            tr("{place} ({share} caught)", place=place_name(x.id, x.id), share=set_percent(x.detection))
            for x in moved.posts
        )
        done.append(tr("Watched: {places}.", places=", ".join(watched)))
    return " ".join(done)


def _listed_posts(posts: Sequence[Post]) -> str:
    return ", ".join(place_name(post.id, post.id) for post in posts)


def _out_of_reach(moved: Displacement) -> list[str]:
    told = []
    if moved.unreachable_areas:
        lost = percent(moved.no_way_share)
        areas = ", ".join(place_name(area, area) for area in moved.unreachable_areas)
        told.append(tr("No way left into {areas}: {share} of the inflow.", areas=areas, share=lost))
    if moved.unreachable_gates:
        told.append(
            tr(
                "Gates that no listed corridor begins at any more: {gates}.",
                gates=", ".join(place_name(gate, gate) for gate in moved.unreachable_gates),
            )
        )
    return told or [tr("Every processing area can still be reached.")]


def changes_block(
    what: str, rows: Sequence[PlaceChange] | Sequence[CorridorChange], top: int, caption: str = ""
) -> Block:
    """Lay out the changes of share that are noticeable, or say that there is none."""
    noticeable = [row for row in rows if abs(row.after - row.before) >= _NOTICEABLE][:top]
    if not noticeable:
        least = set_percent(_NOTICEABLE)
        still = (
            tr("No crossing changes by as much as {share}.", share=least)
            if what == "crossing"
            else tr("No corridor changes by as much as {share}.", share=least)
        )
        return Paragraph(f"{caption} {still}".lstrip())
    names = [_name(row) for row in noticeable]
    first, last = known_by(
        tr("crossing") if what == "crossing" else tr("corridor"),
        (way(row.id) for row in noticeable),
        names,
        tr("name"),
    )
    columns = (
        first,
        figures(tr("share before"), (percent(row.before) for row in noticeable)),
        figures(tr("share after"), (percent(row.after) for row in noticeable)),
        figures(tr("change, points"), (points(row.after - row.before) for row in noticeable)),
        figures("90 %", (points_between(*row.change_90) for row in noticeable)),
    )
    return table_of(*columns, *((last,) if any(names) else ()), caption=caption)


def _name(row: PlaceChange | CorridorChange) -> str:
    """Name a place; a corridor has none in English, and the names of its places in other languages."""
    own = getattr(row, "name", "")
    if own or spoken() is Language.en:
        return place_name(row.id, own)
    return named_way(row.id, {place: place_name(place, place) for place in row.id.split(">")})

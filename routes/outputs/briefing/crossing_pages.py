"""A dossier of one gate or crossing, in the order in which border studies are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.briefing.drawing import local_drawing
from routes.outputs.briefing.issue import Issue, head_rows
from routes.outputs.briefing.page_one import confidence_of
from routes.outputs.briefing.statements import Statement, about, interval, named, state, whole, word
from routes.outputs.documents.text_blocks import Block, Briefing, Figure, Paragraph, Points, Section, Table
from routes.outputs.handling import Mark, provenance_line, question_of, stamp
from routes.outputs.language import figures, long_day, message, table_day, tr, trp
from routes.outputs.placenames import country_name, place_name, town_name
from routes.outputs.text import (
    date,
    decimal,
    interval_text,
    percent,
    points,
    points_between,
    set_percent,
    shortened,
)
from routes.outputs.vocabulary import data_word, kind_words, unused_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

    from routes.planning.dossiers import Dossier, Effect
    from routes.results import Ranking

_LONGEST = 200
_SEIZURES = 12
_PERIODS = 8
_CONFIDENT = "high"
_KNOWN = ("A", "B", "C")  # grades of sources that are relied on
_STATES = {
    "open": message("{place} is open on {day}."),
    "restricted": message("{place} is restricted on {day}."),
    "closed": message("{place} is shut on {day}."),
}
_BASES = {
    "given": message("What the post catches is given."),
    "inspections": message("What the post catches comes from inspections and loads a day."),
    "assumed": message("What the post catches is assumed, not measured."),
}


def dossier_pages(
    found: Dossier,
    ranking: Ranking,
    seizures: pd.DataFrame,
    borders: gpd.GeoDataFrame,
    cities: pd.DataFrame | None = None,
    mark: Mark = Mark.clear,
    issue: Issue | None = None,
) -> Briefing:
    """Put a dossier together.

    Parameters
    ----------
    found : Dossier
    ranking : Ranking
        Of the same analysis.
    seizures : DataFrame
    borders : GeoDataFrame
    cities : DataFrame, optional
    mark : Mark
    issue : Issue, optional
        Who issues it, and when.
    """
    name = place_name(found.id, shortened(found.name))
    picture = Figure(
        local_drawing(found, seizures, borders, cities),
        tr("Corridors through it, seizures (full: used as evidence) and cities around {place}.", place=name),
    )
    said = short(found)
    sections = (
        Section(tr("In short"), (Paragraph(said[0].text), Points(tuple(each.text for each in said[1:])))),
        Section(tr("Where it is"), (Points(tuple(_where(found))),), beside="place"),
        Section(tr("Surroundings"), (picture,), beside="place"),
        Section(tr("What passes"), (Points(tuple(_passes(found))),), beside="use"),
        Section(tr("Who stands there"), _units(found), beside="use"),
        Section(tr("Status over time"), _status(found), kept=True),
        Section(tr("Seizures within {km} km", km=decimal(found.near_km)), _seizures(found)),
        Section(tr("Corridors through it"), _corridors(found), kept=True),
        *_effects(found),
        Section(tr("What is not known"), (Points(tuple(_unknown(found))),), kept=True),
    )
    line = provenance_line(ranking.provenance)
    head = head_rows(issue or Issue(), ranking, None, mark)
    title = tr("Dossier: {place}", place=name)
    return Briefing(
        title, question_of(ranking.provenance), mark, stamp(ranking.provenance), line, sections, head
    )


def short(found: Dossier) -> tuple[Statement, ...]:
    """Say how it stands and what passes it, in sentences that remember their figures."""
    place = named(found.id, place_name(found.id, found.name))
    day = word("day", found.id, long_day(found.day))
    stands = state(_STATES[found.status], place=place, day=day)
    if found.unused:
        why = unused_words(found.unused)
        return stands, state("No listed corridor passes it: {why}", why=word("why", found.id, why))
    return (
        stands,
        state(
            "{part} of the inflow passes it (90 % interval: {span}).",
            part=about(found.id, found.posterior_share),
            span=interval(found.id, found.interval_90),
        ),
        state(
            "Among {ranked} of its kind it is number {rank}.",
            rank=whole("rank", found.rank, found.id),
            ranked=whole("ranked", found.ranked, found.id),
        ),
        confidence_of(found.id, found.grounds),
    )


def _where(found: Dossier) -> Iterator[str]:
    between = " - ".join(country_name(code) for code in found.countries)
    yield f"{kind_words(found.kind) or found.kind}, {between}"
    yield tr("{lat} N, {lon} E", lat=figures(f"{found.lat:.4f}"), lon=figures(f"{found.lon:.4f}"))
    if found.town and found.town_km is not None:
        yield tr("Nearest city: {city}, {km} km", city=town_name(found.town), km=decimal(found.town_km))
    if found.official is not None:
        yield tr("An official crossing.") if found.official else tr("No official crossing.")
    beside = [
        f"{place_name(b.id, b.name)} ({_km(b.distance_km)}, {trp('crossing', b.status)})"
        for b in found.beside
    ]
    if beside:
        yield tr("Beside it: {places}", places="; ".join(beside))
    if found.note:
        yield shortened(found.note, _LONGEST)
    if found.source:
        yield tr("Source: {source}", source=shortened(found.source, _LONGEST))


def _passes(found: Dossier) -> Iterator[str]:
    if found.loads_a_day is None:
        yield tr("No count of loads is known.")
    else:
        yield tr("Goods vehicles or loads a day: {loads}", loads=decimal(found.loads_a_day))
        yield tr("Source: {source}", source=shortened(found.loads_source, _LONGEST))
    yield tr("Share of the inflow by route choice alone: {part}", part=percent(found.prior_share))
    yield tr("With the seizures taken in: {part}", part=percent(found.posterior_share))
    if found.criticality is not None:
        rise = decimal(found.criticality, 1)
        yield tr("If it is closed, the expected cost of all inflow rises by {km} km-equivalents.", km=rise)


def _km(distance_km: float) -> str:
    return tr("{length} km", length=decimal(distance_km))


def _units(found: Dossier) -> tuple[Block, ...]:
    if not found.units:
        return (Paragraph(tr("No inspection unit is published as standing here.")),)
    rows = tuple(
        (
            data_word(shortened(unit.kind)),
            tr("yes") if unit.stands else tr("no"),
            _span(unit.since, unit.until),
            unit.grade,
            shortened(unit.source, _LONGEST),
        )
        for unit in found.units
    )
    heads = (tr("Unit"), tr("Stands"), tr("Time"), tr("Grade"), tr("Source"))
    return (Table(heads, rows, layout="units"),)


def _span(since: dt.date | None, until: dt.date | None) -> str:
    first = table_day(since) if since else tr("not known")
    return tr("{first} to {last}", first=first, last=table_day(until) if until else tr("now"))


def _status(found: Dossier) -> tuple[Block, ...]:
    if not found.periods:
        return (Paragraph(tr("Nothing is known of its status; days without a row count as open.")),)
    rows = tuple(
        (
            table_day(period.first) if period.first else tr("since ever"),
            table_day(period.until) if period.until else tr("until further notice"),
            trp("crossing", period.status),
            period.grade,
            shortened(" ".join(filter(None, (period.note, period.source))), _LONGEST),
        )
        for period in found.periods[:_PERIODS]
    )
    heads = (tr("From"), tr("Until"), tr("Status"), tr("Grade"), tr("What is told, and by whom"))
    return (Table(heads, rows, layout="periods"),)


def _seizures(found: Dossier) -> tuple[Block, ...]:
    if not found.seizures:
        return (Paragraph(tr("None with a place is published.")),)
    rows = tuple(
        (
            date(row.date, ""),
            shortened(row.place, _LONGEST),
            decimal(row.distance_km),
            data_word(row.substance),
            "" if row.quantity_kg is None else decimal(row.quantity_kg),
            shortened(row.concealment, _LONGEST) or tr("not reported"),
            tr("yes") if row.used == "evidence" else tr(row.used),
            row.grade,
        )
        for row in found.seizures[:_SEIZURES]
    )
    heads = (
        tr("Date"),
        tr("Place"),
        tr("km"),
        tr("Substance"),
        tr("kg"),
        tr("How hidden, whence and whither"),
    )
    table = Table((*heads, tr("Evidence"), tr("Grade")), rows, figures=(2, 4), layout="near")
    left = len(found.seizures) - len(rows)
    more = (Paragraph(tr("Older ones that are left out: {number}.", number=left)),) if left > 0 else ()
    return (table, *more)


def _corridors(found: Dossier) -> tuple[Block, ...]:
    if not found.corridors:
        return (Paragraph(tr("No listed corridor passes it.")),)
    rows = tuple(
        (
            str(row.rank),
            " > ".join(
                place_name(part, name) for part, name in zip(row.id.split(">"), row.stops, strict=True)
            ),
            percent(row.share),
            interval_text(*row.interval_90),
        )
        for row in found.corridors
    )
    return (Table((tr("#"), tr("Corridor"), tr("Share"), tr("90 % interval")), rows, figures=(0, 2, 3)),)


def _effects(found: Dossier) -> Iterator[Section]:
    if found.closure is not None:
        title = (
            tr("If nothing passed it any more") if found.closed_already else tr("If it were closed to trade")
        )
        yield Section(title, _moved(found.closure), beside="effects")
    if found.post is not None:
        title = tr("If a post stood there (catches {part})", part=set_percent(found.post.detection))
        yield Section(title, (*_moved(found.post), Paragraph(tr(_BASES[found.post_basis]))), beside="effects")


def _moved(effect: Effect) -> tuple[Block, ...]:
    places = [*([effect.own] if effect.own else []), *effect.places]
    rows = tuple(
        (
            place_name(row.id, shortened(row.name)),
            percent(row.before),
            percent(row.after),
            points(row.after - row.before),
            points_between(*row.change_90),
        )
        for row in places
    )
    heads = (tr("Place"), tr("Before"), tr("After"), tr("Points"), tr("90 % interval"))
    cost = tr("The cost of the inflow rises by {km} km-equivalents.", km=decimal(effect.cost_rise, 1))
    return (Table(heads, rows, figures=(1, 2, 3, 4)), Paragraph(cost))


def _unknown(found: Dossier) -> Iterator[str]:
    """Say what is not known, each line only where it is so."""
    if found.loads_a_day is None:
        yield tr("How many goods vehicles pass: no count was found.")
    if found.position_confidence and found.position_confidence != _CONFIDENT:
        yield tr(
            "Where exactly it lies: the position is of {level} confidence.",
            level=tr(found.position_confidence),
        )
    if found.standing_grade[0] not in _KNOWN:
        yield tr("How it stands today: its status has grade {grade}.", grade=found.standing_grade)
    if not any(unit.stands for unit in found.units):
        yield tr("Who inspects there: no unit is published as standing on the day.")
    elif all(unit.grade[:1] not in _KNOWN for unit in found.units if unit.stands):
        yield tr("Whether the unit really stands there: no source of grade A to C says so.")
    if not found.seizures:
        yield tr("Whether anything was ever seized near it: nothing is published.")
    hidden = [row for row in found.seizures if not row.concealment]
    if hidden:
        yield tr("How the goods were hidden in {number} of the seizures.", number=len(hidden))
    if found.post is not None and found.post_basis == "assumed":
        yield tr("What a post would catch there. It is assumed.")
    yield tr("How much is caught of what passes. Few seizures can mean little traffic or little policing.")

"""An analysis as plain layers: the tables and shapes that every format writes.

A layer has fields and rows; its shapes are points, lines, or missing. Coordinates are (lon, lat) in
degrees, rounded to five decimals (1 m). Text is cleaned once, here, so that no format meets a character
that it cannot hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from shapely import MultiLineString, MultiPolygon, Point, get_parts

from routes.errors import RoutesError
from routes.outputs.documents.export_document import CorridorRow, LegRow, PatrolRow, PlaceRow
from routes.outputs.export.titles import TITLES
from routes.outputs.handling import Mark, provenance_items, stamp
from routes.outputs.icd203 import confidence
from routes.outputs.text import capital, clean, shortened
from routes.ranking import corridor_roads
from routes.read import COUNTRY_NAMES
from routes.results import RoadPiece
from routes.support.described import described
from routes.support.geo import great_circle_km
from routes.support.jsonable import jsonable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import geopandas as gpd
    import networkx as nx
    from shapely.geometry.base import BaseGeometry

    from routes.analysis import Analysis
    from routes.results import Grounds, PatrolStretch, RankedCorridor, RankedPlace, Ranking, SeizureUse

Kind = Literal["text", "number", "integer", "flag"]
Row = dict[str, Any]

DIGITS = 5
_LONGEST_NAME = 60
_TAKEN = ("fid", "ogc_fid", "geom", "geometry", "layer", "handling", "provenance", "name", "description")
_NAME_OF_COUNTRY = "country_name"
_NUMBERS = ("lat", "lon", "quantity_reported", "quantity_kg")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a layer."""

    name: str
    kind: Kind

    @property
    def title(self) -> str:
        """What a reader calls it.

        Examples
        --------
        >>> Field("interval_90_low", "number").title, Field("quality_note", "text").title
        ('90 % interval, from', 'Quality note')
        """
        return TITLES.get(self.name) or capital(self.name.replace("_", " ").strip())


@dataclass(frozen=True, slots=True)
class Layer:
    """Rows of one kind of thing; a missing number or flag is None, missing text is empty."""

    name: str
    title: str
    geometry: Literal["MultiLineString", "Point", "MultiPolygon", ""]
    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    shapes: tuple[BaseGeometry | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """All layers of one analysis with what goes with them.

    Parameters
    ----------
    title : str
        Title of the whole.
    layers : dict of str to Layer
        ``corridors``, ``legs``, ``gates``, ``crossings``, ``processing_areas``, ``seizures``, ``provenance``;
        ``patrol`` where it was asked for.
    mark : Mark
    provenance : mapping
    tied : function returning networkx.DiGraph
        Makes the crossing graph with its seizures, which few formats need.
    borders : Layer, optional
        The countries, for formats that draw a map.
    """

    title: str
    layers: dict[str, Layer]
    mark: Mark
    provenance: dict[str, Any]
    tied: Callable[[], nx.DiGraph[str]]
    borders: Layer | None = None

    @property
    def graph(self) -> nx.DiGraph[str]:
        """The crossing graph with its seizures."""
        return self.tied()

    @property
    def stamp(self) -> str:
        """Time for formats that demand one; see `routes.outputs.handling.stamp`."""
        return stamp(self.provenance)

    def layer(self, name: str) -> Layer:
        """Return one layer.

        Raises
        ------
        RoutesError
            If there is none of that name.
        """
        if name not in self.layers:
            message = f"--layer: wanted one of {', '.join(self.layers)}, got {name!r}."
            raise RoutesError(message)
        return self.layers[name]


def dataset(
    analysis: Analysis,
    seizures: pd.DataFrame,
    rows: Sequence[RankedCorridor] | None = None,
    mark: Mark = Mark.clear,
    patrol: Sequence[PatrolStretch] = (),
    borders: gpd.GeoDataFrame | None = None,
) -> Dataset:
    """Lay an analysis out as layers.

    Parameters
    ----------
    analysis : Analysis
    seizures : DataFrame
        The seizure records that the analysis was made from.
    rows : sequence of RankedCorridor, optional
        The corridors to write; all by default. Shares stay those of the whole.
    mark : Mark
        Handling mark.
    patrol : sequence of PatrolStretch, optional
        Where to stand, likeliest first; without any there is no such layer.
    borders : GeoDataFrame, optional
        As from `routes.read.read_borders`, for formats that draw a map.
    """
    ranking = analysis.ranking
    chosen = ranking.corridors if rows is None else tuple(rows)
    nodes = dict(zip(analysis.corridors.ids, analysis.corridors.nodes, strict=True))
    layers = (
        _corridor_layer(analysis, chosen, nodes),
        _leg_layer(analysis, chosen, nodes),
        _place_layer("gates", "Gates", ranking.gates),
        _place_layer("crossings", "Crossings", ranking.crossings),
        _place_layer("processing_areas", "Processing areas", ranking.processing_areas),
        *((_patrol_layer(patrol),) if patrol else ()),
        seizure_layer(seizures, ranking.seizures),
        _provenance_layer(ranking, mark),
    )
    return Dataset(
        title=analysis.region.title,
        layers={layer.name: layer for layer in layers},
        mark=mark,
        provenance=ranking.provenance,
        tied=lambda: analysis.crossing_graph.graph,
        borders=None if borders is None else border_layer(borders),
    )


def border_layer(borders: gpd.GeoDataFrame) -> Layer:
    """Lay the countries out, those that are modelled and those around them."""
    fields = (Field("iso3", "text"), Field("country_name", "text"), Field("modelled", "flag"))
    rows = tuple(
        {"iso3": clean(row.iso3), "country_name": clean(row.name), "modelled": bool(row.modelled)}
        for row in borders.itertuples(index=False)
    )
    shapes = tuple(MultiPolygon(get_parts(shape).tolist()) for shape in borders.geometry)
    return Layer("borders", "Countries", "MultiPolygon", fields, rows, shapes)


_KINDS: dict[Any, Kind] = {str: "text", int: "integer", float: "number", float | None: "number"}


def fields_of(record: type) -> tuple[Field, ...]:
    """Columns of a layer whose rows are of a type.

    Examples
    --------
    >>> fields_of(CorridorRow)[:2]
    (Field(name='rank', kind='integer'), Field(name='tier', kind='integer'))
    """
    return tuple(Field(field.name, _KINDS[field.hint]) for field in described(record))


def _corridor_layer(
    analysis: Analysis, rows: Sequence[RankedCorridor], nodes: Mapping[str, tuple[str, ...]]
) -> Layer:
    pieces = [row.pieces or corridor_roads(analysis.untied, nodes[row.id]) for row in rows]
    named = place_names(analysis.ranking)
    cells = tuple(_corridor_cells(row, road, named) for row, road in zip(rows, pieces, strict=True))
    lines = tuple(_lines(road) for road in pieces)
    return Layer("corridors", "Corridors", "MultiLineString", fields_of(CorridorRow), cells, lines)


def place_names(ranking: Ranking) -> dict[str, str]:
    """Name of every gate, crossing and processing area, by its id."""
    places = (*ranking.gates, *ranking.crossings, *ranking.processing_areas)
    return {place.id: clean(place.name) or clean(place.id) for place in places}


def _corridor_cells(row: RankedCorridor, road: Sequence[RoadPiece], named: Mapping[str, str]) -> Row:
    gate, *crossings, area = (
        named.get(place, clean(place)) for place in (row.gate, *row.crossings, row.processing_area)
    )
    cells: Row = jsonable(
        CorridorRow(
            rank=row.rank,
            tier=row.tier,
            id=clean(row.id),
            corridor_name=" > ".join([gate, *crossings, area]),
            gate=clean(row.gate),
            gate_name=gate,
            crossings=">".join(clean(crossing) for crossing in row.crossings),
            crossing_names=" > ".join(crossings),
            processing_area=clean(row.processing_area),
            processing_area_name=area,
            prior_share=row.prior_share,
            posterior_share=row.posterior_share,
            interval_90_low=row.interval_90[0],
            interval_90_high=row.interval_90[1],
            top_10_probability=row.top_10_probability,
            length_km=row.length_km,
            connector_km=_connector_km(road),
            generalised_cost=row.generalised_cost,
            **_grounds(row.grounds),
        )
    )
    return cells


def _grounds(grounds: Grounds) -> dict[str, Any]:
    return {
        "learnt": grounds.learnt,
        "evidence_age_years": grounds.evidence_age_years,
        "status_grade": grounds.status_grade,
        "confidence": confidence(grounds).level,
    }


def _lines(pieces: Iterable[RoadPiece]) -> MultiLineString:
    return MultiLineString(
        [[(round(lon, DIGITS), round(lat, DIGITS)) for lon, lat in piece.points] for piece in pieces]
    )


def _connector_km(pieces: Iterable[RoadPiece]) -> float:
    """Straight length of the pieces where no road is known."""
    km = 0.0
    for piece in pieces:
        if piece.synthetic:
            km += sum(float(great_circle_km(*a, *b)) for a, b in pairwise(piece.points))
    return km


def _leg_layer(
    analysis: Analysis, rows: Sequence[RankedCorridor], nodes: Mapping[str, tuple[str, ...]]
) -> Layer:
    """Legs of the corridors with the share of the inflow that these corridors bring over each."""
    shares: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        for leg in pairwise(nodes[row.id]):
            shares.setdefault(leg, []).append(row.posterior_share)
    order = sorted(shares, key=lambda leg: (-sum(shares[leg]), leg))
    cells, shapes = [], []
    graph, named = analysis.untied.graph, place_names(analysis.ranking)
    for a, b in order:
        road = corridor_roads(analysis.untied, (a, b))
        places = graph.nodes[a]["place"], graph.nodes[b]["place"]
        ends, called = [clean(p) for p in places], [named.get(p, clean(p)) for p in places]
        data = graph.edges[a, b]
        cells.append(
            jsonable(
                LegRow(
                    id=f"{'>'.join(ends)}:{data['country']}",
                    start=ends[0],
                    start_name=called[0],
                    end=ends[1],
                    end_name=called[1],
                    start_node=clean(a),
                    end_node=clean(b),
                    country=clean(data["country"]),
                    country_name=country_title(data["country"]),
                    share=sum(shares[a, b]),
                    corridors=len(shares[a, b]),
                    length_km=float(data["length_km"]),
                    connector_km=_connector_km(road),
                    generalised_cost=float(data["cost"]),
                )
            )
        )
        shapes.append(_lines(road))
    return Layer("legs", "Legs", "MultiLineString", fields_of(LegRow), tuple(cells), tuple(shapes))


def _place_layer(name: str, title: str, places: Sequence[RankedPlace]) -> Layer:
    rows = tuple(
        jsonable(
            PlaceRow(
                id=clean(place.id),
                place_name=clean(place.name) or clean(place.id),
                kind=clean(place.kind),
                countries=" ".join(place.countries),
                country_names=", ".join(map(country_title, place.countries)),
                status=clean(place.status),
                prior_share=place.prior_share,
                posterior_share=place.posterior_share,
                interval_90_low=place.interval_90[0],
                interval_90_high=place.interval_90[1],
                tier=place.tier,
                **_grounds(place.grounds),
                lat=place.lat,
                lon=place.lon,
            )
        )
        for place in places
    )
    points = tuple(Point(row["lon"], row["lat"]) for row in rows)
    return Layer(name, title, "Point", fields_of(PlaceRow), rows, points)


def _patrol_layer(patrol: Sequence[PatrolStretch]) -> Layer:
    rows = tuple(
        jsonable(
            PatrolRow(
                id=f"{place:04d}",
                stretch=clean(row.name),
                country=row.country,
                country_name=country_title(row.country),
                chance=row.chance,
                times_mean=row.times_mean,
                length_km=row.length_km,
            )
        )
        for place, row in enumerate(patrol, 1)
    )
    lines = tuple(_lines([RoadPiece(row.points, synthetic=False)]) for row in patrol)
    return Layer("patrol", "Where to stand", "MultiLineString", fields_of(PatrolRow), rows, lines)


def seizure_layer(seizures: pd.DataFrame, uses: Sequence[SeizureUse] = ()) -> Layer:
    """All records with all their columns, what became of them, and a point for those that have one.

    The name of a country stands behind its code.

    Names of columns that a format needs for itself, or that differ only in case, are changed.

    Examples
    --------
    >>> table = pd.DataFrame({"seizure_id": ["a"], "lat": [31.0], "lon": [65.0], "geom": ["=1"]})
    >>> layer = seizure_layer(table)
    >>> [field.name for field in layer.fields]
    ['seizure_id', 'lat', 'lon', 'geom_', 'ranking_use', 'ranking_weight']
    """
    names = _safe_names([str(name) for name in seizures.columns])
    fields = [Field(name, "number" if name in _NUMBERS else "text") for name in names.values()]
    if "country" in names:
        fields.insert(1 + [*names].index("country"), Field(_NAME_OF_COUNTRY, "text"))
    fields += [Field("ranking_use", "text"), Field("ranking_weight", "number")]
    use_of = {use.seizure_id: use for use in uses}
    rows, shapes = [], []
    for record in seizures.to_dict("records"):
        row = {names[str(name)]: _cell(value, names[str(name)]) for name, value in record.items()}
        if "country" in names:
            row[_NAME_OF_COUNTRY] = country_title(record["country"])
        use = use_of.get(str(record.get("seizure_id")))
        row["ranking_use"] = clean(use.use) if use else ""
        row["ranking_weight"] = round(use.weight, 6) if use else None
        rows.append(row)
        here = row.get("lat") is not None and row.get("lon") is not None
        shapes.append(Point(row["lon"], row["lat"]) if here else None)
    return Layer("seizures", "Seizures", "Point", tuple(fields), tuple(rows), tuple(shapes))


def country_title(code: object) -> str:
    """Name a country in English; a code that is none stays.

    Examples
    --------
    >>> country_title("AFG"), country_title("XXX")
    ('Afghanistan', 'XXX')
    """
    return COUNTRY_NAMES.get(str(code), clean(code)).strip()


def _cell(value: object, name: str) -> object:
    if name in _NUMBERS:
        return None if pd.isna(value) else float(value)  # type: ignore[call-overload,arg-type]
    if isinstance(value, date):  # a timestamp is a date too
        return value.strftime("%Y-%m-%d") if not pd.isna(value) else ""
    return clean(value)


def _safe_names(names: Sequence[str]) -> dict[str, str]:
    """Give each column a short, printable name that is unique whatever the case of its letters."""
    found: dict[str, str] = {}
    taken = {*_TAKEN, _NAME_OF_COUNTRY, "ranking_use", "ranking_weight"}
    for name in names:
        base = shortened(name, _LONGEST_NAME).replace("…", "") or "column"
        safe = base
        while safe.casefold() in taken:
            safe += "_"
        taken.add(safe.casefold())
        found[name] = safe
    return found


def _provenance_layer(ranking: Ranking, mark: Mark) -> Layer:
    fields = (Field("item", "text"), Field("value", "text"))
    extra = [
        ("corridors_in_all", str(len(ranking.corridors))),
        ("covered_mass", str(jsonable(ranking.covered_mass))),
        ("uncovered_share", str(jsonable(ranking.uncovered_share))),
    ]
    items = [*provenance_items(ranking.provenance, mark), *extra]
    rows = tuple({"item": item, "value": value} for item, value in items)
    return Layer("provenance", "Provenance", "", fields, rows, (None,) * len(rows))

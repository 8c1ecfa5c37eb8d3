"""The other input tables: crossings, places, periods, highways, operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.kinds import CROSSING_KINDS, GATE_KINDS, PROCESSING_AREA
from routes.read.blank import without_rows
from routes.read.columns import Column, read_table
from routes.read.quoting import show

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

    from routes.errors import Fault
    from routes.read.columns import Table

_FIRST_DAY, _LAST_DAY = pd.Timestamp("1900-01-01"), pd.Timestamp("2100-12-31")
_CONFIDENCE = ("high", "medium", "low")
_LAT = Column("lat", "number", low=-90, high=90)
_LON = Column("lon", "number", low=-180, high=180)
_SOURCE = Column("source", remedy="Say where the row comes from.")
_NOTE = Column("note", required=False)

CROSSING_COLUMNS = (
    Column("crossing_id", "slug", unique=True),
    Column("name"),
    Column("country_a", "country"),
    Column("country_b", "country"),
    Column("kind", "choice", choices=tuple(kind for kind, facts in CROSSING_KINDS.items() if facts.listed)),
    Column("official", "choice", choices=("yes", "no")),
    _LAT,
    _LON,
    Column("position_confidence", "choice", choices=_CONFIDENCE),
    _NOTE,
    _SOURCE,
    Column("lorries_a_day", "number", required=False, may_miss=True, low=0),
    Column("lorries_source", required=False, may_miss=True),
    Column("inspections_a_day", "number", required=False, may_miss=True, low=0),
)

PLACE_COLUMNS = (
    Column("place_id", "slug", unique=True),
    Column("name"),
    Column(
        "kind",
        "choice",
        choices=(*GATE_KINDS, PROCESSING_AREA, "district", "city", "upstream_source", "transit_hub"),
    ),
    Column("country", "country"),
    _LAT,
    _LON,
    Column("weight", "number", required=False, low=0),
    Column("part_of", "slug", required=False),
    Column("crossing_id", "slug", required=False),
    _NOTE,
    _SOURCE,
    Column("loads_a_day", "number", required=False, may_miss=True, low=0),
)

STATUS_COLUMNS = (
    Column("crossing_id", "slug"),
    Column("from", "day", required=False),
    Column("until", "day", required=False),
    Column("status", "choice", choices=("open", "restricted", "closed")),
    _NOTE,
    _SOURCE,
    Column("grade", required=False, may_miss=True),
)

AREA_WEIGHT_COLUMNS = (
    Column("area_id", "slug"),
    Column("from", "day", required=False),
    Column("until", "day", required=False),
    Column("weight", "number", low=0),
    Column("grade", required=False, may_miss=True),
    _NOTE,
    _SOURCE,
)

POST_COLUMNS = (
    Column("post_id", "slug", unique=True),
    Column("place_id", "slug", required=False),
    Column("kind"),
    Column("since", "day", required=False),
    Column("until", "day", required=False),
    _SOURCE,
    Column("grade"),
    _NOTE,
)

HIGHWAY_COLUMNS = (
    Column("highway_id", "slug"),
    Column("highway"),
    Column("order", "integer", low=1, high=10_000),
    Column("stop"),
    Column("kind", "choice", choices=("town", "crossing", "port", "junction", "bend")),
    Column("crossing_id", "slug", required=False),
    Column("country", "country"),
    _LAT,
    _LON,
    Column("distance_km", "number", required=False, low=0, high=5000),
    Column("distance_source", required=False),
    Column("surface", "choice", choices=("paved", "gravel", "track")),
    Column("terrain", "choice", choices=("flat", "hilly", "mountain")),
    _SOURCE,
)

OPERATION_COLUMNS = (
    Column("operation_id", "slug"),
    Column("name"),
    Column("from", "date"),
    Column("until", "date", required=False),
    Column("participants", required=False),
    Column("country", "country", required=False),
    Column("substance"),
    Column("reported_total", "number", required=False, low=0),
    Column("unit", required=False),
    Column("total_kg", "number", required=False, low=0),
    Column("product_claimed", "number", required=False, may_miss=True, low=0),
    Column("product_claimed_unit", "choice", required=False, may_miss=True, choices=("g", "kg", "t")),
    Column("value_claimed_usd", "number", required=False, may_miss=True, low=0),
    _NOTE,
    _SOURCE,
)


def read_crossings(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read border crossings (`CROSSING_COLUMNS`); ``official`` becomes a truth value.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    frame = read_table(path, CROSSING_COLUMNS, [_two_countries])
    return frame.assign(official=frame["official"] == "yes")


def read_places(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read gates, processing areas and other places (`PLACE_COLUMNS`).

    ``weight`` is a prior share among the places of its kind, NaN where there is none; ``part_of`` names
    the place a district belongs to.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    return read_table(path, PLACE_COLUMNS, [_known_whole])


def read_crossing_status(path: str | os.PathLike[str] | None) -> pd.DataFrame:
    """Read the periods in which crossings were open, restricted or closed (`STATUS_COLUMNS`).

    ``from`` and ``until`` are timestamps, both days included; NaT means since ever, and until further notice.
    Without a file the table is empty: nothing is known but that all stand open.

    Raises
    ------
    InputError
        With every fault of the file, periods that overlap among them.
    """
    if path is None:
        return without_rows(STATUS_COLUMNS)
    return read_table(path, STATUS_COLUMNS, [periods_run_forward, _periods_apart])


def read_area_weights(path: str | os.PathLike[str] | None, areas: Collection[str]) -> pd.DataFrame:
    """Read the weights that processing areas have in periods (`AREA_WEIGHT_COLUMNS`).

    ``from`` and ``until`` are as in `read_crossing_status`. On days that no row covers an area has the weight
    that stands in the places. Without a file the table is empty.

    Parameters
    ----------
    path : path or None
    areas : collection of str
        Ids of the processing areas.

    Raises
    ------
    InputError
        With every fault of the file, unknown areas and periods that overlap among them.
    """
    if path is None:
        return without_rows(AREA_WEIGHT_COLUMNS)

    def known(table: Table) -> list[Fault]:
        named = table.text["area_id"]
        return table.faults(
            (named != "") & ~named.isin(list(areas)),
            "area_id",
            lambda row: f"wanted a processing area of places.csv, got {show(named[row])}.",
        )

    def apart(table: Table) -> list[Fault]:
        return _periods_apart(table, "area_id")

    return read_table(path, AREA_WEIGHT_COLUMNS, [known, periods_run_forward, apart])


def read_posts(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read inspection units that stand, as published (`POST_COLUMNS`); NaT for a day that is not known.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    return read_table(path, POST_COLUMNS)


def read_highways(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read highways as ordered stops (`HIGHWAY_COLUMNS`).

    ``order`` runs 1, 2, ... within a highway; ``distance_km`` is the published road distance
    from the last stop before that has one, or else from the first stop; NaN where none is published.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    frame = read_table(path, HIGHWAY_COLUMNS, [_stops_in_order, _distances_sourced, _crossing_named])
    return frame.astype({"order": int})


def read_operations(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read operations and the totals they reported (`OPERATION_COLUMNS`); dates stay text.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    return read_table(path, OPERATION_COLUMNS)


def _two_countries(table: Table) -> list[Fault]:
    first, second = table.text["country_a"], table.text["country_b"]
    same = (first == second) & (first != "")
    return table.faults(
        same, "country_b", lambda row: f"wanted a second country, got {show(second[row])} again."
    )


def _known_whole(table: Table) -> list[Fault]:
    whole = table.text["part_of"]
    unknown = (whole != "") & ~whole.isin(table.text["place_id"])
    return table.faults(
        unknown, "part_of", lambda row: f"wanted a place_id of this file, got {show(whole[row])}."
    )


def periods_run_forward(table: Table) -> list[Fault]:
    """Refuse periods that end before they begin."""
    start, end = table.frame["from"], table.frame["until"]
    return table.faults(
        end < start,
        "until",
        lambda row: (
            f"wanted a day from {start[row]:%Y-%m-%d} on, got {end[row]:%Y-%m-%d}."
            " Are from and until exchanged?"
        ),
    )


def _periods_apart(table: Table, of: str = "crossing_id") -> list[Fault]:
    """Compare each period with the one of the same crossing or area that begins before it."""
    understood = ~(table.filled("from") & table.frame["from"].isna())
    place = pd.factorize(table.frame[of])[0]
    start = table.frame["from"].fillna(_FIRST_DAY).to_numpy()
    end = table.frame["until"].fillna(_LAST_DAY).to_numpy()
    rows = np.lexsort((start, place))
    rows = rows[understood.to_numpy()[rows]]
    before, rows = rows[:-1], rows[1:]
    overlap = (place[rows] == place[before]) & (start[rows] <= end[before])
    earlier = dict(zip(rows[overlap].tolist(), before[overlap].tolist(), strict=True))
    return table.faults(
        np.isin(np.arange(len(table.frame)), list(earlier)),
        "from",
        lambda row: (
            f"the period overlaps with the one on line {table.lines[earlier[row]]}."
            " End one on the day before the next begins."
        ),
    )


def _stops_in_order(table: Table) -> list[Fault]:
    order = table.frame["order"]
    wanted = table.frame.groupby("highway_id").cumcount() + 1
    wrong = order.notna() & (order != wanted)
    return table.faults(
        wrong,
        "order",
        lambda row: (
            f"wanted {wanted[row]}, the place of this stop in its highway, got {order[row]:g}."
            " Number the stops 1, 2, ... in the order of the rows."
        ),
    )


def _distances_sourced(table: Table) -> list[Fault]:
    return table.faults(
        table.filled("distance_km") & ~table.filled("distance_source"),
        "distance_source",
        lambda _: "a distance is given without its source. Name it.",
    )


def _crossing_named(table: Table) -> list[Fault]:
    return table.faults(
        (table.text["kind"] == "crossing") & ~table.filled("crossing_id"),
        "crossing_id",
        lambda _: "a stop of kind crossing needs its crossing_id. Take it from the crossings file.",
    )

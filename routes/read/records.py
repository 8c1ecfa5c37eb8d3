"""From a source to valid seizure records: read, map the columns, find the places, check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routes.read.columns import input_error
from routes.read.formats import kind_of, read_rows, shown_name
from routes.read.mapping import apply_mapping
from routes.read.rows import rejected_rows
from routes.read.seizures import SEIZURE_COLUMNS, check_seizures

if TYPE_CHECKING:
    import os
    from datetime import date

    import pandas as pd

    from routes.errors import Fault
    from routes.read.mapping import Mapping
    from routes.read.resolving import PlaceMatch
    from routes.read.rows import RawTable

_ORDER = [column.name for column in SEIZURE_COLUMNS]


@dataclass(frozen=True, slots=True)
class SeizureRecords:
    """What was read from a source.

    Attributes
    ----------
    source : str
        The source as the user named it, without a password.
    valid : pandas.DataFrame
        Records without a fault, as from `read_seizures`.
    rejected : pandas.DataFrame
        The other rows as they came, text alone, with their line (row, feature) as index.
    faults : list of Fault
        In file order.
    rows : RawTable
        All rows as text in our columns, places found filled in.
    matches : list of PlaceMatch
        Names that were looked up, if that was asked for.
    sha256 : str
        Of the file, or of the rows that a database gave.
    about : dict
        For the provenance: kind of source, mapping of columns, places found by name.
    """

    source: str
    valid: pd.DataFrame
    rejected: pd.DataFrame
    faults: list[Fault]
    rows: RawTable
    matches: list[PlaceMatch]
    sha256: str
    about: dict[str, Any]

    def all_valid(self) -> pd.DataFrame:
        """Give the records if none of them has a fault.

        Raises
        ------
        InputError
            With every fault.
        """
        if self.faults:
            raise input_error(self.faults, _ORDER)
        return self.valid


def read_records(
    source: str | os.PathLike[str],
    *,
    borders: pd.DataFrame | None = None,
    today: date | None = None,
    mapping: Mapping | None = None,
    resolve: bool = False,
) -> SeizureRecords:
    """Read seizure records from any source, and part the good ones from the bad.

    Parameters
    ----------
    source : str or path-like
        As for `routes.read.formats.read_rows`.
    borders : pandas.DataFrame, optional
        Country shapes as from `read_borders`; without them, country and coordinates are not compared.
    today : datetime.date, optional
        Dates after this day are faults; the current day by default.
    mapping : Mapping, optional
        Where the columns come from, for foreign layouts.
    resolve : bool
        Whether to look up the coordinates of records that name a place and give none.

    Raises
    ------
    InputError
        If the source as a whole cannot be used: not readable, a column missing, quotes not closed.

    Examples
    --------
    >>> from routes.read import bundled
    >>> records = read_records(bundled("seizures.csv"))
    >>> len(records.valid), records.about
    (51, {'kind': 'csv', 'columns': {}, 'places_found': 0})
    """
    raw = read_rows(source)
    rows = apply_mapping(raw, mapping) if mapping else raw
    matches: list[PlaceMatch] = []
    if resolve:
        from routes.read.resolving import resolve_places

        rows, matches = resolve_places(rows)
    valid, faults = check_seizures(rows, borders=borders, today=today)
    if raw.broken:
        raise input_error(faults, _ORDER)
    about = {
        "kind": kind_of(source),
        "columns": mapping.given if mapping else {},
        "places_found": sum(len(match.lines) for match in matches if len(match.spots) == 1),
    }
    rejected = rejected_rows(raw, {fault.line for fault in faults if fault.line})
    return SeizureRecords(shown_name(source), valid, rejected, faults, rows, matches, raw.sha256, about)


def read_seizures(
    source: str | os.PathLike[str],
    *,
    borders: pd.DataFrame | None = None,
    today: date | None = None,
) -> pd.DataFrame:
    """Read seizure records strictly: one fault, and nothing is returned.

    Parameters
    ----------
    source : str or path-like
        A source with the columns `SEIZURE_COLUMNS`; other columns are kept as text.
    borders, today
        As in `read_records`.

    Returns
    -------
    pandas.DataFrame
        One row a record, in file order. Text columns are empty where nothing is known; ``lat``, ``lon``,
        ``quantity_reported`` and ``quantity_kg`` are floats with NaN. ``event_id`` is the record's own id
        where the file has none. ``quantity_kg`` is worked out where the file has none, unless the row is
        flagged ``unit_error`` or ``quantity_unclear``. ``date_from`` and ``date_until`` are the first and
        last day the date can mean.

    Raises
    ------
    InputError
        With every fault of the source.

    Examples
    --------
    >>> from routes.read import bundled
    >>> seizures = read_seizures(bundled("seizures.csv"))
    >>> len(seizures), seizures["event_id"].nunique()
    (51, 46)
    """
    return read_records(source, borders=borders, today=today).all_valid()

"""From a source to valid seizure records: read, map the columns, find the places, check."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from routes.read.columns import input_error
from routes.read.formats import kind_of, read_rows, shown_name
from routes.read.reading_options import Reading
from routes.read.rows import rejected_rows
from routes.read.seizures import SEIZURE_COLUMNS, check_seizures

if TYPE_CHECKING:
    from collections.abc import Mapping as Lookup
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from routes.errors import Fault
    from routes.read.mapping import Mapping
    from routes.read.resolving import PlaceMatch
    from routes.read.rows import RawTable

    Tables = Lookup[str, Path]
    Densities = Lookup[str, float]

_ORDER = [column.name for column in SEIZURE_COLUMNS]
_PLAIN = Reading(wanted=frozenset(_ORDER))
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
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
        Of the file, or of the rows that a database gave; of several files, of their hashes.
    about : dict
        For the provenance: kind of source, mapping of columns, places found by name; how it was read where
        that is not the plain way; of several files, each with its hash.
    parts : tuple of SeizureRecords
        The records of each file, if there are several.
    """

    source: str
    valid: pd.DataFrame
    rejected: pd.DataFrame
    faults: list[Fault]
    rows: RawTable
    matches: list[PlaceMatch]
    sha256: str
    about: dict[str, Any]
    parts: tuple[SeizureRecords, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the records should know: what was taken, what was read as people write it."""
        return self.rows.notes

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
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    borders: pd.DataFrame | None = None,
    today: date | None = None,
    mapping: Mapping | None = None,
    resolve: bool = False,
    tables: Tables | None = None,
    densities: Densities | None = None,
    as_it_is: Path | None = None,
) -> SeizureRecords:
    """Read seizure records from any source, and part the good ones from the bad.

    What was told from the bytes of a file, and each cell that was read as people write it, is told in the
    log.

    Parameters
    ----------
    source : str or path-like, or several of them
        As for `routes.read.formats.read_rows`; a name with ``*``, ``?`` or ``[...]`` stands for the files
        that match it.
    borders : pandas.DataFrame, optional
        Country shapes as from `read_borders`; without them, country and coordinates are not compared.
    today : datetime.date, optional
        Dates after this day are faults; the current day by default.
    mapping : Mapping, optional
        Where the columns come from, for foreign layouts, and how the file is to be read.
    resolve : bool
        Whether to look up the coordinates of records that name a place and give none.
    tables : mapping of str to Path, optional
        Crossings, places and highways in which places are looked up, by the names of the files; an empty one
        for none. Default: the bundled ones.
    densities : mapping of str to float, optional
        Kilograms per litre by substance in small letters. Default: those of the bundled region.

    as_it_is : Path, optional
        A file whose columns are not mapped, alone or among others.

    Raises
    ------
    InputError
        If the source as a whole cannot be used: not readable, a column missing, quotes not closed.

    Examples
    --------
    >>> from routes.read import bundled
    >>> records = read_records(bundled("seizures.csv"))
    >>> len(records.valid), records.about
    (105, {'kind': 'csv', 'columns': {}, 'places_found': 0})
    """
    from routes.read.several import sources_of

    parts = [
        _read_one(
            each,
            borders,
            today,
            None if _is_file(each, as_it_is) else mapping,
            tables,
            densities,
            resolve=resolve,
        )
        for each in sources_of(source)
    ]
    for part in parts:
        for note in part.notes:
            _LOG.warning("%s: %s", part.source, note)
    if len(parts) == 1:
        return parts[0]
    from routes.read.several import joined

    return joined(parts)


def _is_file(source: str | os.PathLike[str], file: Path | None) -> bool:
    return file is not None and os.path.realpath(source) == os.path.realpath(file)


def _read_one(
    source: str | os.PathLike[str],
    borders: pd.DataFrame | None,
    today: date | None,
    mapping: Mapping | None,
    tables: Tables | None,
    densities: Densities | None,
    *,
    resolve: bool,
) -> SeizureRecords:
    raw = read_rows(source, mapping.how_to_read() if mapping else _PLAIN)
    rows = raw
    if mapping:
        from routes.read.mapping import apply_mapping

        rows = apply_mapping(raw, mapping)
    rows = replace(rows, notes=(*_how_read(raw), *rows.notes), densities=densities)
    rows = _understood(rows, today)
    matches: list[PlaceMatch] = []
    if resolve:
        from routes.read.resolving import resolve_places

        rows, matches = resolve_places(rows, tables)
    if borders is not None and _some_without_country(rows):
        from routes.read.written.located import with_countries

        rows = with_countries(rows, borders)
    valid, faults = check_seizures(rows, borders=borders, today=today)
    if raw.broken:
        raise input_error(faults, _ORDER)
    about = {
        "kind": kind_of(source),
        "columns": mapping.given if mapping else {},
        "places_found": sum(len(match.lines) for match in matches if len(match.spots) == 1),
    }
    if raw.taken:
        about["reading"] = raw.taken
    rejected = rejected_rows(raw, {fault.line for fault in faults if fault.line})
    return SeizureRecords(
        source=shown_name(source),
        valid=valid,
        rejected=rejected,
        faults=faults,
        rows=rows,
        matches=matches,
        sha256=raw.sha256,
        about=about,
    )


def _how_read(raw: RawTable) -> list[str]:
    """Tell how a file was read, where that is not the plain way."""
    if not raw.taken:
        return []
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in raw.taken.items())
    told = told.replace("decimal ,", "a comma before decimals").replace(
        "decimal .", "a point before decimals"
    )
    return [f"read with {told}. [reading] in a config file changes that."]


def _understood(rows: RawTable, today: date | None) -> RawTable:
    """Read what is written as people write it; the reader is loaded only where there is something for it."""
    from routes.read.plainly import is_plain

    if is_plain(rows):
        return rows
    from routes.read.written.understanding import understood

    return understood(rows, today)


def _some_without_country(rows: RawTable) -> bool:
    if "lat" not in rows.cells or "lon" not in rows.cells:
        return False
    if "country" not in rows.cells:
        return True
    cells = zip(rows.stripped("country"), rows.stripped("lat"), strict=True)
    return any(lat and not country for country, lat in cells)


def read_seizures(
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
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
    (105, 91)
    """
    return read_records(source, borders=borders, today=today).all_valid()

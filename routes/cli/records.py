"""Seizures as commands read them: what was left out and which places were found is told on standard error."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from routes.cli.options import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.errors import Fault
    from routes.sources import Source
    from routes.tables import SeizureRecords
    from routes.tables.resolving import PlaceMatch

_NO_NAME = re.compile(r"[^\w.-]+")
_SHOWN = 50
"""Names, and faults of records left out, that are told one by one."""


def read_for_command(
    seizures: str | Path, source: Source, *, skip_invalid: bool, quiet: bool
) -> SeizureRecords:
    """Read seizures; show the places that were found, and what is left out."""
    from routes.inputs import read_seizures_of
    from routes.tables import read_country_shapes

    records = read_seizures_of(source, seizures, read_country_shapes(source.file("borders.geojson")))
    if records.matches:
        say(matches_text(records.matches, records.rows.word), quiet=quiet)
    if not skip_invalid:
        records.all_valid()
    elif len(records.rejected):
        _write_rejects(records, quiet=quiet)
    return records


def _write_rejects(records: SeizureRecords, *, quiet: bool) -> None:
    from routes.files import write_text

    rejects = Path(f"{_stem(records.source)}.rejected.csv")
    messages = _by_line(records.faults)
    told = records.rejected.assign(fault=[messages.get(line, "") for line in records.rejected.index.tolist()])
    write_text(rejects, told.to_csv(index_label=records.rows.word))
    for fault in records.faults[:_SHOWN]:
        say(str(fault), quiet=quiet)
    if len(records.faults) > _SHOWN:
        say(f"And {len(records.faults) - _SHOWN} more faults.", quiet=quiet)
    left_out = len(records.rejected)
    say(
        f"Left out {left_out} bad records of {left_out + len(records.valid)}; see {rejects}.",
        quiet=quiet,
    )


def _stem(source: str) -> str:
    """Name for files about a source: that of its file, sheet or table; nothing else of an address."""
    address, table_follows, table = source.partition("?table=")
    if table_follows and "://" in address:
        return _NO_NAME.sub("_", table)
    file, _, part = source.rpartition("#")
    name = Path(file).stem if file else Path(part).stem
    return f"{name}-{_NO_NAME.sub('_', part)}" if file else name


def _by_line(faults: Sequence[Fault]) -> dict[int, str]:
    messages: dict[int, str] = {}
    for fault in faults:
        if fault.line:
            told = f"{fault.column}: {fault.message}" if fault.column else fault.message
            messages[fault.line] = " ".join(filter(None, (messages.get(fault.line), told)))
    return messages


def matches_text(matches: Sequence[PlaceMatch], word: str) -> str:
    """Tell what became of each name: found, not found with names like it, or several.

    Examples
    --------
    >>> from routes.tables.gazetteer import Spot
    >>> from routes.tables.resolving import PlaceMatch
    >>> spot = Spot("Zaranj", "places.csv", "zaranj", "city", 30.96, 61.86)
    >>> print(matches_text([PlaceMatch("ZARANJ", "AFG", (2, 5), (spot,))], "line"))
    Places found by name: 1 of 1 names, 2 of 2 records.
    <BLANKLINE>
    line          place         is                         lat      lon  inhabitants
    2 and 1 more  'ZARANJ' AFG  Zaranj, city           30.9600  61.8600
                                (places.csv zaranj)
    <BLANKLINE>
    """
    from routes.tabulate import plain_table

    found = [match for match in matches if len(match.spots) == 1]
    told = sum(len(match.lines) for match in found)
    asked = sum(len(match.lines) for match in matches)
    opening = f"Places found by name: {len(found)} of {len(matches)} names, {told} of {asked} records."
    surplus = len(matches) - _SHOWN
    notes = [f"And {surplus} more names; routes validate --output writes them all."] if surplus > 0 else []
    heads = (word, "place", "is", "lat", "lon", "inhabitants")
    return plain_table(heads, [_row(match) for match in matches[:_SHOWN]], opening=[opening], notes=notes)


def _row(match: PlaceMatch) -> tuple[str, ...]:
    from routes.tables.text import show

    more = f" and {len(match.lines) - 1} more" if len(match.lines) > 1 else ""
    where, place = f"{match.lines[0]}{more}", f"{show(match.place)} {match.country}"
    if len(match.spots) == 1:
        spot = match.spots[0]
        people = "" if spot.population is None else f"{spot.population:,}"
        is_ = f"{spot.name}, {spot.kind} ({spot.table} {spot.id})"
        return where, place, is_, f"{spot.lat:.4f}", f"{spot.lon:.4f}", people
    if match.spots:
        return where, place, f"one of {len(match.spots)}: see the fault", "", "", ""
    near = f"; like it, and not taken: {', '.join(match.near)}" if match.near else ""
    return where, place, f"not found{near}", "", "", ""

"""What a reader of the page can filter by: gates, processing areas, substances, and months."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from routes.outputs import text
from routes.outputs.language import Language, message, speaking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routes.results import CorridorChange, RankedCorridor

Months = tuple[int, int]

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2]))?(?:-\d\d)?")
_YEAR = 12
_LONGEST_CHOICE = 60
UNNAMED = message("not reported")


def months(row: Mapping[Any, Any]) -> Months | None:
    """Return the first and last month in which a seizure may have been made, or None.

    Months are counted from the year 0, so that the page can do arithmetic with them.

    Examples
    --------
    >>> months({"date": "2010-03", "date_precision": "month"})
    (24122, 24122)
    >>> months({"date": "2010", "date_precision": "year"})
    (24120, 24131)
    >>> months({"date": "unknown"})
    """
    first, last = row.get("date_from"), row.get("date_until")
    if isinstance(first, pd.Timestamp) and isinstance(last, pd.Timestamp):
        return first.year * _YEAR + first.month - 1, last.year * _YEAR + last.month - 1
    with speaking(Language.en):  # whose dates are in the order of ISO 8601
        found = _DATE.fullmatch(text.date(row.get("date"), row.get("date_precision")))
    if not found:
        return None
    start = int(found["year"]) * _YEAR
    if not found["month"] or text.clean(row.get("date_precision")) == "year":
        return start, start + _YEAR - 1
    month = start + int(found["month"]) - 1
    return month, month


def substance(row: Mapping[Any, Any]) -> str:
    """Name what was seized."""
    return text.clean(row.get("substance")) or UNNAMED


def gates(corridors: Sequence[RankedCorridor] | Sequence[CorridorChange]) -> list[str]:
    """List the ids of the gates, largest corridor first."""
    return list(dict.fromkeys(corridor.gate for corridor in corridors))


def areas(corridors: Sequence[RankedCorridor] | Sequence[CorridorChange]) -> list[str]:
    """List the ids of the processing areas, largest corridor first."""
    return list(dict.fromkeys(corridor.processing_area for corridor in corridors))


def short(name: str) -> str:
    """Cut a name for a list of choices.

    Examples
    --------
    >>> short("Karachi"), len(short("x" * 1000))
    ('Karachi', 60)
    """
    clean = text.clean(name)
    return clean if len(clean) <= _LONGEST_CHOICE else clean[: _LONGEST_CHOICE - 1] + "…"


def span(known: Iterable[Months | None]) -> Months | None:
    """Return the first and last month of all, widened to whole years.

    Examples
    --------
    >>> span([(24122, 24122), None])
    (24120, 24131)
    """
    dated = [each for each in known if each]
    if not dated:
        return None
    first, last = min(low for low, _ in dated), max(high for _, high in dated)
    return first - first % _YEAR, last - last % _YEAR + _YEAR - 1

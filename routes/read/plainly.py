"""Whether all cells are written as the specification wants them, so that nothing need be understood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from routes.read.columns import NUMBER, PRECISION_OF, YEARS
from routes.read.countries import COUNTRY_NAMES
from routes.read.units import KNOWN_UNITS, kg_per_litre

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.read.rows import RawTable

_DATE = re.compile(r"([0-9]{4})(?:-(?!00)[0-9]{2}(?:-(?!00)[0-9]{2})?)?")
_PLAIN_NAME = re.compile(r"[a-z]{3,}(?:[ /-]+[a-z]+)*(?: \([a-z]+(?: [a-z]+)+\))?")
_DEGREES = 180.0


def is_plain(rows: RawTable) -> bool:
    """Tell it by a quick look at each distinct cell.

    Examples
    --------
    >>> from routes.read.csvfile import read_raw
    >>> from routes.read.paths import bundled
    >>> is_plain(read_raw(bundled("seizures.csv")))
    True
    """
    known = kg_per_litre() if rows.densities is None else rows.densities
    checks: dict[str, Callable[[str], bool]] = {
        "country": lambda text: text in COUNTRY_NAMES,
        "lat": _is_angle,
        "lon": _is_angle,
        "unit_reported": lambda text: text in KNOWN_UNITS,
        "quantity_reported": _is_number,
        "quantity_kg": _is_number,
        "date": _is_date,
        "substance": lambda text: text.casefold() in known or _PLAIN_NAME.fullmatch(text) is not None,
    }
    if "," in rows.decimals.values() or "date_precision" not in rows.cells:
        return False
    for name, check in checks.items():
        if name in rows.cells:
            texts = {cell.strip() for cell in set(rows.cells[name])}
            if not all(check(text) for text in texts if text):
                return False
    return _is_as_precise(rows)


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def _is_angle(text: str) -> bool:
    return _is_number(text) and abs(float(text)) <= _DEGREES


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    return found is not None and YEARS[0] <= int(found[1]) <= YEARS[1]


def _is_as_precise(rows: RawTable) -> bool:
    if "date" not in rows.cells:
        return True
    pairs = set(zip(rows.cells["date"], rows.cells["date_precision"], strict=True))
    return all(
        PRECISION_OF.get(len(date.strip()), precision.strip()) == precision.strip()
        for date, precision in pairs
    )

"""A header that lacks columns: which of those it has may be meant, and whether it is the header."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from routes.read.quoting import show

if TYPE_CHECKING:
    from collections.abc import Collection

    from routes.read.rows import RawTable

_LOOKED_AT = 20  # rows below the first, among which the header may be
_NEAR = 0.5


def near_names(missing: list[str], spare: list[str]) -> dict[str, str]:
    """Pair each missing column with a spare one like it; none is offered for two.

    Examples
    --------
    >>> near_names(["date", "date_precision"], ["Date of Seizure"])
    {'date': 'Date of Seizure'}
    """
    pairs = sorted(
        ((_likeness(name, other), name, other) for name in missing for other in spare),
        key=lambda pair: (-pair[0], missing.index(pair[1])),
    )
    found: dict[str, str] = {}
    for likeness, name, other in pairs:
        if likeness >= _NEAR and name not in found and other not in found.values():
            found[name] = other
    return found


def _likeness(name: str, other: str) -> float:
    folded = other.casefold().replace(" ", "_")
    starts = 1.0 if folded.split("_")[0] == name.split("_", maxsplit=1)[0] else 0.0
    return max(difflib.SequenceMatcher(None, name, folded).ratio(), 0.75 * starts)


def header_question(raw: RawTable, wanted: Collection[str]) -> str:
    """Ask whether the header stands further down: titles often stand above it.

    Parameters
    ----------
    raw : RawTable
    wanted : collection of str
        Names that the header should have.

    Returns
    -------
    str
        Empty where no row looks like it.
    """
    names = {name.casefold() for name in wanted}
    rows = [
        (int(line), [str(cell) for cell in row])
        for line, row in zip(
            raw.lines[:_LOOKED_AT], raw.cells.head(_LOOKED_AT).itertuples(index=False, name=None), strict=True
        )
    ]
    rows += [(line, row) for line, row in list(raw.misshapen.items())[:_LOOKED_AT]]
    counts = {line: sum(cell.strip().casefold() in names for cell in row) for line, row in sorted(rows)}
    best = max(counts, key=lambda line: counts[line], default=0)
    here = sum(str(name).casefold() in names for name in raw.cells.columns)
    if not counts or counts[best] <= here or counts[best] < min(2, len(names)):
        return ""
    return (
        f"Is the header on {raw.where(best)}? Then say header_row = {best} in [reading] of a config file:"
        f" it has {show(_example(dict(rows)[best], names))}."
    )


def _example(row: list[str], names: set[str]) -> str:
    return next(cell.strip() for cell in row if cell.strip().casefold() in names)

"""Several sources as one: names with wildcards, and their records joined."""

from __future__ import annotations

import glob
import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.errors import Fault, InputError
from routes.read.columns import input_error
from routes.read.formats.address import is_address
from routes.read.quoting import show
from routes.read.records import SeizureRecords
from routes.read.seizures import SEIZURE_COLUMNS
from routes.support.files import is_there

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.read.rows import RawTable

_WILD = "*?["
_ORDER = [column.name for column in SEIZURE_COLUMNS]


def sources_of(
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
) -> list[str | os.PathLike[str]]:
    """List the sources that are meant; names with ``*``, ``?`` or ``[...]`` become the files that match them.

    Raises
    ------
    InputError
        If no file matches, or one is named twice.

    Examples
    --------
    >>> sources_of(["a.csv", "b.xlsx#2017"])
    ['a.csv', 'b.xlsx#2017']
    """
    given = [source] if isinstance(source, str | os.PathLike) else list(source)
    found: list[str | os.PathLike[str]] = []
    for each in given:
        found += _matching(str(each)) if _is_wild(each) else [each]
    seen: set[str] = set()
    for each in found:
        name = str(each) if is_address(str(each)) else os.path.realpath(each)
        if name in seen:
            raise InputError([Fault(str(each), "the source is named twice. Name it once.")])
        seen.add(name)
    if not found:
        raise InputError([Fault("--seizures", "no source is named. Name a file.")])
    return found


def _is_wild(source: str | os.PathLike[str]) -> bool:
    text = str(source)
    return not is_address(text) and any(sign in text for sign in _WILD) and not is_there(text)


def _matching(pattern: str) -> list[str | os.PathLike[str]]:
    names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - keeps the names as they are written
    files: list[str | os.PathLike[str]] = [name for name in names if Path(name).is_file()]
    if not files:
        raise InputError([Fault(pattern, f"no file matches. The folder now is {Path.cwd()}.")])
    return files


def joined(parts: list[SeizureRecords]) -> SeizureRecords:
    """Join the records of several sources; an id that stands in two of them is a fault of the later one."""
    seen: dict[str, str] = {}
    checked = []
    for part in parts:
        checked.append(_without_seen(part, seen))
        seen |= {str(name): part.source for name in part.valid["seizure_id"] if name not in seen}
    hashes = [{"file": part.source, "sha256": part.sha256} for part in parts]
    digest = hashlib.sha256("\n".join(part.sha256 for part in parts).encode()).hexdigest()
    about = {
        "kind": "several",
        "columns": next((part.about["columns"] for part in parts if part.about["columns"]), {}),
        "places_found": sum(part.about["places_found"] for part in parts),
        "files": [{**each, **_how(part)} for each, part in zip(hashes, parts, strict=True)],
    }
    return SeizureRecords(
        source=", ".join(part.source for part in parts),
        valid=pd.concat([part.valid for part in checked], ignore_index=True).pipe(_filled),
        rejected=pd.concat([part.rejected for part in checked]),
        faults=[fault for part in checked for fault in part.faults],
        rows=_all_rows(parts),
        matches=[match for part in parts for match in part.matches],
        sha256=digest,
        about=about,
        parts=tuple(checked),
    )


def _how(part: SeizureRecords) -> dict[str, object]:
    return {name: part.about[name] for name in ("kind", "reading") if name in part.about}


def _filled(valid: pd.DataFrame) -> pd.DataFrame:
    """Give text columns that one source has and another has not empty cells."""
    texts = [name for name in valid if not pd.api.types.is_numeric_dtype(valid[name]) and name not in _DATES]
    return valid.assign(**{str(name): valid[name].fillna("") for name in texts})


_DATES = ("date_from", "date_until")


def _without_seen(part: SeizureRecords, seen: dict[str, str]) -> SeizureRecords:
    ids = enumerate(part.rows.stripped("seizure_id"))
    again = {int(part.rows.lines[row]): name for row, name in ids if name in seen}
    if not again:
        return part
    faults = [
        part.rows.fault(
            line,
            f"{show(name)} stands in {seen[name]} already. Give every row its own id, or name one file.",
            "seizure_id",
        )
        for line, name in again.items()
    ]
    good = ~part.valid["seizure_id"].isin(list(again.values()))
    rows = part.rows.cells.set_axis(pd.Index(part.rows.lines, name=part.rows.word), axis="index")
    rejected = pd.concat([part.rejected, rows[rows.index.isin(list(set(again) - set(part.rejected.index)))]])
    ordered = list(input_error([*part.faults, *faults], _ORDER).faults)
    return replace(part, valid=part.valid[good].reset_index(drop=True), rejected=rejected, faults=ordered)


def _all_rows(parts: list[SeizureRecords]) -> RawTable:
    """Give all rows as one table, to be written; each keeps the number that its own source gives it."""
    cells = pd.concat([part.rows.cells for part in parts], ignore_index=True).fillna("")
    first = parts[0].rows
    lines = [line for part in parts for line in part.rows.lines.tolist()]
    return replace(
        first,
        file=", ".join(part.source for part in parts),
        cells=cells,
        lines=np.asarray(lines, dtype=np.int64),
        notes=(),
        typed={},
        spans={},
        labels={},
    )

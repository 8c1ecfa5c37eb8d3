"""Records that are left out, written beside the file that they came from; no file is replaced."""

from __future__ import annotations

import os
import re
import stat
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from routes.cli.console import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routes.errors import Fault
    from routes.read import SeizureRecords

_NO_NAME = re.compile(r"[^\w.-]+")
_SHOWN = 50
_LONGEST_STEM = 200


def write_rejects(records: SeizureRecords, *, quiet: bool) -> None:
    """Write the records that are left out, each with its fault, and tell the faults.

    The file stands beside the one that the records came from, with its rights at most; the folder one is in
    takes it where that cannot be. A file of that name with other content stays as it is: the new one gets a
    number. What a spreadsheet would take for a formula gets an apostrophe.
    """
    from routes.outputs.text import defused

    messages = _by_line(records.faults)
    told = records.rejected.assign(fault=[messages.get(line, "") for line in records.rejected.index.tolist()])
    safe = told.map(defused).rename(columns=lambda name: str(defused(name)))
    rejects = _written(records.source, safe.to_csv(index_label=records.rows.word).encode("utf-8", "replace"))
    for fault in records.faults[:_SHOWN]:
        say(str(fault), quiet=quiet)
    if len(records.faults) > _SHOWN:
        say(f"And {len(records.faults) - _SHOWN:,} more faults.", quiet=quiet)
    left_out = len(records.rejected)
    say(f"Left out {left_out} bad records of {left_out + len(records.valid)}; see {rejects}.", quiet=quiet)


def _written(source: str, content: bytes) -> Path:
    """Write under the first name that is free or has that content already, and give it."""
    from routes.support.files import FOR_ALL, FOR_OWNER, write_bytes

    origin = _file_of(source)
    rights = FOR_OWNER if origin is None else stat.S_IMODE(origin.stat().st_mode) & FOR_ALL
    for path in _names(_folder_of(origin), _stem(source)):
        if not path.exists():
            write_bytes(path, content, rights=rights, fresh=True)
            return path
        if path.is_file() and path.read_bytes() == content:
            return path
    raise AssertionError  # pragma: no cover - names do not end


def _names(folder: Path, stem: str) -> Iterator[Path]:
    yield folder / f"{stem}.rejected.csv"
    yield from (folder / f"{stem}.rejected-{number}.csv" for number in count(2))


def _file_of(source: str) -> Path | None:
    """Find the file that a source names, with or without a sheet or layer; None for a table or a stream."""
    for text in (source, source.rpartition("#")[0]):
        if text and os.path.isfile(text):  # noqa: PTH113 - is_file raises on a long name
            return Path(text)
    return None


def _folder_of(origin: Path | None) -> Path:
    here = Path()
    if origin is None:
        return here
    return origin.parent if os.access(origin.parent, os.W_OK) else here


def _stem(source: str) -> str:
    """Name for files about a source: that of its file, sheet or table; nothing else of an address."""
    address, table_follows, table = source.partition("?table=")
    if table_follows and "://" in address:
        return _NO_NAME.sub("_", table)[:_LONGEST_STEM]
    file, _, part = source.rpartition("#")
    name = Path(file).stem if file else Path(part).stem
    stem = f"{name}-{_NO_NAME.sub('_', part)}" if file else name
    return stem[:_LONGEST_STEM]


def _by_line(faults: Sequence[Fault]) -> dict[int, str]:
    messages: dict[int, list[str]] = {}
    for fault in faults:
        if fault.line:
            told = f"{fault.column}: {fault.message}" if fault.column else fault.message
            messages.setdefault(fault.line, []).append(told)
    return {line: " ".join(told) for line, told in messages.items()}

"""Seizures files made in tests: one good row, and what each test changes in it."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 6, 1)
GOOD = {
    "seizure_id": "s-1",
    "event_id": "",
    "date": "2017-09-14",
    "date_precision": "day",
    "country": "AFG",
    "place": "Islam Qala",
    "lat": "34.66",
    "lon": "61.07",
    "location_precision": "crossing",
    "substance": "acetic anhydride",
    "quantity_reported": "100",
    "unit_reported": "l",
    "quantity_kg": "",
    "direction_note": "",
    "operation": "",
    "source": "UNODC",
    "source_grade": "A2",
    "quality_flag": "",
    "quality_note": "",
}


def text_of(
    *changes: dict[str, str], drop: tuple[str, ...] = (), quoting: Literal[0, 1] = csv.QUOTE_MINIMAL
) -> str:
    """CSV text: one good row for each dict of changes, ids s-1, s-2, ... unless given."""
    out = io.StringIO()
    names = [name for name in GOOD if name not in drop]
    writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n", quoting=quoting)
    writer.writeheader()
    writer.writerows({**GOOD, "seizure_id": f"s-{n}", **change} for n, change in enumerate(changes, 1))
    return out.getvalue()


def write(folder: Path, content: str | bytes, name: str = "in.csv") -> Path:
    """Write a file and give its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path

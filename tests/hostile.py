"""Text that does harm where it is not escaped, and a seizures file full of it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


HOSTILE = (
    "<script>alert(1)</script>",
    "</description></Placemark><![CDATA[x]]>",
    '=HYPERLINK("http://x","y")',
    "@SUM(A1:A9)",
    "+93 70 000",
    "-2+3+cmd|' /C calc'!A0",
    "\u202e\u062f\u0648\u063a\u0627\u0631\u0648\u0646 <b>x</b>",
    "x" * 10_000,
    "bell\x07 and escape\x1b[31m",
    "$[name] {{ 7 * 7 }} ${x} &amp; \"'`",
)
HEADER = [
    *("seizure_id", "event_id", "date", "date_precision", "country", "place", "lat", "lon"),
    *("location_precision", "substance", "quantity_reported", "unit_reported", "quantity_kg"),
    *("direction_note", "operation", "source", "source_grade", "quality_flag", "quality_note"),
    *("=1+1", "geom", "PLACE ", "<b>"),
]


def hostile_file(folder: Path) -> Path:
    """Write a valid seizures file whose every free text is hostile."""
    path = folder / "hostile.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for i, text in enumerate(HOSTILE):
            own = f"{i}{text}" if i % 2 else f"{text}{i}"
            writer.writerow(
                [
                    own, own, "2015-03-02", "day", "PAK", text, "24.86", "67.01", "city", text, "5",
                    "kg", "", text, "", text, "C3", "substance_unclear", text, text, text, text, text,
                ]
            )  # fmt: skip
    return path

"""Likely duplicates: proposed by place, day, substance and quantity, merged only when asked."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from commands import run
from seizure_files import text_of, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("change", "likely"),
    [
        ({}, True),
        ({"date": "2017-09-16"}, True),
        ({"date": "2017-09-17"}, False),
        ({"date": "2017-09", "date_precision": "month"}, False),
        ({"lat": "34.70"}, True),  # 4 km
        ({"lat": "34.80"}, False),  # 16 km
        ({"substance": "acetic acid"}, False),
        ({"quantity_reported": "110"}, True),
        ({"quantity_reported": "200"}, False),
        ({"quantity_reported": "", "unit_reported": ""}, True),
        ({"event_id": "s-1"}, False),  # one event already
    ],
)
def test_what_is_proposed(change: dict[str, str], likely: object, tmp_path: Path) -> None:
    done = run("validate", write(tmp_path, text_of({}, change)))
    assert done.returncode == 0, done.stderr
    assert ("likely of one event" in done.stdout) == likely


def test_merging_writes_another_file_and_leaves_the_first(tmp_path: Path) -> None:
    file = write(tmp_path, text_of({}, {}, {"lat": "34.34", "lon": "62.2", "place": "Herat"}))
    before = file.read_bytes()
    refused = run("validate", file, "--merge")
    assert refused.returncode == 2
    assert "--output" in refused.stderr
    merged = tmp_path / "merged.csv"
    assert run("validate", file, "--merge", "--output", merged).returncode == 0
    assert file.read_bytes() == before
    rows = list(csv.DictReader(io.StringIO(merged.read_text(encoding="utf-8"))))
    assert [row["event_id"] for row in rows] == ["s-1", "s-1", "s-3"]
    assert "likely of one event" not in run("validate", merged).stdout

"""Likely duplicates: proposed by place, day, substance and quantity, merged only when asked."""

from __future__ import annotations

import csv
import io
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from commands import run
from hypothesis import given
from hypothesis import strategies as st
from seizure_files import text_of, write

from routes.read.duplicates import likely_duplicates

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


@given(
    st.lists(
        st.tuples(
            st.integers(0, 6),  # day
            st.sampled_from([0.0, 0.05, 0.3]),  # degrees aside
            st.sampled_from(["acetic anhydride", "Acetic Anhydride", "acetone"]),
            st.sampled_from([np.nan, 100.0, 119.0, 200.0]),
            st.sampled_from("ab"),
        ),
        max_size=9,
    )
)
def test_the_pairs_are_those_of_the_plain_double_loop(
    drawn: list[tuple[int, float, str, float, str]],
) -> None:
    rows = pd.DataFrame(drawn, columns=["day", "aside", "substance", "quantity_kg", "event_id"])
    rows["seizure_id"] = [f"s{i}" for i in range(len(rows))]
    rows["date_from"] = rows["date_until"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rows["day"], "D")
    rows["lat"], rows["lon"] = 34.0 + rows["aside"], 66.0
    wanted = set()
    for (i, a), (j, b) in combinations(enumerate(drawn), 2):
        kg = sorted(x for x in (a[3], b[3]) if x == x)  # noqa: PLR0124 - NaN is not itself
        about = len(kg) < 2 or kg[1] - kg[0] <= 0.2 * kg[1]
        near = abs(a[1] - b[1]) * 111.2 <= 10
        same = a[2].casefold() == b[2].casefold() and a[4] != b[4]
        if abs(a[0] - b[0]) <= 2 and about and near and same:
            wanted.add(frozenset((f"s{i}", f"s{j}")))
    found = likely_duplicates(rows)
    assert {frozenset((pair.kept, pair.other)) for pair in found} == wanted
    assert len(found) == len(wanted)

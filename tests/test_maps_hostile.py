"""A hostile seizures file, read by the command and drawn on the map, harms nothing."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from routes.cli import main
from routes.read import bundled

if TYPE_CHECKING:
    from pathlib import Path

    from browsers import OpenPage

pytestmark = pytest.mark.slow

FREE_TEXT = ("place", "substance", "direction_note", "source", "quality_note", "seizure_id", "event_id")
HOSTILE = {
    "script": "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "long": "<b>" + "x" * 10_000,
    "right to left": "\u202e\u0647\u0631\u0648\u06cc\u06cc\u0646 <i>\u2066",
    "bell": "a\ufffd<svg onload=alert(1)>",
    "formula": "=cmd|' /C calc'!A0",
    "template": "{{ 7 * 7 }}{% raw %}${alert(1)}",
}


def _hostile_file(folder: Path, text: str) -> Path:
    with bundled("seizures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row.update({column: f"{text} {number}" for column in FREE_TEXT if column in row})
    path = folder / "hostile.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_harms_nothing(open_page: OpenPage, tmp_path: Path, text: str) -> None:
    output = tmp_path / "map.html"
    arguments = ["--seizures", str(_hostile_file(tmp_path, text)), "--output", str(output), "--quiet"]
    with pytest.raises(SystemExit) as left:
        main(["map", *arguments])
    assert left.value.code == 0
    visit = open_page(output.read_text(encoding="utf-8"))
    page = visit.page
    assert page.locator("img, b:not(.leaflet-tooltip b), i, svg[onload], script[src]").count() == 0
    page.locator(".seizure").first.click(force=True)
    assert text in (page.locator(".leaflet-popup-content").text_content() or "")
    page.locator("#filters summary").click()
    page.locator("select[name=substance]").select_option(index=1)
    page.locator("#shown", has_text="seizures").wait_for()
    page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    assert visit.troubles() == []


def test_a_file_with_null_bytes_is_refused_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "map.html"
    path = _hostile_file(tmp_path, "a\x00b")
    with pytest.raises(SystemExit) as left:
        main(["map", "--seizures", str(path), "--output", str(output)])
    assert left.value.code == 2
    assert "NUL byte" in capsys.readouterr().err
    assert not output.exists()

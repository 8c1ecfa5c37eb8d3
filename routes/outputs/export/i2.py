"""A chart for i2 Analyst's Notebook in its XML exchange format (``.anx``).

Entities are gates, crossings, processing areas and seizures; links are the legs with the share that they
carry, and the ties of seizures to what they touch. Only elements whose use is openly documented are written;
semantic types, pictures and palettes are left to the program's own defaults.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION, provenance_items, provenance_line
from routes.outputs.palette import class_of, share_classes
from routes.outputs.symbols import PLACES, SEIZURES
from routes.outputs.text import clean, percent, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.outputs.export.layers import Dataset, Row

_SCALE = 120  # chart units a degree
_WEST, _NORTH = 40.0, 56.0
_LEG, _EVIDENCE = "Leg", "Evidence"
_TYPES = {
    "gates": "Gate",
    "crossings": "Border crossing",
    "processing_areas": "Processing area",
    "seizures": "Seizure",
}
_NUMBERS = ("Share", "90 % low", "90 % high", "Quantity kg", "Length km", "Latitude", "Longitude")
_TEXTS = ("Id", "Kind", "Countries", "Status", "Substance", "Date", "Use in the ranking", "Handling")
_DAY = len("2008-03-22")


@dataclass(frozen=True, slots=True)
class _Item:
    """An entity of the chart."""

    identity: str
    kind: str
    label: str
    lon: float
    lat: float
    attributes: dict[str, object]
    date: str = ""
    source: str = ""
    note: str = ""


def anx(data: Dataset) -> str:
    """Write the chart; entities lie as on a map with longitude to the right."""
    root = ET.Element("Chart", IdReferenceLinking="true")
    _summary(root, data)
    strengths = ET.SubElement(root, "StrengthCollection")
    ET.SubElement(strengths, "Strength", Id="strength-1", Name="Default", DotStyle="DotStyleSolid")
    ET.SubElement(strengths, "Strength", Id="strength-2", Name="Tie", DotStyle="DotStyleDashed")
    _classes(root)
    _types(root)
    items = list(_items(data))
    ids = {item.identity: f"E{number}" for number, item in enumerate(items, 1)}
    chart = ET.SubElement(root, "ChartItemCollection")
    for item in items:
        _entity(chart, data, item, ids[item.identity])
    _legs(chart, data, ids)
    _ties(chart, data, ids)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _summary(root: ET.Element, data: Dataset) -> None:
    summary = ET.SubElement(root, "Summary")
    fields = ET.SubElement(summary, "FieldCollection")
    comments = " ".join([*ASSUMPTIONS, ATTRIBUTION + ".", provenance_line(data.provenance)])
    for kind, text in (
        ("Title", f"{data.title} ({data.mark.label})"),
        ("Category", data.mark.label),
        ("Comments", comments),
    ):
        ET.SubElement(fields, "Field", Type=f"SummaryField{kind}", Field=text)
    custom = ET.SubElement(summary, "CustomPropertyCollection")
    for name, value in provenance_items(data.provenance, data.mark):
        ET.SubElement(custom, "CustomProperty", Name=name, Type="String", Value=value)


def _classes(root: ET.Element) -> None:
    classes = ET.SubElement(root, "AttributeClassCollection")
    for name in (*_NUMBERS, *_TEXTS):
        ET.SubElement(
            classes,
            "AttributeClass",
            Id=_class_id(name),
            Name=name,
            Type="AttNumber" if name in _NUMBERS else "AttText",
            IsUser="true",
            UserCanAdd="true",
            UserCanRemove="true",
            Visible="true" if name == "Share" else "false",
        )


def _class_id(name: str) -> str:
    return f"class-{(*_NUMBERS, *_TEXTS).index(name) + 1}"


def _types(root: ET.Element) -> None:
    links = ET.SubElement(root, "LinkTypeCollection")
    for number, name in enumerate((_LEG, _EVIDENCE), 1):
        ET.SubElement(links, "LinkType", Id=f"link-{number}", Name=name, Colour="0")
    entities = ET.SubElement(root, "EntityTypeCollection")
    looks = PLACES | {"seizures": SEIZURES[True]}
    for layer, name in _TYPES.items():
        ET.SubElement(
            entities,
            "EntityType",
            Id=f"entity-{layer}",
            Name=name,
            PreferredRepresentation="RepresentAsIcon",
            IconFile="Place",
            Colour=_colour(looks[layer].colour),
        )


def _colour(rgb: str) -> str:
    """Write #rrggbb as the number that Windows calls COLORREF: blue, green, red.

    Examples
    --------
    >>> _colour("#ff0000"), _colour("#0000ff")
    ('255', '16711680')
    """
    return str(int(rgb[5:7] + rgb[3:5] + rgb[1:3], 16))


def _items(data: Dataset) -> Iterator[_Item]:
    for layer in PLACES:
        for row in data.layers[layer].rows:
            yield _Item(
                f"{layer}/{row['id']}", layer, row["place_name"], row["lon"], row["lat"], _place_cells(row)
            )
    for row in data.layers["seizures"].rows:
        if row["lon"] is None:
            continue
        yield _Item(
            identity=f"seizures/{row['seizure_id']}",
            kind="seizures",
            label=f"{row['date']} {row['place']} {row['substance']}",
            lon=row["lon"],
            lat=row["lat"],
            attributes=_seizure_cells(row),
            date=row["date"],
            source=row["source"],
            note=row.get("direction_note", ""),
        )


def _place_cells(row: Row) -> dict[str, object]:
    return {
        "Share": row["posterior_share"],
        "90 % low": row["interval_90_low"],
        "90 % high": row["interval_90_high"],
        "Id": row["id"],
        "Kind": row["kind"],
        "Countries": row["countries"],
        "Status": row["status"],
        "Latitude": row["lat"],
        "Longitude": row["lon"],
    }


def _seizure_cells(row: Row) -> dict[str, object]:
    return {
        "Id": row["seizure_id"],
        "Substance": row["substance"],
        "Date": row["date"],
        "Quantity kg": row["quantity_kg"],
        "Countries": row["country"],
        "Use in the ranking": row["ranking_use"],
        "Latitude": row["lat"],
        "Longitude": row["lon"],
    }


def _entity(chart: ET.Element, data: Dataset, item: _Item, identity: str) -> None:
    x, y = round((item.lon - _WEST) * _SCALE), round((_NORTH - item.lat) * _SCALE)
    dated = {"DateSet": "true", "DateTime": f"{item.date}T00:00:00.000"} if len(item.date) == _DAY else {}
    texts = {"Description": clean(item.note), "SourceReference": clean(item.source)}
    entry = ET.SubElement(
        chart,
        "ChartItem",
        {"Id": f"item-{identity}", "Label": shortened(item.label), "XPosition": str(x)}
        | dated
        | {name: text for name, text in texts.items() if text},
    )
    end = ET.SubElement(entry, "End", X=str(x), Y=str(y), Z="0")
    entity = ET.SubElement(
        end, "Entity", EntityId=identity, Identity=clean(item.identity), LabelIsIdentity="false"
    )
    icon = ET.SubElement(entity, "Icon")
    ET.SubElement(icon, "IconStyle", Type=_TYPES[item.kind], EntityTypeReference=f"entity-{item.kind}")
    _attributes(entry, item.attributes | {"Handling": data.mark.label})


def _attributes(entry: ET.Element, values: dict[str, object]) -> None:
    listed = ET.SubElement(entry, "AttributeCollection")
    for name, value in values.items():
        if value not in ("", None):
            ET.SubElement(
                listed,
                "Attribute",
                AttributeClass=name,
                AttributeClassReference=_class_id(name),
                Value=repr(value) if isinstance(value, float) else clean(value),
            )


def _legs(chart: ET.Element, data: Dataset, ids: dict[str, str]) -> None:
    rows = data.layers["legs"].rows
    classes = share_classes(max((row["share"] for row in rows), default=0.0))
    for number, row in enumerate(rows, 1):
        start = _end(ids, row["start"], ("gates", "crossings"))
        end = _end(ids, row["end"], ("processing_areas", "crossings"))
        look = class_of(row["share"], classes)
        drawn = {"LineColour": _colour(look.colour), "LineWidth": f"{round(look.width)}"}
        entry = _link(chart, f"leg-{number}", percent(row["share"]), (start, end), _LEG, drawn)
        _attributes(
            entry,
            {
                "Share": row["share"],
                "Length km": row["length_km"],
                "Countries": row["country"],
                "Id": row["id"],
                "Handling": data.mark.label,
            },
        )


def _link(
    chart: ET.Element,
    identity: str,
    label: str,
    ends: tuple[str, str],
    kind: str,
    drawn: dict[str, str] | None = None,
) -> ET.Element:
    """Add a link: a leg is a line with an arrow, a piece of evidence a dashed tie."""
    number = (_LEG, _EVIDENCE).index(kind)
    entry = ET.SubElement(chart, "ChartItem", Id=identity, Label=label)
    link = ET.SubElement(entry, "Link", End1Id=ends[0], End2Id=ends[1])
    look = {
        "Strength": ("Default", "Tie")[number],
        "StrengthReference": f"strength-{number + 1}",
        "ArrowStyle": ("ArrowOnHead", "ArrowNone")[number],
        "Type": kind,
        "LinkTypeReference": f"link-{number + 1}",
    }
    ET.SubElement(link, "LinkStyle", look | (drawn or {}))
    return entry


def _end(ids: dict[str, str], place: str, layers: tuple[str, ...]) -> str:
    return next(ids[f"{layer}/{place}"] for layer in layers if f"{layer}/{place}" in ids)


def _ties(chart: ET.Element, data: Dataset, ids: dict[str, str]) -> None:
    """Tie the first record of each event to the gates, crossings and areas that it touches."""
    kinds = {"gate": "gates", "crossing": "crossings", "processing_area": "processing_areas"}
    nodes = data.graph.nodes
    touched = {
        (event, f"{kinds[nodes[node]['kind']]}/{clean(nodes[node]['place'])}"): None
        for event, node, edge in data.graph.edges(data=True)
        if edge["kind"] == "evidence" and edge.get("passage_density", 0) > 0
    }
    first: dict[str, str] = {}
    for row in data.layers["seizures"].rows:
        first.setdefault(row["event_id"], f"seizures/{row['seizure_id']}")
    pairs = [(ids.get(first.get(clean(event), "")), ids.get(place)) for event, place in touched]
    for number, (start, end) in enumerate((pair for pair in pairs if all(pair)), 1):
        _link(chart, f"tie-{number}", "", (str(start), str(end)), _EVIDENCE)

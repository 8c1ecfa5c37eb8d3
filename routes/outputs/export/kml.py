"""KML and KMZ: folders, styles, balloons, times of seizures; opens in Google Earth, ATAK, QGIS."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from routes.outputs.export.archives import zipped
from routes.outputs.export.icons import icon
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION, provenance_items, provenance_line
from routes.outputs.palette import class_number, radius, share_classes
from routes.outputs.symbols import PLACES, SEIZURES
from routes.outputs.text import capital, interval_text, percent, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from routes.outputs.export.layers import Dataset, Field, Layer, Row
    from routes.outputs.palette import ShareClass
    from routes.outputs.symbols import Symbol

_TYPES = {"text": "string", "number": "double", "integer": "int", "flag": "bool"}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_SPATIAL = ("corridors", "gates", "crossings", "processing_areas", "patrol", "seizures")
_OPACITY = "d9"
_SHOWN = 10  # corridors that are switched on when the file opens


def kml(data: Dataset, layers: Sequence[str] = _SPATIAL, *, icons: bool = False) -> str:
    """Write the layers as one KML document (OGC KML 2.2).

    Attributes are typed ``SchemaData``; the balloon is their table, escaped. The file names no picture and
    no style of the network: a word before the name, the colours of icon and name, and the size tell kinds
    apart. With `icons` it names the pictures that `kmz` puts beside it.
    """
    root = ET.Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = _add(root, "Document")
    _add(document, "name", f"{data.title} ({data.mark.label})")
    _add(document, "open", "1")
    _add(document, "description", _notes(data) + ("" if icons else f"<p>{html.escape(NO_PICTURES)}</p>"))
    classes = share_classes(_largest(data))
    for number, look in enumerate(classes):
        _line_style(document, f"share-{number}", look)
    for name, symbol in PLACES.items():
        _point_style(document, name, symbol, 1.1, icons=icons)
    for used, symbol in SEIZURES.items():
        _point_style(document, f"seizures-{'used' if used else 'unused'}", symbol, 0.8, icons=icons)
    layers = [name for name in layers if name in data.layers]
    for name in layers:
        _schema(document, data.layers[name])
    for name in layers:
        _folder(document, data, data.layers[name], classes, icons=icons)
    _provenance(document, data)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


NO_PICTURES = (
    "A plain KML holds no pictures: a word before the name and colours tell gates, crossings, processing "
    "areas and seizures apart. KMZ has their symbols."
)


def kmz(data: Dataset) -> bytes:
    """Write the same document zipped, with a picture for each shape: a plain KML can hold none."""
    shapes = dict.fromkeys(symbol.shape for symbol in (*PLACES.values(), *SEIZURES.values()))
    pictures = {_picture(shape): icon(shape) for shape in shapes}
    return zipped({"doc.kml": kml(data, icons=True).encode()} | pictures)


def _picture(shape: str) -> str:
    return f"files/{shape}.png"


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _largest(data: Dataset) -> float:
    return max((row["posterior_share"] for row in data.layers["corridors"].rows), default=0.0)


def _notes(data: Dataset) -> str:
    lines = [f"{data.mark.label}: {data.mark.meaning}", *ASSUMPTIONS, ATTRIBUTION]
    lines.append(provenance_line(data.provenance))
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _colour(rgb: str, opacity: str = "ff") -> str:
    """Write #rrggbb as KML does: aabbggrr.

    Examples
    --------
    >>> _colour("#440154")
    'ff540144'
    """
    return opacity + rgb[5:7] + rgb[3:5] + rgb[1:3]


def _line_style(document: ET.Element, identity: str, look: ShareClass) -> None:
    style = _add(document, "Style", id=identity)
    line = _add(style, "LineStyle")
    _add(line, "color", _colour(look.colour, _OPACITY))
    _add(line, "width", f"{look.width:g}")
    _balloon(style)


def _point_style(document: ET.Element, identity: str, symbol: Symbol, scale: float, *, icons: bool) -> None:
    style = _add(document, "Style", id=identity)
    look = _add(style, "IconStyle")
    _add(look, "color", _colour(symbol.colour))
    _add(look, "scale", f"{scale:g}")
    if icons:
        _add(_add(look, "Icon"), "href", _picture(symbol.shape))
    label = _add(style, "LabelStyle")
    if not icons:
        _add(label, "color", _colour(symbol.colour))
    _add(label, "scale", "0.8")
    _balloon(style)


def _balloon(style: ET.Element) -> None:
    _add(_add(style, "BalloonStyle"), "text", "$[description]")


def _schema(document: ET.Element, layer: Layer) -> None:
    schema = _add(document, "Schema", name=layer.name, id=f"fields-{layer.name}")
    for field in layer.fields:
        _add(schema, "SimpleField", type=_TYPES[field.kind], name=field_name(field))


def field_name(field: Field) -> str:
    """Name a field as KML has it: ``id`` is taken by KML itself."""
    return "identifier" if field.name == "id" else field.name


def _folder(
    document: ET.Element, data: Dataset, layer: Layer, classes: tuple[ShareClass, ...], *, icons: bool
) -> None:
    folder = _add(document, "Folder")
    _add(folder, "name", layer.title)
    for row, shape in zip(layer.rows, layer.shapes, strict=True):
        mark = _add(folder, "Placemark")
        _add(mark, "name", ("" if icons else _kind(layer, row)) + _label(layer, row))
        if layer.name == "patrol" or (layer.name == "corridors" and row["rank"] > _SHOWN):
            _add(mark, "visibility", "0")
        _add(mark, "Snippet", "", maxLines="0")
        _add(mark, "description", _table(data, layer.fields, row))
        if _DATE.fullmatch(str(row.get("date", ""))):
            _add(_add(mark, "TimeStamp"), "when", str(row["date"]))
        _add(mark, "styleUrl", f"#{_style(layer, row, classes)}")
        if layer.name in PLACES:
            _own_size(mark, row)
        values = _add(_add(mark, "ExtendedData"), "SchemaData", schemaUrl=f"#fields-{layer.name}")
        for field in layer.fields:
            if row[field.name] not in ("", None):
                _add(values, "SimpleData", _written(row[field.name]), name=field_name(field))
        if shape is not None:
            _geometry(mark, shape)


def _own_size(mark: ET.Element, row: Row) -> None:
    icon = _add(_add(mark, "Style"), "IconStyle")
    _add(icon, "scale", f"{0.5 + radius(row['posterior_share']) / 12:.2f}")


def _kind(layer: Layer, row: Row) -> str:
    """Say what a point is, as nothing else in a plain file does: before its name."""
    if layer.name == "seizures":
        return "Seizure: " if row["ranking_use"] == "evidence" else "Seizure, not used: "
    return f"{capital(PLACES[layer.name].name)}: " if layer.name in PLACES else ""


def _label(layer: Layer, row: Row) -> str:
    if layer.name == "corridors":
        return f"{row['rank']}. {row['corridor_name']} ({percent(row['posterior_share'])})"
    if layer.name == "patrol":
        return f"{row['stretch']} ({percent(row['chance'])})"
    if layer.name == "seizures":
        return shortened(f"{row.get('date', '')} {row.get('place', '')} {row.get('substance', '')}")
    return shortened(row["place_name"])


def _style(layer: Layer, row: Row, classes: tuple[ShareClass, ...]) -> str:
    if layer.name == "corridors":
        return f"share-{class_number(row['posterior_share'], classes)}"
    if layer.name == "patrol":
        return f"share-{class_number(row['chance'], classes)}"
    if layer.name == "seizures":
        return "seizures-used" if row["ranking_use"] == "evidence" else "seizures-unused"
    return layer.name


def _table(data: Dataset, fields: Sequence[Field], row: Row) -> str:
    """Table of the balloon; every value is escaped, and $ too, which would start an entity of the balloon."""
    cells = [(field.title, _written(row[field.name])) for field in fields]
    if "interval_90_low" in row:
        shares = f"{percent(row['posterior_share'])}, 90 %: "
        cells.insert(0, ("Share", shares + interval_text(row["interval_90_low"], row["interval_90_high"])))
    foot = f"{data.mark.label}. {provenance_line(data.provenance)}"
    return f"{_two_columns(cell for cell in cells if cell[1])}<p>{_escaped(foot)}</p>"


def _two_columns(cells: Iterable[tuple[str, str]]) -> str:
    rows = (
        f"<tr><th align='left'>{_escaped(name)}</th><td>{_escaped(value)}</td></tr>" for name, value in cells
    )
    return f"<table>{''.join(rows)}</table>"


def _escaped(text: str) -> str:
    return html.escape(text).replace("$", "&#36;")


def _written(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def _geometry(mark: ET.Element, shape: BaseGeometry) -> None:
    if shape.geom_type == "Point":
        _add(_add(mark, "Point"), "coordinates", f"{shape.x},{shape.y}")
        return
    several = _add(mark, "MultiGeometry")
    for line in shape.geoms:
        part = _add(several, "LineString")
        _add(part, "tessellate", "1")
        _add(part, "coordinates", " ".join(f"{lon},{lat}" for lon, lat in line.coords))


def _provenance(document: ET.Element, data: Dataset) -> None:
    folder = _add(document, "Folder")
    _add(folder, "name", "Provenance")
    _add(folder, "visibility", "0")
    _add(folder, "description", _two_columns(provenance_items(data.provenance, data.mark)))

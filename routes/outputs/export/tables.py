"""Layers as spreadsheets: CSV and XLSX, with cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shapely import to_wkt

from routes.outputs.export.archives import zipped
from routes.outputs.handling import provenance_line
from routes.outputs.text import defused
from routes.support.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from routes.outputs.export.layers import Dataset, Field, Layer, Row

_LONGEST_CELL = 32_767  # what a cell of a spreadsheet can hold
_CUT = " [cut]"
_SHEETS = {
    "ranking": ("corridors",),
    "places": ("gates", "crossings", "processing_areas"),
    "legs": ("legs",),
    "seizures": ("seizures",),
    "provenance": ("provenance",),
}
_SHARE = '[=0]"0 %";[<0.001]"< 0.1 %";0.0 %'  # as `percent` and `probability` write them
_PROBABILITY = '[<0.01]"< 1 %";[>0.99]"> 99 %";0 %'
_FORMATS = dict.fromkeys(
    ("share", "interval_90_low", "interval_90_high", "prior_share", "posterior_share"), _SHARE
) | {"top_10_probability": _PROBABILITY}
_WIDTHS = (8, 48)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def layer_csv(data: Dataset, name: str) -> str:
    """Write one layer as CSV, shapes as WKT; every row carries the handling mark and a line of provenance.

    Raises
    ------
    RoutesError
        If there is no layer of that name.
    """
    layer = data.layer(name)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [field.name for field in layer.fields]
    shaped = ["wkt"] if layer.geometry else []
    writer.writerow([defused(name) for name in [*names, *shaped, "handling", "provenance"]])
    tail = [data.mark.label, provenance_line(data.provenance)]
    for row, shape in zip(layer.rows, layer.shapes, strict=True):
        drawn = [_wkt(shape)] if shaped else []
        writer.writerow([defused(cell) for cell in [*(_plain(row[name]) for name in names), *drawn, *tail]])
    return text.getvalue()


def _wkt(shape: BaseGeometry | None) -> str:
    return "" if shape is None else str(to_wkt(shape, rounding_precision=5))


def _plain(value: object) -> object:
    return "" if value is None else value


def xlsx(data: Dataset) -> bytes:
    """Write a workbook: ranking, places, legs, seizures, provenance.

    Raises
    ------
    RoutesError
        If openpyxl is not installed.
    """
    with needs("openpyxl", "xlsx"):
        from openpyxl import Workbook
    when = datetime.fromisoformat(data.stamp).replace(tzinfo=None)
    book = Workbook()
    book.remove(book.active)
    book.properties.title = f"{data.title} ({data.mark.label})"
    book.properties.creator = f"routes {data.provenance.get('package_version', '')}".strip()
    book.properties.keywords = data.mark.label
    book.properties.description = provenance_line(data.provenance)
    book.properties.created = when
    for title, names in _SHEETS.items():
        _fill(book.create_sheet(title), data, [data.layers[name] for name in names])
    buffer = io.BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue(), data.stamp)


def _fill(sheet: Any, data: Dataset, layers: list[Layer]) -> None:  # noqa: ANN401 - a sheet of openpyxl
    from openpyxl.styles import Font

    fields = _columns(layers)
    for number, row in enumerate(_rows(data, layers, fields), 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if value not in ("", None):
                cell.value = value
            if isinstance(value, str) and value:
                cell.data_type = "s"  # whatever it begins with, it is text
            if number > 1 and column <= len(fields) and fields[column - 1].name in _FORMATS:
                cell.number_format = _FORMATS[fields[column - 1].name]
    for column, cell in enumerate(sheet[1]):
        cell.font = Font(bold=True)
        longest = max((len(str(c.value or "")) for c in sheet[cell.column_letter][:50]), default=0)
        sheet.column_dimensions[sheet[1][column].column_letter].width = min(
            max(longest + 1, _WIDTHS[0]), _WIDTHS[1]
        )
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.center.text = data.mark.label
    sheet.oddFooter.center.text = provenance_line(data.provenance)


def _columns(layers: list[Layer]) -> list[Field]:
    from routes.outputs.export.layers import Field

    shown = [Field("layer", "text")] if len(layers) > 1 else []
    return [*shown, *layers[0].fields]


def _rows(data: Dataset, layers: list[Layer], fields: list[Field]) -> Iterator[list[object]]:
    yield [*(_cell(field.title) for field in fields), "Handling"]
    for layer in layers:
        for row in layer.rows:
            whole: Row = {"layer": layer.name, **row}
            yield [*(_cell(whole[field.name]) for field in fields), data.mark.label]


def _cell(value: object) -> object:
    safe = defused(value)
    if isinstance(safe, str) and len(safe) > _LONGEST_CELL:
        return safe[: _LONGEST_CELL - len(_CUT)] + _CUT
    return safe


def _timeless(workbook: bytes, stamp: str) -> bytes:
    """Put the fixed time where the library wrote the time of day."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        entries = {name: archive.read(name) for name in sorted(archive.namelist())}
    first = {"[Content_Types].xml": entries.pop("[Content_Types].xml")}
    core = "docProps/core.xml"
    entries[core] = _MODIFIED.sub(rb"\g<1>" + f"{stamp[:19]}Z".encode(), entries[core])
    return zipped(first | entries)

"""A data package for ATAK: a zip with a manifest, a KML of corridors and seizures, a marker a place."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from typing import TYPE_CHECKING

from routes.outputs.export.archives import zipped
from routes.outputs.export.kml import kml
from routes.outputs.handling import digest, provenance_line
from routes.outputs.symbols import PLACES
from routes.outputs.text import interval_text, percent, shortened

if TYPE_CHECKING:
    from routes.outputs.export.layers import Dataset, Layer, Row

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:routes:atak")
_MANIFEST = "MANIFEST/manifest.xml"
_STALE_DAYS = 90  # after which the command line, too, calls what is known of crossings long past
_TYPES = {"seaport": "a-n-G-I-B-N", "processing_area": "a-s-G-I-P"}  # seaport; suspect processing facility
_CHECKPOINT = "b-m-p-c"  # a land crossing, a gate among them
_MACHINE = "m-g"  # made by a machine, from given data
_UNKNOWN_M = "9999999.0"


def data_package(data: Dataset) -> bytes:
    """Write the package (manifest version 2; markers as Cursor on Target 2.0 events).

    Identities are made from ids, so that a newer package replaces the markers of an older one.
    """
    package = str(uuid.uuid5(NAMESPACE, digest(data.provenance) + data.mark.value))
    overlay = f"{uuid.uuid5(NAMESPACE, 'overlay')}/corridors.kml"
    contents: dict[str, tuple[bytes, dict[str, str]]] = {
        overlay: (
            kml(data, ("corridors", "seizures")).encode(),
            {"name": "corridors.kml", "contentType": "KML", "visible": "true"},
        )
    }
    for name in PLACES:
        for row in data.layers[name].rows:
            uid = str(uuid.uuid5(NAMESPACE, f"{name}/{row['id']}"))
            parameters = {"name": shortened(row["place_name"]), "uid": uid, "isCoT": "true"}
            contents[f"{uid}/{uid}.cot"] = (_event(data, data.layers[name], row, uid), parameters)
    manifest = _manifest(data, package, {entry: parameters for entry, (_, parameters) in contents.items()})
    return zipped({_MANIFEST: manifest} | {entry: content for entry, (content, _) in contents.items()})


def _written(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}\n'.encode()


def _manifest(data: Dataset, package: str, contents: dict[str, dict[str, str]]) -> bytes:
    root = ET.Element("MissionPackageManifest", version="2")
    configuration = ET.SubElement(root, "Configuration")
    remarks = f"{data.mark.label}: {data.mark.meaning}. {provenance_line(data.provenance)}"
    settings = {
        "uid": package,
        "name": f"{data.title} ({data.mark.label})",
        "remarks": remarks,
        "onReceiveImport": "true",
        "onReceiveDelete": "false",
    }
    for name, value in settings.items():
        ET.SubElement(configuration, "Parameter", name=name, value=value)
    listed = ET.SubElement(root, "Contents")
    for entry, parameters in contents.items():
        content = ET.SubElement(listed, "Content", ignore="false", zipEntry=entry)
        for name, value in parameters.items():
            ET.SubElement(content, "Parameter", name=name, value=value)
    return _written(root)


def _event(data: Dataset, layer: Layer, row: Row, uid: str) -> bytes:
    event = ET.Element(
        "event",
        version="2.0",
        uid=uid,
        type=_TYPES.get(row["kind"], _CHECKPOINT),
        how=_MACHINE,
        access=data.mark.label,
        time=data.stamp,
        start=data.stamp,
        stale=stale_at(data.stamp),
    )
    unknown = dict.fromkeys(("hae", "ce", "le"), _UNKNOWN_M)
    ET.SubElement(event, "point", {"lat": repr(row["lat"]), "lon": repr(row["lon"])} | unknown)
    detail = ET.SubElement(event, "detail")
    ET.SubElement(detail, "contact", callsign=shortened(row["place_name"]))
    ET.SubElement(detail, "color", argb=_signed_argb(PLACES[layer.name].colour))
    ET.SubElement(detail, "remarks").text = _remarks(data, layer, row)
    ET.SubElement(detail, "archive")
    return _written(event)


def stale_at(stamp: str) -> str:
    """When a marker fades: what is known of crossings is old then.

    Examples
    --------
    >>> stale_at("2026-10-04T00:00:00.000Z")
    '2027-01-02T00:00:00.000Z'
    """
    day = date.fromisoformat(stamp[:10]) + timedelta(days=_STALE_DAYS)
    return f"{day.isoformat()}{stamp[10:]}"


def _remarks(data: Dataset, layer: Layer, row: Row) -> str:
    bounds = interval_text(row["interval_90_low"], row["interval_90_high"])
    return (
        f"{layer.title}: {row['kind']}, {row['status']}. "
        f"Share of the inflow {percent(row['posterior_share'])} (90 %: {bounds}). "
        f"{data.mark.label}. {provenance_line(data.provenance)}"
    )


def _signed_argb(rgb: str) -> str:
    """Write an opaque colour as the signed 32-bit number that ATAK reads.

    Examples
    --------
    >>> _signed_argb("#ffffff"), _signed_argb("#0072b2")
    ('-1', '-16747854')
    """
    return str((0xFF000000 | int(rgb[1:], 16)) - (1 << 32))

"""A QGIS project that lies inside the GeoPackage: all layers in their order, drawn and named.

QGIS lists it under the file (table ``qgis_projects``): Project, Open From, GeoPackage. It knows the file by
its name alone, so that it opens wherever the file is copied to under that name.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import shapely

from routes.outputs.export.archives import zipped
from routes.outputs.export.qml import DOCTYPE, layer_qml
from routes.outputs.handling import ATTRIBUTION, provenance_line

if TYPE_CHECKING:
    from routes.outputs.export.layers import Dataset, Layer

PROJECT = "routes"
_VERSION = "3.22.16"
_GEOMETRY = {"Point": "Point", "MultiLineString": "Line", "MultiPolygon": "Polygon"}
_MARGIN = 0.05  # of the extent
_WORLD = (-180.0, -90.0, 180.0, 90.0)
_CRS = {
    "wkt": 'GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],'
    'CS[ellipsoidal,2],AXIS["latitude",north],AXIS["longitude",east],'
    'ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",4326]]',
    "proj4": "+proj=longlat +datum=WGS84 +no_defs",
    "srsid": "3452",
    "srid": "4326",
    "authid": "EPSG:4326",
    "description": "WGS 84",
    "projectionacronym": "longlat",
    "ellipsoidacronym": "EPSG:7030",
    "geographicflag": "true",
}


def packed_project(data: Dataset, layers: list[Layer], file: str) -> bytes:
    """Write the project, zipped as QGIS does.

    Parameters
    ----------
    data : Dataset
    layers : list of Layer
        Those with shapes, from the bottom of the map to the top.
    file : str
        Name of the GeoPackage.
    """
    return zipped({f"{PROJECT}.qgs": project(data, layers, file).encode()})


def project(data: Dataset, layers: list[Layer], file: str) -> str:
    """Write the project as XML."""
    root = ET.Element("qgis", projectname=data.title, version=_VERSION)
    ET.SubElement(root, "homePath", path="")
    ET.SubElement(root, "title").text = f"{data.title} ({data.mark.label})"
    _crs(ET.SubElement(root, "projectCrs"))
    tree = ET.SubElement(root, "layer-tree-group")
    for layer in reversed(layers):  # the top of the map stands first
        ET.SubElement(
            tree,
            "layer-tree-layer",
            id=_identity(layer),
            name=layer.title,
            source=_source(file, layer),
            providerKey="ogr",
            checked="Qt::Unchecked" if layer.name in ("legs", "patrol") else "Qt::Checked",
            expanded="1" if layer.name == "corridors" else "0",
        )
    _canvas(root, layers)
    listed = ET.SubElement(root, "projectlayers")
    for layer in layers:
        _map_layer(listed, layer, file)
    _metadata(root, data)
    ET.indent(root, " ")
    return DOCTYPE + ET.tostring(root, encoding="unicode")


def _identity(layer: Layer) -> str:
    return f"{PROJECT}_{layer.name}"


def _source(file: str, layer: Layer) -> str:
    return f"./{file}|layername={layer.name}"


def _crs(parent: ET.Element) -> None:
    reference = ET.SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    for name, value in _CRS.items():
        ET.SubElement(reference, name).text = value


def _canvas(root: ET.Element, layers: list[Layer]) -> None:
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "degrees"
    drawn = [layer for layer in layers if layer.name in ("corridors", "gates", "crossings")]
    shapes = [shape for layer in drawn for shape in layer.shapes if shape is not None and not shape.is_empty]
    extent = ET.SubElement(canvas, "extent")
    west, south, east, north = shapely.total_bounds(shapes).tolist() if shapes else _WORLD
    wide, high = _MARGIN * (east - west), _MARGIN * (north - south)
    bounds = {"xmin": west - wide, "ymin": south - high, "xmax": east + wide, "ymax": north + high}
    for name, value in bounds.items():
        ET.SubElement(extent, name).text = f"{value:.5f}"
    _crs(ET.SubElement(canvas, "destinationsrs"))


def _map_layer(parent: ET.Element, layer: Layer, file: str) -> None:
    """Write one layer with the style that it has in the file."""
    element = ET.SubElement(
        parent, "maplayer", type="vector", geometry=_GEOMETRY[layer.geometry], labelsEnabled="1"
    )
    ET.SubElement(element, "id").text = _identity(layer)
    ET.SubElement(element, "datasource").text = _source(file, layer)
    ET.SubElement(element, "layername").text = layer.title
    _crs(ET.SubElement(element, "srs"))
    ET.SubElement(element, "provider", encoding="UTF-8").text = "ogr"
    style = ET.fromstring(layer_qml(layer).partition("\n")[2])  # noqa: S314 - written by us just now
    element.extend(style)


def _metadata(root: ET.Element, data: Dataset) -> None:
    about = ET.SubElement(root, "projectMetadata")
    ET.SubElement(about, "title").text = f"{data.title} ({data.mark.label})"
    ET.SubElement(about, "abstract").text = provenance_line(data.provenance)
    ET.SubElement(about, "rights").text = f"{data.mark.label}: {data.mark.meaning}. {ATTRIBUTION}"

"""Every export format, opened by a program or library other than the one that wrote it.

``data`` is the bundled analysis with its first forty corridors. ``hostile`` is an analysis of a seizures file
with text in every column that would do harm if a format took it for its own.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
import uuid
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import igraph
import networkx as nx
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import stix2
from browsers import skip_unless_ci
from commands import run
from hostile import hostile_file
from PIL import Image
from shapely import from_wkt
from shapely.geometry.base import BaseGeometry

from routes.analysis import Analysis, analyse
from routes.errors import RoutesError
from routes.outputs.export import FORMATS, Dataset, Layer, dataset, export_file
from routes.outputs.export.atak import NAMESPACE
from routes.outputs.export.gpkg import table
from routes.outputs.export.kml import NO_PICTURES, field_name
from routes.outputs.export.tables import layer_csv
from routes.outputs.handling import Mark
from routes.read.inputs import load_inputs

DRAWN = ("corridors", "legs", "processing_areas", "gates", "crossings", "seizures")
"""From the bottom of the map to the top."""
SPATIAL = ("corridors", "legs", "gates", "crossings", "processing_areas", "seizures")


@pytest.fixture(scope="module")
def data(analysis: Analysis) -> Dataset:
    return dataset(analysis, load_inputs().seizures, analysis.ranking.corridors[:40], Mark.amber_strict)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    inputs = load_inputs(hostile_file(tmp_path_factory.mktemp("hostile")))
    analysis = analyse(inputs)
    return dataset(analysis, inputs.seizures, analysis.ranking.corridors[:10])


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(what: Dataset, name: str, layer: str = "corridors") -> Path:
        path = tmp_path / f"out{FORMATS[name].suffix}"
        export_file(what, name, path, layer if FORMATS[name].one_layer else None)
        return path

    return write


def _same(shapes: Any, layer: Layer) -> None:
    for read, wrote in zip(shapes, layer.shapes, strict=True):
        assert (read is None) == (wrote is None)
        if wrote is not None:
            assert isinstance(read, BaseGeometry)
            assert read.equals_exact(wrote, 1e-9)


def _compare(read: pd.DataFrame, layer: Layer) -> None:
    """Attributes read back equal what was written; missing text is empty."""
    wrote = pd.DataFrame(table(layer)).drop(columns="geometry", errors="ignore")
    assert list(read.columns) == list(wrote.columns)
    for field in layer.fields:
        a, b = read[field.name], wrote[field.name]
        if field.kind == "text":
            assert a.fillna("").astype(str).tolist() == b.tolist()
        else:
            pd.testing.assert_series_equal(a, b, check_dtype=False, check_names=False)


# --- GeoPackage ------------------------------------------------------------------------------------


def test_gpkg_reads_back_as_written(data: Dataset, written: Any) -> None:
    path = written(data, "gpkg")
    for name in SPATIAL:
        read = gpd.read_file(path, layer=name)
        assert read.crs == "EPSG:4326"
        _same(read.geometry, data.layers[name])
        _compare(pd.DataFrame(read.drop(columns="geometry")), data.layers[name])
    _compare(pyogrio.read_dataframe(path, layer="provenance"), data.layers["provenance"])


def test_gpkg_holds_a_style_for_every_layer_and_its_provenance(data: Dataset, written: Any) -> None:
    with closing(sqlite3.connect(written(data, "gpkg"))) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        styles = base.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
        contents = dict(base.execute("SELECT table_name, description FROM gpkg_contents").fetchall())
        times = {time for (time,) in base.execute("SELECT last_change FROM gpkg_contents")}
        metadata = base.execute("SELECT metadata FROM gpkg_metadata").fetchone()[0]
    assert {name for name, _, _ in styles} == set(SPATIAL)
    assert all(default == 1 for _, _, default in styles)
    assert all(len({time[:10] for time in times}) == 1 for _ in times)
    assert "TLP:AMBER+STRICT" in contents["corridors"]
    assert "policing as much as traffic" in metadata
    renderers = {name: ET.fromstring(qml).find("renderer-v2") for name, qml, _ in styles}  # noqa: S314 - our own
    for name in ("corridors", "legs"):
        bounds = [(float(r.get("lower")), float(r.get("upper"))) for r in renderers[name].iter("range")]
        assert bounds[0][0] == 0
        assert bounds[-1][1] == 1
        assert all(a[1] == b[0] for a, b in pairwise(bounds))
        symbols = {s.get("name") for s in renderers[name].iter("symbol")}
        assert {r.get("symbol") for r in renderers[name].iter("range")} == symbols


@pytest.fixture(scope="module")
def drawn(analysis: Analysis) -> Dataset:
    inputs = load_inputs()
    return dataset(analysis, inputs.seizures, analysis.ranking.corridors[:10], borders=inputs.borders)


def test_gpkg_holds_the_countries_and_titles_of_fields(drawn: Dataset, written: Any) -> None:
    path = written(drawn, "gpkg")
    countries = gpd.read_file(path, layer="borders").set_index("iso3")
    own = load_inputs().borders.set_index("iso3")
    assert countries["modelled"].to_dict() == own["modelled"].to_dict()
    assert all(countries["geometry"][code].equals(shape) for code, shape in own["geometry"].items())
    with closing(sqlite3.connect(path)) as base:
        titles = dict(
            base.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'corridors'")
        )
    assert titles["posterior_share"] == "Share of the inflow"
    assert set(titles) == {field.name for field in drawn.layers["corridors"].fields}


def test_the_project_in_the_gpkg_names_every_layer_by_the_file(drawn: Dataset, written: Any) -> None:
    path = written(drawn, "gpkg")
    with closing(sqlite3.connect(path)) as base:
        ((name, content),) = base.execute("SELECT name, content FROM qgis_projects")
    assert name == "routes"
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
        root = ET.fromstring(archive.read("routes.qgs"))  # noqa: S314 - our own
    sources = [layer.findtext("datasource") for layer in root.iter("maplayer")]
    assert sources == [f"./{path.name}|layername={layer}" for layer in ("borders", *DRAWN)]
    for source in sources:  # GDAL finds them where the project stands
        file, _, layer = source.partition("|layername=")
        assert len(pyogrio.read_info(path.parent / file, layer=layer)["fields"]) > 1
    shown = {node.get("id") for node in root.iter("layer-tree-layer")}
    assert shown == {layer.findtext("id") for layer in root.iter("maplayer")}
    assert all(layer.find("renderer-v2") is not None for layer in root.iter("maplayer"))


QGIS = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsProject
app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()
assert project.read(f"geopackage:{sys.argv[1]}?projectName=routes"), project.error()
print(json.dumps({
    layer.name(): [layer.isValid(), layer.featureCount(), layer.renderer().type(), layer.attributeAlias(1)]
    for layer in project.mapLayers().values()
}))
"""
SYSTEM_PYTHON = Path("/usr/bin/python3")


def test_qgis_opens_the_project(drawn: Dataset, written: Any, tmp_path: Path) -> None:
    if not Path("/usr/lib/python3/dist-packages/qgis").is_dir():
        skip_unless_ci("QGIS is not installed: python3-qgis of Debian")
    command = [str(SYSTEM_PYTHON), "-c", QGIS, str(written(drawn, "gpkg"))]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(  # noqa: S603 - QGIS of the system
        command, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    layers = json.loads(done.stdout.splitlines()[-1])
    assert all(valid for valid, *_ in layers.values())
    assert layers["Corridors"] == [True, 10, "graduatedSymbol", "Rank"]
    assert layers["Countries"][1:] == [29, "RuleRenderer", "Country (code)"]
    assert layers["Crossings"][1] == len(drawn.layers["crossings"].rows)


# --- KML, KMZ, ATAK --------------------------------------------------------------------------------


def test_kml_reads_back_as_written(data: Dataset, written: Any) -> None:
    path = written(data, "kml")
    for name in ("corridors", "gates", "crossings", "processing_areas", "seizures"):
        layer = data.layers[name]
        read = gpd.read_file(path, driver="LIBKML", layer=layer.title)
        _same(read.geometry, layer)
        for field in layer.fields:
            wrote = [row[field.name] for row in layer.rows]
            column = field_name(field)
            if column not in read:  # a column that is empty throughout is not written
                assert not [value for value in wrote if value not in ("", None)]
            elif field.kind == "text":
                assert [str(v) for v in read[column].fillna("")] == wrote, field.name
            else:
                got = [None if pd.isna(v) else float(v) for v in read[column]]
                assert got == [None if v is None else float(v) for v in wrote]


def test_kml_has_folders_styles_and_the_mark(data: Dataset, written: Any) -> None:
    space = "{http://www.opengis.net/kml/2.2}"
    text = written(data, "kml").read_text(encoding="utf-8")
    document = ET.fromstring(text).find(f"{space}Document")  # noqa: S314 - our own
    folders = [folder.findtext(f"{space}name") for folder in document.iter(f"{space}Folder")]
    assert folders == ["Corridors", "Gates", "Crossings", "Processing areas", "Seizures", "Provenance"]
    known = {style.get("id") for style in document.iter(f"{space}Style") if style.get("id")}
    used = {url.text for url in document.iter(f"{space}styleUrl")}
    assert {url[1:] for url in used} <= known
    assert "TLP:AMBER+STRICT" in document.findtext(f"{space}name")
    assert "http" not in text.replace("http://www.opengis.net/kml/2.2", "").split("<Folder>")[0]
    assert not list(document.iter(f"{space}href"))


def test_names_stand_beside_the_codes_of_countries_in_every_layer(data: Dataset) -> None:
    known = {"AFG": "Afghanistan", "IRN": "Iran", "PAK": "Pakistan", "UZB": "Uzbekistan"}
    checked = set()
    for layer in data.layers.values():
        fields = [field.name for field in layer.fields]
        for code, name in (("country", "country_name"), ("countries", "country_names")):
            if code in fields:
                assert fields.index(name) == fields.index(code) + 1, layer.name
                for row in layer.rows:
                    if row[code] in known:
                        assert row[name] == known[row[code]]
                        checked.add(layer.name)
    assert checked >= {"seizures", "gates"}


KINDS_IN_KML = "Gate|Crossing|Processing area|Seizure|Seizure, not used"


def test_a_plain_kml_tells_kinds_apart_without_a_picture(data: Dataset, written: Any) -> None:
    """By a word before each name, and by a colour of its own for the name of each kind."""
    path = written(data, "kml")
    wanted = {"gates": "Gate", "crossings": "Crossing", "processing_areas": "Processing area"}
    for name, word in wanted.items():
        read = gpd.read_file(path, driver="LIBKML", layer=data.layers[name].title)
        names = [row["place_name"] for row in data.layers[name].rows]
        assert read["Name"].tolist() == [f"{word}: {own}" for own in names]
    seizures = gpd.read_file(path, driver="LIBKML", layer=data.layers["seizures"].title)
    used = [row["ranking_use"] == "evidence" for row in data.layers["seizures"].rows]
    assert [not said.startswith("Seizure, not used: ") for said in seizures["Name"]] == used
    assert set(used) == {True, False}
    space = "{http://www.opengis.net/kml/2.2}"
    styles = [*ET.parse(path).getroot().iter(f"{space}Style")]  # noqa: S314 - our own
    colours = [style.findtext(f"{space}LabelStyle/{space}color") for style in styles]
    of_icons = [style.findtext(f"{space}IconStyle/{space}color") for style in styles]
    told = [(label, icon) for label, icon in zip(colours, of_icons, strict=True) if label]
    assert len({label for label, _ in told}) == len(told) == 5
    assert all(label == icon for label, icon in told)


def test_kmz_holds_the_same_document(data: Dataset, written: Any) -> None:
    plain = written(data, "kml").read_text(encoding="utf-8")
    with zipfile.ZipFile(written(data, "kmz")) as archive:
        inner = archive.read("doc.kml").decode()
        pictures = [name for name in archive.namelist() if name != "doc.kml"]
        drawn = {name: archive.read(name) for name in pictures}
    shown = re.findall(r"\s*<Icon>\s*<href>(.*?)</href>\s*</Icon>", inner)
    assert set(shown) == set(pictures)
    assert len(shown) == 5  # gates, crossings, areas, seizures that are used and that are not: no two alike
    assert len(set(drawn.values())) == len(set(shown)) == 5
    same = plain.replace(f"&lt;p&gt;{NO_PICTURES}&lt;/p&gt;", "")
    same = re.sub(r"(<LabelStyle>)\s*<color>.*?</color>", r"\1", same)
    same = re.sub(rf"<name>({KINDS_IN_KML}): ", "<name>", same)
    assert re.sub(r"\s*<Icon>\s*<href>.*?</href>\s*</Icon>", "", inner) == same
    for picture in drawn.values():  # opened by another program
        with Image.open(io.BytesIO(picture)) as image:
            assert (image.size, image.mode) == ((64, 64), "RGBA")
            assert image.getpixel((1, 1))[3] == 0
            assert 0.2 < np.asarray(image)[..., 3].mean() / 255 < 0.7


def test_atak_package_lists_what_it_holds(data: Dataset, written: Any) -> None:
    with zipfile.ZipFile(written(data, "atak")) as archive:
        names = archive.namelist()
        manifest = ET.fromstring(archive.read("MANIFEST/manifest.xml"))  # noqa: S314 - our own
        events = [ET.fromstring(archive.read(n)) for n in names if n.endswith(".cot")]  # noqa: S314 - our own
        overlay = archive.read(next(n for n in names if n.endswith(".kml")))
    assert manifest.get("version") == "2"
    listed = [content.get("zipEntry") for content in manifest.iter("Content")]
    assert sorted(listed) == sorted(set(names) - {"MANIFEST/manifest.xml"})
    settings = {p.get("name"): p.get("value") for p in manifest.find("Configuration")}
    assert "TLP:AMBER+STRICT" in settings["name"]
    assert uuid.UUID(settings["uid"]).version == 5
    places = [row for name in ("gates", "crossings", "processing_areas") for row in data.layers[name].rows]
    assert len(events) == len(places) == len({event.get("uid") for event in events})
    points = {(float(e.find("point").get("lat")), float(e.find("point").get("lon"))) for e in events}
    assert points == {(row["lat"], row["lon"]) for row in places}
    assert all(event.get("access") == "TLP:AMBER+STRICT" for event in events)
    kinds = {event.get("uid"): event.get("type") for event in events}
    for layer, kind, wanted in (
        ("gates", "seaport", "a-n-G-I-B-N"),
        ("gates", "land_gate", "b-m-p-c"),
        ("crossings", "road", "b-m-p-c"),
        ("processing_areas", "processing_area", "a-s-G-I-P"),
    ):
        row = next(row for row in data.layers[layer].rows if row["kind"] == kind)
        assert kinds[str(uuid.uuid5(NAMESPACE, f"{layer}/{row['id']}"))] == wanted
    told = datetime.fromisoformat(events[0].get("time"))
    assert {datetime.fromisoformat(event.get("stale")) - told for event in events} == {timedelta(days=90)}
    assert overlay.count(b"<Placemark>") == 40 + len(data.layers["seizures"].rows)


# --- graphs ----------------------------------------------------------------------------------------


def test_anx_links_join_entities_and_attributes_have_classes(data: Dataset, written: Any) -> None:
    chart = ET.parse(written(data, "anx")).getroot()  # noqa: S314 - our own
    entities = {e.get("EntityId"): e.get("Identity") for e in chart.iter("Entity")}
    places = sum(len(data.layers[name].rows) for name in ("gates", "crossings", "processing_areas"))
    located = sum(shape is not None for shape in data.layers["seizures"].shapes)
    assert len(entities) == places + located == len(set(entities.values()))
    legs = [(c, c.find("Link")) for c in chart.iter("ChartItem") if c.get("Id").startswith("leg-")]
    rows = data.layers["legs"].rows
    assert len(legs) == len(rows)
    for (item, link), row in zip(legs, rows, strict=True):
        ends = entities[link.get("End1Id")].split("/")[1], entities[link.get("End2Id")].split("/")[1]
        assert ends == (row["start"], row["end"])
        values = {a.get("AttributeClass"): a.get("Value") for a in item.iter("Attribute")}
        assert float(values["Share"]) == row["share"]
        assert values["Handling"] == "TLP:AMBER+STRICT"
    classes = {c.get("Id"): c.get("Name") for c in chart.iter("AttributeClass")}
    for attribute in chart.iter("Attribute"):
        assert classes[attribute.get("AttributeClassReference")] == attribute.get("AttributeClass")
    for kind in ("LinkType", "EntityType", "Strength"):
        known = {element.get("Id") for element in chart.iter(kind)}
        assert known >= {e.get(f"{kind}Reference") for e in chart.iter() if e.get(f"{kind}Reference")}
    ids = [item.get("Id") for item in chart.iter("ChartItem")]
    assert len(ids) == len(set(ids))
    assert any(
        link.get("End1Id") for link in chart.iter("Link") if link.find("LinkStyle").get("Type") == "Evidence"
    )


def test_graphml_reads_back_as_the_graph(data: Dataset, written: Any) -> None:
    path = written(data, "graphml")
    graph = nx.read_graphml(path)
    assert set(graph) == set(data.graph)
    assert set(graph.edges) == set(data.graph.edges)
    for node, cells in data.graph.nodes(data=True):
        assert {key: graph.nodes[node][key] for key in cells} == cells
    for leg in data.layers["legs"].rows:
        assert graph.edges[leg["start_node"], leg["end_node"]]["share"] == leg["share"]
    assert graph.graph["handling"].startswith("TLP:AMBER+STRICT")
    assert json.loads(graph.graph["provenance"])["seed"] == 1
    other = igraph.Graph.Read_GraphML(str(path))  # refuses an attribute of two types
    assert (other.vcount(), other.ecount()) == (len(graph), graph.number_of_edges())
    assert other.vs["id"] == list(graph)
    assert other.es["cost"] == pytest.approx(
        [cells.get("cost", np.nan) for *_, cells in graph.edges(data=True)], nan_ok=True
    )
    named = dict(zip(other.vs["id"], other.vs["name"], strict=True))
    gate = data.layers["gates"].rows[0]
    assert named[gate["id"]] == gate["place_name"]


def test_an_attribute_of_the_graph_stands_once(data: Dataset, written: Any) -> None:
    root = ET.parse(written(data, "graphml")).getroot()  # noqa: S314 - our own
    keys = [
        (key.get("for"), key.get("attr.name"))
        for key in root.iter("{http://graphml.graphdrawing.org/xmlns}key")
    ]
    assert len(keys) == len(set(keys)) > 10


# --- GeoJSON, GeoParquet ---------------------------------------------------------------------------


def test_geojson_reads_back_as_written(data: Dataset, written: Any) -> None:
    path = written(data, "geojson")
    read = gpd.read_file(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["handling"] == "TLP:AMBER+STRICT"
    assert len({feature["id"] for feature in document["features"]}) == len(document["features"])
    for name in SPATIAL:
        rows = read[read["layer"] == name]
        _same(rows.geometry, data.layers[name])
        properties = [f["properties"] for f in document["features"] if f["properties"]["layer"] == name]
        assert properties == [{"layer": name, **row} for row in data.layers[name].rows]


@pytest.mark.parametrize("name", ["corridors", "seizures"])
def test_geoparquet_reads_back_as_written(data: Dataset, written: Any, name: str) -> None:
    path = written(data, "geoparquet", name)
    read = gpd.read_parquet(path)
    _same(read.geometry, data.layers[name])
    _compare(pd.DataFrame(read.drop(columns="geometry")), data.layers[name])
    about = json.loads(pq.read_schema(path).metadata[b"routes"])
    assert about["handling"] == "TLP:AMBER+STRICT"
    assert about["provenance"]["inputs"]["seizures"]


def test_geoparquet_needs_a_layer_with_shapes(data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(RoutesError, match="no shapes"):
        export_file(data, "geoparquet", tmp_path / "a.parquet", "provenance")
    assert not list(tmp_path.iterdir())


# --- tables ----------------------------------------------------------------------------------------


def test_csv_keeps_every_number_and_carries_the_mark(data: Dataset) -> None:
    for name in SPATIAL:
        layer = data.layers[name]
        rows = list(csv.DictReader(io.StringIO(layer_csv(data, name))))
        assert len(rows) == len(layer.rows)
        for read, wrote in zip(rows, layer.rows, strict=True):
            for field in layer.fields:
                value = wrote[field.name]
                if field.kind == "text":
                    assert read[field.name] == value
                else:
                    assert (float(read[field.name]) if read[field.name] else None) == value
            assert read["handling"] == "TLP:AMBER+STRICT"
            assert "provenance" in read["provenance"]
        shapes = [from_wkt(row["wkt"]) if row["wkt"] else None for row in rows]
        _same(shapes, layer)


def test_xlsx_reads_back_as_written(data: Dataset, written: Any) -> None:
    book = openpyxl.load_workbook(written(data, "xlsx"))
    assert book.sheetnames == ["ranking", "places", "legs", "seizures", "provenance"]
    for sheet, names in (
        ("ranking", ["corridors"]),
        ("seizures", ["seizures"]),
        ("provenance", ["provenance"]),
    ):
        rows = list(book[sheet].iter_rows(values_only=True))
        wrote = [row for name in names for row in data.layers[name].rows]
        assert len(rows) == len(wrote) + 1
        for read, row in zip(rows[1:], wrote, strict=True):
            titles = [field.title for field in data.layers[names[0]].fields]
            assert rows[0] == (*titles, "Handling")
            cells = dict(
                zip([*(field.name for field in data.layers[names[0]].fields), "handling"], read, strict=True)
            )
            assert cells.pop("handling") == "TLP:AMBER+STRICT"
            assert {key: "" if value is None else value for key, value in cells.items()} == {
                key: "" if value is None else value for key, value in row.items()
            }
    assert book["ranking"].oddHeader.center.text == "TLP:AMBER+STRICT"
    assert len(list(book["places"].iter_rows())) == 1 + sum(
        len(data.layers[name].rows) for name in ("gates", "crossings", "processing_areas")
    )


def test_xlsx_is_read_by_gdal_too(data: Dataset, written: Any) -> None:
    read = pyogrio.read_dataframe(written(data, "xlsx"), layer="ranking")
    rows = data.layers["corridors"].rows
    assert read["Id"].tolist() == [row["id"] for row in rows]
    assert read["Share of the inflow"].tolist() == [row["posterior_share"] for row in rows]


# --- STIX ------------------------------------------------------------------------------------------


def test_stix_is_read_by_its_library_and_every_reference_leads_somewhere(data: Dataset, written: Any) -> None:
    text = written(data, "stix").read_text(encoding="utf-8")
    bundle = stix2.parse(text, allow_custom=False)
    objects = {o["id"]: o for o in bundle.objects}
    assert len(objects) == len(bundle.objects)
    plain = json.loads(text)["objects"]
    for one in plain:
        refs = [v for k, v in one.items() if k.endswith("_ref")]
        refs += [r for k, v in one.items() if k.endswith("_refs") for r in v]
        assert set(refs) <= set(objects), one["id"]
        assert uuid.UUID(one["id"].split("--")[1]).version in (4, 5)
    by = {kind: [o for o in plain if o["type"] == kind] for kind in {o["type"] for o in plain}}
    assert len(by["grouping"]) == len(data.layers["corridors"].rows)
    assert len([r for r in by["relationship"] if r["relationship_type"] == "leads-to"]) == len(
        data.layers["legs"].rows
    )
    assert len(by["incident"]) == len(data.layers["seizures"].rows)
    (extension,) = by["extension-definition"]
    shares = [grouping["extensions"][extension["id"]]["posterior_share"] for grouping in by["grouping"]]
    assert shares == [row["posterior_share"] for row in data.layers["corridors"].rows]
    (marking,) = by["marking-definition"]
    assert marking["name"] == "TLP:AMBER+STRICT"
    marked = [o for o in plain if o["type"] not in {"identity", "marking-definition"}]
    assert all(o["object_marking_refs"] == [marking["id"]] for o in marked)
    assert "policing as much as traffic" in by["note"][0]["content"]


# --- all of them -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "package"), [("xlsx", "openpyxl"), ("stix", "stix2"), ("geoparquet", "pyarrow.parquet")]
)
def test_a_missing_package_is_told_with_its_remedy(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(RoutesError, match=rf'pip install "\.\[{name}\]"'):
        export_file(data, name, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_writer_that_fails_leaves_the_old_file(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.kml").write_text("old", encoding="utf-8")

    def fail(path: Path, _: bytes) -> int:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(RoutesError, match="No space left"):
        export_file(data, "kml", tmp_path / "out.kml")
    assert [p.name for p in tmp_path.iterdir()] == ["out.kml"]
    assert (tmp_path / "out.kml").read_text(encoding="utf-8") == "old"


# --- hostile text ----------------------------------------------------------------------------------


def test_no_balloon_holds_an_element_of_the_data(hostile: Dataset, written: Any) -> None:
    space = "{http://www.opengis.net/kml/2.2}"
    root = ET.parse(written(hostile, "kml")).getroot()  # noqa: S314 - our own
    marks = list(root.iter(f"{space}Placemark"))
    assert len(marks) == sum(
        len(hostile.layers[n].rows)
        for n in ("corridors", "gates", "crossings", "processing_areas", "seizures")
    )
    for mark in marks:
        balloon = mark.findtext(f"{space}description")
        assert not {"script", "b", "img"} & {tag.split()[0] for tag in _tags(balloon)}
        assert "$[" not in balloon
        assert len(mark.findtext(f"{space}name")) <= 300


def _tags(text: str) -> list[str]:
    from html.parser import HTMLParser

    found: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: found.append(tag)  # type: ignore[method-assign]
    parser.feed(text)
    return found


def test_spreadsheets_compute_nothing(hostile: Dataset, written: Any) -> None:
    book = openpyxl.load_workbook(written(hostile, "xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [cell.value for cell in cells if cell.data_type == "s"]
    assert not [text for text in texts if text.startswith(tuple("=+-@\t\r"))]
    assert '\'=HYPERLINK("http://x","y")' in texts
    rows = list(csv.reader(io.StringIO(layer_csv(hostile, "seizures"))))
    assert "'=1+1" in rows[0]
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(tuple("=@\t\r"))
        if cell.startswith(("+", "-")):
            float(cell)


def test_names_of_columns_do_not_clash(hostile: Dataset) -> None:
    names = [field.name for field in hostile.layers["seizures"].fields]
    assert {"=1+1", "geom_", "PLACE_", "<b>"} <= set(names)
    assert len({name.casefold() for name in names}) == len(names)


def test_a_file_with_null_bytes_is_refused(tmp_path: Path) -> None:
    path = hostile_file(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"bell", b"nul\x00"))
    done = run("export", "--seizures", "hostile.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "NUL" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["hostile.csv"]


# --- the command -----------------------------------------------------------------------------------


def test_the_command_names_the_file_by_its_format_and_limits_the_corridors(tmp_path: Path) -> None:
    done = run("export", "--format", "kml", "--area", "helmand", "--tlp", "green", cwd=tmp_path)
    assert done.returncode == 0
    assert "TLP:GREEN" in done.stderr
    read = gpd.read_file(tmp_path / "routes.kml", driver="LIBKML", layer="Corridors")
    assert set(read["processing_area"]) == {"helmand"}
    assert len(read) <= 50


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "shapefile"], "shapefile"),
        (["--format", "csv", "--layer", "roads"], "wanted one of corridors"),
        (["--tlp", "white"], "white"),
        (["--gate", "karchi"], "Did you mean karachi"),
        (["--output", "."], "folder"),
    ],
)
def test_bad_use_leaves_no_file(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run("export", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert not list(tmp_path.iterdir())

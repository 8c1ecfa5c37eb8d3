"""Take the pictures of the documentation anew: the map, the first page of a briefing, the project in QGIS.

They show the bundled data. Chromium takes the map, ``pdftoppm`` (poppler-utils) the page, QGIS
(``python3-qgis`` of Debian, without a window) the project. Each is written with a palette, so that it stays
small.

Usage::

    python scripts/pictures.py
    python scripts/pictures.py map briefing
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
COLOURS = 96
LARGEST_BYTES = 200_000
_BRIEF = ("--teams", "3", "--office", "Regional Office", "--number", "14/2026", "--issued", "2026-10-06")
_IN_QGIS = """
import sys
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()
assert project.read(f"geopackage:{sys.argv[1]}?projectName=routes"), project.error()
settings = QgsMapSettings()
order = project.layerTreeRoot().layerOrder()
shown = [each for each in order if project.layerTreeRoot().findLayer(each).isVisible()]
settings.setLayers(shown)
settings.setDestinationCrs(project.crs())
settings.setBackgroundColor(QColor("#dfe7ee"))
settings.setOutputSize(QSize(1100, 780))
settings.setExtent(QgsRectangle(*map(float, sys.argv[3:7])))
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
assert not job.errors(), [each.message for each in job.errors()]
assert job.renderedImage().save(sys.argv[2])
"""
_SYSTEM_PYTHON = "/usr/bin/python3"
_EXTENT = ("52", "23.5", "77.5", "41.5")


def _routes(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "routes", *map(str, words), "--quiet"], check=True)  # noqa: S603


def take_map(raw: Path) -> None:
    """Take the map as it opens, with its legend."""
    _routes("map", "--output", raw.with_suffix(".html"), "--png", raw, "--size", "1200x800")


def take_briefing(raw: Path, *options: str) -> None:
    """Take the first page of a briefing."""
    page = raw.with_suffix(".pdf")
    _routes("brief", *_BRIEF, *options, "--output", page)
    words = ["pdftoppm", "-r", "95", "-f", "1", "-l", "1", "-singlefile", "-png", page, raw.with_suffix("")]
    subprocess.run(list(map(str, words)), check=True)  # noqa: S603


def take_briefing_in_russian(raw: Path) -> None:
    """Take the first page of a briefing in Russian."""
    take_briefing(raw, "--language", "ru")


def take_qgis(raw: Path) -> None:
    """Take the project that lies in the GeoPackage, as QGIS draws it."""
    package = raw.with_suffix(".gpkg")
    _routes("export", "--top", "20", "--output", package)
    words = [_SYSTEM_PYTHON, "-c", _IN_QGIS, str(package), str(raw), *_EXTENT]
    home = str(raw.parent)
    offscreen = {"PATH": os.environ["PATH"], "HOME": home, "XDG_RUNTIME_DIR": home}
    subprocess.run(words, check=True, env=offscreen | {"QT_QPA_PLATFORM": "offscreen"})  # noqa: S603


TAKEN = {
    "map": take_map,
    "briefing": take_briefing,
    "briefing-ru": take_briefing_in_russian,
    "qgis": take_qgis,
}


def _with_palette(picture: Image.Image) -> Image.Image:
    """Keep the commonest colours, which are grounds, and what covers the rest, where symbols are."""
    counted = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    common = [part for _, colour in counted[:COLOURS] for part in colour]  # type: ignore[attr-defined]
    covering = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    palette = Image.new("P", (1, 1))
    palette.putpalette([*common, *(covering.getpalette() or [])][: 3 * 2 * COLOURS])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def small(raw: Path, path: Path) -> None:
    """Write a picture with a palette.

    Raises
    ------
    ValueError
        If it is larger than a page should load.
    """
    with Image.open(raw) as picture:
        _with_palette(picture.convert("RGB")).save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        message = f"{path}: {path.stat().st_size:,} bytes, wanted at most {LARGEST_BYTES:,}."
        raise ValueError(message)


def main() -> None:
    """Take all pictures, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"Of {', '.join(TAKEN)}; default: all.")
    PICTURES.mkdir(exist_ok=True)
    for name in parser.parse_args().names or TAKEN:
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder) / f"{name}.png"
            TAKEN[name](raw)
            small(raw, PICTURES / raw.name)
            print(f"{PICTURES / raw.name}: {(PICTURES / raw.name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

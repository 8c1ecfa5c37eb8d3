"""An ESRI shapefile as rows of text: four or five files of one name, which are one source."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError
from routes.read.csvfile import read_bytes
from routes.read.formats.spatial import layer_table
from routes.read.seizures import SEIZURE_COLUMNS

if TYPE_CHECKING:
    from routes.read.reading_options import Reading
    from routes.read.rows import RawTable

_BESIDE = (".shx", ".dbf", ".prj", ".cpg")
_LONGEST_NAME = 10  # of a column, which the format cuts off
_OURS = [column.name for column in SEIZURE_COLUMNS]


def read_shapefile(file: str, data: bytes, _part: str, reading: Reading) -> RawTable:
    """Read it with the files beside it; columns of ours that the format has cut to ten letters are known.

    The hash is over the names and hashes of all files that were read.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    parts = {".shp": data, **_beside(file)}
    if ".dbf" not in parts:
        message = "the .dbf of the same name is missing, which holds the columns. Copy it beside the .shp."
        raise InputError([Fault(file, message)])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for ending, content in parts.items():
            archive.writestr(zipfile.ZipInfo(f"layer{ending}"), content)
    size = sum(map(len, parts.values()))
    raw = layer_table(
        file,
        packed.getvalue(),
        "",
        _sha256(parts),
        called="shapefile",
        word="feature",
        size=size,
        encoding=reading.encoding or None,
    )
    return _with_whole_names(raw)


def _beside(file: str) -> dict[str, bytes]:
    path = Path(file)
    found = {}
    for ending in _BESIDE:
        for name in (path.with_suffix(ending), path.with_suffix(ending.upper())):
            if name.is_file():
                found[ending] = read_bytes(str(name))
                break
    return found


def _sha256(parts: dict[str, bytes]) -> str:
    lines = [f"{ending} {hashlib.sha256(content).hexdigest()}" for ending, content in sorted(parts.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _with_whole_names(raw: RawTable) -> RawTable:
    """Give back what the format has cut off: ``location_p`` is ``location_precision``."""
    cut = {name[:_LONGEST_NAME]: name for name in _OURS if len(name) > _LONGEST_NAME}
    here = list(raw.cells.columns)
    whole = {name: cut[name] for name in here if name in cut and cut[name] not in here}
    if not whole:
        return raw
    cells = raw.cells.rename(columns=whole)
    typed = {whole.get(name, name): mask for name, mask in raw.typed.items()}
    called = {ours: name for name, ours in whole.items()}
    return replace(raw, cells=cells, typed=typed, called={**raw.called, **called})

"""A layer of a KML or KMZ file as rows of text; its extended data are the columns."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError
from routes.read.bounds import joined_within, most_unpacked, unpacked_archive
from routes.read.formats.cells import digest
from routes.read.formats.spatial import layer_table

if TYPE_CHECKING:
    from routes.read.reading_options import Reading
    from routes.read.rows import RawTable

_DRAWN = frozenset(
    {"timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"}
    | {"snippet", "id"}
)
_WANTED = "wanted a KMZ file, which is a packed KML file, got something else. Save it as .kml."
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error),
    *(OSError, EOFError, LookupError, RuntimeError, ValueError),
)
_PIECE = 2**20
_DEEPEST = 100  # elements inside one another
_MOST_ELEMENTS = 1_000_000


def read_kml(file: str, data: bytes, layer: str, _reading: Reading) -> RawTable:
    """Read one layer (a folder of the file); the hash is of the file as it is, packed or not.

    Raises
    ------
    InputError
        If it is no KML, holds an entity, or it is not clear which layer is meant.
    """
    shown = f"{file}#{layer}" if layer else file
    text = _unpacked(shown, data) if data.startswith(b"PK") else data
    _require_plain(shown, text)
    raw = layer_table(
        shown, text, layer, digest(data), called="KML file", word="feature", size=len(text), drop=_DRAWN
    )
    return _without_blank_columns(raw)


def _unpacked(shown: str, data: bytes) -> bytes:
    with unpacked_archive(shown, data, _WANTED) as archive:
        names = [name for name in archive.namelist() if name.casefold().endswith(".kml")]
        main = "doc.kml" if "doc.kml" in names else names[0] if len(names) == 1 else ""
        if not main:
            raise InputError([Fault(shown, "the KMZ file has no doc.kml. Save it as .kml.")])
        try:
            with archive.open(main) as packed:
                pieces = iter(lambda: packed.read(_PIECE), b"")
                return joined_within(shown, pieces, most_unpacked(len(data)))
        except _BROKEN as error:
            raise InputError([Fault(shown, _WANTED)]) from error


def _require_plain(shown: str, text: bytes) -> None:
    """Refuse entities, which can make a small file huge, and elements nested without end."""
    if re.search(rb"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise InputError([Fault(shown, "it declares entities. Save it again from a mapping program.")])
    if b"<" not in text:
        raise InputError(
            [Fault(shown, "wanted KML, got something else. Save it again from a mapping program.")]
        )
    depth = deepest = 0
    for number, tag in enumerate(re.finditer(rb"<(/?)[A-Za-z_][^<>]*?(/?)>", text)):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        deepest = max(deepest, depth)
        if deepest > _DEEPEST or number > _MOST_ELEMENTS:
            message = (
                f"it holds more than {_DEEPEST} elements inside one another, or {_MOST_ELEMENTS:,} in all."
            )
            raise InputError([Fault(shown, f"{message} Save it again from a mapping program.")])


def _without_blank_columns(raw: RawTable) -> RawTable:
    """Leave out what KML has for every feature and this file for none (name, description)."""
    blank = [name for name in ("Name", "Description", "description", "name") if name in raw.cells]
    drop = [name for name in blank if not any(map(str.strip, raw.cells[name]))]
    return replace(raw, cells=raw.cells.drop(columns=drop)) if drop else raw

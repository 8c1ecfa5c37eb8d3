"""A CSV file packed with gzip."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError
from routes.read.bounds import joined_within, most_unpacked
from routes.read.csvfile import read_csv
from routes.read.formats.cells import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.read.reading_options import Reading
    from routes.read.rows import RawTable

_PIECE = 2**20


def read_csv_gz(file: str, data: bytes, _part: str, reading: Reading) -> RawTable:
    """Read it; the hash is of the packed bytes.

    Raises
    ------
    InputError
        If it is not packed with gzip or broken, unpacks to too much, or as `routes.read.csvfile.read_csv`.
    """
    try:
        text = joined_within(file, _unpacked(data), most_unpacked(len(data)))
    except (OSError, EOFError, zlib.error, ValueError):
        message = "wanted a file packed with gzip, got something else or a part of one. Pack it again."
        raise InputError([Fault(file, message)]) from None
    return replace(read_csv(file, text, "", reading), sha256=digest(data))


def _unpacked(data: bytes) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        while piece := packed.read(_PIECE):
            yield piece

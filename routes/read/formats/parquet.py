"""A GeoParquet or Parquet file as rows of text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routes.errors import Fault, InputError
from routes.read.bounds import most_unpacked, require_room
from routes.read.formats.cells import are_numbers, as_text, digest, table_of, without_blanks
from routes.read.formats.points import with_points
from routes.read.quoting import reason
from routes.support.extras import needs

if TYPE_CHECKING:
    import geopandas

    from routes.read.reading_options import Reading
    from routes.read.rows import RawTable

_BROKEN = (
    *(OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, ArithmeticError),
    *(RuntimeError, MemoryError, AssertionError, shapely.errors.GEOSException),
)
"""What pyarrow, geopandas and the libraries under them raise on a file that is broken; LookupError of time
zones is a KeyError, RecursionError a RuntimeError, OverflowError an ArithmeticError."""


def read_parquet(file: str, data: bytes, _part: str, _reading: Reading) -> RawTable:
    """Read a whole file; the points of its main geometry column become ``lat`` and ``lon``.

    Raises
    ------
    InputError
        If it is no Parquet file.
    RoutesError
        If pyarrow is not installed.
    """
    with needs("pyarrow", "geoparquet"):
        import pyarrow as pa

    try:
        table = _read(file, data)
    except InputError:
        raise
    except (pa.ArrowException, *_BROKEN) as error:
        raise InputError([Fault(file, f"wanted a Parquet file: {reason(error)}. Save it again.")]) from None
    geo = b"geo" in (table.schema.metadata or {})
    frame = _shapes(file, data) if geo else None
    spatial = set() if frame is None else set(frame.columns[frame.dtypes == "geometry"])
    named = [(str(name), column) for name, column in zip(table.column_names, table.columns, strict=True)]
    kept = [(name, *_texts(file, name, column)) for name, column in named if name not in spatial]
    numbers = range(1, table.num_rows + 1)
    raw = table_of(
        file,
        [as_text(name) for name, _, _ in kept],
        [texts for _, texts, _ in kept],
        numbers,
        "row",
        digest(data),
        numbers_at=[mask for _, _, mask in kept],
    )
    if frame is not None:
        raw = with_points(raw, np.asarray(frame.geometry.to_numpy()), frame.crs)
    return without_blanks(raw)


def _read(file: str, data: bytes) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Read a table that has room in the file; texts stay as codes, so that a long one is kept once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    opened = pq.ParquetFile(io.BytesIO(data))
    about = opened.metadata
    require_room(file, len(data), about.num_rows, about.num_columns)
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    size = sum(group.total_byte_size for group in groups)
    if size > most_unpacked(len(data)) or size < 0:
        message = f"it unpacks to {size / 2**20:,.0f} MiB, too much for a file of its size. Save it as CSV."
        raise InputError([Fault(file, message)])
    texts = [field.name for field in opened.schema_arrow if pa.types.is_string(field.type)]
    return pq.ParquetFile(io.BytesIO(data), read_dictionary=texts).read()


def _texts(file: str, name: str, column: Any) -> tuple[list[str], np.ndarray[Any, Any]]:  # noqa: ANN401
    """Cells of a column, and which of them are numbers."""
    import pyarrow as pa

    texts: list[str] = []
    masks = []
    try:
        for chunk in column.chunks:
            if pa.types.is_dictionary(chunk.type):
                values = [*chunk.dictionary.to_pylist(), None]
                codes = chunk.indices.fill_null(len(values) - 1).to_pylist()
            else:
                values = chunk.to_pylist()
                codes = list(range(len(values)))
            known = list(map(as_text, values))
            texts += [known[code] for code in codes]
            masks.append(are_numbers(values[code] for code in codes))
    except (pa.ArrowException, LookupError, *_BROKEN) as error:
        message = f"a cell cannot be read: {reason(error)}. Write it as text."
        raise InputError([Fault(file, message, column=as_text(name))]) from None
    return texts, np.concatenate(masks) if masks else np.zeros(0, dtype=bool)


def _shapes(file: str, data: bytes) -> geopandas.GeoDataFrame:
    """Read it once more as a spatial table, whose main geometry column and coordinate system are known."""
    import geopandas
    import pyarrow as pa

    try:
        frame = geopandas.read_parquet(io.BytesIO(data))
        _ = frame.geometry, frame.crs  # which it may have and not know
    except (pa.ArrowException, LookupError, *_BROKEN) as error:
        message = f"the geometry cannot be read: {reason(error)}. Save it again, or without it."
        raise InputError([Fault(file, message, column="geometry")]) from None
    return frame

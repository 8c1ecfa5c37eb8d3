"""A GeoParquet or Parquet file as rows of text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from routes.errors import Fault, InputError
from routes.read.csvfile import read_bytes
from routes.read.formats.cells import as_text, digest, table_of, without_blanks
from routes.read.formats.points import with_points
from routes.read.quoting import reason
from routes.support.extras import needs

if TYPE_CHECKING:
    import geopandas

    from routes.read.rows import RawTable


def read_parquet(file: str) -> RawTable:
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
        import pyarrow.parquet as pq

    data = read_bytes(file)
    try:
        table = pq.ParquetFile(io.BytesIO(data)).read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError([Fault(file, f"wanted a Parquet file: {reason(error)}. Save it again.")]) from None
    geo = b"geo" in (table.schema.metadata or {})
    frame = _shapes(file, data) if geo else None
    spatial = set() if frame is None else set(frame.columns[frame.dtypes == "geometry"])
    named = list(zip(table.column_names, table.columns, strict=True))
    names = [name for name, _ in named if name not in spatial]
    columns = [list(map(as_text, column.to_pylist())) for name, column in named if name not in spatial]
    raw = table_of(file, names, columns, range(1, table.num_rows + 1), "row", digest(data))
    if frame is not None:
        raw = with_points(raw, np.asarray(frame.geometry.to_numpy()), frame.crs)
    return without_blanks(raw)


def _shapes(file: str, data: bytes) -> geopandas.GeoDataFrame:
    """Read it once more as a spatial table, whose main geometry column and coordinate system are known."""
    import geopandas

    try:
        return geopandas.read_parquet(io.BytesIO(data))
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise InputError(
            [Fault(file, f"the geometry cannot be read: {reason(error)}.", column="geometry")]
        ) from None

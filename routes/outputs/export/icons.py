"""Pictures of the symbols for globes: white shapes, which the file that shows them colours."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import shapely

from routes.outputs.symbols import corners

if TYPE_CHECKING:
    from routes.outputs.symbols import Shape

SIZE = 64
_RADIUS = 24.0
_EDGE = 4.0  # of the dark line round a shape, in pixels
_FINE = 4  # points a pixel, to smooth the edge


def icon(shape: Shape) -> bytes:
    """Draw a shape as PNG: white, with a dark edge, on nothing.

    Examples
    --------
    >>> icon("square")[1:4], icon("circle") == icon("ring")
    (b'PNG', False)
    """
    outer, inner = _outline(shape, _RADIUS + _EDGE / 2), _outline(shape, _RADIUS - _EDGE / 2)
    if shape == "ring":
        outer, inner = (
            shapely.difference(outer, _outline("circle", _RADIUS / 2)),
            shapely.difference(inner, _outline("circle", _RADIUS / 2 + _EDGE)),
        )
    covered, light = _covered(outer), _covered(inner)
    shade = np.where(covered > 0, light / np.maximum(covered, 1e-9), 0)
    pixels = np.dstack([*([255 * shade] * 3), 255 * covered]).round().astype(np.uint8)
    return _png(pixels)


def _outline(shape: Shape, radius: float) -> shapely.Polygon:
    middle = SIZE / 2
    if shape in ("circle", "ring", "dot"):
        return shapely.Point(middle, middle).buffer(radius, 32)
    return shapely.Polygon([(middle + radius * x, middle + radius * y) for x, y in corners(shape)])


def _covered(shape: shapely.Geometry) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Part of each pixel that a shape covers."""
    at = (np.arange(SIZE * _FINE) + 0.5) / _FINE
    x, y = np.meshgrid(at, at)
    inside = shapely.contains_xy(shape, x, y).reshape(SIZE, _FINE, SIZE, _FINE)
    return np.asarray(inside.mean(axis=(1, 3)))


def _png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """Write pixels (rows, columns, RGBA) as PNG."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    written = [struct.pack(">I", len(body)) + kind + body + _sum(kind + body) for kind, body in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def _sum(body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(body))

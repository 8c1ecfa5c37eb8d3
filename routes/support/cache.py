"""What took long to build, kept on disk by the hash of all that it came from.

An entry (`routes.support.entries`) holds the bytes of all arrays in one file, the rest in its index: where
each array begins, its type, shape and checksum. Nothing in it can run code.
"""

from __future__ import annotations

import hashlib
import math
import os
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from routes._version import __version__
from routes.support.entries import keep_entry, read_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray

T = TypeVar("T")

FORMAT = 2
_ARRAYS = "arrays.bin"
_ALIGNED = 64  # bytes: where an array begins, as numpy and the processor like it
_MUCH = 16_000_000  # bytes that it pays to hash with several threads
_NONE: Any = object()


def kept(folder: Path, sources: Mapping[str, Any], build: Callable[[], T], types: tuple[type, ...]) -> T:
    """Read a value from the cache, or build it and keep it there.

    An entry that is damaged, foreign or of another version is told on the log (standard error), taken away
    and built again. A folder that cannot be written to is told too; the value is built all the same.

    Parameters
    ----------
    folder : Path
        Where the entries are.
    sources : mapping
        All that the value depends on, JSON-ready: hashes of files, parameters.
    build : callable
        Makes the value: dataclasses of `types`, arrays, tables, dicts, lists, tuples, strings, numbers.
    types : tuple of type
        The dataclasses that an entry may hold.

    Returns
    -------
    object
        What `build` returns. From the cache, its arrays are read-only and mapped from the files.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as name:
    ...     first = kept(Path(name), {"of": 3}, lambda: np.arange(3), ())
    ...     again = kept(Path(name), {"of": 3}, lambda: 1 / 0, ())
    >>> again.tolist()
    [0, 1, 2]
    """
    key = {"format": FORMAT, "version": __version__, **sources}
    named = {kind.__name__: kind for kind in types}
    value: T = read_entry(folder, key, lambda entry, index: _unpacked(entry, index, named), _NONE)
    if value is _NONE:
        value = build()
        keep_entry(folder, key, lambda entry: _packed(entry, value))
    return value


def _packed(entry: Path, value: object) -> dict[str, Any]:
    with (entry / _ARRAYS).open("wb") as file:
        packing = _Packing(file)
        return {"value": packing.pack(value), "arrays": packing.arrays}


def _unpacked(entry: Path, index: Mapping[str, Any], types: Mapping[str, type]) -> Any:  # noqa: ANN401 - what was kept
    return _Unpacking(_arrays(entry / _ARRAYS, index["arrays"]), types).unpack(index["value"])


def _arrays(path: Path, known: list[list[Any]]) -> list[NDArray[Any]]:
    """Map the arrays from their file, read-only, each held against its checksum."""
    size = path.stat().st_size
    whole = np.memmap(path, np.uint8, "r") if size else np.zeros(0, np.uint8)
    whole.flags.writeable = False
    if size <= _MUCH:
        return [_array(whole, *each) for each in known]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # hashing lets other threads work
        return list(threads.map(lambda each: _array(whole, *each), known))


def _array(
    whole: NDArray[np.uint8], start: int, kind: str, shape: list[int], order: str, checksum: str
) -> NDArray[Any]:
    of = np.dtype(kind)
    if of.kind not in _PLAIN:
        raise ValueError(f"{_ARRAYS} holds no {kind}")
    part = whole[start : start + of.itemsize * math.prod(shape)]
    if hashlib.sha256(part.data).hexdigest() != checksum:
        raise ValueError(f"{_ARRAYS} is damaged")
    return np.ndarray(tuple(shape), of, np.asarray(part).data, order="F" if order == "F" else "C")


_PLAIN = "biufcmMSU"  # kinds of arrays whose bytes are all that there is to them: no objects


class _Packing:
    """Turn a value into what JSON can hold, its arrays into bytes; what occurs twice is kept once."""

    def __init__(self, file: BinaryIO) -> None:
        self.arrays: list[list[Any]] = []
        self._file = file
        self._seen: dict[int, tuple[object, Any]] = {}  # the object too, lest another gets its id
        self._objects = 0

    def pack(self, value: object) -> Any:  # noqa: ANN401 - any JSON
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if id(value) in self._seen:
            return self._seen[id(value)][1]
        packed, reference = self._pack(value)
        self._seen[id(value)] = value, reference
        return packed

    def _pack(self, value: object) -> tuple[Any, Any]:
        """Give what to write here, and what to write where the same object occurs again."""
        if isinstance(value, np.ndarray):
            array = {"array": self._kept(value)}
            return array, array
        if is_dataclass(value) and not isinstance(value, type):
            members = [[field.name, self.pack(getattr(value, field.name))] for field in fields(value)]
            self._objects += 1
            return {"object": [type(value).__name__, members]}, {"same": self._objects - 1}
        packed: dict[str, Any]
        if isinstance(value, tuple | list):
            packed = {type(value).__name__: [self.pack(item) for item in value]}
        elif isinstance(value, dict):
            packed = {"dict": [[self.pack(key), self.pack(item)] for key, item in value.items()]}
        elif isinstance(value, pd.DataFrame) and value.index.equals(pd.RangeIndex(len(value))):
            packed = {"table": [[str(name), *self._column(column)] for name, column in value.items()]}
        else:
            raise TypeError(f"the cache cannot keep a {type(value).__name__}")
        return packed, packed

    def _column(self, column: pd.Series[Any]) -> tuple[str, Any]:
        if column.dtype.kind in "biuf":
            return str(column.dtype), self.pack(column.to_numpy())
        return str(column.dtype), self.pack(column.tolist())

    def _kept(self, array: NDArray[Any]) -> int:
        """Write an array as it lies in memory: in another order its sums would come out otherwise."""
        if array.dtype.kind not in _PLAIN:
            raise TypeError(f"the cache cannot keep an array of {array.dtype}")
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        content = np.ascontiguousarray(array.T if order == "F" else array).reshape(-1)
        there = content.view(np.uint8).data if content.nbytes else b""
        end = self._file.tell()
        start = end + (-end % _ALIGNED if there else 0)
        self._file.write(bytes(start - end))
        self._file.write(there)
        checksum = hashlib.sha256(there).hexdigest()
        self.arrays.append([start, array.dtype.str, list(array.shape), order, checksum])
        return len(self.arrays) - 1


class _Unpacking:
    """The way back from what `_Packing` wrote."""

    def __init__(self, arrays: list[NDArray[Any]], types: Mapping[str, type]) -> None:
        self._types = types
        self._objects: list[Any] = []
        self._ways: dict[str, Callable[[Any], Any]] = {
            "array": arrays.__getitem__,
            "same": self._objects.__getitem__,
            "object": self._object,
            "table": self._table,
            "list": lambda items: [self.unpack(item) for item in items],
            "tuple": lambda items: tuple(self.unpack(item) for item in items),
            "dict": lambda pairs: {self.unpack(key): self.unpack(item) for key, item in pairs},
        }

    def unpack(self, packed: Any) -> Any:  # noqa: ANN401 - any JSON
        if not isinstance(packed, dict):
            return packed
        [(kind, content)] = packed.items()
        return self._ways[kind](content)

    def _object(self, content: Any) -> Any:  # noqa: ANN401 - one of the types
        name, members = content
        value = self._types[name](**{member: self.unpack(item) for member, item in members})
        self._objects.append(value)
        return value

    def _table(self, columns: Any) -> pd.DataFrame:  # noqa: ANN401 - any JSON
        return pd.DataFrame({name: pd.Series(self.unpack(of), dtype=kind) for name, kind, of in columns})

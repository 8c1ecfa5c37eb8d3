"""Config files: TOML in whatever encoding an editor saves it, and what to say where it is none."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from routes.errors import Fault, InputError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 2**20
DEEPEST = 8
"""Tables inside one another; no section of ours has more than four."""


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file in UTF-8 or UTF-16, with a byte order mark or without.

    Raises
    ------
    InputError
        If it cannot be read, is no TOML, or nests tables without end.
    """
    file = str(path)
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            raise InputError(
                [Fault(file, f"cannot be read as TOML: it is larger than {LARGEST_BYTES:,} bytes.")]
            )
        content = tomllib.loads(_text(data))
    except RecursionError:
        raise InputError([Fault(file, "cannot be read as TOML: it nests too deep.")]) from None
    except (OSError, ValueError) as error:  # also of text, of TOML, and of numbers that are too long
        message = " ".join(str(error).partition(" for integer string conversion")[0].split())
        raise InputError([Fault(file, f"cannot be read as TOML: {message}")]) from error
    _require_shallow(file, content)
    return content


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16").replace("\r\n", "\n")
    if data[:1] == b"\x00":
        return data.decode("utf-16-be").replace("\r\n", "\n")
    if data[1:2] == b"\x00":
        return data.decode("utf-16-le").replace("\r\n", "\n")
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def _require_shallow(file: str, content: dict[str, Any]) -> None:
    level: list[Any] = [content]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return
    raise InputError([Fault(file, f"cannot be read as TOML: it nests more than {DEEPEST} tables.")])

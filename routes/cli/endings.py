"""The ending of a file's name chooses its format; what contradicts is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from routes.errors import RoutesError
from routes.outputs.export.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Name = TypeVar("Name", bound=str)

_NEUTRAL = ".txt"  # text of any kind, if a format is asked for
_TEXT = {
    "table": (_NEUTRAL,),
    "json": (".json",),
    "csv": (".csv",),
    "ics": (".ics",),
    "geojson": (".geojson", ".json"),
    "html": (".html", ".htm"),
    "md": (".md", ".markdown"),
    "pdf": (".pdf",),
    "toml": (".toml",),
    "graphml": (".graphml",),
    "npz": (".npz",),
    "png": (".png",),
}
EXPORTS = {name: (wanted.suffix, *wanted.other_endings) for name, wanted in FORMATS.items()}
_OF_OTHERS = (
    ".shp",
    ".gpx",
    ".dxf",
    ".xls",
    ".ods",
    ".doc",
    ".docx",
    ".odt",
    ".tsv",
    ".xml",
    ".yaml",
    ".svg",
)
_KNOWN = {end for ends in (*_TEXT.values(), *EXPORTS.values(), _OF_OTHERS) for end in ends} - {_NEUTRAL}


def endings_of(formats: Iterable[Name]) -> dict[Name, tuple[str, ...]]:
    """Look up the endings of formats that are text, a page or a picture."""
    return {name: _TEXT[name] for name in formats}


def format_for(
    output: Path | None,
    given: Name | None,
    endings: Mapping[Name, tuple[str, ...]],
    default: Name,
    option: str = "--output",
) -> Name:
    """Choose the format of an output: as asked, else by the ending of its name, else the default.

    Standard output, and a name without an ending, say nothing.

    Parameters
    ----------
    output : Path, optional
        The file to write; None and ``-`` are standard output.
    given : str, optional
        The format asked for.
    endings : mapping of str to tuple of str
        The formats of the command, and how their names end; the first of each is its own.
    default : str
    option : str
        The option that names the file, for the message.

    Raises
    ------
    RoutesError
        If the ending contradicts the format, is that of no format of the command, or of several.

    Examples
    --------
    >>> both = endings_of(["table", "json", "geojson"])
    >>> format_for(Path("r.JSON"), None, both, "table"), format_for(Path("r.json"), "geojson", both, "table")
    ('json', 'geojson')
    """
    name = "" if output is None or output == Path("-") else output.name
    found = [wanted for wanted, ends in endings.items() if name.lower().endswith(ends)]
    known = found or name.lower().endswith(tuple(_KNOWN))
    if given is not None:
        if known and given not in found and not name.lower().endswith(_NEUTRAL):
            _contradicts(f"{option} {name}", given, found, endings)
        return given
    if not Path(name).suffix:
        return default
    own = [wanted for wanted in found if name.lower().endswith(endings[wanted][0])] or found
    if len(own) != 1:
        _undecided(f"{option} {name}", own, endings)
    return own[0]


def _contradicts(where: str, given: Name, found: list[Name], endings: Mapping[Name, tuple[str, ...]]) -> None:
    other = f", or give --format {' or '.join(found)}" if found else ""
    raise RoutesError(
        f"{where}: {Path(where).suffix} is not an ending of {given}, which --format asks for. "
        f"Wanted {endings[given][0]}{other}."
    )


def _undecided(where: str, found: list[Name], endings: Mapping[Name, tuple[str, ...]]) -> None:
    if found:
        raise RoutesError(f"{where}: {' and '.join(found)} end so. Give --format {' or '.join(found)}.")
    first = ", ".join(f"{ends[0]} ({wanted})" for wanted, ends in endings.items())
    raise RoutesError(f"{where}: no file of this command ends so. Wanted {first}.")

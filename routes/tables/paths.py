"""Where the bundled data files lie."""

from __future__ import annotations

from pathlib import Path

from routes.errors import RoutesError

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "data", _PACKAGE.parent / "data")
"""Inside an installed wheel, and at the top of a checkout."""


def bundled(name: str) -> Path:
    """Find a bundled data file, in an installed package or in a checkout.

    Parameters
    ----------
    name : str
        File name, such as ``crossings.csv``.

    Raises
    ------
    RoutesError
        If there is no such file.

    Examples
    --------
    >>> bundled("seizures.csv").name
    'seizures.csv'
    """
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name
    raise RoutesError(
        f"the bundled file {name} is missing from this installation. Install the package again."
    )

"""Packages that are not always there: who needs one, and how to get it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import RoutesError

if TYPE_CHECKING:
    from collections.abc import Iterator


DISTRIBUTION = "precursor-routes"
"""What the package is called where packages are installed from. ``routes`` is another project's there."""

_PACKAGE = Path(__file__).resolve().parents[1]
_OF_THE_OTHER = "mapper.py"  # a file that only the other project's package has


def told_of_the_other_routes(package: Path = _PACKAGE) -> str | None:
    """Say so where the web-routing package ``Routes`` was installed over this one, and how to mend it.

    Both are imported as ``routes``. Installed after this package, the other one replaces what ``import
    routes`` gives; the command still works, the Python interface does not.

    Examples
    --------
    >>> told_of_the_other_routes() is None
    True
    """
    if not (package / _OF_THE_OTHER).is_file():
        return None
    return (
        f"The package Routes, for web routing, is installed in {package.parent}, too, and has the same "
        f"import name: import routes gives that one. Mend it: pip uninstall Routes {DISTRIBUTION}, then "
        f"install {DISTRIBUTION} again from its checkout or wheel, each in an environment of its own."
    )


def missing(what: str, package: str, extra: str) -> str:
    """Say which package is missing and how to get it, from a checkout or a wheel.

    Examples
    --------
    >>> missing("PDF", "weasyprint", "pdf")  # doctest: +ELLIPSIS
    'PDF needs the package weasyprint, of the extra pdf: in a checkout pip install ".[pdf]", ...'
    """
    return (
        f'{what} needs the package {package}, of the extra {extra}: in a checkout pip install ".[{extra}]", '
        f'of a wheel pip install "WHEEL[{extra}]".'
    )


@contextmanager
def needs(package: str, extra: str) -> Iterator[None]:
    """Turn a missing package into a message that says how to get it.

    Examples
    --------
    >>> with needs("nosuch", "xlsx"):  # doctest: +ELLIPSIS
    ...     import nosuch
    Traceback (most recent call last):
    ...
    routes.errors.RoutesError: this needs the package nosuch, of the extra xlsx: in a checkout pip install ...
    """
    try:
        yield
    except ImportError as error:
        raise RoutesError(missing("this", package, extra)) from error

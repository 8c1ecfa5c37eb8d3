"""Packages that are not always there: who needs one, and how to get it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from routes.errors import RoutesError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def needs(package: str, extra: str) -> Iterator[None]:
    """Turn a missing package into a message that says how to get it.

    Examples
    --------
    >>> with needs("nosuch", "xlsx"):
    ...     import nosuch
    Traceback (most recent call last):
    ...
    routes.errors.RoutesError: this needs the package nosuch: pip install "routes[xlsx]".
    """
    try:
        yield
    except ImportError as error:
        raise RoutesError(f'this needs the package {package}: pip install "routes[{extra}]".') from error

"""Names of a package that are read from their modules when they are first asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def names_of(
    package: str, homes: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make ``__getattr__`` and ``__dir__`` of a package, so that importing it costs nothing.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    homes : mapping of str to tuple of str
        The modules of the package, and the names that each gives.

    Examples
    --------
    >>> import routes
    >>> "analyse" in dir(routes), routes.analyse.__module__
    (True, 'routes.analysis')
    >>> routes.analyze
    Traceback (most recent call last):
    AttributeError: module 'routes' has no attribute 'analyze'
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def get(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{home_of[name]}"), name)
        vars(sys.modules[package])[name] = value  # the next time is an ordinary look-up
        return value

    return get, lambda: sorted({*vars(sys.modules[package]), *home_of})

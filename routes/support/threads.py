"""Pieces of arithmetic on arrays, on all processors of this process."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

_ALONE: ContextVar[bool] = ContextVar("_ALONE", default=False)


@contextmanager
def alone() -> Iterator[None]:
    """Stay on one thread meanwhile, as a worker does that has others beside it."""
    token = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(token)


def at_once(function: Callable[[T], R], pieces: Iterable[T]) -> list[R]:
    """Apply a function to every piece, on several threads; the answer does not hang on how many.

    For sums, products and exponentials of large arrays, which let other threads work meanwhile. A worker of
    `routes.support.parallel.each` stays on its one thread.

    Parameters
    ----------
    function : callable
        Writes nowhere that it writes for another piece. It is not called inside a ``numpy.errstate`` of the
        caller.
    pieces : iterable

    Returns
    -------
    list
        Results in the order of the pieces.

    Examples
    --------
    >>> at_once(lambda start: sum(range(start, start + 10)), range(0, 30, 10))
    [45, 145, 245]
    """
    todo = list(pieces)
    threads = min(len(todo), _processors())
    if threads <= 1 or _ALONE.get():
        return [function(piece) for piece in todo]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        try:
            return list(pool.map(function, todo))
        except BaseException:  # an interrupt, too, is not to wait for what has not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _processors() -> int:
    """Processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

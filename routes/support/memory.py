"""Memory that is given back to the system once it is free."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_LARGE = 6_000_000  # bytes: the portions that sums are worked out in are smaller, and soon wanted again
_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h


def give_back() -> None:
    """Give free memory back now, and from now on what large arrays leave.

    The C library of Linux (glibc) else keeps it for later, up to half as much again as is in use. Other
    systems do as they do. It costs the time to get such memory anew, so that it is for large inputs alone.
    """
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    if not sys.platform.startswith("linux"):
        return
    with suppress(AttributeError, OSError):  # another C library, which knows no such call
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.malloc_trim(0)

"""Memory that is free: given back to the system, or kept for the next array."""

from __future__ import annotations

import ctypes
import sys

MANY_RECORDS = 50_000  # from which on memory is given back
_LARGE = 6_000_000  # bytes: the portions that sums are worked out in are smaller, and soon wanted again
_MOST = 32 << 20  # bytes: what the C library itself comes to once an array of that size was freed
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h


def give_back() -> None:
    """Give free memory back now, and from now on what large arrays leave.

    The C library of Linux (glibc) else keeps it for later, up to half as much again as is in use. Other
    systems do as they do. It costs the time to get such memory anew, so that it is for large inputs alone.
    """
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    if (library := _c_library()) is not None:
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.malloc_trim(0)


def keep() -> None:
    """Keep what arrays leave for the next ones, where inputs are small.

    To get each array of some megabytes anew from the system, page by page, takes longer than the sums in it.
    """
    if (library := _c_library()) is not None:
        library.mallopt(_MMAP_THRESHOLD, _MOST)
        library.mallopt(_TRIM_THRESHOLD, 2 * _MOST)


def _c_library() -> ctypes.CDLL | None:
    """Find the C library of Linux (glibc); None where there is another, which knows no such calls."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None

"""Formulas of docstrings, which are written as Sphinx has them, as the site's Markdown has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from griffe import Extension

if TYPE_CHECKING:
    from griffe import Object

_BLOCK = re.compile(r"^([ ]*)\.\. math:: *((?:.+\n?)(?:\1[ ]+\S.*\n?)*)", re.MULTILINE)
_INLINE = re.compile(r":math:`([^`]+)`")


def with_dollars(docstring: str) -> str:
    r"""Turn ``.. math::`` and ``:math:`` into dollars.

    Examples
    --------
    >>> with_dollars("the odds :math:`e^{u}`")
    'the odds $e^{u}$'
    >>> with_dollars(".. math:: a = b,\n   c\n\nrest")
    '$$\na = b, c\n$$\n\nrest'
    """
    blocks = _BLOCK.sub(
        lambda found: f"{found[1]}$$\n{found[1]}{' '.join(found[2].split())}\n{found[1]}$$\n", docstring
    )
    return _INLINE.sub(lambda found: f"${' '.join(found[1].split())}$", blocks)


class Formulas(Extension):
    """Rewrites every docstring as it is read."""

    def on_object(self, *, obj: Object, **_: Any) -> None:  # noqa: ANN401 - griffe's own
        """Rewrite the docstring of an object."""
        if obj.docstring:
            obj.docstring.value = with_dollars(obj.docstring.value)

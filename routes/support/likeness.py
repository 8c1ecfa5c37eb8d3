"""What name was meant: case, accents and separators do not matter; likely ones are offered."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SEPARATORS = re.compile(r"[\s_\-–—.,/()]+")  # noqa: RUF001 - people type them
_LIKE = 0.72
_PART_OF = 0.9
_SHORTEST_PART = 3
_OFFERED = 3


def folded(name: str) -> str:
    """Write a name as an id is written.

    Examples
    --------
    >>> folded(" Spin Boldak – Chaman"), folded("Kāshān")
    ('spin-boldak-chaman', 'kashan')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return _SEPARATORS.sub("-", plain.casefold()).strip("-")


def find_name(wanted: str, known: Mapping[str, str]) -> str | None:
    """Find the id that was meant by an id or a title; None if there is none or several.

    Parameters
    ----------
    wanted : str
    known : mapping of str to str
        Id -> title.

    Examples
    --------
    >>> known = {"spin-boldak-chaman": "Spin Boldak - Chaman", "qasim": "Port Qasim"}
    >>> find_name("Port qasim", known), find_name("CHAMAN", known)
    ('qasim', None)
    """
    text = folded(wanted)
    by_id = [name for name in known if folded(name) == text]
    found = by_id or [name for name, title in known.items() if folded(title) == text]
    return found[0] if len(found) == 1 else None


def likely_names(wanted: str, known: Mapping[str, str]) -> list[str]:
    """List the ids that are most like a name, in whole or in a part, likeliest first; at most three.

    Examples
    --------
    >>> likely_names("chamen", {"spin-boldak-chaman": "", "shamsi": "", "karachi": "Karachi Port"})
    ['spin-boldak-chaman']
    >>> likely_names("torkham", {"irkeshtam": "", "torghundi": ""})
    []
    """
    text = folded(wanted)
    scores = {
        name: max((_likeness(text, of) for of in (folded(name), folded(title)) if of), default=0.0)
        for name, title in known.items()
    }
    return sorted((name for name in known if scores[name] >= _LIKE), key=lambda name: (-scores[name], name))[
        :_OFFERED
    ]


def did_you_mean(near: Sequence[str], otherwise: str = "") -> str:
    """Ask whether one of some names was meant; say something else where none is near.

    Examples
    --------
    >>> did_you_mean(["torkham", "tirmiz"]), did_you_mean([], "Known: a, b.")
    ('Did you mean torkham or tirmiz?', 'Known: a, b.')
    """
    return f"Did you mean {' or '.join(near)}?" if near else otherwise


def _likeness(text: str, name: str) -> float:
    from difflib import SequenceMatcher

    if len(text) >= _SHORTEST_PART and text in name:
        return _PART_OF
    return max(SequenceMatcher(None, text, of).ratio() for of in (name, *name.split("-")))

"""How values read on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.text import clean, count, date, interval, number, quantity, share

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["clean", "count", "date", "interval", "number", "period", "quantity", "share"]


def period(provenance: Mapping[str, Any]) -> str:
    """Describe the period of a ranking from its provenance; empty when none is given.

    Examples
    --------
    >>> period({"period": {"since": "2008-01", "until": "2020-12", "as_of": None}})
    'from 2008-01 to 2020-12'
    >>> period({"period": "2008-2020"})
    '2008-2020'
    """
    given = provenance.get("period")
    if not isinstance(given, dict):
        return clean(given)
    words = (("since", "from"), ("until", "to"), ("as_of", "with the crossings as of"))
    return " ".join(f"{word} {clean(given[key])}" for key, word in words if clean(given.get(key)))

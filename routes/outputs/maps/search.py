"""Other names of what is on the map, so that a reader finds it in whatever language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.language import Language, speaking
from routes.outputs.placenames import country_name, forms

if TYPE_CHECKING:
    from collections.abc import Iterable


def aliases(places: Iterable[str], countries: Iterable[str]) -> dict[str, list[str]]:
    """Names of places by id, and of countries by code, in every language that is known.

    Examples
    --------
    >>> aliases(["torkham", "nowhere"], ["UZB"])
    {'torkham': ['تورخم', 'Торхам'], 'UZB': ['UZB', 'Узбекистан']}
    """
    known = forms()
    found = {place: [*known[place].values()] for place in places if place in known}
    for code in countries:
        names = []
        for language in Language:
            with speaking(language):
                names.append(country_name(code, code))
        found[code] = names
    return found

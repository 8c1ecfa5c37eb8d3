"""Words of the tables and of lower rungs that people read, marked so that the catalogue has them.

The words of the bundled region are found by ``scripts/catalogues.py`` in its ``region.toml``. What is in
neither (data of one's own, a substance nobody named before) is shown as it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.kinds import words_of
from routes.outputs.language import figures, message, tr
from routes.outputs.placenames import called, country_name
from routes.outputs.text import clean

if TYPE_CHECKING:
    from routes.trust.unused import Unused

TITLE = message("Likely precursor corridors")
"""Of a page that is given none."""
KINDS = (
    message("road crossing"),
    message("road and rail crossing"),
    message("bridge"),
    message("ferry"),
    message("high pass"),
    message("rail crossing"),
    message("track"),
    message("road over the border that is no listed crossing"),
    message("seaport (gate)"),
    message("land crossing on the outer rim (gate)"),
    message("processing area"),
)
PRECISIONS = (
    message("day"),
    message("month"),
    message("year"),
    message("quarter"),
    message("crossing"),
    message("city"),
    message("district"),
    message("province"),
    message("country"),
    message("exact"),
)
PLANS = (message("no plan"), message("fixed"), message("rotating"))
"""What is played against traffickers who learn."""
UNIT = message("port control unit")
"""What stands at a crossing or gate."""
NOT_USED = (
    message("no location"),
    message("outside the modelled countries"),
    message("by air"),
    message("other substance"),
    message("outside the period"),
)
"""Why a seizure is no evidence."""


FLAGS = (
    message("unit error"),
    message("quantity unclear"),
    message("substance unclear"),
    message("date unclear"),
    message("location unclear"),
    message("possible duplicate"),
    message("possible overlap"),
    message("sources differ"),
    message("not precursor list"),
)
"""What can be doubtful about a record."""


def flag_words(flags: object) -> str:
    """Say what is doubtful about a record.

    Examples
    --------
    >>> flag_words("quantity_unclear sources_differ"), flag_words(None)
    ('quantity unclear, sources differ', '')
    """
    return ", ".join(data_word(flag.replace("_", " ")) for flag in clean(flags).split())


def kind_words(kind: object) -> str:
    """Say what a place is.

    Examples
    --------
    >>> kind_words("pass"), kind_words("tunnel"), kind_words(None)
    ('high pass', 'tunnel', '')
    """
    words = words_of(clean(kind))
    return tr(words) if words else ""


def unused_words(why: Unused) -> str:
    """Say why no listed corridor passes a place.

    Examples
    --------
    >>> from routes.trust.unused import Unused
    >>> unused_words(Unused("{way} costs {more} km.", {"more": "1,200"}, {"way": "karachi>torkham"}))
    'karachi > torkham costs 1,200 km.'
    """
    numbers = {name: figures(number) for name, number in why.figures.items()}
    places = {name: called(place) for name, place in why.places.items()}
    return tr(why.template, **numbers, **places, country=country_name(why.country))


def data_word(word: object) -> str:
    """Say a word of the data: a substance, a precision, the title of a region.

    Examples
    --------
    >>> data_word("acetic anhydride"), data_word(None)
    ('acetic anhydride', '')
    """
    return tr(clean(word)) if clean(word) else ""

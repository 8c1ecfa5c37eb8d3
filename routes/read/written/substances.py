"""Names of substances in English, Russian and Persian, with what labels and lists put behind them."""

from __future__ import annotations

import csv
import re

from routes.read.paths import bundled
from routes.read.written.digits import folded

with bundled("names_of_substances.csv").open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))
_KNOWN = {folded(name): row["substance"] for row in _ROWS for name in (row["substance"], row["name"])}
_BEHIND = re.compile(
    r"\s*(?:\((?:aa|аа|ac2o|cas[^)]*|precursor[^)]*|прекурсор[^)]*|table i+|список [^)]*|\d{2,7}-\d{2}-\d)\)"
    r"|,?\s*(?:\d{1,3}(?:[.,]\d+)?\s*%|cas\s*(?:no\.?)?\s*:?\s*\d{2,7}-\d{2}-\d|\d{2,7}-\d{2}-\d"
    r"|technical(?: grade)?|tech\.?|pure|reagent(?: grade)?|liquid|[x]?ч|хч))$"
)
_LONGEST = 120


def substance_named(text: str) -> str | None:
    """Name a substance as it is named here; None for what is not known.

    Examples
    --------
    >>> substance_named("Acetic Anhydride (AA)"), substance_named("уксусный ангидрид 99 %")
    ('acetic anhydride', 'acetic anhydride')
    >>> substance_named("Уксусный ангидрид (АА)")  # in Cyrillic letters
    'acetic anhydride'
    >>> substance_named("motor oil")
    """
    if len(text) > _LONGEST:
        return None
    name = folded(text)
    while name not in _KNOWN and (found := _BEHIND.search(name)):
        name = name[: found.start()].strip()
    return _KNOWN.get(name)

"""What goes with every output: handling mark, assumptions, provenance, attribution."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from routes.outputs.text import clean
from routes.support.files import FOR_ALL, FOR_OWNER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ATTRIBUTION = (
    "Roads © OpenStreetMap contributors, ODbL 1.0; borders Natural Earth; places GeoNames, CC BY 4.0"
)
ASSUMPTIONS = (
    "A seizure shows policing as much as traffic; seizures alone cannot tell one from the other.",
    "Prior shares come from a route-choice model whose penalties and scale are assumptions.",
    (
        "Intervals hold the uncertainty of gates, crossings, areas, cost and detection, not that of the "
        "road network or of the seizure records."
    ),
)


class Mark(StrEnum):
    """Handling mark: Traffic Light Protocol 2.0 (FIRST, 2022)."""

    clear = "clear"
    green = "green"
    amber = "amber"
    amber_strict = "amber+strict"
    red = "red"

    @property
    def label(self) -> str:
        """How the mark is written.

        Examples
        --------
        >>> Mark("amber+strict").label
        'TLP:AMBER+STRICT'
        """
        return f"TLP:{self.value.upper()}"

    @property
    def meaning(self) -> str:
        """Who may have what carries the mark."""
        return _MEANINGS[self]

    @property
    def colour(self) -> str:
        """Colour of the letters, on black, as the protocol has it."""
        return _COLOURS[self]


_MEANINGS = {
    Mark.clear: "may be shared with everyone",
    Mark.green: "for the recipients' community, not by public channels",
    Mark.amber: "for the recipients' organisation and its clients, as far as they need to know",
    Mark.amber_strict: "for the recipients' organisation alone, as far as it needs to know",
    Mark.red: "for the named recipients alone",
}
_COLOURS = {
    Mark.clear: "#ffffff",
    Mark.green: "#33ff00",
    Mark.amber: "#ffc000",
    Mark.amber_strict: "#ffc000",
    Mark.red: "#ff2b2b",
}


def rights(mark: Mark) -> int:
    """Mode of a new file that carries a mark: what is not for a community is its owner's alone to read.

    Examples
    --------
    >>> oct(rights(Mark.green)), oct(rights(Mark.amber))
    ('0o666', '0o600')
    """
    return FOR_ALL if mark in (Mark.clear, Mark.green) else FOR_OWNER


def digest(provenance: Mapping[str, Any]) -> str:
    """SHA-256 of a provenance block, whatever the order of its keys.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    written = json.dumps(provenance, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def stamp(provenance: Mapping[str, Any]) -> str:
    """Time for formats that demand one: not now, but the last day of the period.

    So the same input gives the same bytes.

    Examples
    --------
    >>> stamp({"period": {"until": "2020-11-30", "as_of": None}})
    '2020-11-30T00:00:00.000Z'
    """
    period = provenance.get("period") or {}
    return f"{period.get('as_of') or period.get('until') or '2000-01-01'}T00:00:00.000Z"


def period_words(provenance: Mapping[str, Any]) -> str:
    """Describe the period of a ranking from its provenance; empty when none is given.

    Examples
    --------
    >>> period_words({"period": {"since": "2008-01", "until": "2020-12", "as_of": None}})
    'from 2008-01 to 2020-12'
    >>> period_words({"period": "2008-2020"})
    '2008-2020'
    """
    given = provenance.get("period")
    if not isinstance(given, dict):
        return clean(given)
    words = (("since", "from"), ("until", "to"), ("as_of", "with the crossings as of"))
    return " ".join(f"{word} {clean(given[key])}" for key, word in words if clean(given.get(key)))


def provenance_line(provenance: Mapping[str, Any]) -> str:
    """Say in one line what made an output, from what.

    Examples
    --------
    >>> line = provenance_line({"package_version": "1.0", "period": {"since": "2008-01-01",
    ...                         "until": "2020-12-31", "as_of": None}, "seed": 7})
    >>> line[:61]
    'routes 1.0, period 2008-01-01 to 2020-12-31, seed 7, provenan'
    """
    parts = [f"routes {clean(provenance.get('package_version'))}".strip()]
    period = provenance.get("period") or {}
    if period.get("since"):
        parts.append(f"period {clean(period['since'])} to {clean(period['until'])}")
    if period.get("as_of"):
        parts.append(f"crossings as of {clean(period['as_of'])}")
    if provenance.get("operation"):
        parts.append(f"operation {clean(provenance['operation'])}")
    if provenance.get("seed") is not None:
        parts.append(f"seed {clean(provenance['seed'])}")
    return ", ".join([*parts, f"provenance {digest(provenance)[:12]}"])


def provenance_items(provenance: Mapping[str, Any], mark: Mark) -> list[tuple[str, str]]:
    """List mark, assumptions, attribution and provenance as pairs of name and value.

    Examples
    --------
    >>> provenance_items({"inputs": {"a.csv": "00"}, "seed": 1}, Mark.green)[-2:]
    [('inputs.a.csv', '00'), ('seed', '1')]
    """
    head = [("handling", mark.label), ("handling.meaning", mark.meaning), ("attribution", ATTRIBUTION)]
    assumed = [(f"assumption.{i}", text) for i, text in enumerate(ASSUMPTIONS, 1)]
    return [*head, *assumed, ("provenance.sha256", digest(provenance)), *_flat("", provenance)]


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{clean(name)}.", value)
        elif isinstance(value, list | tuple):
            yield f"{prefix}{clean(name)}", " ".join(clean(part) for part in value)
        else:
            yield f"{prefix}{clean(name)}", clean(value)

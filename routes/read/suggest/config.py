"""The guess as a config file with comments, and the first rows as they would be read with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from routes.read.formats import shown_name
from routes.read.mapping import Mapping, apply_mapping, rules_of
from routes.read.quoting import show
from routes.read.reading_options import Reading, reading_of
from routes.read.seizures import SEIZURE_COLUMNS, check_seizures
from routes.read.suggest.guessing import Guess, guess
from routes.read.suggest.words import ELSEWHERE

if TYPE_CHECKING:
    import os

    import pandas as pd

    from routes.errors import Fault

_ORDER = [column.name for column in SEIZURE_COLUMNS]
_SHOWN = 3
_EXAMPLE = ("date", "country", "place", "lat", "lon", "substance", "quantity_reported", "unit_reported")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A config file that was guessed.

    Attributes
    ----------
    text : str
        The file, with comments.
    mapping : Mapping
        What it says.
    rows : pandas.DataFrame
        The rows as text in our columns, as they would be read with it.
    records : int
        How many there are.
    faults : list of Fault
        What would be wrong with them.
    """

    text: str
    mapping: Mapping
    rows: pd.DataFrame
    records: int
    faults: list[Fault]


def suggest_config(
    source: str | os.PathLike[str], reading: Reading | None = None, borders: pd.DataFrame | None = None
) -> Suggestion:
    """Guess a config file for a source.

    Parameters
    ----------
    source : str or path-like
        As for `routes.read.read_records`.
    reading : Reading, optional
        What is known of how to read it.
    borders : pandas.DataFrame, optional
        As for `routes.read.read_records`.

    Raises
    ------
    InputError
        If the source cannot be read.

    Examples
    --------
    >>> from routes.read import bundled
    >>> suggestion = suggest_config(bundled("seizures.csv"))
    >>> suggestion.mapping.rules[0].name, len(suggestion.faults)
    ('seizure_id', 0)
    """
    found = guess(source, reading)
    text = _text(found, shown_name(source))
    mapping = Mapping(
        "the suggestion", rules_of(found.rules), found.rules, reading_of("the suggestion", found.reading)
    )
    from routes.read.written.located import with_countries
    from routes.read.written.understanding import understood

    rows = understood(apply_mapping(replace(found.raw, notes=()), _with_decimal(mapping)))
    rows = rows if borders is None else with_countries(rows, borders)
    _, faults = check_seizures(rows, borders=borders)
    return Suggestion(text, mapping, rows.cells, len(rows.cells), faults)


def _with_decimal(mapping: Mapping) -> Mapping:
    """Let numbers be read as the reading says: the rows at hand were read before that was known."""
    decimal = mapping.reading.decimal
    if not decimal:
        return mapping
    rules = tuple(rule if rule.decimal else replace(rule, decimal=decimal) for rule in mapping.rules)
    return replace(mapping, rules=rules)


def _text(found: Guess, name: str) -> str:
    lines = [
        f"# How to read {show(name)[1:-1]}: guessed from its header and its values. Look it through, then:",
        f"#   routes validate {show(name)[1:-1]} --config THIS_FILE",
        "",
    ]
    if found.reading:
        lines += ["[reading]", *(f"{key} = {_toml(value)}" for key, value in found.reading.items()), ""]
    lines.append("[columns]")
    for ours in sorted(found.rules, key=_ORDER.index):
        lines += _rule(found, ours)
    lines += ["", *_unused(found)]
    return "\n".join(lines).rstrip() + "\n"


def _rule(found: Guess, ours: str) -> list[str]:
    remark = f"# {_comment(found.remarks[ours])}" if ours in found.remarks else ""
    examples = ", ".join(show(text) for text in found.values(ours)[:_SHOWN])
    comments = [f"# {ours}: {examples}"] if examples else []
    comments += [remark] if remark else []
    return [*comments, f"{ours} = {_toml(found.rules[ours])}"]


def _unused(found: Guess) -> list[str]:
    used = {found.theirs(ours) for ours in found.rules}
    names = [str(name) for name in found.raw.cells if str(name) not in used]
    names = [name for name in names if not name.startswith("unnamed_")]
    if not names:
        return []
    elsewhere = any(ELSEWHERE.search(name.casefold()) for name in names)
    told = ["# Not used, and kept as they are: " + ", ".join(show(name) for name in names[:20])]
    return [*told, "# Where goods came from or went to is no place of a seizure."] if elsewhere else told


def _comment(text: str) -> str:
    return show(" ".join(text.split()) + " ")[1:-1].strip() if len(text) < 30 else _escaped(text)  # noqa: PLR2004


def _escaped(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _toml(value: Any) -> str:  # noqa: ANN401 - what a rule holds
    """Write a value as TOML; tables in one line, as long as they are."""
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(str(key))} = {_toml(each)}" for key, each in value.items())
        return "{ " + inside + " }"
    if isinstance(value, str):
        return _quoted(value)
    return str(value)


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() and name.isascii() else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def preview(suggestion: Suggestion, rows: int = 5) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads and first rows of what would be read, for a table."""
    names = [name for name in _EXAMPLE if name in suggestion.rows]
    cells = suggestion.rows[names].head(rows)
    heads = tuple(name.removesuffix("_reported") for name in names)
    return heads, [tuple(map(str, row)) for row in cells.itertuples(index=False, name=None)]

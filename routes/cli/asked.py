"""What a command was asked, in one line under its answer: whatever was not left as it is by default."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from routes.cli.console import deliver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from routes.cli.console import Result

_HOW = {
    *("output", "png", "quiet", "output_format", "size", "basemap", "attribution", "top", "tlp", "layer"),
    *("jobs", "scheduler", "no_cache", "require_skill", "require_attention", "sensitivity", "language"),
}
"""Options that say how to answer, not what is asked."""
_NAMES = {"train": "fitted on", "test": "scored on"}
_LONGEST = 80
_ASKED: ContextVar[Mapping[str, object]] = ContextVar("_ASKED", default=MappingProxyType({}))


@contextmanager
def remembered(given: Mapping[str, object], defaults: Mapping[str, object]) -> Iterator[None]:
    """Keep what was asked until the answer is printed."""
    asked = {name: value for name, value in given.items() if value != defaults.get(name)}
    token = _ASKED.set(asked)
    try:
        yield
    finally:
        _ASKED.reset(token)


def answer(result: Result, output: Path | None = None, *, quiet: bool = False) -> None:
    """Deliver an answer; under one in words stands what was asked, if anything was."""
    asked = _words(_ASKED.get())
    if asked and not isinstance(result, str):
        from routes.outputs.documents.text_blocks import Paragraph

        result = (*result, Paragraph(asked))
    deliver(result, output, quiet=quiet)


def _words(given: Mapping[str, object]) -> str:
    """Say what was given, option by option.

    Examples
    --------
    >>> _words({"close": ["torkham", "tem"], "as_of": datetime(2026, 1, 15), "skip_invalid": True, "top": 3})
    'Asked: close torkham, tem; as of 2026-01-15; skip invalid.'
    """
    told = [
        f"{_NAMES.get(name, name.replace('_', ' '))} {_value(value)}".strip()
        for name, value in given.items()
        if name not in _HOW and value not in (None, [], False)
    ]
    from routes.outputs.language import tr

    return tr("Asked: {options}.", options="; ".join(told)) if told else ""


def _value(value: object) -> str:
    from routes.outputs.text import shortened
    from routes.read import shown_name

    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return ""
    return f"{value:g}" if isinstance(value, float) else shortened(shown_name(str(value)), _LONGEST)
